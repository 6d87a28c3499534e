from collections import Counter
from fractions import Fraction
from itertools import combinations, pairwise, permutations, product
from math import factorial, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.ranks.exact_ranks import group_sums, signed_sums, subset_sums
from topline.stats.ranks.ranking import doubled_ranks

ties = st.lists(st.integers(0, 4), min_size=1, max_size=8)


@given(ties, st.data())
def test_subsets_are_those_of_listing(values: list[int], data: st.DataObject) -> None:
    ranks = doubled_ranks(np.array(values, np.float64))
    size = data.draw(st.integers(0, len(values)))
    listed = Counter(sum(chosen) for chosen in combinations(ranks.tolist(), size))
    got = subset_sums(ranks, size)
    assert dict(zip(got.sums.tolist(), got.ways.tolist(), strict=True)) == listed
    assert got.sums.tolist() == sorted(listed)
    assert got.mean == Fraction(sum(s * w for s, w in listed.items()), sum(listed.values()))


@given(ties)
def test_signs_are_those_of_listing(values: list[int]) -> None:
    ranks = doubled_ranks(np.array(values, np.float64)).tolist()
    listed = Counter(
        sum(rank for rank, taken in zip(ranks, signs, strict=True) if taken)
        for signs in product([False, True], repeat=len(ranks))
    )
    got = signed_sums(np.array(ranks))
    assert dict(zip(got.sums.tolist(), got.ways.tolist(), strict=True)) == listed


@given(st.lists(st.integers(0, 3), min_size=6, max_size=6), st.sampled_from([(1, 2, 3), (2, 2, 2)]))
def test_shares_among_groups_are_those_of_listing(
    values: list[int], sizes: tuple[int, ...]
) -> None:
    ranks = doubled_ranks(np.array(values, np.float64)).tolist()
    ends = np.cumsum([0, *sizes])
    listed = Counter[tuple[int, ...]]()
    for order in permutations(ranks):
        sums = [sum(order[a:b]) for a, b in pairwise(ends.tolist())]
        listed[tuple(sorted(sums) if len(set(sizes)) == 1 else sums)] += 1
    counted = group_sums(np.array(ranks), np.array(sizes), most=10_000)
    assert counted is not None
    sums, ways = counted
    repeats = prod(factorial(size) for size in sizes)
    assert {
        tuple(row): way * repeats for row, way in zip(sums.tolist(), ways.tolist(), strict=True)
    } == listed


def test_count_is_given_up_where_it_grows_too_long() -> None:
    assert group_sums(np.arange(12), np.array([4, 4, 4]), most=100) is None


def test_many_groups_are_told_apart_where_their_sums_are_large() -> None:
    # ten columns of such sums exceed 64 bits and are renumbered on the way
    scores = np.repeat([0, 1, 100_003], [7, 7, 6])
    counted = group_sums(scores, np.full(10, 2), most=10_000)
    assert counted is not None
    sums, ways = counted
    assert len({tuple(row) for row in sums.tolist()}) == len(sums)
    assert (sums.sum(axis=1) == scores.sum()).all()
    assert ways.sum() == pytest.approx(factorial(20) / 2**10, rel=1e-12)


def test_tail_far_from_the_mean_keeps_its_digits() -> None:
    # 1 of C(100, 50) ways: 1.0e-29, where sums from the other end would leave rounding errors
    got = subset_sums(np.arange(1, 101), 50)
    smallest = int(got.sums[0])
    assert got.p_value(smallest, "less") == pytest.approx(
        factorial(50) ** 2 / factorial(100), rel=1e-13
    )


def test_two_sided_takes_the_outcome_just_as_far_on_the_other_side() -> None:
    # 13 of the ranks 1 to 17: the mean is 117, and 13/17 x 153 in floating point is not
    got = subset_sums(np.arange(1, 18), 13)
    below = got.p_value(108, "less")
    assert got.p_value(108) == pytest.approx(2 * below, rel=1e-13)
    assert got.p_value(117) == 1
