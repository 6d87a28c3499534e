r"""Kaplan-Meier curve of subjects who carry weights that change over time.

On an event day $u$ the curve is multiplied by $1 - d_w / n_w$, where $d_w$ and $n_w$ add up the
weights $W_i(u)$ of those with the event and of those at risk [1]_. Weights common to everyone on a
day cancel.

The variance of $\log S(t)$ is the sum over subjects of the squares of

$$ \sum_{u \le t} W_i(u)\,(dN_i(u) - Y_i(u)\,d_w / n_w) / (n_w - d_w), $$

the infinitesimal jackknife by subject, as ``survfit(..., weights, id, robust = TRUE)`` in R [2]_.
It takes the weights as known. Weights estimated by a model make the truth a little more certain
than that, so the limits err on the wide side [1]_. With equal weights it is Greenwood's variance.

References
----------
.. [1] Robins JM, Finkelstein DM (2000). Correcting for noncompliance and dependent censoring in an
   AIDS clinical trial with inverse probability of censoring weighted (IPCW) log-rank tests.
   Biometrics 56(3): 779-788.
.. [2] Therneau TM, Grambsch PM (2000). Modeling survival data: extending the Cox model, sections
   2.2 and 7.2. New York: Springer.
"""

import numpy as np

from topline.stats.method import Method, library_version
from topline.stats.survival.adjusted_curve import Steps, compute_adjusted_curve
from topline.stats.survival.censoring_weights import CensoringWeights
from topline.stats.survival.informative_censoring import FollowUp
from topline.stats.survival.kaplan_meier import Flags, Floats, KaplanMeier, Transform

_AT_ONCE = 4096  # subjects whose influence is held in memory together


def compute_weighted_kaplan_meier(
    follow_up: FollowUp,
    weights: CensoringWeights,
    *,
    transform: Transform = "log-log",
    level: float = 0.95,
) -> KaplanMeier:
    """Estimate the share of subjects free of the event, each standing for others by its weight.

    Parameters
    ----------
    follow_up
        Any number of subjects.
    weights
        Of the same subjects, on the days with events.
    transform, level
        As for `compute_kaplan_meier`.

    Returns
    -------
    KaplanMeier
        Counts are of subjects, not of weights; standard errors are robust.

    Raises
    ------
    ValueError
        Weights of other subjects or other days.

    Examples
    --------
    >>> import numpy as np
    >>> from topline.stats.survival.censoring_weights import compute_stratified_weights
    >>> time, event = np.array([10, 20, 30, 40]), np.array([False, True, True, True])
    >>> follow_up = FollowUp(time, event, informative=~event)
    >>> weights = compute_stratified_weights(follow_up, np.array(["A", "A", "B", "B"]))
    >>> compute_weighted_kaplan_meier(follow_up, weights).survival
    array([1.  , 0.5 , 0.25, 0.  ])
    """
    times, event = follow_up.time_days, follow_up.event
    days, weight = weights.event_days, weights.weight
    if not np.array_equal(days, np.unique(times[event])) or len(weight) != len(times):
        msg = f"weights are of {weight.shape} subjects and event days; expected those of follow_up"
        raise ValueError(msg)
    has_event = event[:, None] & (times[:, None] == days)
    at_risk, events = weight.sum(axis=0), np.where(has_event, weight, 0).sum(axis=0)
    still = np.where(has_event, 0, weight).sum(axis=0)
    survival = np.cumprod(still / at_risk, dtype=np.float64)
    std_error_log = _robust_std_error(weight, has_event, events / at_risk, still)
    place = np.searchsorted(days, np.unique(times), side="right")
    options = (
        ("weights", weights.method.name),
        *weights.method.options,
        ("transform", transform),
        ("level", level),
    )
    steps = Steps(
        np.append(1.0, survival)[place],
        np.append(0.0, std_error_log)[place],
        Method("Weighted Kaplan-Meier, robust limits", options, library_version("survival")),
        weights.warnings,
    )
    return compute_adjusted_curve(times, event, steps, transform=transform, level=level)


def _robust_std_error(weight: Floats, has_event: Flags, hazard: Floats, still: Floats) -> Floats:
    """Infinitesimal jackknife standard error of log S; infinite once everyone has had the event."""
    variance = np.zeros(weight.shape[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        for start in range(0, len(weight), _AT_ONCE):
            rows = slice(start, start + _AT_ONCE)
            step = weight[rows] * (has_event[rows] - hazard) / still
            variance += (np.cumsum(step, axis=1) ** 2).sum(axis=0)
    over = np.cumsum(still == 0) > 0
    return np.where(over, np.inf, np.sqrt(variance))
