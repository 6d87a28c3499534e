"""Write dosing as on paper: days count from day 0, the first of January 2024."""

from datetime import date, timedelta

import polars as pl

from topline.clinical.dosing.exposure import Exposure, derive_exposure
from topline.clinical.dosing.regimen import Counting, DrugRegimen, Regimen

START = date(2024, 1, 1)
DAILY = DrugRegimen(drug="DAILY", levels=(40, 20), unit="mg", interruption_at_most_days=14)
WEEKS = DrugRegimen(
    drug="WEEKS",
    levels=(100, 75, 50),
    unit="mg/m2",
    days_on=7,
    days_off=7,
    interruption_at_most_days=14,
)
REGIMEN = Regimen(drugs=(DAILY, WEEKS), cycle_days=28, cycle_window_days=3)
RECORDS = {
    "subject": pl.String,
    "record": pl.Int64,
    "drug": pl.String,
    "start_date": pl.Date,
    "end_date": pl.Date,
    "dose": pl.Float64,
    "unit": pl.String,
    "bsa_m2": pl.Float64,
    "reason": pl.String,
}
PERIODS = {
    "subject": pl.String,
    "drug": pl.String,
    "until_date": pl.Date,
    "stopped_date": pl.Date,
}


def day(number: float | None) -> date | None:
    return None if number is None else START + timedelta(days=int(number))


def records(text: str, drug: str = "DAILY", subject: str = "1") -> pl.DataFrame:
    """Read lines of: first day, last day, dose, reason; `.` is missing; the record is the line."""
    rows: list[tuple[object, ...]] = []
    unit = {"DAILY": "mg", "WEEKS": "mg/m2"}[drug]
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), start=1):
        cells = [None if cell == "." else cell for cell in [*line.split(), "."][:4]]
        start, end, dose = (None if cell is None else float(cell) for cell in cells[:3])
        key = number + (100 if drug == "WEEKS" else 0)
        rows.append((subject, key, drug, day(start), day(end), dose, unit, None, cells[3]))
    return pl.DataFrame(rows, schema=RECORDS, orient="row")


def periods(
    until: int, *drugs: str, subject: str = "1", stopped: int | None = None
) -> pl.DataFrame:
    rows = [(subject, drug, day(until), day(stopped)) for drug in drugs or ("DAILY",)]
    return pl.DataFrame(rows, schema=PERIODS, orient="row")


def expose(
    text: str,
    until: int = 1000,
    drug: str = "DAILY",
    *,
    regimen: Regimen = REGIMEN,
    counting: Counting | None = None,
) -> Exposure:
    """Derive the exposure of one subject to one drug."""
    return derive_exposure(records(text, drug), periods(until, drug), regimen, counting)


def stop(text: str, until: int, stopped: int | None, counting: Counting | None = None) -> Exposure:
    """Derive the same of the daily drug, stopped for good on a day."""
    return derive_exposure(records(text), periods(until, stopped=stopped), REGIMEN, counting)


def rules(exposure: Exposure) -> list[str]:
    return exposure.findings["rule"].to_list()


def course(exposure: Exposure, *columns: str) -> tuple[object, ...]:
    return exposure.courses.select(columns).row(0)
