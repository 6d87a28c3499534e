"""Numbers of the CONSORT diagram: who came how far, why others did not, what became of them."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from topline.analyses.levels import ALL, MISSING, Group, Level, arm_groups, levels_of, members_of
from topline.analyses.rows import Row
from topline.analyses.trace import equals, where
from topline.protocol.analyses import Flow, FlowStep
from topline.protocol.protocol import Protocol


def count_flow(protocol: Protocol, analysis: Flow, adsl: pl.DataFrame) -> list[Row]:
    """Count the boxes of the flow diagram.

    Parameters
    ----------
    protocol
        Gives the analysis sets with their flags and reasons.
    analysis
        Steps in order.
    adsl
        One row a subject.

    Returns
    -------
    list of Row
        For each step: who was lost on the way (total, then by reason), who came this far, what
        became of them. Those lost are counted by arm when both steps are.
    """
    rows: list[Row] = []
    before: FlowStep | None = None
    for step in analysis.steps:
        if before is not None and step.lost is not None:
            rows += _lost(protocol, before, step, adsl)
        rows += _box(protocol, before, step, adsl)
        if step.outcome is not None:
            rows += _outcome(protocol, step, adsl)
        before = step
    return rows


def reason_variable(protocol: Protocol, step: FlowStep) -> str:
    """ADSL variable that says why a subject is not in the step's analysis set."""
    flag = protocol.analysis_sets[step.analysis_set].flag
    return step.reasons or f"{flag[:-2]}RS"


def _flag(protocol: Protocol, step: FlowStep) -> str:
    return protocol.analysis_sets[step.analysis_set].flag


def _groups(protocol: Protocol, step: FlowStep, subjects: pl.DataFrame) -> tuple[Group, ...]:
    return (step.by_arm and arm_groups(protocol, "TRT01P", subjects)) or (ALL,)


def _counted(
    row: Row, conditions: tuple[str, ...], members: pl.DataFrame, group: Group, of: int
) -> Row:
    """Complete a row with the subjects of a group for whom the conditions hold."""
    condition = where(*conditions)
    count = members.filter(pl.sql_expr(condition)).height
    return replace(
        row,
        value=float(count),
        display=str(count),
        by=group.by,
        group=group.value,
        group_label=group.label,
        n=of,
        trace_dataset="ADSL",
        trace_where=where(condition, group.condition),
    )


def _box(
    protocol: Protocol, before: FlowStep | None, step: FlowStep, adsl: pl.DataFrame
) -> Iterator[Row]:
    flag = _flag(protocol, step)
    inside = equals(flag, "Y")
    subjects = adsl.filter(pl.sql_expr(inside))
    warning = ""
    if before is not None:
        outside = subjects.filter(pl.col(_flag(protocol, before)).eq_missing("Y").not_()).height
        if outside:
            warning = f"{outside} of these subjects are not in {before.analysis_set}"
    for group in _groups(protocol, step, subjects):
        members = members_of(group, subjects)
        row = Row("n", None, "", step.analysis_set, step.label, analysis_set=step.analysis_set)
        if not members.height:
            row = replace(row, warning="no subjects")
        elif warning:
            row = replace(row, warning=warning)
        yield _counted(row, (inside,), members, group, members.height)


def _lost(
    protocol: Protocol, before: FlowStep, step: FlowStep, adsl: pl.DataFrame
) -> Iterator[Row]:
    """Those of the step before who are not in this one: all, then by reason."""
    inside, flag = equals(_flag(protocol, before), "Y"), _flag(protocol, step)
    outside = f"({flag} IS NULL OR {flag} <> 'Y')"
    lost = adsl.filter(pl.sql_expr(where(inside, outside)))
    both = before.by_arm and step.by_arm
    start = adsl.filter(pl.sql_expr(inside))
    variable = reason_variable(protocol, step)
    reasons = _reasons(protocol, step, variable, lost)
    for group in _groups(protocol, step, lost) if both else (ALL,):
        members = members_of(group, lost)
        of = members_of(group, start).height
        row = Row(
            "n", None, "", f"{step.analysis_set}.lost", step.lost or "",
            analysis_set=before.analysis_set,
        )  # fmt: skip
        yield _counted(row, (inside, outside), members, group, of)
        for level, label, condition in reasons:
            named = replace(row, level=level, level_label=label)
            yield _counted(named, (inside, outside, condition), members, group, of)


def _reasons(
    protocol: Protocol, step: FlowStep, variable: str, lost: pl.DataFrame
) -> list[tuple[str, str, str]]:
    """Reasons with their conditions: those that the set foresees, even for nobody, then others."""
    foreseen = (
        [exclusion.reason for exclusion in protocol.analysis_sets[step.analysis_set].exclusions]
        if step.reasons is None
        else []
    )
    found = levels_of(protocol, variable, lost[variable])
    levels = {level.value: level for level in found if not level.is_missing}
    order = dict.fromkeys([*foreseen, *levels])
    named = [
        (value, levels[value].label if value in levels else value, equals(variable, value))
        for value in order
    ]
    if any(level.is_missing for level in found):
        named.append((MISSING, "No reason recorded", equals(variable, None)))
    return named


def _outcome(protocol: Protocol, step: FlowStep, adsl: pl.DataFrame) -> Iterator[Row]:
    inside = equals(_flag(protocol, step), "Y")
    subjects = adsl.filter(pl.sql_expr(inside))
    levels = _outcome_levels(protocol, step.outcome or "", subjects)
    for group in _groups(protocol, step, subjects):
        members = members_of(group, subjects)
        for level in levels:
            row = Row(
                "n", None, "", f"{step.analysis_set}.outcome", step.outcome_label or "",
                level=level.value, level_label=level.label, analysis_set=step.analysis_set,
            )  # fmt: skip
            yield _counted(row, (inside, level.condition), members, group, members.height)


def _outcome_levels(protocol: Protocol, variable: str, subjects: pl.DataFrame) -> tuple[Level, ...]:
    """Values of the outcome; those without a reason to stop treatment by the state it is in."""
    levels = levels_of(protocol, variable, subjects[variable])
    if variable != "DCTREAS" or "EOTSTT" not in subjects.columns:
        return levels
    missing = [level for level in levels if level.is_missing]
    states: list[str | None] = (
        subjects.filter(pl.col(variable).is_null())["EOTSTT"].unique().sort().to_list()
    )
    return (
        *(level for level in levels if not level.is_missing),
        *(
            Level(
                state or MISSING,
                _STATES.get(state or "", "No reason recorded"),
                where(level.condition, equals("EOTSTT", state)),
            )
            for level in missing
            for state in states
        ),
    )


_STATES = {"ONGOING": "Ongoing", "COMPLETED": "Completed", "NOT TREATED": "Not treated"}
