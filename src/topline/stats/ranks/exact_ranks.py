"""Permutation distributions of sums of ranks, ties included, by counting.

Scores are whole numbers (doubled ranks). Observation by observation the ways to reach each sum are
added up [1]_. Only counts are added, so nothing cancels and the smallest tail keeps its digits;
counts are exact up to 2⁵³ and rounded beyond.

References
----------
.. [1] Streitberg B, Röhmel J (1986). Exact distributions for permutation and rank tests: an
   introduction to some recently published algorithms. Statistical Software Newsletter 12: 10-17.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from topline.stats.ranks.ranking import Alternative, Counts, Floats

_LARGEST = 2**62  # whole numbers up to here fit


@dataclass(frozen=True, slots=True, eq=False)
class SumDistribution:
    """Ways to reach each sum, from the smallest sum on."""

    sums: Counts
    """Rising."""
    ways: Floats
    mean: Fraction

    def p_value(self, observed: int, alternative: Alternative = "two-sided") -> float:
        """Probability of the sum observed and beyond; two-sided, as far from the mean or more."""
        if alternative == "two-sided":
            distance = np.abs(self.mean.denominator * self.sums - self.mean.numerator)
            far = distance >= abs(self.mean.denominator * observed - self.mean.numerator)
        else:
            far = self.sums >= observed if alternative == "greater" else self.sums <= observed
        return min(1.0, float(self.ways[far].sum() / self.ways.sum()))


def subset_sums(scores: Counts, size: int) -> SumDistribution:
    """Count the subsets of `size` scores by their sum.

    Examples
    --------
    >>> ranks = subset_sums(np.array([1, 2, 3, 4]), 2)
    >>> ranks.sums.tolist(), ranks.ways.tolist()
    ([3, 4, 5, 6, 7], [1.0, 1.0, 2.0, 1.0, 1.0])
    """
    n, total = len(scores), int(scores.sum())
    mean = Fraction(size * total, n)
    start, step, steps = _whole_steps(scores)
    fewer = min(size, n - size)  # those left out are as many ways, and their sum is the rest
    ways = _subset_ways(steps, fewer)
    sums = fewer * start + step * np.arange(len(ways), dtype=np.int64)
    if fewer < size:
        sums, ways = total - sums[::-1], ways[::-1]
    return SumDistribution(sums[ways > 0], ways[ways > 0], mean)


def signed_sums(scores: Counts) -> SumDistribution:
    """Count the subsets of scores, of any size, by their sum: that of the positive ones.

    Examples
    --------
    >>> ranks = signed_sums(np.array([1, 2, 2]))
    >>> ranks.sums.tolist(), ranks.ways.tolist()
    ([0, 1, 2, 3, 4, 5], [1.0, 1.0, 2.0, 2.0, 1.0, 1.0])
    """
    total = int(scores.sum())
    step = int(np.gcd.reduce(scores)) or 1
    ways = np.zeros(total // step + 1)
    ways[0], top = 1, 0
    for score in np.sort(scores) // step:
        ways[score : top + score + 1] += ways[: top + 1].copy()
        top += int(score)
    sums = step * np.arange(len(ways), dtype=np.int64)
    return SumDistribution(sums[ways > 0], ways[ways > 0], Fraction(total, 2))


def _whole_steps(scores: Counts) -> tuple[int, int, Counts]:
    """Write sorted scores as start + step x whole numbers."""
    ordered = np.sort(scores)
    start = int(ordered[0])
    step = int(np.gcd.reduce(ordered - start)) or 1
    return start, step, (ordered - start) // step


def _subset_ways(steps: Counts, size: int) -> Floats:
    """Ways by sum of the subsets of `size`; row j of the table counts those of j so far."""
    n = len(steps)
    sums = np.concatenate([[0], np.cumsum(steps)])
    table = np.zeros((size + 1, int(sums[n] - sums[n - size]) + 1))
    table[0, 0] = 1
    for seen, score in enumerate(steps.tolist() if size else []):
        last = min(seen, size - 1)
        first = min(last, max(0, size - n + seen))  # rows below can no longer be filled
        top = int(sums[seen] - sums[seen - last]) + 1
        table[first + 1 : last + 2, score : score + top] += table[first : last + 1, :top]
    return table[size]


def group_sums(scores: Counts, sizes: Counts, most: int) -> tuple[Counts, Floats] | None:
    """Count the ways to share scores out among groups, by the groups' sums.

    Groups of one size are not told apart, which leaves few states to count.

    Parameters
    ----------
    scores
        Shape (n,). Whole numbers.
    sizes
        Shape (k,). Rising, at least 1, and n in sum.
    most
        States at a time that are counted; None is returned where there are more.

    Returns
    -------
    tuple of arrays, or None
        Sums, shape (states, k), in the order of `sizes`; and the ways to each, shape (states,).

    Examples
    --------
    >>> sums, ways = group_sums(np.array([1, 2, 3, 4]), np.array([2, 2]), most=100)
    >>> sums.tolist(), ways.tolist()
    ([[3, 7], [4, 6], [5, 5]], [2.0, 2.0, 2.0])
    """
    start, step, steps = _whole_steps(scores)
    base = int(steps.sum()) + 1  # a state holds, for each group, members x base + sum
    alike = np.split(np.arange(len(sizes)), np.flatnonzero(np.diff(sizes)) + 1)
    states, ways = np.zeros((1, len(sizes)), np.int64), np.ones(1)
    for score in steps.tolist():
        open_to = states // base < sizes
        state, group = np.nonzero(open_to)
        states, ways = states[state], ways[state]
        states[np.arange(len(states)), group] += base + score
        for columns in alike:
            if len(columns) > 1:
                states[:, columns] = np.sort(states[:, columns], axis=1)
        first, place = _distinct_rows(states, int(sizes[-1] + 1) * base)
        states, ways = states[first], np.bincount(place, ways).astype(np.float64, copy=False)
        if len(states) > most:
            return None
    return sizes * start + step * (states % base), ways


def _distinct_rows(rows: Counts, bound: int) -> tuple[Counts, Counts]:
    """Where each distinct row of numbers below `bound` stands first, and which one each row is."""
    key, below = rows[:, 0], bound
    for column in rows.T[1:-1]:  # the last column follows from the others
        if below * bound > _LARGEST:
            key = np.unique(key, return_inverse=True)[1]
            below = len(rows)
        key, below = key * bound + column, below * bound
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    return first.astype(np.int64), place.astype(np.int64)
