import math

import pytest

from topline.stats.tables.effect import crossing, normal_quantile, refuse_level, root, two_sided


def test_a_crossing_is_found_to_the_last_digit() -> None:
    assert crossing(lambda x: x**3 - 2, 0, 2) == pytest.approx(2 ** (1 / 3), rel=1e-15)


def test_a_crossing_outside_the_range_is_its_end() -> None:
    assert crossing(lambda x: x - 3, 0, 1) == 1
    assert crossing(lambda x: x + 3, 0, 1) == pytest.approx(0, abs=1e-300)


def test_a_root_is_found_wherever_it_is() -> None:
    assert root(lambda x: x - 1000) == pytest.approx(1000, rel=1e-15)
    assert root(lambda x: x + 0.25) == -0.25


def test_normal_quantiles_and_probabilities_are_inverse() -> None:
    assert normal_quantile(0.95) == pytest.approx(1.959963984540054, rel=1e-14)
    assert two_sided(-normal_quantile(0.9)) == pytest.approx(0.1, rel=1e-13)
    assert two_sided(math.inf) == 0


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, math.nan])
def test_a_level_lies_between_0_and_1(level: float) -> None:
    with pytest.raises(ValueError, match="expected a number between 0 and 1, such as"):
        refuse_level(level)
