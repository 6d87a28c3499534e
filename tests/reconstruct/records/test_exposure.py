"""Doses: levels, reductions, interruptions and the end of one drug alone."""

from collections.abc import Mapping

import polars as pl
import pytest

from tests.frames import frame
from tests.reconstruct.records import meadow
from topline.adam.adam import Adam
from topline.errors import DataError
from topline.reconstruct.cohort import Cohort
from topline.reconstruct.records.records import write_records
from topline.reconstruct.records.specification import Records


def _doses(domains: Mapping[str, pl.DataFrame], subject: str, drug: str) -> pl.DataFrame:
    return domains["EX"].filter(USUBJID=subject, EXTRT=drug)


def test_only_levels_of_the_protocol_are_given(domains: Mapping[str, pl.DataFrame]) -> None:
    given = domains["EX"].group_by("EXTRT").agg(pl.col("EXDOSE").unique().sort()).sort("EXTRT")
    assert given.rows() == [("CLOVER", [5.0, 10.0]), ("GRASS", [150.0, 200.0])]


def test_a_drug_of_one_arm_is_given_there_alone(domains: Mapping[str, pl.DataFrame]) -> None:
    clover = domains["EX"].filter(EXTRT="CLOVER")["USUBJID"].unique().sort().to_list()
    assert clover == ["MEADOW-004", "MEADOW-005", "MEADOW-006"]


def test_an_infusion_is_given_on_one_day_every_three_weeks(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    infusions = _doses(domains, "MEADOW-003", "GRASS")
    assert infusions["EXSTDY"].to_list() == [1, 22, 43, 64]
    assert infusions["EXENDY"].to_list() == [1, 22, 43, 64]


def test_an_interruption_delays_the_next_course_and_all_after_it(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    infusions = _doses(domains, "MEADOW-002", "GRASS")
    # due on day 64, the first from day 60 on, and given 7 days later
    assert infusions["EXSTDY"].to_list()[:5] == [1, 22, 43, 71, 92]
    late = infusions.filter(EXSTDY=71)
    assert late["EXADJ"].item() == "ADVERSE EVENT: PLATELET COUNT DECREASED"
    assert infusions["EXADJ"].drop_nulls().len() == 1


def test_a_reduction_after_an_interruption_begins_when_the_drug_is_taken_up_again(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    doses = _doses(domains, "MEADOW-004", "CLOVER").select("EXDOSE", "EXSTDY", "EXENDY")
    (full, first, off), (less, again, last) = doses.rows()
    assert (full, less) == (10, 5)
    assert first == 1
    assert again - off - 1 == 14  # at most, says the protocol, where 20 were planned
    assert last == 249  # stopped alone on day 250


def test_a_drug_that_is_stopped_alone_has_its_end_and_the_other_goes_on(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    ends = domains["DS"].filter(USUBJID="MEADOW-004", DSCAT="DISPOSITION EVENT")
    assert ends.select("DSSCAT", "DSDECOD", "DSSTDY").rows() == [
        ("CLOVER", "ADVERSE EVENT", 250),
        ("GRASS", "ADVERSE EVENT", 600),
        ("STUDY TREATMENT", "ADVERSE EVENT", 600),
    ]
    assert _doses(domains, "MEADOW-004", "GRASS")["EXSTDY"].to_list()[-1] > 575


def test_the_pipeline_counts_the_planned_changes(adam: Adam) -> None:
    codes = ["NRED", "NINT", "NESC"]
    found = (
        adam["ADEX"]
        .filter(pl.col("PARAMCD").is_in(codes) & (pl.col("PARCAT1") != "ALL DRUGS"))
        .select("USUBJID", pl.col("PARCAT1").alias("DRUG"), "PARAMCD", pl.col("AVAL").cast(int))
        .pivot("PARAMCD", index=["USUBJID", "DRUG"], values="AVAL")
        .select("USUBJID", "DRUG", *(pl.col(code).cast(str) for code in codes))
        .sort("USUBJID", "DRUG")
    )
    expected = """
    USUBJID     DRUG    NRED  NINT  NESC
    MEADOW-001  GRASS   1     0     0
    MEADOW-002  GRASS   0     1     0
    MEADOW-003  GRASS   0     0     0
    MEADOW-004  CLOVER  1     1     0
    MEADOW-004  GRASS   1     0     0
    MEADOW-005  CLOVER  0     0     0
    MEADOW-005  GRASS   0     0     0
    MEADOW-006  CLOVER  0     0     0
    MEADOW-006  GRASS   0     0     0
    """
    assert found.equals(frame(expected))


@pytest.mark.parametrize("seed", range(8))
def test_a_drug_is_reduced_before_it_is_stopped(seed: int) -> None:
    changes = [
        {"drug": "GRASS", "kind": "stopped", "where": "KEY = 'P1'", "day": "90"},
        {"drug": "GRASS", "kind": "reduced", "where": "KEY = 'P1'", "days": (40, 600)},
    ]
    spec = Records.model_validate({"exposure": {"changes": changes}})
    domains = write_records(meadow.protocol(), spec, Cohort(meadow.courses(meadow.PATIENTS), seed))
    doses = _doses(domains, "MEADOW-001", "GRASS")
    assert doses["EXDOSE"].to_list()[-1] == 150
    assert doses["EXSTDY"].to_list()[-1] < 90


def test_a_change_after_the_end_of_treatment_is_refused() -> None:
    change = {"drug": "GRASS", "kind": "reduced", "where": "KEY = 'P3'", "day": "70"}
    spec = Records.model_validate({"exposure": {"changes": [change]}})
    message = "MEADOW-003: GRASS is reduced on day 70, but treatment ends on day 66"
    with pytest.raises(DataError, match=message):
        write_records(meadow.protocol(), spec, meadow.cohort())


def test_a_change_has_the_gravest_of_its_causes_and_another_where_there_is_none() -> None:
    change = {"drug": "GRASS", "kind": "reduced", "where": "KEY IN ('P1', 'P2', 'P4')"}
    spec = meadow.records().model_dump()
    spec["exposure"]["changes"] = [change | {"causes": ["Rash"]}]
    domains = write_records(meadow.protocol(), Records.model_validate(spec), meadow.cohort())
    changed = domains["EX"].filter(pl.col("EXADJ").is_not_null()).select("USUBJID", "EXADJ")
    assert changed.rows() == [
        ("MEADOW-001", "ADVERSE EVENT: RASH"),
        ("MEADOW-002", "ADVERSE EVENT: PLATELET COUNT DECREASED"),  # has had no rash
        ("MEADOW-004", "ADVERSE EVENT: RASH"),  # of grade 3, where the platelets were of grade 4
    ]
    spec["exposure"]["changes"] = [change]
    domains = write_records(meadow.protocol(), Records.model_validate(spec), meadow.cohort())
    gravest = domains["EX"].filter(USUBJID="MEADOW-004")["EXADJ"].drop_nulls()
    assert gravest.to_list() == ["ADVERSE EVENT: PLATELET COUNT DECREASED"]


def test_a_change_for_which_time_is_too_short_is_refused() -> None:
    change = {"drug": "GRASS", "kind": "interrupted", "where": "KEY = 'P6'", "length": (7, 7)}
    spec = Records.model_validate({"exposure": {"changes": [change]}})
    message = (
        "MEADOW-006: GRASS should be interrupted 1 times, but by its last day, 19, it can be 0"
    )
    with pytest.raises(DataError, match=message):
        write_records(meadow.protocol(), spec, meadow.cohort())


@pytest.mark.parametrize("seed", range(5))
def test_a_short_treatment_is_interrupted_for_as_long_as_it_lasts(seed: int) -> None:
    change = {"drug": "CLOVER", "kind": "interrupted", "where": "KEY = 'P6'", "length": (5, 14)}
    spec = Records.model_validate({"exposure": {"changes": [change]}, "subjects": {"arm": "ARM"}})
    domains = write_records(meadow.protocol(), spec, meadow.cohort(seed))
    before, after = _doses(domains, "MEADOW-006", "CLOVER").select("EXSTDY", "EXENDY").rows()
    assert before[0] == 1
    assert 1 < after[0] - before[1] <= 15
    assert after[1] == 19
