r"""Log-rank test of one sample against a survival curve that is known beforehand.

Each subject brings the cumulative hazard of the known curve up to its own time, $-\log S_0(t_i)$.
Their sum $E$ is the number of events expected among the subjects as long as they were followed,
and $Z = (O - E) / \sqrt E$ is standard normal under the known curve [1]_ [2]_. $O / E$ is the
standardised mortality ratio, with exact limits of a Poisson count over $E$ [3]_.

Nothing expected (nobody, or everybody at time 0) gives no test and a warning. No event gives a
ratio of 0 with a lower limit of 0.

References
----------
.. [1] Breslow NE (1975). Analysis of survival data under the proportional hazards model.
   International Statistical Review 43(1): 45-57.
.. [2] Woolson RF (1981). Rank tests and a one-sample logrank test for comparing observed survival
   data to a standard population. Biometrics 37(4): 687-696.
.. [3] Garwood F (1936). Fiducial limits for the Poisson distribution. Biometrika 28(3/4): 437-442.
"""

from dataclasses import dataclass
from math import isfinite, log, sqrt

import numpy as np
from scipy import special

from topline.stats.method import Method, library_version
from topline.stats.survival.kaplan_meier import Days, Flags, Floats, whole_days


@dataclass(frozen=True, slots=True)
class OneSampleLogRank:
    """Events observed beside those expected; NaN where none are expected."""

    n: int
    observed: int
    """Events seen."""
    expected: float
    """Events expected under the known curve."""
    smr: float
    """Standardised mortality ratio, observed over expected."""
    lower: float
    """Of the ratio."""
    upper: float
    level: float
    z: float
    """Below 0 where fewer events were seen than expected."""
    p_value: float
    """Two-sided."""
    p_less: float
    """One-sided: fewer events than expected."""
    method: Method
    warnings: tuple[str, ...] = ()


def compute_one_sample_logrank(
    time_days: Days, event: Flags, *, cumulative_hazard: Floats, level: float = 0.95
) -> OneSampleLogRank:
    """Compare the events of one sample with those expected.

    Parameters
    ----------
    time_days
        Shape (n,). Whole days to event or censoring, at least 0.
    event
        Shape (n,). True where the event was seen, False where the subject was censored.
    cumulative_hazard
        Shape (n,). Of the known curve at each subject's own time, at least 0; the logarithm of its
        survival with the sign turned. `compute_exponential_hazard` gives that of a median.
    level
        Coverage of the two-sided limits of the ratio.

    Raises
    ------
    ValueError
        Arrays of different lengths, times that are not whole days, a hazard that is missing,
        negative or infinite, or a level outside 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> time, event = np.array([100, 200, 300, 400]), np.array([True, False, True, False])
    >>> test = compute_one_sample_logrank(
    ...     time, event, cumulative_hazard=compute_exponential_hazard(time, at_days=150)
    ... )
    >>> test.observed, round(test.expected, 3), round(test.z, 3), round(test.p_less, 3)
    (2, 4.621, -1.219, 0.111)
    """
    times = whole_days(time_days, event)
    _refuse(cumulative_hazard, times, level)
    n, observed, expected = len(times), int(event.sum()), float(cumulative_hazard.sum())
    method = Method("One-sample log-rank test", (("level", level),), library_version("scipy"))
    if expected == 0:
        nan = float("nan")
        return OneSampleLogRank(
            n=n,
            observed=observed,
            expected=expected,
            smr=nan,
            lower=nan,
            upper=nan,
            level=level,
            z=nan,
            p_value=nan,
            p_less=nan,
            method=method,
            warnings=("not estimable: no events are expected",),
        )
    tail = (1 - level) / 2
    z = (observed - expected) / sqrt(expected)
    return OneSampleLogRank(
        n=n,
        observed=observed,
        expected=expected,
        smr=observed / expected,
        lower=float(special.gammaincinv(observed, tail)) / expected if observed else 0.0,
        upper=float(special.gammainccinv(observed + 1, tail)) / expected,
        level=level,
        z=z,
        p_value=2 * float(special.ndtr(-abs(z))),
        p_less=float(special.ndtr(z)),
        method=method,
    )


def compute_exponential_hazard(time_days: Days, at_days: float, *, survival: float = 0.5) -> Floats:
    """Cumulative hazard of a constant hazard under which a share is free of the event on a day.

    Parameters
    ----------
    time_days
        Any shape. Days, at least 0.
    at_days
        Above 0; the median when `survival` is 0.5. Of a rate a day, take ``rate * time_days``.
    survival
        Share free of the event on that day, above 0 and below 1.

    Raises
    ------
    ValueError
        A day or a share out of range.

    Examples
    --------
    >>> import numpy as np
    >>> compute_exponential_hazard(np.array([150, 300]), at_days=150).round(4)
    array([0.6931, 1.3863])
    """
    if not 0 < at_days < float("inf") or not 0 < survival < 1:
        msg = (
            f"a survival of {survival} on day {at_days} is no constant hazard; "
            "expected a share between 0 and 1 on a day above 0"
        )
        raise ValueError(msg)
    return time_days.astype(np.float64) * (-log(survival) / at_days)


def _refuse(hazard: Floats, times: Days, level: float) -> None:
    if hazard.shape != times.shape:
        msg = f"cumulative_hazard has shape {hazard.shape}; expected {times.shape}, as time_days"
        raise ValueError(msg)
    wrong = np.flatnonzero(~(np.isfinite(hazard) & (hazard >= 0)))
    if len(wrong):
        first = int(wrong[0])
        msg = (
            f"{len(wrong)} of {len(hazard)} cumulative hazards are missing, negative or infinite, "
            f"the first at position {first}: {hazard[first]}; expected numbers of at least 0"
        )
        raise ValueError(msg)
    if not (isfinite(level) and 0 < level < 1):
        msg = f"level is {level}; expected a number between 0 and 1, such as 0.95"
        raise ValueError(msg)
