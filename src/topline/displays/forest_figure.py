"""Forest plots: names and counts, marks with limits on one axis, the estimates as text beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from topline.displays import theme
from topline.displays.axes import apart
from topline.displays.forest_lines import Forest, ForestLine, Limits
from topline.displays.marks import MIDDLE, draw_arrowhead, draw_line, draw_rectangle, draw_shape
from topline.displays.numbers import Number
from topline.displays.scale import Scale, linear_ends, log_ends, tick_label
from topline.displays.sheet import Look, Sheet, draw_sheet, shorten
from topline.displays.svg import text_width, wrap

_GAP: Final = 10.0
_INDENT: Final = 8.0
_MANY: Final = 40
"""Lines from which on the type is smaller, so that a page holds more of them."""
_FARTHEST: Final = 8.0
"""An axis of ratios reaches no farther than so many times the outermost estimates."""
_NARROWEST: Final = 56.0
_SHORTEST: Final = 50.0
_HEAD: Final = 56.0
"""Width at which the head of a column of counts is broken."""
_MARGIN: Final = 2.0
_NOT_ESTIMABLE: Final = "not estimable"


@dataclass(frozen=True, slots=True)
class _Set:
    """A line as it is set: its name in lines of text, the estimate as text, where it stands."""

    line: ForestLine
    name: tuple[str, ...]
    said: str
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class _Page:
    """Where everything is."""

    width: float
    size: float
    head: float
    """Height of the heads."""
    counts: tuple[float, ...]
    """Right edge of each column of counts."""
    said: float
    """Left edge of the estimates."""
    p: float
    """Right edge of the column of P; 0 where there is none."""
    scale: Scale
    lines: tuple[_Set, ...]
    heads: tuple[tuple[str, ...], ...]

    @property
    def bottom(self) -> float:
        """Lower end of the lines."""
        return self.lines[-1].top + self.lines[-1].height if self.lines else self.head


def draw_forest(
    forest: Forest,
    width: float,
    prefix: str,
    *,
    favours: tuple[str, str] | None = None,
    notice: str = "",
) -> str:
    """Return a forest plot as SVG.

    Parameters
    ----------
    forest
        Lines with their results.
    width
        Of the picture, in points.
    prefix
        Start of every id in the picture.
    favours
        What estimates on the left and on the right of no difference speak for.
    notice
        Printed small at the foot.
    """
    page = _lay_out(forest, width)

    def draw(sheet: Sheet) -> None:
        _draw_heads(sheet, forest, page)
        for each in page.lines:
            _draw_band(sheet, page, each)
        _draw_axis(sheet, forest, page)
        _draw_favours(sheet, forest, page, favours)
        for each in page.lines:
            _draw_line(sheet, forest, page, each)

    return draw_sheet(
        page.width, page.bottom + _below(forest, page, favours), draw, prefix=prefix, notice=notice
    )


def describe_forest(forest: Forest) -> str:
    """Say in words what each line of a forest plot shows."""
    told: list[str] = []
    for line in forest.lines:
        counts = ", ".join(c.text for c in line.counts if c.text)
        p = f", P {line.p.display}" if line.p else ""
        said = line.name if line.heading else _said(line) or ("reference" * line.reference)
        parts = [counts, said if not line.heading else ""]
        told.append(f"{line.name}: {'; '.join(filter(None, parts))}{p}".removesuffix(": "))
    return f"Forest plot of {forest.measure} ({forest.level:.0%} CI). " + ". ".join(told) + "."


def _said(line: ForestLine) -> str:
    """Print an estimate with its limits; in words where there is none."""
    if line.limits is None:
        return "Reference" if line.reference else ""
    if line.limits[0].value is None and line.limits[0].display == "NE":
        return _NOT_ESTIMABLE
    return "{} ({} to {})".format(*(n.display for n in line.limits))


def _lay_out(forest: Forest, width: float) -> _Page:
    """Measure the columns of text; the plot takes what they leave."""
    narrow = width < theme.TWO_COLUMNS_MM * theme.POINTS_A_MM * 0.75
    size = theme.SMALL_PT if narrow or len(forest.lines) > _MANY else theme.LABEL_PT
    said = [_said(line) for line in forest.lines]
    title = _estimate_head(forest)
    said_width = max(_bold_width(text, size) for text in (title, *said))
    ps = [text_width(line.p.display, size) for line in forest.lines if line.p]
    p_width = max([*ps, _bold_width("P", size)]) + _GAP if ps else 0.0
    need = max((_name_width(line, size) for line in forest.lines), default=0.0)
    heads, counted = _count_columns(forest, size)
    text = said_width + p_width + 2 * _MARGIN
    if text + sum(counted) + _GAP * (len(counted) + 2) + 2 * _NARROWEST > width:
        heads, counted = (), []  # no room for the counts of several arms: they are in the words
    room = width - text - sum(counted) - _GAP * (len(counted) + 2)
    names = max(min(need, room - (_NARROWEST if narrow else room * 0.5)), min(need, _SHORTEST))
    lefts = [_MARGIN + names + _GAP * (i + 1) for i in range(len(counted) + 1)]
    rights = tuple(lefts[i] + sum(counted[: i + 1]) for i in range(len(counted)))
    left, plot = lefts[-1] + sum(counted), max(room - names, 20.0)
    head = size * 1.3 * max((len(parts) for parts in heads), default=1) + 6
    return _Page(
        width,
        size,
        head,
        rights,
        left + plot + _GAP,
        width - _MARGIN if ps else 0.0,
        _scale(forest, left, plot),
        tuple(_stacked(forest, said, names, size, head)),
        heads,
    )


def _count_columns(forest: Forest, size: float) -> tuple[tuple[tuple[str, ...], ...], list[float]]:
    """Return the heads of the counts, broken into lines, and how wide each column is."""
    heads = tuple(
        tuple(line for part in head.split("\n") for line in wrap(part, _HEAD, size, "semibold"))
        for head in forest.heads
    )
    widths = [
        max(
            [
                *(_bold_width(line.counts[i].text, size) for line in forest.lines),
                *(text_width(part, size, "semibold") for part in parts),
            ]
        )
        for i, parts in enumerate(heads)
    ]
    return heads, widths


def _estimate_head(forest: Forest) -> str:
    return f"{forest.short} ({forest.level:.0%} CI)"


def _bold_width(text: str, size: float) -> float:
    return text_width(text, size, "semibold")


def _name_width(line: ForestLine, size: float) -> float:
    weight = "semibold" if line.heading or line.overall else "regular"
    return line.indent * _INDENT + text_width(line.name, size, weight) + 1


def _stacked(
    forest: Forest, said: Sequence[str], names: float, size: float, top: float
) -> list[_Set]:
    """Set the lines one below the other; a long name takes two, and is cut after that."""
    pitch = size * (1.5 if len(forest.lines) > _MANY else 1.65)
    stacked: list[_Set] = []
    for line, text in zip(forest.lines, said, strict=True):
        weight = "semibold" if line.heading or line.overall else "regular"
        room = names - line.indent * _INDENT
        if line.heading:  # beside it there is nothing but P
            room += 60.0
        first, *rest = wrap(line.name, room, size, weight)
        name = (first, shorten(" ".join(rest), room * 0.94, size)) if rest else (first,)
        height = pitch + (len(name) - 1) * size * 1.2
        stacked.append(_Set(line, name, text, top, height))
        top += height
    return stacked


def _scale(forest: Forest, left: float, width: float) -> Scale:
    """Choose the ends of the axis: round, and beyond the limits unless those are far out."""
    limits = [line.limits for line in forest.lines if line.limits is not None]
    estimates = [e.value for e, _, _ in limits if e.value is not None]
    bounds = [n.value for each in limits for n in each if n.value is not None]
    if forest.ratio:
        middle = [value for value in estimates if value > 0] or [1.0]
        nearest = [1.0, *middle]
        low = max(min([*bounds, *nearest]), min(nearest) / _FARTHEST)
        high = min(max([*bounds, *nearest]), max(nearest) * _FARTHEST)
        ends = log_ends([low, *nearest, high])
        return Scale(*ends, left, width, log=True)
    if forest.share:
        return Scale(0.0, min(linear_ends([0, *bounds, 10], 6)[1], 100.0), left, width)
    zero = [0.0] if forest.null is None else [forest.null]
    return Scale(*linear_ends([*zero, *bounds], 7), left, width)


def _draw_heads(sheet: Sheet, forest: Forest, page: _Page) -> None:
    right = Look(bold=True, align="right", size=page.size)
    foot = page.head - 6
    for edge, parts in zip(page.counts, page.heads, strict=True):
        for i, part in enumerate(reversed(parts), start=1):
            sheet.write(edge, foot - i * page.size * 1.3, part, right)
    top = foot - page.size * 1.3
    sheet.write(page.said, top, _estimate_head(forest), Look(bold=True, size=page.size))
    if page.p:
        sheet.write(page.p, top, "P", right)
    draw_line(sheet, [(0, page.head - 3), (page.width, page.head - 3)])


def _draw_band(sheet: Sheet, page: _Page, each: _Set) -> None:
    """Tint the lines that name a variable, which lead the eye across the page."""
    if each.line.heading:
        draw_rectangle(sheet, 0, each.top, page.width, each.height, fill=theme.TINT)


def _draw_axis(sheet: Sheet, forest: Forest, page: _Page) -> None:
    """Draw the axis below, the line of no difference, and the dashed one of all subjects."""
    scale, y, size = page.scale, page.bottom + 3, page.size
    right = scale.left + scale.width
    if forest.null is not None:
        x = scale.at(forest.null)
        draw_line(sheet, [(x, page.head - 3), (x, y)], colour=theme.MUTED)
    overall = [each for each in page.lines if each.line.overall and each.line.limits]
    for each in overall if len(overall) == 1 else ():
        value = each.line.limits[0].value if each.line.limits else None
        if value is not None and scale.holds(value):
            x = scale.at(value)
            ends = [(x, each.top + each.height), (x, y)]
            draw_line(sheet, ends, colour=theme.SERIES[0], width=0.7, dashes=(3, 2.4))
    draw_line(sheet, [(scale.left, y), (right, y)])
    for tick in apart(scale, size):
        x = scale.at(tick)
        draw_line(sheet, [(x, y), (x, y + 3)])
        sheet.write(x, y + 5, tick_label(tick), Look(align="center", size=size))
    for i, part in enumerate(_measure(forest, page)):
        place = scale.left + scale.width / 2, y + 6 + size * 1.3 * (i + 1)
        sheet.write(*place, part, Look(align="center", size=size))


def _measure(forest: Forest, page: _Page) -> tuple[str, ...]:
    """Break the name of the axis where it is wider than the plot and some more."""
    return wrap(forest.measure, page.scale.width + 4 * _GAP, page.size)


def _below(forest: Forest, page: _Page, favours: tuple[str, str] | None) -> float:
    """Return the height of what stands below the lines."""
    lines = 1 + len(_measure(forest, page)) + bool(favours and forest.null is not None)
    return 12 + lines * page.size * 1.3


def _draw_favours(
    sheet: Sheet, forest: Forest, page: _Page, favours: tuple[str, str] | None
) -> None:
    """Write what either side of no difference speaks for, with arrows away from it."""
    if favours is None or forest.null is None:
        return
    size, middle = page.size, page.scale.at(forest.null)
    y = page.bottom + 9 + size * 1.3 * (1 + len(_measure(forest, page)))
    for side, text in enumerate(favours):
        towards = 1 if side else -1
        tip = middle + towards * 12
        draw_line(sheet, [(middle + towards * 3, y + size * MIDDLE), (tip, y + size * MIDDLE)])
        draw_arrowhead(sheet, tip, y + size * MIDDLE, towards=towards, colour=theme.INK)
        room = (page.width - tip if side else tip) - 6
        look = Look(align="left" if side else "right", size=size)
        sheet.write(tip + towards * 3, y, shorten(text, room, size), look)


def _draw_line(sheet: Sheet, forest: Forest, page: _Page, each: _Set) -> None:
    line, size = each.line, page.size
    top = each.top + (each.height - len(each.name) * size * 1.2) / 2
    bold = line.heading or line.overall
    for i, part in enumerate(each.name):
        place = _MARGIN + line.indent * _INDENT, top + i * size * 1.2
        sheet.write(*place, part, Look(bold=bold, size=size))
    beside = each.top + (each.height - size * 1.2) / 2
    right = Look(align="right", size=size, bold=bold)
    for edge, count in zip(page.counts, line.counts, strict=False):
        if count.text:
            sheet.link(sheet.write(edge, beside, count.text, right), *count.numbers)
    if each.said:
        text = sheet.write(page.said, beside, each.said, Look(size=size, bold=bold))
        sheet.link(text, *(line.limits or ()))
    if line.p is not None:
        text = sheet.write(page.p, beside, line.p.display, Look(align="right", size=size))
        sheet.link(text, line.p)
    middle = beside + size * MIDDLE
    if line.reference and forest.null is not None:
        x = page.scale.at(forest.null)
        draw_rectangle(sheet, x - 1.6, middle - 1.6, 3.2, 3.2, fill="#ffffff", edge=theme.MUTED)
    if line.limits is not None:
        _draw_estimate(sheet, forest, page, line, middle)


def _draw_estimate(sheet: Sheet, forest: Forest, page: _Page, line: ForestLine, y: float) -> None:
    """Draw limits and estimate; an arrow where a limit lies beyond the axis."""
    limits = line.limits
    assert limits is not None
    scale, colour = page.scale, theme.SERIES[0]
    estimate = limits[0].value
    low, high = _ends(forest, limits)
    if low is not None and high is not None:
        ends = [(scale.at(low), y), (scale.at(high), y)]
        sheet.link(draw_line(sheet, ends, colour=colour, width=1.0), *limits)
        if not scale.holds(low):
            draw_arrowhead(sheet, scale.left, y, towards=-1, colour=colour)
        if not scale.holds(high):
            draw_arrowhead(sheet, scale.left + scale.width, y, towards=1, colour=colour)
    if estimate is None:
        return
    x = scale.at(estimate)
    if line.overall:
        corners = [(x - 4.5, y), (x, y - 3.6), (x + 4.5, y), (x, y + 3.6)]
        mark = draw_shape(sheet, corners, fill=colour)
    else:
        half = _half(forest, line)
        mark = draw_rectangle(sheet, x - half, y - half, 2 * half, 2 * half, fill=colour)
    sheet.link(mark, *limits)


def _ends(forest: Forest, limits: Limits) -> tuple[float | None, float | None]:
    """Return the limits to draw; one that was not reached or is infinite lies beyond the axis."""

    def end(number: Number, beyond: float) -> float | None:
        if number.value is not None:
            return number.value
        endless = forest.open or number.display == "∞"
        return beyond if endless else None

    estimate, lower, upper = limits
    if estimate.value is None and not (forest.open and lower.value is not None):
        return None, None
    return end(lower, float("-inf")), end(upper, float("inf"))


def _half(forest: Forest, line: ForestLine) -> float:
    """Return half the side of a mark: its area goes with the number of subjects."""
    sizes = [e.limits[0].n or 0 for e in forest.lines if e.limits and not e.overall]
    largest = max(sizes, default=0)
    own = (line.limits[0].n or 0) if line.limits else 0
    return max(1.4, 3.2 * sqrt(own / largest)) if largest else 2.4
