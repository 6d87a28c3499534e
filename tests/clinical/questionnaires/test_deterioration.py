"""Courses of one score, a form every 30 days, worked by hand."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.clinical.questionnaires.deterioration import (
    DeteriorationRule,
    derive_deteriorations,
)
from topline.errors import DataError

START = date(2024, 1, 1)
SCHEMA = {
    "subject": pl.String,
    "form": pl.Int64,
    "date": pl.Date,
    "baseline": pl.Boolean,
    "score": pl.Float64,
}


def course(*scores: float | None, subject: str = "1", baseline: int | None = 0) -> pl.DataFrame:
    rows = [
        (subject, k, START + timedelta(30 * k), k == baseline, score)
        for k, score in enumerate(scores)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def died(day: int, subject: str = "1") -> pl.DataFrame:
    return pl.DataFrame({"subject": [subject], "death_date": [START + timedelta(day)]})


def rule(**options: object) -> DeteriorationRule:
    return DeteriorationRule.model_validate({"high_is_good": True, **options})


def when(scores: pl.DataFrame, **options: object) -> tuple[str, int | None]:
    found = derive_deteriorations(scores, rule(**options))
    return found.select("outcome", "days").row(0)


FIRST = [
    pytest.param((80, 70), ("DETERIORATED", 30), id="10 points are enough"),
    pytest.param((80, 70.1), ("CENSORED", 30), id="9.9 are not"),
    pytest.param((80, 69.9), ("DETERIORATED", 30), id="10.1 are"),
    pytest.param((80, 75, 70, 90), ("DETERIORATED", 60), id="the first one counts"),
    pytest.param((80, 90, 81), ("CENSORED", 60), id="9 below the best, not below the baseline"),
    pytest.param((80, None, 70), ("DETERIORATED", 60), id="a missing score is passed over"),
    pytest.param((80, 75, None), ("CENSORED", 30), id="censored at the last score"),
    pytest.param((80,), ("CENSORED", 0), id="nothing after the baseline"),
    pytest.param((None, 70), ("EXCLUDED", None), id="no baseline score"),
]


@pytest.mark.parametrize(("scores", "expected"), FIRST)
def test_first_deterioration(
    scores: tuple[float | None, ...], expected: tuple[str, int | None]
) -> None:
    assert when(course(*scores)) == expected
    turned = course(*(None if score is None else 100 - score for score in scores))
    assert when(turned, high_is_good=False) == expected


REFERENCE = [
    pytest.param((80, 90, 80), "baseline", ("CENSORED", 60), id="back to the baseline"),
    pytest.param((80, 90, 80), "best so far", ("DETERIORATED", 60), id="10 below the best"),
    pytest.param((80, 90, 80.1), "best so far", ("CENSORED", 60), id="9.9 below the best"),
    pytest.param((80, 70, 90), "best so far", ("DETERIORATED", 30), id="the best yet to come"),
]


@pytest.mark.parametrize(("scores", "reference", "expected"), REFERENCE)
def test_what_it_is_compared_with(
    scores: tuple[float, ...], reference: str, expected: tuple[str, int]
) -> None:
    assert when(course(*scores), reference=reference) == expected


DEFINITIVE = [
    # scores; day of: all later worse, no recovery, no gain on reference
    pytest.param((80, 70, 60, 65), (30, 30, 30), id="never better again"),
    pytest.param((80, 70, 75, 70), (90, 30, 30), id="a little better in between"),
    pytest.param((80, 60, 70, 60), (30, 30, 30), id="10 better, still worse than before"),
    pytest.param((80, 60, 70.1, 60), (90, 90, 30), id="10.1 better is a recovery"),
    pytest.param((80, 60, 90, 60), (90, 90, 30), id="10 above the baseline"),
    pytest.param((80, 60, 90.1, 60), (90, 90, 90), id="10.1 above the baseline"),
    pytest.param((80, 60, 80), (None, None, 30), id="recovered at the end"),
    pytest.param((80, 75, 60), (60, 60, 60), id="the last score counts"),
    pytest.param((80, 75, 76), (None, None, None), id="none"),
]


@pytest.mark.parametrize(("scores", "days"), DEFINITIVE)
def test_definitive_deterioration(scores: tuple[float, ...], days: tuple[int | None, ...]) -> None:
    for kind, day in zip(
        ("all later worse", "no recovery", "no gain on reference"), days, strict=True
    ):
        last = 30 * (len(scores) - 1)
        expected = ("CENSORED", last) if day is None else ("DETERIORATED", day)
        assert when(course(*scores), definitive=kind) == expected, kind


DEATH = [
    # day of death; counts; outcome
    (45, False, ("CENSORED", 30)),
    (45, True, ("DIED", 45)),
    (-5, True, ("CENSORED", 30)),
]


@pytest.mark.parametrize(("day", "counts", "expected"), DEATH)
def test_death_counts_where_it_is_told_to(
    day: int, counts: bool, expected: tuple[str, int]
) -> None:
    found = derive_deteriorations(course(80, 75), rule(death_counts=counts), died(day))
    assert found.select("outcome", "days").row(0) == expected
    assert found["event"].item() == (expected[0] == "DIED")


def test_deterioration_before_death_is_deterioration() -> None:
    found = derive_deteriorations(course(80, 60), rule(death_counts=True), died(45))
    assert found.select("outcome", "days").row(0) == ("DETERIORATED", 30)


def test_without_follow_up() -> None:
    alone = course(80)
    assert when(alone, no_follow_up_counts_as="excluded") == ("EXCLUDED", None)
    dead = derive_deteriorations(
        alone, rule(no_follow_up_counts_as="excluded", death_counts=True), died(9)
    )
    assert dead.select("outcome", "days").row(0) == ("DIED", 9)


def test_everything_about_a_subject() -> None:
    found = derive_deteriorations(course(80, 90, 75), rule(reference="best so far"))
    assert found.row(0, named=True) == {
        "subject": "1",
        "outcome": "DETERIORATED",
        "event": True,
        "start_date": START,
        "date": START + timedelta(60),
        "days": 60,
        "reference": 90.0,
        "score": 75.0,
        "reason": "worse by the threshold",
    }


def test_forms_before_the_baseline_do_not_count() -> None:
    assert when(course(40, 80, 75, baseline=1)) == ("CENSORED", 30)


def test_a_subject_without_a_baseline_form_is_excluded() -> None:
    found = derive_deteriorations(course(80, 60, baseline=None), rule())
    assert found.select("outcome", "event", "reason").row(0) == (
        "EXCLUDED",
        None,
        "no baseline score",
    )


def test_two_baselines_are_refused() -> None:
    with pytest.raises(DataError, match="one_baseline"):
        derive_deteriorations(course(80, 60).with_columns(baseline=True), rule())


@settings(max_examples=20)
@given(st.permutations(range(7)))
def test_order_of_rows_does_not_matter(order: list[int]) -> None:
    rows = pl.concat([course(80, 60, 90, 55), course(50, 45, 30, subject="2")])
    options = rule(definitive="no recovery", reference="best so far")
    assert derive_deteriorations(rows[order], options).equals(derive_deteriorations(rows, options))


@settings(max_examples=20)
@given(st.lists(st.integers(0, 20).map(lambda k: 5.0 * k), min_size=1, max_size=8))
def test_definitive_is_never_before_the_first(scores: list[float]) -> None:
    first = when(course(*scores))
    for kind in ("all later worse", "no recovery", "no gain on reference"):
        later = when(course(*scores), definitive=kind)
        assert first[0] == "DETERIORATED" or later[0] == "CENSORED"
        assert later[0] == "CENSORED" or later[1] >= first[1]
