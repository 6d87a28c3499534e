"""What is wrong with the data, one row a finding: who, where, which rule, what, what then."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import dataframely as dy
import polars as pl

from topline.spreadsheet import write_spreadsheet

Severity = Literal["error", "warning", "note"]
Consequence = Literal["row set aside", "value not used", "file not read", "none"]
SEVERITIES: Final = ("error", "warning", "note")
CONSEQUENCES: Final = ("row set aside", "value not used", "file not read", "none")
_LONGEST: Final = 200


class Query(dy.Schema):
    """A finding in the collected data; sorted by severity, domain, rule, subject and record."""

    domain = dy.String(nullable=True, description="Domain, or null where a file has none")
    subject = dy.String(nullable=True, description="USUBJID, or null where no one subject is meant")
    record = dy.String(nullable=True, description='"AESEQ=3", "row 17" of the file, "line 9"')
    rule = dy.String(description='Stable name of the rule, such as "AE.AETOXGR.terms"')
    found = dy.String(description="What the data hold")
    expected = dy.String(description="What they should hold, or what to do")
    severity = dy.String(check=lambda value: value.is_in(SEVERITIES))
    consequence = dy.String(check=lambda value: value.is_in(CONSEQUENCES))
    file = dy.String(nullable=True, description="File, relative to the data folder")


@dataclass(frozen=True)
class Rule:
    """A rule in the data manager's words, and what happens where it is broken."""

    name: str
    """Stable, such as `AE.AETOXGR.terms`."""
    expected: str
    severity: Severity = "error"
    consequence: Consequence = "none"
    variables: Sequence[str] = ()
    """Variables a query shows."""
    unused: Sequence[str] = ()
    """Variables emptied where the rule is broken."""


def file_query(
    rule: Rule,
    found: str,
    *,
    domain: str | None = None,
    record: str | None = None,
    file: str | None = None,
) -> dy.DataFrame[Query]:
    """Return one query about a file or a domain as a whole."""
    row = {
        "domain": domain,
        "record": record,
        "rule": rule.name,
        "found": found,
        "expected": rule.expected,
        "severity": rule.severity,
        "consequence": rule.consequence,
        "file": file,
    }
    return gather_queries([pl.DataFrame([row], schema=dict.fromkeys(row, pl.String))])


def gather_queries(parts: Sequence[pl.DataFrame]) -> dy.DataFrame[Query]:
    """Stack queries; a variable that a part lacks is null."""
    if not any(part.height for part in parts):
        return Query.create_empty()
    known = [
        part.select(set(part.columns) & set(Query.column_names())) for part in parts if part.height
    ]
    stacked = pl.concat([Query.create_empty(), *known], how="diagonal")
    return Query.cast(stacked)


def shorten(value: pl.Expr) -> pl.Expr:
    """Return text that fits a cell; one long value is cut and says how long it was."""
    long = value.str.len_chars() > _LONGEST
    cut = pl.format("{}... ({} characters)", value.str.head(_LONGEST), value.str.len_chars())
    return pl.when(long).then(cut).otherwise(value)


def sort_queries(queries: pl.DataFrame) -> dy.DataFrame[Query]:
    """Order by severity, domain, rule, subject, then record as a person counts."""
    rank = pl.col("severity").cast(pl.Enum(SEVERITIES))
    counted = pl.col("record").str.extract(r"(\d+)$").cast(pl.Int64, strict=False)
    keys = [rank, "domain", "rule", "subject", counted, "record", "file", "found", "expected"]
    return Query.cast(queries.sort(keys, nulls_last=True))


def write_queries(queries: pl.DataFrame, path: Path) -> None:
    """Write queries in their order as CSV that a spreadsheet shows and never runs."""
    write_spreadsheet(sort_queries(queries), path)
