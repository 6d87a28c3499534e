"""The 37 patients: which published characteristic and course each one is given.

Every list below adds up to a count of the paper's Table 1 and, inside the groups P (partial
response), S (stable disease) and X (left in the first cycle), of its Table 2. The days of
progression and death are the steps that the published medians, limits and rates leave room for.
"""

from dataclasses import dataclass
from datetime import date, timedelta

STUDY = "CABOTEM"
SEED = 20240930
CUTOFF = date(2024, 9, 30)

# Days count from the first dose, which is day 1. `stop` 0: treatment goes on at the data cut.
# `scan` is the last tumor assessment on record, `pd` the day of radiographic progression.
_COURSES = """
key site      ecog grade cga sex age start      stop reason      scan pd  end  dead
P01 LUNG        0  G1   3.1  M  61  2022-04-11  207  PROGRESSION  207 207  240  .
P02 GALLBLADDER 0  G2  10.6  M  68  2022-05-16  430  DECLINE      435 435  487  Y
P03 PANCREAS    0  G2   6.5  F  52  2021-09-20  630  PROGRESSION  630 630  934  .
P04 PANCREAS    0  G2   0.8  M  44  2021-11-08  676  PROGRESSION  676 676 1020  .
P05 LUNG        0  G3   0.5  M  56  2021-07-13    0  .           1097   0 1172  .
S01 ILEUM       1  G2  14.0  F  66  2022-09-12   85  DECLINE       59   0   97  Y
S02 UNKNOWN     1  G2   7.2  M  63  2022-11-14   98  DECLINE       61   0  113  Y
S03 UNKNOWN     0  G3  46.0  F  57  2022-06-20  158  PROGRESSION  158 158  259  Y
S04 ILEUM       0  G2  28.0  M  70  2022-01-17  852  DECLINE      845   0  867  Y
S05 PANCREAS    0  G2   4.5  M  58  2022-01-31  484  PROGRESSION  484 484  624  Y
S06 LUNG        0  G2   2.0  F  47  2021-10-25  511  PROGRESSION  511 511  990  .
S07 PANCREAS    0  G1   2.4  M  59  2022-10-17   60  PLATELETS     58   0  120  .
S08 PANCREAS    0  G2  11.0  F  64  2023-01-16   62  PLATELETS     60   0  305  Y
S09 LUNG        0  G2   3.0  F  53  2022-07-11   75  DIARRHEA      59   0  135  .
S10 PANCREAS    0  G3   0.3  F  49  2023-03-13   95  DIARRHEA      62   0  350  Y
S11 PANCREAS    0  G2   1.8  M  67  2022-08-08  120  FATIGUE      115   0  175  .
S12 LUNG        0  G1   1.3  F  71  2023-04-17   82  COMORBIDITY   61   0  190  .
S13 ILEUM       1  G2  19.0  F  75  2023-05-15  128  COMORBIDITY  110   0  205  .
S14 PANCREAS    0  G1   1.6  F  51  2022-12-05  155  WITHDRAWAL   165   0  240  .
S15 COLON       0  G2   2.0  M  60  2022-03-14  190  PERFORATION  168   0  925  .
S16 ILEUM       0  G2   3.6  F  78  2021-12-13  228  COMORBIDITY  171   0  960  .
S17 PANCREAS    0  G2   5.8  M  55  2021-10-18  610  WITHDRAWAL   593   0 1010  .
S18 ILEUM       0  G1   9.0  F  62  2022-02-21  668  WITHDRAWAL   667   0  948  .
S19 LUNG        0  G1   1.1  F  73  2021-11-22  780  COMORBIDITY  759   0  980  .
S20 PANCREAS    0  G2   0.4  M  42  2023-07-24    0  .            419   0  435  .
S21 PANCREAS    0  G2   2.0  F  54  2023-02-20    0  .            506   0  584  .
S22 PANCREAS    0  G1   0.6  M  61  2023-02-16    0  .            503   0  587  .
S23 STOMACH     0  G2   0.5  M  50  2023-02-13    0  .            508   0  593  .
S24 LUNG        0  G1   0.6  F  56  2022-04-25    0  .            838   0  880  .
S25 ILEUM       0  G2   2.0  M  45  2022-05-02    0  .            843   0  874  .
S26 ILEUM       0  G2   1.4  F  68  2021-12-06    0  .            922   0 1028  .
S27 LUNG        0  G1   0.7  M  37  2021-10-11    0  .           1014   0 1080  .
S28 COLON       0  G2   0.8  F  31  2021-08-30    0  .           1091   0 1122  .
X01 ILEUM       1  G2   1.3  F  71  2022-05-02   19  DECLINE        0   0   28  Y
X02 ILEUM       1  G3   .    F  62  2022-10-03   24  DECLINE        0   0   41  Y
X03 ILEUM       1  G2   1.1  F  57  2023-06-12   22  PLATELETS      0   0  150  Y
X04 LUNG        0  G2   0.5  M  66  2023-02-06   26  PLATELETS      0   0  260  Y
"""

DAYS_SINCE_DIAGNOSIS = {
    **dict(zip(["P01", "P02", "P03", "P04", "P05"], [1461, 760, 4200, 2493, 3100], strict=True)),
    **dict(zip(["X01", "X02", "X03", "X04"], [310, 540, 925, 705], strict=True)),
    "S01": 610, "S02": 385, "S03": 245, "S04": 2210, "S05": 1105, "S06": 880, "S07": 760,
    "S08": 1730, "S09": 1230, "S10": 330, "S11": 905, "S12": 690, "S13": 1340, "S14": 835,
    "S15": 1015, "S16": 640, "S17": 1490, "S18": 3020, "S19": 1850, "S20": 475, "S21": 1180,
    "S22": 560, "S23": 950, "S24": 1260, "S25": 974, "S26": 2620, "S27": 1620, "S28": 730,
}  # fmt: skip
KI67_PERCENT = {
    "P01": 2, "P02": 12, "P03": 15, "P04": 8, "P05": 30,
    "S01": 18, "S02": 20, "S03": 50, "S04": 10, "S05": 15, "S06": 12, "S07": 2, "S08": 15,
    "S09": 5, "S10": 25, "S11": 6, "S12": 1, "S13": 18, "S14": 2, "S15": 9, "S16": 5, "S17": 6,
    "S18": 2, "S19": 1, "S20": 3, "S21": 10, "S22": 2, "S23": 4, "S24": 1, "S25": 7, "S26": 4,
    "S27": 1, "S28": 3, "X01": 12, "X02": 22, "X03": 20, "X04": 5,
}  # fmt: skip
PRIOR_LINES = {
    "P01": "SSA", "P02": "SSA LU177", "P03": "SSA LU177 Y90 EVEROLIMUS CHEMO SUNITINIB",
    "P04": "SSA EVEROLIMUS LU177", "P05": "SSA EVEROLIMUS AXITINIB", "S01": "SSA LU177",
    "S02": "SSA LU177", "S03": "CHEMO", "S04": "SSA LU177 AXITINIB", "S05": "SSA LU177 LENVATINIB",
    "S06": "SSA LU177", "S07": "SSA LU177", "S08": "SSA LU177 Y90", "S09": "SSA", "S10": "CHEMO",
    "S11": "SSA", "S12": "SSA", "S13": "SSA LU177", "S14": "SSA SURUFATINIB", "S15": "SSA LU177",
    "S16": "SSA", "S17": "SSA LU177", "S18": "SSA Y90 LU177", "S19": "SSA AXITINIB", "S20": "SSA",
    "S21": "SSA LU177", "S22": "SSA", "S23": "SSA", "S24": "SSA", "S25": "SSA",
    "S26": "SSA INTERFERON LU177", "S27": "SSA", "S28": "SSA", "X01": "SSA",
    "X02": "CHEMO EVEROLIMUS", "X03": "SSA LU177 EVEROLIMUS", "X04": "LU177 CHEMO",
}  # fmt: skip
METASTASES = {
    "P01": "LIVER BONE", "P02": "LIVER NODE", "P03": "LIVER BONE PERITONEUM",
    "P04": "LIVER LUNG", "P05": "LIVER BONE LUNG", "S01": "LIVER NODE", "S02": "LIVER NODE BONE",
    "S03": "LIVER NODE BONE LUNG", "S04": "LIVER NODE OTHER", "S05": "LIVER NODE LUNG",
    "S06": "LIVER NODE BONE", "S07": "LIVER BONE", "S08": "LIVER NODE", "S09": "NODE BONE",
    "S10": "LIVER BONE OTHER", "S11": "LIVER", "S12": "LIVER BONE LUNG",
    "S13": "LIVER NODE PERITONEUM", "S14": "LIVER BONE OTHER", "S15": "LIVER NODE",
    "S16": "LIVER NODE OTHER", "S17": "LIVER", "S18": "LIVER NODE OTHER", "S19": "NODE BONE",
    "S20": "LIVER OTHER", "S21": "LIVER BONE OTHER", "S22": "NODE LUNG", "S23": "LIVER",
    "S24": "NODE", "S25": "LIVER", "S26": "LIVER NODE PERITONEUM", "S27": "LIVER BONE OTHER",
    "S28": "LIVER NODE OTHER", "X01": "LIVER", "X02": "BONE",
    "X03": "LIVER NODE BONE LUNG OTHER", "X04": "LIVER NODE BONE PERITONEUM OTHER",
}  # fmt: skip


def _keys(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTIONING = _keys("S01 S04 S13 S16 S18 S19 S24 S25 S26 S28")
SSTR_NEGATIVE = _keys("P05 S03 S10 X02")
RESECTED = _keys("P02 P04 S04 S06 S09 S13 S15 S16 S17 S18 S22 S24 S25 S26 S27 S28 X04")
LIVER_DIRECTED = _keys("P03 S05 S15 S18 S21")
CONCURRENT_SSA = _keys(
    "P01 P02 P03 P04 S01 S04 S13 S15 S16 S17 S18 S19 S22 S23 S24 S25 S26 S27 S28"
)

# Best change of the sum of diameters from baseline, percent; below zero in 19 of 33.
BEST_CHANGE = {
    "P01": -34, "P02": -41, "P03": -38, "P04": -45, "P05": -52, "S05": -22, "S06": -18,
    "S07": -9, "S09": -12, "S10": -7, "S11": -16, "S15": -11, "S17": -26, "S19": -14,
    "S20": -20, "S21": -24, "S22": -10, "S27": -28, "S28": -8, "S01": 8, "S02": 11, "S03": 6,
    "S04": 0, "S08": 4, "S12": 3, "S13": 7, "S14": 5, "S16": 2, "S18": 0, "S23": 1, "S24": 0,
    "S25": 0, "S26": 3,
}  # fmt: skip
# The day on which a responder's sum first lies 30 % below baseline.
RESPONSE_DAY = {"P01": 62, "P02": 113, "P03": 37, "P04": 60, "P05": 59}


@dataclass(frozen=True)
class Patient:
    """One patient's characteristics and course; days count from the first dose, day 1."""

    key: str
    number: str
    center: str
    site: str
    ecog: int
    grade: str
    cga_xuln: float | None
    sex: str
    age: int
    first_dose: date
    stop_day: int
    reason: str
    last_scan_day: int
    progression_day: int
    end_day: int
    dead: bool
    weight_kg: float
    height_cm: float

    @property
    def usubjid(self) -> str:
        """Unique subject identifier."""
        return f"{STUDY}-{self.center}-{self.number}"

    @property
    def ongoing(self) -> bool:
        """Whether treatment goes on at the data cut."""
        return self.stop_day == 0

    @property
    def last_treated_day(self) -> int:
        """Last day on which a study drug is known to have been taken."""
        return self.end_day if self.ongoing else self.stop_day

    def on(self, day: int) -> date:
        """Date of a study day; there is no day 0."""
        return self.first_dose + timedelta(days=day - 1 if day > 0 else day)

    def dtc(self, day: int) -> str:
        """ISO 8601 text of a study day."""
        return self.on(day).isoformat()

    def day_of(self, when: date) -> int:
        """Study day of a date; there is no day 0."""
        days = (when - self.first_dose).days
        return days + 1 if days >= 0 else days

    def cycle_days(self) -> list[int]:
        """Study day of day 1 of each 28-day cycle begun on treatment."""
        return list(range(1, self.last_treated_day + 1, 28))


_CENTERS = ["01", "02", "01", "03", "04", "01", "02", "05", "01", "03", "06", "02"]


def read_roster() -> list[Patient]:
    """Return the patients by identifier, numbered in each center by first dose."""
    header, *rows = [line.split() for line in _COURSES.strip().splitlines()]
    courses: list[dict[str, str]] = [dict(zip(header, row, strict=True)) for row in rows]
    courses.sort(key=lambda course: course["start"])
    seen: dict[str, int] = {}
    patients: list[Patient] = []
    for order, course in enumerate(courses):
        center = _CENTERS[order % len(_CENTERS)]
        seen[center] = seen.get(center, 0) + 1
        patients.append(_patient(course, center, seen[center]))
    return sorted(patients, key=lambda patient: patient.usubjid)


def _patient(course: dict[str, str], center: str, number: int) -> Patient:
    height = (162 if course["sex"] == "F" else 175) + (int(course["age"]) * 7) % 13 - 6
    weight = round((23.0 + (int(course["age"]) * 11) % 7) * (height / 100) ** 2, 1)
    return Patient(
        key=course["key"],
        number=f"{number:03d}",
        center=center,
        site=course["site"],
        ecog=int(course["ecog"]),
        grade=course["grade"],
        cga_xuln=None if course["cga"] == "." else float(course["cga"]),
        sex=course["sex"],
        age=int(course["age"]),
        first_dose=date.fromisoformat(course["start"]),
        stop_day=int(course["stop"]),
        reason=course["reason"],
        last_scan_day=int(course["scan"]),
        progression_day=int(course["pd"]),
        end_day=int(course["end"]),
        dead=course["dead"] == "Y",
        weight_kg=weight,
        height_cm=float(height),
    )
