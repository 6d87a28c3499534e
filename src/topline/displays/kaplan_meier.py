"""Kaplan-Meier curves: steps, band, censor ticks, numbers at risk. Imported only when one is drawn.

The number at risk at a tick is read from the curve: of those followed at least as long.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from topline.displays import theme
from topline.displays.marks import draw_line
from topline.displays.numbers import Group, Number, Numbers, printed_label
from topline.displays.plot import Axes
from topline.displays.sheet import BOLD, CENTRED, Sheet, draw_sheet, shorten
from topline.displays.survival_table import LOG_RANK
from topline.displays.svg import text_width
from topline.displays.theme import Paint, Width
from topline.displays.ticks import time_ticks
from topline.protocol.words import Duration

_ROW: Final = theme.LABEL_PT * 1.55
_PLOT_HEIGHT: Final = {"one column": 140.0, "two columns": 190.0}
_LEFT: Final = 46.0
_RIGHT: Final = 12.0
_SWATCH: Final = 30.0
_COLUMN: Final = 16.0
"""Between columns of the key."""
_NAME_AT_MOST: Final = {"one column": 60.0, "two columns": 150.0}
_TOP_SHARE: Final = 1.03


@dataclass(frozen=True, slots=True)
class Curves:
    """What a Kaplan-Meier figure shows."""

    endpoint: str
    """Key of the endpoint; the parameter of its results."""
    label: str
    unit: str
    """Unit of the time axis; curves come in days."""
    frame: pl.DataFrame
    numbers: Numbers
    level: float
    every: float | None = None
    notice: str = ""
    paints: Mapping[str, Paint] = field(default_factory=dict[str, Paint])
    """Looks of the groups by value; the theme's series for those that are not named."""
    width: Width = "two columns"
    events: str = "Events / N"
    """Head of the column of events."""

    @property
    def unit_days(self) -> float:
        """Days of one unit of the axis."""
        return Duration(f"1 {self.unit}").days

    def paint(self, group: Group, place: int) -> Paint:
        """Return the look of a group's curve."""
        return self.paints.get(group.value) or theme.series(place)


@dataclass(frozen=True, slots=True)
class _Key:
    """Columns of the key above the plot."""

    names: tuple[str, ...]
    events_x: float
    median_x: float
    test_x: float
    test_line: int
    lines: int


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the parts of the page are."""

    named: tuple[tuple[Group, str], ...]
    """Groups with their names in the table of numbers at risk."""
    key: _Key
    left: float
    width: float
    plot_height: float
    ticks: tuple[float, ...]

    @property
    def plot_top(self) -> float:
        """Upper end of the plot."""
        return self.key.lines * _ROW + 14

    @property
    def plot_width(self) -> float:
        """Width of the plot."""
        return self.width - self.left - _RIGHT

    @property
    def risk_top(self) -> float:
        """Top of the table of numbers at risk."""
        return self.plot_top + self.plot_height + 34

    @property
    def height(self) -> float:
        """Of the page without its notice."""
        return self.risk_top + (len(self.named) + 1) * _ROW + 4

    @property
    def end(self) -> float:
        """Time at the right end of the plot."""
        return self.ticks[-1]

    def at(self, time: float, share: float) -> tuple[float, float]:
        """Return where a point of a curve stands on the page."""
        x = self.left + time / self.end * self.plot_width
        return x, self.plot_top + self.plot_height * (1 - share / _TOP_SHARE)


def draw_curves(curves: Curves, prefix: str) -> str:
    """Draw Kaplan-Meier curves.

    Parameters
    ----------
    curves
        Curves with the results printed beside them.
    prefix
        Start of every id in the picture, so that two pictures can stand in one document.

    Returns
    -------
    str
        SVG.
    """
    page = _lay_out(curves)

    def draw(sheet: Sheet) -> None:
        _draw(sheet, curves, page)

    return draw_sheet(page.width, page.height, draw, prefix=prefix, notice=curves.notice)


def _drawn(curves: Curves) -> list[Group]:
    """Return the groups that have a curve, in the order of print."""
    frame = curves.frame.unique(["by", "group"], maintain_order=True)
    return [
        Group(by, group, printed_label(label or group or "All"))
        for by, group, label in frame.select("by", "group", "group_label").iter_rows()
    ]


def _lay_out(curves: Curves) -> _Layout:
    """Place key, plot and risk table below each other."""
    groups = _drawn(curves)
    width, most = theme.page_width(curves.width), _NAME_AT_MOST[curves.width]
    names = tuple(shorten(group.label, most) for group in groups)
    widest = max((text_width(name, theme.LABEL_PT) for name in names), default=0.0)
    left = max(_LEFT, widest + 16 if len(groups) > 1 else _LEFT)
    last = _float(curves.frame["time"].max()) / curves.unit_days
    at_start = f"{_float(curves.frame['at_risk'].max()):.0f}"
    each = max(text_width(text, theme.LABEL_PT) for text in (at_start, f"{last:.0f}")) + 5
    ticks = time_ticks(last, curves.every, at_most=int((width - left - _RIGHT) / each))
    return _Layout(
        tuple(zip(groups, names, strict=True)),
        _lay_out_key(curves, groups, width),
        left,
        width,
        _PLOT_HEIGHT[curves.width],
        tuple(ticks),
    )


def _lay_out_key(curves: Curves, groups: Sequence[Group], width: float) -> _Key:
    """Place the columns of the key; the test stands beside them, or below where it must."""
    several = len(groups) > 1
    events_wide = _wide([_printed_events(curves, group) for group in groups], curves.events)
    median_wide = _wide([_printed_median(curves, group) for group in groups], _median_head(curves))
    room = width - _SWATCH - events_wide - median_wide - 2 * _COLUMN - 2
    names = tuple(shorten(group.label, max(room, 24.0)) if several else "" for group in groups)
    wide = max((text_width(name, theme.LABEL_PT) for name in names), default=0.0)
    events_x = _SWATCH + wide + _COLUMN if several else 2.0
    median_x = events_x + events_wide + _COLUMN
    test, beside = _test(curves), median_x + median_wide + _COLUMN
    fits = test is None or beside + text_width(_printed_test(test), theme.LABEL_PT) <= width
    lines = len(groups) + 1
    return _Key(
        names,
        events_x,
        median_x,
        test_x=beside if fits else 2.0,
        test_line=1 if fits else lines,
        lines=lines if fits else lines + 1,
    )


def _wide(texts: Sequence[str], head: str) -> float:
    """Return the width of a column."""
    widths = [text_width(text, theme.LABEL_PT) for text in texts]
    return max([text_width(head, theme.LABEL_PT, "semibold"), *widths])


def _draw(sheet: Sheet, curves: Curves, page: _Layout) -> None:
    axes = sheet.plot(page.left, page.plot_top, page.plot_width, page.plot_height)
    _draw_axes(axes, curves, page)
    for i, (group, _) in enumerate(page.named):
        paint = curves.paint(group, i)
        _draw_curve(sheet, axes, curves, (group, paint))
        _draw_median(sheet, curves, page, (group, paint))
    _draw_key(sheet, curves, page)
    _draw_risk(sheet, curves, page)


def _draw_axes(axes: Axes, curves: Curves, page: _Layout) -> None:
    """Draw the frame: time below, probability at the left, the dashed line at one half."""
    axes.set_xlim(0, page.end)
    axes.set_ylim(0, _TOP_SHARE)
    axes.set_xticks(page.ticks, [f"{tick:g}" for tick in page.ticks])
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
    axes.set_xlabel(f"Time ({curves.unit})", labelpad=3, parse_math=False)
    name = shorten(f"{curves.label} (%)", page.plot_height)
    axes.set_ylabel(name, labelpad=6, parse_math=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(b=False)
    axes.axhline(0.5, color=theme.MUTED, linewidth=0.6, dashes=(4, 3), zorder=1)


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _draw_curve(sheet: Sheet, axes: Axes, curves: Curves, painted: tuple[Group, Paint]) -> None:
    """Draw the steps of one curve with its band and its censor ticks."""
    group, paint = painted
    frame = curves.frame.filter(by=group.by, group=group.value).sort("time")
    time = frame["time"].to_numpy() / curves.unit_days
    colour = paint.colour
    lower, upper = (
        frame[s].cast(pl.Float64).fill_null(np.nan).to_numpy() for s in ("lower", "upper")
    )
    axes.fill_between(time, lower, upper, step="post", color=colour, alpha=0.12, linewidth=0)
    survival = frame["survival"].to_numpy()
    (line,) = axes.step(time, survival, where="post", color=colour, linewidth=1.3, zorder=3)
    line.set_dashes(paint.dashes or (None, None))
    sheet.link(line, *_counted(curves, group))
    gone = frame["censored"].to_numpy() > 0
    axes.plot(
        time[gone], survival[gone], "|", color=colour, markersize=5, markeredgewidth=0.8, zorder=4
    )


def _draw_median(sheet: Sheet, curves: Curves, page: _Layout, painted: tuple[Group, Paint]) -> None:
    """Draw the line from a curve's median down to the time axis, where it was reached."""
    group, paint = painted
    median = curves.numbers.get(curves.endpoint, "median", group=group)
    if median is None or median.value is None or median.value > page.end:
        return
    ends = [page.at(median.value, 0.5), page.at(median.value, 0)]
    line = draw_line(sheet, ends, colour=paint.colour, width=0.8, dashes=(2, 1.6))
    sheet.link(line, median)


def _counted(curves: Curves, group: Group) -> list[Number | None]:
    return [
        curves.numbers.get(curves.endpoint, s, group=group) for s in ("n", "events", "censored")
    ]


def _draw_key(sheet: Sheet, curves: Curves, page: _Layout) -> None:
    """Print above the plot what each curve is: events, median; the test between them."""
    key = page.key
    sheet.write(key.events_x, 0, curves.events, BOLD)
    sheet.write(key.median_x, 0, _median_head(curves), BOLD)
    test = _test(curves)
    if test is not None:
        mark = sheet.write(key.test_x, key.test_line * _ROW, _printed_test(test))
        sheet.link(mark, test)
    for i, (group, _) in enumerate(page.named):
        y = (i + 1) * _ROW
        if len(page.named) > 1:
            _draw_swatch(sheet, y, curves.paint(group, i))
            sheet.write(_SWATCH, y, key.names[i])
        n, events, _ = _counted(curves, group)
        if n and events:
            sheet.link(
                sheet.write(key.events_x, y, _printed_events(curves, group)), events, n
            )  # fmt: skip
        median = _median(curves, group)
        if all(median):
            sheet.link(sheet.write(key.median_x, y, _printed_median(curves, group)), *median)


def _median_head(curves: Curves) -> str:
    return f"Median, {curves.unit} ({curves.level:.0%} CI)"


def _median(curves: Curves, group: Group) -> list[Number | None]:
    return [
        curves.numbers.get(curves.endpoint, s, group=group)
        for s in ("median", "median_lower", "median_upper")
    ]


def _printed_median(curves: Curves, group: Group) -> str:
    median = _median(curves, group)
    return "{} ({} to {})".format(*(m.display for m in median if m)) if all(median) else ""


def _printed_events(curves: Curves, group: Group) -> str:
    n, events, _ = _counted(curves, group)
    return f"{events.display} / {n.display}" if n and events else ""


def _printed_test(test: Number) -> str:
    return f"Log-rank P {'' if test.display[:1] in '<>' else '= '}{test.display}"


def _draw_swatch(sheet: Sheet, y: float, paint: Paint) -> None:
    """Draw the short line that ties a name to its curve."""
    ends = [(3.0, y + theme.LABEL_PT * 0.62), (24.0, y + theme.LABEL_PT * 0.62)]
    draw_line(sheet, ends, colour=paint.colour, width=1.3, dashes=paint.dashes)


def _test(curves: Curves) -> Number | None:
    rows = curves.numbers.rows
    return next((r for r in rows if (r.level, r.statistic) == (LOG_RANK, "p_value")), None)


def _draw_risk(sheet: Sheet, curves: Curves, page: _Layout) -> None:
    """Print the numbers at risk under the ticks of the time axis."""
    sheet.write(2, page.risk_top, "Number at risk", BOLD)
    for i, (group, name) in enumerate(page.named):
        y = page.risk_top + (i + 1) * _ROW
        if len(page.named) > 1:
            sheet.write(2, y, name)
        frame = curves.frame.filter(by=group.by, group=group.value).sort("time")
        counts = at_risk(frame, [tick * curves.unit_days for tick in page.ticks])
        for tick, count in zip(page.ticks, counts, strict=True):
            mark = sheet.write(page.at(tick, 0)[0], y, str(count), CENTRED)
            if tick == 0:
                sheet.link(mark, curves.numbers.get(curves.endpoint, "n", group=group))


def at_risk(frame: pl.DataFrame, days: Sequence[float]) -> list[int]:
    """Return how many are at risk at each time: of the curve's next row, nobody after its last.

    Examples
    --------
    >>> frame = pl.DataFrame({"time": [0.0, 5.0, 9.0], "at_risk": [3, 3, 1]})
    >>> at_risk(frame, [0, 5, 6, 10])
    [3, 3, 1, 0]
    """
    counts = [*frame["at_risk"].to_list(), 0]
    places = np.searchsorted(frame["time"].to_numpy(), np.asarray(days) - 1e-9, side="left")
    return [int(counts[place]) for place in places]
