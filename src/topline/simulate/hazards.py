"""Weibull times with proportional hazards, drawn by inversion.

The cumulative hazard is H(t) = r log(2) (t / m)**k with median m, shape k and hazard ratio r; a
time is where it meets -log(U).
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from topline.simulate.draws import Floats
from topline.simulate.truth import Hazard

Texts = NDArray[np.str_]


def compute_ratios(hazard: Hazard, baseline: Mapping[str, Texts], n: int) -> Floats:
    """Multiply the hazard ratios of each patient's values; shape (n,)."""
    ratios = np.ones(n)
    for variable, effects in hazard.effects.items():
        values = baseline[variable]
        for value, ratio in effects.items():
            ratios[values == value] *= ratio
    return ratios


def compute_times(hazard: Hazard | None, uniform: Floats, ratios: Floats | float = 1.0) -> Floats:
    """Turn uniform numbers into days to the event; infinite without a hazard.

    Examples
    --------
    >>> from topline.protocol.words import Duration
    >>> compute_times(Hazard(median=Duration("100 days")), np.array([0.5, 0.25])).tolist()
    [100.0, 200.0]
    """
    if hazard is None:
        return np.full(uniform.shape, np.inf)
    reached = -np.log(uniform) / (math.log(2) * ratios)
    return hazard.median.days * reached ** (1 / hazard.shape)


def compute_times_with_change(
    hazard: Hazard | None, uniform: Floats, ratios: Floats, changes_at: Floats, by: float
) -> Floats:
    """Turn uniform numbers into days where the hazard is multiplied from a day on.

    Parameters
    ----------
    hazard
        Until the change; None: the event never happens.
    uniform, ratios, changes_at
        Shape (n,). `changes_at` in days; infinite: never.
    by
        Hazard ratio from that day on.
    """
    if hazard is None:
        return np.full(uniform.shape, np.inf)
    plain = compute_times(hazard, uniform, ratios)
    if by == 1:
        return plain
    late = plain > changes_at
    rate = ratios[late] * math.log(2) / hazard.median.days**hazard.shape
    by_then = rate * changes_at[late] ** hazard.shape
    left = (-np.log(uniform[late]) - by_then) / by
    plain[late] = ((by_then + left) / rate) ** (1 / hazard.shape)
    return plain
