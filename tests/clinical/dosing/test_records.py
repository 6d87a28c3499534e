"""Records that cannot count are listed; what is doubtful in the others too. Nothing is lost."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.clinical.dosing.courses import (
    REGIMEN,
    WEEKS,
    course,
    day,
    expose,
    periods,
    records,
    rules,
    stop,
)
from topline.clinical.dosing.exposure import derive_exposure
from topline.clinical.dosing.regimen import DrugRegimen, Regimen
from topline.errors import DataError

GOOD = "0 9 40"
EXCLUDED = [
    pytest.param({"drug": "OTHER"}, "drug_is_of_regimen", "OTHER", id="unknown drug"),
    pytest.param({"drug": None}, "drug_is_of_regimen", "no drug", id="no drug"),
    pytest.param({"drug": "WEEKS"}, "drug_has_period", "no end of treatment", id="no period"),
    pytest.param({"start_date": None}, "record_has_start", "no start date", id="no start"),
    pytest.param(
        {"end_date": day(-1)}, "end_is_not_before_start", "2024-01-01 to 2023-12-31", id="backwards"
    ),
    pytest.param(
        {"start_date": day(21), "end_date": day(22)},
        "record_is_within_period",
        "starts 2024-01-22",
        id="after the end of treatment",
    ),
    pytest.param({"dose": -40.0}, "dose_is_not_negative", "-40", id="negative dose"),
]


@pytest.mark.parametrize(("fault", "rule", "found"), EXCLUDED)
def test_a_record_that_cannot_count_is_listed(
    fault: dict[str, object], rule: str, found: str
) -> None:
    bad = (
        records(GOOD)
        .with_columns(pl.lit(2, pl.Int64).alias("record"))
        .with_columns(
            [pl.lit(value, records(GOOD).schema[name]).alias(name) for name, value in fault.items()]
        )
    )
    exposure = derive_exposure(pl.concat([records(GOOD), bad]), periods(20), REGIMEN)
    assert exposure.findings.filter(record=2).select("rule", "found", "counted").rows() == [
        (rule, found, False)
    ]
    assert course(exposure, "actual_dose") == (400,)


NOTED = [
    pytest.param({"dose": None}, "dose_is_known", id="no dose"),
    pytest.param({"unit": "ug"}, "unit_is_of_regimen", id="another unit"),
    pytest.param({"unit": None}, "unit_is_of_regimen", id="no unit"),
    pytest.param({"end_date": None}, "record_has_end", id="no end"),
    pytest.param({"end_date": day(21)}, "record_ends_within_period", id="ends too late"),
]


@pytest.mark.parametrize(("fault", "rule"), NOTED)
def test_a_doubtful_record_counts_and_is_listed(fault: dict[str, object], rule: str) -> None:
    schema = records(GOOD).schema
    rows = records(GOOD).with_columns(
        [pl.lit(value, schema[name]).alias(name) for name, value in fault.items()]
    )
    exposure = derive_exposure(rows, periods(20), REGIMEN)
    assert exposure.findings.select("rule", "counted").rows()[0] == (rule, True)
    assert course(exposure, "dosing_days")[0] in {10, 21}


def test_a_record_without_an_end_goes_on_to_the_end_of_the_period() -> None:
    assert course(expose("0 . 40", until=20), "dosing_days", "actual_dose") == (21, 840)


def test_a_dose_in_mg_needs_the_body_surface_where_levels_are_per_m2() -> None:
    rows = records("0 6 185", "WEEKS").with_columns(unit=pl.lit("mg"))
    found = derive_exposure(rows, periods(14, "WEEKS"), REGIMEN)
    assert rules(found) == ["bsa_is_known"]
    assert course(found, "actual_dose", "dosing_days") == (None, 7)
    known = derive_exposure(rows.with_columns(bsa_m2=1.85), periods(14, "WEEKS"), REGIMEN)
    assert course(known, "actual_dose", "first_level") == (pytest.approx(700), 1)


@pytest.mark.parametrize("surface", [0.0, -1.0])
def test_a_body_surface_of_zero_is_none(surface: float) -> None:
    rows = records("0 6 185", "WEEKS").with_columns(unit=pl.lit("mg"), bsa_m2=surface)
    found = derive_exposure(rows, periods(14, "WEEKS"), REGIMEN)
    assert rules(found) == ["bsa_is_known"]


def test_a_dose_of_zero_needs_no_unit() -> None:
    rows = records("0 9 40\n10 11 0\n12 20 40").with_columns(
        unit=pl.when(pl.col("dose") > 0).then("unit")
    )
    assert rules(derive_exposure(rows, periods(20), REGIMEN)) == []


def test_a_dose_after_the_stop_is_a_finding() -> None:
    assert "no_dose_after_stop" in rules(stop("0 9 40\n13 20 40", 20, 12))
    assert "no_dose_after_stop" not in rules(stop("0 9 40\n12 12 40", 20, 12))


def test_a_period_of_an_unknown_drug_is_refused() -> None:
    with pytest.raises(DataError, match=r"Periods: 1 rows are of drugs .*\(1 OTHER\)"):
        derive_exposure(records(GOOD), periods(20, "OTHER"), REGIMEN)


def test_levels_must_fall_and_drugs_differ() -> None:
    with pytest.raises(ValidationError, match="levels of A must fall, not 50, 75"):
        DrugRegimen(drug="A", levels=(50, 75), unit="mg")
    with pytest.raises(ValidationError, match="drugs named twice: WEEKS"):
        Regimen(drugs=(WEEKS, WEEKS), cycle_days=28)


def two_subjects() -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = pl.concat(
        [
            records("0 9 40\n12 20 20 FATIGUE\n30 40 40", subject="1"),
            records("0 6 100\n14 20 50\n20 26 50\n50 56 75", "WEEKS", subject="1"),
            records("0 9 40\n5 7 20\n9 8 40", subject="2"),
        ]
    )
    until = pl.concat([periods(60, "DAILY", "WEEKS"), periods(30, "DAILY", subject="2")])
    return rows, until


@settings(max_examples=20)
@given(st.permutations(range(10)))
def test_order_of_records_does_not_matter(order: list[int]) -> None:
    rows, until = two_subjects()
    shuffled = derive_exposure(rows[order], until.reverse(), REGIMEN)
    straight = derive_exposure(rows, until, REGIMEN)
    for name in ("courses", "interruptions", "changes", "cycles", "findings"):
        assert getattr(shuffled, name).equals(getattr(straight, name))


def test_one_subject_does_not_touch_another() -> None:
    rows, until = two_subjects()
    together = derive_exposure(rows, until, REGIMEN)
    alone = derive_exposure(rows.filter(subject="2"), until.filter(subject="2"), REGIMEN)
    assert together.courses.filter(subject="2").equals(alone.courses)
    assert together.findings.filter(subject="2").equals(alone.findings)


doses = st.sampled_from([40.0, 20.0, 0.0])
spells = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 15), doses), max_size=8)


@settings(max_examples=20)
@given(spells)
def test_days_are_counted_as_a_calendar_counts_them(spells: list[tuple[int, int, float]]) -> None:
    text = "\n".join(f"{start} {start + length} {dose}" for start, length, dose in spells)
    found = expose(text, until=100)
    dosed = {k for start, length, dose in spells if dose for k in range(start, start + length + 1)}
    assert course(found, "dosing_days") == (len(dosed),)
    missing = set(range(min(dosed), max(dosed))) - dosed if dosed else set()
    assert found.interruptions["length_days"].sum() == len(missing)
    days = [k for start, length, _ in spells for k in range(start, start + length + 1)]
    assert ("records_do_not_overlap" in rules(found)) == (len(days) > len(set(days)))
