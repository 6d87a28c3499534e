"""What is usual where print leaves it open: a number to come close to, levels to prefer."""

from math import exp, log

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from topline.reconstruct.attributes.model import Model, Scale
from topline.reconstruct.published import Attribute

_COST = 100
_TRIES = 8
"""Draws of a number until it lies between the least and the most; then the usual one."""


def open_costs(
    model: Model,
    onto: cp_model.CpModel,
    attributes: dict[str, Attribute],
    draw: np.random.Generator,
) -> "cp_model.LinearExprT":
    """Return a sum that is least for a random choice among usual values.

    What it needs of variables is added to `onto`, a copy of the model's own.

    A level's cost is its logarithmic share disturbed by Gumbel's distribution, so that without any
    claim levels would be drawn by their shares; a number's is its distance from a drawn one.
    """
    costs: list[cp_model.LinearExprT] = []
    for name, attribute in attributes.items():
        if attribute.numeric:
            costs += _of_numbers(model, onto, name, draw_usual(attribute, model.size, draw))
        elif name in model.levels:
            shares = [(attribute.shares or {}).get(level, 1e-3) for level in model.levels[name]]
            if attribute.shares is None:
                shares = [1.0] * len(shares)
            noise = draw.gumbel(size=(model.size, len(shares)))
            weights = np.rint(-_COST * (np.log(shares) + noise)).astype(int)
            rows = model.levels[name].values()
            costs += [int(weights[i, k]) * row[i] for k, row in enumerate(rows) for i in _all(row)]
        elif attribute.when is None:
            share = min(max(0.5 if attribute.share is None else attribute.share, 1e-3), 0.999)
            noise = draw.logistic(size=model.size)
            weights = np.rint(-_COST * (log(share / (1 - share)) + noise)).astype(int)
            costs += [int(weights[i]) * yes for i, yes in enumerate(model.yes[name])]
    return sum(costs)


def _all(row: list[cp_model.IntVar]) -> range:
    return range(len(row))


def draw_usual(
    attribute: Attribute, size: int, draw: np.random.Generator, wider: float = 1.0
) -> NDArray[np.int64]:
    """Draw usual numbers, in steps; with a spread so many times as wide."""
    scale, least, most = Scale.of(attribute), attribute.least or 0.0, attribute.most or 0.0
    middle = attribute.around if attribute.around is not None else (least + most) / 2
    values = np.full(size, np.nan)
    for _ in range(_TRIES):
        noise = wider * draw.standard_normal(size)
        if least > 0:
            spread = attribute.spread or (log(most) - log(least)) / 5 or 1.0
            drawn = np.exp(log(max(middle, exp(-30))) + spread * noise)
        else:
            drawn = middle + (attribute.spread or (most - least) / 5 or 1.0) * noise
        inside = (drawn >= least) & (drawn <= most)
        values = np.where(np.isnan(values) & inside, drawn, values)
    steps = np.rint(np.where(np.isnan(values), middle, values) / float(scale.step))
    return np.clip(steps, scale.least, scale.most).astype(np.int64)


def _of_numbers(
    model: Model, onto: cp_model.CpModel, name: str, usual: NDArray[np.int64]
) -> list["cp_model.LinearExprT"]:
    """Return each number's distance from a usual one, weighed so that all numbers count alike."""
    scale = model.scales[name]
    weight = max(1, round(4 * _COST / max(1, scale.most - scale.least)))
    costs: list[cp_model.LinearExprT] = []
    for number, target in zip(model.numbers[name], usual.tolist(), strict=True):
        distance = onto.new_int_var(0, scale.most - scale.least, "")
        onto.add(distance >= number - target)
        onto.add(distance >= target - number)
        costs.append(weight * distance)
    return costs
