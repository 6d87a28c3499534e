"""Quantities by name, and the linear relations between them."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

Sign = Literal["=", "<=", ">="]

_SIDES = re.compile(r"\s+(=|<=|>=)\s+")
_TERMS = re.compile(r"\s+([+-])\s+")
_CONSTANT = re.compile(r"\d+(\.\d+)?")
_ON_CURVE = re.compile(r"(?P<curve>[^:/]+): (?P<what>events by|at risk at) (?P<time>\d+(?:\.\d+)?)")


class Place(NamedTuple):
    """A number of patients of a group: those with a level of a variable."""

    group: str
    variable: str
    level: str = ""
    """Empty where the variable is yes or no."""

    def __str__(self) -> str:
        """As it is named in a file."""
        return f"{self.group}/{self.variable}" + (f": {self.level}" if self.level else "")


class OnCurve(NamedTuple):
    """Patients with the event by a time, or still at risk then, on a curve."""

    curve: str
    events: bool
    time: Fraction


@dataclass(frozen=True, slots=True)
class Relation:
    """Sum of quantities, each with its factor, set against a constant."""

    terms: tuple[tuple[Fraction, str], ...]
    sign: Sign
    constant: Fraction
    words: str
    """Why it holds, in words."""

    def holds(self, values: dict[str, Fraction]) -> bool | None:
        """Whether it holds of values; None where one is not known."""
        if any(name not in values for _, name in self.terms):
            return None
        total = sum((factor * values[name] for factor, name in self.terms), Fraction(0))
        if self.sign == "=":
            return total == self.constant
        return total <= self.constant if self.sign == "<=" else total >= self.constant


def read_place(quantity: str) -> Place | None:
    """Split a quantity's name; None where it is no count of a group's patients.

    Examples
    --------
    >>> read_place("enrolled/Gender: Female").level, read_place("enrolled")
    ('Female', None)
    """
    group, slash, rest = quantity.partition("/")
    if not slash:
        return None
    variable, _, level = rest.partition(": ")
    return Place(group, variable, level)


def read_on_curve(quantity: str) -> OnCurve | None:
    """Read a quantity such as "OS: events by 12"; None where it is none on a curve."""
    found = _ON_CURVE.fullmatch(quantity)
    if found is None:
        return None
    return OnCurve(found["curve"], found["what"] == "events by", Fraction(found["time"]))


def read_relation(text: str) -> Relation | str:
    """Read a relation, or say what is wrong with it.

    Parameters
    ----------
    text
        Two sides with =, <= or >= between them; on each, names and numbers with + or - between.
        Signs stand between spaces.

    Examples
    --------
    >>> read_relation("enrolled = evaluable + left early").terms[0]
    (Fraction(1, 1), 'enrolled')
    >>> read_relation("enrolled")
    'one of the signs =, <= and >= between spaces'
    """
    sides = _SIDES.split(text.strip())
    if len(sides) != 3:
        return "one of the signs =, <= and >= between spaces"
    terms: list[tuple[Fraction, str]] = []
    constant = Fraction(0)
    for side, factor in ((sides[0], 1), (sides[2], -1)):
        parts = ["+", *_TERMS.split(side)]
        for sign, name in zip(parts[::2], parts[1::2], strict=True):
            signed = Fraction(factor if sign == "+" else -factor)
            if not name:
                return "a name or a number on each side of a sign"
            if _CONSTANT.fullmatch(name):
                constant -= signed * Fraction(name)
            else:
                terms.append((signed, name))
    if not terms:
        return "at least one quantity by its name"
    kind: Sign = "=" if sides[1] == "=" else "<=" if sides[1] == "<=" else ">="
    return Relation(tuple(terms), kind, constant, text.strip())


def relation_of(text: str) -> Relation:
    """Return a relation that was checked when its file was read.

    Raises
    ------
    ValueError
        It is none.
    """
    relation = read_relation(text)
    if isinstance(relation, str):
        raise ValueError(relation)
    return relation
