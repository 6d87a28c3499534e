"""Protocol deviations: a line a category and kind, subjects and deviations by arm."""

from topline.displays.numbers import Numbers, print_cell, print_count
from topline.displays.table import Cell, Column, Row, Table
from topline.protocol.tables import DeviationTable


def compose_deviations(plan: DeviationTable, numbers: Numbers) -> Table:
    """Return the table of deviations: n (%) of subjects with at least one, and how many."""
    groups = numbers.groups()
    columns = [Column("Deviation")]
    for group in groups:
        own = (r for r in numbers.rows if (r.by, r.group) == (group.by, group.value))
        total = next((r.n for r in own if r.statistic == "n"), 0)
        span = f"{group.label}\n(N = {total})"
        columns += [Column(head, span=span) for head in ("Subjects, n (%)", "Deviations")]
    lines = {(r.section, r.parameter): r.parameter_label for r in numbers.rows}
    rows: list[Row] = []
    for (section, parameter), label in lines.items():
        cells: list[Cell] = []
        for group in groups:
            n, percent, count = (
                numbers.get(parameter, s, group=group, section=section)
                for s in ("n", "percent", "deviations")
            )
            cells += [print_count(n, percent), print_cell("{}", count)]
        over = parameter == "(any)"
        rows.append(Row((Cell(label, indent=int(not over)), *cells), heading=over))
    return Table(plan.number, plan.title, tuple(columns), tuple(rows))
