"""Section 4.3.5 of Eisenhauer 2009."""

import pytest

from tests.clinical.recist.cases import day, sheet
from topline.clinical.recist.assessments import derive_assessments
from topline.clinical.recist.criteria import Criteria

CASES = [
    # cells at days 56, 112, 168 -> new lesion
    pytest.param(".  UNEQUIVOCAL  .", "NO YES NO", id="certain"),
    pytest.param(".  12  12", "NO YES YES", id="measured"),
    pytest.param(".  ?  .", "NO YES NO", id="listed as new and nothing more"),
    pytest.param("EQUIVOCAL  EQUIVOCAL  .", "EQUIVOCAL EQUIVOCAL NO", id="doubtful to the end"),
    pytest.param("EQUIVOCAL  UNEQUIVOCAL  .", "YES YES NO", id="dated back to the first look"),
    pytest.param("EQUIVOCAL  EQUIVOCAL  PRESENT", "YES YES YES", id="dated back over two looks"),
    pytest.param("EQUIVOCAL  NOT EVALUATED  PRESENT", "YES NO YES", id="over a look that failed"),
    pytest.param("EQUIVOCAL  ABSENT  PRESENT", "EQUIVOCAL NO YES", id="it was gone in between"),
    pytest.param("EQUIVOCAL  ABSENT  .", "EQUIVOCAL NO NO", id="a false alarm"),
]


def _course(cells: str) -> str:
    rows = zip((56, 112, 168), cells.split("  "), strict=True)
    later = "\n".join(f"{at}  50  {cell}" for at, cell in rows)
    return f"day  T1  X1\n0  50  .\n{later}"


@pytest.mark.parametrize(("cells", "expected"), CASES)
def test_new_lesion_is_certain_doubtful_or_none(cells: str, expected: str) -> None:
    rows = derive_assessments(sheet(_course(cells)), Criteria())
    assert rows["new_lesion"].to_list()[1:] == expected.split()
    progressed = ["PD" if new == "YES" else "SD" for new in expected.split()]
    assert rows["response"].to_list()[1:] == progressed


def test_doubtful_lesion_is_not_dated_back_where_the_trial_says_so() -> None:
    lesions = sheet(_course("EQUIVOCAL  UNEQUIVOCAL  ."))
    criteria = Criteria(equivocal_progression_dated_back=False)
    rows = derive_assessments(lesions, criteria)
    assert rows["new_lesion"].to_list()[1:] == ["EQUIVOCAL", "YES", "NO"]


def test_two_doubtful_lesions_do_not_make_each_other_certain() -> None:
    lesions = sheet("day  T1  X1  X2\n0  50  .  .\n56  50  EQUIVOCAL  .\n112  50  .  UNEQUIVOCAL")
    rows = derive_assessments(lesions, Criteria())
    assert rows["new_lesion"].to_list()[1:] == ["EQUIVOCAL", "YES"]


@pytest.mark.parametrize(
    ("cell", "expected"), [("9", "NO"), ("10", "YES"), ("UNEQUIVOCAL 9", "YES")]
)
def test_new_node_of_normal_size_is_no_new_lesion(cell: str, expected: str) -> None:
    lesions = sheet(f"day  T1  Xnode\n0  50  .\n56  50  {cell}")
    assert derive_assessments(lesions, Criteria())["new_lesion"][1] == expected


def test_reason_names_the_lesion_and_says_when_it_was_certain_later() -> None:
    rows = derive_assessments(sheet(_course("EQUIVOCAL  UNEQUIVOCAL  .")), Criteria())
    assert "new lesion (X1), certain later" in rows["reason"][1]
    assert rows["reason"][2].endswith("new lesion (X1)")


DATES = [
    # the assessment begins on day 56 (T1) and ends on day 60 (the last column)
    pytest.param("T1  X1\n0  50  .\n56:60  50  UNEQUIVOCAL", 60, id="the new lesion, seen last"),
    pytest.param("T1  X1\n0  50  .\n56:60  70  UNEQUIVOCAL", 56, id="the sum grew before that"),
    pytest.param("X1  T1\n0  .  50\n56:60  UNEQUIVOCAL  70", 56, id="the new lesion, seen first"),
    pytest.param("T1  T2\n0  50  50\n56:60  70  70", 60, id="a sum is known when it is complete"),
    pytest.param(
        "T1  N1\n0  50  PRESENT\n56:60  50  UNEQUIVOCAL PROGRESSION", 60, id="the non-target lesion"
    ),
    pytest.param(
        "N1  N2\n0  PRESENT  PRESENT\n56:60  PRESENT  UNEQUIVOCAL PROGRESSION",
        60,
        id="the non-target lesion that progresses",
    ),
    pytest.param(
        "T1  X1  X2\n0  50  .  .\n56:60  50  EQUIVOCAL  UNEQUIVOCAL",
        60,
        id="the new lesion that is certain",
    ),
]


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_progression_is_dated_by_its_first_evidence(text: str, expected: int) -> None:
    lesions = sheet(f"day  {text}")
    assert derive_assessments(lesions, Criteria())["date"][1] == day(expected)
    for option, at in (("first", 56), ("last", 60)):
        criteria = Criteria.model_validate({"progression_dated_by": option})
        assert derive_assessments(lesions, criteria)["date"][1] == day(at)


@pytest.mark.parametrize(("option", "at"), [("first", 56), ("last", 60)])
def test_other_responses_are_dated_by_the_assessment(option: str, at: int) -> None:
    lesions = sheet("day  T1  T2\n0  50  50\n56:60  30  30")
    criteria = Criteria.model_validate({"response_dated_by": option})
    assert derive_assessments(lesions, criteria)["date"][1] == day(at)
