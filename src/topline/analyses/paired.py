"""Two measurements of the same subjects: their difference, and a test of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from topline.analyses.cross_table import cross_table
from topline.analyses.formats import collected_decimals, number, statistic
from topline.analyses.levels import is_number, label_of, unit_of
from topline.analyses.outcomes import left_out, subjects_in
from topline.analyses.rows import Row, bounded, count_and_percent, finite, made_by, test_rows
from topline.analyses.trace import where
from topline.protocol.comparisons import PairedComparison
from topline.protocol.protocol import Protocol
from topline.stats.estimates.means import compute_mean
from topline.stats.estimates.summary import compute_summary
from topline.stats.ranks.signed_rank import compute_signed_rank
from topline.stats.tables.mcnemar import compute_mcnemar


def compare_pairs(
    protocol: Protocol, analysis: PairedComparison, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Compare two measurements within subjects.

    Returns
    -------
    list of Row
        Of numbers: the distribution of the first, the second and the difference (second less
        first), the location of the difference with limits, and the test. Of categories: the first
        and the second, and McNemar's test. Subjects without both values are left out and counted.
    """
    first, second = analysis.first, analysis.second
    subjects, inside = subjects_in(protocol, adam["ADSL"], analysis)
    both = where(inside, f"{first} IS NOT NULL", f"{second} IS NOT NULL")
    pairs = subjects.filter(pl.col(first).is_not_null() & pl.col(second).is_not_null())
    missing = subjects.height - pairs.height
    label = f"{label_of(protocol, second)} against {label_of(protocol, first)}"
    start = Row(
        "", None, "",
        parameter=second, parameter_label=label, n=pairs.height, n_missing=missing,
        trace_dataset="ADSL", trace_where=both, warning=left_out(missing),
    )  # fmt: skip
    if is_number(protocol, first, subjects.schema[first]):
        return list(_numbers(protocol, analysis, start, pairs))
    return list(_categories(protocol, analysis, start, pairs))


def _numbers(
    protocol: Protocol, analysis: PairedComparison, start: Row, pairs: pl.DataFrame
) -> Iterator[Row]:
    one, two = (
        pairs[name].cast(pl.Float64).to_numpy() for name in (analysis.first, analysis.second)
    )
    unit = unit_of(protocol, analysis.second)
    measured = {
        "first": (label_of(protocol, analysis.first), one),
        "second": (label_of(protocol, analysis.second), two),
        "difference": ("Difference", two - one),
    }
    for name, (label, values) in measured.items():
        yield from _distribution(replace(start, level=name, level_label=label, unit=unit), values)
    yield from _difference(analysis, replace(start, unit=unit), two - one)


def _distribution(row: Row, values: np.ndarray) -> Iterator[Row]:
    found = compute_summary(values)
    decimals = collected_decimals(values.tolist())
    numbers = {
        "median": found.median, "q1": found.q1, "q3": found.q3,
        "min": found.minimum, "max": found.maximum, "mean": found.mean, "sd": found.sd,
    }  # fmt: skip
    for name, value in numbers.items():
        known = finite(value)
        shown = statistic(name, known, decimals)
        yield replace(row, statistic=name, value=known, display=shown, method=found.method)


def _difference(analysis: PairedComparison, start: Row, change: np.ndarray) -> Iterator[Row]:
    row = replace(start, level=analysis.test, level_label=_LABELS[analysis.test])
    if analysis.test == "t-test":
        mean = compute_mean(change, level=analysis.level)
        yield from _location(made_by(row, mean), (mean.estimate, mean.lower, mean.upper))
        row = made_by(replace(row, unit=""), mean)
        yield from test_rows(row, mean.statistic, mean.df, mean.p_value)
        return
    ranks = compute_signed_rank(change, zeros=analysis.zeros, level=analysis.level)
    yield from _location(made_by(row, ranks), (ranks.estimate, ranks.lower, ranks.upper))
    yield from test_rows(made_by(replace(row, unit=""), ranks), ranks.statistic, 0, ranks.p_value)


def _location(row: Row, limits: tuple[float, float, float]) -> Iterator[Row]:
    for name, limit in zip(("estimate", "lower", "upper"), limits, strict=True):
        value = bounded(limit)
        yield replace(row, statistic=name, value=value, display=number(value, 2))


_LABELS = {
    "signed-rank": "Wilcoxon signed-rank test",
    "t-test": "Paired t-test",
    "mcnemar": "McNemar's test",
}


def _categories(
    protocol: Protocol, analysis: PairedComparison, start: Row, pairs: pl.DataFrame
) -> Iterator[Row]:
    """Count the categories of each measurement, and the pairs that differ."""
    table = cross_table(protocol, pairs, analysis.first, analysis.second)
    measured = (
        (analysis.first, table.first, table.counts.sum(axis=1)),
        (analysis.second, table.second, table.counts.sum(axis=0)),
    )
    for name, levels, counts in measured:
        row = replace(start, section=label_of(protocol, name), parameter=name)
        for level, count in zip(levels, counts, strict=True):
            named = replace(row, level=level.value, level_label=level.label)
            named = replace(named, trace_where=where(start.trace_where, level.condition))
            yield from count_and_percent(named, int(count), pairs.height)
    found = compute_mcnemar(table.counts)
    row = replace(start, level="mcnemar", level_label=_LABELS["mcnemar"])
    yield from test_rows(made_by(row, found), found.statistic, found.df, found.p_value)
