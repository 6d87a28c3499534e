"""From dosing records to exposure: the whole way on one screen."""

from dataclasses import dataclass

import dataframely as dy
import polars as pl

from topline.clinical.dosing.changes import derive_changes
from topline.clinical.dosing.courses import derive_courses
from topline.clinical.dosing.cycles import derive_cycles
from topline.clinical.dosing.deviations import (
    derive_block_findings,
    derive_change_findings,
    derive_course_findings,
    derive_interruption_findings,
)
from topline.clinical.dosing.interruptions import (
    derive_gaps,
    derive_interruptions,
    derive_stretches,
)
from topline.clinical.dosing.records import COURSE, derive_doses
from topline.clinical.dosing.regimen import Counting, Regimen
from topline.clinical.dosing.schemas import (
    Courses,
    Cycles,
    DoseChanges,
    DosingRecords,
    Findings,
    Interruptions,
    Periods,
)
from topline.errors import DataError
from topline.frames import conform

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Exposure:
    """What was taken of each drug, and what is wrong with the records or not as planned."""

    courses: dy.DataFrame[Courses]
    interruptions: dy.DataFrame[Interruptions]
    changes: dy.DataFrame[DoseChanges]
    cycles: dy.DataFrame[Cycles]
    findings: dy.DataFrame[Findings]


def derive_exposure(
    records: pl.DataFrame,
    periods: pl.DataFrame,
    regimen: Regimen,
    counting: Counting | None = None,
) -> Exposure:
    """Derive courses, interruptions, changes of dose, cycles and findings.

    Parameters
    ----------
    records
        `DosingRecords`, in any order, faults included: a record that cannot count is left out and
        is among the findings.
    periods
        `Periods`: every subject and drug that was to be taken.
    regimen
        What was planned.
    counting
        Options; None: their defaults.

    Returns
    -------
    Exposure
        A course for every row of `periods`, all frames sorted.

    Raises
    ------
    DataError
        Rows break a rule of `DosingRecords` or `Periods`, or `periods` has a drug that the regimen
        lacks.

    Examples
    --------
    >>> from datetime import date
    >>> from topline.clinical.dosing.regimen import DrugRegimen
    >>> drug = DrugRegimen(drug="A", levels=(40, 20), unit="mg", interruption_at_most_days=14)
    >>> records = pl.DataFrame({
    ...     "subject": "1", "record": [1, 2], "drug": "A", "dose": [40.0, 20.0], "unit": "mg",
    ...     "start_date": [date(2024, 1, 1), date(2024, 1, 21)],
    ...     "end_date": [date(2024, 1, 10), date(2024, 1, 30)],
    ...     "bsa_m2": None, "reason": [None, "fatigue"],
    ... }, schema_overrides={"bsa_m2": pl.Float64})
    >>> periods = pl.DataFrame({
    ...     "subject": ["1"], "drug": ["A"], "until_date": [date(2024, 1, 30)],
    ...     "stopped_date": [None],
    ... }, schema_overrides={"stopped_date": pl.Date})
    >>> exposure = derive_exposure(records, periods, Regimen(drugs=(drug,), cycle_days=28))
    >>> exposure.courses.select("actual_dose", "relative_dose_intensity_percent").row(0)
    (600.0, 50.0)
    >>> exposure.interruptions.select("length_days", "over_limit", "reason").rows()
    [(10, False, 'fatigue')]
    """
    counting = counting or Counting()
    until = conform(periods, Periods).sort(COURSE)
    _check_drugs(until, regimen)
    doses, findings = derive_doses(conform(records, DosingRecords), until, regimen, counting)
    stretches = derive_stretches(doses, regimen)
    gaps = derive_gaps(stretches)
    interruptions = conform(derive_interruptions(gaps, doses, regimen), Interruptions)
    changes = conform(derive_changes(doses, counting), DoseChanges)
    courses = derive_courses(until, doses, stretches, regimen, counting)
    deviations = [
        derive_interruption_findings(interruptions, regimen),
        derive_change_findings(changes),
        derive_course_findings(courses, regimen),
        derive_block_findings(stretches, gaps, regimen),
    ]
    counts = [_count_interruptions(interruptions), _count_changes(changes)]
    return Exposure(
        courses=conform(_with_counts(courses, counts), Courses),
        interruptions=interruptions,
        changes=changes,
        cycles=conform(derive_cycles(courses, regimen), Cycles),
        findings=_sorted([findings, *deviations]),
    )


def _check_drugs(periods: pl.DataFrame, regimen: Regimen) -> None:
    """Refuse periods of drugs that the regimen does not know."""
    known = [drug.drug for drug in regimen.drugs]
    strange = periods.filter(~pl.col("drug").is_in(known))
    if strange.is_empty():
        return
    first = ", ".join(" ".join(row) for row in strange.select(COURSE).head(_SHOWN).rows())
    msg = (
        f"Periods: {strange.height} rows are of drugs that the regimen lacks ({first}). "
        f"It has {', '.join(known)}: correct the name, or add the drug."
    )
    raise DataError(msg)


def _count_interruptions(interruptions: pl.DataFrame) -> pl.DataFrame:
    return interruptions.group_by(COURSE).agg(
        interruptions=pl.len().cast(pl.Int64),
        longest_interruption_days=pl.col("length_days").max(),
        interruptions_over_limit=pl.col("over_limit").sum().cast(pl.Int64),
    )


def _count_changes(changes: pl.DataFrame) -> pl.DataFrame:
    return changes.group_by(COURSE).agg(
        reductions=(pl.col("kind") == "REDUCTION").sum().cast(pl.Int64),
        escalations=(pl.col("kind") == "ESCALATION").sum().cast(pl.Int64),
    )


def _with_counts(courses: pl.DataFrame, counts: list[pl.DataFrame]) -> pl.DataFrame:
    for count in counts:
        courses = courses.join(count, on=COURSE, how="left", maintain_order="left")
    none = ["interruptions", "interruptions_over_limit", "reductions", "escalations"]
    return courses.with_columns(pl.col(none).fill_null(0))


def _sorted(findings: list[pl.DataFrame]) -> dy.DataFrame[Findings]:
    rows = pl.concat(findings).sort("subject", "drug", "record", "rule", "found", nulls_last=True)
    return conform(rows, Findings)
