"""Adverse events: Table 3 by highest grade, dealt to patients, and some unrelated ones."""

from dataclasses import dataclass

from numpy.random import Generator

from scripts.cabotem_first_cohort.records import Row, record, study_days
from scripts.cabotem_first_cohort.roster import Patient
from scripts.cabotem_first_cohort.treatment import (
    CABOZANTINIB_INTERRUPTED,
    CABOZANTINIB_REDUCED,
    INTERRUPTION_RECORDED,
    TEMOZOLOMIDE_DELAYED,
    TEMOZOLOMIDE_REDUCED,
    TEMOZOLOMIDE_STOPPED,
)

_GASTRO, _GENERAL = "Gastrointestinal disorders", "General disorders"
_LAB = "Investigations"
# Term: system organ class, patients with highest grade 1, 2, 3, 4 (Table 3, grade columns).
TABLE_3 = {
    "Fatigue": (_GENERAL, 19, 5, 1, 0),
    "Nausea/Vomiting": (_GASTRO, 12, 7, 0, 0),
    "Anorexia": ("Metabolism and nutrition disorders", 12, 5, 0, 0),
    "Diarrhea": (_GASTRO, 6, 6, 3, 0),
    "Dyspepsia/GERD": (_GASTRO, 11, 0, 0, 0),
    "Abdominal pain": (_GASTRO, 10, 0, 1, 0),
    "Anemia": ("Blood and lymphatic system disorders", 3, 6, 1, 0),
    "Palmar-plantar erythrodysesthesia syndrome": (
        "Skin and subcutaneous tissue disorders",
        *(7, 3, 1, 0),
    ),
    "Lymphopenia": (_LAB, 2, 1, 6, 0),
    "Platelet count decreased": (_LAB, 1, 3, 0, 4),
    "Hypertension": ("Vascular disorders", 1, 5, 0, 0),
    "Constipation": (_GASTRO, 6, 0, 0, 0),
    "Hypothyroidism": ("Endocrine disorders", 4, 2, 0, 0),
    "Mucositis oral": (_GASTRO, 4, 1, 1, 0),
    "Erectile dysfunction": ("Reproductive system and breast disorders", 4, 2, 0, 0),
    "Colitis": (_GASTRO, 0, 2, 2, 1),
    "Neutropenia": (_LAB, 1, 3, 0, 0),
    "Hemorrhoids": (_GASTRO, 2, 1, 0, 0),
    "Nasal congestion": ("Respiratory, thoracic and mediastinal disorders", 3, 0, 0, 0),
    "Paresthesia": ("Nervous system disorders", 1, 1, 0, 0),
    "Blood bilirubin increased": (_LAB, 0, 0, 1, 0),
}
# Patients whose grade the course of treatment fixes; the rest are dealt.
_FIXED = {
    ("Platelet count decreased", 4): "S07 S08 X03 X04",
    ("Platelet count decreased", 2): "S18 S19",
    ("Lymphopenia", 3): "S07 S08 S11 S17 X03 X04",
    ("Diarrhea", 3): "S09 S10 S17",
    ("Diarrhea", 2): "S25 S26 S18",
    ("Colitis", 3): "S09 S10",
    ("Colitis", 4): "S15",
    ("Abdominal pain", 3): "S15",
    ("Anemia", 3): "S07",
    ("Fatigue", 3): "S11",
    ("Fatigue", 2): "S27 S21 S16",
    ("Palmar-plantar erythrodysesthesia syndrome", 3): "S10",
    ("Palmar-plantar erythrodysesthesia syndrome", 2): "S28",
    ("Mucositis oral", 3): "S09",
    ("Mucositis oral", 2): "S05",
    ("Blood bilirubin increased", 3): "X03",
    ("Neutropenia", 2): "P03 S24 S06",
    ("Neutropenia", 1): "S23",
    ("Nausea/Vomiting", 2): "P05 S20 S14 S21",
    ("Hypertension", 2): "P04 S04",
}
_ONSET = {("S07", "Platelet count decreased"): 24, ("S08", "Platelet count decreased"): 38,
          ("X03", "Platelet count decreased"): 20, ("X04", "Platelet count decreased"): 25,
          ("S15", "Colitis"): 184}  # fmt: skip
_UNRELATED = [
    ("Urinary tract infection", "Infections and infestations"),
    ("COVID-19", "Infections and infestations"),
    ("Back pain", "Musculoskeletal and connective tissue disorders"),
    ("Arthralgia", "Musculoskeletal and connective tissue disorders"),
    ("Headache", "Nervous system disorders"),
    ("Cough", "Respiratory, thoracic and mediastinal disorders"),
    ("Insomnia", "Psychiatric disorders"),
    ("Flushing", "Vascular disorders"),
    ("Edema limbs", _GENERAL),
    ("Fall", "Injury, poisoning and procedural complications"),
]


@dataclass(frozen=True)
class Episode:
    """One adverse event of one patient from onset to end (0: not ended)."""

    patient: Patient
    term: str
    grade: int
    start: int
    end: int
    related: bool = True


def deal_episodes(patients: list[Patient], draws: Generator) -> list[Episode]:
    """Return one episode a patient and term of Table 3, at the highest grade."""
    by_key = {patient.key: patient for patient in patients}
    episodes: list[Episode] = []
    for term, (_, *counts) in TABLE_3.items():
        given: dict[str, int] = {}
        for grade in (4, 3, 2, 1):
            given |= dict.fromkeys(_FIXED.get((term, grade), "").split(), grade)
        for grade in (4, 3, 2, 1):
            wanted = counts[grade - 1] - sum(g == grade for g in given.values())
            chosen = _choose(patients, term, set(given), wanted, draws)
            given |= dict.fromkeys(chosen, grade)
        episodes += [_episode(by_key[key], term, given[key], draws) for key in sorted(given)]
    return episodes


def _choose(
    patients: list[Patient], term: str, taken: set[str], count: int, draws: Generator
) -> list[str]:
    free = [
        patient
        for patient in patients
        if patient.key not in taken and (term != "Erectile dysfunction" or patient.sex == "M")
    ]
    weights = [min(patient.last_treated_day, 400) + 40.0 for patient in free]
    shares = [weight / sum(weights) for weight in weights]
    picked = draws.choice(len(free), size=count, replace=False, p=shares)
    return [free[int(n)].key for n in picked]


def _cause_day(patient: Patient, term: str) -> int | None:
    """Return the day on which the event first led to a change of dose."""
    days: list[int] = []
    if CABOZANTINIB_INTERRUPTED.get(patient.key, (0, 0, ""))[2] == term:
        days.append(CABOZANTINIB_INTERRUPTED[patient.key][0])
    if TEMOZOLOMIDE_DELAYED.get(patient.key, (0, 0, ""))[2] == term:
        days.append(TEMOZOLOMIDE_DELAYED[patient.key][0])
    for changes in (CABOZANTINIB_REDUCED, TEMOZOLOMIDE_REDUCED, TEMOZOLOMIDE_STOPPED):
        if changes.get(patient.key, (0, ""))[1] == term:
            days.append(changes[patient.key][0])
    return min(days) if days else None


def _last_change(patient: Patient, term: str) -> int | None:
    days = [
        changes[patient.key][0]
        for changes in (CABOZANTINIB_REDUCED, TEMOZOLOMIDE_REDUCED, TEMOZOLOMIDE_STOPPED)
        if changes.get(patient.key, (0, ""))[1] == term
    ]
    if _stops(patient, term):
        days.append(patient.stop_day)
    return max(days) if days else None


def _stops(patient: Patient, term: str) -> bool:
    stopping = {
        "PLATELETS": "Platelet count decreased",
        "DIARRHEA": "Diarrhea",
        "FATIGUE": "Fatigue",
        "PERFORATION": "Colitis",
    }
    return stopping.get(patient.reason) == term


def _episode(patient: Patient, term: str, grade: int, draws: Generator) -> Episode:
    cause = _cause_day(patient, term)
    start = _ONSET.get((patient.key, term))
    if start is None and cause is not None:
        start = max(2, cause - int(draws.integers(2, 8)))
    if start is None:
        start = int(draws.integers(4, max(6, min(patient.last_treated_day, 260))))
    if start >= patient.end_day:
        start = max(2, patient.last_treated_day - 3)
    end = start + int(draws.integers(6, 21 + 20 * min(grade, 2)))
    change = _last_change(patient, term)
    if change is not None:
        end = max(end, change + int(draws.integers(8, 20)))
    if term in ("Hypertension", "Hypothyroidism", "Erectile dysfunction", "Paresthesia"):
        end = start + int(draws.integers(60, 500))
    return Episode(patient, term, grade, start, end if end < patient.end_day else 0)


def _unrelated(patients: list[Patient], draws: Generator) -> list[Episode]:
    episodes: list[Episode] = []
    for patient in patients:
        for _ in range(int(draws.integers(0, 4))):
            term, _ = _UNRELATED[int(draws.integers(0, len(_UNRELATED)))]
            start = int(draws.integers(2, max(4, patient.last_treated_day)))
            end = start + int(draws.integers(3, 40))
            grade = 1 + int(draws.random() < 0.25)
            shown = end if end < patient.end_day else 0
            episodes.append(Episode(patient, term, grade, start, shown, related=False))
    return episodes


def _actions(episode: Episode) -> tuple[str, str]:
    """Return what was done with cabozantinib and with temozolomide."""
    key, term = episode.patient.key, episode.term
    if not episode.related:
        return "DOSE NOT CHANGED", "DOSE NOT CHANGED"
    if _stops(episode.patient, term):
        return "DRUG WITHDRAWN", "DRUG WITHDRAWN"
    cabozantinib = temozolomide = "DOSE NOT CHANGED"
    if INTERRUPTION_RECORDED.get(key) == term:
        cabozantinib = "DRUG INTERRUPTED"
    if CABOZANTINIB_INTERRUPTED.get(key, (0, 0, ""))[2] == term:
        cabozantinib = "DRUG INTERRUPTED"
    if CABOZANTINIB_REDUCED.get(key, (0, ""))[1] == term:
        cabozantinib = "DOSE REDUCED"
    if TEMOZOLOMIDE_DELAYED.get(key, (0, 0, ""))[2] == term:
        temozolomide = "DRUG INTERRUPTED"
    if TEMOZOLOMIDE_REDUCED.get(key, (0, ""))[1] == term:
        temozolomide = "DOSE REDUCED"
    if TEMOZOLOMIDE_STOPPED.get(key, (0, ""))[1] == term:
        temozolomide = "DRUG WITHDRAWN"
    return cabozantinib, temozolomide


# Grade, first and last day, what was done with cabozantinib and with temozolomide.
_Step = tuple[int, int, int, str, str]
# Events that led first to a lower dose of temozolomide and later to more: the day on which a second
# record begins, then grade and actions of the first one.
_IN_TWO = {
    ("S24", "Neutropenia"): (66, 2, "DOSE NOT CHANGED", "DOSE REDUCED"),
    ("S11", "Fatigue"): (104, 2, "DRUG INTERRUPTED", "DOSE REDUCED"),
}
# A lower dose of temozolomide resolved the event in two of six (one neutropenia, one nausea): these
# went on milder, the two events above were recorded anew.
_MILDER_ONLY = frozenset([("S18", "Platelet count decreased"), ("S19", "Platelet count decreased")])
_ORDER = ["DRUG WITHDRAWN", "DOSE REDUCED", "DRUG INTERRUPTED", "DOSE NOT CHANGED"]


def _rows(episode: Episode, draws: Generator) -> list[Row]:
    """Return the episode, after a milder record of its own when the grade rose."""
    cabozantinib, temozolomide = _actions(episode)
    steps: list[_Step] = [(episode.grade, episode.start, episode.end, cabozantinib, temozolomide)]
    long = (episode.end or episode.patient.end_day) - episode.start
    if episode.grade in (2, 3) and long > 10 and draws.random() < 0.35 and episode.start > 6:
        before = episode.start - int(draws.integers(3, 6))
        unchanged = "DOSE NOT CHANGED"
        steps.insert(0, (1, before, episode.start, unchanged, unchanged))
    again = _IN_TWO.get((episode.patient.key, episode.term)) if episode.related else None
    if again is not None:
        day, grade, *actions = again
        steps.insert(-1, (grade, episode.start, day, actions[0], actions[1]))
        steps[-1] = (episode.grade, day, episode.end, cabozantinib, temozolomide)
    return [_row(episode, step, last=step is steps[-1]) for step in steps]


def _row(episode: Episode, step: _Step, *, last: bool) -> Row:
    grade, start, end, cabozantinib, temozolomide = step
    outcome = "RECOVERED/RESOLVED" if end else "NOT RECOVERED/NOT RESOLVED"
    term = episode.term
    if last and (episode.patient.key, term) in _MILDER_ONLY:
        end, outcome = 0, "RECOVERING/RESOLVING"
    perforated = term == "Colitis" and grade == 4
    system = TABLE_3[term][0] if term in TABLE_3 else dict(_UNRELATED)[term]
    return record(
        episode.patient,
        AETERM="Colitis with bowel perforation" if perforated else term,
        AEDECOD=term,
        AEBODSYS=system,
        AETOXGR=str(grade),
        AESER="Y" if grade == 4 or (grade == 3 and term in ("Colitis", "Diarrhea")) else "N",
        AEREL="RELATED" if episode.related else "NOT RELATED",
        AEACN=min(cabozantinib, temozolomide, key=_ORDER.index),
        AEOUT=outcome if last else "RECOVERING/RESOLVING",
        **study_days(episode.patient, "AE", start, end or None),
        _AEACNCAB=cabozantinib,
        _AEACNTMZ=temozolomide,
    )


def adverse_events(patients: list[Patient], episodes: list[Episode], draws: Generator) -> list[Row]:
    """Return AE by patient and onset, with the action by drug as `_NAME` cells."""
    every = [*episodes, *_unrelated(patients, draws)]
    rows = [row for episode in every for row in _rows(episode, draws)]
    return sorted(rows, key=lambda row: (str(row["USUBJID"]), str(row["AESTDTC"])))
