"""What the sites recorded of eligibility: IE holds the exceptions (SDTMIG 3.4, section 6.3.2)."""

from collections.abc import Iterator

import polars as pl

from topline.adam.core import Finding, domain, list_queries
from topline.protocol.problems import listed
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.dates import earliest

MET, NOT_MET = "MET", "NOT MET"


def read_site_records(protocol: Protocol, sdtm: Sdtm, adsl: pl.DataFrame) -> pl.DataFrame:
    """Read what each site says of each subject and criterion.

    Parameters
    ----------
    protocol
        Criteria, by whose ids IE names them.
    sdtm
        IE. Where it was collected, an enrolled subject without a record has no exception.
    adsl
        Who was enrolled, or treated.

    Returns
    -------
    DataFrame
        USUBJID, PARAMCD, SITEAVAL (MET, NOT MET, or null where nothing is said), IESEQ, IEORRES
        and IEDT of the last record where there is one.
    """
    kinds = _kinds(protocol)
    records = _records(protocol, sdtm).filter(pl.col("PARAMCD").is_in(list(kinds)))
    last = records.group_by("USUBJID", "PARAMCD", maintain_order=True).last()
    everyone = adsl.select("USUBJID", entered=entered()).join(
        pl.DataFrame(
            {"PARAMCD": list(kinds), "kind": list(kinds.values())},
            schema={"PARAMCD": pl.String, "kind": pl.String},
        ),
        how="cross",
    )
    rows = everyone.join(last, on=["USUBJID", "PARAMCD"], how="left", maintain_order="left")
    inclusion, yes = pl.col("kind") == "INCLUSION", pl.col("IEORRES") == "Y"
    met = pl.when(yes).then(pl.lit(MET)).when(~yes).then(pl.lit(NOT_MET))
    implied = pl.when(inclusion).then(pl.lit(MET)).otherwise(pl.lit(NOT_MET))
    silent = pl.col("IESEQ").is_null() & pl.col("entered") & pl.lit(_was_collected(sdtm))
    return rows.select(
        "USUBJID",
        "PARAMCD",
        SITEAVAL=pl.when(silent).then(implied).otherwise(met),
        IESEQ="IESEQ",
        IEORRES="IEORRES",
        IEDT="IEDT",
    )


def entered() -> pl.Expr:
    """Return whether a subject of ADSL is known to have entered the trial: enrolled or treated."""
    known = pl.col("RANDDT").is_not_null() | pl.col("TRTSDT").is_not_null()
    return (pl.col("ENRLFL") == "Y").fill_null(value=False) & known


def find_odd_records(protocol: Protocol, sdtm: Sdtm) -> Iterator[pl.DataFrame]:
    """List the IE records of criteria that the protocol does not have, or has of another kind."""
    kinds, record = _kinds(protocol), pl.format("IESEQ={}", "IESEQ")
    if not kinds:
        return
    rows = _records(protocol, sdtm).with_columns(
        kind=pl.col("PARAMCD").replace_strict(kinds, default=None, return_dtype=pl.String)
    )
    unknown = Finding(
        "ADIE.IETESTCD",
        f"a criterion of the protocol: {listed(kinds)}",
        consequence="value not used",
    )
    yield list_queries(rows.filter(pl.col("kind").is_null()), unknown, pl.col("PARAMCD"), record)
    other = rows.filter(pl.col("kind") != pl.col("IECAT"))
    kind = Finding("ADIE.IECAT", "the kind that the criterion has in the protocol")
    found = pl.format("{} as {}, in the protocol {}", "PARAMCD", "IECAT", "kind")
    yield list_queries(other, kind, found, record)
    many = rows.filter(
        pl.col("kind").is_not_null() & (pl.len().over("USUBJID", "PARAMCD") > 1)
    ).unique(["USUBJID", "PARAMCD"], keep="last", maintain_order=True)
    several = Finding("ADIE.several", "one record a criterion; the last is used")
    yield list_queries(many, several, pl.format("several records of {}", "PARAMCD"), record)


def _kinds(protocol: Protocol) -> dict[str, str]:
    eligibility = protocol.eligibility
    return {each.id: "INCLUSION" for each in eligibility.inclusion} | {
        each.id: "EXCLUSION" for each in eligibility.exclusion
    }


def _records(protocol: Protocol, sdtm: Sdtm) -> pl.DataFrame:
    """Return the records of IE by date, each with what it says."""
    names = {name.upper(): name for name in _kinds(protocol)}
    written = pl.col("IETESTCD").str.strip_chars()
    rows = domain(sdtm, "IE").select(
        "USUBJID",
        "IESEQ",
        "IECAT",
        PARAMCD=written.str.to_uppercase().replace_strict(names, default=written),
        IEORRES=pl.coalesce("IESTRESC", "IEORRES"),
        IEDT=earliest("IEDTC"),
    )
    return rows.sort("USUBJID", "IEDT", "IESEQ", nulls_last=True)


def _was_collected(sdtm: Sdtm) -> bool:
    """Whether the sites' exceptions were handed over, be it none at all."""
    return not domain(sdtm, "IE").is_empty() or any("IE" in file.domains for file in sdtm.files)
