"""Kaplan-Meier curves: steps, band, censor ticks, numbers at risk. Imported only when one is drawn.

The number at risk at a tick is read from the curve: of those followed at least as long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from matplotlib.lines import Line2D

from topline.displays import theme
from topline.displays.numbers import Group, Number, Numbers
from topline.displays.plot import Axes
from topline.displays.sheet import BOLD, CENTRED, Sheet, draw_sheet, shorten
from topline.displays.survival_table import LOG_RANK
from topline.displays.svg import text_width
from topline.protocol.words import Duration

_STEPS: Final = (1, 2, 3, 6, 12, 24, 36, 60, 90, 180, 365)
_TICKS_AT_MOST: Final = 10
# More numbers at risk than these would run into each other: then every second or third tick.
_NUMBERS_AT_MOST: Final = 20
_ROW: Final = theme.LABEL_PT * 1.55
_PLOT_HEIGHT: Final = 190.0
_LEFT: Final = 46.0
_RIGHT: Final = 12.0


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


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the parts of the page are."""

    named: tuple[tuple[Group, str], ...]
    left: float
    plot_top: float
    risk_top: float
    width: float = theme.TWO_COLUMNS_MM * theme.POINTS_A_MM

    @property
    def height(self) -> float:
        """Of the page without its notice."""
        return self.risk_top + (len(self.named) + 1) * _ROW + 4


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
        SVG, two journal columns wide.
    """
    page = _lay_out(curves)

    def draw(sheet: Sheet) -> None:
        _draw(sheet, curves, page)

    return draw_sheet(page.width, page.height, draw, prefix=prefix, notice=curves.notice)


def _drawn(curves: Curves) -> list[Group]:
    """Return the groups that have a curve, in the order of print."""
    frame = curves.frame.unique(["by", "group"], maintain_order=True)
    return [
        Group(by, group, label or group or "All")
        for by, group, label in frame.select("by", "group", "group_label").iter_rows()
    ]


def _lay_out(curves: Curves) -> _Layout:
    """Place key, plot and risk table below each other."""
    groups = _drawn(curves)
    names = tuple(shorten(group.label, 150.0) for group in groups)
    widest = max((text_width(name, theme.LABEL_PT) for name in names), default=0.0)
    plot_top = (len(groups) + 1) * _ROW + 14
    return _Layout(
        tuple(zip(groups, names, strict=True)),
        left=max(_LEFT, widest + 16 if len(groups) > 1 else _LEFT),
        plot_top=plot_top,
        risk_top=plot_top + _PLOT_HEIGHT + 34,
    )


def _draw(sheet: Sheet, curves: Curves, page: _Layout) -> None:
    groups = [group for group, _ in page.named]
    width = sheet.width - page.left - _RIGHT
    axes = sheet.plot(page.left, page.plot_top, width, _PLOT_HEIGHT)
    _draw_axes(axes, curves)
    for i, group in enumerate(groups):
        _draw_curve(sheet, axes, curves, group, i)
    _draw_key(sheet, curves, groups)
    _draw_risk(sheet, axes, curves, page)


def _days(curves: Curves) -> float:
    """Return the days of one unit of the axis."""
    return Duration(f"1 {curves.unit}").days


def _draw_axes(axes: Axes, curves: Curves) -> None:
    """Draw the frame: time below, probability at the left, the dashed line at one half."""
    last = _float(curves.frame["time"].max()) / _days(curves)
    ticks = time_ticks(last, curves.every)
    axes.set_xlim(0, max(last * 1.02, ticks[-1]))
    axes.set_ylim(0, 1.03)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
    axes.set_xlabel(f"Time ({curves.unit})", labelpad=3, parse_math=False)
    name = shorten(f"{curves.label} (%)", _PLOT_HEIGHT)
    axes.set_ylabel(name, labelpad=6, parse_math=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(b=False)
    axes.axhline(0.5, color=theme.MUTED, linewidth=0.6, dashes=(4, 3), zorder=1)


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def time_ticks(last: float, every: float | None) -> list[float]:
    """Return the ticks of a time axis that reaches at least to `last`.

    Examples
    --------
    >>> time_ticks(38.5, every=None)
    [0.0, 6.0, 12.0, 18.0, 24.0, 30.0, 36.0, 42.0]
    """
    fitting = (float(step) for step in _STEPS if last / step <= _TICKS_AT_MOST - 1)
    step = every or next(fitting, last / _TICKS_AT_MOST)
    step *= max(1.0, np.ceil(last / step / _NUMBERS_AT_MOST))
    count = max(int(np.ceil(last / step - 1e-9)), 1)
    return [round(step * i, 6) for i in range(count + 1)]


def _draw_curve(sheet: Sheet, axes: Axes, curves: Curves, group: Group, place: int) -> None:
    """Draw the steps of one curve with its band and its censor ticks."""
    frame = curves.frame.filter(by=group.by, group=group.value).sort("time")
    time = frame["time"].to_numpy() / _days(curves)
    colour = theme.SERIES[place % len(theme.SERIES)]
    dashes = theme.DASHES[place % len(theme.DASHES)]
    lower, upper = (
        frame[s].cast(pl.Float64).fill_null(np.nan).to_numpy() for s in ("lower", "upper")
    )
    axes.fill_between(time, lower, upper, step="post", color=colour, alpha=0.12, linewidth=0)
    survival = frame["survival"].to_numpy()
    (line,) = axes.step(time, survival, where="post", color=colour, linewidth=1.3, zorder=3)
    line.set_dashes(dashes or (None, None))
    sheet.link(line, *_counted(curves, group))
    gone = frame["censored"].to_numpy() > 0
    axes.plot(
        time[gone], survival[gone], "|", color=colour, markersize=5, markeredgewidth=0.8, zorder=4
    )


def _counted(curves: Curves, group: Group) -> list[Number | None]:
    return [
        curves.numbers.get(curves.endpoint, s, group=group) for s in ("n", "events", "censored")
    ]


def _draw_key(sheet: Sheet, curves: Curves, groups: Sequence[Group]) -> None:
    """Print above the plot what each curve is: events, median; the test between them."""
    several = len(groups) > 1
    names = [shorten(group.label, 240.0) for group in groups] if several else []
    widest = max((text_width(name, theme.LABEL_PT) for name in names), default=0.0)
    events_x = max(30 + widest + 24, 96.0) if several else 2.0
    median_x = events_x + 84.0
    sheet.write(events_x, 0, "Events / N", BOLD)
    sheet.write(median_x, 0, f"Median, {curves.unit} ({curves.level:.0%} CI)", BOLD)
    test = _test(curves)
    if test is not None:
        words = f"Log-rank P {'' if test.display[:1] in '<>' else '= '}{test.display}"
        sheet.link(sheet.write(median_x + 150, _ROW, words), test)
    for i, group in enumerate(groups):
        y = (i + 1) * _ROW
        if several:
            _draw_swatch(sheet, y, i)
            sheet.write(30, y, names[i])
        n, events, _ = _counted(curves, group)
        if n and events:
            sheet.link(sheet.write(events_x, y, f"{events.display} / {n.display}"), events, n)
        median = [
            curves.numbers.get(curves.endpoint, s, group=group)
            for s in ("median", "median_lower", "median_upper")
        ]
        if all(median):
            shown = "{} ({} to {})".format(*(m.display for m in median if m))
            sheet.link(sheet.write(median_x, y, shown), *median)


def _draw_swatch(sheet: Sheet, y: float, place: int) -> None:
    """Draw the short line that ties a name to its curve."""
    height = 1 - (y + theme.LABEL_PT * 0.62) / sheet.height
    line = Line2D(
        [3 / sheet.width, 24 / sheet.width],
        [height, height],
        color=theme.SERIES[place % len(theme.SERIES)],
        linewidth=1.3,
    )
    dashes = theme.DASHES[place % len(theme.DASHES)]
    line.set_dashes(dashes or (None, None))
    sheet.page.add_artist(line)


def _test(curves: Curves) -> Number | None:
    rows = curves.numbers.rows
    return next((r for r in rows if (r.level, r.statistic) == (LOG_RANK, "p_value")), None)


def _draw_risk(sheet: Sheet, axes: Axes, curves: Curves, page: _Layout) -> None:
    """Print the numbers at risk under the ticks of the time axis."""
    sheet.write(2, page.risk_top, "Number at risk", BOLD)
    ticks = axes.get_xticks().tolist()
    box = axes.get_position()
    end = axes.get_xlim()[1]
    for i, (group, name) in enumerate(page.named):
        y = page.risk_top + (i + 1) * _ROW
        if len(page.named) > 1:
            sheet.write(2, y, name)
        frame = curves.frame.filter(by=group.by, group=group.value).sort("time")
        counts = at_risk(frame, [tick * _days(curves) for tick in ticks])
        for tick, count in zip(ticks, counts, strict=True):
            x = (box.x0 + tick / end * box.width) * sheet.width
            mark = sheet.write(x, y, str(count), CENTRED)
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
