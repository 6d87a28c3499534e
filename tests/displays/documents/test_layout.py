"""Titles, notes and the name of the run on each page."""

import datetime as dt
from dataclasses import replace

from tests.displays.documents.samples import IMPRINT, NOTICE, small
from topline.displays.documents.book import bind
from topline.displays.documents.imprint import run_id
from topline.displays.documents.layout import lay_out
from topline.displays.documents.paper import A4
from topline.displays.documents.place import Setting
from topline.displays.documents.widths import SHIPPED
from topline.displays.table import Row, Table

SETTING = Setting(NOTICE, A4, SHIPPED)


def test_notice_is_last_among_the_notes_and_there_once() -> None:
    for notes in (("One.",), (NOTICE, "One."), ()):
        place = lay_out(replace(small(), footnotes=notes), SETTING)[0].place
        assert place.notes[-1] == NOTICE
        assert place.notes.count(NOTICE) == 1


def test_notes_that_would_fill_the_page_stand_below_the_table() -> None:
    notes = tuple(f"Note {i}: " + "many words " * 40 for i in range(30))
    place = lay_out(replace(small(), footnotes=notes), SETTING)[0].place
    assert place.notes[-2:] == ("Further notes stand below the end of the table.", NOTICE)
    assert (*place.notes[:-2], *place.further) == notes
    assert place.body > place.height / 3


def test_a_table_without_lines_has_a_page() -> None:
    empty = Table("Table 1", "T", small().columns, ())
    assert len(lay_out(empty, SETTING)[0].pages) == 1
    only = Table("Table 1", "T", small().columns[:1], (Row(small().rows[0].cells[:1]),))
    assert lay_out(only, SETTING)[0].aligns == ("left",)


def test_pages_of_a_book_follow_each_other() -> None:
    named = [(f"t{i}", small(f"Table {i}")) for i in range(3)]
    assert bind("B", named, IMPRINT, SETTING, contents=True).first_pages == (2, 3, 4)
    assert bind("B", named, IMPRINT, SETTING, contents=False).first_pages == (1, 2, 3)


def test_a_run_is_named_by_what_went_into_it() -> None:
    inputs = {"protocol.yaml": "aa", "data/ae.csv": "bb"}
    name = run_id(inputs, dt.date(2024, 8, 31))
    assert name == run_id(dict(reversed(inputs.items())), dt.date(2024, 8, 31))
    assert name != run_id(inputs, dt.date(2024, 9, 1))
    assert name != run_id(inputs | {"data/ae.csv": "cc"}, dt.date(2024, 8, 31))


def test_imprint_says_data_cut_and_program() -> None:
    assert IMPRINT.cut == "Data cut 31 August 2024"
    assert replace(IMPRINT, data_cut=None).cut == "No data cut"
    assert IMPRINT.program("table-1").endswith(", run 0123456789ab, table-1")
