"""Waterfall plots: a bar a patient for the best change. Imported only when one is drawn.

Where bars are wide enough each carries its best response in letters; where they are not, a strip
of the responses' colours runs below the plot.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from topline.analyses.formats import shortest
from topline.analyses.levels import RESPONSES
from topline.displays import theme
from topline.displays.axes import SIZE, Axis, draw_beside, width_beside
from topline.displays.legend import Entry, Legend, Swatch, lay_out_legend
from topline.displays.marks import draw_line
from topline.displays.numbers import Number, Numbers
from topline.displays.palettes import Palettes
from topline.displays.patients import Patient, counts, gather, told
from topline.displays.scale import Scale, linear_ends
from topline.displays.sheet import Look, Sheet, draw_sheet, readable, shorten
from topline.displays.svg import text_width
from topline.displays.symbols import draw_band, draw_bar
from topline.displays.theme import Paint
from topline.protocol.figures_of_patients import WaterfallFigure
from topline.protocol.patient_figures import PatientChanges

_HEIGHT: Final = {"one column": 150.0, "two columns": 200.0}
_WIDEST_BAR: Final = 44.0
_GAP: Final = 0.22
"""Share of a bar's place that stays free."""
_ROOM: Final = 1.5
_BETWEEN_GROUPS: Final = 8.0
_RIGHT: Final = 30.0
_STRIP: Final = 6.0
_NAME_AT_MOST: Final = 48.0
_TICKS: Final = 8
_HIGHEST_VALUE: Final = 24.0
"""Room above a bar that is cut, for its value."""
_TURNED: Final = Look(size=theme.NOTICE_PT, align="right", turn=90)
_VALUE: Final = Look(size=theme.NOTICE_PT, align="left", turn=90)
_LETTERS: Final = Look(size=theme.NOTICE_PT, align="center")
_SMALL: Final = Look(size=theme.SMALL_PT)
_GROUP: Final = Look(size=theme.SMALL_PT, align="center")
_HIGH: Final = theme.NOTICE_PT * 1.25
"""Height of a line of letters."""


@dataclass(frozen=True)
class Waterfall:
    """What a waterfall plot shows."""

    plan: WaterfallFigure
    analysis: PatientChanges
    numbers: Numbers
    palettes: Palettes
    notice: str = ""

    @property
    def colour(self) -> str | None:
        """Variable that colours the bars."""
        return self.plan.colour or self.analysis.response

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Values of that variable, in order."""
        return tuple(r.group for r in counts(self.numbers, self.colour)) if self.colour else ()

    @cached_property
    def patients(self) -> tuple[Patient, ...]:
        """Patients who have a best change, in the order of the bars."""
        groups = self.groups
        shown = [p for p in gather(self.numbers) if p.number("best_change") is not None]
        down = -1 if self.analysis.best == "lowest" else 1

        def place(patient: Patient) -> tuple[int, float, int, str]:
            group = patient.group(self.colour)
            block = groups.index(group) if self.plan.sort == "group" and group in groups else 0
            response = patient.group(self.analysis.response)
            worst = RESPONSES.index(response) if response in RESPONSES else len(RESPONSES)
            return block, down * _value(patient), -worst, patient.subject

        return tuple(sorted(shown, key=place))

    def paint(self, patient: Patient) -> Paint:
        """Return the look of a patient's bar."""
        if self.colour is None:
            return Paint(theme.SERIES[0])
        return self.palettes.paint(self.colour, patient.group(self.colour))

    def response(self, patient: Patient) -> Number | None:
        """Return the best overall response."""
        return patient.value(self.analysis.response) if self.analysis.response else None


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the parts of the page are."""

    width: float
    bottom: float
    """Of everything below the plot."""
    scale: Scale
    axis: Axis
    left: float
    pitch: float
    bars: tuple[tuple[Patient, float], ...]
    """Patients with the left ends of their places."""
    blocks: tuple[tuple[str, float, float], ...]
    legend: Legend
    lines: tuple[float, ...]
    """Changes that matter."""
    letters: bool
    """Whether responses stand at the bars in letters."""
    names: bool

    @property
    def right(self) -> float:
        """Right end of the plot."""
        return self.width - _RIGHT

    @property
    def floor(self) -> float:
        """Lower end of the plot."""
        return self.scale.left


def _value(patient: Patient) -> float:
    found = patient.number("best_change")
    return found.value if found is not None and found.value is not None else 0.0


def draw_waterfall(waterfall: Waterfall, prefix: str) -> str:
    """Draw a waterfall plot.

    Parameters
    ----------
    waterfall
        What to show.
    prefix
        Start of every id in the picture.

    Returns
    -------
    str
        SVG.
    """
    page = _lay_out(waterfall)

    def draw(sheet: Sheet) -> None:
        page.legend.draw(sheet, 2, 0)
        draw_beside(sheet, page.axis, page.left, name_at=theme.LABEL_PT * 0.7)
        _draw_lines(sheet, waterfall, page)
        for patient, left in page.bars:
            _draw_bar(sheet, waterfall, page, (patient, left))
        _draw_cut(sheet, waterfall, page)
        _draw_blocks(sheet, waterfall, page)

    return draw_sheet(page.width, page.bottom, draw, prefix=prefix, notice=waterfall.notice)


def _lay_out(waterfall: Waterfall) -> _Layout:
    """Find the width of the bars, and what there is room for."""
    plan, patients = waterfall.plan, waterfall.patients
    width = theme.page_width(plan.width)
    low, high = _ends(waterfall, patients)
    ticks = tuple(Scale(low, high, 0, 1).ticks(_TICKS))
    label = "Best change from baseline (%)"
    left = width_beside(Axis(Scale(low, high, 0, 1), ticks, label))
    blocks_of = {p.group(waterfall.colour) for p in patients if plan.sort == "group"}
    apart = max(len(blocks_of) - 1, 0) * _BETWEEN_GROUPS
    room = width - left - _RIGHT - 4 - apart
    pitch = min(_WIDEST_BAR, room / max(len(patients), 1))
    letters = waterfall.analysis.response is not None and pitch >= _widest_letters(waterfall)
    strip = waterfall.analysis.response is not None and not letters
    legend = lay_out_legend(_entries(waterfall, strip=strip), width - 4)
    tallest = _HIGHEST_VALUE if any(_value(p) > plan.clip for p in patients) else 0.0
    top = legend.height + 8 + max(tallest, _HIGH)
    floor = top + _HEIGHT[plan.width]
    names = plan.names and pitch >= theme.NOTICE_PT * 1.1
    bars, blocks = _place_bars(waterfall, patients, left + 4, pitch)
    below = _HIGH if letters else 0.0
    below += _STRIP + 4 if strip else 0.0
    below += _names_height(patients) if names else 0.0
    below += theme.SMALL_PT * 1.5 if blocks else 0.0
    scale = Scale(low, high, floor, -_HEIGHT[plan.width])
    return _Layout(
        width, floor + below + 4, scale, Axis(scale, ticks, label), left, pitch, bars, blocks,
        legend, plan.lines, letters, names,
    )  # fmt: skip


def _widest_letters(waterfall: Waterfall) -> float:
    found = (waterfall.response(p) for p in waterfall.patients)
    widths = (text_width(r.display, theme.NOTICE_PT) for r in found if r is not None)
    return max(widths, default=0.0) + _ROOM


def _ends(waterfall: Waterfall, patients: tuple[Patient, ...]) -> tuple[float, float]:
    """Return the ends of the axis: all values as far as they are not cut, and the lines."""
    plan = waterfall.plan
    values = [min(_value(p), plan.clip) for p in patients]
    low, high = linear_ends([*values, *plan.lines, 0.0], _TICKS)
    return low, min(high, max(plan.clip, *plan.lines, 0.0)) if values else high


def _names_height(patients: tuple[Patient, ...]) -> float:
    names = (shorten(p.name, _NAME_AT_MOST, theme.NOTICE_PT) for p in patients)
    return max((text_width(name, theme.NOTICE_PT) for name in names), default=0.0) + 4


def _place_bars(
    waterfall: Waterfall, patients: tuple[Patient, ...], left: float, pitch: float
) -> tuple[tuple[tuple[Patient, float], ...], tuple[tuple[str, float, float], ...]]:
    """Place the bars side by side; groups stand apart where the bars are sorted by them."""
    apart = waterfall.plan.sort == "group"
    bars: list[tuple[Patient, float]] = []
    blocks: dict[str, tuple[float, float]] = {}
    x = left
    for patient in patients:
        group = patient.group(waterfall.colour)
        if apart and group not in blocks:
            x += _BETWEEN_GROUPS if blocks else 0.0
            blocks[group] = (x, x)
        bars.append((patient, x))
        x += pitch
        if apart:
            blocks[group] = (blocks[group][0], x)
    return tuple(bars), tuple((group, *ends) for group, ends in blocks.items())


def _entries(waterfall: Waterfall, *, strip: bool) -> list[list[Entry]]:
    """Return what the legend explains: the bars' colours, and those of a strip of responses."""
    groups: list[list[Entry]] = []
    response = waterfall.analysis.response
    for variable in dict.fromkeys([waterfall.colour, response if strip else None]):
        found = counts(waterfall.numbers, variable) if variable else ()
        if variable is None or not found:
            continue
        title = found[0].parameter_label
        of_strip = strip and variable == response and variable != waterfall.colour
        groups.append(
            [
                Entry(f"{title} (strip below)" if of_strip else title),
                *(
                    Entry(
                        f"{r.group_label} (n = {r.display})",
                        Swatch("patch", waterfall.palettes.paint(variable, r.group)),
                        (r,),
                    )
                    for r in found
                ),
            ]
        )
    return groups


def _draw_lines(sheet: Sheet, waterfall: Waterfall, page: _Layout) -> None:
    """Draw the line at no change, and those at the changes that matter with their value."""
    zero = page.scale.at(0)
    draw_line(sheet, [(page.left, zero), (page.right, zero)])
    for change in waterfall.plan.lines:
        if not page.scale.holds(change):
            continue
        y = page.scale.at(change)
        ends = [(page.left, y), (page.right, y)]
        draw_line(sheet, ends, colour=theme.MUTED, width=0.6, dashes=(4, 3))
        sheet.write(page.right + 3, y - SIZE * 0.62, signed(change), _SMALL)


def signed(change: float) -> str:
    """Print a change in percent with its sign.

    Examples
    --------
    >>> signed(20.0), signed(-30.0), signed(-12.5)
    ('+20%', '\u221230%', '\u221212.5%')
    """
    sign = "+" if change > 0 else "\u2212" if change < 0 else ""
    return f"{sign}{shortest(abs(change), 1)}%"


def _draw_bar(
    sheet: Sheet, waterfall: Waterfall, page: _Layout, bar: tuple[Patient, float]
) -> None:
    """Draw a patient's bar, its response in letters or in the strip, and the patient's name."""
    patient, left = bar
    best, response = patient.number("best_change"), waterfall.response(patient)
    value = _value(patient)
    zero, end = page.scale.at(0), page.scale.at(value)
    gap = page.pitch * _GAP / 2 if page.pitch > 2 else 0.0
    top, bottom = min(zero, end), max(zero, end)
    if bottom - top < 1.2:
        top, bottom = (zero + end) / 2 - 0.6, (zero + end) / 2 + 0.6
    place = (left + gap, top, page.pitch - 2 * gap, bottom - top)
    sheet.link(draw_bar(sheet, place, waterfall.paint(patient)), best)
    middle = left + page.pitch / 2
    if value > waterfall.plan.clip:
        _draw_break(sheet, place)
        if page.pitch >= _HIGH:
            at = page.scale.at(waterfall.plan.clip) - 3
            text = shorten(f"+{best.display if best else ''}%", _HIGHEST_VALUE, theme.NOTICE_PT)
            sheet.link(sheet.write(middle, at, text, _VALUE), best)
    if response is not None and page.letters:
        # Inside a bar that is cut, so that the value above it stays free.
        y = zero + 1 if value > waterfall.plan.clip else (bottom + 1 if value <= 0 else top - _HIGH)
        _clear(sheet, page, middle, y, response.display)
        sheet.link(sheet.write(middle, y, response.display, _LETTERS), response)
    elif response is not None:
        colours = waterfall.palettes.paint(response.by, response.group)
        cell = (left, page.floor + 3, page.pitch, _STRIP)
        sheet.link(draw_bar(sheet, cell, colours), response)
    if page.names:
        y = page.floor + 3 + (_HIGH if page.letters else 0.0)
        y += _STRIP + 3 if waterfall.analysis.response and not page.letters else 0.0
        name = shorten(patient.name, _NAME_AT_MOST, theme.NOTICE_PT)
        sheet.link(sheet.write(middle, y, name, _TURNED), best)


def _clear(sheet: Sheet, page: _Layout, middle: float, y: float, text: str) -> None:
    """Keep the lines at changes that matter out of a text."""
    for change in page.lines:
        at = page.scale.at(change)
        if y - 1 < at < y + _HIGH:
            half = text_width(text, theme.NOTICE_PT) / 2 + 0.8
            ground = draw_band(sheet, (middle - half, at - 0.8, 2 * half, 1.6), "#ffffff")
            ground.set_zorder(2.5)


def _draw_break(sheet: Sheet, place: tuple[float, float, float, float]) -> None:
    """Draw the white gap that says that a bar goes on."""
    x, y, width, _ = place
    ends = [(x - 0.5, y + 6), (x + width + 0.5, y + 3.5)]
    draw_line(sheet, ends, colour="#ffffff", width=1.4)


def _draw_cut(sheet: Sheet, waterfall: Waterfall, page: _Layout) -> None:
    """Where bars are cut and too narrow for their values, say how far they go."""
    cut = [p for p, _ in page.bars if _value(p) > waterfall.plan.clip]
    if not cut or page.pitch >= _HIGH:
        return
    greatest = max(cut, key=_value).number("best_change")
    if greatest is None:
        return
    limit = signed(waterfall.plan.clip)
    text = f"Cut at {limit}; greatest +{greatest.display}%"
    y = page.scale.at(waterfall.plan.clip) - theme.SMALL_PT * 1.6
    sheet.link(sheet.write(page.left + 4, y, text, _SMALL), greatest)


def _draw_blocks(sheet: Sheet, waterfall: Waterfall, page: _Layout) -> None:
    """Name the groups below their bars."""
    labels = {r.group: r.group_label for r in counts(waterfall.numbers, waterfall.colour or "")}
    y = page.bottom - 4 - theme.SMALL_PT * 1.4
    for group, left, right in page.blocks:
        text = shorten(labels.get(group, group), right - left, theme.SMALL_PT)
        if readable(text):
            sheet.write((left + right) / 2, y, text, _GROUP)


def describe_waterfall(waterfall: Waterfall) -> list[str]:
    """Say in words what the plot shows."""
    patients = waterfall.patients
    sentences = ["A bar a patient for the best change from baseline"]
    if patients:
        ordered = sorted(patients, key=_value)
        least, greatest = (p.number("best_change") for p in (ordered[0], ordered[-1]))
        if least and greatest:
            sentences.append(f"Changes from {least.display} to {greatest.display} %")
    for variable in dict.fromkeys([waterfall.colour, waterfall.analysis.response]):
        found = counts(waterfall.numbers, variable) if variable else ()
        sentences.append(told(found[0].parameter_label if found else "", found))
    return sentences
