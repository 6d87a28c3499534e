"""Which claims to give up: the least weight without which the others can all be true.

Sets of claims that cannot all be true are gathered, at first those that the audit has proven; the
lightest choice that gives up one of each is tried, and where patients cannot be made with it, why
not is a further set [1]_. When patients can be made, nothing lighter could have been given up.

References
----------
.. [1] Davies J, Bacchus F (2011). Solving MAXSAT by solving a sequence of simpler SAT instances.
   Principles and Practice of Constraint Programming: 225-239.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from topline.audit.contradictions.conflicts import Conflict
from topline.errors import DataError
from topline.reconstruct.attributes.model import Model
from topline.reconstruct.attributes.targets import Target

_WORK = 12.0
_ATTEMPTS = 8
"""Searches from other beginnings: most are short, and some would never end."""
_WORK_TO_SHRINK = 1.0
_MOST_SETS = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """What is given up of some targets, and the sets that force it."""

    given_up: frozenset[int]
    impossible: tuple[frozenset[int], ...]
    proven: bool
    """Whether nothing lighter can be given up."""
    solver: cp_model.CpSolver
    """With patients who have all the rest."""


def make_solver(work: float, seed: int = 0) -> cp_model.CpSolver:
    """Return a solver whose answers are the same on every machine; work is in its own units."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = work
    return solver


def known_sets(targets: Sequence[Target], conflicts: Iterable[Conflict]) -> list[frozenset[int]]:
    """Find the proven contradictions that are about these targets alone."""
    places: dict[str, set[int]] = {}
    for place, target in enumerate(targets):
        for claim in target.claims:
            places.setdefault(claim, set()).add(place)
    found: list[frozenset[int]] = []
    for conflict in conflicts:
        if len(conflict.items) > 1 and all(item in places for item in conflict.items):
            found.append(frozenset[int]().union(*(places[item] for item in conflict.items)))
    return found


def keep_most(model: Model, targets: Sequence[Target], known: Iterable[frozenset[int]]) -> Kept:
    """Find the least weight to give up.

    Parameters
    ----------
    model
        Attributes and rules; the targets are added to it.
    targets
        What claims say.
    known
        Sets of places of targets that cannot all be reached.

    Raises
    ------
    DataError
        The rules alone are impossible.
    """
    switches = [model.state(target) for target in targets]
    asked = _Asked(model, switches)
    sets = list(dict.fromkeys(known))
    proven = True
    while len(sets) < _MOST_SETS:
        given_up = _lightest(targets, sets)
        solver, core = asked.decide(set(range(len(targets))) - given_up)
        if solver is not None:
            return Kept(given_up, tuple(sets), proven, solver)
        if core is None:
            break
        if not core:
            msg = (
                f"published.yaml: nobody can have {', '.join(model.names)} under the rules "
                "(rules, sums, when, known): some of them contradict each other"
            )
            raise DataError(msg)
        sets.append(frozenset(asked.shrink(core)))
    return _without_proof(model, targets, switches, sets)


class _Asked:
    """Asks whether some targets can all be reached."""

    def __init__(self, model: Model, switches: list[cp_model.IntVar]) -> None:
        self.model, self.switches = model.model, switches

    def decide(self, places: Iterable[int]) -> tuple[cp_model.CpSolver | None, set[int] | None]:
        """Solve, beginning anew where a search comes to no end."""
        for attempt in range(_ATTEMPTS):
            solver, core = self.solve(places, _WORK, attempt)
            if solver is not None or core is not None:
                return solver, core
        return None, None

    def solve(
        self, places: Iterable[int], work: float, seed: int = 0
    ) -> tuple[cp_model.CpSolver | None, set[int] | None]:
        """Return a solver with patients; or an impossible part; or neither, if undecided."""
        kept = {self.switches[i].index: i for i in sorted(places)}
        self.model.clear_assumptions()
        self.model.add_assumptions([self.switches[i] for i in kept.values()])
        solver = make_solver(work, seed)
        status = solver.solve(self.model)
        if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return solver, None
        if status != cp_model.INFEASIBLE:
            return None, None
        return None, {kept[i] for i in solver.sufficient_assumptions_for_infeasibility()}

    def shrink(self, core: set[int]) -> set[int]:
        """Take out what an impossible set can spare."""
        needed = sorted(core)
        for each in sorted(core):
            if each not in needed:
                continue
            smaller = self.solve([i for i in needed if i != each], _WORK_TO_SHRINK)[1]
            if smaller is not None:
                needed = sorted(smaller)
        return set(needed)


def _lightest(targets: Sequence[Target], sets: Iterable[frozenset[int]]) -> frozenset[int]:
    """Choose the lightest targets of which each set holds one."""
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in targets]
    for each in sets:
        model.add_bool_or([chosen[i] for i in sorted(each)])
    weights = [round(1000 * target.weight) + 1 for target in targets]
    model.minimize(sum(w * c for w, c in zip(weights, chosen, strict=True)))
    solver = make_solver(_WORK)
    solver.solve(model)
    return frozenset(i for i, c in enumerate(chosen) if solver.boolean_value(c))


def _without_proof(
    model: Model,
    targets: Sequence[Target],
    switches: list[cp_model.IntVar],
    sets: list[frozenset[int]],
) -> Kept:
    """Give up as little as is found within the work allowed."""
    model.model.clear_assumptions()
    for each in sets:
        model.model.add_bool_or([~switches[i] for i in sorted(each)])
    weights = [round(1000 * target.weight) for target in targets]
    model.model.maximize(sum(w * s for w, s in zip(weights, switches, strict=True)))
    solver = make_solver(4 * _WORK)
    if solver.solve(model.model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        msg = f"published.yaml: no patients with {', '.join(model.names)} were found"
        raise DataError(msg)
    given_up = frozenset(i for i, s in enumerate(switches) if not solver.boolean_value(s))
    return Kept(given_up, tuple(sets), False, solver)
