"""Ticks of time axes."""

import pytest

from topline.displays.ticks import time_ticks


@pytest.mark.parametrize(
    ("last", "every", "expected"),
    [
        (38.5, 6, [0, 6, 12, 18, 24, 30, 36, 42]),
        (36, 6, [0, 6, 12, 18, 24, 30, 36]),
        (10, None, [0, 2, 4, 6, 8, 10]),
        (0.4, None, [0, 1]),
        (38, 1, [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38]),
    ],
)
def test_ticks_are_round_and_reach_the_end(
    last: float, every: float | None, expected: list[float]
) -> None:
    assert time_ticks(last, every) == expected


@pytest.mark.parametrize("every", [None, 1, 6])
@pytest.mark.parametrize("at_most", [1, 2, 5, 9, 20])
@pytest.mark.parametrize("last", [0.2, 3, 38.5, 1200])
def test_there_are_no_more_ticks_than_have_room(
    last: float, at_most: int, every: float | None
) -> None:
    ticks = time_ticks(last, every, at_most)
    assert len(ticks) <= at_most + 1
    assert ticks[0] == 0
    assert ticks[-1] >= last
