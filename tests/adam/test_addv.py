"""ADDV: what is a deviation, when it happened, what was found and planned."""

import datetime as dt
from typing import get_args

import pytest
from pydantic import ValidationError

from tests.adam.study import protocol, study
from topline.adam.adam import Adam, derive_adam
from topline.adam.addv import KINDS
from topline.protocol.protocol import Protocol
from topline.protocol.treatments import DeviationKind
from topline.sdtm.collected import Sdtm

DM = "ID  ARMCD  ACTARMCD  RFICDTC  AGE\n01  A  A  {consent}  {age}\n"
DS = "ID  DSDECOD  DSSTDTC\n01  ENROLLED  2024-01-01\n"
EX = "ID  EXTRT  EXDOSE  EXDOSU  EXSTDTC  EXENDTC\n"


def plan(**deviations: object) -> Protocol:
    treatments = {
        "cycle": {"length": "28 days"},
        "drugs": [
            {"name": "A", "levels": [40, 30, 20], "unit": "mg", "schedule": {"on": "1 day"}},
            {
                "name": "T",
                "levels": [100],
                "unit": "mg",
                "schedule": {"on": "7 days", "off": "7 days"},
            },
        ],
        "exposure": {},
    }
    criteria = {"inclusion": [{"id": "I01", "text": "Adult", "rule": "AGE >= 18"}]}
    return protocol(treatments=treatments, deviations=deviations, eligibility=criteria)


def trial(
    ex: str = "01  A  40  mg  2024-01-01  2024-01-10\n",
    consent: str = "2023-12-20",
    age: int = 18,
    **domains: str,
) -> Sdtm:
    people = DM.format(consent=consent, age=age)
    return study(**{"DM": people, "DS": DS, "EX": EX + ex, **domains})


def kinds(adam: Adam) -> list[str]:
    return adam["ADDV"].filter(~adam["ADDV"]["DVDECOD"].is_in(["NO BASELINE"]))["DVDECOD"].to_list()


@pytest.mark.parametrize(
    ("consent", "expected"),
    [
        ("2023-12-31", []),
        ("2024-01-01", []),
        ("2024-01-02", ["TREATED BEFORE CONSENT", "ENROLLED BEFORE CONSENT"]),
        (".", []),
    ],
)
def test_consent_may_be_given_on_the_day_itself(consent: str, expected: list[str]) -> None:
    adam = derive_adam(plan(), trial(consent=consent))
    assert kinds(adam) == expected
    if expected:
        row = adam["ADDV"].filter(DVDECOD="TREATED BEFORE CONSENT").row(0, named=True)
        assert (row["FOUND"], row["ADT"]) == ("first dose 2024-01-01", dt.date(2024, 1, 1))
        assert row["PLANNED"] == "on or after consent, 2024-01-02"


@pytest.mark.parametrize(("age", "expected"), [(18, []), (17, ["INCLUSION NOT MET"])])
def test_who_entered_against_a_criterion(age: int, expected: list[str]) -> None:
    adam = derive_adam(plan(), trial(age=age))
    assert kinds(adam) == expected
    if expected:
        row = adam["ADDV"].filter(DVCAT="eligibility").row(0, named=True)
        assert (row["PARCAT1"], row["PLANNED"], row["SRCDOM"]) == ("I01", "Adult", "ADIE")


@pytest.mark.parametrize(
    ("doses", "expected"),
    [
        ((40, 30, 20), []),
        ((40, 20), ["LEVEL SKIPPED"]),
        ((40, 30, 40), ["RE-ESCALATION"]),
        ((30, 20), ["NOT STARTING DOSE"]),
        ((40, 35), ["DOSE OUTSIDE LEVELS"]),
    ],
)
def test_doses_go_down_one_level_at_a_time(doses: tuple[int, ...], expected: list[str]) -> None:
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=10 * i) for i in range(len(doses))]
    ex = "".join(
        f"01  A  {dose}  mg  {day}  {day + dt.timedelta(days=9)}\n"
        for dose, day in zip(doses, days, strict=True)
    )
    assert kinds(derive_adam(plan(), trial(ex))) == expected


@pytest.mark.parametrize(
    ("last", "second", "expected"),
    [
        ("2024-01-07", "2024-01-15", []),
        ("2024-01-08", "2024-01-16", ["TOO MANY DAYS ON"]),
        ("2024-01-07", "2024-01-14", ["TOO FEW DAYS OFF"]),
    ],
)
def test_weeks_on_and_off_are_kept(last: str, second: str, expected: list[str]) -> None:
    ex = f"01  T  100  mg  2024-01-01  {last}\n01  T  100  mg  {second}  {second}\n"
    assert kinds(derive_adam(plan(), trial(ex))) == expected


TU = "ID  TULNKID  TUTESTCD  TUSTRESC  TUDTC  VISITNUM\n01  T1  TUMIDENT  TARGET  2023-12-30  0"
TR = "ID  TRLNKID  TRTESTCD  TRSTRESN  TRSTRESU  TRDTC  VISITNUM\n"


@pytest.mark.parametrize(
    ("day", "expected"),
    # planned on 2024-02-26, a week earlier or later is on time
    [
        ("2024-02-18", ["EARLY"]),
        ("2024-02-19", []),
        ("2024-03-04", []),
        ("2024-03-05", ["LATE"]),
    ],
)
def test_assessments_out_of_their_window(day: str, expected: list[str]) -> None:
    tr = f"01  T1  LDIAM  30  mm  2023-12-30  0\n01  T1  LDIAM  30  mm  {day}  1\n"
    ds = DS + "01  .  2024-03-06\n"
    adam = derive_adam(plan(), trial(DS=ds, TU=TU, TR=TR + tr))
    found = adam["ADDV"].filter(DVCAT="visits")
    assert found["DVDECOD"].to_list() == expected
    if expected:
        side = "before" if expected == ["EARLY"] else "after"
        assert found["FOUND"].item() == f"{day}, 1 days {side} the window"
        assert found["PLANNED"].item() == "2024-02-19 to 2024-03-04"


def test_categories_and_kinds_can_be_left_out() -> None:
    sdtm = trial("01  A  35  mg  2024-01-01  2024-01-10\n", consent="2024-01-02")
    dose = derive_adam(plan(of=["dose"]), sdtm)
    assert dose["ADDV"]["DVDECOD"].to_list() == ["DOSE OUTSIDE LEVELS"]
    rest = derive_adam(plan(of=["consent"], except_for=["Enrolled before consent"]), sdtm)
    assert rest["ADDV"]["DVDECOD"].to_list() == ["TREATED BEFORE CONSENT"]


def test_every_deviation_names_its_kind_and_source() -> None:
    sdtm = trial("01  A  35  mg  2024-01-01  2024-01-10\n", age=17)
    found = derive_adam(plan(of=["dose", "eligibility"]), sdtm)["ADDV"]
    shown = found.select("ASEQ", "DVCAT", "DVTERM", "FOUND", "PLANNED", "SRCDOM", "SRCSEQ")
    assert shown.rows()[0] == (
        1, "dose", "Dose outside the allowed levels", "35 mg", "40 or 30 or 20 mg", "EX", 1
    )  # fmt: skip
    assert shown.rows()[1][1:3] == ("eligibility", "Inclusion criterion not met")


def test_kinds_are_those_of_the_protocol() -> None:
    assert tuple(KINDS) == get_args(DeviationKind)


def test_a_misspelled_kind_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValidationError, match="NOT STARTING DOSE"):
        plan(except_for=["NOT STARTING DOS"])
