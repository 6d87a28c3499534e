"""Lesions, their measurements, and the responses that RECIST 1.1 reads from them."""

from dataclasses import dataclass

from numpy.random import Generator

from scripts.cabotem_first_cohort.records import Row, record, visit
from scripts.cabotem_first_cohort.roster import (
    BEST_CHANGE,
    METASTASES,
    RESECTED,
    RESPONSE_DAY,
    Patient,
)

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
_RESULT_COLUMNS = (
    *("TRTESTCD", "TRTEST", "TRORRES", "TRORRESU", "TRSTRESC", "TRSTRESN", "TRSTRESU"),
    *("TRSTAT", "TRREASND"),
)
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
    other = organs[5:]
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


def _finding(patient: Patient, scan: Scan, link: str | None, group: str, cells: Row) -> Row:
    empty: Row = dict.fromkeys(_RESULT_COLUMNS)
    start: Row = {"TRLNKID": link, "TRLNKGRP": scan.group, "TRGRPID": group}
    end: Row = {
        "TRMETHOD": "MRI" if patient.age % 5 == 0 else "CT SCAN",
        "TREVAL": "INVESTIGATOR",
    }
    when = visit(patient, "TR", scan.name, scan.number, scan.day)
    return record(patient, **start, **(empty | cells), **end, **when)


def _diameter(patient: Patient, scan: Scan, lesion: Lesion, size_mm: int | None) -> Row:
    cells: Row = {
        "TRTESTCD": "LPERP" if lesion.nodal else "LDIAM",
        "TRTEST": "Longest Perpendicular" if lesion.nodal else "Longest Diameter",
    }
    if size_mm is None:
        cells |= {"TRSTAT": "NOT DONE", "TRREASND": "Slices missing from the series"}
    else:
        cells |= _millimetres(size_mm)
    return _finding(patient, scan, lesion.link, "TARGET", cells)


def _millimetres(size_mm: int) -> Row:
    return {
        "TRORRES": str(size_mm),
        "TRORRESU": "mm",
        "TRSTRESC": str(size_mm),
        "TRSTRESN": size_mm,
        "TRSTRESU": "mm",
    }


def _state(patient: Patient, scan: Scan, link: str, group: str, state: str) -> Row:
    cells: Row = {"TRTESTCD": "TUMSTATE", "TRTEST": "Tumor State"}
    return _finding(patient, scan, link, group, cells | {"TRORRES": state, "TRSTRESC": state})


def _target_response(sums: list[int | None], order: int) -> str:
    """Read RECIST 1.1 (section 4.3.1) from the complete sums up to an assessment."""
    now, baseline = sums[order], sums[0]
    if now is None or baseline is None:
        return "NE"
    nadir = min(value for value in sums[:order] if value is not None)
    if now >= 1.2 * nadir and now - nadir >= 5:
        return "PD"
    return "PR" if now <= 0.7 * baseline else "SD"


def _overall(target: str, non_target: str | None, new: bool) -> str:
    if new or "PD" in (target, non_target):
        return "PD"
    return target


def _response(patient: Patient, scan: Scan, code: str, test: str, value: str) -> Row:
    return record(
        patient,
        RSLNKGRP=scan.group,
        RSTESTCD=code,
        RSTEST=test,
        RSCAT="RECIST 1.1",
        RSORRES=value,
        RSSTRESC=value,
        RSEVAL="INVESTIGATOR",
        **visit(patient, "RS", scan.name, scan.number, scan.day),
    )


def _ecog(patient: Patient) -> Row:
    return record(
        patient,
        RSLNKGRP=None,
        RSTESTCD="ECOG101",
        RSTEST="ECOG1-Performance Status",
        RSCAT="ECOG",
        RSORRES=str(patient.ecog),
        RSSTRESC=str(patient.ecog),
        RSEVAL="INVESTIGATOR",
        **visit(patient, "RS", "SCREENING", 0.0, -3),
    )


@dataclass
class _Reading:
    """One patient's tumor rows as the assessments are read in order."""

    identified: list[Row]
    measured: list[Row]
    responses: list[Row]


def _measure(patient: Patient, scan: Scan, targets: list[Lesion], total: int | None) -> list[Row]:
    """Return the diameters that add up to the total, and the sum; None: one was not evaluable."""
    baseline = sum(lesion.baseline_mm for lesion in targets)
    sizes: list[int | None] = [*_share(baseline if total is None else total, targets)]
    if total is None:
        sizes[0] = None
    rows = [
        _diameter(patient, scan, lesion, size) for lesion, size in zip(targets, sizes, strict=True)
    ]
    if total is not None:
        cells: Row = {"TRTESTCD": "SUMDIAM", "TRTEST": "Sum of Diameter"}
        rows.append(_finding(patient, scan, None, "TARGET", cells | _millimetres(total)))
    return rows


def _respond(
    patient: Patient, scan: Scan, target: str, non_target: str | None, *, new: bool
) -> list[Row]:
    """Return the responses of one assessment after baseline."""
    parts = [("TRGRESP", "Target Response", target)]
    if non_target:
        parts.append(("NTRGRESP", "Non-target Response", non_target))
    parts.append(("NEWLIND", "New Lesion Indicator", "Y" if new else "N"))
    parts.append(("OVRLRESP", "Overall Response", _overall(target, non_target, new)))
    return [_response(patient, scan, code, test, value) for code, test, value in parts]


def _read(patient: Patient, draws: Generator) -> _Reading:
    scans, lesions = scans_of(patient, draws), lesions_of(patient, draws)
    targets = [lesion for lesion in lesions if lesion.target]
    others = [lesion for lesion in lesions if not lesion.target]
    found = [
        _identified(patient, lesion, scans[0], "TARGET" if lesion.target else "NON-TARGET")
        for lesion in lesions
    ]
    reading = _Reading(found, [], [_ecog(patient)])
    planned = _sums(patient, scans, sum(lesion.baseline_mm for lesion in targets), draws)
    missed = _NOT_EVALUABLE.get(patient.key)
    sums = [
        None if scan.name == missed else total for scan, total in zip(scans, planned, strict=True)
    ]
    for order, scan in enumerate(scans):
        last = order > 0 and scan.day == patient.progression_day
        worse = last and patient.key in _NON_TARGET_PROGRESSION
        new = last and patient.key in _NEW_LESION
        state = "UNEQUIVOCAL PROGRESSION" if worse else "PRESENT"
        reading.measured += _measure(patient, scan, targets, sums[order])
        reading.measured += [
            _state(patient, scan, lesion.link, "NON-TARGET", state) for lesion in others
        ]
        if new:
            lesion = Lesion("NEW01", "BONE" if patient.key == "S03" else "LIVER", False, 0)
            reading.identified.append(_identified(patient, lesion, scan, "NEW"))
            reading.measured.append(_state(patient, scan, "NEW01", "NEW", "PRESENT"))
        if order:
            target = _target_response(sums, order)
            non_target = ("PD" if worse else "NON-CR/NON-PD") if others else None
            reading.responses += _respond(patient, scan, target, non_target, new=new)
    return reading


def tumors(patients: list[Patient], draws: Generator) -> tuple[list[Row], list[Row], list[Row]]:
    """Return TU, TR and RS of all patients."""
    readings = [_read(patient, draws) for patient in patients]
    return (
        [row for reading in readings for row in reading.identified],
        [row for reading in readings for row in reading.measured],
        [row for reading in readings for row in reading.responses],
    )
