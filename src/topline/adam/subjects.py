"""What is odd about a subject as a whole: arms, dates and status that do not go together."""

import polars as pl

from topline.adam.core import Finding, domain, list_queries
from topline.adam.expressions import select
from topline.adam.variables import find_unusable_values
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm


def find_adsl_queries(protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame) -> pl.DataFrame:
    """List subjects whose treatment, disposition or death cannot be analyzed as collected."""
    arms = ", ".join(arm.id for arm in protocol.study.arms)
    enrolled = pl.col("ENRLFL").is_not_null()
    checks = [
        list_queries(
            adsl.filter(enrolled & pl.col("TRT01P").is_null()),
            Finding(
                "ADSL.TRT01P.arm", f"an arm of the protocol: {arms}", "error", "value not used"
            ),
            pl.format("ARMCD = {}", pl.col("ARMCD").fill_null("(empty)")),
        ),
        list_queries(
            adsl.filter(~enrolled & pl.col("TRTSDT").is_not_null()),
            Finding(
                "ADSL.ENRLFL.treated",
                f"a DS record for which {protocol.disposition.enrolled} holds",
            ),
            pl.format("first dose on {} without a record of enrolment", "TRTSDT"),
        ),
        list_queries(
            adsl.filter(pl.col("DTHFL").is_not_null() & pl.col("DTHDT").is_null()),
            Finding(
                "ADSL.DTHDT.missing",
                "DTHDTC of DM; without it the death counts in no time-to-event endpoint",
                "error",
            ),
            pl.lit("died, without a year of death"),
        ),
        _deaths_elsewhere(sdtm, adsl),
        _several_ends(protocol, sdtm),
        find_unusable_values(protocol, sdtm, adsl),
    ]
    return pl.concat(checks)


def _deaths_elsewhere(sdtm: Sdtm, adsl: pl.DataFrame) -> pl.DataFrame:
    """List deaths of DS that DM does not know."""
    alive = adsl.filter(pl.col("DTHFL").is_null()).select("USUBJID")
    deaths = domain(sdtm, "DS").filter(pl.col("DSDECOD") == "DEATH")
    return list_queries(
        deaths.join(alive, on="USUBJID", how="semi").sort("USUBJID", "DSSEQ"),
        Finding(
            "ADSL.DTHFL.disposition",
            "DTHFL and DTHDTC in DM; without them the subject counts as alive",
            "error",
        ),
        pl.format("DEATH in DS ({}), none in DM", pl.col("DSSTDTC").fill_null("no date")),
        pl.format("DSSEQ={}", "DSSEQ"),
    )


def _several_ends(protocol: Protocol, sdtm: Sdtm) -> pl.DataFrame:
    """List subjects with more than one record that ends study treatment."""
    rule = protocol.disposition.end_of_treatment
    ends = select(domain(sdtm, "DS"), rule, "disposition.end_of_treatment", "DS")
    many = ends.filter(pl.len().over("USUBJID") > 1).sort("USUBJID", "DSSEQ")
    grouped = many.group_by("USUBJID", maintain_order=True).agg(
        found=pl.col("DSDECOD").fill_null("(empty)").str.join(", ")
    )
    return list_queries(
        grouped,
        Finding("ADSL.EOTDT.several", "one; the last by date is used"),
        pl.format("several records end treatment: {}", "found"),
    )
