"""Figures of measured numbers as those of `topline.stats`, quickly and many times over.

Exact distributions of ranks depend on the sizes of the groups and on the ties alone; each is
counted once. What `topline.stats` would work out beside a p-value, such as limits of a shift, is
left out. The tests set each against its counterpart there.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import special

from topline.stats.ranks.exact_ranks import SumDistribution, group_sums, signed_sums, subset_sums
from topline.stats.ranks.kruskal_wallis import compute_kruskal_wallis
from topline.stats.ranks.ranking import normal_p_value, tie_sum

Floats = NDArray[np.float64]
_EXACT = 200
"""Up to so many values tests of two samples are exact without a choice."""
_STATES = 100_000
"""So many the analyses count at most without being asked."""
_CLOSE = 1e-9
_NAN = float("nan")
_KEPT = 20_000


def compute_middle(values: Floats) -> float:
    """Return the median; NaN of nothing.

    Examples
    --------
    >>> compute_middle(np.array([4.0, 1.0, 3.0, 2.0]))
    2.5
    """
    n = values.size
    if n == 0:
        return _NAN
    ordered = np.sort(values)
    return float((ordered[(n - 1) // 2] + ordered[n // 2]) / 2)


def rank_doubled(values: Floats) -> NDArray[np.int64]:
    """Rank values as `doubled_ranks` does, in a third of the time.

    Examples
    --------
    >>> rank_doubled(np.array([3.0, 1.0, 3.0, 7.0])).tolist()
    [5, 2, 5, 8]
    """
    ordered = np.sort(values)
    below, upto = ordered.searchsorted(values), ordered.searchsorted(values, "right")
    return (below + upto + 1).astype(np.int64, copy=False)


def compute_mann_whitney_p(values: Floats, reference: Floats) -> float:
    """Return the two-sided p-value of the Mann-Whitney test.

    Examples
    --------
    >>> values = np.array([5.0, 7.0, 7.0, 9.0, 12.0])
    >>> round(compute_mann_whitney_p(values, np.array([1.0, 2.0, 2.0, 5.0, 6.0])), 4)
    0.0238
    """
    n, m = values.size, reference.size
    if n == 0 or m == 0:
        return _NAN
    ranks = rank_doubled(np.concatenate([values, reference]))
    rank_sum = int(ranks[:n].sum())
    total = n + m
    if total <= _EXACT:
        return _rank_sum_p(np.sort(ranks).tobytes(), n, rank_sum)
    free = total + 1 - tie_sum(ranks) / (total * (total - 1))
    w = (rank_sum - n * (n + 1)) / 2
    sd = sqrt(n * m / 12 * max(0.0, free))
    return normal_p_value(w - n * m / 2, sd, "two-sided", correct=True)


def compute_signed_rank_p(differences: Floats) -> float:
    """Return the two-sided p-value of the signed-rank test; differences of zero are left out.

    Examples
    --------
    >>> compute_signed_rank_p(np.array([2.0, 3.0, -1.0, 5.0, 3.0, 4.0, 0.0]))
    0.0625
    """
    signed = differences[differences != 0]
    if signed.size == 0:
        return _NAN
    ranks = rank_doubled(np.abs(signed))
    rank_sum = int(ranks[signed > 0].sum())
    if signed.size <= _EXACT:
        return _signs_p(np.sort(ranks).tobytes(), rank_sum)
    away = (rank_sum - int(ranks.sum()) / 2) / 2
    sd = sqrt(float((ranks.astype(np.float64) ** 2).sum()) / 16)
    return normal_p_value(away, sd, "two-sided", correct=True)


def compute_kruskal_wallis_p(samples: Sequence[Floats]) -> float:
    """Return the p-value of the Kruskal-Wallis test; samples without values are left out.

    Where the test of three or more samples is exact and values are tied, it is near that: the
    distribution is then that of values without ties.

    Examples
    --------
    >>> one, two = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    >>> round(compute_kruskal_wallis_p([one, two, two + 2]), 3)
    0.067
    """
    samples = [sample for sample in samples if sample.size]
    sizes = tuple(sample.size for sample in samples)
    if len(sizes) < 2:
        return _NAN
    values = np.concatenate(samples)
    if len(sizes) == 2:
        return compute_mann_whitney_p(*samples)
    away = rank_doubled(values) - (values.size + 1)
    total = int((away * away).sum())
    if total == 0:
        return _NAN
    ends = np.cumsum((0, *sizes))[:-1]
    between = float((np.add.reduceat(away, ends) ** 2 / np.array(sizes)).sum())
    h = (values.size - 1) * between / total
    tails = _tails(sizes)
    if tails is None:
        return float(special.chdtrc(len(sizes) - 1, h))
    return float(tails[1][np.searchsorted(tails[0], h - _CLOSE)])


def compute_repeated_f(samples: Sequence[Floats]) -> tuple[float, float]:
    """Return F and p of visits in a model with a random intercept, each patient at each visit.

    Parameters
    ----------
    samples
        A visit each, patients in one order. Restricted maximum likelihood then has a closed form:
        where patients differ less than their own values do, the variance between them is 0 and
        all values count as independent.

    Examples
    --------
    >>> first = np.array([1.0, 2.0, 4.0, 6.0])
    >>> f, p = compute_repeated_f([first, first + np.array([1.0, 0.0, 2.0, 1.0])])
    >>> round(f, 3), round(p, 3)
    (6.0, 0.092)
    """
    values = np.stack(samples, axis=1)
    n, k = len(samples[0]), len(samples)
    if n < 2:
        return _NAN, _NAN
    away = values - values.sum() / values.size
    visits = float((away.sum(axis=0) ** 2).sum()) / n
    subjects = float((away.sum(axis=1) ** 2).sum()) / k
    error, free = float((away**2).sum()) - visits - subjects, (n - 1) * (k - 1)
    if subjects * free < error * (n - 1):
        error, free = error + subjects, k * (n - 1)
    if error <= 0:
        return _NAN, _NAN
    f = visits / (k - 1) / (error / free)
    return f, float(special.fdtrc(k - 1, free, f))


@lru_cache(_KEPT)
def _rank_sum_p(ranks: bytes, size: int, rank_sum: int) -> float:
    return _subsets(ranks, size).p_value(rank_sum)


@lru_cache(_KEPT)
def _signs_p(ranks: bytes, rank_sum: int) -> float:
    return _signs(ranks).p_value(rank_sum)


@lru_cache(_KEPT // 100)
def _subsets(ranks: bytes, size: int) -> SumDistribution:
    return subset_sums(np.frombuffer(ranks, np.int64), size)


@lru_cache(_KEPT // 100)
def _signs(ranks: bytes) -> SumDistribution:
    return signed_sums(np.frombuffer(ranks, np.int64))


@lru_cache(_KEPT // 100)
def _tails(sizes: tuple[int, ...]) -> tuple[Floats, Floats] | None:
    """Return rising H, with the share of ways to reach it or more; None where it is not exact."""
    total = sum(sizes)
    codes = np.repeat(np.arange(len(sizes)), sizes)
    found = compute_kruskal_wallis(np.arange(total, dtype=np.float64), codes)
    rising = np.sort(np.array(sizes))
    counted = group_sums(2 * np.arange(1, total + 1), rising, _STATES)
    if dict(found.method.options)["method"] != "exact" or counted is None:
        return None
    sums, ways = counted
    away = sums - rising * (total + 1)
    h = (away**2 / rising).sum(axis=1) * 3 / (total * (total + 1))
    order = np.argsort(h)
    shares = np.cumsum(ways[order][::-1])[::-1] / ways.sum()
    return h[order], np.append(shares, 0.0)
