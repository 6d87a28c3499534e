"""Questionnaires by visit: how many filled them in, and whose scores changed enough to matter.

A subject owes a form at a visit that has a record of it, filled in or not done. Completion is the
share of these who filled it in; beside it stands their share of the whole set, for those who left
the trial owe nothing and are missing all the same (Coens et al. 2020).

References
----------
.. [1] Coens C, Pe M, Dueck AC, et al. (2020). International standards for the analysis of
   quality-of-life and patient-reported outcome endpoints in cancer randomised controlled trials:
   recommendations of the SISAQOL Consortium. Lancet Oncology 21: e83-e96.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from topline.analyses.formats import percent
from topline.analyses.levels import ALL, Group, arm_groups, members_of
from topline.analyses.rows import Row, count_and_percent, finite
from topline.analyses.trace import among, equals, own, where, where_in
from topline.protocol.protocol import Protocol
from topline.protocol.questionnaires import QuestionnaireChanges, QuestionnaireCompletion
from topline.stats.estimates.proportion import compute_proportion

FILLED_IN = ("COMPLETE", "PARTIAL")
CHANGES = {"BETTER": "Better", "NO CHANGE": "No change", "WORSE": "Worse"}
_ARM = "TRT01P"


@dataclass(frozen=True)
class _Subjects:
    """Subjects of an analysis, and the rows of ADQS that are theirs."""

    adsl: pl.DataFrame
    rows: pl.DataFrame
    conditions: tuple[str, ...]
    groups: tuple[Group, ...]


def count_completion(
    protocol: Protocol, analysis: QuestionnaireCompletion, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Count forms by visit.

    Returns
    -------
    list of Row
        Form by form, visit by visit and arm by arm: those who filled it in, their share of those
        who owed it with exact limits, and their share of all subjects of the set.
    """
    subjects = _subjects(protocol, analysis, adam)
    out: list[Row] = []
    for form in analysis.forms or tuple(protocol.questionnaires):
        rows = subjects.rows.filter(PARAMCD=form)
        start = _start(rows, form)
        for visit in analysis.visits or _visits(rows):
            for group in subjects.groups:
                row = replace(_grouped(start, group), level=visit, level_label=visit)
                out += _completion(analysis, subjects, row, rows, group)
    return out


def _completion(
    analysis: QuestionnaireCompletion,
    subjects: _Subjects,
    row: Row,
    rows: pl.DataFrame,
    group: Group,
) -> Iterator[Row]:
    everyone = members_of(group, subjects.adsl)
    at = (equals("PARAMCD", row.parameter), equals("AVISIT", row.level), group.condition)
    owed = members_of(group, rows.filter(AVISIT=row.level))
    filled = owed.filter(pl.col("AVALC").is_in(FILLED_IN))
    columns = rows.columns
    of_owed = where_in(columns, [*subjects.conditions, *at], owed["USUBJID"])
    of_filled = where(of_owed, among("AVALC", FILLED_IN))
    row = replace(
        row, n=owed["USUBJID"].n_unique(), n_missing=everyone.height - owed["USUBJID"].n_unique()
    )
    due = replace(row, statistic="n", value=float(row.n or 0), display=str(row.n or 0))
    yield replace(due, trace_where=of_owed)
    events = filled["USUBJID"].n_unique()
    counted = replace(row, statistic="responders", value=float(events), display=str(events))
    yield replace(counted, trace_where=of_filled)
    yield from _limits(replace(row, trace_where=of_owed), events, analysis.level, shown=True)
    _, share = count_and_percent(replace(row, trace_where=of_filled), events, everyone.height)
    yield share


def count_changes(
    protocol: Protocol, analysis: QuestionnaireChanges, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Count subjects by what the change of their scores means.

    Returns
    -------
    list of Row
        Scale by scale, visit by visit and arm by arm: those whose score is better, not changed and
        worse, with percent and exact limits. Subjects without both scores are left out and counted.
    """
    subjects = _subjects(protocol, analysis, adam)
    out: list[Row] = []
    for scale in analysis.scales:
        rows = subjects.rows.filter(pl.col("PARAMCD") == scale, pl.col("CHGCAT2").is_not_null())
        start = _start(subjects.rows.filter(PARAMCD=scale), scale)
        for visit in analysis.visits:
            for group in subjects.groups:
                row = replace(_grouped(start, group), section=visit)
                out += _changes(analysis, subjects, row, rows, group)
    return out


def _changes(
    analysis: QuestionnaireChanges, subjects: _Subjects, row: Row, rows: pl.DataFrame, group: Group
) -> Iterator[Row]:
    everyone = members_of(group, subjects.adsl)
    found = members_of(group, rows.filter(AVISIT=row.section))
    at = (
        equals("PARAMCD", row.parameter),
        equals("AVISIT", row.section),
        "CHGCAT2 IS NOT NULL",
        group.condition,
    )
    chosen = where_in(rows.columns, [*subjects.conditions, *at], found["USUBJID"])
    missing = everyone.height - found.height
    warning = f"{missing} in the analysis set without both scores, left out" if missing else ""
    row = replace(row, n=found.height, n_missing=missing, warning=warning)
    evaluated = replace(row, statistic="n", value=float(found.height), display=str(found.height))
    yield replace(evaluated, trace_where=chosen)
    for change, label in CHANGES.items():
        events = found.filter(CHGCAT2=change).height
        named = replace(row, level=change, level_label=label)
        counted = replace(named, trace_where=where(chosen, equals("CHGCAT2", change)))
        yield from count_and_percent(counted, events, found.height)
        limits = _limits(replace(named, trace_where=chosen), events, analysis.level, shown=False)
        yield from limits


def _limits(row: Row, events: int, level: float, *, shown: bool) -> Iterator[Row]:
    """Give a share its exact limits in percent, and where `shown` the share itself."""
    found = compute_proportion(events, row.n or 0, level=level)
    warning = "; ".join(filter(None, [row.warning, *found.warnings]))
    numbers = {"estimate": found.estimate, "lower": found.lower, "upper": found.upper}
    for name, share in numbers.items():
        if name == "estimate" and not shown:
            continue
        known = finite(share)
        value = None if known is None else 100 * known
        yield replace(
            row, statistic=name, value=value, display=percent(value), unit="%",
            method=found.method, warning=warning,
        )  # fmt: skip


def _subjects(
    protocol: Protocol,
    analysis: QuestionnaireCompletion | QuestionnaireChanges,
    adam: Mapping[str, pl.DataFrame],
) -> _Subjects:
    inside = equals(protocol.analysis_sets[analysis.analysis_set].flag, "Y")
    conditions = tuple(filter(None, (inside, own(analysis.where), "ANL01FL = 'Y'")))
    adsl = adam["ADSL"].filter(pl.sql_expr(where(*conditions[:-1])))
    rows = adam["ADQS"].filter(pl.col("ANL01FL") == "Y")
    rows = rows.join(adsl.select("USUBJID"), on="USUBJID", how="semi")
    return _Subjects(adsl, rows, conditions, arm_groups(protocol, _ARM, adsl) or (ALL,))


def _start(rows: pl.DataFrame, parameter: str) -> Row:
    label = rows["PARAM"][0] if rows.height else parameter
    return Row("", None, "", parameter=parameter, parameter_label=label, trace_dataset="ADQS")


def _grouped(row: Row, group: Group) -> Row:
    return replace(row, by=group.by, group=group.value, group_label=group.label)


def _visits(rows: pl.DataFrame) -> tuple[str, ...]:
    """List the visits of the forms in order."""
    named = rows.filter(pl.col("AVISIT").is_not_null()).group_by("AVISIT")
    first = named.agg(pl.col("AVISITN").min()).sort("AVISITN", "AVISIT", nulls_last=True)
    return tuple(first["AVISIT"])
