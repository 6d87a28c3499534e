"""Diameters over time: what the treatment kills shrinks, the rest grows all along.

A lesion has the diameter d0 f(t) with f(t) = exp(-s t) + exp(g t) - 1 [1]_, its patient's rates s
and g a month. f falls to its lowest at log(s / g) / (s + g), if s > g, and rises from then on;
progression is the first day past it on which the sum is 20 % and 5 mm above the lowest [2]_.

References
----------
.. [1] Stein WD et al. (2011). Tumor regression and growth rates determined in five intramural NCI
   prostate cancer trials. Clinical Cancer Research 17(4): 907-917.
.. [2] Eisenhauer EA et al. (2009). European Journal of Cancer 45: 228-247, section 4.3.1.
"""

import numpy as np
from numpy.typing import NDArray

from topline.protocol.words import DAYS_A_MONTH
from topline.simulate.draws import Floats
from topline.simulate.truth import Growth, LogNormal

RISE, RISE_MM = 1.2, 5.0
CLEARED = 0.1
"""A non-target lesion is gone below this share of its size."""
_HALVINGS = 60


def compute_rates(
    kinds: tuple[Growth, ...], kind: NDArray[np.int64], shrink: Floats, regrow: Floats
) -> tuple[Floats, Floats]:
    """Give each patient the rates a day of its kind, from two standard normal numbers."""
    rates = (
        _spread([each.shrink_per_month for each in kinds], kind, shrink),
        _spread([each.regrow_per_month for each in kinds], kind, regrow),
    )
    return rates[0] / DAYS_A_MONTH, rates[1] / DAYS_A_MONTH


def _spread(laws: list[LogNormal], kind: NDArray[np.int64], normal: Floats) -> Floats:
    median = np.array([law.median for law in laws])[kind]
    return median * np.exp(np.array([law.spread for law in laws])[kind] * normal)


def compute_size(day: Floats, shrink: Floats, regrow: Floats) -> Floats:
    """Return the diameter on a day as a multiple of that at baseline.

    Examples
    --------
    >>> one = np.ones(1)
    >>> compute_size(np.array([10.0]), 0.1 * one, 0 * one).round(3).tolist()
    [0.368]
    """
    return np.exp(-shrink * day) + np.expm1(np.minimum(regrow * day, 50))


def compute_progression(sum_mm: Floats, shrink: Floats, regrow: Floats) -> Floats:
    """Return the day on which the true sum of diameters has progressed; infinite for never.

    Parameters
    ----------
    sum_mm
        Shape (n,). Sum of diameters at baseline, above 0.
    shrink, regrow
        Shape (n,). Rates a day.
    """
    grows = regrow > 0
    rate = np.where(grows, regrow, 1.0)
    with np.errstate(divide="ignore"):
        lowest = np.where(shrink > rate, np.log(shrink / rate) / (shrink + rate), 0.0)
    low = compute_size(lowest, shrink, rate)
    needed = np.maximum(RISE * low, low + RISE_MM / sum_mm)
    early, late = lowest, np.maximum(np.log1p(needed) / rate, lowest)
    for _ in range(_HALVINGS):
        middle = (early + late) / 2
        reached = compute_size(middle, shrink, rate) >= needed
        early, late = np.where(reached, early, middle), np.where(reached, middle, late)
    return np.where(grows, late, np.inf)
