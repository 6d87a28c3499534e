"""Dates of single patients, on the time axis of their figures.

As in ADTTE the first day counts as day 1: an event on the day of the start stands at one day.
"""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from topline.analyses.formats import NOT_ESTIMABLE, time
from topline.analyses.patients import Adam, Everyone, complete_rows, no_rows, own_rows
from topline.analyses.trace import equals, own, where
from topline.protocol.endpoints import DateSource, NamedDate, date_source
from topline.protocol.patient_figures import DrugStopped, MarkedDate, Unit
from topline.protocol.words import Duration

_DAY = "(day)"
_NUMBERED = "ASEQ"
BEFORE_START = "before the first day, not shown"


def source_of(date: MarkedDate) -> tuple[str, str, DateSource]:
    """Return a date's name, its dataset and where it stands there.

    Examples
    --------
    >>> name, dataset, source = source_of("first response")
    >>> name, dataset, source.date
    ('first response', 'ADRS', 'ADT')
    """
    if isinstance(date, DrugStopped):
        alone = "ALONEFL = 'Y'" if date.alone else None
        chosen = where(equals("PARAMCD", "STOP"), equals("PARCAT1", date.drug), alone)
        return date.label, "ADEX", DateSource(date="ASTDT", where=chosen, label=date.label)
    source = date_source(date)
    return (date if isinstance(date, str) else source.label), source.dataset, source


def derive_dates(adam: Adam, dataset: str, source: DateSource) -> pl.DataFrame:
    """Return the date of each subject that has one, and the trace to the row it stands in.

    Returns
    -------
    DataFrame
        `USUBJID`, `ADT`, `trace_dataset`, `trace_where`; one row a subject.
    """
    rows = adam[dataset]
    if source.where is not None:
        rows = rows.filter(pl.sql_expr(source.where))
    dated = rows.with_columns(pl.col(source.date).alias(_DAY)).filter(pl.col(_DAY).is_not_null())
    order = [name for name in (_NUMBERED,) if name in dated.columns]
    latest = source.take == "latest"
    first = dated.sort(_DAY, *order, descending=[latest, *(False for _ in order)]).unique(
        "USUBJID", keep="first", maintain_order=True
    )
    condition = pl.format(f"{_NUMBERED} = {{}}", _NUMBERED) if order else own(source.where)
    trace = own_rows(dataset, "" if dataset == "ADSL" else condition)
    return first.sort("USUBJID").select("USUBJID", ADT=pl.col(_DAY), **trace)


def time_since(start: str, day: str, unit: Unit) -> pl.Expr:
    """Return the time to a day, both ends counted, in a unit.

    Examples
    --------
    >>> import datetime as dt
    >>> days = pl.DataFrame({"first": [dt.date(2024, 1, 1)], "last": [dt.date(2024, 1, 7)]})
    >>> days.select(time_since("first", "last", "weeks")).item()
    1.0
    """
    return ((pl.col(day) - pl.col(start)).dt.total_days() + 1) / Duration(f"1 {unit}").days


def print_times(times: pl.Series, unit: Unit) -> pl.Series:
    """Print times as results do."""
    shown = [NOT_ESTIMABLE if t is None else time(t, unit) for t in times.to_list()]
    return pl.Series(shown, dtype=pl.String)


def with_start(adam: Adam, date: NamedDate | DateSource, everyone: Everyone) -> Everyone:
    """Add the first day of each patient: `start`, null where there is none."""
    source = date_source(date)
    dates = derive_dates(adam, source.dataset, source).select("USUBJID", start="ADT")
    frame = everyone.frame.join(dates, on="USUBJID", how="left", maintain_order="left")
    return replace(everyone, frame=frame)


def date_rows(
    adam: Adam, dates: Sequence[MarkedDate], everyone: Everyone, unit: Unit
) -> pl.DataFrame:
    """Tell when each date was, of the patients who have it.

    Parameters
    ----------
    adam
        The datasets that hold the dates.
    dates
        Which, in the order of print.
    everyone
        The patients, with `start`.
    unit
        Of the time.

    Returns
    -------
    DataFrame
        Date by date how many have it, and of each who has the time since the start; one before the
        start has no value and a warning.
    """
    parts = [no_rows()]
    known = everyone.frame.select("USUBJID", "SUBJID", "start").drop_nulls("start")
    for date in dates:
        name, dataset, source = source_of(date)
        about = {"parameter": name, "parameter_label": source.label}
        found = derive_dates(adam, dataset, source).join(known, on="USUBJID")
        early = pl.col("ADT") < pl.col("start")
        rows = found.sort("USUBJID").with_columns(
            **{key: pl.lit(text) for key, text in about.items()},
            statistic=pl.lit("time"),
            value=pl.when(~early).then(time_since("start", "ADT", unit)),
            unit=pl.lit(unit),
            warning=pl.when(early).then(pl.lit(BEFORE_START)).otherwise(pl.lit("")),
        )
        parts.append(everyone.count_row(rows["USUBJID"], about))
        parts.append(complete_rows(rows.with_columns(display=print_times(rows["value"], unit))))
    return pl.concat(parts)
