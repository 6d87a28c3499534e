"""Laboratory values agree with the graded events (CTCAE v5.0) and stay within bounds."""

from collections.abc import Mapping

import polars as pl

from tests.reconstruct.records import meadow
from topline.adam.adam import Adam
from topline.reconstruct.records.records import write_records
from topline.reconstruct.records.specification import Records


def test_platelets_under_treatment_are_of_the_grade_of_the_event(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    lowest = dict(
        domains["LB"]
        .filter(LBTESTCD="PLAT")
        .group_by("USUBJID")
        .agg(pl.col("LBSTRESN").min())
        .iter_rows()
    )
    # CTCAE v5.0, platelet count decreased (10^9/L): 1 below LLN, 2 < 75, 3 < 50, 4 < 25
    assert 25 <= lowest["MEADOW-002"] < 50
    assert lowest["MEADOW-004"] < 25
    assert 75 <= lowest["MEADOW-005"] < 150
    assert min(lowest[f"MEADOW-00{n}"] for n in (1, 3, 6)) >= 150


def test_the_pipeline_grades_the_values_as_planned(adam: Adam) -> None:
    worst = adam["ADLB"].filter(PARAMCD="PLAT").group_by("USUBJID").agg(pl.col("ATOXGRLN").max())
    grades = {who: grade for who, grade in worst.iter_rows() if grade}
    assert grades == {"MEADOW-002": 3, "MEADOW-004": 4, "MEADOW-005": 1}


def test_an_event_between_visits_has_a_visit_of_its_own(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    onset = domains["AE"].filter(AETOXGR="4")["AESTDY"].item()
    visit = domains["LB"].filter(USUBJID="MEADOW-004", LBDY=onset)
    assert visit["VISIT"].str.starts_with("UNSCHEDULED").all()
    assert (visit["LBSTRESN"] < 25).all()


def test_tests_are_measured_at_screening_and_on_the_first_day_of_cycles(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    weights = domains["VS"].filter(USUBJID="MEADOW-003")
    assert weights["VSDY"].to_list() == [-4, 1, 22, 43, 64]  # cycles of 21 days to day 66
    assert weights["VISIT"].to_list()[:2] == ["SCREENING", "CYCLE 1 DAY 1"]
    assert weights["VSSTRESN"].is_between(68, 72).all()  # 70 kg, as the rule of its level says


def test_a_value_stays_below_the_most_that_a_patient_may_have() -> None:
    spec = meadow.records().model_dump() | {
        "tests": [
            {"code": "CREAT", "name": "Creatinine", "unit": "umol/L", "usual": (50, 110),
             "most": "AGE + 5"}
        ]
    }  # fmt: skip
    domains = write_records(meadow.protocol(), Records.model_validate(spec), meadow.cohort())
    values = domains["LB"].filter(LBTESTCD="CREAT").join(domains["DM"], on="USUBJID")
    assert (values["LBSTRESN"] <= values["AGE"] + 5).all()
    assert values["LBSTRESN"].n_unique() > 5


def test_a_marker_is_its_multiple_of_the_limit_at_each_scan(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    marker = domains["LB"].filter(LBTESTCD="CA125", USUBJID="MEADOW-002")
    assert marker["LBSTRESN"].to_list()[:3] == [210, 189, 168]
    assert marker["LBNRIND"].to_list()[0] == "HIGH"
    scans = domains["TR"].filter(USUBJID="MEADOW-002")["TRDY"].unique().sort()
    assert marker["LBDY"].to_list() == scans.to_list()
    low = domains["LB"].filter(LBTESTCD="CA125", USUBJID="MEADOW-003", VISIT="SCREENING")
    assert low["LBNRIND"].item() == "NORMAL"
