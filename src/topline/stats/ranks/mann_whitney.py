r"""Mann-Whitney test (Wilcoxon rank-sum test) of two groups, and the shift between them.

W counts the pairs in which the value is above the reference value, ties a half [1]_: the rank sum
of the values less n (n + 1) / 2, as R's ``wilcox.test`` prints it.

exact
    All ways to share out the mid-ranks that were observed are equally likely, with ties too. The
    two-sided p-value is the probability of a W as far from its mean or farther, as in R's ``coin``
    and ``exactRankTests``; without ties that is twice the smaller tail.
asymptotic
    Normal, with the variance corrected for ties, and W taken half a step closer to its mean
    (`correct`), as in R's ``wilcox.test``.

Without a choice the test is exact up to 200 values in all. More than 500 are not counted.

The shift is estimated by Hodges and Lehmann [2]_: the median of all differences value less
reference. Its limits are the shifts that the test does not reject, half of 1 - `level` a side, from
the first to the last [3]_ [4]_; with ties the exact null distribution is counted anew at each shift
that is tried, and the asymptotic variance is that which ties within the groups leave. Limits are
two-sided whatever the alternative. Ties can skew the exact distribution: a two-sided p-value near
1 - `level` may then lie on its other side than the limits, which rest on both one-sided ones.

Edges: a group without values gives no number; where the groups are too small for limits at this
level, there are none; where all values are equal the exact p-value is 1 and the asymptotic one does
not exist. Each comes with a warning. Above 25 million differences no shift is estimated.

References
----------
.. [1] Mann HB, Whitney DR (1947). On a test of whether one of two random variables is
   stochastically larger than the other. Annals of Mathematical Statistics 18(1): 50-60.
.. [2] Hodges JL, Lehmann EL (1963). Estimates of location based on rank tests. Annals of
   Mathematical Statistics 34(2): 598-611.
.. [3] Bauer DF (1972). Constructing confidence sets using rank statistics. Journal of the American
   Statistical Association 67(339): 687-690.
.. [4] Hollander M, Wolfe DA (1999). Nonparametric statistical methods, 2nd ed., sections 4.1 to
   4.3. New York: Wiley.
"""

from dataclasses import dataclass
from math import isnan, sqrt

import numpy as np

from topline.stats.method import Method, library_version
from topline.stats.ranks.exact_ranks import SumDistribution, subset_sums
from topline.stats.ranks.ranking import (
    Alternative,
    Floats,
    PValueMethod,
    chosen_method,
    doubled_ranks,
    normal_p_value,
    refuse_options,
    refuse_values,
    tie_sum,
)
from topline.stats.ranks.shift_limits import NO_LIMITS, Limits, TailsAt, exact_limits, normal_limits

_SWITCH, _LIMIT, _PAIRS = 200, 500, 25_000_000
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class MannWhitney:
    """Test and shift; the numbers are NaN where nothing can be compared."""

    statistic: float
    """W: pairs in which the value is above the reference value, ties a half."""
    p_value: float
    alternative: Alternative
    estimate: float
    """Hodges-Lehmann shift of the values from the reference, in their unit."""
    lower: float
    upper: float
    level: float
    n: int
    n_reference: int
    method: Method
    warnings: tuple[str, ...] = ()


def compute_mann_whitney(  # noqa: PLR0913 - the data and one option a choice
    values: Floats,
    reference: Floats,
    *,
    alternative: Alternative = "two-sided",
    method: PValueMethod | None = None,
    correct: bool = True,
    level: float = 0.95,
) -> MannWhitney:
    """Compare two groups by their ranks.

    Parameters
    ----------
    values, reference
        Shapes (n,) and (m,), in one unit, none missing. Equal values are ties.
    alternative
        "greater" asks whether the values are above the reference.
    method
        How p-value and limits are found; None is exact up to 200 values in all.
    correct
        Whether the asymptotic test is corrected for continuity.
    level
        Coverage of the limits of the shift, between 0 and 1.

    Raises
    ------
    ValueError
        Values missing or infinite, options that do not exist, or too many values for exact.

    Examples
    --------
    >>> import numpy as np
    >>> test = compute_mann_whitney(
    ...     np.array([5.0, 7.0, 7.0, 9.0, 12.0]), np.array([1.0, 2.0, 2.0, 5.0, 6.0])
    ... )
    >>> test.statistic, round(test.p_value, 4), test.estimate, test.lower, test.upper
    (23.5, 0.0238, 5.0, 1.0, 8.0)
    """
    refuse_values("values", values)
    refuse_values("reference", reference)
    refuse_options(level, alternative)
    n, m = len(values), len(reference)
    used = chosen_method(method, n + m, _SWITCH, _LIMIT)
    options = (("method", used), ("alternative", alternative), ("level", level))
    if used == "asymptotic":
        options = (*options, ("correct", correct))
    named = Method("Mann-Whitney test", options, library_version("numpy"))
    if n == 0 or m == 0:
        empty = ("not estimable: a group has no values",)
        return MannWhitney(_NAN, _NAN, alternative, _NAN, _NAN, _NAN, level, n, m, named, empty)
    ranks = doubled_ranks(np.concatenate([values, reference]))
    rank_sum = int(ranks[:n].sum())
    w = (rank_sum - n * (n + 1)) / 2
    if used == "exact":
        p_value = subset_sums(ranks, n).p_value(rank_sum, alternative)
    else:
        sd = _sd(n, m, tie_sum(ranks))
        p_value = normal_p_value(w - n * m / 2, sd, alternative, correct=correct)
    estimate, (lower, upper), doubts = _shift(values, reference, used, level, correct=correct)
    if ranks.min() == ranks.max():
        doubts = ("all values are equal",)
    return MannWhitney(w, p_value, alternative, estimate, lower, upper, level, n, m, named, doubts)


def _sd(n: int, m: int, ties: int) -> float:
    """Spread of W under the null hypothesis; `ties` is the sum of t³ - t."""
    total = n + m
    return sqrt(n * m / 12 * max(0.0, total + 1 - ties / (total * (total - 1))))


def _shift(
    values: Floats, reference: Floats, method: PValueMethod, level: float, *, correct: bool
) -> tuple[float, Limits, tuple[str, ...]]:
    """Estimate the shift with its limits; say what stands in the way of them."""
    n, m = len(values), len(reference)
    if n * m > _PAIRS:
        return _NAN, NO_LIMITS, (f"shift not estimated: more than {_PAIRS} differences",)
    points = np.subtract.outer(values, reference)
    estimate = float(np.median(points))
    if points.min() == points.max():
        return estimate, NO_LIMITS, ("no limits: all differences are equal",)
    sd = _sd(n, m, tie_sum(values) + tie_sum(reference))
    limits = normal_limits(points.ravel(), sd, level, correct=correct or method == "exact")
    if method == "exact":
        scale = float(np.abs(values).max() + np.abs(reference).max())
        tails = _exact_tails(values, reference, points)
        limits = exact_limits(points.ravel(), scale, tails, level, limits)
    if isnan(limits[0]):
        return estimate, limits, (f"no limits: too few values for a level of {level:g}",)
    return estimate, limits, ()


def _exact_tails(values: Floats, reference: Floats, points: Floats) -> TailsAt:
    """P-values of shifted values; the ranks follow from the differences above the shift."""
    n = len(values)
    own, other = doubled_ranks(values), doubled_ranks(reference)
    counted: dict[bytes, SumDistribution] = {}

    def tails_at(shift: float) -> tuple[float, float]:
        above = points > shift
        ranks = own + 2 * above.sum(axis=1)
        pooled = np.sort(np.concatenate([ranks, other + 2 * (n - above.sum(axis=0))]))
        key = pooled.tobytes()
        if key not in counted:
            counted[key] = subset_sums(pooled, n)
        rank_sum = int(ranks.sum())
        return counted[key].p_value(rank_sum, "greater"), counted[key].p_value(rank_sum, "less")

    return tails_at
