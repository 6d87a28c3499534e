"""A table as an HTML fragment: heads, row heads, no style attributes."""

from collections.abc import Callable, Iterator
from html import escape
from itertools import groupby

from topline.displays.svg import printable
from topline.displays.table import Cell, Row, Table

Inner = Callable[[str, tuple[str, ...]], str]


def safe(text: str) -> str:
    """Return text that shows as itself in HTML.

    Examples
    --------
    >>> safe("<b>")
    '&lt;b&gt;'
    """
    return escape(printable(text)).replace("\n", "<br>")


def plain(text: str, results: tuple[str, ...]) -> str:
    """Return the text of a cell, its result ids as an attribute."""
    if not results:
        return safe(text)
    return f'<span data-results="{escape(printable(chr(10).join(results)))}">{safe(text)}</span>'


def table_html(table: Table, inner: Inner = plain, head: Inner = plain) -> str:
    """Return the table as ``<table>``, without title and footnotes.

    Parameters
    ----------
    table
        What to show.
    inner
        Gives what stands in a cell, from its text and its result ids.
    head
        Gives what stands in the head of a column.
    """
    rows = "\n".join(_row(row, inner) for row in table.rows)
    caption = f"{safe(table.number)}. {safe(table.title)}"
    return (
        f"<table>\n<caption>{caption}</caption>\n"
        f"<thead>\n{''.join(_head(table, head))}</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    )


def _head(table: Table, head: Inner) -> Iterator[str]:
    """Return one head row, or two where columns share a head."""
    deep = any(column.span for column in table.columns)
    upper: list[str] = []
    lower: list[str] = []
    for span, run in groupby(table.columns, key=lambda column: column.span):
        columns = list(run)
        heads = [head(column.label, column.results) for column in columns]
        if span:
            upper.append(f'<th scope="colgroup" colspan="{len(columns)}">{safe(span)}</th>')
            lower += [f'<th scope="col">{text}</th>' for text in heads]
            continue
        tall = ' rowspan="2"' if deep else ""
        upper += [
            f'<th scope="col"{tall}>{text}</th>' if text else f"<td{tall}></td>" for text in heads
        ]
    yield f"<tr>{''.join(upper)}</tr>\n"
    if lower:
        yield f"<tr>{''.join(lower)}</tr>\n"


def _row(row: Row, inner: Inner) -> str:
    name, *cells = row.cells
    indent = f' class="indent-{name.indent}"' if name.indent else ""
    label = inner(name.text, name.results)
    if row.heading and not any(cell.text for cell in cells):
        return f'<tr class="heading"><th colspan="{len(row.cells)}"{indent}>{label}</th></tr>'
    kind = ' class="heading"' if row.heading else ""
    return f'<tr{kind}><th scope="row"{indent}>{label}</th>{_cells(cells, inner)}</tr>'


def _cells(cells: list[Cell], inner: Inner) -> str:
    return "".join(f"<td>{inner(cell.text, cell.results)}</td>" for cell in cells)
