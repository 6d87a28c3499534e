"""ADRS: responses of every assessment, best responses, progression, death."""

import dataframely as dy
import polars as pl

from topline.adam.adtr import Tumors
from topline.adam.core import Finding, Record, add_core, conform_rows, list_queries, number_rows
from topline.adam.course import (
    add_time_without_progression,
    derive_baselines,
    derive_best_changes,
)
from topline.adam.expressions import refuse
from topline.adam.responses import NOT_AS_REPORTED, derive_responses
from topline.clinical.recist.best import derive_best_response
from topline.clinical.recist.criteria import Criteria
from topline.protocol.problems import nearest
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import study_day

PARAMETERS = {
    "OVR": "Overall response",
    "TRGRESP": "Response of target lesions",
    "NTRGRESP": "Response of non-target lesions",
    "NEWLESN": "New lesion",
    "PD": "Disease progression",
    "RSP": "Response",
    "BOR": "Best overall response",
    "CBOR": "Confirmed best overall response",
    "LSTA": "Last evaluable assessment",
    "BPCHG": "Best change of the sum of diameters from baseline (%)",
    "TUMBASE": "Tumor assessment on or before the first dose",
    "DEATH": "Death",
}
_BY_ASSESSMENT = ("OVR", "TRGRESP", "NTRGRESP", "NEWLESN")
_AVAL = {
    "CR": 1,
    "PR": 2,
    "SD": 3,
    "NON-CR/NON-PD": 4,
    "PD": 5,
    "NE": 6,
    "MISSING": 7,
    "NED": 8,
    "N": 0,
    "Y": 1,
}
"""Numbers as in admiralonco; NED, which it does not have, comes last."""
_LONG_AGO = pl.date(1900, 1, 1)


class ADRS(Record):
    """Response dataset: one row a subject, parameter and date."""

    PARAMCD = dy.String(check={"term": lambda column: column.is_in(list(PARAMETERS))})
    PARAM = dy.String()
    PARCAT1 = dy.String(description="By assessment, or Over all assessments")
    AVALC = dy.String()
    AVAL = dy.Float64(nullable=True)
    ADT = dy.Date(nullable=True)
    ADY = dy.Int64(nullable=True)
    AVISIT = dy.String(nullable=True)
    AVISITN = dy.Float64(nullable=True)
    ANL01FL = dy.String(nullable=True, description="Y: used")
    AREASON = dy.String(nullable=True, description="why this value, in words and numbers")
    NOPDDUR = dy.Int64(
        nullable=True, description="BOR, CBOR: days to the first PD, else to the last evaluation"
    )
    NOPDLST = dy.Int64(
        nullable=True, description="BOR, CBOR: days to the last assessment that showed no PD"
    )

    @dy.rule()
    def events_have_a_date(cls) -> pl.Expr:
        """Progression and response that took place have a date."""
        dated = pl.col("PARAMCD").is_in(["PD", "RSP"]) & (pl.col("AVALC") == "Y")
        return ~dated | pl.col("ADT").is_not_null()

    @dy.rule()
    def summaries_stand_once(cls) -> pl.Expr:
        """Each parameter over all assessments has one row a subject."""
        by_assessment = pl.col("PARAMCD").is_in(list(_BY_ASSESSMENT))
        return by_assessment | (pl.len().over("USUBJID", "PARAMCD") == 1)


def derive_adrs(protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame, tumors: Tumors) -> pl.DataFrame:
    """Derive ADRS from lesions, or from the responses reported, as the protocol says.

    Every assessment of the protocol's reader is here; ANL01FL is Y up to the first PD and the data
    cut. Enrolled subjects have PD, RSP, BOR, CBOR and DEATH whether or not they were assessed, and
    TUMBASE where lesions were collected at all.

    Parameters
    ----------
    protocol
        Source, reader and criteria of response.
    sdtm
        RS.
    adsl
        As `derive_adsl` gives it.
    tumors
        As `derive_tumors` gives them.

    Returns
    -------
    DataFrame
        `ADRS` with the core variables, sorted by subject, parameter and date.

    Raises
    ------
    ProtocolError
        `response.until` names what is no date of ADSL.
    DataError
        A row breaks a rule of `ADRS`.
    """
    criteria = protocol.response.options
    subjects = _subjects(protocol, adsl)
    responses = derive_responses(protocol, sdtm, adsl, tumors)
    overall = _mark_used(responses, subjects, criteria)
    enrolled = subjects.filter("enrolled")
    confirmed = criteria.confirmation.model_copy(update={"required": True})
    plain = criteria.confirmation.model_copy(update={"required": False})
    best = _best(overall, enrolled, criteria.model_copy(update={"confirmation": plain}))
    lasting = _best(overall, enrolled, criteria.model_copy(update={"confirmation": confirmed}))
    chosen = lasting if criteria.confirmation.required else best
    summaries = (("BOR", best), ("CBOR", lasting))
    known = adsl.filter(pl.col("ENRLFL") == "Y").select(
        subject="USUBJID", start_date=pl.coalesce("TRTSDT", "RANDDT")
    )
    derived = protocol.response.source == "measurements"
    parts = [
        overall,
        *(_summary(name, rows, known, overall) for name, rows in summaries),
        derive_best_changes(tumors.adtr, overall, same_assessments=derived).join(
            enrolled, left_on="USUBJID", right_on="subject", how="semi"
        ),
        derive_baselines(tumors.adtr, known),
        _event("PD", chosen, "progression_date", overall),
        _event("RSP", chosen, "first_response_date", overall),
        _last_evaluable(overall),
        _deaths(adsl),
    ]
    rows = _describe(pl.concat([_complete(part) for part in parts]), adsl)
    order = pl.col("PARAMCD").replace_strict({name: i for i, name in enumerate(PARAMETERS)})
    rows = rows.sort("USUBJID", order, "ADT", "assessment", "SRCSEQ", nulls_last=True)
    return conform_rows(
        add_core(number_rows(rows).select(ADRS.column_names()), protocol, adsl), ADRS
    )


def _describe(rows: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    """Name the parameters; add the number of each value, and the study day."""
    number = pl.col("AVALC").replace_strict(_AVAL, default=None, return_dtype=pl.Float64)
    by_assessment = pl.col("PARAMCD").is_in(list(_BY_ASSESSMENT))
    return rows.join(adsl.select("USUBJID", "TRTSDT"), on="USUBJID", how="left").with_columns(
        PARAM=pl.col("PARAMCD").replace_strict(PARAMETERS, return_dtype=pl.String),
        PARCAT1=pl.when(by_assessment)
        .then(pl.lit("By assessment"))
        .otherwise(pl.lit("Over all assessments")),
        AVAL=pl.coalesce("AVAL", number),
        ADY=study_day(pl.col("ADT"), pl.col("TRTSDT")),
    )


def find_adrs_queries(adrs: pl.DataFrame) -> pl.DataFrame:
    """List the assessments that could not be used, or not as they were reported."""
    problem = (pl.col("PARAMCD") == "OVR") & (
        pl.col("AREASON").str.starts_with(NOT_AS_REPORTED) | pl.col("ADT").is_null()
    )
    return list_queries(
        adrs.filter(problem),
        Finding(
            "ADRS.response",
            "one response of RECIST 1.1 a date: CR, PR, SD, NON-CR/NON-PD, PD or NE",
            consequence="value not used",
        ),
        pl.concat_str("AVISIT", "AREASON", separator=": ", ignore_nulls=True),
        pl.format("{}SEQ={}", "SRCDOM", "SRCSEQ"),
    )


def _subjects(protocol: Protocol, adsl: pl.DataFrame) -> pl.DataFrame:
    """Return the time in which responses of each subject count."""
    until = protocol.response.until
    known = [name for name, kind in adsl.schema.items() if kind == pl.Date]
    refuse(
        [
            f"response.until: {name} is no date of ADSL (did you mean {nearest(name, known)}?)"
            for name in until
            if name not in known
        ]
    )
    return adsl.select(
        subject="USUBJID",
        start_date=pl.coalesce("TRTSDT", "RANDDT", "RFICDT", _LONG_AGO),
        end_date=pl.min_horizontal("DCUTDT", *until),
        enrolled=pl.col("ENRLFL").is_not_null(),
    )


def _mark_used(responses: pl.DataFrame, subjects: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Add ANL01FL: the responses up to the first PD, and not after the data cut."""
    rows = responses.join(subjects, left_on="USUBJID", right_on="subject", how="left").sort(
        "USUBJID", "assessment", "PARAMCD"
    )
    in_time = pl.col("usable") & (pl.col("ADT") >= pl.col("start_date"))
    if criteria.assessments_after_end == "ignored":
        in_time = in_time & (pl.col("ADT") <= pl.col("end_date")).fill_null(value=True)
    progressed = in_time & (pl.col("PARAMCD") == "OVR") & (pl.col("AVALC") == "PD")
    rows = rows.with_columns(in_time=in_time.fill_null(value=False)).with_columns(
        end=pl.col("assessment").filter(progressed.fill_null(value=False)).min().over("USUBJID")
    )
    used = pl.col("in_time")
    if criteria.assessments_after_progression == "ignored":
        used = used & (pl.col("assessment") <= pl.col("end")).fill_null(value=True)
    overall = pl.col("PARAMCD") == "OVR"
    used_visit = (used & overall).any().over("USUBJID", "assessment")
    return rows.with_columns(ANL01FL=pl.when(used & used_visit).then(pl.lit("Y")))


def _best(overall: pl.DataFrame, enrolled: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Return one row an enrolled subject: best response, dates and reason."""
    used = overall.filter((pl.col("PARAMCD") == "OVR") & pl.col("usable"))
    responses = used.select("assessment", subject="USUBJID", date="ADT", response="AVALC").join(
        enrolled, on="subject", how="semi"
    )
    return derive_best_response(responses, enrolled.drop("enrolled"), criteria)


def _summary(
    name: str, best: pl.DataFrame, subjects: pl.DataFrame, overall: pl.DataFrame
) -> pl.DataFrame:
    """Return the best response of each subject, with the assessment that shows it."""
    started = best.join(subjects.select("subject", "start_date"), on="subject", how="left")
    rows = add_time_without_progression(started, overall).select(
        "NOPDDUR",
        "NOPDLST",
        USUBJID="subject",
        PARAMCD=pl.lit(name),
        AVALC="best_response",
        ADT="best_response_date",
        AREASON="reason",
    )
    source = _shown(overall).select("USUBJID", "ADT", "SRCDOM", "SRCVAR", "SRCSEQ")
    return rows.join(source, on=["USUBJID", "ADT"], how="left")


def _event(name: str, best: pl.DataFrame, date: str, overall: pl.DataFrame) -> pl.DataFrame:
    """Return whether and when it took place, with the assessment that shows it."""
    happened = pl.col(date).is_not_null()
    rows = best.select(
        USUBJID="subject",
        PARAMCD=pl.lit(name),
        AVALC=pl.when(happened).then(pl.lit("Y")).otherwise(pl.lit("N")),
        ADT=pl.col(date),
    )
    return rows.join(_shown(overall), on=["USUBJID", "ADT"], how="left")


def _shown(overall: pl.DataFrame) -> pl.DataFrame:
    """Return what led to the response of each subject and day."""
    shown = overall.filter((pl.col("PARAMCD") == "OVR") & pl.col("usable")).select(
        "USUBJID", "ADT", "AVISIT", "AVISITN", "AREASON", "SRCDOM", "SRCVAR", "SRCSEQ"
    )
    return shown.unique(["USUBJID", "ADT"], keep="first", maintain_order=True)


def _last_evaluable(overall: pl.DataFrame) -> pl.DataFrame:
    """Return the last assessment that counts and is not NE, of those who have one."""
    counted = (pl.col("PARAMCD") == "OVR") & (pl.col("ANL01FL") == "Y") & (pl.col("AVALC") != "NE")
    last = overall.filter(counted).sort("USUBJID", "ADT", "assessment")
    return last.unique("USUBJID", keep="last", maintain_order=True).with_columns(
        PARAMCD=pl.lit("LSTA")
    )


def _deaths(adsl: pl.DataFrame) -> pl.DataFrame:
    """Return whether and when each enrolled subject died."""
    return adsl.filter(pl.col("ENRLFL") == "Y").select(
        "USUBJID",
        PARAMCD=pl.lit("DEATH"),
        AVALC=pl.col("DTHFL").fill_null("N"),
        ADT="DTHDT",
        SRCDOM=pl.lit("ADSL"),
        SRCVAR=pl.lit("DTHDT"),
    )


def _complete(part: pl.DataFrame) -> pl.DataFrame:
    """Give every part the columns that the others have; summaries come from ADRS itself."""
    empty = {
        "ANL01FL": pl.lit("Y"),
        "AREASON": pl.lit(None, dtype=pl.String),
        "AVISIT": pl.lit(None, dtype=pl.String),
        "AVISITN": pl.lit(None, dtype=pl.Float64),
        "SRCDOM": pl.lit("ADRS"),
        "SRCVAR": pl.lit("AVALC"),
        "SRCSEQ": pl.lit(None, dtype=pl.Int64),
        "assessment": pl.lit(None, dtype=pl.Int64),
        "AVAL": pl.lit(None, dtype=pl.Float64),
        "NOPDDUR": pl.lit(None, dtype=pl.Int64),
        "NOPDLST": pl.lit(None, dtype=pl.Int64),
    }
    absent = {name: value for name, value in empty.items() if name not in part.columns}
    filled = part.with_columns(**absent).with_columns(
        pl.col("SRCDOM").fill_null("ADRS"), pl.col("SRCVAR").fill_null("AVALC")
    )
    return filled.select("USUBJID", "PARAMCD", "AVALC", "ADT", *empty)
