"""Worked by hand: imaging every 8 weeks for 6 months, then every 12 weeks, 7 days either way."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from topline.clinical.visits import (
    MissedRule,
    compute_planned_days,
    derive_missed_before,
    derive_visits,
)
from topline.errors import DataError, UsageError

START = date(2024, 1, 1)
MONTHS_6 = 182.625
PAPER = [56, 112, 168, 252, 336]
SCHEMA = {"subject": pl.String, "assessment": pl.Int64, "date": pl.Date, "evaluable": pl.Boolean}


def day(number: int) -> date:
    return START + timedelta(days=number)


def assessments(text: str, subject: str = "1") -> pl.DataFrame:
    """Read "-10 56 112NE": days of assessments; NE is not evaluable."""
    words = enumerate(text.split())
    rows = [(subject, k, day(int(w.removesuffix("NE"))), w[-2:] != "NE") for k, w in words]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def subjects(until: int, *names: str) -> pl.DataFrame:
    rows = [(name, START, day(until)) for name in names or ("1",)]
    schema = {"subject": pl.String, "start_date": pl.Date, "until_date": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")


def planned_visits(
    seen: pl.DataFrame,
    people: pl.DataFrame,
    planned: Sequence[int] = PAPER,
    window: float = 7,
    baseline: float = 28,
) -> pl.DataFrame:
    return derive_visits(seen, people, planned, window_days=window, baseline_within_days=baseline)


def visits(text: str, until: int, planned: Sequence[int] = PAPER) -> pl.DataFrame:
    return planned_visits(assessments(text), subjects(until), planned)


def written(rows: pl.DataFrame) -> list[str]:
    """Write visit, day, deviation and status of each row as on paper."""
    days = (pl.col("assessment_date") - START).dt.total_days()
    cells = rows.select("planned_visit", days, "deviation_days", "status").rows()
    return ["  ".join("." if cell is None else str(cell) for cell in row) for row in cells]


def lines(text: str) -> list[str]:
    stripped = [line.split("#")[0].strip() for line in text.splitlines()]
    return [re.sub(r" {2,}", "  ", line) for line in stripped if line]


def belongs_to(at: int) -> tuple[int | None, str]:
    """Visit and status of a lone assessment of a subject who is followed for long."""
    row = visits(str(at), until=1000).filter(pl.col("assessment_date").is_not_null())
    return row.select("planned_visit", "status").row(0)


# ---- the schedule

SCHEDULES = [
    # every, until; last day; planned days
    pytest.param(
        [(56, MONTHS_6), (84, None)], 420, [56, 112, 168, 252, 336, 420], id="the paper's"
    ),
    pytest.param([(42, None)], 126, [42, 84, 126], id="a visit on the last day is planned"),
    pytest.param([(42, None)], 125, [42, 84], id="none after it is"),
    pytest.param(
        [(42, 84), (56, None)], 200, [42, 84, 140, 196], id="a visit on the day of change is kept"
    ),
    pytest.param([(56, 168)], 1000, [56, 112, 168], id="a schedule that ends"),
    pytest.param([(56, 40), (84, None)], 200, [84, 168], id="a stretch too short for a visit"),
    pytest.param(
        [(42, 84), (56, 196), (84, None)], 400, [42, 84, 140, 196, 280, 364], id="three stretches"
    ),
    # 30.4375, 60.875, 91.3125, 121.75, 152.1875, 182.625, 213.0625, 243.5
    pytest.param(
        [(30.4375, None)], 250, [30, 61, 91, 122, 152, 183, 213, 244], id="months, rounded half up"
    ),
    pytest.param([(30.4375, MONTHS_6)], 999, [30, 61, 91, 122, 152, 183], id="until the 6th month"),
    pytest.param([(30.4375, None)], 61, [30, 61], id="day 60.875 is day 61"),
    pytest.param([(4.8999999999999995, 24.5)], 99, [5, 10, 15, 20, 25], id="0.7 weeks, 3.5 weeks"),
    pytest.param([(30.4375, None)], 91, [30, 61, 91], id="day 91.3125 is day 91"),
    # 1.1 weeks are 7.700000000000001 days, ten of them more than 77
    pytest.param(
        [(1.1 * 7, 77)], 99, [8, 15, 23, 31, 39, 46, 54, 62, 69, 77], id="1.1 weeks, 11 weeks"
    ),
    pytest.param([(56, None)], 20, [], id="ends before the first visit"),
    pytest.param([], 500, [], id="nothing planned"),
]


@pytest.mark.parametrize(("intervals", "last_day", "expected"), SCHEDULES)
def test_next_interval_counts_from_the_last_visit_of_the_one_before(
    intervals: list[tuple[float, float | None]], last_day: int, expected: list[int]
) -> None:
    assert compute_planned_days(intervals, last_day).tolist() == expected


@pytest.mark.parametrize(
    ("intervals", "words"),
    [
        ([(0, None)], "intervals must be 1 or more days, not 0"),
        ([(-7, None)], "not -7"),
        ([(float("nan"), None)], "not nan"),
        ([(56, None), (84, None)], "each after the last, not inf, inf"),
        ([(56, 168), (84, 112)], "not 168, 112"),
        ([(56, -3)], "ends of stretches must be 1 or more days"),
    ],
)
def test_stretches_that_cannot_follow_are_refused(
    intervals: list[tuple[float, float | None]], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        compute_planned_days(intervals, 500)


# ---- which assessment belongs to which visit


def test_course_with_everything_in_it() -> None:
    rows = visits("-40 -14 55 120 160 200 256 301", until=300)
    assert written(rows) == lines("""
        .  -40  .    UNSCHEDULED  # an earlier screening scan
        0  -14  -14  ON TIME      # within 28 days
        1   55   -1  ON TIME
        2  120    8  LATE         # window ends on day 119
        3  160   -8  EARLY        # window starts on day 161
        .  200  .    UNSCHEDULED  # nearest to visit 3, which has a nearer one
        4  256    4  ON TIME
        .  301  .    UNSCHEDULED  # after the end
        5  .    .    NOT DUE
    """)
    assert rows["order"].to_list() == list(range(1, 10))
    assert rows["assessment"].to_list() == [0, 1, 2, 3, 4, 5, 6, 7, None]
    assert rows["nearest_visit"].to_list() == [0, 0, 1, 2, 3, 3, 4, 5, 5]
    dates = ["planned_date", "window_start_date", "window_end_date"]
    assert rows.select(dates).row(1) == (day(0), day(-28), day(0))
    assert rows.select(dates).row(3) == (day(112), day(105), day(119))
    assert rows.select(dates).row(5) == (None, None, None)


WINDOW = [(48, "EARLY"), (49, "ON TIME"), (56, "ON TIME"), (63, "ON TIME"), (64, "LATE")]


@pytest.mark.parametrize(("at", "status"), WINDOW)
def test_both_edges_of_the_window_are_on_time(at: int, status: str) -> None:
    assert belongs_to(at) == (1, status)


def test_part_of_a_day_does_not_widen_the_window() -> None:
    rows = planned_visits(assessments("64"), subjects(300), PAPER, 7.9)
    assert written(rows)[1] == "1  64  8  LATE"


MIDPOINTS = [
    (1, None, "UNSCHEDULED"),
    (28, None, "UNSCHEDULED"),  # halfway from the start: nearer to no visit
    (29, 1, "EARLY"),
    (84, 1, "LATE"),  # halfway: the earlier visit
    (85, 2, "EARLY"),
    (140, 2, "LATE"),
    (141, 3, "EARLY"),
    (210, 3, "LATE"),  # halfway where the interval changes: (168 + 252) / 2
    (211, 4, "EARLY"),
    (294, 4, "LATE"),
    (295, 5, "EARLY"),
    (378, 5, "LATE"),  # the last visit reaches half an interval: 336 + 42
    (379, None, "UNSCHEDULED"),
]


@pytest.mark.parametrize(("at", "visit", "status"), MIDPOINTS)
def test_assessment_belongs_to_the_nearest_visit(at: int, visit: int | None, status: str) -> None:
    assert belongs_to(at) == (visit, status)


ODD = [(6, 1), (7, 2), (11, 2), (12, None)]  # halfway is day 6.5, half an interval past 9 is 11.5


@pytest.mark.parametrize(("at", "visit"), ODD)
def test_halfway_between_odd_days(at: int, visit: int | None) -> None:
    rows = visits(str(at), until=50, planned=[4, 9]).drop_nulls("assessment")
    assert rows["planned_visit"].to_list() == [visit]


RIVALS = [
    # assessments, day of visit 1
    pytest.param("54 60", 54, id="the nearer"),
    pytest.param("50 58", 58, id="the nearer, though later"),
    pytest.param("53 59", 53, id="of two equally near the earlier"),
    pytest.param("59 53", 53, id="whatever their numbers"),
    pytest.param("40 80", 40, id="16 days early rather than 24 late"),
]


@pytest.mark.parametrize(("text", "kept"), RIVALS)
def test_of_two_for_one_visit_one_is_unscheduled(text: str, kept: int) -> None:
    rows = visits(text, until=100)
    own = rows.filter(pl.col("planned_visit") == 1)
    assert own["assessment_date"].to_list() == [day(kept)]
    others = rows.filter(pl.col("assessment_date").is_not_null(), pl.col("planned_visit").is_null())
    assert others["status"].to_list() == ["UNSCHEDULED"]
    assert others["nearest_visit"].to_list() == [1]


def test_of_two_on_one_day_the_first_number_is_the_visits() -> None:
    rows = visits("56 56", until=100).drop_nulls("assessment")
    assert rows.select("assessment", "planned_visit").rows() == [(0, 1), (1, None)]


BASELINES = [
    pytest.param("-28", "0  -28  -28  ON TIME", id="28 days before is within 28 days"),
    pytest.param("-29", "0  -29  -29  BASELINE TOO EARLY", id="29 is not"),
    pytest.param("0", "0  0  0  ON TIME", id="on the day of the first dose"),
    pytest.param("-60 -5", "0  -5  -5  ON TIME", id="the last one before the start"),
    pytest.param("1", "0  .  .  NO BASELINE", id="after the first dose is too late"),
    pytest.param("", "0  .  .  NO BASELINE", id="no assessment at all"),
]


@pytest.mark.parametrize(("text", "expected"), BASELINES)
def test_baseline_is_the_last_assessment_by_the_start(text: str, expected: str) -> None:
    assert expected in written(visits(text, until=10))


# ---- what was missed

DUE = [
    pytest.param(0, "NOT DUE", id="ended at once"),
    pytest.param(55, "NOT DUE", id="before it was planned"),
    pytest.param(60, "NOT DUE", id="within its window"),
    pytest.param(63, "NOT DUE", id="on the last day of its window"),
    pytest.param(64, "MISSED", id="its window was over"),
]


@pytest.mark.parametrize(("until", "status"), DUE)
def test_visit_is_missed_once_its_window_is_over(until: int, status: str) -> None:
    assert written(visits("-3", until))[1] == f"1  .  .  {status}"


def test_subject_who_was_never_assessed() -> None:
    assert written(visits("", until=170)) == lines("""
        0  .  .  NO BASELINE
        1  .  .  MISSED
        2  .  .  MISSED
        3  .  .  NOT DUE  # its window is still open
        4  .  .  NOT DUE
        5  .  .  NOT DUE
    """)


def test_subject_with_only_a_baseline() -> None:
    assert written(visits("-3", until=64, planned=[56, 112])) == lines("""
        0  -3  -3  ON TIME
        1  .   .   MISSED
        2  .   .   NOT DUE
    """)


def test_assessment_on_the_last_day_counts_and_one_after_it_does_not() -> None:
    assert written(visits("66", until=66, planned=[56])) == [
        "0  .  .  NO BASELINE",
        "1  66  10  LATE",
    ]
    assert written(visits("66", until=65, planned=[56])) == [
        "0  .  .  NO BASELINE",
        "1  .  .  MISSED",
        ".  66  .  UNSCHEDULED",
    ]


def test_visit_seen_early_is_no_longer_due() -> None:
    assert written(visits("108", until=108))[2] == "2  108  -4  ON TIME"  # day 112 never came


def test_without_planned_visits_all_after_the_start_is_unscheduled() -> None:
    assert written(visits("-3 56", until=64, planned=[])) == [
        "0  -3  -3  ON TIME",
        ".  56  .  UNSCHEDULED",
    ]


def test_subjects_without_assessments_keep_their_visits() -> None:
    rows = planned_visits(assessments("-3", "b"), subjects(64, "b", "a"), [56])
    assert rows.select("subject", "order").rows() == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]
    assert planned_visits(assessments(""), subjects(64).clear()).is_empty()


# ---- what is refused


def test_unknown_subjects_are_named() -> None:
    seen = pl.concat([assessments("56", name) for name in ("9", "1", "7", "8", "6")])
    with pytest.raises(DataError) as refused:
        planned_visits(seen, subjects(64))
    assert str(refused.value) == (
        "AssessmentDates: 4 are of subjects that FollowUp lacks "
        "(6 2024-02-26, 7 2024-02-26, 8 2024-02-26, ...). Add them there."
    )


def test_end_before_start_is_refused() -> None:
    with pytest.raises(DataError, match="until_is_not_before_start: 1 \\(1\\)"):
        visits("56", until=-1)


@pytest.mark.parametrize("planned", [[0, 56], [56, 56], [112, 56], [-56]])
def test_planned_days_that_do_not_rise_are_refused(planned: list[int]) -> None:
    with pytest.raises(
        UsageError, match="planned days must be 1 or more days, each after the last"
    ):
        visits("56", until=64, planned=planned)


@pytest.mark.parametrize("windows", [(-1, 28), (7, -1)])
def test_negative_windows_are_refused(windows: tuple[float, float]) -> None:
    with pytest.raises(UsageError, match="windows must be 0 or more days, not"):
        planned_visits(assessments("56"), subjects(64), PAPER, *windows)


# ---- what was missed before an event


def missed(
    text: str, event: int, rule: MissedRule | None = None, until: int | None = None
) -> dict[str, object]:
    rows = visits(text, event if until is None else until)
    happened = pl.DataFrame({"subject": ["1"], "event_date": [day(event)]})
    return derive_missed_before(happened, rows, rule).row(0, named=True)


MISSED = [
    # assessments, event, last evaluable day, missed, after two or more
    pytest.param("-3 56 112", 168, 112, 0, False, id="on the day of the next planned visit"),
    pytest.param("-3 56", 119, 56, 0, False, id="on the last day of visit 2's window"),
    pytest.param("-3 56", 120, 56, 1, False, id="a day later one visit is missed"),
    pytest.param("-3 56", 175, 56, 1, False, id="on the last day of visit 3's window"),
    pytest.param("-3 56", 176, 56, 2, True, id="a day later two are missed"),
    pytest.param("-3 56 168", 168, 56, 1, False, id="progression at visit 3, visit 2 missed"),
    pytest.param("-3 56 252", 252, 56, 2, True, id="progression at visit 4, 2 and 3 missed"),
    pytest.param("-3 56 185", 185, 56, 1, False, id="progression at visit 3, seen late"),
    pytest.param("-3 56 130", 180, 130, 1, False, id="visit 2 was seen late, 3 missed"),
    pytest.param("-3 168", 343, 168, 1, False, id="every 12 weeks: one missed"),
    pytest.param("-3 168", 344, 168, 2, True, id="every 12 weeks: two missed"),
    pytest.param("-3 56 200", 260, 200, 1, False, id="visit 3 was seen very late, 4 missed"),
    pytest.param("-3", 119, None, 1, False, id="never seen again, one missed"),
    pytest.param("-3", 120, None, 2, True, id="never seen again, two missed"),
    pytest.param("", 120, None, 2, True, id="never seen at all"),
    pytest.param("-3 20", 120, 20, 2, True, id="an unscheduled scan before visit 1"),
    pytest.param("0", 120, None, 2, True, id="seen on the day of the first dose: a baseline"),
    pytest.param("-3", 0, None, 0, False, id="on the day of the first dose"),
    pytest.param("-3 56NE 112NE", 176, None, 1, False, id="NE is no last evaluable assessment"),
    pytest.param("-3 54 56NE", 130, 54, 1, False, id="unscheduled, but of visit 1 and evaluable"),
]


@pytest.mark.parametrize(("text", "event", "last", "count", "after"), MISSED)
def test_missed_visits_before_an_event(
    text: str, event: int, last: int | None, count: int, after: bool
) -> None:
    row = missed(text, event)
    assert row["last_evaluable_date"] == (None if last is None else day(last))
    assert (row["missed_visits"], row["after_missed"]) == (count, after)
    assert row["gap_days"] == event - (last or 0)


def test_visits_that_were_not_due_are_not_missed() -> None:
    assert missed("-3 56", 400, until=100)["missed_visits"] == 0


def test_visit_assessed_only_after_the_event_was_missed_before_it() -> None:
    assert missed("56 125", 120, until=300)["missed_visits"] == 1
    assert missed("56 125", 125, until=300)["missed_visits"] == 0  # the event's own assessment
    row = missed("56 125NE", 120, until=300)
    assert (row["missed_visits"], row["not_evaluable_visits"]) == (1, 0)


@pytest.mark.parametrize(("event", "in_vain"), [(119, 0), (120, 1), (176, 2)])
def test_not_evaluable_visits_count_where_the_plan_says_so(event: int, in_vain: int) -> None:
    text = "-3 56 112NE 168NE"
    strict = MissedRule(not_evaluable_counts_as="missed")
    lenient, counted = missed(text, event), missed(text, event, strict)
    assert (lenient["missed_visits"], lenient["not_evaluable_visits"]) == (0, in_vain)
    assert not lenient["after_missed"]
    assert counted["after_missed"] == (in_vain == 2)


def test_not_evaluable_and_missed_visits_add_up() -> None:
    strict = MissedRule(not_evaluable_counts_as="missed")
    row = missed("-3 56 112NE", 176, strict)
    assert (row["missed_visits"], row["not_evaluable_visits"], row["after_missed"]) == (1, 1, True)


@pytest.mark.parametrize("text", ["-3NE", "-3 54 56NE"])
def test_neither_baseline_nor_visit_that_was_evaluable_after_all_is_in_vain(text: str) -> None:
    assert missed(text, 90)["not_evaluable_visits"] == 0


def test_one_missed_visit_can_be_too_many() -> None:
    assert missed("-3 56", 120, MissedRule(missed_from=1))["after_missed"]
    assert not missed("-3 56", 119, MissedRule(missed_from=1))["after_missed"]


GAPS = [
    # last assessment, intervals, longest gap that misses fewer: intervals + windows
    pytest.param("-3 56", 2, 126, id="8 + 8 weeks, a week early and a week late"),
    pytest.param("-3 50", 2, 126, id="seen 6 days early: visit 1 all the same"),
    pytest.param("-3 112", 2, 154, id="8 + 12 weeks at the change"),
    pytest.param("-3 168", 2, 182, id="12 + 12 weeks"),
    pytest.param("-3 56", 1, 70, id="one interval"),
    pytest.param("-3", 2, 119, id="the start is never early: 16 weeks and one"),
]


@pytest.mark.parametrize(("text", "intervals", "limit"), GAPS)
def test_gap_longer_than_the_intervals_and_windows(text: str, intervals: int, limit: int) -> None:
    rule = MissedRule(reading="gap", missed_from=intervals)
    since = max(0, int(text.rsplit(maxsplit=1)[-1]))
    rows = [missed(text, since + limit + more, rule) for more in (0, 1)]
    assert [row["gap_limit_days"] for row in rows] == [limit, limit]
    assert [row["after_missed"] for row in rows] == [False, True]


def test_readings_differ_where_the_last_assessment_was_not_on_its_day() -> None:
    gap = MissedRule(reading="gap")
    assert missed("-3 62", 180)["after_missed"]  # both windows are over
    assert not missed("-3 62", 180, gap)["after_missed"]  # 118 days are not more than 126


def test_no_gap_is_too_long_where_the_schedule_ends() -> None:
    row = missed("-3 252", 900, MissedRule(reading="gap"))
    assert (row["gap_limit_days"], row["after_missed"]) == (None, False)


def test_not_evaluable_assessment_does_not_close_a_gap() -> None:
    assert missed("-3 56 112NE 168NE", 183, MissedRule(reading="gap"))["after_missed"]


def test_events_need_visits_and_a_start_before() -> None:
    rows = visits("56", until=100)
    happened = pl.DataFrame({"subject": ["2"], "event_date": [day(90)]})
    with pytest.raises(DataError, match=r"subjects without Visits \(2 2024-03-31\)"):
        derive_missed_before(happened, rows)
    early = pl.DataFrame({"subject": ["1"], "event_date": [day(-1)]})
    with pytest.raises(
        DataError, match=r"before the start, given last \(1 2023-12-31 2024-01-01\)"
    ):
        derive_missed_before(early, rows)


def test_subjects_without_event_have_no_row() -> None:
    rows = visits("56", until=100)
    nobody = pl.DataFrame(schema={"subject": pl.String, "event_date": pl.Date})
    assert derive_missed_before(nobody, rows).is_empty()


# ---- what holds for every course

COURSE = st.tuples(st.lists(st.integers(-60, 450), max_size=8), st.integers(0, 450))
TRIAL = st.lists(COURSE, min_size=1, max_size=4)
PLANNED = st.sets(st.integers(1, 400), max_size=6).map(sorted)
Course = tuple[list[int], int]


def trial(courses: list[Course]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Assessments and follow-up of subjects "0", "1" and so on; every third assessment is NE."""
    seen = [
        assessments(" ".join(f"{d}{'NE' * (k % 3 == 2)}" for k, d in enumerate(days)), str(who))
        for who, (days, _) in enumerate(courses)
    ]
    return pl.concat(seen), pl.concat(
        subjects(until, str(who)) for who, (_, until) in enumerate(courses)
    )


def derive(courses: list[Course], planned: list[int]) -> pl.DataFrame:
    return planned_visits(*trial(courses), planned)


def by_hand(days: list[int], until: int, planned: list[int]) -> dict[int, int | None]:
    """Visit of each assessment, one at a time."""
    all_days = [0, *planned]
    wanted: dict[int, list[tuple[int, int, int]]] = {}
    for k, at in enumerate(days):
        visit = 0 if at <= 0 else min(range(len(all_days)), key=lambda v: abs(at - all_days[v]))
        reach = all_days[-1] - all_days[-2] if planned else 0
        beyond = at > 0 and (visit == 0 or 2 * (at - all_days[-1]) > reach)
        if not beyond and at <= until:
            wanted.setdefault(visit, []).append((abs(at - all_days[visit]), at, k))
    kept = {min(rivals)[2]: visit for visit, rivals in wanted.items()}
    return {k: kept.get(k) for k in range(len(days))}


@settings(max_examples=150)
@given(course=COURSE, planned=PLANNED)
def test_agrees_with_one_assessment_at_a_time(course: Course, planned: list[int]) -> None:
    rows = derive([course], planned).filter(pl.col("assessment").is_not_null())
    found = dict(rows.select("assessment", "planned_visit").rows())
    assert found == by_hand(*course, planned)


@settings(max_examples=50)
@given(courses=TRIAL, planned=PLANNED)
def test_every_assessment_and_every_visit_has_exactly_one_row(
    courses: list[Course], planned: list[int]
) -> None:
    rows = derive(courses, planned)
    keys = ["subject", "assessment", "date", "evaluable"]
    seen = rows.rename({"assessment_date": "date"}).select(keys)
    assert_frame_equal(
        seen.filter(pl.col("assessment").is_not_null()).sort(keys), trial(courses)[0].sort(keys)
    )
    for _, own in rows.group_by("subject"):
        assert sorted(own["planned_visit"].drop_nulls()) == list(range(len(planned) + 1))


@settings(max_examples=50)
@given(courses=TRIAL, planned=PLANNED, seed=st.integers(0, 1000))
def test_order_of_rows_does_not_matter(
    courses: list[Course], planned: list[int], seed: int
) -> None:
    shuffled = [x.sample(fraction=1, shuffle=True, seed=seed) for x in trial(courses)]
    rows = planned_visits(*shuffled, planned)
    assert_frame_equal(rows, derive(courses, planned))
    happened = shuffled[1].select("subject", event_date="until_date")
    mixed = rows.sample(fraction=1, shuffle=True, seed=seed)
    assert_frame_equal(
        derive_missed_before(happened, mixed), derive_missed_before(happened.sort("subject"), rows)
    )


@settings(max_examples=50)
@given(courses=TRIAL, planned=PLANNED, days=st.integers(-9000, 9000))
def test_shifting_all_dates_changes_nothing_else(
    courses: list[Course], planned: list[int], days: int
) -> None:
    def later(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(pl.col(pl.Date) + timedelta(days=days))

    seen, people = trial(courses)
    rows = derive(courses, planned)
    shifted = planned_visits(later(seen), later(people), planned)
    assert_frame_equal(shifted, later(rows))
    happened = people.select("subject", event_date="until_date")
    assert_frame_equal(
        derive_missed_before(later(happened), shifted), later(derive_missed_before(happened, rows))
    )


@settings(max_examples=50)
@given(courses=TRIAL, planned=PLANNED)
def test_subjects_do_not_touch_each_other(courses: list[Course], planned: list[int]) -> None:
    seen, people = trial(courses)
    alone = [
        planned_visits(seen.filter(subject=name), people.filter(subject=name), planned)
        for name in people["subject"]
    ]
    assert_frame_equal(derive(courses, planned), pl.concat(alone))


@settings(max_examples=50)
@given(courses=TRIAL, planned=PLANNED)
def test_wider_window_never_makes_more_deviations(
    courses: list[Course], planned: list[int]
) -> None:
    counts: list[list[int]] = []
    for window in (3, 10):
        status = planned_visits(*trial(courses), planned, window)["status"]
        counts.append([(status == s).sum() for s in ("EARLY", "LATE", "MISSED", "UNSCHEDULED")])
    narrow, wide = counts
    assert all(w <= n for n, w in zip(narrow[:3], wide[:3], strict=True))
    assert narrow[3] == wide[3]  # the window does not decide where an assessment belongs


@settings(max_examples=50)
@given(course=COURSE, planned=PLANNED)
def test_later_event_after_the_last_assessment_never_has_fewer_missed_visits(
    course: Course, planned: list[int]
) -> None:
    last = max([0, *course[0]])
    rows = derive([(course[0], 1000)], planned)
    numbers = [
        derive_missed_before(
            pl.DataFrame({"subject": ["0"], "event_date": [day(last + more)]}), rows
        )["missed_visits"].item()
        for more in (1, 60, 120, 500)
    ]
    assert numbers == sorted(numbers)
