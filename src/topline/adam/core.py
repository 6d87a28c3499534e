"""What every analysis dataset shares: its gate, its core variables, its study days."""

from dataclasses import dataclass, replace
from functools import cache

import dataframely as dy
import polars as pl

from topline.frames import conform
from topline.protocol.protocol import Protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.domains import SCHEMAS
from topline.sdtm.qualifiers import join_qualifiers
from topline.sdtm.queries import Consequence, Query, Severity, shorten

CORE = (
    "STUDYID",
    "USUBJID",
    "SUBJID",
    "SITEID",
    "TRT01P",
    "TRT01PN",
    "TRT01A",
    "TRT01AN",
    "AGE",
    "SEX",
    "TRTSDT",
    "TRTEDT",
)
"""ADSL variables that every other dataset repeats, besides the flags of the analysis sets."""


class Record(dy.Schema):
    """What every row below subject level has: whose it is, its number, and where it came from."""

    USUBJID = dy.String(primary_key=True)
    ASEQ = dy.Int64(primary_key=True, min=1, description="number of the row within the subject")
    SRCDOM = dy.String(description="domain or dataset of the source record")
    SRCVAR = dy.String(description="its variable")
    SRCSEQ = dy.Int64(nullable=True, description="its sequence number; null where it has none")


def conform_rows(frame: pl.DataFrame, schema: type[dy.Schema]) -> pl.DataFrame:
    """Pass the schema's columns through the gate and keep all others behind them.

    Raises
    ------
    DataError
        At least one row breaks a rule of the schema.
    """
    checked = conform(frame, schema)
    others = [name for name in frame.columns if name not in checked.columns]
    return checked.hstack(frame.select(others))


def domain(sdtm: Sdtm, name: str) -> pl.DataFrame:
    """Return a domain with every column that its schema names, and its qualifiers as columns."""
    wanted = _columns(name)
    frame = sdtm.domains.get(name, pl.DataFrame(schema=wanted))
    absent = [
        pl.lit(None, dtype=dtype).alias(column)
        for column, dtype in wanted.items()
        if column not in frame.columns
    ]
    complete = frame.with_columns(absent).select(*wanted, pl.exclude(list(wanted)))
    supp = sdtm.domains.get(f"SUPP{name}")
    return complete if supp is None else join_qualifiers(complete, supp)


@cache
def _columns(name: str) -> dict[str, pl.DataType]:
    """Return the columns of a domain's schema with their types."""
    return {column: kind.dtype for column, kind in SCHEMAS[name].columns().items()}


def with_qualifiers(sdtm: Sdtm) -> Sdtm:
    """Return the data with the qualifiers joined to their domains once, and no SUPP-- left."""
    own = [name for name in SCHEMAS if not name.startswith("SUPP") and name != "RELREC"]
    return replace(sdtm, domains={name: domain(sdtm, name) for name in own})


def add_core(rows: pl.DataFrame, protocol: Protocol, adsl: pl.DataFrame) -> pl.DataFrame:
    """Add the core variables and the flags of the analysis sets that ADSL has by now."""
    flags = [analysis_set.flag for analysis_set in protocol.analysis_sets.values()]
    wanted = [*CORE, *(flag for flag in flags if flag in adsl.columns)]
    rest = [name for name in rows.columns if name == "USUBJID" or name not in wanted]
    return rows.select(rest).join(
        adsl.select(wanted), on="USUBJID", how="left", maintain_order="left"
    )


def number_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ASEQ: 1, 2, ... within each subject, in the order of the rows."""
    return rows.with_columns(ASEQ=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("USUBJID"))


def flag(condition: pl.Expr) -> pl.Expr:
    """Return Y where the condition holds, null elsewhere."""
    return pl.when(condition).then(pl.lit("Y"))


@dataclass(frozen=True)
class Finding:
    """A kind of query: its rule, what was expected, how bad it is and what follows."""

    rule: str
    expected: str
    severity: Severity = "warning"
    consequence: Consequence = "none"


def list_queries(
    rows: pl.DataFrame, finding: Finding, found: pl.Expr, record: pl.Expr | None = None
) -> pl.DataFrame:
    """Turn rows that cannot be analyzed as they stand into queries, one a row."""
    listed = rows.select(
        domain=pl.lit(finding.rule.split(".", 1)[0]),
        subject=pl.col("USUBJID"),
        record=pl.lit(None, dtype=pl.String) if record is None else record,
        rule=pl.lit(finding.rule),
        found=shorten(found),
        expected=pl.lit(finding.expected),
        severity=pl.lit(finding.severity),
        consequence=pl.lit(finding.consequence),
        file=pl.lit(None, dtype=pl.String),
    )
    return Query.cast(listed)
