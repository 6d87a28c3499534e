"""Rows on their way through the gate: where each came from, and how a query names it."""

from collections.abc import Sequence
from typing import Final

import dataframely as dy
import polars as pl

from topline.sdtm.queries import Query, Rule, gather_queries, shorten
from topline.sdtm.study_tables import TABLE_KEYS

FILE: Final = "_FILE"
ROW: Final = "_ROW"
ID: Final = "_ID"
HIDDEN: Final = (FILE, ROW, ID)


def record_name(columns: Sequence[str], domain: str) -> pl.Expr:
    """Return how a query names a record: `AESEQ=3`, or `row 17` of its file, header not counted."""
    row = pl.format("row {}", pl.col(ROW)) if ROW in columns else pl.lit(None, dtype=pl.String)
    if domain in TABLE_KEYS:
        return pl.coalesce(pl.concat_str(TABLE_KEYS[domain], separator=" "), row)
    sequence = f"{domain}SEQ"
    if sequence not in columns:
        return row
    number = pl.col(sequence).cast(pl.Float64, strict=False)
    whole = pl.when(number == number.floor()).then(number.cast(pl.Int64, strict=False))
    return pl.coalesce(pl.format(f"{sequence}={{}}", whole), row)


def found_text(variables: Sequence[str]) -> pl.Expr:
    """Return the variables and their values: `AESTDTC = 2014-03-05, AEENDTC = 2014-03-01`."""
    shown = [
        pl.coalesce(
            pl.format(f"{name} = {{}}", shorten(pl.col(name).cast(pl.String))),
            pl.lit(f"{name} is empty"),
        )
        for name in variables
    ]
    return pl.concat_str(shown, separator=", ")


def list_rows(rows: pl.DataFrame, domain: str, rule: Rule) -> dy.DataFrame[Query]:
    """Return one query for each of these rows."""
    if rows.is_empty():
        return Query.create_empty()
    subject = pl.col("USUBJID") if "USUBJID" in rows.columns else pl.lit(None)
    # In Polars 2.1 `format` panics where the first chunk of a filtered frame is empty.
    listed = rows.rechunk().select(
        domain=pl.lit(domain),
        subject=subject.cast(pl.String),
        record=record_name(rows.columns, domain),
        rule=pl.lit(rule.name),
        found=found_text(rule.variables),
        expected=pl.lit(rule.expected),
        severity=pl.lit(rule.severity),
        consequence=pl.lit(rule.consequence),
        file=pl.col(FILE),
    )
    return gather_queries([listed])
