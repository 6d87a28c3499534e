"""Paired plots: two measurements of each patient, joined. Imported only when one is drawn."""

from dataclasses import dataclass
from typing import Final

from topline.displays import theme
from topline.displays.axes import SIZE, Axis, draw_beside, width_beside
from topline.displays.marks import draw_line
from topline.displays.numbers import Number, Numbers
from topline.displays.patients import gather
from topline.displays.scale import tick_label
from topline.displays.sheet import CENTRED, Look, Sheet, draw_sheet, shorten
from topline.displays.svg import text_width
from topline.displays.symbols import Symbol, draw_symbol
from topline.displays.value_scale import ValueScale, scale_values
from topline.protocol.comparisons import PairedComparison
from topline.protocol.figures_of_patients import PairedFigure

_HEIGHT: Final = 190.0
_WIDEST: Final = 300.0
_TOP: Final = 24.0
_BESIDE: Final = 15.0
"""Distance of median and quartiles from the patients' values."""
_SIDES: Final = (-1, 1)
_GREY: Final = "#8b949e"
_QUARTILES: Final = ("median", "q1", "q3")
_SMALL: Final = Look(align="center", size=theme.SMALL_PT)
Pair = tuple[Number, Number]


@dataclass(frozen=True, slots=True)
class Paired:
    """What a paired plot shows."""

    plan: PairedFigure
    analysis: PairedComparison
    numbers: Numbers
    values: Numbers | None
    """Values of each patient."""
    notice: str = ""

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Both values of each patient who has both."""
        wanted = (self.analysis.first, self.analysis.second)
        patients = gather(self.values) if self.values is not None else ()
        both = ((p.number("value", wanted[0]), p.number("value", wanted[1])) for p in patients)
        return tuple((a, b) for a, b in both if a is not None and b is not None)

    def summary(self, which: str) -> tuple[Number, ...]:
        """Return median and quartiles of the first or the second, where they are known."""
        found = {r.statistic: r for r in self.numbers.rows if r.level == which}
        return tuple(found[s] for s in _QUARTILES if s in found and found[s].value is not None)

    @property
    def test(self) -> Number | None:
        """Return the result of the test."""
        return next((r for r in self.numbers.rows if r.statistic == "p_value"), None)

    def name(self, place: int) -> str:
        """Return the name under the first or the second."""
        variable = (self.analysis.first, self.analysis.second)[place]
        level = ("first", "second")[place]
        label = next((r.level_label for r in self.numbers.rows if r.level == level), variable)
        return self.plan.labels.get(variable, label)

    @property
    def drawn_values(self) -> list[float]:
        """All values on the axis."""
        pairs = [n.value for pair in self.pairs for n in pair]
        summaries = [n.value for which in ("first", "second") for n in self.summary(which)]
        reference = [self.plan.reference]
        return [v for v in (*pairs, *summaries, *reference) if v is not None]

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to stand below."""
        shown = "Lines, patients; " if self.pairs else ""
        notes = [f"{shown}points and bars, median and quartiles."]
        if self.plan.scale == "log" and min(self.drawn_values, default=1.0) <= 0:
            notes.append("Values of zero or less: the axis is logarithmic on both sides of zero.")
        if self.plan.reference is not None:
            notes.append(f"Dotted line, {tick_label(self.plan.reference)}.")
        return tuple(notes)


@dataclass(frozen=True, slots=True)
class _Layout:
    width: float
    left: float
    right: float
    scale: ValueScale
    columns: tuple[float, float]

    @property
    def bottom(self) -> float:
        """Lower end of the plot."""
        return _TOP + _HEIGHT


def draw_paired(paired: Paired, prefix: str) -> str:
    """Draw a paired plot.

    Parameters
    ----------
    paired
        What to show.
    prefix
        Start of every id in the picture.

    Returns
    -------
    str
        SVG.
    """
    width = theme.page_width(paired.plan.width)
    scale = scale_values(paired.plan.scale, paired.drawn_values, _TOP + _HEIGHT, _HEIGHT)
    axis = _axis(paired, scale)
    left = width_beside(axis)
    right = min(width - 4, left + _WIDEST)
    columns = (left + (right - left) * 0.3, left + (right - left) * 0.7)
    page = _Layout(width, left, right, scale, columns)

    def draw(sheet: Sheet) -> None:
        draw_beside(sheet, axis, left, name_at=theme.LABEL_PT * 0.7)
        draw_line(sheet, [(left, page.bottom), (right, page.bottom)])
        _draw_reference(sheet, paired, page)
        for pair in paired.pairs:
            _draw_pair(sheet, page, pair)
        for place in (0, 1):
            _draw_summary(sheet, paired, page, place)
        _draw_test(sheet, paired, page)

    height = page.bottom + 3.6 * SIZE * 1.35 + 4
    return draw_sheet(width, height, draw, prefix=prefix, notice=paired.notice)


def _axis(paired: Paired, scale: ValueScale) -> Axis:
    unit = next((r.unit for r in paired.numbers.rows if r.unit), "")
    name = paired.plan.axis or unit
    labels = tuple(tick_label(tick) for tick in scale.ticks)
    return Axis(scale.scale, scale.places, name, labels)


def _draw_reference(sheet: Sheet, paired: Paired, page: _Layout) -> None:
    if paired.plan.reference is not None:
        y = page.scale.at(paired.plan.reference)
        ends = [(page.left, y), (page.right, y)]
        draw_line(sheet, ends, colour=theme.MUTED, width=0.7, dashes=(1, 2))


def _draw_pair(sheet: Sheet, page: _Layout, pair: Pair) -> None:
    """Draw the line between a patient's values, and its ends."""
    at = [
        (x, page.scale.at(number.value or 0.0))
        for x, number in zip(page.columns, pair, strict=True)
    ]
    sheet.link(draw_line(sheet, at, colour=_GREY, width=0.6), *pair)
    for place, number in zip(at, pair, strict=True):
        dot = Symbol("circle", _GREY, None, 1.6)
        sheet.link(draw_symbol(sheet, dot, place), number)


def _draw_summary(sheet: Sheet, paired: Paired, page: _Layout, place: int) -> None:
    """Draw median and quartiles beside a column, and name it below with its numbers."""
    found = paired.summary(("first", "second")[place])
    column = page.columns[place]
    x = column + _SIDES[place] * (_BESIDE if paired.pairs else 0.0)
    room = page.columns[1] - page.columns[0] - 6
    name = shorten(paired.name(place), room, theme.LABEL_PT)
    y = page.bottom + 4
    sheet.write(column, y, name, CENTRED)
    if len(found) < len(_QUARTILES):
        return
    median, q1, q3 = found
    low, middle, high = (page.scale.at(n.value or 0.0) for n in (q1, median, q3))
    colour = theme.SERIES[0]
    sheet.link(draw_line(sheet, [(x, low), (x, high)], colour=colour, width=1.6), q1, q3)
    for end in (low, high):
        draw_line(sheet, [(x - 4, end), (x + 4, end)], colour=colour, width=1.2)
    dot = Symbol("circle", colour, None, 3.2)
    sheet.link(draw_symbol(sheet, dot, (x, middle)), median)
    told = shorten(f"{median.display} ({q1.display} to {q3.display})", room, theme.SMALL_PT)
    sheet.link(sheet.write(column, y + SIZE * 1.5, told, _SMALL), median, q1, q3)
    mark = sheet.write(column, y + SIZE * 2.85, f"n = {median.n}", _SMALL)
    sheet.link(mark, median)


def _draw_test(sheet: Sheet, paired: Paired, page: _Layout) -> None:
    """Draw the bracket between the columns with the P value."""
    test = paired.test
    if test is None:
        return
    words = f"P {'' if test.display[:1] in '<>' else '= '}{test.display}"
    first, second = page.columns
    y = _TOP - 8
    corners = [(first, y + 3), (first, y), (second, y), (second, y + 3)]
    draw_line(sheet, corners, colour=theme.MUTED)
    middle = (first + second) / 2
    text = shorten(words, max(second - first, text_width(words, theme.LABEL_PT)))
    sheet.link(sheet.write(middle, y - theme.LABEL_PT * 1.4, text, CENTRED), test)


def describe_paired(paired: Paired) -> list[str]:
    """Say in words what the plot shows."""
    sentences = ["Two measurements of each patient, joined"]
    for place, which in enumerate(("first", "second")):
        found = paired.summary(which)
        if len(found) == len(_QUARTILES):
            median, q1, q3 = found
            told = f"median {median.display} (quartiles {q1.display} and {q3.display})"
            sentences.append(f"{paired.name(place)}: {told}, n = {median.n}")
    if paired.test is not None:
        sentences.append(f"P {paired.test.display}, {paired.test.method}")
    return sentences
