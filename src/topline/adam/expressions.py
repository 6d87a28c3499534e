"""Rules of the protocol on frames: columns are checked by name, numbers written as text count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl
from polars.exceptions import PolarsError

from topline.errors import ProtocolError
from topline.protocol.problems import nearest

_VALUE = "__VALUE"


@dataclass(frozen=True)
class Rule:
    """An expression of the protocol: where it stands, what it says, and over which dataset."""

    place: str
    text: str
    dataset: str

    def unknown(self, columns: Iterable[str]) -> list[str]:
        """Say which columns the expression names that the dataset does not have."""
        known = list(columns)
        names = dict.fromkeys(pl.sql_expr(self.text).meta.root_names())
        return [self._problem(name, known) for name in names if name not in known]

    def _problem(self, name: str, known: Sequence[str]) -> str:
        close = nearest(name, known)
        hint = f" (did you mean {close}?)" if close else ""
        return f"{self.place}: {self.text}: {self.dataset} has no column {name}{hint}"


def refuse(problems: Sequence[str]) -> None:
    """Raise all problems as one error, if there are any.

    Raises
    ------
    ProtocolError
        There is at least one problem.
    """
    if problems:
        lines = [f"The protocol does not fit the data, {len(problems)} problem(s):", *problems]
        raise ProtocolError("\n  ".join(lines))


def compute_values(frame: pl.DataFrame, rule: Rule, *, numbers: bool = False) -> pl.Series:
    """Evaluate an expression: one value a row.

    Where it asks for numbers of text columns, such as ``CMLINE > 1``, the text is read as numbers.

    Parameters
    ----------
    frame
        Rows with every column that the rule names.
    rule
        What to evaluate.
    numbers
        Read text as numbers first, so that ``A + B`` adds instead of joining words.

    Raises
    ------
    ProtocolError
        The expression cannot be evaluated either way.
    """
    expression = pl.sql_expr(rule.text)
    as_numbers = frame.with_columns(
        pl.col(text_numbers(frame, rule)).cast(pl.Float64, strict=False)
    )
    problem = ""
    for columns in (as_numbers, frame) if numbers else (frame, as_numbers):
        try:
            return columns.with_columns(expression.alias(_VALUE))[_VALUE]
        except PolarsError as error:
            problem = str(error).splitlines()[0]
    msg = f"{rule.place}: {rule.text} cannot be evaluated over {rule.dataset}: {problem}"
    raise ProtocolError(msg)


def text_numbers(frame: pl.DataFrame, rule: Rule) -> list[str]:
    """Name the text columns of the expression that hold a number in at least one row."""
    names = dict.fromkeys(pl.sql_expr(rule.text).meta.root_names())
    texts = [name for name in names if frame.schema[name] == pl.String]
    found = frame.select(pl.col(texts).cast(pl.Float64, strict=False).is_not_null().any())
    return [name for name in texts if found[name].item()]


def compute_condition(frame: pl.DataFrame, rule: Rule) -> pl.Series:
    """Evaluate a condition: true or false a row; what is unknown does not hold.

    Raises
    ------
    ProtocolError
        The expression cannot be evaluated, or is no condition.
    """
    values = compute_values(frame, rule)
    if values.dtype == pl.Null:
        return pl.Series(_VALUE, [False] * frame.height, dtype=pl.Boolean)
    if values.dtype != pl.Boolean:
        msg = (
            f"{rule.place}: {rule.text} gives {values.dtype}, expected a condition (true or false)"
        )
        raise ProtocolError(msg)
    return values.fill_null(value=False)


def select(frame: pl.DataFrame, text: str | None, place: str, dataset: str) -> pl.DataFrame:
    """Keep the rows for which the condition holds; all of them without one.

    Raises
    ------
    ProtocolError
        The condition names an unknown column, or cannot be evaluated.
    """
    if text is None:
        return frame
    rule = Rule(place, text, dataset)
    refuse(rule.unknown(frame.columns))
    return frame.filter(compute_condition(frame, rule))
