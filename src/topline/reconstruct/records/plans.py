"""What happens to each patient: graded events, changes of dose, and which event led to what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from topline.protocol.treatments import Drug
from topline.reconstruct.records.draws import stream, whole
from topline.reconstruct.records.expressions import Cell, Expressions, as_number
from topline.reconstruct.records.patients import Patient
from topline.reconstruct.records.setting import Setting
from topline.reconstruct.records.specification import DoseChange, EndReason, Event

_HIGHEST_GRADE = 5
_APART = 2


@dataclass(frozen=True, slots=True)
class Graded:
    """A term that a patient has had, at its highest grade."""

    event: Event
    grade: int


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one drug's dose."""

    drug: str
    kind: str
    day: int
    length: int
    cause: str | None
    resolved: bool | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything planned for one patient's treatment."""

    arm: str
    drugs: tuple[Drug, ...]
    graded: tuple[Graded, ...]
    changes: tuple[Change, ...]
    reason: EndReason | None
    """Reason for the end of treatment; None while it goes on."""
    end_cause: str | None
    """Term behind the end of treatment."""

    def of_drug(self, drug: str, *kinds: str) -> list[Change]:
        """Return the changes of a drug of these kinds, in order of time."""
        return [c for c in self.changes if c.drug == drug and c.kind in kinds]


@dataclass(frozen=True, slots=True)
class _Case:
    """A change that a patient has, before its day is known."""

    change: DoseChange
    number: int
    day: int | None
    cause: str | None
    resolved: bool | None


def make_plans(setting: Setting, arms: Sequence[str]) -> list[Plan]:
    """Plan every patient's events and changes of dose.

    Parameters
    ----------
    arms
        ARMCD of each patient.
    """
    graded = read_grades(setting.frame, setting.spec.adverse_events.events, setting.expressions)
    cases = _read_cases(setting.frame, setting.spec.exposure.changes, setting.expressions)
    plans: list[Plan] = []
    for patient in setting.patients:
        arm, own = arms[patient.order], graded[patient.order]
        given = setting.protocol.treatments.drugs
        drugs = tuple(drug for drug in given if not drug.arms or arm in drug.arms)
        reason = _end_reason(patient, setting.spec.subjects.end_reasons)
        changes = _changes(patient, drugs, own, cases[patient.order], setting.seed)
        setting.expressions.problems += [
            f"{patient.usubjid}: {change.drug} is {change.kind} on day {change.day}, but treatment "
            f"ends on day {patient.last_treated}"
            for change in changes
            if change.day > patient.last_treated
        ]
        end_cause = None
        if reason is not None and reason.causes is not None:
            end_cause = _choose_cause(own, reason.causes)
        plans.append(Plan(arm, drugs, own, changes, reason, end_cause))
    return plans


def read_grades(
    frame: pl.DataFrame, events: Sequence[Event], expressions: Expressions
) -> list[tuple[Graded, ...]]:
    """Return each patient's terms with their highest grades."""
    columns: list[list[Cell]] = [
        expressions.values(frame, event.grade, f"records.adverse_events.events.{event.term}.grade")
        for event in events
    ]
    return [
        tuple(
            Graded(event, int(number))
            for event, column in zip(events, columns, strict=True)
            if (number := as_number(column[row])) is not None and 1 <= number <= _HIGHEST_GRADE
        )
        for row in range(frame.height)
    ]


def _end_reason(patient: Patient, reasons: Mapping[str, EndReason]) -> EndReason | None:
    if patient.end is None:
        return None
    words = patient.end_reason or "UNKNOWN"
    return reasons.get(words) or EndReason(decoded=words.upper(), verbatim=words)


def _choose_cause(graded: Sequence[Graded], causes: Sequence[str]) -> str | None:
    """Return the related term of the highest grade among the causes; the first of equals."""
    able = [g for g in graded if g.event.related and (not causes or g.event.term in causes)]
    if not able:
        return None
    rank = {term: place for place, term in enumerate(causes)}
    return min(able, key=lambda g: (-g.grade, rank.get(g.event.term, 0))).event.term


def _read_cases(
    frame: pl.DataFrame, changes: Sequence[DoseChange], expressions: Expressions
) -> list[list[_Case]]:
    """Return the changes that each patient has."""
    cases: list[list[_Case]] = [[] for _ in range(frame.height)]
    for number, change in enumerate(changes):
        place = f"records.exposure.changes[{number}]"
        empty: list[Cell] = [None] * frame.height
        cause = expressions.values(frame, change.cause, place) if change.cause else empty
        over = (
            expressions.holds(frame, change.resolved, place)
            if change.resolved
            else [None] * frame.height
        )
        days = expressions.days(frame, change.day, place)
        for row, held in enumerate(expressions.holds(frame, change.where, place)):
            if held:
                term = None if cause[row] is None else str(cause[row])
                cases[row].append(_Case(change, number, days[row], term, over[row]))
    return cases


def _changes(
    patient: Patient,
    drugs: Sequence[Drug],
    graded: Sequence[Graded],
    cases: Sequence[_Case],
    seed: int,
) -> tuple[Change, ...]:
    order = ("interrupted", "reduced", "stopped")
    made: list[Change] = []
    for case in sorted(cases, key=lambda c: order.index(c.change.kind)):
        drug = next((drug for drug in drugs if drug.name == case.change.drug), None)
        if drug is not None:
            draws = stream(seed, f"EX change {case.number}", patient.order)
            cause = case.cause or _choose_cause(graded, case.change.causes)
            cause = cause or _choose_cause(graded, ())
            length = whole(draws, case.change.length)
            if drug.interruption_at_most is not None:
                length = min(length, int(drug.interruption_at_most.days))
            ended = _ended(drug, cases, patient)
            window = _window(ended, drug, case, made)
            day = case.day if case.day is not None else whole(draws, window)
            if not drug.schedule.off.days:  # it is taken up again before it ends
                length = max(1, min(length, ended - day))
            made.append(Change(drug.name, case.change.kind, day, length, cause, case.resolved))
    return tuple(sorted(made, key=lambda change: (change.day, change.drug, change.kind)))


def _ended(drug: Drug, cases: Sequence[_Case], patient: Patient) -> int:
    """Return the last day of the drug, as far as the plan says it."""
    stops = [c.day for c in cases if c.change.drug == drug.name and c.change.kind == "stopped"]
    return min([patient.last_treated, *(day for day in stops if day is not None)])


def _window(ended: int, drug: Drug, case: _Case, made: Sequence[Change]) -> tuple[int, int]:
    """Return the first and last day that a change may have, with the drug ended on a day."""
    block = int(drug.schedule.on.days + drug.schedule.off.days)
    off = drug.schedule.off.days
    margin = case.change.length[1] + (block if off else _APART)
    last = max(2, ended - margin)
    first, last = min(case.change.days[0], last), min(case.change.days[1], last)
    before = [change for change in made if change.drug == drug.name]
    interruptions = [change for change in before if change.kind == "interrupted"]
    reduced = [change for change in before if change.kind == "reduced"]
    if case.change.kind == "reduced" and interruptions and not reduced:
        there = interruptions[0]
        taken_up = there.day if off else there.day + there.length
        return taken_up, taken_up
    if before:
        free = max(change.day + change.length for change in before) + block
        first = min(max(first, free), max(2, ended - 1))
    return first, max(first, last)
