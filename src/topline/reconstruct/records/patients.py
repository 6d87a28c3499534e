"""One planned patient: identity, course, attributes, and the dates of study days."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from topline.reconstruct.records.draws import between, stream
from topline.reconstruct.records.expressions import Cell, Expressions
from topline.reconstruct.records.specification import Column


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient's plan; days count from the first dose, which is day 1."""

    order: int
    """Place in the cohort."""
    usubjid: str
    subjid: str
    site: str
    sex: str
    age: int
    first_dose: dt.date
    cut: dt.date
    end: int | None
    end_reason: str | None
    response: int | None
    progression: int | None
    last_scan: int | None
    last_seen: int
    death: int | None
    best_change: float | None
    best: str
    cells: Mapping[str, Cell]
    """All columns."""

    @property
    def last_day(self) -> int:
        """Last day of any record: death, or last seen, never after the data cut."""
        return min(self.death or self.last_seen, self.day_of(self.cut))

    @property
    def last_treated(self) -> int:
        """Last day on which a study drug is known to have been taken."""
        return min(self.end or self.last_day, self.last_day)

    def on(self, day: int) -> dt.date:
        """Date of a study day; there is no day 0."""
        return self.first_dose + dt.timedelta(days=day - 1 if day > 0 else day)

    def dtc(self, day: int) -> str:
        """ISO 8601 text of a study day."""
        return self.on(day).isoformat()

    def day_of(self, when: dt.date) -> int:
        """Study day of a date; there is no day 0."""
        days = (when - self.first_dose).days
        return days + 1 if days >= 0 else days

    def cycle_days(self, length: int) -> list[int]:
        """Study day of day 1 of each cycle begun on treatment."""
        return list(range(1, self.last_treated + 1, length))


def add_columns(
    patients: pl.DataFrame, columns: Mapping[str, Column], seed: int, expressions: Expressions
) -> pl.DataFrame:
    """Add the drawn and computed columns, each over those before it."""
    for name, column in columns.items():
        place = f"records.columns.{name}"
        if column.draw is not None:
            drawn = [
                between(stream(seed, f"column {name}", order), column.draw)
                for order in range(patients.height)
            ]
            source = patients.with_columns(DRAW=pl.Series(drawn, dtype=pl.Float64))
        else:
            source = patients
        rule = column.rule or "DRAW"
        values = expressions.values(source, rule, place)
        patients = patients.with_columns(pl.Series(name, values, strict=False))
    return patients


def read_patients(patients: pl.DataFrame) -> list[Patient]:
    """Return the rows of a cohort as patients, in their order."""
    return [_patient(order, row) for order, row in enumerate(patients.iter_rows(named=True))]


def _patient(order: int, row: dict[str, Cell]) -> Patient:
    def day(name: str) -> int | None:
        value = row[name]
        return int(value) if isinstance(value, int | float) else None

    def date(name: str) -> dt.date:
        value: object = row[name]
        if not isinstance(value, dt.date):
            msg = f"{name} of {row['USUBJID']} is {value!r}, not a date"
            raise TypeError(msg)
        return value

    change = row["BEST_CHANGE"]
    return Patient(
        order=order,
        usubjid=str(row["USUBJID"]),
        subjid=str(row["SUBJID"]),
        site=str(row["SITEID"]),
        sex=str(row["SEX"]),
        age=day("AGE") or 0,
        first_dose=date("FIRST_DOSE"),
        cut=date("DATA_CUT"),
        end=day("END_OF_TREATMENT"),
        end_reason=None if row["END_REASON"] is None else str(row["END_REASON"]),
        response=day("RESPONSE"),
        progression=day("PROGRESSION"),
        last_scan=day("LAST_SCAN"),
        last_seen=day("LAST_SEEN") or 1,
        death=day("DEATH"),
        best_change=float(change) if isinstance(change, int | float) else None,
        best=str(row["BOR_PLANNED"]),
        cells=row,
    )
