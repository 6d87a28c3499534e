r"""One arm, exponential or Weibull times with a known shape: as many events as make the test exact.

With times raised to the shape, the time on study summed up to the $d$-th event is
$\chi^2_{2d} / 2\lambda$ for a constant hazard $\lambda$, whatever the accrual. The test rejects for
a long sum; $d$ is the smallest number of events with the power, and the subjects are those of whom
as many events can be expected in the follow-up planned.

References
----------
.. [1] Epstein B, Sobel M (1953). Life testing. Journal of the American Statistical Association
   48(263): 486-502.
.. [2] Lawless JF (2003). Statistical models and methods for lifetime data, 2nd ed. Hoboken: Wiley,
   section 4.1.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

from scipy import special

from topline.design.follow_up import FollowUp
from topline.design.goal import refuse, require_errors
from topline.design.one_arm_survival.one_sample_logrank import refuse_ratio
from topline.design.one_arm_survival.survival_curve import Weibull, event_share

_MOST_EVENTS: Final = 5000


@dataclass(frozen=True, slots=True)
class ParametricDesign:
    """Events, subjects, and the sum of times that rejects."""

    null: Weibull
    hazard_ratio: float
    follow_up: FollowUp
    events: int
    n: int
    """Subjects of whom that many events are expected under the hazard ratio."""
    total_time: float
    """Sum of the times on study, each raised to the shape, above which the null is rejected."""
    alpha: float
    power: float
    """Exact, once the events have been seen."""


def find_parametric(
    null: Weibull, hazard_ratio: float, follow_up: FollowUp, alpha: float, power: float
) -> ParametricDesign:
    """Find the fewest events, and the subjects to expect them of.

    Parameters
    ----------
    null
        Curve that would yield no further interest; its shape is taken as known.
    hazard_ratio
        Hazard hoped for, as a share of the null's; below 1.
    follow_up
        Accrual, minimum follow-up and drop-out.
    alpha, power
        One-sided, and at the hazard ratio.

    Raises
    ------
    UsageError
        The ratio is not below 1, or needs more than 5,000 events.

    Examples
    --------
    >>> from topline.design.one_arm_survival.survival_curve import curve_through
    >>> found = find_parametric(curve_through(6, 0.5), 0.5, FollowUp(12, 6), 0.05, 0.8)
    >>> found.events, found.n, round(found.power, 3)
    (13, 27, 0.817)
    """
    refuse_ratio(hazard_ratio)
    require_errors(alpha, power)
    events = 1
    while _power(events, hazard_ratio, alpha) < power:
        events += 1
        if events > _MOST_EVENTS:
            refuse(
                f"a hazard ratio of {hazard_ratio:g} needs more than {_MOST_EVENTS} events; "
                "take a smaller ratio or a lower power"
            )
    share = event_share(null.with_ratio(hazard_ratio), follow_up)
    limit = float(special.gammainccinv(events, alpha))
    return ParametricDesign(
        null, hazard_ratio, follow_up, events, ceil(events / share - 1e-9),
        limit * null.scale**null.shape, alpha, _power(events, hazard_ratio, alpha),
    )  # fmt: skip


def _power(events: int, hazard_ratio: float, alpha: float) -> float:
    limit = special.gammainccinv(events, alpha)
    return float(special.gammaincc(events, hazard_ratio * limit))
