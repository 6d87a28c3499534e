"""How far two groups differ: a ratio or a difference with its confidence interval."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

from topline.stats.method import Method


@dataclass(frozen=True, slots=True)
class Ratio:
    """An odds ratio or a risk ratio, group over reference group."""

    estimate: float
    """0 and infinity where a group has no events or only events; NaN if nothing is known."""
    lower: float
    upper: float
    level: float
    p_value: float
    """Two-sided, of the hypothesis that the ratio is 1."""
    n: int
    method: Method
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two proportions, group less reference group, from -1 to 1."""

    estimate: float
    lower: float
    upper: float
    level: float
    p_value: float
    """Two-sided, of the test that the interval inverts; NaN where it inverts none (Newcombe)."""
    n: int
    method: Method
    warnings: tuple[str, ...] = ()


def refuse_level(level: float) -> None:
    """Raise a ValueError unless the level of an interval lies between 0 and 1."""
    if not 0 < level < 1:
        msg = f"level is {level}; expected a number between 0 and 1, such as 0.95"
        raise ValueError(msg)


def crossing(rising: Callable[[float], float], low: float, high: float) -> float:
    """Find where a function that rises from `low` to `high` comes to 0, to the last digit.

    The range is halved until no number lies inside it. `low` is returned if the function is
    nowhere below 0, `high` if it is nowhere above.
    """
    while low < (middle := low + (high - low) / 2) < high:
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return high


def root(rising: Callable[[float], float]) -> float:
    """Find where a rising function of any number comes to 0; it must do so somewhere."""
    reach = 1.0
    while not rising(-reach) < 0 <= rising(reach):
        reach *= 2
    return crossing(rising, -reach, reach)


def two_sided(z: float) -> float:
    """Probability that a standard normal number is as far from 0 as z.

    Examples
    --------
    >>> round(two_sided(-1.96), 4)
    0.05
    """
    return math.erfc(abs(z) / math.sqrt(2))


def normal_quantile(level: float) -> float:
    """Distance from 0 within which a standard normal number lies with probability `level`."""
    return -NormalDist().inv_cdf((1 - level) / 2)
