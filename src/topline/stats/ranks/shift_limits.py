"""Limits of a shift: the values of it that a rank test does not reject.

The test of values less a shift changes only where the shift passes a point: a difference of two
values (two groups) or a mean of two (one group; Walsh averages). So limits are points: from the
first one beyond which the test against greater no longer rejects at half of 1 - level, to the last
before which the test against less does not [1]_. Both p-values are monotone in the shift, although
the ties, and with them the null distribution, may change with it. A p-value equal to the half
rejects, so that limits and these tests agree.

References
----------
.. [1] Bauer DF (1972). Constructing confidence sets using rank statistics. Journal of the American
   Statistical Association 67(339): 687-690.
"""

from collections.abc import Callable
from math import floor

import numpy as np
from scipy import special

from topline.stats.ranks.ranking import Floats

Limits = tuple[float, float]
TailsAt = Callable[[float], tuple[float, float]]
"""P-values against greater and against less of the values less a shift."""

NO_LIMITS = (float("nan"), float("nan"))
_EQUAL = 1 + 1e-9  # a p-value this close to the half is equal to it
_ROUNDING = 1e-12  # points closer than this, relative to the values, are one


def normal_limits(points: Floats, sd: float, level: float, *, correct: bool) -> Limits:
    """Take the points at which the normal approximation of their count above stops rejecting.

    Parameters
    ----------
    points
        Shape (k,), in any order.
    sd
        Standard deviation of the statistic, the points above the shift, between two points.

    Returns
    -------
    tuple of float
        Lower and upper; NaN for both where there are too few points.
    """
    count = len(points)
    reach = float(special.ndtri((1 + level) / 2)) * sd + (0.5 if correct else 0.0)
    place = count - floor(count / 2 + reach) - 1
    if sd == 0 or place < 0:
        return NO_LIMITS
    ordered = np.partition(points, [place, count - 1 - place])
    return float(ordered[place]), float(ordered[count - 1 - place])


def exact_limits(
    points: Floats, scale: float, tails_at: TailsAt, level: float, near: Limits
) -> Limits:
    """Search the points for those at which the exact test stops rejecting.

    Parameters
    ----------
    points
        Shape (k,), in any order.
    scale
        Size of the values that the points were computed from.
    near
        Where the search starts.

    Returns
    -------
    tuple of float
        Lower and upper; NaN for both where the test rejects no shift on one side.
    """
    marks = np.unique(points)
    marks = marks[np.diff(marks, prepend=-np.inf) > _ROUNDING * scale]
    margin = 1 + abs(marks[[0, -1]])
    shifts = np.concatenate(
        [[marks[0] - margin[0]], (marks[:-1] + marks[1:]) / 2, [marks[-1] + margin[1]]]
    )
    most = (1 - level) / 2 * _EQUAL
    starts = np.searchsorted(marks, near, side="right")
    lower = _first(lambda at: tails_at(shifts[at])[0] > most, len(shifts), int(starts[0]))
    upper = _first(lambda at: tails_at(shifts[at])[1] <= most, len(shifts), int(starts[1]))
    if lower == 0 or upper == len(shifts):
        return NO_LIMITS
    return float(marks[lower - 1]), float(marks[upper - 1])


def _first(holds: Callable[[int], bool], count: int, start: int) -> int:
    """First of `count` places from which on it holds; `count` where it never does."""
    below, above, stride = -1, count, 1
    at = min(start, count - 1)
    while above - below > 1:
        if holds(at):
            above = at
        else:
            below = at
        at = (below + above) // 2
        if below < 0:  # stride away from the start until it lies between the two
            at = max(at, above - stride)
        elif above == count:
            at = min(at, below + stride)
        stride *= 2
    return above
