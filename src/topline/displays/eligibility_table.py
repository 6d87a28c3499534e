"""Eligibility: a line a criterion, a column a verdict."""

from typing import Final

from topline.analyses.eligibility import AGAINST, ALL_CRITERIA, DISAGREE
from topline.displays.numbers import Group, Number, Numbers, print_count
from topline.displays.table import Cell, Column, Row, Table, heading
from topline.protocol.tables import EligibilityTable

_COLUMNS: Final = (
    ("Met", "MET", "ELIGIBLE"),
    ("Not met", "NOT MET", "NOT ELIGIBLE"),
    ("Cannot be judged", "CANNOT BE JUDGED", "CANNOT BE JUDGED"),
    ("Against entry", AGAINST, ""),
)
"""Head, verdict on a criterion, verdict over all criteria."""


def compose_eligibility(plan: EligibilityTable, numbers: Numbers) -> Table:
    """Return the table of eligibility: n (%) of subjects by verdict, for all criteria and each."""
    group = next(iter(numbers.groups()), Group("", "", "All"))
    total = next((r.n for r in numbers.rows if r.n is not None), 0)
    columns = (
        Column("Criterion"),
        *(Column(head, span=f"{group.label}\n(N = {total})") for head, _, _ in _COLUMNS),
    )
    lines = {(r.section, r.parameter): r for r in numbers.rows}
    rows: list[Row] = []
    before = ""
    for (section, parameter), number in lines.items():
        if section != before:
            rows.append(heading(section, len(columns)))
            before = section
        rows.append(_line(numbers, group, number, parameter))
    return Table(plan.number, plan.title, columns, tuple(rows))


def _line(numbers: Numbers, group: Group, about: Number, parameter: str) -> Row:
    """Return the line of a criterion, or of all of them."""

    def cell(level: str) -> Cell:
        if not level:
            return Cell("")
        n, percent = (
            numbers.get(parameter, s, group=group, level=level, section=about.section)
            for s in ("n", "percent")
        )
        return print_count(n, percent)

    label = about.parameter_label or parameter
    if parameter == DISAGREE:
        return Row((Cell(label), Cell(""), Cell(""), Cell(""), cell("N")))
    if parameter == ALL_CRITERIA:
        return Row((Cell(label), *(cell(overall) for _, _, overall in _COLUMNS)))
    named = Cell(f"{parameter}: {label}", indent=1)
    return Row((named, *(cell(level) for _, level, _ in _COLUMNS)))
