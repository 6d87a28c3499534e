"""Ticks of a time axis."""

from math import ceil
from typing import Final

_STEPS: Final = (1, 2, 3, 6, 12, 24, 36, 60, 90, 180, 365)
_TICKS_AT_MOST: Final = 10
NUMBERS_AT_MOST: Final = 20


def time_ticks(last: float, every: float | None, at_most: int = NUMBERS_AT_MOST) -> list[float]:
    """Return the ticks of a time axis that reaches at least to `last`.

    Parameters
    ----------
    last
        Time that must be on the axis.
    every
        Distance of ticks; None: a round one.
    at_most
        More ticks than these would run into each other: then every second or third.

    Examples
    --------
    >>> time_ticks(38.5, every=None)
    [0.0, 6.0, 12.0, 18.0, 24.0, 30.0, 36.0, 42.0]
    >>> time_ticks(38.5, every=6, at_most=5)
    [0.0, 12.0, 24.0, 36.0, 48.0]
    """
    most = max(min(at_most, NUMBERS_AT_MOST), 1)
    few = min(most, _TICKS_AT_MOST - 1)
    fitting = (float(step) for step in _STEPS if last / step <= few)
    step = float(every or next(fitting, last / _TICKS_AT_MOST))
    step *= max(1.0, ceil(last / step / most))
    count = max(ceil(last / step - 1e-9), 1)
    return [round(step * i, 6) for i in range(count + 1)]
