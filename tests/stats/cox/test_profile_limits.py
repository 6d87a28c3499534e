import math

import pytest

from topline.stats.cox.profile_limits import find_limit


def parabola(b: float) -> tuple[float, float]:
    return -((b - 3) ** 2) / 8, -(b - 3) / 4  # about 3 with standard error 2


def rising(b: float) -> tuple[float, float]:
    return -math.log1p(math.exp(-b)), 1 / (1 + math.exp(b))  # to 0, without a maximum


def test_limits_of_a_parabola_are_those_of_wald() -> None:
    assert find_limit(parabola, 0, 1.96, 3, 2) == pytest.approx(3 + 1.96 * 2, rel=1e-12)
    assert find_limit(parabola, 0, -1.96, 3, 2) == pytest.approx(3 - 1.96 * 2, rel=1e-12)


@pytest.mark.parametrize("scale", [0.01, 1, 100])
def test_a_rising_likelihood_has_one_limit_whatever_the_scale(scale: float) -> None:
    expected = -math.log(math.expm1(1.96**2 / 2))
    found = find_limit(rising, 0, -1.96, math.inf, scale)
    assert found == pytest.approx(expected, rel=1e-10)
    falling = find_limit(lambda b: (rising(-b)[0], -rising(-b)[1]), 0, 1.96, -math.inf, scale)
    assert falling == pytest.approx(-expected, rel=1e-10)


def test_a_start_inside_the_limits_is_left() -> None:
    # At 0 the likelihood has hardly fallen: the limit lies below
    found = find_limit(lambda b: rising(b + 20), 0, -1.96, math.inf, 1)
    assert found == pytest.approx(-20 - math.log(math.expm1(1.96**2 / 2)), rel=1e-10)


def test_a_likelihood_that_never_falls_far_has_no_limit() -> None:
    assert math.isnan(find_limit(lambda _: (-1.0, 0.0), 0, 1.96, 3, 2))


def test_wrong_slopes_only_cost_steps() -> None:
    found = find_limit(lambda b: (parabola(b)[0], -50.0), 0, 1.96, 3, 2)
    assert found == pytest.approx(3 + 1.96 * 2, rel=1e-10)
