r"""A Weibull survival curve, $S(t) = \exp(-(t / b)^k)$; a shape $k$ of 1 is the exponential."""

from dataclasses import dataclass
from math import exp, log

import numpy as np

from topline.design.follow_up import Floats, FollowUp, integrate
from topline.design.goal import require_positive, require_share


@dataclass(frozen=True, slots=True)
class Weibull:
    """Scale and shape."""

    scale: float
    """Time at which exp(-1) are free of the event."""
    shape: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what is no curve."""
        require_positive("the scale of the survival curve", self.scale, "12")
        require_positive("the shape of the survival curve", self.shape, "1")

    def survival(self, time: float) -> float:
        """Return the share free of the event at a time."""
        return exp(-((time / self.scale) ** self.shape))

    def cumulative_hazard(self, time: Floats) -> Floats:
        """Return the cumulative hazard at times."""
        return (time / self.scale) ** self.shape

    def at_hazard(self, cumulative: Floats) -> Floats:
        """Return the times at which the cumulative hazard is reached."""
        return self.scale * cumulative ** (1 / self.shape)

    @property
    def median(self) -> float:
        """Time at which half are free of the event."""
        return self.scale * log(2) ** (1 / self.shape)

    def with_ratio(self, hazard_ratio: float) -> "Weibull":
        """Return the curve whose hazard is that many times this one's.

        Examples
        --------
        >>> round(curve_through(12, 0.5).with_ratio(0.5).median, 6)
        24.0
        """
        require_positive("the hazard ratio", hazard_ratio, "0.6")
        return Weibull(self.scale * hazard_ratio ** (-1 / self.shape), self.shape)


def curve_through(time: float, survival: float, shape: float = 1.0) -> Weibull:
    """Return the curve of a shape that passes through a point.

    Parameters
    ----------
    time, survival
        Share free of the event at a time above 0; the median where the share is 0.5.
    shape
        1 for a constant hazard, more for a rising and less for a falling one.

    Examples
    --------
    >>> curve_through(6, 0.5).median
    6.0
    """
    require_positive("the time of the known survival", time, "12")
    require_share("the survival at that time", survival, "0.5")
    require_positive("the shape of the survival curve", shape, "1")
    return Weibull(time / (-log(survival)) ** (1 / shape), shape)


def event_share(curve: Weibull, follow_up: FollowUp) -> float:
    """Compute the probability that a subject's event is seen.

    Examples
    --------
    >>> round(event_share(curve_through(12, 0.5), FollowUp(accrual=0, minimum=12)), 6)
    0.5
    """
    total = 0.0
    for low, high in ((0.0, follow_up.minimum), (follow_up.minimum, follow_up.length)):
        if high <= low:
            continue
        limits = curve.cumulative_hazard(np.array([low, high]))
        hazard, weight = integrate(float(limits[0]), float(limits[1]))
        followed = follow_up.followed(curve.at_hazard(hazard))
        total += float((weight * followed * np.exp(-hazard)).sum())
    return total
