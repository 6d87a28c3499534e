r"""Ratio of two proportions, group over reference group (relative risk).

With $\hat p_1 = x_1 / n_1$ of the group and $\hat p_2 = x_2 / n_2$ of the reference group:

koopman
    The ratios whose score test has a p-value above 1 - level, variance of both proportions at their
    maximum likelihood given the ratio [1]_; the p-value is that of Pearson's chi-square test.
miettinen-nurminen
    The same with the variance times n / (n - 1) [2]_.
katz
    The logarithm normal with variance $1/x_1 - 1/n_1 + 1/x_2 - 1/n_2$ [3]_. A group without events
    leaves no limits and no p-value.

Without events in the reference group the ratio is infinite; without any event, or without subjects
in a group, it is not estimable, which a warning says.

References
----------
.. [1] Koopman PAR (1984). Confidence intervals for the ratio of two binomial proportions.
   Biometrics 40(2): 513-517.
.. [2] Miettinen O, Nurminen M (1985). Comparative analysis of two rates. Statistics in Medicine
   4(2): 213-226.
.. [3] Katz D, Baptista J, Azen SP, Pike MC (1978). Obtaining confidence intervals for the risk
   ratio in cohort studies. Biometrics 34(3): 469-474.
"""

from math import copysign, exp, inf, nan, sqrt
from typing import Literal

from topline.stats.method import Method, library_version
from topline.stats.tables.effect import Ratio, normal_quantile, refuse_level, root, two_sided
from topline.stats.tables.odds_ratio import normal_limits
from topline.stats.tables.risk_difference import Stratum, refuse_counts
from topline.stats.tables.table_test import refuse_choice

RiskRatioMethod = Literal["koopman", "miettinen-nurminen", "katz"]

_NAMES: dict[str, str] = {
    "koopman": "Risk ratio, Koopman",
    "miettinen-nurminen": "Risk ratio, Miettinen-Nurminen",
    "katz": "Risk ratio, Katz",
}


def compute_risk_ratio(  # noqa: PLR0913 - two proportions and one option a choice
    events: int,
    n: int,
    reference_events: int,
    reference_n: int,
    *,
    method: RiskRatioMethod = "koopman",
    level: float = 0.95,
) -> Ratio:
    """Estimate the ratio of the proportions of two groups.

    Parameters
    ----------
    events, n
        Subjects with the event and all subjects of the group.
    reference_events, reference_n
        Those of the reference group.
    method
        Kind of interval; the module says what each is.
    level
        Coverage of the two-sided interval, between 0 and 1.

    Raises
    ------
    ValueError
        Counts that cannot be, a level outside 0 to 1 or a method that does not exist.

    Examples
    --------
    >>> ratio = compute_risk_ratio(36, 40, 16, 80)  # the example of Koopman's paper
    >>> round(ratio.estimate, 2), round(ratio.lower, 2), round(ratio.upper, 2)
    (4.5, 2.94, 7.15)
    """
    stratum = (events, n, reference_events, reference_n)
    refuse_counts(stratum)
    refuse_choice("risk ratio", method, tuple(_NAMES))
    refuse_level(level)
    used = Method(_NAMES[method], (("method", method), ("level", level)), library_version("numpy"))
    total = n + reference_n
    if 0 in {n, reference_n, events + reference_events}:
        why = "not estimable: a group has no subjects, or nobody had the event"
        return Ratio(nan, nan, nan, level, nan, total, used, (why,))
    estimate = events * reference_n / (n * reference_events) if reference_events else inf
    if method != "katz":
        factor = total / (total - 1) if method == "miettinen-nurminen" else 1.0
        return _by_score(stratum, estimate, factor, level, used)
    if 0 in {events, reference_events}:
        why = "a group has no events: no limits; choose koopman"
        return Ratio(estimate, nan, nan, level, nan, total, used, (why,))
    se = sqrt(1 / events - 1 / n + 1 / reference_events - 1 / reference_n)
    if se == 0:
        why = "everybody had the event: limits without width, no p-value"
        return Ratio(estimate, estimate, estimate, level, nan, total, used, (why,))
    limits = normal_limits(estimate, se, level)
    return Ratio(*limits[:3], level, limits[3], total, used)


def _by_score(
    stratum: Stratum, estimate: float, factor: float, level: float, used: Method
) -> Ratio:
    z = normal_quantile(level)
    lower, upper = 0.0, inf
    if stratum[0]:
        lower = exp(root(lambda x: z - _score(stratum, exp(x), factor)))
    if stratum[2]:
        upper = exp(root(lambda x: -_score(stratum, exp(x), factor) - z))
    n = stratum[1] + stratum[3]
    if stratum[0] == stratum[1] and stratum[2] == stratum[3]:
        why = ("no p-value: everybody had the event",)
        return Ratio(estimate, lower, upper, level, nan, n, used, why)
    p_value = two_sided(_score(stratum, 1.0, factor))
    return Ratio(estimate, lower, upper, level, p_value, n, used)


def _score(stratum: Stratum, ratio: float, factor: float) -> float:
    """Distance of the data from a ratio, in standard errors under it."""
    x1, n1, x2, n2 = stratum
    linear = n1 * ratio + x1 + n2 + x2 * ratio
    discriminant = linear**2 - 4 * (n1 + n2) * ratio * (x1 + x2)
    p2 = 2 * (x1 + x2) / (linear + sqrt(max(0.0, discriminant)))
    p1 = min(1.0, ratio * p2)
    variance = (p1 * (1 - p1) / n1 + ratio**2 * p2 * (1 - p2) / n2) * factor
    apart = x1 / n1 - ratio * x2 / n2
    return apart / sqrt(variance) if variance > 0 else copysign(inf, apart) if apart else 0.0
