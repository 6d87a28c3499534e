"""Best change by subgroup: a dot a patient, median and quartiles of each group beside them.

Imported only when one is drawn.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from topline.analyses.levels import label_of
from topline.displays import theme
from topline.displays.axes import apart
from topline.displays.marks import draw_line, draw_rectangle
from topline.displays.numbers import Group, Number, Numbers, print_cell
from topline.displays.patients import Patient, gather
from topline.displays.scale import Scale, linear_ends, tick_label
from topline.displays.sheet import Look, Sheet, draw_sheet, shorten
from topline.displays.svg import text_width
from topline.displays.symbols import Symbol, draw_band, draw_symbol
from topline.protocol.comparisons import Comparison
from topline.protocol.figures_of_groups import ChangeByGroupFigure
from topline.protocol.protocol import Protocol

_GAP: Final = 10.0
_INDENT: Final = 8.0
_MARGIN: Final = 2.0
_LEAST: Final = 15.0
"""Height of a group's strip."""
_MOST: Final = 44.0
_SPREAD: Final = ("median", "q1", "q3")
_UNIT: Final = re.compile(r" \([^()]*\)$")
"""Unit behind the name of a parameter, of which the change is a percentage."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A group: its patients with their changes, and what summarizes them; a heading has none."""

    name: str
    heading: bool = False
    patients: tuple[Number, ...] = ()
    """Best change of each, in ascending order."""
    n: Number | None = None
    spread: tuple[Number, ...] = ()
    """Median and quartiles."""
    p: Number | None = None


@dataclass(frozen=True, slots=True)
class Strips:
    """A figure as a value."""

    strips: tuple[Strip, ...]
    axis: str
    lines: tuple[float, ...]
    clip: float


@dataclass(frozen=True, slots=True)
class _Page:
    width: float
    size: float
    radius: float
    names: float
    n: float
    """Right edge of the numbers of patients."""
    scale: Scale
    said: float
    """Left edge of the medians."""
    p: float
    """Right edge of the tests; 0 where there are none."""
    tops: tuple[float, ...]
    """Of each strip, and of what stands below."""


def strips_of(
    plan: ChangeByGroupFigure, protocol: Protocol, numbers: Mapping[str, Numbers]
) -> Strips:
    """Gather the groups of each comparison with the patients in them.

    Parameters
    ----------
    plan
        Comparisons, and the analysis of each patient's changes.
    protocol
        Gives labels and arms.
    numbers
        Results of all of them.
    """
    patients = gather(numbers[plan.values])
    strips: list[Strip] = []
    for name in plan.analyses:
        analysis = protocol.analyses[name]
        if not isinstance(analysis, Comparison):
            msg = f"{plan.number}: {name} is no comparison"
            raise TypeError(msg)
        found = numbers[name]
        test = next((r for r in found.rows if r.statistic == "p_value" and not r.group), None)
        by = analysis.by or "TRT01P"
        strips.append(Strip(label_of(protocol, by), heading=True, p=test))
        strips += [_strip(found, group, patients) for group in found.groups() if group.by]
    rows = numbers[plan.values].rows
    label = next((r.parameter_label for r in rows if r.statistic == "best_change"), "Change")
    axis = plan.axis or f"Best change of {_within(_UNIT.sub('', label))} (%)"
    return Strips(tuple(strips), axis, plan.lines, plan.clip)


def _within(label: str) -> str:
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _strip(numbers: Numbers, group: Group, patients: Sequence[Patient]) -> Strip:
    mine = [r for r in numbers.rows if (r.by, r.group) == (group.by, group.value)]
    told = {r.statistic: r for r in mine if not r.level}
    changes = [
        change
        for patient in patients
        if patient.group(group.by) == group.value
        and (change := patient.number("best_change")) is not None
    ]
    spread = tuple(told[name] for name in _SPREAD if name in told)
    ordered = sorted(changes, key=lambda r: (r.value or 0.0, r.level))
    return Strip(group.label, patients=tuple(ordered), n=told.get("n"), spread=spread)


def draw_strips(strips: Strips, width: float, prefix: str, notice: str = "") -> str:
    """Return the groups below each other as SVG.

    Parameters
    ----------
    strips
        Groups with their patients.
    width
        Of the picture, in points.
    prefix
        Start of every id in the picture.
    notice
        Printed small at the foot.
    """
    page = _lay_out(strips, width)

    def draw(sheet: Sheet) -> None:
        _draw_heads(sheet, page)
        _draw_axis(sheet, strips, page)
        for strip, top, end in zip(strips.strips, page.tops, page.tops[1:], strict=False):
            _draw_strip(sheet, strips, page, strip, (top, end - top))

    height = page.tops[-1] + 3 + page.size * 3.2 + 6
    return draw_sheet(width, height, draw, prefix=prefix, notice=notice)


def describe_strips(strips: Strips) -> str:
    """Say in words how the groups' changes lie."""
    told: list[str] = []
    for strip in strips.strips:
        if strip.heading:
            told.append(strip.name + (f", P {strip.p.display}" if strip.p else ""))
            continue
        n = f"{strip.n.display} patients" if strip.n else ""
        told.append(f"{strip.name}: {', '.join(filter(None, [n, 'median ' + _said(strip)]))}")
    return f"{strips.axis}, a dot a patient. {'. '.join(told)}."


def _said(strip: Strip) -> str:
    return print_cell("{} ({} to {})", *strip.spread).text if len(strip.spread) == 3 else ""


def _lay_out(strips: Strips, width: float) -> _Page:
    """Measure the columns of text; the plot takes what they leave."""
    narrow = width < theme.page_width("two columns") * 0.75
    size = theme.SMALL_PT if narrow else theme.LABEL_PT
    every = [strip for strip in strips.strips if not strip.heading]
    said = max([_width("Median (IQR)", size), *(_width(_said(s), size) for s in every)])
    counts = max([_width("N", size), *(_width(s.n.display, size) for s in every if s.n)])
    ps = [_width(s.p.display, size) for s in strips.strips if s.p]
    tests = max([*ps, _width("P", size)]) + _GAP if ps else 0.0
    need = max((_width(s.name, size) + _INDENT for s in every), default=0.0)
    names = min(need, width - said - counts - tests - 3 * _GAP - (66.0 if narrow else 160.0))
    n = _MARGIN + names + _GAP / 2 + counts
    left = n + _GAP
    plot = max(width - left - _GAP - said - tests - _MARGIN, 40.0)
    most = max((len(strip.patients) for strip in every), default=0)
    radius = 2.2 if most <= 40 else 1.7 if most <= 120 else 1.2
    values = [c.value or 0.0 for strip in every for c in strip.patients]
    ends = linear_ends([*strips.lines, 0.0, *(min(v, strips.clip) for v in values)], 7)
    scale = Scale(*ends, left, plot)
    tops = [size * 1.3 + 6]
    for strip in strips.strips:
        tops.append(
            tops[-1] + (size * 1.65 if strip.heading else _height(strips, strip, scale, radius))
        )
    return _Page(
        width,
        size,
        radius,
        names,
        n,
        scale,
        left + plot + _GAP,
        width - _MARGIN if ps else 0.0,
        tuple(tops),
    )


def _width(text: str, size: float) -> float:
    return text_width(text, size, "semibold")


def _height(strips: Strips, strip: Strip, scale: Scale, radius: float) -> float:
    lanes = max((abs(lane) for _, lane in _lanes(strips, strip, scale, radius)), default=0)
    return min(max(_LEAST, (2 * lanes + 1) * 2 * radius + 5), _MOST)


def _lanes(strips: Strips, strip: Strip, scale: Scale, radius: float) -> list[tuple[Number, int]]:
    """Give each dot a lane, the nearest to the middle where it touches no other."""
    last: dict[int, float] = {}
    placed: list[tuple[Number, int]] = []
    for change in strip.patients:
        x = scale.at(min(change.value or 0.0, strips.clip))
        lane = next(lane for lane in _outward() if x - last.get(lane, -1e9) >= 2 * radius + 0.4)
        last[lane] = x
        placed.append((change, lane))
    return placed


def _outward() -> list[int]:
    """Return lanes from the middle outward: 0, 1, -1, 2 and so on."""
    return [ceil(i / 2) * (1 if i % 2 else -1) for i in range(2000)]


def _draw_heads(sheet: Sheet, page: _Page) -> None:
    bold, right = Look(bold=True, size=page.size), Look(True, "right", page.size)
    sheet.write(page.n, 0, "N", right)
    sheet.write(page.said, 0, "Median (IQR)", bold)
    if page.p:
        sheet.write(page.p, 0, "P", right)
    y = page.tops[0] - 3
    draw_line(sheet, [(0, y), (page.width, y)])


def _draw_axis(sheet: Sheet, strips: Strips, page: _Page) -> None:
    """Draw the axis below, and the lines of no change, progression and response."""
    scale, y, size = page.scale, page.tops[-1] + 3, page.size
    for value in (0.0, *strips.lines):
        if scale.holds(value):
            dashes = (3.0, 2.4) if value else ()
            ends = [(scale.at(value), page.tops[0]), (scale.at(value), y)]
            draw_line(sheet, ends, colour=theme.HAIRLINE, dashes=dashes)
    draw_line(sheet, [(scale.left, y), (scale.left + scale.width, y)])
    for tick in apart(scale, size):
        x = scale.at(tick)
        draw_line(sheet, [(x, y), (x, y + 3)])
        sheet.write(x, y + 5, tick_label(tick), Look(align="center", size=size))
    middle = scale.left + scale.width / 2
    room = 2 * min(middle, page.width - middle)
    name = shorten(strips.axis, room * 0.94, size)
    sheet.write(middle, y + 6 + size * 1.3, name, Look(align="center", size=size))


def _draw_strip(
    sheet: Sheet, strips: Strips, page: _Page, strip: Strip, row: tuple[float, float]
) -> None:
    """Draw a group's name and numbers, the quartiles and median, and the dots."""
    top, height = row
    size, beside = page.size, top + (height - page.size * 1.2) / 2
    if strip.heading:
        draw_band(sheet, (0, top, page.width, height))
        room = page.said - 2 * _MARGIN
        sheet.write(_MARGIN, beside, shorten(strip.name, room, size), Look(bold=True, size=size))
        if strip.p is not None:
            text = sheet.write(page.p, beside, strip.p.display, Look(align="right", size=size))
            sheet.link(text, strip.p)
        return
    name = shorten(strip.name, page.names - _INDENT, size)
    sheet.write(_MARGIN + _INDENT, beside, name, Look(size=size))
    if strip.n is not None:
        text = sheet.write(page.n, beside, strip.n.display, Look(align="right", size=size))
        sheet.link(text, strip.n)
    if _said(strip):
        sheet.link(sheet.write(page.said, beside, _said(strip), Look(size=size)), *strip.spread)
    _draw_spread(sheet, strips, page, strip, (top, height))
    middle = top + height / 2
    for change, lane in _lanes(strips, strip, page.scale, page.radius):
        x = page.scale.at(min(change.value or 0.0, strips.clip))
        step = min(2 * page.radius + 0.2, (height / 2 - page.radius) / max(abs(lane), 1))
        dot = Symbol("circle", fill=theme.SERIES[0], edge="#ffffff", size=page.radius)
        sheet.link(draw_symbol(sheet, dot, (x, middle + lane * step)), change)


def _draw_spread(
    sheet: Sheet, strips: Strips, page: _Page, strip: Strip, row: tuple[float, float]
) -> None:
    """Draw the quartiles as a box behind the dots, and the median as a line across."""
    values = [min(number.value, strips.clip) for number in strip.spread if number.value is not None]
    if len(values) < 3:
        return
    top, height = row
    median, first, third = (page.scale.at(value) for value in values)
    box = first, top + 2, max(third - first, 0.6), height - 4
    sheet.link(draw_rectangle(sheet, *box, fill="#d8e4f2"), *strip.spread)
    ends = [(median, top + 1), (median, top + height - 1)]
    sheet.link(draw_line(sheet, ends, colour=theme.INK, width=1.3), strip.spread[0])
