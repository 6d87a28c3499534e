"""Target lesions are held to the rules for choosing them, and stay in the sums."""

import pytest

from tests.adam.study import protocol, treated
from topline.adam.adam import derive_adam

SIZES = [("T01", 12, "LIVER"), ("T02", 9, "LIVER"), ("T03", 30, "LIVER"), ("T04", 14, "LYMPH NODE")]


@pytest.fixture(scope="module")
def adam():
    tu = "ID  TULNKID  TUSTRESC  TULOC\n" + "\n".join(
        f"01  {lesion}  TARGET  {organ}" for lesion, _, organ in SIZES
    )
    tr = "ID  TRLNKID  TRTESTCD  TRSTRESN  VISITNUM  VISIT  TRDTC  TRSEQ\n" + "\n".join(
        f"01  {lesion}  {'LPERP' if organ == 'LYMPH NODE' else 'LDIAM'}  {size}  1  BASELINE  "
        f"2024-01-05  {i}"
        for i, (lesion, size, organ) in enumerate(SIZES, 1)
    )
    return derive_adam(protocol(), treated({"01": ("2024-01-10", "2024-06-01")}, TU=tu, TR=tr))


def test_small_lesions_and_too_many_of_an_organ_are_listed(adam) -> None:
    findings = adam.queries.filter(domain="ADTR").select("record", "found", "expected").rows()
    assert findings == [
        ("T02", "9 mm", "at least 10 mm"),  # 3.1.1
        ("T04", "14 mm", "at least 15 mm"),  # 3.1.1: short axis of a node
        ("LIVER", "3 target lesions", "at most 2"),  # 4.2: two an organ
    ]


def test_what_is_listed_stays_in_the_sum(adam) -> None:
    assert adam["ADTR"].filter(PARAMCD="SUMDIAM")["AVAL"].to_list() == [65.0]
