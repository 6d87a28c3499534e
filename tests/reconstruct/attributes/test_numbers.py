"""Numbers come near usual ones, and what claims and rules say of them still holds."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from topline.reconstruct.attributes.keep import keep_most
from topline.reconstruct.attributes.model import Model
from topline.reconstruct.attributes.numbers import near_usual
from topline.reconstruct.attributes.prior import draw_usual
from topline.reconstruct.attributes.targets import CountOf, NumberOf, Target, What
from topline.reconstruct.conditions import condition_of
from topline.reconstruct.published import Attribute
from topline.reconstruct.strata import Members

SIZE = 40
HIGH = Attribute(share=0.5)
N = Attribute(least=0, most=100, around=50, spread=20)


def summary(what: What, value: float) -> Target:
    low, high = Fraction(str(value - 0.5)), Fraction(str(value + 0.5))
    everybody = Members(np.ones(SIZE, dtype=np.bool_))
    return Target((what,), "", "Table", NumberOf(everybody, "N", what, low, high), 10.0)


def high_ones(n: int) -> Target:
    everybody = Members(np.ones(SIZE, dtype=np.bool_))
    return Target(("high",), "", "Table", CountOf(everybody, condition_of("HIGH"), n, n), 10.0)


def spread_out(seed: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Numbers after it, with who is high."""
    model = Model({"HIGH": HIGH, "N": N}, np.full(SIZE, "all"))
    model.rule(condition_of("HIGH same as N >= 40"))
    targets = [summary("median", 45), summary("mean", 47), summary("least", 5), summary("most", 90)]
    targets.append(high_ones(26))
    kept = keep_most(model, targets, [])
    for switch in model.switches:
        model.model.add(switch == 1)
    model.model.clear_assumptions()
    found = near_usual(model, {"HIGH": HIGH, "N": N}, kept.solver, np.random.default_rng(seed))
    numbers = np.array([float(found.value(v)) for v in model.numbers["N"]])
    high = np.array([bool(kept.solver.boolean_value(yes)) for yes in model.yes["HIGH"]])
    return numbers, high


@pytest.mark.parametrize("seed", range(2))
def test_claims_and_rules_hold_and_numbers_do_not_heap_up(seed: int) -> None:
    numbers, high = spread_out(seed)
    assert abs(np.median(numbers) - 45) <= 0.5
    assert abs(numbers.mean() - 47) <= 0.5
    assert (numbers.min(), numbers.max()) == (5, 90)
    assert ((numbers >= 40) == high).all()
    _, often = np.unique(numbers, return_counts=True)
    assert often.max() <= 6


def test_a_seed_gives_the_same_numbers() -> None:
    assert (spread_out(3)[0] == spread_out(3)[0]).all()
    assert (spread_out(3)[0] != spread_out(4)[0]).any()


def test_usual_numbers_are_drawn_within_their_bounds_not_put_on_them() -> None:
    narrow = Attribute(least=0, most=10, around=8, spread=4)
    drawn = draw_usual(narrow, 4000, np.random.default_rng(1))
    assert (drawn.min(), drawn.max()) == (0, 10)
    assert (drawn == 10).mean() < 0.1
    assert np.median(drawn) == pytest.approx(6, abs=1)
