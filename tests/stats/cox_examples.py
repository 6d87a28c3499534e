"""Small regressions that several tests share."""

import numpy as np
from numpy.typing import NDArray

from tests.stats.arrays import subjects
from topline.stats.cox.data import CoxData, complete_cases

Floats = NDArray[np.float64]

TWELVE = subjects("3 3+ 5 7 7 7+ 9 12+ 14 14 18+ 20")
EXPOSED = np.array([1.0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0])
AGE = np.array([61.0, 54, 70, 48, 66, 59, 73, 50, 62, 57, 45, 68])

# The exposed have the first events, whoever else is at risk
SEPARATED = subjects("5 8 8+ 11 12 14 14 20+ 21 25+ 30 30+ 33+ 40+")
FIRST = np.array([1.0] * 7 + [0.0] * 7)
OTHER = np.array([2.0, 1, 3, 0, 2, 3, 1, 1, 2, 0, 1, 3, 0, 1])


def columns(*values: Floats | list[float]) -> Floats:
    return np.column_stack([np.asarray(value, np.float64) for value in values])


def data_of(text: str, *values: Floats | list[float], stratum: str | None = None) -> CoxData:
    """Subjects as on paper, with covariates and one letter of stratum each."""
    strata = None if stratum is None else np.array(list(stratum))
    names = [f"x{place}" for place in range(1, len(values) + 1)]
    return complete_cases(*subjects(text), columns(*values), names, strata)
