"""Conditional power and curtailment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.design.one_arm_binary.boundaries import compute_operating, one_look
from topline.design.one_arm_binary.conditional import (
    compute_conditional_success,
    curtail,
    curtail_stochastically,
)
from topline.design.one_arm_binary.two_stage import two_looks
from topline.errors import UsageError


def test_before_anybody_it_is_the_power() -> None:
    look = two_looks(10, 1, 29, 6)
    found = compute_conditional_success(look, 0.3)[0, 0]
    assert found == pytest.approx(compute_operating(look, 0.3).success)


def test_by_hand() -> None:
    # 3 needed of 4; after 2 with 2 responders one of two must respond: 1 - 0.7^2
    found = compute_conditional_success(one_look(4, 3), 0.3)
    assert found[2, 2] == pytest.approx(1 - 0.49)
    assert found[3, 1] == 0
    assert found[3, 3] == 1


@given(st.integers(2, 9), st.integers(1, 9), st.integers(0, 8), st.integers(1, 18), st.floats(0, 1))
def test_curtailment_changes_no_outcome(n1: int, n2: int, r1: int, a: int, rate: float) -> None:
    r1, n = min(r1, n1 - 1), n1 + n2
    look = two_looks(n1, r1, n, min(a, n))
    plain = compute_operating(look, rate)
    for success in (True, False):
        cut = compute_operating(curtail(look, success=success), rate)
        assert cut.success == pytest.approx(plain.success, abs=1e-12)
        assert cut.expected <= plain.expected + 1e-9


def test_certain_failure_of_a_single_stage_by_hand() -> None:
    # 2 of 4 needed: 3 without response are failure, 2 with are success
    look = curtail(one_look(4, 2))
    assert look.futility == (-1, -1, 0, 1)
    assert look.success == (2, 2, 2, 2)


def test_stochastic_curtailment_without_a_threshold_is_curtailment() -> None:
    look = two_looks(10, 1, 29, 6)
    assert curtail_stochastically(look, 0.3, 0.0) == curtail(look)


def test_stochastic_curtailment_costs_power_and_saves_subjects() -> None:
    look = two_looks(10, 1, 29, 6)
    cut = curtail_stochastically(look, 0.3, 0.3, success=False)
    plain, found = compute_operating(look, 0.3), compute_operating(cut, 0.3)
    assert found.success < plain.success
    assert compute_operating(cut, 0.1).success < compute_operating(look, 0.1).success
    assert compute_operating(cut, 0.1).expected < compute_operating(look, 0.1).expected
    hope = compute_conditional_success(look, 0.3)
    for n, low in zip(cut.looks[:-1], cut.futility, strict=False):
        assert (hope[n, : low + 1] < 0.3).all()
        assert (hope[n, low + 1 : n + 1] >= 0.3).all()


def test_a_threshold_of_one_is_refused() -> None:
    with pytest.raises(UsageError, match="take 0 to below 1"):
        curtail_stochastically(one_look(4, 2), 0.3, 1.0)
