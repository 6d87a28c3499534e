from pathlib import Path

import polars as pl

from tests.adam.study import protocol, study
from tests.adam.test_adie import CRITERIA, DM, DS, IE
from topline.adam.adam import derive_adam
from topline.adam.listings import derive_listings, write_derived_listings

PLAN = protocol(eligibility=CRITERIA)
SCREENED = """
    ID  ARMCD     AGE  SEX  RFICDTC
    01  A         60   F    2024-01-03
    02  A         80   M    2024-01-02
    03  A         .    M    .
    04  A         17   F    .
    05  Scrnfail  80   M    .
    06  Scrnfail  50   F    .
"""
SDTM = study(DM=SCREENED, DS=DS, IE=IE, EX="ID  EXTRT  EXSTDTC\n01  A  2024-01-11")


def listings() -> dict[str, pl.DataFrame]:
    return derive_listings(PLAN, SDTM, derive_adam(PLAN, SDTM).datasets)


def test_everyone_screened_is_in_the_log_by_consent() -> None:
    log = listings()["screening"]
    columns = ["USUBJID", "BASELINE", "ELIGIBLE", "VIOLATED", "UNKNOWN", "OUTCOME", "REASON"]
    unknown = "CANNOT BE JUDGED"
    assert log.select(columns).rows() == [
        ("02", "last known", "NOT ELIGIBLE", "I02, E01", None, "ENROLLED", None),
        ("01", "before first dose", "ELIGIBLE", None, None, "ENROLLED", None),
        ("03", "last known", unknown, None, "I01, E01", "ENROLLED", None),
        ("04", "last known", "NOT ELIGIBLE", "I01", None, "ENROLLED", None),
        ("05", "last known", "NOT ELIGIBLE", "E01", "I02, E02", "SCREEN FAILURE",
         "Criteria not met"),
        ("06", "last known", unknown, None, "I02, E02", "SCREEN FAILURE", "Withdrew consent"),
    ]  # fmt: skip
    assert log["SCRDT"].cast(pl.String).to_list() == ["2024-01-02", "2024-01-03", *[None] * 4]
    assert log["ENRLDT"].cast(pl.String).to_list() == [*["2024-01-10"] * 4, None, None]


def test_violations_among_those_who_entered() -> None:
    rows = listings()["violations"]
    columns = ["USUBJID", "PARAMCD", "AVALC", "USED", "SITEAVAL", "AGREEFL"]
    assert rows.select(columns).rows() == [
        ("02", "I02", "NOT MET", None, "NOT MET", None),
        ("02", "E01", "MET", "Age 80 years", "NOT MET", "N"),
        ("04", "I01", "NOT MET", "Age 17 years", "MET", "N"),
    ]


def test_without_a_reason_the_criteria_tell() -> None:
    plan = protocol(eligibility=CRITERIA)
    sdtm = study(DM=DM, DS=DS.replace("05  SCREEN FAILURE", "05  OTHER"), IE=IE)
    log = derive_listings(plan, sdtm, derive_adam(plan, sdtm).datasets)["screening"]
    assert log.filter(USUBJID="05").select("OUTCOME", "REASON").row(0) == (
        "NOT ENROLLED", "Eligibility: E01",
    )  # fmt: skip


def test_both_are_files_beside_the_others(tmp_path: Path) -> None:
    write_derived_listings(listings(), tmp_path)
    assert {"screening.csv", "violations.csv"} <= {path.name for path in tmp_path.iterdir()}


def test_without_criteria_there_are_none() -> None:
    found = derive_listings(protocol(), SDTM, derive_adam(protocol(), SDTM).datasets)
    assert not {"screening", "violations"} & set(found)
