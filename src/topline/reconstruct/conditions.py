"""Conditions on a patient's attributes: `SEX = F and not (GRADE in [G1, G2] or KI67 >= 10)`.

A name alone holds where a yes-or-no attribute is yes. Words between the signs stand for levels;
levels with spaces take quotes. `A implies B` and `A same as B` bind loosest.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Comparison = Literal["=", "!=", "<", "<=", ">", ">="]
Column = NDArray[np.bool_] | NDArray[np.float64] | NDArray[np.str_]
"""One value a patient: truth, number (NaN where there is none) or level."""

_TOKEN = re.compile(
    r"\s*(?:(?P<sign>!=|<=|>=|=|<|>|\(|\)|\[|\]|,)|'(?P<quoted>[^']*)'"
    r"|(?P<word>[^\s()\[\],=<>!']+))"
)
_COMPARISONS: dict[str, Comparison] = {s: s for s in ("=", "!=", "<", "<=", ">", ">=")}
_WORDS = {"and", "or", "not", "in", "implies", "same", "as"}


@dataclass(frozen=True, slots=True)
class Yes:
    """A yes-or-no attribute is yes."""

    name: str


@dataclass(frozen=True, slots=True)
class Compared:
    """An attribute has a level, or a number set against another."""

    name: str
    sign: Comparison
    value: str

    def number(self) -> float | None:
        """Return the value as a number; None where it is none."""
        try:
            return float(self.value)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]


Condition = Yes | Compared | Not | AllOf | AnyOf


def read_condition(text: str) -> Condition | str:
    """Read a condition, or say what is wrong with it.

    Examples
    --------
    >>> read_condition("SEX = F")
    Compared(name='SEX', sign='=', value='F')
    >>> read_condition("SEX = ")
    'a level or a number after SEX ='
    """
    tokens = list(_tokens(text))
    try:
        reader = _Reader(tokens)
        found = reader.whole()
    except _FormError as wrong:
        return str(wrong)
    return found if not reader.left() else f"the end, or and, or, implies, before {reader.left()}"


def condition_of(text: str) -> Condition:
    """Return a condition that was checked when its file was read.

    Raises
    ------
    ValueError
        It is none.
    """
    condition = read_condition(text)
    if isinstance(condition, str):
        raise ValueError(condition)
    return condition


def names_of(condition: Condition) -> Iterator[str]:
    """Name the attributes that a condition is about."""
    if isinstance(condition, Yes | Compared):
        yield condition.name
    elif isinstance(condition, Not):
        yield from names_of(condition.part)
    else:
        for part in condition.parts:
            yield from names_of(part)


def compared(condition: Condition) -> Iterator[Yes | Compared]:
    """List the parts that look at one attribute each."""
    if isinstance(condition, Yes | Compared):
        yield condition
    elif isinstance(condition, Not):
        yield from compared(condition.part)
    else:
        for part in condition.parts:
            yield from compared(part)


def holds(condition: Condition, columns: Mapping[str, Column], size: int) -> NDArray[np.bool_]:
    """Say of which patients a condition holds.

    Parameters
    ----------
    condition
        From `read_condition`.
    columns
        Attributes by name.
    size
        Number of patients.

    Examples
    --------
    >>> sex = np.array(["F", "M"])
    >>> holds(Not(Compared("SEX", "=", "F")), {"SEX": sex}, 2).tolist()
    [False, True]
    """
    if isinstance(condition, Yes):
        return columns[condition.name].astype(np.bool_)
    if isinstance(condition, Compared):
        return _compare(columns[condition.name], condition)
    if isinstance(condition, Not):
        return ~holds(condition.part, columns, size)
    parts = [holds(part, columns, size) for part in condition.parts]
    both = np.logical_and if isinstance(condition, AllOf) else np.logical_or
    return np.asarray(both.reduce(parts), dtype=np.bool_)


def _compare(column: Column, condition: Compared) -> NDArray[np.bool_]:
    if column.dtype.kind == "U" and condition.sign in {"=", "!="}:
        same = column == condition.value
        return ~same if condition.sign == "!=" else same
    numbers, value = column.astype(np.float64), float(condition.value)
    answers: dict[Comparison, NDArray[np.bool_]] = {
        "=": numbers == value,
        "!=": numbers != value,
        "<": numbers < value,
        "<=": numbers <= value,
        ">": numbers > value,
        ">=": numbers >= value,
    }
    return answers[condition.sign]


class _FormError(Exception):
    pass


_Token = tuple[str, bool]


def _tokens(text: str) -> Iterator[_Token]:
    """Split a text into signs and words; True where it is quoted."""
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            yield text[at:].strip(), False
            return
        quoted = found["quoted"]
        yield (quoted, True) if quoted is not None else (found["sign"] or found["word"], False)
        at = found.end()


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._at = tokens, 0

    def left(self) -> str:
        """Return the next token; empty at the end."""
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _quoted(self) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at][1]

    def _next_is(self, *words: str) -> bool:
        coming = self._tokens[self._at : self._at + len(words)]
        if [word for word, quoted in coming if not quoted] != list(words):
            return False
        self._at += len(words)
        return True

    def whole(self) -> Condition:
        """Read `A`, `A implies B` or `A same as B`."""
        first = self._any()
        if self._next_is("implies"):
            return AnyOf((Not(first), self._any()))
        if self._next_is("same", "as"):
            other = self._any()
            return AllOf((AnyOf((Not(first), other)), AnyOf((first, Not(other)))))
        return first

    def _any(self) -> Condition:
        parts = [self._all()]
        while self._next_is("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all(self) -> Condition:
        parts = [self._one()]
        while self._next_is("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _one(self) -> Condition:
        if self._next_is("not"):
            return Not(self._one())
        if self._next_is("("):
            inside = self.whole()
            if not self._next_is(")"):
                msg = f"a closing bracket before {self.left() or 'the end'}"
                raise _FormError(msg)
            return inside
        name = self._word("the name of an attribute")
        if self._next_is("in"):
            return self._levels(name)
        sign = _COMPARISONS.get("" if self._quoted() else self.left())
        if sign is None:
            return Yes(name)
        self._at += 1
        return Compared(name, sign, self._word(f"a level or a number after {name} {sign}"))

    def _levels(self, name: str) -> Condition:
        if not self._next_is("["):
            msg = f"levels in [ ] after {name} in"
            raise _FormError(msg)
        parts = [Compared(name, "=", self._word(f"a level after {name} in ["))]
        while self._next_is(","):
            parts.append(Compared(name, "=", self._word("a level after the comma")))
        if not self._next_is("]"):
            msg = f"a comma or ] before {self.left() or 'the end'}"
            raise _FormError(msg)
        return AnyOf(tuple(parts))

    def _word(self, expected: str) -> str:
        word, quoted = self.left(), self._quoted()
        if not quoted and (not word or word in _WORDS or not re.match(r"[^()\[\],=<>!']", word)):
            raise _FormError(expected)
        self._at += 1
        return word
