from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.tables.chi_square import compute_chi_square
from topline.stats.tables.risk_ratio import RiskRatioMethod, compute_risk_ratio

METHODS: tuple[RiskRatioMethod, ...] = get_args(RiskRatioMethod)
group = st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
some = st.integers(2, 30).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n)))


@given(group, group)
def test_score_limits_hold_the_estimate(one: tuple[int, int], other: tuple[int, int]) -> None:
    got = compute_risk_ratio(*one, *other)
    if one[0] + other[0]:
        assert 0 <= got.lower <= got.estimate * (1 + 1e-12)
        assert got.upper >= got.estimate * (1 - 1e-12)
        assert (got.lower == 0) == (one[0] == 0)
        assert (got.upper == np.inf) == (other[0] == 0)


@given(some, some, st.sampled_from(METHODS))
def test_exchanged_groups_have_the_reciprocal(
    one: tuple[int, int], other: tuple[int, int], method: RiskRatioMethod
) -> None:
    there = compute_risk_ratio(*one, *other, method=method)
    back = compute_risk_ratio(*other, *one, method=method)
    assert (back.estimate, back.lower, back.upper, back.p_value) == pytest.approx(
        (1 / there.estimate, 1 / there.upper, 1 / there.lower, there.p_value), rel=1e-9
    )


@given(some, some)
def test_koopmans_p_value_is_pearsons(one: tuple[int, int], other: tuple[int, int]) -> None:
    counts = np.array([[one[0], one[1] - one[0]], [other[0], other[1] - other[0]]])
    pearson = compute_chi_square(counts).p_value
    assert compute_risk_ratio(*one, *other).p_value == pytest.approx(pearson, rel=1e-9)


def test_score_limits_exist_where_everybody_had_the_event() -> None:
    got = compute_risk_ratio(6, 6, 9, 9)
    assert got.lower < 1 < got.upper
    assert np.isnan(got.p_value)
    assert got.warnings == ("no p-value: everybody had the event",)


@pytest.mark.parametrize(("counts", "ratio"), [((0, 9, 4, 7), 0.0), ((4, 7, 0, 9), np.inf)])
def test_katz_has_no_limits_without_events_in_a_group(
    counts: tuple[int, int, int, int], ratio: float
) -> None:
    got = compute_risk_ratio(*counts, method="katz")
    assert got.estimate == ratio
    assert np.isnan([got.lower, got.upper, got.p_value]).all()
    assert got.warnings == ("a group has no events: no limits; choose koopman",)


def test_katz_has_no_width_where_everybody_had_the_event() -> None:
    got = compute_risk_ratio(6, 6, 9, 9, method="katz")
    assert (got.estimate, got.lower, got.upper) == (1, 1, 1)
    assert got.warnings == ("everybody had the event: limits without width, no p-value",)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("counts", [(0, 0, 3, 8), (3, 8, 0, 0), (0, 5, 0, 7)])
def test_without_subjects_or_events_nothing_is_known(
    counts: tuple[int, int, int, int], method: RiskRatioMethod
) -> None:
    got = compute_risk_ratio(*counts, method=method)
    assert np.isnan([got.estimate, got.lower, got.upper, got.p_value]).all()
    assert got.warnings == ("not estimable: a group has no subjects, or nobody had the event",)


def test_the_variance_of_miettinen_and_nurminen_is_larger() -> None:
    koopman = compute_risk_ratio(9, 10, 3, 10)
    wider = compute_risk_ratio(9, 10, 3, 10, method="miettinen-nurminen")
    assert wider.lower < koopman.lower
    assert koopman.upper < wider.upper


def test_wrong_use_is_refused() -> None:
    method: Any = "walter"
    with pytest.raises(ValueError, match="no risk ratio 'walter'"):
        compute_risk_ratio(3, 8, 3, 8, method=method)
    with pytest.raises(ValueError, match="9 events in 8 subjects"):
        compute_risk_ratio(9, 8, 3, 8)
