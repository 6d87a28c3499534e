from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.estimates.means import compute_anova, compute_mean, compute_mean_difference

group_values = st.lists(st.integers(-9, 9), min_size=2, max_size=8)


def array(values: Any) -> Any:
    return np.array(values, np.float64)


@given(group_values, group_values)
def test_square_of_students_t_is_the_f_of_two_groups(one: list[int], other: list[int]) -> None:
    labels = np.repeat(["A", "B"], [len(one), len(other)])
    for equal in (True, False):
        t = compute_mean_difference(array(one), array(other), equal_variances=equal)
        f = compute_anova(array(one + other), labels, equal_variances=equal)
        if np.isnan(f.statistic):  # Welch's F needs a variance in each group
            continue
        assert [t.statistic**2, t.df, t.p_value] == pytest.approx(
            [f.statistic, f.df_within, f.p_value], rel=1e-9, abs=1e-12
        )


@given(group_values, group_values)
def test_exchanging_the_groups_mirrors_everything(one: list[int], other: list[int]) -> None:
    a = compute_mean_difference(array(one), array(other))
    b = compute_mean_difference(array(other), array(one))
    assert [a.estimate, a.lower, a.upper, a.p_value] == pytest.approx(
        [-b.estimate, -b.upper, -b.lower, b.p_value], nan_ok=True
    )


@given(group_values, st.integers(-5, 5))
def test_test_and_interval_agree(values: list[int], null: int) -> None:
    got = compute_mean(array(values), null=null)
    if not np.isnan(got.p_value):
        assert (got.p_value < 0.05) == (not got.lower <= null <= got.upper)


def test_one_value_has_a_mean_and_no_limits() -> None:
    got = compute_mean(array([3]))
    assert (got.estimate, got.n, got.df) == (3, 1, 0)
    assert np.isnan([got.lower, got.upper, got.statistic, got.p_value]).all()
    assert got.warnings == ("limits not estimable: 1 value",)
    none = compute_mean(array([]))
    assert np.isnan([none.estimate, none.lower, none.p_value]).all()
    assert none.warnings == ("limits not estimable: 0 values",)


@pytest.mark.parametrize("values", [[0.1, 0.1, 0.1], [0, 0], [1e9] * 7])
def test_equal_values_are_no_certainty(values: list[float]) -> None:
    # the mean of three times 0.1 differs from 0.1 in the last digit
    got = compute_mean(array(values))
    assert got.estimate == pytest.approx(values[0])
    assert np.isnan([got.lower, got.upper, got.p_value]).all()
    assert got.warnings == ("limits not estimable: all values are equal",)


def test_welch_needs_two_values_a_group_and_student_three_in_all() -> None:
    one, two = array([4]), array([1, 3])
    welch = compute_mean_difference(one, two)
    assert welch.estimate == 2
    assert np.isnan([welch.lower, welch.df, welch.p_value]).all()
    assert welch.warnings == ("not estimable: 1 and 2 values",)
    student = compute_mean_difference(one, two, equal_variances=True)
    # variance 2 on 1 degree of freedom, where t is Cauchy; 2 (1 + 1/2) = 3
    assert student.statistic == pytest.approx(2 / 3**0.5)
    assert student.p_value == pytest.approx(1 - 2 / np.pi * np.arctan(2 / 3**0.5))
    none = compute_mean_difference(array([]), two, equal_variances=True)
    assert np.isnan([none.estimate, none.p_value]).all()


def test_constant_groups_cannot_be_compared() -> None:
    for equal in (True, False):
        got = compute_mean_difference(array([2, 2]), array([1, 1]), equal_variances=equal)
        assert got.estimate == 1
        assert np.isnan([got.lower, got.statistic, got.p_value]).all()
        assert got.warnings == ("not estimable: no values differ within the groups",)
    one = compute_mean_difference(array([2, 2]), array([1, 3]))
    assert (one.df, one.warnings) == (1, ())


@pytest.mark.parametrize(
    ("values", "groups", "equal", "warning"),
    [
        ([1, 2, 3], "AAA", True, "fewer than two groups have values"),
        ([], "", False, "fewer than two groups have values"),
        ([1, 2, 3], "ABC", True, "groups of 1, 1, 1 values"),
        ([1, 2, 3], "AAB", False, "groups of 2, 1 values"),
        ([1, 1, 3, 3], "AABB", True, "no values differ within a group"),
        ([1, 1, 3, 4], "AABB", False, "no values differ within a group"),
    ],
)
def test_groups_that_cannot_be_compared_say_so(
    values: Any, groups: str, equal: bool, warning: str
) -> None:
    got = compute_anova(array(values), np.array(list(groups)), equal_variances=equal)
    assert np.isnan([got.statistic, got.p_value]).all()
    assert got.warnings == (f"not estimable: {warning}",)


def test_group_of_one_and_a_constant_group_count_where_variances_are_equal() -> None:
    # means 2, 3, 5 about 3: between 2 + 0 + 4 on 2, within 2 on 2 degrees of freedom
    got = compute_anova(array([1, 3, 3, 3, 5]), np.array(list("AABBC")), equal_variances=True)
    assert (got.df, got.df_within, got.warnings) == (2, 2, ())
    assert got.statistic == pytest.approx(3)


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of 2 values are missing or infinite"):
        compute_mean(array([1, np.nan]))
    with pytest.raises(ValueError, match="1 of 1 reference are missing or infinite"):
        compute_mean_difference(array([1, 2]), array([np.inf]))
    with pytest.raises(ValueError, match="group is missing for 1 of 2"):
        compute_anova(array([1, 2]), np.array([1, np.nan]))
    with pytest.raises(ValueError, match="level is 95"):
        compute_mean(array([1, 2]), level=95)
