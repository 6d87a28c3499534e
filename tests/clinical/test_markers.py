"""Markers worked by hand, at and beside every bound."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from topline.clinical.markers import (
    MarkerRule,
    MultipleCategories,
    compute_median_split,
    compute_multiple_category,
    compute_multiple_of_uln,
    derive_marker_responses,
)
from topline.errors import DataError

START = date(2024, 1, 1)
SCHEMA = {
    "subject": pl.String,
    "number": pl.Int64,
    "date": pl.Date,
    "baseline": pl.Boolean,
    "multiple": pl.Float64,
}


def values(*multiples: float | None, subject: str = "1", baseline: int | None = 0) -> pl.DataFrame:
    """Samples 30 days apart; the first is the baseline."""
    rows = [
        (subject, k, START + timedelta(30 * k), k == baseline, multiple)
        for k, multiple in enumerate(multiples)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


RESPONSES = [
    pytest.param((4.0, 2.0), "NEITHER", id="50 % is not more than 50 %"),
    pytest.param((4.0, 1.99), "MAJOR REDUCTION OR NORMALIZATION", id="50.25 %"),
    pytest.param((4.0, 2.01), "NEITHER", id="49.75 %"),
    pytest.param((1.5, 1.0), "MAJOR REDUCTION OR NORMALIZATION", id="1 x ULN is normal"),
    pytest.param((1.5, 1.01), "NEITHER", id="1.01 x ULN is not"),
    pytest.param((4.0, 1.0, 8.0), "MAJOR REDUCTION OR NORMALIZATION", id="the lowest counts"),
    pytest.param((1.0, 0.2), "NOT EVALUABLE", id="1 x ULN is not elevated"),
    pytest.param((1.01, 0.2), "MAJOR REDUCTION OR NORMALIZATION", id="1.01 x ULN is elevated"),
    pytest.param((4.0,), "NOT EVALUABLE", id="not measured again"),
    pytest.param((4.0, None), "NOT EVALUABLE", id="measured again without a value"),
    pytest.param((None, 2.0), "NOT EVALUABLE", id="no baseline"),
    pytest.param((0.3, 0.1), "NOT EVALUABLE", id="0.3 to 0.1 x ULN"),
]


@pytest.mark.parametrize(("multiples", "expected"), RESPONSES)
def test_response_of_a_marker(multiples: tuple[float | None, ...], expected: str) -> None:
    found = derive_marker_responses(values(*multiples))
    assert found["response"].to_list() == [expected]
    assert found["reason"].is_null().item() == (expected != "NOT EVALUABLE")


def test_at_least_fifty_percent_where_the_protocol_says_so() -> None:
    rule = MarkerRule(reduction_is="at least")
    assert derive_marker_responses(values(4.0, 2.0), rule)["major_reduction"].item() is True
    assert derive_marker_responses(values(4.0, 2.01), rule)["major_reduction"].item() is False
    # 1.1 to 0.55 is 50 % but for binary rounding
    assert derive_marker_responses(values(1.1, 0.55), rule)["major_reduction"].item() is True
    assert derive_marker_responses(values(1.1, 0.55))["major_reduction"].item() is False


def test_everything_about_a_subject() -> None:
    found = derive_marker_responses(values(5.0, 2.0, None, 1.5, 1.5, 3.0)).row(0, named=True)
    assert found == {
        "subject": "1",
        "baseline": 5.0,
        "lowest": 1.5,
        "lowest_date": START + timedelta(90),
        "last": 3.0,
        "repeats": 4,
        "change_percent": -70.0,
        "elevated": True,
        "evaluable": True,
        "major_reduction": True,
        "normalized": False,
        "response": "MAJOR REDUCTION OR NORMALIZATION",
        "reason": None,
    }


def test_reasons_name_the_value() -> None:
    rows = pl.concat(
        [
            values(1.0, 0.5, subject="1"),
            values(2.0, subject="2"),
            values(None, 3.0, subject="3"),
            values(3.0, 2.0, subject="4", baseline=None),
        ]
    )
    assert derive_marker_responses(rows)["reason"].to_list() == [
        "baseline is 1 x ULN, not elevated",
        "no value after baseline",
        "no baseline value",
        "no baseline value",
    ]


def test_a_value_before_the_baseline_is_no_repeat() -> None:
    found = derive_marker_responses(values(0.5, 4.0, 3.0, baseline=1))
    assert found.select("lowest", "repeats").row(0) == (3.0, 1)


def test_a_sample_on_the_day_of_the_baseline_is_a_repeat() -> None:
    found = derive_marker_responses(values(4.0, 3.0).with_columns(date=START))
    assert found.select("lowest", "repeats").row(0) == (3.0, 1)


def test_a_baseline_of_zero_has_no_change() -> None:
    found = derive_marker_responses(values(0.0, 3.0)).row(0, named=True)
    assert (found["change_percent"], found["elevated"]) == (None, False)


def test_two_baselines_are_refused() -> None:
    with pytest.raises(DataError, match="one_baseline"):
        derive_marker_responses(values(4.0, 2.0).with_columns(baseline=True))


@settings(max_examples=20)
@given(st.permutations(range(6)))
def test_order_of_rows_does_not_matter(order: list[int]) -> None:
    rows = pl.concat([values(4.0, 3.0, 1.0), values(2.0, None, 1.9, subject="2")])
    assert derive_marker_responses(rows[order]).equals(derive_marker_responses(rows))


# ---- multiples, bands, halves

MULTIPLES = [
    (204.0, 102.0, 2.0, None),
    (0.0, 102.0, 0.0, None),
    (-1.0, 102.0, None, "value is -1, must be 0 or more"),
    (None, 102.0, None, "no value"),
    (5.0, 0.0, None, "upper limit of normal is 0, must be above 0"),
    (5.0, None, None, "no upper limit of normal"),
]


@pytest.mark.parametrize(("value", "limit", "multiple", "reason"), MULTIPLES)
def test_multiple_of_the_upper_limit(
    value: float | None, limit: float | None, multiple: float | None, reason: str | None
) -> None:
    schema = {"value": pl.Float64, "limit": pl.Float64}
    row = pl.DataFrame([(value, limit)], schema=schema, orient="row")
    computed = compute_multiple_of_uln("value", "limit")
    assert row.select(v=computed.value, r=computed.reason).row(0) == (multiple, reason)


def test_bands_hold_their_upper_bound() -> None:
    rows = pl.DataFrame({"x": [0.0, 0.99, 1.0, 1.01, 1.99, 2.0, 2.01, None, float("nan")]})
    low, middle, high = MultipleCategories().names
    found = rows.select(compute_multiple_category("x", MultipleCategories())).to_series().to_list()
    assert found == [low, low, low, middle, middle, middle, high, None, None]


def test_bounds_must_rise() -> None:
    with pytest.raises(ValidationError, match="bounds must rise, not 2, 1"):
        MultipleCategories(bounds=(2, 1))


HALVES = [
    ([1.0, 2.0, 3.0, 4.0], ["LOW", "LOW", "HIGH", "HIGH"], ["LOW", "LOW", "HIGH", "HIGH"]),
    ([1.0, 2.0, 3.0], ["LOW", "LOW", "HIGH"], ["LOW", "HIGH", "HIGH"]),
    ([2.0, 2.0, 2.0, 3.0], ["LOW", "LOW", "LOW", "HIGH"], ["HIGH", "HIGH", "HIGH", "HIGH"]),
    ([5.0, None, float("nan")], ["LOW", None, None], ["HIGH", None, None]),
    ([None, None], [None, None], [None, None]),
]


@pytest.mark.parametrize(("numbers", "low", "high"), HALVES)
def test_median_splits_and_ties_go_where_they_are_told(
    numbers: list[float | None], low: list[str | None], high: list[str | None]
) -> None:
    rows = pl.DataFrame({"x": numbers}, schema={"x": pl.Float64})
    assert rows.select(compute_median_split("x")).to_series().to_list() == low
    split = compute_median_split("x", at_median="HIGH")
    assert rows.select(split).to_series().to_list() == high
