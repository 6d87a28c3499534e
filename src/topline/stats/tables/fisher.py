"""Fisher's exact test of a table of any size.

Given its margins, the p-value adds up the tables that are no more likely than the one observed
[1]_ [2]_; probabilities that differ by less than 1e-7 of themselves count as equal, as in R's
``fisher.test``. A mid-p-value counts tables as likely as the observed one by half [3]_. One-sided
tests exist for 2 x 2 only: "greater" asks whether the event is more frequent in the first row.

Rows and columns without a subject are left out, which changes nothing. One row or one column alone
is the only table with its margins: p = 1, the mid-p-value too.

Tables are counted, never sampled. A count that would take many seconds (as 6 x 6 tables of 100
subjects do, and 4 x 4 ones of several hundred) is broken off: no p-value, and a warning that points
to the chi-square test.

References
----------
.. [1] Fisher RA (1935). The design of experiments, chapter 2. Edinburgh: Oliver and Boyd.
.. [2] Freeman GH, Halton JH (1951). Note on an exact treatment of contingency, goodness of fit and
   other problems of significance. Biometrika 38(1/2): 141-149.
.. [3] Lancaster HO (1961). Significance tests in discrete distributions. Journal of the American
   Statistical Association 56(294): 223-234.
"""

from typing import Literal

from topline.stats.method import Method, library_version
from topline.stats.tables.hypergeometric import first_cell
from topline.stats.tables.table_network import compute_unlikely_mass
from topline.stats.tables.table_paths import TooManyTablesError
from topline.stats.tables.table_test import (
    Counts,
    Table,
    TableTest,
    counts_of,
    no_comparison,
    occupied,
    refuse_choice,
)

Alternative = Literal["two-sided", "greater", "less"]

_NAN = float("nan")


def compute_fisher(
    table: Table, *, alternative: Alternative = "two-sided", mid_p: bool = False
) -> TableTest:
    """Test rows and columns for independence, exactly.

    Parameters
    ----------
    table
        Shape (groups, categories). Subjects.
    alternative
        "greater" and "less" compare the share of the first category in the first group of two.
    mid_p
        Count tables as likely as the observed one by half; one-sided, the observed one alone.

    Raises
    ------
    ValueError
        No table of counts, or a one-sided test of a table that is not 2 x 2.

    Examples
    --------
    >>> import numpy as np
    >>> tea = np.array([[3, 1], [1, 3]])  # Fisher's lady, right 3 times in 4
    >>> round(compute_fisher(tea, alternative="greater").p_value, 4)
    0.2429
    """
    counts = counts_of(table)
    refuse_choice("alternative", alternative, ("two-sided", "greater", "less"))
    if alternative != "two-sided" and counts.shape != (2, 2):
        msg = (
            f"a one-sided test of a table of {len(counts)} x {len(counts.T)} does not exist; "
            "ask for two-sided, or give a 2 x 2 table"
        )
        raise ValueError(msg)
    full, warnings = occupied(counts)
    used = Method(
        "Fisher exact test, mid-p" if mid_p else "Fisher exact test",
        (("alternative", alternative), ("mid-p", "yes" if mid_p else "no")),
        library_version("numpy"),
    )
    n = int(counts.sum())
    if min(full.shape) < 2:
        return no_comparison(n, used, warnings, exact=True)
    own = 0.5 if mid_p else 1.0
    if full.shape == (2, 2):
        return TableTest(_NAN, 0, _fourfold(full, alternative, own), n, used, warnings)
    p_value, more = _count(full, ties=own)
    return TableTest(_NAN, 0, p_value, n, used, warnings + more)


def _fourfold(counts: Counts, alternative: Alternative, own: float) -> float:
    cell = first_cell(counts)
    if alternative == "greater":
        return cell.above(own=own)
    if alternative == "less":
        return cell.below(own=own)
    return cell.no_likelier(ties=own)


def _count(counts: Counts, ties: float) -> tuple[float, tuple[str, ...]]:
    """Test a larger table; say where not all can be known."""
    try:
        p_value, known = compute_unlikely_mass(counts, ties=ties)
    except TooManyTablesError:
        rows, columns = counts.shape
        return _NAN, (
            f"not computed: {rows} x {columns} with {int(counts.sum())} subjects is too large for "
            "an exact test; use the chi-square test",
        )
    return min(1.0, p_value), () if known else ("the p-value is known to 1e-13 only",)
