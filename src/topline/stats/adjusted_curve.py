"""An adjusted survival curve as a `KaplanMeier`: subjects counted as they were, the curve as given.

Median, landmark rates and limits are then read exactly as from the plain curve.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from topline.stats.method import Method
from topline.stats.survival import (
    TRANSFORMS,
    Counts,
    Days,
    Flags,
    Floats,
    KaplanMeier,
    Transform,
    whole_days,
)


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """An adjusted curve on the distinct days of its subjects."""

    survival: Floats
    """Shape (m,)."""
    std_error_log: Floats
    """Shape (m,). Of the logarithm of S; infinite where S is 0, NaN where no limits are wanted."""
    method: Method
    warnings: tuple[str, ...] = ()


def compute_adjusted_curve(
    time_days: Days, event: Flags, steps: Steps, *, transform: Transform, level: float
) -> KaplanMeier:
    """Put an adjusted curve on the days of the subjects it was made from.

    Parameters
    ----------
    time_days, event
        Shape (n,). As for `compute_kaplan_meier`.
    steps
        One a distinct day.
    transform, level
        Scale and coverage of the limits.

    Raises
    ------
    ValueError
        A transform that does not exist, a level outside 0 to 1, or curves of another length than
        the distinct days.

    Examples
    --------
    >>> import numpy as np
    >>> steps = Steps(np.array([0.4, 0.4]), np.array([0.1, 0.1]), Method("An example"))
    >>> curve = compute_adjusted_curve(
    ...     np.array([10, 20]), np.array([True, False]), steps, transform="log", level=0.95
    ... )
    >>> curve.median().estimate, curve.number_at_risk.tolist()
    (10.0, [2, 1])
    """
    times = whole_days(time_days, event)
    days, at_risk, events, leaving = count_days(times, event)
    survival, std_error_log = steps.survival, steps.std_error_log
    if survival.shape != days.shape or std_error_log.shape != days.shape:
        msg = f"the curve has shape {survival.shape}; expected {days.shape}, one a distinct day"
        raise ValueError(msg)
    lower, upper = compute_limits(survival, std_error_log, transform, level)
    with np.errstate(invalid="ignore"):
        std_error = survival * std_error_log
    return KaplanMeier(
        time_days=days,
        number_at_risk=at_risk,
        event_counts=events,
        censored_counts=leaving - events,
        survival=survival,
        std_error=std_error,
        lower=lower,
        upper=upper,
        n=len(times),
        events=int(events.sum()),
        transform=transform,
        level=level,
        method=steps.method,
        warnings=steps.warnings if len(days) else ("not estimable: no subjects",),
    )


def count_days(time_days: Days, event: Flags) -> tuple[Counts, Counts, Counts, Counts]:
    """Distinct days, ascending; subjects at risk, with the event and leaving on each."""
    days, place = np.unique(time_days, return_inverse=True)
    leaving = np.bincount(place, minlength=len(days))
    events = np.bincount(place[event], minlength=len(days))
    return days.astype(np.int64), len(time_days) - np.cumsum(leaving) + leaving, events, leaving


def compute_limits(
    survival: Floats, std_error_log: Floats, transform: Transform, level: float
) -> tuple[Floats, Floats]:
    r"""Limits symmetric on the scale of the transform, cut at 0 and 1; NaN where it has none.

    On the scale $g$ they are $g(S) \pm z\,g'(S)\,S\,\sigma$, where $\sigma$ is the standard error
    of $\log S$ (Borgan and Liestol 1990, Scandinavian Journal of Statistics 17: 35-41).

    Parameters
    ----------
    survival, std_error_log
        Shape (m,).
    transform
        One of `TRANSFORMS`.
    level
        Two-sided coverage on any one day.

    Examples
    --------
    >>> import numpy as np
    >>> lower, upper = compute_limits(np.array([0.5]), np.array([0.2]), "plain", 0.95)
    >>> lower.round(3).item(), upper.round(3).item()
    (0.304, 0.696)
    """
    if transform not in TRANSFORMS:
        msg = f"there is no transform {transform!r}; choose one of {', '.join(TRANSFORMS)}"
        raise ValueError(msg)
    if not 0 < level < 1:
        msg = f"level is {level}; expected a number between 0 and 1, such as 0.95"
        raise ValueError(msg)
    z = NormalDist().inv_cdf((1 + level) / 2)
    open_above = transform in {"log-log", "logit", "arcsine"}
    s = np.where((survival > 0) & ((survival < 1) | (not open_above)), survival, np.nan)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if transform == "plain":
            centre, half = s, s * std_error_log
        elif transform == "log":
            centre, half = np.log(s), std_error_log
        elif transform == "log-log":
            centre, half = np.log(-np.log(s)), -std_error_log / np.log(s)
        elif transform == "logit":
            centre, half = np.log(s / (1 - s)), std_error_log / (1 - s)
        else:
            centre, half = np.arcsin(np.sqrt(s)), std_error_log * np.sqrt(s / (1 - s)) / 2
        one, other = (_back(centre + sign * z * half, transform) for sign in (-1, 1))
    return np.minimum(one, other), np.maximum(one, other)


def _back(value: Floats, transform: Transform) -> Floats:
    """From the scale of the transform to a share."""
    if transform == "plain":
        return np.clip(value, 0, 1)
    if transform == "log":
        return np.minimum(np.exp(value), 1)
    if transform == "log-log":
        return np.exp(-np.exp(value))
    if transform == "logit":
        return 1 / (1 + np.exp(-value))
    return np.sin(np.clip(value, 0, np.pi / 2)) ** 2
