"""Laboratory results as they are printed, from the small trial of the analyses' tests."""

from tests.analyses.safety import SAFETY_KINDS
from tests.analyses.study import adam, protocol
from topline.analyses.analyse import analyse
from topline.displays.compose import compose
from topline.displays.table import Table

GRADES = {"kind": "laboratory-grade-table", "number": "T", "title": "Grades"}
SHIFT = {"kind": "laboratory-shift-table", "number": "T", "title": "Shift"}


def printed(kind: str, display: dict[str, str], *arms: str, **options: object) -> Table:
    plan = protocol(
        {kind: SAFETY_KINDS[kind] | options},
        arms=arms or ("Active",),
        displays=[display | {"analysis": kind}],
        laboratory={},
    )
    (table,) = compose(plan, analyse(plan, adam()))
    assert isinstance(table, Table)
    return table


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_worst_grades_have_a_line_a_term_below_their_test() -> None:
    table = printed("LAB-GRADES", GRADES)
    assert [column.label for column in table.columns] == [
        "Test and CTCAE term", "Evaluated", "Any grade", "Grade 1", "Grade 2", "Grade 3",
        "Grade 4", "Grade ≥ 3",
    ]  # fmt: skip
    assert texts(table)[:2] == [
        ["Hemoglobin (g/L)", "", "", "", "", "", "", ""],
        ["Anemia", "4", "3 (75.0)", "1 (25.0)", "1 (25.0)", "1 (25.0)", "0", "1 (25.0)"],
    ]
    assert [row.heading for row in table.rows] == [True, False, False, True, False]
    assert table.rows[1].cells[4].results == (
        "LAB-GRADES.Hemoglobin (g/L).HGB.low.2.n",
        "LAB-GRADES.Hemoglobin (g/L).HGB.low.2.percent",
    )


def test_grades_can_be_any_and_3_or_higher_alone() -> None:
    table = printed("LAB-GRADES", GRADES | {"grades": "any and 3 or higher"})
    assert [column.label for column in table.columns[1:]] == [
        "Evaluated", "Any grade", "Grade ≥ 3",
    ]  # fmt: skip
    assert texts(table)[1] == ["Anemia", "4", "3 (75.0)", "1 (25.0)"]


def test_arms_stand_side_by_side_then_all() -> None:
    table = printed("LAB-GRADES", GRADES, "Active", "Control")
    assert list(dict.fromkeys(column.span for column in table.columns[1:])) == [
        "Active", "Control", "All",
    ]  # fmt: skip
    assert [table.rows[1].cells[i].text for i in (1, 8, 15)] == ["3", "1", "4"]


def test_a_shift_table_has_a_line_a_baseline_and_columns_of_the_worst() -> None:
    table = printed("LAB-SHIFT", SHIFT)
    assert [column.label for column in table.columns] == [
        "Baseline", "Any", "Grade 0", "Grade 1", "Grade 2", "Grade 3", "Grade 4",
    ]  # fmt: skip
    assert texts(table)[:7] == [
        ["Hemoglobin (g/L): Anemia", "N = 4", "", "", "", "", ""],
        ["Grade 0", "1 (25.0)", "0", "0", "0", "1 (25.0)", "0"],
        ["Grade 1", "1 (25.0)", "1 (25.0)", "0", "0", "0", "0"],
        ["Grade 2", "1 (25.0)", "0", "0", "1 (25.0)", "0", "0"],
        ["Grade 3", "0", "0", "0", "0", "0", "0"],
        ["Grade 4", "0", "0", "0", "0", "0", "0"],
        ["Missing", "1 (25.0)", "0", "1 (25.0)", "0", "0", "0"],
    ]
    assert table.rows[0].cells[1].results == ("LAB-SHIFT.Hemoglobin (g/L).HGB.low.evaluated.n",)


def test_shifts_of_position_say_low_normal_and_high() -> None:
    table = printed("LAB-RANGE", SHIFT, directions=["low"], tests=["HGB"])
    assert [column.label for column in table.columns] == [
        "Baseline", "Any", "Low", "Normal", "High",
    ]  # fmt: skip
    assert texts(table)[:3] == [
        ["Hemoglobin (g/L): Lowest under treatment", "N = 4", "", "", ""],
        ["Low", "2 (50.0)", "1 (25.0)", "1 (25.0)", "0"],
        ["Normal", "1 (25.0)", "1 (25.0)", "0", "0"],
    ]


def test_footnotes_say_of_whom_and_by_which_version() -> None:
    notes = printed("LAB-GRADES", GRADES).footnotes
    assert any("of the subjects evaluated" in note for note in notes)
    assert "Methods: CTCAE v5.0." in notes


def test_nothing_to_show_gives_a_table_without_lines() -> None:
    plan = protocol(
        {"X": SAFETY_KINDS["LAB-SHIFT"]}, displays=[SHIFT | {"analysis": "X"}], laboratory={}
    )
    (table,) = compose(plan, analyse(plan, adam() | {"ADLB": adam()["ADLB"].clear()}))
    assert isinstance(table, Table)
    assert table.rows == ()
