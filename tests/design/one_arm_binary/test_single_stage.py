"""Single stages against print, R and whole numbers; the trial that started it all."""

from fractions import Fraction
from typing import Any

import pytest

from tests.reference import reference
from topline.design.goal import Goal
from topline.design.one_arm_binary.boundaries import one_look
from topline.design.one_arm_binary.dropout import (
    DropOut,
    compute_with_excluded,
    compute_with_failures,
    subjects_to_enrol,
)
from topline.design.one_arm_binary.fleming import approximate_single_stage, fleming_boundaries
from topline.design.one_arm_binary.rational import compute_exact_success
from topline.design.one_arm_binary.single_stage import (
    all_single_stages,
    find_single_stage,
    responders_needed,
    single_stage_of,
)
from topline.errors import UsageError

FOUNDING = Goal(null=0.25, alternative=0.5, alpha=0.1, power=0.9)


class TestFoundingTrial:
    """25 % against 50 %, alpha 10 % one-sided, power 90 %, 15 % drop-out, 13 of 35."""

    def test_thirteen_of_35_has_these_exact_errors(self) -> None:
        design = single_stage_of(FOUNDING, 35, 13)
        assert round(design.alpha, 4) == 0.0756
        assert round(design.power, 3) == 0.955
        for rate, found in ((0.25, design.alpha), (0.5, design.power)):
            exact = compute_exact_success(one_look(35, 13), rate)
            assert found == pytest.approx(float(exact), rel=1e-13)

    def test_thirteen_is_the_boundary_of_35(self) -> None:
        assert responders_needed(35, 0.25, 0.1) == 13

    def test_ten_of_26_is_the_smallest_design_and_enrols_31(self) -> None:
        design = find_single_stage(FOUNDING)
        assert (design.n, design.needed) == (26, 10)
        assert subjects_to_enrol(design.n, 0.15) == 31

    def test_power_is_79_percent_if_drop_outs_are_failures(self) -> None:
        assert round(compute_with_failures(one_look(35, 13), 0.5, 0.15).success, 2) == 0.79
        exact = compute_exact_success(one_look(35, 13), Fraction(1, 2) * Fraction(85, 100))
        assert float(exact) == pytest.approx(0.79055915, abs=1e-8)

    def test_n_30_falls_between(self) -> None:
        assert [d.n for d in all_single_stages(FOUNDING, 36)] == [26, 28, 29, *range(31, 37)]


@pytest.mark.parametrize("row", reference("ahern_2001"), ids=lambda row: str(row["goal"]))
def test_smallest_design_is_the_printed_one(row: dict[str, Any]) -> None:
    design = find_single_stage(Goal(*row["goal"]))
    assert (design.n, design.needed) == (row["n"], row["needed"])
    assert (design.alpha, design.power) == pytest.approx((row["alpha"], row["power"]), abs=1e-4)


def test_designs_that_clinfun_lists_are_among_all() -> None:
    said = reference("clinfun_designs")["single"]
    found = {d.n: d for d in all_single_stages(Goal(*said["goal"]), 50)}
    assert min(found) == said["designs"][0][0]
    for n, r, alpha, beta in said["designs"]:
        assert found[n].needed == r + 1
        assert (found[n].alpha, 1 - found[n].power) == pytest.approx((alpha, beta), abs=1e-8)


@pytest.mark.parametrize("seed", range(40))
def test_smallest_is_that_of_whole_numbers(seed: int) -> None:
    null, alternative = 1 + seed % 7, 1 + seed % 7 + 4 + seed % 5
    alpha, power = Fraction(1 + seed % 3, 20), Fraction(8 + seed % 2, 10)
    p0, p1 = Fraction(null, 20), Fraction(alternative, 20)
    found = find_single_stage(Goal(float(p0), float(p1), float(alpha), float(power)))
    for n in range(1, found.n + 1):
        needed = next(
            (a for a in range(n + 1) if compute_exact_success(one_look(n, a), p0) <= alpha), None
        )
        good = needed is not None and compute_exact_success(one_look(n, needed), p1) >= power
        assert good == (n == found.n)
        if good:
            assert needed == found.needed


def test_alpha_exactly_met_is_kept() -> None:
    # 5 of 5 at 1/2 has probability exactly 1/32
    assert responders_needed(5, 0.5, 1 / 32) == 5
    assert responders_needed(5, 0.5, 1 / 32 - 1e-9) is None


def test_excluded_drop_outs_by_hand() -> None:
    # 2 enrolled, each evaluated with 1/2; needed: both of 2, 1 of 1, none of 0. p = 1/2:
    # 1/4 * 1/4 + 1/2 * 1/2 = 5/16
    needed = {0: None, 1: 1, 2: 2}
    assert compute_with_excluded(needed.__getitem__, 2, 0.5, 0.5) == pytest.approx(5 / 16)


def test_without_drop_out_nothing_changes() -> None:
    plain = single_stage_of(FOUNDING, 35).power
    assert compute_with_failures(one_look(35, 13), 0.5, 0).success == pytest.approx(plain)
    again = compute_with_excluded(lambda n: responders_needed(n, 0.25, 0.1), 35, 0.5, 0)
    assert again == pytest.approx(plain)


def test_re_derived_boundary_keeps_alpha_whatever_drops_out() -> None:
    for dropout in (0.05, 0.15, 0.4):
        alpha = compute_with_excluded(lambda n: responders_needed(n, 0.25, 0.1), 35, 0.25, dropout)
        assert alpha <= 0.1


def test_fleming_boundaries_are_the_printed_ones() -> None:
    said = reference("fleming_1982")
    found = fleming_boundaries(said["looks"], said["null"], said["alpha"])
    assert list(found.futility) == said["accept_at_most"]
    assert list(found.success) == said["reject_at_least"]


def test_flemings_approximation_may_miss_what_is_asked_for() -> None:
    design = approximate_single_stage(FOUNDING)
    assert (design.n, design.needed) == (23, 9)
    assert design.power < 0.9


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ((0.5, 0.5, 0.1, 0.9), "alternative has to lie above the null"),
        ((0.5, 0.3, 0.1, 0.9), "alternative has to lie above the null"),
        ((0.0, 0.3, 0.1, 0.9), "null rate is 0; take a number above 0"),
        ((0.2, 1.0, 0.1, 0.9), "alternative rate is 1; take a number"),
        ((0.2, 0.4, 0.0, 0.9), "alpha is 0; take a number above 0"),
        ((0.2, 0.4, 0.1, 1.0), "power is 1; take a number"),
        ((0.2, 0.4, 0.5, 0.4), "power has to be above alpha"),
        ((0.2, float("nan"), 0.1, 0.9), "alternative rate is nan"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(goal: tuple[float, ...], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Goal(*goal)


def test_too_few_subjects_says_how_many_are_enough() -> None:
    with pytest.raises(UsageError, match=r"largest power with that alpha is 0\.820, and 26"):
        find_single_stage(FOUNDING, 20)
    with pytest.raises(UsageError, match="larger trials are not sought"):
        find_single_stage(Goal(0.25, 0.26, 0.1, 0.9))
    with pytest.raises(UsageError, match="at least 3 subjects are needed for any decision"):
        single_stage_of(Goal(0.4, 0.6, 0.1, 0.9), 2)
    for n in (0, -3):
        with pytest.raises(UsageError, match="take at least 1"):
            single_stage_of(FOUNDING, n)
    with pytest.raises(UsageError, match="take at most 35"):
        single_stage_of(FOUNDING, 35, 36)
    with pytest.raises(UsageError, match="take a share from 0 to below 1"):
        DropOut(1.0)
