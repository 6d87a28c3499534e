"""Best change, baseline and time without progression, from the scans of a subject or two."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.adam.study import protocol, study, treated
from topline.adam.adam import Adam, derive_adam
from topline.errors import ProtocolError

DAY = dt.date
DOSES = {"01": ("2024-01-10", "2024-06-01")}
TR = "ID  TRGRPID  TRLNKID  TRTESTCD  TRSTRESN  TRSTRESC  VISITNUM  TRDTC\n"
RS = "ID  RSTESTCD  RSSTRESC  RSDTC  VISITNUM\n"


def scans(*sums: tuple[str, float], who: str = "01", first: int = 1) -> list[str]:
    """One target lesion at each visit, the baseline first."""
    return [
        f"{who}  TARGET  T01  LDIAM  {mm}  {mm}  {i}  {day}"
        for i, (day, mm) in enumerate(sums, first)
    ]


def analysed(rows: list[str], doses: dict[str, tuple[str, str]] = DOSES, **parts: Any) -> Adam:
    reported = parts.pop("RS", None)
    domains = {"TR": TR + "\n".join(rows)} | ({"RS": RS + reported} if reported else {})
    return derive_adam(protocol(**parts), treated(doses, **domains))


def best_change(adam: Adam) -> tuple[object, ...]:
    return adam["ADSL"].select("BESTPCHG", "BESTPCDT").row(0)


BASELINE = ("2024-01-02", 40.0)


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        # 40, 30, 32 mm: the smallest, not the last
        ([("2024-03-06", 30), ("2024-05-01", 32)], (-25, DAY(2024, 3, 6))),
        # equal ones: the first
        ([("2024-03-06", 30), ("2024-05-01", 30)], (-25, DAY(2024, 3, 6))),
        # growth only: the least growth
        ([("2024-03-06", 44), ("2024-05-01", 46)], (10, DAY(2024, 3, 6))),
        # 20, then 26 (+30 %, +6 mm: PD), then 10 after progression
        ([("2024-03-06", 20), ("2024-05-01", 26), ("2024-06-26", 10)], (-50, DAY(2024, 3, 6))),
        # the assessment that shows progression counts
        ([("2024-03-06", 50)], (25, DAY(2024, 3, 6))),
        # never scanned again
        ([], (None, None)),
    ],
)
def test_best_change_is_the_smallest_up_to_progression(
    later: list[tuple[str, float]], expected: tuple[object, ...]
) -> None:
    adam = analysed(scans(BASELINE, *later))
    assert best_change(adam) == expected
    row = adam["ADRS"].filter(PARAMCD="BPCHG")
    assert row.height == (expected[0] is not None)
    if row.height:
        source = adam["ADTR"].filter(ASEQ=row["SRCSEQ"].item(), PARAMCD="SUMDIAM")
        assert (row["AVAL"].item(), row["ADT"].item()) == expected
        assert source["PCHG"].item() == expected[0]


def test_scans_after_new_therapy_do_not_count_where_the_protocol_says_so() -> None:
    rows = scans(BASELINE, ("2024-03-06", 36), ("2024-05-01", 30))
    therapy = "ID  CMSEQ  CMTRT  CMSTDTC\n01  1  Other  2024-04-01"
    variables = {"NACTDT": {"label": "New", "from": "CM", "value": "CMSTDTC", "type": "date"}}
    sdtm = treated(DOSES, TR=TR + "\n".join(rows), CM=therapy)
    plan = protocol(variables=variables, response={"until": ["NACTDT"]})
    assert best_change(derive_adam(plan, sdtm))[0] == -10
    assert best_change(derive_adam(protocol(variables=variables), sdtm))[0] == -25


def test_with_reported_responses_sums_count_up_to_the_last_that_is_used() -> None:
    rows = scans(BASELINE, ("2024-03-06", 36), ("2024-05-01", 34), ("2024-06-26", 10))
    reported = "01  OVRLRESP  SD  2024-03-06  2\n01  OVRLRESP  PD  2024-05-02  3"
    adam = analysed(rows, RS=reported, response={"source": "reported"})
    assert best_change(adam) == (-15, DAY(2024, 5, 1))


def test_with_reported_responses_the_baseline_is_no_change_either() -> None:
    rows = scans(BASELINE, ("2024-03-06", 44))
    adam = analysed(rows, RS="01  OVRLRESP  SD  2024-03-06  2", response={"source": "reported"})
    assert best_change(adam) == (10, DAY(2024, 3, 6))


@pytest.mark.parametrize(
    ("first_scan", "expected"),
    [
        ("2024-01-09", ("Y", DAY(2024, 1, 9))),
        ("2024-01-10", ("Y", DAY(2024, 1, 10))),  # on the day of the first dose
        ("2024-01-11", ("N", None)),  # the first scan serves as baseline, and came too late
    ],
)
def test_a_baseline_is_a_scan_on_or_before_the_first_dose(
    first_scan: str, expected: tuple[object, ...]
) -> None:
    row = analysed(scans((first_scan, 40), ("2024-03-06", 30)))["ADRS"].filter(PARAMCD="TUMBASE")
    assert row.select("AVALC", "ADT").row(0) == expected
    late = "scanned on 2024-01-11, after the start on 2024-01-10"
    assert row["AREASON"].item() == (late if expected[0] == "N" else None)


def test_whoever_has_no_start_was_scanned_before_it() -> None:
    sdtm = study(
        DM="ID  ARMCD  RFICDTC\n01  A  2024-01-01",
        TR=TR + "\n".join(scans(("2024-01-05", 40))),
    )
    rows = derive_adam(protocol(), sdtm)["ADRS"]
    assert rows.filter(PARAMCD="TUMBASE")["AVALC"].to_list() == ["Y"]
    assert rows.filter(PARAMCD="BOR")["NOPDDUR"].to_list() == [None]


def test_of_several_scans_before_treatment_the_last_is_the_baselines_date() -> None:
    rows = scans(("2023-12-01", 44), BASELINE, ("2024-03-06", 30))
    row = analysed(rows)["ADRS"].filter(PARAMCD="TUMBASE")
    assert row["ADT"].item() == DAY(2024, 1, 2)


def test_a_baseline_of_several_days_is_one_if_it_began_before_treatment() -> None:
    days = {"T01": "2024-01-05", "T02": "2024-01-08", "T03": "2024-01-12"}
    rows = [f"01  TARGET  {lesion}  LDIAM  20  20  1  {day}" for lesion, day in days.items()]
    row = analysed(rows)["ADRS"].filter(PARAMCD="TUMBASE")
    assert row.select("AVALC", "ADT").row(0) == ("Y", DAY(2024, 1, 8))


def test_whoever_was_never_scanned_has_no_baseline() -> None:
    doses = DOSES | {"02": ("2024-01-10", "2024-06-01")}
    rows = analysed(scans(BASELINE), doses)["ADRS"].filter(PARAMCD="TUMBASE")
    assert rows.select("USUBJID", "AVALC").rows() == [("01", "Y"), ("02", "N")]


def test_where_no_lesions_were_collected_nothing_is_said_of_baselines() -> None:
    adam = analysed([], RS="01  OVRLRESP  SD  2024-03-06  2", response={"source": "reported"})
    assert adam["ADRS"].filter(PARAMCD="TUMBASE").is_empty()
    assert best_change(adam) == (None, None)


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        # days from 2024-01-10: 56 to 03-06, 112 to 05-01, 168 to 06-26
        (["SD 2024-03-06", "SD 2024-05-01"], (112, 112)),
        # progression 168 days after the start; seen stable until day 112 (RECIST 1.1, 4.6.3)
        (["SD 2024-03-06", "SD 2024-05-01", "PD 2024-06-26"], (168, 112)),
        (["SD 2024-03-06", "NE 2024-05-01"], (56, 56)),
        (["PD 2024-03-06"], (56, None)),
        (["PD 2024-03-06", "SD 2024-05-01"], (56, None)),
        (["NE 2024-03-06"], (None, None)),
        # disease after complete response is progression (table 3, note a)
        (["CR 2024-03-06", "PR 2024-05-01"], (112, 56)),
        ([], (None, None)),
    ],
)
def test_time_without_progression_goes_to_pd_or_to_the_last_evaluation(
    reported: list[str], expected: tuple[object, ...]
) -> None:
    rows = [f"01  OVRLRESP  {r[:2]}  {r[3:]}  {i}" for i, r in enumerate(reported, 2)]
    adam = analysed([], RS="\n".join(rows) or None, response={"source": "reported"})
    for parameter in ("BOR", "CBOR"):
        row = adam["ADRS"].filter(PARAMCD=parameter)
        assert row.select("NOPDDUR", "NOPDLST").row(0) == expected


def test_the_names_of_the_best_change_are_taken() -> None:
    mine = {"BESTPCHG": {"label": "Mine", "rule": "1"}}
    sets = {"ALL": {"label": "All", "where": "ENRLFL = 'Y'", "flag": "BESTPCDT"}}
    with pytest.raises(ProtocolError) as caught:
        analysed(scans(BASELINE), variables=mine, analysis_sets=sets)
    assert "variables.BESTPCHG: ADSL has BESTPCHG anyway" in str(caught.value)
    assert "analysis_sets.ALL.flag: ADSL has BESTPCDT anyway" in str(caught.value)


def test_the_best_change_may_be_described_and_used_by_rules() -> None:
    variables = {
        "BESTPCHG": {"label": "Best change", "type": "number", "unit": "%"},
        "DEEP": {"label": "Deep", "rule": "CASE WHEN BESTPCHG <= -50 THEN 'Y' ELSE 'N' END"},
    }
    adam = analysed(scans(BASELINE, ("2024-03-06", 20)), variables=variables)
    assert adam["ADSL"].select("BESTPCHG", "DEEP").row(0) == (-50, "Y")


MANY = [
    *scans(BASELINE, ("2024-03-06", 30), ("2024-05-01", 30)),
    *scans(("2024-01-11", 50), ("2024-03-06", 60), who="02"),
]


@settings(max_examples=5)
@given(order=st.permutations(range(len(MANY))))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    doses = DOSES | {"02": ("2024-01-10", "2024-06-01")}
    straight, mixed = analysed(MANY, doses), analysed([MANY[i] for i in order], doses)
    for name in ("ADRS", "ADSL"):
        assert mixed[name].equals(straight[name])
