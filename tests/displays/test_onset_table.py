"""Onset of adverse events as it is printed, from the small trial of the analyses' tests."""

from tests.analyses.safety import SAFETY_KINDS
from tests.analyses.study import adam, protocol
from topline.analyses.analyse import analyse
from topline.displays.compose import compose
from topline.displays.table import Table

DISPLAY = {"kind": "onset-table", "number": "T", "title": "Onset", "analysis": "X"}


def printed(*arms: str, **options: object) -> Table:
    plan = protocol({"X": SAFETY_KINDS["AE-ONSET"] | options}, arms=arms, displays=[DISPLAY])
    (table,) = compose(plan, analyse(plan, adam()))
    assert isinstance(table, Table)
    return table


def test_a_line_an_event_with_cycles_as_onsets_of_those_at_risk() -> None:
    table = printed("Active", rates_at=[])
    assert [column.label for column in table.columns] == [
        "Adverse event", "Subjects, n (%)", "Median (range), days", "Cycle 1", "Cycle 2",
        "Cycle 3", "Later cycles", "After the last dose", "Subjects, n (%)",
        "Median (range), days",
    ]  # fmt: skip
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Any", "7 (87.5)", "19 (3 to 60)", "4 / 7", "1 / 2", "0 / 0", "0", "1", "3 (42.9)",
         "5 (2 to 16)"],
        ["Nausea", "3 (37.5)", "28 (5 to 29)", "2 / 8", "1 / 5", "0 / 2", "0", "0", "2 (66.7)",
         "9.5 (3 to 16)"],
        ["None has it", "0", "", "0 / 8", "0 / 6", "0 / 3", "0", "0", "0", ""],
    ]  # fmt: skip


def test_arms_are_lines_below_the_event() -> None:
    table = printed("Active", "Control")
    assert [(row.cells[0].text, row.heading) for row in table.rows[:5]] == [
        ("Any", True), ("Active", False), ("Control", False), ("All", False), ("Nausea", True),
    ]  # fmt: skip


def test_shares_of_subjects_come_with_their_limits() -> None:
    table = printed("Active")
    place = [column.label for column in table.columns].index("By 28 days")
    nausea = table.rows[1].cells[place]
    assert nausea.text.startswith("27.1 (")
    assert nausea.results == tuple(
        f"X.2.28 days.{name}" for name in ("rate", "rate_lower", "rate_upper")
    )


def test_footnotes_say_how_cycles_and_days_count() -> None:
    assert any("At risk in a cycle" in note for note in printed("Active").footnotes)
