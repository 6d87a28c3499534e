"""When each planned event began and ended, in steps of one grade and one action."""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.random import Generator

from topline.reconstruct.records.draws import stream, whole
from topline.reconstruct.records.patients import Patient
from topline.reconstruct.records.plans import Change, Graded, Plan
from topline.reconstruct.records.setting import Setting

ACTIONS = {
    "interrupted": "DRUG INTERRUPTED",
    "reduced": "DOSE REDUCED",
    "stopped": "DRUG WITHDRAWN",
}
UNCHANGED = "DOSE NOT CHANGED"
BY_WEIGHT = ("DRUG WITHDRAWN", "DOSE REDUCED", "DRUG INTERRUPTED", UNCHANGED)
_OVER, _NOT_OVER = "RECOVERED/RESOLVED", "NOT RECOVERED/NOT RESOLVED"
_BETTER = "RECOVERING/RESOLVING"
_MILDER = (2, 3)
_FATAL = 5
_NEAR = 14
_BEFORE = 2


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of an event at one grade."""

    grade: int
    start: int
    end: int | None
    """None: not over when the patient was last seen."""
    actions: tuple[tuple[str, str], ...]
    """Drug and what was done; a drug not named goes on unchanged."""
    outcome: str


@dataclass(frozen=True, slots=True)
class Episode:
    """One event of one patient from onset to end."""

    patient: Patient
    term: str
    system: str
    verbatim: str
    related: bool
    serious_from: int
    steps: tuple[Step, ...]

    def grade_on(self, day: int) -> int | None:
        """Return the grade on a day; None while there is no event."""
        last = self.patient.last_day + 1
        return next((s.grade for s in self.steps if s.start <= day < (s.end or last)), None)


def episode_of(
    setting: Setting, patient: Patient, plan: Plan, graded: Graded, onset: int | None
) -> Episode:
    """Place one planned event in time.

    An event that led to a change of dose, or to the end of treatment, begins some days before and
    outlasts it; so does one severe enough to end treatment.
    """
    event = graded.event
    draws = stream(setting.seed, f"AE {event.term}", patient.order)
    led = [c for c in plan.changes if c.cause == event.term] if event.related else []
    ends = event.related and plan.end_cause == event.term
    start = onset or _start(patient, graded, led, ends=ends, draws=draws)
    start = max(1, min(start, patient.last_day - 1))
    end = start + whole(draws, event.lasts)
    reached = [c.day + c.length for c in led] + ([patient.last_treated] if ends else [])
    if reached:
        end = max(end, max(reached) + whole(draws, (3, 14)))
    final = end if end < patient.last_day else None
    steps = _steps(graded.grade, (start, final), led, plan, ends_on=patient if ends else None)
    if graded.grade == _FATAL:
        steps = [*steps[:-1], _fatal(patient, steps[-1])]
    elif (
        graded.grade in _MILDER
        and start > 6
        and draws.random() < setting.spec.adverse_events.milder_first
    ):
        before = start - whole(draws, (3, 5))
        steps.insert(0, Step(1, before, start, (), _BETTER))
    return Episode(
        patient,
        event.term,
        event.system,
        event.verbatim.get(str(graded.grade), event.term),
        event.related,
        event.serious_from,
        tuple(steps),
    )


def _start(
    patient: Patient, graded: Graded, led: Sequence[Change], *, ends: bool, draws: Generator
) -> int:
    """Draw the day of onset."""
    if led:
        return max(2, min(change.day for change in led) - whole(draws, (2, 7)))
    severe = graded.grade >= graded.event.ends_treatment_from
    if graded.grade == _FATAL and patient.death is not None:
        return max(1, patient.death - whole(draws, (3, 10)))
    if ends or (severe and patient.end is not None):
        return max(2, patient.last_treated - whole(draws, (2, 7)))
    first, last = graded.event.onset_days
    last = max(2, min(last, patient.last_treated - 1))
    return whole(draws, (min(first, last), last))


def _steps(
    grade: int,
    days: tuple[int, int | None],
    led: Sequence[Change],
    plan: Plan,
    *,
    ends_on: Patient | None,
) -> list[Step]:
    """Return a step for each day on which the event led to something; the last has its grade."""
    groups = _groups(led, plan, ends_on)
    start, end = days
    outcome = _OVER if end else _NOT_OVER
    if not groups:
        return [Step(grade, start, end, (), outcome)]
    steps: list[Step] = []
    for place, group in enumerate(groups):
        actions = tuple(group.actions.items())
        begin = start if place == 0 else group.day - _BEFORE
        if place == len(groups) - 1:
            if group.resolved is False:
                end, outcome = None, _BETTER
            steps.append(Step(grade, begin, end, actions, outcome))
        else:
            until = groups[place + 1].day - _BEFORE
            level = max(grade - 1, min(grade, _MILDER[0]))
            words = _OVER if group.resolved else _BETTER
            steps.append(Step(level, begin, until, actions, words))
    return steps


@dataclass(slots=True)
class _Group:
    """What was done within some days, in one record of the event."""

    day: int
    actions: dict[str, str]
    """By drug, the heaviest."""
    resolved: bool | None = None
    """Whether the event was over afterwards; None: left to the event."""

    def takes(self, day: int, drug: str, action: str) -> bool:
        """Whether another action belongs here: near in time, or no other for its drug."""
        return day - self.day <= _NEAR or self.actions.get(drug, action) == action

    def add(self, drug: str, action: str, resolved: bool | None) -> None:
        self.actions[drug] = min(self.actions.get(drug, action), action, key=BY_WEIGHT.index)
        if resolved is not None:
            self.resolved = resolved and self.resolved is not False


def _groups(led: Sequence[Change], plan: Plan, ends_on: Patient | None) -> list[_Group]:
    """Return what the event led to, put together where days are too near for records apart."""
    done = [(c.day, c.drug, ACTIONS[c.kind], c.resolved) for c in led]
    if ends_on is not None:
        stopped = {change.drug for change in plan.changes if change.kind == "stopped"}
        names = dict.fromkeys(drug.name for drug in plan.drugs if drug.name not in stopped)
        done += [(ends_on.last_treated, name, ACTIONS["stopped"], None) for name in names]
    groups: list[_Group] = []
    for day, drug, action, resolved in sorted(done, key=lambda one: one[0]):
        if not groups or not groups[-1].takes(day, drug, action):
            groups.append(_Group(day, {}))
        groups[-1].add(drug, action, resolved)
    return groups


def _fatal(patient: Patient, step: Step) -> Step:
    return Step(step.grade, step.start, patient.death or step.end, step.actions, "FATAL")
