r"""Restricted mean survival time: the mean time free of the event within a window of follow-up.

It is the area $\mu$ under the Kaplan-Meier curve from day 0 to a day $\tau$. With $A_j$ the area
from event day $t_j$ to $\tau$, its variance adds up $A_j^2 d_j / (n_j (n_j - d_j))$ over the event
days before $\tau$ [1]_, as ``print(survfit(...), rmean = tau)`` in R and the package survRM2 do; a
day on which everybody left has the event adds nothing, because no area follows.

Two groups are compared by the difference of their means and by the ratio, whose standard error is
that of its logarithm, $\sqrt{\sigma_1^2 / \mu_1^2 + \sigma_2^2 / \mu_2^2}$ [2]_ [3]_.

The curve is unknown after a last observation that is a censoring. A $\tau$ later than that is not
estimable here, as in survRM2, where R's ``survival`` draws the curve on level and takes too much;
after a last event the curve is 0 and a later $\tau$ adds nothing.

References
----------
.. [1] Klein JP, Moeschberger ML (2003). Survival analysis: techniques for censored and truncated
   data, 2nd ed., section 4.5. New York: Springer.
.. [2] Royston P, Parmar MKB (2013). Restricted mean survival time: an alternative to the hazard
   ratio for the design and analysis of randomized trials with a time-to-event outcome. BMC Medical
   Research Methodology 13: 152.
.. [3] Uno H, Claggett B, Tian L, et al (2014). Moving beyond the hazard ratio in quantifying the
   between-group difference in survival analysis. Journal of Clinical Oncology 32(22): 2380-2385.
"""

from dataclasses import dataclass
from math import exp, hypot, isfinite, log, nan
from statistics import NormalDist

import numpy as np
from scipy import special

from topline.stats.method import Method, library_version
from topline.stats.survival.kaplan_meier import (
    Days,
    Flags,
    Floats,
    KaplanMeier,
    compute_kaplan_meier,
)


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """Mean days free of the event up to a day; NaN where not estimable."""

    until_days: float
    estimate: float
    std_error: float
    lower: float
    """Cut at 0."""
    upper: float
    """Cut at `until_days`."""
    level: float
    n: int
    events: int
    """Subjects with the event, by whatever day."""
    method: Method
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contrast:
    """A difference or a ratio with the test that it is none; NaN where not estimable."""

    estimate: float
    std_error: float
    """Of a ratio, that of its logarithm."""
    lower: float
    upper: float
    p_value: float
    """Two-sided."""


@dataclass(frozen=True, slots=True)
class RestrictedMeanContrast:
    """Two restricted means of independent groups beside each other."""

    mean: RestrictedMean
    reference: RestrictedMean
    difference: Contrast
    """Days, mean less reference."""
    ratio: Contrast
    """Mean over reference."""
    level: float
    n: int
    method: Method
    warnings: tuple[str, ...] = ()


def compute_restricted_mean(
    time_days: Days, event: Flags, *, until_days: float, level: float = 0.95
) -> RestrictedMean:
    """Estimate the mean time free of the event up to a day.

    Parameters
    ----------
    time_days
        Shape (n,). Whole days to event or censoring, at least 0. Equal days are ties.
    event
        Shape (n,). True where the event was seen, False where the subject was censored.
    until_days
        Above 0, such as 365.25 for 12 months.
    level
        Coverage of the two-sided limits.

    Raises
    ------
    ValueError
        As `compute_kaplan_meier`, and a day that is not above 0.

    Examples
    --------
    >>> import numpy as np
    >>> mean = compute_restricted_mean(
    ...     np.array([10, 20, 30, 40]), np.array([True, True, False, True]), until_days=30
    ... )
    >>> mean.estimate, round(mean.std_error, 3)
    (22.5, 4.146)
    """
    if not (isfinite(until_days) and until_days > 0):
        msg = f"until_days is {until_days}; expected a number of days above 0"
        raise ValueError(msg)
    curve = compute_kaplan_meier(time_days, event, transform="plain", level=level)
    estimate, std_error, warnings = _area(curve, until_days)
    half = NormalDist().inv_cdf((1 + level) / 2) * std_error
    missing = np.isnan(estimate)
    return RestrictedMean(
        until_days=until_days,
        estimate=estimate,
        std_error=std_error,
        lower=nan if missing else max(0.0, estimate - half),
        upper=nan if missing else min(until_days, estimate + half),
        level=level,
        n=curve.n,
        events=curve.events,
        method=Method(
            "Restricted mean survival time",
            (("until_days", until_days), ("level", level)),
            library_version("numpy"),
        ),
        warnings=warnings,
    )


def compute_restricted_mean_contrast(
    mean: RestrictedMean, reference: RestrictedMean
) -> RestrictedMeanContrast:
    """Compare the restricted means of two independent groups.

    Parameters
    ----------
    mean, reference
        Up to the same day, at the same level.

    Raises
    ------
    ValueError
        Means up to different days or at different levels.

    Examples
    --------
    >>> import numpy as np
    >>> event = np.array([True, True, True, True])
    >>> slow = compute_restricted_mean(np.array([10, 20, 30, 40]), event, until_days=30)
    >>> fast = compute_restricted_mean(np.array([5, 10, 15, 20]), event, until_days=30)
    >>> contrast = compute_restricted_mean_contrast(slow, fast)
    >>> contrast.difference.estimate, contrast.ratio.estimate, round(contrast.difference.p_value, 3)
    (10.0, 1.8, 0.046)
    """
    if (mean.until_days, mean.level) != (reference.until_days, reference.level):
        msg = (
            f"one mean is up to day {mean.until_days:g} at level {mean.level:g}, the reference up "
            f"to day {reference.until_days:g} at level {reference.level:g}; expected the same"
        )
        raise ValueError(msg)
    z = NormalDist().inv_cdf((1 + mean.level) / 2)
    difference = _contrast(
        mean.estimate - reference.estimate, hypot(mean.std_error, reference.std_error), z
    )
    warnings = list(dict.fromkeys(mean.warnings + reference.warnings))
    if mean.estimate == 0 or reference.estimate == 0:
        warnings.append("no ratio: a mean is 0")
    if difference.std_error == 0:
        warnings.append("no p-value: nobody had the event within the window, or all at once")
    return RestrictedMeanContrast(
        mean=mean,
        reference=reference,
        difference=difference,
        ratio=_ratio(mean, reference, z),
        level=mean.level,
        n=mean.n + reference.n,
        method=Method(
            "Difference and ratio of restricted mean survival times",
            mean.method.options,
            mean.method.library,
        ),
        warnings=tuple(warnings),
    )


def _contrast(estimate: float, std_error: float, z: float) -> Contrast:
    p_value = 2 * float(special.ndtr(-abs(estimate) / std_error)) if std_error else nan
    return Contrast(
        estimate, std_error, estimate - z * std_error, estimate + z * std_error, p_value
    )


def _ratio(mean: RestrictedMean, reference: RestrictedMean, z: float) -> Contrast:
    """Compare on the scale of the logarithm."""
    if not (mean.estimate > 0 and reference.estimate > 0):
        return Contrast(nan, nan, nan, nan, nan)
    relative = hypot(mean.std_error / mean.estimate, reference.std_error / reference.estimate)
    found = _contrast(log(mean.estimate / reference.estimate), relative, z)
    lower, upper = exp(found.lower), exp(found.upper)
    return Contrast(exp(found.estimate), relative, lower, upper, found.p_value)


def _area(curve: KaplanMeier, until: float) -> tuple[float, float, tuple[str, ...]]:
    """Area under the curve up to a day, its standard error, and why there is none."""
    if not curve.n:
        return nan, nan, curve.warnings
    last = int(curve.time_days[-1])
    if until > last and curve.survival[-1] > 0:
        why = f"not estimable: day {until:g} is after the last observation, day {last}, a censoring"
        return nan, nan, (why,)
    inside = curve.time_days < until
    days = np.concatenate(([0.0], curve.time_days[inside], [until]))
    areas: Floats = np.diff(days) * np.append(1.0, curve.survival[inside])
    after = np.cumsum(areas[:0:-1])[::-1]
    events, at_risk = curve.event_counts[inside], curve.number_at_risk[inside].astype(np.float64)
    left = at_risk - events
    terms = np.where(left > 0, after**2 * events / (at_risk * np.maximum(left, 1)), 0.0)
    return float(areas.sum()), float(np.sqrt(terms.sum())), ()
