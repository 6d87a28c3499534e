"""Queries about the collected data, counted and listed."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from topline.sdtm.queries import SEVERITIES, sort_queries

_LISTED_AT_MOST: Final = 500
_COLUMNS: Final = (
    "severity", "domain", "subject", "record", "rule", "found", "expected", "consequence", "file",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quality:
    """Queries as the page shows them."""

    total: int
    severities: tuple[str, ...]
    counts: tuple[tuple[str | int, ...], ...]
    """Domain, its queries of each severity, all of its queries."""
    columns: tuple[str, ...]
    listed: tuple[tuple[str, ...], ...]
    """The first queries, the worst first; none in a page without patients."""


def summarise_queries(queries: pl.DataFrame, *, patient_level: bool) -> Quality:
    """Count queries by domain and severity, and list the first of them.

    Parameters
    ----------
    queries
        Rows of `topline.sdtm.queries.Query`.
    patient_level
        Also list them; what was found can name patients.
    """
    named = queries.with_columns(pl.col("domain").fill_null("(file)"))
    counts = (
        named.group_by("domain")
        .agg(
            *((pl.col("severity") == severity).sum().alias(severity) for severity in SEVERITIES),
            pl.len().alias("total"),
        )
        .sort("domain")
    )
    listed = sort_queries(queries).head(_LISTED_AT_MOST).select(_COLUMNS).fill_null("")
    return Quality(
        queries.height,
        SEVERITIES,
        tuple(counts.iter_rows()),
        _COLUMNS,
        tuple(listed.iter_rows()) if patient_level else (),
    )
