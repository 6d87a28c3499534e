"""A book as a Word file: a section for each display, with its own head and foot."""

from collections.abc import Mapping
from typing import Final

from topline.displays.documents.book import Book, Piece, Plate
from topline.displays.documents.paper import EDGE, SIDE
from topline.displays.documents.pictures import Shot
from topline.displays.documents.place import CONTINUED, TOP, Place
from topline.displays.documents.word.package import Parts, pack
from topline.displays.documents.word.table import pages_xml, table_xml
from topline.displays.documents.word.text import (
    attribute,
    caption,
    fence,
    field,
    paragraph,
    runs,
    twips,
)

_SPACES: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_PICTURE: Final = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_EMU: Final = 12700
_TOP_RULE: Final = '<w:pBdr><w:top w:val="single" w:sz="4" w:space="3" w:color="B5BDC5"/></w:pBdr>'


def book_docx(book: Book, pictures: Mapping[str, Shot]) -> bytes:
    """Return the Word file.

    Parameters
    ----------
    book
        Laid out for Arial.
    pictures
        Of each figure, by the name of its piece.
    """
    parts = Parts()
    sections = [_front(book, parts)] if book.contents else []
    sections += [_piece(book, piece, i, parts, pictures) for i, piece in enumerate(book.pieces)]
    *others, last = sections
    body = "".join(content + _thin(section) for content, section in others)
    body += last[0] + _thin("") + last[1]
    document = f"<w:document {_SPACES}><w:body>{body}</w:body></w:document>"
    imprint = book.imprint
    return pack(document, parts, book.title, imprint.program(""), imprint.made)


def _thin(section: str) -> str:
    """Return a paragraph as low as can be, which Word asks for behind a table."""
    low = '<w:spacing w:line="20" w:lineRule="exact"/>'
    return f"<w:p><w:pPr>{low}{section}</w:pPr></w:p>"


def _front(book: Book, parts: Parts) -> tuple[str, str]:
    """Return the title and the contents list, which Word can make anew, and their section."""
    imprint, place = book.imprint, book.contents_place
    lines = [
        paragraph(runs(book.title), "Title"),
        *(
            paragraph(runs(text), "Subtitle")
            for text in (imprint.title, imprint.registry, imprint.cut)
            if text
        ),
        paragraph(runs("Contents"), "Heading1"),
    ]
    tab = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{twips(place.room)}"/></w:tabs>'
    code = '<w:instrText xml:space="preserve"> TOC \\h \\z \\t "Caption,1" </w:instrText>'
    begin = f"{fence('begin')}<w:r>{code}</w:r>{fence('separate')}"
    for i, (piece, page) in enumerate(zip(book.pieces, book.first_pages, strict=True)):
        number = field(f"PAGEREF display_{i} \\h", str(page))
        inner = (
            f'<w:hyperlink w:anchor="display_{i}" w:history="1">{runs(piece.place.heading)}'
            f"<w:r><w:tab/></w:r>{number}</w:hyperlink>"
        )
        inner = ("" if i else begin) + inner + (fence("end") if i + 1 == len(book.pieces) else "")
        turn = "<w:pageBreakBefore/>" if i and i in book.contents_pages else ""
        lines.append(paragraph(inner, "TOC1", turn + tab))
    return "".join(lines), _section(book, place, "", parts, title=False)


def _piece(
    book: Book, piece: Piece, i: int, parts: Parts, pictures: Mapping[str, Shot]
) -> tuple[str, str]:
    """Return caption, table or picture and further notes, and the section they are."""
    place = piece.place
    if isinstance(piece.content, Plate):
        shown = piece.content.figure
        body = _picture(piece.content, parts.add("image", "png", pictures[piece.name].png), i)
    else:
        shown = piece.content.table
        body = pages_xml(piece.content) if book.contents else table_xml(piece.content)
    notes = "".join(paragraph(runs(note), "TableNote") for note in place.further)
    above = caption(shown.number, shown.title, f"display_{i}", i)
    return above + body + notes, _section(book, place, piece.name, parts, title=True)


def _picture(plate: Plate, rid: str, i: int) -> str:
    figure = plate.figure
    size = f'cx="{round(plate.width * _EMU)}" cy="{round(plate.height * _EMU)}"'
    words = f'id="{i + 1}" name={attribute(figure.number)} descr={attribute(figure.description)}'
    drawing = (
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr {words}/><a:graphic><a:graphicData uri="{_PICTURE}"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr {words}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{rid}"/>'
        "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>"
        f'<a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>"
    )
    return paragraph(f"<w:r><w:drawing>{drawing}</w:drawing></w:r>", "Normal")


def _section(book: Book, place: Place, name: str, parts: Parts, *, title: bool) -> str:
    """Return the properties of a section: its paper, head and foot."""
    running = _running(book, place, name)
    again = paragraph(runs(place.heading + CONTINUED), "CaptionContinued") if title else ""
    foot = _foot(place)
    references = "".join(
        f'<w:{kind}Reference w:type="{which}" r:id="{parts.add(kind, "xml", content)}"/>'
        for kind, which, content in (
            ("header", "default", _story("hdr", running + again)),
            ("header", "first", _story("hdr", running)),
            ("footer", "default", _story("ftr", foot)),
            ("footer", "first", _story("ftr", foot)),
        )
    )
    turned = ' w:orient="landscape"' if place.landscape else ""
    paper = f'<w:pgSz w:w="{twips(place.width)}" w:h="{twips(place.height)}"{turned}/>'
    margins = (
        f'<w:pgMar w:top="{twips(TOP)}" w:right="{twips(SIDE)}" w:bottom="{twips(place.bottom)}" '
        f'w:left="{twips(SIDE)}" w:header="{twips(EDGE)}" w:footer="{twips(EDGE)}" w:gutter="0"/>'
    )
    return (
        f'<w:sectPr>{references}<w:type w:val="nextPage"/>{paper}{margins}<w:titlePg/></w:sectPr>'
    )


def _running(book: Book, place: Place, name: str) -> str:
    imprint = book.imprint
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{twips(place.room)}"/></w:tabs>'
    pages = f"{runs('Page ')}{field('PAGE', '1')}{runs(' of ')}{field('NUMPAGES', '1')}"
    first = f"{runs(imprint.study)}<w:r><w:tab/></w:r>{pages}"
    second = f"{runs(imprint.cut)}<w:r><w:tab/></w:r>{runs(imprint.program(name))}"
    return paragraph(first, "Header", tab) + paragraph(second, "Header", tab)


def _foot(place: Place) -> str:
    """Return the notes below a hairline."""
    notes = place.notes or ("",)
    return "".join(
        paragraph(runs(note) if note else "", "TableNote", "" if i else _TOP_RULE)
        for i, note in enumerate(notes)
    )


def _story(tag: str, content: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f"<w:{tag} {_SPACES}>{content}</w:{tag}>"
    ).encode()
