from math import inf
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.mixed.denominator_degrees import (
    DegreesMethod,
    compute_contrast,
    compute_effects_test,
    compute_estimates,
    t_quantile,
    t_tails,
)
from topline.stats.mixed.mixed_model import MixedModel, compute_mixed_model

ALL: tuple[DegreesMethod, ...] = get_args(DegreesMethod)
KENWARD_ROGER: tuple[DegreesMethod, ...] = ("kenward-roger", "kenward-roger-observed")


def visits(values: Any, subjects: int, **more: Any) -> MixedModel:
    """Fit a coefficient a visit; values by subject, then visit."""
    flat = np.array(values, float).ravel()
    count = len(flat) // subjects
    design = np.tile(np.eye(count), (subjects, 1))
    names = [f"C{i + 1}" for i in range(count)]
    return compute_mixed_model(flat, design, names, np.repeat(np.arange(subjects), count), **more)


BLOCKS = [[4, 6, 8, 7], [9, 9, 14, 13], [1, 5, 6, 4], [7, 8, 9, 12], [5, 9, 8, 8]]
STEPS = np.array([[-1.0, 1, 0, 0], [0, -1, 1, 0], [0, 0, -1, 1]])


@pytest.mark.parametrize("df", ["kenward-roger", "satterthwaite"])
def test_complete_blocks_give_the_exact_f_test(df: DegreesMethod) -> None:
    # Randomised blocks: F = visits' mean square over residual mean square, on 3 and 12 df
    table = np.array(BLOCKS, float)
    mean = table.mean()
    by_visit = 5 * ((table.mean(axis=0) - mean) ** 2).sum() / 3
    left = table - table.mean(axis=0) - table.mean(axis=1)[:, None] + mean
    got = compute_effects_test(visits(BLOCKS, 5), STEPS, df=df)
    assert got.statistic == pytest.approx(by_visit / ((left**2).sum() / 12), rel=1e-11)
    assert (got.df, got.denominator_df, got.scale) == (
        3,
        pytest.approx(12, rel=1e-9),
        pytest.approx(1, rel=1e-9),
    )


def test_two_blocks_of_two_visits_with_one_degree_of_freedom() -> None:
    # Differences 1 and 3: mean 2, error 1, F = 4 on 1 and 1 df: P = 2 arctan(1 / 2) / π
    got = compute_effects_test(visits([[1, 2], [5, 8]], 2), np.array([[-1.0, 1]]))
    assert (got.statistic, got.denominator_df) == pytest.approx((4, 1), rel=1e-10)
    assert got.p_value == pytest.approx(2 * np.arctan(0.5) / np.pi, rel=1e-10)


def test_scale_is_finite_where_two_degrees_of_freedom_divide_by_zero() -> None:
    # Three visits in two subjects: exact F on 2 and 2 df, where m - 2 and E's denominator are 0
    table = np.array([[1.0, 4, 3], [2, 8, 6]])
    mean = table.mean()
    left = table - table.mean(axis=0) - table.mean(axis=1)[:, None] + mean
    f = 2 * ((table.mean(axis=0) - mean) ** 2).sum() / (left**2).sum()
    got = compute_effects_test(visits(table, 2), np.array([[-1.0, 1, 0], [-1, 0, 1]]))
    assert (got.statistic, got.denominator_df, got.scale) == pytest.approx((f, 2, 1), rel=1e-8)


@pytest.mark.parametrize("df", ALL)
def test_rows_that_say_the_same_twice_count_once(df: DegreesMethod) -> None:
    fit = visits([row[:3] for row in BLOCKS], 5)
    once = compute_effects_test(fit, np.array([[-1.0, 1, 0], [0, -1, 1]]), df=df)
    twice = compute_effects_test(fit, np.array([[-1.0, 1, 0], [0, -1, 1], [-1, 0, 1]]), df=df)
    assert (twice.df, twice.warnings) == (2, ())
    assert twice.statistic == pytest.approx(once.statistic, rel=1e-10)
    assert twice.denominator_df == pytest.approx(once.denominator_df, rel=1e-9)


@pytest.mark.parametrize("df", ALL)
def test_f_of_one_row_is_the_square_of_t(df: DegreesMethod) -> None:
    values = [4, 6, 8, 9, np.nan, 14, 1, 5, 6, np.nan, 8, 9, 5, 9, np.nan]
    row = np.array([-1.0, 0, 1])
    t = compute_contrast(visits(values, 5), row, df=df)
    f = compute_effects_test(visits(values, 5), row[None, :], df=df)
    assert (f.statistic, f.denominator_df, f.p_value, f.scale) == pytest.approx(
        (t.t**2, t.df, t.p_value, 1), rel=1e-10
    )


def test_adjusted_error_is_the_larger_one_where_visits_are_missing() -> None:
    values = [4, 6, 8, 9, np.nan, 14, 1, 5, 6, np.nan, 8, 9, 5, 9, np.nan]
    fit, row = visits(values, 5), np.array([-1.0, 0, 1])
    plain = compute_contrast(fit, row, df="satterthwaite")
    assert plain.std_error == compute_contrast(fit, row, df="residual").std_error
    for df in KENWARD_ROGER:
        assert compute_contrast(fit, row, df=df).std_error > plain.std_error


def test_contrasts_that_the_data_cannot_estimate_are_left_out() -> None:
    # A column twice: its two coefficients are known only as their sum
    values, subject = np.array([1.0, 3, 2, 3, 5, 8]), np.repeat(["A", "B", "C"], 2)
    late = np.tile([0.0, 1.0], 3)
    design = np.column_stack([np.ones(6), late, late])
    fit = compute_mixed_model(values, design, ["mean", "late", "again"], subject)
    one = compute_contrast(fit, np.array([0.0, 1.0, 0.0]))
    assert np.isnan([one.estimate, one.std_error, one.df, one.p_value]).all()
    assert one.warnings == ("not estimable: the data do not determine it",)
    both = compute_contrast(fit, np.array([0.0, 1.0, 1.0]))
    assert (both.estimate, both.warnings) == (pytest.approx(2), ())
    test = compute_effects_test(fit, np.eye(3)[1:])
    assert (test.df, test.statistic) == (1, pytest.approx(12))
    assert test.warnings == ("2 contrasts, of which the data can estimate 1",)
    none = compute_effects_test(fit, np.array([[0.0, 1.0, -1.0]]))
    assert (none.df, none.warnings) == (0, ("1 contrasts, of which the data can estimate 0",))


def test_nothing_to_compare_is_said() -> None:
    fit = visits(BLOCKS, 5)
    for rows in (np.zeros((0, 4)), np.zeros((1, 4))):
        got = compute_effects_test(fit, rows)
        assert (got.df, np.isnan(got.p_value)) == (0, True)
        assert got.warnings == ("not estimable: there is nothing to compare",)


def test_singular_fit_keeps_the_uncertainty_of_the_variance_between_in_kenward_roger() -> None:
    fit = visits([[1, 8], [5, 2], [4, 4]], 3)
    assert fit.singular
    row = np.array([-1.0, 1])
    assert compute_contrast(fit, row, df="satterthwaite").df == pytest.approx(4, rel=1e-12)
    # the differences' own variance is known on 2 df, whatever is between
    assert compute_contrast(fit, row).df == pytest.approx(2, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: compute_contrast(m, np.ones(3)), r"shape \(1, 3\); expected \(q, 4\)"),
        (lambda m: compute_contrast(m, np.full(4, np.nan)), "finite weights"),
        (lambda m: compute_contrast(m, np.ones(4), level=95), "level is 95; expected a number"),
        (lambda m: compute_effects_test(m, np.ones(4)), r"shape \(4,\); expected \(q, 4\)"),
        (lambda m: compute_effects_test(m, np.eye(4), df="kr"), "there is no df 'kr'; choose"),
    ],
)
def test_wrong_questions_are_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(visits(BLOCKS, 5))


def test_tails_and_quantiles_at_the_ends() -> None:
    assert t_tails(2.0, inf) == pytest.approx(0.04550026389635842, rel=1e-14)  # normal
    assert t_tails(1.0, 1.0) == pytest.approx(0.5, rel=1e-14)  # Cauchy
    assert t_quantile(0.95, inf) == pytest.approx(1.959963984540054, rel=1e-14)
    assert t_quantile(0.5, 1.0) == pytest.approx(1, rel=1e-12)
    assert np.isnan([t_tails(1.0, 0.0), t_tails(1.0, np.nan), t_quantile(0.95, -1.0)]).all()


@given(st.lists(st.integers(-9, 9), min_size=12, max_size=12), st.integers(0, 11))
def test_kenward_roger_does_not_depend_on_how_rows_are_written(
    values: list[int], missing: int
) -> None:
    flat = np.array(values, float)
    flat[missing] = np.nan
    fit = visits(flat, 4)
    if np.isnan(fit.residual_variance):
        return
    one = compute_effects_test(fit, np.array([[-1.0, 1, 0], [-1, 0, 1]]))
    other = compute_effects_test(fit, np.array([[0.0, 3, -3], [-2, 1, 1]]))
    assert other.statistic == pytest.approx(one.statistic, rel=1e-7, abs=1e-9)
    assert other.denominator_df == pytest.approx(one.denominator_df, rel=1e-6)


def test_many_estimates_are_those_one_by_one() -> None:
    fit = visits(BLOCKS, 5)
    for df in ALL:
        found = compute_estimates(fit, STEPS, df=df)
        for place, row in enumerate(STEPS):
            one = compute_contrast(fit, row, df=df)
            assert (found.estimate[place], found.std_error[place], found.df[place]) == (
                pytest.approx((one.estimate, one.std_error, one.df), rel=1e-12)
            )
