"""Why subjects have no value of a variable that is taken from records, in words."""

import polars as pl

from topline.adam.picked import Picked, unit_column
from topline.adam.record_choice import DATE, INSIDE, occurrence, start_column
from topline.adam.record_values import VALUE
from topline.protocol.variables import FromRecords

_WHY = "missing"
_NOTHING = pl.lit(None, dtype=pl.String)


def explain_missing(
    variable: FromRecords, picked: Picked, frame: pl.DataFrame, adsl: pl.DataFrame
) -> pl.DataFrame:
    """Say why subjects have no value: no date, no record, or a record that lacks something.

    Parameters
    ----------
    variable, picked
        The variable and what was picked of it.
    frame
        The records that it was picked from.
    adsl
        Subjects without a value, with the dates that the variable refers to.

    Returns
    -------
    DataFrame
        USUBJID and `missing`, a row a subject.
    """
    if adsl.is_empty():
        return adsl.select("USUBJID", pl.lit(None, dtype=pl.String).alias(_WHY))
    source = variable.source
    recorded = adsl["USUBJID"].is_in(frame["USUBJID"].implode())
    details = _details(variable, picked.chosen).join(adsl, on="USUBJID", how="semi")
    out = adsl.join(details, on="USUBJID", how="left", maintain_order="left")
    none = pl.when(recorded).then(pl.lit(f"no such record in {source}"))
    late = out["USUBJID"].is_in(_late(variable, picked.chosen)["USUBJID"].implode())
    why = pl.coalesce(
        _no_date(variable),
        pl.col(_WHY),
        pl.when(late).then(pl.lit(f"no such record in {source} on or before the first dose")),
        none.otherwise(pl.lit(f"no record in {source}")),
    )
    return out.select("USUBJID", why.alias(_WHY))


def _no_date(variable: FromRecords) -> pl.Expr:
    """Name the date that the choice of records needs and that is not known."""
    dates = [] if variable.within is None else [variable.within.before]
    dates += [] if variable.ongoing_on is None else [variable.ongoing_on]
    words = [pl.when(pl.col(d).is_null()).then(pl.lit(f"no {d}")) for d in dates]
    return pl.coalesce(words) if words else _NOTHING


def _late(variable: FromRecords, chosen: pl.DataFrame) -> pl.DataFrame:
    """Return the records that come too late for a baseline."""
    if variable.take != "last before treatment" or chosen.is_empty():
        return chosen.clear()
    return chosen.filter(pl.col(DATE) > pl.col("TRTSDT"), pl.col(VALUE).is_not_null())


def _details(variable: FromRecords, chosen: pl.DataFrame) -> pl.DataFrame:
    """Say what the last chosen record of each subject lacks: USUBJID and `missing`."""
    if chosen.is_empty():
        return pl.DataFrame(schema={"USUBJID": pl.String, _WHY: pl.String})
    lacking = pl.concat_str(
        [_NOTHING, *_other_unit(variable, chosen), *_empty(variable), *_open(variable, chosen)],
        separator="; ",
        ignore_nulls=True,
    )
    seq, start = f"{variable.source}SEQ", start_column(chosen, variable.source)
    number = pl.format(f"{seq}={{}}", seq) if seq in chosen.columns else _NOTHING
    place = pl.concat_str(
        [number, _NOTHING if start is None else pl.col(start)],
        separator=", ",
        ignore_nulls=True,
    )
    told = chosen.select("USUBJID", DATE, "TRTSDT", lacking=lacking, place=place)
    if variable.take == "last before treatment":
        told = told.filter((pl.col(DATE) <= pl.col("TRTSDT")).fill_null(value=True))
    return (
        told.filter(pl.col("lacking") != "")
        .group_by("USUBJID", maintain_order=True)
        .agg(pl.format("{} ({})", "lacking", "place").last().alias(_WHY))
    )


def _other_unit(variable: FromRecords, chosen: pl.DataFrame) -> list[pl.Expr]:
    """Say which unit a value has in place of its own."""
    column = unit_column(variable) if variable.same_unit else None
    if column is None:
        return []
    unit = pl.col(column) if column in chosen.columns else _NOTHING
    number = pl.col(_roots(variable)[0]).is_not_null() & pl.col(VALUE).is_null()
    given = pl.concat_str(pl.lit("in "), unit).fill_null("without a unit")
    words = pl.concat_str(given, pl.lit(f", not in {variable.unit}"))
    return [pl.when(number).then(words)]


def _empty(variable: FromRecords) -> list[pl.Expr]:
    """Name the columns of the value that are empty, or hold what is no value."""
    if variable.value is None:
        return []
    lost = pl.col(VALUE).is_null()
    words: list[pl.Expr] = [
        pl.when(lost & pl.col(column).is_null()).then(pl.lit(f"{column} is empty"))
        for column in _roots(variable)
    ]
    if variable.same_unit or variable.take == "occurred":
        return words
    some = pl.any_horizontal(pl.col(column).is_null() for column in _roots(variable))
    return [*words, pl.when(lost & ~some).then(pl.lit(f"no {variable.kind} in {variable.value}"))]


def _open(variable: FromRecords, chosen: pl.DataFrame) -> list[pl.Expr]:
    """Say what leaves it open whether something occurred."""
    if variable.take not in {"occurred", "unchanged"}:
        return []
    source = variable.source
    dated = pl.lit("its dates leave it open")
    if variable.take == "unchanged":
        return [pl.when(pl.col(VALUE).is_not_null()).then(dated)]
    said = pl.when(occurrence(chosen, source).is_null()).then(
        pl.lit(f"{source}OCCUR and {source}STAT do not say whether it occurred")
    )
    return [said, pl.when(pl.col(INSIDE).is_null()).then(dated)]


def _roots(variable: FromRecords) -> list[str]:
    names = pl.sql_expr(variable.value).meta.root_names() if variable.value else []
    return list(dict.fromkeys(names))
