"""Dates of a patient as study days, with the orders that they keep.

An order says that one date is at least so many days before another, so that all orders of a
patient are bounds on differences. Their closure (Floyd 1962, Warshall 1962) holds the sharpest
bound on each pair; dates set one after another within it never come to a dead end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from topline.audit.quantities import Relation, relation_of
from topline.errors import DataError
from topline.reconstruct.conditions import Column, Condition, condition_of, holds
from topline.reconstruct.published import Published

PLACES = {
    "FIRST_DOSE": 0,
    "DATA_CUT": 1,
    "END_OF_TREATMENT": 2,
    "RESPONSE": 3,
    "PROGRESSION": 4,
    "LAST_SCAN": 5,
    "LAST_SEEN": 6,
    "DEATH": 6,
}
"""Places of dates in a patient's row; a death is on the last day seen."""
COUNT = 7
_FAR = 10**6
_ALWAYS = (
    "END_OF_TREATMENT <= LAST_SEEN", "LAST_SCAN <= LAST_SEEN", "LAST_SEEN <= DATA_CUT",
    "RESPONSE <= LAST_SCAN", "PROGRESSION <= LAST_SCAN", "RESPONSE + 1 <= PROGRESSION",
)  # fmt: skip

Bounds = list[list[int]]
"""Of dates a and b: a - b is at most [a][b]."""


@dataclass(frozen=True, slots=True)
class Order:
    """Date a less date b is at most so many days."""

    a: int
    b: int
    most: int


@dataclass(frozen=True, slots=True)
class Rule:
    """Orders that hold of patients of whom a condition holds."""

    words: str
    orders: tuple[Order, ...]
    when: Condition | None

    @property
    def of_the_dead(self) -> bool:
        """Whether it speaks of a death."""
        return "DEATH" in self.words


class Rules:
    """All orders of dates of a trial."""

    def __init__(self, published: Published) -> None:
        courses = published.courses
        self.rules = [Rule(text, _orders(text), None) for text in _ALWAYS]
        self.rules += [
            Rule(each.holds, _orders(each.holds), condition_of(each.when) if each.when else None)
            for each in courses.rules
        ]
        self._present = {name: condition_of(text) for name, text in courses.present.items()}
        first, last = published.enrollment.first, published.enrollment.last
        cut = published.data_cut
        self._cut = ((cut - last).days + 1, (cut - first).days + 1)
        self._closures: dict[tuple[bool, ...], tuple[tuple[bool, ...], Bounds]] = {}

    def patterns(
        self, columns: Mapping[str, Column], who: Sequence[int]
    ) -> Iterator[tuple[tuple[bool, ...], Bounds]]:
        """Yield for each patient which dates there are, and the bounds on their differences.

        Raises
        ------
        DataError
            No dates keep the orders; the message names them.
        """
        own = {name: column[list(who)] for name, column in columns.items()}
        size = len(who)
        answers = [holds(each, own, size) for each in self._present.values()]
        answers += [
            np.ones(size, dtype=np.bool_) if rule.when is None else holds(rule.when, own, size)
            for rule in self.rules
        ]
        for k in range(size):
            key = tuple(bool(answer[k]) for answer in answers)
            if key not in self._closures:
                self._closures[key] = self._closed(key)
            yield self._closures[key]

    def _closed(self, key: tuple[bool, ...]) -> tuple[tuple[bool, ...], Bounds]:
        named = dict(zip(self._present, key, strict=False))
        dead = named.get("DEATH", False)
        present = [True, True, *(named.get(name, False) for name in list(PLACES)[2:6]), True, dead]
        held = key[len(self._present) :]
        bounds = [[0 if a == b else _FAR for b in range(COUNT)] for a in range(COUNT)]
        for a in range(1, COUNT):
            bounds[0][a] = -1
        bounds[1][0], bounds[0][1] = self._cut[1], -self._cut[0]
        used = [
            rule
            for rule, applies in zip(self.rules, held, strict=True)
            if applies and (dead or not rule.of_the_dead)
        ]
        for order in (order for rule in used for order in rule.orders):
            if present[order.a] and present[order.b]:
                bounds[order.a][order.b] = min(bounds[order.a][order.b], order.most)
        for via in range(COUNT):
            for a in range(COUNT):
                for b in range(COUNT):
                    bounds[a][b] = min(bounds[a][b], bounds[a][via] + bounds[via][b])
        if any(bounds[a][a] < 0 for a in range(COUNT)):
            words = "; ".join(rule.words for rule in used if rule.words not in _ALWAYS)
            msg = (
                f"published.yaml: courses.rules: no dates keep all of these orders: {words}. "
                "Change one of them, or the condition under which it holds"
            )
            raise DataError(msg)
        return tuple(present), bounds


def settle(days: list[int], bounds: Bounds, first: int | None = None) -> list[int]:
    """Move days as little as needed to keep all orders.

    Parameters
    ----------
    days
        One for each place; place 0 is day 0.
    bounds
        From `Rules.patterns`.
    first
        Place that is settled before the others, so that it moves least.

    Examples
    --------
    >>> free = [[0 if a == b else 99 for b in range(7)] for a in range(7)]
    >>> free[2][6] = 0
    >>> settle([0, 50, 30, 0, 0, 0, 20], free, first=6)[2]
    20
    """
    order = [0] if first is None else [0, first]
    order += [k for k in range(1, COUNT) if k != first]
    settled: list[int] = []
    found = list(days)
    for k in order:
        low, high = -_FAR, _FAR
        for other in settled:
            high = min(high, found[other] + bounds[k][other])
            low = max(low, found[other] - bounds[other][k])
        found[k] = min(max(found[k], low), high)
        settled.append(k)
    return found


def span(bounds: Bounds, place: int) -> tuple[int, int]:
    """Return the first and last day that a date can be, whatever the others are."""
    return -bounds[0][place], bounds[place][0]


def _orders(text: str) -> tuple[Order, ...]:
    return tuple(orders_of(relation_of(text)))


def orders_of(relation: Relation) -> Iterator[Order]:
    """Write a relation of dates as bounds on a difference.

    Raises
    ------
    ValueError
        It is not about one date or about two, of which one is taken from the other.
    """
    factors = {1: [0], -1: [0]}
    constant = relation.constant
    for factor, name in relation.terms:
        if name not in PLACES or abs(factor) != 1:
            msg = f"dates: {', '.join(PLACES)}"
            raise ValueError(msg)
        if name == "FIRST_DOSE":
            constant -= factor
        else:
            factors[int(factor)].append(PLACES[name])
    if any(len(places) > 2 for places in factors.values()):
        msg = "at most one date on each side of the sign"
        raise ValueError(msg)
    a, b = factors[1][-1], factors[-1][-1]
    if relation.sign in {"=", "<="}:
        yield Order(a, b, floor(constant))
    if relation.sign in {"=", ">="}:
        yield Order(b, a, floor(-constant))
