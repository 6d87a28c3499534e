r"""Coefficients of a Cox regression that the data put no bound on.

The partial likelihood never falls along a direction $\delta$ of the coefficients exactly if on each
event day whoever has the event has the largest $\delta'x$ of all at risk. If there is such a
direction that is not level everywhere, the likelihood has no maximum: it rises towards its bound as
coefficients grow along $\delta$ ("monotone likelihood" [1]_). Far out, only those at risk with the
largest $\delta'x$ are left to compare, so the bound is the maximum of the same model with subjects
of unlike $\delta'x$ in different strata: a limiting model as in [2]_, with finite coefficients for
the terms that no such direction touches.

Directions are found by linear programming, which is exact up to rounding: no threshold decides how
large a coefficient must be to be called infinite. Rows of what must not be negative: for each event
day its first event against everyone who was at risk then and no longer on the next event day, other
events of the day the other way round, too, and each event day against the next.

References
----------
.. [1] Heinze G, Schemper M (2001). A solution to the problem of monotone likelihood in Cox
   regression. Biometrics 57(1): 114-119.
.. [2] Geyer CJ (2009). Likelihood inference in exponential families and directions of recession.
   Electronic Journal of Statistics 3: 259-289.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.stats.cox.data import CoxData
from topline.stats.cox.risk_sets import risk_sets
from topline.stats.survival.kaplan_meier import Counts, Floats

Signs = NDArray[np.int8]

_LEVEL = 1e-6  # rows are scaled to a largest entry of 1; ten times the solver's tolerance
_AT_ONCE = 5000


@dataclass(frozen=True, slots=True, eq=False)
class Monotone:
    """How the coefficients of p covariates leave all bounds."""

    unbounded: NDArray[np.bool_]
    """Shape (p,). Terms that some direction touches."""
    sign: Signs
    """Shape (p,). 1 or -1 where an unbounded coefficient goes; 0 where it may go either way, and
    where it is bounded."""
    level: Counts
    """Shape (n,). Who has a higher one has infinitely more hazard."""
    limit: CoxData
    """The data with subjects of unlike level in different strata."""


def find_monotone(data: CoxData) -> Monotone | None:
    """Find directions along which the likelihood has no maximum; None where it has one.

    Parameters
    ----------
    data
        Subjects at risk on an event day, covariates that the others do not determine.
    """
    spread = data.covariates.std(axis=0)
    values = data.covariates / spread
    rows = _rows(data, values)
    stratum = np.zeros(len(values), np.int64) if data.stratum is None else data.stratum
    level = np.zeros(len(values), np.int64)
    limit, tight = data, rows
    while (found := _direction(tight.sum(axis=0), tight)) is not None:
        level = _refine(level, values @ found)
        limit = _by_level(data, stratum, level)
        tight = tight[np.abs(tight @ found) <= _LEVEL]
    if limit is data:
        return None
    span = _null_space(tight)
    unbounded = np.abs(span).max(axis=0, initial=0) > _LEVEL
    return Monotone(unbounded, _signs(rows, unbounded), level, limit)


def _rows(data: CoxData, values: Floats) -> Floats:
    """Shape (m, p). Differences that a direction must not make negative, without repetition."""
    sets = risk_sets(data)
    x = values[sets.order]
    lead = x[sets.starts]
    tied = sets.events[~np.isin(sets.events, sets.starts)]
    linked = np.flatnonzero(sets.links())
    rows = np.concatenate(
        [lead[sets.group] - x, x[tied] - lead[sets.group[tied]], lead[linked - 1] - lead[linked]]
    )
    size = np.abs(rows).max(axis=1, initial=0)
    rows = rows[size > 0] / size[size > 0, None]
    return rows if len(rows) > _AT_ONCE else np.unique(rows, axis=0)


def _direction(aim: Floats, rows: Floats) -> Floats | None:
    """Direction that makes no row negative and some positive; None if there is none."""
    found = _furthest(aim, rows)
    return found if (rows @ found).max(initial=0) > 10 * _LEVEL else None


def _furthest(aim: Floats, rows: Floats) -> Floats:
    """Direction in the unit cube with the largest product with `aim` that makes no row negative.

    Of many rows some are taken first, and those violated are added until none is.
    """
    if rows.shape[1] == 1:  # one covariate: all rows have one sign, or there is no direction
        return np.array([float((rows >= 0).all()) - float((rows <= 0).all())])
    from scipy.optimize import linprog  # half a second

    taken = np.arange(0, len(rows), len(rows) // _AT_ONCE + 1)
    while True:
        solved = linprog(-aim, A_ub=-rows[taken], b_ub=np.zeros(len(taken)), bounds=(-1, 1))
        found = np.asarray(solved.x, np.float64)
        slack = rows @ found
        slack[taken] = 0
        if slack.min(initial=0) >= -_LEVEL:
            return found
        taken = np.union1d(taken, np.argsort(slack)[:_AT_ONCE])


def _refine(level: Counts, along: Floats) -> Counts:
    """Split levels by a further direction; values that differ by rounding alone are one."""
    order = np.lexsort((along, level))
    apart = (np.diff(level[order]) != 0) | (np.diff(along[order]) > _LEVEL)
    refined = np.zeros_like(level)
    refined[order[1:]] = np.cumsum(apart)
    return refined


def _by_level(data: CoxData, stratum: Counts, level: Counts) -> CoxData:
    levels = int(level.max()) + 1
    codes = np.unique(stratum * levels + level, return_inverse=True)[1]
    return CoxData(data.time_days, data.event, data.covariates, data.names, codes, data.cluster)


def _null_space(rows: Floats) -> Floats:
    """Shape (d, p). Directions in which no row extends."""
    values, vectors = np.linalg.eigh(rows.T @ rows)
    return vectors[:, values <= _LEVEL * max(1.0, float(values[-1]))].T


def _signs(rows: Floats, unbounded: NDArray[np.bool_]) -> Signs:
    """Ask of each unbounded coefficient whether it can rise, and whether it can fall."""
    signs = np.zeros(len(unbounded), np.int8)
    for k in np.flatnonzero(unbounded):
        aim = np.zeros(len(unbounded))
        aim[k] = 1.0
        rises = _furthest(aim, rows)[k] > _LEVEL
        falls = _furthest(-aim, rows)[k] < -_LEVEL
        signs[k] = int(rises) - int(falls)
    return signs
