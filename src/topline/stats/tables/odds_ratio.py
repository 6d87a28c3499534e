r"""Odds ratio of a 2 x 2 table, and the common one of several such tables.

Of a table [[a, b], [c, d]], rows group and reference group, columns event and no event:

woolf
    $ad / (bc)$, the logarithm normal with variance $1/a + 1/b + 1/c + 1/d$ [1]_. A cell of 0
    leaves no limits and no p-value.
haldane-anscombe
    The same with 1/2 added to all four cells if one of them is 0 [2]_ [3]_.
haldane-anscombe-always
    The same with 1/2 added whatever the cells.
conditional
    Given the margins, maximum likelihood, limits at which each tail of the exact distribution has
    (1 - level) / 2, and Fisher's p-value [4]_, as R's ``fisher.test`` has them, to more digits.
    The p-value adds unlikely tables, the limits halve tails: just at 1 they may differ in verdict.
mid-p
    The same estimate; limits at which a tail with half of the observed table has (1 - level) / 2,
    and twice the smaller such tail as p-value [5]_.

P-values of the first three are those of the normal logarithm. A group without subjects, or nobody
or everybody with the event, says nothing of the odds ratio: not estimable, with a warning; the
exact p-values are 1, for no other table is possible.

References
----------
.. [1] Woolf B (1955). On estimating the relation between blood group and disease. Annals of Human
   Genetics 19(4): 251-253.
.. [2] Haldane JBS (1956). The estimation and significance of the logarithm of a ratio of
   frequencies. Annals of Human Genetics 20(4): 309-311.
.. [3] Anscombe FJ (1956). On estimating binomial response relations. Biometrika 43(3/4): 461-464.
.. [4] Cornfield J (1956). A statistical problem arising from retrospective studies. Proceedings of
   the Third Berkeley Symposium 4: 135-148.
.. [5] Lancaster HO (1961). Significance tests in discrete distributions. Journal of the American
   Statistical Association 56(294): 223-234.
"""

from math import exp, inf, log, nan, sqrt
from typing import Literal

from topline.stats.method import Method, library_version
from topline.stats.tables.effect import Ratio, normal_quantile, refuse_level, root, two_sided
from topline.stats.tables.hypergeometric import FirstCell, first_cell
from topline.stats.tables.table_test import Table, fourfold, refuse_choice

OddsRatioMethod = Literal[
    "woolf", "haldane-anscombe", "haldane-anscombe-always", "conditional", "mid-p"
]

_NAMES: dict[str, str] = {
    "woolf": "Odds ratio, Woolf",
    "haldane-anscombe": "Odds ratio, Haldane-Anscombe",
    "haldane-anscombe-always": "Odds ratio, Haldane-Anscombe always",
    "conditional": "Odds ratio, conditional exact",
    "mid-p": "Odds ratio, conditional mid-p",
}


def compute_odds_ratio(
    table: Table, *, method: OddsRatioMethod = "woolf", level: float = 0.95
) -> Ratio:
    """Estimate the odds ratio of a 2 x 2 table.

    Parameters
    ----------
    table
        Shape (2, 2). Rows group and reference group, columns event and no event.
    method
        Kind of estimate; the module says what each is.
    level
        Coverage of the two-sided interval, between 0 and 1.

    Raises
    ------
    ValueError
        No 2 x 2 table of counts, a level outside 0 to 1, or a method that does not exist.

    Examples
    --------
    >>> import numpy as np
    >>> odds = compute_odds_ratio(np.array([[3, 1], [0, 13]]), method="haldane-anscombe")
    >>> odds.estimate, round(odds.lower, 2), round(odds.upper)
    (63.0, 2.08, 1906)
    """
    counts = fourfold(table)
    refuse_choice("odds ratio", method, tuple(_NAMES))
    refuse_level(level)
    used = Method(_NAMES[method], (("method", method), ("level", level)), library_version("numpy"))
    n = int(counts.sum())
    if not (counts.any(axis=0).all() and counts.any(axis=1).all()):
        why = "not estimable: a group has no subjects, or nobody or everybody had the event"
        exact = method in {"conditional", "mid-p"} and n > 0
        return Ratio(nan, nan, nan, level, 1.0 if exact else nan, n, used, (why,))
    if method in {"conditional", "mid-p"}:
        limits = conditional_limits(first_cell(counts), level, mid_p=method == "mid-p")
        return Ratio(*limits[:3], level, limits[3], n, used)
    a, b, c, d = (float(cell) for cell in counts.ravel())
    empty = 0 in {a, b, c, d}
    if method != "woolf" and (empty or method.endswith("always")):
        a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
    if 0 in {a, b, c, d}:
        why = "a cell is 0: no limits; choose haldane-anscombe or conditional"
        return Ratio(inf if b * c == 0 else 0.0, nan, nan, level, nan, n, used, (why,))
    added = ("a cell is 0: 0.5 added to all cells",) if empty else ()
    limits = normal_limits(a * d / (b * c), sqrt(1 / a + 1 / b + 1 / c + 1 / d), level)
    return Ratio(*limits[:3], level, limits[3], n, used, added)


def normal_limits(ratio: float, se: float, level: float) -> tuple[float, float, float, float]:
    """Estimate, limits and p-value of a ratio whose logarithm is normal, with error `se`."""
    half = normal_quantile(level) * se
    return ratio, ratio * exp(-half), ratio * exp(half), two_sided(log(ratio) / se)


def conditional_limits(
    cell: FirstCell, level: float, *, mid_p: bool
) -> tuple[float, float, float, float]:
    """Estimate, limits and p-value of an odds ratio given the margins of one or several tables."""
    tail, own = (1 - level) / 2, 0.5 if mid_p else 1.0
    observed, nowhere = cell.observed, cell.lowest == cell.highest
    estimate, lower, upper = nan if nowhere else inf, 0.0, inf
    if observed < cell.highest:
        estimate = exp(root(lambda x: cell.mean(x) - observed)) if observed > cell.lowest else 0.0
        upper = exp(root(lambda x: tail - cell.below(x, own=own)))
    if observed > cell.lowest:
        lower = exp(root(lambda x: cell.above(x, own=own) - tail))
    tails = cell.above(own=own), cell.below(own=own)
    return estimate, lower, upper, min(1.0, 2 * min(tails)) if mid_p else cell.no_likelier()
