from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from topline.stats.mixed.denominator_degrees import compute_contrast
from topline.stats.mixed.factor_model import compute_factor_model
from topline.stats.mixed.repeated_measures import (
    RepeatedMeasures,
    compute_mmrm,
    compute_repeated_measures,
)
from topline.stats.mixed.visit_covariance import STRUCTURES

Floats = NDArray[np.float64]

# Eight subjects at three visits, the third's values least alike
WIDE = np.array(
    [
        [4.1, 5.0, 7.7],
        [2.2, 3.9, 2.6],
        [6.3, 6.1, 9.8],
        [5.0, 6.6, 5.1],
        [3.3, 3.2, 6.9],
        [7.4, 8.8, 8.0],
        [1.9, 3.1, 5.5],
        [4.8, 4.4, 3.9],
    ]
)


def long(wide: Floats) -> tuple[Floats, NDArray[np.str_], NDArray[np.str_]]:
    """Lay out values by subject and visit."""
    n, v = wide.shape
    visit = np.tile([f"C{i + 1}" for i in range(v)], n)
    return wide.ravel(), visit, np.repeat([f"S{i + 1}" for i in range(n)], v)


def by_visit(wide: Floats, **more: Any) -> RepeatedMeasures:
    values, visit, subject = long(wide)
    design = (visit[:, None] == np.unique(visit)).astype(float)
    return compute_repeated_measures(
        values, design, np.unique(visit).tolist(), visit, subject, **more
    )


def test_complete_visits_give_the_sample_covariance() -> None:
    fit = by_visit(WIDE)
    np.testing.assert_allclose(fit.covariance, np.cov(WIDE.T), rtol=1e-11)
    assert fit.effects.estimate == pytest.approx(WIDE.mean(axis=0), rel=1e-12)
    assert fit.effects.std_error == pytest.approx(WIDE.std(axis=0, ddof=1) / 8**0.5, rel=1e-11)
    full = by_visit(WIDE, method="ml")
    np.testing.assert_allclose(full.covariance, np.cov(WIDE.T, bias=True), rtol=1e-11)
    assert (fit.n, fit.subjects, fit.converged, fit.warnings) == (24, 8, True, ())
    assert fit.visits == ("C1", "C2", "C3")


def test_full_likelihood_is_that_of_the_normal_distribution() -> None:
    fit = by_visit(WIDE, method="ml")
    # at the maximum the squares add up to the number of values
    by_hand = -0.5 * (24 * np.log(2 * np.pi) + 8 * np.linalg.slogdet(fit.covariance)[1] + 24)
    assert fit.log_likelihood == pytest.approx(by_hand, rel=1e-13)


@pytest.mark.parametrize("df", ["kenward-roger", "kenward-roger-observed"])
@pytest.mark.parametrize(("n", "v"), [(8, 3), (4, 3), (3, 2), (8, 2)])
def test_unstructured_test_of_visits_is_hotellings(n: int, v: int, df: Any) -> None:
    # T² of the changes from the first visit; F(v - 1, n - v + 1) exactly, at 2 df too
    values, visit, subject = long(WIDE[:n, :v])
    change = WIDE[:n, 1:v] - WIDE[:n, :1]
    spread = np.atleast_2d(np.cov(change.T))
    t2 = n * change.mean(axis=0) @ np.linalg.solve(spread, change.mean(axis=0))
    q = v - 1
    got = compute_mmrm(values, visit, subject, df=df).tests["visit"]
    assert got.statistic == pytest.approx(t2 * (n - q) / (q * (n - 1)), rel=1e-9)
    assert (got.df, got.denominator_df) == (q, pytest.approx(n - q, rel=1e-8))


def test_means_of_complete_visits_are_one_sample_t_tests() -> None:
    fit = by_visit(WIDE)
    got = compute_contrast(fit, np.array([0.0, 0, 1]))
    mean, error = WIDE[:, 2].mean(), WIDE[:, 2].std(ddof=1) / 8**0.5
    assert (got.estimate, got.std_error, got.df) == pytest.approx((mean, error, 7), rel=1e-9)


def test_compound_symmetry_is_a_random_intercept() -> None:
    wide = WIDE.copy()
    wide[1, 2] = wide[5, 0] = wide[6, 1] = np.nan
    values, visit, subject = long(wide)
    one = compute_mmrm(values, visit, subject, covariance="compound-symmetry")
    other = compute_factor_model(values, subject, {"visit": visit})
    assert one.model.log_likelihood == pytest.approx(other.model.log_likelihood, rel=1e-12)
    assert one.model.parameters["covariance all visits"] == pytest.approx(
        other.model.subject_variance, rel=1e-9
    )
    for name in ("statistic", "denominator_df", "p_value"):
        assert getattr(one.tests["visit"], name) == pytest.approx(
            getattr(other.tests["visit"], name), rel=1e-8
        )


def test_values_less_alike_than_others_have_a_negative_covariance() -> None:
    values, visit, subject = long(np.array([[1.0, 8], [7, 2], [3, 5], [6, 4]]))
    fit = compute_mmrm(values, visit, subject, covariance="compound-symmetry")
    assert fit.model.parameters["covariance all visits"] < 0
    assert compute_factor_model(values, subject, {"visit": visit}).model.singular


@pytest.mark.parametrize("structure", STRUCTURES)
def test_fewer_parameters_fit_no_better(structure: Any) -> None:
    fit = by_visit(WIDE, covariance=structure)
    assert fit.converged
    assert fit.log_likelihood <= by_visit(WIDE).log_likelihood + 1e-9
    assert np.linalg.eigvalsh(fit.covariance)[0] > 0


def test_order_of_visits_is_sorted_unless_given_and_matters_to_lags() -> None:
    values, visit, subject = long(WIDE)
    renamed = np.array([{"C1": "C2", "C2": "C4", "C3": "C10"}[name] for name in visit])
    design, names = np.ones((24, 1)), ["mean"]
    right, wrong, plain = (
        compute_repeated_measures(
            values, design, names, which, subject, covariance="ar1", order=order
        )
        for which, order in ((renamed, ["C2", "C4", "C10"]), (renamed, None), (visit, None))
    )
    assert (right.visits, wrong.visits) == (("C2", "C4", "C10"), ("C10", "C2", "C4"))
    assert right.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-12)
    assert wrong.log_likelihood != pytest.approx(plain.log_likelihood, abs=0.01)


def test_covariance_of_visits_that_nobody_shares_is_not_known() -> None:
    wide = WIDE.copy()
    wide[:4, 0] = np.nan
    wide[4:, 2] = np.nan
    fit = by_visit(wide)
    assert fit.converged
    assert np.isnan(fit.covariance).tolist() == [
        [False, False, True],
        [False, False, False],
        [True, False, False],
    ]
    assert fit.warnings == (
        "8 of 24 rows left out: no value",
        "not estimable: covariance C1, C3: no subject has both visits",
    )
    assert not np.isnan(fit.effects.std_error).any()


@pytest.mark.parametrize(
    ("wide", "why"),
    [
        pytest.param(WIDE[:2], "no maximum that determines", id="fewer subjects than visits"),
        pytest.param(np.tile([1.0, 2, 4], (5, 1)), "explain every value exactly", id="exact"),
        pytest.param(WIDE[:, [0, 0, 1]], "no maximum that determines", id="a visit twice"),
    ],
)
def test_fit_without_a_maximum_says_so(wide: Floats, why: str) -> None:
    fit = by_visit(wide)
    assert not fit.converged
    assert why in fit.warnings[-1]
    assert np.isnan(fit.log_likelihood)
    assert np.isnan(list(fit.parameters.values())).all()
    assert np.isnan(fit.effects.std_error).all()
    assert np.isnan(fit.covariance).all()


def test_one_visit_is_the_linear_model() -> None:
    fit = by_visit(WIDE[:, :1])
    got = compute_contrast(fit, np.ones(1))
    assert fit.covariance[0, 0] == pytest.approx(WIDE[:, 0].var(ddof=1), rel=1e-12)
    assert got.df == pytest.approx(7, rel=1e-10)


def test_two_values_at_one_visit_are_refused_with_the_subject() -> None:
    values, visit, subject = long(WIDE)
    visit[4] = "C1"
    with pytest.raises(ValueError, match=r"^1 pairs of subject and visit .* first S2 at C1; exp"):
        compute_mmrm(values, visit, subject)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"covariance": "us"}, "there is no covariance 'us' by 'reml'; choose one of unstruct"),
        ({"method": "ols"}, "there is no covariance 'unstructured' by 'ols'"),
        ({"order": ["C1", "C2"]}, "visit has levels C3 that its order does not name"),
    ],
)
def test_wrong_options_are_refused(more: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        by_visit(WIDE, **more)


def test_nothing_but_missing_values_is_refused() -> None:
    with pytest.raises(ValueError, match="no values to fit"):
        by_visit(np.full((2, 2), np.nan))
    values, visit, subject = long(WIDE)
    with pytest.raises(ValueError, match=r"subject has shape \(2,\); expected \(24,\)"):
        compute_mmrm(values, visit, subject[:2])


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(STRUCTURES),
    st.floats(0.01, 100),
    st.randoms(use_true_random=False),
)
def test_unit_and_order_of_rows_change_nothing(
    seed: int, structure: Any, unit: float, random: Any
) -> None:
    rng = np.random.default_rng(seed)
    wide = rng.normal(size=(9, 1)) + rng.normal(size=(9, 3))
    wide[rng.random((9, 3)) < 0.15] = np.nan
    wide[:3] = np.nan_to_num(wide[:3])
    values, visit, subject = long(wide)
    order = list(range(27))
    random.shuffle(order)
    one = compute_mmrm(values, visit, subject, covariance=structure)
    other = compute_mmrm(unit * values[order], visit[order], subject[order], covariance=structure)
    if not (one.model.converged and other.model.converged):
        return
    for name in ("statistic", "denominator_df"):
        assert getattr(other.tests["visit"], name) == pytest.approx(
            getattr(one.tests["visit"], name), rel=1e-5, nan_ok=True
        )
