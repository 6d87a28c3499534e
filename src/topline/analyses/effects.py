"""Each group against the reference: ratios and differences of shares, shifts of numbers."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from topline.analyses.formats import number, p_value, percent, ratio
from topline.analyses.outcomes import Outcome, Sample
from topline.analyses.rows import Row, bounded, finite, made_by, warned
from topline.protocol.comparisons import Comparison
from topline.stats.estimates.means import compute_mean_difference
from topline.stats.ranks.mann_whitney import compute_mann_whitney
from topline.stats.tables.effect import Ratio
from topline.stats.tables.mantel_haenszel import compute_common_odds_ratio
from topline.stats.tables.odds_ratio import compute_odds_ratio
from topline.stats.tables.risk_difference import (
    compute_common_risk_difference,
    compute_risk_difference,
)
from topline.stats.tables.risk_ratio import compute_risk_ratio


def effect_rows(analysis: Comparison, outcome: Outcome) -> Iterator[Row]:
    """Compare shares with the reference's by each measure that is asked for."""
    reference = reference_of(analysis.reference, outcome.samples)
    for sample in outcome.samples:
        if sample is reference:
            continue
        start = against(outcome, sample, reference)
        if analysis.reference not in {None, reference.group.value}:
            start = warned(start, [f"nobody in the reference group {analysis.reference}"])
        than = reference.group.label
        table = outcome.table([sample, reference])
        if analysis.odds_ratio is not None:
            row = replace(start, level="odds ratio", level_label=f"odds ratio against {than}")
            if analysis.odds_ratio == "mantel-haenszel":
                common = compute_common_odds_ratio(
                    _two(outcome, sample, reference), level=analysis.level
                )
                yield from _ratio(row, common)
            else:
                odds = compute_odds_ratio(table, method=analysis.odds_ratio, level=analysis.level)
                yield from _ratio(row, odds)
        if analysis.difference is not None:
            row = replace(start, level="difference", level_label=f"difference from {than}")
            yield from _difference(analysis, outcome, row, (sample, reference))
        if analysis.risk_ratio is not None:
            counted = table[:, 0]
            risk = compute_risk_ratio(
                int(counted[0]), sample.n, int(counted[1]), reference.n,
                method=analysis.risk_ratio, level=analysis.level,
            )  # fmt: skip
            row = replace(start, level="risk ratio", level_label=f"ratio to {than}")
            yield from _ratio(row, risk)


def shift_rows(analysis: Comparison, outcome: Outcome) -> Iterator[Row]:
    """Compare the location of numbers with the reference's."""
    if analysis.shift is None:
        return
    reference = reference_of(analysis.reference, outcome.samples)
    for sample in outcome.samples:
        if sample is reference:
            continue
        than = f"difference from {reference.group.label}"
        row = replace(against(outcome, sample, reference), level="shift", level_label=than)
        compute = (
            compute_mann_whitney if analysis.shift == "hodges-lehmann" else compute_mean_difference
        )
        found = compute(sample.numbers, reference.numbers, level=analysis.level)
        row = made_by(replace(row, unit=outcome.unit), found)
        for name in ("estimate", "lower", "upper"):
            value = bounded(getattr(found, name))
            yield replace(row, statistic=name, value=value, display=number(value, 2))


def reference_of(reference: str | None, samples: tuple[Sample, ...]) -> Sample:
    """Return the group that others are compared with: the one named, else the last."""
    return next((s for s in samples if s.group.value == reference), samples[-1])


def against(outcome: Outcome, sample: Sample, reference: Sample) -> Row:
    """Begin a row about two groups."""
    return replace(
        outcome.start(sample),
        n=sample.n + reference.n,
        n_missing=sample.without + reference.without,
        trace_where=f"({sample.trace}) OR ({reference.trace})",
        warning="",
    )


def ratio_rows(row: Row, limits: tuple[float, float, float], p: float) -> Iterator[Row]:
    """Complete a row with a ratio, its lower and upper limit, and its p-value."""
    for name, value in zip(("estimate", "lower", "upper"), limits, strict=True):
        yield replace(row, statistic=name, value=bounded(value), display=ratio(value))
    known = finite(p)
    yield replace(row, statistic="p_value", value=known, display=p_value(known))


def _ratio(row: Row, found: Ratio) -> Iterator[Row]:
    row = made_by(row, found)
    yield from ratio_rows(row, (found.estimate, found.lower, found.upper), found.p_value)


def _difference(
    analysis: Comparison, outcome: Outcome, row: Row, pair: tuple[Sample, Sample]
) -> Iterator[Row]:
    sample, reference = pair
    method = analysis.difference or "newcombe"
    if method == "mantel-haenszel" or (method == "miettinen-nurminen" and analysis.strata):
        found = compute_common_risk_difference(
            _two(outcome, sample, reference), method=method, level=analysis.level
        )
    else:
        counted = outcome.table(pair)[:, 0]
        found = compute_risk_difference(
            int(counted[0]), sample.n, int(counted[1]), reference.n,
            method=method, level=analysis.level,
        )  # fmt: skip
    row = made_by(replace(row, unit="%"), found)
    for name, share in (
        ("estimate", found.estimate), ("lower", found.lower), ("upper", found.upper),
    ):  # fmt: skip
        value = bounded(100 * share)
        yield replace(row, statistic=name, value=value, display=percent(value))


def _two(outcome: Outcome, sample: Sample, reference: Sample) -> np.ndarray:
    """Count two groups in each stratum."""
    place = {id(each): i for i, each in enumerate(outcome.samples)}
    return outcome.tables()[:, [place[id(sample)], place[id(reference)]], :]
