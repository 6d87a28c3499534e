from fractions import Fraction
from math import comb
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.small_tables import table
from topline.stats.tables.fisher import Alternative, compute_fisher

cells = st.lists(st.integers(0, 12), min_size=4, max_size=4).filter(
    lambda x: x[0] + x[1] and x[2] + x[3] and x[0] + x[2] and x[1] + x[3]
)


@given(cells)
def test_fourfold_tables_agree_with_whole_numbers(counts: list[int]) -> None:
    a, b, c, d = counts
    ways = [comb(a + b, x) * comb(c + d, a + c - x) if x <= a + c else 0 for x in range(a + b + 1)]
    own, total = ways[a], sum(ways)
    expected = {
        ("two-sided", False): sum(w for w in ways if w <= own),
        ("two-sided", True): sum(w for w in ways if w <= own)
        - sum(w for w in ways if w == own) / 2,
        ("greater", False): sum(ways[a:]),
        ("greater", True): sum(ways[a:]) - own / 2,
        ("less", False): sum(ways[: a + 1]),
        ("less", True): sum(ways[: a + 1]) - own / 2,
    }
    for alternative in get_args(Alternative):
        for mid_p in (False, True):
            got = compute_fisher(
                np.array(counts).reshape(2, 2), alternative=alternative, mid_p=mid_p
            )
            answer = float(Fraction(expected[alternative, mid_p]) / total)
            assert got.p_value == pytest.approx(answer, rel=1e-12)


def test_large_fourfold_tables_lose_no_digits() -> None:
    # 1 way of choose(2n, n) in each of two corners
    n = 500
    got = compute_fisher(np.array([[n, 0], [0, n]]))
    assert got.p_value == pytest.approx(float(Fraction(2, comb(2 * n, n))), rel=1e-11)


def test_an_exact_test_has_neither_statistic_nor_degrees_of_freedom() -> None:
    got = compute_fisher(table("3 1 / 0 13"))
    assert np.isnan(got.statistic)
    assert (got.df, got.n) == (0, 17)


@pytest.mark.parametrize("counts", ["3 0 / 5 0", "0 0 / 3 5", "3 5 2", "0 4 0 / 0 2 0 / 0 1 0"])
@pytest.mark.parametrize("mid_p", [False, True])
def test_one_group_or_one_category_has_p_1_and_says_why(counts: str, mid_p: bool) -> None:
    got = compute_fisher(table(counts), mid_p=mid_p)
    assert got.p_value == 1
    assert got.warnings[-1] == "nothing to compare: one group or one category"


def test_nobody_has_no_p_value_and_says_so() -> None:
    got = compute_fisher(table("0 0 / 0 0"))
    assert np.isnan(got.p_value)
    assert got.warnings[-1] == "not estimable: no subjects"


def test_empty_rows_and_columns_change_nothing_and_are_named() -> None:
    full, padded = table("3 1 / 1 4 / 2 2"), table("3 0 1 / 0 0 0 / 1 0 4 / 2 0 2")
    got = compute_fisher(padded)
    assert got.p_value == compute_fisher(full).p_value
    assert got.warnings == (
        "left out for having no subjects: row 2",
        "left out for having no subjects: column 2",
    )


def test_a_table_too_large_to_count_points_to_the_chi_square_test() -> None:
    got = compute_fisher(np.full((6, 6), 6))
    assert np.isnan(got.p_value)
    assert got.warnings == (
        "not computed: 6 x 6 with 216 subjects is too large for an exact test; "
        "use the chi-square test",
    )


def test_larger_tables_have_no_sides() -> None:
    with pytest.raises(ValueError, match="one-sided test of a table of 3 x 2 does not exist"):
        compute_fisher(table("3 1 / 0 13 / 2 2"), alternative="greater")


def test_an_unknown_alternative_is_refused() -> None:
    alternative: Any = "both"
    with pytest.raises(ValueError, match="no alternative 'both'; choose one of two-sided"):
        compute_fisher(table("3 1 / 0 13"), alternative=alternative)
