"""What a protocol's design promises is recomputed, and what is not kept is said."""

import pytest

from topline.design.promised import Remark, check_design
from topline.protocol.design import (
    Alpha,
    Descriptive,
    FirstStage,
    SimonTwoStage,
    SingleStage,
    Success,
)


def single(**changes: object) -> SingleStage:
    plan: dict[str, object] = {
        "kind": "single-stage", "endpoint": "ORR", "null": 0.25, "alternative": 0.5,
        "alpha": Alpha(value=0.1, sides=1), "power": 0.9, "enrol": 35,
        "success": Success(responders_at_least=13, of=35),
    }  # fmt: skip
    return SingleStage.model_validate(plan | changes)


def simon(r1: int, n1: int, needed: int, n: int, **changes: object) -> SimonTwoStage:
    plan: dict[str, object] = {
        "kind": "simon", "endpoint": "ORR", "null": 0.1, "alternative": 0.3,
        "alpha": Alpha(value=0.05, sides=1), "power": 0.8, "enrol": 29,
        "first_stage": FirstStage(stop_at_most=r1, of=n1),
        "success": Success(responders_at_least=needed, of=n),
    }  # fmt: skip
    return SimonTwoStage.model_validate(plan | changes)


def said(remarks: tuple[Remark, ...]) -> dict[str, str]:
    return {each.rule: f"{each.severity}: {each.found}; {each.expected}" for each in remarks}


def test_founding_trial_is_told_what_it_did_not_see() -> None:
    found = said(check_design(single(dropout=0.15)))
    assert list(found) == ["design.enrol", "design.dropout", "design.size"]
    assert found["design.enrol"].startswith("warning: 35 to enrol for 35 evaluable")
    assert "42 to enrol" in found["design.enrol"]
    assert "0.7906 if drop-outs count as failures among 35" in found["design.dropout"]
    assert "0.9188 if they are excluded" in found["design.dropout"]
    assert "26 would do, with 10 responders needed" in found["design.size"]
    assert "31 to enrol" in found["design.size"]


def test_an_optimal_design_gets_no_remark() -> None:
    best = single(success=Success(responders_at_least=10, of=26), enrol=26)
    assert check_design(best) == ()
    assert check_design(simon(1, 10, 6, 29)) == ()
    assert check_design(Descriptive(kind="descriptive", reason="Pilot")) == ()


def test_alpha_that_is_not_kept_is_a_warning() -> None:
    found = said(check_design(single(success=Success(responders_at_least=12, of=35))))
    assert found["design.alpha"].startswith("warning: success has an exact probability of 0.1421")


def test_half_of_a_two_sided_alpha_is_one_sided() -> None:
    found = said(check_design(single(alpha=Alpha(value=0.1, sides=2))))
    assert "at most 0.05, one-sided" in found["design.alpha"]


def test_power_that_is_not_kept_and_a_boundary_too_high_are_said() -> None:
    found = said(check_design(single(success=Success(responders_at_least=16, of=35))))
    assert found["design.power"].startswith("warning: the exact power is 0.7")
    assert "13 keep alpha (0.0756) with a power of 0.9552" in found["design.boundary"]


def test_simons_errors_are_recomputed() -> None:
    found = said(check_design(simon(1, 15, 6, 29)))
    assert "0.0602" in found["design.alpha"]
    assert "1/10, 5/29 has 15.0 on average" in found["design.size"]


def test_a_power_below_alpha_is_said() -> None:
    (found,) = check_design(single(power=0.05))
    assert found.rule == "design.goal"


@pytest.mark.parametrize(
    ("r1", "n1", "words"), [(1, 29, "a first stage of fewer"), (6, 10, "below the 6 responders")]
)
def test_a_first_stage_that_is_none_is_refused(r1: int, n1: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        simon(r1, n1, 6, 29)
