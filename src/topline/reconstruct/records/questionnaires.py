"""QS: forms at baseline and on schedule, with answers around the planned course of each scale."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from topline.adam.questionnaire_forms import INSTRUMENTS
from topline.clinical.questionnaires.instrument import Questionnaire, Scale
from topline.protocol.protocol import Protocol
from topline.protocol.questionnaires import Form
from topline.reconstruct.records.domain import Row, cycle_visit, record, visit
from topline.reconstruct.records.draws import stream
from topline.reconstruct.records.expressions import as_number
from topline.reconstruct.records.patients import Patient
from topline.reconstruct.records.setting import Setting
from topline.reconstruct.records.specification import Answers, Level, QuestionnaireAnswers

_BASELINE_DAY = -1
_GOOD, _BAD = 75.0, 25.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """A form with what is known of its answers."""

    form: Form
    answers: Answers
    instrument: Questionnaire
    changing: dict[str, list[bool]]
    """By scale, the patients of whom its change is."""


def questionnaires(setting: Setting) -> list[Row]:
    """Return QS: a row an item; a form that was not filled in is one row, NOT DONE."""
    spec, asked = setting.spec.questionnaires, _asked(setting)
    if not asked:
        return []
    burden = [0.0] * setting.frame.height
    if spec.burden is not None:
        values = setting.expressions.values(
            setting.frame, spec.burden, "records.questionnaires.burden"
        )
        burden = [as_number(value) or 0.0 for value in values]
    rows: list[Row] = []
    for patient in setting.patients:
        draws = stream(setting.seed, "QS", patient.order)
        worse = burden[patient.order] + float(draws.normal(0, spec.spread[0]))
        for order, when, day in _visits(patient, setting.protocol):
            missed = draws.random() < spec.missed[0 if order == 0 else 1]
            for one in asked:
                if missed:
                    rows.append(_not_done(patient, one.answers, when))
                    continue
                today = worse + float(draws.normal(0, spec.spread[1])) / 2
                answers = _answers(one, spec, (patient.order, max(day, 0), today), draws)
                rows += [_item(patient, one, item, answer, when) for item, answer in answers]
    return rows


def _asked(setting: Setting) -> list[_Asked]:
    protocol, expressions = setting.protocol, setting.expressions
    asked: list[_Asked] = []
    for name, answers in setting.spec.questionnaires.forms.items():
        form = protocol.questionnaires.get(name)
        place = f"records.questionnaires.forms.{name}"
        if form is None:
            known = ", ".join(protocol.questionnaires) or "none"
            expressions.problems.append(f"{place}: the protocol has no such form; it has {known}")
            continue
        instrument = INSTRUMENTS[form.instrument]
        scales = {scale.name for scale in instrument.scales}
        expressions.problems += [
            f"{place}.levels: {form.instrument} has no scale {scale!r}; "
            f"it has {', '.join(sorted(scales))}"
            for scale in answers.levels
            if scale not in scales
        ]
        changing = {
            scale: expressions.holds(setting.frame, level.where, f"{place}.levels.{scale}.where")
            for scale, level in answers.levels.items()
        }
        asked.append(_Asked(form, answers, instrument, changing))
    return asked


def _visits(patient: Patient, protocol: Protocol) -> list[tuple[int, Row, int]]:
    """Return number, visit and day of every form that is due on treatment."""
    plan = protocol.schedule.quality_of_life
    cycle = round(protocol.treatments.cycle.length.days)
    every = cycle if plan is None else round(plan.every.days)
    visits: list[tuple[int, Row, int]] = []
    if plan is None or plan.baseline:
        visits.append((0, cycle_visit(patient, "QS", 0, _BASELINE_DAY), _BASELINE_DAY))
    for order, day in enumerate(range(1 + every, patient.last_treated + 1, every), start=1):
        if every == cycle:
            when = cycle_visit(patient, "QS", order + 1, day)
        else:
            name = f"WEEK {(day - 1) // 7}" if every % 7 == 0 else f"DAY {day}"
            when = visit(patient, "QS", name, 200 + (day - 1) / 7, day)
        visits.append((order, when, day))
    return visits


def _answers(
    one: _Asked, spec: QuestionnaireAnswers, who: tuple[int, int, float], draws: Generator
) -> list[tuple[int, int | None]]:
    """Return the answer to each item; None where it was left empty.

    `who` is the place of the patient, the day, and the points by which the patient is worse today.
    """
    instrument, answers = one.instrument, list[tuple[int, int | None]]()
    scale_of = {item: scale for scale in instrument.scales for item in scale.items}
    for item in instrument.items:
        low, high = instrument.range_of(item)
        scale = scale_of.get(item)
        score = _score(one, scale, *who)
        share = score / 100 if scale and scale.kind == "global" else 1 - score / 100
        if scale and scale.kind == "symptom":
            share = score / 100
        exact = low + (high - low) * share + float(draws.normal(0, 0.35))
        answer: int | None = int(np.clip(round(exact), low, high))
        optional = item in one.answers.optional and draws.random() < spec.not_applicable
        if optional or draws.random() < spec.empty:
            answer = None
        answers.append((item, answer))
    return answers


def _score(one: _Asked, scale: Scale | None, order: int, day: int, worse: float) -> float:
    """Return the score of a scale of a patient on a day, before rounding to answers."""
    if scale is None:
        return _BAD
    usual = Level(start=_GOOD if scale.high_is_good else _BAD)
    level = one.answers.levels.get(scale.name, usual)
    changes = one.changing.get(scale.name)
    moved = level.change * min(day / level.after, 1) if changes is None or changes[order] else 0
    score = level.start + moved + (-worse if scale.high_is_good else worse)
    return float(np.clip(score, 0, 100))


def _item(patient: Patient, one: _Asked, item: int, answer: int | None, when: Row) -> Row:
    first = one.form.first_item
    number = item if first is None else item - one.instrument.items[0] + first
    text = None if answer is None else str(answer)
    return record(
        patient,
        QSTESTCD=f"{one.form.prefix}{number:02d}",
        QSTEST=f"{one.answers.label} Item {item}",
        QSCAT=one.answers.category,
        QSORRES=text,
        QSSTRESC=text,
        QSSTRESN=answer,
        QSSTAT="NOT DONE" if answer is None else None,
        QSREASND="Item left empty" if answer is None else None,
        QSEVAL="STUDY SUBJECT",
        **when,
    )


def _not_done(patient: Patient, answers: Answers, when: Row) -> Row:
    return record(
        patient,
        QSTESTCD="QSALL",
        QSTEST="Questionnaire",
        QSCAT=answers.category,
        QSORRES=None,
        QSSTRESC=None,
        QSSTRESN=None,
        QSSTAT="NOT DONE",
        QSREASND="Form not returned",
        QSEVAL="STUDY SUBJECT",
        **when,
    )
