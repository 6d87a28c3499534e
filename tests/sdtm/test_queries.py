import csv
from pathlib import Path

import polars as pl
import pytest

from topline.sdtm.queries import (
    Query,
    Rule,
    file_query,
    gather_queries,
    sort_queries,
    write_queries,
)


def _write(folder: Path, found: str) -> list[str]:
    path = folder / "queries.csv"
    write_queries(file_query(Rule("AE.x", "a date"), found), path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1]


@pytest.mark.parametrize(
    "found",
    ["=1+1", "+SUM(1)", "-SUM(1)", "@SUM(A1)", "\tx", "\rx", "\nx", '=HYPERLINK("http://x")'],
)
def test_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path: Path, found: str) -> None:
    assert _write(tmp_path, found)[4][:2] == "'" + found[0]


@pytest.mark.parametrize("found", ["AESEQ = -1", "a=b", "'quoted", "5 %", "é"])
def test_other_cells_are_written_as_they_are(tmp_path: Path, found: str) -> None:
    assert _write(tmp_path, found)[4] == found


def test_nul_is_written_in_letters(tmp_path: Path) -> None:
    assert _write(tmp_path, "a\0b")[4] == "a\\0b"


def test_queries_come_by_severity_then_as_a_person_counts() -> None:
    rows = [
        # severity, domain, rule, record
        ("note", "AE", "AE.a", "AESEQ=1"),
        ("error", None, "file.empty", None),
        ("error", "DM", "DM.a", "row 1"),
        ("error", "AE", "AE.b", "AESEQ=10"),
        ("error", "AE", "AE.b", "AESEQ=9"),
        ("warning", "AE", "AE.a", "AESEQ=1"),
    ]
    parts = [
        file_query(Rule(rule, "x", severity), "x", domain=domain, record=record)
        for severity, domain, rule, record in rows
    ]
    expected = [rows[i] for i in (4, 3, 2, 1, 5, 0)]
    for order in (parts, parts[::-1]):
        queries = sort_queries(gather_queries(order))
        assert queries.select("severity", "domain", "rule", "record").rows() == expected


def test_no_queries_are_an_empty_frame_with_all_columns(tmp_path: Path) -> None:
    empty = gather_queries([])
    assert empty.columns == Query.column_names()
    write_queries(empty, tmp_path / "queries.csv")
    assert pl.read_csv(tmp_path / "queries.csv").columns == Query.column_names()
