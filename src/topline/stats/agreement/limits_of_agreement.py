r"""Limits of agreement: between which differences of two measurements of a subject mostly lie.

With the mean $\bar d$ and standard deviation $s$ of the $n$ differences, they are
$\bar d \pm z s$, $z$ the normal quantile of the coverage (1.96 for 95%) [1]_. Their own confidence
limits take $s \sqrt{1 / n + z^2 / (2 (n - 1))}$ as standard error, with $t$ on $n - 1$ degrees of
freedom, as those of the mean difference [2]_.

They suppose differences that are about normal and of the same spread for small and large values. Of
one subject there is a difference and no limits.

References
----------
.. [1] Bland JM, Altman DG (1986). Statistical methods for assessing agreement between two methods
   of clinical measurement. Lancet 327(8476): 307-310.
.. [2] Bland JM, Altman DG (1999). Measuring agreement in method comparison studies. Statistical
   Methods in Medical Research 8(2): 135-160.
"""

from dataclasses import dataclass
from math import nan, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy import special

from topline.stats.agreement.ratings import refuse_level, refuse_measurements
from topline.stats.method import Method, library_version

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bound:
    """A number in the unit of the measurements with its confidence limits."""

    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class LimitsOfAgreement:
    """Differences of two measurements, first less second; NaN where not estimable."""

    mean: Bound
    """Mean difference, the bias."""
    sd: float
    """Of the differences."""
    lower_limit: Bound
    """Of agreement."""
    upper_limit: Bound
    """Of agreement."""
    coverage: float
    """Share of differences between the limits."""
    level: float
    n: int
    method: Method
    warnings: tuple[str, ...] = ()


def compute_limits_of_agreement(
    first: Floats, second: Floats, *, coverage: float = 0.95, level: float = 0.95
) -> LimitsOfAgreement:
    """Estimate the limits of agreement of two measurements of the same subjects.

    Parameters
    ----------
    first, second
        Shape (n,), one unit, none missing.
    coverage
        Share of differences that the limits of agreement are to hold.
    level
        Coverage of the confidence limits of the mean difference and of both limits.

    Raises
    ------
    ValueError
        Arrays of different lengths, a missing measurement, or shares outside 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> first, second = np.array([10.0, 12, 11, 15]), np.array([11.0, 12, 9, 14])
    >>> found = compute_limits_of_agreement(first, second)
    >>> found.mean.estimate, round(found.sd, 3), round(found.lower_limit.estimate, 3)
    (0.5, 1.291, -2.03)
    """
    refuse_measurements(first, second)
    refuse_level(level)
    refuse_level(coverage)
    n, difference = len(first), first - second
    mean = float(difference.mean()) if n else nan
    sd = float(difference.std(ddof=1)) if n > 1 else nan
    z = NormalDist().inv_cdf((1 + coverage) / 2)
    t = float(special.stdtrit(n - 1, (1 + level) / 2)) if n > 1 else nan

    def bound(estimate: float, std_error: float) -> Bound:
        return Bound(estimate, estimate - t * std_error, estimate + t * std_error)

    std_error = sd * sqrt(1 / n + z * z / (2 * (n - 1))) if n > 1 else nan
    return LimitsOfAgreement(
        mean=bound(mean, sd / sqrt(n) if n else nan),
        sd=sd,
        lower_limit=bound(mean - z * sd, std_error),
        upper_limit=bound(mean + z * sd, std_error),
        coverage=coverage,
        level=level,
        n=n,
        method=Method(
            "Limits of agreement (Bland and Altman)",
            (("coverage", coverage), ("level", level)),
            library_version("scipy"),
        ),
        warnings=() if n > 1 else (f"no limits: {'one subject' if n else 'no subjects'}",),
    )
