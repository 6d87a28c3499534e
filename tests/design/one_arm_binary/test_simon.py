"""Two-stage designs against print, R and every design gone through in whole numbers."""

import random
from fractions import Fraction
from typing import Any

import pytest

from tests.design.brute_force import two_stage_designs
from tests.reference import reference
from topline.design.goal import Goal
from topline.design.one_arm_binary.efficacy_stop import find_stopping_for_success
from topline.design.one_arm_binary.rational import compute_exact_success
from topline.design.one_arm_binary.simon import find_simon
from topline.design.one_arm_binary.simon_search import search_two_stages
from topline.design.one_arm_binary.two_stage import (
    TwoStage,
    attained_two_stage,
    two_stage_of,
)
from topline.design.one_arm_binary.two_stage_dropout import compute_two_stage_excluded
from topline.errors import UsageError


def numbers(design: TwoStage) -> list[int]:
    return [design.r1, design.n1, design.needed - 1, design.n]


@pytest.mark.parametrize(
    "row", reference("simon_1989"), ids=lambda r: f"{r['null']}-{r['alternative']}-{r['alpha']}"
)
def test_designs_are_those_of_simons_tables(row: dict[str, Any]) -> None:
    goal = Goal(row["null"], row["alternative"], row["alpha"], round(1 - row["beta"], 6))
    found = find_simon(goal, 120)
    for design, printed in ((found.optimal, row["optimal"]), (found.minimax, row["minimax"])):
        assert numbers(design) == printed[:4]
        assert design.null.expected == pytest.approx(printed[4], abs=0.06)


@pytest.mark.parametrize(
    "row", reference("clinfun_designs")["admissible"], ids=lambda r: str(r["goal"])
)
def test_admissible_designs_are_clinfuns(row: dict[str, Any]) -> None:
    found = find_simon(Goal(*row["goal"]), 150).admissible
    assert [numbers(each.design) for each in found] == [r[:4] for r in row["designs"]]
    for each, (*_, expected, early, low, high) in zip(found, row["designs"], strict=True):
        assert each.design.null.expected == pytest.approx(expected, abs=0.006)
        assert each.design.null.early == pytest.approx(early, abs=6e-5)
        assert (each.weight_from, each.weight_to) == pytest.approx((low, high), abs=6e-4)


@pytest.mark.parametrize("row", reference("designs")["two_stages"], ids=lambda r: str(r["goal"]))
def test_search_finds_what_r_finds_by_going_through_all(row: dict[str, Any]) -> None:
    found = find_simon(Goal(*row["goal"]), row["most"])
    assert numbers(found.optimal) == row["optimal"]
    assert numbers(found.minimax) == row["minimax"]
    assert found.optimal.null.expected == pytest.approx(row["expected"], rel=1e-12)


def _cases(count: int, most: int) -> list[tuple[tuple[Fraction, ...], int]]:
    chance = random.Random(20240101)
    cases: list[tuple[tuple[Fraction, ...], int]] = []
    for _ in range(count):
        null = chance.randint(1, 14)
        alternative = chance.randint(null + 3, min(19, null + 9))
        rates = (Fraction(null, 20), Fraction(alternative, 20))
        errors = (Fraction(chance.choice([1, 2, 4, 6]), 20), Fraction(chance.randint(12, 18), 20))
        cases.append(((*rates, *errors), chance.randint(6, most)))
    return cases


def _compare(goal: tuple[Fraction, ...], most: int) -> bool:
    p0, p1, alpha, power = goal
    every = sorted(two_stage_designs((p0, p1, alpha, power), most))
    found = search_two_stages(Goal(*map(float, goal)), most)
    if not every:
        assert found == []
        return False
    least = every[0][0]
    best = [d for size, d in every if size == least]
    last = found[-1]
    assert last.expected == pytest.approx(float(least), rel=1e-12)
    assert (last.r1, last.n1, last.needed - 1, last.n) in best
    smallest = min(d[3] for _, d in every)
    first = min(size for size, d in every if d[3] == smallest)
    assert found[0].n == smallest
    assert found[0].expected == pytest.approx(float(first), rel=1e-12)
    records: list[tuple[int, Fraction]] = []
    for n in sorted({d[3] for _, d in every}):
        size = min(size for size, d in every if d[3] == n)
        if not records or size < records[-1][1]:
            records.append((n, size))
    assert [f.n for f in found] == [n for n, _ in records]
    return True


def test_search_equals_every_design_in_whole_numbers_on_300_sets() -> None:
    assert sum(_compare(goal, most) for goal, most in _cases(300, 13)) > 100


@pytest.mark.slow
def test_search_equals_every_design_in_whole_numbers_on_larger_sets() -> None:
    assert sum(_compare(goal, most) for goal, most in _cases(120, 24)) > 60


def test_alpha_and_power_are_those_of_whole_numbers() -> None:
    design = find_simon(Goal(0.1, 0.3, 0.05, 0.8)).optimal
    for rate, found in ((0.1, design.alpha), (0.3, design.power)):
        exact = compute_exact_success(design.boundaries, rate)
        assert found == pytest.approx(float(exact), rel=1e-12)


def test_tolerance_of_others_is_not_taken() -> None:
    # An R package that allows 0.005 above alpha and beta calls 1/14, 4/21 minimax; its alpha is
    # 0.0511 and its power 0.796, so it is none here.
    goal = Goal(0.1, 0.3, 0.05, 0.8)
    loose = two_stage_of(goal, n1=14, r1=1, n=21, needed=5)
    assert (loose.alpha, 1 - loose.power) == pytest.approx((0.0511412, 0.2037056), abs=1e-7)
    assert not loose.meets_goal
    assert find_simon(goal).minimax.n == 25


def test_stopping_for_success_is_that_of_mander_and_thompson() -> None:
    said = reference("mander_thompson")
    found = find_stopping_for_success(Goal(*said["goal"]), 30)
    for design, printed in ((found.optimal, said["optimal"]), (found.minimax, said["minimax"])):
        assert design.enough is not None
        assert (design.n, design.n1, design.r1) == (printed["n"], printed["n1"], printed["r1"])
        assert design.needed == printed["r"] + 1
        assert design.enough == printed["success_above"] + 1
        assert design.null.expected == pytest.approx(printed["expected"], abs=0.05)
        assert design.null.early == pytest.approx(printed["early_null"], abs=0.005)
        assert design.alpha == pytest.approx(printed["alpha"], abs=5e-4)
        assert 1 - design.power == pytest.approx(printed["beta"], abs=5e-3)


@pytest.mark.parametrize("under", ["null", "alternative"])
def test_stopping_for_success_goes_through_all(under: Any) -> None:
    goal = Goal(0.2, 0.6, 0.1, 0.8)
    best, smallest = float("inf"), 99
    for n in range(2, 13):
        for n1 in range(1, n):
            for r1 in range(n1):
                for enough in range(r1 + 2, n1 + 2):
                    for needed in range(r1 + 1, n + 1):
                        d = two_stage_of(goal, n1, r1, n, needed, enough)
                        if d.meets_goal:
                            size = (d.null if under == "null" else d.alternative).expected
                            best, smallest = min(best, size), min(smallest, n)
    found = find_stopping_for_success(goal, 12, under)
    at = found.optimal.null if under == "null" else found.optimal.alternative
    assert at.expected == pytest.approx(best, rel=1e-12)
    assert found.minimax.n == smallest
    assert found.optimal.meets_goal
    assert found.minimax.meets_goal


class TestDropOut:
    """Boundaries re-derived for the subjects that were evaluated."""

    planned = two_stage_of(Goal(0.1, 0.3, 0.05, 0.8), n1=10, r1=1, n=29, needed=6)

    def test_attained_as_planned_is_the_plan(self) -> None:
        again = attained_two_stage(self.planned, 10, 29)
        assert again is not None
        assert numbers(again) == numbers(self.planned)

    @pytest.mark.parametrize(("n1", "n"), [(8, 29), (10, 25), (12, 33), (10, 12), (3, 4)])
    def test_attained_boundaries_keep_alpha(self, n1: int, n: int) -> None:
        attained = attained_two_stage(self.planned, n1, n)
        if attained is None:
            assert n == 4  # not even 4 of 4 with the first stage passed? it may be None
        else:
            assert attained.alpha <= 0.05
            planned_stop = self.planned.alternative.stop_futility[0]
            assert attained.alternative.stop_futility[0] <= planned_stop + 1e-12

    def test_nobody_drops_out(self) -> None:
        found = compute_two_stage_excluded(self.planned, 10, 29, 0.0)
        assert found.alpha == pytest.approx(self.planned.alpha)
        assert found.power == pytest.approx(self.planned.power)

    def test_excluding_keeps_alpha(self) -> None:
        assert compute_two_stage_excluded(self.planned, 12, 33, 0.1).alpha <= 0.05


@pytest.mark.parametrize(
    ("goal", "n_max", "words"),
    [
        (Goal(0.2, 0.35, 0.05, 0.95), 50, "95 are the fewest that do"),
        (Goal(0.2, 0.25, 0.01, 0.99), 1000, "nor of at most 1000|no two stages of at most 1000"),
        (Goal(0.1, 0.3, 0.05, 0.8), 1, "take at least 2"),
        (Goal(0.1, 0.3, 0.05, 0.8), 5000, "take at most 1000"),
    ],
)
def test_impossible_asks_get_a_sentence(goal: Goal, n_max: int, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        find_simon(goal, n_max)


def test_numbers_that_are_no_design_get_a_sentence() -> None:
    goal = Goal(0.1, 0.3, 0.05, 0.8)
    with pytest.raises(UsageError, match="the second stage needs at least one"):
        two_stage_of(goal, 10, 1, 10, 3)
    with pytest.raises(UsageError, match="no two stages of at most 10"):
        find_stopping_for_success(goal, 10)
