"""What is wrong with `measurements:`, told with line and place."""

from pathlib import Path

import pytest

from tests.reconstruct.measurements.marker import MEASUREMENTS, write_marker
from topline.reconstruct.read import check_published

FIRST = "{claim: first, of: FIRST}"
CHANGE = "{claim: change, of: [FIRST, LATER], test: signed-rank}"

# What is written instead of what, what is found, and a part of what is expected
ROWS = [
    (FIRST, "{claim: first, of: FRIST}", "statements.0.of", "one of FIRST, LATER, LAST, CHANGE"),
    (FIRST, "{claim: frist, of: FIRST}", "statements.0.claim", "the name of a claim"),
    # Claims without the number that is asked for
    (FIRST, "{claim: women, of: FIRST, test: kruskal-wallis, by: GRADE}", "statements.0.claim",
     "a claim with a p-value"),
    (FIRST, "{claim: change, of: FIRST}", "statements.0.claim",
     "a claim of a median, a mean or a range"),
    # Tests and what they compare
    (CHANGE, "{claim: change, of: FIRST, test: signed-rank}", "statements.5", "two numbers"),
    (CHANGE, "{claim: change, of: FIRST, test: mann-whitney}", "statements.5",
     "one number, and by"),
    (CHANGE, "{claim: change, of: FIRST, test: kruskal-wallis}", "statements.5",
     "by, or several numbers"),
    (CHANGE, "{claim: change, of: FIRST, test: repeated-measures}", "statements.5",
     "several numbers"),
    (CHANGE, "{claim: change, of: [FIRST, LATER]}", "statements.5", "one number without by"),
    (CHANGE, "{claim: change, of: FIRST, by: GRADE, test: mann-whitney}", "statements.5.by",
     "compares two groups, not 3"),
    (CHANGE, "{claim: change, of: FIRST, by: GARDE = G1, test: mann-whitney}", "statements.5.by",
     "the name of an attribute"),
    (FIRST, "{claim: first, of: FIRST, among: GRADE = G4}", "statements.0.among",
     "a level of GRADE"),
    # Names, differences and rules
    ("LAST:", "AGE:", "columns.AGE", "another name: it is an attribute"),
    ("LAST:", "DEATH:", "columns.DEATH", "another name: it is a column of every cohort"),
    ("{CHANGE: LATER - FIRST}", "{FIRST: LATER - LAST}", "differences.FIRST", "another name"),
    ("LATER - FIRST}", "LATER - BASE}", "differences.CHANGE", "one of the columns"),
    ("LATER - FIRST}", "LATER -}", "differences.CHANGE", "one of the columns"),
    ("CHANGE <= 10", "CHANGE", "rules.1", "a sign and a number after it"),
    ("CHANGE <= 10", "CHANGE <= FIRST", "rules.1", "a sign and a number after it"),
    ("CHANGE <= 10", "CHANEG <= 10", "rules.1", "the name of an attribute"),
    ("known: KNOWN", "known: FIRST > 3", "known", "the name of an attribute"),
    # Numbers
    ("most: 500, step: 0.5, around: 100, spread: 0.7}\n      LATER", "most: 5}\n      LATER",
     "columns.FIRST", "least not above most"),
    ("around: 80", "around: 8", "columns.LATER", "around between least and most"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "loc", "expected"), ROWS)
def test_a_fault_is_told_with_its_place(
    old: str, new: str, loc: str, expected: str, tmp_path: Path
) -> None:
    assert old in MEASUREMENTS
    path = write_marker(tmp_path, MEASUREMENTS.replace(old, new, 1))
    _, problems = check_published(path)
    found = {".".join(map(str, problem.loc)): problem for problem in problems}
    problem = found[f"measurements.MARKER.{loc}"]
    assert expected in problem.expected
    line = path.read_text().splitlines()[problem.line - 1]
    assert new.split("\n", maxsplit=1)[0][:12] in line


def test_numbers_are_no_drawn_columns_of_records(tmp_path: Path) -> None:
    more = "records: {columns: {LAST: {draw: [0, 1]}}}\n"
    _, problems = check_published(write_marker(tmp_path, MEASUREMENTS + more))
    assert [problem.expected for problem in problems] == [
        "another name: it is one of records.columns"
    ]


def test_a_whole_file_has_no_faults(tmp_path: Path) -> None:
    assert check_published(write_marker(tmp_path))[1] == ()
