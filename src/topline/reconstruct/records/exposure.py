"""EX: what was taken when, at levels that the protocol allows."""

from collections.abc import Sequence
from itertools import pairwise

from topline.protocol.treatments import Drug
from topline.reconstruct.records.domain import Row, interval, record
from topline.reconstruct.records.patients import Patient
from topline.reconstruct.records.plans import Change, Plan
from topline.reconstruct.records.setting import Setting
from topline.reconstruct.records.specification import Exposure

_Dose = tuple[int, int, float, str | None]
"""First and last day, dose, why it was changed."""


def exposure(setting: Setting, plans: Sequence[Plan]) -> list[Row]:
    """Return EX: one row an interval of constant dose, or a course where there are days off.

    A change for which the time on the drug is too short is added to the problems of the setting.
    """
    rows: list[Row] = []
    for patient, plan in zip(setting.patients, plans, strict=True):
        for drug in plan.drugs:
            given = _courses if drug.schedule.off.days else _continuous
            last = _last_day(patient, drug, plan)
            doses = given(drug, plan.changes, last)
            setting.expressions.problems += [
                f"{patient.usubjid}: {drug.name} should be {kind} {planned} times, but by its last "
                f"day, {last}, it can be {shown}"
                for kind, planned, shown in _counts(drug, plan, doses)
                if planned != shown
            ]
            rows += [_row(patient, drug, setting.spec.exposure, dose) for dose in doses]
    return rows


def _counts(drug: Drug, plan: Plan, doses: Sequence[_Dose]) -> list[tuple[str, int, int]]:
    """Return how often each kind of change is planned, and how often the doses show it."""
    block = int(drug.schedule.on.days + drug.schedule.off.days)
    gaps = [
        after[0] - (before[0] + block if drug.schedule.off.days else before[1] + 1)
        for before, after in pairwise(doses)
    ]
    steps = min(len(plan.of_drug(drug.name, "reduced")), len(drug.levels) - 1)
    return [
        ("interrupted", len(plan.of_drug(drug.name, "interrupted")), sum(gap > 0 for gap in gaps)),
        ("reduced", steps, drug.levels.index(doses[-1][2])),
    ]


def _last_day(patient: Patient, drug: Drug, plan: Plan) -> int:
    stopped = [change.day - 1 for change in plan.of_drug(drug.name, "stopped")]
    return max(1, min([patient.last_treated, *stopped]))


def _why(change: Change) -> str:
    return f"ADVERSE EVENT: {change.cause.upper()}" if change.cause else "ADVERSE EVENT"


def _dose(drug: Drug, changes: Sequence[Change], day: int) -> float:
    steps = sum(
        change.day <= day
        for change in changes
        if change.drug == drug.name and change.kind == "reduced"
    )
    return drug.levels[min(steps, len(drug.levels) - 1)]


def _continuous(drug: Drug, changes: Sequence[Change], end: int) -> list[_Dose]:
    """Return the intervals of a drug that is taken every day."""
    cuts: dict[int, tuple[int, str]] = {}  # first day after: last day before, why
    for change in changes:
        if change.drug == drug.name and change.kind == "interrupted":
            cuts[change.day + change.length] = (change.day - 1, _why(change))
    for change in changes:
        if change.drug == drug.name and change.kind == "reduced":
            cuts.setdefault(change.day, (change.day - 1, _why(change)))
    doses: list[_Dose] = []
    start, why = 1, None
    for after in sorted(cuts):
        before, reason = cuts[after]
        if before >= start and after <= end:
            doses.append((start, before, _dose(drug, changes, start), why))
            start, why = after, reason
    return [*doses, (start, max(start, end), _dose(drug, changes, start), why)]


def _courses(drug: Drug, changes: Sequence[Change], end: int) -> list[_Dose]:
    """Return the courses of a drug with days off; an interruption delays the next course."""
    on, off = int(drug.schedule.on.days), int(drug.schedule.off.days)
    delays = [c for c in changes if c.drug == drug.name and c.kind == "interrupted"]
    reductions = [c for c in changes if c.drug == drug.name and c.kind == "reduced"]
    doses: list[_Dose] = []
    start = 1
    while start <= end:
        why = None
        if delays and start >= delays[0].day:
            delay = delays.pop(0)
            start, why = start + delay.length, _why(delay)
        while reductions and start >= reductions[0].day:
            why = _why(reductions.pop(0))
        if start > end:
            break
        doses.append((start, min(start + on - 1, end), _dose(drug, changes, start), why))
        start += on + off
    return doses


def _row(patient: Patient, drug: Drug, spec: Exposure, given: _Dose) -> Row:
    start, end, dose, why = given
    return record(
        patient,
        EXTRT=drug.name,
        EXDOSE=dose,
        EXDOSU=drug.unit,
        EXDOSFRM=spec.forms.get(drug.name),
        EXDOSFRQ=spec.frequencies.get(drug.name, "QD"),
        EXROUTE=drug.route,
        EXADJ=why,
        EPOCH="TREATMENT",
        **interval(patient, "EX", start, end),
    )
