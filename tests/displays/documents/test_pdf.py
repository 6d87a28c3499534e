"""PDF, read back by pypdf."""

import io
import re

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from tests.displays.documents.samples import (
    FOREIGN,
    IMPRINT,
    NOTICE,
    hostile,
    long_table,
    picture,
    small,
)
from topline.displays.documents.book import Book, bind
from topline.displays.documents.letters import spell_out, spell_out_display, texts
from topline.displays.documents.paper import A4, SIDE
from topline.displays.documents.pdf.book import book_pdf
from topline.displays.documents.pdf.press import MissingLettersError, missing_letters
from topline.displays.documents.place import Setting
from topline.displays.documents.widths import SHIPPED
from topline.displays.figure import Figure
from topline.displays.table import Table


def book(*displays: Table | Figure) -> Book:
    named = [(f"display-{i}", display) for i, display in enumerate(displays)]
    setting = Setting(NOTICE, A4, SHIPPED)
    return bind("Tables", named, IMPRINT, setting, contents=len(displays) > 1)


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def plain(text: str) -> str:
    """Leave out spaces, which a PDF has only where letters stand apart."""
    return re.sub(r"[\s\u200b]", "", text)


def fonts(reader: PdfReader) -> list[DictionaryObject]:
    found: dict[int, DictionaryObject] = {}
    for page in reader.pages:
        held = page["/Resources"].get_object()
        assert isinstance(held, DictionaryObject)
        for reference in held.get("/Font", DictionaryObject()).get_object().values():
            found[reference.idnum] = reference.get_object()
    return list(found.values())


def test_every_text_comes_out_as_it_went_in() -> None:
    table = hostile()
    text = plain("".join(page.extract_text() for page in read(book_pdf(book(table))).pages))
    for row in table.rows:
        assert "".join(plain(cell.text) for cell in row.cells) in text
    for note in (*table.footnotes, table.title, NOTICE):
        assert plain(note) in text


@pytest.mark.parametrize("word", FOREIGN)
def test_foreign_scripts_come_out_or_are_written_out_by_code_point(word: str) -> None:
    missing = missing_letters(word)
    spelled = spell_out_display(hostile((word, "x")), missing)
    text = "".join(page.extract_text() for page in read(book_pdf(book(spelled))).pages)
    shown = spell_out(word, missing)
    # A reader may give leftward letters in the order in which they stand on the page.
    assert plain(shown) in plain(text) or plain(shown)[::-1] in plain(text)


def test_a_letter_without_a_font_is_never_left_out_in_silence() -> None:
    with pytest.raises(MissingLettersError) as raised:
        book_pdf(book(hostile(("中文", "x"))), system_fonts=False)
    assert raised.value.letters == "中"
    table = hostile(("5 中", "x"))
    spelled = spell_out_display(table, missing_letters(texts(table), system_fonts=False))
    text = read(book_pdf(book(spelled), system_fonts=False)).pages[0].extract_text()
    assert "5 [U+4E2D]" in text
    assert "Written out by code point, for no font at hand has them: U+4E2D." in text


def test_it_says_that_it_is_pdf_a_2b_and_accessible() -> None:
    reader = read(book_pdf(book(small(), picture())))
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert str(root["/Lang"]).startswith("en")


def test_every_font_is_inside() -> None:
    used = fonts(read(book_pdf(book(hostile(), picture()))))
    assert used
    for font in used:
        assert "/ToUnicode" in font
        [descendant] = font["/DescendantFonts"]
        descriptor = descendant.get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_sixty_pages_have_heads_and_notes_each() -> None:
    made = book(long_table())
    pages = read(book_pdf(made)).pages
    assert len(pages) == made.pieces[0].pages >= 60
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert f"Page {number} of {len(pages)}" in text
        assert ("(continued)" in text) == (number > 1)
        for words in ("Table S21. Adverse events by term", "Arm A", "Any grade", "Grade 3"):
            assert text.count(words) == 1
        for words in ("ST_{1} & co", "Data cut 31 August 2024", "run 0123456789ab, display-0"):
            assert words in text
        assert "n (%) of {subjects}; 50% \\ of_them." in text
        assert NOTICE in text
    terms = [t for p in pages for t in re.findall(r"Term (\d+)", p.extract_text())]
    assert [int(t) for t in terms] == [i for i in range(2450) if i % 10]


def test_a_group_longer_than_a_page_says_its_heading_again() -> None:
    rows = long_table(120).rows
    table = Table("T 1", "t", long_table().columns, (rows[0], *(r for r in rows if not r.heading)))
    pages = read(book_pdf(book(table))).pages
    assert len(pages) > 1
    assert all("Body system 0 (continued)" in page.extract_text() for page in pages[1:])


def test_contents_lead_to_the_pages() -> None:
    reader = read(book_pdf(book(small(), long_table(300), small("Table 2"))))
    front = reader.pages[0].extract_text()
    assert "A trial of <things>" in front
    found = re.search(r"Table 2\. A small table[ .]+(\d+)", front)
    assert found
    assert "Table 2. A small table" in reader.pages[int(found[1]) - 1].extract_text()
    assert [str(entry["/Title"]) for entry in reader.outline if not isinstance(entry, list)] == [
        "Table 1. A small table", "Table S21. Adverse events by term", "Table 2. A small table",
    ]  # fmt: skip


def test_broad_tables_are_landscape() -> None:
    sizes = [
        tuple(round(float(x)) for x in page.mediabox.upper_right)
        for page in read(book_pdf(book(small(), small(columns=16)))).pages[1:]
    ]
    assert sizes == [(595, 842), (842, 595)]


def test_a_word_broader_than_its_cell_is_broken() -> None:
    columns = small().columns
    word = "Unbroken" * 60
    table = hostile((word, "x"))
    reader = read(book_pdf(book(table)))
    text = plain("".join(page.extract_text() for page in reader.pages))
    assert word in text
    rightmost = 0.0

    def seen(text: str, _: object, matrix: list[float], *__: object) -> None:
        nonlocal rightmost
        if text.strip():
            rightmost = max(rightmost, matrix[4])

    for page in reader.pages:
        page.extract_text(visitor_text=seen)
    assert columns
    assert rightmost < float(reader.pages[0].mediabox.width) - SIDE


def test_bytes_know_no_clock() -> None:
    first = book_pdf(book(hostile(), picture()))
    assert first == book_pdf(book(hostile(), picture()))
    information = read(first).metadata
    assert information is not None
    assert information.creation_date is not None
    assert information.creation_date.date() == IMPRINT.data_cut
    assert information.title == "Tables"


def test_text_is_never_code() -> None:
    words = '#panic("x") #set page(width: 1cm) $ #sys.version "quoted" \\u{41} // no comment'
    text = read(book_pdf(book(hostile((words, words))))).pages[0].extract_text()
    assert plain(words) in plain(text)
