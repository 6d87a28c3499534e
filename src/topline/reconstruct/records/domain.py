"""Rows of one SDTM domain: identifiers, dates, sequence numbers, supplemental qualifiers, frame."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from topline.reconstruct.records.expressions import Cell
from topline.reconstruct.records.patients import Patient

Row = dict[str, Cell]
QUALIFIER: Final = "_"
"""Cells whose name begins so become supplemental qualifiers."""


def record(patient: Patient, **values: Cell) -> Row:
    """Return one patient's row with its identifier first."""
    return {"USUBJID": patient.usubjid, **values}


def interval(patient: Patient, prefix: str, start: int, end: int | None) -> Row:
    """Return start and end of an intervention or event, as dates and study days."""
    return {
        f"{prefix}STDTC": patient.dtc(start),
        f"{prefix}STDY": start,
        f"{prefix}ENDTC": None if end is None else patient.dtc(end),
        f"{prefix}ENDY": end,
    }


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


def make_domain(study: str, domain: str, rows: Sequence[Row]) -> pl.DataFrame:
    """Return the rows as a frame by subject, each subject's numbered from 1 in the order given."""
    ordered = sorted(rows, key=lambda row: str(row["USUBJID"]))
    names = dict.fromkeys(name for row in ordered for name in row)
    data: dict[str, list[Cell]] = {name: [row.get(name) for row in ordered] for name in names}
    if domain == "DM":
        data = {"STUDYID": [study] * len(ordered), "DOMAIN": ["DM"] * len(ordered), **data}
    else:
        data = {
            "STUDYID": [study] * len(ordered),
            "DOMAIN": [domain] * len(ordered),
            "USUBJID": data["USUBJID"],
            f"{domain}SEQ": list(_sequence(data["USUBJID"])),
            **data,
        }
    return pl.DataFrame([_series(domain, name, values) for name, values in data.items()])


def _series(domain: str, name: str, values: list[Cell]) -> pl.Series:
    """Return a column; one without any value is text, or numbers where SDTM has numbers."""
    if any(value is not None for value in values):
        return pl.Series(name, values, strict=False)
    numeric = name.removeprefix(domain) in {"STRESN", "DY", "STDY", "ENDY", "STNRLO", "STNRHI"}
    return pl.Series(name, values, dtype=pl.Float64 if numeric else pl.String)


def _sequence(subjects: Iterable[Cell]) -> Iterable[int]:
    seen: dict[Cell, int] = {}
    for subject in subjects:
        seen[subject] = seen.get(subject, 0) + 1
        yield seen[subject]


def part_qualifiers(
    study: str, domain: str, frame: pl.DataFrame, labels: Mapping[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Part the columns that are supplemental qualifiers from the domain.

    Returns
    -------
    tuple
        The domain without them, and its SUPP--; None where no qualifier has a value.
    """
    named = [name for name in frame.columns if name.startswith(QUALIFIER)]
    kept = frame.drop(named)
    of_subject = domain == "DM"
    sequence = pl.lit(None, pl.String) if of_subject else pl.col(f"{domain}SEQ").cast(pl.String)
    parts = [
        frame.filter(pl.col(name).is_not_null()).select(
            STUDYID=pl.lit(study),
            RDOMAIN=pl.lit(domain),
            USUBJID="USUBJID",
            IDVAR=pl.lit(None if of_subject else f"{domain}SEQ", pl.String),
            IDVARVAL=sequence,
            QNAM=pl.lit(name.removeprefix(QUALIFIER)),
            QLABEL=pl.lit(labels.get(name.removeprefix(QUALIFIER), name.removeprefix(QUALIFIER))),
            QVAL=pl.col(name).cast(pl.String),
            QORIG=pl.lit("CRF"),
        )
        for name in named
    ]
    parts = [part for part in parts if part.height]
    if not parts:
        return kept, None
    place = pl.col("IDVARVAL").cast(pl.Int64)
    return kept, pl.concat(parts).sort("USUBJID", place, "QNAM", nulls_last=True)
