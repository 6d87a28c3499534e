"""One value a subject from the records chosen for it, with the record that it comes from."""

import polars as pl

from topline.adam.core import flag
from topline.adam.record_choice import (
    DATE,
    INSIDE,
    end_of,
    limits_of,
    occurrence,
    over_before,
    start_column,
)
from topline.protocol.variables import FromRecords
from topline.sdtm.dates import earliest, latest

VALUE = "__VALUE"
SEQ = "__SEQ"
"""--SEQ of the one record that gave the value; null where several did."""
_VERDICT, _FIRST, _LAST = "__VERDICT", "__FIRST", "__LAST"
_LONG_AGO, _FAR_OFF = pl.date(1, 1, 1), pl.date(9999, 12, 31)


def cast_values(values: pl.Series, kind: str) -> pl.Series:
    """Cast values to the kind of their variable; what cannot be cast becomes null."""
    if kind == "number":
        return values.cast(pl.Float64, strict=False)
    if kind == "date":
        if values.dtype == pl.String:
            return values.to_frame(VALUE).select(earliest(VALUE))[VALUE]
        return values.cast(pl.Date, strict=False)
    if kind == "flag":
        yes = pl.col(VALUE) if values.dtype == pl.Boolean else pl.col(VALUE).cast(pl.String) == "Y"
        return values.to_frame(VALUE).select(flag(yes).alias(VALUE))[VALUE]
    if kind == "text":
        return _as_text(values)
    return values


def _as_text(values: pl.Series) -> pl.Series:
    """Write values as text: whole numbers without a point, truth as Y and N."""
    if values.dtype == pl.Boolean:
        return values.to_frame(VALUE).select(_yes_or_no(pl.col(VALUE)).alias(VALUE))[VALUE]
    return values.cast(pl.String).str.replace(r"^(-?\d+)\.0$", "$1")


def _yes_or_no(truth: pl.Expr) -> pl.Expr:
    return pl.when(truth).then(pl.lit("Y")).when(~truth).then(pl.lit("N"))


def take_values(frame: pl.DataFrame, variable: FromRecords) -> pl.DataFrame:
    """Take one value a subject.

    Parameters
    ----------
    frame
        Chosen records in order, with `VALUE`, `DATE` and `INSIDE`.
    variable
        Says what to take.

    Returns
    -------
    DataFrame
        USUBJID, `VALUE`, `DATE` and `SEQ` of its record; a row a subject that has a value.
    """
    seq = f"{variable.source}SEQ"
    number = pl.col(seq) if seq in frame.columns else pl.lit(None, dtype=pl.Int64)
    frame = frame.with_columns(number.cast(pl.Int64).alias(SEQ))
    if variable.take == "occurred":
        return _occurred(frame, variable)
    if variable.take == "unchanged":
        return _unchanged(frame, variable)
    return _taken(frame, variable)


def _taken(frame: pl.DataFrame, variable: FromRecords) -> pl.DataFrame:
    value, take = pl.col(VALUE), variable.take
    if take in {"count", "any"} and frame.schema[VALUE] == pl.Boolean:
        frame = frame.filter(value)
    frame = frame.filter(value.is_not_null())
    if take == "last before treatment":
        frame = frame.filter((pl.col(DATE) <= pl.col("TRTSDT")) | pl.col("TRTSDT").is_null())
    if take in {"last", "last before treatment"}:
        frame = frame.sort(pl.col(DATE).is_not_null(), maintain_order=True)
    grouped = frame.group_by("USUBJID", maintain_order=True)
    if take in {"first", "minimum", "maximum"} or take.startswith("last"):
        row = {"first": pl.lit(0), "minimum": value.arg_min(), "maximum": value.arg_max()}
        at = row.get(take, pl.len() - 1)
        return grouped.agg(pl.col(name).get(at) for name in (VALUE, DATE, SEQ))
    whole = {
        "mean": value.mean(),
        "sum": value.sum(),
        "count": pl.len().cast(pl.Float64),
        "any": pl.lit("Y").first(),
    }[take]
    return grouped.agg(whole.alias(VALUE), pl.col(DATE).max(), _only(SEQ))


def _only(name: str) -> pl.Expr:
    """Return the value of the only row, null where there are several."""
    return pl.when(pl.len() == 1).then(pl.col(name).first()).alias(name)


def _occurred(frame: pl.DataFrame, variable: FromRecords) -> pl.DataFrame:
    """Y where a record surely says so, N where all surely deny it; no row where it is unknown."""
    said = occurrence(frame, variable.source) & pl.col(INSIDE)
    if variable.value is not None:
        said = said & (pl.col(VALUE).cast(pl.String).is_in(["Y", "true"]))
    rows = frame.with_columns(said.alias(VALUE))
    verdict = pl.col(VALUE).any(ignore_nulls=False).over("USUBJID")
    telling = rows.with_columns(verdict.alias(_VERDICT)).filter(pl.col(VALUE) == pl.col(_VERDICT))
    return telling.group_by("USUBJID", maintain_order=True).agg(
        _yes_or_no(pl.col(_VERDICT).first()).alias(VALUE), pl.col(DATE).max(), _only(SEQ)
    )


def _unchanged(frame: pl.DataFrame, variable: FromRecords) -> pl.DataFrame:
    """Y where records of one value surely cover the time, N where surely not; else no row."""
    if variable.within is None:
        return frame.select("USUBJID", VALUE, DATE, SEQ).clear()
    first, last = limits_of(variable.within)
    rows = _with_course(frame, variable.source).with_columns(
        first.alias(_FIRST), last.alias(_LAST), pl.col(VALUE).cast(pl.String)
    )
    surely = (pl.col("start_late") < pl.col(_LAST)) & (pl.col("end_early") > pl.col(_FIRST))
    maybe = (pl.col("start_early") < pl.col(_LAST)) & (pl.col("end_late") > pl.col(_FIRST))
    gap = int(variable.gap.days)
    told = rows.group_by("USUBJID", maintain_order=True).agg(
        several=pl.col(VALUE).filter(surely).drop_nulls().n_unique() > 1,
        same=pl.col(VALUE).filter(maybe).n_unique() == 1,
        known=pl.col(VALUE).filter(maybe).null_count() == 0,
        dated=pl.col(_LAST).is_not_null().all(),
        date=pl.col(DATE).filter(maybe).min(),
        seq=pl.when(maybe.sum() == 1).then(pl.col(SEQ).filter(maybe).first()),
    )
    for name, start, end in (
        ("surely", "start_late", "end_early"),
        ("possibly", "start_early", "end_late"),
    ):
        covered = _covered(rows, start, end, gap).rename({"covered": name})
        told = told.join(covered, on="USUBJID", maintain_order="left")
    yes = pl.col("same") & pl.col("known") & pl.col("surely")
    no = pl.col("several") | (pl.col("known") & ~pl.col("possibly"))
    value = pl.when(no).then(pl.lit("N")).when(yes).then(pl.lit("Y")).alias(VALUE)
    out = told.select(
        "USUBJID", value, "dated", pl.col("date").alias(DATE), pl.col("seq").alias(SEQ)
    )
    return out.filter(pl.col("dated") & pl.col(VALUE).is_not_null()).drop("dated")


def _with_course(frame: pl.DataFrame, source: str) -> pl.DataFrame:
    """Add the first and last day on which each record can have begun and ended."""
    start = start_column(frame, source)
    begun = pl.lit(None, dtype=pl.Date) if start is None else latest(start)
    ended_early, ended_late = end_of(frame, source)
    over = over_before(frame, source)
    without = pl.when(over).then(_LONG_AGO).otherwise(_FAR_OFF)
    return frame.with_columns(
        start_early=pl.col(DATE).fill_null(_LONG_AGO),
        start_late=begun.fill_null(_FAR_OFF),
        end_early=ended_early.fill_null(without),
        end_late=ended_late.fill_null(without),
    )


def _covered(rows: pl.DataFrame, start: str, end: str, gap: int) -> pl.DataFrame:
    """Whether records of one value, from start to end, cover each subject's time but for gaps."""
    by = ["USUBJID", VALUE]
    reached = pl.col(end).cum_max().shift(1).over(by) + pl.duration(days=gap + 1)
    ordered = rows.sort(*by, start, end).with_columns(
        joined=pl.col(start) <= pl.max_horizontal(reached, _FIRST)
    )
    relevant = pl.col(start) <= pl.col(_LAST)
    to_the_end = pl.col(end).filter(relevant).max() + pl.duration(days=gap) >= pl.col(_LAST).first()
    whole = pl.col("joined").filter(relevant).all() & to_the_end
    by_value = ordered.group_by(by, maintain_order=True).agg(covered=whole.fill_null(value=False))
    return by_value.group_by("USUBJID", maintain_order=True).agg(pl.col("covered").any())
