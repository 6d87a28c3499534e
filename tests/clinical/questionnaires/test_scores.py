"""Scores worked by hand with the formulas of the manual."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clinical.questionnaires.forms import form
from topline.clinical.questionnaires.qlq_c30 import QLQ_C30
from topline.clinical.questionnaires.qlq_ginet21 import QLQ_GINET21, QLQ_GINET21_WEIGHT_APART
from topline.clinical.questionnaires.scores import ScoringRule, score_questionnaire
from topline.errors import DataError

FULL = {**dict.fromkeys(range(1, 29), 1.0), 29: 7.0, 30: 7.0}


def score(scale: str, answers: dict[int, float | None], rule: ScoringRule | None = None) -> float:
    scored = score_questionnaire(form(answers), QLQ_C30, rule)
    return scored.scores.filter(scale=scale)["score"].item()


SCORES = [
    # scale, answers, score
    pytest.param("PF", {1: 1, 2: 1, 3: 1, 4: 1, 5: 1}, 100, id="no trouble is full function"),
    pytest.param("PF", {1: 4, 2: 4, 3: 4, 4: 4, 5: 4}, 0, id="all trouble is none"),
    pytest.param("PF", {1: 1, 2: 2, 3: 2, 4: 1, 5: 1}, 100 * (1 - 0.4 / 3), id="mean 1.4"),
    pytest.param("RF", {6: 2, 7: 3}, 50, id="mean 2.5"),
    pytest.param("FA", {10: 1, 12: 1, 18: 1}, 0, id="no symptom is 0"),
    pytest.param("FA", {10: 4, 12: 4, 18: 4}, 100, id="all symptom is 100"),
    pytest.param("FA", {10: 1, 12: 2, 18: 3}, 100 / 3, id="mean 2"),
    pytest.param("DY", {8: 3}, 200 / 3, id="a single item"),
    pytest.param("QL", {29: 1, 30: 1}, 0, id="global health at its worst"),
    pytest.param("QL", {29: 7, 30: 7}, 100, id="global health at its best"),
    pytest.param("QL", {29: 5, 30: 4}, 100 * 3.5 / 6, id="mean 4.5"),
]


@pytest.mark.parametrize(("scale", "answers", "expected"), SCORES)
def test_scores_by_the_manual(
    scale: str, answers: dict[int, float | None], expected: float
) -> None:
    assert score(scale, answers) == pytest.approx(expected)


HALF = [
    # of five, four, three, two and one items answered
    pytest.param("PF", {1: 2, 2: 2, 3: 2}, 200 / 3, id="3 of 5"),
    pytest.param("PF", {1: 2, 2: 2}, None, id="2 of 5 are less than half"),
    pytest.param("EF", {21: 2, 22: 4}, 100 / 3, id="2 of 4 are half"),
    pytest.param("EF", {21: 2}, None, id="1 of 4"),
    pytest.param("FA", {10: 2, 12: 4}, 200 / 3, id="2 of 3"),
    pytest.param("FA", {10: 2}, None, id="1 of 3"),
    pytest.param("RF", {6: 2}, 200 / 3, id="1 of 2 is half"),
    pytest.param("RF", {6: None, 7: 2}, 200 / 3, id="a null is missing too"),
    pytest.param("DY", {8: None}, None, id="a single item missing"),
]


@pytest.mark.parametrize(("scale", "answers", "expected"), HALF)
def test_half_of_the_items_are_enough(
    scale: str, answers: dict[int, float | None], expected: float | None
) -> None:
    assert score(scale, answers) == (None if expected is None else pytest.approx(expected))


def test_a_stricter_rule_than_half() -> None:
    every = ScoringRule(least_answered=1.0)
    assert score("PF", {1: 1, 2: 1, 3: 1, 4: 1}, every) is None
    assert score("PF", {1: 1, 2: 1, 3: 1, 4: 1, 5: 1}, every) == 100


REFUSED = [
    pytest.param(10, 0.0, "answer_is_possible", "1 to 4", id="below"),
    pytest.param(10, 5.0, "answer_is_possible", "1 to 4", id="above"),
    pytest.param(10, 2.5, "answer_is_possible", "1 to 4", id="between two"),
    pytest.param(29, 8.0, "answer_is_possible", "1 to 7", id="above seven"),
    pytest.param(29, 0.0, "answer_is_possible", "1 to 7", id="below one"),
    pytest.param(31, 1.0, "item_is_of_questionnaire", "item of EORTC QLQ-C30", id="another item"),
    pytest.param(10, float("inf"), "answer_is_possible", "1 to 4", id="infinite"),
]


@pytest.mark.parametrize(("item", "answer", "rule", "expected"), REFUSED)
def test_impossible_answers_are_refused_by_name(
    item: int, answer: float, rule: str, expected: str
) -> None:
    scored = score_questionnaire(form({**FULL, item: answer}), QLQ_C30)
    found = scored.refusals.select("subject", "form", "item", "answer", "rule", "expected").rows()
    assert found == [("1", 1, item, answer, rule, expected)]


@pytest.mark.parametrize(("item", "answer"), [(10, 1.0), (10, 4.0), (29, 1.0), (29, 7.0)])
def test_possible_answers_are_not(item: int, answer: float) -> None:
    assert score_questionnaire(form({**FULL, item: answer}), QLQ_C30).refusals.is_empty()


def test_a_refused_answer_is_missing_or_spoils_the_scale() -> None:
    answers = {10: 2, 12: 2, 18: 9}
    assert score("FA", answers) == pytest.approx(100 / 3)
    assert score("FA", answers, ScoringRule(impossible_counts_as="no score")) is None
    row = score_questionnaire(form(answers), QLQ_C30).scores.filter(scale="FA").row(0, named=True)
    assert (row["items"], row["answered"], row["refused"]) == (3, 2, 1)


def test_an_item_answered_twice_is_refused_twice() -> None:
    twice = pl.concat([form({10: 1, 12: 2, 18: 2}), form({10: 4})])
    scored = score_questionnaire(twice, QLQ_C30)
    assert scored.refusals.select("item", "answer", "rule").rows() == [
        (10, 1.0, "item_is_answered_once"),
        (10, 4.0, "item_is_answered_once"),
    ]
    row = scored.scores.filter(scale="FA").row(0, named=True)
    assert (row["answered"], row["refused"], row["score"]) == (2, 1, pytest.approx(100 / 3))


def test_the_same_row_twice_counts_once_and_is_listed() -> None:
    twice = pl.concat([form({10: 3, 12: 3, 18: 3}), form({10: 3})])
    scored = score_questionnaire(twice, QLQ_C30, ScoringRule(impossible_counts_as="no score"))
    assert scored.refusals.select("item", "rule", "expected").rows() == [
        (10, "item_is_answered_once", "one row")
    ]
    row = scored.scores.filter(scale="FA").row(0, named=True)
    assert (row["answered"], row["refused"], row["score"]) == (3, 0, pytest.approx(200 / 3))


def test_a_form_without_answers_has_rows_and_no_scores() -> None:
    scored = score_questionnaire(form({1: None, 2: float("nan")}), QLQ_C30)
    assert scored.scores.height == 15
    assert scored.scores["score"].null_count() == 15
    assert scored.refusals.is_empty()


def test_scores_come_in_the_order_of_the_scales() -> None:
    scores = score_questionnaire(form(FULL), QLQ_C30).scores
    assert scores["scale"].to_list() == [scale.name for scale in QLQ_C30.scales]


def test_columns_must_be_there() -> None:
    with pytest.raises(DataError, match="item: found no such column"):
        score_questionnaire(form(FULL).drop("item"), QLQ_C30)


GINET = [
    # answers 1, 2, 3, ... of items 31 to 51 in turn, worked by hand
    ("ED", (1, 2, 3), 100 / 3),
    ("GI", (4, 4, 4, 4, 4), 100),
    ("TR", (1, 1, 4), 100 / 3),
    ("SF21", (2, 2, 2), 100 / 3),
    ("DRW", (1, 4, 4), 200 / 3),
    ("MBP", (3,), 200 / 3),
]


@pytest.mark.parametrize(("scale", "answers", "expected"), GINET)
def test_scores_of_the_neuroendocrine_module(
    scale: str, answers: tuple[int, ...], expected: float
) -> None:
    items = QLQ_GINET21.scale(scale).items
    filled = form(dict(zip(items, map(float, answers), strict=True)))
    found = score_questionnaire(filled, QLQ_GINET21).scores.filter(scale=scale)
    assert found["score"].item() == pytest.approx(expected)


def test_weight_gain_changes_the_treatment_score_only_where_it_belongs() -> None:
    filled = form({39: 1, 40: 1, 46: 4})
    together = score_questionnaire(filled, QLQ_GINET21).scores
    apart = score_questionnaire(filled, QLQ_GINET21_WEIGHT_APART).scores
    assert together.filter(scale="TR")["score"].item() == pytest.approx(100 / 3)
    assert apart.filter(pl.col("scale").is_in(["TR", "WG"]))["score"].to_list() == [0, 100]


filled_in = st.lists(
    st.tuples(
        st.sampled_from(["1", "2"]),
        st.integers(1, 2),
        st.integers(0, 31),
        st.none() | st.integers(0, 8).map(float),
    ),
    max_size=60,
)


@settings(max_examples=20)
@given(filled_in, st.randoms(use_true_random=False))
def test_nothing_is_lost_and_order_does_not_matter(rows: list[tuple], random: object) -> None:
    frame = pl.DataFrame(rows, schema=form({}).schema, orient="row")
    scored = score_questionnaire(frame, QLQ_C30)
    random.shuffle(rows)  # pyright: ignore
    again = score_questionnaire(pl.DataFrame(rows, schema=form({}).schema, orient="row"), QLQ_C30)
    assert again.scores.equals(scored.scores)
    assert again.refusals.equals(scored.refusals)
    answered = frame.drop_nulls("answer").unique()
    copies = frame.drop_nulls("answer").is_duplicated().any()
    used = scored.scores["answered"].sum()
    kept_out = scored.refusals.filter(expected="one row")
    assert used + scored.refusals.height - kept_out.height == answered.height
    assert copies or kept_out.is_empty()
