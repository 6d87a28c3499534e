from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.reference import reference
from tests.stats.arrays import floats
from tests.stats.follow_ups import follow_up, made_of, patients
from topline.stats.survival.informative_censoring import (
    FollowUp,
    compute_best_case,
    compute_delta_adjusted,
    compute_worst_case,
    find_tipping_delta,
)
from topline.stats.survival.kaplan_meier import KaplanMeier, compute_kaplan_meier

STUDIES: list[dict[str, Any]] = reference("informative_censoring")["studies"]
FOUR = "10 20? 30 40+"
INFINITE = float("inf")


def study(case: dict[str, Any]) -> FollowUp:
    status = np.array(case["status"])
    return FollowUp(np.array(case["time"]), status == 1, status == 2)


def plain(of: FollowUp) -> KaplanMeier:
    return compute_kaplan_meier(of.time_days, of.event)


def shares(curve: KaplanMeier, days: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.array([curve.rate_at(float(day)).estimate for day in days])


@pytest.mark.parametrize("number", range(len(STUDIES)))
def test_worst_and_best_case_agree_with_r(number: int) -> None:
    case = STUDIES[number]
    for compute, name in ((compute_worst_case, "worst"), (compute_best_case, "best")):
        got = compute(study(case))
        assert got.time_days.tolist() == case[name]["days"]
        np.testing.assert_allclose(got.survival, floats(case[name]["survival"]), atol=1e-14)


@pytest.mark.parametrize("number", range(len(STUDIES)))
def test_delta_adjusted_curves_agree_with_r(number: int) -> None:
    # R: Aalen-Johansen shares and Kaplan-Meier powers; variance by a numerical jackknife
    for expected in STUDIES[number]["delta"]:
        got = compute_delta_adjusted(study(STUDIES[number]), expected["delta"])
        np.testing.assert_allclose(got.survival, floats(expected["survival"]), atol=1e-13)
        falls = got.survival > 1e-9
        np.testing.assert_allclose(
            got.std_error[falls], floats(expected["std_error"])[falls], atol=1e-8
        )


def test_bounds_by_hand() -> None:
    # Ten to forty: one event, one who left, one event, one censored at the end
    assert compute_worst_case(follow_up(FOUR)).survival.tolist() == [0.75, 0.5, 0.25, 0.25]
    best = compute_best_case(follow_up(FOUR))
    assert best.time_days.tolist() == [10, 30, 40]  # who left is followed to day 40
    np.testing.assert_allclose(best.survival, [3 / 4, 3 / 4 * 2 / 3, 1 / 2])


@pytest.mark.parametrize(
    ("delta", "left_free"),
    [(1, Fraction(1, 2)), (2, Fraction(1, 4)), (3, Fraction(1, 8)), (INFINITE, Fraction(0))],
)
def test_who_left_meets_a_power_of_the_days_share(delta: float, left_free: Fraction) -> None:
    # On day 30 one of the two followed has the event: a quarter left, a quarter stays free
    got = compute_delta_adjusted(follow_up(FOUR), delta)
    expected = [Fraction(3, 4), Fraction(3, 4), Fraction(1, 4) * (1 + left_free)]
    assert got.survival[:3] == pytest.approx([float(s) for s in expected], rel=1e-14)


def test_the_hazard_of_a_day_is_not_met_by_those_who_leave_on_it() -> None:
    # Day 10: one event, one leaves; day 20: one of the last two. Left: a quarter, half of it free
    got = compute_delta_adjusted(follow_up("10 10? 20 30+"), delta=2)
    assert got.survival.tolist() == [0.75, 0.25 + 0.25 / 4, 0.25 + 0.25 / 4]


def test_leaving_after_the_last_event_costs_nothing() -> None:
    late = follow_up("10 20 30? 40+")
    np.testing.assert_array_equal(
        compute_delta_adjusted(late, INFINITE).survival, plain(late).survival
    )
    assert compute_worst_case(late).survival[-1] == 0.25


def test_many_imputations_come_to_the_closed_form() -> None:
    # Lipkovich 2016: impute an event day for who left, its hazard (1 - h)^delta a day; pool
    of, delta, generator = (
        follow_up("10 20? 30 30? 40 50 60? 70 80+ 80+"),
        2.0,
        np.random.default_rng(1),
    )
    curve = plain(of)
    hazard = curve.event_counts / curve.number_at_risk
    days, free, draws = curve.time_days, np.zeros(len(curve.time_days)), 20_000
    for day, left in zip(of.time_days, of.informative, strict=True):
        if not left:
            free += draws * ((days < day) | ((days == 80) & (day == 80)))
            continue
        meets = np.where(days > day, 1 - (1 - hazard) ** delta, 0)
        free += np.cumprod(generator.random((draws, len(days))) >= meets, axis=1).sum(axis=0)
    pooled = free / (draws * len(of.time_days))
    np.testing.assert_allclose(
        compute_delta_adjusted(of, delta).survival, pooled, atol=4 * 0.5 / np.sqrt(draws)
    )


def test_tipping_delta_by_hand() -> None:
    # The share on day 30 is 1/4 + 1/4 * 2^-delta, which is 0.3 at delta = log2(5)
    def is_tipped(curve: KaplanMeier) -> bool:
        return curve.rate_at(30).estimate < 0.3

    got = find_tipping_delta(follow_up(FOUR), is_tipped, largest=10)
    assert got.delta == pytest.approx(np.log2(5), abs=1e-8)
    assert got.warnings == ()


@pytest.mark.parametrize(
    ("share", "delta", "warning"),
    [
        (0.5, 1, "the conclusion holds no longer at delta 1"),
        (0.255, float("nan"), "delta 5 does not tip, a larger one does"),
        (0.25, float("nan"), "delta 5 does not tip, nor does any other"),
    ],
)
def test_a_delta_that_is_not_found_says_why(share: float, delta: float, warning: str) -> None:
    def is_tipped(curve: KaplanMeier) -> bool:
        return curve.rate_at(30).estimate < share

    got = find_tipping_delta(follow_up(FOUR), is_tipped, largest=5)
    np.testing.assert_equal(got.delta, delta)
    assert got.warnings[0].startswith(warning)


def test_median_tips_where_the_share_passes_a_half() -> None:
    # On day 30 three of seven are followed and the one gone is free by (4/5 * 3/4)^delta: the
    # share is a half, and the median no longer day 40, at delta = log(1/2) / log(3/5)
    of = follow_up("10 15? 20 30 40 50+ 60+")
    got = find_tipping_delta(of, lambda curve: curve.median().estimate < 40, largest=50)
    assert got.delta == pytest.approx(np.log(1 / 2) / np.log(3 / 5), abs=1e-6)
    assert compute_delta_adjusted(of, 1).median().estimate == 40
    assert compute_delta_adjusted(of, 2).median().estimate == 30


def test_nobody_and_lone_subjects_are_defined() -> None:
    for compute in (compute_worst_case, compute_best_case):
        assert compute(follow_up("")).warnings == ("not estimable: no subjects",)
    empty = compute_delta_adjusted(follow_up(""), 2)
    assert (empty.n, empty.warnings) == (0, ("not estimable: no subjects",))
    for text in ("5", "5?", "5+", "5? 5?", "0 0?"):
        assert compute_delta_adjusted(follow_up(text), 3).n == len(text.split())
    assert compute_worst_case(follow_up("5? 6?")).survival.tolist() == [0.5, 0]


def test_impossible_subjects_are_refused() -> None:
    days, some = np.array([1, 2]), np.array([True, False])
    with pytest.raises(ValueError, match="1 subjects have the event and left before it"):
        FollowUp(days, some, some)
    with pytest.raises(ValueError, match=r"informative is int64 of shape \(2,\); expected bool"):
        FollowUp(days, some, np.array([0, 1]))  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match=r"expected bool of shape \(2,\)"):
        FollowUp(days, some, np.array([True]))
    with pytest.raises(ValueError, match="expected whole days"):
        FollowUp(np.array([1.5, 2]), some, ~some)  # pyright: ignore[reportArgumentType]
    for delta in (0.5, float("nan")):
        with pytest.raises(ValueError, match="expected at least 1"):
            compute_delta_adjusted(follow_up(FOUR), delta)
    with pytest.raises(ValueError, match="'cubic'; choose one of"):
        compute_delta_adjusted(follow_up(FOUR), 2, transform="cubic")  # pyright: ignore[reportArgumentType]


@given(patients)
def test_delta_1_is_the_plain_curve_with_its_limits(rows: list[tuple[int, str]]) -> None:
    of = made_of(rows)
    got, expected = compute_delta_adjusted(of, 1), plain(of)
    for name in ("time_days", "number_at_risk", "event_counts", "censored_counts"):
        np.testing.assert_array_equal(getattr(got, name), getattr(expected, name))
    for name in ("survival", "std_error", "lower", "upper"):
        np.testing.assert_allclose(getattr(got, name), getattr(expected, name), atol=1e-12)
    np.testing.assert_array_equal(got.median().estimate, expected.median().estimate)


@given(patients, st.lists(st.floats(1, 50), min_size=2, max_size=2))
def test_curves_keep_their_order(rows: list[tuple[int, str]], deltas: list[float]) -> None:
    of = made_of(rows)
    curves = [
        compute_worst_case(of),
        compute_delta_adjusted(of, INFINITE),
        *(compute_delta_adjusted(of, delta) for delta in sorted(deltas, reverse=True)),
        plain(of),
        compute_best_case(of),
    ]
    days = np.unique(of.time_days)
    for lower, upper in pairwise(curves):
        assert (shares(lower, days) <= shares(upper, days) + 1e-12).all()


@given(patients, st.floats(1, 50))
def test_without_leaving_every_curve_is_the_plain_one(
    rows: list[tuple[int, str]], delta: float
) -> None:
    of = made_of([(day, end.replace("?", "+")) for day, end in rows])
    expected = plain(of)
    for got in (
        compute_worst_case(of),
        compute_best_case(of),
        compute_delta_adjusted(of, delta),
        compute_delta_adjusted(of, INFINITE),
    ):
        for name in ("survival", "lower", "upper"):
            np.testing.assert_allclose(getattr(got, name), getattr(expected, name), atol=1e-12)


@given(patients, st.floats(1, 20), st.randoms(use_true_random=False))
def test_order_of_subjects_changes_nothing(
    rows: list[tuple[int, str]], delta: float, random: Any
) -> None:
    shuffled = rows.copy()
    random.shuffle(shuffled)
    one, other = (compute_delta_adjusted(made_of(some), delta) for some in (rows, shuffled))
    np.testing.assert_array_equal(one.survival, other.survival)
    np.testing.assert_array_equal(one.lower, other.lower)
