"""Dates as collected: ISO 8601 text as far as it is known, and the days it can mean.

A date is kept as the text the site wrote: `2014`, `2014-03`, `2014-03-05T11:45`, `2014---05`
(day known, month not). An offset from UTC does not move the day: the date is the patient's own.
"""

from typing import Final

import polars as pl

SHAPE: Final = (
    r"^(?<year>\d{4}|-)"
    r"(?:-(?<month>0[1-9]|1[0-2]|-)"
    r"(?:-(?<day>0[1-9]|[12]\d|3[01]|-)"
    r"(?:T(?:[01]\d|2[0-3]|-)(?::(?:[0-5]\d|-)(?::[0-5]\d(?:\.\d+)?)?)?"
    r"(?:Z|[+-]\d{2}:?\d{2})?)?)?)?$"
)
"""ISO 8601 as SDTMIG 3.4, section 4.4, permits it in --DTC, intervals aside."""

_DAY: Final = "%Y-%m-%d"


def _column(column: str | pl.Expr) -> pl.Expr:
    return pl.col(column) if isinstance(column, str) else column


def _parts(column: str | pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    parts = _column(column).str.extract_groups(SHAPE)
    year, month, day = (parts.struct.field(name) for name in ("year", "month", "day"))
    return year, _known(month), _known(day)


def _known(part: pl.Expr) -> pl.Expr:
    return pl.when(part != "-").then(part)


def earliest(column: str | pl.Expr) -> pl.Expr:
    """Return the first day the text can mean; null without a year or off the calendar.

    Examples
    --------
    >>> import polars as pl
    >>> pl.DataFrame({"AESTDTC": ["2014-03", "2014---05"]}).select(earliest("AESTDTC")).rows()
    [(datetime.date(2014, 3, 1),), (datetime.date(2014, 1, 5),)]
    """
    year, month, day = _parts(column)
    text = year + "-" + month.fill_null("01") + "-" + day.fill_null("01")
    return text.str.to_date(_DAY, strict=False).alias(_column(column).meta.output_name())


def latest(column: str | pl.Expr) -> pl.Expr:
    """Return the last day the text can mean; null without a year or off the calendar.

    Examples
    --------
    >>> import polars as pl
    >>> pl.DataFrame({"AESTDTC": ["2012-02", "2014---05"]}).select(latest("AESTDTC")).rows()
    [(datetime.date(2012, 2, 29),), (datetime.date(2014, 12, 5),)]
    """
    year, month, day = _parts(column)
    text = year + "-" + month.fill_null("12") + "-" + day.fill_null("01")
    date = text.str.to_date(_DAY, strict=False)
    last = pl.when(day.is_null()).then(date.dt.month_end()).otherwise(date)
    return last.alias(_column(column).meta.output_name())


def precision(column: str | pl.Expr) -> pl.Expr:
    """Return how far the date is known: `year`, `month`, `day` or `time`; null without a year.

    Examples
    --------
    >>> import polars as pl
    >>> dates = pl.DataFrame({"D": ["2014", "2014---05", "2014-03-05T11"]})
    >>> dates.select(precision("D")).rows()
    [('year',), ('year',), ('time',)]
    """
    _, month, day = _parts(column)
    words = (
        pl.when(earliest(column).is_null())
        .then(None)
        .when(month.is_null())
        .then(pl.lit("year"))
        .when(day.is_null())
        .then(pl.lit("month"))
        .when(_column(column).str.contains("T", literal=True))
        .then(pl.lit("time"))
        .otherwise(pl.lit("day"))
    )
    return words.alias(_column(column).meta.output_name())


def is_date(column: str | pl.Expr) -> pl.Expr:
    """Return whether the text is a partial or full date that the calendar has, 1900 to 2100."""
    year, _, _ = _parts(column)
    without_year = year == "-"
    plausible = earliest(column).dt.year().is_between(1900, 2100)
    return _column(column).str.contains(SHAPE) & (without_year | plausible.fill_null(value=False))


def study_day(date: pl.Expr, start: pl.Expr) -> pl.Expr:
    """Count days from `start`, which is day 1; the day before it is -1 (SDTMIG 3.4, 4.4.4).

    Examples
    --------
    >>> from datetime import date
    >>> import polars as pl
    >>> day = study_day(pl.col("DT"), pl.lit(date(2014, 3, 5)))
    >>> pl.DataFrame({"DT": [date(2014, 3, 4), date(2014, 3, 5)]}).select(day).rows()
    [(-1,), (1,)]
    """
    days = (date - start).dt.total_days()
    return days + (days >= 0).cast(pl.Int64)
