"""Baseline characteristics: a block a variable, a column a group."""

from itertools import groupby
from typing import Final

from topline.analyses.levels import MISSING
from topline.displays.numbers import Group, Number, Numbers, print_cell, print_count
from topline.displays.table import Cell, Column, Row, Table, heading
from topline.protocol.tables import SummaryTable

COLUMN: Final = "(column)"
_FORMS: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "mean (SD)": ("Mean (SD)", "{} ({})", ("mean", "sd")),
    "median": ("Median", "{}", ("median",)),
    "median (Q1, Q3)": ("Median (Q1, Q3)", "{} ({}, {})", ("median", "q1", "q3")),
    "mean": ("Mean", "{}", ("mean",)),
    "range": ("Range", "{} to {}", ("min", "max")),
}
_OF_TESTS: Final = {"statistic", "df", "p_value"}
_NUMERIC: Final = {"mean", "median", "min", "max"}


def compose_summary(plan: SummaryTable, numbers: Numbers) -> Table:
    """Return the table of a summary: counts with percent, or the lines asked for of a number."""
    groups = numbers.groups(COLUMN) or numbers.groups()
    tests = _tests(numbers)
    columns = (
        Column("Characteristic"),
        *(_column(numbers, group) for group in groups),
        *((Column("P"),) if tests else ()),
    )
    rows: list[Row] = []
    for section, parameters in _blocks(numbers):
        if section:
            rows.append(heading(section, len(columns)))
        for parameter in parameters:
            lines = _variable(plan, numbers, section, parameter, groups)
            rows += _tested(lines, tests.get((section, parameter))) if tests else lines
    return Table(plan.number, plan.title, columns, tuple(rows))


def _tests(numbers: Numbers) -> dict[tuple[str, str], Number]:
    """Return the p-value of each variable that was tested between the columns."""
    return {(r.section, r.parameter): r for r in numbers.rows if r.statistic == "p_value"}


def _tested(lines: list[Row], test: Number | None) -> list[Row]:
    """Add the column of p-values, filled in on the variable's first line."""
    cells = [print_cell("{}", test), *(Cell("") for _ in lines[1:])]
    return [Row((*line.cells, cell), line.heading) for line, cell in zip(lines, cells, strict=True)]


def _column(numbers: Numbers, group: Group) -> Column:
    total = numbers.get(COLUMN, "N", group=group)
    if total is None:
        return Column(group.label)
    return Column(f"{group.label}\n(N = {total.display})", results=(total.result_id,))


def _blocks(numbers: Numbers) -> list[tuple[str, list[str]]]:
    """Return each block with its parameters; variables between blocks have the empty one."""
    rows = [r for r in numbers.rows if r.parameter != COLUMN]
    keys = dict.fromkeys((r.section, r.parameter) for r in rows)
    return [
        (section, [parameter for _, parameter in block])
        for section, block in groupby(keys, key=lambda key: key[0])
    ]


def _variable(
    plan: SummaryTable,
    numbers: Numbers,
    section: str,
    parameter: str,
    groups: tuple[Group, ...],
) -> list[Row]:
    rows = [
        r
        for r in numbers.rows
        if (r.section, r.parameter) == (section, parameter) and r.statistic not in _OF_TESTS
    ]
    label = _label(rows)
    if any(r.statistic in _NUMERIC for r in rows):
        return [heading(label, len(groups) + 1), *_statistics(plan, numbers, parameter, groups)]
    levels = {r.level: r.level_label or r.level for r in rows}
    if section:
        return [_counts(numbers, (section, parameter, level), label, groups) for level in levels]
    return [
        heading(label, len(groups) + 1),
        *(_counts(numbers, ("", parameter, level), levels[level], groups) for level in levels),
    ]


def _label(rows: list[Number]) -> str:
    """Return the variable's label with its unit, once."""
    label = rows[0].parameter_label or rows[0].parameter
    unit = next((r.unit for r in rows if r.unit not in {"", "%"}), "")
    return f"{label} ({unit})" if unit and unit not in label else label


def _counts(
    numbers: Numbers, key: tuple[str, str, str], label: str, groups: tuple[Group, ...]
) -> Row:
    """Return the line of a category: its section, parameter and level, and its name."""
    section, parameter, level = key

    def cell(group: Group) -> Cell:
        n, percent = (
            numbers.get(parameter, s, group=group, level=level, section=section)
            for s in ("n", "percent")
        )
        return print_count(n, percent)

    named = "Missing" if level == MISSING else label
    return Row((Cell(named, indent=1), *map(cell, groups)))


def _statistics(
    plan: SummaryTable, numbers: Numbers, parameter: str, groups: tuple[Group, ...]
) -> list[Row]:
    lines: list[Row] = []
    for name in plan.statistics:
        label, form, statistics = _FORMS[name]
        cells = [
            print_cell(form, *(numbers.get(parameter, s, group=g) for s in statistics))
            for g in groups
        ]
        lines.append(Row((Cell(label, indent=1), *cells)))
    if any(numbers.get(parameter, "n", group=g, level=MISSING) for g in groups):
        lines.append(_counts(numbers, ("", parameter, MISSING), "Missing", groups))
    return lines
