"""Cumulative incidence: a panel a cause, a curve a group, one time axis, numbers at risk below.

Imported only when one is drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from topline.displays import theme
from topline.displays.kaplan_meier import at_risk
from topline.displays.marks import draw_line
from topline.displays.numbers import Group, Number, Numbers, printed_label
from topline.displays.plot import Axes
from topline.displays.scale import linear_ends, tick_label
from topline.displays.sheet import Look, Sheet, draw_sheet, shorten
from topline.displays.svg import text_width
from topline.displays.theme import Paint
from topline.displays.ticks import time_ticks
from topline.protocol.words import Duration

_GRAY: Final = "gray"
_COLUMN: Final = 14.0
_SWATCH: Final = 28.0
_SHORT: Final = 14.0
"""Room of the swatch beside numbers at risk, whose names may be cut."""
_RIGHT: Final = 12.0
_EVERY_PANEL: Final = 118.0
_TITLE: Final = 17.0


@dataclass(frozen=True, slots=True)
class Incidences:
    """What a figure of cumulative incidence shows."""

    endpoint: str
    """Key of the endpoint; the parameter of its results."""
    label: str
    unit: str
    """Unit of the time axis; curves come in days."""
    frame: pl.DataFrame
    numbers: Numbers
    paints: Mapping[str, Paint]
    """Looks of groups by value."""
    every: float | None = None

    @property
    def groups(self) -> list[Group]:
        """Groups that have curves, in the order of print."""
        rows = self.frame.unique(["by", "group"], maintain_order=True)
        return [
            Group(by, group, printed_label(label or group or "All"))
            for by, group, label in rows.select("by", "group", "group_label").iter_rows()
        ]

    @property
    def causes(self) -> list[str]:
        """Causes, in the order of the protocol."""
        return self.frame["section"].unique(maintain_order=True).to_list()

    @property
    def days(self) -> float:
        """Days of one unit of the axis."""
        return Duration(f"1 {self.unit}").days

    def paint(self, group: Group, place: int) -> Paint:
        """Return the look of a group's curves."""
        return self.paints.get(group.value) or theme.series(place)

    def get(self, group: Group, cause: str, statistic: str) -> Number | None:
        """Return a result of a group."""
        return self.numbers.get(self.endpoint, statistic, group=group, section=cause)


@dataclass(frozen=True, slots=True)
class _Page:
    shown: Incidences
    width: float
    size: float
    left: float
    names: tuple[str, ...]
    """Groups' names in the table of numbers at risk."""
    ticks: tuple[float, ...]
    top: float
    """Greatest incidence on the axes, from 0 to 1."""
    columns: tuple[tuple[str, float], ...]
    """Head and right edge of each column of the key: subjects, then events by cause."""

    @property
    def line(self) -> float:
        return self.size * 1.5

    @property
    def plots(self) -> float:
        """Top of the first panel."""
        return (len(self.names) + 1) * self.line + 8

    @property
    def risk(self) -> float:
        """Top of the table of numbers at risk."""
        return self.plots + len(self.shown.causes) * (_TITLE + _EVERY_PANEL) + 34


def draw_incidences(shown: Incidences, width: float, prefix: str, notice: str = "") -> str:
    """Return curves of cumulative incidence as SVG.

    Parameters
    ----------
    shown
        Curves with the results printed beside them.
    width
        Of the picture, in points.
    prefix
        Start of every id in the picture.
    notice
        Printed small at the foot.
    """
    page = _lay_out(shown, width)

    def draw(sheet: Sheet) -> None:
        _draw_key(sheet, page)
        for i, cause in enumerate(shown.causes):
            last = i == len(shown.causes) - 1
            _draw_panel(sheet, page, cause, page.plots + i * (_TITLE + _EVERY_PANEL), last=last)
        _draw_risk(sheet, page)

    height = page.risk + (len(page.names) + 1) * page.line + 4
    return draw_sheet(width, height, draw, prefix=prefix, notice=notice)


def describe_incidences(shown: Incidences) -> str:
    """Say in words how many had which event."""
    told = [f"Cumulative incidence of the causes of {shown.label.lower()}"]
    for cause in shown.causes:
        parts: list[str] = []
        for group in shown.groups:
            events, n = shown.get(group, cause, "events"), shown.get(group, "", "n")
            if events is not None and n is not None:
                rates = [
                    f"{r.display}% at {r.level_label}"
                    for r in shown.numbers.rows
                    if (r.section, r.by, r.group) == (cause, group.by, group.value)
                    and r.statistic == "rate"
                ]
                said = f"{events.display} of {n.display}"
                parts.append(f"{group.label} {', '.join([said, *rates])}")
        test = _test(shown, cause)
        parts += [f"Gray's test P {test.display}"] if test else []
        told.append(f"{cause}: {'; '.join(parts)}")
    return ". ".join(told) + "."


def _test(shown: Incidences, cause: str) -> Number | None:
    """Return Gray's P of a cause."""
    wanted = (cause, _GRAY, "p_value")
    rows = shown.numbers.rows
    return next((r for r in rows if (r.section, r.level, r.statistic) == wanted), None)


def _lay_out(shown: Incidences, width: float) -> _Page:
    """Place key, panels and numbers at risk below each other."""
    narrow = width < theme.page_width("two columns") * 0.75
    size = theme.SMALL_PT if narrow else theme.LABEL_PT
    groups = shown.groups
    most = 60.0 if narrow else 150.0
    names = tuple(shorten(group.label, most, size) for group in groups)
    widest = max((text_width(name, size) for name in names), default=0.0)
    left = max(44.0, widest + _SHORT + 12 if len(groups) > 1 else 44.0)
    last = _greatest(shown.frame["time"]) / shown.days
    at_start = f"{_greatest(shown.frame['at_risk']):.0f}"
    each = max(text_width(text, size) for text in (at_start, f"{last:.0f}")) + 5
    ticks = time_ticks(last, shown.every, at_most=int((width - left - _RIGHT) / each))
    highest = max(_greatest(shown.frame["incidence"]), _greatest(shown.frame["upper"]))
    top = min(1.0, linear_ends([0, max(100 * highest, 5.0)], 5)[1] / 100)
    return _Page(
        shown, width, size, left, names, tuple(ticks), top, tuple(_columns(shown, width, size))
    )


def _columns(shown: Incidences, width: float, size: float) -> list[tuple[str, float]]:
    """Return the columns of the key; names of causes share what the groups' names leave."""
    groups = shown.groups
    longest = max((text_width(g.label, size) for g in groups), default=0.0)
    names = min(longest + _SWATCH, width * 0.4) if len(groups) > 1 else 0.0
    heads = ["N", *shown.causes]
    room = (width - names - _COLUMN * len(heads)) / len(heads)
    columns: list[tuple[str, float]] = []
    edge = names
    for head in heads:
        text = shorten(head, min(room, 130.0) * 0.94, size)
        edge += max(text_width(text, size, "semibold"), text_width("000", size)) + _COLUMN
        columns.append((text, edge))
    return columns


def _greatest(values: pl.Series) -> float:
    most = values.max()
    return float(most) if isinstance(most, int | float) else 0.0


def _draw_key(sheet: Sheet, page: _Page) -> None:
    """Print above the panels how many subjects each group has, and how many of each event."""
    shown, size = page.shown, page.size
    bold, right = Look(bold=True, align="right", size=size), Look(align="right", size=size)
    for head, edge in page.columns:
        sheet.write(edge, 0, head, bold)
    for i, group in enumerate(shown.groups):
        y = (i + 1) * page.line
        if len(page.names) > 1:
            paint, middle = shown.paint(group, i), y + size * 0.62
            ends = [(3.0, middle), (23.0, middle)]
            draw_line(sheet, ends, colour=paint.colour, width=1.3, dashes=paint.dashes)
            room = page.width * 0.4 - _SWATCH
            sheet.write(_SWATCH, y, shorten(group.label, room, size), Look(size=size))
        counts = [shown.get(group, "", "n")]
        counts += [shown.get(group, cause, "events") for cause in shown.causes]
        for (_, edge), count in zip(page.columns, counts, strict=True):
            if count is not None:
                sheet.link(sheet.write(edge, y, count.display, right), count)


def _draw_panel(sheet: Sheet, page: _Page, cause: str, top: float, *, last: bool) -> None:
    """Draw the curves of a cause, with its name and the test between groups above."""
    test, size = _test(page.shown, cause), page.size
    room = page.width - page.left
    said = ""
    if test is not None:
        said = f"Gray's test P {'' if test.display[:1] in '<>' else '= '}{test.display}"
        room -= text_width(said, size) + _COLUMN
    name = shorten(cause, room * 0.94, size)
    sheet.write(page.left, top, name, Look(bold=True, size=size))
    if test is not None:
        x = page.left + text_width(name, size, "semibold") + _COLUMN
        sheet.link(sheet.write(x, top, said, Look(size=size)), test)
    plot = page.width - page.left - _RIGHT, _EVERY_PANEL - 10
    axes = sheet.plot(page.left, top + _TITLE, *plot)
    _draw_axes(axes, page, last=last)
    for i, group in enumerate(page.shown.groups):
        _draw_curve(sheet, axes, page, (cause, group, page.shown.paint(group, i)))


def _draw_axes(axes: Axes, page: _Page, *, last: bool) -> None:
    axes.set_xlim(0, page.ticks[-1])
    axes.set_ylim(0, page.top * 1.03)
    axes.set_xticks(page.ticks, [f"{t:g}" if last else "" for t in page.ticks])
    shares = [page.top * i / 4 for i in range(5)]
    axes.set_yticks(shares, [tick_label(round(100 * share, 6)) for share in shares])
    if last:
        axes.set_xlabel(f"Time ({page.shown.unit})", labelpad=3, parse_math=False)
    axes.set_ylabel("Incidence (%)", labelpad=6, parse_math=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(b=False)


def _draw_curve(sheet: Sheet, axes: Axes, page: _Page, drawn: tuple[str, Group, Paint]) -> None:
    """Draw the steps of one curve with its band."""
    cause, group, paint = drawn
    shown = page.shown
    frame = shown.frame.filter(section=cause, by=group.by, group=group.value).sort("time")
    time = frame["time"].to_numpy() / shown.days
    lower, upper, share = (
        frame[s].cast(pl.Float64).fill_null(np.nan).to_numpy()
        for s in ("lower", "upper", "incidence")
    )
    axes.fill_between(time, lower, upper, step="post", color=paint.colour, alpha=0.12, linewidth=0)
    (line,) = axes.step(time, share, where="post", color=paint.colour, linewidth=1.3, zorder=3)
    line.set_dashes(paint.dashes or (None, None))
    sheet.link(line, shown.get(group, cause, "events"), shown.get(group, "", "n"))


def _draw_risk(sheet: Sheet, page: _Page) -> None:
    """Print the numbers at risk, free of any event, under the ticks of the time axis."""
    size, shown = page.size, page.shown
    sheet.write(2, page.risk, "Number at risk", Look(bold=True, size=size))
    wide = page.width - page.left - _RIGHT
    first = shown.causes[0] if shown.causes else ""
    for i, (group, name) in enumerate(zip(shown.groups, page.names, strict=True)):
        y = page.risk + (i + 1) * page.line
        if len(page.names) > 1:
            paint, middle = shown.paint(group, i), y + size * 0.62
            ends = [(2.0, middle), (_SHORT - 3, middle)]
            draw_line(sheet, ends, colour=paint.colour, width=1.3, dashes=paint.dashes)
            sheet.write(_SHORT, y, name, Look(size=size))
        frame = shown.frame.filter(section=first, by=group.by, group=group.value).sort("time")
        counts = at_risk(frame, [tick * shown.days for tick in page.ticks])
        for tick, count in zip(page.ticks, counts, strict=True):
            x = page.left + tick / page.ticks[-1] * wide
            mark = sheet.write(x, y, str(count), Look(align="center", size=size))
            if tick == 0:
                sheet.link(mark, shown.get(group, "", "n"))
