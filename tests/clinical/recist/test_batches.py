"""Nothing depends on how many subjects are taken at a time."""

from functools import partial

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.clinical.recist.cases import sheet
from tests.recoded.histories import Dice, make_criteria, make_history, to_measurements, to_subjects
from topline.clinical.recist import assessments, best, irecist
from topline.clinical.recist.assessments import derive_assessments
from topline.clinical.recist.batches import iterate_batches
from topline.clinical.recist.best import derive_best_response
from topline.clinical.recist.criteria import Criteria, ImmuneCriteria
from topline.clinical.recist.irecist import derive_immune_assessments
from topline.errors import DataError

FRAME = pl.DataFrame({"subject": ["a", "a", "a", "b", "c", "c"], "row": range(6)})


@pytest.mark.parametrize(
    ("rows", "pieces"),
    [(1, ["aaa", "b", "cc"]), (3, ["aaa", "bcc"]), (4, ["aaab", "cc"]), (5, ["aaabcc"])],
)
def test_subject_is_never_cut_in_two(rows: int, pieces: list[str]) -> None:
    found = list(iterate_batches(FRAME, rows))
    assert ["".join(piece["subject"]) for piece in found] == pieces
    assert_frame_equal(pl.concat(found), FRAME)


def test_frame_without_rows_is_one_piece() -> None:
    assert [piece.height for piece in iterate_batches(FRAME.clear())] == [0]


@pytest.mark.parametrize("seed", range(4))
def test_result_is_the_same_by_single_subjects(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = Dice(np.random.default_rng(seed))
    criteria = make_criteria(dice)
    histories = [make_history(dice, f"P{i}") for i in range(40)]
    lesions, subjects = to_measurements(histories), to_subjects(histories)
    immune = ImmuneCriteria(recist=criteria)
    together = derive_assessments(lesions, criteria)
    chosen = derive_best_response(together, subjects, criteria)
    followed = derive_immune_assessments(lesions, immune)
    for module in (assessments, best, irecist):
        monkeypatch.setattr(module, "iterate_batches", partial(iterate_batches, rows=1))
    shuffled = lesions.sample(fraction=1, shuffle=True, seed=seed)
    assert_frame_equal(derive_assessments(shuffled, criteria), together)
    assert_frame_equal(derive_best_response(together, subjects, criteria), chosen)
    assert_frame_equal(derive_immune_assessments(shuffled, immune), followed)


def test_responses_without_reasons_are_the_same() -> None:
    dice = Dice(np.random.default_rng(1))
    lesions = to_measurements([make_history(dice, f"P{i}") for i in range(150)])
    explained = derive_assessments(lesions, Criteria())
    bare = derive_assessments(lesions, Criteria(), explain=False)
    assert_frame_equal(bare.drop("reason"), explained.drop("reason"))
    assert bare["reason"].null_count() == bare.height


def test_problems_of_all_batches_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assessments, "iterate_batches", partial(iterate_batches, rows=1))
    good = pl.concat([sheet("day  T1\n0  50\n56  40", subject) for subject in "abc"])
    twice = pl.concat([good, good.filter(pl.col("subject") != "b")])
    with pytest.raises(DataError, match="8 of 10 rows break a rule"):
        derive_assessments(twice, Criteria())
    backwards = good.with_columns(
        date=pl.when(pl.col("subject") != "b").then(pl.col("date").reverse()).otherwise("date")
    )
    with pytest.raises(DataError, match="2 assessments start before the one ahead"):
        derive_assessments(backwards, Criteria())
