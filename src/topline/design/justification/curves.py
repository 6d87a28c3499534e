"""Operating characteristics over a range of true rates."""

import numpy as np

from topline.design.goal import Goal
from topline.design.justification.justification import Curve
from topline.design.one_arm_binary.boundaries import Boundaries, compute_curve

_POINTS = 101


def response_curve(boundaries: Boundaries, goal: Goal) -> Curve:
    """Return the curve of a design that tells response rates apart."""
    return _curve(
        boundaries, goal.alternative + 0.25, "True response rate", "success",
        ((goal.null, "null"), (goal.alternative, "alternative")),
    )  # fmt: skip


def toxicity_curve(boundaries: Boundaries, acceptable: float) -> Curve:
    """Return the curve of a boundary that stops for toxicity."""
    return _curve(
        boundaries, acceptable + 0.4, "True rate of toxicity", "stopping",
        ((acceptable, "acceptable"),),
    )  # fmt: skip


def _curve(
    boundaries: Boundaries, high: float, label: str, outcome: str,
    marks: tuple[tuple[float, str], ...],
) -> Curve:  # fmt: skip
    top = min(1.0, round(high + 0.049, 1))
    rates = np.unique([*np.linspace(0, top, _POINTS).round(6), *(rate for rate, _ in marks)])
    found = compute_curve(boundaries, rates)
    return Curve(
        label, outcome, tuple(rates.tolist()), tuple(each.success for each in found),
        tuple(each.expected for each in found), marks,
    )  # fmt: skip
