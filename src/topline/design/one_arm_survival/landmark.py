r"""One arm, the share free of an event at a time, estimated by Kaplan and Meier.

$\hat S(t)$ is normal about $S(t)$ with variance $S(t)^2 \sigma^2(t) / n$,
$\sigma^2(t) = \int_0^t d\Lambda / (S G)$, on a scale $g$ that the test uses. The test divides by
the standard error estimated from the same data, which tends to that of the alternative [2]_:

.. math:: n = (\tau_1 (z_\alpha + z_\beta) / (g(S_1) - g(S_0)))^2,

$\tau_1$ being the standard deviation on that scale under the alternative. A median is the time at
which the null's share is one half: the lower Brookmeyer-Crowley limit [1]_ is above it just when
this test rejects. Where everybody is followed beyond the time, the exact binomial designs apply.

References
----------
.. [1] Brookmeyer R, Crowley J (1982). A confidence interval for the median survival time.
   Biometrics 38(1): 29-41.
.. [2] Nagashima K, Noma H, Sato Y, Gosho M (2021). Sample size calculations for single-arm survival
   studies using transformations of the Kaplan-Meier estimator. Pharmaceutical Statistics 20(3):
   499-511.
"""

from dataclasses import dataclass
from math import asin, log, sqrt
from typing import Final, Literal

import numpy as np

from topline.design.follow_up import FollowUp, integrate
from topline.design.goal import refuse, require_errors, require_positive
from topline.design.one_arm_survival.one_sample_logrank import NORMAL, fewest
from topline.design.one_arm_survival.survival_curve import Weibull, curve_through, event_share

Scale = Literal["log-log", "arcsine", "logit", "log", "identity"]
SCALES: Final[tuple[Scale, ...]] = ("log-log", "arcsine", "logit", "log", "identity")


@dataclass(frozen=True, slots=True)
class LandmarkDesign:
    """Subjects and power of a test at one time."""

    time: float
    null: Weibull
    alternative: Weibull
    follow_up: FollowUp
    scale: Scale
    alpha: float
    n: int
    events: float
    """Expected under the alternative, over all of the follow-up."""
    power: float


def find_landmark(  # noqa: PLR0913, PLR0917 - two curves, a time and a test
    null: Weibull,
    alternative: Weibull,
    time: float,
    follow_up: FollowUp,
    alpha: float,
    power: float,
    scale: Scale = "log-log",
) -> LandmarkDesign:
    """Find the fewest subjects for a test of the share free of an event at a time.

    Parameters
    ----------
    null, alternative
        Survival curves; the alternative's share at the time is above the null's.
    time
        Above 0 and within the follow-up of somebody.
    follow_up
        Accrual, minimum follow-up and drop-out.
    alpha, power
        One-sided, and under the alternative.
    scale
        On which the estimate is taken as normal.

    Raises
    ------
    UsageError
        The time is beyond all follow-up, or the alternative is no better.

    Examples
    --------
    >>> null, better = curve_through(12, 0.4), curve_through(12, 0.6)
    >>> found = find_landmark(null, better, 12, FollowUp(24, 12), 0.05, 0.8)
    >>> found.n, round(found.power, 3)
    (47, 0.805)
    """
    require_errors(alpha, power)
    require_positive("the time of the landmark", time, "12")
    if scale not in SCALES:
        refuse(f"there is no scale {scale!r}; choose one of {', '.join(SCALES)}")
    if time >= follow_up.length:
        refuse(
            f"nobody is followed for {time:g}: accrual and follow-up end at {follow_up.length:g}; "
            f"take a longer follow-up or an earlier time"
        )
    if alternative.survival(time) <= null.survival(time):
        refuse(
            f"at {time:g} the alternative has {alternative.survival(time):.3f} free of the event "
            f"and the null {null.survival(time):.3f}; the alternative has to be above"
        )
    spread = _deviation(alternative, time, follow_up, scale)
    gain = _on_scale(alternative.survival(time), scale) - _on_scale(null.survival(time), scale)

    def reached(n: int) -> float:
        return NORMAL.cdf(sqrt(n) * gain / spread - NORMAL.inv_cdf(1 - alpha))

    n = fewest(reached, power)
    seen = n * event_share(alternative, follow_up)
    return LandmarkDesign(time, null, alternative, follow_up, scale, alpha, n, seen, reached(n))


def find_median(  # noqa: PLR0913 - two medians and a test
    null_median: float,
    median: float,
    follow_up: FollowUp,
    alpha: float,
    power: float,
    *,
    shape: float = 1.0,
    scale: Scale = "log-log",
) -> LandmarkDesign:
    """Find the fewest subjects for the lower limit of the median to lie above the null's.

    Parameters
    ----------
    null_median, median
        That would yield no further interest, and that is hoped for.
    follow_up
        Accrual, minimum follow-up and drop-out.
    alpha, power
        One-sided, and at the median hoped for.
    shape
        Of both Weibull curves; 1 for constant hazards.
    scale
        Of the Brookmeyer-Crowley limit.

    Examples
    --------
    >>> found = find_median(6, 10, FollowUp(18, 6), 0.1, 0.9)
    >>> found.n, round(found.power, 3)
    (76, 0.903)
    """
    require_positive("the null median", null_median, "6")
    require_positive("the median", median, "10")
    if median <= null_median:
        refuse(
            f"the median hoped for is {median:g} and the null's {null_median:g}; it has to be above"
        )
    null, alternative = (curve_through(m, 0.5, shape) for m in (null_median, median))
    return find_landmark(null, alternative, null_median, follow_up, alpha, power, scale)


def _deviation(curve: Weibull, time: float, follow_up: FollowUp, scale: Scale) -> float:
    """Root of n times the variance of the estimate on a scale."""
    total = 0.0
    middle = min(time, follow_up.minimum)
    for low, high in ((0.0, middle), (middle, time)):
        if high <= low:
            continue
        limits = curve.cumulative_hazard(np.array([low, high]))
        hazard, weight = integrate(float(limits[0]), float(limits[1]))
        total += float(
            (weight * np.exp(hazard) / follow_up.followed(curve.at_hazard(hazard))).sum()
        )
    s = curve.survival(time)
    slope = {
        "log-log": 1 / -log(s),
        "arcsine": sqrt(s / (1 - s)) / 2,
        "logit": 1 / (1 - s),
        "log": 1.0,
        "identity": s,
    }[scale]
    return slope * sqrt(total)


def _on_scale(s: float, scale: Scale) -> float:
    return {
        "log-log": -log(-log(s)),
        "arcsine": asin(sqrt(s)),
        "logit": log(s / (1 - s)),
        "log": log(s),
        "identity": s,
    }[scale]
