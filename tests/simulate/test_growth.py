"""Tumors shrink, grow and progress as RECIST 1.1 and the growth law have it."""

import numpy as np
import pytest

from topline.simulate.growth import compute_progression, compute_size


def progression(sum_mm: float, shrink: float, regrow: float) -> float:
    each = (np.array([value]) for value in (sum_mm, shrink, regrow))
    return float(compute_progression(*each)[0])


def test_growth_alone_progresses_at_20_percent_of_a_large_sum() -> None:
    # exp(g t) = 1.2; 20 % of 100 mm is more than 5 mm
    assert progression(100, 0, 0.001) == pytest.approx(np.log(1.2) / 0.001)


def test_a_small_sum_must_grow_by_5_mm() -> None:
    # exp(g t) = 1.5; 5 mm of 10 mm is more than 20 %
    assert progression(10, 0, 0.001) == pytest.approx(np.log(1.5) / 0.001)


def test_without_regrowth_nothing_progresses() -> None:
    assert progression(100, 0.01, 0) == np.inf


def test_progression_counts_from_the_lowest_sum() -> None:
    shrink, regrow, sum_mm = 0.01, 0.002, 100.0
    days = np.arange(0, 1500, 0.01)
    sums = sum_mm * (np.exp(-shrink * days) + np.exp(regrow * days) - 1)
    lowest = np.minimum.accumulate(sums)
    expected = days[(sums >= 1.2 * lowest) & (sums - lowest >= 5)][0]
    assert progression(sum_mm, shrink, regrow) == pytest.approx(expected, abs=0.02)


def test_size_begins_at_1() -> None:
    ones = np.ones(3)
    assert compute_size(0 * ones, ones, ones).tolist() == [1, 1, 1]
