"""Sums of diameters at each assessment that give the planned response under RECIST 1.1."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from numpy.random import Generator

from topline.clinical.recist.criteria import Criteria
from topline.reconstruct.records.draws import whole
from topline.reconstruct.records.patients import Patient

Mode = Literal["growth", "new lesion", "non-target"]
_DRIFT = 0.11
_DRIFT_SCANS = 8


@dataclass(frozen=True, slots=True)
class Course:
    """Where on the list of scans what happens."""

    baseline: int
    wanted: int
    """Smallest sum after baseline, until progression."""
    count: int
    """Scans after baseline; the baseline has the number 0."""
    response: int | None
    progression: int | None
    mode: Mode | None
    """How progression shows."""
    best: str

    @property
    def complete(self) -> bool:
        """Whether the best response is complete."""
        return self.best == "CR" and self.response is not None


def wanted_sum(patient: Patient, baseline: int, change: float, criteria: Criteria) -> int:
    """Return the smallest sum: that of the planned change, on its side of the limits."""
    wanted = round(baseline * (1 + change / 100))
    limit = response_limit(baseline, criteria)
    if change < 0:
        wanted = min(wanted, baseline - 1)
    elif change > 0:
        wanted = max(wanted, baseline + 1)
    if patient.best == "PR":
        return max(1, min(wanted, limit))
    return max(wanted, limit + 1) if patient.best == "SD" else max(wanted, 0)


def response_limit(baseline: int, criteria: Criteria) -> int:
    """Return the largest sum that is a partial response."""
    left = 1 - criteria.partial_response_decrease_percent / 100
    return math.floor(baseline * left + 1e-9)


def least_growth(nadir: int, criteria: Criteria) -> int:
    """Return the smallest sum that is progression after a nadir."""
    by_percent = math.ceil(nadir * (1 + criteria.progression_increase_percent / 100) - 1e-9)
    return max(by_percent, nadir + math.ceil(criteria.progression_increase_mm))


def course_problems(patient: Patient, course: Course, criteria: Criteria) -> list[str]:
    """Say what in a plan cannot be seen on scans."""
    wrong: list[str] = []
    first, worse = course.response, course.progression
    if patient.best in ("PR", "CR") and first is None:
        wrong.append(f"best response is {patient.best}, but there is no day of response")
    if first is not None and worse is not None and worse <= first:
        wrong.append("progression is not after the response")
    grown = course.wanted >= least_growth(course.baseline, criteria)
    if grown and worse != 1:
        wrong.append(f"a best change of {patient.best_change:g} % is progression at once")
    if patient.best == "PD" and worse != 1:
        wrong.append("best response is PD, but progression is not at the first assessment")
    if patient.best in ("SD", "PR", "CR") and worse == 1:
        wrong.append(f"best response is {patient.best}, but the first assessment is progression")
    if patient.best in ("SD", "PD", "NE") and first is not None:
        wrong.append(f"best response is {patient.best}, but there is a day of response")
    if patient.best in ("PR", "SD", "CR") and not course.count:
        wrong.append(f"best response is {patient.best} without any assessment")
    return [f"{patient.usubjid}: {text}" for text in wrong]


def lowest_scan(course: Course, draws: Generator) -> int:
    """Choose the scan of the smallest sum."""
    if course.progression == 1 or course.wanted >= course.baseline:
        return 1
    last = course.count if course.progression is None else course.progression - 1
    first = course.response or 1
    if course.complete:
        return first
    return min(first + whole(draws, (0, 3 if course.response is None else 1)), last)


def sums_of(course: Course, lowest: int, criteria: Criteria, draws: Generator) -> list[int]:
    """Return the sum at each scan, baseline first, so that the planned response is met."""
    limit = response_limit(course.baseline, criteria)
    sums = [course.baseline]
    for order in range(1, course.count + 1):
        if course.progression is not None and order >= course.progression:
            sums.append(_after_progression(course, order, sums, criteria))
        elif order < lowest:
            fall = (course.wanted - course.baseline) * order / lowest
            value = max(round(course.baseline + fall), course.wanted)
            sums.append(_on_its_side(course, order, value, limit))
        elif order == lowest:
            sums.append(course.wanted)
        else:
            drift = _DRIFT * min(order - lowest, _DRIFT_SCANS) / _DRIFT_SCANS
            value = round(course.wanted * (1 + drift * float(draws.uniform(0.6, 1.0))))
            value = min(value, least_growth(min(sums), criteria) - 1)
            sums.append(_on_its_side(course, order, max(value, course.wanted), limit))
    return sums


def _on_its_side(course: Course, order: int, value: int, limit: int) -> int:
    """Keep a sum a response from the first one on, and none before."""
    if course.response is None:
        return value
    if course.complete and order >= course.response:
        return course.wanted
    return min(value, limit) if order >= course.response else max(value, limit + 1)


def _after_progression(course: Course, order: int, sums: Sequence[int], criteria: Criteria) -> int:
    first = order == course.progression
    if first and order == 1:
        return course.wanted
    if first and course.mode == "growth":
        return least_growth(min(sums), criteria) + 1 + round(0.05 * min(sums))
    if course.complete:
        return course.wanted
    return sums[-1] + (0 if first else max(1, round(0.04 * sums[-1])))


def unmeasured(course: Course, lowest: int, part: float, draws: Generator) -> set[int]:
    """Choose assessments with a lesion not measured; none on which the course rests."""
    if course.best == "NE":
        return set(range(1, course.count + 1))
    first = course.response
    needed = {0, 1, lowest, course.progression, course.count, first, (first or 0) + 1}
    drawn = [float(draws.random()) for _ in range(course.count + 1)]
    return {n for n, draw in enumerate(drawn) if draw < part and n not in needed}
