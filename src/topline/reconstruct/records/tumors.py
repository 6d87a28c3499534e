"""TU, TR and RS: lesions, their measurements, and what the investigator reads from them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from numpy.random import Generator

from topline.clinical.recist.criteria import Criteria
from topline.reconstruct.records.domain import Row
from topline.reconstruct.records.draws import one_of, stream
from topline.reconstruct.records.lesions import lesions_of, share
from topline.reconstruct.records.patients import Patient
from topline.reconstruct.records.readings import Reader, Reading, read_assessment
from topline.reconstruct.records.scans import Scan, scans_of
from topline.reconstruct.records.setting import Setting
from topline.reconstruct.records.sums import (
    Course,
    Mode,
    course_problems,
    least_growth,
    lowest_scan,
    sums_of,
    unmeasured,
    wanted_sum,
)

_DRAWN_CHANGE = {"CR": (-100, -100), "PR": (-65, -32), "SD": (-27, 12), "PD": (6, 35)}


@dataclass(frozen=True, slots=True)
class TumorRecords:
    """The rows of the three domains, and each patient's scans with their sums."""

    identified: list[Row] = field(default_factory=list[Row])
    measured: list[Row] = field(default_factory=list[Row])
    responses: list[Row] = field(default_factory=list[Row])
    scans: list[Row] = field(default_factory=list[Row])
    """USUBJID, VISIT, VISITNUM, DAY, NTH from 1 at baseline, FINAL, SUMMM."""


def tumors(setting: Setting) -> TumorRecords:
    """Return lesions and readings that give each patient's planned response.

    What no lesion can show of a plan is added to the problems of the setting.
    """
    spec, criteria = setting.spec.tumors, setting.protocol.response.options
    held = [
        setting.expressions.holds(setting.frame, organ.where, f"records.tumors.organs[{n}].where")
        for n, organ in enumerate(spec.organs)
    ]
    made = TumorRecords()
    for patient in setting.patients:
        draws = stream(setting.seed, "TR", patient.order)
        own = [o for o, values in zip(spec.organs, held, strict=True) if values[patient.order]]
        change = _change(patient, draws)
        scans = scans_of(patient, setting)
        lesions = lesions_of(patient, own or spec.organs[:1], change, criteria, draws)
        others = any(not lesion.target for lesion in lesions)
        mode = _mode(one_of(draws, spec.progression), patient, others=others)
        baseline = sum(lesion.baseline_mm for lesion in lesions)
        course = _course(patient, scans, baseline, wanted_sum(patient, baseline, change, criteria))
        course = replace(course, mode=_shown(course, mode, criteria))
        setting.expressions.problems += course_problems(patient, course, criteria)
        evaluator = setting.protocol.response.reader
        reader = Reader(evaluator, one_of(draws, spec.methods), spec.new_lesion, criteria)
        read = Reading(patient, scans, lesions, course, reader)
        _write(made, read, spec.not_evaluable, draws)
    return made


def _change(patient: Patient, draws: Generator) -> float:
    """Return the planned best change; one that fits the best response where none is planned."""
    low, high = _DRAWN_CHANGE.get(patient.best, (0, 0))
    drawn = float(draws.integers(low, high + 1))
    return drawn if patient.best_change is None else patient.best_change


def _place(scans: Sequence[Scan], day: int | None) -> int | None:
    return next((n for n, scan in enumerate(scans) if n and scan.day == day), None)


def _mode(drawn: Mode, patient: Patient, *, others: bool) -> Mode:
    """Return how progression shows: what is drawn, where the lesions allow it."""
    impossible = (drawn == "non-target" and not others) or (
        drawn == "growth" and patient.best == "CR"
    )
    return "new lesion" if impossible else drawn


def _shown(course: Course, mode: Mode, criteria: Criteria) -> Mode | None:
    """Return how progression shows beside the planned best change; None without progression."""
    if course.progression is None:
        return None
    if course.progression > 1:
        return mode
    if course.wanted >= least_growth(course.baseline, criteria):
        return "growth"
    return "new lesion" if mode == "growth" else mode


def _course(patient: Patient, scans: Sequence[Scan], baseline: int, wanted: int) -> Course:
    return Course(
        baseline=baseline,
        wanted=wanted,
        count=len(scans) - 1,
        response=_place(scans, patient.response),
        progression=_place(scans, patient.progression),
        mode=None,
        best=patient.best,
    )


def _write(made: TumorRecords, read: Reading, not_evaluable: float, draws: Generator) -> None:
    course, criteria = read.course, read.reader.criteria
    lowest = lowest_scan(course, draws) if course.count else 1
    sums = sums_of(course, lowest, criteria, draws)
    missed = unmeasured(course, lowest, not_evaluable, draws)
    targets = [lesion for lesion in read.lesions if lesion.target]
    known: list[int | None] = [None if n in missed else total for n, total in enumerate(sums)]
    for order, scan in enumerate(read.scans):
        gone = course.complete and order >= (course.response or 0) and order > 0
        sizes: list[int | None] = [*share(sums[order], targets, criteria, gone=gone)]
        if order == 0:
            sizes = [lesion.baseline_mm for lesion in targets]
        if order in missed:
            sizes[0] = None
        found = read_assessment(read, order, sizes, known)
        made.identified.extend(found.identified)
        made.measured.extend(found.measured)
        made.responses.extend(found.responses)
        made.scans.append(_scan_row(read.patient, scan, order, known))


def _scan_row(patient: Patient, scan: Scan, order: int, sums: Sequence[int | None]) -> Row:
    return {
        "USUBJID": patient.usubjid,
        "VISIT": scan.name,
        "VISITNUM": scan.number,
        "DAY": scan.day,
        "NTH": order + 1,
        "FINAL": order == len(sums) - 1,
        "SUMMM": sums[order],
    }


def best_scans(scans: Sequence[Row]) -> dict[str, int]:
    """Return each patient's day of the smallest sum after baseline, the first of equals."""
    best: dict[str, tuple[int, int]] = {}
    for row in scans:
        day, total = row["DAY"], row["SUMMM"]
        subject = str(row["USUBJID"])
        if isinstance(day, int) and isinstance(total, int) and day > 0:
            best[subject] = min(best.get(subject, (total, day)), (total, day))
    return {subject: day for subject, (_, day) in best.items()}
