"""Questionnaires: forms by visit, and changes that matter to patients."""

from collections.abc import Sequence
from typing import Final, Literal

from topline.analyses.questionnaires import CHANGES
from topline.displays.numbers import Group, Numbers, print_cell, print_count
from topline.displays.table import Cell, Column, Row, Table, heading
from topline.protocol.protocol import Protocol
from topline.protocol.questionnaires import QuestionnaireChanges, QuestionnaireCompletion
from topline.protocol.tables import QuestionnaireTable

_SHARE: Final = ("n", "percent")
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
    groups = numbers.groups()
    columns = _columns(groups, (first, f"{level:.0%} {limits}", last))
    rows: list[Row] = []
    for parameter, label in _parameters(numbers).items():
        rows.append(heading(label, len(columns)))
        for visit in _visits(numbers, parameter, "level"):
            cells = (
                cell for group in groups for cell in _completed(numbers, parameter, visit, group)
            )
            rows.append(Row((Cell(visit, indent=1), *cells)))
    return Table(plan.number, plan.title, columns, tuple(rows))


def _completed(numbers: Numbers, parameter: str, visit: str, group: Group) -> tuple[Cell, ...]:
    n, owed, rate, lower, upper, share = (
        numbers.get(parameter, statistic, group=group, level=visit)
        for statistic in ("responders", "n", "estimate", "lower", "upper", "percent")
    )
    return (
        print_cell("{} / {} ({})", n, owed, rate),
        print_cell("{} to {}", lower, upper),
        print_cell("{}", share),
    )


def _changes(plan: QuestionnaireTable, numbers: Numbers) -> Table:
    groups = numbers.groups()
    columns = _columns(groups, ("N", *CHANGES.values()))
    rows: list[Row] = []
    for parameter, label in _parameters(numbers).items():
        rows.append(heading(label, len(columns)))
        for visit in _visits(numbers, parameter, "section"):
            cells = (
                cell for group in groups for cell in _changed(numbers, parameter, visit, group)
            )
            rows.append(Row((Cell(visit, indent=1), *cells)))
    return Table(plan.number, plan.title, columns, tuple(rows))


def _changed(numbers: Numbers, parameter: str, visit: str, group: Group) -> tuple[Cell, ...]:
    pairs = (
        (numbers.get(parameter, s, group=group, level=change, section=visit) for s in _SHARE)
        for change in CHANGES
    )
    n = print_cell("{}", numbers.get(parameter, "n", group=group, section=visit))
    return (n, *(print_count(*pair) for pair in pairs))


def _columns(groups: Sequence[Group], heads: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns of each arm under its name; of one alone without."""
    several = len(groups) > 1
    return (
        Column("Visit"),
        *(Column(head, span=group.label * several) for group in groups for head in heads),
    )


def _parameters(numbers: Numbers) -> dict[str, str]:
    """Return the label of each form or scale, in order."""
    return {r.parameter: r.parameter_label or r.parameter for r in numbers.rows}


def _visits(numbers: Numbers, parameter: str, where: Literal["level", "section"]) -> list[str]:
    """List the visits of a parameter, in order."""
    mine = (r for r in numbers.rows if r.parameter == parameter)
    return list(dict.fromkeys(r.level if where == "level" else r.section for r in mine))
