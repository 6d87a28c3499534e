"""Questionnaires: answers give the planned course of each scale."""

import polars as pl
import pytest

from tests.reconstruct.records import meadow
from topline.adam.adam import derive_adam
from topline.errors import DataError
from topline.reconstruct.cohort import Cohort
from topline.reconstruct.records.records import write_records
from topline.reconstruct.records.specification import Records
from topline.sdtm.read import sdtm_from_frames

FORM = {"category": "EORTC QLQ-C30", "label": "QLQ-C30"}


@pytest.fixture(scope="module")
def scores() -> pl.DataFrame:
    """Scores of two hundred patients by day."""
    one = meadow.cohort().patients.slice(1, 1)  # on treatment for 210 days
    names = [f"Q{n:03d}" for n in range(200)]
    many = pl.concat([one] * 200).with_columns(KEY=pl.Series(names), USUBJID=pl.Series(names))
    levels = {
        "FA": {"start": 30, "change": 30, "after": 84},
        "QL": {"start": 65},
        "PF": {"start": 80, "change": -20, "after": 84, "where": "AGE > 90"},
    }
    answers = {"forms": {"C30": FORM | {"levels": levels}}, "missed": (0, 0.1)}
    spec = Records.model_validate({"questionnaires": answers})
    domains = write_records(meadow.protocol(), spec, Cohort(many, 5))
    adqs = derive_adam(meadow.protocol(), sdtm_from_frames(domains))["ADQS"]
    return adqs.filter(pl.col("AVAL").is_not_null()).select("USUBJID", "PARAMCD", "ADY", "AVAL")


def _mean(scores: pl.DataFrame, scale: str, day: int) -> float:
    return scores.filter(PARAMCD=scale, ADY=day).select(pl.col("AVAL").mean()).item()


def test_a_scale_begins_at_its_planned_mean(scores: pl.DataFrame) -> None:
    found = [_mean(scores, scale, -1) for scale in ("FA", "QL", "PF", "EF", "PA")]
    # planned, or 75 of a functional and 25 of a symptom scale where nothing is
    assert found == pytest.approx([30, 65, 80, 75, 25], abs=3)


def test_a_scale_changes_by_its_planned_mean_and_keeps_it(scores: pl.DataFrame) -> None:
    # forms are due every 6 weeks: on days 43, 85 and so on
    found = [_mean(scores, "FA", day) for day in (43, 85, 169)]
    assert found == pytest.approx([45, 60, 60], abs=4)


def test_a_change_of_nobody_moves_nothing(scores: pl.DataFrame) -> None:
    assert _mean(scores, "PF", 85) == pytest.approx(80, abs=3)


def test_forms_are_missed_as_often_as_planned(scores: pl.DataFrame) -> None:
    answered = scores.filter(PARAMCD="QL").group_by("ADY").len().sort("ADY")["len"].to_list()
    assert answered[0] > 190
    later = sum(answered[1:5]) / (4 * 200)
    assert later == pytest.approx(0.9, abs=0.03)


def test_items_follow_the_instrument() -> None:
    domains = write_records(meadow.protocol(), meadow.records(), meadow.cohort())
    items = domains["QS"].filter(pl.col("QSTESTCD") != "QSALL")
    assert items["QSTESTCD"].unique().sort().to_list() == [f"Q{n:02d}" for n in range(1, 31)]
    seven = items["QSTESTCD"].is_in(["Q29", "Q30"])
    assert items.filter(~seven)["QSSTRESN"].drop_nulls().is_between(1, 4).all()
    assert (items.filter(seven)["QSSTRESN"] > 4).any()


def test_an_unknown_scale_is_refused() -> None:
    answers = FORM | {"levels": {"XX": {"start": 1}}}
    spec = Records.model_validate({"questionnaires": {"forms": {"C30": answers}}})
    with pytest.raises(DataError, match=r"EORTC QLQ-C30 3\.0 has no scale 'XX'; it has AP, CF"):
        write_records(meadow.protocol(), spec, meadow.cohort())
