"""Groups compared: each group in short, tests of all of them, differences from one of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from topline.analyses.cross_table import TOTAL
from topline.analyses.effects import effect_rows, shift_rows
from topline.analyses.formats import collected_decimals, number, p_value, statistic
from topline.analyses.outcomes import STRATUM, Outcome, Sample, outcome_of
from topline.analyses.rows import Row, count_and_percent, finite, made_by, test_rows, warned
from topline.analyses.trace import own, where
from topline.protocol.comparisons import CategoryTest, Comparison, NumberTest
from topline.protocol.protocol import Protocol
from topline.stats.estimates.means import compute_anova, compute_mean_difference
from topline.stats.estimates.multiplicity import adjust_p_values
from topline.stats.estimates.summary import compute_summary
from topline.stats.ranks.dunn import compute_dunn
from topline.stats.ranks.kruskal_wallis import compute_kruskal_wallis
from topline.stats.ranks.mann_whitney import MannWhitney, compute_mann_whitney
from topline.stats.ranks.van_elteren import compute_van_elteren
from topline.stats.tables.chi_square import compute_chi_square
from topline.stats.tables.fisher import compute_fisher
from topline.stats.tables.mantel_haenszel import compute_mantel_haenszel
from topline.stats.tables.table_test import TableTest
from topline.stats.tables.trend import compute_trend
from topline.stats.tables.unconditional import compute_barnard, compute_boschloo

_NONE = np.zeros(2, np.int64)


def compare_groups(
    protocol: Protocol, analysis: Comparison, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Compare two or more groups of subjects.

    Parameters
    ----------
    protocol
        Gives endpoint or variable, set and arms.
    analysis
        Outcome, groups, tests and effect measures.
    adam
        ADSL, and the endpoint's dataset.

    Returns
    -------
    list of Row
        Group by group those who count and those who do not (or each category, or the distribution),
        and of a share those of all groups together (`level` is ``total``); then test by test
        statistic, degrees of freedom and P; then each group against the reference; then all pairs.
    """
    outcome = outcome_of(protocol, adam, analysis)
    rows = [row for sample in outcome.samples for row in describe_sample(outcome, sample)]
    if outcome.kind == "share":
        rows += _total(outcome)
    if len(outcome.samples) < 2:
        said = f"nothing to compare: {len(outcome.samples)} groups with subjects"
        none = warned(outcome.start(), [said])
        return [*rows, replace(none, statistic="p_value", value=None, display=p_value(None))]
    for test in analysis.tests:
        rows += _tested(outcome, test)
    rows += effect_rows(analysis, outcome)
    rows += shift_rows(analysis, outcome)
    if analysis.pairwise is not None:
        rows += _pairs(analysis, outcome)
    return rows


def describe_sample(outcome: Outcome, sample: Sample) -> Iterator[Row]:
    """Describe a group: categories with counts and percentages, or median and quartiles."""
    start = outcome.start(sample)
    if outcome.kind == "number":
        yield from _distribution(start, sample)
        return
    counts = outcome.table([sample])[0]
    if outcome.kind == "share":
        yield from _share(outcome, start, counts)
        return
    for level, count in zip(outcome.levels, counts, strict=True):
        row = replace(start, trace_where=where(sample.trace, level.condition))
        named = replace(row, level=level.value, level_label=level.label)
        yield from count_and_percent(named, int(count), sample.n)


def _share(outcome: Outcome, start: Row, counts: NDArray[np.int64]) -> Iterator[Row]:
    """Count the subjects compared, those who count, with their share, and the others."""
    of = int(counts.sum())
    yield replace(start, statistic="n", value=float(of), display=str(of))
    for name, level, found in zip(("responders", "others"), outcome.levels, counts, strict=True):
        row = replace(start, trace_where=where(own(start.trace_where), level.condition))
        n, share = count_and_percent(row, int(found), of)
        yield replace(n, statistic=name)
        if name == "responders":
            yield share


def _total(outcome: Outcome) -> Iterator[Row]:
    """Count the subjects of all groups together."""
    start = replace(outcome.start(), level=TOTAL, level_label="Total")
    yield from _share(outcome, start, outcome.table().sum(axis=0) if outcome.samples else _NONE)


def _distribution(start: Row, sample: Sample) -> Iterator[Row]:
    found = compute_summary(sample.numbers)
    decimals = collected_decimals(sample.numbers.tolist())
    yield replace(start, statistic="n", value=float(found.n), display=str(found.n))
    numbers = {
        "median": found.median, "q1": found.q1, "q3": found.q3, "min": found.minimum,
        "max": found.maximum, "mean": found.mean, "sd": found.sd,
    }  # fmt: skip
    for name, value in numbers.items():
        known = finite(value)
        shown = statistic(name, known, decimals)
        yield replace(start, statistic=name, value=known, display=shown, method=found.method)


def _tested(outcome: Outcome, test: CategoryTest | NumberTest) -> Iterator[Row]:
    row = replace(outcome.start(), level=test)
    if outcome.kind == "number":
        yield from number_test(row, outcome, test)
    else:
        found = category_test(outcome, test)
        row = replace(row, level_label=found.method.name)
        yield from test_rows(made_by(row, found), found.statistic, found.df, found.p_value)


_CATEGORY_TESTS: dict[str, Callable[[Outcome], TableTest]] = {
    "fisher": lambda outcome: compute_fisher(outcome.table()),
    "fisher-mid-p": lambda outcome: compute_fisher(outcome.table(), mid_p=True),
    "chi-square": lambda outcome: compute_chi_square(outcome.table()),
    "yates": lambda outcome: compute_chi_square(outcome.table(), kind="yates"),
    "likelihood-ratio": lambda outcome: compute_chi_square(
        outcome.table(), kind="likelihood-ratio"
    ),
    "barnard": lambda outcome: compute_barnard(outcome.table()),
    "boschloo": lambda outcome: compute_boschloo(outcome.table()),
    "trend": lambda outcome: compute_trend(_two_columns(outcome)),
    "mantel-haenszel": lambda outcome: compute_mantel_haenszel(outcome.tables()),
}


def category_test(outcome: Outcome, test: CategoryTest | NumberTest) -> TableTest:
    """Test whether the groups differ in their categories."""
    return _CATEGORY_TESTS[test](outcome)


def _two_columns(outcome: Outcome) -> NDArray[np.int64]:
    """Set the two categories as columns, whose share may rise or fall over the rows."""
    table = outcome.table()
    return table if table.shape[1] == 2 else table.T


def number_test(row: Row, outcome: Outcome, test: CategoryTest | NumberTest) -> Iterator[Row]:
    """Test whether the groups differ in location."""
    samples = outcome.samples
    values = np.concatenate([sample.numbers for sample in samples])
    labels = group_labels(samples)
    match test:
        case "mann-whitney":
            found = compute_mann_whitney(samples[0].numbers, samples[1].numbers)
        case "van-elteren":
            strata = np.concatenate([s.rows[STRATUM].to_numpy().astype(np.str_) for s in samples])
            found = compute_van_elteren(values, labels, strata)
        case "t-test":
            found = compute_mean_difference(samples[0].numbers, samples[1].numbers)
        case "anova":
            found = compute_anova(values, labels)
        case _:
            found = compute_kruskal_wallis(values, labels)
    df = 0.0 if isinstance(found, MannWhitney) else found.df
    row = replace(row, level_label=found.method.name)
    yield from test_rows(made_by(row, found), found.statistic, df, found.p_value)


def group_labels(samples: tuple[Sample, ...]) -> NDArray[np.str_]:
    """Name the group of each value, so that sorted labels keep the order of the groups."""
    return np.concatenate([np.full(s.n, f"{i:03d}") for i, s in enumerate(samples)])


def _pairs(analysis: Comparison, outcome: Outcome) -> Iterator[Row]:
    """Compare every two groups, and adjust for their number."""
    pairs = list(combinations(outcome.samples, 2))
    adjust = analysis.pairwise or "none"
    if outcome.kind == "number":
        values = np.concatenate([sample.numbers for sample in outcome.samples])
        found = compute_dunn(values, group_labels(outcome.samples), adjust="none")
        raw = [(c.z, c.p_value, c.method) for c in found]
    else:
        tests = [compute_fisher(outcome.table(pair)) for pair in pairs]
        raw = [(test.statistic, test.p_value, test.method) for test in tests]
    adjusted = adjust_p_values(np.array([p for _, p, _ in raw]), adjust)
    for (one, other), (z, p, method), after in zip(pairs, raw, adjusted, strict=True):
        row = replace(
            outcome.start(),
            level=f"{one.group.value} - {other.group.value}",
            level_label=f"{one.group.label} against {other.group.label}",
            n=one.n + other.n,
            n_missing=one.without + other.without,
            trace_where=f"({one.trace}) OR ({other.trace})",
            method=replace(method, options=(*method.options, ("adjusted by", adjust))),
        )
        if outcome.kind == "number":
            value = finite(z)
            yield replace(row, statistic="z", value=value, display=number(value, 2))
        for name, each in (("p_value", p), ("p_adjusted", float(after))):
            known = finite(each)
            yield replace(row, statistic=name, value=known, display=p_value(known))
