"""Some attributes of all patients as a model of whole numbers, for OR-Tools' CP-SAT."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, lcm

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model
from ortools.sat.python.cp_model_helper import Literal

from topline.audit.contradictions.given import given
from topline.audit.quantities import Relation
from topline.reconstruct.attributes.targets import CountOf, NumberOf, Target
from topline.reconstruct.conditions import AllOf, AnyOf, Compared, Condition, Not, Yes
from topline.reconstruct.published import Attribute
from topline.reconstruct.strata import GROUP, Members


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers as whole multiples of a step."""

    step: Fraction
    least: int
    most: int

    @classmethod
    def of(cls, attribute: Attribute) -> "Scale":
        """Read a number's bounds."""
        step = Fraction(str(attribute.step))
        least, most = Fraction(str(attribute.least)), Fraction(str(attribute.most))
        return cls(step, ceil(least / step), floor(most / step))


class Model:
    """Attributes as variables, claims with a switch each, rules without.

    Parameters
    ----------
    attributes
        Those of the model, by name; conditions may name no other.
    groups
        The part of each patient.
    """

    def __init__(self, attributes: dict[str, Attribute], groups: NDArray[np.str_]) -> None:
        self.model = cp_model.CpModel()
        self.names = tuple(attributes)
        self.size = int(groups.size)
        self.levels: dict[str, dict[str, list[cp_model.IntVar]]] = {}
        self.yes: dict[str, list[Literal]] = {}
        self.numbers: dict[str, list[cp_model.IntVar]] = {}
        self.scales: dict[str, Scale] = {}
        self.known: dict[str, Condition] = {}
        self.switches: list[cp_model.IntVar] = []
        self._groups = groups
        self._cache: dict[tuple[int, Condition], Literal] = {}
        self._true = self.model.new_constant(1)
        self._false = self.model.new_constant(0)
        for name, attribute in attributes.items():
            self._declare(name, attribute)

    def _declare(self, name: str, attribute: Attribute) -> None:
        each = range(self.size)
        if attribute.numeric:
            scale = self.scales[name] = Scale.of(attribute)
            bounds = scale.least, scale.most
            self.numbers[name] = [self.model.new_int_var(*bounds, f"{name}{i}") for i in each]
        elif attribute.levels is not None:
            self.levels[name] = {
                level: [self.model.new_bool_var(f"{name}={level}{i}") for i in each]
                for level in attribute.levels
            }
            for i in each:
                self.model.add_exactly_one([row[i] for row in self.levels[name].values()])
        elif attribute.when is None:
            self.yes[name] = [self.model.new_bool_var(f"{name}{i}") for i in each]

    def define(self, name: str, condition: Condition) -> None:
        """Let a yes-or-no attribute be yes where a condition holds."""
        self.yes[name] = [self.literal(i, condition) for i in range(self.size)]

    def rule(self, condition: Condition) -> None:
        """Let a condition hold of every patient."""
        for i in range(self.size):
            self.model.add_bool_or([self.literal(i, condition)])

    def add_up(self, relation: Relation) -> None:
        """Let a sum of numbers and of yes-or-no attributes hold of every patient."""
        steps = [self.scales[name].step for _, name in relation.terms if name in self.scales]
        unit = lcm(
            relation.constant.denominator,
            *((factor * step).denominator for factor, _ in relation.terms for step in [1, *steps]),
        )
        for i in self._each():
            total = sum(
                int(factor * unit * (self.scales[name].step if name in self.scales else 1))
                * (self.numbers[name][i] if name in self.numbers else self.yes[name][i])
                for factor, name in relation.terms
            )
            constant = int(relation.constant * unit)
            if relation.sign in {"=", "<="}:
                self.model.add(total <= constant)
            if relation.sign in {"=", ">="}:
                self.model.add(total >= constant)

    def literal(self, patient: int, condition: Condition) -> Literal:
        """Return the truth of a condition for a patient."""
        key = patient, condition
        if key not in self._cache:
            self._cache[key] = self._made(patient, condition)
        return self._cache[key]

    def _made(self, i: int, condition: Condition) -> Literal:
        if isinstance(condition, Yes):
            return self.yes[condition.name][i]
        if isinstance(condition, Not):
            return ~self.literal(i, condition.part)
        if isinstance(condition, AllOf):
            return self._all([self.literal(i, part) for part in condition.parts])
        if isinstance(condition, AnyOf):
            return ~self._all([~self.literal(i, part) for part in condition.parts])
        return self._compared(i, condition)

    def _all(self, literals: list[Literal]) -> Literal:
        whole = self.model.new_bool_var("")
        for literal in literals:
            self.model.add_implication(whole, literal)
        self.model.add_bool_or([*(~literal for literal in literals), whole])
        return whole

    def _compared(self, i: int, condition: Compared) -> Literal:
        if condition.name == GROUP:
            same = bool(self._groups[i] == condition.value)
            return self._true if same == (condition.sign == "=") else self._false
        if condition.name in self.levels:
            return self._leveled(i, condition)
        return self._numbered(i, condition)

    def _numbered(self, i: int, condition: Compared) -> Literal:
        variable, scale = self.numbers[condition.name][i], self.scales[condition.name]
        value = Fraction(condition.value) / scale.step
        below, not_above = ceil(value) - 1, floor(value)
        match condition.sign:
            case "<":
                return self._at_most(variable, below)
            case "<=":
                return self._at_most(variable, not_above)
            case ">":
                return ~self._at_most(variable, not_above)
            case ">=":
                return ~self._at_most(variable, below)
            case _:
                return self._equal(variable, value, condition.sign == "=")

    def _equal(self, variable: cp_model.IntVar, value: Fraction, wanted: bool) -> Literal:
        same = self._false
        if value.denominator == 1:
            same = self._all(
                [self._at_most(variable, int(value)), ~self._at_most(variable, int(value) - 1)]
            )
        return same if wanted else ~same

    def _leveled(self, i: int, condition: Compared) -> Literal:
        rows = self.levels[condition.name]
        if condition.sign == "=":
            return rows[condition.value][i]
        if condition.sign == "!=":
            return ~rows[condition.value][i]
        bound, signs = float(condition.value), {"<": -1, "<=": -1, ">": 1, ">=": 1}
        meant = [
            row[i]
            for level, row in rows.items()
            if (float(level) - bound) * signs[condition.sign] > 0
            or ("=" in condition.sign and float(level) == bound)
        ]
        return ~self._all([~literal for literal in meant]) if meant else self._false

    def _at_most(self, variable: cp_model.IntVar, value: int) -> Literal:
        below = self.model.new_bool_var("")
        given(below, self.model.add(variable <= value))
        given(~below, self.model.add(variable >= value + 1))
        return below

    def _each(self) -> range:
        return range(self.size)

    def state(self, target: Target) -> cp_model.IntVar:
        """Add what claims say, and return the switch under which it holds."""
        kept = self.model.new_bool_var("")
        content = target.content
        if isinstance(content, CountOf):
            counted = sum(self._both(i, content.among, content.are) for i in self._of(content))
            given(kept, self.model.add(counted >= content.low))
            given(kept, self.model.add(counted <= content.high))
        else:
            self._summarise(content, kept)
        self.switches.append(kept)
        return kept

    def _of(self, content: CountOf) -> Iterable[int]:
        return [i for i in self._each() if content.among.parts[i]]

    def _both(self, i: int, among: Members, condition: Condition) -> Literal:
        if among.condition is None:
            return self.literal(i, condition)
        return self.literal(i, AllOf((among.condition, condition)))

    def _summarise(self, content: NumberOf, kept: cp_model.IntVar) -> None:
        scale, name = self.scales[content.attribute], content.attribute
        low, high = content.low / scale.step, content.high / scale.step
        who = [i for i in self._each() if content.among.parts[i]]
        counted = [self._counted(i, content.among, name) for i in who]
        numbers = [self.numbers[name][i] for i in who]
        n = sum(counted)
        if content.what == "mean":
            self._mean(kept, counted, numbers, (low, high))
        elif content.what == "median":
            lower = self._ranked(kept, counted, numbers, scale, (n, n + 1))
            upper = self._ranked(kept, counted, numbers, scale, (n + 1, n))
            given(kept, self.model.add(lower + upper >= ceil(2 * low)))
            given(kept, self.model.add(lower + upper <= floor(2 * high)))
        else:
            self._end(kept, counted, numbers, content.what == "least", (low, high))

    def _counted(self, i: int, among: Members, name: str) -> Literal:
        parts = [each for each in (among.condition, self.known.get(name)) if each is not None]
        return self.literal(i, AllOf(tuple(parts))) if parts else self._true

    def _mean(
        self,
        kept: cp_model.IntVar,
        counted: list[Literal],
        numbers: list[cp_model.IntVar],
        bounds: tuple[Fraction, Fraction],
    ) -> None:
        terms: list[cp_model.IntVar] = []
        for meant, number in zip(counted, numbers, strict=True):
            term = self.model.new_int_var(-(10**9), 10**9, "")
            given(meant, self.model.add(term == number))
            given(~meant, self.model.add(term == 0))
            terms.append(term)
        low, high = bounds
        total, n = sum(terms), sum(counted)
        given(kept, self.model.add(total * low.denominator >= low.numerator * n))
        given(kept, self.model.add(total * high.denominator <= high.numerator * n))

    def _ranked(
        self,
        kept: cp_model.IntVar,
        counted: list[Literal],
        numbers: list[cp_model.IntVar],
        scale: Scale,
        twice: tuple["cp_model.LinearExprT", "cp_model.LinearExprT"],
    ) -> cp_model.IntVar:
        """Return a number such that half of them are at most it, and half at least."""
        middle = self.model.new_int_var(scale.least, scale.most, "")
        at_most: list[cp_model.IntVar] = []
        at_least: list[cp_model.IntVar] = []
        for meant, number in zip(counted, numbers, strict=True):
            below, above = self.model.new_bool_var(""), self.model.new_bool_var("")
            given(below, self.model.add(number <= middle))
            given(above, self.model.add(number >= middle))
            self.model.add_implication(below, meant)
            self.model.add_implication(above, meant)
            at_most.append(below)
            at_least.append(above)
        given(kept, self.model.add(2 * sum(at_most) >= twice[0]))
        given(kept, self.model.add(2 * sum(at_least) >= twice[1]))
        return middle

    def _end(
        self,
        kept: cp_model.IntVar,
        counted: list[Literal],
        numbers: list[cp_model.IntVar],
        least: bool,
        bounds: tuple[Fraction, Fraction],
    ) -> None:
        low, high = ceil(bounds[0]), floor(bounds[1])
        here: list[Literal] = []
        for meant, number in zip(counted, numbers, strict=True):
            both = self._all([meant, kept])
            given(both, self.model.add(number >= low if least else number <= high))
            at_end = self.model.new_bool_var("")
            given(at_end, self.model.add(number <= high if least else number >= low))
            self.model.add_implication(at_end, meant)
            here.append(at_end)
        self.model.add_bool_or([*here, ~kept])
