from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.stats.follow_ups import follow_up
from topline.stats.survival.censoring_weights import compute_cox_weights, compute_stratified_weights

TWELVE = "3? 3? 3 4 4? 5+ 6? 7 9 10 11 12?"
FOUR = np.array(["A", "A", "B", "B"])


def column(*values: float) -> NDArray[np.float64]:
    return np.array(values, np.float64)[:, None]


def test_events_of_a_day_come_before_censorings_of_it() -> None:
    # Who leaves on day 20 is at risk there, and who has the event then is not at risk of leaving
    weights = compute_stratified_weights(follow_up("20? 20 30 30"), np.array(["A"] * 2 + ["B"] * 2))
    assert weights.weight[:, 0].tolist() == [1, 1, 1, 1]
    assert weights.weight[2, 1] == pytest.approx(2 / 3)  # one of the three left, none of stratum B


def test_weights_are_those_of_subjects_still_at_risk() -> None:
    weights = compute_stratified_weights(follow_up("10 20? 30 40"), FOUR)
    assert weights.event_days.tolist() == [10, 30, 40]
    assert (weights.weight > 0).tolist() == [
        [True, False, False],
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def test_mean_and_largest_are_of_those_at_risk() -> None:
    weights = compute_stratified_weights(follow_up("10? 20 30 40"), FOUR)
    assert weights.largest == 1.5
    assert weights.mean == (1.5 + 0.75 * 2 + 0.75 * 2 + 0.75) / 6


def test_a_covariate_without_effect_gives_weights_of_one() -> None:
    # At each leaving both values are at risk alike: one of each left, one of each stays
    of = follow_up("10? 10? 20 20 30+ 30+")
    weights = compute_cox_weights(of, column(0, 1, 0, 1, 0, 1), names=["AGE"])
    np.testing.assert_allclose(weights.weight[2:], 1, rtol=1e-12)


def test_units_of_a_covariate_do_not_matter() -> None:
    of, values = follow_up(TWELVE), np.random.default_rng(5).normal(size=(12, 1))
    one = compute_cox_weights(of, values, names=["AGE"]).weight
    for factor in (1e-9, 1e9):
        other = compute_cox_weights(of, 50 + values * factor, names=["AGE"]).weight
        np.testing.assert_allclose(one, other, rtol=1e-5)


def test_largest_weight_can_be_cut() -> None:
    cut = compute_stratified_weights(follow_up("10? 20 30 40"), FOUR, at_most=1.1)
    assert cut.weight[:, 0].tolist() == [0, 1.1, 0.75, 0.75]
    assert dict(cut.method.options)["weights_at_most"] == 1.1


def test_a_stratum_that_runs_out_is_told() -> None:
    weights = compute_stratified_weights(follow_up("10? 15? 30 40"), FOUR)
    told = "from day 15 nobody of stratum A is left to stand for those who left it"
    assert weights.warnings == (told,)
    # Without events later, or with the last of the stratum having the event, nothing is lost
    assert compute_stratified_weights(follow_up("10? 45 30 40"), FOUR).warnings == ()
    assert compute_stratified_weights(follow_up("10 50? 30 40"), FOUR).warnings == ()


def test_a_covariate_that_tells_who_leaves_is_told() -> None:
    of = follow_up(TWELVE)
    left = compute_cox_weights(of, of.informative[:, None].astype(np.float64), names=["GOES"])
    assert left.warnings == ("the coefficient of GOES is infinite: at one end of it nobody left",)
    assert np.isfinite(left.weight).all()


def test_covariates_that_say_the_same_are_told() -> None:
    of, age = follow_up(TWELVE), np.arange(12.0) % 5
    twice = compute_cox_weights(of, np.column_stack([age, 2 * age, age * 0]), names=["A", "B", "C"])
    assert twice.warnings == (
        "B does not vary apart from the others and is left out",
        "C does not vary apart from the others and is left out",
    )
    np.testing.assert_allclose(
        twice.weight, compute_cox_weights(of, age[:, None], names=["A"]).weight, rtol=1e-8
    )


def test_more_covariates_than_subjects_at_risk_do_not_converge() -> None:
    of = follow_up("1 0 0? 0")
    covariates = np.array([[0.0, 2, 2], [1, 0, 3], [1, 1, 0], [3, 0, 3]])
    with pytest.raises(ArithmeticError, match="on A, B, C does not converge"):
        compute_cox_weights(of, covariates, names=["A", "B", "C"])


@pytest.mark.parametrize("text", ["", "5", "5?", "5+", "5? 6?", "5? 6", "5 5? 5+", "0 0? 3"])
def test_few_subjects_are_defined(text: str) -> None:
    of, n = follow_up(text), len(text.split())
    by_cox = compute_cox_weights(of, column(*range(n)), names=["AGE"])
    by_strata = compute_stratified_weights(of, np.arange(n))
    for weights in (by_cox, by_strata):
        assert weights.weight.shape == (n, len(np.unique(of.time_days[of.event])))
        assert np.isfinite(weights.weight).all()


def test_what_cannot_be_weighed_is_refused() -> None:
    of: Any = follow_up("10? 20 30 40")
    with pytest.raises(ValueError, match=r"covariates have shape \(3, 1\); expected \(4, 1\)"):
        compute_cox_weights(of, column(1, 2, 3), names=["AGE"])
    with pytest.raises(ValueError, match="1 subjects have a covariate that is missing"):
        compute_cox_weights(of, column(1, 2, 3, float("nan")), names=["AGE"])
    with pytest.raises(ValueError, match=r"stratum has shape \(1,\); expected \(4,\)"):
        compute_stratified_weights(of, np.array(["A"]))
    with pytest.raises(ValueError, match="at_most is 1; expected more than 1"):
        compute_stratified_weights(of, FOUR, at_most=1)
    with pytest.raises(ValueError, match=r"at_most is 0.5; expected more than 1"):
        compute_cox_weights(follow_up("10 20"), column(1, 2), names=["AGE"], at_most=0.5)
