"""An adjusted survival curve as a `KaplanMeier`: subjects counted as they were, the curve as given.

Median, landmark rates and limits are then read exactly as from the plain curve.
"""

from dataclasses import dataclass

import numpy as np

from topline.stats.method import Method
from topline.stats.survival.kaplan_meier import (
    Counts,
    Days,
    Flags,
    Floats,
    KaplanMeier,
    whole_days,
)
from topline.stats.survival.survival_limits import Transform, compute_limits


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
