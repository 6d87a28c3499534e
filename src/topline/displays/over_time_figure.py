"""Values over visits: a panel a parameter, with the number of patients below each visit.

Imported only when one is drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Final

from topline.analyses.repeated_measures import GROUP, VISIT
from topline.displays import theme
from topline.displays.axes import SIZE, Axis, draw_beside, widest, width_beside
from topline.displays.legend import Legend, lay_out_legend
from topline.displays.marks import draw_line
from topline.displays.numbers import Group, Number, Numbers
from topline.displays.over_time import (
    SUMMARY,
    OverTime,
    entries,
    values_on_axis,
    visits_of,
)
from topline.displays.patients import gather
from topline.displays.scale import Scale, tick_label
from topline.displays.sheet import BOLD, CENTRED, Look, Sheet, draw_sheet, shorten
from topline.displays.svg import text_width
from topline.displays.symbols import Symbol, draw_band, draw_symbol
from topline.displays.value_scale import ValueScale, scale_values

_HEIGHT: Final = {1: 170.0, 2: 120.0, 3: 92.0}
"""Of a plot, by the number of panels side by side."""
_BETWEEN: Final = 16.0
_ABOVE: Final = theme.LABEL_PT * 1.35 + SIZE * 1.9
_LINE: Final = SIZE * 1.35
_INSET: Final = 9.0
_DODGE: Final = 4.0
_MARKS: Final = ("circle", "square", "diamond", "triangle", "down", "hexagon", "star", "plus")
_SMALL: Final = Look(align="center", size=theme.SMALL_PT)
_LEFT: Final = Look(size=theme.SMALL_PT)
_ENDS: Final = Look(align="right", size=theme.SMALL_PT)
_BAND: Final = "#e8ecf0"
_GREY: Final = "#a9b1b9"


@dataclass(frozen=True, slots=True)
class _Panel:
    """A panel: what is in it, and where it is."""

    name: str
    numbers: Numbers
    title: str
    parameter: str
    visits: tuple[str, ...]
    groups: tuple[Group, ...]
    tests: tuple[Number, ...]
    left: float
    top: float
    """Of the plot."""
    width: float
    height: float
    xs: Mapping[str, float]
    scale: ValueScale
    axis: Axis

    @property
    def bottom(self) -> float:
        """Lower end of the plot."""
        return self.top + self.height

    def summary(self, over: OverTime, visit: str, group: Group) -> tuple[Number, ...]:
        """Return the point and its limits at a visit, where they are known."""
        found = [
            self.numbers.get(self.parameter, s, group=group, level=visit)
            for s in SUMMARY[over.plan.show]
        ]
        return tuple(n for n in found if n is not None and n.value is not None)

    @property
    def dodge(self) -> float:
        """Distance of the groups' points at a visit."""
        return _dodge(len(self.groups), self.xs)

    def counted(self, visit: str, group: Group) -> Number | None:
        """Return how many patients have a value."""
        return self.numbers.get(self.parameter, "n", group=group, level=visit)


def draw_over_time(over: OverTime, prefix: str) -> str:
    """Draw values over visits.

    Parameters
    ----------
    over
        What to show.
    prefix
        Start of every id in the picture.

    Returns
    -------
    str
        SVG.
    """
    width = theme.page_width(over.plan.width)
    legend = lay_out_legend(entries(over), width - 4)
    panels, bottom = _lay_out(over, width, legend)

    def draw(sheet: Sheet) -> None:
        legend.draw(sheet, 2, 0)
        for panel in panels:
            _draw_panel(sheet, over, panel)

    return draw_sheet(width, bottom, draw, prefix=prefix, notice=over.notice)


def _lay_out(over: OverTime, width: float, legend: Legend) -> tuple[list[_Panel], float]:
    """Place the panels in rows, as many side by side as their numbers leave room for."""
    names = list(over.analyses)
    most = 1 if over.plan.width == "one column" else 3
    across = next(
        (k for k in range(min(most, max(len(names), 1)), 0, -1) if _fits(over, width, k)), 1
    )
    height = _HEIGHT[across]
    each = (width - (across - 1) * _BETWEEN) / across
    under = SIZE * 3.1 + theme.LABEL_PT * 1.5 + max(len(over.groups), 1) * _LINE
    panels: list[_Panel] = []
    for i, name in enumerate(names):
        row, column = divmod(i, across)
        x = column * (each + _BETWEEN)
        y = legend.height + 2 + row * (_ABOVE + height + under + 6)
        panels.append(_panel(over, name, (x, y + _ABOVE, each, height)))
    rows = ceil(len(names) / across)
    return panels, legend.height + 2 + rows * (_ABOVE + height + under + 6)


def _fits(over: OverTime, width: float, across: int) -> bool:
    """Whether counts and names of visits stand side by side with so many panels in a row."""
    each = (width - (across - 1) * _BETWEEN) / across - 40 - 2 * _INSET
    for name in over.analyses:
        visits = visits_of(over, name)
        rows = over.numbers[name].rows
        counts = [r.display for r in rows if r.statistic == "n"]
        labels = [over.plan.labels.get(visit, visit) for visit in visits]
        needed = max(widest(counts), min(widest(labels), 24.0)) + 2
        if len(visits) > 1 and needed * (len(visits) - 1) > each:
            return False
    return True


def _panel(over: OverTime, name: str, place: tuple[float, float, float, float]) -> _Panel:
    numbers, plan = over.numbers[name], over.plan
    visits = visits_of(over, name)
    first = next((r for r in numbers.rows if r.level in visits), None)
    parameter = first.parameter if first else over.analyses[name].parameter
    groups = numbers.groups(parameter)
    grouped = tuple(g for g in groups if g.by) or (Group("", "", "All"),)
    tests = tuple(
        r
        for r in numbers.rows
        if r.statistic == "p_value"
        and (r.level == _test(grouped) or r.level == over.analyses[name].rank_test)
    )
    x, y, width, height = place
    scale = scale_values(
        plan.scale, values_on_axis(over, name, visits), y + height, height, plan.limits
    )
    labels = tuple(tick_label(tick) for tick in scale.ticks)
    unit = first.unit if first else ""
    axis = Axis(scale.scale, scale.places, plan.axis or unit, labels)
    beside = width_beside(axis)
    if over.groups:
        names = [shorten(g.label, 40.0, theme.SMALL_PT) for g in over.groups]
        beside = max(beside, widest(names) + 6)
    left = x + beside
    ends = [over.plan.labels.get(v, v) for v in (*visits[:1], *visits[-1:])]
    halves = [text_width(shorten(e, 60.0, SIZE), SIZE) / 2 for e in ends] or [0.0]
    xs = _places(
        over,
        visits,
        left + max(_INSET, halves[0] - beside / 2),
        x + width - max(_INSET, halves[-1]),
    )
    title = plan.titles.get(name, first.parameter_label if first else name)
    return _Panel(
        name, numbers, title, parameter, visits, grouped, tests, left, y, x + width - left,
        height, xs, scale, axis,
    )  # fmt: skip


def _dodge(groups: int, xs: Mapping[str, float]) -> float:
    """Return how far the points of groups stand apart, so that visits stay apart too."""
    gaps = [b - a for a, b in pairwise(sorted(xs.values()))]
    return min(_DODGE, 0.7 * min(gaps, default=2 * _INSET) / groups, 1.8 * _INSET / groups)


def _test(groups: tuple[Group, ...]) -> str:
    """Return the level of the test that the panel prints."""
    return f"F test of {GROUP}:{VISIT}" if groups[0].by else f"F test of {VISIT}"


def _places(over: OverTime, visits: tuple[str, ...], left: float, right: float) -> dict[str, float]:
    """Return where the visits stand: by their positions, or evenly."""
    positions = over.plan.positions
    known = all(visit in positions for visit in visits)
    at = [positions[v] if known else float(i) for i, v in enumerate(visits)]
    if not at:
        return {}
    low, high = min(at), max(at)
    if high == low:
        return {visit: (left + right) / 2 for visit in visits}
    scale = Scale(low, high, left, right - left)
    return {visit: scale.at(a) for visit, a in zip(visits, at, strict=True)}


def _draw_panel(sheet: Sheet, over: OverTime, panel: _Panel) -> None:
    """Draw a panel: title and test, axes, band, patients, groups, counts."""
    _draw_head(sheet, panel)
    _draw_band(sheet, over, panel)
    draw_beside(
        sheet, panel.axis, panel.left, name_at=panel.left - width_beside(panel.axis) + 5.6
    )  # fmt: skip
    draw_line(sheet, [(panel.left, panel.bottom), (panel.left + panel.width, panel.bottom)])
    if over.plan.reference is not None:
        y = panel.scale.at(over.plan.reference)
        ends = [(panel.left, y), (panel.left + panel.width, y)]
        draw_line(sheet, ends, colour=theme.MUTED, width=0.7, dashes=(1, 2))
    if over.values is not None:
        _draw_patients(sheet, over.values, panel)
    for i, group in enumerate(panel.groups):
        _draw_group(sheet, over, panel, (i, group))
    _draw_below(sheet, over, panel)


def _draw_head(sheet: Sheet, panel: _Panel) -> None:
    """Print the title, and below it the tests."""
    start = panel.left - 4
    room = panel.left + panel.width - start
    y = panel.top - _ABOVE
    sheet.write(start, y, shorten(panel.title, room, weight="semibold"), BOLD)
    x = start
    for test in panel.tests:
        p = f"P {'' if test.display[:1] in '<>' else '= '}{test.display}"
        modelled = test.level.startswith("F test")
        name = "Change over time" if modelled else test.level_label
        words = shorten(f"{name}, {p}", room, theme.SMALL_PT)
        if x + text_width(words, theme.SMALL_PT) > start + room and x > start:
            break
        sheet.link(sheet.write(x, y + theme.LABEL_PT * 1.3, words, _LEFT), test)
        x += text_width(words, theme.SMALL_PT) + 8


def _draw_band(sheet: Sheet, over: OverTime, panel: _Panel) -> None:
    """Shade what lies nearer to the first visit than the difference that matters."""
    if over.plan.matters is None or not panel.visits or len(panel.groups) > 1:
        return
    found = [panel.summary(over, panel.visits[0], group) for group in panel.groups]
    start = next((numbers[0] for numbers in found if numbers), None)
    if start is None:
        return
    value = start.value or 0.0
    top, bottom = (panel.scale.at(value + side * over.plan.matters) for side in (1, -1))
    draw_band(sheet, (panel.left, top, panel.width, bottom - top), _BAND)
    y = panel.scale.at(value)
    ends = [(panel.left, y), (panel.left + panel.width, y)]
    draw_line(sheet, ends, colour=theme.HAIRLINE, width=0.5).set_zorder(0.7)


def _draw_patients(sheet: Sheet, values: Numbers, panel: _Panel) -> None:
    for patient in gather(values):
        found = [
            (panel.xs[r.group], panel.scale.at(r.value), r)
            for r in patient.rows
            if r.statistic == "value" and r.value is not None and r.group in panel.xs
        ]
        at = [(x, y) for x, y, _ in sorted(found, key=lambda each: each[0])]
        if len(at) > 1:
            line = draw_line(sheet, at, colour=_GREY, width=0.45)
            line.set_zorder(0.8)
            sheet.link(line, *(number for _, _, number in found))
        for x, y, number in found:
            dot = draw_symbol(sheet, Symbol("circle", _GREY, None, 1.1), (x, y))
            dot.set_zorder(0.9)
            sheet.link(dot, number)


def _draw_group(sheet: Sheet, over: OverTime, panel: _Panel, numbered: tuple[int, Group]) -> None:
    """Draw a group's points, their limits, and the line that joins them."""
    i, group = numbered
    paint = over.paint(group)
    shift = (i - (len(panel.groups) - 1) / 2) * panel.dodge
    found = [(visit, panel.summary(over, visit, group)) for visit in panel.visits]
    points = [
        (panel.xs[visit] + shift, panel.scale.at(numbers[0].value or 0.0), numbers)
        for visit, numbers in found
        if numbers
    ]
    joined = [(x, y) for x, y, _ in points]
    if len(joined) > 1:
        draw_line(sheet, joined, colour=paint.colour, width=0.9, dashes=paint.dashes)
    for x, y, numbers in points:
        ends = [panel.scale.at(n.value or 0.0) for n in numbers[1:]]
        if len(ends) == 2:
            bar = draw_line(sheet, [(x, ends[0]), (x, ends[1])], colour=paint.colour, width=1.1)
            sheet.link(bar, *numbers)
            for end in ends:
                draw_line(sheet, [(x - 2, end), (x + 2, end)], colour=paint.colour, width=0.9)
        mark = Symbol(_MARKS[i % len(_MARKS)], paint.colour, None, 2.4)
        sheet.link(draw_symbol(sheet, mark, (x, y)), *numbers)


def _draw_below(sheet: Sheet, over: OverTime, panel: _Panel) -> None:
    """Name the visits, and print how many patients have a value at each."""
    y = panel.bottom + 3
    free = -1e9
    for visit, x in panel.xs.items():
        draw_line(sheet, [(x, panel.bottom), (x, panel.bottom + 3)])
        label = shorten(over.plan.labels.get(visit, visit), 60.0, theme.SMALL_PT)
        half = text_width(label, SIZE) / 2
        if x - half >= free and x + half <= sheet.width:
            sheet.write(x, y + 2, label, _SMALL)
            free = x + half + 2
    y += 2 + SIZE * 1.4
    middle = panel.left + panel.width / 2
    name = shorten(over.plan.visits, panel.width)
    sheet.write(middle, y, name, CENTRED)
    y += theme.LABEL_PT * 1.5
    for group in panel.groups:
        label = shorten(group.label, 40.0, theme.SMALL_PT) if group.by else "n"
        sheet.write(panel.left - 4, y, label, _ENDS)
        free = panel.left - 2
        for visit, x in panel.xs.items():
            number = panel.counted(visit, group)
            half = text_width(number.display, SIZE) / 2 if number else 0.0
            if number is not None and x - half >= free:
                sheet.link(sheet.write(x, y, number.display, _SMALL), number)
                free = x + half + 2
        y += _LINE
