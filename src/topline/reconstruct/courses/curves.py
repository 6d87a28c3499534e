r"""Kaplan-Meier curves of many groups of the same few patients at once, fast enough for a search.

Patients stand in the order of their times, events first among equal ones. Taking tied events one by
one gives the same curve, $\prod (1 - 1/m) = 1 - d/n$, and the same sum of Greenwood, $\sum
1/(m(m-1)) = d/(n(n-d))$. Conventions are those of `topline.stats.survival.kaplan_meier`, against
which these curves are tested.
"""

from math import erfc, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from topline.stats.survival.score_test import compute_distance
from topline.stats.survival.survival_limits import Transform, compute_limits

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_LEVEL = 1e-8


class Curves(NamedTuple):
    """Curves of groups on the days of all patients; one row a group, one column a patient."""

    days: Floats
    """In order; shape (n,)."""
    events: Flags
    members: Flags
    """Shape (groups, n)."""
    at_risk: Floats
    """In the group on each day."""
    survival: Floats
    error: Floats
    """Standard error of log S."""
    last: Flags
    """The last patient of each day."""
    own: Floats
    """At risk on the day of each event, ties together; shape (groups, events)."""
    whose: Flags
    """Members with the event; likewise."""
    same_day: Floats
    """1 for events on one day; shape (events, events)."""


def compute_curves(days: Floats, events: Flags, members: Flags) -> Curves:
    """Estimate a curve for each group.

    Parameters
    ----------
    days
        Times, shape (n,).
    events
        Whether the time ends with the event.
    members
        Who belongs to each group, shape (groups, n).

    Examples
    --------
    >>> c = compute_curves(np.array([3.0, 5.0]), np.array([True, False]), np.ones((1, 2), bool))
    >>> c.survival.tolist()
    [[0.5, 0.5]]
    """
    order = np.argsort(2 * days + ~events, kind="stable")
    days, events, members = days[order], events[order], members[:, order]
    at_risk = np.cumsum(members[:, ::-1], axis=1)[:, ::-1].astype(np.float64)
    falls = members & events
    safe = np.maximum(at_risk, 1.0)
    steps: Floats = np.where(falls, 1 - 1 / safe, 1.0)
    survival: Floats = np.cumprod(steps, axis=1, dtype=np.float64)
    with np.errstate(divide="ignore"):
        terms = np.where(falls, 1 / (safe * (safe - 1)), 0.0)
    error = np.sqrt(np.cumsum(terms, axis=1))
    last = np.append(days[1:] != days[:-1], True)
    places = np.flatnonzero(events)
    first = np.searchsorted(days, days[places], side="left")
    same_day = (first[:, None] == first).astype(np.float64)
    own, whose = at_risk[:, first], members[:, places]
    return Curves(days, events, members, at_risk, survival, error, last, own, whose, same_day)


def read_medians(curves: Curves, transform: Transform, level: float = 0.95) -> Floats:
    """Read median, lower and upper limit of each group, midway where a curve stays at one half.

    Returns
    -------
    array of shape (groups, 3)
        Days; infinite where it is not reached.
    """
    lower, upper = compute_limits(curves.survival, curves.error, transform, level)
    heights = np.stack([curves.survival, lower, upper], axis=1)
    readable = curves.last & curves.members.any(axis=0)
    with np.errstate(invalid="ignore"):
        first = _day_of(curves.days, (heights <= 0.5 + _LEVEL) & readable)
        below = _day_of(curves.days, (heights < 0.5 - _LEVEL) & readable)
    return np.where(np.isfinite(below), (first + below) / 2, first)


def _day_of(days: Floats, reached: Flags) -> Floats:
    return np.where(reached.any(axis=-1), days[reached.argmax(axis=-1)], np.inf)


def read_rates(curves: Curves, day: float) -> tuple[Floats, Floats]:
    """Read each group's rate on a day, and its standard error."""
    place = int(np.searchsorted(curves.days, day, side="right")) - 1
    if place < 0:
        one = np.ones(len(curves.members))
        return one, np.zeros_like(one)
    survival = curves.survival[:, place]
    with np.errstate(invalid="ignore"):
        return survival, survival * curves.error[:, place]


def read_limits(
    curves: Curves, day: float, transform: Transform, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Read the limits of each group's rate on a day; none before the first day."""
    place = int(np.searchsorted(curves.days, day, side="right")) - 1
    if place < 0:
        none = np.full(len(curves.members), np.nan)
        return none, none
    with np.errstate(invalid="ignore"):
        return compute_limits(curves.survival[:, place], curves.error[:, place], transform, level)


def count_at_risk(curves: Curves, day: float) -> Floats:
    """Count the patients of each group at risk on a day."""
    place = int(np.searchsorted(curves.days, day, side="left"))
    if place == curves.days.size:
        return np.zeros(len(curves.members))
    return curves.at_risk[:, place]


def compute_p(curves: Curves, rows: NDArray[np.intp]) -> float:
    """Compute the log-rank test of some groups, ties by the hypergeometric variance.

    Returns
    -------
    float
        p-value; 1 where the groups cannot differ.
    """
    own, whose = curves.own[rows], curves.whose[rows]
    held = own.any(axis=1)
    own, whose = own[held], whose[held]
    counted = whose.any(axis=0)
    if len(own) < 2 or not counted.any():
        return 1.0
    whole = np.maximum(own.sum(axis=0), 1.0)
    share = own / whole
    tied = curves.same_day @ counted
    weight = counted * (whole - tied) / np.maximum(whole - 1, 1)
    if len(own) == 2:
        one = share[0]
        difference = float(whose[0].sum() - (counted * one).sum())
        variance = float((weight * one * (1 - one)).sum())
        return erfc(abs(difference) / sqrt(2 * variance)) if variance > 0 else 1.0
    difference = (whose - counted * share).sum(axis=1)
    covariance = np.diag((weight * share).sum(axis=1)) - (weight * share) @ share.T
    statistic, df = compute_distance(difference, covariance)
    return float(chdtrc(df, max(statistic, 0.0))) if df else 1.0


def compute_excess(curves: Curves, rows: NDArray[np.intp]) -> Floats:
    """Compute how many events each group has beyond those expected if times did not differ.

    Examples
    --------
    >>> one, other = [True, True, False, False], [False, False, True, True]
    >>> c = compute_curves(np.arange(1.0, 5.0), np.ones(4, bool), np.array([one, other]))
    >>> compute_excess(c, np.arange(2)).round(3).tolist()
    [1.167, -1.167]
    """
    own, whose = curves.own[rows], curves.whose[rows]
    share = own / np.maximum(own.sum(axis=0), 1.0)
    return (whose - whose.any(axis=0) * share).sum(axis=1)
