"""p-value, estimates and limits after two stages against R's sums and exact fractions."""

from fractions import Fraction
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import reference
from topline.design.after_two_stages.changed_size import compute_changed_size
from topline.design.after_two_stages.conditional_power import compute_conditional_power
from topline.design.after_two_stages.inference import compute_bias, compute_inference
from topline.design.after_two_stages.outcomes import compute_probability, ends_of, find_end
from topline.design.goal import Goal
from topline.design.one_arm_binary.boundaries import Boundaries, one_look
from topline.design.one_arm_binary.two_stage import two_looks, two_stage_of
from topline.errors import UsageError
from topline.stats.estimates.proportion import compute_proportion

REFERENCE = reference("designs")
PLANNED = two_stage_of(Goal(0.1, 0.3, 0.05, 0.8), n1=10, r1=1, n=29, needed=6)


@pytest.mark.parametrize(
    "row", REFERENCE["after"], ids=lambda r: f"{r['r1']}/{r['n1']},{r['n']}:{r['responders']}"
)
def test_inference_is_that_of_r(row: dict[str, Any]) -> None:
    look = two_looks(row["n1"], row["r1"], row["n"], row["n"])
    found = compute_inference(look, row["n"], row["responders"], row["null"], level=0.9)
    for name in ("p_value", "unbiased", "median", "lower", "upper", "bias_adjusted"):
        assert getattr(found, name) == pytest.approx(row[name], abs=1e-9), name


def test_unbiased_estimate_is_an_exact_fraction() -> None:
    # 2 subjects, end with 0; 1 more. 2 of 3: ways (1,1), (2,0): 2*1 + 1*1 = 3, of which the first
    # subject responds in (1 of 2 ways) 1 + 1 = 2.
    assert find_end(two_looks(2, 0, 3, 2), 3, 2).estimate == Fraction(2, 3)
    assert find_end(two_looks(2, 0, 3, 2), 3, 1).estimate == Fraction(1, 2)


@st.composite
def designs(draw: st.DrawFn) -> Boundaries:
    n1, n2 = draw(st.integers(2, 7)), draw(st.integers(1, 7))
    r1 = draw(st.integers(0, n1 - 2))
    enough = draw(st.one_of(st.none(), st.integers(r1 + 2, n1)))
    needed = draw(st.integers(r1 + 1, n1 + n2))
    return two_looks(n1, r1, n1 + n2, needed, enough)


@given(designs(), st.sampled_from([Fraction(1, 5), Fraction(1, 2), Fraction(9, 10)]))
def test_the_unbiased_estimate_is_unbiased(look: Boundaries, rate: Fraction) -> None:
    mean = sum(
        e.ways * rate**e.responders * (1 - rate) ** (e.n - e.responders) * e.estimate
        for e in ends_of(look)
    )
    assert mean == rate


@given(designs())
def test_both_orders_agree_without_stopping_for_success(look: Boundaries) -> None:
    ends = ends_of(look)
    assert compute_probability(ends, 0.37) == pytest.approx(1)
    if look.success[0] > look.looks[0]:
        estimates = [e.estimate for e in ends]
        assert estimates == sorted(estimates)


@given(designs(), st.sampled_from(["stage", "estimate"]))
def test_limits_hold_the_median_and_the_level(look: Boundaries, ordering: Any) -> None:
    for end in ends_of(look):
        found = compute_inference(look, end.n, end.responders, 0.3, level=0.8, ordering=ordering)
        assert found.lower <= found.median <= found.upper
        assert 0 <= found.p_value <= 1


def test_one_stage_gives_clopper_and_pearson() -> None:
    found = compute_inference(one_look(20, 9), 20, 7, 0.2, level=0.95)
    plain = compute_proportion(7, 20, level=0.95)
    assert (found.lower, found.upper) == pytest.approx((plain.lower, plain.upper), abs=1e-12)
    assert (found.unbiased, found.bias_adjusted) == pytest.approx((7 / 20, 7 / 20))
    exact = sum(Fraction(comb(20, x)) * 4 ** (20 - x) for x in range(7, 21)) / 5**20
    assert found.p_value == pytest.approx(float(exact), rel=1e-12)


def test_p_value_and_boundary_decide_alike() -> None:
    for responders in range(2, 30):
        found = compute_inference(PLANNED.boundaries, 29, responders, 0.1)
        assert (found.p_value <= PLANNED.alpha + 1e-12) == (responders >= 6)
        assert (found.lower > 0.1) == (found.p_value < 0.05)


def test_the_proportion_is_biased_down() -> None:
    assert compute_bias(PLANNED.boundaries, 0.3) < 0
    assert compute_bias(one_look(29, 6), 0.3) == pytest.approx(0, abs=1e-12)


def test_an_end_that_cannot_be_gets_a_sentence() -> None:
    with pytest.raises(UsageError, match="ends after 10, 29 subjects, not 28"):
        compute_inference(PLANNED.boundaries, 28, 6, 0.1)
    with pytest.raises(UsageError, match="with 0 to 1 responders"):
        compute_inference(PLANNED.boundaries, 10, 6, 0.1)
    with pytest.raises(UsageError, match="confidence level is 1"):
        compute_inference(PLANNED.boundaries, 29, 6, 0.1, level=1.0)


@pytest.mark.parametrize(
    "row", REFERENCE["changed"], ids=lambda r: f"{r['x1']}+{r['x2']} of {r['m2']}"
)
def test_another_second_stage_is_that_of_koyama_and_chen(row: dict[str, Any]) -> None:
    found = compute_changed_size(PLANNED, row["x1"], row["m2"], row["x2"])
    for name in ("conditional_error", "conditional_p_value", "p_value", "median", "lower"):
        assert getattr(found, name) == pytest.approx(row[name], abs=1e-9), name
    assert found.success == row["success"]
    assert found.success == (found.p_value <= PLANNED.alpha + 1e-12)
    assert found.needed is None or found.success == (row["x2"] >= found.needed)


def test_the_planned_second_stage_decides_as_planned() -> None:
    for x1 in range(2, 8):
        for x2 in range(20):
            found = compute_changed_size(PLANNED, x1, 19, x2)
            assert found.success == (x1 + x2 >= 6)
            planned = compute_inference(PLANNED.boundaries, 29, x1 + x2, 0.1)
            assert found.p_value == planned.p_value


def test_changing_the_second_stage_keeps_alpha() -> None:
    # Whatever m2 is chosen after seeing x1: the worst of several sizes for each x1.
    total = Fraction(0)
    p = Fraction(1, 10)
    for x1 in range(2, 11):
        worst = Fraction(0)
        for m2 in (1, 5, 12, 19, 25, 40):
            found = compute_changed_size(PLANNED, x1, m2, 0)
            if found.needed is not None:
                tail = sum(
                    comb(m2, x) * p**x * (1 - p) ** (m2 - x) for x in range(found.needed, m2 + 1)
                )
                worst = max(worst, Fraction(tail))
        total += comb(10, x1) * p**x1 * (1 - p) ** (10 - x1) * worst
    assert total <= Fraction(471, 10000)


def test_no_second_stage_after_an_end() -> None:
    with pytest.raises(UsageError, match="end the trial after its first stage"):
        compute_changed_size(PLANNED, 1, 19, 5)
    with pytest.raises(UsageError, match="take at most 12"):
        compute_changed_size(PLANNED, 2, 12, 13)


def test_conditional_power_by_hand() -> None:
    # 3 of 4 needed; 2 of 3 responded: the last one decides
    found = compute_conditional_power(one_look(4, 3), Goal(0.2, 0.6, 0.2, 0.5), 3, 2)
    assert (found.null, found.alternative) == pytest.approx((0.2, 0.6))
    assert found.observed == pytest.approx(2 / 3)


def test_conditional_power_of_an_ended_trial_gets_a_sentence() -> None:
    with pytest.raises(UsageError, match="the trial is over, without success"):
        compute_conditional_power(PLANNED.boundaries, PLANNED.goal, 10, 1)
    with pytest.raises(UsageError, match="take at most 29"):
        compute_conditional_power(PLANNED.boundaries, PLANNED.goal, 30, 1)
