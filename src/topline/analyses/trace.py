"""The way back from a number to the rows it rests on: conditions as text, and running them again.

A count is the number of distinct subjects of the rows its condition selects (`events` of an
overview: the number of rows). A percentage has the rows of its numerator; an estimate those of
everyone it rests on.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import polars as pl

_QUOTED: Final = re.compile("'[^']*'")
_BRACKETS: Final = re.compile(r"\([^()]*\)")
_ONE_EACH = 500


def quoted(text: str) -> str:
    """Write text as a literal of an expression.

    Examples
    --------
    >>> quoted("Crohn's disease")
    "'Crohn''s disease'"
    """
    return "'" + text.replace("'", "''") + "'"


def equals(variable: str, value: object) -> str:
    """Write the condition that a variable has a value, or has none.

    Examples
    --------
    >>> equals("SEX", "F"), equals("ECOG", 1.0), equals("DTHDT", None)
    ("SEX = 'F'", 'ECOG = 1', 'DTHDT IS NULL')
    """
    if value is None:
        return f"{variable} IS NULL"
    if isinstance(value, bool):
        return f"{variable} = {str(value).upper()}"
    if isinstance(value, int | float):
        return f"{variable} = {int(value) if float(value).is_integer() else value!r}"
    return f"{variable} = {quoted(str(value))}"


def among(variable: str, values: Iterable[str]) -> str:
    """Write the condition that a variable has one of some values; without any, none holds.

    Examples
    --------
    >>> among("AVALC", ["CR", "PR"])
    "AVALC IN ('CR', 'PR')"
    """
    listed = ", ".join(quoted(value) for value in values)
    return f"{variable} IN ({listed})" if listed else none_has(variable)


def none_has(variable: str) -> str:
    """Write a condition that no row fulfils."""
    return f"{variable} IS NULL AND {variable} IS NOT NULL"


def where(*conditions: str | None) -> str:
    """Join conditions of which all must hold; empty ones are left out.

    A condition of alternatives among others gets brackets, so that its OR stays its own.

    Examples
    --------
    >>> where("SAFFL = 'Y'", None, "AGE >= 65")
    "SAFFL = 'Y' AND AGE >= 65"
    >>> where("SAFFL = 'Y'", "(SEX = 'M') OR (SEX = 'F')")
    "SAFFL = 'Y' AND ((SEX = 'M') OR (SEX = 'F'))"
    """
    given = [condition for condition in conditions if condition]
    if len(given) > 1:
        given = [
            own(condition) if _has_alternatives(condition) else condition for condition in given
        ]
    return " AND ".join(given)


def _has_alternatives(condition: str) -> bool:
    """Tell whether an OR stands outside of brackets and quotes."""
    outside = _QUOTED.sub("", condition)
    while (inner := _BRACKETS.sub("", outside)) != outside:
        outside = inner
    return " or " in outside.lower()


def own(expression: str | None) -> str:
    """Put an expression of the protocol in brackets, so that its OR stays its own."""
    return f"({expression})" if expression else ""


def columns_of(condition: str) -> set[str]:
    """Name the columns that a condition reads."""
    return set(pl.sql_expr(condition).meta.root_names())


def where_in(columns: Collection[str], conditions: Sequence[str | None], members: pl.Series) -> str:
    """Join conditions over a dataset; name the subjects where it lacks a column they need.

    Parameters
    ----------
    columns
        Columns of the dataset.
    conditions
        Of which all must hold; some may be over ADSL.
    members
        USUBJID of the subjects for whom all hold.

    Examples
    --------
    >>> where_in({"USUBJID", "PPFL"}, ["PPFL = 'Y'", "KI67 >= 20"], pl.Series(["01", "07"]))
    "PPFL = 'Y' AND USUBJID IN ('01', '07')"
    """
    given = [condition for condition in conditions if condition]
    here = [condition for condition in given if columns_of(condition) <= set(columns)]
    named = among("USUBJID", members.unique().sort()) if len(here) < len(given) else None
    return where(*here, named)


def rows_behind(dataset: str, condition: str, adam: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the rows of a dataset that a result's trace selects.

    Parameters
    ----------
    dataset, condition
        `trace_dataset` and `trace_where` of a result; no dataset gives no rows.
    adam
        Analysis datasets by name.
    """
    if not dataset:
        return pl.DataFrame()
    return adam[dataset].filter(pl.sql_expr(condition))


def row_numbers(traces: pl.DataFrame, adam: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Run every distinct trace of some results at once.

    Parameters
    ----------
    traces
        Results, or any frame with `trace_dataset` and `trace_where`.
    adam
        Analysis datasets by name.

    Returns
    -------
    polars.DataFrame
        One row a distinct trace: `trace_dataset`, `trace_where`, and in `rows` the positions of
        its rows in the dataset, counted from 0, ascending.
    """
    distinct = (
        traces.select("trace_dataset", "trace_where")
        .filter(pl.col("trace_dataset") != "")
        .unique(maintain_order=True)
    )
    found = [
        _numbers(adam[str(name)], str(name), group["trace_where"].to_list())
        for (name,), group in distinct.group_by("trace_dataset", maintain_order=True)
    ]
    empty = pl.DataFrame(
        schema={"trace_dataset": pl.String, "trace_where": pl.String, "rows": pl.List(pl.UInt32)}
    )
    return pl.concat([empty, *found])


def _numbers(data: pl.DataFrame, name: str, conditions: list[str]) -> pl.DataFrame:
    """Positions for many conditions over one dataset, some hundred in one pass."""
    rows: list[pl.Series] = []
    for start in range(0, len(conditions), _ONE_EACH):
        some = conditions[start : start + _ONE_EACH]
        selected = data.select(
            pl.sql_expr(condition).arg_true().cast(pl.UInt32).implode().alias(str(i))
            for i, condition in enumerate(some)
        )
        rows += [selected[str(i)] for i in range(len(some))]
    listed = pl.concat([series.rename("rows") for series in rows])
    return pl.DataFrame({"trace_dataset": name, "trace_where": conditions, "rows": listed})
