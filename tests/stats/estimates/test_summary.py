from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import reference
from tests.stats.arrays import floats
from topline.stats.estimates.summary import QuartileType, compute_summary

NAN = float("nan")
SETS: list[dict[str, Any]] = reference("summary_statistics")["sets"]


@pytest.mark.parametrize("expected", SETS, ids=lambda s: f"n={len(s['x'])}")
def test_agrees_with_r(expected: dict[str, Any]) -> None:
    x = floats(expected["x"])
    got = compute_summary(x)
    assert [got.mean, got.sd, got.median, got.minimum, got.maximum] == pytest.approx(
        [*floats([expected[k] for k in ("mean", "sd", "median", "min", "max")])],
        rel=1e-13,
        nan_ok=True,
    )
    for quartile_type in get_args(QuartileType):
        typed = compute_summary(x, quartile_type=quartile_type)
        assert [typed.q1, typed.q3] == pytest.approx(
            [expected["q1"][quartile_type - 1], expected["q3"][quartile_type - 1]], rel=1e-13
        ), f"type {quartile_type}"


def test_default_quartiles_average_two_values_where_a_quarter_falls_between_them() -> None:
    # n / 4 whole: SAS (PCTLDEF=5) takes the mean of the 2nd and 3rd of eight, R's type 7 does not
    eight = np.arange(10.0, 90.0, 10.0)
    assert (compute_summary(eight).q1, compute_summary(eight).q3) == (25.0, 65.0)
    assert compute_summary(eight, quartile_type=7).q1 == 27.5


def test_missing_values_are_counted_and_left_out() -> None:
    got = compute_summary(np.array([NAN, 2.0, NAN, 4.0]))
    assert (got.n, got.missing, got.mean) == (2, 2, 3.0)


def test_one_value_has_no_standard_deviation() -> None:
    got = compute_summary(np.array([7.0, NAN]))
    assert (got.n, got.mean, got.median, got.q1, got.q3) == (1, 7.0, 7.0, 7.0, 7.0)
    assert np.isnan(got.sd)


@pytest.mark.parametrize(("values", "missing"), [([], 0), ([NAN, NAN], 2)])
def test_no_value_gives_a_count_and_nothing_else(values: list[float], missing: int) -> None:
    got = compute_summary(np.array(values, np.float64))
    assert (got.n, got.missing) == (0, missing)
    assert np.isnan([got.mean, got.sd, got.median, got.q1, got.q3, got.minimum, got.maximum]).all()


def test_method_states_the_type_of_the_quartiles() -> None:
    assert dict(compute_summary(np.ones(3)).method.options) == {"quartile_type": 2}


def test_infinite_values_are_refused_with_their_count() -> None:
    with pytest.raises(ValueError, match="1 of 2 values are infinite"):
        compute_summary(np.array([1.0, np.inf]))


def test_unknown_type_is_refused() -> None:
    tenth: Any = 10
    with pytest.raises(ValueError, match="quartile_type is 10; expected 1 to 9"):
        compute_summary(np.ones(3), quartile_type=tenth)


@given(st.lists(st.integers(-50, 50), max_size=9), st.randoms(use_true_random=False))
def test_order_and_missing_values_change_nothing(values: list[int], random: Any) -> None:
    plain = compute_summary(np.array(values, np.float64))
    shuffled = [*map(float, values), NAN]
    random.shuffle(shuffled)
    other = compute_summary(np.array(shuffled))
    assert other.missing == 1
    for name in ("n", "mean", "sd", "median", "q1", "q3", "minimum", "maximum"):
        assert getattr(other, name) == pytest.approx(getattr(plain, name), nan_ok=True), name
