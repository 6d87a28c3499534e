"""Cumulative dose and relative dose intensity, worked by hand.

A week on and a week off at 100 mg/m2 is 50 mg/m2 a day on average, 1400 mg/m2 in 28 days.
"""

from fractions import Fraction

import polars as pl
import pytest

from tests.clinical.dosing.courses import DAILY, WEEKS, course, day, expose, rules, stop
from topline.clinical.dosing.cycles import compute_cycles_completed
from topline.clinical.dosing.regimen import Counting

FOUR_WEEKS = "0 6 100\n14 20 100"


def intensity(text: str, drug: str, counting: Counting | None = None, until: int = 1000) -> float:
    found = expose(text, until, drug, counting=counting).courses
    return found["relative_dose_intensity_percent"].item()


COURSES = [
    # records; days, actual dose, planned dose
    pytest.param("0 27 40", "DAILY", (28, 1120, 1120), id="as planned, daily"),
    pytest.param(FOUR_WEEKS, "WEEKS", (28, 1400, 1400), id="as planned, a week on and off"),
    pytest.param("0 13 40\n14 27 20", "DAILY", (28, 840, 1120), id="half the dose for two weeks"),
    pytest.param("0 13 40\n28 41 40", "DAILY", (42, 1120, 1680), id="two weeks without"),
    pytest.param("0 6 100\n14 20 75", "WEEKS", (28, 1225, 1400), id="one level less"),
    pytest.param("0 6 100\n28 34 100", "WEEKS", (42, 1400, 2100), id="two weeks late"),
    pytest.param("0 6 100\n14 17 100", "WEEKS", (28, 1100, 1400), id="the last block cut short"),
    pytest.param("0 9 100", "WEEKS", (14, 1000, 700), id="ten days on in a row"),
    pytest.param("0 0 40", "DAILY", (1, 40, 40), id="a single dose"),
]


@pytest.mark.parametrize(("text", "drug", "expected"), COURSES)
def test_dose_of_a_course(text: str, drug: str, expected: tuple[int, float, float]) -> None:
    found = expose(text, drug=drug)
    assert course(found, "course_days", "actual_dose", "planned_dose") == expected
    percent = float(100 * Fraction(expected[1]) / Fraction(expected[2]))
    per_week = float(7 * Fraction(expected[1]) / expected[0])
    assert course(found, "relative_dose_intensity_percent", "dose_per_week") == (
        pytest.approx(percent),
        pytest.approx(per_week),
    )


ENDS = [
    # a week on and off, then 14 days of nothing
    pytest.param("last block", "average", 100, id="with the last block"),
    pytest.param("last dose", "average", Fraction(1400, 21 * 50) * 100, id="with the last dose"),
    pytest.param("until", "average", Fraction(1400, 42 * 50) * 100, id="with the period"),
    pytest.param("last dose", "schedule", 100, id="days on of the schedule"),
    pytest.param("until", "schedule", Fraction(1400, 2100) * 100, id="three blocks"),
]


@pytest.mark.parametrize(("until", "by", "expected"), ENDS)
def test_the_time_of_a_course_ends_where_it_is_told(until: str, by: str, expected: float) -> None:
    counting = Counting.model_validate({"intensity_until": until, "planned_by": by})
    assert intensity(FOUR_WEEKS, "WEEKS", counting, until=41) == pytest.approx(float(expected))


def test_planned_intensity_of_a_day() -> None:
    assert (DAILY.dose_per_day, WEEKS.dose_per_day) == (40, 50)


def test_a_drug_never_taken_has_a_course_without_doses() -> None:
    found = expose("", drug="WEEKS", until=30)
    assert course(found, "course_days", "dosing_days", "actual_dose", "stopped") == (0, 0, 0, False)
    assert found.courses["relative_dose_intensity_percent"].item() is None
    assert found.cycles.row(0) == ("1", None, None, 0)


def test_overlapping_records_are_listed_and_leave_the_dose_unknown() -> None:
    found = expose("0 9 40\n8 19 20")
    assert course(found, "dosing_days", "actual_dose", "dose_unknown_because") == (
        20,
        None,
        "records overlap",
    )
    row = found.findings.filter(rule="records_do_not_overlap").row(0, named=True)
    assert (row["record"], row["found"]) == (2, "2 of its days are in record 1 too")


def test_both_are_taken_where_the_trial_says_so() -> None:
    found = expose("0 9 40\n8 19 20", counting=Counting(overlaps_count_as="both taken"))
    assert course(found, "actual_dose", "dosing_days") == (400 + 240, 20)
    assert "records_do_not_overlap" in rules(found)


def test_the_record_that_reaches_furthest_is_named() -> None:
    found = expose("0 30 40\n5 6 40\n20 40 20")
    texts = found.findings.filter(rule="records_do_not_overlap")["found"].to_list()
    assert texts == ["2 of its days are in record 1 too", "11 of its days are in record 1 too"]


def test_a_record_without_a_dose_leaves_the_dose_unknown_but_its_days_count() -> None:
    found = expose("0 9 40\n10 19 .")
    assert course(found, "dosing_days", "actual_dose", "dose_unknown_because") == (
        20,
        None,
        "1 records without a dose in a known unit",
    )
    assert rules(found)[0] == "dose_is_known"


STOPS = [
    # last dose on day 9; stop as recorded; end of period; option
    pytest.param(None, 9, "ongoing", (False, None), id="taken to the end"),
    pytest.param(12, 30, "ongoing", (True, 12), id="as recorded"),
    pytest.param(None, 23, "ongoing", (False, None), id="14 days of silence"),
    pytest.param(None, 24, "ongoing", (False, None), id="15 days of silence"),
    pytest.param(None, 23, "stopped", (False, None), id="14 days are an interruption"),
    pytest.param(None, 24, "stopped", (True, 9), id="15 days are a stop"),
]


@pytest.mark.parametrize(("stopped", "until", "silence", "expected"), STOPS)
def test_when_a_drug_was_stopped_for_good(
    stopped: int | None, until: int, silence: str, expected: tuple[bool, int | None]
) -> None:
    counting = Counting.model_validate({"silence_counts_as": silence})
    found = stop("0 9 40", until, stopped, counting)
    assert course(found, "stopped", "stopped_date") == (expected[0], day(expected[1]))
    silent = stopped is None and until == 24
    assert ("doses_go_on_or_stop" in rules(found)) == silent


def test_days_off_are_no_silence() -> None:
    assert "doses_go_on_or_stop" not in rules(expose("0 6 100", until=27, drug="WEEKS"))
    assert "doses_go_on_or_stop" in rules(expose("0 6 100", until=28, drug="WEEKS"))


CYCLES = [
    # last dose of a daily drug; cycles of 28 days begun, completed with a window of 3
    (23, 1, 0),
    (24, 1, 1),
    (27, 1, 1),
    (28, 2, 1),
    (51, 2, 1),
    (52, 2, 2),
    (55, 2, 2),
    (56, 3, 2),
]


@pytest.mark.parametrize(("last", "started", "completed"), CYCLES)
def test_cycles_begun_and_completed(last: int, started: int, completed: int) -> None:
    assert expose(f"0 {last} 40").cycles["cycles_started"].item() == started
    assert whole(last + 1) == completed


def whole(days: int | None, off: float = 0, window: float = 3) -> int:
    one = pl.DataFrame({"days": [days], "off": [off]}, schema_overrides={"days": pl.Int64})
    found = compute_cycles_completed(pl.col("days"), pl.col("off"), 28, window)
    return one.select(found).item()


def test_days_off_belong_to_a_cycle() -> None:
    # three weeks on, one off: complete with the last dose on day 21, or within the window
    assert [whole(days, off=7) for days in (17, 18, 21, 45, 46)] == [0, 1, 1, 1, 2]
    assert [whole(21, off=off) for off in (3, 4, 7)] == [0, 1, 1]


def test_no_more_cycles_are_completed_than_begun() -> None:
    assert whole(28, off=28) == 1
    assert whole(None) == 0


def test_no_window_no_grace() -> None:
    assert [whole(days, window=0) for days in (27, 28)] == [0, 1]
