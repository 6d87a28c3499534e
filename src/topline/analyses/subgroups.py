"""An endpoint within each value of some variables: what a forest plot shows.

Of one arm each subgroup has its own estimate, and a test tells whether subgroups of a variable
differ. Of several arms each subgroup has the effect of an arm against the reference, and of times
a test tells whether the effect differs between subgroups (interaction).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from topline.analyses.comparison import category_test, describe_sample
from topline.analyses.effects import effect_rows
from topline.analyses.formats import percent
from topline.analyses.levels import ALL, Group, groups_of, members_of
from topline.analyses.outcomes import Outcome, outcome_of
from topline.analyses.rows import Row, bounded, made_by, test_rows
from topline.analyses.subgroup_times import time_subgroups
from topline.analyses.trace import where
from topline.protocol.comparisons import Comparison, Subgroups
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.protocol import Protocol
from topline.stats.estimates.proportion import compute_proportion

Adam = Mapping[str, pl.DataFrame]


def estimate_subgroups(protocol: Protocol, analysis: Subgroups, adam: Adam) -> list[Row]:
    """Estimate an endpoint in each subgroup.

    Returns
    -------
    list of Row
        First all subjects, then variable by variable (`by`), value by value (`group`). Of one arm:
        n, events, and rate or median with limits; then P between the values. Of several arms: n and
        events of each arm (`level`), the effect against the reference with limits and P, and of
        times P of the interaction.
    """
    if isinstance(protocol.endpoints[analysis.endpoint], TimeToEvent):
        values = {v: _values(protocol, analysis, adam, v) for v in analysis.by}
        return time_subgroups(protocol, analysis, adam, values)
    return list(_shares(protocol, analysis, adam))


def _shares(protocol: Protocol, analysis: Subgroups, adam: Adam) -> Iterator[Row]:
    several = len(protocol.study.arms) > 1
    for variable in (None, *analysis.by):
        for group in _values(protocol, analysis, adam, variable):
            plan = _plan(analysis, group)
            outcome = outcome_of(protocol, adam, plan)
            if several:
                yield from (_about(row, group) for row in _effects(plan, outcome))
            else:
                yield from _share(analysis, group, outcome)
        if variable is not None and not several:
            yield from _between_shares(protocol, analysis, adam, variable)


def _plan(analysis: Subgroups, group: Group) -> Comparison:
    """Write the comparison of arms within a subgroup."""
    own = [f"({c})" for c in (analysis.where, group.condition) if c]
    return Comparison(
        kind="comparison",
        outcome=analysis.endpoint,
        analysis_set=analysis.analysis_set,
        where=" AND ".join(own) or None,
        reference=analysis.reference,
        level=analysis.level,
        tests=(analysis.test,),
        odds_ratio="haldane-anscombe" if analysis.effect == "odds ratio" else None,
        difference="newcombe" if analysis.effect == "difference" else None,
        risk_ratio="koopman" if analysis.effect == "risk ratio" else None,
    )


def _values(
    protocol: Protocol, analysis: Subgroups, adam: Adam, variable: str | None
) -> tuple[Group, ...]:
    """List the values of a variable that subjects of the set have."""
    if variable is None:
        return (ALL,)
    flag = protocol.analysis_sets[analysis.analysis_set].flag
    inside = where(f"{flag} = 'Y'", f"({analysis.where})" if analysis.where else None)
    subjects = adam["ADSL"].filter(pl.sql_expr(inside))
    groups = groups_of(protocol, variable, subjects[variable])
    return tuple(g for g in groups if members_of(g, subjects).height)


def _about(row: Row, group: Group) -> Row:
    """Say of which subgroup a row about an arm is; the arm becomes its level."""
    level = " ".join(filter(None, [row.group, row.level])) if row.group else row.level
    label = row.group_label or row.level_label
    return replace(
        row, by=group.by, group=group.value, group_label=group.label, level=level, level_label=label
    )


def _effects(plan: Comparison, outcome: Outcome) -> Iterator[Row]:
    for sample in outcome.samples:
        yield from describe_sample(outcome, sample)
    if len(outcome.samples) > 1:
        yield from effect_rows(plan, outcome)


def _share(analysis: Subgroups, group: Group, outcome: Outcome) -> Iterator[Row]:
    """Estimate the share of a subgroup of the one arm."""
    for sample in outcome.samples:
        row = replace(
            outcome.start(sample), by=group.by, group=group.value, group_label=group.label
        )
        counts = outcome.table([sample])[0]
        events = int(counts[0])
        counted = where(sample.trace, outcome.levels[0].condition)
        yield replace(row, statistic="n", value=float(sample.n), display=str(sample.n))
        yield replace(
            row, statistic="events", value=float(events), display=str(events), trace_where=counted
        )
        found = compute_proportion(events, sample.n, level=analysis.level)
        row = made_by(replace(row, unit="%"), found)
        for name in ("estimate", "lower", "upper"):
            value = bounded(100 * getattr(found, name))
            yield replace(row, statistic=name, value=value, display=percent(value))


def _between_shares(
    protocol: Protocol, analysis: Subgroups, adam: Adam, variable: str
) -> Iterator[Row]:
    plan = _plan(analysis, ALL).model_copy(update={"by": variable})
    outcome = outcome_of(protocol, adam, plan)
    if len(outcome.samples) > 1:
        found = category_test(outcome, analysis.test)
        row = replace(outcome.start(), by=variable, level="between", level_label="Between values")
        yield from test_rows(made_by(row, found), found.statistic, found.df, found.p_value)
