from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from topline.stats.ranks.ranking import Alternative, PValueMethod
from topline.stats.ranks.signed_rank import SignedRank, Zeros, compute_signed_rank

few = st.lists(st.integers(-4, 4), min_size=1, max_size=8)
zeros_ways = st.sampled_from(["wilcoxon", "pratt"])
methods = st.sampled_from(["exact", "asymptotic"])


def centre(differences: Any, **options: Any) -> SignedRank:
    return compute_signed_rank(np.array(differences, np.float64), **options)


@given(few, zeros_ways)
def test_exact_p_values_are_shares_of_all_signs(differences: list[int], zeros: Zeros) -> None:
    d = np.array([x for x in differences if x or zeros == "pratt"])
    ranks = rankdata(np.abs(d))[d != 0]
    signs = d[d != 0] > 0
    if not len(ranks):
        return
    observed = ranks[signs].sum()
    sums = np.array([np.dot(ranks, taken) for taken in product([0, 1], repeat=len(ranks))])
    middle = ranks.sum() / 2
    expected: dict[Alternative, float] = {
        "greater": (sums >= observed).mean(),
        "less": (sums <= observed).mean(),
        "two-sided": (np.abs(sums - middle) >= abs(observed - middle)).mean(),
    }
    for alternative, p_value in expected.items():
        got = centre(differences, alternative=alternative, zeros=zeros, method="exact")
        assert got.statistic == observed
        assert got.p_value == pytest.approx(p_value, rel=1e-13)


@given(few, st.sampled_from([0.5, 0.8]))
def test_exact_limits_hold_the_centres_that_are_not_rejected(
    differences: list[int], level: float
) -> None:
    got = centre(differences, zeros="pratt", method="exact", level=level)
    if np.isnan(got.lower):
        return
    for middle in np.arange(min(differences) - 0.25, max(differences) + 0.5, 0.5):
        moved = [d - middle for d in differences]  # between the means of all pairs
        greater = centre(moved, alternative="greater", method="exact").p_value
        less = centre(moved, alternative="less", method="exact").p_value
        half = (1 - level) / 2 * (1 + 1e-9)
        assert (greater > half and less > half) == (got.lower < middle < got.upper), middle


@given(few, zeros_ways, methods)
def test_other_signs_mirror_everything(
    differences: list[int], zeros: Zeros, method: PValueMethod
) -> None:
    one = centre(differences, zeros=zeros, method=method, level=0.8)
    other = centre([-d for d in differences], zeros=zeros, method=method, level=0.8)
    assert [one.p_value, one.estimate, one.lower, one.upper] == pytest.approx(
        [other.p_value, -other.estimate, -other.upper, -other.lower], rel=1e-12, nan_ok=True
    )


@given(few, st.randoms(use_true_random=False), zeros_ways, methods)
def test_order_changes_nothing(
    differences: list[int], random: Any, zeros: Zeros, method: PValueMethod
) -> None:
    shuffled = random.sample(differences, len(differences))
    assert repr(centre(differences, zeros=zeros, method=method)) == repr(
        centre(shuffled, zeros=zeros, method=method)
    )


def test_zeros_are_left_out_by_wilcoxon_and_kept_in_the_estimate_by_pratt() -> None:
    differences = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6]
    wilcoxon, pratt = centre(differences), centre(differences, zeros="pratt")
    assert (wilcoxon.n, wilcoxon.zeros, wilcoxon.statistic) == (10, 4, 21)
    assert (wilcoxon.estimate, pratt.estimate) == (3.5, 2)
    assert pratt.statistic == 5 + 6 + 7 + 8 + 9 + 10
    assert wilcoxon.p_value == pratt.p_value == 2 / 2**6
    assert wilcoxon.warnings == ("4 of 10 differences are zero and left out of test and estimate",)
    assert pratt.warnings == ("4 of 10 differences are zero and left out of the test",)


def test_limits_need_six_differences_at_95_percent() -> None:
    # 2 / 2^5 = 0.0625 is more than 0.05, 2 / 2^6 less
    five, six = centre([1, 2, 3, 4, 5]), centre([1, 2, 3, 4, 5, 6])
    assert np.isnan([five.lower, five.upper]).all()
    assert five.warnings == ("no limits: too few differences for a level of 0.95",)
    assert (six.lower, six.upper, six.warnings) == (1, 6, ())


@pytest.mark.parametrize("differences", [[], [0.0], [0.0, 0.0, 0.0]])
@pytest.mark.parametrize("zeros", ["wilcoxon", "pratt"])
def test_nothing_but_zeros_gives_no_test(differences: list[float], zeros: Zeros) -> None:
    got = centre(differences, zeros=zeros)
    assert np.isnan([got.statistic, got.p_value, got.lower, got.upper]).all()
    assert got.warnings == ("not estimable: no difference other than zero",)
    assert got.zeros == len(differences)


def test_equal_differences_have_a_centre_without_limits() -> None:
    got = centre([2.0] * 7)
    assert (got.p_value, got.estimate) == (2 / 2**7, 2)
    assert np.isnan([got.lower, got.upper]).all()
    assert got.warnings == ("no limits: all differences are equal",)


def test_one_difference_says_nothing() -> None:
    got = centre([3.5])
    assert (got.statistic, got.p_value, got.estimate) == (1, 1, 3.5)


@pytest.mark.parametrize(("n", "method"), [(200, "exact"), (201, "asymptotic")])
def test_exact_is_chosen_up_to_200_differences(n: int, method: str) -> None:
    got = centre(np.arange(n) - 50.5)
    assert dict(got.method.options)["method"] == method


def test_exact_and_asymptotic_agree_where_there_are_many() -> None:
    differences = np.random.default_rng(3).integers(-20, 26, 190)
    exact, normal = centre(differences, method="exact"), centre(differences, method="asymptotic")
    assert exact.p_value == pytest.approx(normal.p_value, rel=0.05)
    assert (exact.lower, exact.upper) == (normal.lower, normal.upper)


def test_centre_of_very_many_is_not_estimated() -> None:
    got = centre(np.arange(5001) - 2400.5)
    assert 0 < got.p_value < 1
    assert np.isnan([got.estimate, got.lower, got.upper]).all()
    assert got.warnings == ("centre not estimated: more than 5000 differences",)


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of 2 differences are missing or infinite"):
        centre([1, np.nan])
    with pytest.raises(ValueError, match="no way 'drop' with zeros; choose wilcoxon or pratt"):
        centre([1, 2], zeros="drop")
    with pytest.raises(ValueError, match="exact is asked for 1001 values; up to 1000"):
        centre(np.arange(1, 1002), method="exact")
