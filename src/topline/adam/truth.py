"""Conditions with three values: what is unknown stays unknown, unless it decides nothing.

SQL joins with AND, OR and NOT as Kleene does: FALSE AND unknown is false. Its CASE does not: an
unknown condition falls to the next branch, and a limit of one sex is used for a subject of unknown
sex. Here a condition with a CASE holds where it holds in every branch that the subject can be in.

References
----------
.. [1] Kleene SC (1952). Introduction to Metamathematics, section 64.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

_TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\w+|\s+|.", re.DOTALL)
_PASS_OVER = re.compile(r"\b(?:GREATEST|LEAST|IF)\s*\(", re.IGNORECASE)
_FALSE, _TRUE = pl.lit(value=False), pl.lit(value=True)


@dataclass(frozen=True)
class _Case:
    """A CASE of an expression: its text, its conditions with their values, and the last value."""

    text: str
    branches: tuple[tuple[str, str], ...]
    otherwise: str


def compute_truth(condition: str) -> pl.Expr:
    """Return true, false, or null where what is unknown could decide either way.

    GREATEST, LEAST and IF pass over what is unknown: a condition with one of them is unknown where
    any of its columns is.

    Parameters
    ----------
    condition
        A condition in SQL.

    Examples
    --------
    >>> rows = pl.DataFrame({"QTCF": [480, 460, 440], "SEX": [None, None, None]})
    >>> rows = rows.cast({"SEX": pl.String})
    >>> limit = compute_truth("QTCF > CASE WHEN SEX = 'M' THEN 450 ELSE 470 END")
    >>> rows.select(limit.alias("X"))["X"].to_list()
    [True, None, False]
    """
    case = _first_case(condition)
    if case is None:
        answer = pl.sql_expr(condition)
        if not _PASS_OVER.search(_without_strings(condition)):
            return answer
        columns = dict.fromkeys(answer.meta.root_names())
        known = [pl.col(name).is_not_null() for name in columns]
        return pl.when(pl.all_horizontal(known or [_TRUE])).then(answer)
    held, failed = _TRUE, _TRUE
    for within, value in _branches(case):
        holds = compute_truth(condition.replace(case.text, f"({value})"))
        held, failed = held & (~within | holds), failed & (~within | ~holds)
    sure = pl.when(held.fill_null(value=False)).then(_TRUE)
    return sure.when(failed.fill_null(value=False)).then(_FALSE).otherwise(None)


def _branches(case: _Case) -> Iterator[tuple[pl.Expr, str]]:
    """Return each value that a CASE can take, with the condition that it is taken."""
    before = _TRUE
    for condition, value in case.branches:
        holds = compute_truth(condition)
        yield before & holds, value
        before = before & ~holds
    yield before, case.otherwise


def _first_case(text: str) -> _Case | None:
    """Take the first outermost CASE of an expression apart; None where it has none."""
    order: list[tuple[str, list[str]]] = []
    depth, whole = 0, ""
    for token in _TOKEN.findall(text):
        word = token.upper()
        if word == "CASE":
            depth += 1
            if depth == 1:
                order = [("CASE", [])]
                whole = token
                continue
        if not depth:
            continue
        whole += token
        if word == "END":
            depth -= 1
            if not depth:
                return _case(whole, [(key, "".join(tokens).strip()) for key, tokens in order])
        if depth == 1 and word in {"WHEN", "THEN", "ELSE"}:
            order.append((word, []))
        else:
            order[-1][1].append(token)
    return None


def _case(whole: str, parts: list[tuple[str, str]]) -> _Case:
    (_, subject), *rest = parts
    conditions = [text for key, text in rest if key == "WHEN"]
    values = [text for key, text in rest if key == "THEN"]
    if subject:
        conditions = [f"({subject}) = ({condition})" for condition in conditions]
    otherwise = next((text for key, text in rest if key == "ELSE"), "NULL")
    return _Case(whole, tuple(zip(conditions, values, strict=True)), otherwise)


def _without_strings(text: str) -> str:
    return "".join(token for token in _TOKEN.findall(text) if token[0] not in "'\"")
