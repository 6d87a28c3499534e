"""ELISA: from the wells of plates to concentrations, and a listing of how each plate did."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from topline.adam.biomarker_records import Biomarkers
from topline.adam.core import Finding, list_queries
from topline.clinical.assays.elisa import Plate, read_plate
from topline.clinical.assays.elisa_rule import ElisaRule
from topline.errors import DataError
from topline.protocol.biomarkers import Elisa
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import earliest
from topline.sdtm.study_tables import PLATES

_TABLE = "PLATES"
_WHO = ("USUBJID", "VISITNUM", "VISIT", "DTC")
_CLOSE = 0.05
"""Reported and read concentrations that differ by up to 5 % are not listed: plates are rounded."""


@dataclass(frozen=True)
class ReadPlate:
    """A plate, and what was read from it; or why nothing was."""

    name: str
    wells: pl.DataFrame
    found: Plate | None
    fault: str | None
    """Why it could not be read."""


def read_plates(marker: Elisa, sdtm: Sdtm) -> tuple[ReadPlate, ...]:
    """Read every plate of an assay, by name.

    Parameters
    ----------
    marker
        Test, unit and options.
    sdtm
        Collected wells.

    Returns
    -------
    tuple of ReadPlate
        Plates whose standards carry no curve have none.
    """
    wells = sdtm.tables.get(_TABLE, PLATES.create_empty()).filter(TESTCD=marker.test)
    return tuple(
        _read(str(one["PLATE"][0]), one, marker)
        for one in wells.sort("PLATE", *_place()).partition_by("PLATE", maintain_order=True)
    )


def _place() -> list[pl.Expr]:
    """Order wells by row and column: C9 before C10."""
    row, column = pl.col("WELL").str.extract(r"^(\D*)"), pl.col("WELL").str.extract(r"(\d+)")
    return [row, column.cast(pl.Int64, strict=False), pl.col("WELL")]


def _read(name: str, wells: pl.DataFrame, marker: Elisa) -> ReadPlate:
    units = set(wells.filter(KIND="STANDARD")["UNIT"].drop_nulls())
    if units - {marker.unit}:
        found = ", ".join(sorted(units))
        return ReadPlate(name, wells, None, f"standards in {found}, expected {marker.unit}")
    if wells.filter(KIND="STANDARD").is_empty():
        return ReadPlate(name, wells, None, "no standards")
    try:
        return ReadPlate(name, wells, read_plate(_usable(wells), marker.curve), None)
    except DataError as error:
        return ReadPlate(name, wells, None, str(error))


def _usable(wells: pl.DataFrame) -> pl.DataFrame:
    """Return the wells that say what they hold, in the words of the assay."""
    kind = pl.col("KIND")
    nominal = ~kind.is_in(["STANDARD", "CONTROL"]) | pl.col("CONC").is_not_null()
    named = ~kind.is_in(["SAMPLE", "CONTROL"]) | pl.col("SAMPLE").is_not_null()
    owned = (kind != "SAMPLE") | pl.col("USUBJID").is_not_null()
    return wells.filter(kind.is_not_null(), nominal, named, owned, ~_contradictory()).select(
        well="WELL", kind="KIND", sample_id="SAMPLE", concentration="CONC", dilution="DILUTION",
        response="OD",
    )  # fmt: skip


def _contradictory() -> pl.Expr:
    """Return whether the wells of a sample name different subjects, visits or days."""
    differing = pl.struct(_WHO).n_unique().over("PLATE", "KIND", "SAMPLE") > 1
    return (pl.col("KIND") == "SAMPLE") & pl.col("SAMPLE").is_not_null() & differing


def derive_elisa_rows(name: str, marker: Elisa, sdtm: Sdtm) -> Biomarkers:
    """Derive the concentration of each sample, from its plate, with all that flags it.

    Parameters
    ----------
    name, marker
        Parameter and options.
    sdtm
        Collected wells, and laboratory results as far as they are compared.

    Returns
    -------
    Biomarkers
        One row a plate and sample: of its dilutions the smallest that is quantified.
    """
    plates = read_plates(marker, sdtm)
    parts = [_samples(plate, marker) for plate in plates]
    samples = pl.concat([_samples_schema(), *parts], how="diagonal_relaxed")
    judged = samples.with_columns(AREASON=_reason(marker), value=_value(marker))
    used = pl.col("AREASON").is_null()
    bound = pl.format("{} {}", "qualifier", _text("concentration"))
    said = pl.when(pl.col("qualifier") == "=").then(_text("concentration")).otherwise(bound)
    rows = judged.select(
        *_WHO, "AREASON", "SRCWELL", "AFLAGS",
        PARAMCD=pl.lit(name),
        PARAM=pl.lit(f"{marker.label} ({marker.unit})"),
        AVAL=pl.when(used).then("value"),
        AVALC=said,
        AVALU=pl.lit(marker.unit),
        AVALCAT1=pl.when(used).then("flag"),
        NREADING="wells",
        ADT=earliest("DTC"),
        SPREFID="sample_id",
        SRCDOM=pl.lit(_TABLE),
        SRCVAR=pl.lit("OD"),
    )  # fmt: skip
    rows = rows.rename({"VISIT": "AVISIT", "VISITNUM": "AVISITN"}).drop("DTC")
    queries = [
        *_plate_queries(name, marker, plates),
        *_sample_queries(name, judged, marker.curve),
        *_compared(name, marker, rows, sdtm),
    ]
    return Biomarkers(rows, tuple(queries))


def _samples_schema() -> pl.DataFrame:
    types = {
        "sample_id": pl.String, "dilution": pl.Float64, "wells": pl.Int64, "flag": pl.String,
        "qualifier": pl.String, "concentration": pl.Float64, "cv_percent": pl.Float64,
        "cv_over_limit": pl.Boolean, "too_few_wells": pl.Boolean, "AFLAGS": pl.String,
        "SRCWELL": pl.String, "PLATE": pl.String, "fault": pl.String, "failed": pl.Boolean,
    }  # fmt: skip
    who = {"USUBJID": pl.String, "VISITNUM": pl.Float64, "VISIT": pl.String, "DTC": pl.String}
    return pl.DataFrame(schema={**types, **who})


def _samples(plate: ReadPlate, marker: Elisa) -> pl.DataFrame:
    """Return the samples of a plate with whose they are, their wells, and their flags."""
    own = plate.wells.filter(
        pl.col("KIND") == "SAMPLE", pl.col("SAMPLE").is_not_null(), pl.col("USUBJID").is_not_null()
    )
    usable = own.filter(~_contradictory())
    who = usable.group_by(sample_id="SAMPLE", maintain_order=True).agg(
        pl.col(_WHO).first(),
        PLATE=pl.col("PLATE").first(),
        SRCWELL=pl.format("{}: {}", pl.col("PLATE").first(), pl.col("WELL").str.join(", ")),
    )
    if plate.found is None:
        return who.with_columns(fault=pl.lit(plate.fault), failed=pl.lit(value=False))
    faults = plate.found.faults(marker.curve)
    of_plate = [f"plate: {fault}" for fault in (*faults, *plate.found.curve.warnings)]
    read = plate.found.samples.sort(
        "sample_id", pl.col("flag") != "QUANTIFIED", "dilution", nulls_last=True
    ).unique("sample_id", keep="first", maintain_order=True)
    if marker.decimals is not None:
        read = read.with_columns(pl.col("concentration").round(marker.decimals))
    flags = [*_flags(marker.curve), *(pl.lit(text) for text in of_plate)]
    flagged = read.with_columns(AFLAGS=pl.concat_str(flags, separator="; ", ignore_nulls=True))
    flagged = flagged.with_columns(pl.when(pl.col("AFLAGS") != "").then("AFLAGS").alias("AFLAGS"))
    return who.join(flagged, on="sample_id", how="left", maintain_order="left").with_columns(
        fault=pl.lit(None, dtype=pl.String), failed=pl.lit(value=bool(faults))
    )


def _flags(rule: ElisaRule) -> list[pl.Expr]:
    cv = pl.format(
        f"CV {{}} %, more than {rule.most_cv_percent:g} %", pl.col("cv_percent").round(1)
    )
    few = pl.format(f"{{}} of {rule.least_replicates} wells", "wells")
    return [
        pl.when(pl.col("dilution") != 1).then(pl.format("diluted 1:{}", _text("dilution"))),
        pl.when("cv_over_limit").then(cv),
        pl.when("too_few_wells").then(few),
    ]


def _text(column: str) -> pl.Expr:
    """Write a number without needless zeros."""
    return pl.col(column).cast(pl.String).str.replace(r"\.0$", "")


def _reason(marker: Elisa) -> pl.Expr:
    """Say why a sample has no result."""
    reason = (
        pl.when(pl.col("fault").is_not_null())
        .then(pl.format("plate not read: {}", "fault"))
        .when(pl.col("flag").is_null() | (pl.col("flag") == "NO RESPONSE"))
        .then(pl.lit("no optical density"))
    )
    if marker.failed_plate == "not used":
        reason = reason.when("failed").then(pl.lit("plate not accepted"))
    if marker.out_of_range == "not used":
        beyond = pl.col("flag").is_in(["BELOW LIMIT", "ABOVE LIMIT"])
        reason = reason.when(beyond).then(pl.lit("beyond the range of the assay"))
    return reason.otherwise(pl.lit(None, dtype=pl.String))


def _value(marker: Elisa) -> pl.Expr:
    half = marker.out_of_range == "half the limit"
    below = pl.when(pl.col("flag") == "BELOW LIMIT").then(0.5 if half else 1.0).otherwise(1.0)
    return pl.col("concentration") * below


def _plate_queries(name: str, marker: Elisa, plates: Sequence[ReadPlate]) -> list[pl.DataFrame]:
    """List plates that were not read, and what on the others is beyond its limits."""
    if not plates:
        finding = Finding("ADBM.plates", f"wells with TESTCD = {marker.test} in plates.csv")
        nobody = pl.DataFrame({"USUBJID": [None]}, schema={"USUBJID": pl.String})
        return [list_queries(nobody, finding, pl.lit(f"{name}: no wells"))]
    rows: list[tuple[Finding, str, str]] = []
    unread = Finding(
        "ADBM.plate.read",
        "standards that carry a curve; the samples of the plate have no result",
        "error",
        "value not used",
    )
    poor = Finding("ADBM.plate.accepted", "standards and controls within their limits; see plates")
    for plate in plates:
        if plate.found is None:
            rows.append((unread, plate.name, f"{name}: {plate.fault}"))
            continue
        said = (*plate.found.faults(marker.curve), *plate.found.curve.warnings)
        rows += [(poor, plate.name, f"{name}: {text}") for text in said]
    return [
        list_queries(
            pl.DataFrame({"USUBJID": [None]}, schema={"USUBJID": pl.String}),
            finding, pl.lit(found), pl.lit(plate),
        )
        for finding, plate, found in rows
    ] + [_disagreeing(name, plates)]  # fmt: skip


def _disagreeing(name: str, plates: Sequence[ReadPlate]) -> pl.DataFrame:
    """List the wells of samples that name different subjects, visits or days."""
    wells = pl.concat([plate.wells for plate in plates]).filter(_contradictory())
    finding = Finding(
        "ADBM.sample", "one subject, visit and day in all wells of a sample", "error",
        "value not used",
    )  # fmt: skip
    who = [pl.coalesce(column, pl.lit("-")) for column in ("USUBJID", "VISIT", "DTC")]
    found = pl.format("{}: sample {} is of {} {} {}", pl.lit(name), "SAMPLE", *who)
    return list_queries(wells, finding, found, pl.concat_str("PLATE", "WELL", separator=" "))


def _sample_queries(name: str, rows: pl.DataFrame, rule: ElisaRule) -> list[pl.DataFrame]:
    """List samples whose replicates differ too much, are too few, or have no response."""
    said = pl.format("{}: {} {}", pl.lit(name), "sample_id", pl.col("AFLAGS").fill_null(""))
    noisy = Finding("ADBM.replicates", f"replicates within a CV of {rule.most_cv_percent:g} %")
    few = Finding("ADBM.wells", f"{rule.least_replicates} wells of each sample")
    dark = Finding("ADBM.response", "an optical density of each sample", "error", "value not used")
    empty = (pl.col("flag") == "NO RESPONSE").fill_null(value=False)
    unread = pl.format("{}: {} without a reading", pl.lit(name), "sample_id")
    where = pl.col("SRCWELL")
    return [
        list_queries(rows.filter("cv_over_limit"), noisy, said, where),
        list_queries(rows.filter(pl.col("too_few_wells") & ~empty), few, said, where),
        list_queries(rows.filter(empty), dark, unread, where),
    ]


def _compared(name: str, marker: Elisa, rows: pl.DataFrame, sdtm: Sdtm) -> list[pl.DataFrame]:
    """List the concentrations that the laboratory reported otherwise."""
    if marker.reported is None:
        return []
    reported = sdtm["LB"].filter(LBTESTCD=marker.reported, LBSTRESU=marker.unit)
    both = rows.filter(pl.col("AVALCAT1") == "QUANTIFIED").join(
        reported.select("USUBJID", "LBSEQ", AVISIT="VISIT", told="LBSTRESN"),
        on=["USUBJID", "AVISIT"], maintain_order="left",
    )  # fmt: skip
    other = both.filter((pl.col("told") - pl.col("AVAL")).abs() > _CLOSE * pl.col("AVAL"))
    finding = Finding("ADBM.reported", "the concentration that the plate gives; that one is used")
    found = pl.format("{}: {} reported, {} read", pl.lit(name), _text("told"), "AVALC")
    return [list_queries(other, finding, found, pl.format("LBSEQ={}", "LBSEQ"))]
