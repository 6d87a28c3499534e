"""Tables 1 and 2 of Eisenhauer 2009 (4.4.1), retyped; lesions are made to fit every row."""

from itertools import product

import polars as pl
import pytest

from tests.clinical.recist.cases import day, sheet
from topline.clinical.recist.assessments import derive_assessments
from topline.clinical.recist.criteria import Criteria
from topline.clinical.recist.timepoint import time_point_table

ANY_TARGET = ("CR", "PR", "SD", "PD", "NE")
NON_PD = ("CR", "NON-CR/NON-PD", "NE")
ANY_NON_TARGET = (*NON_PD, "PD")

TABLE_1 = [
    # target      non-target         new             overall
    (("CR",), ("CR",), ("NO",), "CR"),
    (("CR",), ("NON-CR/NON-PD",), ("NO",), "PR"),
    (("CR",), ("NE",), ("NO",), "PR"),  # "not evaluated"
    (("PR",), NON_PD, ("NO",), "PR"),  # "non-PD or not all evaluated"
    (("SD",), NON_PD, ("NO",), "SD"),
    (("NE",), NON_PD, ("NO",), "NE"),  # "not all evaluated"
    (("PD",), ANY_NON_TARGET, ("NO", "YES"), "PD"),
    (ANY_TARGET, ("PD",), ("NO", "YES"), "PD"),
    (ANY_TARGET, ANY_NON_TARGET, ("YES",), "PD"),
]
TABLE_2 = [
    (("CR",), ("NO",), "CR"),
    (("NON-CR/NON-PD",), ("NO",), "NON-CR/NON-PD"),
    (("NE",), ("NO",), "NE"),
    (("PD",), ("NO", "YES"), "PD"),
    (ANY_NON_TARGET, ("YES",), "PD"),
]
# A baseline of 50 mm, and what a target of each response measures after it.
TARGET_CELL = {"CR": "ABSENT", "PR": "35", "SD": "40", "PD": "60", "NE": "NOT EVALUATED"}
NON_TARGET_CELL = {
    "CR": "ABSENT",
    "NON-CR/NON-PD": "PRESENT",
    "NE": "NOT EVALUATED",
    "PD": "UNEQUIVOCAL PROGRESSION",
}
NEW_CELL = {"NO": ".", "YES": "UNEQUIVOCAL"}


def _response(target: str | None, non_target: str | None, new: str) -> str:
    columns = [("X1", ".", NEW_CELL[new])]
    if target:
        columns.append(("T1", "50", TARGET_CELL[target]))
    if non_target:
        columns.append(("N1", "PRESENT", NON_TARGET_CELL[non_target]))
    names, before, after = ("  ".join(cells) for cells in zip(*columns, strict=True))
    lesions = sheet(f"day  {names}\n0  {before}\n56  {after}")
    row = derive_assessments(lesions, Criteria()).row(1, named=True)
    assert (row["target_response"], row["non_target_response"]) == (target, non_target)
    assert row["new_lesion"] == new
    return row["response"]


@pytest.mark.parametrize(("targets", "non_targets", "news", "overall"), TABLE_1)
def test_row_of_table_1(
    targets: tuple[str, ...], non_targets: tuple[str, ...], news: tuple[str, ...], overall: str
) -> None:
    for target, non_target, new in product(targets, non_targets, news):
        assert _response(target, non_target, new) == overall, (target, non_target, new)


@pytest.mark.parametrize(("non_targets", "news", "overall"), TABLE_2)
def test_row_of_table_2(non_targets: tuple[str, ...], news: tuple[str, ...], overall: str) -> None:
    for non_target, new in product(non_targets, news):
        assert _response(None, non_target, new) == overall, (non_target, new)


@pytest.mark.parametrize("target", ANY_TARGET)
@pytest.mark.parametrize("new", ["NO", "YES"])
def test_target_lesions_alone_give_their_own_response(target: str, new: str) -> None:
    assert _response(target, None, new) == ("PD" if new == "YES" else target)


def test_every_combination_has_one_response() -> None:
    table = time_point_table()
    targets = (*ANY_TARGET, "NONE")
    expected = set(product(targets, (*ANY_NON_TARGET, "NONE"), ("NO", "YES")))
    assert set(table.select("target", "non_target", "new").iter_rows()) == expected
    assert table.height == len(expected)


@pytest.mark.parametrize(
    ("cell", "new", "response"),
    [("?", ".", "NED"), ("NOT EVALUATED", ".", "NE"), ("?", "UNEQUIVOCAL", "PD")],
)
def test_without_disease_at_baseline_only_a_new_lesion_counts(
    cell: str, new: str, response: str
) -> None:
    rows = derive_assessments(sheet(f"day  -  X1\n0  ?  .\n56  {cell}  {new}"), Criteria())
    assert rows["response"].to_list() == [None, response]


def test_without_imaging_at_baseline_nobody_knows_of_no_disease() -> None:
    rows = derive_assessments(sheet("day  -\n0  NOT EVALUATED\n56  ?"), Criteria())
    assert rows["response"].to_list() == [None, "NE"]


AFTER_CR = """
    day  T1  N1
    0    50       PRESENT
    56   ABSENT   ABSENT           # CR
    112  4        ABSENT           # PR by table 1
    168  ABSENT   NOT EVALUATED    # PR by table 1, though nobody saw disease
"""


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("PD", ["CR", "PD", "NE"]),  # table 3, note a
        ("CR WAS PR", ["PR", "PR", "PR"]),  # table 3, note a, second reading
        ("AS ASSESSED", ["CR", "PR", "PR"]),
    ],
)
def test_disease_after_complete_response_follows_the_option(
    option: str, expected: list[str]
) -> None:
    criteria = Criteria.model_validate({"disease_after_complete_response": option})
    assert derive_assessments(sheet(AFTER_CR), criteria)["response"].to_list()[1:] == expected


def test_lesion_not_looked_at_after_complete_response_is_no_relapse() -> None:
    lesions = sheet("""
        day  T1      N1
        0    50      PRESENT
        56   ABSENT  ABSENT
        112  ABSENT  NOT EVALUATED
        168  ABSENT  ABSENT
    """)
    assert derive_assessments(lesions, Criteria())["response"].to_list()[1:] == ["CR", "NE", "CR"]


AFTER = [
    # any disease seen, though not all was evaluated
    ("T1  T2\n0  50  20\n56  ABSENT  ABSENT\n112  4  ?", "PD"),
    ("N1  N2\n0  PRESENT  PRESENT\n56  ABSENT  ABSENT\n112  ?  PRESENT", "PD"),
    ("T1  T2\n0  50  20\n56  ABSENT  ABSENT\n112  ABSENT  ?", "NE"),
    # doubt is not sight
    ("T1  N1\n0  50  PRESENT\n56  ABSENT  ABSENT\n112  ABSENT  EQUIVOCAL", "NE"),
    ("N1\n0  PRESENT\n56  ABSENT\n112  EQUIVOCAL", "NE"),
]


@pytest.mark.parametrize(("text", "expected"), AFTER)
def test_any_disease_seen_after_complete_response_is_pd(text: str, expected: str) -> None:
    rows = derive_assessments(sheet(f"day  {text}"), Criteria())
    assert rows["response"].to_list()[1:] == ["CR", expected]


CR_WAS_PR = [
    ("10\n56  0\n112  4\n168  0", ["PR", "PR", "CR"]),
    ("10\n56  0\n112  ?\n168  4", ["PR", "NE", "PR"]),
    ("10\n56  0\n112  9\n168  4", ["CR", "PD", "PD"]),
    ("10\n56  0\n112  4\n168  0\n224  9\n280  0\n336  4", ["PR", "PR", "CR", "PD", "CR", "PD"]),
]


@pytest.mark.parametrize(("text", "expected"), CR_WAS_PR)
def test_cr_was_pr_until_one_proves_real(text: str, expected: list[str]) -> None:
    criteria = Criteria(disease_after_complete_response="CR WAS PR")
    rows = derive_assessments(sheet(f"day  T1\n0  {text}"), criteria)
    assert rows["response"].to_list()[1:] == expected


def test_new_lesion_after_complete_response_is_pd_whatever_was_not_looked_at() -> None:
    lesions = sheet("""
        day  T1      N1             X1
        0    50      PRESENT        .
        56   ABSENT  ABSENT         .
        112  ABSENT  NOT EVALUATED  UNEQUIVOCAL
    """)
    assert derive_assessments(lesions, Criteria())["response"].to_list()[1:] == ["CR", "PD"]


@pytest.mark.parametrize(
    ("text", "dated"),
    [
        ("T1  T2\n0  50  50\n56  ABSENT  ABSENT\n112:116  4  ABSENT", 116),  # by the whole sum
        ("N1  T1\n0  PRESENT  50\n56  ABSENT  ABSENT\n112:116  PRESENT  4", 112),
        ("N1  X1\n0  PRESENT  .\n56  ABSENT  .\n112:116  PRESENT  UNEQUIVOCAL", 112),
        ("X1  N1\n0  .  PRESENT\n56  .  ABSENT\n112:116  UNEQUIVOCAL  PRESENT", 112),
    ],
)
def test_disease_after_complete_response_is_dated_by_the_first_that_shows_it(
    text: str, dated: int
) -> None:
    rows = derive_assessments(sheet(f"day  {text}"), Criteria())
    assert (rows["response"][2], rows["date"][2]) == ("PD", day(dated))


def test_result_keeps_the_order_of_subjects_and_assessments() -> None:
    two = pl.concat([sheet("day  T1\n0  50\n56  30", "b"), sheet("day  T1\n0  50\n56  60", "a")])
    rows = derive_assessments(two, Criteria())
    assert rows.select("subject", "assessment").rows() == [("a", 0), ("a", 1), ("b", 0), ("b", 1)]
    assert rows["response"].to_list() == [None, "PD", None, "PR"]
