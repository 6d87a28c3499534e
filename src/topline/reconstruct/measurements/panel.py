"""The patients in whom something was measured, what their numbers can be, and what is usual."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, exp, floor, log

import numpy as np
from numpy.typing import NDArray

from topline.audit.quantities import relation_of
from topline.errors import DataError
from topline.reconstruct.conditions import Column, Condition, condition_of, holds
from topline.reconstruct.measurements.rules import is_kept, settle
from topline.reconstruct.measurements.specification import Measurement, Number

Floats = NDArray[np.float64]
_DIGITS = 9
_MANY = 512
_ROUNDS = 60
_WIDER = 1.15
_WIDEST = 12
"""Each round of draws is from a distribution so much wider, up to so many."""


@dataclass(frozen=True, slots=True)
class Usual:
    """A number on its steps, and as a normal deviate from a usual one."""

    step: float
    least: int
    most: int
    """In steps."""
    middle: float
    spread: float
    """Of the logarithm where that is taken."""
    logarithm: bool

    @classmethod
    def of(cls, number: Number) -> "Usual":
        """Read a number of the specification."""
        least, most = number.least, number.most
        around = number.around if number.around is not None else (least + most) / 2
        logarithm = least > 0
        wide = log(most) - log(least) if logarithm else most - least
        return cls(
            number.step, ceil(least / number.step - 1e-9), floor(most / number.step + 1e-9),
            log(around) if logarithm else around, number.spread or wide / 5 or 1.0, logarithm,
        )  # fmt: skip

    def number(self, steps: int) -> float:
        """Return the number of so many steps, as it is written."""
        return round(steps * self.step, _DIGITS)

    def steps(self, number: float) -> int:
        """Count the steps of a number."""
        return round(number / self.step)

    def deviate(self, number: float) -> float:
        """Return how many spreads a number lies above the usual one."""
        return ((log(number) if self.logarithm else number) - self.middle) / self.spread

    def steps_at(self, deviate: float) -> int:
        """Count the steps of the number so many spreads above the usual one."""
        value = self.middle + self.spread * deviate
        return round((exp(min(value, 700.0)) if self.logarithm else value) / self.step)

    def draw(self, deviates: Floats) -> Floats:
        """Return numbers from deviates; NaN where they cannot be."""
        values = self.middle + self.spread * deviates
        values = np.exp(np.minimum(values, 700.0)) if self.logarithm else values
        steps = np.rint(values / self.step)
        inside = (steps >= self.least) & (steps <= self.most)
        return np.where(inside, np.round(np.where(inside, steps, 0) * self.step, _DIGITS), np.nan)


@dataclass(frozen=True, slots=True)
class Difference:
    """A sum of numbers, each with its factor, and a constant."""

    terms: tuple[tuple[float, int], ...]
    constant: float

    def of(self, numbers: Floats) -> Floats:
        """Work it out for each row of numbers."""
        return np.array([self.at(row) for row in numbers.tolist()], np.float64)

    def at(self, numbers: Sequence[float]) -> float:
        """Work it out for one patient."""
        total = 0.0
        for factor, place in self.terms:
            total += factor * numbers[place]
        return total + self.constant


class Panel:
    """A measurement with its patients.

    Parameters
    ----------
    name, spec
        The measurement.
    columns
        Attributes of all patients.
    who
        Places of those in whom it was made, shape (n,).
    """

    def __init__(
        self, name: str, spec: Measurement, columns: dict[str, Column], who: NDArray[np.intp]
    ) -> None:
        self.name, self.spec, self.who = name, spec, who
        measured = list(spec.columns)
        self.names = (*measured, *spec.differences)
        """Columns, then differences: the last axis of numbers."""
        self.usual = tuple(Usual.of(spec.columns[each]) for each in measured)
        self.differences = tuple(
            difference_of(each, text, measured) for each, text in spec.differences.items()
        )
        self.rules = tuple(self._rules(columns, int(patient)) for patient in who)
        """Of each patient; None where his attributes break one."""
        self._own = tuple(str(columns["GROUP"][i]) if "GROUP" in columns else "" for i in who)

    def _rules(self, columns: dict[str, Column], patient: int) -> tuple[Condition, ...] | None:
        found = [
            settle(condition_of(text), columns, patient, self.names) for text in self.spec.rules
        ]
        if False in found:
            return None
        return tuple(each for each in found if not isinstance(each, bool))

    def completed(self, numbers: Sequence[float]) -> list[float]:
        """Put the differences behind a patient's numbers."""
        return [*numbers, *(each.at(numbers) for each in self.differences)]

    def keeps(self, place: int, numbers: Sequence[float]) -> bool:
        """Whether every rule holds of a patient with these numbers, differences among them."""
        rules = self.rules[place]
        named = dict(zip(self.names, numbers, strict=True))
        return rules is not None and all(is_kept(rule, named) for rule in rules)

    def draw(self, draw: np.random.Generator) -> Floats:
        """Draw usual numbers that keep the rules, shape (patients, columns and differences).

        Raises
        ------
        DataError
            None were found for some patient.
        """
        rows = [self._draw(place, draw) for place in range(len(self.who))]
        return np.array(rows).reshape(len(rows), len(self.names))

    def _draw(self, place: int, draw: np.random.Generator) -> Floats:
        near, size = self.spec.near, len(self.usual)
        rules = self.rules[place]
        for turn in range(_ROUNDS if rules is not None else 0):
            common = draw.standard_normal((_MANY, 1))
            deviates = near**0.5 * common + (1 - near) ** 0.5 * draw.standard_normal((_MANY, size))
            deviates *= _WIDER ** min(turn, _WIDEST)
            drawn = [usual.draw(deviates[:, k]) for k, usual in enumerate(self.usual)]
            numbers = np.stack(drawn, axis=1)
            more = [each.of(numbers) for each in self.differences]
            numbers = np.column_stack([numbers, *more])
            kept = ~np.isnan(numbers).any(axis=1)
            columns = dict(zip(self.names, np.round(numbers, _DIGITS).T, strict=True))
            for rule in rules or ():
                kept &= holds(rule, columns, _MANY)
            if kept.any():
                return numbers[int(np.argmax(kept))]
        msg = (
            f"measurements.{self.name}: no numbers were found that keep its rules, for patient "
            f"{int(self.who[place]) + 1} ({self._own[place]}); widen least and most, or the rules"
        )
        raise DataError(msg)


def difference_of(name: str, text: str, columns: list[str]) -> Difference:
    """Read a difference that was checked with its file.

    Examples
    --------
    >>> difference_of("CHANGE", "LATER - FIRST", ["FIRST", "LATER"]).terms
    ((1.0, 1), (-1.0, 0))
    """
    relation = relation_of(f"{name} = {text}")
    terms = tuple(_terms(name, columns, relation.terms))
    return Difference(terms, float(relation.constant))


def _terms(
    name: str, columns: list[str], terms: tuple[tuple[Fraction, str], ...]
) -> Iterator[tuple[float, int]]:
    for factor, each in terms:
        if each != name:
            yield float(-factor), columns.index(each)
