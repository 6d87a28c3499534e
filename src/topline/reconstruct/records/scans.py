"""The days on which a patient's tumor is assessed: the schedule's, through the planned days."""

from collections.abc import Sequence
from dataclasses import dataclass

from topline.clinical.recist.criteria import Criteria
from topline.protocol.schedule import TumorAssessment
from topline.reconstruct.records.draws import stream, whole
from topline.reconstruct.records.patients import Patient
from topline.reconstruct.records.setting import Setting

_WEEK = 7
_APART = 10
_UNSCHEDULED = "UNSCHEDULED"


@dataclass(frozen=True, slots=True)
class Scan:
    """One tumor assessment of one patient."""

    name: str
    number: float
    day: int
    group: str
    """Links the records of the assessment (--LNKGRP)."""


def planned_days(schedule: TumorAssessment, until: int) -> list[int]:
    """Return the study days on which assessments are due, up to and including the last.

    Examples
    --------
    >>> schedule = TumorAssessment.model_validate({
    ...     "baseline_within": "28 days", "window": "7 days",
    ...     "every": [{"every": "8 weeks", "until": "6 months"}, {"every": "12 weeks"}]})
    >>> planned_days(schedule, 300)
    [57, 113, 169, 253]
    """
    days: list[int] = []
    elapsed = 0.0
    for stretch in schedule.every:
        end = until if stretch.until is None else min(until, stretch.until.days)
        while stretch.every.days > 0 and elapsed + stretch.every.days <= end:
            elapsed += stretch.every.days
            days.append(round(elapsed) + 1)
    return [day for day in days if day <= until]


def fixed_days(patient: Patient) -> list[int]:
    """Return the days of assessments that the course fixes, in order."""
    days = (patient.response, patient.progression, patient.last_scan)
    return sorted({day for day in days if day is not None})


def scans_of(patient: Patient, setting: Setting) -> list[Scan]:
    """Return the baseline scan and every assessment until the patient's last.

    The planned days are kept to the day; other assessments fall on the schedule, some days early
    or late. A response that has to be confirmed is followed by an assessment that can do so.
    """
    schedule, spec = setting.protocol.schedule.tumor_assessment, setting.spec.tumors
    draws = stream(setting.seed, "TR scans", patient.order)
    latest = min(spec.baseline[1], int(schedule.baseline_within.days))
    baseline = -whole(draws, (min(spec.baseline[0], latest), latest))
    fixed = _with_confirmation(patient, fixed_days(patient), setting.protocol.response.options)
    window = int(schedule.window.days)
    planned = planned_days(schedule, fixed[-1] + window) if fixed else []
    if patient.best == "PD":  # the first assessment shows it; earlier ones were missed
        planned = [due for due in planned if due >= fixed[0] - window]
    taken = _match(fixed, planned, window)
    entries: list[tuple[int, int | None]] = [(day, taken.get(day)) for day in fixed]
    early, late = min(spec.timing[0], window), min(spec.timing[1], window)
    for due in planned:
        day = due + whole(draws, (-early, late))
        near = min(abs(day - other) for other in fixed)
        if due not in taken.values() and 1 < day < fixed[-1] and near > _APART:
            entries.append((day, due))
    entries.sort(key=lambda entry: entry[0])
    named = [_name(order, entries) for order in range(len(entries))]
    return [Scan("SCREENING", 0.0, baseline, "A1"), *named]


def _with_confirmation(patient: Patient, fixed: list[int], criteria: Criteria) -> list[int]:
    """Add an assessment that confirms the response, where it must be confirmed and can be."""
    if patient.response is None or not criteria.confirmation.required:
        return fixed
    due = patient.response + criteria.confirmation.interval_days
    worse = patient.progression or fixed[-1] + 1
    if due < worse and not any(due <= day < worse for day in fixed) and due < fixed[-1]:
        return sorted([*fixed, due])
    return fixed


def _match(fixed: Sequence[int], planned: Sequence[int], window: int) -> dict[int, int]:
    """Return the planned day that each fixed day stands for; none twice."""
    taken: dict[int, int] = {}
    for day in fixed:
        free = [due for due in planned if due not in taken.values() and abs(due - day) <= window]
        if free:
            taken[day] = min(free, key=lambda due: abs(due - day))
    return taken


def _name(order: int, entries: Sequence[tuple[int, int | None]]) -> Scan:
    day, due = entries[order]
    group = f"A{order + 2}"
    if due is None:
        before = sum(entry[1] is None for entry in entries[:order])
        name = f"{_UNSCHEDULED} {before + 1}" if before else _UNSCHEDULED
        last = next((e[1] for e in entries[order::-1] if e[1] is not None), 1)
        return Scan(name, 100.0 + (last - 1) / _WEEK + 0.1 * (before + 1), day, group)
    weeks = (due - 1) / _WEEK
    name = f"WEEK {int(weeks)}" if weeks.is_integer() else f"DAY {due}"
    return Scan(name, 100.0 + round(weeks, 2), day, group)
