import datetime as dt

import pytest

from tests.adam.study import protocol, study, treated
from topline.adam.adsl import derive_adsl
from topline.errors import ProtocolError

DAY = dt.date


@pytest.mark.parametrize(
    ("died", "seen", "rule", "expected"),
    [
        ("2024-03-17", "2024-03-01", "earliest", (DAY(2024, 3, 17), None)),
        # the month is known: its first day, but not before the subject was seen alive
        ("2024-03", "2024-02-01", "earliest", (DAY(2024, 3, 1), "D")),
        ("2024-03", "2024-03-09", "earliest", (DAY(2024, 3, 9), "D")),
        ("2024", "2023-12-01", "earliest", (DAY(2024, 1, 1), "M")),
        ("2024-03", "2024-02-01", "latest", (DAY(2024, 3, 31), "D")),
    ],
)
def test_partial_date_of_death(
    died: str, seen: str, rule: str, expected: tuple[object, ...]
) -> None:
    sdtm = study(
        DM=f"ID  ARMCD  DTHFL  DTHDTC\n01  A  Y  {died}",
        VS=f"ID  VSDTC\n01  {seen}",
    )
    adsl = derive_adsl(protocol(partial_dates={"death": rule}), sdtm)
    assert adsl.select("DTHDT", "DTHDTF").row(0) == expected


def test_last_known_alive_is_the_latest_date_up_to_death() -> None:
    sdtm = treated(
        {"01": ("2024-01-01", "2024-01-20"), "02": ("2024-01-01", "2024-01-20")},
        DM="ID  ARMCD  DTHFL  DTHDTC\n01  A  Y  2024-03-01\n02  A  .  .",
        SS="""
            ID  SSSTRESC  SSDTC
            01  ALIVE     2024-02-01
            01  DEAD      2024-03-01      # tells of a death
            02  ALIVE     2024-05         # partial: the earliest day
        """,
        LB="ID  LBDTC\n01  2024-06-01\n02  2024-02-02",  # a sample after death
    )
    adsl = derive_adsl(protocol(), sdtm)
    assert adsl["LSTALVDT"].to_list() == [DAY(2024, 2, 1), DAY(2024, 5, 1)]


def test_nobody_is_seen_alive_after_the_data_cut() -> None:
    plan = protocol(study={**protocol().study.model_dump(), "data_cut": "2024-02-15"})
    sdtm = study(DM="ID  ARMCD\n01  A", VS="ID  VSDTC\n01  2024-02-01\n01  2024-03-01")
    assert derive_adsl(plan, sdtm)["LSTALVDT"].item() == DAY(2024, 2, 1)


def test_unknown_sources_are_listed_together() -> None:
    plan = protocol(disposition={"last_known_alive": ["XX.XXDTC", "VS.VSDTCC"]})
    with pytest.raises(ProtocolError, match=r"(?s)no domain XX.*did you mean VSDTC"):
        derive_adsl(plan, study(DM="ID  ARMCD\n01  A"))
