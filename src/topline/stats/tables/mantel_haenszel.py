r"""Stratified tables: Cochran-Mantel-Haenszel tests, common odds ratio, its homogeneity.

Within stratum h the margins are fixed: cells have expectation $r_i c_j / n$ and the covariance
$(\mathrm{diag}(r) - r r' / n) \otimes (\mathrm{diag}(c) - c c' / n) / (n - 1)$. Observed less
expected and covariances are added up over strata, reduced by scores, and measured in the units of
their covariance, with as many degrees of freedom as that has rank [1]_:

general
    Each cell for itself: (r - 1)(c - 1) degrees of freedom; of 2 x 2 tables the test of Mantel and
    Haenszel [2]_.
row-means
    Categories by their scores: do mean scores differ between groups? r - 1 degrees of freedom.
correlation
    Groups and categories by their scores: 1 degree of freedom.

The common odds ratio is that of Mantel and Haenszel with the variance of Robins, Breslow and
Greenland [3]_, or the conditional one of all strata (exact limits and p-value as R's
``mantelhaen.test(exact = TRUE)``, see `odds_ratio`). Breslow and Day's test of its homogeneity
over strata takes Tarone's correction unless told otherwise [4]_ [5]_.

Strata that say nothing (a subject at most, one group, one category) add nothing; they are counted
in a warning. Without any other stratum nothing is estimable, and the exact p-value is 1.

References
----------
.. [1] Landis JR, Heyman ER, Koch GG (1978). Average partial association in three-way contingency
   tables: a review and discussion of alternative tests. International Statistical Review 46(3):
   237-254.
.. [2] Mantel N, Haenszel W (1959). Statistical aspects of the analysis of data from retrospective
   studies of disease. Journal of the National Cancer Institute 22(4): 719-748.
.. [3] Robins J, Breslow N, Greenland S (1986). Estimators of the Mantel-Haenszel variance
   consistent in both sparse data and large-strata limiting models. Biometrics 42(2): 311-323.
.. [4] Breslow NE, Day NE (1980). Statistical methods in cancer research, vol. 1: the analysis of
   case-control studies, section 4.4. Lyon: IARC.
.. [5] Tarone RE (1985). On heterogeneity tests based on efficient scores. Biometrika 72(1): 91-95.
"""

from math import inf, nan, sqrt
from typing import Literal

import numpy as np
from scipy import special

from topline.stats.method import Method, library_version
from topline.stats.tables.effect import Ratio, refuse_level
from topline.stats.tables.hypergeometric import sum_of_first_cells
from topline.stats.tables.odds_ratio import conditional_limits, normal_limits
from topline.stats.tables.table_test import (
    Counts,
    Floats,
    Table,
    TableTest,
    counts_of,
    fourfold,
    refuse_choice,
    scores_of,
)

Association = Literal["general", "row-means", "correlation"]
CommonOddsRatio = Literal["mantel-haenszel", "conditional"]

_NAMES: dict[str, str] = {
    "general": "Cochran-Mantel-Haenszel test, general association",
    "row-means": "Cochran-Mantel-Haenszel test, row mean scores",
    "correlation": "Cochran-Mantel-Haenszel test, correlation",
}
_ZERO = 1e-9  # eigenvalues of the correlations; the smallest true one is far larger


def compute_mantel_haenszel(
    tables: Table,
    *,
    kind: Association = "general",
    scores: Floats | None = None,
    category_scores: Floats | None = None,
    corrected: bool = False,
) -> TableTest:
    """Test whether groups and categories are associated within strata.

    Parameters
    ----------
    tables
        Shape (strata, groups, categories). Subjects.
    kind
        Kind of association; the module says what each is.
    scores
        Shape (groups,). Places of the groups for "correlation"; None: 1, 2, 3 and so on.
    category_scores
        Shape (categories,). Places of the categories for "row-means" and "correlation".
    corrected
        Take 1/2 from a difference of 1/2 or more (2 x 2 tables only), as R does by default.

    Raises
    ------
    ValueError
        No tables of counts, scores of another number, or a correction of larger tables.

    Examples
    --------
    >>> import numpy as np
    >>> sites = np.array([[[8, 2], [4, 6]], [[5, 5], [3, 7]]])
    >>> test = compute_mantel_haenszel(sites)
    >>> round(test.statistic, 4), test.df, round(test.p_value, 4)
    (3.5625, 1, 0.0591)
    """
    counts = counts_of(tables, dimensions=3)
    refuse_choice("kind of association", kind, tuple(_NAMES))
    _, groups, categories = counts.shape
    if corrected and (groups, categories) != (2, 2):
        msg = f"the correction is for 2 x 2 tables; these are {groups} x {categories}"
        raise ValueError(msg)
    u, v = np.eye(groups), np.eye(categories)
    if kind == "correlation":
        u = _centred(scores_of("scores", scores, groups))
    if kind != "general":
        v = _centred(scores_of("category_scores", category_scores, categories))
    telling, warnings = _telling(counts)
    difference, covariance, scale = _sums(telling, u, v)
    used = Method(
        _NAMES[kind] + (" with continuity correction" if corrected else ""),
        (("kind", kind), ("strata", len(counts))),
        library_version("numpy"),
    )
    if corrected and np.abs(difference).max(initial=0.0) > 0.5 - _ZERO:
        difference -= np.copysign(0.5, difference)
    statistic, df = _distance(difference, covariance, scale)
    if df == 0:
        warnings += ("not estimable: no stratum in which anything could differ",)
    p_value = float(special.chdtrc(df, statistic)) if df else nan
    return TableTest(statistic, df, p_value, int(counts.sum()), used, warnings)


def compute_common_odds_ratio(
    tables: Table, *, method: CommonOddsRatio = "mantel-haenszel", level: float = 0.95
) -> Ratio:
    """Estimate the odds ratio that strata have in common.

    Parameters
    ----------
    tables
        Shape (strata, 2, 2). Rows group and reference group, columns event and no event.
    method
        "conditional" is exact, given the margins of each stratum.
    level
        Coverage of the two-sided interval, between 0 and 1.

    Raises
    ------
    ValueError
        No 2 x 2 tables of counts, a level outside 0 to 1, or a method that does not exist.

    Examples
    --------
    >>> import numpy as np
    >>> sites = np.array([[[8, 2], [4, 6]], [[5, 5], [3, 7]]])
    >>> odds = compute_common_odds_ratio(sites)
    >>> round(odds.estimate, 3), round(odds.lower, 3), round(odds.upper, 3)
    (3.609, 0.951, 13.7)
    """
    counts = fourfold(tables, dimensions=3)
    refuse_choice("common odds ratio", method, ("mantel-haenszel", "conditional"))
    refuse_level(level)
    used = Method(
        "Mantel-Haenszel odds ratio"
        if method == "mantel-haenszel"
        else "Common odds ratio, conditional exact",
        (("method", method), ("level", level), ("strata", len(counts))),
        library_version("scipy"),
    )
    n = int(counts.sum())
    telling, warnings = _telling(counts)
    if not len(telling):
        why = "not estimable: no stratum has both groups, events and no events"
        p_value = 1.0 if method == "conditional" and n else nan
        return Ratio(nan, nan, nan, level, p_value, n, used, (*warnings, why))
    if method == "conditional":
        limits = conditional_limits(sum_of_first_cells(telling), level, mid_p=False)
        return Ratio(*limits[:3], level, limits[3], n, used, warnings)
    for_, against, variance = _robins_breslow_greenland(telling)
    if 0 in {for_, against}:
        why = "no limits: the products of a diagonal are 0 in all strata; choose conditional"
        ratio = 0.0 if against else inf
        return Ratio(ratio, nan, nan, level, nan, n, used, (*warnings, why))
    limits = normal_limits(for_ / against, sqrt(variance), level)
    return Ratio(*limits[:3], level, limits[3], n, used, warnings)


def compute_breslow_day(tables: Table, *, tarone: bool = True) -> TableTest:
    """Test whether strata have one odds ratio in common, in large strata.

    Parameters
    ----------
    tables
        Shape (strata, 2, 2). Rows group and reference group, columns event and no event.
    tarone
        Correct for the Mantel-Haenszel odds ratio not being the efficient one.

    Raises
    ------
    ValueError
        No 2 x 2 tables of counts.

    Examples
    --------
    >>> import numpy as np
    >>> sites = np.array([[[8, 2], [4, 6]], [[5, 5], [3, 7]]])
    >>> test = compute_breslow_day(sites)
    >>> round(test.statistic, 4), test.df
    (0.4673, 1)
    """
    counts = fourfold(tables, dimensions=3)
    used = Method(
        "Breslow-Day test with Tarone's correction" if tarone else "Breslow-Day test",
        (("strata", len(counts)),),
        library_version("scipy"),
    )
    n = int(counts.sum())
    telling, warnings = _telling(counts)
    for_, against, _ = _robins_breslow_greenland(telling) if len(telling) else (0.0, 0.0, nan)
    if len(telling) < 2 or 0 in {for_, against}:
        why = "not estimable: fewer than two strata that say something, or no common odds ratio"
        return TableTest(nan, 0, nan, n, used, (*warnings, why))
    expected = _expected_first(telling, for_ / against)
    a, b = expected, telling[:, 0].sum(axis=1) - expected
    c = telling[:, :, 0].sum(axis=1) - expected
    d = telling[:, 1, 1] - telling[:, 0, 0] + expected
    variance = 1 / (1 / a + 1 / b + 1 / c + 1 / d)
    apart = telling[:, 0, 0] - expected
    statistic = float((apart**2 / variance).sum())
    if tarone:
        statistic -= float(apart.sum() ** 2 / variance.sum())
    df = len(telling) - 1
    return TableTest(statistic, df, float(special.chdtrc(df, statistic)), n, used, warnings)


def _centred(scores: Floats) -> Floats:
    """Scores as one row, about 0: large ones would cost digits."""
    return (scores - scores.mean())[None]


def _telling(counts: Counts) -> tuple[Counts, tuple[str, ...]]:
    """Keep the strata with at least two groups and two categories."""
    groups = counts.any(axis=2).sum(axis=1)
    categories = counts.any(axis=1).sum(axis=1)
    kept = (groups > 1) & (categories > 1)
    silent = int((~kept).sum())
    warnings = (f"{silent} of {len(counts)} strata have one group or one category",)
    return counts[kept], warnings if silent else ()


def _sums(counts: Counts, u: Floats, v: Floats) -> tuple[Floats, Floats, Floats]:
    """Add up over strata the difference and covariance of cells combined by u and v.

    Also the variances if the margins were not fixed: a variance far smaller is none.
    """
    n = counts.sum(axis=(1, 2)).astype(np.float64)[:, None, None]
    rows, columns = counts.sum(axis=2)[:, :, None], counts.sum(axis=1)[:, None, :]
    difference = u @ (counts - rows * columns / n).sum(axis=0) @ v.T
    of_rows = u @ (rows * (np.eye(rows.shape[1]) - rows.transpose(0, 2, 1) / n)) @ u.T
    of_columns = (
        v
        @ (columns * (np.eye(columns.shape[2]) - columns.transpose(0, 2, 1) / n)).transpose(0, 2, 1)
        @ v.T
    )
    covariance = np.einsum("hij,hkl->ikjl", of_rows / (n - 1), of_columns)
    free = ((u**2 @ rows) @ (columns @ v.T**2) / (n - 1)).sum(axis=0)
    size = difference.size
    return difference.ravel(), covariance.reshape(size, size), free.ravel()


def _distance(difference: Floats, covariance: Floats, free: Floats) -> tuple[float, int]:
    """Squared length of the difference in the units of its covariance, and the rank of that."""
    variance = np.diag(covariance)
    varies = variance > _ZERO * free
    if not varies.any():
        return nan, 0
    scale = np.sqrt(variance[varies])
    correlation = covariance[np.ix_(varies, varies)] / np.outer(scale, scale)
    values, vectors = np.linalg.eigh(correlation)
    kept = values > _ZERO
    z = vectors[:, kept].T @ (difference[varies] / scale)
    return float((z * z / values[kept]).sum()), int(kept.sum())


def _robins_breslow_greenland(counts: Counts) -> tuple[float, float, float]:
    """Add up the products of either diagonal; the variance of the log of the ratio of sums."""
    n = counts.sum(axis=(1, 2))
    a, b, c, d = counts[:, 0, 0], counts[:, 0, 1], counts[:, 1, 0], counts[:, 1, 1]
    p, q, r, s = (a + d) / n, (b + c) / n, a * d / n, b * c / n
    for_, against = float(r.sum()), float(s.sum())
    if 0 in {for_, against}:
        return for_, against, nan
    variance = (
        (p * r).sum() / for_**2
        + (p * s + q * r).sum() / (for_ * against)
        + (q * s).sum() / against**2
    )
    return for_, against, float(variance) / 2


def _expected_first(counts: Counts, ratio: float) -> Floats:
    """First cells that have the odds ratio and the margins of the tables."""
    group, events = counts[:, 0].sum(axis=1), counts[:, :, 0].sum(axis=1)
    n = counts.sum(axis=(1, 2))
    if ratio == 1:
        return group * events / n
    linear = n + (group + events) * (ratio - 1)
    root = np.sqrt(linear**2 - 4 * ratio * (ratio - 1) * group * events)
    return 2 * ratio * group * events / (linear + root)
