"""Worst grades of single patients, on the trial of eleven subjects."""

import polars as pl

from tests.analyses.study import EVERY_KIND, adae, adam, found, protocol, values
from topline.analyses.analyse import analyse

EVENTS = EVERY_KIND["AE-PATIENTS"]


def test_each_patient_has_the_worst_grade_of_each_event() -> None:
    cells = found(EVENTS)
    assert values(cells, "Nausea.", "n", "T-01.grade", "T-02.grade", "T-03.grade") == [3, 3, 1, 3]
    assert cells["Nausea.T-01.grade"]["trace_dataset"] == "ADAE"
    assert "Nausea.T-05.grade" not in cells  # had none


def test_any_event_tells_who_had_none() -> None:
    cells = found(EVENTS)
    grades = [
        (c["level"], c["display"])
        for c in cells.values()
        if c["parameter"] == "(any)" and c["statistic"] == "grade"
    ]
    assert grades == [
        ("T-01", "3"), ("T-02", "1"), ("T-03", "3"), ("T-04", "5"), ("T-05", "1"),
        ("T-06", "Missing"), ("T-07", "2"), ("T-08", "0"),
    ]  # fmt: skip
    assert cells["(any).T-06.grade"]["value"] is None  # its only grade is unknown
    assert cells["(any).T-08.grade"]["trace_dataset"] == "ADSL"


def test_the_most_frequent_come_first_then_by_name_and_the_unnamed_last() -> None:
    terms = dict.fromkeys(
        str(c["parameter"]) for c in found(EVENTS).values() if c["statistic"] == "n"
    )
    assert list(terms) == [
        "(any)", "Nausea", "Rash", "Crohn's disease", "Headache", "(missing)", "TRT01A",
    ]  # fmt: skip


def test_only_the_events_asked_for_count() -> None:
    cells = found(EVENTS | {"where": "TRTEMFL = 'Y' AND ATOXGRN >= 3", "term": "AEBODSYS"})
    assert values(cells, "", "(any).n", "Gut.n") == [3, 3]
    assert cells["(any).T-02.grade"]["display"] == "0"  # had a mild one


def test_several_arms_tell_who_is_in_which() -> None:
    assert found(EVENTS)["TRT01A.TRT01A=Control.T-08.value"]["display"] == "Control"
    one = found(EVENTS, arms=("Active",))
    assert not any(c["parameter"] == "TRT01A" for c in one.values())


def test_without_events_everybody_had_none() -> None:
    cells = found(EVENTS, adam() | {"ADAE": adae().clear()}, arms=("Active",))
    assert cells["(any).n"]["value"] == 0
    assert {c["display"] for c in cells.values()} == {"0"}
    assert len(cells) == 9


def test_subjects_without_a_name_of_their_arm_are_kept() -> None:
    unknown = pl.when(pl.col("USUBJID") == "T-01").then(None).otherwise("TRT01A")
    data = {name: frame.with_columns(TRT01A=unknown) for name, frame in adam().items()}
    rows = analyse(protocol({"X": EVENTS}), data).rows
    assert rows.filter(parameter="Nausea", level="T-01", statistic="grade")["value"].item() == 3
    arms = rows.filter(parameter="TRT01A", statistic="n").select("group", "value").rows()
    assert arms == [("Active", 2), ("Control", 5), ("(missing)", 1)]
