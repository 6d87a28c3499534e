"""Laboratory tests, vital signs and the screening electrocardiogram."""

from dataclasses import dataclass

from numpy.random import Generator

from scripts.cabotem_first_cohort.adverse import Episode
from scripts.cabotem_first_cohort.records import Row, cycle_visit, record, visit
from scripts.cabotem_first_cohort.roster import Patient


@dataclass(frozen=True)
class Test:
    """A laboratory test: range of the reference and of ordinary values, in SI units."""

    code: str
    name: str
    category: str
    unit: str
    low: float | None
    high: float | None
    usual_low: float
    usual_high: float
    digits: int


_BLOOD, _SERUM = "HEMATOLOGY", "CHEMISTRY"
TESTS = [
    Test("HGB", "Hemoglobin", _BLOOD, "g/L", 120, 160, 122, 150, 0),
    Test("NEUT", "Neutrophils", _BLOOD, "10^9/L", 2.0, 7.0, 2.2, 5.6, 2),
    Test("PLAT", "Platelets", _BLOOD, "10^9/L", 150, 400, 158, 320, 0),
    Test("LYM", "Lymphocytes", _BLOOD, "10^9/L", 1.0, 4.0, 1.05, 2.4, 2),
    Test("AST", "Aspartate Aminotransferase", _SERUM, "U/L", 5, 40, 14, 38, 0),
    Test("ALT", "Alanine Aminotransferase", _SERUM, "U/L", 5, 41, 12, 39, 0),
    Test("BILI", "Bilirubin", _SERUM, "umol/L", 3, 20.5, 5, 18, 1),
    Test("CREAT", "Creatinine", _SERUM, "umol/L", 45, 110, 50, 95, 0),
    Test("ALB", "Albumin", _SERUM, "g/L", 35, 52, 37, 47, 0),
    Test("TSH", "Thyrotropin", _SERUM, "mIU/L", 0.4, 4.2, 0.7, 3.9, 2),
]
# Event: test and values inside each of the grades 1 to 4 (CTCAE v5.0; TSH has none there).
_GRADED = {
    "Anemia": ("HGB", [(102, 118), (82, 98), (68, 78), (60, 66)]),
    "Neutropenia": ("NEUT", [(1.55, 1.95), (1.05, 1.45), (0.55, 0.95), (0.1, 0.45)]),
    "Platelet count decreased": ("PLAT", [(78, 145), (52, 73), (27, 48), (8, 23)]),
    "Lymphopenia": ("LYM", [(0.82, 0.97), (0.52, 0.78), (0.22, 0.48), (0.05, 0.18)]),
    "Hypothyroidism": ("TSH", [(5, 9), (10, 22), (25, 40), (45, 60)]),
    "Blood bilirubin increased": ("BILI", [(22, 30), (33, 58), (66, 110), (210, 260)]),
}


def _value(test: Test, patient: Patient, level: float, draws: Generator) -> float:
    spread = test.usual_high - test.usual_low
    wanted = test.usual_low + spread * min(max(level + float(draws.normal(0, 0.08)), 0), 1)
    if test.code == "CREAT":
        return min(wanted, _largest_creatinine(patient))
    return wanted


def _largest_creatinine(patient: Patient) -> float:
    """Return the creatinine (umol/L) at a Cockcroft-Gault clearance of 64 mL/min."""
    factor = 0.85 if patient.sex == "F" else 1.0
    return (140 - patient.age) * patient.weight_kg * factor / (72 * 64) * 88.42


def _result(patient: Patient, test: Test, value: float, when: Row) -> Row:
    shown = round(value, test.digits)
    text = f"{shown:.{test.digits}f}"
    low = test.low is not None and shown < test.low
    high = test.high is not None and shown > test.high
    return record(
        patient,
        LBTESTCD=test.code,
        LBTEST=test.name,
        LBCAT=test.category,
        LBORRES=text,
        LBORRESU=test.unit,
        LBORNRLO=_text(test.low),
        LBORNRHI=_text(test.high),
        LBSTRESC=text,
        LBSTRESN=float(text),
        LBSTRESU=test.unit,
        LBSTNRLO=None if test.low is None else float(test.low),
        LBSTNRHI=None if test.high is None else float(test.high),
        LBNRIND=None if test.high is None else "LOW" if low else "HIGH" if high else "NORMAL",
        LBSPEC="BLOOD"
        if test.category == _BLOOD
        else "PLASMA"
        if test.code == "VEGFA"
        else "SERUM",
        **when,
    )


def _text(bound: float | None) -> str | None:
    return None if bound is None else f"{bound:g}"


def _graded_value(episodes: list[Episode], code: str, day: int, draws: Generator) -> float | None:
    for episode in episodes:
        graded = _GRADED.get(episode.term)
        end = episode.end or episode.patient.end_day
        if graded and graded[0] == code and episode.start <= day < end:
            low, high = graded[1][episode.grade - 1]
            return float(draws.uniform(low, high))
    return None


def safety_tests(patients: list[Patient], episodes: list[Episode], draws: Generator) -> list[Row]:
    """Return hematology and chemistry at screening, each cycle and each graded event."""
    rows: list[Row] = []
    for patient in patients:
        own = [episode for episode in episodes if episode.patient is patient]
        levels = {test.code: float(draws.uniform(0.2, 0.8)) for test in TESTS}
        starts = sorted({e.start for e in own if e.term in _GRADED})
        days = [(0, -4), *enumerate(patient.cycle_days(), start=1)]
        for cycle, day in days:
            when = cycle_visit(patient, "LB", cycle, day)
            for test in TESTS:
                value = _value(test, patient, levels[test.code], draws)
                graded = _graded_value(own, test.code, day, draws) if day > 1 else None
                rows.append(_result(patient, test, value if graded is None else graded, when))
        for day in starts:
            if any(day == other for _, other in days):
                continue
            cycle = sum(other <= day for _, other in days) - 1
            when = visit(patient, "LB", "UNSCHEDULED", cycle + 0.1, day)
            for test in TESTS:
                graded = _graded_value(own, test.code, day, draws)
                if graded is not None:
                    rows.append(_result(patient, test, graded, when))
    return rows


_CGA = Test("CGA", "Chromogranin A", "TUMOR MARKER", "ng/mL", None, 100.0, 0, 0, 0)
_NO_LATER_CGA = frozenset(["S01", "S02"])
# Six majors: more than halved, or normal again; one of them a responder, five with shrinkage.
_CGA_LOWEST = {"P02": 0.31, "S05": 0.42, "S17": 0.38, "S19": 0.85, "S11": 0.47, "S25": 0.46}


def chromogranin(
    patients: list[Patient], scans: dict[str, list[Row]], draws: Generator
) -> list[Row]:
    """Return chromogranin A at the visits of the tumor assessments."""
    rows: list[Row] = []
    for patient in patients:
        if patient.cga_xuln is None:
            continue
        start = patient.cga_xuln * 100
        visits = scans[patient.usubjid]
        lowest = _CGA_LOWEST.get(patient.key, float(draws.uniform(0.62, 0.97)))
        if patient.cga_xuln > 1 and patient.key not in _CGA_LOWEST:
            lowest = max(lowest, 1.04 / patient.cga_xuln)  # neither halved nor normal again
        for order, when in enumerate(visits):
            if order and (patient.key in _NO_LATER_CGA or patient.key[0] == "X"):
                break
            if order == 0:
                value = start
            else:
                growth = 1 + 0.08 * max(order - 2, 0) * float(draws.uniform(0.5, 1))
                value = start * max(lowest * growth, lowest) * (1 if order > 1 else 1.02)
                if order == 2 or len(visits) == 2:
                    value = start * lowest
            rows.append(_result(patient, _CGA, value, when))
    return rows


_VEGF = Test(
    "VEGFA", "Vascular Endothelial Growth Factor A", "BIOMARKER", "pg/mL", None, None, 0, 0, 1
)
# Plasma VEGF-A (pg/mL) at baseline, first best response and end or last follow-up. Who has which
# was searched for the report's P values: over time, against baseline, and of PFS by median.
_VEGF_VALUES = {
    "P02": (215, 171.4, 367), "P03": (96, 80.2, 855.8), "P04": (520, 301, 96.3),
    "P05": (283, 452.8, 41.9), "S05": (325, 291.3, 596.7), "S06": (402, 388.5, 72),
    "S11": (611, 702.4, 173.6), "S15": (472, 466.4, 159.7), "S17": (538, 511.6, 594.5),
    "S20": (31.5, 40.2, 522.3), "S21": (148, 146.3, 138), "S22": (62, 98.4, 411.4),
    "S27": (890, 760.5, 399.9), "S28": (18.4, 52.3, 54.6), "S03": (210, 139.7, 71.3),
    "S04": (466, 405.2, 554.2), "S08": (702, 655.9, 1591.1), "S13": (121.7, 88.5, 45.1),
    "S14": (47.3, 92.4, 392.9), "S16": (115.6, 144.2, 28.5), "S18": (88.4, 131.8, 720.9),
    "S23": (21, 64.9, 339.5), "S24": (340.2, 361.9, 410.4), "S25": (75.5, 129.4, 19.8),
    "S26": (12.6, 53.6, 568.6),
}  # fmt: skip


def vegf(patients: list[Patient], best: dict[str, int]) -> list[Row]:
    """Return plasma VEGF-A of the 25 patients who have it; `best` is the day of best response."""
    rows: list[Row] = []
    for patient in patients:
        if patient.key not in _VEGF_VALUES:
            continue
        last = patient.last_scan_day
        days = [-2, best[patient.usubjid], max(last, best[patient.usubjid] + 1)]
        names = ["BASELINE", "BEST RESPONSE", "END OF TREATMENT"]
        for name, number, day, value in zip(
            names, (0.0, 800.0, 801.0), days, _VEGF_VALUES[patient.key], strict=True
        ):
            when = visit(patient, "LB", name, number, day)
            rows.append(_result(patient, _VEGF, value, when))
    return rows


def vital_signs(patients: list[Patient], episodes: list[Episode], draws: Generator) -> list[Row]:
    """Return height, weight and blood pressure at screening and each cycle."""
    rows: list[Row] = []
    for patient in patients:
        high = [e for e in episodes if e.patient is patient and e.term == "Hypertension"]
        level = 112 + patient.age % 17
        days = [(0, -4), *enumerate(patient.cycle_days(), start=1)]
        for cycle, day in days:
            raised = 24 * any(e.start <= day < e.start + 28 for e in high)
            weight = patient.weight_kg * (1 - 0.002 * min(cycle, 20)) + float(draws.normal(0, 0.3))
            values: list[tuple[str, str, str, float, int]] = [
                ("WEIGHT", "Weight", "kg", weight if cycle else patient.weight_kg, 1),
                ("SYSBP", "Systolic Blood Pressure", "mmHg",
                 level + raised + float(draws.normal(0, 4)), 0),
                ("DIABP", "Diastolic Blood Pressure", "mmHg",
                 level * 0.62 + raised / 2 + float(draws.normal(0, 3)), 0),
            ]  # fmt: skip
            if cycle == 0:
                values.insert(0, ("HEIGHT", "Height", "cm", patient.height_cm, 0))
            when = cycle_visit(patient, "VS", cycle, day)
            rows += [
                _vital(patient, (code, name, unit), f"{value:.{digits}f}", when)
                for code, name, unit, value, digits in values
            ]
    return rows


def _vital(patient: Patient, test: tuple[str, str, str], text: str, when: Row) -> Row:
    code, name, unit = test
    return record(
        patient,
        VSTESTCD=code,
        VSTEST=name,
        VSORRES=text,
        VSORRESU=unit,
        VSSTRESC=text,
        VSSTRESN=float(text),
        VSSTRESU=unit,
        **when,
    )


def electrocardiograms(patients: list[Patient]) -> list[Row]:
    """Return QTcF at screening, within the limits of eligibility."""
    return [
        record(
            patient,
            EGTESTCD="QTCF",
            EGTEST="QTcF Interval, Aggregate",
            EGORRES=str(396 + patient.age % 23 + (18 if patient.sex == "F" else 0)),
            EGORRESU="ms",
            EGSTRESC=str(396 + patient.age % 23 + (18 if patient.sex == "F" else 0)),
            EGSTRESN=float(396 + patient.age % 23 + (18 if patient.sex == "F" else 0)),
            EGSTRESU="ms",
            **visit(patient, "EG", "SCREENING", 0.0, -4),
        )
        for patient in patients
    ]
