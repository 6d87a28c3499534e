"""Tables 2 and 3 of Seymour 2017, and what the text says of progression that stays unconfirmed."""

from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.clinical.recist.cases import day, responses, sheet, subjects
from topline.clinical.recist.criteria import ImmuneCriteria
from topline.clinical.recist.irecist import derive_immune_assessments, derive_immune_best_response
from topline.errors import DataError


def _responses(text: str, **options: object) -> list[str | None]:
    criteria = ImmuneCriteria.model_validate(options)
    return derive_immune_assessments(sheet(text), criteria)["response"].to_list()[1:]


# Table 2: lesions at baseline, at the first iUPD, and six weeks later.
TABLE_2 = [
    # no iUPD before
    ("T1  N1\n0  100  PRESENT\n42  ABSENT  ABSENT", ["iCR"]),
    ("T1  N1\n0  100  PRESENT\n42  ABSENT  PRESENT", ["iPR"]),
    ("T1  N1\n0  100  PRESENT\n42  70  PRESENT", ["iPR"]),
    ("T1  N1\n0  100  PRESENT\n42  90  PRESENT", ["iSD"]),
    # new lesions; they confirm by size or number
    ("T1  X1\n0  100  .\n42  100  10\n84  100  10", ["iUPD", "iUPD"]),
    ("T1  X1\n0  100  .\n42  100  10\n84  100  14.9", ["iUPD", "iUPD"]),
    ("T1  X1\n0  100  .\n42  100  10\n84  100  15", ["iUPD", "iCPD"]),
    ("T1  X1\n0  100  .\n42  100  UNEQUIVOCAL\n84  100  PRESENT", ["iUPD", "iUPD"]),
    ("T1  X1\n0  100  .\n42  100  UNEQUIVOCAL\n84  100  INCREASED", ["iUPD", "iCPD"]),
    ("T1  X1  X2\n0  100  .  .\n42  100  10  .\n84  100  10  UNEQUIVOCAL", ["iUPD", "iCPD"]),
    # target iSD or better, non-target iUPD: any further increase
    (
        "T1  N1\n0  100  PRESENT\n42  90  UNEQUIVOCAL PROGRESSION\n84  90  UNEQUIVOCAL PROGRESSION",
        ["iUPD", "iUPD"],
    ),
    (
        "T1  N1\n0  100  PRESENT\n42  90  UNEQUIVOCAL PROGRESSION\n84  90  INCREASED",
        ["iUPD", "iCPD"],
    ),
    (
        "N1  N2\n0  PRESENT  PRESENT\n42  UNEQUIVOCAL PROGRESSION  PRESENT\n"
        "84  UNEQUIVOCAL PROGRESSION  UNEQUIVOCAL PROGRESSION",
        ["iUPD", "iCPD"],
    ),
    # target iUPD: 5 mm more
    ("T1  N1\n0  100  PRESENT\n42  120  PRESENT\n84  124.9  PRESENT", ["iUPD", "iUPD"]),
    ("T1  N1\n0  100  PRESENT\n42  120  PRESENT\n84  125  PRESENT", ["iUPD", "iCPD"]),
    # target and non-target iUPD: either confirms
    (
        "T1  N1\n0  100  PRESENT\n42  120  UNEQUIVOCAL PROGRESSION\n84  120  INCREASED",
        ["iUPD", "iCPD"],
    ),
    (
        "T1  N1\n0  100  PRESENT\n42  120  UNEQUIVOCAL PROGRESSION\n84  125  PRESENT",
        ["iUPD", "iCPD"],
    ),
    # all three, and no change or a decrease of target lesions
    (
        "T1  X1\n0  100  .\n42  130  10\n84  125  10",
        ["iUPD", "iUPD"],
    ),
    ("T1  X1\n0  100  .\n42  130  10\n84  125  15", ["iUPD", "iCPD"]),
    # progression of another kind than before
    ("T1  X1\n0  100  .\n42  120  .\n84  120  UNEQUIVOCAL", ["iUPD", "iCPD"]),
    ("T1  X1\n0  100  .\n42  100  10\n84  120  10", ["iUPD", "iCPD"]),
    (
        "T1  N1\n0  100  PRESENT\n42  120  PRESENT\n84  120  UNEQUIVOCAL PROGRESSION",
        ["iUPD", "iCPD"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), TABLE_2)
def test_row_of_table_2(text: str, expected: list[str]) -> None:
    assert _responses(f"day  {text}") == expected


# Table 3: choices at five time points, and iBOR.
TABLE_3 = [
    ("iCR", "iCR iPR iUPD NE", "iCR iPR iUPD NE", "iUPD", "iCPD", "iCR"),
    ("iUPD", "iPR iSD NE", "iCR", "iCR iUPD NE", "iCR iPR iSD iUPD iCPD NE", "iCR"),
    ("iUPD", "iPR", "iPR iSD iUPD NE", "iPR iSD iUPD NE iCPD", "iPR iSD iUPD NE iCPD", "iPR"),
    ("iUPD", "iSD NE", "iPR", "iPR iSD iUPD NE", "iPR iSD iUPD iCPD NE", "iPR"),
    ("iUPD", "iSD", "iSD iUPD NE", "iSD iUPD iCPD NE", "iSD iUPD iCPD NE", "iSD"),
    ("iUPD", "iCPD", "iCR iPR iSD iUPD iCPD NE", "iCR iSD NE", "iCR iPR NE", "iCPD"),
    ("iUPD", "iUPD", "iCPD", "iCR iPR iSD NE", "iCR iPR iSD NE", "iCPD"),
    ("iUPD", "NE", "NE", "NE", "NE", "iUPD"),
]


@pytest.mark.parametrize("row", TABLE_3)
def test_row_of_table_3(row: tuple[str, ...]) -> None:
    *points, expected = row
    courses = list(product(*(point.split() for point in points)))
    rows = pl.concat(
        responses(" ".join(f"{term}@{42 * k}" for k, term in enumerate(course, start=1)), f"{i:04}")
        for i, course in enumerate(courses)
    )
    everyone = subjects(*(f"{i:04}" for i in range(len(courses))))
    best = derive_immune_best_response(rows, everyone, ImmuneCriteria())
    assert dict.fromkeys(best["best_response"]) == {expected: None}


COURSES = [
    pytest.param(
        "T1\n0  100\n42  125\n84  110\n126  125\n168  130",
        ["iUPD", "iSD", "iUPD", "iCPD"],
        id="reset, so that iUPD starts anew",
    ),
    pytest.param(
        "T1\n0  100\n42  125\n84  110\n126  130",
        ["iUPD", "iSD", "iUPD"],
        id="growth from an iUPD that was reset confirms nothing",
    ),
    pytest.param(
        "T1\n0  100\n42  125\n84  129\n126  131",
        ["iUPD", "iUPD", "iCPD"],
        id="increases add up",
    ),
    pytest.param(
        "T1  X1\n0  100  .\n42  100  12\n84  60  12\n126  60  12",
        ["iUPD", "iPR", "iPR"],
        id="response beside a new lesion that does not grow",
    ),
    pytest.param(
        "T1  X1\n0  100  .\n42  60  .\n84  60  12\n126  60  12",
        ["iPR", "iUPD", "iUPD"],
        id="no change after the new lesion is no response",
    ),
    pytest.param(
        "T1  X1\n0  100  .\n42  60  12\n84  50  ABSENT",
        ["iUPD", "iPR"],
        id="new lesion gone",
    ),
    pytest.param(
        "T1  X1\n0  100  .\n42  ABSENT  12\n84  ABSENT  12\n126  ABSENT  ABSENT",
        ["iUPD", "iUPD", "iCR"],
        id="iCR once the new lesion is gone too",
    ),
    pytest.param(
        "T1  X1\n0  100  .\n42  90  12\n84  ABSENT  12",
        ["iUPD", "iPR"],
        id="no iCR beside a new lesion",
    ),
    pytest.param(
        "T1  X1\n0  100  .\n42  100  20\n84  60  20\n126  60  25",
        ["iUPD", "iPR", "iUPD"],
        id="after a reset new lesions progress by 20 % and 5 mm",
    ),
    pytest.param(
        "T1  X1\n0  100  .\n42  100  40\n84  60  40\n126  60  46",
        ["iUPD", "iPR", "iPR"],
        id="and not by less",
    ),
    pytest.param(
        "T1  X1  X2\n0  100  .  .\n42  100  20  .\n84  60  20  .\n126  60  20  UNEQUIVOCAL",
        ["iUPD", "iPR", "iUPD"],
        id="or by one more",
    ),
    pytest.param(
        "T1\n0  100\n42  125\n84  ?\n126  131",
        ["iUPD", "NE", "iCPD"],
        id="not evaluable in between",
    ),
    pytest.param(
        "T1\n0  100\n42  ABSENT\n84  4\n126  3",
        ["iCR", "iPR", "iPR"],
        id="disease after iCR that is below 5 mm",
    ),
    pytest.param(
        "T1\n0  100\n42  125\n84  130\n126  40",
        ["iUPD", "iCPD", "iCPD"],
        id="confirmed for good",
    ),
    pytest.param(
        "T1  X1\n0  100  .\n42  100  EQUIVOCAL\n84  100  EQUIVOCAL",
        ["iSD", "iSD"],
        id="doubtful new lesion",
    ),
    pytest.param(
        "N1\n0  PRESENT\n42  UNEQUIVOCAL PROGRESSION\n84  PRESENT\n126  ABSENT",
        ["iUPD", "NON-iCR/NON-iUPD", "iCR"],
        id="only non-target disease",
    ),
    pytest.param(
        "-  X1\n0  ?  .\n42  ?  10\n84  ?  16", ["iUPD", "iCPD"], id="no disease at baseline"
    ),
    pytest.param("T1\n0  100\n42  100\n84  60", ["iSD", "iPR"], id="as RECIST without progression"),
    pytest.param(
        "T1\n0  100\n42  125\n84  126\n98  130",
        ["iUPD", "iUPD", "iCPD"],
        id="four weeks from the first iUPD",
    ),
    pytest.param(
        "T1  X1\n0  100  .\n42  125  10\n84  ?  10\n126  100  10",
        ["iUPD", "iUPD", "iSD"],
        id="better than at any iUPD",
    ),
    pytest.param(
        "T1  X1\n0  100  .\n42  125  .\n84  100  .\n126  100  10\n168  106  10",
        ["iUPD", "iSD", "iUPD", "iUPD"],
        id="growth of what did not progress this time",
    ),
    pytest.param(
        "T1  N1\n0  100  PRESENT\n42  125  UNEQUIVOCAL PROGRESSION\n84  125  PRESENT\n"
        "126  125  UNEQUIVOCAL PROGRESSION",
        ["iUPD", "iUPD", "iCPD"],
        id="non-target lesion that progresses again",
    ),
]


@pytest.mark.parametrize(("text", "expected"), COURSES)
def test_progression_is_confirmed_or_reset(text: str, expected: list[str]) -> None:
    assert _responses(f"day  {text}") == expected


TOO_EARLY = [
    # 21 days after iUPD; then later
    ("N1\n0  PRESENT\n42  UNEQUIVOCAL PROGRESSION\n63  INCREASED", ["iUPD", "iUPD"]),
    ("T1\n0  100\n42  130\n63  121\n84  127", ["iUPD", "iUPD", "iUPD"]),
    ("T1\n0  100\n42  130\n63  70\n84  69", ["iUPD", "iPR", "iPR"]),
    ("T1  X1\n0  100  .\n42  125  .\n63  125  10\n84  125  10", ["iUPD", "iUPD", "iCPD"]),
    (
        "T1  X1\n0  100  .\n42  125  .\n63  125  10\n84  60  ABSENT\n126  80  ABSENT\n168  80  10",
        ["iUPD", "iUPD", "iPR", "iUPD", "iUPD"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), TOO_EARLY)
def test_assessment_within_four_weeks_confirms_nothing(text: str, expected: list[str]) -> None:
    assert _responses(f"day  {text}") == expected


EARLY = "day  T1  X1\n0  100  .\n42  125  .\n63  131  UNEQUIVOCAL\n70  131  PRESENT"


def test_confirmation_waits_four_weeks_and_forgets_nothing() -> None:
    assert _responses(EARLY) == ["iUPD", "iUPD", "iCPD"]
    assert _responses(EARLY, confirmation_from_days=21) == ["iUPD", "iCPD", "iCPD"]


def test_limit_of_eight_weeks_is_from_the_last_iupd() -> None:
    text = "day  T1\n0  100\n42  125\n98  126\n154  131\n"
    assert _responses(text, confirmation_to_days=56) == ["iUPD", "iUPD", "iCPD"]
    assert _responses(text, confirmation_to_days=55) == ["iUPD", "iUPD", "iUPD"]


def test_growth_may_have_to_come_at_once() -> None:
    text = "day  T1\n0  100\n42  125\n84  129\n126  131"
    assert _responses(text, growth_counts_from="last") == ["iUPD"] * 3


def test_lasting_unequivocal_progression_confirms_where_the_trial_reads_it_so() -> None:
    text = "day  N1\n0  PRESENT\n42  UNEQUIVOCAL PROGRESSION\n84  UNEQUIVOCAL PROGRESSION"
    assert _responses(text) == ["iUPD", "iUPD"]
    assert _responses(text, lasting_unequivocal_progression_confirms=True) == ["iUPD", "iCPD"]


def test_new_lesions_are_added_up_on_their_own() -> None:
    lesions = sheet("day  T1  X1  X2\n0  100  .  .\n42  100  12  UNEQUIVOCAL\n84  100  14  8")
    rows = derive_immune_assessments(lesions, ImmuneCriteria())
    assert rows["new_lesions_mm"].to_list() == [None, 12, 22]
    assert rows["new_lesions_so_far"].to_list() == [0, 2, 2]
    assert rows["sum_mm"].to_list() == [100, 100, 100]
    assert rows["recist_response"].to_list() == [None, "PD", "PD"]


def test_reason_names_what_confirmed_and_what_was_reset() -> None:
    rows = derive_immune_assessments(
        sheet("day  T1  X1\n0  100  .\n42  125  .\n84  110  .\n126  130  .\n168  135  10"),
        ImmuneCriteria(),
    )
    assert rows["reason"].to_list() == [
        "Baseline: sum 100 mm",
        "iUPD: sum 125 mm, +25 mm, +25.0 % from nadir 100 mm of 2024-01-01; no new lesion",
        "iSD: sum 110 mm, +10.0 % from baseline 100 mm; no new lesion; iUPD of 2024-02-12 was not "
        "confirmed",
        "iUPD: sum 130 mm, +30 mm, +30.0 % from nadir 100 mm of 2024-01-01; no new lesion",
        "iCPD: sum 135 mm, +35 mm, +35.0 % from nadir 100 mm of 2024-01-01; new lesion (X1); "
        "confirms iUPD of 2024-05-06 (target lesions, new lesions)",
    ]
    assert rows["unconfirmed_since"].to_list() == [None, day(42), None, day(126), day(126)]


PROGRESSION = [
    # responses; first iUPD that lasts; first iCPD
    ("iSD@42 iUPD@84 iCPD@126", 84, 126),
    ("iUPD@42 iUPD@84 iCPD@126", 42, 126),
    ("iUPD@42 iSD@84 iUPD@126 iCPD@168", 126, 168),
    ("iUPD@42 iPR@84 iPR@126", None, None),
    ("iSD@42 iUPD@84 NE@126", 84, None),
    ("iSD@42 iUPD@84 iUPD@126", 84, None),
    ("iUPD@42 iCPD@84 iPR@126", 42, 84),
]


@pytest.mark.parametrize(("course", "unconfirmed", "confirmed"), PROGRESSION)
def test_progression_is_dated_by_the_iupd_that_was_not_reset(
    course: str, unconfirmed: int | None, confirmed: int | None
) -> None:
    row = derive_immune_best_response(responses(course), subjects(), ImmuneCriteria()).row(
        0, named=True
    )
    assert row["progression_date"] == (None if unconfirmed is None else day(unconfirmed))
    assert row["confirmed_progression_date"] == (None if confirmed is None else day(confirmed))


def test_best_response_speaks_of_irecist() -> None:
    reasons = {
        "iPR@42 iUPD@84": "iPR on 2024-02-12",
        "iUPD@42 NE@84": "iUPD on 2024-02-12, never confirmed",
        "iUPD@42 iCPD@84": "iCPD on 2024-03-25",
    }
    for course, reason in reasons.items():
        best = derive_immune_best_response(responses(course), subjects(), ImmuneCriteria())
        assert best["reason"].item() == reason


def test_response_with_iupd_in_between_is_not_confirmed() -> None:
    criteria = ImmuneCriteria.model_validate({"recist": {"confirmation": {"required": True}}})
    for course, expected in {"iPR@42 iPR@84": "iPR", "iPR@42 iUPD@84 iPR@126": "iSD"}.items():
        best = derive_immune_best_response(responses(course), subjects(), criteria)
        assert best["best_response"].item() == expected


def test_terms_of_recist_are_refused() -> None:
    with pytest.raises(DataError, match="one of iCR, iPR"):
        derive_immune_best_response(responses("PR@42"), subjects(), ImmuneCriteria())


CELL = st.sampled_from(["ABSENT", "20", "40", "60", "65", "70", "?"])
NEW = st.sampled_from([".", ".", "UNEQUIVOCAL", "INCREASED", "12", "18", "ABSENT"])
NON_TARGET = st.sampled_from(["PRESENT", "ABSENT", "UNEQUIVOCAL PROGRESSION", "INCREASED"])
COURSE = st.lists(st.tuples(st.sampled_from([21, 28, 42]), CELL, NON_TARGET, NEW), max_size=7)


def _sheet(course: list[tuple[int, str, str, str]]) -> pl.DataFrame:
    rows, at = ["day  T1  N1  X1", "0  50  PRESENT  ."], 0
    for gap, *cells in course:
        at += gap
        rows.append("  ".join([str(at), *cells]))
    return sheet("\n".join(rows))


@settings(max_examples=25, deadline=None)
@given(course=COURSE)
def test_unconfirmed_comes_before_confirmed_and_confirmed_stays(
    course: list[tuple[int, str, str, str]],
) -> None:
    rows = derive_immune_assessments(_sheet(course), ImmuneCriteria()).tail(-1)
    terms = rows["response"].to_list()
    if "iCPD" in terms:
        first = terms.index("iCPD")
        assert set(terms[first:]) == {"iCPD"}
        assert "iUPD" in terms[:first]
        since = rows["unconfirmed_since"][first]
        assert (rows["date"][first] - since).days >= 28
    for term, recist in zip(terms, rows["recist_response"], strict=True):
        if recist == "PD":
            break
        assert term.replace("iUPD", "PD").replace("i", "") == recist
        if recist == "CR":  # what follows it is judged by RECIST 1.1 alone
            break


@settings(max_examples=15, deadline=None)
@given(course=COURSE, more=COURSE)
def test_later_assessments_change_nothing_before(
    course: list[tuple[int, str, str, str]], more: list[tuple[int, str, str, str]]
) -> None:
    before = derive_immune_assessments(_sheet(course), ImmuneCriteria())
    after = derive_immune_assessments(_sheet([*course, *more]), ImmuneCriteria())
    assert_frame_equal(after.head(before.height), before)
