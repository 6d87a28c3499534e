from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.arrays import subjects
from topline.stats.survival.kaplan_meier import compute_kaplan_meier
from topline.stats.survival.restricted_mean import (
    RestrictedMean,
    compute_restricted_mean,
    compute_restricted_mean_contrast,
)

patients = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=12)


def mean_of(days: str, until: float, level: float = 0.95) -> RestrictedMean:
    return compute_restricted_mean(*subjects(days), until_days=until, level=level)


def test_by_hand() -> None:
    # S is 3/4 from day 10 and 1/2 from day 20: 10 + 7.5 + 5; to day 30 12.5 and 5 are left
    got = mean_of("10 20 30+ 40", 30)
    assert got.estimate == 22.5
    assert got.std_error == pytest.approx(sqrt(12.5**2 / 12 + 5**2 / 6), rel=1e-14)
    assert got.upper == pytest.approx(30)  # 22.5 + 1.96 x 4.15 is cut
    assert (got.n, got.events, got.warnings) == (4, 3, ())


def test_everybody_followed_gives_the_plain_mean() -> None:
    days = [3, 7, 7, 12, 20]
    got = mean_of("3 7 7 12 20", 15)
    cut = np.minimum(days, 15)
    assert got.estimate == pytest.approx(cut.mean(), rel=1e-14)
    assert got.std_error == pytest.approx(cut.std() / sqrt(5), rel=1e-13)


def test_event_on_the_last_day_of_the_window_costs_nothing() -> None:
    assert mean_of("10 30", 30).estimate == 20
    assert mean_of("10 30+", 30).std_error == mean_of("10 30", 30).std_error


def test_window_before_the_first_event_is_the_window() -> None:
    got = mean_of("10 20", 5.5)
    assert (got.estimate, got.std_error, got.lower, got.upper) == (5.5, 0, 5.5, 5.5)


def test_after_a_last_event_nothing_is_added() -> None:
    assert mean_of("10 20", 1000).estimate == 15


def test_after_a_last_censoring_it_is_not_estimable() -> None:
    got = mean_of("10 20+", 21)
    assert np.isnan([got.estimate, got.std_error, got.lower, got.upper]).all()
    assert got.warnings == (
        "not estimable: day 21 is after the last observation, day 20, a censoring",
    )
    assert mean_of("10 20+", 20).estimate == 15


def test_a_day_with_an_event_and_a_censoring_last_is_a_censoring() -> None:
    assert np.isnan(mean_of("10 20 20+", 21).estimate)


def test_nobody() -> None:
    got = mean_of("", 10)
    assert np.isnan(got.estimate)
    assert got.warnings == ("not estimable: no subjects",)


def test_everybody_at_once() -> None:
    got = mean_of("4 4 4", 10)
    assert (got.estimate, got.std_error) == (4, 0)


@pytest.mark.parametrize("until", [0, -1, float("nan"), float("inf")])
def test_window_without_days_is_refused(until: float) -> None:
    with pytest.raises(ValueError, match="expected a number of days above 0"):
        mean_of("1 2", until)


@given(patients, st.integers(1, 9))
def test_area_is_the_sum_of_the_days_rates(rows: list[tuple[int, bool]], until: int) -> None:
    time, event = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    got = compute_restricted_mean(time, event, until_days=until)
    curve = compute_kaplan_meier(time, event)
    daily = [curve.rate_at(day).estimate for day in range(until)]
    if np.isnan(got.estimate):
        assert np.isnan(curve.rate_at(until).estimate)
    else:
        assert got.estimate == pytest.approx(sum(daily), rel=1e-12, abs=1e-12)
        assert 0 <= got.lower <= got.upper <= until


def test_contrast_by_hand() -> None:
    one, other = mean_of("10 20 30 40", 30), mean_of("5 10 15 20", 30)
    got = compute_restricted_mean_contrast(one, other)
    # cut at day 30 the times are 10, 20, 30, 30: mean 22.5, squares 275 of deviations
    error = sqrt(float(Fraction(275, 16) + Fraction(125, 16)))
    assert got.difference.estimate == 10
    assert got.difference.std_error == pytest.approx(error, rel=1e-13)
    assert got.ratio.estimate == pytest.approx(1.8, rel=1e-14)
    relative = sqrt(275 / 16 / 22.5**2 + 125 / 16 / 12.5**2)
    assert got.ratio.std_error == pytest.approx(relative, rel=1e-13)
    assert got.ratio.lower == pytest.approx(1.8 * np.exp(-1.959963984540054 * relative), rel=1e-12)
    assert got.n == 8


def test_contrast_turned_round() -> None:
    one, other = mean_of("10 20 30+ 40", 30), mean_of("5 10 15+ 40", 30)
    there, back = (
        compute_restricted_mean_contrast(one, other),
        compute_restricted_mean_contrast(other, one),
    )
    assert back.difference.estimate == -there.difference.estimate
    assert back.ratio.estimate == pytest.approx(1 / there.ratio.estimate, rel=1e-13)
    assert back.ratio.upper == pytest.approx(1 / there.ratio.lower, rel=1e-12)
    assert back.difference.p_value == there.difference.p_value


def test_contrast_with_a_mean_that_is_not_estimable() -> None:
    got = compute_restricted_mean_contrast(mean_of("10 20+", 30), mean_of("10 40", 30))
    assert np.isnan([got.difference.estimate, got.difference.p_value, got.ratio.estimate]).all()
    assert got.warnings == (
        "not estimable: day 30 is after the last observation, day 20, a censoring",
    )


def test_contrast_without_any_event_has_no_p_value() -> None:
    got = compute_restricted_mean_contrast(mean_of("30+ 40", 30), mean_of("31 50+", 30))
    assert (got.difference.estimate, got.ratio.estimate) == (0, 1)
    assert np.isnan([got.difference.p_value, got.ratio.p_value]).all()
    assert "no p-value" in got.warnings[0]


def test_contrast_with_everybody_on_day_0_has_no_ratio() -> None:
    got = compute_restricted_mean_contrast(mean_of("10 20", 30), mean_of("0 0", 30))
    assert got.difference.estimate == 15
    assert np.isnan(got.ratio.estimate)
    assert got.warnings == ("no ratio: a mean is 0",)


def test_contrast_of_different_windows_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"up to day 30 at level 0\.95, the reference up to day 20"
    ):
        compute_restricted_mean_contrast(mean_of("40", 30), mean_of("40", 20))
