"""A straight axis on the page: where a value stands, and which ticks it has."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Final

_STEPS: Final = (1.0, 2.0, 2.5, 5.0)
_LOG_STEPS: Final = (1.0, 2.0, 5.0)
_FEWER: Final = ((1.0, 2.0, 5.0), (1.0, 5.0), (1.0,))
"""Ticks of a decade, the first of which that are few enough."""
_NEAR: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` at `left` to `high` at `left + width`, in points; logarithmic for ratios."""

    low: float
    high: float
    left: float
    width: float
    log: bool = False

    def at(self, value: float) -> float:
        """Return where a value stands; one beyond an end of the axis stands at that end.

        Examples
        --------
        >>> Scale(0, 100, left=10, width=50).at(50)
        35.0
        >>> Scale(0.1, 10, left=0, width=50, log=True).at(1)
        25.0
        """
        inside = min(max(value, self.low), self.high)
        if self.log:
            share = (log10(inside) - log10(self.low)) / (log10(self.high) - log10(self.low))
        else:
            share = (inside - self.low) / (self.high - self.low)
        return self.left + share * self.width

    def holds(self, value: float) -> bool:
        """Whether a value is on the axis."""
        return self.low * (1 - _NEAR) <= value <= self.high * (1 + _NEAR) if self.log else (
            self.low - _NEAR <= value <= self.high + _NEAR
        )  # fmt: skip

    def ticks(self, most: int) -> list[float]:
        """Return at most so many round values on the axis."""
        if self.log:
            return _log_ticks(self.low, self.high, most)
        step = _step((self.high - self.low) / max(most - 1, 1))
        first = ceil(self.low / step - _NEAR)
        last = floor(self.high / step + _NEAR)
        return [round(i * step, 10) + 0.0 for i in range(first, last + 1)]


def linear_ends(values: Sequence[float], most: int) -> tuple[float, float]:
    """Return round ends of an axis that holds all values.

    Examples
    --------
    >>> linear_ends([0, 63.5], most=6)
    (0.0, 80.0)
    """
    low, high = min(values), max(values)
    if high - low < _NEAR:
        high = low + 1
    step = _step((high - low) / max(most - 1, 1))
    return round(floor(low / step + _NEAR) * step, 10), round(ceil(high / step - _NEAR) * step, 10)


def log_ends(values: Sequence[float]) -> tuple[float, float]:
    """Return ends 1, 2 or 5 times a power of ten of an axis that holds all values.

    Examples
    --------
    >>> log_ends([0.3, 1, 14])
    (0.2, 20.0)
    """
    low = max(tick for tick in _decades(values) if tick <= min(values) * (1 + _NEAR))
    high = min(tick for tick in _decades(values) if tick >= max(values) * (1 - _NEAR))
    if high <= low:
        high = min(tick for tick in _decades([low * 3]) if tick > low)
    return low, high


def tick_label(value: float) -> str:
    """Print the value of a tick.

    Examples
    --------
    >>> tick_label(0.05), tick_label(20.0), tick_label(10000)
    ('0.05', '20', '10000')
    """
    text = f"{value:.10f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:g}"
    return text.replace("-", "\u2212")


def _step(least: float) -> float:
    """Return the smallest round step of at least so much."""
    power = 10.0 ** floor(log10(least))
    return next(
        step * scale
        for scale in (power, 10 * power)
        for step in _STEPS
        if step * scale >= least * (1 - _NEAR)
    )


def _decades(values: Sequence[float], steps: Sequence[float] = _LOG_STEPS) -> list[float]:
    first, last = floor(log10(min(values))) - 1, ceil(log10(max(values))) + 1
    return [
        round(step * 10.0**power, -power + 2) for power in range(first, last + 1) for step in steps
    ]


def _log_ticks(low: float, high: float, most: int) -> list[float]:
    """Return 1, 2 and 5 of each decade, or fewer where those were too many."""
    inside: list[float] = []
    for steps in _FEWER:
        ticks = _decades([low, high], steps)
        inside = [t for t in ticks if low * (1 - _NEAR) <= t <= high * (1 + _NEAR)]
        if len(inside) <= most:
            break
    return inside[:: ceil(len(inside) / most)] if inside else [low]
