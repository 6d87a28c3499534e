"""The lines of one page of a table in RTF, under the column heads."""

from collections.abc import Iterator
from typing import Final

from topline.displays.documents.columns import GAP, INDENT, Align, spans_all
from topline.displays.documents.heads import PITCH, ROW_AIR, Head, head_rows
from topline.displays.documents.layout import Layout
from topline.displays.documents.pagination import PageLines
from topline.displays.documents.place import CONTINUED
from topline.displays.documents.rtf.text import Justify, cell, justify, runs, twips
from topline.displays.table import Row

_THICK: Final = "\\brdrs\\brdrw20\\brdrcf1"
_THIN: Final = "\\brdrs\\brdrw10\\brdrcf1"
_UNDER_SHARED: Final = "\\brdrb\\brdrs\\brdrw10\\brsp20\\brdrcf1"


def page_rtf(layout: Layout, page: PageLines) -> str:
    """Return column heads and lines of one page."""
    shown = [(i, CONTINUED) for i in page.headings]
    shown += [(i, "") for i in range(page.first, page.end)]
    lines = [
        _line(layout, layout.table.rows[i], said, last=place == len(shown) - 1)
        for place, (i, said) in enumerate(shown)
    ]
    return "".join([*_heads(layout), *lines])


def _heads(layout: Layout) -> Iterator[str]:
    rows = head_rows(layout.table, layout.aligns)
    for depth, row in enumerate(rows):
        top = f"\\clbrdrt{_THICK}" if depth == 0 else ""
        last = depth == len(rows) - 1
        definition, texts, edge, place = "", "", 0, 0
        for head in row:
            edge += sum(map(twips, layout.columns[place : place + head.columns]))
            place += head.columns
            below = f"\\clbrdrb{_THIN}" if last or head.rows == 2 else ""
            merged = {2: "\\clvmgf", 0: "\\clvmrg"}.get(head.rows, "")
            definition += f"{merged}\\clvertalb{top}{below}\\cellx{edge}"
            texts += _head(head, layout.size)
        yield _row(f"\\trhdr{definition}", texts)


def _head(head: Head, size: float) -> str:
    way: Justify = "center" if head.align is None else head.align
    under = _UNDER_SHARED if head.align is None else ""
    look = f"\\keepn\\b{under}{justify(way)}\\sb{twips(ROW_AIR)}\\sa{twips(ROW_AIR)}"
    return cell(runs(head.text), size, PITCH * size, look)


def _line(layout: Layout, row: Row, said: str, *, last: bool) -> str:
    below = f"\\clbrdrb{_THICK}" if last else ""
    if spans_all(row):
        definition = f"{below}\\cellx{sum(map(twips, layout.columns))}"
        return _row(definition, _cell(layout, row, 0, said, "left"))
    definition, edge = "", 0
    for width in layout.columns:
        edge += twips(width)
        definition += f"{below}\\cellx{edge}"
    texts = "".join(
        _cell(layout, row, i, "" if i else said, align) for i, align in enumerate(layout.aligns)
    )
    return _row(definition, texts)


def _cell(layout: Layout, row: Row, column: int, said: str, align: Align) -> str:
    held = row.cells[column]
    indent = f"\\li{twips(held.indent * INDENT)}" if held.indent else ""
    air = twips(ROW_AIR / 2)
    bold = "\\b" if row.heading else ""
    look = f"{bold}{justify(align)}{indent}\\sb{air}\\sa{air}"
    return cell(runs(held.text + said), layout.size, PITCH * layout.size, look)


def _row(definition: str, texts: str) -> str:
    return f"\\trowd\\trgaph{twips(GAP)}\\trleft0\\trkeep{definition}\n{texts}\\row\n"
