"""Questionnaires: forms by visit, and changes that matter to patients."""

from collections.abc import Sequence
from typing import Final

from topline.analyses.questionnaires import CHANGES
from topline.displays.numbers import Group, Numbers, print_cell, print_count
from topline.displays.table import Cell, Column, Row, Table, heading
from topline.protocol.displays import QuestionnaireTable
from topline.protocol.protocol import Protocol
from topline.protocol.questionnaires import QuestionnaireChanges, QuestionnaireCompletion

_COMPLETION: Final = ("Filled in / owed (%)", "CI", "Of all (%)")


def compose_questionnaires(plan: QuestionnaireTable, protocol: Protocol, numbers: Numbers) -> Table:
    """Return the table: a line a visit, under the name of each form or scale."""
    analysis = protocol.analyses[plan.analysis]
    if isinstance(analysis, QuestionnaireChanges):
        return _changes(plan, numbers)
    if isinstance(analysis, QuestionnaireCompletion):
        return _completion(plan, numbers, analysis.level)
    msg = f"{plan.analysis} is no analysis of questionnaires"
    raise TypeError(msg)


def _completion(plan: QuestionnaireTable, numbers: Numbers, level: float) -> Table:
    first, limits, last = _COMPLETION
    columns = (Column("Visit"), Column(first), Column(f"{level:.0%} {limits}"), Column(last))
    rows: list[Row] = []
    for parameter, label in _parameters(numbers).items():
        rows.append(heading(label, len(columns)))
        for group, visit in _lines(numbers, parameter, "level"):
            n, owed, rate, lower, upper, share = (
                numbers.get(parameter, statistic, group=group, level=visit)
                for statistic in ("responders", "n", "estimate", "lower", "upper", "percent")
            )
            cells = (
                print_cell("{} / {} ({})", n, owed, rate),
                print_cell("{} to {}", lower, upper),
                print_cell("{}", share),
            )
            rows.append(Row((Cell(_label(visit, group), indent=1), *cells)))
    return Table(plan.number, plan.title, columns, tuple(rows))


def _changes(plan: QuestionnaireTable, numbers: Numbers) -> Table:
    columns = (Column("Visit"), Column("N"), *(Column(label) for label in CHANGES.values()))
    rows: list[Row] = []
    for parameter, label in _parameters(numbers).items():
        rows.append(heading(label, len(columns)))
        for group, visit in _lines(numbers, parameter, "section"):
            pairs = [
                [
                    numbers.get(parameter, s, group=group, level=change, section=visit)
                    for s in ("n", "percent")
                ]
                for change in CHANGES
            ]
            n = print_cell("{}", numbers.get(parameter, "n", group=group, section=visit))
            cells = (print_count(count, share) for count, share in pairs)
            rows.append(Row((Cell(_label(visit, group), indent=1), n, *cells)))
    return Table(plan.number, plan.title, columns, tuple(rows))


def _parameters(numbers: Numbers) -> dict[str, str]:
    """Return the label of each form or scale, in order."""
    return {r.parameter: r.parameter_label or r.parameter for r in numbers.rows}


def _lines(numbers: Numbers, parameter: str, visit: str) -> Sequence[tuple[Group, str]]:
    """List the visits and groups of a parameter, in order."""
    found = [
        (Group(r.by, r.group, r.group_label), str(getattr(r, visit)))
        for r in numbers.rows
        if r.parameter == parameter
    ]
    return list(dict.fromkeys(found))


def _label(visit: str, group: Group) -> str:
    return f"{visit}, {group.label}" if group.by else visit
