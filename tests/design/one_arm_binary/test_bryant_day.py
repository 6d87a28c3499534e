"""Response and toxicity against the worked example of the paper, and against all designs."""

from fractions import Fraction
from itertools import product

import pytest

from tests.reference import reference
from topline.design.one_arm_binary.boundaries import compute_operating
from topline.design.one_arm_binary.bryant_day import (
    JointGoal,
    compute_joint_operating,
    find_bryant_day,
)
from topline.design.one_arm_binary.two_stage import two_looks
from topline.errors import UsageError


def test_design_is_that_of_the_worked_example() -> None:
    said = reference("bryant_day_1995")
    toxic, acceptable = (round(1 - q, 6) for q in said["freedom_from_toxicity"])
    goal = JointGoal(
        *said["response"], toxic, acceptable, said["alpha"], said["alpha"], 1 - said["beta"]
    )
    found = find_bryant_day(goal, 40)
    for name in ("n1", "n", "r1", "r", "t1", "t"):
        assert getattr(found, name) == said[name]
    assert round(found.expected, 1) == said["expected"]


def test_search_goes_through_all() -> None:
    goal = JointGoal(0.2, 0.7, 0.6, 0.15, 0.2, 0.2, 0.7)
    best = float("inf")
    for n in range(2, 11):
        for n1 in range(1, n):
            looks = [
                (two_looks(n1, r1, n, r + 1))
                for r1, r in product(range(-1, n1), range(n))
                if r > r1
            ]
            part = {}
            for name, rates in (("r", (0.2, 0.7)), ("t", (0.4, 0.85))):
                part[name] = [[compute_operating(look, p) for p in rates] for look in looks]
            for (r0, r1), (t0, t1) in product(part["r"], part["t"]):
                errors = r0.success * t1.success <= 0.2 and r1.success * t0.success <= 0.2
                if errors and r1.success * t1.success >= 0.7:
                    on = max((1 - r0.early) * (1 - t1.early), (1 - r1.early) * (1 - t0.early))
                    best = min(best, n1 + on * (n - n1))
    assert find_bryant_day(goal, 10).expected == pytest.approx(best, rel=1e-9)


def test_association_by_hand() -> None:
    # One subject a stage, both needed twice: success is P(response and no toxicity) squared.
    goal = JointGoal(0.2, 0.7, 0.6, 0.15, 0.5, 0.5, 0.3)
    design = find_bryant_day(goal, 3)
    success, on = compute_joint_operating(design, 0.5, 0.5, odds_ratio=1.0)
    assert 0 < success <= on <= 1
    # With an odds ratio of 9 and rates of 1/2 the cells are 3/8, 1/8, 1/8, 3/8.
    more, _ = compute_joint_operating(design, 0.5, 0.5, odds_ratio=9.0)
    assert more > success


def test_independence_is_the_product() -> None:
    design = find_bryant_day(JointGoal(0.1, 0.3, 0.3, 0.1, 0.1, 0.1, 0.8))
    success, _ = compute_joint_operating(design, 0.3, 0.1)
    assert success == pytest.approx(design.power, rel=1e-12)
    assert Fraction(design.n1, design.n) < 1


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((0.5, 0.3, 0.4, 0.2), "it has to lie above"),
        ((0.3, 0.5, 0.2, 0.4), "the acceptable one has to lie below"),
        ((0.3, 0.5, 0.4, 0.0), "acceptable toxicity rate is 0"),
    ],
)
def test_nonsense_is_refused(numbers: tuple[float, ...], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        JointGoal(*numbers)


def test_too_few_subjects_get_a_sentence() -> None:
    with pytest.raises(UsageError, match="no two stages of at most 10 subjects"):
        find_bryant_day(JointGoal(0.3, 0.5, 0.4, 0.2), 10)
