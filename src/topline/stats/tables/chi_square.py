r"""Chi-square tests of independence: Pearson's, with Yates' correction, likelihood ratio.

With $E$ the product of the margins over $n$, Pearson's statistic is $\sum (O - E)^2 / E$ [1]_,
Yates' takes $\min(1/2, |O - E|)$ from each $|O - E|$ of a 2 x 2 table [2]_, and the likelihood
ratio is $2 \sum O \log(O / E)$, empty cells giving 0 [1]_.

Rows and columns without a subject are left out with a warning, and with them their degrees of
freedom (R's ``chisq.test`` gives NaN). Where one row or column remains there is no p-value. More
than a fifth of the cells with E below 5 is warned of [3]_.

References
----------
.. [1] Agresti A (2013). Categorical data analysis, 3rd ed., section 3.2. Hoboken: Wiley.
.. [2] Yates F (1934). Contingency tables involving small numbers and the chi-square test.
   Supplement to the Journal of the Royal Statistical Society 1(2): 217-235.
.. [3] Cochran WG (1954). Some methods for strengthening the common chi-square tests. Biometrics
   10(4): 417-451.
"""

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
)

ChiSquareKind = Literal["pearson", "yates", "likelihood-ratio"]

_NAMES: dict[str, str] = {
    "pearson": "Pearson chi-square test",
    "yates": "Chi-square test with Yates' correction",
    "likelihood-ratio": "Likelihood ratio chi-square test",
}


def compute_chi_square(table: Table, *, kind: ChiSquareKind = "pearson") -> TableTest:
    """Test rows and columns for independence in large samples.

    Parameters
    ----------
    table
        Shape (groups, categories). Subjects.
    kind
        Statistic; "yates" for 2 x 2 tables only.

    Raises
    ------
    ValueError
        No table of counts, or a kind that does not exist for it.

    Examples
    --------
    >>> import numpy as np
    >>> test = compute_chi_square(np.array([[10, 20], [20, 10]]))
    >>> round(test.statistic, 4), test.df, round(test.p_value, 4)
    (6.6667, 1, 0.0098)
    """
    counts = counts_of(table)
    refuse_choice("chi-square test", kind, tuple(_NAMES))
    if kind == "yates" and counts.shape != (2, 2):
        msg = (
            f"Yates' correction is for 2 x 2 tables; the table is {len(counts)} x {len(counts.T)}. "
            "Use pearson"
        )
        raise ValueError(msg)
    full, warnings = occupied(counts)
    method = Method(_NAMES[kind], (("kind", kind),), library_version("scipy"))
    n = int(counts.sum())
    if min(full.shape) < 2:
        return no_comparison(n, method, warnings)
    expected = np.outer(full.sum(axis=1), full.sum(axis=0)) / n
    low = int((expected < 5).sum())
    if low > 0.2 * full.size:
        warnings += (
            f"{low} of {full.size} cells have expected counts below 5: consider an exact test",
        )
    statistic = _statistic(full, expected, kind)
    df = (len(full) - 1) * (len(full.T) - 1)
    return TableTest(statistic, df, float(special.chdtrc(df, statistic)), n, method, warnings)


def _statistic(observed: Counts, expected: Floats, kind: ChiSquareKind) -> float:
    if kind == "likelihood-ratio":
        return float(max(0.0, 2 * special.xlogy(observed, observed / expected).sum()))
    apart = np.abs(observed - expected)
    if kind == "yates":
        apart -= np.minimum(0.5, apart)
    return float((apart**2 / expected).sum())
