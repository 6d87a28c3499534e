from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.ranks.dunn import Comparison, compute_dunn
from topline.stats.ranks.kruskal_wallis import compute_kruskal_wallis


def pairs_of(values: Any, groups: str, **options: Any) -> tuple[Comparison, ...]:
    return compute_dunn(np.array(values, np.float64), np.array(list(groups)), **options)


def test_all_pairs_come_in_the_order_of_their_labels() -> None:
    pairs = pairs_of([3, 1, 2, 5], "CABC")
    assert [pair.groups for pair in pairs] == [("A", "B"), ("A", "C"), ("B", "C")]
    assert [pair.n for pair in pairs] == [2, 3, 3]
    assert [pair.difference for pair in pairs] == [-1, -2.5, -1.5]


@given(st.lists(st.integers(0, 9), min_size=3, max_size=20))
def test_two_groups_give_the_kruskal_wallis_test(values: list[int]) -> None:
    groups = "AB" + "A" * (len(values) - 2)
    (pair,) = pairs_of(values, groups)
    whole = compute_kruskal_wallis(
        np.array(values, np.float64), np.array(list(groups)), method="asymptotic"
    )
    assert [pair.z**2, pair.p_value] == pytest.approx(
        [whole.statistic, whole.p_value], rel=1e-9, nan_ok=True
    )
    assert pair.adjusted_p_value == pytest.approx(pair.p_value, nan_ok=True)


def test_p_values_are_adjusted_for_all_pairs() -> None:
    values, groups = [1, 2, 3, 4, 5, 6], "AABBCC"
    plain = [pair.p_value for pair in pairs_of(values, groups, adjust="none")]
    assert [pair.adjusted_p_value for pair in pairs_of(values, groups, adjust="none")] == plain
    holm = [pair.adjusted_p_value for pair in pairs_of(values, groups)]
    assert holm == pytest.approx([2 * plain[0], 3 * plain[1], 2 * plain[2]])
    assert dict(pairs_of(values, groups)[0].method.options) == {"adjust": "holm"}


def test_equal_values_have_no_z() -> None:
    (pair,) = pairs_of([4, 4, 4], "AAB")
    assert pair.difference == 0
    assert np.isnan([pair.z, pair.p_value, pair.adjusted_p_value]).all()
    assert pair.warnings == ("all values are equal",)


@pytest.mark.parametrize("groups", ["", "A", "AAA"])
def test_fewer_than_two_groups_have_no_pairs(groups: str) -> None:
    assert pairs_of(range(len(groups)), groups) == ()


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of 2 values are missing or infinite"):
        pairs_of([1, np.nan], "AB")
    with pytest.raises(ValueError, match="no adjustment 'tukey'; choose one of none, bonferroni"):
        pairs_of([1, 2], "AB", adjust="tukey")
