"""The responses of every assessment: derived from lesions, or as reported."""

import polars as pl

from topline.adam.adtr import Tumors
from topline.adam.reading import select_reading
from topline.clinical.recist.schemas import RESPONSES
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import earliest

_TESTS = {
    "OVRLRESP": "OVR",
    "TRGRESP": "TRGRESP",
    "NTRGRESP": "NTRGRESP",
    "NEWLPROG": "NEWLESN",
    "NEWLIND": "NEWLESN",
}
_NEW = {"UNEQUIVOCAL": "Y", "YES": "Y", "NO": "N", "NONE": "N"}
_WORST_FIRST = {r: i for i, r in enumerate(("PD", "SD", "NON-CR/NON-PD", "PR", "CR", "NED", "NE"))}
NOT_AS_REPORTED = "Reported"
"""How AREASON begins where a response could not be used as it stands."""
COLUMNS = (
    "USUBJID",
    "PARAMCD",
    "AVALC",
    "ADT",
    "AVISIT",
    "AVISITN",
    "assessment",
    "usable",
    "AREASON",
    "SRCDOM",
    "SRCVAR",
    "SRCSEQ",
)


def derive_responses(
    protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame, tumors: Tumors
) -> pl.DataFrame:
    """Return overall, target and non-target response and new lesions of every assessment.

    Returns
    -------
    DataFrame
        One row an assessment and parameter, with `assessment` (its order within the subject) and
        `usable` (false for one that another of the same date outweighs, or without a date).
    """
    if protocol.response.source == "measurements":
        return _from_lesions(tumors).select(COLUMNS)
    return _as_reported(protocol, sdtm, adsl).select(COLUMNS)


def _from_lesions(tumors: Tumors) -> pl.DataFrame:
    adtr, assessments = tumors.adtr, tumors.assessments
    new = pl.col("new_lesion").replace({"YES": "Y", "NO": "N"})
    used = adtr.filter(pl.col("ANL01FL") == "Y")
    shown = used.sort(pl.col("PARAMCD") != "SUMDIAM", "ASEQ", maintain_order=True)
    sources = shown.group_by("USUBJID", "ASSESSN").agg(
        pl.col("AVISIT", "AVISITN").first(),
        SRCSEQ=pl.col("ASEQ").first(),
        SRCVAR=pl.when(pl.col("AVAL").first().is_not_null())
        .then(pl.lit("AVAL"))
        .otherwise(pl.when(pl.col("PARAMCD").first() == "SUMDIAM").then(pl.lit("AVAL")))
        .fill_null("AVALC"),
    )
    rows = (
        assessments.filter(pl.col("assessment") > 0)
        .with_columns(NEWLESN=new)
        .rename({"subject": "USUBJID", "date": "ADT", "reason": "AREASON"})
        .rename(
            {"response": "OVR", "target_response": "TRGRESP", "non_target_response": "NTRGRESP"}
        )
        .unpivot(
            ["OVR", "TRGRESP", "NTRGRESP", "NEWLESN"],
            index=["USUBJID", "assessment", "ADT", "AREASON"],
            variable_name="PARAMCD",
            value_name="AVALC",
        )
        .filter(pl.col("AVALC").is_not_null())
    )
    overall = pl.col("PARAMCD") == "OVR"
    return rows.join(
        sources, left_on=["USUBJID", "assessment"], right_on=["USUBJID", "ASSESSN"], how="left"
    ).with_columns(
        AREASON=pl.when(overall).then("AREASON"), usable=pl.lit(value=True), SRCDOM=pl.lit("ADTR")
    )


def _as_reported(protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame) -> pl.DataFrame:
    """Take the responses over from RS; a word that is no response of RECIST counts as NE."""
    category = pl.col("RSCAT").is_null() | (pl.col("RSCAT") == protocol.response.criteria)
    rs = select_reading(sdtm, "RS", protocol.response.reader).filter(
        pl.col("RSTESTCD").is_in(list(_TESTS)) & category
    )
    word = pl.coalesce("RSSTRESC", "RSORRES").str.strip_chars().str.to_uppercase()
    not_done = pl.when(pl.col("RSSTAT") == "NOT DONE").then(pl.lit("NE"))
    rows = rs.with_columns(
        PARAMCD=pl.col("RSTESTCD").replace_strict(_TESTS, return_dtype=pl.String),
        ADT=earliest("RSDTC"),
        word=pl.coalesce(word, not_done),
        AVISIT="VISIT",
        AVISITN="VISITNUM",
        SRCDOM=pl.lit("RS"),
        SRCVAR=pl.lit("RSSTRESC"),
        SRCSEQ="RSSEQ",
    )
    known = pl.col("word").is_in(list(RESPONSES)).fill_null(value=False)
    new = pl.col("PARAMCD") == "NEWLESN"
    rows = rows.with_columns(
        AVALC=pl.when(new)
        .then(pl.col("word").replace(_NEW).fill_null("NE"))
        .when(known)
        .then("word")
        .otherwise(pl.lit("NE")),
        odd=~known & ~new,
    )
    return _number(rows.join(adsl.select("USUBJID"), on="USUBJID", how="semi"))


def _number(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the order by date; of several responses on one date the worst counts."""
    overall = pl.col("PARAMCD") == "OVR"
    keys = ["USUBJID", "PARAMCD", "ADT"]
    worst = pl.col("AVALC").replace_strict(_WORST_FIRST, default=9, return_dtype=pl.Int64)
    rows = rows.sort(*keys, worst, "SRCSEQ", nulls_last=True, maintain_order=True)
    dated = pl.col("ADT").is_not_null()
    rows = rows.with_columns(
        usable=dated & (pl.struct(keys).is_first_distinct() | ~overall),
        assessment=pl.col("ADT").rank("dense").over("USUBJID").cast(pl.Int64),
    )
    said = pl.col("word").fill_null("nothing")
    beside = pl.format(
        "{} {} on the same date as another response; the worst counts",
        pl.lit(NOT_AS_REPORTED),
        said,
    )
    undated = pl.format("{} {} without a date", pl.lit(NOT_AS_REPORTED), said)
    odd = pl.format(
        "{} as {}, which is no response of RECIST 1.1; counts as NE", pl.lit(NOT_AS_REPORTED), said
    )
    reason = (
        pl.when(~overall)
        .then(None)
        .when(~dated)
        .then(undated)
        .when("odd")
        .then(odd)
        .when(~pl.col("usable"))
        .then(beside)
        .otherwise(pl.format("As reported: {}", said))
    )
    return rows.with_columns(AREASON=reason)
