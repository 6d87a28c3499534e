"""Gaps between doses, worked by hand on a calendar of days."""

import numpy as np
import pytest

from tests.clinical.dosing.courses import REGIMEN, WEEKS, day, expose, rules
from topline.clinical.dosing.interruptions import compute_block_days

DAILY_GAPS = [
    # first and last day of the two records; length and whether over 14 days
    pytest.param("0 9 40\n10 19 40", None, id="the next day is no gap"),
    pytest.param("0 9 40\n11 19 40", (1, False), id="one day"),
    pytest.param("0 9 40\n23 40 40", (13, False), id="13 days"),
    pytest.param("0 9 40\n24 40 40", (14, False), id="14 days are allowed"),
    pytest.param("0 9 40\n25 40 40", (15, True), id="15 days are not"),
    pytest.param("0 9 40\n10 20 0\n21 30 40", (11, False), id="a dose of 0 is none"),
    pytest.param("0 9 40\n5 7 40\n11 19 40", (1, False), id="a record within another"),
]


@pytest.mark.parametrize(("text", "expected"), DAILY_GAPS)
def test_gap_of_a_daily_drug(text: str, expected: tuple[int, bool] | None) -> None:
    found = expose(text, until=40).interruptions.select("length_days", "over_limit").rows()
    assert found == ([expected] if expected else [])


WEEKLY_GAPS = [
    # a week on, a week off; all days without, planned ones, the rest
    pytest.param("0 6 100\n14 20 100", None, id="as planned"),
    pytest.param("0 6 100\n15 21 100", (8, 7, 1), id="one day late"),
    pytest.param("0 6 100\n28 34 100", (21, 7, 14), id="14 days late"),
    pytest.param("0 6 100\n29 35 100", (22, 7, 15), id="15 days late"),
    pytest.param("0 6 100\n12 18 100", None, id="two days early is no interruption"),
    pytest.param("0 3 100\n14 20 100", (10, 7, 3), id="three days on are owed"),
    pytest.param("0 3 100\n11 17 100", (7, 4, 3), id="resumed early in the week off"),
    pytest.param("0 3 100\n6 6 100\n14 20 100", (2, 0, 2), id="two days within the week on"),
    pytest.param("0 3 100\n20 26 100", (16, 7, 9), id="three owed and six late"),
    pytest.param("0 9 100\n17 23 100", None, id="ten days on and seven off"),
    pytest.param("0 6 100\n16 22 100\n30 36 100", (9, 7, 2), id="the schedule goes on from there"),
]


@pytest.mark.parametrize(("text", "expected"), WEEKLY_GAPS)
def test_gap_of_a_week_on_and_a_week_off(text: str, expected: tuple[int, int, int] | None) -> None:
    rows = expose(text, until=60, drug="WEEKS").interruptions
    found = rows.select("gap_days", "planned_off_days", "length_days").rows()
    assert found == ([expected] if expected else [])


def test_longer_than_allowed_is_a_finding() -> None:
    assert "interruption_within_limit" not in rules(expose("0 9 40\n24 40 40", until=40))
    over = expose("0 9 40\n25 40 40", until=40)
    assert over.findings.select("rule", "found", "expected").row(0) == (
        "interruption_within_limit",
        "15 days from 2024-01-11",
        "at most 14 days",
    )


def test_dates_of_an_interruption() -> None:
    row = expose("0 9 40\n12 19 40", until=40).interruptions.row(0, named=True)
    assert (row["from_date"], row["to_date"]) == (day(10), day(11))


REASONS = [
    pytest.param("0 9 40\n12 19 40 DIARRHEA", "DIARRHEA", id="the record that resumes says why"),
    pytest.param("0 9 40\n10 11 0 FEVER\n12 19 40 DIARRHEA", "FEVER", id="a dose of 0 knows"),
    pytest.param("0 9 40\n10 10 0 FEVER\n15 19 40", "FEVER", id="its first day only"),
    pytest.param("0 9 40\n14 14 0 FEVER\n15 19 40", "FEVER", id="its last day only"),
    pytest.param("0 9 40\n10 10 0\n11 11 0 FEVER\n15 19 40", "FEVER", id="the first that says"),
    pytest.param("0 9 40 COUGH\n12 19 40", None, id="the reason before is of something else"),
]


@pytest.mark.parametrize(("text", "expected"), REASONS)
def test_reason_of_an_interruption(text: str, expected: str | None) -> None:
    assert expose(text, until=40).interruptions["reason"].to_list() == [expected]


def test_each_interruption_has_its_own_reason() -> None:
    text = "0 9 40\n10 11 0 FEVER\n12 19 40\n20 21 0 RASH\n22 30 40\n33 40 40 COUGH"
    assert expose(text, until=40).interruptions["reason"].to_list() == ["FEVER", "RASH", "COUGH"]


def test_slack_is_no_interruption() -> None:
    lax = WEEKS.model_copy(update={"slack_days": 3})
    regimen = REGIMEN.model_copy(update={"drugs": (REGIMEN.drugs[0], lax)})
    late = [expose(f"0 6 100\n{14 + k} 60 100", drug="WEEKS", regimen=regimen) for k in (3, 4)]
    assert [each.interruptions["length_days"].to_list() for each in late] == [[], [4]]


def test_no_limit_is_never_over() -> None:
    free = WEEKS.model_copy(update={"interruption_at_most_days": None})
    regimen = REGIMEN.model_copy(update={"drugs": (free,)})
    found = expose("0 6 100\n200 206 100", drug="WEEKS", regimen=regimen)
    assert found.interruptions["over_limit"].to_list() == [None]
    assert "interruption_within_limit" not in rules(found)


BLOCKS = [
    pytest.param("0 6 100\n14 20 100", [], id="as planned"),
    pytest.param("0 7 100\n15 21 100", ["days_on_are_kept"], id="eight days on"),
    pytest.param("0 6 100\n13 19 100", ["days_off_are_kept"], id="six days off"),
    pytest.param("0 3 100\n6 6 100\n14 20 100", [], id="a pause within the week is no rest"),
    pytest.param("0 20 100", ["days_on_are_kept"], id="three weeks on"),
    pytest.param("0 6 100\n7 9 100", ["days_on_are_kept"], id="ten days on in two records"),
]


@pytest.mark.parametrize(("text", "expected"), BLOCKS)
def test_days_on_and_off_are_kept(text: str, expected: list[str]) -> None:
    assert rules(expose(text, until=28, drug="WEEKS")) == expected


def test_blocks_of_several_courses_advance_together() -> None:
    rank = np.array([1, 2, 3, 1, 1, 2])
    start = np.array([0, 5, 14, 3, 0, 7])
    found = compute_block_days(rank, start, np.full(6, 7))
    assert found.tolist() == [0, 0, 14, 3, 0, 7]


def test_no_stretches_no_blocks() -> None:
    none = np.empty(0, np.int64)
    assert compute_block_days(none, none, none).tolist() == []
