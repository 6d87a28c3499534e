r"""Kappa: agreement of ratings in categories beyond what chance would give.

Two raters (Cohen [1]_, weighted [2]_): with $p_{ij}$ the share rated $i$ by one and $j$ by the
other, weights $w_{ij}$ from 0 to 1, and $p_o = \sum w_{ij} p_{ij}$ against
$p_e = \sum w_{ij} p_{i.} p_{.j}$, it is $(p_o - p_e) / (1 - p_e)$. Weights of $k$ ordered
categories are $1 - |i - j| / (k - 1)$ (linear) or $1 - (i - j)^2 / (k - 1)^2$ (quadratic). Standard
errors are those of Fleiss, Cohen and Everitt [3]_, one under the estimate, for the limits, and one
under no agreement, for the test. `maximum` is the largest kappa that both raters' shares allow.

More raters, the same number for each subject (Fleiss [4]_): the test takes the standard error under
no agreement [5]_, the limits the one from the subjects' own contributions [6]_.

Limits are cut at -1 and 1. They have no width where all agree or one rater never varies, which a
warning says. Where only one category was ever used, chance agrees always and there is no kappa.

References
----------
.. [1] Cohen J (1960). A coefficient of agreement for nominal scales. Educational and Psychological
   Measurement 20(1): 37-46.
.. [2] Cohen J (1968). Weighted kappa: nominal scale agreement with provision for scaled
   disagreement or partial credit. Psychological Bulletin 70(4): 213-220.
.. [3] Fleiss JL, Cohen J, Everitt BS (1969). Large sample standard errors of kappa and weighted
   kappa. Psychological Bulletin 72(5): 323-327.
.. [4] Fleiss JL (1971). Measuring nominal scale agreement among many raters. Psychological Bulletin
   76(5): 378-382.
.. [5] Fleiss JL, Nee JCM, Landis JR (1979). Large sample variance of kappa in the case of different
   sets of raters. Psychological Bulletin 86(5): 974-977.
.. [6] Gwet KL (2021). Large-sample variance of Fleiss generalized kappa. Educational and
   Psychological Measurement 81(4): 781-790.
"""

from dataclasses import dataclass
from math import nan, sqrt
from statistics import NormalDist
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

from topline.stats.agreement.ratings import (
    Labels,
    Table,
    refuse_level,
    refuse_missing,
    refuse_table,
)
from topline.stats.method import Method, library_version

KappaWeights = Literal["none", "linear", "quadratic"]
Floats = NDArray[np.float64]

_ROUNDING = 1e-14  # what is left of a variance that should be 0


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement of two raters beyond chance; NaN where not estimable."""

    estimate: float
    std_error: float
    """Under the estimate."""
    lower: float
    upper: float
    level: float
    std_error_null: float
    """Under no agreement beyond chance."""
    z: float
    """Estimate over `std_error_null`."""
    p_value: float
    """Two-sided."""
    observed_agreement: float
    """Weighted share, 0 to 1."""
    expected_agreement: float
    """The same by chance."""
    maximum: float
    """Largest kappa that the raters' own shares of the categories allow."""
    n: int
    """Subjects rated by both."""
    method: Method
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryKappa:
    """Agreement on one category against all others."""

    label: str
    share: float
    """Of all ratings."""
    estimate: float
    z: float
    p_value: float
    """Two-sided."""


@dataclass(frozen=True, slots=True)
class FleissKappa:
    """Agreement of several raters beyond chance; NaN where not estimable."""

    estimate: float
    std_error: float
    """Under the estimate."""
    lower: float
    upper: float
    level: float
    std_error_null: float
    """Under no agreement beyond chance."""
    z: float
    """Estimate over `std_error_null`."""
    p_value: float
    """Two-sided."""
    observed_agreement: float
    expected_agreement: float
    categories: tuple[CategoryKappa, ...]
    """In the order of their labels."""
    n: int
    """Subjects."""
    raters: int
    """Ratings of each subject."""
    method: Method
    warnings: tuple[str, ...] = ()


def compute_kappa(table: Table, *, weights: KappaWeights = "none", level: float = 0.95) -> Kappa:
    """Estimate the agreement of two raters from the table of their ratings.

    Parameters
    ----------
    table
        Shape (k, k). Subjects by the first rater's category (row) and the second's (column), the
        same categories in the same order. `tabulate_ratings` makes it.
    weights
        "none" counts any disagreement; the others take the categories as ordered.
    level
        Coverage of the two-sided limits.

    Raises
    ------
    ValueError
        A table that is not square, or has counts that are not whole or are negative; a level
        outside 0 to 1; weights that do not exist.

    Examples
    --------
    >>> import numpy as np
    >>> kappa = compute_kappa(np.array([[20, 5], [10, 15]]))
    >>> round(kappa.estimate, 9), round(kappa.lower, 3), round(kappa.upper, 3)
    (0.4, 0.151, 0.649)
    """
    refuse_table(table)
    if weights not in get_args(KappaWeights):
        known = ", ".join(get_args(KappaWeights))
        msg = f"there are no weights {weights!r}; choose one of {known}"
        raise ValueError(msg)
    n = int(table.sum())
    p, w = table / max(n, 1), _weights(weights, len(table))
    row, column = p.sum(1), p.sum(0)
    chance = np.outer(row, column)
    observed, expected = float((w * p).sum()), float((w * chance).sum())
    kappa, maximum, found = nan, nan, _nothing(n, level)
    if n and 1 - expected > _ROUNDING:
        kappa = (observed - expected) / (1 - expected)
        maximum = (_most_agreement(w, row, column, weights) - expected) / (1 - expected)
        mean = (w @ column)[:, None] + row @ w
        own = float((p * (w - mean * (1 - kappa)) ** 2).sum())
        null = float((chance * (w - mean) ** 2).sum()) - expected**2
        scale = (1 - expected) * sqrt(n)
        std_error = _root(own - (kappa - expected * (1 - kappa)) ** 2) / scale
        found = _large_sample(kappa, std_error, _root(null) / scale, level)
    return Kappa(
        estimate=kappa,
        std_error=found.std_error,
        lower=found.lower,
        upper=found.upper,
        level=level,
        std_error_null=found.std_error_null,
        z=found.z,
        p_value=found.p_value,
        observed_agreement=observed if n else nan,
        expected_agreement=expected if n else nan,
        maximum=maximum,
        n=n,
        method=Method(
            "Cohen's kappa" if weights == "none" else "Weighted kappa",
            (("weights", weights), ("level", level)),
            library_version("numpy"),
        ),
        warnings=found.warnings,
    )


def compute_fleiss_kappa(ratings: Labels, *, level: float = 0.95) -> FleissKappa:
    """Estimate the agreement of two or more raters.

    Parameters
    ----------
    ratings
        Shape (subjects, raters). Categories, none missing. Raters need not be the same people for
        each subject.
    level
        Coverage of the two-sided limits.

    Raises
    ------
    ValueError
        Ratings of another shape or by fewer than two raters, a missing one, or a level outside 0
        to 1.

    Examples
    --------
    >>> import numpy as np
    >>> kappa = compute_fleiss_kappa(np.array([list("AAA"), list("AAB"), list("BBB")]))
    >>> round(kappa.estimate, 4), kappa.raters
    (0.55, 3)
    """
    if ratings.ndim != 2 or ratings.shape[1] < 2:
        msg = f"ratings have shape {ratings.shape}; expected (subjects, raters), two raters or more"
        raise ValueError(msg)
    refuse_missing(ratings.ravel())
    n, m = ratings.shape
    labels, counts = _count(ratings)
    share = counts.sum(0) / max(n * m, 1)
    agreed = (counts * (counts - 1)).sum(1) / (m * (m - 1))
    observed, expected = float(agreed.sum()) / max(n, 1), float((share**2).sum())
    kappa, found, categories = nan, _nothing(n, level), ()
    if len(labels) > 1:
        kappa = (observed - expected) / (1 - expected)
        apart = agreed - observed - 2 * (1 - kappa) * (counts @ share / m - expected)
        own = float((apart**2).sum()) / (n * max(n - 1, 1))
        std_error = _root(own) / (1 - expected) if n > 1 else nan
        pairs, spread = n * m * (m - 1), share * (1 - share)
        null = float(spread.sum() ** 2 - (spread * (1 - 2 * share)).sum())
        std_error_null = sqrt(2 / pairs) * _root(null) / float(spread.sum())
        found = _large_sample(kappa, std_error, std_error_null, level)
        each = 1 - (counts * (m - counts)).sum(0) / (pairs * spread)
        categories = tuple(
            CategoryKappa(str(label), float(s), float(k), *_test(float(k), sqrt(2 / pairs)))
            for label, s, k in zip(labels, share, each, strict=True)
        )
    return FleissKappa(
        estimate=kappa,
        std_error=found.std_error,
        lower=found.lower,
        upper=found.upper,
        level=level,
        std_error_null=found.std_error_null,
        z=found.z,
        p_value=found.p_value,
        observed_agreement=observed if n else nan,
        expected_agreement=expected if n else nan,
        categories=categories,
        n=n,
        raters=m,
        method=Method("Fleiss' kappa", (("raters", m), ("level", level)), library_version("numpy")),
        warnings=found.warnings,
    )


def _count(ratings: Labels) -> tuple[Labels, NDArray[np.int64]]:
    """Categories, and how many raters put each subject into each; shape (subjects, categories)."""
    labels, code = np.unique(ratings, return_inverse=True)
    n, k = len(ratings), len(labels)
    cell = np.arange(n)[:, None] * k + code.reshape(ratings.shape)
    return labels, np.bincount(cell.ravel(), minlength=n * k).reshape(n, k)


def _weights(weights: KappaWeights, k: int) -> Floats:
    apart = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / max(k - 1, 1)
    if weights == "none":
        return np.eye(k)
    return 1 - (apart if weights == "linear" else apart**2)


def _most_agreement(w: Floats, row: Floats, column: Floats, weights: KappaWeights) -> float:
    """Largest weighted agreement of raters with these shares: both in the same order."""
    if weights == "none":
        return float(np.minimum(row, column).sum())
    ends_row, ends_column = np.cumsum(row)[:, None], np.cumsum(column)
    overlap = np.minimum(ends_row, ends_column) - np.maximum(
        ends_row - row[:, None], ends_column - column
    )
    return float((w * np.maximum(overlap, 0)).sum())


def _root(variance: float) -> float:
    return sqrt(variance) if variance > _ROUNDING else 0.0


@dataclass(frozen=True, slots=True)
class _LargeSample:
    std_error: float
    lower: float
    upper: float
    std_error_null: float
    z: float
    p_value: float
    warnings: tuple[str, ...]


def _nothing(n: int, level: float) -> _LargeSample:
    refuse_level(level)
    why = "every rater put every subject into one category" if n else "no subjects"
    return _LargeSample(nan, nan, nan, nan, nan, nan, (f"not estimable: {why}",))


def _large_sample(
    kappa: float, std_error: float, std_error_null: float, level: float
) -> _LargeSample:
    half = NormalDist().inv_cdf((1 + level) / 2) * std_error
    limits = max(-1.0, kappa - half), min(1.0, kappa + half)
    warnings = ()
    if std_error_null == 0:
        warnings = ("no p-value, limits have no width: a rater put everybody into one category",)
    elif np.isnan(std_error):
        limits, warnings = (nan, nan), ("no limits: one subject",)
    elif std_error == 0:
        warnings = ("limits have no width: no subject differs from the others in agreement",)
    z, p_value = _test(kappa, std_error_null)
    return _LargeSample(std_error, *limits, std_error_null, z, p_value, warnings)


def _test(kappa: float, std_error: float) -> tuple[float, float]:
    if std_error == 0:
        return nan, nan
    z = kappa / std_error
    return z, 2 * float(special.ndtr(-abs(z)))
