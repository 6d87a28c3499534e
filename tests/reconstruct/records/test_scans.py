"""Days of assessments: the protocol's schedule through the planned days."""

import polars as pl

from tests.reconstruct.records import meadow
from topline.protocol.schedule import TumorAssessment
from topline.reconstruct.cohort import Cohort
from topline.reconstruct.records.records import write_records
from topline.reconstruct.records.scans import planned_days
from topline.reconstruct.records.specification import Records

SCHEDULE = TumorAssessment.model_validate(
    {
        "baseline_within": "28 days",
        "window": "7 days",
        "every": [{"every": "8 weeks", "until": "24 weeks"}, {"every": "12 weeks"}],
    }
)


def test_assessments_follow_the_stretches_of_the_schedule() -> None:
    # 8, 16, 24, then 36, 48 weeks after the first dose, which is day 1
    assert planned_days(SCHEDULE, 340) == [57, 113, 169, 253, 337]
    assert planned_days(SCHEDULE, 56) == []


def test_assessments_keep_the_window_but_for_the_planned_days() -> None:
    course = """
    KEY  SEX  AGE  STOP  REASON  RESPONSE  PROGRESSION  SCAN  SEEN  DEATH  CHANGE  BEST
    P1   F    61   .     .       95        .            700   760   .      -40     PR
    """
    scans = write_records(meadow.protocol(), Records(), Cohort(meadow.courses(course), 3))["TR"]
    visits = scans.group_by("VISIT").agg(pl.col("TRDY").first()).sort("TRDY")
    days = visits["TRDY"].to_list()
    assert -14 <= days[0] <= -4
    assert 95 in days
    assert days[-1] == 700
    # every 9 weeks to week 54, then every 12 weeks
    due = [64, 127, 190, 253, 316, 379, 463, 547, 631]
    kept = [day for day in days[1:-1] if day != 95]
    assert len(kept) == len(due)
    assert all(abs(day - planned) <= 7 for day, planned in zip(kept, due, strict=True))
    assert visits.filter(TRDY=95)["VISIT"].item() == "UNSCHEDULED"
    assert visits["VISIT"].to_list()[1] == "WEEK 9"
