r"""Wilcoxon signed-rank test of differences, such as changes from baseline, and their centre.

V is the sum of the ranks of the positive differences among the absolute ones [1]_, ties sharing the
mean of their ranks. Differences of zero have no sign:

wilcoxon
    They are left out, of the test and of the estimate, as in R's ``wilcox.test``. The default.
pratt
    They are ranked with the others, then left out of the sums [2]_; the estimate keeps them.

exact
    All signs of the ranks that were observed are equally likely, with ties and zeros too.
asymptotic
    Normal, with the variance of those ranks, and V taken half a step closer to its mean
    (`correct`), as in R's ``wilcox.test`` and, for Pratt, ``coin::wilcoxsign_test`` (uncorrected).

Without a choice the test is exact up to 200 differences that are not zero. More than 1,000 are not
counted.

The estimate is the pseudomedian of Hodges and Lehmann [3]_: the median of the means of all pairs
of differences, each with itself too (Walsh averages). Its limits are the centres that the test does
not reject, half of 1 - `level` a side, from the first to the last [4]_; with ties the exact null
distribution is counted anew at each centre that is tried. Limits are two-sided whatever the
alternative.

Edges: no difference other than zero gives no test; where there are too few differences for limits
at this level, there are none. Each comes with a warning. Above 5,000 differences no centre is
estimated. Differences are compared as they are: round computed ones (5.3 - 5.1) to the precision
measured, so that ties are ties.

References
----------
.. [1] Wilcoxon F (1945). Individual comparisons by ranking methods. Biometrics Bulletin 1(6):
   80-83.
.. [2] Pratt JW (1959). Remarks on zeros and ties in the Wilcoxon signed rank procedures. Journal of
   the American Statistical Association 54(287): 655-667.
.. [3] Hodges JL, Lehmann EL (1963). Estimates of location based on rank tests. Annals of
   Mathematical Statistics 34(2): 598-611.
.. [4] Bauer DF (1972). Constructing confidence sets using rank statistics. Journal of the American
   Statistical Association 67(339): 687-690.
"""

from dataclasses import dataclass
from math import isnan, sqrt
from typing import Literal

import numpy as np

from topline.stats.method import Method, library_version
from topline.stats.ranks.exact_ranks import SumDistribution, signed_sums
from topline.stats.ranks.ranking import (
    Alternative,
    Counts,
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

Zeros = Literal["wilcoxon", "pratt"]

_SWITCH, _LIMIT, _LARGEST = 200, 1_000, 5_000
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class SignedRank:
    """Test and centre; the numbers are NaN where nothing can be compared."""

    statistic: float
    """V: sum of the ranks of the positive differences."""
    p_value: float
    alternative: Alternative
    estimate: float
    """Pseudomedian of the differences, in their unit."""
    lower: float
    upper: float
    level: float
    n: int
    """Differences, zeros included."""
    zeros: int
    """Differences of zero."""
    method: Method
    warnings: tuple[str, ...] = ()


def compute_signed_rank(  # noqa: PLR0913 - the data and one option a choice
    differences: Floats,
    *,
    alternative: Alternative = "two-sided",
    zeros: Zeros = "wilcoxon",
    method: PValueMethod | None = None,
    correct: bool = True,
    level: float = 0.95,
) -> SignedRank:
    """Ask whether differences are centred at zero.

    Parameters
    ----------
    differences
        Shape (n,), any one unit, none missing.
    alternative
        "greater" asks whether the differences are above zero.
    zeros
        What is done with differences of zero.
    method
        How p-value and limits are found; None is exact up to 200 differences.
    correct
        Whether the asymptotic test is corrected for continuity.
    level
        Coverage of the limits of the pseudomedian, between 0 and 1.

    Raises
    ------
    ValueError
        Differences missing or infinite, options that do not exist, or too many for exact.

    Examples
    --------
    >>> import numpy as np
    >>> test = compute_signed_rank(np.array([2.0, 3.0, -1.0, 5.0, 3.0, 4.0, 0.0]))
    >>> test.statistic, test.p_value, test.estimate, test.lower, test.upper, test.zeros
    (20.0, 0.0625, 3.0, -1.0, 5.0, 1)
    """
    refuse_values("differences", differences)
    refuse_options(level, alternative)
    if zeros not in {"wilcoxon", "pratt"}:
        msg = f"there is no way {zeros!r} with zeros; choose wilcoxon or pratt"
        raise ValueError(msg)
    signed = differences[differences != 0]
    none = len(differences) - len(signed)
    used = chosen_method(method, len(signed), _SWITCH, _LIMIT)
    ranked = signed if zeros == "wilcoxon" else differences
    ranks = doubled_ranks(np.abs(ranked))
    rank_sum = int(ranks[ranked > 0].sum())
    p_value = _p_value(ranks[ranked != 0], rank_sum, used, alternative, correct=correct)
    estimate, (lower, upper), doubts = _centre(ranked, used, level, correct=correct)
    options = (("method", used), ("alternative", alternative), ("zeros", zeros), ("level", level))
    if used == "asymptotic":
        options = (*options, ("correct", correct))
    return SignedRank(
        statistic=rank_sum / 2 if len(signed) else _NAN,
        p_value=p_value,
        alternative=alternative,
        estimate=estimate,
        lower=lower,
        upper=upper,
        level=level,
        n=len(differences),
        zeros=none,
        method=Method("Wilcoxon signed-rank test", options, library_version("numpy")),
        warnings=_warnings(len(signed), none, zeros) + doubts,
    )


def _p_value(
    ranks: Counts, rank_sum: int, method: PValueMethod, alternative: Alternative, *, correct: bool
) -> float:
    """Set the doubled rank sum against random signs of the doubled ranks."""
    if len(ranks) == 0:
        return _NAN
    if method == "exact":
        return signed_sums(ranks).p_value(rank_sum, alternative)
    distance = (rank_sum - int(ranks.sum()) / 2) / 2
    sd = sqrt(float((ranks.astype(np.float64) ** 2).sum()) / 16)
    return normal_p_value(distance, sd, alternative, correct=correct)


def _centre(
    values: Floats, method: PValueMethod, level: float, *, correct: bool
) -> tuple[float, Limits, tuple[str, ...]]:
    """Estimate the pseudomedian with its limits; say what stands in the way of them."""
    n = len(values)
    if n == 0:
        return _NAN, NO_LIMITS, ()
    if n > _LARGEST:
        return _NAN, NO_LIMITS, (f"centre not estimated: more than {_LARGEST} differences",)
    means = np.add.outer(values, values)[np.tri(n, dtype=np.bool_)] / 2
    estimate = float(np.median(means))
    if means.min() == means.max():
        return estimate, NO_LIMITS, ("no limits: all differences are equal",) * any(values)
    sd = sqrt(n * (n + 1) * (2 * n + 1) / 24 - tie_sum(values) / 48)
    limits = normal_limits(means, sd, level, correct=correct or method == "exact")
    if method == "exact":
        scale = float(np.abs(values).max())
        limits = exact_limits(means, scale, _exact_tails(values), level, limits)
    if isnan(limits[0]):
        return estimate, limits, (f"no limits: too few differences for a level of {level:g}",)
    return estimate, limits, ()


def _exact_tails(values: Floats) -> TailsAt:
    """P-values of values less a centre."""
    counted: dict[bytes, SumDistribution] = {}

    def tails_at(centre: float) -> tuple[float, float]:
        ranks = doubled_ranks(np.abs(values - centre))
        key = np.sort(ranks).tobytes()
        if key not in counted:
            counted[key] = signed_sums(ranks)
        rank_sum = int(ranks[values > centre].sum())
        return counted[key].p_value(rank_sum, "greater"), counted[key].p_value(rank_sum, "less")

    return tails_at


def _warnings(signed: int, none: int, zeros: Zeros) -> tuple[str, ...]:
    if signed == 0:
        return ("not estimable: no difference other than zero",)
    if none:
        of = "test and estimate" if zeros == "wilcoxon" else "the test"
        return (f"{none} of {signed + none} differences are zero and left out of {of}",)
    return ()
