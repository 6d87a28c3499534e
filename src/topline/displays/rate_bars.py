"""Bars of shares, stacked by level, line by line and panel beside panel."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from topline.displays import theme
from topline.displays.axes import UNDER_AXIS, Axis, apart, draw_below
from topline.displays.legend import Entry, Legend, Swatch, lay_out_legend
from topline.displays.marks import draw_line
from topline.displays.numbers import Number
from topline.displays.row_names import (
    LINE,
    Placed,
    RowName,
    height_of,
    name_width,
    place_names,
    write_name,
)
from topline.displays.scale import Scale, linear_ends, tick_label
from topline.displays.sheet import Look, Sheet, draw_sheet, shorten
from topline.displays.svg import text_width, wrap
from topline.displays.symbols import draw_band, draw_bar
from topline.displays.theme import Paint

_GAP: Final = 8.0
_TIGHTEST: Final = 7.6
_LOOSEST: Final = 13.5
_NARROWEST: Final = 34.0
"""Of a panel's bars."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Levels one behind the other, in percent, and the number printed behind the last."""

    parts: tuple[tuple[int, Number], ...]
    """Place of the level among the chart's, and its percentage."""
    said: str = ""
    numbers: tuple[Number, ...] = ()

    @property
    def length(self) -> float:
        """Sum of the levels."""
        return sum(number.value or 0.0 for _, number in self.parts)


@dataclass(frozen=True, slots=True)
class BarLine:
    """A name, and a bar in each panel; a heading may have none."""

    name: str
    bars: tuple[Bar | None, ...]
    indent: int = 0
    heading: bool = False

    @property
    def row(self) -> RowName:
        """The name alone."""
        return RowName(self.name, self.indent, self.heading)


@dataclass(frozen=True, slots=True)
class Panel:
    """Whom the bars of a panel are about."""

    title: str
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class BarChart:
    """A chart as a value."""

    lines: tuple[BarLine, ...]
    panels: tuple[Panel, ...]
    levels: tuple[tuple[str, Paint], ...]
    """What the parts of the bars are; of one level alone nothing is told."""
    axis: str
    mirrored: bool = False
    """Two panels back to back, the bars of the first to the left."""
    whole: bool = False
    """Whether the axis ends at 100 whatever the bars."""
    remark: str = ""
    """Said below, such as that rare events are not shown."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A chart, and where everything is; the panels of one tier stand beside each other."""

    chart: BarChart
    width: float
    size: float
    pitch: float
    names: float
    """Width of the names."""
    said: float
    """Width of the numbers behind the bars."""
    panel: float
    """Width of a panel's bars."""
    tiers: tuple[tuple[int, ...], ...]
    """Places of the panels of each tier."""
    title: float
    """Height of the titles of panels."""
    rows: tuple[Placed, ...]
    legend: Legend
    ends: tuple[float, float]

    @property
    def tier(self) -> float:
        """Height of a tier."""
        return self.title + height_of(self.rows) + 2 + UNDER_AXIS + 4


def draw_bars(chart: BarChart, width: float, prefix: str, notice: str = "") -> str:
    """Return a chart of shares as SVG.

    Parameters
    ----------
    chart
        Lines, panels and levels.
    width
        Of the picture, in points.
    prefix
        Start of every id in the picture.
    notice
        Printed small at the foot.
    """
    page = _lay_out(chart, width)
    top = page.legend.height + (4 if page.legend.height else 0)
    remark = wrap(chart.remark, width, theme.NOTICE_PT) if chart.remark else ()
    below = top + page.tier * len(page.tiers)

    def draw(sheet: Sheet) -> None:
        page.legend.draw(sheet, 2, 0)
        for i, tier in enumerate(page.tiers):
            _draw_tier(sheet, page, tier, top + i * page.tier)
        for i, text in enumerate(remark):
            look = Look(size=theme.NOTICE_PT, colour=theme.MUTED)
            sheet.write(2, below + i * theme.NOTICE_PT * 1.3, text, look)

    height = below + len(remark) * theme.NOTICE_PT * 1.3 + 2
    return draw_sheet(width, height, draw, prefix=prefix, notice=notice)


def describe_bars(chart: BarChart) -> str:
    """Say in words what each bar shows."""
    told: list[str] = []
    for line in chart.lines:
        bars = [
            f"{panel.title.replace(chr(10), ' ')}: " * (len(chart.panels) > 1) + _told(chart, bar)
            for panel, bar in zip(chart.panels, line.bars, strict=True)
            if bar is not None
        ]
        told.append(f"{line.name}: {'; '.join(bars)}" if bars else line.name)
    return f"Bars of {chart.axis[:1].lower()}{chart.axis[1:]}. {'. '.join(told)}."


def _told(chart: BarChart, bar: Bar) -> str:
    parts = [f"{chart.levels[i][0]} {n.display}%" for i, n in bar.parts if n.value]
    return f"{bar.said} ({', '.join(parts)})" if len(chart.levels) > 1 and parts else bar.said


def _lay_out(chart: BarChart, width: float) -> _Page:
    """Measure names and numbers; the bars take what they leave."""
    narrow = width < theme.page_width("two columns") * 0.75
    largest = theme.SMALL_PT if narrow else theme.LABEL_PT
    legend = _legend(chart, width - 4)
    said = _widest(chart, largest)
    count = max(len(chart.panels), 1)
    names = _names(chart, largest, width, said)
    most = max(1, min(count, int((width - names) / (said + _NARROWEST + _GAP))))
    beside = 2 if chart.mirrored else ceil(count / ceil(count / most))
    panel = max((width - 2 - names) / beside - _GAP - said, 14.0)
    tiers = tuple(
        tuple(range(start, min(start + beside, count))) for start in range(0, count, beside)
    )
    titles = [_title(p, panel + said, largest) for p in chart.panels] if count > 1 else []
    title = max((len(each) for each in titles), default=0) * largest * 1.3 + 4 * bool(titles)
    room = (theme.tallest() - legend.height - 24) / len(tiers) - title - UNDER_AXIS - 8
    pitch = min(_LOOSEST, max(_TIGHTEST, room / max(len(chart.lines), 1)))
    size = min(largest, pitch / 1.16)
    return _Page(
        chart,
        width,
        size,
        pitch,
        names,
        said,
        panel,
        tiers,
        title,
        place_names([line.row for line in chart.lines], names, size, pitch),
        legend,
        _ends(chart),
    )


def _legend(chart: BarChart, width: float) -> Legend:
    """Name the levels that some bar has."""
    used = {
        i
        for line in chart.lines
        for bar in line.bars
        if bar is not None
        for i, number in bar.parts
        if number.value
    }
    entries = [
        Entry(name, Swatch("patch", paint))
        for i, (name, paint) in enumerate(chart.levels)
        if i in used
    ]
    return lay_out_legend([entries] if len(chart.levels) > 1 else [], width)


def _widest(chart: BarChart, size: float) -> float:
    """Return the width of the widest number behind a bar."""
    said = (bar.said for line in chart.lines for bar in line.bars if bar is not None)
    return max((text_width(text, size) + 4 for text in said), default=0.0)


def _names(chart: BarChart, size: float, width: float, said: float) -> float:
    """Return the width of the names: what they need, unless that leaves no room for bars."""
    need = max((name_width(line.row, size) for line in chart.lines), default=0.0)
    least = 2 if chart.mirrored else min(len(chart.panels), 2)
    cap = min(max(width * 0.38, 60.0), width - least * (said + _NARROWEST + _GAP))
    return max(min(need, cap), min(need, 56.0))


def _ends(chart: BarChart) -> tuple[float, float]:
    """Return the ends of the axis: round, and never above 100."""
    bars = (bar for line in chart.lines for bar in line.bars if bar is not None)
    longest = max((bar.length for bar in bars), default=0.0)
    return 0.0, 100.0 if chart.whole else min(100.0, linear_ends([0, max(longest, 1)], 5)[1])


def _title(panel: Panel, room: float, size: float) -> tuple[str, ...]:
    """Break the title of a panel, with its number of subjects on a line of its own."""
    parts = [wrap(part, room, size, "semibold") for part in panel.title.split("\n")]
    return tuple(line for part in parts for line in part[:3])


def _draw_tier(sheet: Sheet, page: _Page, tier: Sequence[int], top: float) -> None:
    """Draw names, and beside them the panels of a tier."""
    body = top + page.title
    for row in page.rows:
        if row.name.heading:
            draw_band(sheet, (0, body + row.top, page.width, row.height))
        write_name(sheet, row, 2, body, page.size)
    each = page.panel + page.said + _GAP
    start = 2 + page.names + _GAP
    for place, panel in enumerate(tier):
        _draw_panel(sheet, page, panel, start + place * each, top)
    middle = start + (len(tier) * each - _GAP - page.said * (not page.chart.mirrored)) / 2
    room = 2 * min(middle, page.width - middle)
    name = shorten(page.chart.axis, room)
    sheet.write(middle, top + page.tier - 4 - theme.LABEL_PT * 1.5, name, Look(align="center"))


def _draw_panel(sheet: Sheet, page: _Page, panel: int, left: float, top: float) -> None:
    """Draw the title, the bars and the axis of a panel."""
    backwards = page.chart.mirrored and panel == 0
    start = left + page.said if backwards else left
    scale = Scale(*page.ends, start, page.panel)
    if backwards:
        scale = Scale(page.ends[0], page.ends[1], start + page.panel, -page.panel)
    if page.title:
        _draw_title(sheet, page, panel, left, top)
    body = top + page.title
    for line, row in zip(page.chart.lines, page.rows, strict=True):
        bar = line.bars[panel]
        if bar is not None:
            _draw_bar(sheet, page, bar, scale, (body + row.top, row.height))
    bottom = body + height_of(page.rows) + 2
    base = scale.at(page.ends[0])
    draw_line(sheet, [(base, body), (base, bottom)])
    draw_below(sheet, _axis(page, start, backwards=backwards), bottom)


def _axis(page: _Page, left: float, *, backwards: bool) -> Axis:
    """Return a panel's axis; one that runs backwards has its labels the other way round."""
    scale = Scale(*page.ends, left, page.panel)
    ticks = apart(scale, theme.SMALL_PT)
    labels = [tick_label(tick) for tick in ticks]
    if backwards:
        ticks = [page.ends[0] + page.ends[1] - tick for tick in reversed(ticks)]
        labels.reverse()
    return Axis(scale, tuple(ticks), "", tuple(labels))


def _draw_title(sheet: Sheet, page: _Page, panel: int, left: float, top: float) -> None:
    backwards = page.chart.mirrored and panel == 0
    lines = _title(page.chart.panels[panel], page.panel + page.said, page.size)
    x = left + page.said + page.panel if backwards else left
    look = Look(bold=True, size=page.size, align="right" if backwards else "left")
    first = top + page.title - 4 - len(lines) * page.size * 1.3
    for i, text in enumerate(lines):
        mark = sheet.write(x, first + i * page.size * 1.3, text, look)
        sheet.link(mark, *page.chart.panels[panel].numbers)


def _draw_bar(sheet: Sheet, page: _Page, bar: Bar, scale: Scale, row: tuple[float, float]) -> None:
    """Draw a bar with its levels, and the number behind it."""
    top, height = row
    thick = min(page.pitch * 0.66, 8.4)
    y, done = top + (height - thick) / 2, 0.0
    for level, number in bar.parts:
        value = number.value or 0.0
        if value <= 0:
            continue
        ends = sorted((scale.at(done), scale.at(done + value)))
        mark = draw_bar(sheet, (ends[0], y, ends[1] - ends[0], thick), page.chart.levels[level][1])
        sheet.link(mark, number)
        done += value
    backwards = scale.width < 0
    x = scale.at(done) + (-3 if backwards else 3)
    look = Look(size=page.size, align="right" if backwards else "left")
    text = sheet.write(x, top + (height - page.size * LINE) / 2, bar.said, look)
    sheet.link(text, *bar.numbers)
