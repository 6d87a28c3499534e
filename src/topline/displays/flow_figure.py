"""The CONSORT flow diagram: boxes sized to their text, one column an arm."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from topline.analyses.levels import MISSING
from topline.displays import theme
from topline.displays.numbers import Group, Number, Numbers, printed_label
from topline.displays.svg import (
    LINE_HEIGHT,
    NAMESPACE,
    Box,
    Line,
    draw_box,
    draw_lines,
    draw_path,
    new_svg,
    to_text,
    wrap,
)
from topline.displays.theme import Width
from topline.protocol.analyses import Flow, FlowStep

_SIZE: Final = theme.LABEL_PT
_PAD: Final = 6.0
_GAP: Final = 18.0
_BETWEEN_ARMS: Final = 14.0
_NARROWEST_ARM: Final = 120.0
_EVERYBODY: Final = Group("", "", "")


@dataclass(slots=True)
class _Page:
    """What is on the page so far; `last` are the boxes that the next step continues from."""

    width: float
    arms: int
    boxes: list[Box] = field(default_factory=list[Box])
    paths: list[tuple[tuple[tuple[float, float], ...], bool]] = field(
        default_factory=list[tuple[tuple[tuple[float, float], ...], bool]]
    )
    last: tuple[Box, ...] = ()
    bottom: float = 1.0

    def put(self, box: Box) -> Box:
        self.boxes.append(box)
        self.bottom = max(self.bottom, box.bottom)
        return box

    def join(self, *points: tuple[float, float], arrow: bool = True) -> None:
        self.paths.append((points, arrow))


def draw_flow(
    flow: Flow, numbers: Numbers, notice: str = "", *, width: Width = "two columns"
) -> str:
    """Draw the flow of subjects.

    Parameters
    ----------
    flow
        Steps of the diagram, as the protocol plans them.
    numbers
        Results of the analysis.
    notice
        Sentence printed below.
    width
        Printed width; the diagram is wider where the arms need it.

    Returns
    -------
    str
        SVG.
    """
    arms = max((len(_groups(step, numbers)) for step in flow.steps), default=1)
    least = arms * (_NARROWEST_ARM + _BETWEEN_ARMS) - _BETWEEN_ARMS + 2
    page = _Page(max(theme.page_width(width), least), arms)
    for step in flow.steps:
        _add_step(page, step, numbers)
    return _draw(page, notice)


def describe_flow(flow: Flow, numbers: Numbers) -> str:
    """Say in words what the diagram shows."""
    sentences: list[str] = []
    for step in flow.steps:
        for group in _groups(step, numbers):
            n = numbers.get(step.analysis_set, "n", group=group)
            whom = f" ({group.label})" if group.by else ""
            sentences.append(f"{step.label}{whom}: {n.display if n else 'no result'}")
            for name in ("lost", "outcome"):
                reasons = _reasons(step, numbers, name, group)
                listed = ", ".join(f"{_reason(r)} {r.display}" for r in reasons)
                sentences.extend([f"{_heading(step, name)}: {listed}"] if listed else [])
    return ". ".join(sentences) + "."


def _groups(step: FlowStep, numbers: Numbers) -> tuple[Group, ...]:
    """Return the boxes of a step: one for all, or one an arm."""
    found = [g for g in numbers.groups(step.analysis_set) if bool(g.by) == step.by_arm]
    return tuple(found) or (_EVERYBODY,)


def _heading(step: FlowStep, name: str) -> str:
    if name == "lost":
        return step.lost or "Not included"
    return step.outcome_label or "Outcome"


def _reasons(step: FlowStep, numbers: Numbers, name: str, group: Group) -> list[Number]:
    """Return the counts listed under a heading, those of nobody included."""
    return [
        r
        for r in numbers.rows
        if (r.parameter, r.by, r.group) == (f"{step.analysis_set}.{name}", group.by, group.value)
        and r.level
        and r.statistic == "n"
    ]


def _reason(number: Number) -> str:
    """Return how a reason is named; an outcome that nobody recorded is no reason."""
    label = number.level_label or number.level
    return "None recorded" if label == printed_label(MISSING) else label


def _count(label: str, n: Number | None, width: float, *, indent: float = 0.0) -> list[Line]:
    """Wrap `label (n = 12)`."""
    text = f"{label} (n = {n.display if n else '?'})"
    results = (n.result_id,) if n else ()
    pieces = wrap(text.replace("n = ", "n\u00a0=\u00a0"), width - indent - 6, _SIZE)
    first, *rest = pieces
    hang = indent + 6 if indent else 0.0
    return [Line(first, results, indent=indent), *(Line(t, results, indent=hang) for t in rest)]


def _reason_lines(
    step: FlowStep, numbers: Numbers, name: str, group: Group, width: float
) -> tuple[Line, ...]:
    """Return a heading with its reasons, or nothing."""
    reasons = _reasons(step, numbers, name, group)
    total = numbers.get(f"{step.analysis_set}.{name}", "n", group=group)
    label = (
        f"{_heading(step, name)} (n\u00a0=\u00a0{total.display})" if total else _heading(step, name)
    )
    if total is None and not reasons:
        return ()
    linked = (total.result_id,) if total else ()
    title = wrap(label, width, _SIZE, "semibold")
    lines = [Line(text, linked, weight="semibold") for text in title]
    for reason in reasons:
        if _reason(reason) != _heading(step, name):
            lines += _count(_reason(reason), reason, width, indent=6)
    return tuple(lines)


def _box_lines(
    step: FlowStep, numbers: Numbers, group: Group, width: float, *, named: bool
) -> tuple[Line, ...]:
    """Return what a box says: the arm where it starts, the step, how many."""
    n = numbers.get(step.analysis_set, "n", group=group)
    over = (group.label, step.label) if named and group.by else (step.label,)
    lines = [
        Line(text, weight="semibold" if label == over[0] else "regular")
        for label in over
        for text in wrap(label, width, _SIZE, "semibold")
    ]
    counted = Line(f"n = {n.display}" if n else "n = ?", (n.result_id,) if n else ())
    return (*lines, counted)


def _height(lines: Sequence[Line]) -> float:
    return len(lines) * _SIZE * LINE_HEIGHT + 2 * _PAD


def _columns(page: _Page, groups: Sequence[Group]) -> list[tuple[float, float]]:
    """Return left edge and width of each box of a step."""
    if len(groups) > 1:
        width = (page.width - 2 - (len(groups) - 1) * _BETWEEN_ARMS) / len(groups)
        return [(1 + i * (width + _BETWEEN_ARMS), width) for i in range(len(groups))]
    width = page.width * (0.42 if page.arms == 1 else 0.38)
    return [(1.0 if page.arms == 1 else (page.width - width) / 2, width)]


def _add_step(page: _Page, step: FlowStep, numbers: Numbers) -> None:
    """Put one step below the last: who was lost on the way, then the boxes."""
    groups = _groups(step, numbers)
    columns = _columns(page, groups)
    top = page.bottom + (_GAP if page.last else 0)
    alone = len(groups) == 1
    inside_lost = not alone or len(page.last) > 1
    if len(page.last) == 1:
        top = _add_lost(page, step, numbers, _EVERYBODY if not alone else groups[0])
    named = len(page.last) != len(groups)
    top += _GAP / 2 if page.last and named else 0
    inside = [width - 2 * _PAD for _, width in columns]
    lines = [
        _box_lines(step, numbers, g, w, named=named)
        + (_reason_lines(step, numbers, "lost", g, w) if inside_lost else ())
        + (() if alone else _reason_lines(step, numbers, "outcome", g, w))
        for g, w in zip(groups, inside, strict=True)
    ]
    height = max(map(_height, lines))
    boxes = tuple(
        page.put(Box(x, top, width, height, text))
        for (x, width), text in zip(columns, lines, strict=True)
    )
    _connect(page, boxes, top)
    page.last = boxes
    if alone:
        _add_outcome(page, step, numbers, groups[0])


def _side(page: _Page) -> tuple[float, float]:
    """Return left edge and width of the boxes beside the trunk."""
    (x, width), *_ = _columns(page, (_EVERYBODY,))
    left = x + width + 2 * _GAP
    return left, page.width - 1 - left


def _add_lost(page: _Page, step: FlowStep, numbers: Numbers, group: Group) -> float:
    """Put the box of those lost beside the trunk; return where the next box starts."""
    trunk, (x, width) = page.last[0], _side(page)
    lines = _reason_lines(step, numbers, "lost", group, width - 2 * _PAD)
    if not lines:
        return page.bottom + _GAP
    box = page.put(Box(x, page.bottom + _GAP / 2, width, _height(lines), lines, theme.TINT))
    middle = box.y + box.height / 2
    page.join((trunk.centre, middle), (x, middle))
    return page.bottom + _GAP / 2


def _add_outcome(page: _Page, step: FlowStep, numbers: Numbers, group: Group) -> None:
    """Put the table of outcomes beside its box."""
    trunk, (x, width) = page.last[0], _side(page)
    lines = _reason_lines(step, numbers, "outcome", group, width - 2 * _PAD)
    if lines:
        box = page.put(Box(x, trunk.y, width, _height(lines), lines, theme.TINT))
        middle = trunk.y + min(trunk.height, box.height) / 2
        page.join((trunk.x + trunk.width, middle), (x, middle))


def _connect(page: _Page, boxes: Sequence[Box], top: float) -> None:
    """Join the boxes of two steps: straight where they are as many, else by a rail."""
    if len(page.last) == len(boxes):
        for above, below in zip(page.last, boxes, strict=True):
            page.join((above.centre, above.bottom), (below.centre, top))
    elif page.last:
        rail = top - _GAP / 2
        for above in page.last:
            page.join((above.centre, above.bottom), (above.centre, rail), arrow=False)
        centres = [box.centre for box in (*page.last, *boxes)]
        page.join((min(centres), rail), (max(centres), rail), arrow=False)
        for box in boxes:
            page.join((box.centre, rail), (box.centre, top))


def _draw(page: _Page, notice: str) -> str:
    """Draw lines first, boxes over them."""
    below = [Line(text) for text in wrap(notice, page.width - 2, theme.NOTICE_PT)] if notice else []
    height = page.bottom + 1 + (len(below) * theme.NOTICE_PT * LINE_HEIGHT + 6 if below else 0)
    root = new_svg(round(page.width, 1), round(height, 1))
    for points, arrow in page.paths:
        draw_path(root, points, arrow=arrow)
    for box in page.boxes:
        draw_box(root, box)
        draw_lines(root, box.lines, box.x + _PAD, box.y + _PAD - 1, _SIZE)
    muted = ET.SubElement(root, f"{{{NAMESPACE}}}g", {"fill": theme.MUTED})
    draw_lines(muted, below, 1, page.bottom + 5, theme.NOTICE_PT)
    return to_text(root)
