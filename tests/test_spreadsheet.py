"""CSV shows what the data hold and runs nothing."""

import csv
from pathlib import Path

import polars as pl
import pytest

from topline.spreadsheet import spreadsheet_cell, write_spreadsheet

CELLS = [
    ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
    ("+1+1", "'+1+1"),
    ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'\t=1"),
    ("  =1+1", "'  =1+1"),
    ("-3.5", "-3.5"),
    ("+12%", "+12%"),
    ("Nausea, grade 1", "Nausea, grade 1"),
    ("a=b", "a=b"),
]


@pytest.mark.parametrize(("text", "shown"), CELLS)
def test_formulas_are_text_and_numbers_stay(text: str, shown: str, tmp_path: Path) -> None:
    assert spreadsheet_cell(text) == shown
    write_spreadsheet(pl.DataFrame({"A": [text], "N": [1.5]}), tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["A", "N"], [shown, "1.5"]]


def test_missing_stays_empty_and_nul_is_told(tmp_path: Path) -> None:
    write_spreadsheet(pl.DataFrame({"A": [None, "a\0b"]}), tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.DictReader(file))[-1] == {"A": "a\\0b"}
