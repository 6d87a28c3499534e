r"""Van Elteren test: two or more groups compared by ranks within strata.

Each stratum of $n_h$ values gives mid-ranks divided by $n_h + 1$ (modified ridits), which weighs
strata so that the test is locally most powerful where the shift is the same in all [1]_. The sums
by group, less what is expected, are added up over strata, and so are their covariances under random
allocation within strata; the statistic is $d' V^- d$, chi-square on as many degrees of freedom as
$V$ has rank. That is the row mean scores statistic of SAS's PROC FREQ with
``CMH2 SCORES=MODRIDIT`` [2]_. With two groups it is the square of van Elteren's z, with a single
stratum the Kruskal-Wallis statistic. No correction for continuity.

Edges: a stratum with one group only, or whose values are all equal, tells nothing; a warning counts
these. If no stratum is left there is no p-value.

References
----------
.. [1] van Elteren PH (1960). On the combination of independent two sample tests of Wilcoxon.
   Bulletin of the International Statistical Institute 37: 351-361.
.. [2] Stokes ME, Davis CS, Koch GG (2012). Categorical data analysis using SAS, 3rd ed., chapter 7.
   Cary: SAS Institute.
"""

import numpy as np
from scipy import special

from topline.stats.method import Method, library_version
from topline.stats.ranks.rank_test import RankTest
from topline.stats.ranks.ranking import (
    Counts,
    Floats,
    Labels,
    doubled_ranks,
    group_codes,
    refuse_values,
    squared_distance,
)


def compute_van_elteren(values: Floats, group: Labels, stratum: Labels) -> RankTest:
    """Compare two or more groups by their ranks within strata.

    Parameters
    ----------
    values
        Shape (n,), any one unit, none missing.
    group
        Shape (n,). Label of each value's group, none missing.
    stratum
        Shape (n,). Label of each value's stratum, none missing.

    Raises
    ------
    ValueError
        Values or labels missing.

    Examples
    --------
    >>> import numpy as np
    >>> test = compute_van_elteren(
    ...     np.array([1.0, 2.0, 3.0, 4.0, 1.0, 2.0]),
    ...     np.array(["A", "A", "B", "B", "A", "B"]),
    ...     np.array([1, 1, 1, 1, 2, 2]),
    ... )
    >>> round(test.statistic, 3), test.df, round(test.p_value, 3)
    (3.4, 1, 0.065)
    """
    refuse_values("values", values)
    names, code = group_codes("group", group, values)
    strata, stratum_code = group_codes("stratum", stratum, values)
    k, silent = len(names), 0
    difference, covariance = np.zeros(k), np.zeros((k, k))
    for s in range(len(strata)):
        rows = stratum_code == s
        away, spread = _stratum_sums(values[rows], code[rows], k)
        difference += away
        covariance += spread
        silent += not spread.any()
    chi_square, df = squared_distance(difference, covariance)
    return RankTest(
        statistic=chi_square,
        df=df,
        p_value=float(special.chdtrc(df, chi_square)) if df else float("nan"),
        n=len(values),
        method=Method("Van Elteren test", (("strata", len(strata)),), library_version("numpy")),
        warnings=_warnings(df, k, silent, len(strata)),
    )


def _stratum_sums(values: Floats, code: Counts, k: int) -> tuple[Floats, Floats]:
    """Scores by group less the expected ones, and their covariance."""
    n = len(values)
    scores = doubled_ranks(values) / 2 / (n + 1)
    sizes = np.bincount(code, minlength=k).astype(np.float64)
    away = scores - 0.5  # the mean of modified ridits
    difference = np.bincount(code, away, k).astype(np.float64, copy=False)
    variance = float((away * away).sum()) / (n * max(n - 1, 1))
    covariance = -variance * np.outer(sizes, sizes)
    np.fill_diagonal(covariance, variance * sizes * (n - sizes))  # exactly 0 for a lone group
    return difference, covariance


def _warnings(df: int, k: int, silent: int, strata: int) -> tuple[str, ...]:
    if df == 0:
        return ("not estimable: in no stratum do groups and values differ",)
    doubts: list[str] = []
    if df < k - 1:
        doubts.append(f"{k} groups give {df} degrees of freedom: some never share a stratum")
    if silent:
        doubts.append(f"{silent} of {strata} strata tell nothing: one group, or equal values")
    return tuple(doubts)
