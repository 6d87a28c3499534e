from typing import Any

import numpy as np
import pytest

from tests.stats.arrays import subjects
from tests.stats.cox_examples import FIRST, OTHER, SEPARATED, columns
from topline.stats.cox.regression import compare, compute_cox
from topline.stats.cox.selection import select_cox

RNG = np.random.default_rng(11)
N = 120
STRONG, WEAK, NOISE = RNG.normal(size=N), RNG.normal(size=N), RNG.normal(size=N)
STAGE = np.eye(3)[RNG.integers(0, 3, N)][:, 1:]
DAYS = np.ceil(RNG.exponential(300 * np.exp(-1.2 * STRONG - 0.25 * WEAK - STAGE[:, 1])))
TIME, EVENT = DAYS.astype(int), RNG.random(N) < 0.8
BLOCKS = {"NOISE": NOISE, "STAGE": STAGE, "STRONG": STRONG, "WEAK": WEAK}


def test_forward_by_aic_takes_the_best_step_each_time() -> None:
    found = select_cox(TIME, EVENT, BLOCKS, direction="forward")
    assert found.start == ()
    assert found.steps[0].taken.term == "STRONG"
    for step in found.steps:
        assert step.taken.aic == min(candidate.aic for candidate in step.candidates)
    path = [found.start_aic, *(step.taken.aic for step in found.steps)]
    assert path == sorted(path, reverse=True)
    assert all(candidate.aic >= path[-1] for candidate in found.last)
    assert found.cox.aic == pytest.approx(path[-1], rel=1e-12)
    assert found.chosen == found.steps[-1].model


def test_backward_starts_with_all() -> None:
    found = select_cox(TIME, EVENT, BLOCKS, direction="backward", by="lrt")
    assert found.start == ("NOISE", "STAGE", "STRONG", "WEAK")
    full = compute_cox(TIME, EVENT, columns(NOISE, *STAGE.T, STRONG, WEAK), list("ABCDE"))
    without = compute_cox(TIME, EVENT, columns(*STAGE.T, STRONG, WEAK), list("BCDE"))
    first = found.steps[0].taken
    assert (first.action, first.term, first.df) == ("remove", "NOISE", 1)
    assert first.p_value == pytest.approx(compare(without, full).p_value, rel=1e-9)
    assert first.p_value == max(candidate.p_value for candidate in found.steps[0].candidates)


def test_columns_of_a_block_enter_together_and_are_numbered() -> None:
    found = select_cox(TIME, EVENT, {"STAGE": STAGE, "STRONG": STRONG}, by="lrt")
    assert found.chosen == ("STAGE", "STRONG")
    assert [term.name for term in found.cox.terms] == ["STAGE 1", "STAGE 2", "STRONG"]
    assert {step.taken.term: step.taken.df for step in found.steps} == {"STAGE": 2, "STRONG": 1}


def test_by_p_is_walds_test_of_the_block() -> None:
    found = select_cox(TIME, EVENT, {"WEAK": WEAK, "STRONG": STRONG}, by="p", direction="forward")
    alone = compute_cox(TIME, EVENT, columns(STRONG), ["STRONG"])
    assert found.steps[0].taken.p_value == pytest.approx(alone.terms[0].p_value, rel=1e-9)
    stage = select_cox(TIME, EVENT, {"STAGE": STAGE}, by="p", enter=0.5, stay=0.5)
    both = compute_cox(TIME, EVENT, STAGE, ["B", "C"])
    assert stage.steps[0].taken.statistic == pytest.approx(both.wald.statistic, rel=1e-9)


def test_enter_and_stay_are_the_bounds() -> None:
    p = select_cox(TIME, EVENT, {"WEAK": WEAK}, by="lrt", enter=0.98, stay=0.99).steps[0]
    above, below = p.taken.p_value * 1.01, p.taken.p_value * 0.99
    assert select_cox(TIME, EVENT, {"WEAK": WEAK}, by="lrt", enter=above, stay=above).chosen
    none = select_cox(TIME, EVENT, {"WEAK": WEAK}, by="lrt", enter=below, stay=0.99)
    assert none.chosen == ()
    assert none.warnings == ("no covariate was chosen",)
    assert none.cox.terms == ()
    for stay, kept in ((above, ("WEAK",)), (below, ())):
        back = select_cox(
            TIME, EVENT, {"WEAK": WEAK}, by="lrt", direction="backward", enter=0.001, stay=stay
        )
        assert back.chosen == kept


def test_both_removes_what_a_later_block_makes_needless() -> None:
    # PROXY is the sum of the two, about: first alone, needless beside them
    blocks = {"PROXY": STRONG + WEAK + 0.7 * NOISE, "STRONG": STRONG, "WEAK": WEAK}
    hazard = np.exp(2 * STRONG + 2 * WEAK)
    time = np.ceil(np.random.default_rng(5).exponential(400 / hazard)).astype(int)
    steps = select_cox(time, EVENT, blocks, by="lrt").steps
    actions = [(step.taken.action, step.taken.term) for step in steps]
    assert actions[0] == ("enter", "PROXY")
    assert actions[-1] == ("remove", "PROXY")


def test_blocks_to_keep_stay_whatever_their_effect() -> None:
    for direction in ("forward", "backward", "both"):
        found = select_cox(TIME, EVENT, BLOCKS, direction=direction, by="lrt", keep=["NOISE"])
        assert "NOISE" in found.chosen
        taken = [candidate.term for step in found.steps for candidate in step.candidates]
        assert "NOISE" not in taken


def test_all_models_are_of_the_same_complete_cases() -> None:
    holes = np.where(np.arange(N) % 10 == 0, np.nan, NOISE)
    found = select_cox(TIME, EVENT, {"NOISE": holes, "STRONG": STRONG})
    assert found.n == found.cox.n == 108
    told = "12 of 120 subjects lack a covariate and are left out: 108 complete cases"
    assert told in found.warnings
    known = ~np.isnan(holes)
    alone = compute_cox(TIME[known], EVENT[known], columns(STRONG[known]), ["STRONG"])
    assert found.cox.terms[0].coefficient == pytest.approx(alone.terms[0].coefficient)


def test_a_block_that_others_determine_never_enters_and_leaves_first() -> None:
    blocks = {"STRONG": STRONG, "TWICE": 2 * STRONG, "ONE": np.ones(N)}
    assert select_cox(TIME, EVENT, blocks, direction="forward").chosen == ("STRONG",)
    found = select_cox(TIME, EVENT, blocks, direction="backward")
    assert [step.taken.term for step in found.steps] == ["ONE", "TWICE"]
    assert [step.taken.df for step in found.steps] == [0, 0]


def test_infinite_coefficients_are_judged_by_likelihood_and_not_by_wald() -> None:
    blocks = {"FIRST": FIRST, "OTHER": OTHER}
    assert select_cox(*SEPARATED, blocks, by="lrt").chosen == ("FIRST",)
    assert select_cox(*SEPARATED, blocks, by="aic").chosen == ("FIRST",)
    for direction, chosen in (("forward", ()), ("backward", ("FIRST",))):
        found = select_cox(*SEPARATED, blocks, by="p", direction=direction)
        assert found.chosen == chosen
        told = "not judged for an infinite coefficient: FIRST; by='lrt' can judge it"
        assert told in found.warnings


def test_strata_and_ties_are_those_of_all_models() -> None:
    stratum = np.arange(N) % 3
    found = select_cox(TIME, EVENT, {"STRONG": STRONG}, stratum=stratum, ties="breslow")
    alone = compute_cox(TIME, EVENT, columns(STRONG), ["STRONG"], stratum=stratum, ties="breslow")
    assert found.steps[0].taken.aic == pytest.approx(alone.aic, rel=1e-12)
    assert found.cox.terms[0] == alone.terms[0]


def test_without_events_nothing_is_chosen() -> None:
    found = select_cox(*subjects("1+ 2+ 3+"), {"X": np.array([1.0, 0, 1])}, direction="backward")
    assert (found.chosen, found.steps) == ((), ())
    assert found.warnings == ("not estimable: no events", "no covariate was chosen")


def test_no_blocks_are_the_null_model() -> None:
    assert select_cox(*subjects("1 2 3+"), {}).cox.terms == ()


def test_what_cannot_be_searched_is_refused() -> None:
    blocks, wrong = {"STRONG": STRONG}, "score"
    unknown: Any = wrong
    with pytest.raises(ValueError, match="by is 'score'; choose one of aic, lrt, p"):
        select_cox(TIME, EVENT, blocks, by=unknown)
    with pytest.raises(ValueError, match="direction is 'score'"):
        select_cox(TIME, EVENT, blocks, direction=unknown)
    with pytest.raises(ValueError, match=r"expected 0 < enter <= stay < 1"):
        select_cox(TIME, EVENT, blocks, enter=0.2, stay=0.1)
    with pytest.raises(ValueError, match="blocks to keep that are not given: AGE"):
        select_cox(TIME, EVENT, blocks, keep=["AGE"])
    with pytest.raises(ValueError, match=r"block STRONG has shape \(119,\); expected 120 rows"):
        select_cox(TIME, EVENT, {"STRONG": STRONG[1:]})
