"""The records of one tumor assessment: lesions found, measured, and the response read from them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from topline.clinical.recist.criteria import Criteria
from topline.protocol import response
from topline.reconstruct.records.domain import Row, record, visit
from topline.reconstruct.records.lesions import Lesion
from topline.reconstruct.records.patients import Patient
from topline.reconstruct.records.scans import Scan
from topline.reconstruct.records.sums import Course, least_growth, response_limit

_RESULT_COLUMNS = (
    *("TRTESTCD", "TRTEST", "TRORRES", "TRORRESU", "TRSTRESC", "TRSTRESN", "TRSTRESU"),
    *("TRSTAT", "TRREASND"),
)
_NEW = "NEW01"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, with what, and by which criteria."""

    evaluator: response.Reader
    method: str
    new_lesion: str
    criteria: Criteria

    def named(self, prefix: str) -> Row:
        """Return the evaluator's variables of a domain."""
        cells: Row = {f"{prefix}EVAL": self.evaluator.evaluator}
        if self.evaluator.id is not None:
            cells[f"{prefix}EVALID"] = self.evaluator.id
        if self.evaluator.accepted:
            cells[f"{prefix}ACPTFL"] = "Y"
        return cells


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of one assessment."""

    identified: list[Row] = field(default_factory=list[Row])
    measured: list[Row] = field(default_factory=list[Row])
    responses: list[Row] = field(default_factory=list[Row])


@dataclass(frozen=True, slots=True)
class Reading:
    """One patient's assessments, and who reads them."""

    patient: Patient
    scans: Sequence[Scan]
    lesions: Sequence[Lesion]
    course: Course
    reader: Reader


def read_assessment(
    reading: Reading, order: int, sizes: Sequence[int | None], sums: Sequence[int | None]
) -> Found:
    """Return the records of one assessment.

    Parameters
    ----------
    order
        Number of the scan; 0 is the baseline.
    sizes
        Diameter of each target lesion, mm; None where it was not measured.
    sums
        Sums of all scans of the patient; None where incomplete.
    """
    course, reader = reading.course, reading.reader
    seen = _Seen(reading.patient, reading.scans[order], reader)
    others = [lesion for lesion in reading.lesions if not lesion.target]
    found = Found()
    if order == 0:
        found.identified.extend(seen.identified(lesion) for lesion in reading.lesions)
    targets = [lesion for lesion in reading.lesions if lesion.target]
    found.measured.extend(_targets(seen, targets, sizes, sums[order]))
    late = course.progression is not None and order >= course.progression
    worse, new = late and course.mode == "non-target", late and course.mode == "new lesion"
    gone = course.complete and 0 < (course.response or 0) <= order
    state = "UNEQUIVOCAL PROGRESSION" if worse else "ABSENT" if gone else "PRESENT"
    found.measured.extend(_state(seen, lesion.link, "NON-TARGET", state) for lesion in others)
    if new:
        lesion = Lesion(_NEW, reader.new_lesion, target=False, nodal=False, baseline_mm=0)
        if order == course.progression:
            found.identified.append(seen.identified(lesion))
        found.measured.append(_state(seen, _NEW, "NEW", "PRESENT"))
    if order:
        target = _target_response(sums, order, reader.criteria, gone=gone)
        other = None
        if others:
            other = "PD" if worse else "CR" if gone else "NON-CR/NON-PD"
        found.responses.extend(_responses(seen, (target, other), new=new))
    return found


@dataclass(frozen=True, slots=True)
class _Seen:
    """One patient at one assessment, as read."""

    patient: Patient
    scan: Scan
    reader: Reader

    def when(self, prefix: str) -> Row:
        return visit(self.patient, prefix, self.scan.name, self.scan.number, self.scan.day)

    def identified(self, lesion: Lesion) -> Row:
        result = "NEW" if lesion.link == _NEW else "TARGET" if lesion.target else "NON-TARGET"
        return record(
            self.patient,
            TULNKID=lesion.link,
            TUTESTCD="TUMIDENT",
            TUTEST="Tumor Identification",
            TUORRES=result,
            TUSTRESC=result,
            TULOC=lesion.organ,
            TUMETHOD=self.reader.method,
            **self.reader.named("TU"),
            **self.when("TU"),
        )

    def finding(self, link: str | None, group: str, cells: Row) -> Row:
        empty: Row = dict.fromkeys(_RESULT_COLUMNS)
        start: Row = {"TRLNKID": link, "TRLNKGRP": self.scan.group, "TRGRPID": group}
        end: Row = {"TRMETHOD": self.reader.method, **self.reader.named("TR")}
        return record(self.patient, **start, **(empty | cells), **end, **self.when("TR"))


def _millimetres(size_mm: int) -> Row:
    return {
        "TRORRES": str(size_mm),
        "TRORRESU": "mm",
        "TRSTRESC": str(size_mm),
        "TRSTRESN": size_mm,
        "TRSTRESU": "mm",
    }


def _targets(
    seen: _Seen, targets: Sequence[Lesion], sizes: Sequence[int | None], total: int | None
) -> list[Row]:
    rows: list[Row] = []
    for lesion, size in zip(targets, sizes, strict=True):
        cells: Row = {
            "TRTESTCD": "LPERP" if lesion.nodal else "LDIAM",
            "TRTEST": "Longest Perpendicular" if lesion.nodal else "Longest Diameter",
        }
        if size is None:
            cells |= {"TRSTAT": "NOT DONE", "TRREASND": "Slices missing from the series"}
        else:
            cells |= _millimetres(size)
        rows.append(seen.finding(lesion.link, "TARGET", cells))
    if total is not None:
        cells = {"TRTESTCD": "SUMDIAM", "TRTEST": "Sum of Diameter"} | _millimetres(total)
        rows.append(seen.finding(None, "TARGET", cells))
    return rows


def _state(seen: _Seen, link: str, group: str, state: str) -> Row:
    cells: Row = {"TRTESTCD": "TUMSTATE", "TRTEST": "Tumor State"}
    cells |= {"TRORRES": state, "TRSTRESC": state}
    return seen.finding(link, group, cells)


def _target_response(
    sums: Sequence[int | None], order: int, criteria: Criteria, *, gone: bool
) -> str:
    """Read the target lesions by the sums up to an assessment (RECIST 1.1, section 4.3.1)."""
    now, baseline = sums[order], sums[0]
    if now is None or baseline is None:
        return "NE"
    if gone:
        return "CR"
    nadir = min(value for value in sums[:order] if value is not None)
    if now >= least_growth(nadir, criteria):
        return "PD"
    return "PR" if now <= response_limit(baseline, criteria) else "SD"


def _responses(seen: _Seen, read: tuple[str, str | None], *, new: bool) -> list[Row]:
    """Return the responses of one assessment after baseline (RECIST 1.1, tables 1 and 2)."""
    target, other = read
    overall = target
    if target == "CR" and other not in (None, "CR"):
        overall = "PR"
    if new or "PD" in read:
        overall = "PD"
    parts = [("TRGRESP", "Target Response", target)]
    if other:
        parts.append(("NTRGRESP", "Non-target Response", other))
    parts.append(("NEWLIND", "New Lesion Indicator", "Y" if new else "N"))
    parts.append(("OVRLRESP", "Overall Response", overall))
    return [
        record(
            seen.patient,
            RSLNKGRP=seen.scan.group,
            RSTESTCD=code,
            RSTEST=test,
            RSCAT="RECIST 1.1",
            RSORRES=value,
            RSSTRESC=value,
            **seen.reader.named("RS"),
            **seen.when("RS"),
        )
        for code, test, value in parts
    ]
