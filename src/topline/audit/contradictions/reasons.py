"""Why statements cannot all be true, as one sum that is larger than another.

Every fact and every statement bounds a sum of quantities, none of which is below 0. By Farkas'
lemma some multiples of the bounds add up to a contradiction where the numbers, whole or not, allow
no solution; the fewest are looked for, and what cancels is left out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
from scipy.optimize import linprog

from topline.audit.contradictions.statements import Between, ShareOf, Statement
from topline.audit.quantities import Relation, read_place


@dataclass(frozen=True, slots=True)
class _Bound:
    """A sum of quantities is at most a number."""

    sums: dict[str, Fraction]
    most: Fraction
    says: tuple[str, Fraction, bool] | None = None
    """A quantity with its least (True) or largest value, where that is what it says."""


def reason(statements: Iterable[Statement], facts: Iterable[Relation]) -> str:
    """Write the contradiction as a sum that is larger than another; empty where there is none.

    Parameters
    ----------
    statements, facts
        What cannot be true together; curves are passed over.
    """
    held = list(facts)
    sizes = {f.terms[0][1]: f.constant for f in held if len(f.terms) == 1 and f.sign == "="}
    bounds = [bound for each in statements for bound in _of_statement(each, sizes)]
    bounds += [bound for fact in held for bound in _of_relation(fact)]
    names = sorted({name for bound in bounds for name in bound.sums})
    if not names:
        return ""
    matrix = np.array([[float(b.sums.get(name, 0)) for b in bounds] for name in names])
    most = np.array([float(b.most) for b in bounds])
    found = linprog(
        np.ones(len(bounds)),
        A_ub=np.vstack([-matrix, most]),
        b_ub=np.append(np.zeros(len(names)), -1.0),
    )
    if not found.success:
        return ""
    weights = np.asarray(found.x)
    weights = weights / weights[weights > 1e-6 * weights.max()].min()
    return _sentence([(b, round(float(w), 6)) for b, w in zip(bounds, weights, strict=True)])


def _of_statement(statement: Statement, sizes: dict[str, Fraction]) -> Iterator[_Bound]:
    content = statement.content
    if isinstance(content, Relation):
        yield from _of_relation(content)
    elif isinstance(content, Between):
        yield from _at(content.quantity, content.low, content.high)
    elif isinstance(content, ShareOf) and content.group in sizes:
        n = sizes[content.group]
        low, high = ceil(content.low * n), floor(content.high * n)
        yield from _at(content.quantity, Fraction(low), Fraction(high))
    elif isinstance(content, ShareOf):
        part, whole = content.quantity, content.group
        yield _Bound({part: Fraction(1), whole: -content.high}, Fraction(0))
        yield _Bound({part: Fraction(-1), whole: content.low}, Fraction(0))


def _at(name: str, low: Fraction, high: Fraction) -> Iterator[_Bound]:
    yield _Bound({name: Fraction(1)}, high, (name, high, False))
    yield _Bound({name: Fraction(-1)}, -low, (name, low, True))


def _of_relation(relation: Relation) -> Iterator[_Bound]:
    sums = {name: factor for factor, name in relation.terms}
    if len(sums) == 1 and relation.sign == "=" and relation.terms[0][0] == 1:
        yield from _at(relation.terms[0][1], relation.constant, relation.constant)
        return
    if len(sums) == 1 and relation.terms[0][0] == 1:
        name, least = relation.terms[0][1], relation.sign == ">="
        factor = Fraction(-1 if least else 1)
        bound = relation.constant
        yield _Bound({name: factor}, factor * bound, (name, bound, least))
        return
    if relation.sign in {"=", "<="}:
        yield _Bound(sums, relation.constant)
    if relation.sign in {"=", ">="}:
        yield _Bound({name: -factor for name, factor in sums.items()}, -relation.constant)


def _sentence(weighed: list[tuple[_Bound, float]]) -> str:
    """Set what is at least so much against what is at most so much."""
    used = [(b.says, w) for b, w in weighed if w > 1e-6 and b.says is not None]
    names = [says[0] for says, _ in used]
    common, label = _labels(names)
    more = [(w, says) for says, w in used if says[2]]
    less = [(w, says) for says, w in used if not says[2]]
    constants = sum(w * float(b.most) for b, w in weighed if w > 1e-6 and b.says is None)
    if len(more) == len(less) == len(set(names)) == 1 and not constants:
        least, most = _number(more[0][1][1]), _number(less[0][1][1])
        return f"{names[0]}: at least {least}, and at most {most}"
    if not more or any(abs(w - round(w)) > 1e-4 for _, w in (*[(0, w) for _, w in used],)):
        return ""
    left = _side([(w, label[says[0]], says[1]) for w, says in more], max(0.0, -constants))
    right = _side([(w, label[says[0]], says[1]) for w, says in less], max(0.0, constants))
    return f"{common}{left} is more than {right}"


def _side(terms: list[tuple[float, str, Fraction]], constant: float) -> str:
    words = [f"{_times(weight)}{_number(value)} ({name})" for weight, name, value in terms]
    total = sum(weight * float(value) for weight, _, value in terms) + constant
    if constant:
        words.append(f"{constant:g}")
    if not words:
        return "0"
    return " + ".join(words) + (f" = {total:g}" if len(words) > 1 else "")


def _times(weight: float) -> str:
    return "" if round(weight) == 1 else f"{round(weight)} x "


def _number(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{float(value):g}"


def _level(level: str) -> str:
    """Name a level so that it is not taken for a number."""
    return f"level {level}" if level[:1].isdigit() else level


def _labels(names: list[str]) -> tuple[str, dict[str, str]]:
    """Shorten names by what they share, and say what that is."""
    places = {name: read_place(name) for name in names}
    known = [place for place in places.values() if place is not None]
    variables = {(place.variable, place.level) for place in known}
    if known and len(variables) == 1 and len({p.group for p in known}) > 1:
        shared = known[0].variable + (f": {known[0].level}" if known[0].level else "")
        return f"{shared}: ", {n: p.group if p else n for n, p in places.items()}
    within = {(place.group, place.variable) for place in known}
    if known and len(within) == 1 and all(place.level for place in known):
        shared = f"{known[0].variable} in {known[0].group}: "
        return shared, {n: _level(p.level) if p else n for n, p in places.items()}
    return "", {name: name for name in names}
