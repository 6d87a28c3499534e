r"""One-sample log-rank test in two stages: the trial may end at an interim time without success.

At the interim time the test statistic of those enrolled so far must exceed $c_1$ for the trial to
go on; at the end it must exceed $c$. Under the null the two are normal with the correlation that
independent increments give, the root of the ratio of the numbers of events; under the hazard ratio
their means, variances and covariance are computed from each subject's two follow-up times.
*Optimal* makes the expected number of subjects under the null smallest,
$m + P(Z_1 > c_1)(n - m)$ with $m$ enrolled by the interim time, over the number of subjects, the
interim time and $c_1$.

References
----------
.. [1] Kwak M, Jung SH (2014). Phase II clinical trials with time-to-event endpoints: optimal
   two-stage designs with one-sample log-rank test. Statistics in Medicine 33(12): 2004-2016.
.. [2] Wu J, Chen L, Wei J, Weiss H, Chauhan A (2020). Two-stage phase II survival trial design.
   Pharmaceutical Statistics 19(3): 214-229.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, sqrt
from typing import Final

import numpy as np
from scipy import optimize, special

from topline.design.follow_up import Floats, FollowUp, integrate
from topline.design.goal import refuse, require_errors, require_positive
from topline.design.one_arm_survival.one_sample_logrank import (
    NORMAL,
    OneSampleLogRankDesign,
    find_with_rate,
    refuse_ratio,
)
from topline.design.one_arm_survival.survival_curve import Weibull, event_share

_GOLDEN: Final = (sqrt(5) - 1) / 2
_FAR: Final = 8.5


@dataclass(frozen=True, slots=True)
class TwoStageLogRank:
    """When to look, what to go on with, and what that costs."""

    single: OneSampleLogRankDesign
    """The single stage with the same errors."""
    n: int
    interim_time: float
    """From the first entry."""
    enrolled_at_interim: float
    interim: float
    """c1: stop without success at or below it."""
    critical: float
    """c: success above it."""
    length: float
    """From the first entry to the final analysis."""
    alpha: float
    power: float
    stop_null: float
    """Probability of stopping at the interim under the null."""
    expected: float
    """Expected number of subjects under the null."""


@dataclass(frozen=True, slots=True)
class _Joint:
    """Both statistics under the hazard ratio, and their correlation under the null."""

    correlation_null: float
    mean: tuple[float, float]
    deviation: tuple[float, float]
    correlation: float


def find_two_stage_logrank(  # noqa: PLR0913, PLR0917 - a design and its rate of accrual
    null: Weibull, hazard_ratio: float, rate: float, minimum: float, alpha: float, power: float
) -> TwoStageLogRank:
    """Find the optimal design.

    Parameters
    ----------
    null
        Survival curve that would yield no further interest.
    hazard_ratio
        Hazard hoped for, as a share of the null's; below 1.
    rate
        Subjects in a unit of time.
    minimum
        Follow-up of the last subject.
    alpha, power
        One-sided, and at the hazard ratio.

    Raises
    ------
    UsageError
        The ratio is not below 1, or no number of subjects reaches the power.

    Examples
    --------
    >>> from topline.design.one_arm_survival.survival_curve import curve_through
    >>> found = find_two_stage_logrank(curve_through(2, 0.62), 0.467, 5, 2, 0.05, 0.8)
    >>> found.n, round(found.interim_time, 1), round(found.expected, 1)
    (27, 2.3, 19.3)
    """
    refuse_ratio(hazard_ratio)
    require_errors(alpha, power)
    require_positive("the rate of accrual", rate, "2")
    single = find_with_rate(null, hazard_ratio, rate, minimum, alpha, power)
    best: TwoStageLogRank | None = None
    for n in range(single.n, 2 * single.n + 10):
        if best and n > best.n + max(4, 0.1 * best.n):
            break
        found = _best_of(single, n, rate, minimum, power)
        if found and (best is None or found.expected < best.expected):
            best = found
    if best is None:
        refuse(f"no interim analysis keeps a power of {power:g}; take a single stage")
    return best


def _best_of(
    single: OneSampleLogRankDesign, n: int, rate: float, minimum: float, power: float
) -> TwoStageLogRank | None:
    """Return the best interim of a number of subjects: a coarse grid, then its finest cell."""
    accrual = n / rate

    def at(time: float) -> TwoStageLogRank | None:
        return _with_interim(single, n, rate, minimum, time, power)

    def cost(time: float) -> float:
        found = at(time)
        return found.expected if found else inf

    grid = np.linspace(0, accrual, 22)[1:-1]
    costs = [cost(float(t)) for t in grid]
    place = int(np.argmin(costs))
    if costs[place] == inf:
        return None
    step = float(grid[1] - grid[0])
    return at(_least(cost, float(grid[place]) - step, float(grid[place]) + step))


def _least(cost: Callable[[float], float], low: float, high: float) -> float:
    """Golden-section search for the place of a minimum."""
    a, b = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_a, at_b = cost(a), cost(b)
    for _ in range(22):
        if at_a <= at_b:
            high, b, at_b = b, a, at_a
            a = high - _GOLDEN * (high - low)
            at_a = cost(a)
        else:
            low, a, at_a = a, b, at_b
            b = low + _GOLDEN * (high - low)
            at_b = cost(b)
    return (low + high) / 2


def _root(falling: Callable[[float], float], low: float, high: float) -> float:
    """Place where a falling function is 0; the nearer limit where it is not."""
    if falling(low) <= 0:
        return low
    return high if falling(high) >= 0 else float(optimize.brentq(falling, low, high, xtol=1e-10))


def _with_interim(  # noqa: PLR0913, PLR0917 - a design and its interim
    single: OneSampleLogRankDesign, n: int, rate: float, minimum: float, time: float, power: float
) -> TwoStageLogRank | None:
    """Return the design with the largest c1 that keeps the power, if there is one."""
    accrual, length = n / rate, n / rate + minimum
    if not 0 < time < accrual:
        return None
    joint = _joint(single.null, single.hazard_ratio, n, rate, length, time)

    def reached(c1: float) -> tuple[float, float]:
        c = _critical(c1, joint.correlation_null, single.alpha)
        return c, _both_above(_scaled(joint, c1, c), joint.correlation)

    if reached(-_FAR)[1] < power:
        return None
    low = _root(lambda c1: reached(c1)[1] - power, -4.0, NORMAL.inv_cdf(1 - single.alpha))
    c, got = reached(low)
    stop = NORMAL.cdf(low)
    enrolled = rate * time
    return TwoStageLogRank(
        single, n, time, enrolled, low, c, length,
        _both_above((low, c), joint.correlation_null), got, stop,
        enrolled + (1 - stop) * (n - enrolled),
    )  # fmt: skip


def _scaled(joint: _Joint, c1: float, c: float) -> tuple[float, float]:
    return (c1 - joint.mean[0]) / joint.deviation[0], (c - joint.mean[1]) / joint.deviation[1]


def _critical(c1: float, correlation: float, alpha: float) -> float:
    """Return the c for which both are exceeded with probability alpha under the null."""
    far = NORMAL.inv_cdf(1 - alpha)
    return _root(lambda c: _both_above((c1, c), correlation) - alpha, -_FAR, far + 1e-9)


def _both_above(limits: tuple[float, float], correlation: float) -> float:
    """Probability that two standard normals of a correlation exceed their limits."""
    first, second = max(limits[0], -_FAR), limits[1]
    if first >= _FAR:
        return 0.0
    z, weight = integrate(first, _FAR)
    density = np.exp(-z * z / 2) / sqrt(2 * np.pi)
    rest = (second - correlation * z) / sqrt(1 - correlation * correlation)
    return float((weight * density * special.ndtr(-rest)).sum())


def _joint(  # noqa: PLR0913, PLR0917 - a design and its interim
    null: Weibull, h: float, n: int, rate: float, length: float, time: float
) -> _Joint:
    """Add up each subject's moments over uniform entry."""
    accrual = n / rate
    entry, weight = integrate(0.0, time)
    late, late_weight = integrate(time, accrual)
    x1 = null.cumulative_hazard(time - entry)
    x2 = null.cumulative_hazard(length - entry)
    x3 = null.cumulative_hazard(length - late)
    weight, late_weight = weight * rate, late_weight * rate

    def mean(x: Floats) -> Floats:
        return (1 - 1 / h) * (1 - np.exp(-h * x))

    m1, m2, m3 = mean(x1), mean(x2), mean(x3)
    sum1 = float((weight * m1).sum())
    sum2 = float((weight * m2).sum() + (late_weight * m3).sum())
    var1 = float((weight * (_product(h, x1, x1) - m1 * m1)).sum())
    var2 = float(
        (weight * (_product(h, x2, x2) - m2 * m2)).sum()
        + (late_weight * (_product(h, x3, x3) - m3 * m3)).sum()
    )
    both = float((weight * (_product(h, x1, x2) - m1 * m2)).sum())
    expected1 = float((weight * (1 - np.exp(-h * x1))).sum()) / h
    expected2 = (
        float((weight * (1 - np.exp(-h * x2))).sum() + (late_weight * (1 - np.exp(-h * x3))).sum())
        / h
    )
    events1 = float((weight * (1 - np.exp(-x1))).sum())
    events2 = n * event_share(null, FollowUp(accrual, length - accrual))
    return _Joint(
        sqrt(events1 / events2),
        (-sum1 / sqrt(expected1), -sum2 / sqrt(expected2)),
        (sqrt(var1 / expected1), sqrt(var2 / expected2)),
        both / sqrt(var1 * var2),
    )


def _product(h: float, x1: Floats, x2: Floats) -> Floats:
    r"""E(D(u1) D(u2)) of a subject followed to cumulative hazards x1 <= x2 of the null."""

    def squares(x: Floats) -> Floats:
        rest = (1 - x) ** 2 - 2 * (1 - x) / h + 2 / h**2
        return 1 - 2 / h + 2 / h**2 - np.exp(-h * x) * rest

    later = np.exp(-h * x2) * (1 / h - 1) - np.exp(-h * x1) * (x1 - 1 + 1 / h)
    return squares(x1) - x1 * later
