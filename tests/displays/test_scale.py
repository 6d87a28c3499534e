"""Axes: where values stand, round ends, round ticks."""

import pytest

from topline.displays.scale import Scale, linear_ends, log_ends, tick_label


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (1.0, 50.0),  # no difference, in the middle of 0.1 to 10
        (0.1, 0.0),
        (10.0, 100.0),
        (1000.0, 100.0),  # beyond the end stands at the end
        (0.001, 0.0),
    ],
)
def test_ratios_stand_by_their_logarithm(value: float, place: float) -> None:
    assert Scale(0.1, 10.0, 0.0, 100.0, log=True).at(value) == pytest.approx(place)


def test_an_axis_runs_backwards_with_a_width_below_zero() -> None:
    assert Scale(0, 100, left=200, width=-100).at(25) == 175


@pytest.mark.parametrize(
    ("ends", "most", "ticks"),
    [
        ((0, 100), 6, [0, 20, 40, 60, 80, 100]),
        ((0, 100), 3, [0, 50, 100]),
        ((-40, 40), 5, [-40, -20, 0, 20, 40]),
        ((0, 30), 7, [0, 5, 10, 15, 20, 25, 30]),
        ((0, 30), 2, [0]),  # no round step reaches 30
    ],
)
def test_ticks_are_round(ends: tuple[float, float], most: int, ticks: list[float]) -> None:
    assert Scale(*ends, 0, 100).ticks(most) == ticks


@pytest.mark.parametrize(
    ("ends", "most", "ticks"),
    [
        ((0.2, 5), 9, [0.2, 0.5, 1, 2, 5]),
        ((0.05, 5), 5, [0.05, 0.1, 0.5, 1, 5]),
        ((0.01, 1000), 6, [0.01, 0.1, 1, 10, 100, 1000]),
        ((0.01, 1000), 3, [0.01, 1, 100]),
    ],
)
def test_ticks_of_ratios_are_one_two_and_five(
    ends: tuple[float, float], most: int, ticks: list[float]
) -> None:
    assert Scale(*ends, 0, 100, log=True).ticks(most) == pytest.approx(ticks)


def test_ends_hold_all_values_and_are_round() -> None:
    assert linear_ends([0, 63.5], most=6) == (0, 80)
    assert linear_ends([-37.2, 12.0], most=7) == (-40, 20)
    assert linear_ends([5, 5], most=5) == (5, 6)
    assert log_ends([0.3, 1, 14]) == (0.2, 20)
    assert log_ends([1.0]) == (1, 2)


def test_values_at_the_ends_are_on_the_axis() -> None:
    assert Scale(0.1, 10, 0, 1, log=True).holds(10)
    assert not Scale(0.1, 10, 0, 1, log=True).holds(10.01)
    assert Scale(-40, 40, 0, 1).holds(-40)
    assert not Scale(-40, 40, 0, 1).holds(-41)


def test_ticks_print_the_minus_sign_and_no_zeros() -> None:
    assert [tick_label(v) for v in (0.05, 2.5, 100.0, -10.0, 0.0)] == [
        "0.05", "2.5", "100", "\u221210", "0",
    ]  # fmt: skip
