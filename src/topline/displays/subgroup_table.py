"""An endpoint in each subgroup: subjects, events, the estimate, and the test between them."""

from topline.analyses.levels import label_of
from topline.displays.numbers import Group, Number, Numbers, print_cell
from topline.displays.table import Cell, Column, Row, Table
from topline.protocol.comparisons import Subgroups
from topline.protocol.displays import SubgroupTable
from topline.protocol.protocol import Protocol

_BETWEEN = ("between", "interaction")


def compose_subgroups(plan: SubgroupTable, protocol: Protocol, numbers: Numbers) -> Table:
    """Return the table: all subjects, then a block a variable with a line a value and arm."""
    analysis = protocol.analyses[plan.analysis]
    level = analysis.level if isinstance(analysis, Subgroups) else 0.95
    unit = next((r.unit for r in numbers.rows if r.statistic == "estimate" and r.unit), "")
    several = any(r.level and r.level not in _BETWEEN for r in numbers.rows)
    columns = (
        Column("Subgroup"),
        Column("Events / N"),
        Column(
            f"{'Effect' if several else 'Estimate'}{f', {unit}' if unit else ''} ({level:.0%} CI)"
        ),
        Column("P"),
    )
    rows: list[Row] = []
    named = ""
    for group in numbers.groups():
        if group.by and group.by != named:
            named = group.by
            rows.append(_head(protocol, numbers, named))
        if group.value or not group.by:
            rows += _group(numbers, group)
    if not any(r.statistic == "p_value" for r in numbers.rows):  # Newcombe's interval tests nothing
        columns, rows = columns[:-1], [Row(row.cells[:-1], row.heading) for row in rows]
    return Table(plan.number, plan.title, columns, tuple(rows))


def _head(protocol: Protocol, numbers: Numbers, variable: str) -> Row:
    """Name a variable, with P between its values or of the interaction."""
    p = next(
        (
            r
            for r in numbers.rows
            if (r.by, r.statistic) == (variable, "p_value") and r.level in _BETWEEN
        ),
        None,
    )
    blank = Cell("")
    return Row(
        (Cell(label_of(protocol, variable)), blank, blank, print_cell("{}", p)), heading=True
    )


def _group(numbers: Numbers, group: Group) -> list[Row]:
    """Return the line of a subgroup, and below it those of its arms where there are several."""
    found: dict[str, dict[str, Number]] = {}
    for r in numbers.rows:
        if (r.by, r.group) == (group.by, group.value) and r.level not in _BETWEEN:
            found.setdefault(r.level, {})[r.statistic] = r
    indent = 1 if group.by else 0
    if list(found) == [""]:
        return [_line(group.label, found[""], indent)]
    blank = [Cell("") for _ in range(3)]
    head = Row((Cell(group.label, indent=indent), *blank))
    lines = (
        _line(next(iter(each.values())).level_label or level, each, indent + 1)
        for level, each in found.items()
    )
    return [head, *lines]


def _line(label: str, found: dict[str, Number], indent: int) -> Row:
    events = found.get("events") or found.get("responders")
    n = found.get("n")
    counted = print_cell("{} / {}", events, n) if n else Cell("")
    if events is not None and n is None:
        counted = Cell(f"{events.display} / {events.n}", (events.result_id,))
    limits = (found.get(s) for s in ("estimate", "lower", "upper"))
    return Row(
        (
            Cell(label, indent=indent),
            counted,
            print_cell("{} ({} to {})", *limits),
            print_cell("{}", found.get("p_value")),
        )
    )
