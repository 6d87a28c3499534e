"""Conditions with three values: what is unknown stays unknown, unless it decides nothing.

SQL joins with AND, OR and NOT as Kleene does: FALSE AND unknown is false. Its CASE does not: an
unknown condition falls to the next branch, so that a limit of one sex would be used for a subject
of unknown sex; nor do GREATEST and LEAST, which pass over what is unknown. Here a comparison with a
CASE holds where it holds in every branch that the subject can be in.

References
----------
.. [1] Kleene SC (1952). Introduction to Metamathematics, section 64.
"""

from collections.abc import Iterator
from itertools import product

import polars as pl

_COMPARISONS = ("==", "!=", "<=", ">=", "<", ">")
_PASS_OVER = (".max_horizontal(", ".min_horizontal(")
_FALSE, _TRUE = pl.lit(value=False), pl.lit(value=True)


def compute_truth(condition: pl.Expr) -> pl.Expr:
    """Return true, false, or null where what is unknown could decide either way.

    Parameters
    ----------
    condition
        A condition as `polars.sql_expr` reads it.

    Examples
    --------
    >>> rows = pl.DataFrame({"QTCF": [480, 460, 440], "SEX": [None, None, None]})
    >>> rows = rows.cast({"SEX": pl.String})
    >>> limit = pl.sql_expr("QTCF > CASE WHEN SEX = 'M' THEN 450 ELSE 470 END")
    >>> rows.select(compute_truth(limit).alias("X"))["X"].to_list()
    [True, None, False]
    """
    parts, text = condition.meta.pop(), str(condition)
    if len(parts) == 2:
        left, right = _ordered(parts, text, "&", "|", *_COMPARISONS)
        if text == f"[({left}) & ({right})]":
            return compute_truth(left) & compute_truth(right)
        if text == f"[({left}) | ({right})]":
            return compute_truth(left) | compute_truth(right)
        for sign in _COMPARISONS:
            if text == f"[({left}) {sign} ({right})]":
                return _compared(left, sign, right)
    if len(parts) == 1 and text == f"{parts[0]}.not()":
        return ~compute_truth(parts[0])
    if _is_choice(text):
        return _agreed((when, compute_truth(then)) for when, then in _branches(condition))
    return _sure(condition)


def _ordered(parts: list[pl.Expr], text: str, *signs: str) -> tuple[pl.Expr, pl.Expr]:
    """Return the two sides of an operation as they stand in its text."""
    first, second = parts
    if any(text == f"[({second}) {sign} ({first})]" for sign in signs):
        return second, first
    return first, second


def _compared(left: pl.Expr, sign: str, right: pl.Expr) -> pl.Expr:
    """Compare in every branch of both sides."""
    compared = {
        "==": pl.Expr.eq, "!=": pl.Expr.ne, "<=": pl.Expr.le,
        ">=": pl.Expr.ge, "<": pl.Expr.lt, ">": pl.Expr.gt,
    }[sign]  # fmt: skip
    pairs = product(_branches(left), _branches(right))
    return _agreed((a & b, compared(_sure(x), _sure(y))) for (a, x), (b, y) in pairs)


def _agreed(branches: Iterator[tuple[pl.Expr, pl.Expr]]) -> pl.Expr:
    """Return what holds in every branch that is not ruled out, as far as they agree."""
    held, failed = _TRUE, _TRUE
    for within, holds in branches:
        held, failed = held & (~within | holds), failed & (~within | ~holds)
    sure = held.fill_null(value=False)
    return pl.when(sure).then(_TRUE).when(failed.fill_null(value=False)).then(_FALSE)


def _branches(value: pl.Expr) -> Iterator[tuple[pl.Expr, pl.Expr]]:
    """Return each value that a CASE can take, with the condition that it is taken."""
    if not _is_choice(str(value)):
        yield _TRUE, value
        return
    when, then, otherwise = _choice(value)
    holds = compute_truth(when)
    yield from ((holds & more, inner) for more, inner in _branches(then))
    yield from ((~holds & more, inner) for more, inner in _branches(otherwise))


def _is_choice(text: str) -> bool:
    return text.startswith(".when(")


def _choice(value: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Return condition, value and other value of a CASE."""
    parts, text = value.meta.pop(), str(value)
    for when, then, otherwise in (
        (parts[i], parts[j], parts[3 - i - j]) for i in range(3) for j in range(3) if i != j
    ):
        if text == f".when({when}).then({then}).otherwise({otherwise})":
            return when, then, otherwise
    msg = f"a CASE that cannot be taken apart: {text}"
    raise ValueError(msg)


def _sure(value: pl.Expr) -> pl.Expr:
    """Return a value where it rests on no choice whose condition is unknown, else null."""
    return pl.when(~_doubtful(value)).then(value)


def _doubtful(value: pl.Expr) -> pl.Expr:
    """Return whether a value rests on a choice whose condition is unknown."""
    parts, text = value.meta.pop(), str(value)
    if _is_choice(text):
        when, then, otherwise = _choice(value)
        holds = compute_truth(when)
        chosen = pl.when(holds).then(_doubtful(then)).otherwise(_doubtful(otherwise))
        return holds.is_null() | chosen
    doubt = _FALSE
    for part in parts:
        doubt = doubt | _doubtful(part)
    if any(f"{part}{name}" in text for part in parts for name in _PASS_OVER):
        doubt = doubt | pl.any_horizontal(part.is_null() for part in parts)
    return doubt
