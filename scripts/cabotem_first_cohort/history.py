"""Medical history, prior and concomitant treatment, procedures."""

from datetime import timedelta

from numpy.random import Generator

from scripts.cabotem_first_cohort.adverse import Episode
from scripts.cabotem_first_cohort.records import Row, record
from scripts.cabotem_first_cohort.roster import (
    CONCURRENT_SSA,
    DAYS_SINCE_DIAGNOSIS,
    FUNCTIONING,
    LIVER_DIRECTED,
    METASTASES,
    PRIOR_LINES,
    RESECTED,
    Patient,
)
from scripts.cabotem_first_cohort.treatment import consent_day

_LOCATION = {
    "PANCREAS": "PANCREAS",
    "ILEUM": "SMALL INTESTINE",
    "LUNG": "LUNG",
    "COLON": "COLON",
    "UNKNOWN": "UNKNOWN",
    "GALLBLADDER": "GALLBLADDER",
    "STOMACH": "STOMACH",
}
_METASTASIS = {"NODE": "LYMPH NODE"}
# Diagnosis known to the month or the year only; none of them near a published median.
_MONTH_ONLY = frozenset(["P03", "S04", "S18", "S26", "S03", "S10"])
_YEAR_ONLY = frozenset(["P05"])
_COMORBIDITY = [
    "Hypertension",
    "Type 2 diabetes mellitus",
    "Hypercholesterolemia",
    "Osteoporosis",
    "Gastroesophageal reflux disease",
    "Chronic obstructive pulmonary disease",
    "Hypothyroidism",
]
_CLASSES = {
    "SSA": ("SOMATOSTATIN ANALOG", ["LANREOTIDE", "OCTREOTIDE"]),
    "LU177": ("LU-177 RADIOLIGAND", ["LUTETIUM (177LU) OXODOTREOTIDE"]),
    "Y90": ("Y-90 RADIOLIGAND", ["YTTRIUM (90Y) EDOTREOTIDE"]),
    "EVEROLIMUS": ("EVEROLIMUS", ["EVEROLIMUS"]),
    "AXITINIB": ("AXITINIB", ["AXITINIB"]),
    "SUNITINIB": ("SUNITINIB", ["SUNITINIB"]),
    "LENVATINIB": ("LENVATINIB", ["LENVATINIB"]),
    "SURUFATINIB": ("SURUFATINIB", ["SURUFATINIB"]),
    "INTERFERON": ("INTERFERON ALFA", ["INTERFERON ALFA"]),
}
_DEPOT_MG = {"LANREOTIDE": 120, "OCTREOTIDE": 30}
_REGIMENS = {
    "P03": ["OXALIPLATIN", "FLUOROURACIL", "FOLINIC ACID"],
    "S03": ["ETOPOSIDE", "CISPLATIN"],
    "S10": ["ETOPOSIDE", "CISPLATIN"],
    "X02": ["ETOPOSIDE", "CISPLATIN"],
    "X04": ["CYCLOPHOSPHAMIDE", "EPIRUBICIN", "VINCRISTINE"],
}
# Treatment after the study: drug, class and study day of its start.
_SUBSEQUENT = {
    "S08": ("EVEROLIMUS", "EVEROLIMUS", 110),
    "S03": ("CAPECITABINE", "CHEMOTHERAPY", 180),
    "P01": ("EVEROLIMUS", "EVEROLIMUS", 228),
    "P03": ("SUNITINIB", "SUNITINIB", 661),
    "P04": ("LUTETIUM (177LU) OXODOTREOTIDE", "LU-177 RADIOLIGAND", 712),
    "S05": ("SUNITINIB", "SUNITINIB", 520),
    "S06": ("EVEROLIMUS", "EVEROLIMUS", 545),
    "S15": ("EVEROLIMUS", "EVEROLIMUS", 310),
    "S17": ("SUNITINIB", "SUNITINIB", 700),
    "S09": ("EVEROLIMUS", "EVEROLIMUS", 121),
    "S10": ("CAPECITABINE", "CHEMOTHERAPY", 128),
}


# Category, reported term, coded term, location, start.
_Entry = tuple[str, str, str, str | None, str | None]


def _diagnosis(patient: Patient) -> str:
    when = patient.first_dose - timedelta(days=DAYS_SINCE_DIAGNOSIS[patient.key])
    length = 4 if patient.key in _YEAR_ONLY else 7 if patient.key in _MONTH_ONLY else 10
    return when.isoformat()[:length]


def medical_history(patients: list[Patient], draws: Generator) -> list[Row]:
    """Return MH: primary diagnosis, a row a metastatic site, other conditions."""
    rows: list[Row] = []
    for patient in patients:
        location = _LOCATION[patient.site]
        diagnosis = _diagnosis(patient)
        term = f"Well-differentiated neuroendocrine tumor, {location.lower()}"
        entries: list[_Entry] = [
            ("PRIMARY DIAGNOSIS", term, "NEUROENDOCRINE TUMOR", location, diagnosis)
        ]
        for site in METASTASES[patient.key].split():
            name = _METASTASIS.get(site, site)
            entries.append(("METASTATIC SITE", f"Metastasis, {name.lower()}", name, name, None))
        if patient.key in FUNCTIONING:
            entries.append(("GENERAL", "Carcinoid syndrome", "CARCINOID SYNDROME", None, None))
        count = int(draws.integers(0, 3)) + (patient.age > 65)
        for n in sorted(draws.choice(len(_COMORBIDITY), size=count, replace=False)):
            name = _COMORBIDITY[int(n)]
            entries.append(("GENERAL", name, name.upper(), None, None))
        if patient.reason == "COMORBIDITY":
            name = "Chronic heart failure, NYHA I" if patient.age > 72 else "Chronic hepatopathy"
            entries.append(("GENERAL", name, name.split(",")[0].upper(), None, None))
        rows += [
            record(
                patient,
                MHTERM=term,
                MHDECOD=decoded,
                MHCAT=category,
                MHLOC=place,
                MHSTDTC=start,
                MHENRTPT="ONGOING",
            )
            for category, term, decoded, place, start in entries
        ]
    return rows


def progressions(patients: list[Patient], draws: Generator) -> list[Row]:
    """Return MH: the radiological progression, within the year before consent, that led here."""
    rows: list[Row] = []
    for patient in patients:
        consent = consent_day(patient)
        longest = min(330, DAYS_SINCE_DIAGNOSIS[patient.key] + consent - 60)
        when = patient.dtc(consent - int(draws.integers(14, longest)))
        rows.append(
            record(
                patient,
                MHTERM="Radiological progression",
                MHDECOD="DISEASE PROGRESSION",
                MHCAT="DISEASE PROGRESSION",
                MHLOC=None,
                MHSTDTC=when,
                MHENRTPT=None,
            )
        )
    return rows


def _medication(  # noqa: PLR0913
    patient: Patient,
    category: str,
    drug: str,
    group: str,
    reason: str,
    *,
    start: str,
    end: str | None,
    line: int | None = None,
    dose: tuple[int | None, str | None, str | None] = (None, None, None),
) -> Row:
    return record(
        patient,
        CMTRT=drug.capitalize(),
        CMDECOD=drug,
        CMCAT=category,
        CMCLAS=group,
        CMINDC=reason,
        CMSTDTC=start,
        CMENDTC=end,
        CMENRTPT=None if end else "ONGOING",
        CMDOSE=dose[0],
        CMDOSU=dose[1],
        CMDOSFRQ=dose[2],
        _CMLINE=line,
    )


def _prior(patient: Patient) -> list[Row]:
    lines = PRIOR_LINES[patient.key].split()
    rows: list[Row] = []
    since = DAYS_SINCE_DIAGNOSIS[patient.key]
    span = (since - 60) // len(lines)
    for order, short in enumerate(lines, start=1):
        start_day = -(since - 25) + (order - 1) * span
        end_day = min(start_day + span - 28, -32)
        group, drugs = _CLASSES.get(short, ("CHEMOTHERAPY", _REGIMENS.get(patient.key, [])))
        chosen = [drugs[patient.age % 2]] if short == "SSA" else drugs
        stays = short == "SSA" and patient.key in CONCURRENT_SSA
        rows += [
            _medication(
                patient,
                "PRIOR ANTICANCER THERAPY",
                drug,
                group,
                "Neuroendocrine tumor",
                start=patient.dtc(start_day)[: 7 if order == 1 and patient.age % 4 == 0 else 10],
                end=patient.dtc(-1 if stays else end_day),
                line=order,
            )
            for drug in chosen
        ]
    return rows


def medications(patients: list[Patient], episodes: list[Episode]) -> list[Row]:
    """Return CM: prior lines (`_CMLINE`), concomitant and subsequent treatment."""
    rows: list[Row] = []
    for patient in patients:
        rows += _prior(patient)
        started = patient.dtc(-90 - patient.age)
        if patient.key in CONCURRENT_SSA:
            drug = _CLASSES["SSA"][1][patient.age % 2]
            group, why = "SOMATOSTATIN ANALOG", "Neuroendocrine tumor"
            rows.append(
                _medication(
                    patient,
                    "CONCOMITANT",
                    drug,
                    group,
                    why,
                    start=started,
                    end=None,
                    dose=(_DEPOT_MG[drug], "mg", "EVERY 4 WEEKS"),
                )
            )
        for episode in episodes:
            if episode.patient is not patient:
                continue
            for term, drug, group in _REMEDIES:
                if episode.term == term and episode.grade >= 2:
                    start = patient.dtc(episode.start + 1)
                    end = patient.dtc(episode.end) if episode.end else None
                    rows.append(
                        _medication(patient, "CONCOMITANT", drug, group, term, start=start, end=end)
                    )
        if patient.key in _SUBSEQUENT:
            drug, group, day = _SUBSEQUENT[patient.key]
            category, why = "SUBSEQUENT ANTICANCER THERAPY", "Neuroendocrine tumor"
            rows.append(
                _medication(patient, category, drug, group, why, start=patient.dtc(day), end=None)
            )
    return rows


_REMEDIES = [
    ("Hypertension", "AMLODIPINE", "ANTIHYPERTENSIVE"),
    ("Diarrhea", "LOPERAMIDE", "ANTIDIARRHEAL"),
    ("Nausea/Vomiting", "ONDANSETRON", "ANTIEMETIC"),
    ("Hypothyroidism", "LEVOTHYROXINE", "THYROID HORMONE"),
]


def procedures(patients: list[Patient], episodes: list[Episode]) -> list[Row]:
    """Return PR: earlier resection, liver-directed therapy, transfusions, urgent surgery."""
    rows: list[Row] = []
    for patient in patients:
        since = DAYS_SINCE_DIAGNOSIS[patient.key]
        if patient.key in RESECTED:
            day = -(since - 20 - patient.age % 30)
            rows.append(
                _procedure(patient, "PRIOR SURGERY", "PRIMARY TUMOR RESECTION", patient.dtc(day))
            )
        if patient.key in LIVER_DIRECTED:
            name = "TRANSARTERIAL EMBOLIZATION" if patient.age % 2 else "RADIOFREQUENCY ABLATION"
            when = patient.dtc(-since // 2)[:7]
            rows.append(_procedure(patient, "LIVER-DIRECTED THERAPY", name, when))
        for episode in episodes:
            if episode.patient is not patient or episode.grade < 4:
                continue
            transfused = episode.term == "Platelet count decreased"
            name = "PLATELET TRANSFUSION" if transfused else "LAPAROTOMY"
            when = patient.dtc(episode.start + 1)
            rows.append(_procedure(patient, "CONCOMITANT PROCEDURE", name, when))
    return rows


def _procedure(patient: Patient, category: str, name: str, start: str) -> Row:
    return record(
        patient, PRTRT=name.capitalize(), PRDECOD=name, PRCAT=category, PRPRESP="Y", PROCCUR="Y",
        PRSTDTC=start,
    )  # fmt: skip
