"""Three-stage designs against every design gone through in whole numbers."""

from fractions import Fraction

import pytest

from tests.design.brute_force import three_stage_designs
from topline.design.goal import Goal
from topline.design.one_arm_binary.simon import find_simon
from topline.design.one_arm_binary.three_stage import ThreeStage, find_three_stage
from topline.errors import UsageError


def numbers(design: ThreeStage) -> list[int]:
    look = design.boundaries
    return [x for pair in zip(look.futility, look.looks, strict=True) for x in pair]


@pytest.mark.parametrize(
    ("goal", "most"),
    [((2, 10, 2, 14), 9), ((4, 13, 2, 14), 10), ((1, 8, 2, 15), 10), ((10, 17, 4, 14), 9)],
)
def test_search_equals_every_design_in_whole_numbers(goal: tuple[int, ...], most: int) -> None:
    p0, p1, alpha, power = (Fraction(x, 20) for x in goal)
    every = sorted(three_stage_designs((p0, p1, alpha, power), most))
    assert every
    found = find_three_stage(Goal(float(p0), float(p1), float(alpha), float(power)), most)
    least = every[0][0]
    assert found.optimal.null.expected == pytest.approx(float(least), rel=1e-12)
    assert tuple(numbers(found.optimal)) in [d for size, d in every if size == least]
    smallest = min(d[5] for _, d in every)
    first = min(size for size, d in every if d[5] == smallest)
    assert found.minimax.boundaries.n == smallest
    assert found.minimax.null.expected == pytest.approx(float(first), rel=1e-12)


@pytest.mark.parametrize("goal", [(0.05, 0.25, 0.05, 0.8), (0.1, 0.3, 0.1, 0.9)])
def test_a_third_stage_never_costs_subjects(goal: tuple[float, ...]) -> None:
    three, two = find_three_stage(Goal(*goal), 50), find_simon(Goal(*goal), 50)
    assert three.optimal.null.expected <= two.optimal.null.expected
    assert three.minimax.boundaries.n <= two.minimax.n
    for design in (three.optimal, three.minimax):
        assert design.alpha <= goal[2]
        assert design.power >= goal[3]


def test_too_few_subjects_get_a_sentence() -> None:
    with pytest.raises(UsageError, match="no three stages of at most 10 subjects"):
        find_three_stage(Goal(0.1, 0.3, 0.05, 0.8), 10)
    with pytest.raises(UsageError, match="take at most 120"):
        find_three_stage(Goal(0.1, 0.3, 0.05, 0.8), 121)
