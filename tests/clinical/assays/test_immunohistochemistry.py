"""H-scores and tiers read from slides, worked by hand."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from topline.clinical.assays.immunohistochemistry import (
    Categories,
    Readers,
    compute_category,
    compute_group,
    compute_h_score,
    derive_h_scores,
    derive_tier_scores,
)

LOW_HIGH = Categories(groups=(("LOW", (1, 2)), ("HIGH", (3,))))
H = {
    "sample_id": pl.String,
    "marker": pl.String,
    "reader": pl.String,
    "internal_control": pl.Boolean,
    "weak_percent": pl.Float64,
    "moderate_percent": pl.Float64,
    "strong_percent": pl.Float64,
}
TIER = {**dict(list(H.items())[:4]), "tier": pl.Int64}
Percents = tuple[float | None, float | None, float | None]


def slides(*readings: Percents, control: bool | None = True, last: str = "B") -> pl.DataFrame:
    """One sample, readers A, B, ...; the last may be the consensus."""
    names = [*"ABCD"[: len(readings) - 1], last if len(readings) > 1 else "A"]
    rows = [
        ("1", "MGMT", name, control, *cells) for name, cells in zip(names, readings, strict=True)
    ]
    return pl.DataFrame(rows, schema=H, orient="row")


def tiers(*readings: int | None, control: bool | None = True, last: str = "B") -> pl.DataFrame:
    names = [*"ABCD"[: len(readings) - 1], last if len(readings) > 1 else "A"]
    rows = [("1", "c-MET", name, control, tier) for name, tier in zip(names, readings, strict=True)]
    return pl.DataFrame(rows, schema=TIER, orient="row")


SCORES = [
    pytest.param((0, 0, 0), 0.0, None, id="no staining"),
    pytest.param((0, 0, 100), 300.0, None, id="all cells strongly"),
    pytest.param((20, 30, 10), 110.0, None, id="20 + 60 + 30"),
    pytest.param((100, 0, 0), 100.0, None, id="all cells weakly"),
    pytest.param((33.3, 33.3, 33.4), 200.1, None, id="rounded percents add up"),
    pytest.param((50, 30, 20.1), None, "percentages add up to 100.1, more than 100", id="too many"),
    pytest.param((-1, 0, 0), None, "weak staining is -1 %, must be 0 or more", id="negative"),
    pytest.param((None, 0, 5), None, "no weak staining", id="missing"),
]


@pytest.mark.parametrize(("percents", "score", "reason"), SCORES)
def test_h_score(percents: Percents, score: float | None, reason: str | None) -> None:
    row = slides(percents)
    computed = compute_h_score("weak_percent", "moderate_percent", "strong_percent")
    found, why = row.select(value=computed.value, reason=computed.reason).row(0)
    assert (found, why) == (None if score is None else pytest.approx(score), reason)


BOUNDS = [
    # score; category when a bound belongs to the lower, to the higher one
    (0.0, 1, 1),
    (49.9, 1, 1),
    (50.0, 1, 2),
    (50.5, 2, 2),
    (51.0, 2, 2),
    (100.0, 2, 3),
    (100.1, 3, 3),
    (300.0, 3, 3),
]


@pytest.mark.parametrize(("score", "lower", "higher"), BOUNDS)
def test_categories_leave_no_gap(score: float, lower: int, higher: int) -> None:
    row = pl.DataFrame({"h": [score]})
    upward = Categories(bound_belongs_to="higher")
    assert row.select(compute_category("h", Categories())).item() == lower
    assert row.select(compute_category("h", upward)).item() == higher


def test_categories_are_combined() -> None:
    rows = pl.DataFrame({"c": [1, 2, 3, None]})
    found = rows.select(compute_group("c", LOW_HIGH)).to_series().to_list()
    assert found == ["LOW", "LOW", "HIGH", None]
    assert rows.select(compute_group("c", Categories())).to_series().null_count() == 4


def test_groups_hold_every_category_once() -> None:
    with pytest.raises(ValidationError, match="each of 3 categories once, not \\[1, 3\\]"):
        Categories(groups=(("LOW", (1,)), ("HIGH", (3,))))
    with pytest.raises(ValidationError, match="bounds must rise, not 100, 50"):
        Categories(bounds=(100, 50))


def test_two_readers_are_averaged() -> None:
    found = derive_h_scores(slides((60, 0, 0), (0, 20, 0)), LOW_HIGH).row(0, named=True)
    assert found == {
        "sample_id": "1",
        "marker": "MGMT",
        "readings": 2,
        "lowest": 40.0,
        "highest": 60.0,
        "score": 50.0,
        "positive": True,
        "reason": None,
        "category": 1,
        "group": "LOW",
    }


CONSENSUS = [
    # readings; largest difference that agrees; score and reason
    pytest.param(((60, 0, 0), (60, 0, 0)), 0, 60.0, None, id="the same"),
    pytest.param(((60, 0, 0), (50, 0, 0)), 10, 55.0, None, id="10 apart, 10 allowed"),
    pytest.param(
        ((60, 0, 0), (49.9, 0, 0)),
        10,
        None,
        "readers differ by 10.1, no consensus",
        id="10.1",
    ),
    pytest.param(((60, 0, 0),), 0, 60.0, None, id="a single reader"),
]


@pytest.mark.parametrize(("readings", "within", "score", "reason"), CONSENSUS)
def test_readers_agree_or_nothing_is_known(
    readings: tuple[Percents, ...], within: float, score: float | None, reason: str | None
) -> None:
    rule = Readers(combined_by="consensus", agree_within=within)
    found = derive_h_scores(slides(*readings), LOW_HIGH, rule)
    assert found.select("score", "reason").row(0) == (score, reason)


def test_a_consensus_reading_settles_it() -> None:
    rows = slides((60, 0, 0), (10, 0, 0), (30, 0, 0), last="CONSENSUS")
    for rule in (Readers(combined_by="consensus"), Readers()):
        found = derive_h_scores(rows, LOW_HIGH, rule)
        assert found.select("score", "lowest", "highest").row(0) == (30.0, 10.0, 60.0)


CONTROLS = [
    (True, "no control", 10.0, None),
    (False, "no control", None, "no internal control"),
    (None, "no control", None, "internal control not recorded"),
    (None, "control", 10.0, None),
    (False, "control", None, "no internal control"),
]


@pytest.mark.parametrize(("control", "missing", "score", "reason"), CONTROLS)
def test_without_internal_control_nothing_is_evaluable(
    control: bool | None, missing: str, score: float | None, reason: str | None
) -> None:
    rule = Readers.model_validate({"control_not_recorded_counts_as": missing})
    found = derive_h_scores(slides((10, 0, 0), control=control), LOW_HIGH, rule)
    row = found.row(0, named=True)
    assert (row["score"], row["reason"]) == (score, reason)
    assert (row["category"], row["positive"]) == ((None, None) if score is None else (1, True))


def test_an_unusable_reading_is_left_out_and_named_if_it_is_the_only_one() -> None:
    both = derive_h_scores(slides((10, 0, 0), (None, 0, 0)), LOW_HIGH)
    assert both.select("score", "readings").row(0) == (10.0, 1)
    alone = derive_h_scores(slides((80, 30, 0)), LOW_HIGH)
    assert alone["reason"].item() == "percentages add up to 110, more than 100"


TIERS = [
    pytest.param((0, 0), "NONE", False, None, id="none"),
    pytest.param((1, 1), "WEAK", True, None, id="weak is positive"),
    pytest.param((2,), "MODERATE", True, None, id="one reader"),
    pytest.param((3, 3), "STRONG", True, None, id="strong"),
    pytest.param((1, 2), None, None, "readers differ by 1, no consensus", id="they differ"),
    pytest.param((4,), None, None, "tier is 4, must be 0, 1, 2 or 3", id="impossible"),
    pytest.param((-1,), None, None, "tier is -1, must be 0, 1, 2 or 3", id="negative"),
    pytest.param((None,), None, None, "no tier", id="missing"),
]


@pytest.mark.parametrize(("readings", "tier", "positive", "reason"), TIERS)
def test_four_tiers(
    readings: tuple[int | None, ...], tier: str | None, positive: bool | None, reason: str | None
) -> None:
    found = derive_tier_scores(tiers(*readings))
    assert found.select("tier", "positive", "reason").row(0) == (tier, positive, reason)


def test_consensus_of_tiers() -> None:
    found = derive_tier_scores(tiers(1, 2, 2, last="CONSENSUS"))
    assert found.select("tier", "score").row(0) == ("MODERATE", 2.0)


@settings(max_examples=20)
@given(st.permutations(range(5)))
def test_order_of_readings_does_not_matter(order: list[int]) -> None:
    rows = pl.concat(
        [
            slides((10, 20, 0), (30, 0, 5)),
            slides((1, 2, 3), (4, 5, 6), (7, 8, 9), last="C").with_columns(sample_id=pl.lit("2")),
        ]
    )
    assert derive_h_scores(rows[order], LOW_HIGH).equals(derive_h_scores(rows, LOW_HIGH))
