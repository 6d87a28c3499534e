"""EORTC QLQ-C30 and QLQ-GINET21 at baseline and each cycle."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from scripts.cabotem_first_cohort.records import Row, cycle_visit, record
from scripts.cabotem_first_cohort.roster import Patient


@dataclass(frozen=True)
class Questionnaire:
    """A form: category, first letters of its item codes, its items."""

    category: str
    prefix: str
    label: str
    items: range


FORMS = [
    Questionnaire("EORTC QLQ-C30 V3.0", "EC30Q", "QLQ-C30", range(1, 31)),
    Questionnaire("EORTC QLQ-GINET21", "EGI21Q", "QLQ-GINET21", range(31, 52)),
]
_GLOBAL_HEALTH = (29, 30)
_ONLY_IF_APPLICABLE = (39, 40, 51)


def _answers(form: Questionnaire, burden: float, draws: Generator) -> list[int | None]:
    """Return 1 to 4 (1 to 7 for global health) around a burden of 0 to 1; None: left empty."""
    answers: list[int | None] = []
    for item in form.items:
        if draws.random() < 0.012:
            answers.append(None)
        elif form.prefix == "EC30Q" and item in _GLOBAL_HEALTH:
            answers.append(int(np.clip(round(6.4 - 3.6 * burden + draws.normal(0, 0.6)), 1, 7)))
        elif form.prefix == "EGI21Q" and item in _ONLY_IF_APPLICABLE and draws.random() < 0.35:
            answers.append(None)
        else:
            answers.append(int(np.clip(round(1.05 + 1.9 * burden + draws.normal(0, 0.5)), 1, 4)))
    return answers


def questionnaires(patients: list[Patient], draws: Generator) -> list[Row]:
    """Return QS: a row an item; a form that was not filled in is one row, NOT DONE."""
    rows: list[Row] = []
    for patient in patients:
        burden = float(draws.uniform(0.12, 0.45)) + 0.15 * patient.ecog
        days = [(0, -1), *enumerate(patient.cycle_days()[1:], start=2)]
        for cycle, day in days:
            when = cycle_visit(patient, "QS", cycle, day)
            decline = 0.12 * (patient.reason == "DECLINE" and day > patient.stop_day - 40)
            missed = draws.random() < (0.03 if cycle == 0 else 0.11)
            for form in FORMS:
                if missed or draws.random() < 0.02:
                    rows.append(_not_done(patient, form, when))
                    continue
                answers = _answers(form, burden + decline, draws)
                rows += [
                    _item(patient, form, item, answer, when)
                    for item, answer in zip(form.items, answers, strict=True)
                ]
    return rows


def _item(patient: Patient, form: Questionnaire, item: int, answer: int | None, when: Row) -> Row:
    return record(
        patient,
        QSTESTCD=f"{form.prefix}{item:02d}",
        QSTEST=f"{form.label} Item {item}",
        QSCAT=form.category,
        QSORRES=None if answer is None else str(answer),
        QSSTRESC=None if answer is None else str(answer),
        QSSTRESN=answer,
        QSSTAT="NOT DONE" if answer is None else None,
        QSREASND="Item left empty" if answer is None else None,
        QSEVAL="STUDY SUBJECT",
        **when,
    )


def _not_done(patient: Patient, form: Questionnaire, when: Row) -> Row:
    return record(
        patient,
        QSTESTCD="QSALL",
        QSTEST="Questionnaire",
        QSCAT=form.category,
        QSORRES=None,
        QSSTRESC=None,
        QSSTRESN=None,
        QSSTAT="NOT DONE",
        QSREASND="Form not returned",
        QSEVAL="STUDY SUBJECT",
        **when,
    )
