"""Tables as CSV."""

import csv
import io

import pytest

from topline.displays.spreadsheet import table_csv
from topline.displays.table import Cell, Column, Row, Table
from topline.spreadsheet import spreadsheet_cell


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1", '=HYPERLINK("x")']
)
def test_formulas_become_text(text: str) -> None:
    assert spreadsheet_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3.5", "+2", "12", "-40%", "5 / 33 (15.2)", "<65", ""])
def test_numbers_and_words_stay(text: str) -> None:
    assert spreadsheet_cell(text) == text


def test_a_reader_gets_every_cell_back() -> None:
    table = Table(
        "Table 1",
        'Age, "sex"',
        (Column("Event"), Column("n", span="Arm\nA")),
        (Row((Cell('Nausea; "bad",\nworse'), Cell("3"))), Row((Cell("Rash", indent=1), Cell("0")))),
        ("Note.",),
    )
    rows = list(csv.reader(io.StringIO(table_csv(table), newline="")))
    assert rows == [
        ['Table 1. Age, "sex"'],
        [],
        ["Event", "Arm A: n"],
        ['Nausea; "bad",\nworse', "3"],
        ["   Rash", "0"],
        [],
        ["Note."],
    ]
