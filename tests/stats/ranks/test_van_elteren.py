from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.ranks.kruskal_wallis import compute_kruskal_wallis
from topline.stats.ranks.rank_test import RankTest
from topline.stats.ranks.van_elteren import compute_van_elteren

rows = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from("ABC"), st.integers(1, 3)), min_size=1, max_size=12
)


def compare(values: Any, groups: str, strata: Any) -> RankTest:
    return compute_van_elteren(
        np.array(values, np.float64), np.array(list(groups)), np.array(strata)
    )


@given(rows)
def test_one_stratum_gives_the_kruskal_wallis_test(rows: list[tuple[int, str, int]]) -> None:
    values, groups = [v for v, _, _ in rows], "".join(g for _, g, _ in rows)
    got = compare(values, groups, [1] * len(rows))
    plain = compute_kruskal_wallis(
        np.array(values, np.float64), np.array(list(groups)), method="asymptotic"
    )
    assert [got.statistic, got.p_value] == pytest.approx(
        [plain.statistic, plain.p_value], rel=1e-9, nan_ok=True
    )


@given(rows, st.randoms(use_true_random=False))
def test_order_scale_and_names_change_nothing(
    rows: list[tuple[int, str, int]], random: Any
) -> None:
    other = random.sample(rows, len(rows))
    one = compare(*zip(*rows, strict=True))
    two = compare(
        [v * 10 + 100 * s for v, _, s in other],  # a shift of a whole stratum keeps its ranks
        "".join("CAB"["ABC".index(g)] for _, g, _ in other),
        [-s for _, _, s in other],
    )
    assert [one.statistic, one.p_value] == pytest.approx([two.statistic, two.p_value], nan_ok=True)
    assert (one.df, one.n) == (two.df, two.n)


def test_strata_that_tell_nothing_are_counted() -> None:
    rows = zip([1, 2, 3, 4, 9, 8, 5, 5], "AABBAAAB", [1, 1, 1, 1, 2, 2, 3, 3], strict=True)
    got = compare(*zip(*rows, strict=True))
    alone = compare([1, 2, 3, 4], "AABB", [1, 1, 1, 1])
    assert (got.statistic, got.df, got.n) == (pytest.approx(alone.statistic), 1, 8)
    assert got.warnings == ("2 of 3 strata tell nothing: one group, or equal values",)
    assert alone.warnings == ()


def test_groups_that_never_share_a_stratum_cost_a_degree_of_freedom() -> None:
    got = compare([1, 2, 3, 4, 1, 2, 3, 4], "AABBCCDD", [1, 1, 1, 1, 2, 2, 2, 2])
    assert got.df == 2
    assert got.warnings == ("4 groups give 2 degrees of freedom: some never share a stratum",)


@pytest.mark.parametrize(
    ("values", "groups", "strata"),
    [
        ([], "", []),
        ([1, 2, 3], "AAA", [1, 1, 2]),
        ([1, 2], "AB", [1, 2]),
        ([5, 5, 7, 7], "ABAB", [1, 1, 2, 2]),
    ],
)
def test_nothing_to_compare_gives_no_p_value(values: Any, groups: str, strata: Any) -> None:
    got = compare(values, groups, strata)
    assert np.isnan([got.statistic, got.p_value]).all()
    assert got.df == 0
    assert got.warnings == ("not estimable: in no stratum do groups and values differ",)


def test_missing_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="stratum is missing for 1 of 2 values"):
        compare([1, 2], "AB", [1, np.nan])
