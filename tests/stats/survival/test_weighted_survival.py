from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import reference
from tests.stats.arrays import floats
from tests.stats.follow_ups import follow_up, made_of, patients
from topline.stats.survival.censoring_weights import (
    CensoringWeights,
    compute_cox_weights,
    compute_stratified_weights,
)
from topline.stats.survival.informative_censoring import FollowUp
from topline.stats.survival.kaplan_meier import compute_kaplan_meier
from topline.stats.survival.weighted_survival import compute_weighted_kaplan_meier

STUDIES: list[dict[str, Any]] = reference("informative_censoring")["studies"]
Name = Literal["cox", "cut", "strata"]


def weights_of(case: dict[str, Any], of: FollowUp, name: Name) -> CensoringWeights:
    if name == "strata":
        return compute_stratified_weights(of, np.array(case["x2"]))
    covariates = np.column_stack([case["x1"], case["x2"]]).astype(np.float64)
    at_most = 1.2 if name == "cut" else None
    return compute_cox_weights(of, covariates, names=["x1", "x2"], at_most=at_most)


@pytest.mark.parametrize("name", ["cox", "cut", "strata"])
def test_weighted_curve_and_robust_limits_agree_with_r(name: Name) -> None:
    # R: survfit of counting-process rows with weights that change, by id, robust
    for number, case in enumerate(STUDIES):
        status = np.array(case["status"])
        of = FollowUp(np.array(case["time"]), status == 1, status == 2)
        got, expected = compute_weighted_kaplan_meier(of, weights_of(case, of, name)), case[name]
        rows = np.searchsorted(got.time_days, case["event_days"])
        np.testing.assert_allclose(
            got.survival[rows], floats(expected["survival"]), atol=1e-12, err_msg=f"study {number}"
        )
        falls = got.survival[rows] > 1e-9  # where S is 0, R keeps the last digit of a sum
        for column in ("std_error", "lower", "upper"):
            np.testing.assert_allclose(
                getattr(got, column)[rows][falls],
                floats(expected[column])[falls],
                rtol=1e-10,
                err_msg=f"{column}, study {number}",
            )
        median = got.median()
        np.testing.assert_array_equal(
            [median.estimate, median.lower, median.upper], floats(expected["median"])
        )


def test_those_who_stay_stand_for_their_stratum_by_hand() -> None:
    # A: one of two leaves on day 10, so the other counts twice; B: both stay
    of = follow_up("10? 20 30 40")
    weights = compute_stratified_weights(of, np.array(["A", "A", "B", "B"]))
    expected = [0, Fraction(3, 4) / Fraction(1, 2), Fraction(3, 4), Fraction(3, 4)]
    assert weights.weight[:, 0].tolist() == [float(w) for w in expected]
    got = compute_weighted_kaplan_meier(of, weights)
    assert got.time_days.tolist() == [10, 20, 30, 40]
    np.testing.assert_allclose(got.survival, [1, 1 / 2, 1 / 4, 0], atol=1e-15)
    assert got.number_at_risk.tolist() == [4, 3, 2, 1]  # subjects, not weights


def test_robust_variance_by_hand() -> None:
    # Day 20: weights 1.5, 0.75, 0.75 and 1.5 of 3 go; influences 1.5/2, -0.75/2, -0.75/2 over 1.5
    of = follow_up("10? 20 30 40")
    weights = compute_stratified_weights(of, np.array(["A", "A", "B", "B"]))
    got = compute_weighted_kaplan_meier(of, weights).rate_at(20)
    of_log = (1.5 / 2 / 1.5) ** 2 + 2 * (0.75 / 2 / 1.5) ** 2
    assert got.std_error == pytest.approx(0.5 * of_log**0.5, rel=1e-14)


@given(patients)
def test_equal_weights_give_the_plain_curve_and_greenwoods_limits(
    rows: list[tuple[int, str]],
) -> None:
    of = made_of([(day, end.replace("?", "+")) for day, end in rows])  # nobody left
    n = len(of.time_days)
    expected = compute_kaplan_meier(of.time_days, of.event)
    covariate = np.arange(n, dtype=np.float64)[:, None]
    for weights in (
        compute_cox_weights(of, covariate, names=["AGE"]),
        compute_stratified_weights(of, np.arange(n) % 2),
    ):
        assert set(weights.weight.ravel().tolist()) <= {0, 1}
        got = compute_weighted_kaplan_meier(of, weights)
        for name in ("survival", "std_error", "lower", "upper"):
            np.testing.assert_allclose(getattr(got, name), getattr(expected, name), atol=1e-12)


@given(patients)
def test_one_stratum_gives_the_plain_curve(rows: list[tuple[int, str]]) -> None:
    of = made_of(rows)
    got = compute_weighted_kaplan_meier(
        of, compute_stratified_weights(of, np.zeros(len(of.time_days), np.int64))
    )
    expected = compute_kaplan_meier(of.time_days, of.event)
    np.testing.assert_allclose(got.survival, expected.survival, atol=1e-12)
    np.testing.assert_allclose(got.std_error, expected.std_error, atol=1e-12)


@given(patients, patients)
def test_by_strata_it_is_the_mean_of_their_curves(
    one: list[tuple[int, str]], other: list[tuple[int, str]]
) -> None:
    # With no other censorings, and as long as somebody of either is left
    parts = [[(day, end.replace("+", "?")) for day, end in rows] for rows in (one, other)]
    of = made_of([*parts[0], *parts[1]])
    stratum = np.repeat(["A", "B"], [len(one), len(other)])
    got = compute_weighted_kaplan_meier(of, compute_stratified_weights(of, stratum))
    curves = [
        (len(rows), compute_kaplan_meier(made_of(rows).time_days, made_of(rows).event))
        for rows in parts
    ]
    shared = [day for day in got.time_days if all(day <= c.time_days[-1] for _, c in curves)]
    for day in shared:
        mean = sum(n * c.rate_at(float(day)).estimate for n, c in curves) / len(of.time_days)
        assert got.rate_at(float(day)).estimate == pytest.approx(mean, abs=1e-12)


@given(patients, st.randoms(use_true_random=False))
def test_order_of_subjects_changes_nothing(rows: list[tuple[int, str]], random: Any) -> None:
    def curve(order: list[int]) -> list[float]:
        of = made_of([rows[i] for i in order])
        weights = compute_stratified_weights(of, np.array(order) % 3)
        return compute_weighted_kaplan_meier(of, weights).survival.tolist()

    order = list(range(len(rows)))
    shuffled = order.copy()
    random.shuffle(shuffled)
    assert curve(order) == pytest.approx(curve(shuffled), abs=1e-12)


def test_weights_of_other_subjects_are_refused() -> None:
    of, other = follow_up("10? 20 30 40"), follow_up("10? 20 30")
    weights = compute_stratified_weights(other, np.array(["A", "A", "B"]))
    with pytest.raises(ValueError, match="expected those of follow_up"):
        compute_weighted_kaplan_meier(of, weights)


def test_method_says_how_weights_were_made() -> None:
    of = follow_up("10? 20 30 40+")
    weights = compute_cox_weights(of, np.array([[1.0], [0], [1], [0]]), names=["AGE"], at_most=9)
    options = dict(compute_weighted_kaplan_meier(of, weights).method.options)
    assert options == {
        "weights": "Cox regression of censoring",
        "covariates": "AGE",
        "weights_at_most": 9,
        "transform": "log-log",
        "level": 0.95,
    }
