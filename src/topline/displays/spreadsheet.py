"""A table as CSV that a spreadsheet shows and never runs."""

import csv
import io
import re
from typing import Final

from topline.displays.svg import printable
from topline.displays.table import Table

_FORMULA: Final = re.compile(r"[=+\-@\t\r\n]")
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?%?")
_INDENT: Final = "   "


def spreadsheet_cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> spreadsheet_cell("=1+1"), spreadsheet_cell("-3.5"), spreadsheet_cell("Nausea")
    ("'=1+1", '-3.5', 'Nausea')
    """
    shown = printable(text)
    runs = _FORMULA.match(shown.lstrip(" ")) and not _NUMBER.fullmatch(shown)
    return f"'{shown}" if runs else shown


def table_csv(table: Table) -> str:
    """Return title, heads, lines and footnotes, the lines of the table as wide as its heads."""
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\r\n")
    out.writerow([spreadsheet_cell(f"{table.number}. {table.title}")])
    out.writerow([])
    heads = [f"{c.span}: {c.label}" if c.span else c.label for c in table.columns]
    out.writerow([spreadsheet_cell(head.replace("\n", " ")) for head in heads])
    for row in table.rows:
        out.writerow([_INDENT * c.indent + spreadsheet_cell(c.text) for c in row.cells])
    out.writerow([])
    out.writerows([spreadsheet_cell(note)] for note in table.footnotes)
    return written.getvalue()
