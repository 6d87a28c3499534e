r"""Trend of a proportion over ordered groups (Cochran-Armitage), and of two ordered variables.

With scores $s_i$ of the groups, $x_i$ of $n_i$ subjects with the event and $\bar p = x / n$, the
statistic is $T = \sum s_i x_i$ with expectation $\bar p \sum s_i n_i$, and the chi-square on 1
degree of freedom is $(T - E)^2 / (\bar p (1 - \bar p) \sum n_i (s_i - \bar s)^2)$ [1]_ [2]_, as in
R's ``prop.trend.test``. A table with more than two categories is tested for linear association of
the scores of rows and columns, $(n - 1) r^2$ [3]_; note that one factor is n and the other n - 1.

The exact test gives each table with the same margins its hypergeometric probability and adds up
those with $|T - E|$ at least as large as observed [2]_, comparing whole numbers: scores count as
the decimals that they print as. It is for two categories.

Groups without a subject are left out with a warning; they keep the scores of the others. Without
two groups, two categories or two scores there is no p-value; of the exact test it is 1.

References
----------
.. [1] Armitage P (1955). Tests for linear trends in proportions and frequencies. Biometrics 11(3):
   375-386.
.. [2] Agresti A (2013). Categorical data analysis, 3rd ed., sections 5.3.5 and 3.5. Hoboken: Wiley.
.. [3] Mantel N (1963). Chi-square tests with one degree of freedom; extensions of the
   Mantel-Haenszel procedure. Journal of the American Statistical Association 58(303): 690-700.
"""

import math
from fractions import Fraction
from typing import Literal

import numpy as np
from scipy import special

from topline.stats.method import Method, library_version
from topline.stats.tables.table_test import (
    Counts,
    Floats,
    Table,
    TableTest,
    counts_of,
    no_comparison,
    occupied,
    refuse_choice,
    scores_of,
)

TrendMethod = Literal["asymptotic", "exact"]

_MOST_SUMS = 20_000_000


def compute_trend(
    table: Table,
    *,
    scores: Floats | None = None,
    category_scores: Floats | None = None,
    method: TrendMethod = "asymptotic",
) -> TableTest:
    """Test whether a proportion, or an ordered category, rises or falls over ordered groups.

    Parameters
    ----------
    table
        Shape (groups, categories). Subjects; of two categories the first is the event.
    scores
        Shape (groups,). Places of the groups, such as doses; None: 1, 2, 3 and so on.
    category_scores
        Shape (categories,). Places of more than two categories; None likewise.
    method
        "exact" for two categories only; it has no degrees of freedom.

    Raises
    ------
    ValueError
        No table of counts, scores of another number, or an exact test of several categories.

    Examples
    --------
    >>> import numpy as np
    >>> responders = np.array([[1, 9], [3, 7], [6, 4]])  # of 10 on each of three doses
    >>> test = compute_trend(responders)
    >>> round(test.statistic, 4), round(test.p_value, 4)
    (5.625, 0.0177)
    >>> round(compute_trend(responders, method="exact").p_value, 4)
    0.0327
    """
    counts = counts_of(table)
    refuse_choice("trend test", method, ("asymptotic", "exact"))
    groups, categories = counts.shape
    if method == "exact" and categories != 2:
        msg = f"the exact trend test needs 2 categories, not {categories}; use asymptotic"
        raise ValueError(msg)
    row_scores = scores_of("scores", scores, groups)
    column_scores = scores_of("category_scores", category_scores, categories)
    full, warnings = occupied(counts)
    row_scores, column_scores = row_scores[counts.any(axis=1)], column_scores[counts.any(axis=0)]
    name = "Cochran-Armitage trend test" if categories == 2 else "Linear-by-linear association test"
    used = Method(
        name if method == "asymptotic" else f"Exact {name}",
        (("method", method), ("scores", " ".join(f"{score:g}" for score in row_scores))),
        library_version("numpy" if method == "exact" else "scipy"),
    )
    n = int(counts.sum())
    if min(len(set(row_scores.tolist())), len(set(column_scores.tolist()))) < 2:
        return no_comparison(n, used, warnings, exact=method == "exact")
    statistic = (n if categories == 2 else n - 1) * _squared_correlation(
        full, row_scores, column_scores
    )
    if method == "asymptotic":
        p_value, df = float(special.chdtrc(1, statistic)), 1
    else:
        p_value, df = _exact(full, row_scores), 0
        if np.isnan(p_value):
            warnings += ("not computed: too many sums of scores; round the scores, or asymptotic",)
    return TableTest(statistic, df, p_value, n, used, warnings)


def _squared_correlation(counts: Counts, row_scores: Floats, column_scores: Floats) -> float:
    n = counts.sum()
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    u = row_scores - rows @ row_scores / n
    v = column_scores - columns @ column_scores / n
    return float((u @ counts @ v) ** 2 / ((rows @ u**2) * (columns @ v**2)))


def _exact(counts: Counts, scores: Floats) -> float:
    """Add up the tables whose sum of scores is at least as far from its expectation."""
    places = _whole_scores(scores)
    n = int(counts.sum())
    if 2 * int(counts[:, 0].sum()) > n:
        counts = counts[:, ::-1]
    events, sizes = counts[:, 0].tolist(), counts.sum(axis=1).tolist()
    total = sum(events)
    most = max(places) * total
    if (total + 1) * (most + 1) > _MOST_SUMS:
        return float("nan")
    mass = np.zeros((total + 1, most + 1))
    mass[0, 0] = 1.0
    for size, place in zip(sizes, places, strict=True):
        mass = _add_group(mass, _weights(min(size, total), size, total / n), place)
    expected = total * sum(s * k for s, k in zip(sizes, places, strict=True))
    apart = abs(n * sum(x * k for x, k in zip(events, places, strict=True)) - expected)
    sums = np.arange(most + 1)
    last = mass[total]
    return min(1.0, float(last[np.abs(n * sums - expected) >= apart].sum() / last.sum()))


def _whole_scores(scores: Floats) -> list[int]:
    """Read scores as the decimals that they print as, and make them the smallest whole numbers."""
    exact = [Fraction(repr(score)) for score in scores.tolist()]
    lowest = min(exact)
    scale = math.lcm(*(score.denominator for score in exact))
    whole = [int((score - lowest) * scale) for score in exact]
    return [place // math.gcd(*whole) for place in whole]


def _weights(most: int, size: int, share: float) -> Floats:
    """Binomial probabilities of 0 to `most` events among `size`, up to one factor."""
    x = np.arange(most)
    log_weight = np.concatenate([[0.0], np.cumsum(np.log((size - x) / (x + 1)))])
    log_weight += np.arange(most + 1) * math.log(share / (1 - share))
    return np.exp(log_weight - log_weight.max())


def _add_group(mass: Floats, weights: Floats, place: int) -> Floats:
    """Put 0 or more events of a group at its place into each part of a table."""
    added = np.zeros_like(mass)
    events, sums = mass.shape
    for x, weight in enumerate(weights.tolist()):
        added[x:, x * place :] += weight * mass[: events - x, : sums - x * place]
    return added
