r"""Confidence limits where the profile of a likelihood has fallen by a given depth.

The profile $p(b)$ is the largest log-likelihood with one coefficient held at $b$; limits at `level`
are where it lies half a chi-square quantile with one degree of freedom below its top [1]_. The
signed root $\sqrt{2 (top - p(b))}$ is nearly a straight line, so Newton's method on it takes few
steps; they are kept between the points known to lie inside and outside.

References
----------
.. [1] Venzon DJ, Moolgavkar SH (1988). A method for computing profile-likelihood-based confidence
   intervals. Applied Statistics 37(1): 87-94.
"""

from collections.abc import Callable
from math import inf, isfinite, isinf, nan, sqrt

Profile = Callable[[float], tuple[float, float]]
"""Log-likelihood with the coefficient held at a value, and its slope there; NaN if not known."""

_ITERATIONS = 100
_EXACT = 1e-12
_AT_DEPTH = 1e-6


def find_limit(profile: Profile, top: float, z: float, estimate: float, scale: float) -> float:
    """Find one limit.

    Parameters
    ----------
    profile
        Of the coefficient.
    top
        Largest log-likelihood.
    z
        Normal quantile; negative for the lower limit.
    estimate
        Where the top is; inf or -inf where it is never reached, and the limit the only one.
    scale
        About a standard error: no step is longer than five of it.

    Returns
    -------
    float
        NaN if no limit is found.
    """
    side = 1.0 if z > 0 else -1.0
    inside, outside = estimate, side * inf
    b = side * scale * abs(z) + estimate if isfinite(estimate) else 0.0
    for _ in range(_ITERATIONS):
        value, slope = profile(b)
        root = sqrt(max(2 * (top - value), 0.0)) if isfinite(value) else inf
        if root < abs(z):
            inside = b
        else:
            outside = b
        known = isfinite(root + slope) and slope != 0 and root > 0
        step = (root - abs(z)) * root / slope if known else nan
        following = _between(b, step, inside, outside, 5 * scale)
        if abs(following - b) <= _EXACT * (abs(b) + scale):
            return following if abs(root - abs(z)) < _AT_DEPTH else nan
        b = following
    return nan


def _between(b: float, step: float, inside: float, outside: float, longest: float) -> float:
    """Take the step if it stays between the points; else halve them, or go on outward."""
    low, high = min(inside, outside), max(inside, outside)
    if isfinite(step):
        following = b + max(-longest, min(longest, step))
        if low <= following <= high:
            return following
    if isinf(low) or isinf(high):
        return b + longest * (1.0 if isinf(high) else -1.0)
    return (low + high) / 2
