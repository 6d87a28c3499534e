"""Whose reading counts: the rows of TU, TR and RS of the protocol's reader."""

import polars as pl

from topline.adam.core import Finding, domain, list_queries
from topline.protocol.response import Reader
from topline.sdtm.collected import Sdtm


def select_reading(sdtm: Sdtm, name: str, reader: Reader) -> pl.DataFrame:
    """Keep the rows of one reader.

    Parameters
    ----------
    sdtm
        Collected data.
    name
        TU, TR or RS.
    reader
        With `accepted`, the rows that adjudication accepted; the evaluator is asked for as well
        where the protocol names one. Rows without --EVAL are the investigator's.

    Returns
    -------
    DataFrame
        Rows of the domain in their order.
    """
    rows = domain(sdtm, name)
    kept = pl.lit(value=True)
    if not reader.accepted or "evaluator" in reader.model_fields_set:
        kept = kept & _same(f"{name}EVAL", reader.evaluator, "INVESTIGATOR")
    if reader.id is not None:
        kept = kept & _same(f"{name}EVALID", reader.id, "")
    if reader.accepted:
        kept = kept & _same(f"{name}ACPTFL", "Y", "")
    return rows.filter(kept)


def _same(column: str, wanted: str, otherwise: str) -> pl.Expr:
    """Compare text without regard to case; `otherwise` stands for what is empty."""
    return pl.col(column).fill_null(otherwise).str.to_uppercase() == wanted.upper()


def find_readers_missing(sdtm: Sdtm, reader: Reader) -> pl.DataFrame:
    """List subjects whose tumors were read, but not by the protocol's reader."""
    parts: list[pl.DataFrame] = []
    for name in ("TR", "RS"):
        rows = domain(sdtm, name)
        if name == "RS":
            rows = rows.filter(pl.col("RSTESTCD") == "OVRLRESP")
        read = select_reading(sdtm, name, reader).select("USUBJID").unique()
        others = rows.join(read, on="USUBJID", how="anti").sort("USUBJID")
        who = pl.concat_str(f"{name}EVAL", f"{name}EVALID", separator=" ", ignore_nulls=True)
        missed = others.group_by("USUBJID", maintain_order=True).agg(
            found=who.unique().sort().str.join(", ")
        )
        expected = f"rows of the protocol's reader ({describe(reader)})"
        found = pl.format(f"{name} read by {{}} only", pl.col("found"))
        parts.append(list_queries(missed, Finding(f"{name}.reader", expected), found))
    return pl.concat(parts)


def describe(reader: Reader) -> str:
    """Say whose reading it is, in words.

    Examples
    --------
    >>> describe(Reader(evaluator="INDEPENDENT ASSESSOR", accepted=True))
    'INDEPENDENT ASSESSOR, accepted reading'
    """
    accepted = "accepted reading" if reader.accepted else None
    return ", ".join(word for word in (reader.evaluator, reader.id, accepted) if word)
