"""Adverse events: by term and worst grade, and the overview."""

from typing import Final

from topline.analyses.levels import MISSING
from topline.displays.numbers import Group, Numbers, print_cell, print_count
from topline.displays.table import Cell, Column, Row, Table
from topline.protocol.displays import EventTable, OverviewTable

ANY: Final = "(any)"
_LEVELS: Final = {
    "each": ("any", "1", "2", "3", "4", "5", ">=3", MISSING),
    "any and 3 or higher": ("any", ">=3", MISSING),
}


def compose_events(plan: EventTable, numbers: Numbers) -> Table:
    """Return the table of adverse events: n (%) of subjects by worst grade, a line a term."""
    groups = numbers.groups()
    heads = {r.level: r.level_label for r in numbers.rows}
    levels = [level for level in _LEVELS[plan.grades] if level in heads]
    columns = [
        Column(heads[level], span=_span(numbers, group)) for group in groups for level in levels
    ]
    rows: list[Row] = []
    lines = dict.fromkeys((r.section, r.parameter) for r in numbers.rows)
    labels = {(r.section, r.parameter): r.parameter_label or r.parameter for r in numbers.rows}
    sections = list(dict.fromkeys(section for section, _ in lines))
    for section, parameter in lines:
        over = parameter == ANY
        label = "Any event" if over and not section else labels[section, parameter]
        cells = [
            print_count(
                *(
                    numbers.get(parameter, s, group=group, level=level, section=section)
                    for s in ("n", "percent")
                )
            )
            for group in groups
            for level in levels
        ]
        named = Cell(section if over and section else label, indent=int(not over and any(sections)))
        rows.append(Row((named, *cells), heading=over))
    head = Column("Adverse event")
    return Table(plan.number, plan.title, (head, *columns), tuple(rows))


def _span(numbers: Numbers, group: Group) -> str:
    """Return the head over a group's columns, with the number of its subjects."""
    rows = (r for r in numbers.rows if (r.by, r.group) == (group.by, group.value))
    total = next((r.n for r in rows if r.n is not None), None)
    return group.label if total is None else f"{group.label}\n(N = {total})"


def compose_overview(plan: OverviewTable, numbers: Numbers) -> Table:
    """Return the overview: subjects with at least one event of a kind, and how many events."""
    groups = numbers.groups()
    columns = [
        Column(label, span=_span(numbers, group))
        for group in groups
        for label in ("Subjects, n (%)", "Events")
    ]
    labels = {r.parameter: r.parameter_label or r.parameter for r in numbers.rows}
    rows: list[Row] = []
    for parameter, label in labels.items():
        cells: list[Cell] = []
        for group in groups:
            n, percent, events = (
                numbers.get(parameter, s, group=group) for s in ("n", "percent", "events")
            )
            cells += [print_count(n, percent), print_cell("{}", events)]
        rows.append(Row((Cell(label), *cells)))
    return Table(plan.number, plan.title, (Column(""), *columns), tuple(rows))
