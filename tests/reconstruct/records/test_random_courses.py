"""Fifty random cohorts: RECIST 1.1 reads from the lesions what was planned."""

import numpy as np
import polars as pl
import pytest
from numpy.random import Generator

from tests.reconstruct.records import meadow
from topline.adam.adam import derive_adam
from topline.protocol.protocol import Protocol
from topline.protocol.response import Response
from topline.reconstruct.cohort import COURSE, Cohort
from topline.reconstruct.records.records import write_records
from topline.reconstruct.records.specification import Records
from topline.sdtm.read import sdtm_from_frames

COHORTS, SIZE = 50, 8
SPEC = Records.model_validate(
    {
        "tumors": {
            "organs": [
                {"organ": "LIVER", "where": "AGE % 2 = 0", "targets": 2, "others": 1},
                {"organ": "LYMPH NODE", "where": "AGE % 3 > 0", "nodal": True},
                {"organ": "LUNG", "where": "AGE % 5 = 0", "targets": 2},
                {"organ": "PELVIS", "where": "AGE % 7 = 0"},
                {"organ": "BONE", "where": "AGE % 4 = 0", "targets": 0},
            ],
            "not_evaluable": 0.15,
        }
    }
)


def _course(draws: Generator) -> dict[str, object]:
    """Draw a course that RECIST 1.1 allows."""
    best = str(draws.choice(["CR", "PR", "SD", "PD", "NE"], p=[0.1, 0.3, 0.35, 0.15, 0.1]))
    first = int(draws.integers(40, 200))
    later = first + int(draws.integers(30, 500))
    response = first if best in ("CR", "PR") else None
    worse = bool(draws.random() < 0.6)
    progression = first if best == "PD" else later if worse and best != "NE" else None
    change = {
        "CR": -100.0,
        "PR": round(float(draws.uniform(-90, -30)), 1),
        "SD": round(float(draws.uniform(-29, 14)), 1),
        "PD": round(float(draws.uniform(-20, 60)), 1),
        "NE": None,
    }[best]
    scan = None if best == "NE" else progression or later
    if best == "SD" and progression is not None:  # stable at least once before
        scan = progression = max(later, 90)
    return {
        "AGE": int(draws.integers(30, 85)),
        "RESPONSE": response,
        "PROGRESSION": progression,
        "LAST_SCAN": scan,
        "LAST_SEEN": (scan or 30) + 20,
        "BEST_CHANGE": change,
        "BOR_PLANNED": best,
    }


def _cohort(number: int) -> Cohort:
    draws = np.random.default_rng(number)
    rows = [_course(draws) for _ in range(SIZE)]
    names = [f"C{number:02d}-{place}" for place in range(SIZE)]
    table = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        KEY=pl.Series(names),
        USUBJID=pl.Series(names),
        SUBJID=pl.Series(names),
        SITEID=pl.lit("01"),
        SEX=pl.lit("F"),
        FIRST_DOSE=pl.lit(meadow.FIRST_DOSE),
        DATA_CUT=pl.lit(meadow.DATA_CUT),
        END_OF_TREATMENT=pl.lit(None, pl.Int64),
        END_REASON=pl.lit(None, pl.String),
        DEATH=pl.lit(None, pl.Int64),
    )
    return Cohort(table.select(pl.col(name).cast(dtype) for name, dtype in COURSE.items()), number)


def _read(protocol: Protocol) -> pl.DataFrame:
    """Return plan and reading of all patients, one row each."""
    cohorts = [_cohort(number) for number in range(COHORTS)]
    written = [write_records(protocol, SPEC, cohort) for cohort in cohorts]
    domains = {
        name: pl.concat([one[name] for one in written], how="diagonal_relaxed")
        for name in ("DM", "DS", "EX", "TU", "TR", "RS")
    }
    adam = derive_adam(protocol, sdtm_from_frames(domains))
    read = (
        adam["ADRS"]
        .filter(pl.col("PARAMCD").is_in(["BOR", "RSP", "PD"]))
        .with_columns(shown=pl.when(PARAMCD="BOR").then("AVALC").otherwise(pl.col("ADY").cast(str)))
        .pivot("PARAMCD", index="USUBJID", values="shown")
    )
    plans = pl.concat([cohort.patients for cohort in cohorts])
    changes = adam["ADSL"].select("USUBJID", "BESTPCHG")
    return plans.join(read, on="USUBJID").join(changes, on="USUBJID")


@pytest.fixture(scope="module")
def read() -> pl.DataFrame:
    return _read(meadow.protocol())


def test_every_kind_of_course_is_drawn(read: pl.DataFrame) -> None:
    counts = dict(read.group_by("BOR_PLANNED").len().iter_rows())
    assert set(counts) == {"CR", "PR", "SD", "PD", "NE"}
    assert min(counts.values()) > 15


def test_best_responses_are_those_planned(read: pl.DataFrame) -> None:
    assert read.height == COHORTS * SIZE
    wrong = read.filter(pl.col("BOR") != pl.col("BOR_PLANNED"))
    assert wrong.is_empty(), wrong


@pytest.mark.parametrize(("shown", "planned"), [("RSP", "RESPONSE"), ("PD", "PROGRESSION")])
def test_dates_are_those_planned(read: pl.DataFrame, shown: str, planned: str) -> None:
    wrong = read.filter(pl.col(shown).cast(pl.Int64).ne_missing(pl.col(planned)))
    assert wrong.is_empty(), wrong


def test_best_changes_are_those_planned_to_a_millimetre(read: pl.DataFrame) -> None:
    off = (pl.col("BESTPCHG") - pl.col("BEST_CHANGE")).abs()
    wrong = read.filter(off > 100 / 16)  # 1 mm of the smallest sum
    assert wrong.is_empty(), wrong
    assert read.select(off.mean()).item() < 0.2


def test_confirmed_responses_come_out_where_confirmation_is_asked_for() -> None:
    protocol = meadow.protocol()
    options = protocol.response.options.model_dump() | {"confirmation": {"required": True}}
    response = Response.model_validate({"options": options})
    read = _read(protocol.model_copy(update={"response": response}))
    longer = (pl.col("LAST_SCAN") - pl.col("RESPONSE")) > 56
    responders = read.filter(pl.col("BOR_PLANNED").is_in(["CR", "PR"]) & longer)
    assert responders.height > 80
    assert responders.filter(pl.col("BOR") != pl.col("BOR_PLANNED")).is_empty()
