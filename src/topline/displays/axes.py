"""Axes in points from the page's top: a line, ticks, labels that never touch, a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from topline.displays import theme
from topline.displays.marks import draw_line
from topline.displays.scale import Scale, tick_label
from topline.displays.sheet import Look, Sheet, shorten
from topline.displays.svg import text_width

_TICK: Final = 3.0
_GAP: Final = 2.0
_BETWEEN: Final = 4.0
SIZE: Final = theme.SMALL_PT
UNDER_AXIS: Final = _TICK + _GAP + SIZE * 1.3 + theme.LABEL_PT * 1.5
"""Height of tick labels and name below a horizontal axis."""
_CENTRED: Final = Look(align="center", size=SIZE)
_RIGHT: Final = Look(align="right", size=SIZE)
_NAME: Final = Look(align="center")
_TURNED: Final = Look(align="center", turn=90)


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis says."""

    scale: Scale
    ticks: tuple[float, ...]
    name: str
    labels: tuple[str, ...] = ()
    """Of the ticks; empty: their values."""

    @property
    def printed(self) -> tuple[str, ...]:
        """Labels of all ticks."""
        return self.labels or tuple(tick_label(tick) for tick in self.ticks)


def draw_below(sheet: Sheet, axis: Axis, y: float) -> None:
    """Draw an axis from left to right, its labels and its name below it."""
    scale = axis.scale
    draw_line(sheet, [(scale.left, y), (scale.left + scale.width, y)])
    free = -1e9
    for tick, label in zip(axis.ticks, axis.printed, strict=True):
        x, half = scale.at(tick), text_width(label, SIZE) / 2
        draw_line(sheet, [(x, y), (x, y + _TICK)])
        if x - half >= free and x - half >= 0 and x + half <= sheet.width:
            sheet.write(x, y + _TICK + _GAP, label, _CENTRED)
            free = x + half + _BETWEEN
    name = shorten(axis.name, scale.width)
    middle = scale.left + scale.width / 2
    sheet.write(middle, y + _TICK + _GAP + SIZE * 1.4, name, _NAME)


def draw_beside(sheet: Sheet, axis: Axis, x: float, *, name_at: float) -> None:
    """Draw an axis from bottom to top, its labels left of it, its name turned at `name_at`."""
    scale = axis.scale
    bottom, top = scale.left, scale.left + scale.width
    draw_line(sheet, [(x, bottom), (x, top)])
    free = 1e9
    for tick, label in zip(axis.ticks, axis.printed, strict=True):
        y = scale.at(tick)
        draw_line(sheet, [(x - _TICK, y), (x, y)])
        if y + SIZE * 0.6 <= free:
            sheet.write(x - _TICK - _GAP, y - SIZE * 0.62, label, _RIGHT)
            free = y - SIZE * 0.75
    if axis.name:
        middle = (bottom + top) / 2
        sheet.write(name_at, middle, shorten(axis.name, abs(scale.width)), _TURNED)


def apart(scale: Scale, size: float) -> list[float]:
    """Return as many round ticks as there are with room between their labels."""
    for most in range(max(2, int(scale.width / size)), 1, -1):
        ticks = scale.ticks(most)
        ends = [(scale.at(t), text_width(tick_label(t), size) / 2) for t in ticks]
        if all(b - a >= left + right + 1.6 * size for (a, left), (b, right) in pairwise(ends)):
            return ticks
    return scale.ticks(2)[:1]


def widest(labels: Sequence[str], size: float = SIZE) -> float:
    """Return the width of the widest label."""
    return max((text_width(label, size) for label in labels), default=0.0)


def width_beside(axis: Axis) -> float:
    """Return the room that an axis needs at its left: labels, ticks and a turned name."""
    named = theme.LABEL_PT * 1.4 if axis.name else 0.0
    return widest(axis.printed) + _TICK + _GAP + named + _GAP
