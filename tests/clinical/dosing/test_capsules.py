"""Capsules of 5, 20, 100, 140, 180 and 250 mg, counted out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.clinical.dosing.capsules import compute_fewest_capsules, compute_rounded_dose_mg
from topline.errors import UsageError

SIZES = [5, 20, 100, 140, 180, 250]
ROUNDED = [
    # calculated; nearest, down, up
    (187.4, 185, 185, 190),
    (187.5, 190, 185, 190),
    (187.6, 190, 185, 190),
    (185.0, 185, 185, 185),
    (2.4, 0, 0, 5),
    (2.5, 5, 0, 5),
    (0.0, 0, 0, 0),
]


@pytest.mark.parametrize(("dose", "nearest", "down", "up"), ROUNDED)
def test_doses_are_rounded_to_capsules(dose: float, nearest: int, down: int, up: int) -> None:
    assert compute_rounded_dose_mg(dose, SIZES).item() == nearest
    assert compute_rounded_dose_mg(dose, SIZES, direction="down").item() == down
    assert compute_rounded_dose_mg(dose, SIZES, direction="up").item() == up


def test_only_what_capsules_make_up_can_be_taken() -> None:
    assert compute_rounded_dose_mg([55, 65, 70], [40, 100]).tolist() == [40, 80, 80]


def test_missing_and_impossible_doses_stay_missing() -> None:
    found = compute_rounded_dose_mg([np.nan, -5, np.inf, 10_001], SIZES)
    assert np.isnan(found).all()


def test_the_largest_dose() -> None:
    assert compute_rounded_dose_mg(10_000, SIZES).item() == 10_000
    assert compute_fewest_capsules(10_000, SIZES).item() == 40
    assert np.isnan(compute_rounded_dose_mg(9_999, [4_000], direction="up").item())
    assert compute_rounded_dose_mg(9_999, [4_000]).item() == 8_000


COUNTS = [
    (185, 2),
    (280, 2),
    (200, 2),
    (95, 7),
    (0, 0),
    (12, None),
    (7.5, None),
    (-5, None),
    (10_001, None),
]
COUNTS += [(float("nan"), None), (float("inf"), None)]


@pytest.mark.parametrize(("dose", "count"), COUNTS)
def test_the_fewest_capsules(dose: float, count: int | None) -> None:
    found = compute_fewest_capsules(dose, SIZES).item()
    assert found == count if count is not None else np.isnan(found)


def test_sizes_must_be_there() -> None:
    for sizes in ([], [0, 5]):
        with pytest.raises(UsageError, match="capsule sizes must be above 0 mg"):
            compute_rounded_dose_mg(100, sizes)


@settings(max_examples=20)
@given(st.floats(0, 3000))
def test_no_dose_moves_by_more_than_half_a_capsule(dose: float) -> None:
    assert abs(compute_rounded_dose_mg(dose, SIZES).item() - dose) <= 2.5 + 1e-6
