"""Predictive probability, BOP2 and toxicity boundaries against print and other software."""

from itertools import pairwise
from math import comb
from typing import Any

import pytest
from scipy.special import beta, betaincc

from tests.reference import reference
from topline.design.goal import Goal
from topline.design.one_arm_binary.bop2 import bop2_boundaries, find_bop2
from topline.design.one_arm_binary.boundaries import compute_operating
from topline.design.one_arm_binary.predictive_probability import (
    Prior,
    compute_posterior,
    compute_predictive,
    find_predictive,
    predictive_of,
    responders_for,
)
from topline.design.one_arm_binary.toxicity_boundary import (
    bayesian_boundary,
    find_pocock_boundary,
)
from topline.errors import UsageError

LEE_LIU = reference("lee_liu_2008")


def test_posterior_is_the_printed_one() -> None:
    said = LEE_LIU["posterior"]
    found = compute_posterior(said["x"], said["n"], said["rate"], Prior(*said["prior"]))
    assert round(found, 4) == said["value"]


def test_predictive_probability_is_the_printed_one() -> None:
    said = LEE_LIU["predictive"]
    prior = Prior(*said["prior"])
    needed = responders_for(said["n_max"], said["rate"], said["theta"], prior)
    found = compute_predictive(said["n_max"], needed, prior)[said["n"], said["x"]]
    assert round(float(found), 4) == said["value"]


def test_predictive_probability_is_a_sum_of_beta_binomials() -> None:
    a, b, x, n, top, needed = 0.6, 0.4, 7, 15, 24, 13
    m = top - n
    by_hand = sum(
        comb(m, y) * beta(a + x + y, b + n - x + m - y) / beta(a + x, b + n - x)
        for y in range(needed - x, m + 1)
    )
    found = compute_predictive(top, needed, Prior(a, b))[n, x]
    assert found == pytest.approx(by_hand, rel=1e-12)


def test_design_of_36_subjects_is_the_printed_one() -> None:
    said = LEE_LIU["design"]
    design = predictive_of(
        Goal(*said["goal"]), Prior(*said["prior"]), needed=11, theta_low=said["theta_low"],
        looks=range(said["first_look"], said["n_max"] + 1),
    )  # fmt: skip
    looks = list(zip(design.boundaries.futility, design.boundaries.looks, strict=True))
    steps = [looks[0]] + [b for a, b in pairwise(looks) if b[0] > a[0]]
    assert [list(step) for step in steps] == said["steps"]
    assert design.null.success == pytest.approx(said["alpha"], abs=1e-8)
    assert design.alternative.success == pytest.approx(said["power"], abs=5e-4)
    assert design.null.expected == pytest.approx(said["expected"], abs=5e-3)
    assert design.null.early == pytest.approx(said["early"], abs=5e-3)
    low, high = design.theta_target
    assert low < said["theta_target"][0] <= said["theta_target"][1] < high


def test_search_takes_as_few_subjects_as_the_print_and_stops_sooner() -> None:
    said = LEE_LIU["design"]
    found = find_predictive(Goal(*said["goal"]), Prior(*said["prior"]))
    assert (found.boundaries.n, found.boundaries.needed) == (36, 11)
    assert found.null.success <= 0.1
    assert found.alternative.success >= 0.9
    assert found.null.expected < said["expected"]


def test_a_larger_theta_would_lose_the_power() -> None:
    goal, prior = Goal(0.2, 0.4, 0.1, 0.9), Prior(0.2, 0.8)
    found = find_predictive(goal, prior)
    looks = found.boundaries.looks
    more = predictive_of(goal, prior, 11, found.theta_low * 1.5, looks)
    assert more.alternative.success < 0.9


def test_too_few_subjects_for_a_predictive_design_get_a_sentence() -> None:
    with pytest.raises(UsageError, match="no predictive probability design of at most 20"):
        find_predictive(Goal(0.2, 0.4, 0.1, 0.9), Prior(0.2, 0.8), n_max=20)
    with pytest.raises(UsageError, match="prior's a is 0"):
        Prior(0, 1)


def test_bop2_boundaries_are_those_of_the_posterior() -> None:
    look = bop2_boundaries([10, 20, 40], null=0.2, scale=0.95, shape=0.8)
    for n, low in zip(look.looks, look.futility, strict=True):
        limit = 0.95 * (n / 40) ** 0.8
        assert betaincc(0.2 + low, 0.8 + n - low, 0.2) < limit
        assert betaincc(0.2 + low + 1, 0.8 + n - low - 1, 0.2) >= limit


def test_bop2_has_the_largest_power_of_the_grid() -> None:
    goal, looks = Goal(0.2, 0.4, 0.1, 0.8), [10, 20, 30]
    found = find_bop2(goal, looks, step=0.1)
    best = 0.0
    for scale in (0.5, 0.6, 0.7, 0.8, 0.9):
        for shape in (i / 10 for i in range(11)):
            look = bop2_boundaries(looks, 0.2, scale, shape)
            if compute_operating(look, 0.2).success <= 0.1:
                best = max(best, compute_operating(look, 0.4).success)
    assert found.alternative.success == pytest.approx(best)
    assert bop2_boundaries(looks, 0.2, found.scale, found.shape) == found.boundaries


def test_bop2_without_the_power_says_the_largest() -> None:
    with pytest.raises(UsageError, match=r"largest power with that alpha is 0\.\d+"):
        find_bop2(Goal(0.2, 0.4, 0.05, 0.95), [10, 20])


@pytest.mark.parametrize("row", reference("clinfun_designs")["toxicity"], ids=str)
def test_pocock_boundaries_are_clinfuns(row: dict[str, Any]) -> None:
    found = find_pocock_boundary(row["acceptable"], row["looks"], row["crossing"])
    assert [stop - 1 for stop in found.stop_at] == row["most"]
    for rate, crosses, expected in zip(row["rates"], row["crosses"], row["expected"], strict=True):
        at = found.operating(rate)
        assert at.success == pytest.approx(crosses, abs=6e-4)
        assert at.expected == pytest.approx(expected, abs=0.06)


def test_continuous_boundary_is_clinfuns() -> None:
    said = reference("clinfun_designs")["continuous"]
    looks = range(said["first"], said["last"] + 1)
    found = find_pocock_boundary(said["acceptable"], looks, said["crossing"])
    assert [[stop - 1, last] for stop, _, last in found.changes] == said["steps"]
    for rate, crosses in zip(said["rates"], said["crosses"], strict=True):
        assert found.operating(rate).success == pytest.approx(crosses, abs=6e-4)


def test_bayesian_boundary_by_hand() -> None:
    found = bayesian_boundary(0.3, [4, 8], limit=0.9, prior=Prior(1, 1))
    for n, stop in zip(found.looks, found.stop_at, strict=True):
        assert betaincc(1 + stop, 1 + n - stop, 0.3) > 0.9
        assert betaincc(stop, 2 + n - stop, 0.3) <= 0.9


def test_toxicity_boundaries_refuse_nonsense() -> None:
    with pytest.raises(UsageError, match="acceptable rate of toxicity is 0"):
        find_pocock_boundary(0.0, [10])
    with pytest.raises(UsageError, match="take rising numbers"):
        bayesian_boundary(0.2, [10, 10])
    with pytest.raises(UsageError, match=r"no boundary stops with a probability of 0\.001"):
        find_pocock_boundary(0.5, [1, 2], 0.001)
