from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.small_tables import table
from topline.stats.tables.mcnemar import McNemarMethod, compute_mcnemar

METHODS: tuple[McNemarMethod, ...] = ("exact", "mid-p", "asymptotic", "corrected")


@given(st.integers(0, 15), st.integers(0, 15))
def test_exact_p_values_double_the_smaller_tail(b: int, c: int) -> None:
    fewer, n = min(b, c), b + c
    tail = sum(comb(n, x) for x in range(fewer + 1))
    counts = np.array([[3, b], [c, 4]])
    assert compute_mcnemar(counts).p_value == pytest.approx(min(1, 2 * tail / 2**n), rel=1e-12)
    half = 2 * (tail - comb(n, fewer) / 2) / 2**n if n else 1
    assert compute_mcnemar(counts, method="mid-p").p_value == pytest.approx(half, rel=1e-12)


def test_those_who_do_not_change_say_nothing() -> None:
    for method in METHODS:
        one = compute_mcnemar(table("10 9 / 1 20"), method=method)
        other = compute_mcnemar(table("0 9 / 1 500"), method=method)
        assert one.p_value == other.p_value
        assert (one.n, other.n) == (40, 510)


def test_statistics_by_hand() -> None:
    # 9 and 1 changed: 8 x 8 / 10 and 7 x 7 / 10
    assert compute_mcnemar(table("10 9 / 1 20"), method="asymptotic").statistic == 6.4
    assert compute_mcnemar(table("10 9 / 1 20"), method="corrected").statistic == 4.9


def test_equal_numbers_need_no_correction() -> None:
    got = compute_mcnemar(table("10 4 / 4 20"), method="corrected")
    assert (got.statistic, got.p_value) == (0, 1)


@pytest.mark.parametrize("method", ["exact", "mid-p"])
def test_nobody_changed_has_exactly_1(method: McNemarMethod) -> None:
    got = compute_mcnemar(table("10 0 / 0 6"), method=method)
    assert got.p_value == 1
    assert got.warnings == ("nobody changed",)


@pytest.mark.parametrize("method", ["asymptotic", "corrected"])
def test_nobody_changed_has_no_chi_square(method: McNemarMethod) -> None:
    got = compute_mcnemar(table("10 0 / 0 6"), method=method)
    assert np.isnan([got.statistic, got.p_value]).all()
    assert (got.df, got.warnings) == (0, ("not estimable: nobody changed",))


def test_categories_between_which_nobody_changed_have_no_degree_of_freedom() -> None:
    # (3 - 1)^2 / 4 between the first two, nothing between the first and third, 4 / 2 between others
    got = compute_mcnemar(table("5 3 0 / 1 5 2 / 0 0 5"), method="asymptotic")
    assert (got.statistic, got.df) == (3, 2)
    assert got.warnings == ("1 of 3 pairs of categories have no changes",)


@pytest.mark.parametrize("counts", ["1 2 3 / 4 5 6", "7"])
def test_a_table_that_is_not_square_is_refused(counts: str) -> None:
    with pytest.raises(ValueError, match="expected as many rows as columns, 2 or more"):
        compute_mcnemar(table(counts))


@pytest.mark.parametrize("method", ["exact", "mid-p", "corrected"])
def test_more_categories_have_the_asymptotic_test_only(method: McNemarMethod) -> None:
    with pytest.raises(ValueError, match="is for 2 categories; the table has 3"):
        compute_mcnemar(table("5 3 0 / 1 5 2 / 0 0 5"), method=method)
