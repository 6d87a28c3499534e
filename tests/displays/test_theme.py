"""Colours that colour-blind eyes, printers and projectors keep apart."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from tests.displays.colours import VIEWS, contrast_on_white, distance, lab
from topline.displays import theme

# Sharma, Wu, Dalal (2005), table 1: pairs 1, 7, 13, 17 and 25.
SHARMA = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, -0.0010, 2.4900), (50.0, 0.0009, -2.4900), 4.8045),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
]
EVERY_COLOUR = {*theme.SERIES, *theme.SCALE, *theme.RESPONSES.values(), theme.ABSENT}


@pytest.mark.parametrize(("first", "second", "expected"), SHARMA)
def test_the_distance_is_that_of_the_published_pairs(
    first: tuple[float, ...], second: tuple[float, ...], expected: float
) -> None:
    assert distance(np.array(first), np.array(second)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("colour", sorted(EVERY_COLOUR))
def test_every_colour_has_a_contrast_of_three_on_white(colour: str) -> None:
    assert contrast_on_white(colour) >= 3


@pytest.mark.parametrize("view", VIEWS)
def test_any_two_of_the_series_are_apart_for_these_eyes(view: str) -> None:
    least = min(distance(lab(a, view), lab(b, view)) for a, b in combinations(theme.SERIES, 2))
    assert least >= 13


@pytest.mark.parametrize("view", VIEWS)
def test_any_two_responses_are_apart_for_these_eyes(view: str) -> None:
    colours = theme.RESPONSES.values()
    assert min(distance(lab(a, view), lab(b, view)) for a, b in combinations(colours, 2)) >= 12


@pytest.mark.parametrize("view", VIEWS)
def test_grades_darken_step_by_step_for_these_eyes(view: str) -> None:
    light = [lab(colour, view)[0] for colour in theme.SCALE]
    assert all(a - b >= 9 for a, b in pairwise(light))
    seen = [lab(colour, view) for colour in theme.SCALE]
    assert all(distance(a, b) >= 8 for a, b in pairwise(seen))


@pytest.mark.parametrize("count", [2, 3, 4, 5, 7, 12])
def test_a_scale_of_any_length_darkens(count: int) -> None:
    light = [lab(theme.scale(place, count).colour)[0] for place in range(count)]
    assert all(a > b for a, b in pairwise(light))


def test_the_first_four_of_the_series_are_apart_in_grey_print() -> None:
    # Without colour L* alone is left; two steps of a printer's grey are some five apart.
    light = sorted(lab(colour)[0] for colour in theme.SERIES[:4])
    assert min(b - a for a, b in pairwise(light)) >= 5


def test_twelve_groups_have_twelve_looks() -> None:
    curves = {(paint.colour, paint.dashes) for paint in map(theme.series, range(12))}
    fills = {(paint.colour, paint.hatch) for paint in map(theme.series, range(12))}
    assert (len(curves), len(fills)) == (12, 12)


def test_widths_are_those_of_a_journal() -> None:
    assert theme.page_width("one column") == pytest.approx(89 / 25.4 * 72)
    assert theme.page_width("two columns") == pytest.approx(183 / 25.4 * 72)
