import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.adam.study import protocol, treated
from topline.adam.adam import Adam, derive_adam

DAY = dt.date
TU = """
    ID  TULNKID  TUSTRESC    TULOC
    01  T01      TARGET      LIVER
    01  T02      TARGET      LYMPH NODE
    01  NT01     NON-TARGET  BONE
"""
HEADER = "ID  TRLNKID  TRTESTCD  TRSTRESN  TRSTRESC  VISITNUM  VISIT  TRDTC  TRSEQ\n"
SCANS = [
    # an earlier scan of the liver, then the baseline
    "01  T01  LDIAM  44  44  1  SCREENING  2023-12-01  1",
    "01  T01  LDIAM  40  40  2  BASELINE  2024-01-08  2",
    "01  T02  LPERP  20  20  2  BASELINE  2024-01-10  3",
    "01  NT01  TUMSTATE  .  PRESENT  2  BASELINE  2024-01-08  4",
    "01  T01  LDIAM  30  30  3  WEEK 8  2024-03-06  5",
    "01  T02  LPERP  12  12  3  WEEK 8  2024-03-08  6",
    "01  NT01  TUMSTATE  .  PRESENT  3  WEEK 8  2024-03-06  7",
    # the node was not seen
    "01  T01  LDIAM  28  28  4  WEEK 16  2024-05-01  8",
    "01  T01  LDIAM  36  36  5  WEEK 24  2024-06-26  9",
    "01  T02  LPERP  15  15  5  WEEK 24  2024-06-26  10",
    "01  NT01  TUMSTATE  .  PRESENT  5  WEEK 24  2024-06-26  11",
]


def analysed(scans: list[str], dose: str = "2024-01-10", **domains: str) -> Adam:
    sdtm = treated({"01": (dose, "2024-06-01")}, TU=TU, TR=HEADER + "\n".join(scans), **domains)
    return derive_adam(protocol(), sdtm)


def test_sums_baseline_nadir_and_changes() -> None:
    sums = analysed(SCANS)["ADTR"].filter(PARAMCD="SUMDIAM")
    assert sums.select(
        "ASSESSN", "ADT", "AVAL", "BASE", "CHG", "NADIR", "CHGNAD", "ABLFL"
    ).rows() == [
        (0, DAY(2024, 1, 10), 60.0, 60.0, 0.0, None, None, "Y"),
        (1, DAY(2024, 3, 8), 42.0, 60.0, -18.0, 60.0, -18.0, None),
        (2, DAY(2024, 5, 1), None, 60.0, None, 42.0, None, None),  # a lesion lacks: no sum
        (3, DAY(2024, 6, 26), 51.0, 60.0, -9.0, 42.0, 9.0, None),
    ]
    assert sums["PCHG"].to_list() == pytest.approx([0, -30, None, -15])
    assert sums["PCHGNAD"].to_list() == pytest.approx([None, -30, None, 900 / 42])


def test_a_response_reported_under_another_visit_of_the_same_day_is_no_second_scan() -> None:
    rs = "ID  RSTESTCD  RSSTRESC  RSDTC  VISITNUM  RSSEQ\n"
    same = rs + "01  OVRLRESP  PR  2024-03-06  99  1"
    other = rs + "01  OVRLRESP  NE  2024-04-03  99  1"
    assert analysed(SCANS, RS=same)["ADRS"].filter(PARAMCD="OVR").height == 3
    assert analysed(SCANS, RS=other)["ADRS"].filter(PARAMCD="OVR").height == 4


def test_the_baseline_is_the_last_scan_up_to_the_first_dose() -> None:
    lesion = analysed(SCANS)["ADTR"].filter(TRLNKID="T01")
    assert lesion.select("ASSESSN", "AVAL", "BASE", "CHG", "ABLFL", "ANL01FL").rows()[:3] == [
        (None, 44.0, None, None, None, None),
        (0, 40.0, 40.0, 0.0, "Y", "Y"),
        (1, 30.0, 40.0, -10.0, None, "Y"),
    ]
    assert lesion["AREASON"][0] == "an earlier scan; the baseline is the last before treatment"


def test_a_first_scan_after_the_first_dose_is_the_baseline_and_is_listed() -> None:
    adam = analysed(SCANS, dose="2023-11-01")
    assert adam["ADTR"].filter(ABLFL="Y", TRLNKID="T01")["AVAL"].to_list() == [44.0]
    query = adam.queries.filter(rule="ADTR.baseline")
    assert query["found"].to_list() == ["first scan on 2023-12-01, study day 31"]


def test_rows_lead_back_to_tr() -> None:
    adtr = analysed(SCANS)["ADTR"].filter(PARAMCD="LDIAM")
    assert sorted(adtr["SRCSEQ"]) == [1, 2, 3, 5, 6, 8, 9, 10]
    assert adtr["SRCDOM"].unique().to_list() == ["TR"]


def test_a_visit_of_which_only_a_response_was_collected_is_not_evaluable() -> None:
    rs = "ID  RSTESTCD  RSSTRESC  VISITNUM  VISIT  RSDTC\n01  OVRLRESP  SD  6  WEEK 36  2024-09-18"
    adam = analysed(SCANS, RS=rs)
    last = adam["ADRS"].filter(PARAMCD="OVR").row(-1, named=True)
    assert (last["AVALC"], last["AVISIT"]) == ("NE", "WEEK 36")
    source = adam["ADTR"].filter(ASEQ=last["SRCSEQ"]).row(0, named=True)
    assert (source["SRCDOM"], source["SRCSEQ"]) == ("RS", 1)


def test_a_new_lesion_at_baseline_is_listed_and_not_used() -> None:
    scans = ["01  N1  TUMSTATE  .  UNEQUIVOCAL  2  BASELINE  2024-01-08  20", *SCANS]
    tu = TU + "    01  N1  NEW  LUNG\n"
    sdtm = treated({"01": ("2024-01-10", "2024-06-01")}, TU=tu, TR=HEADER + "\n".join(scans))
    adam = derive_adam(protocol(), sdtm)
    assert adam["ADRS"].filter(PARAMCD="NEWLESN")["AVALC"].unique().to_list() == ["N"]
    assert "a new lesion at baseline" in adam.queries.filter(rule="ADTR.lesion")["found"].item()


def test_a_scan_without_any_date_is_listed_and_not_used() -> None:
    scans = [*SCANS, "01  T01  LDIAM  90  90  7  WEEK 32  .  12"]
    adam = analysed(scans)
    assert adam["ADRS"].filter(PARAMCD="OVR").height == 3
    assert adam.queries.filter(record="TRSEQ=12")["found"].to_list() == [
        "WEEK 32: T01: no date at this visit"
    ]


@settings(max_examples=5)
@given(order=st.permutations(range(len(SCANS))))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    straight, mixed = analysed(SCANS), analysed([SCANS[i] for i in order])
    for name, dataset in straight.datasets.items():
        assert mixed[name].equals(dataset)
