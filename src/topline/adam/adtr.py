"""ADTR: the lesions of every assessment, and the sum of diameters of the target lesions."""

from dataclasses import dataclass

import dataframely as dy
import polars as pl

from topline.adam.core import (
    Finding,
    Record,
    add_core,
    conform_rows,
    flag,
    list_queries,
    number_rows,
)
from topline.adam.lesions import derive_lesions
from topline.adam.reading import select_reading
from topline.adam.visits import EARLIER, number_assessments
from topline.clinical.recist.assessments import derive_assessments
from topline.clinical.recist.schemas import Assessments, Measurements
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import earliest, study_day

_PARAMETERS = {
    "LDIAM": "Diameter (mm)",
    "TUMSTATE": "State of the lesion",
    "SUMDIAM": "Sum of diameters of the target lesions (mm)",
}


class ADTR(Record):
    """Tumor results: a row for each lesion of an assessment, and one for the sum."""

    PARAMCD = dy.String(check={"term": lambda column: column.is_in(list(_PARAMETERS))})
    PARAM = dy.String()
    PARCAT1 = dy.String(description="TARGET, NON-TARGET, NEW, or NONE without a lesion")
    TRLNKID = dy.String(nullable=True, description="lesion; null for the sum")
    TULOC = dy.String(nullable=True)
    NODALFL = dy.String(nullable=True, description="Y: lymph node, measured by its short axis")
    AVAL = dy.Float64(nullable=True, min=0, description="mm; null where not evaluated")
    AVALC = dy.String(nullable=True, description="state of the lesion")
    ADT = dy.Date(nullable=True)
    ADY = dy.Int64(nullable=True)
    AVISIT = dy.String(nullable=True)
    AVISITN = dy.Float64(nullable=True)
    ASSESSN = dy.Int64(nullable=True, min=0, description="assessment by date; 0 is the baseline")
    BASE = dy.Float64(nullable=True)
    CHG = dy.Float64(nullable=True)
    PCHG = dy.Float64(nullable=True)
    NADIR = dy.Float64(nullable=True, description="smallest complete sum before, baseline included")
    CHGNAD = dy.Float64(nullable=True)
    PCHGNAD = dy.Float64(nullable=True)
    ABLFL = dy.String(nullable=True)
    ANL01FL = dy.String(nullable=True, description="Y: used")
    AREASON = dy.String(nullable=True, description="why it is not used, or not as it stands")

    @dy.rule()
    def used_rows_have_an_assessment(cls) -> pl.Expr:
        """Rows that are used have a date and belong to an assessment."""
        used = pl.col("ANL01FL").is_not_null()
        return ~used | (pl.col("ADT").is_not_null() & pl.col("ASSESSN").is_not_null())

    @dy.rule()
    def baseline_is_assessment_0(cls) -> pl.Expr:
        """ABLFL is Y on the rows of assessment 0, and only there."""
        return pl.col("ABLFL").is_not_null() == (pl.col("ASSESSN") == 0).fill_null(value=False)


@dataclass(frozen=True, slots=True)
class Tumors:
    """ADTR, and the assessments of the lesions in it, which ADRS takes its responses from."""

    adtr: pl.DataFrame
    assessments: pl.DataFrame
    """As `topline.clinical.recist.schemas.Assessments`."""


def derive_tumors(protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame) -> Tumors:
    """Derive ADTR from the lesions of the protocol's reader, and their assessments.

    The baseline of a lesion is its last evaluated row on or before the first dose (of those never
    treated: on or before enrolment); a subject without any has the first visit as baseline.

    Parameters
    ----------
    protocol
        Reader and criteria.
    sdtm
        TR, TU, and RS for visits of which only a response was collected.
    adsl
        Subjects with TRTSDT and RANDDT.

    Returns
    -------
    Tumors
        `ADTR` with the core variables, sorted by subject, date, assessment, parameter and lesion.

    Raises
    ------
    DataError
        A row breaks a rule of `ADTR`.
    """
    starts = adsl.select("USUBJID", "TRTSDT", start=pl.coalesce("TRTSDT", "RANDDT"))
    lesions = derive_lesions(sdtm, protocol.response.reader)
    scans = _scans_without_lesions(lesions, protocol, sdtm)
    every = pl.concat([lesions, scans], how="diagonal").join(starts, on="USUBJID")
    rows = _add_changes(number_assessments(every))
    used = rows.filter(pl.col("ANL01FL") == "Y")
    assessments = _assess(used, protocol)
    sums = _sums(used, assessments)
    both = pl.concat([rows, sums], how="diagonal_relaxed").with_columns(
        PARAM=pl.col("PARAMCD").replace_strict(_PARAMETERS, return_dtype=pl.String),
        ADY=study_day(pl.col("ADT"), pl.col("TRTSDT")),
        ABLFL=flag(pl.col("ASSESSN") == 0),
        SRCDOM=pl.col("SRCDOM").fill_null("TR"),
    )
    order = pl.col("PARAMCD").replace_strict({"LDIAM": 1, "TUMSTATE": 2, "SUMDIAM": 3})
    both = both.sort(
        "USUBJID", "ADT", "ASSESSN", order, "PARCAT1", "TRLNKID", "SRCSEQ", nulls_last=True
    )
    both = number_rows(both).select(ADTR.column_names())
    return Tumors(conform_rows(add_core(both, protocol, adsl), ADTR), assessments)


def derive_measurements(adtr: pl.DataFrame) -> pl.DataFrame:
    """Return the lesion rows that are used, as RECIST takes them."""
    lesions = (pl.col("PARAMCD") != "SUMDIAM") & (pl.col("ANL01FL") == "Y")
    return (
        adtr.filter(lesions)
        .select(
            subject="USUBJID",
            assessment="ASSESSN",
            role=pl.col("PARCAT1").str.to_lowercase(),
            lesion="TRLNKID",
            date="ADT",
            nodal=pl.col("NODALFL").is_not_null(),
            diameter_mm=pl.col("AVAL"),
            state=pl.col("AVALC"),
        )
        .select(Measurements.column_names())
    )


def find_adtr_queries(adtr: pl.DataFrame) -> pl.DataFrame:
    """List the lesions that could not be used, or not as they were collected."""
    problem = pl.col("AREASON").is_not_null() & (pl.col("AREASON") != EARLIER)
    lesions = list_queries(
        adtr.filter(problem),
        Finding(
            "ADTR.lesion",
            "one dated result a lesion and visit, with a role, and a diameter or a state",
            consequence="value not used",
        ),
        pl.concat_str("AVISIT", "TRLNKID", "AREASON", separator=": ", ignore_nulls=True),
        pl.format("TRSEQ={}", "SRCSEQ"),
    )
    late = adtr.filter((pl.col("ASSESSN") == 0) & (pl.col("ADY") > 1))
    baselines = list_queries(
        late.unique("USUBJID", keep="first", maintain_order=True),
        Finding(
            "ADTR.baseline",
            "a scan on or before the first dose; the first scan is taken as baseline",
        ),
        pl.format("first scan on {}, study day {}", "ADT", "ADY"),
    )
    return pl.concat([lesions, baselines])


def _scans_without_lesions(lesions: pl.DataFrame, protocol: Protocol, sdtm: Sdtm) -> pl.DataFrame:
    """Return the visits of which only a response was collected: no lesion was evaluated."""
    responses = select_reading(sdtm, "RS", protocol.response.reader).filter(
        pl.col("RSTESTCD") == "OVRLRESP"
    )
    visit = pl.coalesce(pl.col("VISITNUM").cast(pl.String), "RSLNKGRP", "VISIT", "RSDTC")
    dated = responses.with_columns(visit=visit.fill_null(""), ADT=earliest("RSDTC"))
    alone = dated.join(
        lesions, left_on=["USUBJID", "visit"], right_on=["USUBJID", "planned"], how="anti"
    ).join(lesions, on=["USUBJID", "ADT"], how="anti")
    starts = lesions.group_by("USUBJID").agg(first=pl.col("ADT").min())
    later = alone.join(starts, on="USUBJID").filter(pl.col("ADT") > pl.col("first"))
    return later.unique(["USUBJID", "visit"], keep="first", maintain_order=True).select(
        "USUBJID",
        "visit",
        "VISIT",
        "VISITNUM",
        "ADT",
        PARCAT1=pl.lit("NONE"),
        TRLNKID=pl.lit("-"),
        AVALC=pl.lit("NOT EVALUATED"),
        SRCDOM=pl.lit("RS"),
        SRCVAR=pl.lit("RSSTRESC"),
        SRCSEQ="RSSEQ",
    )


def _add_changes(rows: pl.DataFrame) -> pl.DataFrame:
    """Name the parameter of each lesion; add its baseline and the change from it."""
    target = pl.col("PARCAT1") == "TARGET"
    rows = rows.with_columns(
        PARAMCD=pl.when(target).then(pl.lit("LDIAM")).otherwise(pl.lit("TUMSTATE")),
        AVISIT="VISIT",
        AVISITN="VISITNUM",
        ANL01FL=flag(pl.col("ASSESSN").is_not_null()),
    )
    base = pl.col("AVAL").filter(pl.col("ASSESSN") == 0).first()
    used = pl.col("ANL01FL").is_not_null()
    return rows.with_columns(
        BASE=pl.when(used).then(base.over("USUBJID", "PARCAT1", "TRLNKID"))
    ).with_columns(
        CHG=pl.col("AVAL") - pl.col("BASE"),
        PCHG=pl.when(pl.col("BASE") > 0).then(
            100 * (pl.col("AVAL") - pl.col("BASE")) / pl.col("BASE")
        ),
    )


def assess_tumors(protocol: Protocol, adtr: pl.DataFrame) -> Tumors:
    """Assess the lesions of an ADTR that is there already."""
    return Tumors(adtr, _assess(adtr.filter(pl.col("ANL01FL") == "Y"), protocol))


def _assess(used: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Return the assessments of the lesion rows that are used."""
    if not used.height:
        return Assessments.create_empty()
    return derive_assessments(derive_measurements(used), protocol.response.options)


def _sums(used: pl.DataFrame, assessments: pl.DataFrame) -> pl.DataFrame:
    """Return one row an assessment in which target lesions were evaluated: sum, nadir, changes."""
    visits = (
        used.sort("USUBJID", "ADT", "SRCSEQ")
        .group_by("USUBJID", "ASSESSN")
        .agg(pl.col("AVISIT", "AVISITN", "TRTSDT").last())
    )
    seen = (pl.col("lesions_expected") > 0) & (pl.col("lesions_evaluated") > 0)
    base = pl.col("baseline_mm")
    return (
        assessments.filter(seen)
        .select(
            USUBJID="subject",
            ASSESSN="assessment",
            PARAMCD=pl.lit("SUMDIAM"),
            PARCAT1=pl.lit("TARGET"),
            AVAL="sum_mm",
            ADT="last_date",
            BASE=base,
            CHG=pl.col("sum_mm") - base,
            PCHG="change_from_baseline_percent",
            NADIR="nadir_mm",
            CHGNAD="change_from_nadir_mm",
            PCHGNAD="change_from_nadir_percent",
            ANL01FL=pl.lit("Y"),
            SRCVAR=pl.lit("TRSTRESN"),
            SRCSEQ=pl.lit(None, dtype=pl.Int64),
        )
        .join(visits, on=["USUBJID", "ASSESSN"], how="left")
    )
