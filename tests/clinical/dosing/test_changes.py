"""Levels 40, 20 mg and 100, 75, 50 mg/m2: one step down at a time, and never up."""

import polars as pl
import pytest

from tests.clinical.dosing.courses import REGIMEN, WEEKS, course, expose, periods, records, rules
from topline.clinical.dosing.exposure import derive_exposure
from topline.clinical.dosing.regimen import Counting

CHANGES = [
    pytest.param("0 6 100\n14 20 75", [("REDUCTION", 1, 2, "IN ORDER")], id="100 to 75"),
    pytest.param("0 6 75\n14 20 50", [("REDUCTION", 2, 3, "IN ORDER")], id="75 to 50"),
    pytest.param("0 6 100\n14 20 50", [("REDUCTION", 1, 3, "LEVEL SKIPPED")], id="100 to 50"),
    pytest.param("0 6 75\n14 20 100", [("ESCALATION", 2, 1, "RE-ESCALATION")], id="up again"),
    pytest.param("0 6 100\n14 20 100", [], id="the same"),
    pytest.param("0 6 100\n7 9 0\n14 20 100", [], id="a dose of 0 is no level"),
    pytest.param("0 6 100\n14 20 60", [("REDUCTION", 1, None, "OUTSIDE LEVELS")], id="to 60"),
    pytest.param("0 6 60\n14 20 75", [("ESCALATION", None, 2, "OUTSIDE LEVELS")], id="from 60"),
    pytest.param("0 6 60\n14 20 60", [], id="60 twice is no change"),
    pytest.param(
        "0 6 100\n14 20 75\n28 34 50",
        [("REDUCTION", 1, 2, "IN ORDER"), ("REDUCTION", 2, 3, "IN ORDER")],
        id="two steps",
    ),
    pytest.param("0 6 100\n14 20 .\n28 34 75", [("REDUCTION", 1, 2, "IN ORDER")], id="one unknown"),
]


@pytest.mark.parametrize(("text", "expected"), CHANGES)
def test_changes_of_level(text: str, expected: list[tuple[str, int, int, str]]) -> None:
    found = expose(text, until=60, drug="WEEKS")
    changes = found.changes.select("kind", "from_level", "to_level", "order").rows()
    assert changes == expected
    wrong = [order for *_, order in expected if order in {"LEVEL SKIPPED", "RE-ESCALATION"}]
    assert rules(found).count("levels_in_order") == len(wrong)
    kinds = [kind for kind, *_ in expected]
    assert course(found, "reductions", "escalations") == (
        kinds.count("REDUCTION"),
        kinds.count("ESCALATION"),
    )


def test_going_up_is_in_order_where_the_protocol_allows_it() -> None:
    allowed = Counting(re_escalation_allowed=True)
    found = expose("0 6 75\n14 20 100", until=30, drug="WEEKS", counting=allowed)
    assert found.changes["order"].to_list() == ["IN ORDER"]
    assert "levels_in_order" not in rules(found)


def test_levels_of_a_course() -> None:
    found = expose("0 6 100\n14 20 50\n28 34 75", until=50, drug="WEEKS")
    assert course(found, "first_level", "lowest_level", "last_level") == (1, 3, 2)


def test_starting_below_the_starting_dose_is_a_finding() -> None:
    assert "first_dose_is_starting_dose" in rules(expose("0 9 20", until=9))
    assert "first_dose_is_starting_dose" not in rules(expose("0 9 40", until=9))


def test_the_reason_is_that_of_the_new_dose() -> None:
    found = expose("0 9 40 COUGH\n10 19 20 FATIGUE", until=19).changes
    assert found.select("record", "reason").row(0) == (2, "FATIGUE")


DOSES = [
    # one dose in mg where levels are 100, 75, 50 mg/m2 and body surface is 1.85 m2: 185 mg,
    # 138.75 mg and 92.5 mg; capsules come in steps of 5 mg, so 2.5 mg either way
    (185.0, 1),
    (187.5, 1),
    (187.6, None),
    (182.5, 1),
    (182.4, None),
    (140.0, 2),
    (95.0, 3),
    (90.0, 3),
    (89.9, None),
]


@pytest.mark.parametrize(("dose", "level"), DOSES)
def test_a_rounded_dose_is_of_the_level_it_was_rounded_from(dose: float, level: int | None) -> None:
    rounded = WEEKS.model_copy(update={"capsule_step_mg": 5.0})
    regimen = REGIMEN.model_copy(update={"drugs": (rounded,)})
    rows = records("0 6 1", "WEEKS").with_columns(dose=dose, unit=pl.lit("MG"), bsa_m2=1.85)
    found = derive_exposure(rows, periods(20, "WEEKS"), regimen)
    assert course(found, "first_level") == (level,)
    assert ("dose_is_a_level" in rules(found)) == (level is None)
    assert found.courses["actual_dose"].item() == pytest.approx(7 * dose / 1.85)


@pytest.mark.parametrize(("dose", "level"), [(105.0, 1), (105.1, None), (95.0, 1), (94.9, None)])
def test_tolerance_in_percent(dose: float, level: int | None) -> None:
    near = WEEKS.model_copy(update={"tolerance_percent": 5.0})
    regimen = REGIMEN.model_copy(update={"drugs": (near,)})
    found = expose(f"0 6 {dose}", until=20, drug="WEEKS", regimen=regimen)
    assert course(found, "first_level") == (level,)


@pytest.mark.parametrize(("dose", "level"), [(40.0, 1), (39.9, None), (20.0, 2), (30.0, None)])
def test_no_tolerance_unless_it_is_given(dose: float, level: int | None) -> None:
    assert course(expose(f"0 9 {dose}", until=9), "first_level") == (level,)
