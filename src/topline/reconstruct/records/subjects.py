"""DM, DS and SS: who the patients are, what became of them, and when they were last seen."""

from collections.abc import Sequence

from topline.reconstruct.records.domain import Row, record, visit
from topline.reconstruct.records.draws import stream, whole
from topline.reconstruct.records.patients import Patient
from topline.reconstruct.records.plans import Change, Plan
from topline.reconstruct.records.setting import Setting
from topline.reconstruct.records.specification import Subjects

_MILESTONE, _ENDING = "PROTOCOL MILESTONE", "DISPOSITION EVENT"
_Words = tuple[str | None, str, str]
"""DSSCAT, DSDECOD and DSTERM."""


def consent_day(patient: Patient, spec: Subjects, seed: int) -> int:
    """Return the study day of informed consent, not after that of enrolment."""
    drawn = whole(stream(seed, "DM consent", patient.order), spec.consent)
    return -max(drawn, spec.enrolled)


def subjects(setting: Setting, plans: Sequence[Plan]) -> list[Row]:
    """Return DM, one row a patient."""
    labels = {arm.id: arm.label for arm in setting.protocol.study.arms}
    spec, seed = setting.spec.subjects, setting.seed
    return [
        {
            "USUBJID": patient.usubjid,
            "SUBJID": patient.subjid,
            "RFSTDTC": patient.dtc(1),
            "RFENDTC": None if patient.end is None else patient.dtc(patient.last_treated),
            "RFXSTDTC": patient.dtc(1),
            "RFXENDTC": None if patient.end is None else patient.dtc(patient.last_treated),
            "RFICDTC": patient.dtc(consent_day(patient, spec, seed)),
            "RFPENDTC": patient.dtc(patient.last_day),
            "DTHDTC": None if patient.death is None else patient.dtc(patient.death),
            "DTHFL": None if patient.death is None else "Y",
            "SITEID": patient.site,
            "AGE": patient.age,
            "AGEU": "YEARS",
            "SEX": patient.sex,
            "RACE": None,
            "ETHNIC": None,
            "ARMCD": plan.arm,
            "ARM": labels.get(plan.arm, plan.arm),
            "ACTARMCD": plan.arm,
            "ACTARM": labels.get(plan.arm, plan.arm),
            "COUNTRY": spec.country,
        }
        for patient, plan in zip(setting.patients, plans, strict=True)
    ]


def disposition(setting: Setting, plans: Sequence[Plan]) -> list[Row]:
    """Return DS: milestones, end of single drugs and of study treatment, death."""
    spec, seed = setting.spec.subjects, setting.seed
    return [
        row
        for patient, plan in zip(setting.patients, plans, strict=True)
        for row in _dispositions(patient, plan, spec, consent_day(patient, spec, seed))
    ]


def _event(patient: Patient, day: int, category: str, words: _Words) -> Row:
    scope, decoded, verbatim = words
    return record(
        patient,
        DSTERM=verbatim,
        DSDECOD=decoded,
        DSCAT=category,
        DSSCAT=scope,
        DSDTC=patient.dtc(day),
        DSSTDTC=patient.dtc(day),
        DSSTDY=day,
    )


def _dispositions(patient: Patient, plan: Plan, spec: Subjects, consent: int) -> list[Row]:
    informed = (None, "INFORMED CONSENT OBTAINED", "Informed consent obtained")
    rows = [
        _event(patient, consent, _MILESTONE, informed),
        _event(patient, -spec.enrolled, _MILESTONE, (None, "ENROLLED", "Enrolled")),
    ]
    alone = [change for change in plan.changes if change.kind == "stopped"]
    rows += [_stopped_alone(patient, change) for change in alone]
    if plan.reason is not None:
        event = (plan.end_cause or "toxicity").lower()
        verbatim = plan.reason.verbatim.replace("{event}", event)
        stopped = {change.drug for change in alone}
        drugs = [drug.name for drug in plan.drugs if drug.name not in stopped]
        for scope in [*dict.fromkeys(drugs), "STUDY TREATMENT"]:
            why = (scope, plan.reason.decoded, verbatim)
            rows.append(_event(patient, patient.last_treated, _ENDING, why))
    if patient.death is not None:
        why = ("STUDY PARTICIPATION", "DEATH", spec.death)
        rows.append(_event(patient, patient.death, _ENDING, why))
    return sorted(rows, key=lambda row: str(row["DSSTDTC"]))


def _stopped_alone(patient: Patient, change: Change) -> Row:
    verbatim = f"Unacceptable toxicity: {(change.cause or 'toxicity').lower()}"
    return _event(patient, change.day, _ENDING, (change.drug, "ADVERSE EVENT", verbatim))


def survival_status(setting: Setting) -> list[Row]:
    """Return SS: contacts after treatment, and the last one or death."""
    rows: list[Row] = []
    for patient in setting.patients:
        draws = stream(setting.seed, "SS", patient.order)
        last = patient.last_day
        planned = range(patient.last_treated + 30, last, setting.spec.subjects.contacts_every)
        days = [day + whole(draws, (-6, 6)) for day in planned]
        days = [day for day in days if day < last - 14]
        for number, day in enumerate([*days, last], start=1):
            status = "DEAD" if day == last and patient.death is not None else "ALIVE"
            rows.append(
                record(
                    patient,
                    SSTESTCD="SURVSTAT",
                    SSTEST="Survival Status",
                    SSORRES=status,
                    SSSTRESC=status,
                    **visit(patient, "SS", f"FOLLOW-UP {number}", float(900 + number), day),
                )
            )
    return rows
