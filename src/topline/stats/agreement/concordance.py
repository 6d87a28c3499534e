r"""Concordance of two ways to assess the same subjects, in categories or in numbers.

In categories, such as response by investigator and by central review: the share with the same
category, and with one category as positive, the share of the reference's positives that are also
positive (PPA), and likewise the negatives (NPA) [1]_. These are proportions with the intervals of
`proportion`. The words are agreement, not sensitivity: a reference is not the truth.

In numbers, Lin's concordance correlation coefficient [2]_ [3]_: $\rho_c = \rho\,C_b$, the
correlation times a bias correction that falls below 1 as one assessment lies above the other or
spreads wider. Limits are symmetric on the scale of Fisher's z or plain.

Two subjects have no limits. Perfect agreement has limits without width, and an assessment that
never varies has concordance 0 and no limits; warnings say so. Where neither varies and both are the
same number there is no coefficient.

References
----------
.. [1] US Food and Drug Administration (2007). Statistical guidance on reporting results from
   studies evaluating diagnostic tests. Guidance for industry and FDA staff.
.. [2] Lin LI (1989). A concordance correlation coefficient to evaluate reproducibility. Biometrics
   45(1): 255-268.
.. [3] Lin LI (2000). A note on the concordance correlation coefficient. Biometrics 56(1): 324-325.
"""

from dataclasses import dataclass
from math import atanh, nan, sqrt, tanh
from statistics import NormalDist
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from topline.stats.agreement.ratings import Table, refuse_level, refuse_measurements, refuse_table
from topline.stats.estimates.proportion import IntervalMethod, Proportion, compute_proportion
from topline.stats.method import Method, library_version

ConcordanceLimits = Literal["z-transform", "plain"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Concordance:
    """Agreement of two assessments in categories."""

    overall: Proportion
    """Subjects with the same category, of all."""
    positive: Proportion
    """Also positive, of the reference's positives (PPA)."""
    negative: Proportion
    """Also negative, of the reference's negatives (NPA)."""
    n: int
    """Subjects with both assessments."""


@dataclass(frozen=True, slots=True)
class ConcordanceCorrelation:
    """Lin's coefficient, -1 to 1; NaN where not estimable."""

    estimate: float
    std_error: float
    lower: float
    upper: float
    level: float
    precision: float
    """Pearson's correlation."""
    accuracy: float
    """Bias correction, 1 where means and spreads are the same."""
    n: int
    method: Method
    warnings: tuple[str, ...] = ()


def compute_concordance(
    table: Table,
    *,
    positive: int = 0,
    method: IntervalMethod = "clopper-pearson",
    level: float = 0.95,
) -> Concordance:
    """Estimate the agreement of an assessment with a reference.

    Parameters
    ----------
    table
        Shape (k, k). Subjects by the assessment's category (row) and the reference's (column), the
        same categories in the same order. `tabulate_ratings` makes it.
    positive
        Place of the positive category, from 0; all others are negative.
    method, level
        As for `compute_proportion`.

    Raises
    ------
    ValueError
        A table that is not square or has no counts, or a place that it has not.

    Examples
    --------
    >>> import numpy as np
    >>> found = compute_concordance(np.array([[20, 5], [10, 15]]))
    >>> round(found.overall.estimate, 3), round(found.positive.estimate, 3), found.negative.estimate
    (0.7, 0.667, 0.75)
    """
    refuse_table(table)
    if not 0 <= positive < len(table):
        msg = f"positive is {positive}; expected the place of a category, 0 to {len(table) - 1}"
        raise ValueError(msg)
    n, both = int(table.sum()), int(table[positive, positive])
    by_reference, by_assessment = int(table[:, positive].sum()), int(table[positive].sum())
    neither = n - by_reference - by_assessment + both
    return Concordance(
        overall=compute_proportion(int(np.trace(table)), n, method=method, level=level),
        positive=compute_proportion(both, by_reference, method=method, level=level),
        negative=compute_proportion(neither, n - by_reference, method=method, level=level),
        n=n,
    )


def compute_concordance_correlation(
    first: Floats, second: Floats, *, limits: ConcordanceLimits = "z-transform", level: float = 0.95
) -> ConcordanceCorrelation:
    """Estimate Lin's concordance correlation of two measurements of the same subjects.

    Parameters
    ----------
    first, second
        Shape (n,), one unit, none missing. Which is which changes nothing.
    limits
        Scale on which limits are symmetric.
    level
        Coverage of the two-sided limits.

    Raises
    ------
    ValueError
        Arrays of different lengths, a missing measurement, limits that do not exist or a level
        outside 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> first, second = np.array([1.0, 2, 3, 4]), np.array([2.0, 2, 4, 4])
    >>> round(compute_concordance_correlation(first, second).estimate, 4)
    0.8
    """
    refuse_measurements(first, second)
    refuse_level(level)
    if limits not in get_args(ConcordanceLimits):
        msg = f"there are no limits {limits!r}; choose {' or '.join(get_args(ConcordanceLimits))}"
        raise ValueError(msg)
    method = Method(
        "Concordance correlation (Lin)",
        (("limits", limits), ("level", level)),
        library_version("numpy"),
    )
    z = NormalDist().inv_cdf((1 + level) / 2)
    estimate, std_error, precision, accuracy, warnings = _lin(first, second)
    lower = upper = nan
    if std_error == 0:
        lower = upper = estimate
    elif limits == "plain":
        lower, upper = max(-1.0, estimate - z * std_error), min(1.0, estimate + z * std_error)
    elif std_error > 0:
        half = z * std_error / (1 - estimate**2)
        lower, upper = tanh(atanh(estimate) - half), tanh(atanh(estimate) + half)
    return ConcordanceCorrelation(
        estimate=estimate,
        std_error=std_error,
        lower=lower,
        upper=upper,
        level=level,
        precision=precision,
        accuracy=accuracy,
        n=len(first),
        method=method,
        warnings=warnings,
    )


def _lin(first: Floats, second: Floats) -> tuple[float, float, float, float, tuple[str, ...]]:
    """Coefficient, standard error, precision, accuracy and warnings."""
    n = len(first)
    if n < 2:
        return nan, nan, nan, nan, (f"not estimable: {'one subject' if n else 'no subjects'}",)
    x, y = first - first[0], second - second[0]
    x, y = x - x.mean(), y - y.mean()
    shift = float(first.mean() - second.mean())
    xx, yy, xy = float(x @ x) / n, float(y @ y) / n, float(x @ y) / n
    if xx + yy + shift**2 == 0:
        return nan, nan, nan, nan, ("not estimable: every measurement is the same",)
    both = sqrt(xx * yy)
    below = xx + yy + shift**2
    p, accuracy = 2 * xy / below, 2 * both / below
    if both == 0:
        return 0.0, nan, nan, 0.0, ("no limits: one of the measurements never varies",)
    r = min(1.0, max(-1.0, xy / both))
    if np.array_equal(first, second):
        return 1.0, 0.0, 1.0, 1.0, ("limits have no width: the measurements are the same",)
    if n < 3:
        return p, nan, r, accuracy, ("no limits: two subjects",)
    apart = shift**2 / both
    variance = (
        (1 - r * r) * accuracy**2 * (1 - p * p)
        + 2 * p * p * (1 - p) * apart * accuracy
        - 0.5 * (p * accuracy * apart) ** 2
    ) / (n - 2)
    warnings = () if variance > 0 else ("limits have no width: perfect agreement or opposition",)
    return p, sqrt(max(variance, 0.0)), r, accuracy, warnings
