"""A component as a model of whole numbers, asked again and again which statements can be true."""

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor, lcm

from ortools.sat.python import cp_model

from topline.audit.book import Book
from topline.audit.contradictions.components import Component
from topline.audit.contradictions.curve_model import CurveModel
from topline.audit.contradictions.given import given
from topline.audit.contradictions.statements import (
    LARGEST_NUMBER,
    Between,
    MedianAt,
    RateAt,
    ShareOf,
    Statement,
)
from topline.audit.quantities import Relation, read_on_curve

_SCALE = 10_000
"""Of quantities that are not whole numbers, such as months."""
_MOST = LARGEST_NUMBER
_WORK_A_QUESTION = 5.0
"""In the solver's own units, about seconds, so that answers do not hang on the machine."""


_Core = tuple[set[int], set[int]] | None


class Model:
    """Statements and facts with a switch each; `real` names what need not be whole numbers."""

    def __init__(self, book: Book, component: Component, real: frozenset[str]) -> None:
        self.book, self.component = book, component
        self.model = cp_model.CpModel()
        self.solver = cp_model.CpSolver()
        self.solver.parameters.num_workers = 1
        self.solver.parameters.max_deterministic_time = _WORK_A_QUESTION
        self.solver.parameters.random_seed = 0
        self._real = real
        self._variables: dict[str, cp_model.IntVar] = {}
        self._curves: dict[str, CurveModel] = {}
        self._answers: dict[tuple[frozenset[int], frozenset[int]], _Core] = {}
        self.of_statements = [self.model.new_bool_var("") for _ in component.statements]
        self.of_facts = [self.model.new_bool_var("") for _ in component.facts]
        for statement, kept in zip(component.statements, self.of_statements, strict=True):
            self._state(statement, kept)
        for fact, kept in zip(component.facts, self.of_facts, strict=True):
            self._relate(fact, kept)

    def impossible(self, statements: Iterable[int]) -> set[int] | None:
        """Say which of these statements cannot all be true; None where they can.

        Parameters
        ----------
        statements
            Places of the statements that are kept.

        Returns
        -------
        set of int
            A part of the statements that is impossible by itself, not always the smallest.
            Undecided within the time for a question counts as possible.
        """
        core = self._core(statements, range(len(self.of_facts)))
        return None if core is None else core[0]

    def needed_facts(self, statements: Iterable[int]) -> list[int]:
        """Find facts that make statements impossible and of which none can be spared.

        Facts are tried in their order: the last ones are kept where there is a choice.
        """
        kept = list(statements)
        core = self._core(kept, range(len(self.of_facts)))
        needed = sorted(core[1]) if core is not None else []
        for each in list(needed):
            if each not in needed:
                continue
            smaller = self._core(kept, [other for other in needed if other != each])
            if smaller is not None:
                needed = sorted(smaller[1])
        return needed

    def _core(self, statements: Iterable[int], facts: Iterable[int]) -> _Core:
        """Statements and facts that suffice for a contradiction; None where there is none."""
        asked = frozenset(statements), frozenset(facts)
        if asked not in self._answers:
            self._answers[asked] = self._solved(*asked)
        return self._answers[asked]

    def _solved(self, statements: frozenset[int], facts: frozenset[int]) -> _Core:
        kept = {self.of_statements[i].index: i for i in sorted(statements)}
        held = {self.of_facts[i].index: i for i in sorted(facts)}
        self.model.clear_assumptions()
        self.model.add_assumptions([self.of_statements[i] for i in kept.values()])
        self.model.add_assumptions([self.of_facts[i] for i in held.values()])
        if self.solver.solve(self.model) != cp_model.INFEASIBLE:
            return None
        core = self.solver.sufficient_assumptions_for_infeasibility()
        return {kept[i] for i in core if i in kept}, {held[i] for i in core if i in held}

    def _variable(self, name: str) -> cp_model.IntVar:
        if name not in self._variables:
            most = _MOST * self._scale(name)
            self._variables[name] = self.model.new_int_var(0, most, name)
        return self._variables[name]

    def _scale(self, name: str) -> int:
        return _SCALE if name in self._real else 1

    def _state(self, statement: Statement, kept: cp_model.IntVar) -> None:
        content = statement.content
        if isinstance(content, Relation):
            self._relate(content, kept)
        elif isinstance(content, Between):
            variable, scale = self._variable(content.quantity), self._scale(content.quantity)
            given(kept, self.model.add(variable >= ceil(content.low * scale)))
            given(kept, self.model.add(variable <= floor(content.high * scale)))
        elif isinstance(content, ShareOf):
            part, whole = self._variable(content.quantity), self._variable(content.group)
            times = lcm(content.low.denominator, content.high.denominator)
            low, high = int(content.low * times), int(content.high * times)
            given(kept, self.model.add(part * times >= low * whole))
            given(kept, self.model.add(part * times <= high * whole))
        elif isinstance(content, RateAt):
            self._curve(content.curve).state_rate(content, kept)
        else:
            self._curve(content.curve).state_median(content, kept)

    def _relate(self, relation: Relation, kept: cp_model.IntVar) -> None:
        scale = max((self._scale(name) for _, name in relation.terms), default=1)
        factors = lcm(*(factor.denominator for factor, _ in relation.terms))
        constant = relation.constant * factors * scale
        total = sum(
            int(factor * factors) * (scale // self._scale(name)) * self._quantity(name)
            for factor, name in relation.terms
        )
        if relation.sign in {"=", "<="}:
            given(kept, self.model.add(total <= floor(constant)))
        if relation.sign in {"=", ">="}:
            given(kept, self.model.add(total >= ceil(constant)))

    def _quantity(self, name: str) -> "cp_model.LinearExprT":
        on_curve = read_on_curve(name)
        if on_curve is None:
            return self._variable(name)
        curve = self._curve(on_curve.curve)
        return curve.events_by(on_curve.time) if on_curve.events else curve.left_at(on_curve.time)

    def _curve(self, name: str) -> CurveModel:
        if name not in self._curves:
            spec = self.book.file.curves[name]
            events = self._variable(spec.events) if spec.events else None
            size, most = self._variable(spec.of), self.book.file.groups[spec.of].n
            self._curves[name] = CurveModel.build(self.model, size, most, self._times(name), events)
        return self._curves[name]

    def _times(self, curve: str) -> list[Fraction]:
        """Gather the times that statements and facts ask of a curve."""
        times: list[Fraction] = []
        relations = list(self.component.facts)
        for statement in self.component.statements:
            content = statement.content
            if isinstance(content, RateAt) and content.curve == curve:
                times.append(content.time)
            elif isinstance(content, MedianAt) and content.curve == curve and content.time:
                times += content.time
            elif isinstance(content, Relation):
                relations.append(content)
        for relation in relations:
            for _, name in relation.terms:
                on_curve = read_on_curve(name)
                if on_curve is not None and on_curve.curve == curve:
                    times.append(on_curve.time)
        return times


def not_counts(book: Book) -> frozenset[str]:
    """Name the quantities that need not be whole numbers."""
    names: set[str] = set()
    for item in book.items:
        if item.quantity and item.claim.kind == "value":
            names.add(item.quantity)
        if item.quantity and item.claim.kind == "range":
            names |= {f"{item.quantity} {end}" for end in ("least", "median", "most")}
    return frozenset(names)
