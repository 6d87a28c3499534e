"""Axes of values: linear, logarithmic, logarithmic around zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.displays.value_scale import Kind, scale_values


def test_a_linear_axis_stands_upright() -> None:
    scale = scale_values("linear", [0, 100], bottom=200, height=100)
    assert [scale.at(value) for value in (0, 25, 100)] == [200, 175, 100]


def test_ends_may_be_given() -> None:
    scale = scale_values("linear", [40, 60], bottom=200, height=100, limits=(0, 100))
    assert scale.ticks[0] == 0
    assert scale.ticks[-1] == 100
    assert scale.at(50) == 150


def test_each_factor_of_ten_is_as_high_on_a_logarithmic_axis() -> None:
    scale = scale_values("log", [1, 10, 100], bottom=200, height=100)
    assert [scale.at(value) for value in (1, 10, 100)] == pytest.approx([200, 150, 100])


@pytest.mark.parametrize("values", [[0.0, 5.0], [-3.0, 5.0], [0.0, 0.0]])
def test_values_of_zero_or_less_make_it_logarithmic_around_zero(values: list[float]) -> None:
    scale = scale_values("log", values, bottom=200, height=100)
    assert scale.kind == "symlog"
    assert 0.0 in scale.ticks


def test_an_axis_around_zero_is_the_same_on_both_sides() -> None:
    scale = scale_values("symlog", [-90, 90], bottom=200, height=100)
    zero = scale.at(0)
    assert zero - scale.at(50) == pytest.approx(scale.at(-50) - zero)
    assert scale.ticks == (-100.0, -10.0, 0.0, 10.0, 100.0)


@given(
    st.sampled_from(["linear", "log", "symlog"]),
    st.lists(st.floats(-1e6, 1e6).filter(lambda v: v == 0 or abs(v) > 1e-4), max_size=8),
)
def test_greater_values_are_never_lower_and_all_are_on_the_axis(
    kind: Kind, values: list[float]
) -> None:
    scale = scale_values(kind, values, bottom=200, height=100)
    heights = [scale.at(value) for value in sorted(values)]
    assert heights == sorted(heights, reverse=True)
    assert all(99.99 <= height <= 200.01 for height in heights)
    assert 2 <= len(scale.ticks) <= 14
    assert len(scale.places) == len(scale.ticks)
