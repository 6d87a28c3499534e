"""A table as Markdown with pipes, as GitHub and Pandoc read it; each text shows as itself."""

import re
from typing import Final

from topline.displays.documents.columns import Align, alignments
from topline.displays.documents.imprint import Imprint
from topline.displays.svg import printable
from topline.displays.table import Cell, Row, Table

_MEANT: Final = re.compile(r"([\\`*_{}\[\]<>#|&~$^!])")
# What begins a list at the start of a line.
_LIST: Final = re.compile(r"^(\d*)([-+.)=])")
_INDENT: Final = "&emsp;"


def table_markdown(table: Table, imprint: Imprint) -> str:
    """Return title, table and footnotes.

    Parameters
    ----------
    table
        What to show; Markdown has no head over several columns, so it stands before each.
    imprint
        Gives the notice, where the footnotes do not have it, and the last line.
    """
    aligns = alignments(table)
    heads = [f"{c.span}: {c.label}" if c.span else c.label for c in table.columns]
    lines = [
        f"**{escape_markdown(f'{table.number}. {table.title}')}**",
        "",
        _line([escape_markdown(head) for head in heads]),
        _line([_rule(align) for align in aligns]),
        *(_row(row) for row in table.rows),
        "",
    ]
    notes = [note for note in table.footnotes if note != imprint.notice]
    notes += [imprint.notice] if imprint.notice else []
    source = ", ".join(filter(None, [imprint.study, imprint.cut, imprint.program("")]))
    for note in (*notes, source):
        lines += [escape_markdown(note), ""]
    return "\n".join(lines)


def escape_markdown(text: str) -> str:
    r"""Return text that Markdown shows as it is, in a paragraph or in a cell.

    Examples
    --------
    >>> escape_markdown("a_b | c\nd")
    'a\\_b \\| c<br>d'
    """
    escaped = _MEANT.sub(r"\\\1", printable(text).replace("\r\n", "\n"))
    return _LIST.sub(r"\1\\\2", escaped).replace("\n", "<br>")


def _rule(align: Align) -> str:
    return "---:" if align == "right" else ":---"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _row(row: Row) -> str:
    return _line([_cell(cell, heading=row.heading) for cell in row.cells])


def _cell(cell: Cell, *, heading: bool) -> str:
    text = escape_markdown(cell.text)
    return _INDENT * cell.indent + (f"**{text}**" if heading and text.strip() else text)
