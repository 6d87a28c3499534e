from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from topline.stats.mixed.studentized_range import compute_range_quantile, compute_range_tail


def test_range_of_two_is_the_t_distribution() -> None:
    for df in (0.3, 1.0, 2.5, 10.0, 49.0, 51.0, 1000.0):
        for q in (0.1, 1.0, 3.0, 8.0, 40.0):
            two_sided = special.betainc(df / 2, 0.5, df / (df + q * q / 2))
            assert compute_range_tail(q, 2, df) == pytest.approx(two_sided, rel=1e-12)


def test_small_probabilities_keep_their_digits() -> None:
    # 1 less the lower tail would be 0 or rounding
    assert compute_range_tail(60.0, 2, 30.0) == pytest.approx(
        float(special.betainc(15, 0.5, 30 / (30 + 1800))), rel=1e-11
    )
    assert 0 < compute_range_tail(30.0, 5, inf) < 1e-90


def test_three_normals_seldom_agree() -> None:
    # Range below q is a hexagon around (1, 1, 1) whose sides are q / √2 away: area √3 q², and
    # the density there is 1 / 2π
    q = 1e-3
    hexagon = 3**0.5 * q * q
    assert 1 - compute_range_tail(q, 3, inf) == pytest.approx(hexagon / (2 * np.pi), rel=1e-5)


@pytest.mark.parametrize(
    ("q", "k", "df", "by_integration"),
    # mpmath's double integral with 20 digits
    [
        (5, 3, 3.3, 0.067031854144835320),
        (2, 5, 3.3, 0.65733103820173776),
        (5, 8, 2, 0.28283314817633764),
        (3.5, 3, 5, 0.11927295546605134),
        (5, 3, 100, 0.0017759462264313647),
    ],
)
def test_agrees_with_integration_of_many_digits(
    q: float, k: int, df: float, by_integration: float
) -> None:
    assert compute_range_tail(q, k, df) == pytest.approx(by_integration, rel=1e-13)


def test_few_degrees_of_freedom_say_nothing() -> None:
    for df in (0.0, 0.05, -1.0, float("nan")):
        assert np.isnan([compute_range_tail(3.0, 3, df), compute_range_quantile(0.95, 3, df)]).all()
    assert np.isnan(compute_range_tail(float("nan"), 3, 10.0))


def test_no_range_at_all_is_exceeded() -> None:
    assert compute_range_tail(0.0, 4, 7.0) == pytest.approx(1, rel=1e-12)


@given(st.floats(0.5, 0.999), st.integers(2, 12), st.one_of(st.floats(0.4, 500), st.just(inf)))
def test_quantile_is_exceeded_with_its_probability(level: float, k: int, df: float) -> None:
    q = compute_range_quantile(level, k, df)
    assert compute_range_tail(q, k, df) == pytest.approx(1 - level, rel=1e-9)
