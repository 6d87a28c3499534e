"""A book as RTF: a section for each display, a real page break wherever the layout has one."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from topline.displays.documents.book import CONTENTS_AIR, CONTENTS_PT, Book, Piece, Plate
from topline.displays.documents.heads import PITCH
from topline.displays.documents.layout import Layout
from topline.displays.documents.paper import EDGE, SIDE
from topline.displays.documents.pictures import Shot
from topline.displays.documents.place import (
    BETWEEN,
    CONTINUED,
    HEAD_PT,
    NOTE_PT,
    TITLE_PT,
    TOP,
    Place,
)
from topline.displays.documents.rtf.table import page_rtf
from topline.displays.documents.rtf.text import escape_rtf, field, paragraph, runs, twips

_START: Final = (
    "{\\rtf1\\ansi\\ansicpg1252\\uc1\\deff0\\deflang1033\n"
    "{\\fonttbl{\\f0\\fswiss\\fprq2\\fcharset0 Arial;}}\n"
    "{\\colortbl;\\red27\\green31\\blue35;\\red87\\green96\\blue106;\\red181\\green189\\blue197;}\n"
    "{\\stylesheet{\\s0 Normal;}{\\s1\\b\\outlinelevel1 caption;}"
    "{\\s2\\b\\outlinelevel0 heading 1;}{\\s3 toc 1;}}\n"
)
_TOP_RULE: Final = "\\brdrt\\brdrs\\brdrw10\\brsp60\\brdrcf3"
_LOW: Final = "{\\pard\\plain\\sl-20\\slmult0\\fs2\\par}\n"
# LibreOffice passes over a page break that stands alone between two tables.
_TURN: Final = _LOW + "{\\pard\\plain\\pagebb\\sl-20\\slmult0\\fs2\\par}\n"
_HEX_A_LINE: Final = 128


def book_rtf(book: Book, pictures: Mapping[str, Shot]) -> bytes:
    """Return the RTF file; ASCII only.

    Parameters
    ----------
    book
        Laid out for Arial.
    pictures
        Of each figure, by the name of its piece.
    """
    sections = [_front(book)] if book.contents else []
    sections += [_piece(book, piece, i, pictures) for i, piece in enumerate(book.pieces)]
    body = "\\sect\n".join(sections)
    return f"{_START}{_information(book)}\\viewkind1\n{body}}}\n".encode("ascii")


def _information(book: Book) -> str:
    made = book.imprint.made
    day = f"{{\\creatim{_day(made)}}}{{\\revtim{_day(made)}}}"
    author = escape_rtf(book.imprint.program(""))
    return f"{{\\info{{\\title {escape_rtf(book.title)}}}{{\\author {author}}}{day}}}\n"


def _day(date: dt.date) -> str:
    return f"\\yr{date.year}\\mo{date.month}\\dy{date.day}"


def _front(book: Book) -> str:
    """Return the title and the contents list."""
    imprint, place = book.imprint, book.contents_place
    lines = [paragraph(runs(book.title), 16, 20, "\\b\\sb240\\sa120")]
    lines += [
        paragraph(runs(text), 10, PITCH * 10, "\\sa60")
        for text in (imprint.title, imprint.registry, imprint.cut)
        if text
    ]
    lines.append(paragraph("Contents", 12, PITCH * 12, "\\s2\\b\\sb240\\sa120"))
    look = f"\\s3\\tqr\\tldot\\tx{twips(place.room)}\\sa{twips(CONTENTS_AIR)}"
    for i, (piece, page) in enumerate(zip(book.pieces, book.first_pages, strict=True)):
        name = field(f'HYPERLINK \\l "display_{i}"', runs(piece.place.heading))
        number = field(f"PAGEREF display_{i} \\h", str(page))
        turn = "\\pagebb" if i and i in book.contents_pages else ""
        entry = f"{name}\\tab {number}"
        lines.append(paragraph(entry, CONTENTS_PT, PITCH * CONTENTS_PT, look + turn))
    return _section(book, place, "", title=False) + "".join(lines)


def _piece(book: Book, piece: Piece, i: int, pictures: Mapping[str, Shot]) -> str:
    """Return a section: title, then the pages of the table, or the picture."""
    place = piece.place
    mark = f"display_{i}"
    heading = f"{{\\*\\bkmkstart {mark}}}{runs(place.heading)}{{\\*\\bkmkend {mark}}}"
    look = f"\\s1\\b\\keepn\\sa{twips(BETWEEN)}\\outlinelevel1"
    title = paragraph(heading, TITLE_PT, PITCH * TITLE_PT, look)
    if isinstance(piece.content, Plate):
        body = _picture(piece.content, pictures[piece.name])
    else:
        body = _pages(piece.content)
    notes = "".join(paragraph(runs(note), NOTE_PT, PITCH * NOTE_PT) for note in place.further)
    return _section(book, place, piece.name, title=True) + title + body + notes


def _pages(layout: Layout) -> str:
    return _TURN.join(page_rtf(layout, page) for page in layout.pages) + _LOW


def _picture(plate: Plate, shot: Shot) -> str:
    size = f"\\picwgoal{twips(plate.width)}\\pichgoal{twips(plate.height)}"
    words = escape_rtf(plate.figure.description)
    told = f"{{\\*\\picprop{{\\sp{{\\sn wzDescription}}{{\\sv {words}}}}}}}"
    data = shot.png.hex()
    lines = "\n".join(data[i : i + _HEX_A_LINE] for i in range(0, len(data), _HEX_A_LINE))
    picture = f"{{\\pict{told}\\pngblip\\picw{shot.across}\\pich{shot.down}{size}\n{lines}}}"
    return f"{{\\pard\\plain {picture}\\par}}\n"


def _section(book: Book, place: Place, name: str, *, title: bool) -> str:
    """Return paper, head and foot of a section."""
    turned = "\\lndscpsxn" if place.landscape else ""
    paper = f"\\pgwsxn{twips(place.width)}\\pghsxn{twips(place.height)}{turned}"
    margins = (
        f"\\marglsxn{twips(SIDE)}\\margrsxn{twips(SIDE)}\\margtsxn{twips(TOP)}"
        f"\\margbsxn{twips(place.bottom)}\\headery{twips(EDGE)}\\footery{twips(EDGE)}"
    )
    running, foot = _running(book, place, name), _foot(place)
    look = f"\\b\\sb{twips(BETWEEN)}\\sa{twips(BETWEEN)}"
    heading = runs(place.heading + CONTINUED)
    again = paragraph(heading, TITLE_PT, PITCH * TITLE_PT, look) if title else ""
    return (
        f"\\sectd\\sbkpage{paper}{margins}\\titlepg\n{{\\headerf {running}}}\n"
        f"{{\\header {running}{again}}}\n{{\\footerf {foot}}}\n{{\\footer {foot}}}\n"
    )


def _running(book: Book, place: Place, name: str) -> str:
    imprint = book.imprint
    pages = f"Page {field('PAGE', '1')} of {field('NUMPAGES', '1')}"
    look = f"\\cf2\\tqr\\tx{twips(place.room)}"
    lines = ((imprint.study, pages), (imprint.cut, runs(imprint.program(name))))
    return "".join(
        paragraph(f"{runs(left)}\\tab {right}", HEAD_PT, PITCH * HEAD_PT, look)
        for left, right in lines
    )


def _foot(place: Place) -> str:
    """Return the notes below a hairline."""
    return "".join(
        paragraph(runs(note), NOTE_PT, PITCH * NOTE_PT, "" if i else _TOP_RULE)
        for i, note in enumerate(place.notes or ("",))
    )
