"""Bring a table to its domain's types, value by value: what does not fit is emptied and listed."""

from typing import Final

import dataframely as dy
import polars as pl

from topline.sdtm.queries import Query, Rule, file_query, gather_queries
from topline.sdtm.records import list_rows

_MISSING: Final = ("", ".", "NA")
"""Empty in numbers and dates: SAS writes a dot, R writes NA. In text only "" is."""
_LARGEST: Final = 1e15
"""Numbers up to here are written out when they become text."""


def cast_table(
    table: pl.DataFrame, domain: str, schema: type[dy.Schema], file: str
) -> tuple[pl.DataFrame, dy.DataFrame[Query]]:
    """Return the table with the schema's columns first and typed, and what had to be emptied.

    Columns that the schema does not name follow as they are; absent ones are added empty, and
    listed when SDTM requires or expects them.
    """
    read = _as_cells(table)
    columns = schema.columns()
    given = {name: column for name, column in columns.items() if name in read.columns}
    absent = [
        pl.lit(None, dtype=column.dtype).alias(name)
        for name, column in columns.items()
        if name not in given
    ]
    typed = read.with_columns(
        *(_typed(name, read.schema[name], column) for name, column in given.items()), *absent
    )
    extra = [name for name in read.columns if name not in columns]
    queries = [_missing_columns(read, domain, schema, file), _changed(read, typed, domain, given)]
    return typed.select(*columns, *extra), gather_queries(queries)


def _as_cells(table: pl.DataFrame) -> pl.DataFrame:
    """Trim text, and turn what no cell holds (lists, bytes, durations) into text."""
    odd = [column for column in table if _is_odd(column.dtype)]
    plain = table.with_columns(_as_words(column) for column in odd)
    trimmed = pl.col(pl.String).str.strip_chars()
    return plain.with_columns(
        (pl.selectors.decimal()).cast(pl.Float64),
        (pl.selectors.categorical() | pl.selectors.enum() | pl.selectors.by_dtype(pl.Null)).cast(
            pl.String
        ),
    ).with_columns(pl.when(trimmed != "").then(trimmed))


def _is_odd(dtype: pl.DataType) -> bool:
    return dtype.is_nested() or isinstance(dtype, pl.Object | pl.Duration | pl.Binary)


def _as_words(column: pl.Series) -> pl.Series:
    cells = [
        value.decode(errors="replace") if isinstance(value, bytes) else str(value)
        for value in column.to_list()
    ]
    words = pl.Series(column.name, cells, dtype=pl.String)
    return words.set(column.is_null(), None)


def _typed(name: str, source: pl.DataType, column: dy.Column) -> pl.Expr:
    facts = column.metadata or {}
    if column.dtype.is_numeric():
        return _number(name, source, column)
    value = _text(name, source)
    if facts.get("dated"):
        return pl.when(~value.is_in(_MISSING)).then(value).alias(name)
    terms: tuple[str, ...] = facts.get("terms", ())
    upper = value.str.to_uppercase()
    return pl.when(upper.is_in(terms)).then(upper).otherwise(value).alias(name) if terms else value


def _number(name: str, source: pl.DataType, column: dy.Column) -> pl.Expr:
    value = pl.col(name) if source.is_numeric() else _text(name, source)
    number = value.cast(pl.Float64, strict=False)
    number = pl.when(number.is_finite()).then(number)
    if column.dtype.is_integer():
        number = pl.when(number == number.round()).then(number)
    return number.cast(column.dtype, strict=False).alias(name)


def _text(name: str, source: pl.DataType) -> pl.Expr:
    """Write numbers without `.0` and dates in ISO 8601, a midnight as a date alone."""
    value = pl.col(name)
    if source.is_float():
        number = value.fill_nan(None)
        whole = (number == number.floor()) & (number.abs() < _LARGEST)
        digits = pl.when(whole).then(number).cast(pl.Int64, strict=False).cast(pl.String)
        return pl.coalesce(digits, number.cast(pl.String)).alias(name)
    if source == pl.Date:
        return value.dt.to_string("%Y-%m-%d")
    if isinstance(source, pl.Datetime):
        zone = "%:z" if source.time_zone else ""
        return value.dt.to_string(f"%Y-%m-%dT%H:%M:%S{zone}").str.replace("T00:00:00$", "")
    if source == pl.Boolean:
        return pl.when(value).then(pl.lit("Y")).when(~value).then(pl.lit("N")).alias(name)
    return value if source == pl.String else value.cast(pl.String)


def _changed(
    read: pl.DataFrame, typed: pl.DataFrame, domain: str, given: dict[str, dy.Column]
) -> dy.DataFrame[Query]:
    """List the numbers that were none, and the words read in another case."""
    both = typed.select(pl.all().name.prefix("typed:")).hstack(read)
    changes = {name: _change(name, read.schema[name], column) for name, column in given.items()}
    found = both.select(change.any().alias(name) for name, change in changes.items())
    queries = [
        list_rows(both.filter(changes[name]).select(read.columns), domain, rule)
        for name in (found.row(0, named=True) if given else {})
        if found[name][0] and (rule := _change_rule(domain, name, given[name]))
    ]
    return gather_queries(queries)


def _change(name: str, source: pl.DataType, column: dy.Column) -> pl.Expr:
    typed = pl.col(f"typed:{name}")
    if not column.dtype.is_numeric():
        return (typed != _text(name, source)).fill_null(value=False)
    value = pl.col(name).fill_nan(None) if source.is_float() else _text(name, source)
    known = ~value.is_in(_MISSING) if source == pl.String else value.is_not_null()
    return (known & typed.is_null()).fill_null(value=False)


def _change_rule(domain: str, name: str, column: dy.Column) -> Rule:
    if not column.dtype.is_numeric():
        terms = (column.metadata or {}).get("terms", ())
        expected = f"one of {', '.join(terms)}, in capitals; read as such"
        return Rule(f"{domain}.{name}.case", expected, "note", variables=[name])
    kind = "a whole number" if column.dtype.is_integer() else "a number"
    expected = f"{kind}, with a decimal point ({column.description}); empty where it is not known"
    return Rule(f"{domain}.{name}.number", expected, "error", "value not used", [name], [name])


def _missing_columns(
    table: pl.DataFrame, domain: str, schema: type[dy.Schema], file: str
) -> dy.DataFrame[Query]:
    """List absent columns that SDTM requires or expects, and required ones without any value."""
    queries: list[pl.DataFrame] = []
    for name, column in schema.columns().items():
        facts = column.metadata or {}
        absent = name not in table.columns
        blank = not absent and table.height > 0 and table[name].null_count() == table.height
        needed = facts["core"] == "required" or (absent and facts["core"] == "expected")
        if name in {"DOMAIN", "RDOMAIN"} or not needed or not (absent or blank):
            continue
        expected = f"a column {name}: {column.description} (SDTM: {facts['core']} in {domain})"
        severity = "error" if facts["core"] == "required" else "note"
        consequence = "row set aside" if facts.get("aside") and table.height else "none"
        rule = Rule(f"{domain}.{name}.column", expected, severity, consequence)
        found = f"no column {name}" if absent else f"{name} is empty in every row"
        queries.append(file_query(rule, found, domain=domain, file=file))
    return gather_queries(queries)
