from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.small_tables import table
from topline.stats.tables.chi_square import ChiSquareKind, compute_chi_square

KINDS: tuple[ChiSquareKind, ...] = ("pearson", "yates", "likelihood-ratio")


def test_statistics_by_hand() -> None:
    # All expected counts are 15: differences of 5, so 4 x 25 / 15; corrected 4 x 4.5 x 4.5 / 15
    counts = table("10 20 / 20 10")
    found = {kind: compute_chi_square(counts, kind=kind).statistic for kind in KINDS}
    assert found["pearson"] == pytest.approx(20 / 3, rel=1e-14)
    assert found["yates"] == pytest.approx(5.4, rel=1e-14)
    assert found["likelihood-ratio"] == pytest.approx(
        40 * np.log(10 / 15) + 80 * np.log(20 / 15), rel=1e-13
    )


def test_correction_takes_no_more_than_the_difference() -> None:
    assert compute_chi_square(table("2 3 / 3 3"), kind="yates").statistic == 0  # 0.27 from expected


@pytest.mark.parametrize("kind", ["pearson", "likelihood-ratio"])
def test_empty_rows_and_columns_cost_their_degrees_of_freedom(kind: ChiSquareKind) -> None:
    full = compute_chi_square(table("30 10 / 10 40"), kind=kind)
    padded = compute_chi_square(table("30 0 10 / 10 0 40 / 0 0 0"), kind=kind)
    assert (padded.statistic, padded.df, padded.p_value) == (full.statistic, 1, full.p_value)
    assert padded.warnings == (
        "left out for having no subjects: row 3",
        "left out for having no subjects: column 2",
    )


@pytest.mark.parametrize("counts", ["30 10", "0 3 / 0 7", "0 0 / 3 7"])
@pytest.mark.parametrize("kind", ["pearson", "likelihood-ratio"])
def test_one_group_or_one_category_has_no_p_value_and_says_so(
    counts: str, kind: ChiSquareKind
) -> None:
    got = compute_chi_square(table(counts), kind=kind)
    assert np.isnan([got.statistic, got.p_value]).all()
    assert got.df == 0
    assert got.warnings[-1] == "nothing to compare: one group or one category"


def test_more_than_a_fifth_of_low_expected_counts_is_warned_of() -> None:
    # Expected counts of the column with 9 events are 3 in each of 3 rows: 3 of 6 cells
    got = compute_chi_square(table("1 29 / 3 27 / 5 25"))
    assert got.warnings == ("3 of 6 cells have expected counts below 5: consider an exact test",)
    # 1 of 6 is less than a fifth
    assert compute_chi_square(table("4 26 / 20 80 / 30 70")).warnings == ()


def test_correction_is_for_fourfold_tables() -> None:
    with pytest.raises(ValueError, match="for 2 x 2 tables; the table is 3 x 2"):
        compute_chi_square(table("3 1 / 0 13 / 2 2"), kind="yates")


def test_an_unknown_kind_is_refused() -> None:
    kind: Any = "neyman"
    with pytest.raises(ValueError, match="no chi-square test 'neyman'"):
        compute_chi_square(table("3 1 / 0 13"), kind=kind)


@given(st.lists(st.integers(1, 30), min_size=6, max_size=6), st.permutations(range(3)))
def test_order_of_rows_and_columns_does_not_matter(cells: list[int], order: list[int]) -> None:
    counts = np.array(cells).reshape(3, 2)
    one, other = compute_chi_square(counts), compute_chi_square(counts[order][:, ::-1].T)
    assert other.statistic == pytest.approx(one.statistic, rel=1e-12, abs=1e-12)
