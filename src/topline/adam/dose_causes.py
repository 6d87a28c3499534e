"""Which adverse event a change of dose answered, and whether the event was over afterwards.

In this order: the event that RELREC relates to the dosing record; an event that the reason names;
an event not over a month before the change whose action on the drug is of that kind, where the
reason is an adverse event or none is given. Of several the latest start counts.
"""

from typing import Final

import polars as pl

from topline.protocol.treatments import Drug

_ACTIONS: Final = {
    "INT": "DRUG INTERRUPTED",
    "RED": "DOSE REDUCED",
    "STOP": "DRUG WITHDRAWN",
}
_AGO: Final = 28
_FOUND: Final = ("AESEQ", "AEDECOD", "AEOUT", "AELINK")
_TYPES: Final = {"AESEQ": pl.Int64, "AEDECOD": pl.String, "AEOUT": pl.String, "AELINK": pl.String}


def add_causes(
    changes: pl.DataFrame,
    adae: pl.DataFrame,
    relrec: pl.DataFrame | None,
    drugs: dict[str, Drug],
) -> pl.DataFrame:
    """Add AESEQ, AEDECOD, AEOUT and AELINK to changes of dose.

    Parameters
    ----------
    changes
        USUBJID, drug, PARAMCD (INT, RED, ESC or STOP), date, AENDT (last day of an interruption),
        AREASON, EXSEQ.
    adae
        Adverse events with their start and end.
    relrec
        Related records, if there are any.
    drugs
        Which variable of ADAE says what was done about each drug.

    Returns
    -------
    DataFrame
        As many rows, in their order.
    """
    numbered = changes.with_row_index("change")
    wanted = ["USUBJID", "AESEQ", "AEDECOD", "AETERM", "AEOUT"]
    actions = [d.action for d in drugs.values() if d.action in adae.columns]
    more = [name for name in dict.fromkeys(actions) if name not in wanted]
    events = adae.select(*wanted, *more, began="ASTDT", over="AENDT")
    pairs = numbered.join(events, on="USUBJID")
    reason = pl.col("AREASON").str.to_uppercase()
    names = [
        reason.str.contains(pl.col(term).str.strip_chars().str.to_uppercase(), literal=True)
        & (pl.col(term).str.strip_chars() != "")
        for term in ("AEDECOD", "AETERM")
    ]
    begun = (pl.col("began") <= pl.coalesce("AENDT", "date")).fill_null(value=False)
    lasting = (pl.col("over") >= pl.col("date") - pl.duration(days=_AGO)).fill_null(value=True)
    event = reason.is_null() | reason.str.contains("ADVERSE|TOXIC")
    named = begun & lasting & pl.any_horizontal(names).fill_null(value=False)
    acted = begun & lasting & event & _acted(drugs, events.columns)
    rank = pl.when(_related(relrec)).then(0).when(named & acted).then(1).when(named).then(2)
    chosen = (
        pairs.with_columns(rank=rank.when(acted).then(3))
        .filter(pl.col("rank").is_not_null())
        .sort("change", "rank", "began", "AESEQ", descending=[False, False, True, True],
              nulls_last=True)
        .unique("change", keep="first", maintain_order=True)
        .with_columns(AELINK=pl.col("rank").replace_strict(
            {0: "RELREC", 1: "REASON", 2: "REASON", 3: "ACTION"}, return_dtype=pl.String
        ))
        .select("change", *_FOUND)
        .cast({name: dtype for name, dtype in _TYPES.items()})
    )  # fmt: skip
    return numbered.join(chosen, on="change", how="left", maintain_order="left").drop("change")


def _acted(drugs: dict[str, Drug], columns: list[str]) -> pl.Expr:
    """Whether what was done about the drug for the event is the change."""
    done = pl.lit(None, pl.String)
    for key, drug in drugs.items():
        if drug.action in columns:
            done = pl.when(pl.col("drug") == key).then(pl.col(drug.action)).otherwise(done)
    kind = pl.col("PARAMCD").replace_strict(_ACTIONS, default=None, return_dtype=pl.String)
    return (done.str.strip_chars().str.to_uppercase() == kind).fill_null(value=False)


def _related(relrec: pl.DataFrame | None) -> pl.Expr:
    """Whether RELREC relates the record of the change to the event."""
    if relrec is None or relrec.is_empty():
        return pl.lit(value=False)
    sides = [
        relrec.filter(pl.col("RDOMAIN") == domain, pl.col("IDVAR") == f"{domain}SEQ")
        .with_columns(number=pl.col("IDVARVAL").cast(pl.Float64, strict=False).cast(pl.Int64))
        .select("USUBJID", "RELID", pl.col("number").alias(f"{domain}SEQ"))
        for domain in ("EX", "AE")
    ]
    keys = pl.struct("USUBJID", "EXSEQ", "AESEQ")
    related = sides[0].join(sides[1], on=["USUBJID", "RELID"]).select(key=keys).unique()
    return keys.is_in(related["key"].implode())
