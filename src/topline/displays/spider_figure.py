"""Spider plots: a line a patient for the change over time. Imported only when one is drawn."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from topline.displays import theme
from topline.displays.axes import (
    SIZE,
    UNDER_AXIS,
    Axis,
    draw_below,
    draw_beside,
    width_beside,
)
from topline.displays.legend import Entry, Legend, Swatch, lay_out_legend
from topline.displays.marks import draw_line
from topline.displays.numbers import Number, Numbers
from topline.displays.palettes import Palettes
from topline.displays.patients import Patient, counts, dated, gather, told
from topline.displays.scale import Scale, linear_ends
from topline.displays.sheet import Look, Sheet, draw_sheet, shorten
from topline.displays.svg import text_width
from topline.displays.symbols import Symbol, draw_band, draw_symbol, end_symbol
from topline.displays.theme import Paint
from topline.displays.ticks import time_ticks
from topline.displays.waterfall_figure import signed
from topline.protocol.figures_of_patients import SpiderFigure
from topline.protocol.patient_figures import PatientChanges

_HEIGHT: Final = {"one column": 170.0, "two columns": 230.0}
_RIGHT: Final = 54.0
_TICKS: Final = 8
_MANY: Final = 60
_NAME_AT_MOST: Final = 46.0
_SMALL: Final = Look(size=theme.SMALL_PT)
_NAME: Final = Look(size=theme.NOTICE_PT)
_LINE: Final = theme.NOTICE_PT * 1.25
Point = tuple[float, float]


@dataclass(frozen=True)
class Spider:
    """What a spider plot shows."""

    plan: SpiderFigure
    analysis: PatientChanges
    numbers: Numbers
    palettes: Palettes
    notice: str = ""

    @property
    def colour(self) -> str | None:
        """Variable that colours the lines."""
        return self.plan.colour or self.analysis.response

    @cached_property
    def patients(self) -> tuple[Patient, ...]:
        """Patients with an assessment after the baseline."""
        return tuple(p for p in gather(self.numbers) if p.course)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Values of that variable, in order."""
        return tuple(r.group for r in counts(self.numbers, self.colour)) if self.colour else ()

    def place(self, patient: Patient) -> int:
        """Return the place of a patient's group among the groups."""
        group, groups = patient.group(self.colour), self.groups
        return groups.index(group) if group in groups else len(groups)

    def paint(self, patient: Patient) -> Paint:
        """Return the look of a patient's line."""
        if self.colour is None:
            return Paint(theme.SERIES[0])
        return self.palettes.paint(self.colour, patient.group(self.colour))


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the parts of the page are."""

    width: float
    bottom: float
    """Lower end of the plot."""
    x: Scale
    y: Scale
    below: Axis
    beside: Axis
    legend: Legend

    def at(self, time: float, change: float) -> Point:
        """Return where a change at a time stands; beyond the axis, at its end."""
        return self.x.at(time), self.y.at(change)


def draw_spider(spider: Spider, prefix: str) -> str:
    """Draw a spider plot.

    Parameters
    ----------
    spider
        What to show.
    prefix
        Start of every id in the picture.

    Returns
    -------
    str
        SVG.
    """
    page = _lay_out(spider)

    def draw(sheet: Sheet) -> None:
        page.legend.draw(sheet, 2, 0)
        draw_beside(sheet, page.beside, page.x.left, name_at=theme.LABEL_PT * 0.7)
        draw_below(sheet, page.below, page.bottom)
        taken = _draw_lines(sheet, spider, page)
        for patient in spider.patients:
            _draw_patient(sheet, spider, page, patient)
        _draw_names(sheet, spider, page, taken)

    height = page.bottom + UNDER_AXIS + 2
    return draw_sheet(page.width, height, draw, prefix=prefix, notice=spider.notice)


def _points(patient: Patient) -> list[Point]:
    """Return a patient's line: no change at the start, then every assessment."""
    return [(0.0, 0.0), *((t.value or 0.0, c.value or 0.0) for t, c in patient.course)]


def _lay_out(spider: Spider) -> _Layout:
    plan, patients = spider.plan, spider.patients
    width = theme.page_width(plan.width)
    legend = lay_out_legend(_entries(spider), width - 4)
    values = [min(change, plan.clip) for p in patients for _, change in _points(p)]
    low, high = linear_ends([*values, *plan.lines, 0.0], _TICKS)
    high = min(high, max(plan.clip, *plan.lines, 0.0)) if values else high
    last = max((time for p in patients for time, _ in _points(p)), default=1.0)
    last = max([last, *(d.value or 0.0 for p in patients for d in p.dates)])
    ticks = tuple(time_ticks(last, plan.every))
    changes = tuple(Scale(low, high, 0, 1).ticks(_TICKS))
    left = width_beside(Axis(Scale(low, high, 0, 1), changes, "Change from baseline (%)"))
    top = legend.height + 10
    bottom = top + _HEIGHT[plan.width]
    x = Scale(0, ticks[-1], left, width - left - _RIGHT)
    y = Scale(low, high, bottom, -_HEIGHT[plan.width])
    start = "first dose" if spider.analysis.start == "first dose" else "start"
    return _Layout(
        width, bottom, x, y,
        Axis(x, ticks, f"Time since {start} ({spider.analysis.unit})"),
        Axis(y, changes, "Change from baseline (%)"),
        legend,
    )  # fmt: skip


def _entries(spider: Spider) -> list[list[Entry]]:
    """Return what the legend explains: the lines' colours, and the marks on them."""
    found = counts(spider.numbers, spider.colour) if spider.colour else ()
    colours = [Entry(found[0].parameter_label)] if found else []
    colours += [
        Entry(
            f"{r.group_label} (n = {r.display})",
            _swatch(spider, i, r.group),
            (r,),
        )
        for i, r in enumerate(found)
    ]
    marks = [
        Entry(r.parameter_label, Symbol(spider.palettes.shape(r.parameter)), (r,))
        for r in dated(spider.numbers)
    ]
    return [colours, marks]


def _swatch(spider: Spider, place: int, group: str) -> Swatch:
    """Return a line of a group's colour with the shape at its last assessment."""
    paint = spider.palettes.paint(spider.colour or "", group)
    return Swatch("line", Paint(paint.colour), end_symbol(place, paint.colour))


def _draw_lines(sheet: Sheet, spider: Spider, page: _Layout) -> list[float]:
    """Draw the lines at no change and at the changes that matter; return where their text is."""
    right = page.x.left + page.x.width
    ends = [(page.x.left, page.y.at(0)), (right, page.y.at(0))]
    draw_line(sheet, ends, colour=theme.HAIRLINE, width=0.6)
    taken: list[float] = []
    for change in spider.plan.lines:
        if page.y.holds(change):
            y = page.y.at(change)
            ends = [(page.x.left, y), (right, y)]
            draw_line(sheet, ends, colour=theme.MUTED, width=0.6, dashes=(4, 3))
            sheet.write(right + 3, y - SIZE * 0.62, signed(change), _SMALL)
            taken.append(y)
    return taken


def _draw_patient(sheet: Sheet, spider: Spider, page: _Layout, patient: Patient) -> None:
    """Draw a patient's line, its end, and the dates on it."""
    paint, many = spider.paint(patient), len(spider.patients) > _MANY
    points = _points(patient)
    numbers: list[Number] = [n for pair in patient.course for n in pair]
    line = draw_line(
        sheet,
        _inside(points, page),
        colour=paint.colour,
        width=0.6 if many else 1.0,
    )
    sheet.link(line, *numbers)
    time, change = points[-1]
    if change <= page.y.high:
        dot = end_symbol(spider.place(patient), paint.colour, 1.3 if many else 2.1)
        sheet.link(draw_symbol(sheet, dot, page.at(time, change)), *patient.course[-1])
    size = 1.9 if many else 3.0
    drawn: list[Point] = []
    for date in patient.dates:
        when = date.value or 0.0
        x, y = page.at(when, min(_change_at(points, when), page.y.high))
        # One above the other where they fall on one day.
        y -= 2.1 * size * sum(abs(x - other) < size for other, _ in drawn)
        drawn.append((x, y))
        shape = spider.palettes.shape(date.parameter)
        sheet.link(draw_symbol(sheet, Symbol(shape, size=size), (x, y)), date)


def _inside(points: list[Point], page: _Layout) -> list[Point]:
    """Return a line in points of the page, cut where it leaves the plot above."""
    high = page.y.high
    drawn: list[Point] = []
    for (t0, c0), (t1, c1) in pairwise(points):
        if not drawn:
            drawn.append(page.at(t0, c0))
        if (c0 > high) != (c1 > high):
            share = (high - c0) / (c1 - c0)
            drawn.append(page.at(t0 + share * (t1 - t0), high))
        drawn.append(page.at(t1, c1))
    return drawn


def _change_at(points: list[Point], time: float) -> float:
    """Return the height of a line at a time: between two assessments, on the line between them."""
    for (t0, c0), (t1, c1) in pairwise(points):
        if t0 <= time <= t1:
            return c0 + (c1 - c0) * (time - t0) / (t1 - t0) if t1 > t0 else c1
    return points[-1][1]


def _draw_names(sheet: Sheet, spider: Spider, page: _Layout, taken: list[float]) -> None:
    """Name the lines that end farthest from no change, and say how far a cut one goes."""
    ends = [(p, _points(p)[-1]) for p in spider.patients]
    farthest = sorted(ends, key=lambda end: (-abs(end[1][1]), end[0].subject))
    edge = page.x.left + page.x.width
    limit = edge + _RIGHT
    boxes = [(edge, limit, y - SIZE * 0.62) for y in taken]
    for patient, (time, change) in farthest[: spider.plan.outliers]:
        x, y = page.at(time, change)
        name = shorten(patient.name, _NAME_AT_MOST, theme.NOTICE_PT)
        cut = change > page.y.high
        number = patient.course[-1][1]
        text = f"{name} +{number.display}%" if cut else name
        x, y = x + 5.5, y - theme.NOTICE_PT * 0.62 - (4.5 if cut else 0.0)
        right = x + text_width(text, theme.NOTICE_PT)
        free = all(right < left or x > end or abs(y - top) > _LINE for left, end, top in boxes)
        if free and right <= limit:
            ground = (x - 0.5, y, right - x + 1, theme.NOTICE_PT * 1.2)
            draw_band(sheet, ground, "#ffffff").set_zorder(2.5)
            sheet.link(sheet.write(x, y, text, _NAME), number)
            boxes.append((x, right, y))


def describe_spider(spider: Spider) -> list[str]:
    """Say in words what the plot shows."""
    sentences = [
        f"A line for each of {len(spider.patients)} patients: change from baseline over time"
    ]
    changes = [c for p in spider.patients for _, c in p.course if c.value is not None]
    if changes:
        least = min(changes, key=lambda c: c.value or 0.0)
        greatest = max(changes, key=lambda c: c.value or 0.0)
        sentences.append(f"Changes from {least.display} to {greatest.display} %")
    found = counts(spider.numbers, spider.colour) if spider.colour else ()
    sentences.append(told(found[0].parameter_label if found else "", found))
    sentences.append(told("Marked", dated(spider.numbers)))
    return sentences
