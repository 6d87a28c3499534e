"""Queries about the collected data, counted."""

from dataclasses import dataclass

import polars as pl

from topline.sdtm.queries import SEVERITIES


@dataclass(frozen=True, slots=True)
class Quality:
    """Queries as the page counts them; a page with patients also lists them."""

    total: int
    severities: tuple[str, ...]
    counts: tuple[tuple[str | int, ...], ...]
    """Domain, its queries of each severity, all of its queries."""


def summarise_queries(queries: pl.DataFrame) -> Quality:
    """Count queries by domain and severity.

    Parameters
    ----------
    queries
        Rows of `topline.sdtm.queries.Query`.
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
    return Quality(queries.height, SEVERITIES, tuple(counts.iter_rows()))
