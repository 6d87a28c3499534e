"""A display of the trial of eleven subjects."""

import polars as pl

from tests.analyses.study import EVERY_KIND, adam, protocol
from topline.analyses.analyse import analyse
from topline.displays.compose import compose
from topline.displays.table import Table

BOTH = ("Active", "Control")


def tabled(
    kind: str,
    analysis: str,
    arms: tuple[str, ...] = BOTH,
    *,
    data: dict[str, pl.DataFrame] | None = None,
    **options: object,
) -> Table:
    """Return the table of an analysis of the trial, which is named X."""
    display: dict[str, object] = {"kind": kind, "number": "Table 1", "title": "T", "analysis": "X"}
    if "analyses" in options:
        del display["analysis"]
    plan = protocol({"X": EVERY_KIND[analysis]}, arms=arms, displays=[display | options])
    (table,) = compose(plan, analyse(plan, data or adam()))
    assert isinstance(table, Table)
    return table


def heads(table: Table) -> list[tuple[str, str]]:
    """Return what stands above the columns."""
    return [(column.span, column.label) for column in table.columns]


def lines(table: Table) -> list[list[str]]:
    """Return the texts of the lines."""
    return [[cell.text for cell in row.cells] for row in table.rows]


def unsupported(table: Table) -> list[str]:
    """Return the cells behind the first with text that rests on no result."""
    cells = (cell for row in table.rows for cell in row.cells[1:])
    return [cell.text for cell in cells if cell.text and not cell.results]
