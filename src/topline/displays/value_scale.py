"""An axis of values from bottom to top: linear, logarithmic, or logarithmic around zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, copysign, floor, isnan, log10
from typing import Final, Literal

from topline.displays.scale import Scale, linear_ends, log_ends

Kind = Literal["linear", "log", "symlog"]
_MOST: Final = 7


@dataclass(frozen=True, slots=True)
class ValueScale:
    """Where values stand between the bottom and the top of a plot."""

    kind: Kind
    scale: Scale
    """Of the values, or where the kind is symlog of their signed logarithms."""
    ticks: tuple[float, ...]
    unit: float = 1.0
    """Size from which on symlog is logarithmic."""

    def at(self, value: float) -> float:
        """Return the height of a value on the page."""
        return self.scale.at(_signed_log(value, self.unit) if self.kind == "symlog" else value)

    @property
    def tick_scale(self) -> Scale:
        """Scale of `places`."""
        return self.scale

    @property
    def places(self) -> tuple[float, ...]:
        """Ticks as their scale knows them."""
        if self.kind != "symlog":
            return self.ticks
        return tuple(_signed_log(tick, self.unit) for tick in self.ticks)


def scale_values(
    kind: Kind,
    values: Sequence[float],
    bottom: float,
    height: float,
    limits: tuple[float, float] | None = None,
) -> ValueScale:
    """Return the axis that holds all values.

    Parameters
    ----------
    kind
        Of values that are zero or less, log becomes symlog.
    values
        All that is drawn.
    bottom, height
        Of the plot, in points from the page's top.
    limits
        Ends of a linear axis; None: as the values need.

    Examples
    --------
    >>> scale_values("log", [0.3, 46], bottom=100, height=80).ticks
    (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
    >>> scale_values("log", [0, 46], bottom=100, height=80).kind
    'symlog'
    """
    known = [value for value in values if not isnan(value)] or [0.0, 1.0]
    if kind == "log" and min(known) > 0:
        low, high = log_ends(known)
        scale = Scale(low, high, bottom, -height, log=True)
        return ValueScale("log", scale, tuple(scale.ticks(_MOST + 1)))
    if kind == "linear":
        low, high = limits or linear_ends(known, _MOST)
        scale = Scale(low, high, bottom, -height)
        return ValueScale("linear", scale, tuple(scale.ticks(_MOST)))
    return _around_zero(known, bottom, height)


def _around_zero(values: Sequence[float], bottom: float, height: float) -> ValueScale:
    """Return an axis of signed logarithms."""
    sizes = [abs(value) for value in values if value]
    unit = 10.0 ** floor(log10(min(sizes))) if sizes else 1.0
    decades = max(ceil(log10(max(sizes, default=1.0) / unit)), 1)
    every = max(1, ceil(decades / 5))
    steps = [unit * 10.0**i for i in range(0, decades + every, every)]
    up = max((v for v in values if v > 0), default=0.0)
    down = min((v for v in values if v < 0), default=0.0)
    above = [s for s in steps if up and s <= _next(steps, up)]
    below = [-s for s in reversed(steps) if down and s <= _next(steps, -down)]
    ticks = (*below, 0.0, *above) if above or below else (0.0, unit)
    low, high = (_signed_log(tick, unit) for tick in (ticks[0], ticks[-1]))
    scale = Scale(low, max(high, low + 1), bottom, -height)
    return ValueScale("symlog", scale, ticks, unit)


def _next(steps: Sequence[float], value: float) -> float:
    """Return the first step that is not less than a value."""
    return next((step for step in steps if step >= value * (1 - 1e-9)), steps[-1])


def _signed_log(value: float, unit: float) -> float:
    return copysign(log10(1 + abs(value) / unit), value) if value else 0.0
