"""Exposure, disposition, subjects and survival status."""

from numpy.random import Generator

from scripts.cabotem_first_cohort.records import Row, record, study_days
from scripts.cabotem_first_cohort.roster import CUTOFF, FUNCTIONING, SSTR_NEGATIVE, Patient

# Day of the permanent reduction of a drug and the adverse event behind it.
CABOZANTINIB_REDUCED = {
    "S17": (120, "Diarrhea"),
    "S25": (92, "Diarrhea"),
    "S26": (148, "Diarrhea"),
    "S27": (176, "Fatigue"),
    "S28": (64, "Palmar-plantar erythrodysesthesia syndrome"),
}
TEMOZOLOMIDE_REDUCED = {
    "P03": (57, "Neutropenia"),
    "S24": (43, "Neutropenia"),
    "S18": (85, "Platelet count decreased"),
    "S19": (71, "Platelet count decreased"),
    "S11": (57, "Fatigue"),
    "P05": (71, "Nausea/Vomiting"),
}
TEMOZOLOMIDE_STOPPED = {
    "S06": (52, "Neutropenia"),
    "S20": (67, "Nausea/Vomiting"),
    "S24": (91, "Neutropenia"),
    "S23": (131, "Neutropenia"),
}
# First day without the drug and length of the interruption (at most 13 days), with its cause.
CABOZANTINIB_INTERRUPTED = {
    "S07": (25, 10, "Platelet count decreased"),
    "S08": (39, 12, "Platelet count decreased"),
    "S09": (48, 9, "Diarrhea"),
    "S10": (66, 12, "Diarrhea"),
    "S11": (90, 10, "Fatigue"),
    "S15": (150, 7, "Colitis"),
    "S17": (110, 10, "Diarrhea"),
    "S25": (85, 7, "Diarrhea"),
    "S26": (141, 7, "Diarrhea"),
    "S27": (169, 7, "Fatigue"),
    "S28": (54, 10, "Palmar-plantar erythrodysesthesia syndrome"),
    "P04": (130, 5, "Hypertension"),
    "S04": (75, 6, "Hypertension"),
    "S05": (203, 8, "Mucositis oral"),
    "S21": (98, 6, "Fatigue"),
    "S18": (230, 9, "Diarrhea"),
    "S14": (61, 5, "Nausea/Vomiting"),
    "S16": (99, 11, "Fatigue"),
}
TEMOZOLOMIDE_DELAYED = {  # days of delay of the course that was due next
    "S07": (29, 7, "Platelet count decreased"),
    "S08": (43, 7, "Platelet count decreased"),
    "S11": (57, 5, "Fatigue"),
    "P03": (57, 7, "Neutropenia"),
    "S24": (43, 7, "Neutropenia"),
    "S18": (85, 7, "Platelet count decreased"),
    "S19": (71, 6, "Platelet count decreased"),
    "S23": (99, 7, "Neutropenia"),
    "S21": (57, 4, "Nausea/Vomiting"),
    "S06": (43, 5, "Neutropenia"),
}
# Where the record names another event as the cause than the one that dealt the interruption: the
# colitis began a month later, and the fatigue was there.
INTERRUPTION_RECORDED = {"S15": "Fatigue"}
_REASONS = {
    "PROGRESSION": ("PROGRESSIVE DISEASE", "Radiographic tumor progression"),
    "DECLINE": ("SYMPTOMATIC DETERIORATION", "Symptomatic decline"),
    "COMORBIDITY": ("INTERCURRENT ILLNESS", "Worsening of pre-existing complicating disease"),
    "WITHDRAWAL": ("WITHDRAWAL BY SUBJECT", "Withdrawal of consent"),
    "PLATELETS": ("ADVERSE EVENT", "Unacceptable toxicity: thrombocytopenia"),
    "DIARRHEA": ("ADVERSE EVENT", "Unacceptable toxicity: diarrhea"),
    "FATIGUE": ("ADVERSE EVENT", "Unacceptable toxicity: fatigue"),
    "PERFORATION": ("ADVERSE EVENT", "Unacceptable toxicity: bowel perforation"),
}


def consent_day(patient: Patient) -> int:
    """Study day of informed consent."""
    return -(15 + patient.age % 8)


def _course(
    patient: Patient, drug: str, dose: float, days: tuple[int, int], why: str | None
) -> Row:
    cabozantinib = drug == "CABOZANTINIB"
    return record(
        patient,
        EXTRT=drug,
        EXDOSE=dose,
        EXDOSU="mg" if cabozantinib else "mg/m2",
        EXDOSFRM="TABLET" if cabozantinib else "CAPSULE",
        EXDOSFRQ="QD",
        EXROUTE="ORAL",
        EXADJ=why,
        EPOCH="TREATMENT",
        **study_days(patient, "EX", *days),
    )


def _cabozantinib(patient: Patient) -> list[Row]:
    end, drug = patient.last_treated_day, "CABOZANTINIB"
    cuts: list[tuple[int, int, str]] = []  # last day before, first day after, cause
    if patient.key in CABOZANTINIB_INTERRUPTED:
        first, length, cause = CABOZANTINIB_INTERRUPTED[patient.key]
        recorded = INTERRUPTION_RECORDED.get(patient.key, cause)
        cuts.append((first - 1, first + length, recorded))
    if patient.key in CABOZANTINIB_REDUCED:
        day, cause = CABOZANTINIB_REDUCED[patient.key]
        if all(day != after for _, after, _ in cuts):
            cuts.append((day - 1, day, cause))
    rows: list[Row] = []
    start, why = 1, None
    for before, after, cause in sorted(cuts):
        rows.append(_course(patient, drug, _tablet(patient, start), (start, before), why))
        start, why = after, f"ADVERSE EVENT: {cause.upper()}"
    return [*rows, _course(patient, drug, _tablet(patient, start), (start, end), why)]


def _tablet(patient: Patient, day: int) -> float:
    reduced, _ = CABOZANTINIB_REDUCED.get(patient.key, (10**6, ""))
    return 20.0 if day >= reduced else 40.0


def _temozolomide(patient: Patient) -> list[Row]:
    stopped, _ = TEMOZOLOMIDE_STOPPED.get(patient.key, (10**6, ""))
    end = min(patient.last_treated_day, stopped - 1)
    reduced, cause = TEMOZOLOMIDE_REDUCED.get(patient.key, (10**6, ""))
    due, delay, delayed_by = TEMOZOLOMIDE_DELAYED.get(patient.key, (10**6, 0, ""))
    rows: list[Row] = []
    start, told = 1, False
    while start <= end:
        why = None
        if start >= due:
            start, due, why = start + delay, 10**6, f"ADVERSE EVENT: {delayed_by.upper()}"
        if start >= reduced and not told:
            told, why = True, f"ADVERSE EVENT: {cause.upper()}"
        if start > end:
            break
        dose = 75.0 if start >= reduced else 100.0
        rows.append(_course(patient, "TEMOZOLOMIDE", dose, (start, min(start + 6, end)), why))
        start += 14
    return rows


def exposure(patients: list[Patient]) -> list[Row]:
    """Return EX: an interval of constant cabozantinib, a 7-day course of temozolomide a row."""
    return [
        row for patient in patients for row in [*_cabozantinib(patient), *_temozolomide(patient)]
    ]


def disposition(patients: list[Patient]) -> list[Row]:
    """Return DS: milestones, end of each drug, of study treatment, and death."""
    return [row for patient in patients for row in _dispositions(patient)]


def _dispositions(patient: Patient) -> list[Row]:
    def event(day: int, category: str, scope: str | None, decoded: str, verbatim: str) -> Row:
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

    milestone, ending = "PROTOCOL MILESTONE", "DISPOSITION EVENT"
    consent = consent_day(patient)
    rows = [
        event(consent, milestone, None, "INFORMED CONSENT OBTAINED", "Informed consent obtained"),
        event(-2, milestone, None, "ENROLLED", "Enrolled"),
    ]
    stopped_alone = patient.key in TEMOZOLOMIDE_STOPPED
    if stopped_alone:
        day, cause = TEMOZOLOMIDE_STOPPED[patient.key]
        why = f"Unacceptable toxicity: {cause.lower()}"
        rows.append(event(day, ending, "TEMOZOLOMIDE", "ADVERSE EVENT", why))
    if not patient.ongoing:
        decoded, verbatim = _REASONS[patient.reason]
        drugs = ["CABOZANTINIB"] if stopped_alone else ["CABOZANTINIB", "TEMOZOLOMIDE"]
        rows += [
            event(patient.stop_day, ending, scope, decoded, verbatim)
            for scope in [*drugs, "STUDY TREATMENT"]
        ]
    if patient.dead:
        verbatim = "Death from disease progression"
        rows.append(event(patient.end_day, ending, "STUDY PARTICIPATION", "DEATH", verbatim))
    return sorted(rows, key=lambda row: str(row["DSSTDTC"]))


def subjects(patients: list[Patient]) -> list[Row]:
    """Return DM, one row a patient, with its supplemental qualifiers as `_NAME` cells."""
    return [
        {
            "STUDYID": "CABOTEM",
            "DOMAIN": "DM",
            "USUBJID": patient.usubjid,
            "SUBJID": f"{patient.center}-{patient.number}",
            "RFSTDTC": patient.dtc(1),
            "RFENDTC": None if patient.ongoing else patient.dtc(patient.stop_day),
            "RFXSTDTC": patient.dtc(1),
            "RFXENDTC": None if patient.ongoing else patient.dtc(patient.stop_day),
            "RFICDTC": patient.dtc(consent_day(patient)),
            "RFPENDTC": patient.dtc(patient.end_day),
            "DTHDTC": patient.dtc(patient.end_day) if patient.dead else None,
            "DTHFL": "Y" if patient.dead else None,
            "SITEID": patient.center,
            "AGE": patient.age,
            "AGEU": "YEARS",
            "SEX": patient.sex,
            "RACE": None,
            "ETHNIC": None,
            "ARMCD": "CABOTEM",
            "ARM": "Cabozantinib + temozolomide",
            "ACTARMCD": "CABOTEM",
            "ACTARM": "Cabozantinib + temozolomide",
            "COUNTRY": "ITA",
            "_SSTRPOS": "N" if patient.key in SSTR_NEGATIVE else "Y",
            "_FUNCTION": "FUNCTIONING" if patient.key in FUNCTIONING else "NON-FUNCTIONING",
        }
        for patient in patients
    ]


def survival_status(patients: list[Patient], draws: Generator) -> list[Row]:
    """Return SS: contacts about every 12 weeks after treatment, and the last one."""
    rows: list[Row] = []
    for patient in patients:
        start = patient.last_treated_day + 30
        contacts = [day + int(draws.integers(-6, 7)) for day in range(start, patient.end_day, 84)]
        contacts = [day for day in contacts if day < patient.end_day - 14]
        for number, day in enumerate([*contacts, patient.end_day], start=1):
            last = day == patient.end_day
            if last and patient.on(day) > CUTOFF:
                message = f"{patient.usubjid}: contact after the data cut"
                raise ValueError(message)
            status = "DEAD" if last and patient.dead else "ALIVE"
            rows.append(
                record(
                    patient,
                    SSTESTCD="SURVSTAT",
                    SSTEST="Survival Status",
                    SSORRES=status,
                    SSSTRESC=status,
                    VISITNUM=float(900 + number),
                    VISIT=f"FOLLOW-UP {number}",
                    SSDTC=patient.dtc(day),
                    SSDY=day,
                )
            )
    return rows
