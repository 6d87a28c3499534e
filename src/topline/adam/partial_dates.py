"""Dates of which only the year, or year and month, are known, and the flags that say so."""

import polars as pl

from topline.sdtm.dates import earliest, latest, precision


def date_flag(column: str) -> pl.Expr:
    """Return the --DTF flag: D where the day was imputed, M where the month was, else null.

    Examples
    --------
    >>> pl.DataFrame({"AESTDTC": ["2014", "2014-03", "2014-03-05"]}).select(
    ...     date_flag("AESTDTC")
    ... )["AESTDTC"].to_list()
    ['M', 'D', None]
    """
    return precision(column).replace_strict({"year": "M", "month": "D"}, default=None)


def not_before(column: str, bound: pl.Expr) -> pl.Expr:
    """Return the earliest day the text can mean, but not before a day that it can mean too.

    Examples
    --------
    >>> from datetime import date
    >>> onset = pl.DataFrame({"AESTDTC": ["2014-03", "2014-02"], "TRTSDT": [date(2014, 3, 9)] * 2})
    >>> onset.select(not_before("AESTDTC", pl.col("TRTSDT")))["AESTDTC"].to_list()
    [datetime.date(2014, 3, 9), datetime.date(2014, 2, 1)]
    """
    first, last = earliest(column), latest(column)
    within = bound.is_between(first, last)
    return pl.when(within).then(bound).otherwise(first).alias(column)


def not_after(column: str, *bounds: pl.Expr) -> pl.Expr:
    """Return the latest day the text can mean, but not after days that it can mean too."""
    first, last = earliest(column), latest(column)
    possible = [pl.when(bound >= first).then(bound) for bound in bounds]
    return pl.min_horizontal(last, *possible).alias(column)
