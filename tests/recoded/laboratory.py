"""Laboratory grades by CTCAE v5.0 written a second time, from the guideline alone, in plain loops.

One subject at a time, from the records of LB in SI units as the CDISC pilot study has them. Nothing
here is shared with `topline`. Where the guideline leaves a choice, the default is taken: results
between whole numbers take the worse grade, symptoms that nobody reported are absent, a baseline
that nobody has was normal, and a result up to baseline is judged by limits of normal alone.

National Cancer Institute. Common Terminology Criteria for Adverse Events (CTCAE) v5.0. November 27,
2017.
"""

import datetime as dt
from typing import NamedTuple, TypedDict

Record = dict[str, object]

# Low: grade 1 below LLN, then below each bound; None where the guideline has no such grade.
LOW: dict[str, list[float | None]] = {
    "HGB": [6.2, 4.9],  # Anemia, mmol/L
    "WBC": [3.0, 2.0, 1.0],  # White blood cell decreased, 10^9/L
    "LYM": [0.8, 0.5, 0.2],  # Lymphocyte count decreased
    "PLAT": [75.0, 50.0, 25.0],  # Platelet count decreased
    "ALB": [30.0, 20.0],  # Hypoalbuminemia, g/L
    "CA": [2.0, 1.75, 1.5],  # Hypocalcemia, corrected, mmol/L
    "K": [None, 3.0, 2.5],  # Hypokalemia; grade 2 is grade 1 with symptoms
    "SODIUM": [130.0, 125.0, 120.0],  # Hyponatremia; 125 to 129 without symptoms is grade 2
    "GLUC": [3.0, 2.2, 1.7],  # Hypoglycemia
}
# High: grade 1 above ULN, then above each bound.
HIGH: dict[str, list[float | None]] = {
    "CA": [2.9, 3.1, 3.4],  # Hypercalcemia, corrected
    "K": [5.5, 6.0, 7.0],  # Hyperkalemia
    "SODIUM": [150.0, 155.0, 160.0],  # Hypernatremia
    "CHOL": [7.75, 10.34, 12.92],  # Cholesterol high
    "URATE": [],  # Hyperuricemia without physiologic consequences
    "TSH": [],  # Thyroid stimulating hormone increased
    "EOS": [],  # Eosinophilia, above baseline as well
}
# Lymphocyte count increased has no grade 1, leukocytosis nothing below grade 3.
MANY_CELLS = {"LYM": {2: 4.0, 3: 20.0}, "WBC": {3: 100.0}}
MULTIPLES = {"CK": [2.5, 5.0, 10.0]}  # CPK increased, times ULN
# Times ULN where baseline was normal, times baseline where it was not; and what grade 1 takes then.
BY_BASELINE = {
    "ALT": ([3.0, 5.0, 20.0], 1.5),
    "AST": ([3.0, 5.0, 20.0], 1.5),
    "ALP": ([2.5, 5.0, 20.0], 2.0),
    "GGT": ([2.5, 5.0, 20.0], 2.0),
    "BILI": ([1.5, 3.0, 10.0], None),
}
TWO_G_DL_OF_HEMOGLOBIN = 2 * 10 / 16.1145  # mmol/L
MG_DL_OF_CALCIUM = 10 / 40.078  # mmol/L


class Limits(NamedTuple):
    """Limits of normal."""

    low: float
    high: float


class Graded(TypedDict):
    """A record with what is derived of it."""

    seq: int
    test: str
    day: dt.date
    value: float
    limits: Limits
    before: bool
    treated: bool
    baseline: float | None
    low: int | None
    high: int | None
    base_low: int | None
    base_high: int | None


def position(value: float, limits: Limits) -> str:
    """Say where a value lies."""
    if value < limits.low:
        return "LOW"
    return "HIGH" if value > limits.high else "NORMAL"


def grade_low(test: str, value: float, limits: Limits) -> int | None:
    """Grade a result as a low one."""
    if test not in LOW:
        return None
    grade = 1 if value < limits.low else 0
    for worse, bound in enumerate(LOW[test], 2):
        if bound is not None and value < bound:
            grade = worse
    return grade


def grade_high(
    test: str, value: float, limits: Limits, baseline: tuple[float, Limits] | None
) -> int | None:
    """Grade a result as a high one; without a baseline, as if it had been normal."""
    if test in HIGH:
        bounds, above = HIGH[test], value > limits.high
        if test == "EOS" and baseline is not None:
            above = above and value > baseline[0]
    elif test in MULTIPLES:
        bounds, above = [times * limits.high for times in MULTIPLES[test]], value > limits.high
    elif test in MANY_CELLS:
        return max((grade for grade, bound in MANY_CELLS[test].items() if value > bound), default=0)
    elif test == "HGB":  # Hemoglobin increased, from ULN
        bounds = [limits.high + TWO_G_DL_OF_HEMOGLOBIN, limits.high + 2 * TWO_G_DL_OF_HEMOGLOBIN]
        above = value > limits.high
    elif test == "CREAT":
        return grade_creatinine(value, limits, baseline)
    elif test in BY_BASELINE:
        times, first = BY_BASELINE[test]
        if baseline is None or baseline[0] <= baseline[1].high:
            bounds, above = [each * limits.high for each in times], value > limits.high
        else:
            bounds = [each * baseline[0] for each in times]
            above = value > baseline[0] if first is None else value >= first * baseline[0]
    else:
        return None
    grade = 1 if above else 0
    for worse, bound in enumerate(bounds, 2):
        if bound is not None and value > bound:
            grade = worse
    return grade


def grade_creatinine(value: float, limits: Limits, baseline: tuple[float, Limits] | None) -> int:
    """Creatinine increased: times ULN, or times baseline."""
    if value > 6 * limits.high:
        return 4
    for grade, times in ((3, 3.0), (2, 1.5)):
        if value > times * limits.high or (baseline is not None and value > times * baseline[0]):
            return grade
    return 1 if value > limits.high else 0


def grade_subject(records: list[Record], first_dose: dt.date, last_dose: dt.date) -> list[Graded]:
    """Grade the results of one subject that are numbers, in the order of time."""
    out: list[Graded] = []
    for record in sorted(records, key=lambda r: (str(r["LBDTC"]), r["VISITNUM"], r["LBSEQ"])):
        value, low, high = (record[name] for name in ("LBSTRESN", "LBSTNRLO", "LBSTNRHI"))
        if value is None or low is None or high is None:
            continue
        day = dt.date.fromisoformat(str(record["LBDTC"])[:10])
        treated = first_dose < day <= last_dose + dt.timedelta(30)
        one: Graded = {
            "seq": int(float(str(record["LBSEQ"]))),
            "test": str(record["LBTESTCD"]),
            "day": day,
            "value": float(str(value)),
            "limits": Limits(float(str(low)), float(str(high))),
            "before": day <= first_dose,
            "treated": treated,
            "baseline": None,
            "low": None,
            "high": None,
            "base_low": None,
            "base_high": None,
        }
        out.append(one)
    albumin = {r["LBDTC"]: r["LBSTRESN"] for r in records if r["LBTESTCD"] == "ALB"}
    when = {int(float(str(r["LBSEQ"]))): r["LBDTC"] for r in records}
    for test in {one["test"] for one in out}:
        of_test = [one for one in out if one["test"] == test]
        before = [one for one in of_test if one["before"]]
        base = before[-1] if before else None
        for one in of_test:
            value = one["value"]
            if test == "CA" and (found := albumin.get(when[one["seq"]])) is not None:
                value += 0.8 * MG_DL_OF_CALCIUM * (4.0 - float(str(found)) / 10)
            known = (base["value"], base["limits"]) if base and not one["before"] else None
            one["baseline"] = base["value"] if base else None
            one["low"] = grade_low(test, value, one["limits"])
            one["high"] = grade_high(test, value, one["limits"], known)
        for one in of_test:
            one["base_low"] = base["low"] if base else None
            one["base_high"] = base["high"] if base else None
    return out


def worst(graded: list[Graded], test: str, direction: str) -> tuple[int, int | None] | None:
    """Return the record and grade of the first worst result under treatment."""
    found: tuple[int, int | None] | None = None
    for one in graded:
        grade = one["low"] if direction == "low" else one["high"]
        if one["test"] != test or not one["treated"] or grade is None:
            continue
        if found is None or grade > (found[1] or 0):
            found = (one["seq"], grade)
    return found
