"""A table as CSV that a spreadsheet shows and never runs."""

import csv
import io
from typing import Final

from topline.displays.svg import printable
from topline.displays.table import Table
from topline.spreadsheet import spreadsheet_cell

_INDENT: Final = "   "


def table_csv(table: Table) -> str:
    """Return title, heads, lines and footnotes, the lines of the table as wide as its heads."""
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\r\n")
    out.writerow([_cell(f"{table.number}. {table.title}")])
    out.writerow([])
    heads = [f"{c.span}: {c.label}" if c.span else c.label for c in table.columns]
    out.writerow([_cell(head.replace("\n", " ")) for head in heads])
    for row in table.rows:
        out.writerow([_INDENT * c.indent + _cell(c.text) for c in row.cells])
    out.writerow([])
    out.writerows([_cell(note)] for note in table.footnotes)
    return written.getvalue()


def _cell(text: str) -> str:
    return spreadsheet_cell(printable(text))
