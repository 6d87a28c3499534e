"""Dates, assessments and drugs of single patients of the trial in `study`."""

import datetime as dt

import polars as pl

from tests.frames import frame

_BEFORE_FIRST = pl.date(2023, 12, 31)
_BASELINE = dt.date(2023, 12, 20)

PATIENT_ANALYSES: dict[str, dict[str, object]] = {
    "COURSES": {
        "kind": "patient-courses",
        "analysis_set": "FULL",
        "drugs": ["D"],
        "dates": [
            "first response",
            "progression",
            "death",
            {"drug": "D", "label": "D stopped alone"},
        ],
        "by": ["REGION", "SEX"],
        "unit": "days",
    },
    "CHANGES": {
        "kind": "patient-changes",
        "analysis_set": "FULL",
        "by": ["SEX"],
        "unit": "days",
    },
    "DIAMETERS": {
        "kind": "patient-changes",
        "analysis_set": "FULL",
        "best": "highest",
        "response": None,
        "dates": [],
        "where": "AGE > 50",
        "unit": "weeks",
    },
    "PAIRS": {
        "kind": "patient-values",
        "analysis_set": "FULL",
        "variables": ["AGE", "KI67"],
        "by": ["REGION"],
    },
    "VISITS": {
        "kind": "patient-values",
        "analysis_set": "SAFETY",
        "dataset": "ADTR",
        "parameter": "SUMDIAM",
        "visit": "ASSESSN",
        "visits": ["0", "2"],
    },
}

# Days of the study; T-06 responded on the day before the first dose, which cannot be.
_RESPONSES = """
    USUBJID  PARAMCD  AVALC  DAY  ANL01FL
    T-01     RSP      Y      20   Y
    T-02     RSP      Y      10   Y
    T-05     RSP      Y      32   Y
    T-06     RSP      Y      0    Y
    T-03     RSP      N      .    Y
    T-03     PD       Y      29   Y
    T-04     PD       Y      45   Y
    T-05     PD       N      .    Y
    T-04     NEWLESN  Y      45   Y
    T-05     NEWLESN  Y      57   .
    T-01     OVR      CR     57   Y
    T-02     OVR      PR     57   Y
    T-03     OVR      PD     29   Y
    T-04     OVR      SD     45   Y
    T-05     OVR      PR     57   Y
    T-05     OVR      SD     90   .
    T-06     OVR      SD     57   Y
"""
# Taken from day to day; T-07 has no last day.
_TAKEN = """
    USUBJID  FIRST  LAST
    T-01     1      70
    T-02     1      15
    T-03     4      29
    T-07     1      .
"""


def add_patients(adam: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Add what figures of single patients need."""
    adsl = adam["ADSL"].with_columns(
        SUBJID=pl.col("USUBJID").str.slice(2), EOTSTT=pl.lit(None, pl.String)
    )
    return adam | {
        "ADSL": adsl,
        "ADRS": _adrs(adam["ADRS"]),
        "ADTR": _adtr(adam["ADTR"]),
        "ADEX": _adex(adam["ADEX"]),
    }


def with_status(adam: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Say how treatment stands: it goes on of those treated who have no reason for its end."""
    treated, reason = pl.col("TRTSDT").is_not_null(), pl.col("DCTREAS")
    status = (
        pl.when(treated & reason.is_null())
        .then(pl.lit("ONGOING"))
        .when(treated)
        .then(pl.lit("DISCONTINUED"))
        .otherwise(pl.lit("NOT TREATED"))
    )
    return adam | {"ADSL": adam["ADSL"].with_columns(EOTSTT=status)}


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(ASEQ=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("USUBJID"))


def _day(name: str) -> pl.Expr:
    return _BEFORE_FIRST + pl.duration(days=pl.col(name).cast(pl.Int64))


def _adrs(adrs: pl.DataFrame) -> pl.DataFrame:
    core = adrs.unique("USUBJID", maintain_order=True).drop(
        "PARAMCD", "AVALC", "AVAL", strict=False
    )
    others = [name for name in core.columns if name not in {"NOPDDUR", "NOPDLST"}]
    rows = frame(_RESPONSES).with_columns(ADT=_day("DAY")).drop("DAY")
    more = rows.join(core.select(others), on="USUBJID", how="left", maintain_order="left")
    return _numbered(pl.concat([adrs, more], how="diagonal"))


def _adtr(adtr: pl.DataFrame) -> pl.DataFrame:
    """Scan on days 29 and 57."""
    visit = pl.col("ASSESSN")
    base = pl.col("AVAL").filter(visit == 0).first().over("USUBJID")
    return _numbered(
        adtr.with_columns(
            PARAM=pl.lit("Sum of diameters (mm)"),
            ADT=pl.when(visit == 0)
            .then(pl.lit(_BASELINE))
            .otherwise(_BEFORE_FIRST + pl.duration(days=visit * 28 + 1)),
            PCHG=100 * (pl.col("AVAL") - base) / base,
            ABLFL=pl.when(visit == 0).then(pl.lit("Y")),
        )
    )


def _adex(adex: pl.DataFrame) -> pl.DataFrame:
    """Say from when to when D was taken, and when it was stopped for good: on the last day."""
    days = frame(_TAKEN).with_columns(first=_day("FIRST"), last=_day("LAST"))
    core = adex.unique("USUBJID", maintain_order=True).select(
        "USUBJID", "TRT01P", "TRT01A", "AGE", "SEX", "SCRNFL", "FASFL", "SAFFL"
    )
    taken = days.join(core, on="USUBJID").select(
        *core.columns,
        PARAMCD=pl.lit("TDURD"),
        PARCAT1=pl.lit("D"),
        ASTDT="first",
        AENDT="last",
    )
    dated = adex.join(days.select("USUBJID", "last"), on="USUBJID", how="left").with_columns(
        ASTDT=pl.when(PARAMCD="STOP").then("last")
    )
    return _numbered(pl.concat([dated.drop("last"), taken], how="diagonal"))
