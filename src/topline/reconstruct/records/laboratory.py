"""LB and VS at screening, every cycle and graded event, in agreement with the events."""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.random import Generator

from topline.reconstruct.records.domain import Row, cycle_visit, record, visit
from topline.reconstruct.records.draws import stream
from topline.reconstruct.records.episodes import Episode
from topline.reconstruct.records.expressions import Cell, as_number
from topline.reconstruct.records.measured_test import MeasuredTest
from topline.reconstruct.records.patients import Patient
from topline.reconstruct.records.setting import Setting

_SCREENING_DAY = -4
_SETTLED_CYCLES = 20


@dataclass(frozen=True, slots=True)
class _Course:
    """One test of one patient."""

    test: MeasuredTest
    level: float
    most: float | None
    events: tuple[Episode, ...]
    """Those that show in the test."""


def measured_tests(setting: Setting, episodes: Sequence[Episode]) -> dict[str, list[Row]]:
    """Return the rows of LB and VS.

    A test is measured at screening, on day 1 of every cycle and, where an event of it begins, then.
    """
    levels, most = _column(setting, "level"), _column(setting, "most")
    length = round(setting.protocol.treatments.cycle.length.days)
    rows: dict[str, list[Row]] = {"LB": [], "VS": []}
    for patient in setting.patients:
        own = [episode for episode in episodes if episode.patient is patient]
        courses: list[_Course] = []
        for test in setting.spec.tests:
            draws = stream(setting.seed, f"{test.domain} level {test.code}", patient.order)
            low, high = test.usual
            drawn = low + (high - low) * float(draws.uniform(0.2, 0.8))
            level = levels[test.code][patient.order]
            courses.append(
                _Course(
                    test,
                    drawn if level is None else level,
                    most[test.code][patient.order],
                    tuple(episode for episode in own if episode.term in test.graded),
                )
            )
        for name in rows:
            these = [course for course in courses if course.test.domain == name]
            draws = stream(setting.seed, name, patient.order)
            rows[name] += _visits(patient, name, these, length, draws)
    return rows


def _column(setting: Setting, field: str) -> dict[str, list[float | None]]:
    """Return a field's expression of every test, patient by patient."""
    columns: dict[str, list[float | None]] = {}
    for test in setting.spec.tests:
        text = test.level if field == "level" else test.most
        place = f"records.tests.{test.code}.{field}"
        height = setting.frame.height
        values: list[Cell] = [None] * height
        if text is not None:
            values = setting.expressions.values(setting.frame, text, place)
        columns[test.code] = [as_number(value) for value in values]
    return columns


def _visits(
    patient: Patient, domain: str, courses: Sequence[_Course], length: int, draws: Generator
) -> list[Row]:
    rows: list[Row] = []
    planned = [(0, _SCREENING_DAY), *enumerate(patient.cycle_days(length), start=1)]
    for cycle, day in planned:
        when = cycle_visit(patient, domain, cycle, day)
        for course in courses:
            if cycle and course.test.only_screening:
                continue
            value = _graded(course, day, draws) if day > 1 else None
            usual = _usual(course, cycle, draws)
            rows.append(_result(patient, course.test, usual if value is None else value, when))
    if domain == "LB":
        rows += _unscheduled(patient, courses, planned, draws)
    return rows


def _unscheduled(
    patient: Patient,
    courses: Sequence[_Course],
    planned: Sequence[tuple[int, int]],
    draws: Generator,
) -> list[Row]:
    """Return the tests on days on which a grade of theirs began between the visits."""
    rows: list[Row] = []
    days = {step.start for course in courses for event in course.events for step in event.steps} - {
        day for _, day in planned
    }
    for number, day in enumerate(sorted(days)):
        cycle = max(0, sum(other <= day for _, other in planned) - 1)
        name = f"UNSCHEDULED {number + 1}" if number else "UNSCHEDULED"
        when = visit(patient, "LB", name, round(cycle + 0.1 + 0.01 * number, 2), day)
        for course in courses:
            value = _graded(course, day, draws)
            if value is not None:
                rows.append(_result(patient, course.test, value, when))
    return rows


def _usual(course: _Course, cycle: int, draws: Generator) -> float:
    test = course.test
    low, high = test.usual
    noise = float(draws.normal(0, test.spread)) * (high - low)
    value = course.level + test.a_cycle * min(cycle, _SETTLED_CYCLES) + noise
    value = min(max(value, min(low, course.level)), max(high, course.level))
    if cycle and test.a_cycle:
        value = course.level + test.a_cycle * min(cycle, _SETTLED_CYCLES) + noise
    return value if course.most is None else min(value, course.most)


def _graded(course: _Course, day: int, draws: Generator) -> float | None:
    """Return a value of the worst grade that an event has on the day; None without one."""
    worst: tuple[int, Episode] | None = None
    for event in course.events:
        grade = event.grade_on(day)
        late = course.test.graded_days
        shown = late is None or day < event.steps[-1].start + late
        if grade is not None and shown and (worst is None or grade > worst[0]):
            worst = (grade, event)
    if worst is None:
        return None
    ranges = course.test.graded[worst[1].term]
    low, high = ranges[min(worst[0], len(ranges)) - 1]
    return float(draws.uniform(low, high))


def finding(
    domain: str, text: str, *, unit: str | None, low: float | None, high: float | None
) -> Row:
    """Return the result of a finding: as reported, in standard unit, and against its range.

    Only LB has ranges of normal values.
    """
    try:
        number = float(text)
    except ValueError:
        number = None
    cells: Row = {f"{domain}ORRES": text, f"{domain}ORRESU": unit}
    if domain == "LB":
        cells |= {"LBORNRLO": _text(low), "LBORNRHI": _text(high)}
    cells |= {f"{domain}STRESC": text, f"{domain}STRESN": number, f"{domain}STRESU": unit}
    if domain == "LB":
        below = number is not None and low is not None and number < low
        above = number is not None and high is not None and number > high
        word = "LOW" if below else "HIGH" if above else "NORMAL"
        known = number is not None and (low is not None or high is not None)
        cells |= {"LBSTNRLO": low, "LBSTNRHI": high, "LBNRIND": word if known else None}
    return cells


def _text(bound: float | None) -> str | None:
    return None if bound is None else f"{bound:g}"


def _result(patient: Patient, test: MeasuredTest, value: float, when: Row) -> Row:
    text = f"{round(value, test.digits):.{test.digits}f}"
    named: Row = {f"{test.domain}TESTCD": test.code, f"{test.domain}TEST": test.name}
    if test.domain == "LB":
        named["LBCAT"] = test.category
    cells = finding(test.domain, text, unit=test.unit, low=test.low, high=test.high)
    if test.domain == "LB":
        cells["LBSPEC"] = test.specimen
    return record(patient, **named, **cells, **when)
