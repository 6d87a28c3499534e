"""What is given up, held against trying every choice."""

from itertools import combinations, product

import numpy as np
import pytest

from topline.errors import DataError
from topline.reconstruct.attributes.keep import keep_most
from topline.reconstruct.attributes.model import Model
from topline.reconstruct.attributes.targets import CountOf, Target
from topline.reconstruct.conditions import Condition, read_condition
from topline.reconstruct.published import Attribute
from topline.reconstruct.strata import Members

YES = Attribute()
GROUPS = np.array(["a", "a", "a", "b", "b"])


def read(text: str) -> Condition:
    condition = read_condition(text)
    assert not isinstance(condition, str)
    return condition


def target(name: str, are: str, n: int, weight: float, group: str | None = None) -> Target:
    among = Members(np.isin(GROUPS, [group] if group else ["a", "b"]))
    return Target((name,), str(n), "Table", CountOf(among, read(are), n, n), weight)


def lightest(targets: list[Target], rule: str | None) -> float:
    """Try every pair of yes-or-no attributes of five patients."""
    from topline.reconstruct.conditions import holds

    counts: set[tuple[int, ...]] = set()
    for bits in product([False, True], repeat=10):
        columns = {"A": np.array(bits[:5]), "B": np.array(bits[5:])}
        if rule and not holds(read(rule), columns, 5).all():
            continue
        found: list[int] = []
        for each in targets:
            assert isinstance(each.content, CountOf)
            held = holds(each.content.are, columns, 5) & each.content.among.parts
            found.append(int(held.sum()))
        counts.add(tuple(found))
    wanted = [each.content.low for each in targets if isinstance(each.content, CountOf)]
    weights = [each.weight for each in targets]
    return min(
        sum(weights[i] for i in lost)
        for size in range(len(targets) + 1)
        for lost in combinations(range(len(targets)), size)
        if any(all(i in lost or row[i] == wanted[i] for i in range(len(targets))) for row in counts)
    )


@pytest.mark.parametrize("seed", range(6))
def test_nothing_lighter_can_be_given_up(seed: int) -> None:
    draw = np.random.default_rng(seed)
    conditions = ["A", "B", "A and B", "A or B", "not A and B"]
    targets = [
        target(f"t{k}", conditions[int(draw.integers(5))], int(draw.integers(6)),
               float(draw.integers(1, 9)), ["a", "b", None][int(draw.integers(3))])
        for k in range(6)
    ]  # fmt: skip
    rule = [None, "A implies B"][seed % 2]
    model = Model({"A": YES, "B": YES}, GROUPS)
    if rule:
        model.rule(read(rule))
    kept = keep_most(model, targets, [])
    assert kept.proven
    assert sum(targets[i].weight for i in kept.given_up) == lightest(targets, rule)


def test_each_set_that_forbids_is_impossible_and_needs_every_member() -> None:
    targets = [target("all", "A", 5, 1), target("of a", "A", 2, 2, "a"), target("B", "B", 1, 3)]
    kept = keep_most(Model({"A": YES, "B": YES}, GROUPS), targets, [])
    assert (kept.given_up, kept.impossible) == (frozenset({0}), (frozenset({0, 1}),))


def test_rules_that_nobody_can_keep_are_told() -> None:
    model = Model({"A": YES}, GROUPS)
    model.rule(read("A"))
    model.rule(read("not A"))
    with pytest.raises(DataError, match="some of them contradict each other"):
        keep_most(model, [target("A", "A", 3, 1)], [])
