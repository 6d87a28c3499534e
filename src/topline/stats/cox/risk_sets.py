r"""Who is at risk on each event day of each stratum, as rows in an order that makes sums cheap.

Rows ascend by stratum and time, events of a day first. They fall into groups, one for each event
day of a stratum: the subjects who were at risk on that day and no longer on the next one. Those at
risk on a day are its group and all later groups of the stratum.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from topline.stats.cox.data import CoxData
from topline.stats.survival.kaplan_meier import Counts, Flags, Floats


@dataclass(frozen=True, slots=True, eq=False)
class RiskSets:
    """n subjects at risk on an event day, in g groups, with e events."""

    order: Counts
    """Shape (n,). Row of the data that stands at each place."""
    covariates: Floats
    """Shape (n, p). In this order."""
    group: Counts
    """Shape (n,)."""
    starts: Counts
    """Shape (g,). Place of the first event of each group."""
    strata: tuple[slice, ...]
    """Groups of each stratum."""
    events: Counts
    """Shape (e,). Places of the events, ascending."""

    def links(self) -> Flags:
        """Shape (g,). True where an earlier event day of the same stratum stands before."""
        linked = np.ones(len(self.starts), np.bool_)
        linked[[stratum.start for stratum in self.strata]] = False
        return linked


def risk_sets(data: CoxData) -> RiskSets:
    """Put subjects in order; all of them must be at risk on an event day of their stratum."""
    times, event = data.time_days, data.event
    stratum = np.zeros(len(times), np.int64) if data.stratum is None else data.stratum
    order = np.lexsort((~event, times, stratum))
    times, event, stratum = times[order], event[order], stratum[order]
    fresh = (np.diff(times, prepend=-1) != 0) | (np.diff(stratum, prepend=-1) != 0)
    starts = np.flatnonzero(fresh & event)
    of_stratum = np.flatnonzero(np.diff(stratum[starts], prepend=-1, append=-1))
    return RiskSets(
        order=order,
        covariates=data.covariates[order],
        group=np.cumsum(fresh & event) - 1,
        starts=starts,
        strata=tuple(slice(int(a), int(b)) for a, b in pairwise(of_stratum)),
        events=np.flatnonzero(event),
    )


def sums_at_risk(sets: RiskSets, values: Floats) -> Floats:
    """Add up values (n, k), in the order of `sets`, over those at risk: shape (g, k)."""
    sums = np.add.reduceat(values, sets.starts, axis=0)
    for stratum in sets.strata:
        sums[stratum] = np.cumsum(sums[stratum][::-1], axis=0)[::-1]
    return sums
