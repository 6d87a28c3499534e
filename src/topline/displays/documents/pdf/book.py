"""A book as PDF/A-2b, with the tags of PDF/UA-1 where it has them."""

import json
from typing import Final

from topline.displays.documents.book import Book, Piece, Plate
from topline.displays.documents.columns import GAP, INDENT, spans_all
from topline.displays.documents.heads import PITCH, ROW_AIR, head_rows
from topline.displays.documents.layout import Layout
from topline.displays.documents.pagination import PageLines
from topline.displays.documents.paper import EDGE, SIDE
from topline.displays.documents.pdf.press import foreign_letters, typeset
from topline.displays.documents.place import (
    BETWEEN,
    CONTINUED,
    HEAD_PT,
    NOTE_PT,
    TITLE_PT,
    TOP,
    Place,
)
from topline.displays.documents.widths import Measure
from topline.displays.svg import Weight, printable
from topline.displays.table import Row

_CONSTANTS: Final = {
    "top": TOP, "edge": EDGE, "side": SIDE, "between": BETWEEN, "gap": GAP, "indent": INDENT,
    "row_air": ROW_AIR, "pitch": PITCH, "title_pt": TITLE_PT, "head_pt": HEAD_PT,
    "note_pt": NOTE_PT, "continued": CONTINUED,
}  # fmt: skip

# Typst gives a tab no width.
_TAB: Final = "    "


def book_pdf(book: Book, *, system_fonts: bool = True) -> bytes:
    """Return the PDF.

    Parameters
    ----------
    book
        Laid out for the shipped font.
    system_fonts
        Look at the machine's fonts for letters that the shipped ones do not have.

    Raises
    ------
    MissingLettersError
        No font has some letters; `spell_out_display` writes them out.
    """
    imprint = book.imprint
    made = imprint.made
    content = _CONSTANTS | {
        "title": printable(book.title),
        "author": printable(imprint.program("")),
        "date": [made.year, made.month, made.day],
        "study": printable(imprint.study),
        "cut": imprint.cut,
        "front": _front(book) if book.contents else None,
        "displays": [_piece(book, piece) for piece in book.pieces],
    }
    text = json.dumps(content, ensure_ascii=False)
    foreign = bool(foreign_letters(text))
    fonts = system_fonts and foreign
    return typeset("pages", {"book": text}, system_fonts=fonts, tagged=book.tagged)


def _front(book: Book) -> dict[str, object]:
    imprint = book.imprint
    lines = [printable(t) for t in (imprint.title, imprint.registry, imprint.cut) if t]
    place = _place(book.contents_place, imprint.program(""), book.setting.measure)
    return place | {"heading": None, "lines": lines}


def _place(place: Place, program: str, measure: Measure) -> dict[str, object]:
    def note(text: str) -> str:
        return _breakable(printable(text), place.room, NOTE_PT, measure, "regular")

    heading = printable(place.heading)
    return {
        "heading": _breakable(heading, place.room, TITLE_PT, measure, "semibold"),
        "program": printable(program),
        "width": place.width,
        "height": place.height,
        "title_height": place.title_height,
        "bottom": place.bottom,
        "notes": [note(text) for text in place.notes],
        "further": [note(text) for text in place.further],
    }


def _piece(book: Book, piece: Piece) -> dict[str, object]:
    measure = book.setting.measure
    placed = _place(piece.place, book.imprint.program(piece.name), measure)
    if isinstance(piece.content, Plate):
        plate = piece.content
        return placed | {
            "svg": plate.figure.svg,
            "alt": printable(plate.figure.description),
            "across": plate.width,
            "down": plate.height,
        }
    layout = piece.content
    return placed | {
        "svg": None,
        "size": layout.size,
        "columns": layout.columns,
        "aligns": layout.aligns,
        "heads": _heads(layout, measure),
        "pages": [_page(layout, page, measure) for page in layout.pages],
    }


def _heads(layout: Layout, measure: Measure) -> list[list[list[object]]]:
    """Return text, columns, rows and place of each cell of the heads."""
    rows: list[list[list[object]]] = []
    for row in head_rows(layout.table, layout.aligns):
        cells: list[list[object]] = []
        place = 0
        for head in row:
            room = sum(layout.columns[place : place + head.columns]) - 2 * GAP
            place += head.columns
            text = _breakable(printable(head.text), room, layout.size, measure, "semibold")
            if head.rows:
                cells.append([text, head.columns, head.rows, head.align or "center"])
        rows.append(cells)
    return rows


def _page(layout: Layout, page: PageLines, measure: Measure) -> list[object]:
    rows = layout.table.rows
    again = [_line(layout, rows[i], measure, CONTINUED) for i in page.headings]
    return [*again, *(_line(layout, rows[i], measure, "") for i in range(page.first, page.end))]


def _line(layout: Layout, row: Row, measure: Measure, said: str) -> list[object]:
    """Return whether the line is a heading, whether it has the whole width, and its cells."""
    weight: Weight = "semibold" if row.heading else "regular"
    whole = spans_all(row)
    widths = (sum(layout.columns),) if whole else layout.columns
    cells: list[list[object]] = []
    for i, (cell, width) in enumerate(zip(row.cells, widths, strict=False)):
        room = width - 2 * GAP - cell.indent * INDENT
        text = printable(cell.text).replace("\t", _TAB) + ("" if i else said)
        cells.append([_breakable(text, room, layout.size, measure, weight), cell.indent])
    return [row.heading, whole, cells]


def _breakable(text: str, room: float, size: float, measure: Measure, weight: Weight) -> str:
    """Let words that are broader than their cell break anywhere: Typst does so only if told."""
    if measure(text, size, weight) <= room:
        return text
    words = text.split(" ")
    return " ".join(
        "\u200b".join(word) if measure(word, size, weight) > room else word for word in words
    )
