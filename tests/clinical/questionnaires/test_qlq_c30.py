"""The summary score: the mean of 13 scores, symptoms turned round."""

import pytest

from tests.clinical.questionnaires.forms import form
from topline.clinical.questionnaires.qlq_c30 import QLQ_C30, derive_summary_scores
from topline.clinical.questionnaires.scores import score_questionnaire

BEST = {**dict.fromkeys(range(1, 29), 1.0), 29: 7.0, 30: 7.0}


def summary(answers: dict[int, float | None]) -> float | None:
    scores = score_questionnaire(form(answers), QLQ_C30).scores
    return derive_summary_scores(scores)["score"].item()


def test_best_and_worst() -> None:
    assert summary(BEST) == 100
    assert summary({item: 4.0 for item in BEST}) == 0


def test_one_symptom_takes_a_thirteenth() -> None:
    assert summary({**BEST, 17: 4.0}) == pytest.approx(1200 / 13)


def test_one_function_takes_a_thirteenth() -> None:
    assert summary({**BEST, 26: 4.0, 27: 4.0}) == pytest.approx(1200 / 13)


def test_global_health_and_finances_do_not_enter() -> None:
    assert summary({**BEST, 28: 4.0, 29: 1.0, 30: 1.0}) == 100
    assert summary({**BEST, 28: None, 29: None, 30: None}) == 100


def test_all_thirteen_are_needed() -> None:
    assert summary({**BEST, 17: None}) is None
    assert summary({**BEST, 1: None}) == 100


def test_each_form_has_its_own() -> None:
    scores = score_questionnaire(form(BEST), QLQ_C30).scores
    worse = score_questionnaire(form({**BEST, 17: 4.0}, number=2), QLQ_C30).scores
    both = derive_summary_scores(worse.vstack(scores))
    assert both["form"].to_list() == [1, 2]
    assert both["score"].to_list() == [100, pytest.approx(1200 / 13)]
