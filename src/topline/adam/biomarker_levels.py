"""Circulating biomarkers: concentrations, and serum markers as multiples of the normal limit."""

import polars as pl

from topline.adam.beyond_range import at_limit, beyond_range
from topline.adam.biomarker_records import Biomarkers, read_records, record_of
from topline.adam.core import Finding, flag, list_queries
from topline.clinical.markers import compute_multiple_of_uln, derive_marker_responses
from topline.protocol.biomarkers import Concentration, SerumMarker
from topline.sdtm.collected import Sdtm


def derive_concentration_rows(name: str, marker: Concentration, sdtm: Sdtm) -> Biomarkers:
    """Derive concentrations; one beyond the range of the assay is named as such."""
    rows = _read(name, marker, sdtm)
    side, limit = beyond_range(pl.col("result"))
    other_unit = pl.col("STRESU").fill_null("(none)") != marker.unit
    number = pl.col("number")
    read = at_limit(side, limit, marker.out_of_range)
    value = pl.when(side.is_not_null()).then(read).otherwise(number)
    kind = pl.coalesce(side, pl.when(number.is_not_null()).then(pl.lit("QUANTIFIED")))
    reason = (
        pl.when(pl.col("result").is_null())
        .then(pl.coalesce("REASND", pl.lit("not done")))
        .when(other_unit)
        .then(pl.format("unit {}, expected {}", pl.col("STRESU").fill_null("(none)"),
                        pl.lit(marker.unit)))
        .when(value.is_null() & side.is_not_null())
        .then(pl.lit("beyond the range of the assay"))
        .when(value.is_null())
        .then(pl.lit("no number"))
        .when(value < 0)
        .then(pl.lit("below 0"))
    )  # fmt: skip
    judged = rows.with_columns(value=value, kind=kind, AREASON=reason)
    used = pl.col("AREASON").is_null()
    out = _rows(judged, name, marker.label, marker.unit).with_columns(
        AVAL=pl.when(used).then("value"), AVALC="result", AVALCAT1=pl.when(used).then("kind")
    )
    unusable = judged.filter(pl.col("result").is_not_null(), pl.col("AREASON").is_not_null())
    finding = Finding("ADBM.result", f"a concentration in {marker.unit}", "error", "value not used")
    found = pl.format("{}: {} ({})", pl.lit(name), "result", "AREASON")
    return Biomarkers(out, (list_queries(unusable, finding, found, record_of()),))


def derive_serum_rows(name: str, marker: SerumMarker, sdtm: Sdtm, adsl: pl.DataFrame) -> Biomarkers:
    """Derive multiples of ULN, the lowest after baseline, and whether it is a response."""
    rows = _read(name, marker, sdtm)
    multiple = compute_multiple_of_uln("number", "STNRHI")
    undone = pl.when(pl.col("result").is_null()).then(pl.coalesce("REASND", pl.lit("not done")))
    judged = rows.with_columns(value=multiple.value, AREASON=pl.coalesce(undone, multiple.reason))
    used = pl.col("AREASON").is_null()
    out = _rows(judged, name, marker.label, "xULN").with_columns(
        AVAL=pl.when(used).then("value"), AVALC="result"
    )
    unusable = judged.filter(pl.col("result").is_not_null(), pl.col("AREASON").is_not_null())
    finding = Finding(
        "ADBM.uln", "a number, and the upper limit of normal in its unit", "error", "value not used"
    )
    found = pl.format("{}: {} ({})", pl.lit(name), "result", "AREASON")
    queries = (list_queries(unusable, finding, found, record_of()),)
    return Biomarkers(_with_responses(name, marker, out, adsl), queries)


def _with_responses(
    name: str, marker: SerumMarker, rows: pl.DataFrame, adsl: pl.DataFrame
) -> pl.DataFrame:
    """Add the lowest value after baseline, and the response, to the rows of the values."""
    dated = flag_baseline(rows, adsl).filter(pl.col("ADT").is_not_null())
    values = dated.select(
        subject="USUBJID",
        number=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("USUBJID"),
        date="ADT",
        baseline=pl.col("ABLFL").is_not_null(),
        multiple="AVAL",
    )
    found = derive_marker_responses(values, marker.rule).rename({"subject": "USUBJID"})
    common = {"PARAM": pl.lit(marker.label), "AVALU": pl.lit("xULN"), "SRCDOM": pl.lit("ADBM")}
    known = found.filter(pl.col("lowest").is_not_null())
    lowest = known.select(
        "USUBJID", **common, PARAMCD=pl.lit(name), ADT="lowest_date", AVAL="lowest",
        DTYPE=pl.lit("MINIMUM"), AVISIT=pl.lit("LOWEST AFTER BASELINE"),
    )  # fmt: skip
    if marker.response is None:
        return pl.concat([rows, lowest], how="diagonal")
    response = found.select(
        "USUBJID",
        PARAMCD=pl.lit(marker.response),
        PARAM=pl.lit(f"{marker.label}: response"),
        AVALU=pl.lit("%"),
        SRCDOM=pl.lit("ADBM"),
        ADT="lowest_date",
        AVAL="change_percent",
        AVALC="response",
        AVALCAT1=pl.when("evaluable").then("response"),
        AREASON="reason",
    )
    return pl.concat([rows, lowest, response], how="diagonal")


def flag_baseline(rows: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    """Flag as ABLFL the last value of a subject and parameter up to the day of the first dose."""
    starts = adsl.select("USUBJID", "TRTSDT")
    joined = rows.drop("TRTSDT", strict=False).join(
        starts, on="USUBJID", how="left", maintain_order="left"
    )
    ordered = joined.sort("USUBJID", "PARAMCD", "ADT", "SRCSEQ", nulls_last=True)
    derived = pl.col("DTYPE").is_not_null() if "DTYPE" in rows.columns else pl.lit(value=False)
    before = (pl.col("ADT") <= pl.col("TRTSDT")) & pl.col("AVAL").is_not_null() & ~derived
    last = pl.when(before).then("place").max().over("USUBJID", "PARAMCD")
    chosen = (pl.col("place") == last).fill_null(value=False)
    numbered = ordered.with_columns(place=pl.int_range(pl.len()))
    return numbered.with_columns(ABLFL=flag(chosen)).drop("place")


def _read(name: str, marker: Concentration | SerumMarker, sdtm: Sdtm) -> pl.DataFrame:
    where = (f"biomarkers.{name}.where", marker.where)
    return read_records(sdtm, marker.source, where, {"value": marker.test})


def _rows(rows: pl.DataFrame, name: str, label: str, unit: str) -> pl.DataFrame:
    return rows.with_columns(
        PARAMCD=pl.lit(name),
        PARAM=pl.lit(f"{label} ({unit})"),
        AVALU=pl.lit(unit),
        ADT="day",
        AVISIT="VISIT",
        AVISITN="VISITNUM",
        SRCSEQ="SEQ",
        SPREFID="REFID",
    )
