import math

import numpy as np
import pytest

from tests.stats.cox_examples import AGE, EXPOSED, FIRST, OTHER, data_of
from topline.stats.cox.firth import (
    PenalisedLikelihood,
    maximise_penalised,
    penalised_likelihood,
    penalised_profile,
)
from topline.stats.cox.maximum import determined_part
from topline.stats.cox.profile_limits import find_limit

TWELVE = "3 3+ 5 7 7 7+ 9 12+ 14 14 18+ 20"
SEPARATED = "5 8 8+ 11 12 14 14 20+ 21 25+ 30 30+ 33+ 40+"


def likelihood_of(
    text: str, *values: object, ties: str = "efron", stratum: str | None = None
) -> PenalisedLikelihood:
    data = data_of(text, *values, stratum=stratum)  # pyright: ignore
    kept, _ = determined_part(data, ties)  # pyright: ignore
    return penalised_likelihood(kept, ties)  # pyright: ignore


def test_one_event_of_two_patients_by_hand() -> None:
    # log p + log(p (1 - p)) / 2 with p = w / (w + 1) is largest at p = 3/4
    of = likelihood_of("1 2+", [1, 0])
    best = maximise_penalised(of, np.zeros(1))
    assert best.converged
    assert best.coefficients[0] == pytest.approx(math.log(3), rel=1e-12)
    assert best.covariance[0, 0] == pytest.approx(16 / 3, rel=1e-12)
    assert best.log_likelihood == pytest.approx(1.5 * math.log(0.75) + 0.5 * math.log(0.25))
    assert of.at(np.zeros(1))[0] == pytest.approx(2 * math.log(0.5))


def test_pairs_are_firths_logistic_regression() -> None:
    # k of n pairs with the event in the exposed: half an event more on either side of each
    for k, n in ((3, 3), (2, 5), (0, 4)):
        days = " ".join(["1", "2+"] * n)
        exposed = [value for i in range(n) for value in ((1, 0) if i < k else (0, 1))]
        of = likelihood_of(days, exposed, stratum="".join(c + c for c in "ABCDE"[:n]))
        best = maximise_penalised(of, np.zeros(1))
        assert best.coefficients[0] == pytest.approx(math.log((k + 0.5) / (n - k + 0.5)), rel=1e-11)


def test_score_is_the_slope_of_the_penalised_likelihood() -> None:
    for ties in ("efron", "breslow"):
        of = likelihood_of(TWELVE, EXPOSED, AGE / 10, ties=ties)
        for place in (np.zeros(2), np.array([1.3, -0.7])):
            slope = [
                (of.at(place + step)[0] - of.at(place - step)[0]) / 2e-5
                for step in 1e-5 * np.eye(2)
            ]
            np.testing.assert_allclose(of.at(place)[1], slope, rtol=1e-8, atol=1e-9)


def test_units_move_the_penalised_likelihood_by_a_constant_alone() -> None:
    one = maximise_penalised(likelihood_of(SEPARATED, FIRST, OTHER), np.zeros(2))
    other = maximise_penalised(likelihood_of(SEPARATED, 10 * FIRST, OTHER + 5), np.zeros(2))
    assert other.coefficients * [10, 1] == pytest.approx(one.coefficients, rel=1e-9)
    assert other.log_likelihood == pytest.approx(one.log_likelihood + math.log(10), rel=1e-12)


def test_where_nothing_is_separated_the_penalty_is_small_in_many() -> None:
    rng = np.random.default_rng(3)
    x = rng.integers(0, 2, 400)
    days = rng.exponential(300 * np.exp(-0.7 * x)).astype(int) + 1
    text = " ".join(map(str, days))
    best = maximise_penalised(likelihood_of(text, x), np.zeros(1))
    _, plain = determined_part(data_of(text, x.astype(float)), "efron")
    assert plain.all()
    assert best.coefficients[0] == pytest.approx(0.7, abs=0.2)


def test_a_held_coefficient_stays_and_the_others_are_fitted() -> None:
    of = likelihood_of(SEPARATED, FIRST, OTHER)
    best = maximise_penalised(of, np.zeros(2))
    held = maximise_penalised(of, np.array([1.0, 0.0]), np.array([False, True]))
    assert held.coefficients[0] == 1
    assert abs(held.score[1]) < 1e-9
    assert held.log_likelihood < best.log_likelihood
    value, slope = penalised_profile(of, best, 0)(1.0)
    assert (value, slope) == pytest.approx((held.log_likelihood, held.score[0]), rel=1e-9)
    both = maximise_penalised(of, np.array([1.0, 2.0]), np.array([False, False]))
    assert (both.converged, both.iterations) == (True, 0)


def test_a_start_from_far_out_finds_the_same() -> None:
    of = likelihood_of(SEPARATED, FIRST, OTHER)
    best = maximise_penalised(of, np.zeros(2))
    far = maximise_penalised(of, np.array([6.0, -3.0]))
    assert far.coefficients == pytest.approx(best.coefficients, rel=1e-9)
    assert of.at(np.array([1e4, 0]))[0] == -math.inf


def test_of_two_tops_of_a_profile_the_higher_gives_the_limit() -> None:
    # With x2 held at 7.09 the others have two tops: 1.92 below the highest, which would be the
    # limit, and higher, 1.61 below it
    of = likelihood_of(
        "3 7 7 10 18+ 20 28+ 35 40+",
        [50.3, 67.2, 55.5, 38.7, 59.0, 61.4, 74.3, 65.2, 55.1],
        [3, 3, 1, 0, 0, 1, 1, 3, 0],
        [0, 1, 1, 0, 0, 1, 1, 0, 0],
    )
    best = maximise_penalised(of, np.zeros(3))
    held, others = 7.09102229654835, np.array([True, False, True])
    low = maximise_penalised(of, np.array([-1.1, held, 12.5]), others)
    assert best.log_likelihood - low.log_likelihood == pytest.approx(3.841458820694124 / 2)
    high = maximise_penalised(of, np.array([-1.2, held, 17.3]), others)
    assert best.log_likelihood - high.log_likelihood == pytest.approx(1.612701, abs=1e-6)
    profile = penalised_profile(of, best, 1)
    limit = find_limit(profile, best.log_likelihood, 1.959963984540054, best.coefficients[1], 1.36)
    assert limit == pytest.approx(7.780276466133785, rel=1e-9)
