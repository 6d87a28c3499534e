r"""One-sample log-rank test: events seen against those expected under a known curve.

With $D_i = \delta_i - \Lambda_0(X_i)$, the test rejects where $-\sum D_i / \sqrt E$ exceeds a
normal quantile, $E = \sum \Lambda_0(X_i)$. Under a hazard ratio $h$ each $D_i$ has mean
$(1 - 1/h) P(\delta = 1)$ and a variance that is computed without the approximation that it is that
of the null; so has $E$ its expectation under $h$. Power is then that of a normal distribution.

References
----------
.. [1] Finkelstein DM, Muzikansky A, Schoenfeld DA (2003). Comparing survival of a sample to that of
   a standard population. Journal of the National Cancer Institute 95(19): 1434-1439.
.. [2] Kwak M, Jung SH (2014). Phase II clinical trials with time-to-event endpoints: optimal
   two-stage designs with one-sample log-rank test. Statistics in Medicine 33(12): 2004-2016.
.. [3] Wu J (2015). Sample size calculation for the one-sample log-rank test. Pharmaceutical
   Statistics 14(1): 26-33.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final

import numpy as np

from topline.design.follow_up import FollowUp, integrate
from topline.design.goal import refuse, require_errors, require_positive
from topline.design.one_arm_survival.survival_curve import Weibull, event_share

MOST_SURVIVAL: Final = 5000
"""Largest number of subjects that is sought."""
NORMAL: Final = NormalDist()


@dataclass(frozen=True, slots=True)
class Moments:
    """Of one subject's D under a hazard ratio."""

    mean: float
    variance: float
    expected: float
    """Events expected under the null, of a subject."""
    events: float
    """Events expected under the hazard ratio, of a subject."""


@dataclass(frozen=True, slots=True)
class OneSampleLogRankDesign:
    """Subjects, events and power."""

    null: Weibull
    hazard_ratio: float
    follow_up: FollowUp
    alpha: float
    n: int
    events: float
    """Expected under the hazard ratio."""
    expected_under_null: float
    """Events expected if the null is true."""
    critical: float
    """The test rejects where minus (observed - expected) / sqrt(expected) exceeds it."""
    power: float


def compute_moments(null: Weibull, hazard_ratio: float, follow_up: FollowUp) -> Moments:
    """Compute mean and variance of a subject's observed less expected events.

    Drop-out is independent of the event, and ends follow-up like the analysis does.
    """
    base = second = 0.0
    for low, high in ((0.0, follow_up.minimum), (follow_up.minimum, follow_up.length)):
        if high <= low:
            continue
        limits = null.cumulative_hazard(np.array([low, high]))
        hazard, weight = integrate(float(limits[0]), float(limits[1]))
        weight = (
            weight * follow_up.followed(null.at_hazard(hazard)) * np.exp(-hazard_ratio * hazard)
        )
        base += float(weight.sum())
        second += float((weight * hazard).sum())
    seen, h = hazard_ratio * base, hazard_ratio
    variance = seen + 2 * second * (1 - h) - (seen - base) ** 2
    return Moments(seen - base, variance, base, seen)


def compute_logrank_power(moments: Moments, n: float, alpha: float) -> float:
    """Compute the power with a number of subjects."""
    critical = NORMAL.inv_cdf(1 - alpha)
    shift = -sqrt(n) * moments.mean - critical * sqrt(moments.expected)
    return NORMAL.cdf(shift / sqrt(moments.variance))


def find_one_sample_logrank(
    null: Weibull, hazard_ratio: float, follow_up: FollowUp, alpha: float, power: float
) -> OneSampleLogRankDesign:
    """Find the fewest subjects for a given accrual time.

    Parameters
    ----------
    null
        Survival curve that would yield no further interest.
    hazard_ratio
        Hazard hoped for, as a share of the null's; below 1.
    follow_up
        Accrual, minimum follow-up and drop-out, in the curve's unit of time.
    alpha
        One-sided.
    power
        At the hazard ratio.

    Raises
    ------
    UsageError
        The ratio is not below 1, or no number up to 5,000 reaches the power.

    Examples
    --------
    >>> from topline.design.one_arm_survival.survival_curve import curve_through
    >>> found = find_one_sample_logrank(curve_through(12, 0.5), 0.6, FollowUp(24, 12), 0.05, 0.8)
    >>> found.n, round(found.power, 3)
    (42, 0.806)
    """
    refuse_ratio(hazard_ratio)
    require_errors(alpha, power)
    moments = compute_moments(null, hazard_ratio, follow_up)
    n = fewest(lambda m: compute_logrank_power(moments, m, alpha), power)
    return logrank_of(null, hazard_ratio, follow_up, alpha, n)


def find_with_rate(  # noqa: PLR0913, PLR0917 - a design and its rate of accrual
    null: Weibull, hazard_ratio: float, rate: float, minimum: float, alpha: float, power: float
) -> OneSampleLogRankDesign:
    """Find the fewest subjects where accrual goes on at a rate until they are enrolled.

    Parameters
    ----------
    null, hazard_ratio, alpha, power
        As for a given accrual time.
    rate
        Subjects in a unit of time.
    minimum
        Follow-up of the last subject.

    Examples
    --------
    >>> from topline.design.one_arm_survival.survival_curve import curve_through
    >>> find_with_rate(curve_through(2, 0.62), 0.467, 5, 2, 0.05, 0.8).n
    25
    """
    refuse_ratio(hazard_ratio)
    require_errors(alpha, power)
    require_positive("the rate of accrual", rate, "2")
    n = fewest(
        lambda m: compute_logrank_power(
            compute_moments(null, hazard_ratio, FollowUp(m / rate, minimum)), m, alpha
        ),
        power,
    )
    return logrank_of(null, hazard_ratio, FollowUp(n / rate, minimum), alpha, n)


def logrank_of(
    null: Weibull, hazard_ratio: float, follow_up: FollowUp, alpha: float, n: int
) -> OneSampleLogRankDesign:
    """Return the design of a given number of subjects."""
    moments = compute_moments(null, hazard_ratio, follow_up)
    return OneSampleLogRankDesign(
        null, hazard_ratio, follow_up, alpha, n, n * moments.events,
        n * event_share(null, follow_up), NORMAL.inv_cdf(1 - alpha),
        compute_logrank_power(moments, n, alpha),
    )  # fmt: skip


def refuse_ratio(hazard_ratio: float) -> None:
    """Refuse a hazard ratio that is not below 1."""
    require_positive("the hazard ratio", hazard_ratio, "0.6")
    if hazard_ratio >= 1:
        refuse(
            f"the hazard ratio is {hazard_ratio:g}; a better treatment has one below 1, such as 0.6"
        )


def fewest(power_of: Callable[[int], float], power: float) -> int:
    """Smallest number of subjects with a power, which rises with the number.

    Raises
    ------
    UsageError
        Not even 5,000 reach it.
    """
    low, high = 0, 2
    while power_of(high) < power:
        if high >= MOST_SURVIVAL:
            refuse(
                f"not even {MOST_SURVIVAL} subjects reach a power of {power:g} (they reach "
                f"{power_of(MOST_SURVIVAL):.3f}); take a larger difference or a longer follow-up"
            )
        low, high = high, min(MOST_SURVIVAL, 2 * high)
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if power_of(middle) >= power else (middle, high)
    return high
