"""Word documents, read back by python-docx and opened in LibreOffice."""

import io
import zipfile
from collections.abc import Callable
from xml.etree import ElementTree as ET

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENTATION
from docx.table import _Cell

from tests.displays.documents.samples import (
    FOREIGN,
    IMPRINT,
    NOTICE,
    SIGNS,
    hostile,
    long_table,
    picture,
    small,
)
from topline.displays.documents.book import Book, bind
from topline.displays.documents.paper import A4
from topline.displays.documents.pictures import draw_shot
from topline.displays.documents.place import Setting
from topline.displays.documents.widths import ARIAL
from topline.displays.documents.word.book import book_docx
from topline.displays.figure import Figure
from topline.displays.table import Table

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def book(*displays: Table | Figure, contents: bool | None = None) -> Book:
    named = [(f"display-{i}", display) for i, display in enumerate(displays)]
    wanted = len(displays) > 1 if contents is None else contents
    return bind("Tables", named, IMPRINT, Setting(NOTICE, A4, ARIAL), contents=wanted)


def read(*displays: Table) -> Document:
    return docx.Document(io.BytesIO(book_docx(book(*displays), {})))


def text(cell: _Cell) -> str:
    return "\n".join(paragraph.text for paragraph in cell.paragraphs)


def xml(document: Document) -> ET.Element:
    written = io.BytesIO()
    document.save(written)
    return ET.fromstring(zipfile.ZipFile(written).read("word/document.xml"))


def test_every_text_comes_out_as_it_went_in() -> None:
    table = hostile((*SIGNS, *FOREIGN))
    document = read(table)
    [shown] = document.tables
    found = [[text(cell) for cell in row.cells] for row in shown.rows]
    for row, cells in zip(table.rows, found[2:], strict=True):
        if row.heading:
            assert cells == [row.cells[0].text] * 3
        else:
            assert cells == [cell.text for cell in row.cells]
    assert found[1][1] == SIGNS[0]
    assert document.paragraphs[0].text == f"Table 1. {table.title}"
    notes = [p.text for p in document.sections[0].footer.paragraphs]
    assert notes == [*table.footnotes, NOTICE]


def test_caption_is_a_caption_whose_field_gives_this_number() -> None:
    document = read(small("Table S12"))
    caption = document.paragraphs[0]
    assert caption.style is not None
    assert caption.style.name == "Caption"
    assert caption.text == "Table S12. A small table"
    [code] = [e.text for e in xml(document).iter(f"{W}instrText")]
    assert code == " SEQ Table_S \\* ARABIC \\r 12 "


@pytest.mark.parametrize("number", ["Figure 2A", "Table", "T 007", "Tabelle 3.1", "表 5", "1"])
def test_any_number_is_shown_as_it_is(number: str) -> None:
    assert read(small(number)).paragraphs[0].text == f"{number}. A small table"


def test_heads_repeat_and_lines_stay_whole() -> None:
    rows = list(xml(read(long_table(40))).iter(f"{W}tr"))
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows[:4]] == [
        True, True, False, False,
    ]  # fmt: skip
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)


def test_a_heading_stays_with_its_lines() -> None:
    rows = list(xml(read(long_table(20))).iter(f"{W}tr"))[2:]
    kept = [next(row.iter(f"{W}pPr")).find(f"{W}keepNext") is not None for row in rows]
    assert kept == [*[True] * 9, False] * 2


def test_each_display_has_its_section_paper_head_and_foot() -> None:
    document = read(small(), small("Table 2", columns=14))
    front, first, second = document.sections
    assert first.orientation == WD_ORIENTATION.PORTRAIT
    assert second.orientation == WD_ORIENTATION.LANDSCAPE
    assert second.page_width is not None
    assert round(second.page_width.mm) == 297
    assert front.different_first_page_header_footer
    later = [p.text for p in first.header.paragraphs]
    assert later[-1] == "Table 1. A small table (continued)"
    begun = [p.text for p in first.first_page_header.paragraphs]
    assert begun[0].startswith("ST_{1} & co\tPage ")
    assert begun[1].startswith("Data cut 31 August 2024\tTopline ")
    assert begun[1].endswith("run 0123456789ab, display-0")
    assert len(begun) == 2
    for section in (front, first, second):
        for foot in (section.footer, section.first_page_footer):
            assert foot.paragraphs[-1].text == NOTICE


def test_a_book_lists_its_displays_with_links_and_pages() -> None:
    made = book(small(), long_table(), small("Table 2"))
    document = docx.Document(io.BytesIO(book_docx(made, {})))
    entries = [p for p in document.paragraphs if p.style and p.style.name == "toc 1"]
    assert [e.text.split("\t")[0] for e in entries] == [
        "Table 1. A small table", "Table S21. Adverse events by term", "Table 2. A small table",
    ]  # fmt: skip
    assert [int(e.text.split("\t")[1]) for e in entries] == list(made.first_pages)
    root = xml(document)
    marks = {e.get(f"{W}name") for e in root.iter(f"{W}bookmarkStart")}
    assert {e.get(f"{W}anchor") for e in root.iter(f"{W}hyperlink")} == marks
    turns = list(root.iter(f"{W}pageBreakBefore"))
    assert len(turns) == made.pieces[1].pages - 1
    assert len(document.tables) == sum(piece.pages for piece in made.pieces)


def test_a_single_table_is_left_to_word_for_its_pages() -> None:
    assert not list(xml(read(long_table())).iter(f"{W}pageBreakBefore"))


def test_leftward_scripts_are_marked() -> None:
    root = xml(read(hostile(("Rash (פריחה) 3", "مرحبا"))))
    marked = {
        "".join(t.text or "" for t in run.iter(f"{W}t"))
        for run in root.iter(f"{W}r")
        if run.find(f"{W}rPr/{W}rtl") is not None
    }
    assert marked == {"פריחה", "مرحبا"}


def test_figures_are_inline_with_words() -> None:
    content = book_docx(book(picture()), {"display-0": draw_shot(picture())})
    document = docx.Document(io.BytesIO(content))
    [shape] = document.inline_shapes
    assert round(shape.width.mm, 1) == 89.0
    root = xml(document)
    described = [e.get("descr") for e in root.iter() if e.tag.endswith("docPr")]
    assert described == ["A line that falls."]


def test_bytes_and_properties_know_no_clock() -> None:
    first, second = (book_docx(book(hostile()), {}) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = docx.Document(io.BytesIO(first)).core_properties
    assert properties.created is not None
    assert properties.created.date() == IMPRINT.data_cut
    assert properties.created == properties.modified
    assert properties.title == "Tables"
    assert "run 0123456789ab" in properties.author


def test_elements_stand_in_the_order_of_the_schema() -> None:
    # ECMA-376 part 1, 17.3.1.26 (pPr), 17.3.2.28 (rPr), 17.4.60 (tblPr), 17.4.70 (tcPr).
    orders = {
        "pPr": "pStyle keepNext keepLines pageBreakBefore pBdr tabs spacing ind jc sectPr",
        "rPr": "b bCs sz szCs rtl",
        "tblPr": "tblStyle tblW tblInd tblLayout tblLook tblCaption",
        "tcPr": "tcW gridSpan vMerge tcBorders vAlign",
        "sectPr": "headerReference footerReference type pgSz pgMar titlePg",
    }
    root = xml(read(hostile((*SIGNS, *FOREIGN)), small("Table 2", columns=14)))
    for name, order in orders.items():
        places = {f"{W}{each}": i for i, each in enumerate(order.split())}
        found = list(root.iter(f"{W}{name}"))
        assert found
        for element in found:
            held = [places[child.tag] for child in element]
            assert held == sorted(held), ET.tostring(element)


def test_opens_in_libreoffice_with_heads_and_notes_on_each_page(
    as_pdf: Callable[[str, bytes], list[str]],
) -> None:
    made = book(long_table())
    pages = as_pdf("long.docx", book_docx(made, {}))
    assert len(pages) >= 60
    assert abs(len(pages) - made.pieces[0].pages) <= 2
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Table S21. Adverse events by term" in page
        assert "Any grade" in page
        assert "n (%) of {subjects}; 50% \\ of_them." in page
        assert NOTICE in page


def test_contents_agree_with_what_libreoffice_prints(
    as_pdf: Callable[[str, bytes], list[str]],
) -> None:
    short = [small(f"Table {i}") for i in range(1, 80)]
    made = book(*short[:40], long_table(600), *short[40:])
    pages = as_pdf("book.docx", book_docx(made, {}))
    assert len(made.contents_pages) == 2
    for piece, page in zip(made.pieces, made.first_pages, strict=True):
        assert piece.place.heading in pages[page - 1]
        assert f"{piece.place.heading} (continued)" not in pages[page - 1]
