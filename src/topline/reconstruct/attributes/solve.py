"""Attributes that reach as much of print as can be true, in parts that do not touch each other.

First the claims of most weight that can hold together are kept, then, among all cohorts that keep
them, one near a random choice of usual values is taken. One worker and limits counted in the
solver's own units of work make the answer the same on every machine.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from topline.audit.contradictions.conflicts import Conflict
from topline.audit.quantities import Relation, relation_of
from topline.errors import DataError
from topline.reconstruct.attributes.keep import Kept, keep_most, known_sets, make_solver
from topline.reconstruct.attributes.model import Model
from topline.reconstruct.attributes.numbers import near_usual
from topline.reconstruct.attributes.prior import open_costs
from topline.reconstruct.attributes.targets import CountOf, Target, gather_targets
from topline.reconstruct.conditions import Column, Condition, condition_of, names_of
from topline.reconstruct.published import Attribute
from topline.reconstruct.strata import GROUP, Strata

_WORK_TO_CHOOSE = 2.0


@dataclass(frozen=True, slots=True)
class Part:
    """Attributes that claims or rules join, with those claims and rules."""

    attributes: tuple[str, ...]
    targets: tuple[Target, ...]
    rules: tuple[Condition, ...]
    sums: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A target that the cohort does not reach, and the sets of claims that forbid it."""

    target: Target
    because: tuple[tuple[str, ...], ...]
    """Each of the sets by its claims, of which at least one has to go."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """Attributes of all patients, and what claims say of them."""

    columns: Mapping[str, Column]
    parts: tuple[tuple[str, ...], ...]
    """Attributes that can change places between patients of one group only together."""
    targets: tuple[Target, ...]


class Solver:
    """Attributes of a trial: what is given up is found once, patients for any number of seeds.

    Parameters
    ----------
    strata
        Patients by part, with claims and `published.yaml`.
    conflicts
        Contradictions among the claims that are proven.

    Raises
    ------
    DataError
        Rules contradict each other, so that no patient can be.
    """

    def __init__(self, strata: Strata, conflicts: tuple[Conflict, ...] = ()) -> None:
        self.strata = strata
        self.targets = gather_targets(strata)
        self._parts: list[tuple[Part, Model, Kept]] = []
        for part in split(strata, self.targets):
            model = _model(strata, part)
            kept = keep_most(model, part.targets, known_sets(part.targets, conflicts))
            for place, target in enumerate(part.targets):
                del target
                model.model.add(model.switches[place] == int(place not in kept.given_up))
            model.model.clear_assumptions()
            self._parts.append((part, model, kept))

    def attributes(self, seed: int) -> Attributes:
        """Draw patients; what print leaves open hangs on the seed, what is given up does not."""
        columns: dict[str, Column] = {GROUP: self.strata.groups}
        for place, (part, model, kept) in enumerate(self._parts):
            draw = np.random.default_rng([seed, place])
            own = {name: self.strata.published.attributes[name] for name in part.attributes}
            chosen = _choose(model, own, kept.solver, draw)
            found = _columns(model, own, near_usual(model, own, chosen, draw))
            order = shuffled_within(self.strata.groups, draw)
            columns |= {name: column[order] for name, column in found.items()}
        names = tuple(part.attributes for part, _, _ in self._parts)
        return Attributes(columns, names, self.targets)

    @property
    def given_up(self) -> tuple[GivenUp, ...]:
        """What no patients can have together with all the rest, and why."""
        return tuple(each for part, _, kept in self._parts for each in _explained(part, kept))

    @property
    def proven(self) -> bool:
        """Whether nothing lighter can be given up."""
        return all(kept.proven for _, _, kept in self._parts)


def _explained(part: Part, kept: Kept) -> Iterator[GivenUp]:
    for place in sorted(kept.given_up):
        sets = [each for each in kept.impossible if place in each]
        because = tuple(
            tuple(
                dict.fromkeys(
                    claim
                    for i in sorted(each)
                    for claim in part.targets[i].claims[:1] or (part.targets[i].where,)
                )
            )
            for each in sets
        )
        yield GivenUp(part.targets[place], because)


def shuffled_within(groups: NDArray[np.str_], draw: np.random.Generator) -> NDArray[np.int64]:
    """Return places of patients such that those of each group change places at random."""
    order = np.arange(groups.size)
    for group in np.unique(groups):
        own = np.flatnonzero(groups == group)
        order[own] = draw.permutation(own)
    return order


def split(strata: Strata, targets: tuple[Target, ...]) -> Iterator[Part]:
    """Split attributes into parts that no claim and no rule joins."""
    published = strata.published
    rules = [condition_of(text) for text in published.rules]
    joined: list[set[str]] = [set(names_of(rule)) for rule in rules]
    sums = [relation_of(text) for text in published.sums]
    joined += [{name for _, name in each.terms} for each in sums]
    joined += [set(_names(target)) for target in targets]
    for name, attribute in published.attributes.items():
        own = {name}
        for text in (attribute.when, attribute.known):
            own |= set(names_of(condition_of(text))) if text else set[str]()
        joined.append(own)
    for names in _together([names - {GROUP} for names in joined]):
        attributes = tuple(name for name in published.attributes if name in names)
        yield Part(
            attributes,
            tuple(t for t in targets if set(_names(t)) & names),
            tuple(rule for rule in rules if set(names_of(rule)) & names),
            tuple(each for each in sums if {name for _, name in each.terms} & names),
        )


def _names(target: Target) -> Iterator[str]:
    content = target.content
    if isinstance(content, CountOf):
        yield from names_of(content.are)
    else:
        yield content.attribute
    if content.among.condition is not None:
        yield from names_of(content.among.condition)


def _together(sets: list[set[str]]) -> list[set[str]]:
    """Unite sets that share a name."""
    parts: list[set[str]] = []
    for names in sets:
        touching = [part for part in parts if part & names]
        parts = [part for part in parts if not part & names]
        if names:
            parts.append(names.union(*touching))
    return parts


def _model(strata: Strata, part: Part) -> Model:
    attributes = {name: strata.published.attributes[name] for name in part.attributes}
    model = Model(attributes, strata.groups)
    pending = {n: condition_of(a.when) for n, a in attributes.items() if a.when is not None}
    while pending:
        ready = [n for n, when in pending.items() if not set(names_of(when)) & set(pending)]
        if not ready:
            msg = f"published.yaml: {', '.join(pending)} are defined by each other"
            raise DataError(msg)
        for name in ready:
            model.define(name, pending.pop(name))
    model.known |= {n: condition_of(a.known) for n, a in attributes.items() if a.known is not None}
    for known in model.known.values():
        for i in range(model.size):
            model.literal(i, known)
    for rule in part.rules:
        model.rule(rule)
    for each in part.sums:
        model.add_up(each)
    return model


def _choose(
    model: Model,
    attributes: dict[str, Attribute],
    first: cp_model.CpSolver,
    draw: np.random.Generator,
) -> cp_model.CpSolver:
    """Go from the first solution to one near usual values, keeping all that was kept."""
    own = model.model.clone()  # so that a seed gives the same patients after any others
    own.clear_objective()
    own.clear_hints()
    own.minimize(open_costs(model, own, attributes, draw))
    for variable in _variables(model):
        own.add_hint(variable, first.value(variable))
    solver = make_solver(_WORK_TO_CHOOSE)
    solved = solver.solve(own) in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    return solver if solved else first


def _variables(model: Model) -> Iterator[cp_model.IntVar]:
    for rows in model.levels.values():
        for row in rows.values():
            yield from row
    for numbers in model.numbers.values():
        yield from numbers
    for yes in model.yes.values():
        yield from (each for each in yes if isinstance(each, cp_model.IntVar))


def _columns(
    model: Model, attributes: dict[str, Attribute], solver: cp_model.CpSolver
) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    for name, attribute in attributes.items():
        if name in model.levels:
            rows = model.levels[name]
            chosen = [
                next(level for level, row in rows.items() if solver.boolean_value(row[i]))
                for i in range(model.size)
            ]
            columns[name] = np.array(chosen, dtype=np.str_)
        elif attribute.numeric:
            step = model.scales[name].step
            columns[name] = np.array([float(solver.value(v) * step) for v in model.numbers[name]])
        else:
            columns[name] = np.array([bool(solver.boolean_value(y)) for y in model.yes[name]])
    for name, known in model.known.items():
        has = np.array(
            [bool(solver.boolean_value(model.literal(i, known))) for i in range(model.size)]
        )
        columns[name] = np.where(has, columns[name].astype(np.float64), np.nan)
    return columns
