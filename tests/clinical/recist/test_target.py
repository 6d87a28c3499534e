"""Sequences worked by hand from sections 4.3.1, 4.3.2 and 4.4.2 of Eisenhauer 2009."""

import pytest

from tests.clinical.recist.cases import day, sheet
from topline.clinical.recist.assessments import derive_assessments
from topline.clinical.recist.criteria import Criteria

RESPONSES = [
    pytest.param("T1  T2\n0  60  40\n56  42  28", ["PR"], id="30 % less than baseline is PR"),
    pytest.param("T1  T2\n0  60  40\n56  42  28.1", ["SD"], id="29.9 % less is SD"),
    pytest.param("T1\n0  50\n56  60", ["PD"], id="20 % and 10 mm above baseline, the nadir, is PD"),
    pytest.param("T1\n0  50\n56  59.9", ["SD"], id="19.8 % is not PD"),
    pytest.param("T1\n0  20\n56  24.9", ["SD"], id="24.5 % but 4.9 mm is not PD"),
    pytest.param("T1\n0  20\n56  25", ["PD"], id="25 % and 5 mm is PD"),
    pytest.param(
        "T1\n0  100\n56  50\n112  60",
        ["PR", "PD"],
        id="PD from the nadir, though 40 % below baseline",
    ),
    pytest.param(
        "T1\n0  100\n56  50\n112  59\n168  60", ["PR", "PR", "PD"], id="nadir stays where it was"
    ),
    pytest.param(
        "T1\n0  165\n56  63\n112  65", ["PR", "PR"], id="small growth after PR is PR (EORTC's case)"
    ),
    pytest.param(
        "T1\n0  100\n56  70\n112  80", ["PR", "SD"], id="below 30 % again and no PD is SD"
    ),
    pytest.param("T1  T2\n0  30  20\n56  ABSENT  0", ["CR"], id="absent and 0 mm are both gone"),
    pytest.param("T1\n0  15\n56  TOO SMALL", ["PR"], id="too small is 5 mm, so present: no CR"),
    pytest.param("T1\n0  15\n56  TOO SMALL 3", ["PR"], id="a size that was measured is taken"),
    pytest.param(
        "T1\n0  10\n56  ABSENT\n112  TOO SMALL", ["CR", "PD"], id="any size from a nadir of zero"
    ),
    pytest.param("Tnode\n0  20\n56  9.9", ["CR"], id="node below 10 mm is normal, sum is not zero"),
    pytest.param("Tnode\n0  20\n56  10", ["PR"], id="node of 10 mm is not normal"),
    pytest.param("T1  Tnode\n0  30  20\n56  ABSENT  12", ["PR"], id="CR only when nodes < 10 mm"),
    pytest.param("T1  Tnode\n0  30  20\n56  3  8", ["PR"], id="3 mm of liver lesion is no CR"),
    pytest.param(
        "Tnode1  Tnode2\n0  15  15\n56  3  4\n112  6  8",
        ["CR", "CR"],
        id="7 to 14 mm within normal nodes is still CR",
    ),
]


@pytest.mark.parametrize(("text", "expected"), RESPONSES)
def test_target_lesions_decide(text: str, expected: list[str]) -> None:
    rows = derive_assessments(sheet(f"day  {text}"), Criteria())
    assert rows["response"].to_list()[1:] == expected


MISSING = [
    # 4.4.2: baseline 50 mm in three lesions, two of them 80 mm later
    pytest.param("20  15  15", "40  40  NOT EVALUATED", "PD", id="the guideline's example"),
    pytest.param("20  15  15", "40  40  .", "PD", id="no row is not evaluated either"),
    pytest.param("20  15  15", "40  19.9  ?", "SD?", id="59.9 mm is not enough without the third"),
    pytest.param("20  15  15", "ABSENT  ABSENT  ?", "SD?", id="the third may still be there"),
    pytest.param("20  15  15", "5  5  NOT EVALUATED", "SD?", id="PR cannot be certain"),
]


@pytest.mark.parametrize(("baseline", "later", "expected"), MISSING)
def test_missing_lesion_gives_ne_unless_progression_is_certain(
    baseline: str, later: str, expected: str
) -> None:
    lesions = sheet(f"day  T1  T2  T3\n0  {baseline}\n56  {later}")
    row = derive_assessments(lesions, Criteria()).row(1, named=True)
    assert row["response"] == expected.replace("SD?", "NE")
    assert (row["sum_mm"], row["lesions_expected"], row["lesions_evaluated"]) == (None, 3, 2)
    strict = Criteria(incomplete_sum_can_show_progression=False)
    assert derive_assessments(lesions, strict)["response"][1] == "NE"


def test_incomplete_sum_is_no_nadir() -> None:
    rows = derive_assessments(
        sheet("""
        day  T1  T2
        0    30  20
        56   10  ?     # 10 mm seen of two lesions
        112  30  20    # 50 mm: not PD against 10 mm
    """),
        Criteria(),
    )
    assert rows["nadir_mm"].to_list() == [None, 50, 50]
    assert rows["response"].to_list()[1:] == ["NE", "SD"]


def test_numbers_of_a_course_are_those_on_paper() -> None:
    rows = derive_assessments(
        sheet("""
        day  T1  T2
        0    60  40    # 100
        57   40  35    # 75: -25 %
        113  40  20    # 60: -40 %
        169  44  21    # 65: -35 %, +8.33 % and +5 mm from 60
        225  52  20    # 72: -28 %, +20 % and +12 mm from 60
    """),
        Criteria(),
    )
    assert rows["sum_mm"].to_list() == [100, 75, 60, 65, 72]
    assert rows["baseline_mm"].to_list() == [100] * 5
    assert rows["nadir_mm"].to_list() == [None, 100, 75, 60, 60]
    assert rows["nadir_date"].to_list() == [None, day(0), day(57), day(113), day(113)]
    assert rows["change_from_baseline_percent"].to_list() == [0, -25, -40, -35, -28]
    assert rows["change_from_nadir_mm"].to_list() == [None, -25, -15, 5, 12]
    assert rows["change_from_nadir_percent"].to_list() == pytest.approx(
        [None, -25, -20, 100 / 12, 20]
    )
    assert rows["response"].to_list() == [None, "SD", "PR", "PR", "PD"]


SPLIT_AND_MERGED = [
    pytest.param(
        "T1  T1.1  T1.2\n0  30  .  .\n56  SPLIT  SPLIT 12  SPLIT 10", 22, id="parts are added"
    ),
    pytest.param("T1  T1.2\n0  30  .\n56  SPLIT 12  SPLIT 10", 22, id="first part under its name"),
    pytest.param("T1\n0  30\n56  SPLIT 22", 22, id="parts already added by the reader"),
    pytest.param("T1\n0  30\n56  SPLIT", None, id="parts that nobody measured"),
    pytest.param(
        "T1  T1.1  T1.2\n0  30  .  .\n56  SPLIT  SPLIT 12  SPLIT",
        None,
        id="one part not measured",
    ),
    pytest.param("T1  T2\n0  15  10\n56  MERGED 28  MERGED", 28, id="merged into the first"),
    pytest.param(
        "T1  T2  T1/T2\n0  15  10  .\n56  MERGED  MERGED  MERGED 28", 28, id="merged into one anew"
    ),
    pytest.param("T1  T2\n0  15  10\n56  MERGED  MERGED", None, id="merged and not measured"),
    pytest.param("T1  T2\n0  15  10\n56  9  SPLIT", None, id="another state carries nothing"),
    pytest.param(
        "T1  T2\n0  15  10\n56  SPLIT 9  SPLIT", None, id="the part of another lesion neither"
    ),
]


@pytest.mark.parametrize(("text", "total"), SPLIT_AND_MERGED)
def test_split_and_merged_lesions_count_once(text: str, total: float | None) -> None:  # 4.3.2
    rows = derive_assessments(sheet(f"day  {text}"), Criteria())
    assert rows["sum_mm"][1] == total


def test_part_of_a_split_lesion_is_followed_to_the_end() -> None:
    rows = derive_assessments(
        sheet("""
        day  T1     T1.1      T1.2
        0    30     .         .
        56   SPLIT  SPLIT 12  SPLIT 10
        112  SPLIT  SPLIT 11  NOT EVALUATED
        168  SPLIT  SPLIT 6   ABSENT
    """),
        Criteria(),
    )
    assert rows["sum_mm"].to_list() == [30, 22, None, 6]
    assert rows["lesions_expected"].to_list() == [1] * 4


LATER = [
    pytest.param("SPLIT  SPLIT 11  .", None, id="a part without a row"),
    pytest.param("20  .  .", None, id="two parts without a row"),
    pytest.param("SPLIT  11  9", 20, id="parts without their state"),
    pytest.param("SPLIT  11  ABSENT", 11, id="a part gone"),
    pytest.param("SPLIT  MERGED 18  MERGED", 18, id="parts merged again"),
]


@pytest.mark.parametrize(("later", "total"), LATER)
def test_part_that_was_seen_once_belongs_to_the_sum(later: str, total: float | None) -> None:
    rows = derive_assessments(
        sheet(f"day  T1  T1.1  T1.2\n0  30  .  .\n56  SPLIT  SPLIT 12  SPLIT 10\n112  {later}"),
        Criteria(),
    )
    assert rows["sum_mm"].to_list() == [30, 22, total]


def test_reason_says_that_a_part_lacks() -> None:
    rows = derive_assessments(
        sheet("day  T1  T1.1\n0  30  .\n56  SPLIT 12  SPLIT 10\n112  14  ."), Criteria()
    )
    assert rows["reason"][2] == (
        "NE: 1 of 1 target lesions evaluated and 0 of 1 parts of split or merged ones; no new "
        "lesion"
    )


@pytest.mark.parametrize(("option", "expected"), [("CR", "NE"), ("PD", "PD")])
def test_growth_within_normal_nodes_decides_nothing_where_a_lesion_lacks(
    option: str, expected: str
) -> None:  # were it gone too, it would be CR
    criteria = Criteria.model_validate({"growth_within_normal_nodes_counts_as": option})
    lesions = sheet("day  T1  Tnode\n0  20  15\n56  ABSENT  2\n112  ?  9")
    assert derive_assessments(lesions, criteria)["response"].to_list()[1:] == ["CR", expected]


def test_target_lesion_without_baseline_is_left_out_and_named() -> None:
    rows = derive_assessments(sheet("day  T1  T2\n0  50  .\n56  50  30"), Criteria())
    assert rows["sum_mm"].to_list() == [50, 50]
    assert rows["response"][1] == "SD"
    assert rows["reason"][1].endswith("not counted, as not in the baseline: T2")


def test_earliest_of_equal_sums_is_the_nadir() -> None:
    rows = derive_assessments(sheet("day  T1\n0  50\n56  40\n112  40\n168  45"), Criteria())
    assert rows["nadir_date"].to_list() == [None, day(0), day(56), day(56)]


def test_parts_of_a_lesion_that_was_not_in_the_baseline_make_no_sum() -> None:
    lesions = sheet("day  N1  T1.1\n0  PRESENT  .\n56  PRESENT  SPLIT 10\n112  PRESENT  SPLIT 30")
    rows = derive_assessments(lesions, Criteria())
    assert rows["sum_mm"].to_list() == [None] * 3
    assert rows["response"].to_list()[1:] == ["NE", "NE"]


NO_BASELINE = [
    pytest.param("day  T1  T2\n0  50  ?\n56  30  10", ["NE"], id="one lesion not measured"),
    pytest.param(
        "day  T1  T2\n0  50  ?\n56  30  10\n112  40  10", ["NE", "PD"], id="PD from a later nadir"
    ),
    pytest.param("day  T1  T2\n0  50  ?\n56  0  0", ["CR"], id="CR needs no baseline sum"),
    pytest.param("day  T1\n0  0\n56  0", ["NE"], id="baseline of 0 mm"),
]


@pytest.mark.parametrize(("text", "expected"), NO_BASELINE)
def test_without_baseline_sum_pr_and_sd_cannot_be_told(text: str, expected: list[str]) -> None:
    assert derive_assessments(sheet(text), Criteria())["response"].to_list()[1:] == expected


def test_subject_without_baseline_assessment_is_ne() -> None:
    lesions = sheet("day  T1  X1\n0  50  .\n56  30  .\n112  20  UNEQUIVOCAL")
    rows = derive_assessments(lesions.filter(lesions["assessment"] > 0), Criteria())
    assert rows["response"].to_list() == ["NE", "PD"]
    assert "no baseline assessment" in rows["reason"][0]


def test_subject_without_baseline_is_not_called_free_of_disease() -> None:
    lesions = sheet("day  -  N1\n0  ?  PRESENT\n56  ?  .\n112  ?  PRESENT")
    rows = derive_assessments(lesions.filter(lesions["assessment"] > 0), Criteria())
    assert rows["response"].to_list() == ["NE", "NE"]
    nothing = sheet("day  -\n0  ?\n56  ?")
    rows = derive_assessments(nothing.filter(nothing["assessment"] > 0), Criteria())
    assert rows["response"].to_list() == ["NE"]


def test_limits_are_reached_by_equality_without_tolerance() -> None:
    exact = Criteria(tolerance=0)
    rows = derive_assessments(sheet("day  T1\n0  50\n56  35\n112  42"), exact)
    assert rows["response"].to_list()[1:] == ["PR", "PD"]


def test_no_growth_is_no_progression_even_without_a_limit_in_mm() -> None:
    rows = derive_assessments(sheet("day  T1\n0  0\n56  0"), Criteria(progression_increase_mm=0))
    assert rows["response"][1] == "NE"


OPTIONS = [
    ({"partial_response_decrease_percent": 50}, "50", "26", "SD"),
    ({"progression_increase_percent": 25}, "50", "62", "SD"),
    ({"progression_increase_mm": 0}, "20", "24", "PD"),
    ({"tolerance": 0.5}, "50", "35.2", "PR"),  # -29.6 %, which reads as -30 %
    ({"too_small_to_measure_mm": 2}, "6", "TOO SMALL", "PR"),
]


@pytest.mark.parametrize(("options", "baseline", "later", "expected"), OPTIONS)
def test_numbers_of_the_criteria_are_used(
    options: dict[str, object], baseline: str, later: str, expected: str
) -> None:
    lesions = sheet(f"day  T1\n0  {baseline}\n56  {later}")
    plain = derive_assessments(lesions, Criteria())["response"][1]
    assert derive_assessments(lesions, Criteria.model_validate(options))["response"][1] == expected
    assert plain != expected


def test_growth_within_normal_nodes_is_pd_where_the_trial_says_so() -> None:
    criteria = Criteria(
        growth_within_normal_nodes_counts_as="PD", disease_after_complete_response="AS ASSESSED"
    )
    lesions = sheet("day  Tnode1  Tnode2\n0  15  15\n56  3  4\n112  6  8")
    assert derive_assessments(lesions, criteria)["response"].to_list()[1:] == ["CR", "PD"]


@pytest.mark.parametrize("mm", [0.1, 0.7, 1.1, 12.3, 33.3])
def test_exact_limits_survive_binary_fractions(mm: float) -> None:
    text = f"day  T1\n0  {10 * mm * 10:.1f}\n56  {7 * mm * 10:.1f}\n112  {8.4 * mm * 10:.2f}"
    exact = Criteria(progression_increase_mm=0)
    assert derive_assessments(sheet(text), exact)["response"].to_list()[1:] == ["PR", "PD"]
