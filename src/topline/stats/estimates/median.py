r"""A median with its confidence interval from order statistics.

order statistics
    From the k-th smallest to the k-th largest value, with the largest k for which a binomial count
    of n halves is below k with probability (1 - `level`) / 2 at most [1]_: never less than `level`
    cover, ties or not. What they cover is stated.
interpolated
    Between this interval and the next narrower one, by Hettmansperger and Sheather [2]_; covers
    about `level`, exactly so for no distribution but close for all symmetric ones.

Up to five values have no limits at 95%: NaN, with a warning. The median is the middle value or the
mean of the two middle ones.

References
----------
.. [1] Hollander M, Wolfe DA (1999). Nonparametric statistical methods, 2nd ed., section 3.6. New
   York: Wiley.
.. [2] Hettmansperger TP, Sheather SJ (1986). Confidence intervals based on interpolated order
   statistics. Statistics and Probability Letters 4(2): 75-79.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from topline.stats.method import Method, library_version
from topline.stats.ranks.ranking import Floats, refuse_options, refuse_values

MedianMethod = Literal["order statistics", "interpolated"]

_EQUAL = 1 + 1e-9  # a tail this close to the one asked for is equal to it
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Median:
    """A median in the unit of the values; NaN where it or its limits do not exist."""

    estimate: float
    lower: float
    upper: float
    level: float
    coverage: float
    """What the limits cover, at least; of interpolated ones `level`, about."""
    n: int
    method: Method
    warnings: tuple[str, ...] = ()


def compute_median(
    values: Floats, *, method: MedianMethod = "order statistics", level: float = 0.95
) -> Median:
    """Estimate a median.

    Parameters
    ----------
    values
        Shape (n,), any one unit, none missing.
    method
        Kind of interval; the module says what each is.
    level
        Coverage asked for, between 0 and 1.

    Raises
    ------
    ValueError
        Values missing or infinite, a level outside 0 to 1, or a method that does not exist.

    Examples
    --------
    >>> import numpy as np
    >>> weeks = compute_median(np.array([3.0, 5.0, 8.0, 9.0, 12.0, 16.0, 20.0, 31.0]))
    >>> weeks.estimate, weeks.lower, weeks.upper, weeks.coverage
    (10.5, 3.0, 31.0, 0.9921875)
    """
    refuse_values("values", values)
    refuse_options(level)
    if method not in {"order statistics", "interpolated"}:
        msg = f"there is no interval {method!r}; choose order statistics or interpolated"
        raise ValueError(msg)
    named = Method(
        "Interval of a median", (("method", method), ("level", level)), library_version("scipy")
    )
    n = len(values)
    if n == 0:
        return Median(_NAN, _NAN, _NAN, level, _NAN, 0, named, ("not estimable: no values",))
    ordered = np.sort(values)
    estimate = float(np.median(ordered))
    fewer = special.bdtr(np.arange(n // 2 + 1), n, 0.5)  # at most 0, 1, ... of n below the median
    k = int(np.searchsorted(fewer, (1 - level) / 2 * _EQUAL, side="right"))
    if k == 0:
        most = 1 - 2 * float(fewer[0])
        doubt = f"no limits: {n} values cover {max(most, 0):.1%} at most"
        return Median(estimate, _NAN, _NAN, level, _NAN, n, named, (doubt,))
    lower, upper, coverage = float(ordered[k - 1]), float(ordered[n - k]), 1 - 2 * fewer[k - 1]
    if method == "interpolated" and 2 * k < n:
        share = (coverage - level) / (2 * (fewer[k] - fewer[k - 1]))
        inward = float((n - k) * share / (k + (n - 2 * k) * share))
        lower += inward * (float(ordered[k]) - lower)
        upper -= inward * (upper - float(ordered[n - k - 1]))
        coverage = level
    return Median(estimate, lower, upper, level, float(coverage), n, named)
