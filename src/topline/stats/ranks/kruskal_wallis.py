r"""Kruskal-Wallis test of two or more groups.

H compares the groups' mean ranks, corrected for ties [1]_: with mid-ranks $r$ of $N$ values,
$H = (N - 1) \sum_g n_g (\bar r_g - \bar r)^2 / \sum_i (r_i - \bar r)^2$.

exact
    All ways to share out the mid-ranks that were observed are equally likely, with ties too: the
    probability of an H as large or larger, counted, for two groups and for more. With two groups
    it is the two-sided p-value of the exact Mann-Whitney test.
asymptotic
    Chi-square on one degree of freedom less than there are groups, as R's ``kruskal.test``.

Without a choice two groups are tested exactly up to 200 values; more groups as long as the count
keeps at most 100,000 states at a time. Without ties that is about 3 groups of 10, 4 of 5, 5 of 3 or
7 of 2, fewer in groups of unequal size, and many more with ties. Asked for exact, 500 values or
1,000,000 states are counted before it is refused.

Edges: one group, or no values, cannot be compared. Where all values are equal there is no H; the
exact p-value is 1 and the asymptotic one does not exist. Each comes with a warning.

References
----------
.. [1] Kruskal WH, Wallis WA (1952). Use of ranks in one-criterion variance analysis. Journal of the
   American Statistical Association 47(260): 583-621.
"""

from math import lcm

import numpy as np
from scipy import special

from topline.stats.method import Method, library_version
from topline.stats.ranks.exact_ranks import group_sums, subset_sums
from topline.stats.ranks.rank_test import RankTest
from topline.stats.ranks.ranking import (
    Counts,
    Floats,
    Labels,
    PValueMethod,
    chosen_method,
    doubled_ranks,
    group_codes,
    refuse_values,
)

_SWITCH, _LIMIT = 200, 500
_STATES, _MOST_STATES = 100_000, 1_000_000
_WHOLE = 2**62  # whole numbers up to here fit
_NAN = float("nan")


def compute_kruskal_wallis(
    values: Floats, group: Labels, *, method: PValueMethod | None = None
) -> RankTest:
    """Compare two or more groups by their ranks.

    Parameters
    ----------
    values
        Shape (n,), any one unit, none missing. Equal values are ties.
    group
        Shape (n,). Label of each value's group, none missing.
    method
        How the p-value is found; None is exact where that is quick.

    Raises
    ------
    ValueError
        Values or labels missing, a method that does not exist, or too much to count exactly.

    Examples
    --------
    >>> import numpy as np
    >>> test = compute_kruskal_wallis(
    ...     np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), np.array(["A", "A", "B", "B", "C", "C"])
    ... )
    >>> round(test.statistic, 3), test.df, round(test.p_value, 3), dict(test.method.options)
    (4.571, 2, 0.067, {'method': 'exact'})
    """
    refuse_values("values", values)
    names, code = group_codes("group", group, values)
    n, k = len(values), len(names)
    used = chosen_method(method, n, _SWITCH, _LIMIT)
    ranks = doubled_ranks(values)
    h, p_value, doubts = _NAN, _NAN, ()
    if k < 2:
        doubts = ("not estimable: fewer than two groups have values",)
    elif ranks.min() == ranks.max():
        p_value = 1.0 if used == "exact" else _NAN
        doubts = ("all values are equal",)
    else:
        h = _statistic(ranks, code)
        exact = _exact_p_value(ranks, code, method) if used == "exact" else None
        used = "asymptotic" if exact is None else "exact"
        p_value = float(special.chdtrc(k - 1, h)) if exact is None else exact
    library = library_version("numpy" if used == "exact" else "scipy")
    named = Method("Kruskal-Wallis test", (("method", used),), library)
    return RankTest(h, max(k - 1, 0), p_value, n, named, doubts)


def _statistic(ranks: Counts, code: Counts) -> float:
    """H from doubled ranks."""
    sizes = np.bincount(code)
    away = ranks - (len(ranks) + 1)
    between = (np.bincount(code, away) ** 2 / sizes).sum()
    return float((len(ranks) - 1) * between / (away * away).sum())


def _exact_p_value(ranks: Counts, code: Counts, asked: PValueMethod | None) -> float | None:
    """Probability of an H as large or larger; None where the count is too long to be quick."""
    sizes = np.bincount(code)
    own = np.bincount(code, ranks).astype(np.int64)
    if len(sizes) == 2:
        return subset_sums(ranks, int(sizes[0])).p_value(int(own[0]))
    order = np.argsort(sizes)
    common = lcm(*sizes.tolist())
    most = _STATES if asked is None else _MOST_STATES
    counted = group_sums(ranks, sizes[order], most)
    if counted is None or common * len(ranks) ** 4 > _WHOLE:
        if asked is None:
            return None
        msg = f"exact is asked for {len(ranks)} values in {len(sizes)} groups, too many to count: \
use asymptotic"
        raise ValueError(msg)
    sums, ways = counted

    def spread(totals: Counts) -> Counts:
        away = totals - sizes[order] * (len(ranks) + 1)
        return (away * away * (common // sizes[order])).sum(axis=-1)

    far = spread(sums) >= spread(own[order])
    return min(1.0, float(ways[far].sum() / ways.sum()))
