"""What must hold for every course, whatever its numbers."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.clinical.recist.cases import responses, sheet, subjects
from topline.clinical.recist.assessments import derive_assessments
from topline.clinical.recist.best import ORDER, derive_best_response
from topline.clinical.recist.criteria import Criteria

TARGET = st.one_of(
    st.integers(1, 60).map(str), st.sampled_from(["ABSENT", "TOO SMALL", "NOT EVALUATED", "."])
)
NON_TARGET = st.sampled_from(["PRESENT", "ABSENT", "NOT EVALUATED", "UNEQUIVOCAL PROGRESSION"])
NEW = st.sampled_from([".", ".", ".", "UNEQUIVOCAL", "EQUIVOCAL"])
ROW = st.tuples(TARGET, TARGET, NON_TARGET, NEW)
COURSE = st.lists(ROW, min_size=1, max_size=6)
RESPONSE = st.sampled_from(["CR", "PR", "SD", "PD", "NE"])


def _sheet(course: list[tuple[str, ...]], subject: str = "1") -> pl.DataFrame:
    rows = [f"{56 * k}  {'  '.join(cells)}" for k, cells in enumerate(course, start=1)]
    header = "day  T1  Tnode  N1  X1\n0  30  20  PRESENT  ."
    return sheet("\n".join([header, *rows]), subject)


@settings(max_examples=25, deadline=None)
@given(course=COURSE, seed=st.integers(0, 1000))
def test_order_of_rows_does_not_matter(course: list[tuple[str, ...]], seed: int) -> None:
    lesions = _sheet(course)
    shuffled = lesions.sample(fraction=1, shuffle=True, seed=seed)
    assert_frame_equal(
        derive_assessments(lesions, Criteria()), derive_assessments(shuffled, Criteria())
    )


@settings(max_examples=25, deadline=None)
@given(first=COURSE, second=COURSE)
def test_subjects_do_not_touch_each_other(
    first: list[tuple[str, ...]], second: list[tuple[str, ...]]
) -> None:
    alone = [_sheet(first, "a"), _sheet(second, "b")]
    together = derive_assessments(pl.concat(alone), Criteria())
    assert_frame_equal(together, pl.concat(derive_assessments(x, Criteria()) for x in alone))


@settings(max_examples=25, deadline=None)
@given(course=COURSE, more=ROW)
def test_later_assessment_changes_nothing_before(
    course: list[tuple[str, ...]], more: tuple[str, ...]
) -> None:
    criteria = Criteria(equivocal_progression_dated_back=False)
    before = derive_assessments(_sheet(course), criteria)
    after = derive_assessments(_sheet([*course, more]), criteria)
    assert_frame_equal(after.head(before.height), before)


@settings(max_examples=25, deadline=None)
@given(course=COURSE, factor=st.sampled_from([0.5, 2.0, 3.7]))
def test_units_of_length_do_not_matter(course: list[tuple[str, ...]], factor: float) -> None:
    lesions, millimetres = _sheet(course), Criteria()
    scaled = Criteria(
        progression_increase_mm=5 * factor,
        normal_node_below_mm=10 * factor,
        too_small_to_measure_mm=5 * factor,
    )
    one = derive_assessments(lesions, millimetres)
    other = derive_assessments(lesions.with_columns(pl.col("diameter_mm") * factor), scaled)
    assert one["response"].to_list() == other["response"].to_list()
    assert other["sum_mm"].to_list() == pytest.approx(
        [None if mm is None else mm * factor for mm in one["sum_mm"]]
    )


@settings(max_examples=25, deadline=None)
@given(course=COURSE)
def test_every_assessment_has_a_response_and_a_reason(course: list[tuple[str, ...]]) -> None:
    rows = derive_assessments(_sheet(course), Criteria())
    assert rows["response"].null_count() == 1  # the baseline
    for response, reason in rows.select("response", "reason").tail(-1).iter_rows():
        assert reason.startswith(response)


@settings(max_examples=40, deadline=None)
@given(
    course=st.lists(RESPONSE, max_size=7),
    gap=st.sampled_from([14, 28, 56]),
    reading=st.sampled_from(["PD", "CR WAS PR", "AS ASSESSED"]),
    window=st.sampled_from([0, 42]),
)
def test_confirmed_response_is_never_better_than_unconfirmed(
    course: list[str], gap: int, reading: str, window: int
) -> None:
    text = " ".join(f"{response}@{gap * k}" for k, response in enumerate(course, start=1))
    options = {"disease_after_complete_response": reading, "stable_disease_from_days": window}
    best = [
        derive_best_response(
            responses(text),
            subjects("1"),
            Criteria.model_validate({**options, "confirmation": {"required": required}}),
        )["best_response"].item()
        for required in (False, True)
    ]
    assert ORDER[best[0]] <= ORDER[best[1]]


@settings(max_examples=25, deadline=None)
@given(course=st.lists(RESPONSE, max_size=6), more=RESPONSE)
def test_assessment_after_progression_changes_no_best_response(
    course: list[str], more: str
) -> None:
    words = [f"{response}@{56 * k}" for k, response in enumerate([*course, "PD", more], start=1)]
    criteria = Criteria.model_validate({"confirmation": {"required": True}})
    with_more, without = (
        derive_best_response(responses(" ".join(part)), subjects("1"), criteria)
        for part in (words, words[:-1])
    )
    unchanged = [c for c in without.columns if c not in {"assessments_not_counted", "reason"}]
    assert_frame_equal(with_more.select(unchanged), without.select(unchanged))
