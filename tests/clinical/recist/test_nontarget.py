"""Sections 4.3.3 and 4.3.4 of Eisenhauer 2009."""

import pytest

from tests.clinical.recist.cases import sheet
from topline.clinical.recist.assessments import derive_assessments
from topline.clinical.recist.criteria import Criteria

CASES = [
    pytest.param("ABSENT  ABSENT", "CR", id="all gone"),
    pytest.param("ABSENT  PRESENT", "NON-CR/NON-PD", id="one persists"),
    pytest.param("ABSENT  TOO SMALL", "NON-CR/NON-PD", id="too small is still there"),
    pytest.param("ABSENT  EQUIVOCAL", "NON-CR/NON-PD", id="doubtful progression is none yet"),
    pytest.param("ABSENT  NOT EVALUATED", "NE", id="not evaluated"),
    pytest.param("PRESENT  .", "NE", id="no row"),
    pytest.param("PRESENT  ?", "NE", id="row that says nothing"),
    pytest.param("UNEQUIVOCAL PROGRESSION  .", "PD", id="PD whatever the others show"),
    pytest.param("ABSENT  12", "NON-CR/NON-PD", id="measured"),
    pytest.param("ABSENT  0", "CR", id="measured as gone"),
]


@pytest.mark.parametrize(("later", "expected"), CASES)
def test_non_target_lesions_are_judged_together(later: str, expected: str) -> None:
    lesions = sheet(f"day  N1  N2\n0  PRESENT  PRESENT\n56  {later}")
    assert derive_assessments(lesions, Criteria())["non_target_response"].to_list() == [
        None,
        expected,
    ]


SUSPECTED = [
    # seen after 56, 112 and 168 days; response at each
    ("EQUIVOCAL\n112  UNEQUIVOCAL PROGRESSION", ["PD", "PD"]),
    ("EQUIVOCAL\n112  EQUIVOCAL\n168  UNEQUIVOCAL PROGRESSION", ["PD", "PD", "PD"]),
    ("EQUIVOCAL\n112  PRESENT\n168  UNEQUIVOCAL PROGRESSION", ["NON", "NON", "PD"]),
    ("EQUIVOCAL\n112  ?\n168  UNEQUIVOCAL PROGRESSION", ["NON", "NE", "PD"]),
    ("EQUIVOCAL\n112  PRESENT", ["NON", "NON"]),
]


@pytest.mark.parametrize(("later", "expected"), SUSPECTED)
def test_progression_that_the_next_assessment_confirms_was_there_before(
    later: str, expected: list[str]
) -> None:  # 4.4.4
    lesions = sheet(f"day  N1\n0  PRESENT\n56  {later}")
    found = derive_assessments(lesions, Criteria())["response"].to_list()[1:]
    assert [str(response).split("-")[0] for response in found] == expected
    as_seen = derive_assessments(lesions, Criteria(equivocal_progression_dated_back=False))
    assert as_seen["response"][1] == "NON-CR/NON-PD"


SPLIT_AND_MERGED = [
    ("N1  N1.1\n0  PRESENT  .\n56  SPLIT  SPLIT 12", "NON-CR/NON-PD"),
    ("N1  N2\n0  PRESENT  PRESENT\n56  MERGED 30  MERGED", "NON-CR/NON-PD"),
    ("T1  N1\n0  20  PRESENT\n56  MERGED 30  MERGED", "NON-CR/NON-PD"),
    ("T1  N1\n0  20  PRESENT\n56  MERGED 0  MERGED", "CR"),
]


@pytest.mark.parametrize(("text", "expected"), SPLIT_AND_MERGED)
def test_non_target_lesion_that_split_or_merged_persists(text: str, expected: str) -> None:
    rows = derive_assessments(sheet(f"day  {text}"), Criteria())
    assert rows["non_target_response"][1] == expected


@pytest.mark.parametrize(
    ("cell", "expected"), [("9", "CR"), ("PRESENT 9", "CR"), ("10", "NON-CR/NON-PD")]
)
def test_non_target_node_is_gone_below_10_mm(cell: str, expected: str) -> None:
    lesions = sheet(f"day  Nnode\n0  12\n56  {cell}")
    assert derive_assessments(lesions, Criteria())["non_target_response"][1] == expected


def test_tumour_marker_above_normal_prevents_cr() -> None:  # 4.3.3
    lesions = sheet("day  N1  Nmarker\n0  PRESENT  PRESENT\n56  ABSENT  PRESENT")
    assert derive_assessments(lesions, Criteria())["response"][1] == "NON-CR/NON-PD"


def test_non_target_lesions_without_any_at_baseline_are_ne() -> None:
    rows = derive_assessments(sheet("day  T1  N1\n0  50  .\n56  ABSENT  ABSENT"), Criteria())
    assert rows["non_target_response"][1] == "NE"


def test_non_target_lesion_without_baseline_is_left_out_unless_it_progresses() -> None:
    rows = derive_assessments(
        sheet("""
        day  N1       N2
        0    PRESENT  .
        56   ABSENT   PRESENT
        112  ABSENT   UNEQUIVOCAL PROGRESSION
    """),
        Criteria(),
    )
    assert rows["non_target_response"].to_list() == [None, "CR", "PD"]
    assert "not counted, as not in the baseline: N2" in rows["reason"][1]
    assert "not counted" not in rows["reason"][2]
