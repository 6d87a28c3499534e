from math import comb, log

import numpy as np
import pytest

from tests.stats.small_tables import table, tables
from topline.stats.tables.hypergeometric import first_cell, sum_of_first_cells


def test_chances_are_ways_by_ways() -> None:
    # Margins 4 and 5 by 3 and 6: choose(4, x) choose(5, 3 - x) = 10, 40, 30, 4
    cell = first_cell(table("1 3 / 2 3"))
    assert (cell.lowest, cell.highest, cell.observed) == (0, 3, 1)
    assert cell.chances() == pytest.approx(np.array([10, 40, 30, 4]) / 84, rel=1e-14)


def test_an_odds_ratio_tilts_the_chances() -> None:
    weights = np.array([10, 40 * 2, 30 * 4, 4 * 8])
    cell = first_cell(table("1 3 / 2 3"))
    assert cell.chances(log(2)) == pytest.approx(weights / weights.sum(), rel=1e-14)
    assert cell.mean(log(2)) == pytest.approx(weights @ np.arange(4) / weights.sum(), rel=1e-14)


def test_tails_share_the_observed_as_told() -> None:
    cell = first_cell(table("1 3 / 2 3"))
    assert cell.above() == pytest.approx(74 / 84, rel=1e-14)
    assert cell.above(own=0.5) == pytest.approx(54 / 84, rel=1e-14)
    assert cell.below(own=0.5) == pytest.approx(30 / 84, rel=1e-14)


def test_large_tables_keep_their_digits() -> None:
    n, x = 1000, 700
    cell = first_cell(np.array([[x, n - x], [n - x, x]]))
    exact = comb(n, x) * comb(n, n - x) / comb(2 * n, n)
    assert cell.chances()[x] == pytest.approx(exact, rel=1e-11)


def test_sums_over_strata_are_convolved() -> None:
    # 0 to 2 in 1, 4, 1 ways and 3 or 4 in 4 or 1: 4, 17, 8, 1 of 30
    cell = sum_of_first_cells(tables("1 1 / 1 1", "3 1 / 1 0"))
    assert (cell.lowest, cell.highest, cell.observed) == (3, 6, 4)
    assert cell.chances() == pytest.approx(np.array([4, 17, 8, 1]) / 30, rel=1e-14)
