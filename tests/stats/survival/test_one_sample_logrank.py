from math import exp, log, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from tests.stats.arrays import subjects
from topline.stats.survival.one_sample_logrank import (
    OneSampleLogRank,
    compute_exponential_hazard,
    compute_one_sample_logrank,
)


def against(days: str, hazard: list[float]) -> OneSampleLogRank:
    return compute_one_sample_logrank(*subjects(days), cumulative_hazard=np.array(hazard))


def test_by_hand() -> None:
    got = against("10 20 30+ 40+", [0.5, 1.0, 1.5, 2.0])
    assert (got.n, got.observed, got.expected, got.smr) == (4, 2, 5.0, 0.4)
    assert got.z == pytest.approx(-3 / sqrt(5), rel=1e-14)
    assert got.p_less == pytest.approx(NormalDist().cdf(-3 / sqrt(5)), rel=1e-12)
    assert got.p_value == pytest.approx(2 * got.p_less, rel=1e-14)


def test_no_event_has_the_closed_upper_limit() -> None:
    # The Poisson mean under which no event has probability 0.025
    got = against("10+ 20+", [0.5, 0.5])
    assert (got.smr, got.lower) == (0, 0)
    assert exp(-got.upper * got.expected) == pytest.approx(0.025, rel=1e-12)


def test_more_events_than_expected_turn_the_sign() -> None:
    got = against("1 2 3", [0.1, 0.1, 0.1])
    assert got.z > 0
    assert got.p_less > 0.99
    assert got.p_value < 0.001


@pytest.mark.parametrize(("days", "hazard"), [("", []), ("0 0+", [0.0, 0.0])])
def test_nothing_expected_is_not_estimable(days: str, hazard: list[float]) -> None:
    got = against(days, hazard)
    assert np.isnan([got.smr, got.lower, got.upper, got.z, got.p_value, got.p_less]).all()
    assert got.warnings == ("not estimable: no events are expected",)


def test_half_are_expected_free_at_the_median() -> None:
    hazard = compute_exponential_hazard(np.array([0, 365, 730]), at_days=365)
    assert np.exp(-hazard) == pytest.approx([1, 0.5, 0.25], rel=1e-14)


def test_landmark_rate_as_null() -> None:
    hazard = compute_exponential_hazard(np.array([183]), at_days=365, survival=0.3)
    assert hazard[0] == pytest.approx(-log(0.3) * 183 / 365, rel=1e-14)


@pytest.mark.parametrize(
    ("hazard", "message"),
    [
        ([0.1], r"cumulative_hazard has shape \(1,\); expected \(2,\)"),
        ([0.1, float("nan")], "1 of 2 cumulative hazards are missing, .* position 1: nan"),
        ([-0.1, float("inf")], "2 of 2 cumulative hazards .* position 0: -0.1"),
    ],
)
def test_hazards_that_cannot_be_are_refused(hazard: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        against("1 2+", hazard)


@pytest.mark.parametrize("null", [{"at_days": 0}, {"at_days": 9, "survival": 1.0}])
def test_null_without_a_hazard_is_refused(null: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is no constant hazard"):
        compute_exponential_hazard(np.array([1]), **null)


def test_level_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match="level is 95"):
        compute_one_sample_logrank(*subjects("1"), cumulative_hazard=np.ones(1), level=95)
