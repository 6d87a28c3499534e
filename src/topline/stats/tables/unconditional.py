r"""Unconditional exact tests of 2 x 2 tables: Barnard's and Boschloo's.

Only the sizes of the two groups are fixed. Tables at least as extreme as the observed one have,
were both proportions $p$, a probability that is a polynomial in $p$; the p-value is its largest
value over all $p$ [1]_. Extreme is

barnard
    by the score statistic with pooled variance [2]_, or with unpooled; 0 where groups do not
    differ, infinite where they differ and the variance is 0;
boschloo
    by Fisher's p-value [3]_: never less powerful than Fisher's test.

Two-sided tests take the absolute statistic and the two-sided Fisher's p-value (of the probable
kind, as R's ``fisher.test``; scipy doubles the smaller one-sided Boschloo p-value instead).

The largest value is found on a grid of 1,001 equal steps of $\arcsin \sqrt p$, on which all
binomial distributions are about equally wide and up to 1,000 subjects far wider than a step, then
on finer grids around every peak until the digits end. Nothing is drawn at random.

References
----------
.. [1] Barnard GA (1947). Significance tests for 2 x 2 tables. Biometrika 34(1/2): 123-138.
.. [2] Suissa S, Shuster JJ (1985). Exact unconditional sample sizes for the 2 x 2 binomial trial.
   Journal of the Royal Statistical Society A 148(4): 317-327.
.. [3] Boschloo RD (1970). Raised conditional level of significance for the 2 x 2-table when testing
   the equality of two probabilities. Statistica Neerlandica 24(1): 1-9.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from topline.stats.method import Method, library_version
from topline.stats.tables.fisher import Alternative
from topline.stats.tables.table_test import (
    Counts,
    Floats,
    Table,
    TableTest,
    fourfold,
    no_comparison,
    refuse_choice,
)

Statistic = Literal["pooled", "unpooled"]

_TIE = 1e-10  # statistics this close, relatively, are equal
_FISHER_TIE = 1 + 1e-7  # as in R's fisher.test
_STEPS = 1_000


def compute_barnard(
    table: Table, *, statistic: Statistic = "pooled", alternative: Alternative = "two-sided"
) -> TableTest:
    """Test whether two groups have the same proportion, by Barnard's test.

    Parameters
    ----------
    table
        Shape (2, 2). Rows group and reference group, columns event and no event.
    statistic
        Variance in the score statistic.
    alternative
        "greater" asks whether the event is more frequent in the first group.

    Raises
    ------
    ValueError
        No 2 x 2 table of counts, or a choice that does not exist.

    Examples
    --------
    >>> import numpy as np
    >>> test = compute_barnard(np.array([[7, 5], [1, 11]]))
    >>> round(test.statistic, 4), round(test.p_value, 4)
    (2.5981, 0.0103)
    """
    counts = fourfold(table)
    refuse_choice("statistic", statistic, ("pooled", "unpooled"))
    refuse_choice("alternative", alternative, ("two-sided", "greater", "less"))
    used = Method(
        "Barnard test",
        (("statistic", statistic), ("alternative", alternative)),
        library_version("numpy"),
    )
    sizes = counts.sum(axis=1)
    if not sizes.all():
        return no_comparison(int(counts.sum()), used, exact=True)
    scores = _scores(sizes, pooled=statistic == "pooled")
    observed = float(scores[tuple(counts[:, 0])])
    extreme = {"greater": scores, "less": -scores, "two-sided": np.abs(scores)}[alternative]
    least = float(extreme[tuple(counts[:, 0])])
    slack = _TIE * abs(least) if np.isfinite(least) else 0.0
    p_value = _largest(extreme >= least - slack, sizes)
    return TableTest(observed, 0, p_value, int(counts.sum()), used)


def compute_boschloo(table: Table, *, alternative: Alternative = "two-sided") -> TableTest:
    """Test whether two groups have the same proportion, by Boschloo's test.

    Parameters
    ----------
    table
        Shape (2, 2). Rows group and reference group, columns event and no event.
    alternative
        "greater" asks whether the event is more frequent in the first group.

    Returns
    -------
    TableTest
        The statistic is Fisher's p-value.

    Raises
    ------
    ValueError
        No 2 x 2 table of counts, or an alternative that does not exist.

    Examples
    --------
    >>> import numpy as np
    >>> test = compute_boschloo(np.array([[7, 5], [1, 11]]))
    >>> round(test.statistic, 4), round(test.p_value, 4)
    (0.0272, 0.0103)
    """
    counts = fourfold(table)
    refuse_choice("alternative", alternative, ("two-sided", "greater", "less"))
    used = Method("Boschloo test", (("alternative", alternative),), library_version("numpy"))
    sizes = counts.sum(axis=1)
    if not sizes.all():
        return no_comparison(int(counts.sum()), used, exact=True)
    fisher = _fisher_p_values(sizes, alternative)
    observed = float(fisher[tuple(counts[:, 0])])
    p_value = _largest(fisher <= observed * (1 + _TIE), sizes)
    return TableTest(observed, 0, p_value, int(counts.sum()), used)


def _scores(sizes: Counts, *, pooled: bool) -> Floats:
    """Score statistics by events in group and reference group."""
    n1, n2 = float(sizes[0]), float(sizes[1])
    x1, x2 = np.arange(n1 + 1)[:, None], np.arange(n2 + 1)
    p1, p2, p = x1 / n1, x2 / n2, (x1 + x2) / (n1 + n2)
    apart = (x1 * n2 - x2 * n1) / (n1 * n2)
    if pooled:
        variance = p * (1 - p) * (1 / n1 + 1 / n2)
    else:
        variance = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
    scores = np.copysign(np.inf, apart)
    np.divide(apart, np.sqrt(variance), out=scores, where=variance > 0)
    return np.where(apart == 0, 0.0, scores)


def _fisher_p_values(sizes: Counts, alternative: Alternative) -> Floats:
    """Fisher's p-values by events in group and reference group."""
    n1, n2 = int(sizes[0]), int(sizes[1])
    log_ways = _log_choices(n1)[:, None] + _log_choices(n2)
    p_values = np.ones((n1 + 1, n2 + 1))
    for events in range(n1 + n2 + 1):
        x = np.arange(max(0, events - n2), min(n1, events) + 1)
        if alternative == "greater":
            x = x[::-1]
        chances = log_ways[x, events - x]
        chances = np.exp(chances - chances.max())
        chances /= chances.sum()
        if alternative == "two-sided":
            order = np.sort(chances)
            sums = np.cumsum(order)
            p_values[x, events - x] = sums[
                np.searchsorted(order, chances * _FISHER_TIE, side="right") - 1
            ]
        else:
            p_values[x, events - x] = np.cumsum(chances)
    return p_values


def _largest(region: NDArray[np.bool_], sizes: Counts) -> float:
    """Largest probability of a region of tables over all common proportions."""
    n1, n2 = sizes.tolist()
    x1, x2 = np.nonzero(region)
    ways = np.full(n1 + n2 + 1, -np.inf)
    np.logaddexp.at(ways, x1 + x2, _log_choices(n1)[x1] + _log_choices(n2)[x2])
    events = np.flatnonzero(ways > -np.inf)
    ways = ways[events]

    def chance(angle: Floats) -> Floats:
        p, q = np.sin(angle) ** 2, np.cos(angle) ** 2
        powers = special.xlogy(events, p[:, None]) + special.xlogy(n1 + n2 - events, q[:, None])
        return np.exp(ways + powers).sum(axis=1)

    step = np.pi / 2 / _STEPS
    angles = np.linspace(0.0, np.pi / 2, _STEPS + 1)
    value = chance(angles)
    largest = float(value.max())
    around = np.pad(value, 1, constant_values=-1.0)
    peaks = angles[(value >= around[:-2]) & (value >= around[2:]) & (value > 0.5 * largest)]
    fine = np.linspace(-1.0, 1.0, 21)
    while len(peaks) and step > 1e-9:
        near = np.clip(peaks[:, None] + step * fine, 0.0, np.pi / 2)
        value = chance(near.ravel()).reshape(near.shape)
        largest = max(largest, float(value.max()))
        best = value.argmax(axis=1)
        peaks, step = near[np.arange(len(peaks)), best], step / 10
        top = value.max(axis=1)
        peaks = peaks[top > largest * (1 - 1e-3)]
    return min(1.0, largest)


def _log_choices(n: int) -> Floats:
    k = np.arange(n + 1)
    return special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
