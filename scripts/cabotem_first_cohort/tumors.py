"""Lesions, their measurements, and the responses that RECIST 1.1 reads from them."""

from dataclasses import dataclass

from numpy.random import Generator

from cabotem_first_cohort.records import Row, record, visit
from cabotem_first_cohort.roster import BEST_CHANGE, METASTASES, RESECTED, RESPONSE_DAY, Patient

_ORGANS = {
    "LIVER": "LIVER",
    "NODE": "LYMPH NODE",
    "LUNG": "LUNG",
    "PERITONEUM": "PERITONEUM",
    "OTHER": "ADRENAL GLAND",
    "BONE": "BONE",
}
_PRIMARY = {
    "LUNG": "LUNG",
    "PANCREAS": "PANCREAS",
    "ILEUM": "SMALL INTESTINE",
    "COLON": "COLON",
    "STOMACH": "STOMACH",
    "GALLBLADDER": "GALLBLADDER",
}
_NEW_LESION = frozenset(["P01", "P04", "S03"])
_NON_TARGET_PROGRESSION = frozenset(["S06"])
_NOT_EVALUABLE = {"S26": "WEEK 36", "S17": "WEEK 48", "S28": "WEEK 60"}


@dataclass(frozen=True)
class Lesion:
    """One lesion followed over time."""

    link: str
    organ: str
    target: bool
    baseline_mm: int

    @property
    def nodal(self) -> bool:
        """Whether the short axis is measured."""
        return self.organ == "LYMPH NODE"


@dataclass(frozen=True)
class Scan:
    """One tumor assessment of one patient."""

    name: str
    number: float
    day: int
    group: str


def scans_of(patient: Patient, draws: Generator) -> list[Scan]:
    """Return the baseline scan and every assessment until the patient's last."""
    weeks = [8, 16, 24, *range(36, 181, 12)]
    last = patient.last_scan_day
    days: list[tuple[str, float, int]] = [("SCREENING", 0.0, -int(draws.integers(4, 15)))]
    for week in weeks:
        due = week * 7 + 1
        early, late = (0, 6) if week == 8 else (-4, 6)
        day = due + int(draws.integers(early, late))
        if patient.key in RESPONSE_DAY and abs(RESPONSE_DAY[patient.key] - due) <= 7:
            day = RESPONSE_DAY[patient.key]
        if abs(last - due) <= 7:
            days.append((f"WEEK {week}", 100.0 + week, last))
        elif day < last - 14:
            days.append((f"WEEK {week}", 100.0 + week, day))
    days = [entry for entry in days if entry[2] <= last]
    if last and days[-1][2] != last:
        days.append(("UNSCHEDULED", days[-1][1] + 0.1, last))
    first = RESPONSE_DAY.get(patient.key)
    if first is not None and all(day != first for _, _, day in days):
        days.append(("UNSCHEDULED", 0.1, first))
    days.sort(key=lambda entry: entry[2])
    return [
        Scan(name, number, day, f"A{order}")
        for order, (name, number, day) in enumerate(days, start=1)
    ]


def lesions_of(patient: Patient, draws: Generator) -> list[Lesion]:
    """Return at most five targets, two an organ, and the non-target lesions."""
    spread = METASTASES[patient.key].split()
    organs = [_ORGANS[site] for site in spread if site != "BONE"]
    organs = [organ for organ in organs for _ in range(2 if organ in ("LIVER", "LUNG") else 1)]
    primary = _PRIMARY.get(patient.site)
    if primary and patient.key not in RESECTED and organs.count(primary) < 2:
        organs.append(primary)
    targets: list[Lesion] = []
    for order, organ in enumerate(organs[:5], start=1):
        low, high = (16, 32) if organ == "LYMPH NODE" else (16, 62)
        targets.append(Lesion(f"T{order:02d}", organ, True, int(draws.integers(low, high))))
    other = [organ for organ in organs[5:]]
    other += ["BONE"] if "BONE" in spread else []
    other += ["LIVER"] if "LIVER" in spread and patient.age % 2 else []
    return targets + [
        Lesion(f"NT{order:02d}", organ, False, 0) for order, organ in enumerate(other, start=1)
    ]


def _sums(patient: Patient, scans: list[Scan], baseline: int, draws: Generator) -> list[int]:
    """Return the sum of diameters at each scan so that the patient's best response is met."""
    best, count = BEST_CHANGE.get(patient.key, 0), len(scans) - 1
    wanted = round(baseline * (1 + best / 100))
    if best < 0:  # rounding must keep SD above -30 % and PR at or below it
        limit = int(baseline * 0.7)
        wanted = min(wanted, limit) if patient.key in RESPONSE_DAY else max(wanted, limit + 1)
        wanted = min(wanted, baseline - 1)
    lowest = _lowest_scan(patient, scans, count)
    sums = [baseline]
    for order in range(1, count + 1):
        if order < lowest:
            value = round(baseline + (wanted - baseline) * order / lowest)
            value = _before_response(patient, scans[order].day, value, baseline, wanted)
        else:
            drift = 0.11 * min(order - lowest, 8) / 8
            value = round(wanted * (1 + drift * float(draws.uniform(0.6, 1.0))))
            if patient.key in RESPONSE_DAY:
                value = min(value, int(baseline * 0.7))
        sums.append(max(value, wanted) if order != lowest else wanted)
    measured = patient.key not in _NEW_LESION | _NON_TARGET_PROGRESSION
    if patient.progression_day and measured:
        nadir = min(sums[:-1])
        sums[-1] = max(round(nadir * 1.27) + 1, nadir + 6)
    return sums


def _lowest_scan(patient: Patient, scans: list[Scan], count: int) -> int:
    if BEST_CHANGE.get(patient.key, 0) >= 0 or count == 1:
        return 1
    before_progression = count - 1 if patient.progression_day else count
    if patient.key in RESPONSE_DAY:
        first = next(n for n, scan in enumerate(scans) if scan.day == RESPONSE_DAY[patient.key])
        return min(first + 1, before_progression)
    return min(1 + patient.age % 4, before_progression)


def _before_response(patient: Patient, day: int, value: int, baseline: int, wanted: int) -> int:
    first = RESPONSE_DAY.get(patient.key)
    if first is None:
        return value
    limit = int(baseline * 0.7)
    return max(min(value, limit), wanted) if day >= first else max(value, limit + 1)


def _share(total: int, baseline: list[Lesion]) -> list[int]:
    """Share a sum among lesions by their baseline diameters, to the millimetre."""
    whole = sum(lesion.baseline_mm for lesion in baseline)
    exact = [total * lesion.baseline_mm / whole for lesion in baseline]
    shares = [int(value) for value in exact]
    by_rest = sorted(range(len(exact)), key=lambda n: shares[n] - exact[n])
    for n in by_rest[: total - sum(shares)]:
        shares[n] += 1
    return shares


def _identified(patient: Patient, lesion: Lesion, scan: Scan, result: str) -> Row:
    return record(
        patient,
        TULNKID=lesion.link,
        TUTESTCD="TUMIDENT",
        TUTEST="Tumor Identification",
        TUORRES=result,
        TUSTRESC=result,
        TULOC=lesion.organ,
        TUMETHOD="MRI" if patient.age % 5 == 0 else "CT SCAN",
        TUEVAL="INVESTIGATOR",
        **visit(patient, "TU", scan.name, scan.number, scan.day),
    )


def _finding(patient: Patient, scan: Scan, link: str | None, group: str, **values: object) -> Row:
    cells: Row = {
        "TRLNKID": link,
        "TRLNKGRP": scan.group,
        "TRGRPID": group,
        "TRTESTCD": None,
        "TRTEST": None,
        "TRORRES": None,
        "TRORRESU": None,
        "TRSTRESC": None,
        "TRSTRESN": None,
        "TRSTRESU": None,
        "TRSTAT": None,
        "TRREASND": None,
        "TRMETHOD": "MRI" if patient.age % 5 == 0 else "CT SCAN",
        "TREVAL": "INVESTIGATOR",
    }
    given: Row = {name: value for name, value in values.items()}  # type: ignore[misc]
    return record(patient, **cells | given | visit(patient, "TR", scan.name, scan.number, scan.day))
