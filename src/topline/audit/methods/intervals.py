r"""Limits of a proportion that `topline.stats` has no use for, but print has.

With $\hat p = x / n$, $z$ the normal quantile:

wald-cc
    $\hat p \pm (z \sqrt{\hat p (1 - \hat p) / n} + 1 / (2n))$, cut at 0 and 1 [1]_ (method 2).
logit
    $\operatorname{logit} \hat p \pm z / \sqrt{n \hat p (1 - \hat p)}$, carried back; none at x = 0
    and x = n [2]_.
arcsine
    $\sin^2(\arcsin \sqrt{\hat p} \pm z / (2 \sqrt n))$, cut at 0 and 1 [2]_.

References
----------
.. [1] Newcombe RG (1998). Two-sided confidence intervals for the single proportion: comparison of
   seven methods. Statistics in Medicine 17(8): 857-872.
.. [2] Brown LD, Cai TT, DasGupta A (2001). Interval estimation for a binomial proportion.
   Statistical Science 16(2): 101-133, sections 4.2.1 and 4.1.3.
"""

from math import asin, exp, log, nan, pi, sin, sqrt
from statistics import NormalDist


def compute_wald_corrected(events: int, n: int, level: float) -> tuple[float, float]:
    """Compute Wald's limits with correction for continuity.

    Examples
    --------
    >>> lower, upper = compute_wald_corrected(81, 263, 0.95)  # Newcombe's Table I
    >>> round(lower, 4), round(upper, 4)
    (0.2503, 0.3657)
    """
    p = events / n
    half = _z(level) * sqrt(p * (1 - p) / n) + 1 / (2 * n)
    return max(0.0, p - half), min(1.0, p + half)


def compute_logit(events: int, n: int, level: float) -> tuple[float, float]:
    """Compute limits that are symmetric on the scale of the log odds."""
    if events in {0, n}:
        return nan, nan
    odds, half = events / (n - events), _z(level) / sqrt(events * (n - events) / n)
    low, high = odds * exp(-half), odds * exp(half)
    return low / (1 + low), high / (1 + high)


def compute_arcsine(events: int, n: int, level: float) -> tuple[float, float]:
    """Compute limits that are symmetric on the scale of the arcsine of the root."""
    angle, half = asin(sqrt(events / n)), _z(level) / (2 * sqrt(n))
    return sin(max(0.0, angle - half)) ** 2, sin(min(pi / 2, angle + half)) ** 2


def _z(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)


def compute_log_error(lower: float, upper: float, level: float) -> float:
    """Compute the standard error of a log ratio from limits symmetric on that scale."""
    return log(upper / lower) / (2 * _z(level))
