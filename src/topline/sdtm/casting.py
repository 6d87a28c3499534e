"""Bring a table to its domain's types, value by value: what does not fit is emptied and listed."""

from typing import Final

import dataframely as dy
import polars as pl

from topline.sdtm.queries import Query, Rule, file_query, gather_queries
from topline.sdtm.records import FILE, ROW, list_rows

_MISSING: Final = ("", ".", "NA")
"""Empty in numbers and dates: SAS writes a dot, R writes NA. In text only "" is."""


def cast_table(
    table: pl.DataFrame, domain: str, schema: type[dy.Schema], file: str
) -> tuple[pl.DataFrame, dy.DataFrame[Query]]:
    """Return the table with the schema's columns first and typed, and what had to be emptied.

    Columns that the schema does not name follow as they are; absent ones are added empty, and
    listed when SDTM requires or expects them.
    """
    trimmed = table.with_columns(_plain_text(table[name]) for name in table.columns)
    queries = [_missing_columns(trimmed, domain, schema, file)]
    typed = trimmed
    for name, column in schema.columns().items():
        if name not in trimmed.columns:
            typed = typed.with_columns(pl.lit(None, dtype=column.dtype).alias(name))
        elif column.dtype.is_numeric():
            typed, query = _cast_number(typed, trimmed, domain, name, column)
            queries.append(query)
        else:
            typed = typed.with_columns(_as_text(typed[name]))
            typed, query = _cast_words(typed, domain, name, column)
            queries.append(query)
    extra = [name for name in typed.columns if name not in schema.columns()]
    return typed.select(*schema.columns(), *extra), gather_queries(queries)


def _plain_text(column: pl.Series) -> pl.Series:
    """Trim text; turn categories and values that no cell holds into text."""
    dtype = column.dtype
    if dtype.is_nested() or isinstance(dtype, pl.Object | pl.Duration):
        cells = [None if v is None else str(v) for v in column.to_list()]
        return pl.Series(column.name, cells, dtype=pl.String)
    if dtype == pl.Binary:
        cells = [None if v is None else v.decode(errors="replace") for v in column.to_list()]
        column = pl.Series(column.name, cells, dtype=pl.String)
    elif isinstance(dtype, pl.Categorical | pl.Enum) or dtype == pl.Null:
        column = column.cast(pl.String)
    elif dtype.is_decimal():
        column = column.cast(pl.Float64)
    if column.dtype != pl.String:
        return column
    trimmed = column.str.strip_chars()
    return trimmed.set(trimmed == "", None)


def _as_text(column: pl.Series) -> pl.Series:
    """Write numbers without `.0` and dates in ISO 8601, a midnight as a date alone."""
    dtype = column.dtype
    if dtype.is_float():
        number = column.fill_nan(None)
        whole = (number == number.floor()) & (number.abs() < 1e15)
        integers = number.set(~whole.fill_null(value=False), None).cast(pl.Int64).cast(pl.String)
        return integers.zip_with(integers.is_not_null(), number.cast(pl.String))
    if dtype == pl.Date:
        return column.dt.to_string("%Y-%m-%d")
    if isinstance(dtype, pl.Datetime):
        zone = "%:z" if dtype.time_zone else ""
        return column.dt.to_string(f"%Y-%m-%dT%H:%M:%S{zone}").str.replace("T00:00:00$", "")
    if dtype == pl.Boolean:
        return column.replace_strict({True: "Y", False: "N"}, return_dtype=pl.String)
    return column if dtype == pl.String else column.cast(pl.String)


def _cast_number(
    typed: pl.DataFrame, read: pl.DataFrame, domain: str, name: str, column: dy.Column
) -> tuple[pl.DataFrame, dy.DataFrame[Query]]:
    source = read[name]
    if source.dtype == pl.String:
        source = source.set(source.is_in(_MISSING), None)
    elif not source.dtype.is_numeric():
        source = _as_text(source)
    number = source.cast(pl.Float64, strict=False)
    number = number.set(~number.is_finite().fill_null(value=True), None)
    if column.dtype.is_integer():
        number = number.set(number != number.round(), None).cast(column.dtype, strict=False)
    if source.dtype.is_float():
        source = source.fill_nan(None)
    lost = source.is_not_null() & number.is_null()
    out = typed.with_columns(number.alias(name))
    kind = "a whole number" if column.dtype.is_integer() else "a number"
    hint = f"{kind}, with a decimal point ({column.description}); empty where it is not known"
    rows = read.with_columns(typed.select(FILE, ROW)).filter(lost)
    rule = Rule(f"{domain}.{name}.number", hint, consequence="value not used", variables=[name])
    return out, list_rows(rows, domain, rule)


def _cast_words(
    typed: pl.DataFrame, domain: str, name: str, column: dy.Column
) -> tuple[pl.DataFrame, dy.DataFrame[Query]]:
    """Empty SAS's and R's missing dates; read a permitted word in another case as that word."""
    facts = column.metadata or {}
    value = typed[name]
    if facts.get("dated"):
        return typed.with_columns(value.set(value.is_in(_MISSING), None)), Query.create_empty()
    terms: tuple[str, ...] = facts.get("terms", ())
    if not terms:
        return typed, Query.create_empty()
    upper = value.str.to_uppercase()
    recased = (~value.is_in(terms) & upper.is_in(terms)).fill_null(value=False)
    expected = f"one of {', '.join(terms)}, in capitals; read as such"
    rule = Rule(f"{domain}.{name}.case", expected, "note", variables=[name])
    query = list_rows(typed.filter(recased), domain, rule)
    return typed.with_columns(upper.zip_with(recased, value).alias(name)), query


def _required(column: dy.Column) -> bool:
    return (column.metadata or {}).get("core") == "required"


def _is_blank(table: pl.DataFrame, name: str) -> bool:
    return table.height > 0 and table[name].null_count() == table.height


def _missing_columns(
    table: pl.DataFrame, domain: str, schema: type[dy.Schema], file: str
) -> dy.DataFrame[Query]:
    absent = [
        (name, column, (column.metadata or {}).get("core"))
        for name, column in schema.columns().items()
        if name not in table.columns
        or (name != "RDOMAIN" and _required(column) and _is_blank(table, name))
    ]
    return gather_queries(
        [
            file_query(
                Rule(
                    f"{domain}.{name}.column",
                    f"a column {name}: {column.description} (SDTM has it {core} in {domain})",
                    "error" if core == "required" else "note",
                    "row set aside" if (column.metadata or {}).get("aside") else "none",
                ),
                f"no column {name}" if name not in table.columns else f"{name} is empty throughout",
                domain=domain,
                file=file,
            )
            for name, column, core in absent
            if core != "permissible" and name != "DOMAIN"
        ]
    )
