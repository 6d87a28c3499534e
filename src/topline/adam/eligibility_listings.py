"""Who was screened and what became of them, and the violations among those who entered."""

import polars as pl

from topline.adam.adie import UNKNOWN
from topline.adam.core import domain
from topline.adam.expressions import select
from topline.adam.site_record import entered
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import earliest

_ORDER = ("SCRDT", "USUBJID")


def derive_screening_log(
    protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame, adie: pl.DataFrame
) -> pl.DataFrame:
    """List everyone screened.

    Parameters
    ----------
    protocol
        Says which record of DS is a screening failure.
    sdtm
        DS, whose words tell why.
    adsl
        A row a subject screened.
    adie
        Verdicts.

    Returns
    -------
    DataFrame
        A row a subject by date of consent: verdict over all criteria, the criteria violated and
        those that cannot be judged, whether baseline is the last before the first dose or the last
        known, whether enrolled and when, or why not.
    """
    listed = adie.group_by("USUBJID", maintain_order=True).agg(
        ELIGIBLE=pl.col("ELIG").first(),
        VIOLATED=_listed(pl.col("VIOLFL") == "Y"),
        UNKNOWN=_listed(pl.col("AVALC") == UNKNOWN),
    )
    treated = pl.col("TRTSDT").is_not_null()
    outcome = (
        pl.when(entered())
        .then(pl.lit("ENROLLED"))
        .when(pl.col("SCRFFL") == "Y")
        .then(pl.lit("SCREEN FAILURE"))
        .when(pl.col("ENRLFL") == "Y")
        .then(pl.lit("PLANNED"))
        .otherwise(pl.lit("NOT ENROLLED"))
    )
    rows = adsl
    for more in (listed, _failures(protocol, sdtm)):
        rows = rows.join(more, on="USUBJID", how="left", maintain_order="left")
    log = rows.select(
        "USUBJID",
        "SITEID",
        SCRDT="RFICDT",
        BASELINE=pl.when(treated).then(pl.lit("before first dose")).otherwise(pl.lit("last known")),
        ELIGIBLE="ELIGIBLE",
        VIOLATED="VIOLATED",
        UNKNOWN="UNKNOWN",
        OUTCOME=outcome,
        ENRLDT="RANDDT",
        TRTSDT="TRTSDT",
        REASON=pl.when(~entered()).then(_why_not()),
    )
    return log.sort(_ORDER, nulls_last=True)


def derive_violations(adsl: pl.DataFrame, adie: pl.DataFrame) -> pl.DataFrame:
    """List the criteria that stand against subjects who entered all the same.

    Returns
    -------
    DataFrame
        A row a subject and criterion: verdict, values and dates, what the site recorded, and
        whether it agrees.
    """
    inside = adsl.filter(entered()).select("USUBJID", ENRLDT="RANDDT")
    rows = adie.filter(pl.col("VIOLFL") == "Y").join(inside, on="USUBJID", maintain_order="left")
    return rows.select(
        "USUBJID", "SITEID", "ENRLDT", "TRTSDT", "PARAMCD", "PARAM", "PARCAT1", "AVALC", "ADT",
        "USED", "AREASON", "SITEAVAL", "IESEQ", "AGREEFL",
    ).sort("USUBJID", "PARCAT1", "PARAMCD", descending=[False, True, False])  # fmt: skip


def _listed(condition: pl.Expr) -> pl.Expr:
    found = pl.col("PARAMCD").filter(condition.fill_null(value=False)).str.join(", ")
    return pl.when(found != "").then(found)


def _why_not() -> pl.Expr:
    """Say why a subject did not enter: in the site's words, else the criteria against it."""
    against = pl.format("Eligibility: {}", "VIOLATED")
    return pl.coalesce("FAILURE", "DCTREAS", against, pl.lit("no reason recorded"))


def _failures(protocol: Protocol, sdtm: Sdtm) -> pl.DataFrame:
    """Return the words of the record that ended screening: USUBJID and FAILURE."""
    rule = protocol.disposition.screen_failure
    rows = select(domain(sdtm, "DS"), rule, "disposition.screen_failure", "DS")
    ordered = rows.with_columns(day=earliest("DSSTDTC")).sort(
        "USUBJID", "day", "DSSEQ", nulls_last=True
    )
    words = pl.coalesce("DSTERM", "DSDECOD").last()
    return ordered.group_by("USUBJID", maintain_order=True).agg(FAILURE=words)
