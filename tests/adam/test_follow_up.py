"""The FDA's tables for PFS, worked by hand: what counts, and where follow-up ends otherwise.

First dose 2024-01-01; scans planned every 8 weeks, a week early or late: 2024-02-26 (until 03-04),
04-22 (until 04-29), 06-17 (until 06-24), 08-12 (until 08-19). Situations and outcomes are those of
the guidance of 2018 (in the edition of 2007: appendix 3, table A); AVAL counts from day 1.
"""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.adam.study import protocol
from tests.adam.times import DAY, PFS, THERAPY, datasets, time
from topline.adam.adtte import derive_adtte, derive_times, find_options_unused

FDA = {"missed_assessments": 2, "without_baseline": "censored at start", "censor_at": [THERAPY]}
LAST = "Last evaluable tumor assessment"
PD, SD, NE = "PD", "SD", "NE"

Scans = list[tuple[str, str]]


def outcome(
    scans: Scans, dates: dict[str, str] | None = None, *, baseline: bool = True, **changes: Any
) -> tuple[object, ...]:
    """AVAL, CNSR and description of one subject, by the FDA's table."""
    data = datasets(
        {"01": {"TRTSDT": "2024-01-01", **(dates or {})}},
        [("01", day, response) for day, response in scans],
        without_baseline=() if baseline else ("01",),
    )
    return time(data, **{**FDA, **changes})


@pytest.mark.parametrize(
    ("scans", "dates", "expected"),
    [
        # progression between planned visits: the day of the scan that shows it
        ([("2024-02-26", SD), ("2024-03-20", PD)], {}, (80, 0, "Disease progression")),
        # no progression: last scan
        ([("2024-02-26", SD), ("2024-04-22", SD)], {}, (113, 1, LAST)),
        ([("2024-02-26", SD), ("2024-04-22", NE)], {}, (57, 1, LAST)),
        # treatment stopped for progression that no scan documents: last scan
        ([("2024-02-26", SD), ("2024-04-22", SD)], {"EOTDT": "2024-05-10"}, (113, 1, LAST)),
        # treatment stopped for toxicity, consent withdrawn: last scan
        ([("2024-02-26", SD)], {"EOTDT": "2024-03-01", "LSTALVDT": "2024-03-01"}, (57, 1, LAST)),
        # new anticancer therapy, then progression: last scan before it
        (
            [("2024-02-26", SD), ("2024-04-22", SD), ("2024-06-17", PD)],
            {"NACTDT": "2024-05-01"},
            (113, 1, f"{LAST} (nothing after New anticancer therapy counts)"),
        ),
        # death before the first scan
        ([], {"DTHDT": "2024-02-10"}, (41, 0, "Death")),
        # death between two planned scans
        ([("2024-02-26", SD)], {"DTHDT": "2024-04-01"}, (92, 0, "Death")),
        # death, or progression, after one scan was missed
        ([("2024-02-26", SD)], {"DTHDT": "2024-05-20"}, (141, 0, "Death")),
        ([("2024-02-26", SD), ("2024-06-17", PD)], {}, (169, 0, "Disease progression")),
        # death, or progression, after two were missed: last scan before them
        (
            [("2024-02-26", SD)],
            {"DTHDT": "2024-07-10"},
            (57, 3, f"{LAST} (Death on 2024-07-10 follows 2 missed assessments)"),
        ),
        (
            [("2024-02-26", SD), ("2024-08-12", PD)],
            {},
            (57, 3, f"{LAST} (Disease progression on 2024-08-12 follows 2 missed assessments)"),
        ),
        # death after the first two were missed: the start
        (
            [],
            {"DTHDT": "2024-06-01"},
            (
                1,
                3,
                "First dose (Death on 2024-06-01 follows 2 missed assessments, "
                "none evaluable before)",
            ),
        ),
        # a gap that ended with a scan before the event hides nothing
        ([("2024-02-26", SD), ("2024-08-12", SD)], {"DTHDT": "2024-08-20"}, (233, 0, "Death")),
    ],
)
def test_each_row_of_the_fdas_table(
    scans: Scans, dates: dict[str, str], expected: tuple[object, ...]
) -> None:
    assert outcome(scans, dates) == expected


@pytest.mark.parametrize("scans", [[], [("2024-02-26", SD), ("2024-04-22", PD)]])
def test_without_a_baseline_follow_up_ends_at_the_start(scans: Scans) -> None:
    dates = {"DTHDT": "2024-06-01"}
    expected = (1, 4, "First dose (no baseline tumor assessment)")
    assert outcome(scans, dates, baseline=False) == expected
    without_option = outcome(scans, dates, baseline=False, without_baseline="as observed")
    assert without_option[1] == (0 if scans else 3)


@pytest.mark.parametrize(
    ("death", "event"),
    [
        ("2024-06-24", True),  # the window of the second missed scan ends on this day
        ("2024-06-25", False),  # it has passed
    ],
)
def test_a_visit_is_missed_once_its_window_has_passed(death: str, event: bool) -> None:
    assert (outcome([("2024-02-26", SD)], {"DTHDT": death})[1] == 0) is event


@pytest.mark.parametrize(
    ("death", "event"),
    [
        # two intervals of 56 days and a window at either end: 126 days from 02-26
        ("2024-07-01", True),
        ("2024-07-02", False),
    ],
)
def test_a_gap_is_as_long_as_two_intervals_and_their_windows(death: str, event: bool) -> None:
    found = outcome([("2024-02-26", SD)], {"DTHDT": death}, missed_reading="gap")
    assert (found[1] == 0) is event
    assert event or found[2] == (
        f"{LAST} (Death on 2024-07-02 follows 127 days without an evaluable assessment)"
    )


def test_a_gap_after_an_early_scan_may_end_before_the_visits_it_is_measured_by() -> None:
    # day 85 is nearest to day 112; two intervals later is day 224, after a gap of 127 days
    scan, death = [("2024-03-26", SD)], {"DTHDT": "2024-07-31"}
    assert outcome(scan, death, missed_reading="gap")[:2] == (86, 3)


def test_a_scan_in_vain_is_assessed_or_missed_as_the_endpoint_says() -> None:
    scans, death = [("2024-02-26", SD), ("2024-04-22", NE)], {"DTHDT": "2024-07-10"}
    assert outcome(scans, death)[:2] == (192, 0)
    assert outcome(scans, death, not_evaluable_counts_as="missed") == (
        57,
        3,
        f"{LAST} (Death on 2024-07-10 follows 2 missed assessments)",
    )


@pytest.mark.parametrize(("number", "event"), [(1, False), (2, False), (3, True)])
def test_how_many_are_too_many_is_the_endpoints(number: int, event: bool) -> None:
    found = outcome([("2024-02-26", SD)], {"DTHDT": "2024-07-10"}, missed_assessments=number)
    assert (found[1] == 0) is event


def test_one_missed_assessment_is_told_in_the_singular() -> None:
    found = outcome([("2024-02-26", SD)], {"DTHDT": "2024-05-20"}, missed_assessments=1)
    assert str(found[2]).endswith("follows 1 missed assessment)")


def test_follow_up_that_ends_early_leads_back_to_its_scan() -> None:
    data = datasets(
        {"01": {"TRTSDT": "2024-01-01", "DTHDT": "2024-07-10"}}, [("01", "2024-02-26", SD)]
    )
    row = derive_adtte(protocol(endpoints={"PFS": {**PFS, **FDA}}), data).row(0, named=True)
    assert (row["SRCDOM"], row["SRCVAR"]) == ("ADRS", "ADT")
    behind = data["ADRS"].filter(ASEQ=row["SRCSEQ"])
    assert behind.select("PARAMCD", "ADT").row(0) == ("OVR", DAY(2024, 2, 26))


def test_time_from_a_later_start_never_ends_before_it() -> None:
    # duration of response: the response is the last scan before two were missed
    scans = [("01", "2024-02-26", "PR"), ("01", "2024-08-12", PD)]
    data = datasets({"01": {"TRTSDT": "2024-01-01"}}, scans)
    response = {"dataset": "ADRS", "date": "ADT", "where": "AVALC = 'PR'", "label": "First PR"}
    found = time(data, **{**FDA, "from": response})
    assert found[:2] == (1, 3)
    assert str(found[2]).startswith(f"{LAST} (Disease progression on 2024-08-12 follows 2")
    late = {"date": "NACTDT", "label": "Later"}
    later = datasets({"01": {"TRTSDT": "2024-01-01", "NACTDT": "2024-03-01"}}, scans)
    found = time(later, **{**FDA, "censor_at": [], "from": late})
    assert found[:2] == (1, 3)
    assert str(found[2]).startswith("Later (Disease progression on 2024-08-12 follows 2")


def test_an_event_before_the_start_stays_a_query_whatever_was_missed() -> None:
    later = {"TRTSDT": "2024-01-01", "NACTDT": "2024-09-01", "DTHDT": "2024-07-10"}
    late = {"date": "NACTDT", "label": "Later"}
    plan = {**PFS, **FDA, "censor_at": [], "from": late}
    times = derive_times(protocol(endpoints={"PFS": plan}), datasets({"01": later}))
    assert times["problem"].to_list() == ["Death on 2024-07-10, before the start on 2024-09-01"]


def test_the_schedule_starts_with_enrolment_where_nobody_was_treated() -> None:
    data = datasets({"01": {"RANDDT": "2024-01-01", "DTHDT": "2024-06-01"}})
    assert time(data, **{**FDA, "from": "randomization"})[:2] == (1, 3)


def test_where_no_lesions_were_collected_nobody_lacks_a_baseline_and_a_query_says_so() -> None:
    data = datasets({"01": {"TRTSDT": "2024-01-01", "DTHDT": "2024-03-01"}})
    asked = {**PFS, "without_baseline": "censored at start"}
    plan = protocol(endpoints={"PFS": asked})
    assert find_options_unused(plan, data["ADRS"]).is_empty()
    data["ADRS"] = data["ADRS"].clear()
    assert derive_times(plan, data).select("CNSR", "EVNTDESC").rows() == [(0, "Death")]
    assert find_options_unused(plan, data["ADRS"])["found"].to_list() == [
        "PFS: censored at start without a baseline, but nobody has one"
    ]


def test_nobody_enrolled_has_no_times() -> None:
    data = {name: rows.clear() for name, rows in datasets({"01": {}}).items()}
    assert derive_adtte(protocol(endpoints={"PFS": {**PFS, **FDA}}), data).is_empty()


DAYS = st.integers(1, 400)
COURSES = st.lists(
    st.tuples(
        st.lists(st.tuples(DAYS, st.sampled_from([SD, SD, PD, NE])), max_size=6),
        st.one_of(st.none(), DAYS),
        st.one_of(st.none(), DAYS),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)
START = DAY(2024, 1, 1)


def cohort(courses: list[Any], later: int | None = None) -> dict[str, pl.DataFrame]:
    """Subjects with scans (none after the first PD), death, new therapy and baseline by day."""
    subjects: dict[str, dict[str, str]] = {}
    responses: list[tuple[str, str, str]] = []
    for i, (scans, death, therapy, _) in enumerate(courses):
        dates = {"TRTSDT": 0, "DTHDT": death, "NACTDT": therapy}
        subjects[str(i)] = {name: on(day) for name, day in dates.items() if day is not None}
        by_day = dict(sorted(dict(scans).items()))
        first = min((day for day, response in by_day.items() if response == PD), default=None)
        rows = [(str(i), on(d), r) for d, r in by_day.items() if first is None or d <= first]
        responses += rows + ([(str(i), on(first + later), SD)] if first and later else [])
    return datasets(subjects, responses, {str(i) for i, c in enumerate(courses) if not c[3]})


def on(day: int) -> str:
    return START.fromordinal(START.toordinal() + day).isoformat()


PLANS = protocol(
    endpoints={
        f"{reading}{limit}".replace(" ", "-"): {
            **PFS, **FDA, "missed_reading": reading, "on_limit_day": limit
        }
        for reading in ("missed visits", "gap")
        for limit in ("counts", "does not count")
    }
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(COURSES, st.integers(0, 2**32 - 1))
def test_the_order_of_rows_does_not_matter(courses: list[Any], seed: int) -> None:
    data = cohort(courses)
    mixed = {n: rows.sample(fraction=1, shuffle=True, seed=seed) for n, rows in data.items()}
    assert derive_adtte(PLANS, data).equals(derive_adtte(PLANS, mixed))


@settings(max_examples=12, deadline=None)
@given(COURSES, st.integers(1, 100))
def test_an_assessment_after_progression_changes_nothing(courses: list[Any], later: int) -> None:
    def used(data: dict[str, pl.DataFrame]) -> pl.DataFrame:
        # ADRS marks what comes after the first PD as not used
        progressed = data["ADRS"].filter(PARAMCD="PD").select("USUBJID", pd="ADT")
        marked = data["ADRS"].join(progressed, on="USUBJID", how="left")
        unused = (pl.col("ADT") > pl.col("pd")).fill_null(value=False)
        marked = marked.with_columns(ANL01FL=pl.when(~unused).then("ANL01FL")).drop("pd")
        return derive_adtte(PLANS, {**data, "ADRS": marked}).drop("SRCSEQ")

    assert used(cohort(courses)).equals(used(cohort(courses, later)))


@settings(max_examples=12, deadline=None)
@given(COURSES)
def test_a_censoring_option_never_adds_an_event_nor_lengthens_a_time(courses: list[Any]) -> None:
    plain = protocol(endpoints={"PFS": {**PFS, "censor_at": [THERAPY]}})
    before = derive_adtte(plain, cohort(courses)).select("USUBJID", all_days="AVAL", kind="CNSR")
    both = derive_adtte(PLANS, cohort(courses)).join(before, on="USUBJID")
    events = both.filter(CNSR=0)
    assert (events["kind"] == 0).all()
    assert (events["AVAL"] == events["all_days"]).all()
    assert (both["AVAL"] <= both["all_days"]).all()
