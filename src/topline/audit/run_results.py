"""A run's results as claims ask for them: by id, by the beginning of ids, in arithmetic.

Arithmetic is exact: a result's value is taken as the fraction that it is.
"""

import ast
import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Final

from topline.audit.printed import Value

if TYPE_CHECKING:
    import polars as pl

_ID: Final = re.compile(r"\[([^\[\]]*)\]")
_SIGNS: Final[dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
_COLUMNS: Final = ("result_id", "value", "display", "unit", "n")


@dataclass(frozen=True, slots=True)
class Found:
    """A number of a run."""

    value: Value
    text: str
    """As the run prints it; empty for arithmetic."""
    unit: str
    n: int | None
    """Subjects that it rests on."""
    results: tuple[str, ...]
    """Ids of the results that it was made from."""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Arithmetic on results: ids, and a tree that names them a, b, c by their places."""

    ids: tuple[str, ...]
    tree: ast.expr


def read_arithmetic(text: str) -> Arithmetic | str:
    """Read arithmetic on results, or say what is wrong with it.

    Parameters
    ----------
    text
        Ids in square brackets and numbers, with + - * / and round brackets.

    Examples
    --------
    >>> read_arithmetic("100 * [FLOW.PP.n] / [FLOW.ENROLLED.n]").ids
    ('FLOW.PP.n', 'FLOW.ENROLLED.n')
    >>> read_arithmetic("[FLOW.PP.n] ** 2")
    'ids in square brackets and numbers, with + - * / and round brackets'
    """
    wrong = "ids in square brackets and numbers, with + - * / and round brackets"
    ids = tuple(_ID.findall(text))
    places = iter(range(len(ids)))
    try:
        tree = ast.parse(_ID.sub(lambda _: f" id{next(places)} ", text).strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return wrong
    return Arithmetic(ids, tree) if ids and _permitted(tree) else wrong


def _permitted(node: ast.expr, depth: int = 0) -> bool:
    match node:
        case ast.BinOp(left=left, op=sign, right=right) if depth < 50:
            sides = (_permitted(left, depth + 1), _permitted(right, depth + 1))
            return type(sign) in _SIGNS and all(sides)
        case ast.Name(id=name):
            return re.fullmatch(r"id\d+", name) is not None
        case ast.Constant(value=value):
            return type(value) in {int, float}
        case _:
            return False


class RunResults:
    """Results of a run, by id.

    Parameters
    ----------
    rows
        Result rows of the run.
    """

    def __init__(self, rows: "pl.DataFrame") -> None:
        self._rows = {
            row[0]: Found(row[1], row[2], row[3], row[4], (row[0],))
            for row in rows.select(_COLUMNS).iter_rows()
        }
        self._ids = sorted(self._rows)

    def has(self, result: str) -> bool:
        """Whether a result has this id."""
        return result in self._rows

    def begins(self, stem: str) -> bool:
        """Whether ids begin with this, followed by a point."""
        at = bisect_left(self._ids, f"{stem}.")
        return at < len(self._ids) and self._ids[at].startswith(f"{stem}.")

    def get(self, result: str) -> Found | None:
        """Return the result of an id, if there is one."""
        return self._rows.get(result)

    def work_out(self, arithmetic: Arithmetic) -> Found | None:
        """Do arithmetic; None where a result is not there.

        The value is None where a result has none, or a divisor is 0.
        """
        found = [self.get(each) for each in arithmetic.ids]
        known = [each for each in found if each is not None]
        if len(known) < len(found):
            return None
        units = {each.unit for each in known}
        unit = units.pop() if len(units) == 1 else ""
        return Found(_value(arithmetic.tree, known), "", unit, None, arithmetic.ids)

    def nearest(self, text: str) -> str | None:
        """Return the id, or the beginning of ids, most like a text that is neither."""
        analysis = text.partition(".")[0]
        analyses = {each.partition(".")[0] for each in self._ids}
        if analysis not in analyses:
            like = get_close_matches(analysis, sorted(analyses), n=1)
            return like[0] if like else None
        own = {each for each in self._ids if each.startswith(f"{analysis}.")}
        own |= {".".join(each.split(".")[: text.count(".") + 1]) for each in own}
        like = get_close_matches(text, sorted(own), n=1)
        return like[0] if like else None


def _value(node: ast.expr, known: list[Found]) -> Fraction | None:
    match node:
        case ast.BinOp(left=left, op=sign, right=right):
            a, b = _value(left, known), _value(right, known)
            if a is None or b is None or (isinstance(sign, ast.Div) and b == 0):
                return None
            return _SIGNS[type(sign)](a, b)
        case ast.Name(id=name):
            value = known[int(name.removeprefix("id"))].value
            unknown = value is None or (isinstance(value, float) and not isfinite(value))
            return None if unknown or value is None else Fraction(value)
        case ast.Constant(value=int() | float() as number):
            return Fraction(str(number))
        case _:
            return None
