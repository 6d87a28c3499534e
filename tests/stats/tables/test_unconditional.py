from fractions import Fraction
from itertools import pairwise
from math import comb
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.small_tables import table
from topline.stats.tables.fisher import Alternative, compute_fisher
from topline.stats.tables.unconditional import compute_barnard, compute_boschloo

ALTERNATIVES: tuple[Alternative, ...] = get_args(Alternative)
pairs = st.tuples(st.integers(1, 8), st.integers(1, 8)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


def bounds(ways: list[int]) -> tuple[float, float]:
    """Enclose the largest value over p of the sum of ways[s] p^s (1 - p)^(n - s).

    As a Bernstein polynomial it is nowhere above the largest of its coefficients; halving the range
    by de Casteljau's scheme brings these down to the values.
    """
    n = len(ways) - 1
    pieces = [[float(Fraction(way, comb(n, s))) for s, way in enumerate(ways)]]
    low = max(pieces[0][0], pieces[0][-1])
    for _ in range(30):
        halves: list[list[float]] = []
        for piece in pieces:
            left, right, middle = list[float](), list[float](), piece
            while middle:
                left.append(middle[0])
                right.append(middle[-1])
                middle = [(a + b) / 2 for a, b in pairwise(middle)]
            halves += [left, right[::-1]]
            low = max(low, left[-1])
        pieces = [piece for piece in halves if max(piece) > low + 1e-14]
        if not pieces:
            return low, low + 1e-14
    return low, max(max(piece) for piece in pieces)


def ways_of(x1: int, n1: int, x2: int, n2: int, alternative: Alternative) -> list[int]:
    """Tables at least as extreme by the pooled score, in whole numbers, by number of events."""

    def score(a: int, b: int) -> Fraction:
        apart, s = a * n2 - b * n1, a + b
        return Fraction(apart * abs(apart), s * (n1 + n2 - s)) if apart else Fraction(0)

    own, ways = score(x1, x2), [0] * (n1 + n2 + 1)
    for a in range(n1 + 1):
        for b in range(n2 + 1):
            extreme = {
                "two-sided": abs(score(a, b)) >= abs(own),
                "greater": score(a, b) >= own,
                "less": score(a, b) <= own,
            }
            ways[a + b] += extreme[alternative] * comb(n1, a) * comb(n2, b)
    return ways


@given(pairs, st.sampled_from(ALTERNATIVES))
def test_no_proportion_makes_the_extreme_tables_likelier(
    counts: tuple[int, int, int, int], alternative: Alternative
) -> None:
    x1, n1, x2, n2 = counts
    low, high = bounds(ways_of(x1, n1, x2, n2, alternative))
    got = compute_barnard(np.array([[x1, n1 - x1], [x2, n2 - x2]]), alternative=alternative).p_value
    assert low - 1e-12 <= got <= high + 1e-12


@given(pairs, st.sampled_from(ALTERNATIVES))
def test_boschloos_test_is_at_least_as_powerful_as_fishers(
    counts: tuple[int, int, int, int], alternative: Alternative
) -> None:
    x1, n1, x2, n2 = counts
    given_ = np.array([[x1, n1 - x1], [x2, n2 - x2]])
    got = compute_boschloo(given_, alternative=alternative)
    fisher = compute_fisher(given_, alternative=alternative).p_value
    assert got.statistic == pytest.approx(fisher, rel=1e-12)
    assert got.p_value <= fisher * (1 + 1e-9)


@pytest.mark.parametrize(
    ("counts", "alternative", "p_value"),
    [
        # Where scipy 1.17.1 misses equal statistics or the peak: 0.327, 0.0321, 0.00446
        ("0 2 / 12 14", "two-sided", 0.3607447),
        ("11 14 / 1 10", "greater", 0.0452020),
        ("6 12 / 14 4", "less", 0.0046371),
    ],
)
def test_ties_and_narrow_peaks_are_found(
    counts: str, alternative: Alternative, p_value: float
) -> None:
    # Whole numbers for the extreme tables, their probability on a grid of 20,000 proportions
    got = compute_barnard(table(counts), alternative=alternative)
    assert got.p_value == pytest.approx(p_value, abs=5e-8)


def test_the_variance_unpooled_is_each_groups_own() -> None:
    # 3/4 and 1/4 of 4: 0.5 / sqrt(2 (3/16) / 4)
    got = compute_barnard(table("3 1 / 1 3"), statistic="unpooled")
    assert got.statistic == pytest.approx(0.5 / (3 / 32) ** 0.5, rel=1e-14)


@pytest.mark.parametrize("statistic", ["pooled", "unpooled"])
def test_groups_that_differ_without_variance_are_the_most_extreme(statistic: Any) -> None:
    # Only this table and its mirror: 2 p^3 (1 - p)^3
    got = compute_barnard(table("3 0 / 0 3"), statistic=statistic)
    assert got.p_value == pytest.approx(2 / 64, rel=1e-13)


@pytest.mark.parametrize("counts", ["0 4 / 0 6", "4 0 / 6 0", "2 2 / 3 3"])
def test_groups_alike_have_p_1(counts: str) -> None:
    assert compute_barnard(table(counts)).p_value == 1
    assert compute_boschloo(table(counts)).p_value == pytest.approx(1, rel=1e-12)


def test_one_group_has_nothing_to_compare() -> None:
    for got in (compute_barnard(table("0 0 / 3 4")), compute_boschloo(table("0 0 / 3 4"))):
        assert got.p_value == 1
        assert got.warnings == ("nothing to compare: one group or one category",)
    assert np.isnan(compute_barnard(table("0 0 / 0 0")).p_value)


def test_wrong_use_is_refused() -> None:
    choice: Any = "csm"
    with pytest.raises(ValueError, match="no statistic 'csm'; choose one of pooled, unpooled"):
        compute_barnard(table("3 1 / 0 13"), statistic=choice)
    with pytest.raises(ValueError, match="no alternative 'csm'"):
        compute_boschloo(table("3 1 / 0 13"), alternative=choice)
    with pytest.raises(ValueError, match="expected 2 x 2"):
        compute_boschloo(table("3 1 2 / 0 13 4"))
