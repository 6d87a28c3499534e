r"""McNemar's test of paired yes and no, and Bowker's of paired categories.

Of the pairs $b$ changed one way and $c$ the other; those who did not change say nothing [1]_.

exact
    Two-sided binomial test of b in b + c against 1/2: twice the smaller tail, 1 at most.
mid-p
    The same with half of the probability of the outcome observed in the tail [2]_; 1 where b = c.
asymptotic, corrected
    $(b - c)^2 / (b + c)$ and $(|b - c| - 1)^2 / (b + c)$ on 1 degree of freedom [1]_; where b = c
    there is nothing to correct. More than two categories add up asymptotic terms over their pairs
    [3]_; pairs of categories between which nobody changed count for no degree of freedom (R's
    ``mcnemar.test`` gives NaN).

Without any change the exact p-value is 1 and the asymptotic ones do not exist.

References
----------
.. [1] McNemar Q (1947). Note on the sampling error of the difference between correlated proportions
   or percentages. Psychometrika 12(2): 153-157.
.. [2] Fagerland MW, Lydersen S, Laake P (2013). The McNemar test for binary matched-pairs data:
   mid-p and asymptotic are better than exact conditional. BMC Medical Research Methodology 13: 91.
.. [3] Bowker AH (1948). A test for symmetry in contingency tables. Journal of the American
   Statistical Association 43(244): 572-574.
"""

from typing import Literal

import numpy as np
from scipy import special

from topline.stats.method import Method, library_version
from topline.stats.tables.table_test import Counts, Table, TableTest, counts_of, refuse_choice

McNemarMethod = Literal["exact", "mid-p", "asymptotic", "corrected"]

_NAMES: dict[str, str] = {
    "exact": "Exact McNemar test",
    "mid-p": "McNemar test, mid-p",
    "asymptotic": "McNemar test",
    "corrected": "McNemar test with continuity correction",
}


def compute_mcnemar(table: Table, *, method: McNemarMethod = "exact") -> TableTest:
    """Test whether pairs change as often one way as the other.

    Parameters
    ----------
    table
        Shape (categories, categories). Pairs; rows the first of a pair (such as before), columns
        the second (after), categories in the same order.
    method
        "asymptotic" for any number of categories, the others for two.

    Raises
    ------
    ValueError
        No square table of counts, or a method that does not exist for it.

    Examples
    --------
    >>> import numpy as np
    >>> before_after = np.array([[10, 9], [1, 20]])
    >>> round(compute_mcnemar(before_after).p_value, 4)
    0.0215
    """
    counts = counts_of(table)
    refuse_choice("McNemar test", method, tuple(_NAMES))
    size = len(counts)
    if counts.shape != (size, size) or size < 2:
        msg = f"the table is {size} x {len(counts.T)}; expected as many rows as columns, 2 or more"
        raise ValueError(msg)
    if size > 2 and method != "asymptotic":
        msg = f"{method} is for 2 categories; the table has {size}. Use asymptotic"
        raise ValueError(msg)
    name = _NAMES[method] if size == 2 else "Bowker test of symmetry"
    used = Method(name, (("method", method),), library_version("scipy"))
    if method in {"exact", "mid-p"}:
        return _exact(counts, used, own=1.0 if method == "exact" else 0.5)
    return _asymptotic(counts, used, corrected=method == "corrected")


def _exact(counts: Counts, used: Method, *, own: float) -> TableTest:
    """Double the smaller tail, the share `own` of its outermost outcome included."""
    fewer, more = sorted((int(counts[0, 1]), int(counts[1, 0])))
    beyond = float(special.bdtr(fewer - 1, fewer + more, 0.5)) if fewer else 0.0
    tail = float(special.bdtr(fewer, fewer + more, 0.5)) if more else 1.0
    p_value = min(1.0, 2 * (own * tail + (1 - own) * beyond))
    if more == 0:
        p_value = 1.0
    warnings = () if more else ("nobody changed",)
    return TableTest(float("nan"), 0, p_value, int(counts.sum()), used, warnings)


def _asymptotic(counts: Counts, used: Method, *, corrected: bool) -> TableTest:
    upper = np.triu_indices(len(counts), 1)
    apart, changed = np.abs(counts - counts.T)[upper], (counts + counts.T)[upper]
    seen = changed > 0
    df = int(seen.sum())
    n = int(counts.sum())
    if df == 0:
        nan = float("nan")
        return TableTest(nan, 0, nan, n, used, ("not estimable: nobody changed",))
    less = np.maximum(apart[seen] - int(corrected), 0)
    statistic = float((less**2 / changed[seen]).sum())
    unseen = len(seen) - df
    warnings = (f"{unseen} of {len(seen)} pairs of categories have no changes",) if unseen else ()
    return TableTest(statistic, df, float(special.chdtrc(df, statistic)), n, used, warnings)
