"""Rows of one SDTM domain: sequence numbers, study days, order, and the file."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from scripts.cabotem_first_cohort.roster import STUDY, Patient

Cell = str | int | float | None
Row = dict[str, Cell]


def record(patient: Patient, **values: Cell) -> Row:
    """Return one patient's row with its identifier first."""
    return {"USUBJID": patient.usubjid, **values}


def study_days(patient: Patient, prefix: str, start: int, end: int | None = None) -> Row:
    """Return the start (and end) date and study day of an interval record."""
    row: Row = {f"{prefix}STDTC": patient.dtc(start), f"{prefix}STDY": start}
    if end is None:
        return row | {f"{prefix}ENDTC": None, f"{prefix}ENDY": None}
    return row | {f"{prefix}ENDTC": patient.dtc(end), f"{prefix}ENDY": end}


def visit(patient: Patient, prefix: str, name: str, number: float, day: int) -> Row:
    """Return the visit, date and study day of a finding."""
    return {
        "VISITNUM": number,
        "VISIT": name,
        f"{prefix}DTC": patient.dtc(day),
        f"{prefix}DY": day,
    }


def cycle_visit(patient: Patient, prefix: str, cycle: int, day: int) -> Row:
    """Return the visit of a cycle's first day; cycle 0 is screening."""
    name = f"CYCLE {cycle} DAY 1" if cycle else "SCREENING"
    return visit(patient, prefix, name, float(cycle), day)


def number_rows(domain: str, rows: Iterable[Row]) -> list[Row]:
    """Return the rows by subject, each subject's numbered from 1 in the order given."""
    seen: dict[Cell, int] = {}
    numbered: list[Row] = []
    for row in sorted(rows, key=lambda row: str(row["USUBJID"])):
        subject = row["USUBJID"]
        seen[subject] = seen.get(subject, 0) + 1
        start: Row = {"STUDYID": STUDY, "DOMAIN": domain, "USUBJID": subject}
        numbered.append(start | {f"{domain}SEQ": seen[subject]} | row)
    return numbered


def qualifiers(
    domain: str, rows: Iterable[Row], labels: Mapping[str, tuple[str, str]]
) -> list[Row]:
    """Move each `_NAME` cell of the numbered rows to a supplemental qualifier row.

    `labels` gives the QLABEL and the QORIG of each name.
    """
    supplemental: list[Row] = []
    for row in rows:
        for name, (label, origin) in labels.items():
            value = row.pop(f"_{name}", None)
            if value is None:
                continue
            supplemental.append(
                {
                    "STUDYID": STUDY,
                    "RDOMAIN": domain,
                    "USUBJID": row["USUBJID"],
                    "IDVAR": None if domain == "DM" else f"{domain}SEQ",
                    "IDVARVAL": None if domain == "DM" else str(row[f"{domain}SEQ"]),
                    "QNAM": name,
                    "QLABEL": label,
                    "QVAL": str(value),
                    "QORIG": origin,
                }
            )
    return supplemental


def write_domain(folder: Path, name: str, rows: Iterable[Row], columns: str = "") -> Path:
    """Write the rows as `name`.csv, or .parquet for questionnaires; return the path."""
    listed = list(rows)
    if listed:
        frame = pl.DataFrame(listed, infer_schema_length=None)
    else:
        frame = pl.DataFrame(schema=dict.fromkeys(columns.split(), pl.String))
    if name == "qs":
        path = folder / "qs.parquet"
        frame.write_parquet(path, compression="zstd", compression_level=19)
    else:
        path = folder / f"{name}.csv"
        frame.write_csv(path)
    return path
