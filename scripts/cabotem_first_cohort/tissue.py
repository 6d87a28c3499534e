"""Archival tissue: Ki-67 and grade for all, MGMT, c-MET, AXL and VEGFR2 for 19 samples."""

from numpy.random import Generator

from scripts.cabotem_first_cohort.records import Row, record
from scripts.cabotem_first_cohort.roster import KI67_PERCENT, Patient

# H-score of two pathologists; category 3 lies above 100, category 2 above 50.
H_SCORES = {
    "P03": (180, 170), "P04": (15, 20), "P05": (0, 5),
    "S02": (240, 255), "S03": (210, 200), "S04": (165, 180), "S05": (290, 285),
    "S06": (140, 150), "S15": (195, 190), "S18": (260, 270), "S20": (225, 210),
    "S21": (130, 125), "S13": (275, 270), "S17": (70, 60), "S22": (95, 90), "S24": (30, 40),
    "S25": (85, 80), "S26": (10, 10), "S27": (5, 0),
}  # fmt: skip
METHYLATED = frozenset(["P03", "P04", "P05", "S27"])
INDETERMINATE = frozenset(["S18", "S21"])
MET_WEAK = frozenset(["P03", "P05", "S03", "S05", "S24"])
NO_CONTROL = frozenset(["P04", "S15"])


def _intensities(score: int) -> tuple[int, int, int]:
    """Return the percentages of cells stained weakly, moderately and strongly."""
    strong = max(0, score - 200) if score > 200 else score // 6
    rest = score - 3 * strong
    moderate = min(rest // 4, 100 - strong)
    weak = rest - 2 * moderate
    while weak + moderate + strong > 100:
        moderate, weak = moderate + 1, weak - 2
    return weak, moderate, strong


def _finding(  # noqa: PLR0913
    patient: Patient,
    code: str,
    name: str,
    result: str,
    *,
    unit: str | None = None,
    detail: str | None = None,
    reader: str | None = None,
    status: str | None = None,
    method: str = "IHC",
) -> Row:
    number = float(result) if result.isdigit() else None
    return record(
        patient,
        MITESTCD=code,
        MITEST=name,
        MITSTDTL=detail,
        MIORRES=None if status else result,
        MIORRESU=unit,
        MISTRESC=None if status else result,
        MISTRESN=None if status else number,
        MISTRESU=unit,
        MISTAT="NOT DONE" if status else None,
        MIREASND=status,
        MISPEC="TISSUE",
        MIMETHOD=method,
        MIEVAL="PATHOLOGIST",
        MIEVALID=reader,
        VISITNUM=0.0,
        VISIT="SCREENING",
        MIDTC=patient.dtc(-5),
        MIDY=-5,
    )


def _mgmt(patient: Patient) -> list[Row]:
    rows: list[Row] = []
    for reader, score in enumerate(H_SCORES[patient.key], start=1):
        who = f"PATHOLOGIST {reader}"
        for strength, percent in enumerate(_intensities(score), start=1):
            name = f"Cells With Staining Intensity {strength}"
            rows.append(
                _finding(patient, f"INT{strength}", name, str(percent), unit="%", detail="MGMT",
                         reader=who)
            )  # fmt: skip
        rows.append(_finding(patient, "HSCORE", "H-Score", str(score), detail="MGMT", reader=who))
    control = _finding(patient, "INTCTRL", "Internal Positive Control", "Y", detail="MGMT")
    return [*rows, control]


def _kinases(patient: Patient) -> list[Row]:
    rows: list[Row] = []
    for marker in ("c-MET", "AXL", "VEGFR2"):
        valid = patient.key not in NO_CONTROL
        control = "Y" if valid else "N"
        test = "Internal Positive Control"
        rows.append(_finding(patient, "INTCTRL", test, control, detail=marker))
        score = "1" if marker == "c-MET" and patient.key in MET_WEAK else "0"
        status = None if valid else "No internal positive control"
        rows.append(
            _finding(patient, "SCORE4", "Staining Score, 4-Tier", score, detail=marker,
                     status=status)
        )  # fmt: skip
    return rows


def microscopy(patients: list[Patient]) -> list[Row]:
    """Return MI: Ki-67 and WHO grade, and the markers of the archival samples."""
    rows: list[Row] = []
    for patient in patients:
        ki67 = str(KI67_PERCENT[patient.key])
        rows.append(
            _finding(patient, "KI67", "Ki-67 Labeling Index", ki67, unit="%", detail="Ki-67")
        )
        grade = _finding(patient, "WHOGRADE", "WHO Grade", patient.grade, method="MICROSCOPY")
        rows.append(grade)
        if patient.key in H_SCORES:
            rows += _mgmt(patient) + _kinases(patient)
    return rows


def genomics(patients: list[Patient], draws: Generator) -> list[Row]:
    """Return GF: the two bands of the methylation-specific PCR and its reading."""
    rows: list[Row] = []
    for patient in patients:
        if patient.key not in H_SCORES:
            continue
        failed = patient.key in INDETERMINATE
        methylated = patient.key in METHYLATED
        unmethylated_band = (
            "N" if failed else "Y" if draws.random() < 0.9 or not methylated else "N"
        )
        reading = "INDETERMINATE" if failed else "METHYLATED" if methylated else "UNMETHYLATED"
        for code, name, result in (
            ("MGMTBM", "MGMT Promoter, Methylated Band", "Y" if methylated else "N"),
            ("MGMTBU", "MGMT Promoter, Unmethylated Band", unmethylated_band),
            ("MGMTMETH", "MGMT Promoter Methylation", reading),
        ):
            rows.append(
                record(
                    patient,
                    GFTESTCD=code,
                    GFTEST=name,
                    GFORRES=result,
                    GFSTRESC=result,
                    GFSTRESN=None,
                    GFSPEC="TISSUE",
                    GFMETHOD="METHYLATION-SPECIFIC PCR",
                    GFSYM="MGMT",
                    VISITNUM=0.0,
                    VISIT="SCREENING",
                    GFDTC=patient.dtc(-5),
                    GFDY=-5,
                )
            )
    return rows
