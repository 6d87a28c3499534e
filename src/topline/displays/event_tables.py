"""Adverse events: by term and worst grade, and the overview."""

from typing import Final, NamedTuple

from topline.analyses.levels import MISSING
from topline.displays.numbers import Group, Numbers, print_cell, print_count
from topline.displays.table import Cell, Column, Row, Table, heading
from topline.protocol.tables import EventTable, OnsetTable, OverviewTable

ANY: Final = "(any)"
_ANY_EVENT: Final = "Any adverse event"
_LEVELS: Final = {
    "each": ("any", "1", "2", "3", "4", "5", ">=3", MISSING),
    "any and 3 or higher": ("any", ">=3", MISSING),
}


def compose_events(plan: EventTable, numbers: Numbers) -> Table:
    """Return the table of adverse events: n (%) of subjects by worst grade, a line a term."""
    groups = numbers.groups()
    heads = {r.level: r.level_label for r in numbers.rows}
    wanted = (*plan.columns, MISSING) if plan.columns else _LEVELS[plan.grades]
    levels = [level for level in wanted if level in heads]
    columns = [
        Column(heads[level], span=_span(numbers, group)) for group in groups for level in levels
    ]
    rows: list[Row] = []
    lines = dict.fromkeys((r.section, r.parameter) for r in numbers.rows)
    labels = {(r.section, r.parameter): r.parameter_label or r.parameter for r in numbers.rows}
    sections = list(dict.fromkeys(section for section, _ in lines))
    for section, parameter in lines:
        over = parameter == ANY
        label = _ANY_EVENT if over and not section else labels[section, parameter]
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
    return Table(plan.number, plan.title, (Column("Adverse events"), *columns), tuple(rows))


def compose_onset(plan: OnsetTable, numbers: Numbers) -> Table:
    """Return first onsets: a line an event and group; of a cycle, first onsets / at risk."""
    groups, parts = numbers.groups(), _onset_parts(numbers)
    columns = [Column("Adverse event"), *(Column(part.head, span=part.span) for part in parts)]
    labels = {r.parameter: r.parameter_label or r.parameter for r in numbers.rows}
    rows: list[Row] = []
    for parameter, label in labels.items():
        if len(groups) > 1:
            rows.append(heading(label, len(columns)))
        for group in groups:
            name = Cell(group.label, indent=1) if len(groups) > 1 else Cell(label)
            cells = (_onset_cell(numbers, parameter, group, part) for part in parts)
            rows.append(Row((name, *cells)))
    return Table(plan.number, plan.title, tuple(columns), tuple(rows))


class _Part(NamedTuple):
    """A column: its heads, the level it prints, and the form of its statistics."""

    span: str
    head: str
    level: str
    form: str
    statistics: tuple[str, ...]


def _onset_parts(numbers: Numbers) -> list[_Part]:
    """Return the columns for which there are results."""
    levels = {r.level: r.level_label for r in numbers.rows}
    days, count = "{} ({} to {})", ("n", "percent")
    spread = ("median", "min", "max")
    parts = [
        _Part("", "Subjects, n (%)", "", "", count),
        _Part("First onset", "Median (range), days", "onset", days, spread),
    ]
    for level, label in levels.items():
        if level.startswith("cycle "):
            span = "First onset, n / at risk"
            parts.append(_Part(span, label, level, "{} / {}", ("n", "at_risk")))
        elif level in {"later", "after treatment"}:
            parts.append(_Part("First onset, n", label, level, "{}", ("n",)))
    rates = dict.fromkeys(r.level for r in numbers.rows if r.statistic == "rate")
    for level in rates:
        shown = ("rate", "rate_lower", "rate_upper")
        parts.append(_Part("With the event, % (95% CI)", levels[level], level, days, shown))
    parts.append(_Part("Resolved", "Subjects, n (%)", "resolved", "", count))
    return [*parts, _Part("Resolved", "Median (range), days", "duration", days, spread)]


def _onset_cell(numbers: Numbers, parameter: str, group: Group, part: _Part) -> Cell:
    found = [numbers.get(parameter, s, group=group, level=part.level) for s in part.statistics]
    if not part.form:
        return print_count(*found)
    unknown = found[0] is not None and found[0].value is None
    return Cell("") if unknown else print_cell(part.form, *found)
