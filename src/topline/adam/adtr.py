"""ADTR: the lesions of every assessment, and the sum of diameters of the target lesions."""

import dataframely as dy
import polars as pl

from topline.adam.core import Record, add_core, conform_rows, flag, list_queries, number_rows
from topline.adam.lesions import derive_lesions
from topline.clinical.recist.assessments import derive_assessments
from topline.clinical.recist.schemas import Assessments, Measurements
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import study_day

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
        """A row that is used has a date and belongs to an assessment."""
        used = pl.col("ANL01FL").is_not_null()
        return ~used | (pl.col("ADT").is_not_null() & pl.col("ASSESSN").is_not_null())

    @dy.rule()
    def baseline_is_assessment_0(cls) -> pl.Expr:
        """ABLFL is Y on the rows of assessment 0, and only there."""
        return pl.col("ABLFL").is_not_null() == (pl.col("ASSESSN") == 0).fill_null(value=False)


def derive_adtr(protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame) -> pl.DataFrame:
    """Derive ADTR from the lesions of the protocol's reader.

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
    DataFrame
        `ADTR` with the core variables, sorted by subject, date, assessment, parameter and lesion.

    Raises
    ------
    DataError
        A row breaks a rule of `ADTR`.
    """
    starts = adsl.select("USUBJID", "TRTSDT", start=pl.coalesce("TRTSDT", "RANDDT"))
    lesions = derive_lesions(sdtm, protocol.response.reader).join(starts, on="USUBJID")
    rows = _add_changes(_number_assessments(lesions))
    sums = _sums(rows, protocol)
    both = pl.concat([rows, sums], how="diagonal_relaxed").with_columns(
        PARAM=pl.col("PARAMCD").replace_strict(_PARAMETERS, return_dtype=pl.String),
        ADY=study_day(pl.col("ADT"), pl.col("TRTSDT")),
        ABLFL=flag(pl.col("ASSESSN") == 0),
        SRCDOM=pl.lit("TR"),
    )
    order = pl.col("PARAMCD").replace_strict({"LDIAM": 1, "TUMSTATE": 2, "SUMDIAM": 3})
    both = both.sort(
        "USUBJID", "ADT", "ASSESSN", order, "PARCAT1", "TRLNKID", "SRCSEQ", nulls_last=True
    )
    both = number_rows(both).select(ADTR.column_names())
    return conform_rows(add_core(both, protocol, adsl), ADTR)


def derive_measurements(adtr: pl.DataFrame) -> pl.DataFrame:
    """Return the lesion rows that are used, as RECIST takes them."""
    lesions = (pl.col("PARAMCD") != "SUMDIAM") & (pl.col("ANL01FL") == "Y")
    return adtr.filter(lesions).select(
        subject="USUBJID",
        assessment="ASSESSN",
        role=pl.col("PARCAT1").str.to_lowercase(),
        lesion="TRLNKID",
        date="ADT",
        nodal=pl.col("NODALFL").is_not_null(),
        diameter_mm=pl.col("AVAL"),
        state=pl.col("AVALC"),
    ).select(Measurements.column_names())


def find_adtr_queries(adtr: pl.DataFrame) -> pl.DataFrame:
    """List the lesions that could not be used, or not as they were collected."""
    rows = adtr.filter(pl.col("AREASON").is_not_null())
    return list_queries(
        rows,
        "ADTR.lesion",
        record=pl.format("TRSEQ={}", "SRCSEQ"),
        found=pl.format("{} {}: {}", "AVISIT", "TRLNKID", "AREASON"),
        expected="one dated result a lesion and visit, with a role, and a diameter or a state",
        consequence="value not used",
    )


def _number_assessments(lesions: pl.DataFrame) -> pl.DataFrame:
    """Mark baseline rows and number the assessments after them by date."""
    usable = pl.col("AREASON").is_null() | pl.col("AREASON").str.ends_with("as not evaluated")
    first = pl.col("ADT").min().over("USUBJID")
    start = pl.coalesce("start", first)
    rows = lesions.with_columns(
        usable=usable, day=pl.col("ADT").min().over("USUBJID", "visit"), from_=start
    )
    rows = rows.with_columns(before=pl.col("day") <= pl.max_horizontal("from_", first))
    rows = rows.with_columns(
        before=(pl.col("before") & ((pl.col("day") <= pl.col("from_")) | (pl.col("day") == first))),
        evaluated=(pl.col("AVALC") != "NOT EVALUATED").fill_null(value=True),
    )
    order = ["USUBJID", "PARCAT1", "TRLNKID", "evaluated", "day", "ADT", "SRCSEQ"]
    rows = rows.sort(order, nulls_last=True)
    candidate = pl.col("before") & pl.col("usable")
    last = candidate & (
        pl.int_range(pl.len()).filter(candidate).max() == pl.int_range(pl.len())
    ).over("USUBJID", "PARCAT1", "TRLNKID").fill_null(value=False)
    rows = rows.with_columns(baseline=last)
    after = ~pl.col("before") & pl.col("usable")
    number = pl.struct("day", "visit").rank("dense").over("USUBJID").cast(pl.Int64)
    numbers = (
        rows.filter(after).with_columns(number=number).select("USUBJID", "visit", "number").unique()
    )
    rows = rows.join(numbers, on=["USUBJID", "visit"], how="left")
    new = pl.col("PARCAT1") == "NEW"
    early = pl.col("baseline") & new
    assessment = (
        pl.when(~pl.col("usable") | early)
        .then(None)
        .when("baseline")
        .then(0)
        .when(~pl.col("before"))
        .then("number")
    )
    earlier = pl.col("before") & pl.col("usable") & ~pl.col("baseline")
    return rows.with_columns(
        ASSESSN=assessment.cast(pl.Int64),
        PARAMCD=pl.when(pl.col("PARCAT1") == "TARGET")
        .then(pl.lit("LDIAM"))
        .otherwise(pl.lit("TUMSTATE")),
        AREASON=pl.when(early).then(pl.lit("a new lesion at baseline")).otherwise("AREASON"),
        AVISIT="VISIT",
        AVISITN="VISITNUM",
        earlier=earlier,
    ).with_columns(ANL01FL=flag(pl.col("ASSESSN").is_not_null()))


def _add_changes(rows: pl.DataFrame) -> pl.DataFrame:
    """Add each lesion's baseline and the change from it."""
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


def _sums(rows: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Return one row an assessment with target lesions: the sum, its nadir and its changes."""
    used = rows.filter(pl.col("ANL01FL") == "Y")
    assessments = derive_assessments(
        derive_measurements(used), protocol.response.options
    ) if used.height else Assessments.create_empty()
    visits = used.sort("USUBJID", "ADT", "SRCSEQ").group_by("USUBJID", "ASSESSN").agg(
        pl.col("AVISIT", "AVISITN", "TRTSDT").last()
    )
    targets = pl.col("lesions_expected") > 0
    base = pl.col("baseline_mm")
    return (
        assessments.filter(targets)
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
