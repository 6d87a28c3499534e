"""Toxicity, what it does to the dose, and when treatment ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from topline.protocol.treatments import Dosing, Drug
from topline.simulate.course import NEVER, Entry, Flags, Integers, Latent, Scans, choose, whole
from topline.simulate.draws import Draws, Purpose
from topline.simulate.hazards import Texts, compute_ratios, compute_times
from topline.simulate.truth import Truth

REASONS: Final = (
    ("PROGRESSIVE DISEASE", "Progression on a scan"),
    ("DEATH", "Death"),
    ("SYMPTOMATIC DETERIORATION", "Clinical decline"),
    ("WITHDRAWAL BY SUBJECT", "Left the study"),
    ("ADVERSE EVENT", "Toxicity"),
    ("PHYSICIAN DECISION", "Stopped by the physician"),
)
"""DSDECOD and DSTERM of what ends treatment; of two on one day the first."""


@dataclass(frozen=True)
class Events:
    """Adverse events that were seen; one value each."""

    patient: Integers
    """Place of the patient."""
    kind: Integers
    """Place among the truth's toxicities."""
    grade: Texts
    onset: Integers
    """Day from the first dose."""
    end: Integers
    """`NEVER` where the data cut or the end of observation came first."""
    action: Texts
    """AEACN."""


@dataclass(frozen=True)
class Treatment:
    """When treatment ended, and what changed the dose on the way; shape (n,)."""

    end: Integers
    """Day of the last dose, or of the event that ended treatment; `NEVER`: it goes on."""
    reason: Integers
    """Place in `REASONS`; meaningless where treatment goes on."""
    events: Events


def draw_treatment(  # noqa: PLR0913, PLR0917 - what treatment depends on
    truth: Truth,
    entry: Entry,
    latent: Latent,
    scans: Scans,
    baseline: Mapping[str, Texts],
    draws: Draws,
) -> Treatment:
    """Draw toxicity, and end the treatment at the first reason to do so."""
    death, leaving = whole(latent.death), whole(latent.leaving)
    onset, grade = _draw_events(truth, baseline, draws, len(death))
    withdrawn = np.full(len(death), NEVER)
    for place, toxicity in enumerate(truth.toxicity):
        ending = [g for g, what in toxicity.consequences.items() if what == "drug withdrawn"]
        ends = np.isin(grade[:, place], ending)
        withdrawn = np.where(ends, np.minimum(withdrawn, onset[:, place]), withdrawn)
    ends = np.column_stack([
        scans.progression,
        death,
        np.where(latent.leaves_informed, leaving, NEVER),
        np.where(latent.leaves_informed, NEVER, leaving),
        withdrawn,
        whole(latent.stop),
    ])  # fmt: skip
    reason = ends.argmin(axis=1).astype(np.int64)
    end = ends.min(axis=1)
    end = np.where(entry.treated & (end <= entry.cut), end, NEVER)
    seen_until = np.minimum(np.minimum(end, entry.cut), np.minimum(death, leaving))
    on_treatment = entry.treated[:, None] & (onset <= seen_until[:, None])
    events = _events(truth, onset, grade, on_treatment, np.minimum(entry.cut, leaving), death)
    return Treatment(end, reason, events)


def _draw_events(
    truth: Truth, baseline: Mapping[str, Texts], draws: Draws, n: int
) -> tuple[Integers, Texts]:
    """Draw the day of onset and the grade of each toxicity; shape (n, toxicities)."""
    onsets = np.empty((n, len(truth.toxicity)), dtype=np.int64)
    grades = np.empty((n, len(truth.toxicity)), dtype="U1")
    for place, toxicity in enumerate(truth.toxicity):
        uniform = draws.uniform(Purpose.TOXICITY + place, 2)
        ratios = compute_ratios(toxicity.onset, baseline, n)
        onsets[:, place] = whole(compute_times(toxicity.onset, uniform[:, 0], ratios))
        which = choose(list(toxicity.grades.values()), uniform[:, 1])
        grades[:, place] = np.array(list(toxicity.grades))[which]
    return onsets, grades


def _events(  # noqa: PLR0913, PLR0917 - what an event depends on
    truth: Truth,
    onset: Integers,
    grade: Texts,
    seen: Flags,
    observed: Integers,
    death: Integers,
) -> Events:
    """List the events that were seen, patient by patient."""
    patient, kind = np.nonzero(seen)
    first, worst = onset[patient, kind], grade[patient, kind]
    lasts = np.array([round(each.lasts.days) for each in truth.toxicity], dtype=np.int64)[kind]
    last = first + lasts
    over = last <= np.minimum(observed, death - 1)[patient]
    actions = {
        (place, g): what.upper()
        for place, toxicity in enumerate(truth.toxicity)
        for g, what in toxicity.consequences.items()
    }
    action = [
        actions.get((int(k), str(g)), "DOSE NOT CHANGED") for k, g in zip(kind, worst, strict=True)
    ]
    end = np.where(over, last, NEVER)
    return Events(patient, kind, worst, first, end, np.array(action, dtype=np.str_))


@dataclass(frozen=True)
class Doses:
    """Dosing records of one drug; one value each."""

    patient: Integers
    first: Integers
    """Day of the first dose of the record."""
    last: Integers
    dose: "np.ndarray[tuple[int], np.dtype[np.float64]]"


def compute_doses(drug: Drug, entry: Entry, treatment: Treatment, dead: Integers) -> Doses:
    """Lay out when a drug was taken, at which level.

    The level falls by one at each event that reduces it and is interrupted while an event that
    interrupts it lasts, at most as long as the drug permits; the last day of treatment is the day
    that ends it.

    Parameters
    ----------
    drug
        Levels and days on and off.
    entry, treatment
        Who is treated, and until when.
    dead
        Day of death; nobody is dosed later.
    """
    given = entry.treated & (np.isin(entry.arm, drug.arms) if drug.arms else True)
    end = np.minimum(np.minimum(treatment.end, entry.cut), dead)
    days = np.arange(int(end[given].max(initial=-1)) + 1)
    on, period = round(drug.schedule.on.days), round(drug.schedule.on.days + drug.schedule.off.days)
    taken = given[:, None] & (days <= end[:, None]) & (days % period < on)
    level = np.zeros(taken.shape, dtype=np.int64)
    _apply_events(drug, treatment.events, taken, level)
    level = np.minimum(level, len(drug.levels) - 1)
    return _runs(taken, np.array(drug.levels)[level])


def _apply_events(drug: Drug, events: Events, taken: Flags, level: Integers) -> None:
    """Lower the level from events on, and leave out the doses of interruptions."""
    longest = drug.interruption_at_most
    at_most = round(longest.days) if longest else NEVER
    changing = np.flatnonzero(np.isin(events.action, ["DOSE REDUCED", "DRUG INTERRUPTED"]))
    for each in changing:
        patient, first = events.patient[each], int(events.onset[each])
        if events.action[each] == "DOSE REDUCED":
            level[patient, first + 1 :] += 1
        else:
            last = min(int(events.end[each]), first + at_most)
            taken[patient, first + 1 : last + 1] = False


def _runs(taken: Flags, dose: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> Doses:
    """Bring days in a row at one dose together in a record."""
    before = np.zeros_like(taken)
    before[:, 1:] = taken[:, :-1] & (dose[:, 1:] == dose[:, :-1])
    after = np.zeros_like(taken)
    after[:, :-1] = before[:, 1:] & taken[:, 1:]
    patient, first = np.nonzero(taken & ~before)
    _, last = np.nonzero(taken & ~after)
    return Doses(patient, first, last, dose[patient, first])


def compute_last_dose(drug: Drug, entry: Entry, treatment: Treatment, dead: Integers) -> Integers:
    """Find the day of the last dose that `compute_doses` would lay out; -1 for none.

    Examples
    --------
    Seven days on and seven off, treated up to day 24, which is the eleventh of the second round:

    >>> from topline.protocol.treatments import Dosing
    >>> from topline.protocol.words import Duration
    >>> week = Duration("7 days")
    >>> _last_taken(np.array([24]), Dosing(on=week, off=week)).tolist()
    [20]
    """
    given = entry.treated & (np.isin(entry.arm, drug.arms) if drug.arms else True)
    end = np.minimum(np.minimum(treatment.end, entry.cut), dead)
    last = _last_taken(np.where(given, end, 0), drug.schedule)
    events, longest = treatment.events, drug.interruption_at_most
    at_most = round(longest.days) if longest else NEVER
    pauses = np.flatnonzero(events.action == "DRUG INTERRUPTED")
    for each in pauses[np.argsort(-events.onset[pauses], kind="stable")]:
        patient, first = events.patient[each], events.onset[each]
        if first < last[patient] <= min(int(events.end[each]), int(first) + at_most):
            last[patient] = _last_taken(first[None], drug.schedule)[0]
    return np.where(given, last, -1)


def _last_taken(day: Integers, schedule: Dosing) -> Integers:
    """Return the last dosing day up to a day."""
    on, period = round(schedule.on.days), round(schedule.on.days + schedule.off.days)
    into = day % period
    return day - into + np.minimum(into, on - 1)
