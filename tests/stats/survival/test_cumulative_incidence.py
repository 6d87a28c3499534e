from fractions import Fraction
from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.survival.cumulative_incidence import (
    CumulativeIncidence,
    Variance,
    compute_cumulative_incidence,
)
from topline.stats.survival.kaplan_meier import compute_kaplan_meier

Row = tuple[int, int]
patients = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), min_size=1, max_size=14)


def found_in(rows: list[Row], **options: Any) -> CumulativeIncidence:
    time, cause = np.array(rows, np.int64).reshape(-1, 2).T
    return compute_cumulative_incidence(time, cause, **options)


def test_by_hand() -> None:
    # day 2: 1 of 4 with cause 1, 1 with cause 2; day 5: half are free and one of two has cause 2
    got = found_in([(2, 1), (2, 2), (5, 2), (7, 0)])
    assert got.of(1).incidence.tolist() == [0.25, 0.25, 0.25]
    assert got.of(2).incidence.tolist() == [0.25, 0.5, 0.5]
    assert got.event_free.tolist() == [0.5, 0.25, 0.25]
    assert got.number_at_risk.tolist() == [4, 2, 1]
    assert got.censored_counts.tolist() == [0, 0, 1]
    # binomial on day 2; cause 2 on day 5 moves with both causes on day 2
    assert got.of(1).std_error[0] == pytest.approx(sqrt(3 / 64), rel=1e-14)
    assert (got.n, got.events, got.of(2).events) == (4, 3, 2)


@given(patients)
def test_all_shares_add_up_to_1(rows: list[Row]) -> None:
    got = found_in(rows, causes=2)
    total = got.event_free + got.of(1).incidence + got.of(2).incidence
    np.testing.assert_allclose(total, 1, rtol=1e-12)


@given(patients, st.sampled_from(["plain", "log", "log-log", "arcsine", "logit"]))
def test_one_cause_is_the_survival_curve_turned_over(rows: list[Row], transform: Any) -> None:
    rows = [(t, int(c == 1)) for t, c in rows]
    got = found_in(rows, transform=transform).of(1)
    time, event = np.array([t for t, _ in rows]), np.array([c == 1 for _, c in rows])
    curve = compute_kaplan_meier(time, event, transform=transform)
    np.testing.assert_allclose(got.incidence, 1 - curve.survival, rtol=1e-12, atol=1e-14)
    known = np.nan_to_num(curve.std_error)
    np.testing.assert_allclose(got.std_error, known, rtol=1e-9, atol=1e-9)
    if transform == "plain":
        quantile, median = got.quantile(0.5), curve.median()
        np.testing.assert_array_equal(quantile.estimate, median.estimate)


@given(patients)
def test_variance_is_greenwoods_by_its_own_formula(rows: list[Row]) -> None:
    # Sum of Gaynor's three terms, as fractions
    got = found_in(rows, causes=2).of(1)
    free, incidence, terms = Fraction(1), Fraction(0), []
    for day in sorted({t for t, _ in rows}):
        n = sum(t >= day for t, _ in rows)
        d = sum(t == day and c > 0 for t, c in rows)
        own = sum(t == day and c == 1 for t, c in rows)
        incidence += free * Fraction(own, n)
        terms.append((n, d, own, free, incidence))
        free *= Fraction(n - d, n)
        variance = Fraction(0)
        for n, d, own, before, reached in terms:
            rise = incidence - reached
            if n > d:
                variance += rise**2 * Fraction(d, n * (n - d))
            variance += before**2 * Fraction(own * (n - own), n**3)
            variance -= 2 * rise * before * Fraction(own, n**2)
        row = len(terms) - 1
        assert got.std_error[row] ** 2 == pytest.approx(float(variance), rel=1e-9, abs=1e-13)


@given(patients, st.randoms(use_true_random=False))
def test_order_of_subjects_changes_nothing(rows: list[Row], random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = found_in(rows, causes=2).of(2), found_in(shuffled, causes=2).of(2)
    np.testing.assert_array_equal(one.incidence, other.incidence)
    np.testing.assert_array_equal(one.std_error, other.std_error)


def test_read_on_a_day() -> None:
    curve = found_in([(2, 1), (2, 2), (5, 2), (7, 0)]).of(2)
    got = curve.at(6.5)
    assert (got.estimate, got.number_at_risk, got.n, got.cause) == (0.5, 1, 4, 2)
    assert got.lower < 0.5 < got.upper
    assert got.warnings == ()


def test_before_the_first_event_it_is_0_without_limits() -> None:
    got = found_in([(2, 1), (5, 0)]).of(1).at(1)
    assert (got.estimate, got.std_error, got.number_at_risk) == (0, 0, 2)
    assert np.isnan([got.lower, got.upper]).all()
    assert got.warnings == ("no log-log limits where the incidence is 0%",)


def test_after_a_last_censoring_it_is_not_estimable() -> None:
    got = found_in([(2, 1), (7, 0)]).of(1).at(8)
    assert np.isnan([got.estimate, got.std_error]).all()
    assert got.number_at_risk == 0
    assert got.warnings == ("not estimable: day 8 is after the last observation, day 7",)


def test_after_a_last_event_of_any_cause_it_stays() -> None:
    curve = found_in([(2, 1), (7, 2)])
    assert curve.of(1).at(1000).estimate == 0.5
    assert curve.of(2).at(1000).estimate == 0.5


def test_everybody_with_the_cause_reaches_1_without_error() -> None:
    curve = found_in([(t, 1) for t in (1, 2, 3, 3, 4, 5, 6)]).of(1)
    assert curve.incidence[-1] == 1
    assert curve.std_error[-1] == 0
    assert curve.at(6).warnings == ("no log-log limits where the incidence is 100%",)


def test_cause_that_nobody_had_stays_0() -> None:
    curve = found_in([(2, 1), (7, 0)], causes=3).of(3)
    assert curve.incidence.tolist() == [0, 0]
    assert curve.events == 0
    assert np.isnan(curve.quantile(0.1).estimate)
    assert curve.quantile(0.1).warnings == ("not reached: the incidence stays below 0.1",)


def test_no_events_at_all() -> None:
    got = found_in([(2, 0), (3, 0)])
    assert got.of(1).incidence.tolist() == [0, 0]
    assert got.event_free.tolist() == [1, 1]


def test_nobody() -> None:
    got = found_in([])
    assert got.warnings == ("not estimable: no subjects",)
    assert np.isnan([got.of(1).at(3).estimate, got.of(1).quantile(0.5).estimate]).all()
    assert got.of(1).at(3).warnings == ("not estimable: no subjects",)


@pytest.mark.parametrize("variance", ["greenwood", "aalen"])
def test_one_patient(variance: Variance) -> None:
    curve = found_in([(4, 2)], variance=variance).of(2)
    assert curve.at(4).estimate == 1


def test_day_by_which_a_share_has_the_event() -> None:
    # F is 1/4 from day 10, 1/2 from day 20 and level until it rises on day 40
    curve = found_in([(10, 1), (20, 1), (30, 2), (40, 1)]).of(1)
    assert curve.quantile(0.25).estimate == 15
    assert curve.quantile(0.4).estimate == 20
    assert curve.quantile(0.5).estimate == 30
    assert np.isnan(curve.quantile(0.8).estimate)


def test_aalen_is_the_larger_in_small_samples() -> None:
    rows = [(1, 1), (2, 2), (3, 1), (4, 0), (5, 2)]
    by_hand = found_in(rows, variance="aalen").of(1).std_error[0]
    assert by_hand == pytest.approx(1 / 5, rel=1e-14)  # one of five: sqrt(1 / 25)
    assert found_in(rows).of(1).std_error[0] == pytest.approx(sqrt(4 / 125), rel=1e-14)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"causes": 1}, "causes is 1; expected at least 2"),
        ({"variance": "robust"}, "there is no variance 'robust'; choose one of greenwood, aalen"),
        ({"transform": "cloglog"}, "there is no transform 'cloglog'"),
        ({"level": 95}, "level is 95"),
    ],
)
def test_options_that_cannot_be_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        found_in([(1, 2), (2, 1)], **options)


@pytest.mark.parametrize("cause", [[0.0, 1.0], [-1, 1]])
def test_causes_that_are_no_whole_numbers_are_refused(cause: list[Any]) -> None:
    with pytest.raises(ValueError, match="expected whole numbers of at least 0"):
        compute_cumulative_incidence(np.array([1, 2]), np.array(cause))


def test_a_cause_without_a_curve_says_what_there_is() -> None:
    got = found_in([(1, 2)])
    with pytest.raises(ValueError, match="no curve of cause 3; there are those of 1 to 2"):
        got.of(3)
    with pytest.raises(ValueError, match="day is -1"):
        got.of(1).at(-1)
