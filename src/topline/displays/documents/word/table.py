"""A table in WordprocessingML: heads that repeat, lines that stay whole, groups kept together."""

from dataclasses import replace
from typing import Final

from topline.displays.documents.columns import INDENT, Align, spans_all
from topline.displays.documents.heads import PITCH, Head, head_rows
from topline.displays.documents.layout import Layout
from topline.displays.documents.pagination import line_groups
from topline.displays.documents.place import CONTINUED
from topline.displays.documents.word.text import attribute, paragraph, runs, twips
from topline.displays.table import Cell, Row

_RULE: Final = '<w:bottom w:val="single" w:sz="{}" w:space="0" w:color="1B1F23"/>'
_UNDER_SHARED: Final = (
    '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="1B1F23"/></w:pBdr>'
)
_TURN: Final = (
    '<w:p><w:pPr><w:pageBreakBefore/><w:spacing w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
)
# A line higher than this share of the page may be parted.
_WHOLE: Final = 0.6


def table_xml(layout: Layout) -> str:
    """Return the table in one piece: Word decides on its pages."""
    rows, kept = layout.table.rows, _kept(layout)
    lines = (_line(row, layout, i, keep=i in kept) for i, row in enumerate(rows))
    return _table(layout, "".join(lines))


def pages_xml(layout: Layout) -> str:
    """Return a table for each page that the layout has, so that a contents list knows them."""
    written: list[str] = []
    for page in layout.pages:
        again = [_line(layout.table.rows[i], layout, i, said=CONTINUED) for i in page.headings]
        lines = [_line(layout.table.rows[i], layout, i) for i in range(page.first, page.end)]
        written.append(_table(layout, "".join([*again, *lines])))
    return _TURN.join(written)


def _table(layout: Layout, lines: str) -> str:
    """Return heads and lines as a table."""
    grid = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in layout.columns)
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="ToplineTable"/>'
        f'<w:tblW w:w="{sum(map(twips, layout.columns))}" w:type="dxa"/>'
        '<w:tblInd w:w="0" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={attribute(layout.place.heading)}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{_heads(layout)}{lines}</w:tbl>"
    )


def _kept(layout: Layout) -> frozenset[int]:
    """Return the lines that the next one must follow on the same page."""
    rows, kept = layout.table.rows, set[int]()
    for start, end in line_groups(rows):
        fits = sum(layout.heights[start:end]) <= layout.capacity
        kept |= set(range(start, end - 1 if fits else min(start + 2, end - 1)))
    return frozenset(kept)


def _spacing(size: float) -> str:
    return f'<w:spacing w:line="{twips(PITCH * size)}" w:lineRule="exact"/>'


def _look(size: float) -> str:
    """Return the type size, where it is not that of the styles."""
    half = round(2 * size)
    return "" if half == 18 else f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def _heads(layout: Layout) -> str:
    rows = head_rows(layout.table, layout.aligns)
    written: list[str] = []
    for depth, row in enumerate(rows):
        cells, place = "", 0
        for head in row:
            cells += _head(layout, head, place, last=depth == len(rows) - 1)
            place += head.columns
        written.append(f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>")
    return "".join(written)


def _head(layout: Layout, head: Head, place: int, *, last: bool) -> str:
    width = sum(map(twips, layout.columns[place : place + head.columns]))
    span = f'<w:gridSpan w:val="{head.columns}"/>' if head.columns > 1 else ""
    merged = {0: "<w:vMerge/>", 2: '<w:vMerge w:val="restart"/>'}.get(head.rows, "")
    rule = f"<w:tcBorders>{_RULE.format(4)}</w:tcBorders>" if last or head.rows > 1 else ""
    under = _UNDER_SHARED if head.align is None else ""
    justify = "center" if head.align is None else head.align
    inner = paragraph(
        runs(head.text, _look(layout.size)) if head.text else "",
        "TableColumnHead",
        f'{under}{_spacing(layout.size)}<w:jc w:val="{justify}"/>',
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merged}{rule}'
        f'<w:vAlign w:val="bottom"/></w:tcPr>{inner}</w:tc>'
    )


def _line(row: Row, layout: Layout, place: int, *, keep: bool = False, said: str = "") -> str:
    """Return a line; `said` stands behind its first text."""
    before = "<w:keepNext/>" if keep else ""
    style = "TableRowHead" if row.heading else "TableText"
    whole = layout.heights[place] <= _WHOLE * layout.capacity
    properties = "<w:trPr><w:cantSplit/></w:trPr>" if whole else ""
    first = replace(row.cells[0], text=row.cells[0].text + said)
    if spans_all(row):
        width = sum(map(twips, layout.columns))
        span = f'<w:gridSpan w:val="{len(layout.columns)}"/>' if len(layout.columns) > 1 else ""
        cells = _cell(first, style, before, "left", (width, span, layout.size))
    else:
        widths = zip((first, *row.cells[1:]), layout.columns, layout.aligns, strict=True)
        cells = "".join(
            _cell(cell, style, before, align, (twips(width), "", layout.size))
            for cell, width, align in widths
        )
    return f"<w:tr>{properties}{cells}</w:tr>"


def _cell(cell: Cell, style: str, before: str, align: Align, shape: tuple[int, str, float]) -> str:
    width, span, size = shape
    indent = f'<w:ind w:left="{twips(cell.indent * INDENT)}"/>' if cell.indent else ""
    justify = f'<w:jc w:val="{align}"/>' if align != "left" else ""
    inner = paragraph(
        runs(cell.text, _look(size)) if cell.text else "",
        style,
        f"{before}{_spacing(size)}{indent}{justify}",
    )
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}</w:tcPr>{inner}</w:tc>'
