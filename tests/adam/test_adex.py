"""ADEX by hand: subject 01 takes A every day and T one week on, one week off."""

import datetime as dt

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.adam.study import protocol, study
from topline.adam.adam import Adam, derive_adam
from topline.protocol.protocol import Protocol
from topline.protocol.references import broken_references
from topline.sdtm.collected import Sdtm

A = {
    "name": "A",
    "levels": [40, 20],
    "unit": "mg",
    "schedule": {"on": "1 day"},
    "interruption_at_most": "14 days",
}
T = {
    "name": "T",
    "levels": [100, 75, 50],
    "unit": "mg/m2",
    "schedule": {"on": "7 days", "off": "7 days"},
    "interruption_at_most": "14 days",
    "may_stop_alone": True,
}
EX_HEADER = "ID  EXTRT  EXDOSE  EXDOSU  EXSTDTC  EXENDTC  EXADJ\n"
DS_HEADER = "ID  DSCAT  DSSCAT  DSDECOD  DSTERM  DSSTDTC\n"


def plan(*drugs: dict[str, object], **parts: object) -> Protocol:
    exposure = parts.pop("exposure", {})
    treatments = {
        "cycle": {"length": "28 days", "window": "3 days"},
        "drugs": list(drugs or (A,)),
        "exposure": exposure,
    }
    return protocol(treatments=treatments, deviations={}, **parts)


def taken(ex: str, ds: str = "", **domains: str) -> Sdtm:
    enrolled = "01  .  .  ENROLLED  .  2024-01-01\n"
    ids = {line.split("  ")[0] for line in ex.splitlines() if line}
    people = "\n".join(f"{who}  A  A" for who in sorted(ids))
    own = {"DM": f"ID  ARMCD  ACTARMCD\n{people}", "DS": DS_HEADER + enrolled + ds}
    return study(**{**own, "EX": EX_HEADER + ex, **domains})


def rows(adam: Adam, code: str) -> list[dict[str, object]]:
    return adam["ADEX"].filter(PARAMCD=code).rows(named=True)


def value(adam: Adam, code: str, drug: str = "A") -> object:
    return adam["ADEX"].filter(PARAMCD=code, PARCAT1=drug)["AVAL"].item()


REDUCED = """
01  A  40  mg  2024-01-01  2024-01-10  .
01  A  20  mg  2024-01-21  2024-01-30  FATIGUE
"""
STOPPED = "01  DISPOSITION EVENT  STUDY TREATMENT  COMPLETED  .  2024-01-30\n"


def test_doses_intensity_and_times_of_a_course() -> None:
    adam = derive_adam(plan(), taken(REDUCED, STOPPED))
    # 10 days of 40 mg and 10 of 20 mg in 30 days; planned 30 x 40 mg
    expected = {
        "TDOSE": 600, "TPDOSE": 1200, "RDI": 50, "AVDDSE": 30, "DOSINT": 140, "TDURD": 30,
        "DOSEDAYS": 20, "NCYCDOSE": 2, "NINT": 1, "TINTD": 10, "MAXINT": 10, "NINTOVR": 0,
        "NRED": 1, "NESC": 0, "LOWLVL": 2, "LOWDOSE": 20,
    }  # fmt: skip
    assert {code: value(adam, code) for code in expected} == expected
    # the 28th day ends the first cycle, and two more days began the second
    assert (value(adam, "NCYCSTRT", "ALL DRUGS"), value(adam, "NCYCLE", "ALL DRUGS")) == (2, 1)
    units = dict(adam["ADEX"].select("PARAMCD", "AVALU").unique().iter_rows())
    assert (units["TDOSE"], units["DOSINT"], units["RDI"]) == ("mg", "mg/week", "%")


def test_every_record_has_its_dose_and_its_days() -> None:
    adam = derive_adam(plan(), taken(REDUCED, STOPPED))
    found = adam["ADEX"].filter(PARAMCD="DOSE").select("AVAL", "DOSELVL", "SRCSEQ", "ANL01FL")
    assert found.rows() == [(40, 1, 1, "Y"), (20, 2, 2, "Y")]
    days = adam["ADEX"].filter(PARAMCD="DURD").select("AVAL", "SRCDOM", "SRCVAR").rows()
    assert days == [(10, "EX", "EXSTDTC")] * 2


def test_an_interruption_names_its_days_and_the_record_that_ends_it() -> None:
    (found,) = rows(derive_adam(plan(), taken(REDUCED, STOPPED)), "INT")
    assert (found["ASTDT"], found["AENDT"]) == (dt.date(2024, 1, 11), dt.date(2024, 1, 20))
    assert (found["AVAL"], found["ADY"], found["SRCSEQ"]) == (10, 11, 2)
    assert (found["AREASON"], found["OVERFL"]) == ("FATIGUE", None)


@pytest.mark.parametrize(
    ("resumed", "days", "over"),
    [("2024-01-24", 13, None), ("2024-01-25", 14, None), ("2024-01-26", 15, "Y")],
)
def test_an_interruption_may_last_as_long_as_the_protocol_says(
    resumed: str, days: int, over: str | None
) -> None:
    ex = f"01  A  40  mg  2024-01-01  2024-01-10  .\n01  A  40  mg  {resumed}  2024-01-30  .\n"
    adam = derive_adam(plan(), taken(ex, STOPPED))
    (found,) = rows(adam, "INT")
    assert (found["AVAL"], found["OVERFL"]) == (days, over)
    listed = adam["ADDV"].filter(DVCAT="interruption")
    assert listed.height == (1 if over else 0)
    if over:
        (row,) = listed.rows(named=True)
        assert row["FOUND"] == "15 days from 2024-01-11 to 2024-01-25"
        assert (row["PLANNED"], row["PARCAT1"], row["SRCSEQ"]) == ("at most 14 days", "A", 2)


WEEKS = """
01  A  40  mg  2024-01-01  2024-02-11  .
01  T  100  mg/m2  2024-01-01  2024-01-07  .
01  T  100  mg/m2  2024-01-15  2024-01-21  .
01  T  75  mg/m2  2024-02-05  2024-02-11  ADVERSE EVENT: NAUSEA
"""


def test_planned_weeks_off_are_no_interruption() -> None:
    adam = derive_adam(plan(A, T), taken(WEEKS))
    # 14 days without the drug, 7 of them planned
    (found,) = rows(adam, "INT")
    assert (found["PARCAT1"], found["AVAL"]) == ("T", 7)
    # 7 x 275 of 49 days, the last week off included: 24.5 days at 100
    assert value(adam, "TDOSE", "T") == 1925
    assert value(adam, "RDI", "T") == pytest.approx(100 * 1925 / 2450)
    (reduction,) = rows(adam, "RED")
    change = (reduction["DOSLVLFR"], reduction["DOSELVL"], reduction["AVALC"])
    assert change == (1, 2, "IN ORDER")


EVENTS = "ID  AETERM  AEDECOD  AEACN  AEOUT  AESTDTC  AEENDTC\n"


@pytest.mark.parametrize(
    ("outcome", "resolved"),
    [
        ("RECOVERED/RESOLVED", "Y"),
        ("RECOVERED/RESOLVED WITH SEQUELAE", "Y"),
        ("NOT RECOVERED/NOT RESOLVED", "N"),
        ("RECOVERING/RESOLVING", "N"),
        (".", None),
    ],
)
def test_a_reduction_knows_its_event_and_whether_it_was_over(
    outcome: str, resolved: str | None
) -> None:
    ae = f"01  Sick  NAUSEA  DOSE REDUCED  {outcome}  2024-01-29  2024-02-20"
    adam = derive_adam(plan(A, T), taken(WEEKS, AE=EVENTS + ae))
    (found,) = rows(adam, "RED")
    assert (found["ACAUSE"], found["AESEQ"], found["AELINK"]) == ("NAUSEA", 1, "REASON")
    assert found["AERESFL"] == resolved


def test_the_event_is_found_by_relation_then_reason_then_action() -> None:
    ae = EVENTS + (
        "01  Tired  FATIGUE  DOSE NOT CHANGED  RECOVERED/RESOLVED  2024-01-02  2024-02-20\n"
        "01  Rash  RASH  DOSE REDUCED  RECOVERED/RESOLVED  2024-01-30  2024-02-20\n"
        "01  Sick  NAUSEA  DOSE NOT CHANGED  RECOVERED/RESOLVED  2024-02-04  2024-02-20"
    )
    related = pl.DataFrame({
        "STUDYID": "S", "RDOMAIN": ["EX", "AE"], "USUBJID": "01", "IDVAR": ["EXSEQ", "AESEQ"],
        "IDVARVAL": ["4", "1"], "RELID": "R1",
    })  # fmt: skip

    def cause(sdtm: Sdtm) -> tuple[object, object]:
        (found,) = rows(derive_adam(plan(A, T), sdtm), "RED")
        return found["ACAUSE"], found["AELINK"]

    assert cause(taken(WEEKS, AE=ae)) == ("NAUSEA", "REASON")
    unnamed = WEEKS.replace("ADVERSE EVENT: NAUSEA", "ADVERSE EVENT")
    assert cause(taken(unnamed, AE=ae)) == ("RASH", "ACTION")
    sdtm = taken(WEEKS, AE=ae)
    with_relation = Sdtm({**sdtm.domains, "RELREC": related})
    assert cause(with_relation) == ("FATIGUE", "RELREC")


def test_an_event_that_began_later_caused_nothing_and_is_asked_for() -> None:
    ae = EVENTS + "01  Sick  NAUSEA  DOSE REDUCED  RECOVERED/RESOLVED  2024-02-06  2024-02-20"
    adam = derive_adam(plan(A, T), taken(WEEKS, AE=ae))
    (found,) = rows(adam, "RED")
    assert (found["ACAUSE"], found["AESEQ"]) == ("ADVERSE EVENT: NAUSEA", None)
    asked = adam.queries.filter(rule="ADEX.cause")
    assert asked.select("subject", "record").unique().rows() == [("01", "EXSEQ=4")]


def test_one_drug_stopped_while_the_other_went_on() -> None:
    ds = (
        "01  DISPOSITION EVENT  T  ADVERSE EVENT  Nausea  2024-02-11\n"
        "01  DISPOSITION EVENT  STUDY TREATMENT  PROGRESSIVE DISEASE  .  2024-03-01\n"
    )
    ex = WEEKS.replace("2024-01-01  2024-02-11", "2024-01-01  2024-03-01")
    adam = derive_adam(plan(A, T), taken(ex, ds))
    stops = adam["ADEX"].filter(PARAMCD="STOP").select("PARCAT1", "ADY", "ALONEFL", "DCREAS")
    assert stops.rows() == [
        ("A", 61, None, "PROGRESSIVE DISEASE"),
        ("T", 42, "Y", "ADVERSE EVENT"),
    ]
    assert adam["ADDV"].filter(DVDECOD="STOPPED ALONE").is_empty()
    strict = derive_adam(plan(A, {**T, "may_stop_alone": False}), taken(ex, ds))
    assert strict["ADDV"].filter(DVDECOD="STOPPED ALONE")["PARCAT1"].to_list() == ["T"]


VS = """ID  VSTESTCD  VSSTRESN  VSSTRESU  VSDTC
01  HEIGHT  180  cm  2023-12-20
01  WEIGHT  80  kg  2023-12-20
01  WEIGHT  45  kg  2024-01-14
"""


@pytest.mark.parametrize(
    ("weight_at", "expected"),
    # Mosteller: sqrt(180 x 80 / 3600) = 2 m2, then sqrt(180 x 45 / 3600) = 1.5 m2
    [("each record", [(100, 1), (100, 1)]), ("first dose", [(100, 1), (75, 2)])],
)
def test_a_dose_in_mg_is_of_the_body_surface(
    weight_at: str, expected: list[tuple[float, int]]
) -> None:
    ex = "01  T  200  mg  2024-01-01  2024-01-07  .\n01  T  150  mg  2024-01-15  2024-01-21  .\n"
    options = {"body_surface": {"weight_at": weight_at}}
    adam = derive_adam(plan(T, exposure=options), taken(ex, VS=VS))
    assert adam["ADEX"].filter(PARAMCD="DOSE").select("AVAL", "DOSELVL").rows() == expected


@pytest.mark.parametrize(
    ("mg", "step", "level"),
    # capsules of 5 mg: half a step is 2.5 mg, 1.25 mg/m2 of 2 m2
    [(197.5, 5, 1), (197.4, 5, None), (202.5, 5, 1), (200.1, None, None), (200, None, 1)],
)
def test_capsules_round_the_dose(mg: float, step: float | None, level: int | None) -> None:
    ex = f"01  T  {mg}  mg  2024-01-01  2024-01-07  .\n"
    drug = {**T, "capsule_step": step}
    adam = derive_adam(plan(drug), taken(ex, VS=VS))
    assert adam["ADEX"].filter(PARAMCD="DOSE")["DOSELVL"].to_list() == [level]
    outside = adam["ADDV"].filter(DVDECOD="DOSE OUTSIDE LEVELS")
    assert outside.height == (level is None)


def test_twice_a_day_is_twice_the_dose() -> None:
    ex = "ID  EXTRT  EXDOSE  EXDOSU  EXDOSFRQ  EXSTDTC  EXENDTC\n"
    sdtm = taken(REDUCED, EX=ex + "01  A  20  mg  BID  2024-01-01  2024-01-10")
    assert value(derive_adam(plan(), sdtm), "TDOSE") == 400


FAULTS = """
01  A  40  mg  2024-01-01  2024-01-10  .
01  A  40  mg  2024-01-10  2024-01-12  .
01  A  40  .  2024-01-13  2024-01-14  .
01  A  40  g  2024-01-15  2024-01-16  .
01  A  40  mg  2024-01-18  2024-01-17  .
01  Z  5  mg  2024-01-02  2024-01-03  .
01  A  40  mg  .  2024-01-30  .
"""


def test_each_fault_is_a_query_that_names_subject_and_record() -> None:
    adam = derive_adam(plan(), taken(FAULTS, STOPPED))
    asked = adam.queries.filter(pl.col("rule").str.starts_with("ADEX."))
    found = set(asked.select("subject", "record", "rule", "consequence").rows())
    assert found == {
        ("01", "EXSEQ=2", "ADEX.records_do_not_overlap", "none"),
        ("01", "EXSEQ=3", "ADEX.unit_is_of_regimen", "none"),
        ("01", "EXSEQ=4", "ADEX.unit_is_of_regimen", "none"),
        ("01", "EXSEQ=5", "ADEX.end_is_not_before_start", "value not used"),
        ("01", "EXSEQ=6", "ADEX.drug_is_of_regimen", "value not used"),
        ("01", "EXSEQ=7", "ADEX.record_has_start", "value not used"),
    }
    unknown = asked.filter(record="EXSEQ=6")
    assert (unknown["found"].item(), unknown["expected"].item()) == ("Z: Z", "one of A")


def test_faulty_records_keep_their_rows_and_add_no_dose() -> None:
    adam = derive_adam(plan(), taken(FAULTS, STOPPED))
    records = adam["ADEX"].filter(PARAMCD="DOSE").sort("SRCSEQ")
    assert records.select("SRCSEQ", "ANL01FL").rows() == [
        (1, "Y"), (2, "Y"), (3, "Y"), (4, "Y"), (5, None), (6, None), (7, None)
    ]  # fmt: skip
    assert value(adam, "TDOSE") is None
    reason = adam["ADEX"].filter(PARAMCD="TDOSE")["AREASON"].item()
    assert reason == "2 records without a dose in a known unit"


def test_a_placebo_has_days_and_no_amount() -> None:
    drug = {"name": "PLACEBO", "levels": [0], "unit": "mg", "schedule": {"on": "1 day"}}
    ex = "01  PLACEBO  0  mg  2024-01-01  2024-01-10  .\n"
    adam = derive_adam(plan(drug), taken(ex))
    assert value(adam, "DOSEDAYS", "PLACEBO") == 10
    assert rows(adam, "RDI") == rows(adam, "TDOSE") == []
    assert [row["AVAL"] for row in rows(adam, "DOSE")] == [0]


ARMS = {
    "id": "S",
    "title": "Study",
    "arms": [{"id": "LO", "label": "Low"}, {"id": "HI", "label": "High"}],
}


def two_arms() -> tuple[Protocol, Sdtm]:
    low = {**A, "levels": [20], "arms": ["LO"]}
    high = {**A, "levels": [40, 20], "arms": ["HI"]}
    other = {**T, "arms": ["HI"]}
    people = "ID  ARMCD  ACTARMCD\n01  LO  LO\n02  HI  HI"
    ds = DS_HEADER + "01  .  .  ENROLLED  .  2024-01-01\n02  .  .  ENROLLED  .  2024-01-01"
    ex = (
        "01  A  20  mg  2024-01-01  2024-01-10  .\n02  A  20  mg  2024-01-01  2024-01-10  .\n"
        "01  T  100  mg/m2  2024-01-03  2024-01-09  .\n"
    )
    return plan(low, high, other, study=ARMS), taken(ex, DM=people, DS=ds)


def test_levels_are_those_of_the_arm() -> None:
    adam = derive_adam(*two_arms())
    intensity = adam["ADEX"].filter(PARAMCD="RDI", PARCAT1="A").select("USUBJID", "AVAL")
    assert intensity.rows() == [("01", 100), ("02", 50)]
    # 02 was to have T too, and never had
    none = adam["ADEX"].filter(PARAMCD="DOSEDAYS", USUBJID="02", PARCAT1="T")["AVAL"].item()
    assert none == 0


def test_a_drug_of_another_arm_and_a_low_first_dose_are_deviations() -> None:
    adam = derive_adam(*two_arms())
    found = adam["ADDV"].filter(DVCAT="dose").select("USUBJID", "DVDECOD", "PARCAT1", "FOUND")
    assert found.rows() == [
        ("01", "DRUG OF ANOTHER ARM", "T", "T in Low"),
        ("02", "NOT STARTING DOSE", "A", "level 2"),
    ]


def test_the_order_of_records_changes_nothing() -> None:
    sdtm = taken(FAULTS + WEEKS.replace("01  ", "02  "), STOPPED)
    ordered = derive_adam(plan(A, T), sdtm)
    mixed = Sdtm({n: f.sample(fraction=1, shuffle=True, seed=3) for n, f in sdtm.domains.items()})
    shuffled = derive_adam(plan(A, T), mixed)
    for name in ("ADEX", "ADDV"):
        assert_frame_equal(ordered[name], shuffled[name])


def test_without_records_the_dataset_is_empty() -> None:
    adam = derive_adam(
        plan(), taken(REDUCED, EX=EX_HEADER.strip(), DM="ID  ARMCD  ACTARMCD\n01  A  A")
    )
    assert adam["ADEX"].is_empty()


def test_a_protocol_without_exposure_has_no_dataset() -> None:
    assert "ADEX" not in derive_adam(protocol(), taken(REDUCED)).datasets


def test_a_drug_twice_in_an_arm_and_an_unknown_arm_are_refused() -> None:
    found = [(broken[0], broken[1]) for broken in broken_references(plan(A, {**A, "arms": ["B"]}))]
    assert (("treatments", "drugs", 1, "arms", 0), "'B'") in found
    twice = [broken[1] for broken in broken_references(plan(A, A))]
    assert twice == ["A a second time for A"]


def frequency(term: str, first: str, last: str) -> Adam:
    header = "ID  EXTRT  EXDOSE  EXDOSU  EXDOSFRQ  EXSTDTC  EXENDTC\n"
    ex = f"{header}01  A  20  mg  {term}  {first}  {last}"
    own = {
        "DM": "ID  ARMCD  ACTARMCD\n01  A  A",
        "DS": DS_HEADER + "01  .  .  ENROLLED  .  2024-01-01",
    }
    return derive_adam(plan(), study(**own, EX=ex))


@pytest.mark.parametrize(
    ("term", "last", "dose", "listed"),
    [
        ("QD", "2024-01-10", 20, False),
        (".", "2024-01-10", 20, False),
        ("BID", "2024-01-10", 40, False),
        ("bid", "2024-01-10", 40, False),
        ("Q4H", "2024-01-10", 120, False),
        # seldom than daily: right for the one day of the dose, unclear over several
        ("Q3W", "2024-01-01", 20, False),
        ("ONCE", "2024-01-01", 20, False),
        ("EVERY WEEK", "2024-01-01", 20, False),
        ("Q3W", "2024-01-02", 20, True),
        ("QOD", "2024-01-10", 20, True),
        ("TWICE A DAY", "2024-01-01", 20, True),
        ("PRN", "2024-01-01", 20, True),
    ],
)
def test_a_frequency_that_does_not_tell_doses_a_day_is_listed(
    term: str, last: str, dose: float, listed: bool
) -> None:
    adam = frequency(term, "2024-01-01", last)
    assert [row["AVAL"] for row in rows(adam, "DOSE")] == [dose]
    found = adam.queries.filter(rule="ADEX.frequency_is_known").select("subject", "record", "found")
    assert found.rows() == ([("01", "EXSEQ=1", f"A: EXDOSFRQ = {term}")] if listed else [])


def test_cycles_completed_are_those_of_adsl() -> None:
    adam = derive_adam(plan(), taken(REDUCED, STOPPED))
    row = rows(adam, "NCYCLE")[0]
    assert row["AVAL"] == adam["ADSL"]["NCYCLES"].item() == 1
    assert (row["SRCDOM"], row["SRCVAR"]) == ("ADSL", "NCYCLES")
