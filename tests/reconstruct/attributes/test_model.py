"""Numbers, sums and definitions in the solver's model, recounted from what it finds."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from topline.audit.quantities import Relation, read_relation
from topline.reconstruct.attributes.keep import keep_most, make_solver
from topline.reconstruct.attributes.model import Model
from topline.reconstruct.attributes.targets import NumberOf, Target, What
from topline.reconstruct.conditions import Condition, read_condition
from topline.reconstruct.published import Attribute
from topline.reconstruct.strata import Members

NUMBER = Attribute(least=0, most=12, step=0.1)


def read(text: str) -> Condition:
    condition = read_condition(text)
    assert not isinstance(condition, str)
    return condition


def summary(what: What, low: float, high: float, among: NDArray[np.bool_]) -> Target:
    bounds = Fraction(str(low)), Fraction(str(high))
    return Target((what,), "", "Table", NumberOf(Members(among), "N", what, *bounds), 10.0)


def found(model: Model, targets: list[Target]) -> NDArray[np.float64]:
    kept = keep_most(model, targets, [])
    assert kept.given_up == frozenset()
    return np.array([kept.solver.value(v) / 10 for v in model.numbers["N"]])


@pytest.mark.parametrize("seed", range(8))
def test_median_mean_and_range_are_those_asked_for(seed: int) -> None:
    draw = np.random.default_rng(seed)
    size = int(draw.integers(3, 12))
    hidden = np.round(draw.uniform(0, 12, size), 1)
    part = np.arange(size) < size // 2 + 1
    targets: list[Target] = []
    for among in (np.ones(size, dtype=np.bool_), part):
        own = hidden[among]
        values: dict[What, float] = {
            "median": float(np.median(own)),
            "mean": float(own.mean()),
            "least": float(own.min()),
            "most": float(own.max()),
        }
        for what, value in values.items():
            shown = round(value, 1)
            targets.append(summary(what, round(shown - 0.05, 2), round(shown + 0.05, 2), among))
    numbers = found(Model({"N": NUMBER}, np.where(part, "a", "b")), targets)
    for among in (np.ones(size, dtype=np.bool_), part):
        own, true = numbers[among], hidden[among]
        assert abs(np.median(own) - round(float(np.median(true)), 1)) <= 0.05 + 1e-9
        assert abs(own.mean() - round(float(true.mean()), 1)) <= 0.05 + 1e-9
        assert (own.min(), own.max()) == (true.min(), true.max())


def test_who_has_no_number_counts_in_no_median() -> None:
    model = Model({"N": NUMBER, "K": Attribute()}, np.array(["a"] * 4))
    model.known["N"] = read("K")
    model.rule(read("N = 1 implies not K"))
    model.add_up(relation("N + K = 2"))
    target = summary("median", 1, 1, np.ones(4, dtype=np.bool_))
    kept = keep_most(model, [target], [])
    assert kept.given_up == frozenset({0}), "who has a number has 1, and 1 is not known"


def relation(text: str) -> Relation:
    found = read_relation(text)
    assert not isinstance(found, str)
    return found


def test_yes_counts_one_in_a_sum() -> None:
    attributes = {"SITES": Attribute(least=1, most=3), "A": Attribute(), "B": Attribute()}
    model = Model(attributes, np.array(["a"] * 3))
    model.add_up(relation("SITES = A + B"))
    model.rule(read("SITES >= 2"))
    solver = make_solver(5)
    solver.solve(model.model)
    for name in ("A", "B"):
        assert [solver.boolean_value(each) for each in model.yes[name]] == [True] * 3


def test_a_defined_attribute_is_yes_where_its_condition_holds() -> None:
    levels = Attribute(levels=("0", "1", "2", "3"))
    model = Model({"G": levels, "HIGH": Attribute(when="G >= 2")}, np.array(["a"] * 2))
    model.define("HIGH", read("G >= 2"))
    model.rule(read("HIGH and G != 3"))
    solver = make_solver(5)
    solver.solve(model.model)
    assert [solver.boolean_value(each) for each in model.levels["G"]["2"]] == [True, True]
