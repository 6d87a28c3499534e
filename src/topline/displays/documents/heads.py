"""Column heads as cells of one or two rows, and the heights of heads and lines."""

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from topline.displays.documents.columns import GAP, INDENT, Align, spans_all
from topline.displays.documents.widths import Measure, count_lines
from topline.displays.table import Row, Table

PITCH: Final = 1.25
"""From line to line, in type sizes; the same for every font, so that pages are too."""
ROW_AIR: Final = 2.4
"""Added to the height of a line of the table, half above and half below, in points."""


@dataclass(frozen=True, slots=True)
class Head:
    """A cell of the column heads, over `columns` columns and `rows` rows of heads.

    No rows: the cell above goes on here.
    """

    text: str
    columns: int
    rows: int
    align: Align | None
    """None stands in the middle of its columns, under which others have their own heads."""


def head_rows(table: Table, aligns: tuple[Align, ...]) -> tuple[tuple[Head, ...], ...]:
    """Return one row of heads, or two where columns share a head; each row fills the table."""
    deep = 2 if any(column.span for column in table.columns) else 1
    upper: list[Head] = []
    lower: list[Head] = []
    for span, run in groupby(range(len(table.columns)), key=lambda i: table.columns[i].span):
        block = list(run)
        own = [Head(table.columns[i].label, 1, 1 if span else deep, aligns[i]) for i in block]
        if span:
            upper.append(Head(span, len(block), 1, None))
            lower += own
        else:
            upper += own
            lower += [Head("", 1, 0, head.align) for head in own]
    return (tuple(upper), tuple(lower)) if deep == 2 else (tuple(upper),)


def head_height(table: Table, widths: tuple[float, ...], size: float, measure: Measure) -> float:
    """Return the height of all rows of heads, in points."""
    upper, lower, place = 0, 0, 0
    for span, run in groupby(range(len(widths)), key=lambda i: table.columns[i].span):
        block = list(run)
        own = max(
            count_lines(table.columns[i].label, widths[i] - 2 * GAP, size, measure, "semibold")
            for i in block
        )
        room = sum(widths[i] for i in block) - 2 * GAP
        above = count_lines(span, room, size, measure, "semibold") if span else 0
        upper, lower, place = max(upper, above), max(lower, own), place + len(block)
    return (upper + lower) * PITCH * size + (2 if upper else 1) * 2 * ROW_AIR


def row_height(row: Row, widths: tuple[float, ...], size: float, measure: Measure) -> float:
    """Return the height of a line of the table, in points."""
    weight = "semibold" if row.heading else "regular"
    if spans_all(row):
        widths = (sum(widths),)
    lines = max(
        count_lines(cell.text, width - 2 * GAP - cell.indent * INDENT, size, measure, weight)
        for cell, width in zip(row.cells, widths, strict=False)
    )
    return lines * PITCH * size + ROW_AIR
