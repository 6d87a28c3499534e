from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.estimates.median import Median, compute_median

levels = st.sampled_from([0.5, 0.8, 0.95])


def median_of(values: Any, **options: Any) -> Median:
    return compute_median(np.array(values, np.float64), **options)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=25), levels)
def test_limits_are_the_narrowest_that_cover(values: list[int], level: float) -> None:
    n, ordered = len(values), sorted(values)
    got = median_of(values, level=level)
    tails = [sum(comb(n, i) for i in range(k)) / 2**n for k in range(n // 2 + 1)]
    k = max(k for k in range(n // 2 + 1) if tails[k] <= (1 - level) / 2 + 1e-12)
    if k == 0:
        assert np.isnan([got.lower, got.upper, got.coverage]).all()
        return
    assert (got.lower, got.upper) == (ordered[k - 1], ordered[n - k])
    assert got.coverage == pytest.approx(1 - 2 * tails[k], rel=1e-13)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=25), levels)
def test_interpolated_limits_lie_within(values: list[int], level: float) -> None:
    whole = median_of(values, level=level)
    got = median_of(values, level=level, method="interpolated")
    assert np.isnan(got.lower) == np.isnan(whole.lower)
    if not np.isnan(got.lower):
        assert whole.lower <= got.lower <= got.estimate + 1e-9
        assert got.estimate - 1e-9 <= got.upper <= whole.upper


@given(st.lists(st.integers(-9, 9), max_size=12), st.randoms(use_true_random=False))
def test_order_changes_nothing(values: list[int], random: Any) -> None:
    assert repr(median_of(values)) == repr(median_of(random.sample(values, len(values))))


def test_five_values_have_no_limits() -> None:
    got = median_of([3, 5, 8, 9, 12])
    assert got.estimate == 8
    assert np.isnan([got.lower, got.upper, got.coverage]).all()
    assert got.warnings == ("no limits: 5 values cover 93.8% at most",)


def test_level_that_is_met_exactly_is_met() -> None:
    # two values cover the median with probability 1 / 2
    got = median_of([1, 4], level=0.5)
    assert (got.lower, got.upper, got.coverage) == (1, 4, 0.5)
    between = median_of([1, 4], level=0.5, method="interpolated")
    assert (between.lower, between.upper) == (1, 4)


def test_no_values_and_one() -> None:
    none = median_of([])
    assert np.isnan([none.estimate, none.lower, none.upper, none.coverage]).all()
    assert none.warnings == ("not estimable: no values",)
    one = median_of([7])
    assert one.estimate == 7
    assert one.warnings == ("no limits: 1 values cover 0.0% at most",)


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of 2 values are missing or infinite"):
        median_of([1, np.nan])
    with pytest.raises(ValueError, match="'exact'; choose order statistics or interpolated"):
        median_of([1, 2], method="exact")
    with pytest.raises(ValueError, match="level is 1"):
        median_of([1, 2], level=1)
