"""Swimmer plots: a bar a patient for the time on treatment. Imported only when one is drawn.

Rows are as high as the page lets them be. Where they are high enough the reason for the end of
treatment stands beside the bar in words; where they are not, as a symbol; very many patients fill
several panels side by side.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

from topline.analyses.patient_courses import ONGOING
from topline.displays import theme
from topline.displays.axes import UNDER_AXIS, Axis, draw_below
from topline.displays.legend import Legend, lay_out_legend
from topline.displays.marks import draw_line
from topline.displays.numbers import Number
from topline.displays.patients import Patient, counts
from topline.displays.scale import Scale
from topline.displays.sheet import Look, Sheet, draw_sheet, readable, shorten
from topline.displays.svg import text_width
from topline.displays.swimmer import (
    Swimmer,
    duration,
    entries,
    mark_of,
    reach,
    reason_words,
    symbol_of,
)
from topline.displays.symbols import draw_bar, draw_symbol
from topline.displays.ticks import time_ticks

_HIGHEST_ROW: Final = 11.5
_LOWEST_ROW: Final = 3.0
_ROW_OF_TEXT: Final = 8.2
_ROW_OF_NAMES: Final = 6.6
_ROW_OF_SYMBOLS: Final = 2.6
_NARROWEST_PANEL: Final = 150.0
_BETWEEN_PANELS: Final = 14.0
_BETWEEN_GROUPS: Final = 7.0
_BESIDE: Final = 4.0
_NAME_AT_MOST: Final = 60.0
_EDGE: Final = 10.0
_FILL: Final = 0.72
"""Share of a row that its bar fills."""
_SMALL: Final = Look(size=theme.SMALL_PT)
_NAME: Final = Look(size=theme.NOTICE_PT, align="right")
_TURNED: Final = Look(size=theme.SMALL_PT, align="center", turn=90)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the parts of the page are."""

    width: float
    rows: tuple[tuple[Patient, int, float], ...]
    """Patient, panel, top of the row."""
    blocks: tuple[tuple[str, float, float], ...]
    """Groups with the top and the bottom of their rows, where the rows are sorted by them."""
    pitch: float
    left: float
    panel: float
    """Width of a panel, its names included."""
    panels: int
    bottom: float
    scale: Scale
    """Of the first panel."""
    ticks: tuple[float, ...]
    legend: Legend
    words: bool
    """Whether reasons stand beside the bars in words."""

    def x(self, panel: int, time: float) -> float:
        """Return where a time stands in a panel."""
        return self.scale.at(time) + panel * (self.panel + _BETWEEN_PANELS)


def draw_swimmer(swimmer: Swimmer, prefix: str) -> str:
    """Draw a swimmer plot.

    Parameters
    ----------
    swimmer
        What to show.
    prefix
        Start of every id in the picture.

    Returns
    -------
    str
        SVG.
    """
    page = _lay_out(swimmer)
    height = page.bottom + UNDER_AXIS + 2

    def draw(sheet: Sheet) -> None:
        page.legend.draw(sheet, 2, 0)
        _draw_axes(sheet, swimmer, page)
        _draw_blocks(sheet, swimmer, page)
        for patient, panel, top in page.rows:
            _draw_patient(sheet, swimmer, page, (patient, panel, top))

    return draw_sheet(page.width, height, draw, prefix=prefix, notice=swimmer.notice)


def _lay_out(swimmer: Swimmer) -> _Layout:
    """Find the height of the rows, the panels and the scale."""
    width = theme.page_width(swimmer.plan.width)
    patients = swimmer.patients
    legend = lay_out_legend(entries(swimmer, symbols=True), width - 4)
    room = theme.tallest() - legend.height - UNDER_AXIS - 20
    panels, pitch = _rows(len(patients), room, width)
    words = panels == 1 and pitch >= _ROW_OF_TEXT
    legend = lay_out_legend(
        entries(swimmer, symbols=not words and pitch >= _ROW_OF_SYMBOLS), width - 4
    )
    top = legend.height + 6
    rows, blocks = _place_rows(swimmer, patients, panels, pitch, top)
    bottom = max((y for _, _, y in rows), default=top) + pitch + 3
    panel = (width - (panels - 1) * _BETWEEN_PANELS) / panels
    left = _left(swimmer, patients, pitch)
    scale, ticks = _scale(swimmer, patients, (left, panel), words=words)
    return _Layout(
        width, rows, blocks, pitch, left, panel, panels, bottom, scale, ticks, legend, words
    )


def _rows(n: int, room: float, width: float) -> tuple[int, float]:
    """Return how many panels there are, and the height of a row."""
    most = max(1, int(width // _NARROWEST_PANEL))
    fitting = (k for k in range(1, most + 1) if n <= k * int(room / _LOWEST_ROW))
    panels = next(fitting, most)
    return panels, min(_HIGHEST_ROW, room / max(ceil(n / panels), 1))


def _place_rows(
    swimmer: Swimmer, patients: tuple[Patient, ...], panels: int, pitch: float, top: float
) -> tuple[tuple[tuple[Patient, int, float], ...], tuple[tuple[str, float, float], ...]]:
    """Place the rows in the panels; groups stand apart where the rows are sorted by them."""
    apart = swimmer.plan.sort == "group" and panels == 1
    each = ceil(len(patients) / panels) if patients else 1
    rows: list[tuple[Patient, int, float]] = []
    blocks: dict[str, tuple[float, float]] = {}
    for i, patient in enumerate(patients):
        group = patient.group(swimmer.plan.colour)
        panel, place = divmod(i, each)
        if apart and group not in blocks:
            blocks[group] = (top + place * pitch + len(blocks) * _BETWEEN_GROUPS, 0.0)
        y = top + place * pitch + (len(blocks) - 1) * _BETWEEN_GROUPS * apart
        if apart:
            blocks[group] = (blocks[group][0], y + pitch)
        rows.append((patient, panel, y))
    return tuple(rows), tuple((group, *ends) for group, ends in blocks.items())


def _left(swimmer: Swimmer, patients: tuple[Patient, ...], pitch: float) -> float:
    """Return the room for the names of groups and patients before the bars."""
    left = 14.0 if swimmer.plan.sort == "group" else 5.0
    if swimmer.plan.names and pitch >= _ROW_OF_NAMES:
        names = (text_width(shorten(p.name, _NAME_AT_MOST, theme.NOTICE_PT), theme.NOTICE_PT)
                 for p in patients)  # fmt: skip
        left += max(names, default=0.0) + 3
    return left


def _scale(
    swimmer: Swimmer, patients: tuple[Patient, ...], room: tuple[float, float], *, words: bool
) -> tuple[Scale, tuple[float, ...]]:
    """Return the time axis, so that every row's words end on the page."""
    left, panel = room
    longest = max((reach(p) for p in patients), default=1.0)
    ticks = tuple(time_ticks(longest, swimmer.plan.every))
    a_unit = (panel - left - _EDGE) / ticks[-1]
    for patient in patients:
        beside = (
            _BESIDE * 2 + text_width(reason_words(swimmer, patient), theme.SMALL_PT) if words else 0
        )
        last = reach(patient)
        if last:
            a_unit = min(a_unit, (panel - left - beside - 4) / last)
    return Scale(0, ticks[-1], left, a_unit * ticks[-1]), ticks


def _draw_axes(sheet: Sheet, swimmer: Swimmer, page: _Layout) -> None:
    """Draw the time axis under each panel, and thin lines at its ticks."""
    start = "first dose" if swimmer.analysis.start == "first dose" else "start"
    name = f"Time since {start} ({swimmer.analysis.unit})"
    for panel in range(page.panels):
        left = page.x(panel, 0)
        scale = Scale(0, page.ticks[-1], left, page.scale.width)
        for tick in page.ticks[1:]:
            x = scale.at(tick)
            ends = [(x, page.legend.height + 4), (x, page.bottom)]
            draw_line(sheet, ends, colour="#dfe3e7", width=0.4).set_zorder(0.6)
        draw_below(sheet, Axis(scale, page.ticks, name), page.bottom)


def _draw_blocks(sheet: Sheet, swimmer: Swimmer, page: _Layout) -> None:
    """Name the groups at the left, turned, where the rows are sorted by them."""
    labels = {r.group: r.group_label for r in counts(swimmer.numbers, swimmer.plan.colour or "")}
    for group, top, bottom in page.blocks:
        text = shorten(labels.get(group, group), bottom - top, theme.SMALL_PT)
        if readable(text):
            sheet.write(5, (top + bottom) / 2, text, _TURNED)
        draw_line(sheet, [(11, top + 1), (11, bottom - 1)], colour=theme.HAIRLINE)


def _draw_patient(
    sheet: Sheet, swimmer: Swimmer, page: _Layout, row: tuple[Patient, int, float]
) -> None:
    """Draw a patient's bars, what is marked on them, and how treatment ended."""
    patient, panel, top = row
    middle, size = top + page.pitch / 2, max(1.3, min(3.2, page.pitch * 0.42))
    start, last = page.x(panel, 0), page.x(panel, reach(patient))
    over = page.x(panel, duration(patient))
    if last > over + 0.5:
        draw_line(sheet, [(over, middle), (last, middle)], colour=theme.MUTED, width=0.5)
    _draw_bars(sheet, swimmer, page, row)
    if swimmer.plan.names and page.pitch >= _ROW_OF_NAMES:
        name = shorten(patient.name, _NAME_AT_MOST, theme.NOTICE_PT)
        mark = sheet.write(start - 3, middle - theme.NOTICE_PT * 0.62, name, _NAME)
        sheet.link(mark, patient.number("duration"))
    _draw_dates(sheet, swimmer, page, row)
    end = swimmer.end(patient)
    if end is None:
        return
    x = max([over, *(page.x(panel, d.value or 0.0) + size for d in patient.dates)]) + _BESIDE
    if end.group == ONGOING or (not page.words and page.pitch >= _ROW_OF_SYMBOLS):
        symbol = symbol_of(swimmer, end, size)
        sheet.link(draw_symbol(sheet, symbol, (x - _BESIDE + size + 1, middle)), end)
    elif page.words:
        text = reason_words(swimmer, patient)
        sheet.link(sheet.write(x, middle - theme.SMALL_PT * 0.62, text, _SMALL), end)


def _draw_dates(
    sheet: Sheet, swimmer: Swimmer, page: _Layout, row: tuple[Patient, int, float]
) -> None:
    """Mark the dates; those that would hide each other stand above and below the middle."""
    patient, panel, top = row
    middle, size = top + page.pitch / 2, max(1.3, min(3.2, page.pitch * 0.42))
    places = [page.x(panel, date.value or 0.0) for date in patient.dates]
    for i, (x, date) in enumerate(zip(places, patient.dates, strict=True)):
        near = [j for j, other in enumerate(places) if j != i and abs(other - x) < 1.2 * size]
        side = (-1 if all(i < j for j in near) else 1) if near else 0
        mark = mark_of(swimmer, date.parameter, size * (0.7 if near else 1.0))
        at = (x, middle + side * 0.26 * page.pitch)
        sheet.link(draw_symbol(sheet, mark, at), date)


def _draw_bars(
    sheet: Sheet, swimmer: Swimmer, page: _Layout, row: tuple[Patient, int, float]
) -> None:
    """Draw one bar of the whole treatment, or one under the other for each drug."""
    patient, panel, top = row
    paint = swimmer.paint(patient)
    lanes: list[tuple[float, float, tuple[Number | None, ...]]] = []
    for drug in swimmer.analysis.drugs:
        first, last = patient.number("first", drug), patient.number("last", drug)
        ends = [n.value for n in (first, last) if n is not None and n.value is not None]
        lanes.append((ends[0], ends[1], (first, last)) if len(ends) == 2 else (0.0, 0.0, ()))
    if not lanes:
        lanes = [(0.0, duration(patient), (patient.number("duration"),))]
    height = page.pitch * _FILL / len(lanes)
    y = top + page.pitch * (1 - _FILL) / 2
    for i, (begin, end, numbers) in enumerate(lanes):
        left, right = page.x(panel, begin), page.x(panel, end)
        if not numbers:
            continue
        thick = height * (0.86 if len(lanes) > 1 else 1.0)
        bar = draw_bar(sheet, (left, y + i * height, max(right - left, 0.4), thick), paint)
        sheet.link(bar, *numbers)
