"""A rate with its interval: of responses, of those free of an event, or of a change reached."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

import polars as pl

from topline.analyses.formats import p_value, percent
from topline.analyses.levels import ALL, MISSING, RESPONSES, Group, arm_groups, groups_of
from topline.analyses.rows import COUNTED, Row, count_and_percent, finite
from topline.analyses.shares import Share, share_of
from topline.analyses.subjects import HAS_ROW, GroupRows, subjects_of
from topline.analyses.trace import equals, where
from topline.protocol.analyses import Rate
from topline.protocol.design import OneArmBinary, SimonTwoStage
from topline.protocol.protocol import Protocol
from topline.stats.estimates.proportion import (
    BinomialTest,
    compute_proportion,
    test_proportion,
)
from topline.stats.method import Method

_RARE = "NON-CR/NON-PD"


def estimate_rate(
    protocol: Protocol, analysis: Rate, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Estimate the share of subjects who count, in all, by arm and in subgroups.

    Parameters
    ----------
    protocol
        Gives the endpoint (a response rate, a landmark or a change with a limit), the analysis set
        and the design.
    analysis
        What is estimated, how, and by which variables.
    adam
        ADSL, and ADRS or ADTTE, which has one row of the endpoint's parameter a subject.

    Returns
    -------
    list of Row
        For each group responders, rate and limits in percent; of a landmark, how many are unknown;
        of a response rate, each response with its share; for all, the decision of the design where
        it is asked for.
    """
    share = share_of(protocol, analysis.endpoint)
    label = protocol.endpoints[analysis.endpoint].label
    subjects = subjects_of(protocol, adam, analysis, share.parameter)
    responses = _responses(subjects.frame) if share.by_response else []
    rows: list[Row] = []
    for group in subjects.kept(_groups(protocol, analysis, subjects.frame)):
        everyone = subjects.group(group)
        found = share.denominator(everyone)
        start = _start(analysis, label, group, found)
        start = replace(
            start, trace_dataset=share.parameter.dataset, warning=share.warning(everyone)
        )
        rows += _rate(analysis, share, start, found)
        rows += _unknown(share, start, everyone)
        if share.by_response:
            rows += _by_response(analysis, start, found, responses)
        if group == ALL and analysis.test == "design":
            rows += _decision(protocol, share, start, found)
    return rows


def _groups(protocol: Protocol, analysis: Rate, subjects: pl.DataFrame) -> list[Group]:
    arms = arm_groups(protocol, "TRT01P", subjects)
    subgroups = (groups_of(protocol, variable, subjects[variable]) for variable in analysis.by)
    return list(dict.fromkeys([ALL, *arms, *chain.from_iterable(subgroups)]))


def _responses(subjects: pl.DataFrame) -> list[str | None]:
    """Responses in the guideline's order; the rare one and unknown ones only if they occur."""
    rows = subjects.filter(pl.col(HAS_ROW))
    present: list[str] = rows["AVALC"].drop_nulls().unique().sort().to_list()
    known = [each for each in RESPONSES if each != _RARE or each in present]
    missing = [None] if rows["AVALC"].null_count() else []
    return [*known, *(each for each in present if each not in RESPONSES), *missing]


def _start(analysis: Rate, label: str, group: Group, found: GroupRows) -> Row:
    return Row(
        "",
        None,
        "",
        parameter=analysis.endpoint,
        parameter_label=label,
        by=group.by,
        group=group.value,
        group_label=group.label,
        n=found.rows.height,
        n_missing=found.without,
        trace_where=found.trace,
    )


def _limits(analysis: Rate, row: Row, events: int, n: int) -> Iterator[tuple[str, Row]]:
    """Rate and limits in percent, each with its name."""
    found = compute_proportion(events, n, method=analysis.method, level=analysis.level)
    warning = row.warning or "; ".join(found.warnings)
    shares = {"estimate": found.estimate, "lower": found.lower, "upper": found.upper}
    for name, number in shares.items():
        share = finite(number)
        value = None if share is None else 100 * share
        yield (
            name,
            replace(
                row,
                statistic=name,
                value=value,
                display=percent(value),
                unit="%",
                method=found.method,
                warning=warning,
            ),
        )


def _rate(analysis: Rate, share: Share, start: Row, found: GroupRows) -> Iterator[Row]:
    events = share.counted(found)
    yield replace(
        start,
        statistic="responders",
        value=float(events),
        display=str(events),
        trace_where=where(found.trace, share.counts),
    )
    for _, row in _limits(analysis, start, events, found.rows.height):
        yield row


def _unknown(share: Share, start: Row, everyone: GroupRows) -> Iterator[Row]:
    """Count those of whom it is not known whether they count."""
    if not share.known:
        return
    count = share.unknown(everyone)
    yield replace(
        start,
        statistic="unknown",
        value=float(count),
        display=str(count),
        n=everyone.rows.height,
        n_missing=everyone.without,
        trace_where=where(everyone.trace, f"NOT {share.known}"),
    )


def _by_response(
    analysis: Rate, start: Row, found: GroupRows, responses: list[str | None]
) -> Iterator[Row]:
    counts: dict[str | None, int] = dict(found.rows["AVALC"].value_counts().iter_rows())
    for response in responses:
        level = MISSING if response is None else response
        count = counts.get(response, 0)
        row = replace(
            start,
            level=level,
            level_label=level,
            trace_where=where(found.trace, equals("AVALC", response)),
        )
        yield from count_and_percent(row, count, found.rows.height)
        everyone = replace(row, trace_where=found.trace)
        for name, limit in _limits(analysis, everyone, count, found.rows.height):
            if name != "estimate":
                yield limit


def _decision(protocol: Protocol, share: Share, start: Row, found: GroupRows) -> Iterator[Row]:
    """Responders needed, exact p-value, and whether the design's goal was met."""
    design = protocol.design
    assert isinstance(design, OneArmBinary)
    n = found.rows.height
    events = share.counted(found)
    test = _test_by_design(design, events, n)
    needed, why = responders_needed(design, n)
    warning = "; ".join(filter(None, [start.warning, why]))
    met = needed is not None and events >= needed
    said = "" if needed is None else f"{needed} of {n} needed, {events} seen"
    rule = Method(
        "Decision rule of the design",
        (
            ("responders_at_least", design.success.responders_at_least),
            ("of", design.success.of),
            ("null", design.null),
            ("alpha", design.alpha.value),
            ("sides", design.alpha.sides),
        ),
        COUNTED.library,
    )
    row = replace(start, method=rule, warning=warning)
    shown = "NE" if needed is None else str(needed)
    value = None if needed is None else float(needed)
    yield replace(row, statistic="responders_needed", value=value, display=shown)
    p = finite(test.p_value)
    yield replace(
        row, statistic="p_value", value=p, display=p_value(p), method=test.method,
        warning="; ".join(filter(None, [start.warning, *test.warnings])),
    )  # fmt: skip
    yield replace(
        row,
        statistic="decision",
        value=None if needed is None else float(met),
        display="NE" if needed is None else "met" if met else "not met",
        method=replace(rule, options=(*rule.options, ("found", said))),
    )


def responders_needed(design: OneArmBinary, n: int) -> tuple[int | None, str]:
    """Smallest number of responders that is success among n subjects, and what to say of it.

    The protocol's own number holds for the number of subjects it was written for. For another,
    it is the smallest number whose exact one-sided p-value does not exceed alpha (half of alpha
    where the test has two sides), as the design's own number was found.

    Examples
    --------
    >>> from topline.protocol.design import Alpha, SingleStage, Success
    >>> design = SingleStage(
    ...     kind="single-stage", endpoint="ORR", null=0.25, alternative=0.5, power=0.9, enrol=35,
    ...     alpha=Alpha(value=0.1, sides=1), success=Success(responders_at_least=13, of=35),
    ... )
    >>> responders_needed(design, 35)
    (13, '')
    >>> responders_needed(design, 33)[0]
    12
    """
    rule = design.success
    if n == rule.of:
        return rule.responders_at_least, ""
    alpha = design.alpha.value / design.alpha.sides
    planned = f"The protocol's rule is {rule.responders_at_least} of {rule.of}"
    if isinstance(design, SimonTwoStage) and 0 < n <= design.first_stage.of:
        first = design.first_stage
        return rule.responders_at_least, (
            f"{planned}; with {first.stop_at_most} or fewer responders of the first {first.of} "
            "the trial ends without success"
        )
    needed = next(
        (events for events in range(n + 1) if _test_by_design(design, events, n).p_value <= alpha),
        None,
    )
    if needed is None:
        return None, f"{planned}; among {n} subjects no number of responders would be success"
    return needed, f"{planned}; among {n} subjects {needed} is the smallest with p ≤ {alpha:g}"


def _test_by_design(design: OneArmBinary, events: int, n: int) -> BinomialTest:
    """Test the rate exactly; after two stages, of the trials that go on after the first."""
    test = test_proportion(events, n, null=design.null, alternative="greater")
    if not isinstance(design, SimonTwoStage) or n <= design.first_stage.of:
        return test
    first, stop = design.first_stage.of, design.first_stage.stop_at_most
    p_value = sum(
        (_tail(x, first, design.null) - _tail(x + 1, first, design.null))
        * _tail(events - x, n - first, design.null)
        for x in range(stop + 1, first + 1)
    )
    method = Method("Exact p-value after two stages", test.method.options, test.method.library)
    return replace(test, p_value=p_value, method=method)


def _tail(events: int, n: int, rate: float) -> float:
    """Probability of so many events or more."""
    if events > n:
        return 0.0
    return test_proportion(max(events, 0), n, null=rate, alternative="greater").p_value
