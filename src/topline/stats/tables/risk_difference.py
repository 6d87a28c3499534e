r"""Difference of two proportions: group less reference group, alone or over strata.

With $\hat p_1 = x_1 / n_1$ of the group and $\hat p_2 = x_2 / n_2$ of the reference group:

newcombe, newcombe-cc
    Limits of the two proportions by Wilson's method, without and with correction for continuity,
    at their distances from the estimate squared and added [1]_ (methods 10 and 11). No p-value.
miettinen-nurminen
    The differences whose score test has a p-value above 1 - level; variance of both proportions
    at their maximum likelihood given the difference, times n / (n - 1) [2]_. The p-value is that of
    no difference.
wald
    Normal approximation [1]_ (method 1), cut at -1 and 1. Where both proportions are 0% or 100%
    its limits have no width, which a warning says, and there is no p-value.

Over strata, each weighted by $w = n_1 n_2 / n$:

mantel-haenszel
    Weighted mean difference with Sato's variance [3]_.
greenland-robins
    The same with the variance of Greenland and Robins [4]_.
miettinen-nurminen
    The same difference; limits by the score test of all strata [2]_, with these weights.

A group without subjects gives no estimate; strata without one of the groups are left out with a
warning.

References
----------
.. [1] Newcombe RG (1998). Interval estimation for the difference between independent proportions:
   comparison of eleven methods. Statistics in Medicine 17(8): 873-890.
.. [2] Miettinen O, Nurminen M (1985). Comparative analysis of two rates. Statistics in Medicine
   4(2): 213-226.
.. [3] Sato T (1989). On the variance estimator for the Mantel-Haenszel risk difference. Biometrics
   45(4): 1323-1324.
.. [4] Greenland S, Robins JM (1985). Estimation of a common effect parameter from sparse follow-up
   data. Biometrics 41(1): 55-68.
"""

from collections.abc import Sequence
from math import acos, copysign, cos, hypot, inf, nan, pi, sqrt
from typing import Literal

from topline.stats.estimates.proportion import compute_proportion
from topline.stats.method import Method, library_version
from topline.stats.tables.effect import (
    Difference,
    crossing,
    normal_quantile,
    refuse_level,
    two_sided,
)
from topline.stats.tables.table_test import Table, fourfold, refuse_choice

DifferenceMethod = Literal["newcombe", "newcombe-cc", "miettinen-nurminen", "wald"]
CommonDifference = Literal["mantel-haenszel", "greenland-robins", "miettinen-nurminen"]
Stratum = tuple[int, int, int, int]
"""Events and subjects of the group, events and subjects of the reference group."""

_NAMES: dict[str, str] = {
    "newcombe": "Risk difference, Newcombe",
    "newcombe-cc": "Risk difference, Newcombe with continuity correction",
    "miettinen-nurminen": "Risk difference, Miettinen-Nurminen",
    "wald": "Risk difference, Wald",
}
_COMMON: dict[str, str] = {
    "mantel-haenszel": "Common risk difference, Mantel-Haenszel",
    "greenland-robins": "Common risk difference, Mantel-Haenszel with Greenland-Robins variance",
    "miettinen-nurminen": "Common risk difference, Miettinen-Nurminen",
}


def compute_risk_difference(  # noqa: PLR0913 - two proportions and one option a choice
    events: int,
    n: int,
    reference_events: int,
    reference_n: int,
    *,
    method: DifferenceMethod = "newcombe",
    level: float = 0.95,
) -> Difference:
    """Estimate the difference of the proportions of two groups.

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
    >>> difference = compute_risk_difference(56, 70, 48, 80)
    >>> round(difference.estimate, 4), round(difference.lower, 4), round(difference.upper, 4)
    (0.2, 0.0524, 0.3339)
    """
    stratum = (events, n, reference_events, reference_n)
    refuse_counts(stratum)
    refuse_choice("risk difference", method, tuple(_NAMES))
    refuse_level(level)
    used = Method(_NAMES[method], (("method", method), ("level", level)), library_version("numpy"))
    total = n + reference_n
    if 0 in {n, reference_n}:
        why = "not estimable: a group has no subjects"
        return Difference(nan, nan, nan, level, nan, total, used, (why,))
    estimate = events / n - reference_events / reference_n
    warnings: tuple[str, ...] = ()
    if method == "miettinen-nurminen":
        lower, upper, p_value, warnings = _score_limits([stratum], estimate, level)
    elif method == "wald":
        lower, upper, p_value, warnings = _wald(stratum, estimate, level)
    else:
        lower, upper = _newcombe(stratum, level, corrected=method == "newcombe-cc")
        p_value = nan
    return Difference(
        estimate, max(-1.0, lower), min(1.0, upper), level, p_value, total, used, warnings
    )


def compute_common_risk_difference(
    tables: Table, *, method: CommonDifference = "mantel-haenszel", level: float = 0.95
) -> Difference:
    """Estimate the difference of proportions that strata have in common.

    Parameters
    ----------
    tables
        Shape (strata, 2, 2). Rows group and reference group, columns event and no event.
    method
        Kind of interval; the module says what each is.
    level
        Coverage of the two-sided interval, between 0 and 1.

    Raises
    ------
    ValueError
        No 2 x 2 tables of counts, a level outside 0 to 1, or a method that does not exist.

    Examples
    --------
    >>> import numpy as np
    >>> sites = np.array([[[8, 2], [4, 6]], [[5, 5], [3, 7]]])
    >>> difference = compute_common_risk_difference(sites)
    >>> round(difference.estimate, 3), round(difference.lower, 3), round(difference.upper, 3)
    (0.3, 0.009, 0.591)
    """
    counts = fourfold(tables, dimensions=3)
    refuse_choice("common risk difference", method, tuple(_COMMON))
    refuse_level(level)
    used = Method(
        _COMMON[method],
        (("method", method), ("level", level), ("strata", len(counts))),
        library_version("numpy"),
    )
    all_strata = [(a, a + b, c, c + d) for (a, b), (c, d) in counts.tolist()]
    strata = [stratum for stratum in all_strata if stratum[1] and stratum[3]]
    warnings: tuple[str, ...] = ()
    if silent := len(all_strata) - len(strata):
        warnings = (f"{silent} of {len(all_strata)} strata have no subjects in one of the groups",)
    total = int(counts.sum())
    if not strata:
        why = "not estimable: no stratum has both groups"
        return Difference(nan, nan, nan, level, nan, total, used, (*warnings, why))
    weight = sum(n1 * n2 / (n1 + n2) for _, n1, _, n2 in strata)
    estimate = sum((x1 * n2 - x2 * n1) / (n1 + n2) for x1, n1, x2, n2 in strata) / weight
    if method == "miettinen-nurminen":
        lower, upper, p_value, more = _score_limits(strata, estimate, level)
    else:
        variance = _sato(strata, estimate) if method == "mantel-haenszel" else _robins(strata)
        lower, upper, p_value, more = _normal_limits(estimate, sqrt(variance) / weight, level)
    return Difference(
        estimate,
        max(-1.0, lower),
        min(1.0, upper),
        level,
        p_value,
        total,
        used,
        warnings + more,
    )


def refuse_counts(stratum: Stratum) -> None:
    """Raise a ValueError unless both groups have 0 to n events."""
    for x, n, which in ((*stratum[:2], "the group"), (*stratum[2:], "the reference group")):
        if not 0 <= x <= n:
            msg = f"{x} events in {n} subjects of {which}; expected 0 <= events <= n"
            raise ValueError(msg)


def _newcombe(stratum: Stratum, level: float, *, corrected: bool) -> tuple[float, float]:
    method = "wilson-cc" if corrected else "wilson"
    one = compute_proportion(*stratum[:2], method=method, level=level)
    other = compute_proportion(*stratum[2:], method=method, level=level)
    estimate = one.estimate - other.estimate
    lower = estimate - hypot(one.estimate - one.lower, other.upper - other.estimate)
    upper = estimate + hypot(one.upper - one.estimate, other.estimate - other.lower)
    return lower, upper


def _wald(
    stratum: Stratum, estimate: float, level: float
) -> tuple[float, float, float, tuple[str, ...]]:
    x1, n1, x2, n2 = stratum
    return _normal_limits(estimate, sqrt(x1 * (n1 - x1) / n1**3 + x2 * (n2 - x2) / n2**3), level)


def _normal_limits(
    estimate: float, se: float, level: float
) -> tuple[float, float, float, tuple[str, ...]]:
    if se == 0:
        return estimate, estimate, nan, ("the variance is 0: limits without width, no p-value",)
    half = normal_quantile(level) * se
    return estimate - half, estimate + half, two_sided(estimate / se), ()


def _sato(strata: Sequence[Stratum], estimate: float) -> float:
    """Variance of the sum of weighted differences."""
    p = q = 0.0
    for x1, n1, x2, n2 in strata:
        n = n1 + n2
        p += (n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2) / n**2
        q += (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * n)
    return max(0.0, estimate * p + q)


def _robins(strata: Sequence[Stratum]) -> float:
    return sum(
        (x1 * (n1 - x1) * n2**3 + x2 * (n2 - x2) * n1**3) / (n1 * n2 * (n1 + n2) ** 2)
        for x1, n1, x2, n2 in strata
    )


def _score_limits(
    strata: Sequence[Stratum], estimate: float, level: float
) -> tuple[float, float, float, tuple[str, ...]]:
    z = normal_quantile(level)
    upper = crossing(lambda d: -_score(strata, d) - z, estimate, 1.0)
    lower = crossing(lambda d: z - _score(strata, d), -1.0, estimate)
    if all(x1 + x2 in {0, n1 + n2} for x1, n1, x2, n2 in strata):
        return lower, upper, nan, ("no p-value: nobody or everybody had the event",)
    return lower, upper, two_sided(_score(strata, 0.0)), ()


def _score(strata: Sequence[Stratum], difference: float) -> float:
    """Distance of the data from a difference, in standard errors under it."""
    apart = variance = 0.0
    for x1, n1, x2, n2 in strata:
        n = n1 + n2
        weight = n1 * n2 / n
        p2 = _reference_risk(x1, n1, x2, n2, difference)
        p1 = min(1.0, max(0.0, p2 + difference))
        apart += weight * (x1 / n1 - x2 / n2 - difference)
        variance += weight**2 * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * n / (n - 1)
    if variance == 0:
        return copysign(inf, apart) if apart else 0.0
    return apart / sqrt(variance)


def _reference_risk(x1: int, n1: int, x2: int, n2: int, difference: float) -> float:
    """Maximum likelihood of the reference proportion given the difference.

    Solves the cubic of Miettinen and Nurminen (appendix I) in closed form, then by Newton's method
    for the digits that this loses.
    """
    n, x, d = n1 + n2, x1 + x2, difference
    c2, c1 = ((n1 + 2 * n2) * d - n - x) / n, ((n2 * d - n - 2 * x2) * d + x) / n
    c0 = x2 * d * (1 - d) / n
    q = (c2 / 3) ** 3 - c1 * c2 / 6 + c0 / 2
    p = copysign(sqrt(max(0.0, (c2 / 3) ** 2 - c1 / 3)), q)
    if p == 0:
        return min(1.0, max(0.0, -c2 / 3))
    angle = (pi + acos(max(-1.0, min(1.0, q / p**3)))) / 3
    risk = 2 * p * cos(angle) - c2 / 3
    for _ in range(2):
        slope = (3 * risk + 2 * c2) * risk + c1
        if slope:
            risk -= (((risk + c2) * risk + c1) * risk + c0) / slope
    return min(1.0, 1 - d, max(0.0, -d, risk))
