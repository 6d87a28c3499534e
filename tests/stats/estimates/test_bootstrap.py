from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.estimates.bootstrap import compute_bootstrap, compute_bootstrap_limits

WEEKS = np.array([3.0, 5.0, 8.0, 9.0, 12.0, 16.0, 20.0, 31.0])


def sum_of_sorted(values: Any, axis: int = 0) -> Any:
    return values.T if axis else values.sum()


methods = st.sampled_from(["percentile", "basic", "bca"])


@pytest.mark.parametrize("method", ["percentile", "basic", "bca"])
def test_same_seed_gives_the_same_interval(method: Any) -> None:
    one, same, other = (
        compute_bootstrap(WEEKS, np.mean, seed=seed, method=method) for seed in (1, 1, 2)
    )
    assert one == same
    assert (one.lower, one.upper) != (other.lower, other.upper)
    assert dict(one.method.options) == {
        "method": method,
        "resamples": 2000,
        "seed": 1,
        "level": 0.95,
    }


def test_statistic_with_an_axis_gives_what_it_gives_one_by_one() -> None:
    at_once = compute_bootstrap(WEEKS, np.median, seed=4, resamples=300)
    one_by_one = compute_bootstrap(WEEKS, lambda x: float(np.median(x)), seed=4, resamples=300)
    assert (at_once.lower, at_once.upper) == (one_by_one.lower, one_by_one.upper)


def test_rows_are_drawn_whole() -> None:
    # two columns that are equal correlate perfectly in each resample that varies
    pairs = np.column_stack([WEEKS, WEEKS])
    got = compute_bootstrap(
        pairs,
        lambda x: float(np.abs(x[:, 0] - x[:, 1]).max()) + float(x[:, 0].mean()),
        seed=1,
        resamples=200,
        method="percentile",
    )
    alone = compute_bootstrap(
        WEEKS, lambda x: float(x.mean()), seed=1, resamples=200, method="percentile"
    )
    assert (got.lower, got.upper) == (alone.lower, alone.upper)


def test_interval_of_a_mean_is_about_that_of_t() -> None:
    values = np.random.default_rng(0).normal(10, 2, 200)
    got = compute_bootstrap(values, np.mean, seed=1, resamples=4000)
    reach = 1.97 * values.std(ddof=1) / 200**0.5
    assert got.lower == pytest.approx(values.mean() - reach, abs=0.03)
    assert got.upper == pytest.approx(values.mean() + reach, abs=0.03)


@given(
    st.lists(st.integers(-50, 50), min_size=2, max_size=40),
    st.integers(1, 9),
    st.integers(-9, 9),
    methods,
)
def test_scale_and_shift_of_the_statistic_are_those_of_its_limits(
    replicates: list[int], scale: int, shift: int, method: Any
) -> None:
    plain, jackknife = np.array(replicates, np.float64), np.array([1.0, 2.0, 6.0])
    one = compute_bootstrap_limits(0.5, plain, jackknife, method=method)
    two = compute_bootstrap_limits(
        0.5 * scale + shift, plain * scale + shift, jackknife * scale + shift, method=method
    )
    assert two[:2] == pytest.approx(
        (one[0] * scale + shift, one[1] * scale + shift), rel=1e-9, abs=1e-9, nan_ok=True
    )


def test_skewed_jackknife_moves_bca_to_the_long_tail() -> None:
    replicates, jackknife = np.arange(1, 1001.0), np.array([1.0, 2.0, 3.0, -6.0])
    lower, upper, _ = compute_bootstrap_limits(500.5, replicates, jackknife)
    plain = compute_bootstrap_limits(500.5, replicates, method="percentile")
    # the value whose absence lowers the statistic pulls it up: its influence is positive
    assert lower > plain[0]
    assert upper > plain[1]


def test_resamples_without_a_statistic_are_left_out_and_counted() -> None:
    replicates = np.array([1.0, np.nan, 2.0, np.inf, 3.0, 4.0])
    lower, upper, doubts = compute_bootstrap_limits(2.5, replicates, method="percentile", level=0.2)
    # of four: the 0.4 x 5 = 2nd and the 0.6 x 5 = 3rd
    assert (lower, upper) == pytest.approx((2, 3))
    assert doubts == ("2 of 6 resamples have no statistic and are left out",)


def test_quantile_beyond_the_extremes_is_the_extreme_and_says_so() -> None:
    lower, upper, doubts = compute_bootstrap_limits(2.0, np.arange(1.0, 11.0), method="percentile")
    assert (lower, upper) == (1, 10)
    assert doubts == (
        "limits are the smallest or largest resampled statistic: take more resamples",
    )


@pytest.mark.parametrize(
    ("estimate", "replicates", "jackknife", "why"),
    [
        (5.0, [1.0, 2.0, 3.0], [1.0, 2.0], "one side of the estimate"),
        (0.0, [1.0, 2.0, 3.0], [1.0, 2.0], "one side of the estimate"),
        (2.5, [1.0, 2.0, 3.0], [2.0, 2.0], "no value moves it"),
        (2.5, [1.0, 2.0, 3.0], [2.0, np.nan], "no value moves it"),
        (2.0, [2.0, 2.0], [1.0, 2.0], "do not differ"),
        (2.0, [np.nan], [1.0, 2.0], "do not differ"),
    ],
)
def test_limits_that_are_not_defined_say_why(
    estimate: float, replicates: list[float], jackknife: list[float], why: str
) -> None:
    lower, upper, doubts = compute_bootstrap_limits(
        estimate, np.array(replicates), np.array(jackknife)
    )
    assert np.isnan([lower, upper]).all()
    assert why in doubts[-1]


def test_no_values_and_one_have_no_limits() -> None:
    none = compute_bootstrap(np.array([]), np.mean, seed=1)
    assert np.isnan([none.estimate, none.lower, none.upper]).all()
    assert none.warnings == ("not estimable: no values",)
    one = compute_bootstrap(np.array([4.0]), np.mean, seed=1)
    assert one.estimate == 4
    assert np.isnan([one.lower, one.upper]).all()
    assert one.warnings == ("no limits: the resampled statistics do not differ",)


def test_statistic_that_is_not_a_number_has_no_limits() -> None:
    got = compute_bootstrap(WEEKS, lambda _: float("nan"), seed=1, resamples=10)
    assert np.isnan([got.estimate, got.lower, got.upper]).all()
    assert got.warnings == ("not estimable: the statistic is not a number",)


def test_impossible_input_is_refused() -> None:
    studentised: Any = "studentised"
    with pytest.raises(ValueError, match="1 of 2 values are missing; leave these subjects out"):
        compute_bootstrap(np.array([1.0, np.nan]), np.mean, seed=1)
    with pytest.raises(ValueError, match="seed is -1 and resamples 2000"):
        compute_bootstrap(WEEKS, np.mean, seed=-1)
    with pytest.raises(ValueError, match="seed is 1 and resamples 0"):
        compute_bootstrap(WEEKS, np.mean, seed=1, resamples=0)
    with pytest.raises(ValueError, match="'studentised'; choose percentile, basic or bca"):
        compute_bootstrap(WEEKS, np.mean, seed=1, method=studentised)
    with pytest.raises(ValueError, match="bca needs the jackknife"):
        compute_bootstrap_limits(1.0, WEEKS)
    with pytest.raises(ValueError, match=r"gave shape \(8, 2000\) along axis 1 of \(2000, 8\)"):
        compute_bootstrap(WEEKS, sum_of_sorted, seed=1)
    with pytest.raises(ValueError, match=r"values has shape \(1, 1, 8\)"):
        compute_bootstrap(WEEKS[None, None], np.mean, seed=1)
