r"""Who is followed for how long: accrual, minimum follow-up, drop-out; all in one unit of time.

Subjects enter at a constant rate over the accrual; the analysis comes when the last one has been
followed for the minimum. A share $G(t)$ would still be followed $t$ after entry if no event came:
all up to the minimum, then falling on a line to 0; drop-out at a constant hazard on top.
"""

from dataclasses import dataclass
from functools import cache
from math import log

import numpy as np
from numpy.typing import NDArray

from topline.design.goal import refuse, require_positive

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Length of accrual and of the minimum follow-up, and the hazard of drop-out."""

    accrual: float
    minimum: float
    dropout_hazard: float = 0.0

    def __post_init__(self) -> None:
        """Refuse times that nobody could be followed for."""
        if not (0 <= self.accrual < float("inf") and 0 <= self.minimum < float("inf")):
            refuse(f"accrual of {self.accrual:g} and follow-up of {self.minimum:g}; take 0 or more")
        if self.accrual + self.minimum <= 0:
            refuse("accrual and follow-up are both 0; nobody would be followed at all")
        if not 0 <= self.dropout_hazard < float("inf"):
            refuse(f"the hazard of drop-out is {self.dropout_hazard:g}; take 0 or more")

    @property
    def length(self) -> float:
        """From the first entry to the analysis."""
        return self.accrual + self.minimum

    def followed(self, time: Floats) -> Floats:
        """Share still followed at times after entry."""
        late = (self.length - time) / self.accrual if self.accrual else np.ones_like(time)
        share = np.where(time <= self.minimum, 1.0, np.clip(late, 0, 1))
        return np.where(time > self.length, 0.0, share) * np.exp(-self.dropout_hazard * time)


def dropout_hazard(share: float, time: float) -> float:
    """Constant hazard under which a share has dropped out by a time.

    Examples
    --------
    >>> round(dropout_hazard(0.1, 12), 5)
    0.00878
    """
    if not 0 <= share < 1:
        refuse(f"a share of {share:g} drops out; take 0 to below 1")
    require_positive("the time by which the share has dropped out", time, "12")
    return -log(1 - share) / time


def integrate(low: float, high: float) -> tuple[Floats, Floats]:
    """Points and weights for an integral between two limits (Gauss and Legendre, 64 points)."""
    points, weights = _legendre(64)
    half = (high - low) / 2
    return low + half * (points + 1), weights * half


@cache
def _legendre(count: int) -> tuple[Floats, Floats]:
    return np.polynomial.legendre.leggauss(count)
