"""Two methods or readers on the same subjects: how often they agree, and beyond chance."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from topline.analyses.cross_table import TOTAL, CrossTable, cross_table
from topline.analyses.formats import number, p_value, percent
from topline.analyses.levels import is_number, label_of
from topline.analyses.outcomes import left_out, subjects_in
from topline.analyses.rows import Row, bounded, finite, made_by
from topline.analyses.trace import own, where
from topline.protocol.comparisons import Agreement
from topline.protocol.protocol import Protocol
from topline.stats.agreement.intraclass import compute_icc
from topline.stats.agreement.kappa import compute_kappa
from topline.stats.estimates.proportion import compute_proportion


def compare_readers(
    protocol: Protocol, analysis: Agreement, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Estimate how far two methods or readers agree.

    Returns
    -------
    list of Row
        Of categories: the cross table with its totals, the share of subjects with the same
        category (exact limits) and Cohen's kappa. Of numbers: the intraclass correlation ICC(2,1)
        of Shrout and Fleiss. Subjects without both values are left out and counted.
    """
    first, second = analysis.first, analysis.second
    subjects, inside = subjects_in(protocol, adam["ADSL"], analysis)
    pairs = subjects.filter(pl.col(first).is_not_null() & pl.col(second).is_not_null())
    missing = subjects.height - pairs.height
    start = Row(
        "", None, "",
        parameter=first,
        parameter_label=f"{label_of(protocol, first)} and {label_of(protocol, second)}",
        n=pairs.height, n_missing=missing, trace_dataset="ADSL",
        trace_where=where(inside, f"{first} IS NOT NULL", f"{second} IS NOT NULL"),
        warning=left_out(missing),
    )  # fmt: skip
    if is_number(protocol, first, subjects.schema[first]):
        return list(_numbers(analysis, start, pairs))
    return list(_categories(protocol, analysis, start, pairs))


def _categories(
    protocol: Protocol, analysis: Agreement, start: Row, pairs: pl.DataFrame
) -> Iterator[Row]:
    table = cross_table(protocol, pairs, analysis.first, analysis.second, analysis.pairs)
    for i, one in enumerate(table.first):
        for j, two in enumerate(table.second):
            yield replace(
                start,
                section=one.label,
                level=f"{one.value} - {two.value}",
                level_label=two.label,
                statistic="n",
                value=float(table.counts[i, j]),
                display=str(table.counts[i, j]),
                trace_where=where(start.trace_where, one.condition, two.condition),
            )
    yield from _totals(start, table)
    agreed = int(np.trace(table.counts))
    row = replace(start, level="concordance", level_label="Same category")
    yield replace(
        row,
        statistic="n",
        value=float(agreed),
        display=str(agreed),
        trace_where=where(start.trace_where, own(table.same())),
    )
    share = compute_proportion(agreed, pairs.height, level=analysis.level)
    row = made_by(replace(row, unit="%"), share)
    for name in ("estimate", "lower", "upper"):
        value = bounded(100 * getattr(share, name))
        yield replace(row, statistic=name, value=value, display=percent(value))
    if pairs.height:
        yield from _kappa(analysis, start, table.counts)


def _totals(start: Row, table: CrossTable) -> Iterator[Row]:
    """Count each category of either, and all subjects: the margins of the cross table."""
    cells = [
        *((one.label, f"{one.value} - {TOTAL}", "Total", one.condition) for one in table.first),
        *(("Total", f"{TOTAL} - {two.value}", two.label, two.condition) for two in table.second),
        ("Total", f"{TOTAL} - {TOTAL}", "Total", ""),
    ]
    counts = [*table.counts.sum(axis=1), *table.counts.sum(axis=0), table.counts.sum()]
    for (section, level, label, condition), count in zip(cells, counts, strict=True):
        yield replace(
            start,
            section=section,
            level=level,
            level_label=label,
            statistic="n",
            value=float(count),
            display=str(int(count)),
            trace_where=where(start.trace_where, condition),
        )


def _kappa(analysis: Agreement, start: Row, counts: np.ndarray) -> Iterator[Row]:
    found = compute_kappa(counts, weights=analysis.weights, level=analysis.level)
    row = made_by(replace(start, level="kappa", level_label="Cohen's kappa"), found)
    for name in ("estimate", "lower", "upper"):
        value = bounded(getattr(found, name))
        yield replace(row, statistic=name, value=value, display=number(value, 2))
    p = finite(found.p_value)
    yield replace(row, statistic="p_value", value=p, display=p_value(p))


def _numbers(analysis: Agreement, start: Row, pairs: pl.DataFrame) -> Iterator[Row]:
    ratings = pairs.select(pl.col(analysis.first, analysis.second).cast(pl.Float64)).to_numpy()
    found = compute_icc(ratings, form="ICC(2,1)", level=analysis.level)
    row = replace(start, level="icc", level_label="Intraclass correlation ICC(2,1)")
    row = made_by(row, found)
    for name in ("estimate", "lower", "upper"):
        value = bounded(getattr(found, name))
        yield replace(row, statistic=name, value=value, display=number(value, 2))
