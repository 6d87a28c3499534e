"""Eligibility of both studies' subjects, against the same criteria written in plain Polars."""

from functools import cache
from pathlib import Path

import polars as pl
import pytest

from topline.adam.adam import Adam, derive_adam
from topline.adam.listings import derive_listings
from topline.protocol.read import read_protocol
from topline.sdtm.read import read_sdtm
from topline.studies import study_folder

CABOTEM = study_folder("cabotem") / "data"


@cache
def adam(folder: Path) -> Adam:
    return derive_adam(read_protocol(folder), read_sdtm(folder / "data"))


def verdicts(adie: pl.DataFrame, criterion: str) -> dict[str, str]:
    return dict(adie.filter(PARAMCD=criterion).select("USUBJID", "AVALC").rows())


def csv(name: str) -> pl.DataFrame:
    return pl.read_csv(CABOTEM / f"{name}.csv", infer_schema_length=None)


def baseline(rows: pl.DataFrame, domain: str, test: str, start: pl.DataFrame) -> pl.DataFrame:
    """Last value up to the day of the first dose: USUBJID and the test."""
    on_time = rows.join(start, on="USUBJID").filter(
        pl.col(f"{domain}TESTCD") == test, pl.col(f"{domain}DTC").str.head(10) <= pl.col("START"),
        pl.col(f"{domain}STRESN").is_not_null(),
    )  # fmt: skip
    ordered = on_time.sort(f"{domain}DTC", f"{domain}SEQ")
    return ordered.group_by("USUBJID").agg(pl.col(f"{domain}STRESN").last().alias(test))


def test_the_cohort_is_eligible_and_its_clearances_are_those_of_cockcroft_and_gault() -> None:
    adie = adam(study_folder("cabotem"))["ADIE"]
    assert adie.height == 37 * 23
    assert adie["ELIG"].unique().to_list() == ["ELIGIBLE"]
    assert adie["BASIS"].unique().to_list() == ["RULE"]
    people = csv("dm").select("USUBJID", "AGE", "SEX", START="RFSTDTC")
    start = people.select("USUBJID", "START")
    rows = people.join(baseline(csv("lb"), "LB", "CREAT", start), on="USUBJID").join(
        baseline(csv("vs"), "VS", "WEIGHT", start), on="USUBJID"
    )
    factor = pl.when(pl.col("SEX") == "F").then(0.85).otherwise(1.0)
    clearance = (140 - pl.col("AGE")) * pl.col("WEIGHT") * factor / (72 * pl.col("CREAT") / 88.4)
    expected = dict(rows.select("USUBJID", clearance).rows())
    told = adie.filter(PARAMCD="I13").select(
        "USUBJID", pl.col("USED").str.extract(r"Gault\) ([\d.]+) mL/min").cast(pl.Float64)
    )
    assert dict(told.rows()) == pytest.approx(expected, abs=5e-5)
    assert min(expected.values()) >= 60


def test_the_cohort_progressed_in_the_year_before_and_its_analogs_are_stable() -> None:
    entry = csv("ds").filter(pl.col("DSDECOD") == "ENROLLED").select("USUBJID", ENTRY="DSSTDTC")
    history = csv("mh").filter(pl.col("MHCAT") == "DISEASE PROGRESSION").join(entry, on="USUBJID")
    days = (pl.col("ENTRY").str.to_date() - pl.col("MHSTDTC").str.to_date()).dt.total_days()
    assert history.height == 37
    assert history.select(days.is_between(0, 365)).to_series().all()
    analogs = csv("cm").filter(
        pl.col("CMCAT") == "CONCOMITANT", pl.col("CMCLAS") == "SOMATOSTATIN ANALOG"
    )
    since = analogs.join(entry, on="USUBJID").select(
        (pl.col("ENTRY").str.to_date() - pl.col("CMSTDTC").str.to_date()).dt.total_days()
    )
    assert since.height == 19  # Table 1: concurrent SSA in 19 of 37
    assert min(since.to_series().to_list()) >= 62
    told = adam(study_folder("cabotem"))["ADIE"].filter(PARAMCD="I05")["USED"]
    assert told.str.contains("at entry Y").sum() == 19
    assert told.str.contains("unchanged for 2 months Y").sum() == 19


def test_pilot_subjects_by_plain_polars(pilot: Path) -> None:
    found = adam(pilot)
    raw = {name: pl.read_parquet(pilot / "data" / f"{name}.parquet") for name in
           ("dm", "ds", "lb", "vs", "eg", "cm")}  # fmt: skip
    people = raw["dm"].select("USUBJID", "AGE", "SEX", START=pl.col("RFXSTDTC").str.head(10))
    start = people.select("USUBJID", "START")
    numbers = people
    for name, test in (("lb", "CREAT"), ("vs", "WEIGHT"), ("eg", "QT"), ("eg", "RR")):
        own = baseline(raw[name], name.upper(), test, start)
        numbers = numbers.join(own, on="USUBJID", how="left")
    factor = pl.when(pl.col("SEX") == "F").then(0.85).otherwise(1.0)
    numbers = numbers.with_columns(
        CRCL=(140 - pl.col("AGE")) * pl.col("WEIGHT") * factor / (72 * pl.col("CREAT") / 88.4),
        QTCF=pl.col("QT") / (pl.col("RR") / 1000) ** (1 / 3),
        LIMIT=pl.when(pl.col("SEX") == "M").then(450).otherwise(470),
    )
    for criterion, holds in (
        ("I01", pl.col("AGE") >= 50),
        ("I03", pl.col("CRCL") >= 40),
        ("E01", pl.col("QTCF") > pl.col("LIMIT")),
    ):
        word = pl.when(holds).then(pl.lit("MET")).when(~holds).then(pl.lit("NOT MET"))
        expected = numbers.select("USUBJID", word.fill_null("CANNOT BE JUDGED"))
        assert verdicts(found["ADIE"], criterion) == dict(expected.rows()), criterion


def test_screening_failures_of_the_pilot_are_in_its_log(pilot: Path) -> None:
    found, collected = adam(pilot), read_sdtm(pilot / "data")
    log = derive_listings(read_protocol(pilot), collected, found.datasets)["screening"]
    assert log.height == 306
    assert dict(log.group_by("OUTCOME").len().rows()) == {"ENROLLED": 254, "SCREEN FAILURE": 52}
    assert log.filter(OUTCOME="SCREEN FAILURE")["REASON"].null_count() == 0


def test_what_the_randomized_lack_is_asked_back_and_others_are_not(pilot: Path) -> None:
    found = adam(pilot)
    asked = found.queries.filter(rule="ADIE.missing")
    inside = found["ADSL"].filter(ENRLFL="Y")["USUBJID"]
    assert set(asked["subject"]) <= set(inside)
    unknown = found["ADIE"].filter(
        pl.col("USUBJID").is_in(inside.implode()), pl.col("AVALC") == "CANNOT BE JUDGED",
        pl.col("PARAMCD") != "I02",
    )  # fmt: skip
    assert asked.height == unknown.height
