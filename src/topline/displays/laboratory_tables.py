"""Laboratory results: by worst grade, and baseline against worst."""

from itertools import groupby
from typing import Final, NamedTuple

from topline.displays.numbers import Group, Numbers, print_cell, print_count
from topline.displays.table import Cell, Column, Row, Table, heading
from topline.protocol.tables import LaboratoryGradeTable, LaboratoryShiftTable

_LEVELS: Final = {
    "each": ("any", "1", "2", "3", "4", ">=3"),
    "any and 3 or higher": ("any", ">=3"),
}
EVALUATED: Final = "evaluated"
TO: Final = " to "


def compose_grades(plan: LaboratoryGradeTable, numbers: Numbers) -> Table:
    """Return the table of worst grades: a line a test and direction, n (%) of those evaluated."""
    heads = {r.level: r.level_label for r in numbers.rows}
    levels = [level for level in _LEVELS[plan.grades] if level in heads]
    groups = numbers.groups()
    columns = [
        Column(label, span=group.label)
        for group in groups
        for label in ("Evaluated", *(heads[level] for level in levels))
    ]
    rows: list[Row] = []
    for param, lines in _tests(numbers):
        rows.append(heading(param, len(columns) + 1))
        for line in lines:
            cells = [
                cell
                for group in groups
                for cell in (
                    _evaluated(numbers, line, group),
                    *(_count(numbers, line, group, level) for level in levels),
                )
            ]
            rows.append(Row((Cell(line.label, indent=1), *cells)))
    return Table(plan.number, plan.title, (Column("Test and CTCAE term"), *columns), tuple(rows))


def compose_shift(plan: LaboratoryShiftTable, numbers: Numbers) -> Table:
    """Return the shift table: a line a baseline, columns of the worst result, by group.

    The line of a test has the number evaluated, above the column of any result.
    """
    groups, found = numbers.groups(), _shifts(numbers)
    bases: dict[str, dict[str, str]] = {}
    worst: dict[str, str] = {}
    for (parameter, base, level), (before, after) in found.items():
        bases.setdefault(parameter, {})[base] = before
        worst.setdefault(level, after)
    first = next(iter(worst), "")
    columns = [Column(words, span=group.label) for group in groups for words in worst.values()]
    rows: list[Row] = []
    for param, lines in _tests(numbers):
        for line in lines:
            evaluated = [
                _evaluated(numbers, line, group, "N = {}") if level == first else Cell("")
                for group in groups
                for level in worst
            ]
            rows.append(Row((Cell(f"{param}: {line.label}"), *evaluated), heading=True))
            for base, words in bases.get(line.parameter, {}).items():
                cells = [
                    _count(numbers, line, group, f"{base}{TO}{level}")
                    for group in groups
                    for level in worst
                ]
                rows.append(Row((Cell(words, indent=1), *cells)))
    return Table(plan.number, plan.title, (Column("Baseline"), *columns), tuple(rows))


def _shifts(numbers: Numbers) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Return the labels of each test's baseline and worst result, by their levels."""
    found: dict[tuple[str, str, str], tuple[str, str]] = {}
    for r in numbers.rows:
        if TO in r.level:
            base, level = r.level.split(TO)
            before, after = r.level_label.split(TO)
            found[r.parameter, base, level] = (before, after.capitalize())
    return found


class _Line(NamedTuple):
    """A test in one direction."""

    param: str
    parameter: str
    label: str


def _tests(numbers: Numbers) -> list[tuple[str, list[_Line]]]:
    """Return each test with its directions."""
    rows = (_Line(r.section, r.parameter, r.parameter_label) for r in numbers.rows)
    return [
        (param, list(lines))
        for param, lines in groupby(dict.fromkeys(rows), key=lambda line: line.param)
    ]


def _evaluated(numbers: Numbers, line: _Line, group: Group, form: str = "{}") -> Cell:
    """Return how many were evaluated."""
    found = numbers.get(line.parameter, "n", group=group, level=EVALUATED, section=line.param)
    return print_cell(form, found)


def _count(numbers: Numbers, line: _Line, group: Group, level: str) -> Cell:
    """Return a count with its percentage."""
    n, percent = (
        numbers.get(line.parameter, s, group=group, level=level, section=line.param)
        for s in ("n", "percent")
    )
    return print_count(n, percent)
