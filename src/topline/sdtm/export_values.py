"""Values of raw exports: text as it was typed, dates in pieces, expressions over columns."""

import re
from typing import Final

import polars as pl

from topline.sdtm.mapping import DATE_PIECE, Source

_MONTHS: Final = (
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "OCT",
    "NOV",
    "DEC",
)
_NUMBERED: Final = {name: f"{number:02}" for number, name in enumerate(_MONTHS, start=1)}
_UNKNOWN: Final = r"(?i)^(?:UN|UNK|NK|ND|X+|\?+|-+|0+)$"
"""What sites write for a part of a date that they do not know."""
_PART: Final = r"\d{1,2}|[A-Za-z?-]{1,3}"
_FORMS: Final = {
    "YYYY": r"(?<year>\d{4})",
    "MMM": rf"(?<month>{_PART})",
    "MM": rf"(?<month>{_PART})",
    "DD": rf"(?<day>{_PART})",
}
_CLOCK: Final = r"(?:[ T](?<time>\d{1,2}:\d{2}(?::\d{2})?))?"


def trim_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Trim text; what is empty then is missing."""
    text = pl.col(pl.String).str.strip_chars()
    return frame.with_columns(pl.when(text != "").then(text))


def compute_expression(frame: pl.DataFrame, expression: str) -> pl.Series:
    """Compute an expression whose columns may be written in upper or lower case.

    Parameters
    ----------
    frame
        Rows with columns in capitals.
    expression
        SQL, as a rule or a condition of a mapping.

    Examples
    --------
    >>> import polars as pl
    >>> compute_expression(pl.DataFrame({"SITE": ["01", "02"]}), "site = '02'").to_list()
    [False, True]
    """
    computed = pl.sql_expr(expression)
    roots = dict.fromkeys(computed.meta.root_names())
    named = (pl.col(column_name(root)).alias(root) for root in roots)
    rows = frame.select(pl.first().alias("_FIRST"), *named)
    return rows.select("_FIRST", _VALUE=computed)["_VALUE"]


def compute_source(frame: pl.DataFrame, source: Source) -> pl.Series:
    """Compute a variable's values, one a row of the export; missing where nothing was entered.

    Examples
    --------
    >>> import polars as pl
    >>> frame = pl.DataFrame({"Y": ["2014", "2014"], "M": ["3", None], "D": ["5", "5"]})
    >>> compute_source(frame, Source(date=("y", "m", "d"))).to_list()
    ['2014-03-05', '2014---05']
    """
    if source.rule is not None:
        return compute_expression(frame, source.rule)
    if source.column is not None:
        return frame[column_name(source.column)]
    parts = [as_text(name) for name in source.date]
    date = parts[0] if len(parts) == 1 else _joined(parts)
    if source.format is not None:
        date = _reordered(date, source.format)
    if source.time is not None:
        date = _with_time(date, as_text(source.time))
    return frame.select(_VALUE=date)["_VALUE"]


def column_name(written: str) -> str:
    """Return the name of a column as tables have it."""
    return written.strip().upper()


def as_text(name: str) -> pl.Expr:
    """Return a column as text: whole numbers without `.0`, a midnight as its date alone."""
    text = pl.col(column_name(name)).cast(pl.String)
    return text.str.replace(r"\.0$", "").str.replace(r" 00:00:00(?:\.0+)?$", "")


def _joined(parts: list[pl.Expr]) -> pl.Expr:
    """Return year, month and day of three columns as ISO 8601, as far as they are known."""
    year, month, *day = parts
    return _iso(_part(year), _part(month), _part(day[0]) if day else pl.lit(None, pl.String))


def _reordered(date: pl.Expr, written: str) -> pl.Expr:
    """Return a date as ISO 8601; what is not of the form stays, for the gate to list."""
    pieces = re.split(f"({DATE_PIECE})", written)
    form = "".join(_FORMS.get(piece, re.escape(piece)) for piece in pieces)
    whole = f"^{form}{_CLOCK}$"
    found = date.str.extract_groups(whole)
    year, month, day, time = (found.struct.field(n) for n in ("year", "month", "day", "time"))
    iso = _with_time(_iso(year, _part(month), _part(day)), time)
    return pl.when(date.str.contains(whole)).then(iso).otherwise(date)


def _part(text: pl.Expr) -> pl.Expr:
    """Return a part of a date with two digits at least, `-` for one that is not known."""
    name = text.str.head(3).str.to_uppercase()
    number = name.replace_strict(_NUMBERED, default=text, return_dtype=pl.String)
    unknown = text.is_null() | text.str.contains(_UNKNOWN)
    return pl.when(unknown).then(pl.lit("-")).otherwise(number.str.zfill(2))


def _iso(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Join the parts; those not known at the end are left out, all of them unknown is missing."""
    text = pl.concat_str(year, month, day.fill_null("-"), separator="-").str.replace(r"(?:-+)$", "")
    return pl.when(text != "").then(text)


def _with_time(date: pl.Expr, time: pl.Expr) -> pl.Expr:
    """Add the time of day to a date whose day is known."""
    whole = date.str.contains(r"^\d{4}-\d{2}-\d{2}$") & time.is_not_null()
    clock = pl.when(time.str.contains(r"^\d:")).then("0" + time).otherwise(time)
    return pl.when(whole).then(pl.concat_str(date, clock, separator="T")).otherwise(date)
