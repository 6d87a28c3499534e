"""Listings as tables."""

import datetime as dt
from pathlib import Path

import polars as pl
from pypdf import PdfReader

from tests.displays.documents.samples import IMPRINT, NOTICE
from topline.displays.documents.formats import Format, Formats
from topline.displays.documents.listings import (
    Listing,
    listing_tables,
    write_listing_documents,
)

ROWS = pl.DataFrame(
    {
        "USUBJID": ["01", "01", "02"],
        "ADT": [dt.date(2024, 2, 29), None, dt.date(2024, 3, 1)],
        "AVAL": [12.0, 0.30000000000000004, None],
        "late": [True, False, None],
        "SRCDOM": ["LB", "LB", "LB"],
        "SRCSEQ": [3, None, 10],
    }
)
LABELS = {"USUBJID": "Subject", "ADT": "Date"}


def test_rows_are_lines_and_columns_have_words() -> None:
    [table] = listing_tables([Listing("Results", ROWS)], LABELS, IMPRINT)
    assert (table.number, table.title, table.patients) == ("Listing 1", "Results", True)
    assert [c.label for c in table.columns] == ["Subject", "Date", "AVAL", "Late", "Source"]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["01", "2024-02-29", "12", "Y", "LB 3"],
        ["01", "", "0.3", "N", "LB "],
        ["02", "2024-03-01", "", "", "LB 10"],
    ]
    assert table.footnotes == ("3 rows.", "Data cut 31 August 2024.", NOTICE)


def test_chosen_columns_alone_are_shown() -> None:
    listing = Listing("Results", ROWS, ("USUBJID", "AVAL", "NOTTHERE"))
    [table] = listing_tables([listing], {}, IMPRINT)
    assert [c.label for c in table.columns] == ["USUBJID", "AVAL"]


def test_a_listing_without_rows_says_so() -> None:
    [table] = listing_tables([Listing("Deaths", ROWS.clear())], LABELS, IMPRINT)
    assert [cell.text for cell in table.rows[0].cells] == ["None.", "", "", "", ""]


def test_all_listings_are_one_file_a_format(tmp_path: Path) -> None:
    formats = Formats((Format.CSV, Format.PDF, Format.RTF, Format.PNG))
    listings = [Listing("Results", ROWS), Listing("Deaths", ROWS.clear())]
    paths = write_listing_documents(listings, LABELS, tmp_path, formats, IMPRINT)
    assert [path.name for path in paths] == ["listings.pdf", "listings.rtf"]
    text = "".join(page.extract_text() for page in PdfReader(paths[0]).pages)
    assert "Listing 2. Deaths" in text
    assert "None." in text


def test_nothing_is_written_where_no_format_has_pages(tmp_path: Path) -> None:
    listings = [Listing("Results", ROWS)]
    assert write_listing_documents(listings, LABELS, tmp_path, Formats(), IMPRINT) == ()
    assert not list(tmp_path.iterdir())
