"""Summary statistics of a continuous variable.

Quartiles have nine definitions in use [1]_. The default is type 2, the empirical distribution with
averaging, which is SAS's default (PCTLDEF=5, QNTLDEF=5) [2]_; R's own default is type 7. The median
is the middle value, or the mean of the two middle values, under every type.

References
----------
.. [1] Hyndman RJ, Fan Y (1996). Sample quantiles in statistical packages. The American
   Statistician 50(4): 361-365.
.. [2] SAS/STAT and Base SAS procedures guide, PROC UNIVARIATE, "Calculating percentiles".
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topline.stats.method import Method, library_version

QuartileType = Literal[1, 2, 3, 4, 5, 6, 7, 8, 9]
Floats = NDArray[np.float64]

_NUMPY_NAME: dict[
    int,
    Literal[
        "inverted_cdf",
        "averaged_inverted_cdf",
        "closest_observation",
        "interpolated_inverted_cdf",
        "hazen",
        "weibull",
        "linear",
        "median_unbiased",
        "normal_unbiased",
    ],
] = {
    1: "inverted_cdf",
    2: "averaged_inverted_cdf",
    3: "closest_observation",
    4: "interpolated_inverted_cdf",
    5: "hazen",
    6: "weibull",
    7: "linear",
    8: "median_unbiased",
    9: "normal_unbiased",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """Summary statistics in the unit of the values; NaN where one is not defined."""

    n: int
    """Values present."""
    missing: int
    """Values missing."""
    mean: float
    sd: float
    """Standard deviation with n - 1 below; NaN for fewer than two values."""
    median: float
    q1: float
    """First quartile."""
    q3: float
    """Third quartile."""
    minimum: float
    maximum: float
    method: Method


def compute_summary(values: Floats, *, quartile_type: QuartileType = 2) -> Summary:
    """Summarise one variable.

    Parameters
    ----------
    values
        Shape (n,), any one unit; NaN is a missing value.
    quartile_type
        Definition of the quartiles, numbered as by Hyndman and Fan and in R; 2 as in SAS.

    Returns
    -------
    Summary
        No value present: all NaN. One value: its own mean, median and quartiles, and no SD.

    Raises
    ------
    ValueError
        A value is infinite, or there is no such type.

    Examples
    --------
    >>> import numpy as np
    >>> age = compute_summary(np.array([61.0, 54.0, np.nan, 70.0, 58.0]))
    >>> age.n, age.missing, age.mean, age.median, age.q1, age.q3
    (4, 1, 60.75, 59.5, 56.0, 65.5)
    """
    if quartile_type not in _NUMPY_NAME:
        msg = f"quartile_type is {quartile_type}; expected 1 to 9 (2 as in SAS, 7 as in R)"
        raise ValueError(msg)
    if infinite := int(np.isinf(values).sum()):
        msg = f"{infinite} of {len(values)} values are infinite; code a missing value as NaN"
        raise ValueError(msg)
    present = np.sort(values[~np.isnan(values)])
    n = len(present)
    method = Method(
        "Summary statistics", (("quartile_type", quartile_type),), library_version("numpy")
    )
    if n == 0:
        nan = float("nan")
        return Summary(0, len(values), nan, nan, nan, nan, nan, nan, nan, method)
    q1, q3 = np.quantile(present, [0.25, 0.75], method=_NUMPY_NAME[quartile_type])
    return Summary(
        n=n,
        missing=len(values) - n,
        mean=float(present.mean()),
        sd=float(present.std(ddof=1)) if n > 1 else float("nan"),
        median=float(np.median(present)),
        q1=float(q1),
        q3=float(q3),
        minimum=float(present[0]),
        maximum=float(present[-1]),
        method=method,
    )
