"""How progression stays unconfirmed, is confirmed, or is reset (iRECIST, Seymour 2017, table 2).

All subjects go through their assessments together, first to last. iUPD opens a progression and
notes what it was of: target lesions, non-target lesions, new lesions. At each later assessment
- it is confirmed if one of these has grown further, or another of them progresses for the first
  time, or one more new lesion appears, and enough days have passed;
- it is reset if the response is better than at any iUPD of this progression, so that the next iUPD
  starts anew;
- else it stays iUPD, or is NE where nothing could be judged.
Once confirmed it stays confirmed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.clinical.recist.criteria import ImmuneCriteria

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Days = NDArray[np.int64]

AS_RECIST, UNCONFIRMED, CONFIRMED, NOT_EVALUABLE = 0, 1, 2, 3
BY_TARGETS, BY_NON_TARGETS, BY_NEW_LESIONS = 1, 2, 4
STABLE, PROGRESSED = 2, 3


@dataclass(frozen=True)
class Findings:
    """What assessments show; each array has a row a subject and a column an assessment."""

    seen: Flags
    """There is such an assessment."""
    day: Days
    """Of progression where there is some, else of the last lesion; days from any origin."""
    rank: Days
    """Response without new lesions: 0 CR, 1 PR, 2 SD or as good, 3 PD, -1 NE."""
    targets_progress: Flags
    target_mm: Numbers
    """Target lesions that were measured together; NaN for none."""
    non_targets_progress: Flags
    non_targets_increase: Flags
    """They are larger than at the last assessment, unequivocally or not."""
    new_appear: Flags
    new_mm: Numbers
    """New lesions that were measured together; NaN for none."""
    new_increase: Flags
    """One that is not measured is larger than at the last assessment."""
    new_progress: Flags
    """The measured ones are above their smallest sum by as much as target lesions need for PD."""
    new_present: Flags
    new_resolved: Flags
    """Every new lesion so far is gone."""

    def at(self, visit: int) -> "Findings":
        """Return one column."""
        return Findings(
            seen=self.seen[:, visit],
            day=self.day[:, visit],
            rank=self.rank[:, visit],
            targets_progress=self.targets_progress[:, visit],
            target_mm=self.target_mm[:, visit],
            non_targets_progress=self.non_targets_progress[:, visit],
            non_targets_increase=self.non_targets_increase[:, visit],
            new_appear=self.new_appear[:, visit],
            new_mm=self.new_mm[:, visit],
            new_increase=self.new_increase[:, visit],
            new_progress=self.new_progress[:, visit],
            new_present=self.new_present[:, visit],
            new_resolved=self.new_resolved[:, visit],
        )


@dataclass
class _Progression:
    """The open progression of each subject."""

    open: Flags
    confirmed: Flags
    since: Days
    last: Days
    worst: Days
    of_targets: Flags
    of_non_targets: Flags
    of_new: Flags
    one_more: Flags
    """A new lesion appeared too early to confirm."""
    target_mm: Numbers
    new_mm: Numbers


@dataclass(frozen=True)
class Course:
    """State, day of the first iUPD (-1: none) and what confirmed, of every assessment."""

    state: Days
    since: Days
    by: Days


def compute_course(findings: Findings, criteria: ImmuneCriteria) -> Course:
    """Follow progression through the assessments.

    Parameters
    ----------
    findings
        Arrays of shape (subjects, assessments after baseline).

    Returns
    -------
    Course
        Arrays of the same shape. `state` is AS_RECIST where no progression is open, else
        UNCONFIRMED, CONFIRMED or NOT_EVALUABLE; `by` adds up BY_TARGETS, BY_NON_TARGETS and
        BY_NEW_LESIONS where progression is confirmed for the first time.
    """
    n, visits = findings.seen.shape
    state, by = np.zeros((n, visits), np.int64), np.zeros((n, visits), np.int64)
    since = np.full((n, visits), -1)
    now = _nothing_open(n)
    for visit in range(visits):
        found = findings.at(visit)
        state[:, visit], by[:, visit] = _advance(now, found, criteria)
        known = found.seen & (now.open | now.confirmed)
        since[known, visit] = now.since[known]
    return Course(state, since, by)


def _nothing_open(n: int) -> _Progression:
    flags = [np.zeros(n, np.bool_) for _ in range(6)]
    days = [np.zeros(n, np.int64) for _ in range(3)]
    numbers = [np.full(n, np.nan) for _ in range(2)]
    return _Progression(
        open=flags[0],
        confirmed=flags[1],
        since=days[0],
        last=days[1],
        worst=days[2],
        of_targets=flags[2],
        of_non_targets=flags[3],
        of_new=flags[4],
        one_more=flags[5],
        target_mm=numbers[0],
        new_mm=numbers[1],
    )


def _advance(now: _Progression, found: Findings, criteria: ImmuneCriteria) -> tuple[Days, Days]:
    """Take every subject through one assessment; return its state and what confirmed."""
    shown = found.targets_progress | found.non_targets_progress | found.new_appear
    opens = found.seen & ~now.open & ~now.confirmed & (shown | found.new_progress)
    later = found.seen & now.open
    early = found.day - now.since < criteria.confirmation_from_days
    why = _further(now, found, criteria)
    to_days = criteria.confirmation_to_days
    in_time = ~early & (True if to_days is None else found.day - now.last <= to_days)
    confirmed = later & in_time & (why > 0)
    better = later & ~confirmed & ~shown & _better(now, found)
    stays = later & ~confirmed & ~better
    blank = stays & (found.rank < 0) & ~shown & ~found.new_present
    counted = stays & ~blank & ~early
    now.one_more |= stays & found.new_appear
    _note(now, found, opens, counted, criteria)
    now.confirmed |= confirmed
    now.open = (now.open | opens) & ~better & ~confirmed
    state = np.where(found.seen & now.confirmed, CONFIRMED, AS_RECIST)
    state = np.where(opens | (stays & ~blank), UNCONFIRMED, state)
    return np.where(blank, NOT_EVALUABLE, state), np.where(confirmed, why, 0)


def _further(now: _Progression, found: Findings, criteria: ImmuneCriteria) -> Days:
    """Say what confirms: more of what progressed, or progression of something else."""
    tolerance = criteria.recist.tolerance
    grown = found.target_mm - now.target_mm >= criteria.further_growth_mm - tolerance
    new_grown = found.new_mm - now.new_mm >= criteria.new_lesions_growth_mm - tolerance
    targets = np.where(now.of_targets, grown, found.targets_progress)
    larger = found.non_targets_increase
    if criteria.lasting_unequivocal_progression_confirms:
        larger = larger | found.non_targets_progress
    non_targets = np.where(now.of_non_targets, larger, found.non_targets_progress)
    new = found.new_appear | (now.one_more & found.new_present)
    new = new | (now.of_new & (new_grown | found.new_increase))
    return targets * BY_TARGETS + non_targets * BY_NON_TARGETS + new * BY_NEW_LESIONS


def _better(now: _Progression, found: Findings) -> Flags:
    """Whether the response is better than at any iUPD, or what was new has gone."""
    resolved = now.of_new & found.new_resolved
    larger = now.of_non_targets & found.non_targets_increase
    return (found.rank >= 0) & ~larger & ((found.rank < now.worst) | resolved)


def _note(
    now: _Progression, found: Findings, opens: Flags, counted: Flags, criteria: ImmuneCriteria
) -> None:
    """Remember what each iUPD was of, and its sums."""
    iupd = opens | counted
    rank = np.where(found.rank < 0, STABLE, found.rank)
    now.worst = np.where(opens, rank, np.where(counted, np.maximum(now.worst, rank), now.worst))
    now.since = np.where(opens, found.day, now.since)
    now.last = np.where(iupd, found.day, now.last)
    now.one_more &= ~opens
    new = found.new_appear | found.new_progress
    now.of_targets = (now.of_targets & ~opens) | (iupd & found.targets_progress)
    now.of_non_targets = (now.of_non_targets & ~opens) | (iupd & found.non_targets_progress)
    now.of_new = (now.of_new & ~opens) | (iupd & new)
    now.target_mm = _reference(now.target_mm, found.target_mm, opens, counted, criteria)
    now.new_mm = _reference(now.new_mm, found.new_mm, opens, counted, criteria)


def _reference(
    before: Numbers, mm: Numbers, opens: Flags, counted: Flags, criteria: ImmuneCriteria
) -> Numbers:
    """Return the sums that further growth is measured from."""
    if criteria.growth_counts_from == "smallest":
        later = np.fmin(before, mm)
    else:
        later = np.where(np.isnan(mm), before, mm)
    return np.where(opens, mm, np.where(counted, later, before))
