from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.small_tables import table, tables
from topline.stats.tables.chi_square import compute_chi_square
from topline.stats.tables.mantel_haenszel import (
    Association,
    compute_breslow_day,
    compute_common_odds_ratio,
    compute_mantel_haenszel,
)
from topline.stats.tables.odds_ratio import compute_odds_ratio
from topline.stats.tables.trend import compute_trend

KINDS: tuple[Association, ...] = ("general", "row-means", "correlation")
SITES = tables("8 2 / 4 6", "5 5 / 3 7")
SILENT = tables("3 0 / 5 0", "0 0 / 4 2", "1 0 / 0 0", "0 0 / 0 0")
layers = st.lists(st.integers(0, 8), min_size=18, max_size=18)


def test_the_statistic_by_hand() -> None:
    # Expected 6 and 4, variances 10 x 10 x 12 x 8 / (400 x 19) and 10 x 10 x 8 x 12 / (400 x 19)
    got = compute_mantel_haenszel(SITES)
    variance = 2 * 9600 / (400 * 19)
    assert got.statistic == pytest.approx((2 + 1) ** 2 / variance, rel=1e-13)
    corrected = compute_mantel_haenszel(SITES, corrected=True)
    assert corrected.statistic == pytest.approx((2 + 1 - 0.5) ** 2 / variance, rel=1e-13)
    assert (got.df, corrected.df) == (1, 1)


def test_a_difference_of_a_half_is_corrected_to_0() -> None:
    # 5 - 25/6 + 0 - 1/3 = 1/2, which sums of binary fractions only come near
    got = compute_mantel_haenszel(tables("5 0 / 0 1", "0 1 / 1 1"), corrected=True)
    assert got.statistic == pytest.approx(0, abs=1e-20)


def test_a_difference_below_a_half_is_not_corrected() -> None:
    # 2 - 9/5 = 0.2, as R does it
    got = compute_mantel_haenszel(tables("2 1 / 1 1"), corrected=True)
    assert got.statistic == compute_mantel_haenszel(tables("2 1 / 1 1")).statistic


def test_one_stratum_is_nearly_pearsons_test() -> None:
    counts = table("10 4 6 / 3 9 8 / 5 5 12")
    n = counts.sum()
    got, pearson = compute_mantel_haenszel(counts[None]), compute_chi_square(counts)
    assert (got.statistic, got.df) == (pytest.approx(pearson.statistic * (n - 1) / n), pearson.df)


def test_correlation_in_one_stratum_is_the_linear_association() -> None:
    counts, scores = table("10 4 6 / 3 9 8 / 5 5 12"), np.array([0.0, 1.0, 5.0])
    got = compute_mantel_haenszel(
        counts[None], kind="correlation", scores=scores, category_scores=scores
    )
    linear = compute_trend(counts, scores=scores, category_scores=scores)
    assert (got.statistic, got.df) == (pytest.approx(linear.statistic, rel=1e-12), 1)


@pytest.mark.parametrize("kind", KINDS)
def test_of_two_by_two_all_kinds_are_one(kind: Association) -> None:
    got = compute_mantel_haenszel(SITES, kind=kind)
    assert (got.statistic, got.df) == (
        pytest.approx(compute_mantel_haenszel(SITES).statistic, rel=1e-12),
        1,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_strata_that_say_nothing_add_nothing_and_are_counted(kind: Association) -> None:
    got = compute_mantel_haenszel(np.concatenate([SITES, SILENT]), kind=kind)
    assert got.statistic == compute_mantel_haenszel(SITES, kind=kind).statistic
    assert got.warnings == ("4 of 6 strata have one group or one category",)
    assert got.n == int(SITES.sum() + SILENT.sum())


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_silent_strata_has_no_p_value(kind: Association) -> None:
    got = compute_mantel_haenszel(SILENT, kind=kind)
    assert np.isnan([got.statistic, got.p_value]).all()
    assert got.df == 0
    assert got.warnings[-1] == "not estimable: no stratum in which anything could differ"


def test_groups_that_never_meet_cost_degrees_of_freedom() -> None:
    # A group without subjects: two of three remain, with three categories
    got = compute_mantel_haenszel(tables("3 1 2 / 0 0 0 / 1 4 4", "2 2 1 / 0 0 0 / 1 1 3"))
    without = compute_mantel_haenszel(tables("3 1 2 / 1 4 4", "2 2 1 / 1 1 3"))
    assert (got.df, without.df) == (2, 2)
    assert got.statistic == pytest.approx(without.statistic, rel=1e-12)


def test_equal_scores_compare_nothing() -> None:
    got = compute_mantel_haenszel(SITES, kind="row-means", category_scores=np.array([0.1, 0.1]))
    assert np.isnan(got.p_value)


@given(layers, st.permutations(range(3)), st.sampled_from(KINDS[:2]))
def test_order_of_strata_and_groups_does_not_matter(
    cells: list[int], order: list[int], kind: Association
) -> None:
    counts = np.array(cells).reshape(2, 3, 3)
    one = compute_mantel_haenszel(counts, kind=kind)
    other = compute_mantel_haenszel(counts[::-1][:, order], kind=kind)
    assert other.df == one.df
    assert other.statistic == pytest.approx(one.statistic, rel=1e-9, abs=1e-9, nan_ok=True)


def test_the_common_odds_ratio_of_one_stratum_is_its_own() -> None:
    one = compute_common_odds_ratio(SITES[:1])
    woolf = compute_odds_ratio(SITES[0], method="woolf")
    assert (one.estimate, one.lower) == (
        pytest.approx(woolf.estimate, rel=1e-12),
        pytest.approx(woolf.lower, rel=1e-12),
    )
    exact = compute_common_odds_ratio(SITES[:1], method="conditional")
    conditional = compute_odds_ratio(SITES[0], method="conditional")
    assert (exact.estimate, exact.upper, exact.p_value) == (
        pytest.approx(conditional.estimate, rel=1e-12),
        pytest.approx(conditional.upper, rel=1e-12),
        pytest.approx(conditional.p_value, rel=1e-12),
    )


@pytest.mark.parametrize(
    ("strata", "ratio"),
    [(("3 1 / 0 13", "2 0 / 1 1"), np.inf), (("0 5 / 4 3", "0 2 / 1 0"), 0.0)],
)
def test_an_infinite_or_zero_common_odds_ratio_has_exact_limits_only(
    strata: tuple[str, ...], ratio: float
) -> None:
    got = compute_common_odds_ratio(tables(*strata))
    exact = compute_common_odds_ratio(tables(*strata), method="conditional")
    assert (got.estimate, exact.estimate) == (ratio, ratio)
    assert np.isnan([got.lower, got.upper, got.p_value]).all()
    assert "choose conditional" in got.warnings[-1]
    assert 0 < min(exact.p_value, exact.lower or exact.upper) < 1


def test_a_common_odds_ratio_of_silent_strata_is_unknown() -> None:
    got = compute_common_odds_ratio(SILENT)
    exact = compute_common_odds_ratio(SILENT, method="conditional")
    assert np.isnan([got.estimate, got.p_value, exact.estimate, exact.lower]).all()
    assert exact.p_value == 1


def test_strata_with_one_odds_ratio_are_homogeneous() -> None:
    got = compute_breslow_day(tables("4 2 / 2 4", "8 4 / 4 8", "12 3 / 6 6"))
    assert (got.statistic, got.df) == (pytest.approx(0, abs=1e-12), 2)


def test_a_common_odds_ratio_of_1_has_its_own_expected_counts() -> None:
    # 6 and 4 in strata of 5 and 5 expected, and the reverse: (1 / 1.25) twice
    got = compute_breslow_day(tables("6 4 / 4 6", "4 6 / 6 4"), tarone=False)
    assert got.statistic == pytest.approx(2 * 1 / (1 / (4 / 5)), rel=1e-12)


def test_homogeneity_of_one_stratum_is_no_question() -> None:
    got = compute_breslow_day(np.concatenate([SITES[:1], SILENT]))
    assert np.isnan(got.p_value)
    assert got.warnings[-1].startswith("not estimable: fewer than two strata")


def test_wrong_use_is_refused() -> None:
    kind: Any = "ordinal"
    with pytest.raises(ValueError, match="no kind of association 'ordinal'"):
        compute_mantel_haenszel(SITES, kind=kind)
    with pytest.raises(ValueError, match="correction is for 2 x 2 tables; these are 3 x 3"):
        compute_mantel_haenszel(tables("3 1 2 / 0 2 0 / 1 4 4"), corrected=True)
    with pytest.raises(ValueError, match=r"category_scores .* expected 2 finite numbers"):
        compute_mantel_haenszel(SITES, kind="row-means", category_scores=np.array([1.0]))
    with pytest.raises(ValueError, match=r"shape \(2, 2\); expected \(strata"):
        compute_common_odds_ratio(SITES[0])
