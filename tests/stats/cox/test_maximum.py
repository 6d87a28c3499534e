import numpy as np
import pytest

from tests.stats.cox_examples import AGE, EXPOSED, FIRST, OTHER, data_of
from topline.stats.cox.data import at_risk_on_event_days
from topline.stats.cox.maximum import climb, determined_part, maximise, profile_of

TWELVE = "3 3+ 5 7 7 7+ 9 12+ 14 14 18+ 20"
SEPARATED = "5 8 8+ 11 12 14 14 20+ 21 25+ 30 30+ 33+ 40+"


def test_the_slope_at_the_maximum_is_0() -> None:
    data = data_of(TWELVE, EXPOSED, AGE)
    found = maximise(data, "efron")
    there = climb(found.data, "efron", iterations=0, start=found.inner.coefficients)
    assert np.abs(there.score / np.sqrt(np.diag(np.linalg.inv(found.covariance)))).max() < 1e-12
    assert found.converged
    assert found.monotone is None


def test_nearly_separated_is_not_separated() -> None:
    # One late exception is enough for a maximum, however far out
    exposed = np.append(np.ones(30), np.zeros(40))
    days = " ".join([*(str(day) for day in range(1, 31)), *(f"{day}+" for day in range(31, 71))])
    assert maximise(data_of(days, exposed), "efron").unbounded.tolist() == [True]
    exposed[29], exposed[0] = 0, 0
    found = maximise(data_of(days, exposed), "efron")
    assert found.unbounded.tolist() == [False]
    assert found.converged
    assert found.coefficients[0] > 2


def test_a_far_maximum_is_reached_and_not_called_infinite() -> None:
    # Ages near one another decide who is next; one of them does not, by a hair
    values = [50.4, 50.3, 50.2, 50.1001, 50.1, 50.0]
    assert maximise(data_of("1 2 3 4 5 6+", values), "efron").unbounded[0]
    values[3] = 50.0999
    found = maximise(data_of("1 2 3 4 5 6+", values), "efron")
    assert not found.unbounded[0]
    there = climb(found.data, "efron", iterations=0, start=found.inner.coefficients)
    assert abs(there.score[0]) * np.sqrt(found.covariance[0, 0]) < 1e-9


def test_redundant_covariates_are_found_where_others_run_away() -> None:
    found = maximise(data_of(SEPARATED, FIRST, 2 * FIRST, OTHER), "efron")
    assert found.determined.tolist() == [True, False, True]
    assert found.unbounded.tolist() == [True, False, False]
    assert found.df == 2


def test_covariates_determined_by_others_are_the_later_ones() -> None:
    kept, columns = determined_part(data_of(TWELVE, EXPOSED, 1 - EXPOSED, AGE), "breslow")
    assert columns.tolist() == [True, False, True]
    assert kept.names == ("x1", "x3")


def test_an_offset_is_a_coefficient_held() -> None:
    data = at_risk_on_event_days(data_of(TWELVE, EXPOSED, AGE))
    both = climb(data, "efron")
    age = data.select(slice(None), np.array([False, True]))
    held = climb(age, "efron", offset=both.coefficients[0] * data.covariates[:, 0])
    assert held.log_likelihood == pytest.approx(both.log_likelihood, rel=1e-13)
    assert held.coefficients[0] == pytest.approx(both.coefficients[1], rel=1e-9)


def test_profile_is_largest_at_the_maximum_and_level_there() -> None:
    found = maximise(data_of(TWELVE, EXPOSED, AGE), "efron")
    value, slope = profile_of(found, "efron", 0)(float(found.coefficients[0]))
    assert value == pytest.approx(found.log_likelihood, rel=1e-13)
    assert slope == pytest.approx(0, abs=1e-10)


def test_profile_of_a_bounded_term_is_that_of_the_limit() -> None:
    found = maximise(data_of(SEPARATED, FIRST, OTHER), "efron")
    value, slope = profile_of(found, "efron", 1)(float(found.coefficients[1]))
    assert value == pytest.approx(found.log_likelihood, rel=1e-13)
    assert slope == pytest.approx(0, abs=1e-10)
    rising = [profile_of(found, "efron", 0)(b)[0] for b in (0.0, 2, 8, 20)]
    assert rising == sorted(rising)
    assert rising[-1] == pytest.approx(found.log_likelihood, rel=1e-8)
