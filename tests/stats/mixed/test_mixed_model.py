from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from topline.stats.mixed.denominator_degrees import compute_contrast, compute_effects_test
from topline.stats.mixed.mixed_model import MixedModel, compute_mixed_model

Floats = NDArray[np.float64]


def table(text: str) -> tuple[Floats, NDArray[np.str_], NDArray[np.str_]]:
    """Read values by subject and visit as on paper; a dot is a missing one."""
    rows = [line.split() for line in text.strip().splitlines()]
    visits = len(rows[0]) - 1
    values = [float("nan") if word == "." else float(word) for row in rows for word in row[1:]]
    subject = np.repeat([row[0] for row in rows], visits)
    return np.array(values), subject, np.tile([f"C{i + 1}" for i in range(visits)], len(rows))


def change(values: Floats, subject: NDArray[Any], visit: NDArray[Any], **more: Any) -> MixedModel:
    design = np.column_stack([np.ones(len(values)), *(visit == v for v in np.unique(visit)[1:])])
    names = ["baseline", *(f"change {v}" for v in np.unique(visit)[1:])]
    return compute_mixed_model(values, design.astype(float), names, subject, **more)


def test_balanced_one_way_layout_by_hand() -> None:
    # Means 1.5 and 6.5: between 2 (2.5² + 2.5²) = 25 on 1 df, within 0.5 + 4.5 = 5 on 2 df.
    # Residual variance 5 / 2; between subjects (25 - 2.5) / 2 = 11.25; error √(25 / 4) of mean 4.
    fit = compute_mixed_model(
        np.array([1.0, 2.0, 5.0, 8.0]), np.ones((4, 1)), ["mean"], np.array([1, 1, 2, 2])
    )
    assert fit.effects.estimate == pytest.approx([4], rel=1e-14)
    assert fit.effects.std_error == pytest.approx([2.5], rel=1e-12)
    assert fit.residual_variance == pytest.approx(2.5, rel=1e-12)
    assert fit.subject_variance == pytest.approx(11.25, rel=1e-12)
    assert (fit.n, fit.subjects, fit.n_missing, fit.singular, fit.warnings) == (4, 2, 0, False, ())


def test_two_complete_visits_are_the_paired_t_test() -> None:
    # Differences 2, 1, 3: mean 2, standard deviation 1, t = 2 √3 on 2 df
    fit = change(*table("A 1 3\nB 2 3\nC 5 8"))
    for df in ("kenward-roger", "kenward-roger-observed", "satterthwaite"):
        got = compute_contrast(fit, np.array([0.0, 1.0]), df=df)
        assert (got.t, got.df) == pytest.approx((12**0.5, 2), rel=1e-10)
        assert got.p_value == pytest.approx(0.0741799, abs=5e-8)


def test_subjects_less_alike_than_others_make_a_singular_fit() -> None:
    # Means 4.5 and 3.5: 1 between on 1 df, 24.5 + 4.5 within on 2 df, so that less than nothing is
    # between subjects: all of 30 on 3 df is residual
    fit = compute_mixed_model(
        np.array([1.0, 8.0, 5.0, 2.0]), np.ones((4, 1)), ["mean"], np.array([1, 1, 2, 2])
    )
    assert (fit.singular, fit.subject_variance) == (True, 0)
    assert fit.residual_variance == pytest.approx(10, rel=1e-12)
    assert fit.warnings == ("singular fit: the variance between subjects is estimated as 0",)
    assert compute_contrast(fit, np.ones(1), df="satterthwaite").df == pytest.approx(3, rel=1e-12)


def test_one_value_a_subject_is_least_squares_and_says_so() -> None:
    # 1, 2, 6: mean 3, variance 7, standard error √(7 / 3) on 2 df
    fit = compute_mixed_model(
        np.array([1.0, 2.0, 6.0]), np.ones((3, 1)), ["mean"], np.array(["A", "B", "C"])
    )
    assert fit.residual_variance == pytest.approx(7, rel=1e-14)
    assert fit.warnings == (
        "the variance between subjects cannot be told from the residual one; it is put at 0",
    )
    for df in ("kenward-roger", "satterthwaite", "residual"):
        got = compute_contrast(fit, np.ones(1), df=df)
        assert (got.std_error, got.df) == pytest.approx(((7 / 3) ** 0.5, 2), rel=1e-12)


def test_coefficient_for_each_subject_leaves_nothing_between() -> None:
    values, subject, _ = table("A 1 3\nB 2 3\nC 5 8")
    design = (subject[:, None] == np.unique(subject)).astype(float)
    fit = compute_mixed_model(values, design, ["A", "B", "C"], subject)
    assert fit.effects.estimate == pytest.approx([2, 2.5, 6.5], rel=1e-14)
    assert fit.residual_variance == pytest.approx((2 + 0.5 + 4.5) / 3, rel=1e-12)
    assert "cannot be told" in fit.warnings[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("A 3 3\nB 3 3", "explain every value exactly", id="all values the same"),
        pytest.param("A 1 2\nB 1 2\nC 1 2", "explain every value exactly", id="visits explain all"),
        pytest.param("A 1 2", "explain every value exactly", id="as many values as coefficients"),
        pytest.param("A 1 2\nB 4 5\nC 2 3", "no residual variance", id="subjects and visits do"),
    ],
)
def test_exact_values_have_no_standard_errors(text: str, reason: str) -> None:
    fit = change(*table(text))
    assert np.isnan([fit.residual_variance, fit.log_likelihood]).all()
    assert np.isnan(fit.effects.std_error).all()
    assert reason in fit.warnings[-1]
    got = compute_contrast(fit, np.array([0.0, 1.0]))
    assert np.isnan([got.std_error, got.t, got.p_value, got.lower, got.upper]).all()
    assert got.warnings == ("not estimable: the model has no standard errors",)
    test = compute_effects_test(fit, np.array([[0.0, 1.0]]))
    assert np.isnan([test.statistic, test.p_value]).all()


def test_coefficients_that_explain_every_value_are_given() -> None:
    assert change(*table("A 1 2\nB 1 2\nC 1 2")).effects.estimate == pytest.approx([1, 1])


def test_rows_without_a_value_are_left_out_and_counted() -> None:
    values, subject, visit = table("A 1 3 .\nB 2 3 4\nC 5 8 8\nD . . .")
    fit, there = change(values, subject, visit), ~np.isnan(values)
    assert (fit.n, fit.n_missing, fit.subjects) == (8, 4, 3)
    assert fit.warnings[0] == "4 of 12 rows left out: no value"
    alone = change(values[there], subject[there], visit[there])
    assert fit.log_likelihood == alone.log_likelihood


def test_column_that_follows_from_others_is_left_out_as_in_lmer() -> None:
    values, subject, visit = table("A 1 3\nB 2 3\nC 5 8")
    second = (visit == "C2").astype(float)
    design = np.column_stack([np.ones(6), second, 1 - second, second * 2])
    fit = compute_mixed_model(values, design, ["a", "b", "c", "d"], subject)
    assert np.isnan(fit.effects.estimate).tolist() == [False, False, True, True]
    assert np.isnan(fit.effects.std_error).tolist() == [False, False, True, True]
    assert fit.warnings == ("left out, as other columns say the same: c, d",)
    assert fit.log_likelihood == pytest.approx(change(values, subject, visit).log_likelihood)


def test_full_likelihood_divides_by_all_values() -> None:
    # Of the layout above: within 5 / 2; between 25 / 2 = 12.5 = 2.5 + 2 · 5
    fit = compute_mixed_model(
        np.array([1.0, 2.0, 5.0, 8.0]),
        np.ones((4, 1)),
        ["mean"],
        np.array([1, 1, 2, 2]),
        method="ml",
    )
    assert (fit.residual_variance, fit.subject_variance) == pytest.approx((2.5, 5), rel=1e-12)
    # log-likelihood of two subjects with eigenvalues 2.5 and 12.5: squares 5 and 25
    by_hand = -0.5 * (4 * np.log(2 * np.pi) + 2 * np.log(2.5 * 12.5) + 5 / 2.5 + 25 / 12.5)
    assert fit.log_likelihood == pytest.approx(by_hand, rel=1e-13)
    with pytest.raises(ValueError, match="needs a fit by REML"):
        compute_contrast(fit, np.ones(1))


def test_unbounded_likelihood_has_no_estimates() -> None:
    # Two subjects with two values, whose differences the slope explains; six with one
    values = np.array([-1.0, 3.0, 3.0, -1.0, 3.0, -2.0, -1.0, 0.0])
    x = np.array([0.05, 1.22, -0.18, 2.27, 0.93, -0.42, -0.88, -0.5])
    subject = np.array(["A", "B", "C", "C", "D", "E", "F", "G"])
    fit = compute_mixed_model(
        values, np.column_stack([np.ones(8), x]), ["mean", "x"], subject, method="ml"
    )
    assert np.isnan([fit.log_likelihood, fit.subject_variance]).all()
    assert fit.warnings == ("not estimable: no residual variance within subjects",)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"values": np.ones((2, 2))}, r"values have shape \(2, 2\); expected \(n,\)"),
        ({"values": np.array([1.0, np.inf, 2.0])}, "each finite or NaN"),
        ({"values": np.full(3, np.nan)}, "no values to fit"),
        ({"design": np.ones((2, 1))}, r"design has shape \(2, 1\) for 3 values and 1 names"),
        ({"design": np.ones((3, 0)), "names": []}, "a row a value, a column a name"),
        ({"design": np.array([[1], [np.nan], [1]])}, "'mean' is not finite in 1 of 3 rows"),
        ({"subject": np.array([1, 2])}, r"subject has shape \(2,\); expected \(3,\)"),
        ({"subject": np.array(["A", None, "B"], object)}, "missing in 1 of 3 rows, .* position 1"),
        ({"method": "REML"}, "there is no method 'REML'"),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(more: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {
        "values": np.arange(3.0),
        "design": np.ones((3, 1)),
        "names": ["mean"],
        "subject": np.array([1, 1, 2]),
    }
    with pytest.raises(ValueError, match=message):
        compute_mixed_model(**given | more)


values_by_subject = st.lists(
    st.lists(st.integers(-20, 20), min_size=1, max_size=4), min_size=2, max_size=8
)


@given(values_by_subject, st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(values: list[list[int]], random: Any) -> None:
    flat = np.array([x for each in values for x in each], float)
    subject = np.repeat(np.arange(len(values)), [len(each) for each in values])
    order = list(range(len(flat)))
    random.shuffle(order)
    ones, names = np.ones((len(flat), 1)), ["mean"]
    one = compute_mixed_model(flat, ones, names, subject)
    other = compute_mixed_model(flat[order], ones, names, subject[order])
    assert other.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-9, nan_ok=True)
    assert other.effects.estimate == pytest.approx(
        one.effects.estimate, rel=1e-7, abs=1e-9, nan_ok=True
    )


@given(values_by_subject, st.floats(1e-6, 1e6), st.integers(-1000, 1000))
def test_unit_and_origin_of_the_values_scale_the_estimates(
    values: list[list[int]], unit: float, origin: int
) -> None:
    flat = np.array([x for each in values for x in each], float)
    subject = np.repeat(np.arange(len(values)), [len(each) for each in values])
    ones, names = np.ones((len(flat), 1)), ["mean"]
    one = compute_mixed_model(flat, ones, names, subject)
    other = compute_mixed_model(unit * (flat + origin), ones, names, subject)
    assert other.singular == one.singular
    assert other.residual_variance == pytest.approx(
        unit**2 * one.residual_variance, rel=1e-6, nan_ok=True
    )


@given(values_by_subject)
def test_likelihood_is_highest_at_the_estimate(values: list[list[int]]) -> None:
    flat = np.array([x for each in values for x in each], float)
    subject = np.repeat(np.arange(len(values)), [len(each) for each in values])
    fit = compute_mixed_model(flat, np.ones((len(flat), 1)), ["mean"], subject, method="ml")
    if np.isnan(fit.log_likelihood):
        return
    same = (subject[:, None] == subject).astype(float)
    for residual, between in ((1.0, 1.0), (1.1, 1.0), (0.9, 1.0), (1.0, 1.2), (1.0, 0.8)):
        covariance = residual * fit.residual_variance * np.eye(len(flat)) + same * max(
            0, between * fit.subject_variance + (between - 1) * 0.01
        )
        left = flat - fit.effects.estimate[0]
        found = -0.5 * (
            len(flat) * np.log(2 * np.pi)
            + np.linalg.slogdet(covariance)[1]
            + left @ np.linalg.solve(covariance, left)
        )
        assert found <= fit.log_likelihood + 1e-9 * abs(fit.log_likelihood) + 1e-9
