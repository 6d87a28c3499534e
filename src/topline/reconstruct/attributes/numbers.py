"""Numbers near usual ones, everything else as it is.

One model of all attributes leaves numbers wherever the solver met a bound. With levels and yes or
no settled, each number can be brought near usual values by itself, in little time. Whoever cannot
have the usual number that was drawn, because of a rule, a median or a mean, is drawn another one
and tried again, so that numbers do not heap up at bounds.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from topline.reconstruct.attributes.keep import make_solver
from topline.reconstruct.attributes.model import Model
from topline.reconstruct.attributes.prior import draw_usual
from topline.reconstruct.published import Attribute

_ROUNDS = 12
_WIDER = 1.15
"""Each round draws from a distribution so much wider."""
_WORK = 2.0


def near_usual(
    model: Model,
    attributes: dict[str, Attribute],
    solver: cp_model.CpSolver,
    draw: np.random.Generator,
) -> cp_model.CpSolver:
    """Return the solver of patients whose numbers are near usual ones.

    Parameters
    ----------
    model
        With the targets that are kept fixed in it.
    attributes
        Those of the model.
    solver
        With patients; their levels, and yes or no, stay.
    draw
        Of the usual numbers.
    """
    for name, attribute in attributes.items():
        if attribute.numeric:
            solver = _one(model, name, attribute, solver, draw)
    return solver


def _one(
    model: Model,
    name: str,
    attribute: Attribute,
    solver: cp_model.CpSolver,
    draw: np.random.Generator,
) -> cp_model.CpSolver:
    usual = draw_usual(attribute, model.size, draw)
    spread = 1.0
    for _ in range(_ROUNDS):
        closer = _closest(model, name, usual, solver)
        if closer is None:
            break
        solver = closer
        reached = np.array([solver.value(number) for number in model.numbers[name]])
        if (reached == usual).all():
            break
        spread *= _WIDER
        again = draw_usual(attribute, model.size, draw, spread)
        usual = np.where(reached == usual, usual, again)
    return solver


def _closest(
    model: Model, name: str, usual: NDArray[np.int64], solver: cp_model.CpSolver
) -> cp_model.CpSolver | None:
    """Solve for the numbers of one attribute that are nearest to usual ones."""
    own, scale = model.numbers[name], model.scales[name]
    alone = model.model.clone()
    alone.clear_objective()
    alone.clear_hints()
    for variable in _settled(model, name):
        alone.add(variable == solver.value(variable))
    total: cp_model.LinearExprT = 0
    for number, target in zip(own, usual.tolist(), strict=True):
        off = alone.new_int_var(0, scale.most - scale.least, "")
        alone.add(off >= number - target)
        alone.add(off >= target - number)
        alone.add_hint(number, solver.value(number))
        total += off
    alone.minimize(total)
    found = make_solver(_WORK)
    solved = found.solve(alone) in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    return found if solved else None


def _settled(model: Model, name: str) -> Iterator[cp_model.IntVar]:
    """Return the variables of every other attribute."""
    for rows in model.levels.values():
        for row in rows.values():
            yield from row
    for yes in model.yes.values():
        yield from (each for each in yes if isinstance(each, cp_model.IntVar))
    for other, numbers in model.numbers.items():
        if other != name:
            yield from numbers
