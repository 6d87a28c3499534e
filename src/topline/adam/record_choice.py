"""Which records a variable is taken from: by condition, words, time before a day, or under way.

Whether a record lies in a stretch of time has three answers: partial dates can leave it open.
"""

from collections.abc import Callable, Iterator
from math import ceil, floor

import polars as pl

from topline.adam.expressions import Rule, compute_condition
from topline.protocol.variables import FromRecords, Window
from topline.protocol.words import Duration
from topline.sdtm.dates import earliest, latest

DATE = "__DATE"
"""First day that the record's date can mean."""
INSIDE = "__INSIDE"
"""Whether the record is dated as the variable asks; null where that is unknown."""
_HISTORY = "MH"
"""The domain whose conditions began before the study, dated or not."""
_PROCEDURES = "PR"
_CALENDAR = {"month": "mo", "year": "y"}


def order_records(frame: pl.DataFrame, source: str) -> pl.DataFrame:
    """Sort by subject, earliest possible date of the record, then --SEQ; undated records last."""
    start = start_column(frame, source)
    day = pl.lit(None, dtype=pl.Date) if start is None else earliest(start)
    order = f"{source}SEQ" if f"{source}SEQ" in frame.columns else "USUBJID"
    dated = frame.with_columns(day.alias(DATE))
    return dated.sort("USUBJID", DATE, order, nulls_last=True, maintain_order=True)


def start_column(frame: pl.DataFrame, source: str) -> str | None:
    """Name the variable that dates a record's start; None where the domain has none."""
    return next((c for c in (f"{source}STDTC", f"{source}DTC") if c in frame.columns), None)


def choose_records(frame: pl.DataFrame, name: str, variable: FromRecords) -> pl.DataFrame:
    """Keep the records that the variable asks for.

    Parameters
    ----------
    frame
        Ordered records, with the dates of ADSL that the variable refers to.
    name
        Name of the variable, for messages.
    variable
        Says which records.

    Returns
    -------
    DataFrame
        Records with `INSIDE`: true, or null where `occurred` must leave it open. What `unchanged`
        needs is all of them.

    Raises
    ------
    ProtocolError
        A condition cannot be evaluated.
    """
    if variable.where is not None:
        rule = Rule(f"variables.{name}.where", variable.where, variable.source)
        frame = frame.filter(compute_condition(frame, rule))
    if variable.terms:
        frame = frame.filter(pl.any_horizontal(*_has_term(variable)).fill_null(value=False))
    if variable.take == "unchanged" or not (variable.within or variable.ongoing_on):
        return frame.with_columns(pl.lit(value=True).alias(INSIDE))
    if variable.take == "occurred":
        placed = frame.with_columns(_inside(frame, variable).alias(INSIDE))
        denied = ~occurrence(frame, variable.source) & pl.col(DATE).is_null()
        open_or_inside = pl.col(INSIDE).fill_null(value=True)
        return placed.filter(open_or_inside | denied.fill_null(value=False))
    return frame.filter(_counts(frame, variable)).with_columns(pl.lit(value=True).alias(INSIDE))


def occurrence(frame: pl.DataFrame, source: str) -> pl.Expr:
    """Return whether the record says that it occurred; null where it says that nobody knows."""
    occurred = pl.lit("Y")
    if (column := f"{source}OCCUR") in frame.columns:
        occurred = pl.col(column).fill_null("Y")
    if (column := f"{source}STAT") in frame.columns:
        occurred = pl.when(pl.col(column).is_null()).then(occurred)
    return occurred.replace_strict({"Y": True, "N": False}, default=None, return_dtype=pl.Boolean)


def limits_of(window: Window) -> tuple[pl.Expr, pl.Expr]:
    """Return the first day of the time, the year 1 where it has no beginning, and its last."""
    day = pl.col(window.before)
    first = pl.when(day.is_not_null()).then(pl.date(1, 1, 1))
    if window.at_most is not None:
        first = _back(day, window.at_most, floor)
    return first, day if window.at_least is None else _back(day, window.at_least, ceil)


def end_of(frame: pl.DataFrame, source: str) -> tuple[pl.Expr, pl.Expr]:
    """Return the first and the last day on which the record can have ended; null: unknown.

    A procedure without an end was over on the day it began.
    """
    start = start_column(frame, source) if source == _PROCEDURES else None
    columns = [c for c in (f"{source}ENDTC", start) if c is not None and c in frame.columns]
    if not columns:
        return pl.lit(None, dtype=pl.Date), pl.lit(None, dtype=pl.Date)
    return pl.coalesce(map(earliest, columns)), pl.coalesce(map(latest, columns))


def over_before(frame: pl.DataFrame, source: str) -> pl.Expr:
    """Return whether the record says, without a date, that it was over before the study."""
    words = [c for c in (f"{source}ENRTPT", f"{source}ENRF") if c in frame.columns]
    said = [(pl.col(c) == "BEFORE").fill_null(value=False) for c in words]
    return pl.any_horizontal(*said) if said else pl.lit(value=False)


def _has_term(variable: FromRecords) -> Iterator[pl.Expr]:
    for column, words in variable.terms.items():
        wanted = [word.upper() for word in words]
        yield pl.col(column).cast(pl.String).str.strip_chars().str.to_uppercase().is_in(wanted)


def _back(day: pl.Expr, length: Duration, whole: Callable[[float], int]) -> pl.Expr:
    """Go back from a day: by calendar months and years where they are whole, else by days."""
    unit = _CALENDAR.get(length.unit)
    if unit is not None and length.count.is_integer():
        return day.dt.offset_by(f"-{int(length.count)}{unit}")
    return day.dt.offset_by(f"-{whole(length.days)}d")


def _inside(frame: pl.DataFrame, variable: FromRecords) -> pl.Expr:
    """Return whether the record lies in the time asked for: true, false, or null for unknown."""
    inside = pl.lit(value=True)
    if variable.within is not None:
        first, last = limits_of(variable.within)
        start, end = pl.col(DATE), _latest_start(frame, variable.source)
        never = (end < first) | (start > last)
        surely = (start >= first) & (end <= last)
        inside = inside & _three(surely, never)
    if variable.ongoing_on is not None:
        inside = inside & _under_way(frame, variable.source, pl.col(variable.ongoing_on))
    return inside


def _under_way(frame: pl.DataFrame, source: str, day: pl.Expr) -> pl.Expr:
    """Return whether the record is under way on a day: true, false, or null for unknown."""
    earlier = pl.col(DATE).is_null() & day.is_not_null() & pl.lit(source == _HISTORY)
    begun = _three(earlier | (_latest_start(frame, source) <= day), pl.col(DATE) > day)
    first, last = end_of(frame, source)
    over = over_before(frame, source)
    goes_on = (last.is_null() & ~over & day.is_not_null()) | (first >= day)
    return begun & _three(goes_on, (last < day) | (last.is_null() & over))


def _counts(frame: pl.DataFrame, variable: FromRecords) -> pl.Expr:
    """Return whether the record counts where there are two answers only."""
    counts = pl.lit(value=True)
    if variable.within is not None:
        counts = counts & pl.col(DATE).is_between(*limits_of(variable.within))
    if variable.ongoing_on is not None:
        day = pl.col(variable.ongoing_on)
        possible = _under_way(frame, variable.source, day).fill_null(value=True)
        counts = counts & possible & day.is_not_null()
    return counts.fill_null(value=False)


def _latest_start(frame: pl.DataFrame, source: str) -> pl.Expr:
    column = start_column(frame, source)
    return pl.lit(None, dtype=pl.Date) if column is None else latest(column)


def _three(surely: pl.Expr, never: pl.Expr) -> pl.Expr:
    """Return true, false, or null where neither is known to hold."""
    return pl.when(surely.fill_null(value=False)).then(pl.lit(value=True)).when(
        never.fill_null(value=False)
    ).then(pl.lit(value=False))  # fmt: skip
