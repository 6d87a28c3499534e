"""RTF, read back by a reader of its own."""

import re
from collections.abc import Callable

import pytest

from tests.displays.documents.rtf_reader import Rtf, read_rtf
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
from topline.displays.documents.rtf.book import book_rtf
from topline.displays.documents.rtf.text import escape_rtf
from topline.displays.documents.widths import ARIAL
from topline.displays.figure import Figure
from topline.displays.table import Table


def book(*displays: Table | Figure) -> Book:
    named = [(f"display-{i}", display) for i, display in enumerate(displays)]
    setting = Setting(NOTICE, A4, ARIAL)
    return bind("Tables", named, IMPRINT, setting, contents=len(displays) > 1)


def read(*displays: Table) -> Rtf:
    return read_rtf(book_rtf(book(*displays), {}))


def test_every_text_comes_out_as_it_went_in() -> None:
    table = hostile((*SIGNS, *FOREIGN))
    found = read(table)
    expected = [[c.text for c in row.cells] for row in table.rows]
    expected = [cells[:1] if cells[1:] == ["", ""] else cells for cells in expected]
    heads = 2
    assert found.rows[heads:] == expected
    assert table.title in found.body
    for note in (*table.footnotes, NOTICE):
        assert all(note in foot for foot in found.stories["footer"])


@pytest.mark.parametrize(
    ("text", "written"),
    [
        # RTF 1.9.1, "Unicode RTF": signed 16-bit numbers, a pair of them beyond the first plane.
        ("é", r"\u233?"),
        ("中", r"\u20013?"),
        ("\uff0a", r"\u-246?"),
        ("😀", r"\u-10179?\u-8704?"),
        ("a\\b{c}", r"a\\b\{c\}"),
        ("TOP_01_003", "TOP_01_003"),
    ],
)
def test_letters_are_written_as_the_specification_says(text: str, written: str) -> None:
    assert escape_rtf(text) == written


def test_bytes_are_ascii_and_the_same_each_time() -> None:
    first = book_rtf(book(hostile()), {})
    assert first.isascii()
    assert first == book_rtf(book(hostile()), {})


def test_sixty_pages_have_heads_and_notes_each() -> None:
    table = long_table()
    made = book(table)
    found = read(table)
    pages = made.pieces[0].pages
    assert pages >= 60
    for heads in (["Adverse event", "Arm A"], ["", "Any grade", "Grade 3"]):
        assert found.rows.count(heads) == pages
    assert book_rtf(made, {}).count(b"\\pagebb") == pages - 1
    assert "Adverse events by term (continued)" in found.stories["header"][0]
    assert "(continued)" not in found.stories["headerf"][0]
    printed = [row for row in found.rows if row[0].startswith("Term")]
    assert printed == [
        [c.text for c in row.cells] for row in table.rows if row.cells[0].text.startswith("Term")
    ]


def test_running_head_names_study_cut_program_run_and_pages() -> None:
    for story in ("header", "headerf"):
        head = read(small()).stories[story][0]
        assert "ST_{1} & co" in head
        assert "Data cut 31 August 2024" in head
        assert "run 0123456789ab, display-0" in head
        assert "Page 1 of 1" in head
    assert b"\\fldinst { NUMPAGES }" in book_rtf(book(small()), {})


def test_a_book_lists_its_displays_with_their_pages() -> None:
    made = book(small(), long_table(), small("Table 2"))
    found = read_rtf(book_rtf(made, {}))
    first = made.first_pages
    assert first[0] == 2
    assert first[2] == 3 + made.pieces[1].pages
    assert f"Table 2. A small table\t{first[2]}\n" in found.body
    source = book_rtf(made, {}).decode()
    assert source.count("\\sectd") == 4
    marks = re.findall(r"bkmkstart (\w+)", source)
    assert marks == [f"display_{i}" for i in range(3)]
    assert all(f"PAGEREF {mark} " in source for mark in marks)


def test_broad_tables_are_landscape_sections() -> None:
    source = book_rtf(book(small(), small(columns=14)), {}).decode()
    assert source.count("\\lndscpsxn") == 1


def test_figures_are_pictures_with_words() -> None:
    made = book(picture())
    source = book_rtf(made, {"display-0": draw_shot(picture())}).decode()
    assert "\\pngblip" in source
    assert "A line that falls." in source
    assert "89504e470d0a1a0a" in source.replace("\n", "")


def test_opens_in_libreoffice_with_heads_and_notes_on_each_page(
    as_pdf: Callable[[str, bytes], list[str]],
) -> None:
    made = book(long_table())
    pages = as_pdf("long.rtf", book_rtf(made, {}))
    assert len(pages) == made.pieces[0].pages >= 60
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Table S21. Adverse events by term" in page
        assert "Any grade" in page
        assert "n (%) of {subjects}; 50% \\ of_them." in page
        assert NOTICE in page
