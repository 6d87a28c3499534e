"""The SDTM of a cohort: every domain, and its supplemental qualifiers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from topline.errors import DataError
from topline.protocol.protocol import Protocol
from topline.reconstruct.cohort import COURSE, Cohort
from topline.reconstruct.records.adverse_events import adverse_events, make_episodes
from topline.reconstruct.records.domain import (
    Row,
    cycle_visit,
    make_domain,
    part_qualifiers,
    record,
)
from topline.reconstruct.records.exposure import exposure
from topline.reconstruct.records.expressions import Cell, Expressions
from topline.reconstruct.records.laboratory import measured_tests
from topline.reconstruct.records.patients import add_columns, read_patients
from topline.reconstruct.records.pictures import pictures
from topline.reconstruct.records.plans import make_plans
from topline.reconstruct.records.plates import plates
from topline.reconstruct.records.prior_therapy import prior_therapy
from topline.reconstruct.records.questionnaires import questionnaires
from topline.reconstruct.records.rows import Named, write_rows
from topline.reconstruct.records.setting import Setting
from topline.reconstruct.records.specification import Records
from topline.reconstruct.records.subjects import disposition, subjects, survival_status
from topline.reconstruct.records.tumors import best_scans, tumors

_SHOWN = 20
_SOURCES = ("AE", "EX", "DS", "TU", "TR", "RS")
_NO_DOMAINS = ("PLATES", "IMAGES")
_KEYS = ("STUDYID", "DOMAIN", "USUBJID")
_SCREENING_DAY = -4
_Domains = dict[str, list[Row]]


def write_records(protocol: Protocol, records: Records, cohort: Cohort) -> dict[str, pl.DataFrame]:
    """Write the SDTM of planned patients.

    The same protocol, specification and cohort give the same records. Each domain draws from
    streams of its own, so that a change in one leaves the others as they were.

    Parameters
    ----------
    protocol
        Schedule, treatments, response criteria and questionnaires.
    records
        What the protocol does not say: organs, tests, ranges, terms, history.
    cohort
        Attributes and course of each patient.

    Returns
    -------
    dict of DataFrame
        By name of the domain, DM first; SUPP-- where there are qualifiers, PLATES where there are
        immunoassays, IMAGES where there are pictures. What has no record has no frame, unless
        `without_records` names it.

    Raises
    ------
    DataError
        The cohort lacks columns, an expression cannot be worked out, or a patient's plan cannot
        be shown by lesions; all problems at once.
    """
    missing = [name for name in COURSE if name not in cohort.patients.columns]
    if missing:
        msg = f"The cohort has no column {', '.join(missing)}; it has those of its attributes alone"
        raise DataError(msg)
    expressions = Expressions()
    frame = cohort.patients.sort("KEY")
    frame = add_columns(frame, records.columns, cohort.seed, expressions)
    patients = tuple(read_patients(frame))
    setting = Setting(protocol, records, cohort.seed, frame, patients, expressions)
    domains = _write(setting)
    if expressions.problems:
        raise DataError(_told(expressions.problems))
    return _frames(setting, domains)


def _told(problems: Sequence[str]) -> str:
    listed = list(dict.fromkeys(problems))
    more = [f"  and {len(listed) - _SHOWN} more"] if len(listed) > _SHOWN else []
    lines = [f"  {problem}" for problem in listed[:_SHOWN]]
    return "\n".join([f"Records cannot be written: {len(listed)} problems", *lines, *more])


def _write(setting: Setting) -> _Domains:
    """Return the rows of every domain."""
    found = tumors(setting)
    best = best_scans(found.scans)
    days = [best.get(patient.usubjid) for patient in setting.patients]
    known = setting.frame.with_columns(pl.Series("BEST_SCAN", days, dtype=pl.Int64))
    setting = replace(setting, frame=known)
    plans = make_plans(setting, _arms(setting))
    episodes = make_episodes(setting, plans)
    domains: _Domains = {
        "DM": subjects(setting, plans),
        "DS": disposition(setting, plans),
        "SS": survival_status(setting),
        "EX": exposure(setting, plans),
        "TU": found.identified,
        "TR": found.measured,
        "RS": found.responses,
        "AE": adverse_events(episodes, plans, setting.spec.adverse_events),
        **measured_tests(setting, episodes),
        "CM": prior_therapy(setting),
        "QS": questionnaires(setting),
    }
    sources = {name: list(domains[name]) for name in _SOURCES}
    sources |= {"SCANS": found.scans, "CYCLES": _cycles(setting)}
    _add_rows(setting, domains, sources)
    return domains | {"PLATES": plates(setting, domains["LB"]), "IMAGES": pictures(setting)}


def _arms(setting: Setting) -> list[str]:
    """Return the ARMCD of each patient."""
    arm = setting.spec.subjects.arm
    known = [one.id for one in setting.protocol.study.arms]
    if arm is None:
        return known[:1] * setting.frame.height
    place = "records.subjects.arm"
    values = setting.expressions.values(setting.frame, arm, place)
    strange = sorted({str(value) for value in values} - set(known))
    if strange:
        found, expected = ", ".join(strange), ", ".join(known)
        setting.expressions.problems.append(f"{place}: no arm {found}; the protocol has {expected}")
    return [str(value) for value in values]


def _cycles(setting: Setting) -> list[Row]:
    """Return the visits of every patient's cycles, screening first."""
    length = round(setting.protocol.treatments.cycle.length.days)
    rows: list[Row] = []
    for patient in setting.patients:
        for order, day in enumerate([_SCREENING_DAY, *patient.cycle_days(length)]):
            when = cycle_visit(patient, "", order, day)
            named: Row = {name: when[name] for name in ("VISIT", "VISITNUM")}
            rows.append(record(patient, **named, DAY=day, NTH=order))
    return rows


def _add_rows(setting: Setting, domains: _Domains, sources: Mapping[str, list[Row]]) -> None:
    """Add the entries of `rows`, in their order; each domain draws by its own entries."""
    counted: dict[str, int] = {}
    for number, entry in enumerate(setting.spec.rows):
        counted[entry.domain] = counted.get(entry.domain, 0) + 1
        place = f"records.rows[{number}]"
        purpose = f"{entry.domain} {entry.name or f'entry {counted[entry.domain]}'}"
        source = _source(setting, sources, entry.source, place)
        made = write_rows(setting, Named(entry, place, purpose), source)
        if entry.domain == "DM":
            _join_subjects(domains["DM"], made)
        else:
            domains.setdefault(entry.domain, []).extend(made)


def _source(
    setting: Setting, sources: Mapping[str, list[Row]], name: str, place: str
) -> pl.DataFrame:
    """Return the source rows of an entry with the columns of their patient."""
    if name == "PATIENTS":
        return setting.frame
    rows = sources.get(name)
    if rows is None:
        known = ", ".join(["PATIENTS", *sources])
        setting.expressions.problems.append(f"{place}: no source {name}; there are {known}")
    if not rows:
        return setting.frame.clear()
    columns = dict.fromkeys(key for row in rows for key in row)
    data: dict[str, list[Cell]] = {key: [row.get(key) for row in rows] for key in columns}
    joined = pl.DataFrame([pl.Series(key, values, strict=False) for key, values in data.items()])
    kept = [key for key in setting.frame.columns if key == "USUBJID" or key not in columns]
    return joined.join(setting.frame.select(kept), on="USUBJID", how="left", maintain_order="left")


def _join_subjects(subject_rows: Sequence[Row], made: Sequence[Row]) -> None:
    """Put what entries say of subjects into their rows of DM."""
    by_subject = {str(row["USUBJID"]): row for row in subject_rows}
    for row in made:
        by_subject[str(row["USUBJID"])].update(row)


def _frames(setting: Setting, domains: _Domains) -> dict[str, pl.DataFrame]:
    study = setting.protocol.study.id
    labels: Mapping[str, str] = {
        "CMLINE": "Line of Therapy",
        **{
            drug.action: f"Action Taken with {drug.name.capitalize()}"
            for drug in setting.protocol.treatments.drugs
        },
        **setting.spec.qualifiers,
    }
    frames: dict[str, pl.DataFrame] = {}
    for name, rows in domains.items():
        if name in _NO_DOMAINS and rows:
            frames[name] = pl.DataFrame(rows, infer_schema_length=None)
        elif rows:
            frame, extra = part_qualifiers(study, name, make_domain(study, name, rows), labels)
            frames[name] = frame
            if extra is not None:
                frames[f"SUPP{name}"] = extra
    return frames | {
        name: pl.DataFrame(schema=dict.fromkeys([*_KEYS, *variables], pl.String))
        for name, variables in setting.spec.without_records.items()
        if name not in frames
    }
