import pytest

from tests.analyses.safety import SAFETY_KINDS
from tests.analyses.study import adam, found, protocol, values
from topline.analyses.analyse import analyse

Plan = dict[str, object]
GRADES: Plan = {"kind": "laboratory-grades", "analysis_set": "SAFETY"}
SHIFT: Plan = {"kind": "laboratory-shift", "analysis_set": "SAFETY"}
LOW, ALT = "Hemoglobin (g/L).HGB.low.", "ALT (U/L).ALT.high."


def series(plan: Plan) -> list[object]:
    return list(dict.fromkeys(cell["parameter"] for cell in found(plan).values()))


def test_subjects_are_counted_by_worst_grade_among_those_evaluated() -> None:
    cells = found(GRADES)
    # T-01 3, T-02 2, T-03 1, T-04 0; T-05 has a result without a grade, T-06 to T-08 none
    levels = ("any.n", "0.n", "1.n", "2.n", "3.n", "4.n", ">=3.n")
    assert values(cells, LOW, *levels) == [3, 1, 1, 1, 1, 0, 1]
    assert values(cells, LOW, "evaluated.n", "evaluated.percent", "3.percent") == [4, 50, 25]
    assert (cells[f"{LOW}3.n"]["n"], cells[f"{LOW}3.n"]["n_missing"]) == (4, 4)
    assert cells[f"{LOW}3.n"]["parameter_label"] == "Anemia"


def test_arms_are_as_treated_and_the_untreated_do_not_count() -> None:
    cells = found(GRADES)
    # T-03 was planned Active and given Control
    assert values(cells, f"{LOW}TRT01A=", "Active.evaluated.n", "Control.evaluated.n") == [3, 1]
    assert values(cells, ALT, "4.n", "2.n", "evaluated.n") == [0, 1, 2]


def test_a_grade_that_baseline_had_is_not_worse() -> None:
    cells = found(GRADES | {"worsened": True})
    # T-02 had 2 before; T-03 has no baseline, and any grade counts
    assert values(cells, LOW, "any.n", "1.n", "2.n", "3.n", "evaluated.n") == [2, 1, 0, 1, 4]
    assert f"{LOW}0.n" not in cells
    assert cells[f"{LOW}2.n"]["trace_where"] == (
        "SAFFL = 'Y' AND PARAMCD = 'HGB' AND WOTRTLFL = 'Y' AND ATOXGRL = '2' "
        "AND (BTOXGRLN IS NULL OR ATOXGRLN > BTOXGRLN)"
    )


def test_tests_come_low_before_high_in_the_order_asked_for() -> None:
    assert series(GRADES) == ["HGB.low", "HGB.high", "ALT.high"]
    assert series(GRADES | {"tests": ["ALT", "HGB"]}) == ["ALT.high", "HGB.low", "HGB.high"]
    assert series(GRADES | {"category": "CHEMISTRY"}) == ["ALT.high"]
    assert series(SHIFT | {"directions": ["high"]}) == ["HGB.high", "ALT.high"]


def test_shifts_count_baseline_against_worst() -> None:
    cells = found(SHIFT)
    shifts = {
        str(name).removeprefix(LOW).removesuffix(".n"): cell["value"]
        for name, cell in cells.items()
        if name.startswith(LOW) and name.endswith(".n") and "TRT01A" not in name and cell["value"]
    }
    assert shifts == {
        "evaluated": 4,
        "0 to any": 1,
        "0 to 3": 1,
        "1 to any": 1,
        "1 to 0": 1,
        "2 to any": 1,
        "2 to 2": 1,
        "(missing) to any": 1,
        "(missing) to 1": 1,
    }
    assert cells[f"{LOW}0 to 3.percent"]["value"] == 25
    assert cells[f"{LOW}0 to 3.n"]["level_label"] == "Grade 0 to grade 3"


def test_a_baseline_is_missing_only_where_somebody_lacks_it() -> None:
    assert not [name for name in found(SHIFT) if name.startswith(ALT) and "(missing)" in name]


def test_positions_are_compared_by_the_lowest_and_the_highest_result() -> None:
    cells = found(SHIFT | {"of": "range"})
    low, high = LOW, "Hemoglobin (g/L).HGB.high."
    # lowest: T-01 NORMAL to LOW, T-02 LOW to LOW, T-03 unknown to LOW, T-04 LOW to NORMAL
    assert values(cells, low, "NORMAL to LOW.n", "LOW to LOW.n", "LOW to any.n") == [1, 1, 2]
    assert values(cells, low, "(missing) to LOW.n", "LOW to NORMAL.n") == [1, 1]
    # highest: T-03 NORMAL
    assert values(cells, high, "(missing) to NORMAL.n", "(missing) to LOW.n") == [1, 0]
    assert cells[f"{high}LOW to any.n"]["parameter_label"] == "Highest under treatment"


def test_the_method_names_the_version_and_options_that_differ() -> None:
    plain = found(GRADES, laboratory={})[f"{LOW}3.n"]
    assert (plain["method"], plain["options"]) == ("CTCAE v5.0", "")
    older = {"grading": {"version": "4.03", "within_normal_limits": "grade 0"}}
    other = found(GRADES, laboratory=older)[f"{LOW}3.n"]
    assert (other["method"], other["options"]) == ("CTCAE v4.03", "within_normal_limits=grade 0")


def test_a_group_in_which_nobody_was_evaluated_says_so() -> None:
    cell = found(GRADES)["ALT (U/L).ALT.high.TRT01A=Control.2.percent"]
    assert (cell["value"], cell["display"]) == (0, "0")  # T-05
    none = found(SHIFT, arms=("Active", "Control", "Third"))[f"{LOW}TRT01A=Third.0 to 3.percent"]
    assert (none["value"], none["display"]) == (None, "NE")
    assert none["warning"] == "nobody in this group was evaluated"


@pytest.mark.parametrize("kind", [name for name in SAFETY_KINDS if name.startswith("LAB")])
def test_each_cell_of_a_test_adds_up_to_those_evaluated(kind: str) -> None:
    rows = analyse(protocol({"X": SAFETY_KINDS[kind]}), adam()).rows.filter(statistic="n")
    for (_, _), part in rows.group_by("parameter", "group"):
        by_level = dict(part.select("level", "value").iter_rows())
        known = by_level["evaluated"]
        shifts = [n for level, n in by_level.items() if level.endswith("to any")]
        if kind == "LAB-GRADES":
            assert sum(by_level[grade] for grade in "01234") == known
        if shifts:
            assert sum(shifts) == known
            fine = [n for level, n in by_level.items() if " to " in level and "any" not in level]
            assert sum(fine) == known
