from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.ranks import kruskal_wallis
from topline.stats.ranks.kruskal_wallis import compute_kruskal_wallis
from topline.stats.ranks.mann_whitney import compute_mann_whitney
from topline.stats.ranks.rank_test import RankTest
from topline.stats.ranks.ranking import PValueMethod

rows = st.lists(st.tuples(st.integers(0, 4), st.sampled_from("ABC")), min_size=2, max_size=5)


def compare(values: Any, groups: str, **options: Any) -> RankTest:
    return compute_kruskal_wallis(np.array(values, np.float64), np.array(list(groups)), **options)


@given(rows)
def test_exact_p_value_is_the_share_of_all_orders(rows: list[tuple[int, str]]) -> None:
    values, groups = [v for v, _ in rows], "".join(g for _, g in rows)
    got = compare(values, groups, method="exact")
    if np.isnan(got.statistic):
        return
    seen = [compare(order, groups, method="asymptotic").statistic for order in permutations(values)]
    assert got.p_value == pytest.approx(np.mean(np.array(seen) >= got.statistic - 1e-9), rel=1e-12)


@given(st.lists(st.integers(0, 9), min_size=4, max_size=30), st.integers(1, 3))
def test_two_groups_give_the_mann_whitney_test(values: list[int], n: int) -> None:
    array = np.array(values, np.float64)
    got = compare(values, "A" * n + "B" * (len(values) - n))
    two = compute_mann_whitney(array[:n], array[n:])
    assert got.p_value == pytest.approx(two.p_value, rel=1e-13)
    normal = compare(values, "A" * n + "B" * (len(values) - n), method="asymptotic")
    plain = compute_mann_whitney(array[:n], array[n:], method="asymptotic", correct=False)
    assert normal.p_value == pytest.approx(plain.p_value, rel=1e-9, nan_ok=True)


@given(rows, st.randoms(use_true_random=False), st.sampled_from(["exact", "asymptotic"]))
def test_order_and_names_change_nothing(
    rows: list[tuple[int, str]], random: Any, method: PValueMethod
) -> None:
    other = random.sample(rows, len(rows))
    one = compare([v for v, _ in rows], "".join(g for _, g in rows), method=method)
    two = compare(
        [v for v, _ in other], "".join("CAB"["ABC".index(g)] for _, g in other), method=method
    )
    assert [one.statistic, one.p_value] == pytest.approx([two.statistic, two.p_value], nan_ok=True)
    assert (one.df, one.n, one.warnings) == (two.df, two.n, two.warnings)


def test_one_subject_a_group_cannot_differ_more_or_less() -> None:
    got = compare([5, 1, 9, 7], "ABCD")
    assert (got.statistic, got.df, got.p_value) == (pytest.approx(3), 3, 1)


@pytest.mark.parametrize(("method", "p_value"), [("exact", 1.0), ("asymptotic", np.nan)])
def test_equal_values_differ_in_no_way(method: PValueMethod, p_value: float) -> None:
    got = compare([2, 2, 2, 2], "AABC", method=method)
    assert np.isnan(got.statistic)
    assert got.p_value == pytest.approx(p_value, nan_ok=True)
    assert got.warnings == ("all values are equal",)


@pytest.mark.parametrize("groups", ["", "A", "AAA"])
def test_fewer_than_two_groups_cannot_be_compared(groups: str) -> None:
    got = compare(range(len(groups)), groups)
    assert np.isnan([got.statistic, got.p_value]).all()
    assert (got.df, got.n) == (0, len(groups))
    assert got.warnings == ("not estimable: fewer than two groups have values",)


def test_exact_is_chosen_while_it_is_quick() -> None:
    def chosen(sizes: list[int], ties: int = 1) -> str | int | float:
        groups = "".join(g * size for g, size in zip("ABCDEFGH", sizes, strict=False))
        values = np.random.default_rng(1).permutation(sum(sizes)) // ties
        return dict(compare(values, groups).method.options)["method"]

    assert chosen([10, 10, 10]) == chosen([5, 5, 5, 5]) == chosen([2] * 7) == "exact"
    assert chosen([12, 12, 12]) == chosen([2] * 8) == "asymptotic"
    assert chosen([12, 12, 12], ties=3) == "exact"


def test_exact_is_refused_where_it_cannot_be_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kruskal_wallis, "_MOST_STATES", 1000)
    values = np.random.default_rng(1).permutation(24)
    with pytest.raises(ValueError, match="exact is asked for 24 values in 4 groups, too many"):
        compare(values, "ABCD" * 6, method="exact")
    with pytest.raises(ValueError, match="exact is asked for 501 values; up to 500"):
        compare(np.arange(501), "A" * 250 + "B" * 251, method="exact")


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of 2 values are missing or infinite"):
        compare([1, np.nan], "AB")
    with pytest.raises(ValueError, match=r"group has shape \(3,\); expected \(2,\)"):
        compare([1, 2], "ABC")
    with pytest.raises(ValueError, match="no method 'mc'"):
        compare([1, 2], "AB", method="mc")
