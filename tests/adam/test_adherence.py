"""Worked by hand: first dose on 2024-01-10, imaging every 8 weeks, 7 days either way.

Planned: 2024-03-06 (day 56), 2024-05-01 (112), 2024-06-26 (168), 2024-08-21 (224).
"""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.adam.study import protocol, study, treated
from topline.adam.adam import derive_adam
from topline.adam.adherence import derive_adherence, derive_adherence_counts
from topline.sdtm.collected import Sdtm

DOSES = {"01": ("2024-01-10", "2024-09-01")}
TR = "ID  TRLNKID  TRGRPID  TRTESTCD  TRSTRESN  VISITNUM  TRDTC\n"


def adherence(sdtm: Sdtm, **parts: Any) -> pl.DataFrame:
    plan = protocol(**parts)
    adam = derive_adam(plan, sdtm)
    return derive_adherence(plan, adam["ADSL"], adam["ADTR"], adam["ADRS"])


def scanned(text: str) -> pl.DataFrame:
    """Read "2024-01-02:40 2024-03-06:39": days of scans and the diameter seen."""
    scans = [scan.split(":") for scan in text.split()]
    rows = [f"01  T01  TARGET  LDIAM  {mm}  {k}  {day}" for k, (day, mm) in enumerate(scans, 1)]
    return adherence(treated(DOSES, TR=TR + "\n".join(rows)))


def written(rows: pl.DataFrame) -> list[tuple[object, ...]]:
    dates = pl.col("date").dt.to_string("%m-%d")
    return rows.select("planned_visit", dates, "outside_days", "status").rows()


def test_planned_and_actual_assessments() -> None:
    rows = scanned(
        "2023-11-01:40 2024-01-02:40 2024-03-20:40 2024-06-26:40 2024-07-15:40 2024-08-10:40"
    )
    assert written(rows) == [
        (None, "11-01", None, "UNSCHEDULED"),  # an earlier scan, not the baseline
        (0, "01-02", 0, "ON TIME"),
        (1, "03-20", 7, "LATE"),  # 14 days after the plan, 7 after the window
        (2, None, None, "MISSED"),
        (3, "06-26", 0, "ON TIME"),
        (None, "07-15", None, "UNSCHEDULED"),
        (4, "08-10", -4, "EARLY"),  # 11 days before the plan, 4 before the window
    ]  # fmt: skip
    assert rows["deviation_days"].to_list() == [None, -8, 14, None, 0, None, -11]
    assert rows["ADY"].to_list() == [-70, -8, 71, None, 169, 188, 214]
    assert set(rows["until"]) == {"last seen"}


def test_nothing_is_due_after_progression() -> None:
    rows = scanned("2024-01-02:40 2024-03-06:60 2024-08-21:60")
    assert written(rows) == [
        (0, "01-02", 0, "ON TIME"),
        (1, "03-06", 0, "ON TIME"),
        (None, "08-21", None, "UNSCHEDULED"),  # 2024-05-01 and 06-26 were not due
    ]
    assert rows.select("until_date", "until").unique().rows()[0][1] == "progression"


ENDS = [
    # last dose, death, data cut, missed visits, what ended
    ("2024-01-20", "2024-05-20", None, [1, 2], "death"),  # not seen between last dose and death
    ("2024-01-20", "2024-05-08", None, [1], "death"),  # the window of visit 2 ends on that day
    ("2024-05-09", ".", "2024-05-09", [1, 2], "data cut"),
    ("2024-04-01", ".", "2024-05-09", [1], "last seen"),
    ("2024-09-01", ".", None, [1, 2, 3, 4], "last seen"),
]


@pytest.mark.parametrize(("dose", "death", "cut", "missed", "ended"), ENDS)
def test_visits_are_due_until_the_first_end(
    dose: str, death: str, cut: str | None, missed: list[int], ended: str
) -> None:
    sdtm = treated(
        {"01": ("2024-01-10", dose)},
        TR=TR + "01  T01  TARGET  LDIAM  40  1  2024-01-02",
        DM=f"ID  ARMCD  ACTARMCD  DTHDTC\n01  A  A  {death}",
    )
    rows = adherence(sdtm, study={**protocol().study.model_dump(), "data_cut": cut})
    assert rows.filter(status="MISSED")["planned_visit"].to_list() == missed
    assert set(rows["until"]) == {ended}


def test_who_was_scanned_was_seen() -> None:
    sdtm = treated(
        {"01": ("2024-01-10", "2024-01-20")},
        TR=TR
        + "01  T01  TARGET  LDIAM  40  1  2024-01-02\n01  T01  TARGET  LDIAM  40  2  2024-05-01",
    )
    plan = {**protocol().disposition.model_dump(), "last_known_alive": ["EX.EXENDTC"]}
    assert written(adherence(sdtm, disposition=plan)) == [
        (0, "01-02", 0, "ON TIME"),
        (1, None, None, "MISSED"),
        (2, "05-01", 0, "ON TIME"),
    ]


def test_dates_of_the_protocol_end_it_too() -> None:
    sdtm = treated(
        DOSES,
        TR=TR + "01  T01  TARGET  LDIAM  40  1  2024-01-02",
        CM="ID  CMSEQ  CMTRT  CMSTDTC\n01  1  Other drug  2024-04-01",
    )
    therapy = {"label": "New", "from": "CM", "value": "CMSTDTC", "type": "date"}
    rows = adherence(sdtm, variables={"NACTDT": therapy}, response={"until": ["NACTDT"]})
    assert rows.filter(status="MISSED")["planned_visit"].to_list() == [1]
    assert set(rows["until"]) == {"NACTDT"}


BASELINES = [
    ("2023-12-13:40", (0, "12-13", 0, "ON TIME")),  # 28 days before
    ("2023-12-12:40", (0, "12-12", -1, "BASELINE TOO EARLY")),
    ("2024-01-10:40", (0, "01-10", 0, "ON TIME")),  # the day of the first dose
    ("2024-03-06:40", (0, None, None, "NO BASELINE")),
]


@pytest.mark.parametrize(("scan", "row"), BASELINES)
def test_baseline(scan: str, row: tuple[object, ...]) -> None:
    assert written(scanned(scan))[0] == row


def test_first_scan_after_treatment_is_no_baseline_of_the_schedule() -> None:
    # ADTR takes it as the reference; it still is the assessment of week 8
    assert written(scanned("2024-03-06:40 2024-05-01:40"))[:3] == [
        (0, None, None, "NO BASELINE"),
        (1, "03-06", 0, "ON TIME"),
        (2, "05-01", 0, "ON TIME"),
    ]


def test_an_assessment_of_several_days_is_dated_by_its_first_scan() -> None:
    tr = f"""{TR}
        01  T01  TARGET  LDIAM  40  1  2024-01-02
        01  T02  TARGET  LDIAM  20  1  2024-01-05
        01  T01  TARGET  LDIAM  60  2  2024-03-13
        01  T02  TARGET  LDIAM  20  2  2024-03-15
    """
    assert written(adherence(treated(DOSES, TR=tr))) == [
        (0, "01-02", 0, "ON TIME"),
        (1, "03-13", 0, "ON TIME"),
    ]


def test_reported_assessments_stand_where_no_lesions_were_collected() -> None:
    rs = """
        ID  RSTESTCD  RSSTRESC  RSDTC       RSSEQ
        01  OVRLRESP  NE        2024-03-06  1
        01  OVRLRESP  NE        2024-05-01  2
        01  OVRLRESP  PR        2024-05-01  3
    """
    rows = adherence(treated(DOSES, RS=rs), response={"source": "reported"})
    assert written(rows)[:3] == [
        (0, None, None, "NO BASELINE"),
        (1, "03-06", 0, "ON TIME"),
        (2, "05-01", 0, "ON TIME"),
    ]
    assert rows["evaluable"].to_list()[:3] == [None, False, True]


def test_subjects_neither_treated_nor_enrolled_have_no_visits() -> None:
    sdtm = study(
        DM="ID  ARMCD\n01  A\n02  SCRNFAIL",
        DS="ID  DSDECOD  DSSTDTC\n01  ENROLLED  2024-01-01\n02  SCREEN FAILURE  2024-01-01",
    )
    assert adherence(sdtm).select("USUBJID", "status").rows() == [("01", "NO BASELINE")]


def test_counts_name_every_status() -> None:
    counts = derive_adherence_counts(scanned("2024-01-02:40 2024-03-20:40 2024-06-26:40"))
    assert counts.rows() == [
        ("ON TIME", 2, 1),
        ("EARLY", 0, 0),
        ("LATE", 1, 1),
        ("MISSED", 2, 1),
        ("UNSCHEDULED", 0, 0),
        ("BASELINE TOO EARLY", 0, 0),
        ("NO BASELINE", 0, 0),
    ]


@settings(max_examples=15)
@given(
    days=st.lists(st.integers(-60, 300), min_size=1, max_size=7, unique=True),
    seed=st.integers(0, 9),
)
def test_every_assessment_is_in_one_row_whatever_the_order(days: list[int], seed: int) -> None:
    scans = [(date(2024, 1, 10) + timedelta(days=day)).isoformat() for day in days]
    rows = [f"01  T01  TARGET  LDIAM  40  {k}  {day}" for k, day in enumerate(scans)]
    sdtm = treated(DOSES, TR=TR + "\n".join(rows))
    found = adherence(sdtm)
    listed = found["date"].drop_nulls().dt.to_string("%Y-%m-%d")
    assert sorted(listed) == sorted(scans)
    mixed = {
        name: f.sample(fraction=1, shuffle=True, seed=seed) for name, f in sdtm.domains.items()
    }
    assert adherence(Sdtm(mixed)).equals(found)
