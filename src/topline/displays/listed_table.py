"""Text of the protocol as a table."""

from topline.displays.table import Cell, Column, Row, Table
from topline.protocol.tables import ListedTable


def compose_listed(plan: ListedTable) -> Table:
    """Return the table as the protocol has it; it rests on no result."""
    columns = tuple(Column(head) for head in plan.columns)
    rows = tuple(Row(tuple(Cell(text) for text in row)) for row in plan.rows)
    return Table(plan.number, plan.title, columns, rows, listed=True)
