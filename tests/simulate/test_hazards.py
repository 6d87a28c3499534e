"""Times follow Weibull's law with proportional hazards."""

import numpy as np
import pytest
from scipy.stats import weibull_min

from tests.simulate.truths import after
from topline.simulate.hazards import (
    compute_ratios,
    compute_times,
    compute_times_with_change,
)

SURVIVED = np.array([0.9, 0.5, 0.25, 0.01])


@pytest.mark.parametrize("shape", [0.7, 1.0, 2.5])
def test_quantiles_are_those_of_weibull(shape: float) -> None:
    scale = 300 / np.log(2) ** (1 / shape)
    expected = weibull_min.isf(SURVIVED, shape, scale=scale)
    times = compute_times(after("300 days", shape=shape), SURVIVED)
    np.testing.assert_allclose(times, expected, rtol=1e-12)


def test_twice_the_hazard_halves_exponential_times() -> None:
    plain = compute_times(after("300 days"), SURVIVED)
    np.testing.assert_allclose(compute_times(after("300 days"), SURVIVED, 2.0), plain / 2)


def test_without_a_hazard_nothing_happens() -> None:
    assert np.isinf(compute_times(None, SURVIVED)).all()
    never = compute_times_with_change(None, SURVIVED, np.ones(4), np.ones(4), 3.0)
    assert np.isinf(never).all()


def test_ratios_multiply_over_variables() -> None:
    hazard = after("1 year", effects={"SEX": {"M": 2.0}, "ECOGBL": {"1": 3.0}})
    baseline = {"SEX": np.array(["M", "F", "M"]), "ECOGBL": np.array(["1", "1", "0"])}
    assert compute_ratios(hazard, baseline, 3).tolist() == [6, 3, 2]


def test_a_hazard_that_triples_on_day_100_is_the_piecewise_exponential() -> None:
    # Cumulative hazard log(2)/200 a day up to day 100, three times that from there:
    # S(100) = 2**-0.5; S = 0.25 where log(2)/2 + 3 log(2)/200 (t - 100) = 2 log(2), at t = 200.
    hazard, ones = after("200 days"), np.ones(2)
    survived = np.array([2**-0.25, 0.25])
    times = compute_times_with_change(hazard, survived, ones, 100 * ones, 3.0)
    np.testing.assert_allclose(times, [50.0, 200.0], rtol=1e-12)


def test_a_weibull_hazard_changes_by_its_ratio_too() -> None:
    # H(t) = log(2) (t/100)**2; doubled from day 100: log(2) + 2 log(2) ((t/100)**2 - 1) = 3 log(2)
    times = compute_times_with_change(
        after("100 days", shape=2.0), np.array([0.125]), np.ones(1), np.array([100.0]), 2.0
    )
    np.testing.assert_allclose(times, [100 * np.sqrt(2)], rtol=1e-12)
