import datetime as dt

import pytest

from tests.adam.study import protocol, study
from topline.adam.adsl import derive_adsl

DAY = dt.date


def exposure(ex: str, dm: str = "ID  ARMCD\n01  A", cut: str | None = None) -> tuple[object, ...]:
    plan = protocol(study={**protocol().study.model_dump(), "data_cut": cut})
    adsl = derive_adsl(plan, study(DM=dm, EX=ex))
    return adsl.select("TRTSDT", "TRTEDT", "TRTDURD").row(0)


@pytest.mark.parametrize(
    ("ex", "expected"),
    [
        # the first day counts
        ("2024-01-05  2024-01-05  40  mg  DRUG", (DAY(2024, 1, 5), DAY(2024, 1, 5), 1)),
        # an interruption is no dose
        (
            "2024-01-05  2024-01-09  40  mg  DRUG\n01  2024-01-10  2024-02-01  0  mg  DRUG",
            (DAY(2024, 1, 5), DAY(2024, 1, 9), 5),
        ),
        # a placebo is a dose of 0
        ("2024-01-05  2024-01-06  0  mg  Placebo", (DAY(2024, 1, 5), DAY(2024, 1, 6), 2)),
        # the dose is not recorded
        ("2024-01-05  2024-01-06  .  .  DRUG", (DAY(2024, 1, 5), DAY(2024, 1, 6), 2)),
        # a partial start is the earliest day, a partial end the latest
        ("2024-02  2024-02  40  mg  DRUG", (DAY(2024, 2, 1), DAY(2024, 2, 29), 29)),
        # no end, no other date: one day
        ("2024-01-05  .  40  mg  DRUG", (DAY(2024, 1, 5), DAY(2024, 1, 5), 1)),
        # nothing was given
        ("2024-01-05  2024-01-09  0  mg  DRUG", (None, None, None)),
    ],
)
def test_first_and_last_dose(ex: str, expected: tuple[object, ...]) -> None:
    assert exposure(f"ID  EXSTDTC  EXENDTC  EXDOSE  EXDOSU  EXTRT\n01  {ex}") == expected


def test_an_open_record_lasts_until_the_data_cut() -> None:
    ex = "ID  EXSTDTC  EXENDTC\n01  2024-01-05  ."
    assert exposure(ex, cut="2024-03-31")[1] == DAY(2024, 3, 31)


def test_an_open_record_ends_with_life() -> None:
    dm = "ID  ARMCD  DTHFL  DTHDTC\n01  A  Y  2024-02-10"
    assert exposure("ID  EXSTDTC  EXENDTC\n01  2024-01-05  .", dm, "2024-03-31")[1] == DAY(
        2024, 2, 10
    )


def test_an_open_record_ends_with_the_last_exposure_of_dm() -> None:
    dm = "ID  ARMCD  RFXENDTC\n01  A  2024-01-20"
    assert exposure("ID  EXSTDTC  EXENDTC\n01  2024-01-05  .", dm, "2024-03-31")[1] == DAY(
        2024, 1, 20
    )


def test_without_exposure_records_dm_tells() -> None:
    dm = "ID  ARMCD  RFXSTDTC  RFXENDTC\n01  A  2024-01-02T09:30  2024-01-20"
    assert exposure("ID  EXSTDTC  EXENDTC", dm) == (DAY(2024, 1, 2), DAY(2024, 1, 20), 19)
