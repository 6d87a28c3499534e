from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.small_tables import tables
from topline.stats.estimates.proportion import compute_proportion
from topline.stats.tables.risk_difference import (
    CommonDifference,
    DifferenceMethod,
    compute_common_risk_difference,
    compute_risk_difference,
)

METHODS: tuple[DifferenceMethod, ...] = get_args(DifferenceMethod)
COMMON: tuple[CommonDifference, ...] = get_args(CommonDifference)
group = st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("method", "printed"),
    [
        ("wald", "0.0575 0.3425"),
        ("miettinen-nurminen", "0.0528 0.3382"),
        ("newcombe", "0.0524 0.3339"),
        ("newcombe-cc", "0.0428 0.3422"),
    ],
)
def test_limits_are_those_of_newcombes_table(method: DifferenceMethod, printed: str) -> None:
    got = compute_risk_difference(56, 70, 48, 80, method=method)
    assert f"{got.lower:.4f} {got.upper:.4f}" == printed


@given(group, group, st.sampled_from(METHODS), st.sampled_from([0.8, 0.95]))
def test_limits_hold_the_estimate_within_minus_1_and_1(
    one: tuple[int, int], other: tuple[int, int], method: DifferenceMethod, level: float
) -> None:
    got = compute_risk_difference(*one, *other, method=method, level=level)
    assert -1 <= got.lower <= got.estimate + 1e-12
    assert got.estimate - 1e-12 <= got.upper <= 1


@given(group, group, st.sampled_from(METHODS))
def test_exchanged_groups_have_the_opposite(
    one: tuple[int, int], other: tuple[int, int], method: DifferenceMethod
) -> None:
    there = compute_risk_difference(*one, *other, method=method)
    back = compute_risk_difference(*other, *one, method=method)
    assert (back.estimate, back.lower, back.upper) == pytest.approx(
        (-there.estimate, -there.upper, -there.lower), abs=1e-11
    )


@given(group, group)
def test_score_limits_hold_0_just_where_the_p_value_is_above_5_percent(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    got = compute_risk_difference(*one, *other, method="miettinen-nurminen")
    if not np.isnan(got.p_value):
        assert (got.lower <= 0 <= got.upper) == (got.p_value >= 0.05)


@given(group, group)
def test_at_a_score_limit_the_restricted_likelihood_is_largest(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    # Score equation by brute force: best reference proportion on a fine grid, then the statistic
    (x1, n1), (x2, n2) = one, other
    limit = compute_risk_difference(*one, *other, method="miettinen-nurminen").upper
    if limit > 1 - 1e-9:
        return
    p = np.linspace(max(0, -limit), min(1, 1 - limit), 200_001)[1:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [(x1, p + limit), (n1 - x1, 1 - p - limit), (x2, p), (n2 - x2, 1 - p)]
        likelihood = sum(x * np.log(q) for x, q in terms if x)
    p2 = p[np.argmax(likelihood)]
    p1, n = p2 + limit, n1 + n2
    z = (x1 / n1 - x2 / n2 - limit) / np.sqrt(
        (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * n / (n - 1)
    )
    assert z == pytest.approx(-1.959964, abs=2e-3)


def test_newcombes_limits_come_from_wilsons() -> None:
    one, other = (
        compute_proportion(9, 10, method="wilson"),
        compute_proportion(3, 10, method="wilson"),
    )
    got = compute_risk_difference(9, 10, 3, 10)
    assert got.lower == pytest.approx(
        0.6 - ((0.9 - one.lower) ** 2 + (other.upper - 0.3) ** 2) ** 0.5, rel=1e-12
    )
    assert np.isnan(got.p_value)
    assert got.warnings == ()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("counts", [(0, 0, 3, 8), (3, 8, 0, 0), (0, 0, 0, 0)])
def test_a_group_without_subjects_gives_no_estimate(
    counts: tuple[int, int, int, int], method: DifferenceMethod
) -> None:
    got = compute_risk_difference(*counts, method=method)
    assert np.isnan([got.estimate, got.lower, got.upper, got.p_value]).all()
    assert got.warnings == ("not estimable: a group has no subjects",)


@pytest.mark.parametrize(("counts", "d"), [((0, 5, 0, 7), 0), ((5, 5, 7, 7), 0), ((5, 5, 0, 7), 1)])
def test_wald_without_variance_says_so(counts: tuple[int, int, int, int], d: float) -> None:
    got = compute_risk_difference(*counts, method="wald")
    assert (got.estimate, got.lower, got.upper) == (d, d, d)
    assert np.isnan(got.p_value)
    assert got.warnings == ("the variance is 0: limits without width, no p-value",)


@pytest.mark.parametrize("events", [0, 6])
def test_score_limits_exist_where_nobody_or_everybody_had_the_event(events: int) -> None:
    got = compute_risk_difference(events, 6, events, 6, method="miettinen-nurminen")
    assert got.lower == pytest.approx(-got.upper, abs=1e-12)
    assert 0 < got.upper < 1
    assert np.isnan(got.p_value)
    assert got.warnings == ("no p-value: nobody or everybody had the event",)


def test_two_subjects_are_enough_for_score_limits() -> None:
    got = compute_risk_difference(1, 1, 0, 1, method="miettinen-nurminen")
    assert (got.estimate, got.upper) == (1, 1)
    assert -1 < got.lower < 0


@pytest.mark.parametrize("method", COMMON)
def test_the_common_difference_of_one_stratum_is_its_own(method: CommonDifference) -> None:
    got = compute_common_risk_difference(tables("8 2 / 4 6"), method=method)
    alone = compute_risk_difference(
        8, 10, 4, 10, method="miettinen-nurminen" if method == "miettinen-nurminen" else "wald"
    )
    assert got.estimate == pytest.approx(alone.estimate, rel=1e-12)
    if method != "mantel-haenszel":
        assert (got.lower, got.upper, got.p_value) == pytest.approx(
            (alone.lower, alone.upper, alone.p_value), rel=1e-10
        )


@pytest.mark.parametrize("method", COMMON)
def test_strata_without_one_of_the_groups_are_left_out(method: CommonDifference) -> None:
    both = compute_common_risk_difference(tables("8 2 / 4 6", "5 5 / 3 7"), method=method)
    more = tables("8 2 / 4 6", "0 0 / 4 2", "5 5 / 3 7", "0 0 / 0 0")
    got = compute_common_risk_difference(more, method=method)
    assert (got.estimate, got.lower, got.upper) == (both.estimate, both.lower, both.upper)
    assert got.warnings == ("2 of 4 strata have no subjects in one of the groups",)
    none = compute_common_risk_difference(tables("0 0 / 4 2"), method=method)
    assert np.isnan(none.estimate)
    assert none.warnings[-1] == "not estimable: no stratum has both groups"


@pytest.mark.parametrize("method", COMMON[:2])
def test_a_common_difference_without_variance_says_so(method: CommonDifference) -> None:
    got = compute_common_risk_difference(tables("3 0 / 0 2", "1 0 / 0 4"), method=method)
    assert (got.estimate, got.lower, got.upper) == (1, 1, 1)
    assert "limits without width" in got.warnings[-1]


def test_wrong_use_is_refused() -> None:
    method: Any = "agresti-caffo"
    with pytest.raises(ValueError, match="9 events in 8 subjects of the group"):
        compute_risk_difference(9, 8, 3, 8)
    with pytest.raises(ValueError, match="-1 events in 8 subjects of the reference group"):
        compute_risk_difference(3, 8, -1, 8)
    with pytest.raises(ValueError, match="no risk difference 'agresti-caffo'"):
        compute_risk_difference(3, 8, 3, 8, method=method)
    with pytest.raises(ValueError, match="no common risk difference 'agresti-caffo'"):
        compute_common_risk_difference(tables("3 5 / 3 5"), method=method)
    with pytest.raises(ValueError, match="level is 1; expected"):
        compute_risk_difference(3, 8, 3, 8, level=1)
