import numpy as np
import pytest

from topline.stats.mixed.repeated_likelihood import (
    Place,
    Problem,
    evaluate,
    known_parameters,
    maximise,
    patterns_of,
)
from topline.stats.mixed.visit_covariance import (
    STRUCTURES,
    CovarianceStructure,
    compute_covariance,
    parameters_of,
)

VISITS = ("C1", "C2", "C3")


def problem_of(structure: CovarianceStructure, *, reml: bool = True) -> tuple[Problem, Place]:
    """Twelve subjects, some without a visit; columns are ones, a covariate and values."""
    rng = np.random.default_rng(5)
    mask = rng.random((12, 3)) > 0.25
    mask[:4] = True
    subject, visit = np.nonzero(mask)
    own = rng.normal(size=12)[subject]
    columns = np.column_stack(
        [np.ones(len(subject)), rng.normal(size=len(subject)), own + rng.normal(size=len(subject))]
    )
    start = parameters_of(structure, VISITS, np.array([1.0, 1.5, 2.0])).start
    patterns = tuple(patterns_of(columns, subject, visit, 3))
    return Problem(structure, 3, patterns, reml), Place(start, np.eye(len(start)))


def test_patterns_hold_the_sums_of_products_of_all_rows() -> None:
    rng = np.random.default_rng(1)
    columns = rng.normal(size=(60, 2))
    subject, visit = np.repeat(np.arange(20), 3), np.tile(np.arange(3), 20)
    (pattern,) = patterns_of(columns, subject, visit, 3)
    assert (pattern.subjects, pattern.visits.tolist()) == (20, [0, 1, 2])
    assert pattern.rows.shape == (6, 3, 2)  # as few rows as visits times columns
    wide = columns.reshape(20, 6)
    few = pattern.rows.reshape(6, 6)
    np.testing.assert_allclose(few.T @ few, wide.T @ wide, atol=1e-12)


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("reml", [True, False])
def test_slope_and_curvature_are_those_of_differences(
    structure: CovarianceStructure, *, reml: bool
) -> None:
    problem, place = problem_of(structure, reml=reml)
    here, step = evaluate(problem, place), 1e-5
    assert here is not None
    for direction in range(len(place.theta)):
        ahead, behind = (
            evaluate(problem, Place(place.theta + sign * step * at, place.directions))
            for sign in (1, -1)
            for at in [np.eye(len(place.theta))[direction]]
        )
        assert ahead is not None
        assert behind is not None
        assert here.slope[direction] == pytest.approx(
            (ahead.deviance - behind.deviance) / (2 * step), rel=1e-5, abs=1e-6
        )
        np.testing.assert_allclose(
            here.curvature[direction], (ahead.slope - behind.slope) / (2 * step), atol=1e-5
        )


@pytest.mark.parametrize("structure", STRUCTURES)
def test_maximum_is_level_and_above_its_start(structure: CovarianceStructure) -> None:
    problem, place = problem_of(structure)
    start, found = evaluate(problem, place), maximise(problem, place)
    assert start is not None
    assert found is not None
    assert found.deviance < start.deviance
    assert np.abs(found.slope).max() < 1e-10
    assert np.linalg.eigvalsh(found.curvature)[0] > 0


def test_covariance_that_is_none_has_no_likelihood() -> None:
    problem, place = problem_of("ar1")
    for theta in ([-1.0, 0.5], [1.0, 1.5], [0.0, 0.5], [float("nan"), 0.5]):
        assert evaluate(problem, Place(np.array(theta), place.directions)) is None


def test_expected_curvature_is_that_of_the_wishart_distribution() -> None:
    # Complete visits and their means: the information of a variance is (n - 1) / 2V² in a
    # log-likelihood, twice that in a deviance
    n = 7
    subject, visit = np.repeat(np.arange(n), 2), np.tile(np.arange(2), n)
    columns = np.column_stack([visit == 0, visit == 1, np.arange(14.0) ** 1.5]).astype(float)
    problem = Problem("unstructured", 2, tuple(patterns_of(columns, subject, visit, 2)), reml=True)
    theta = np.array([4.0, 0.0, 9.0])
    here = evaluate(problem, Place(theta, np.eye(3)))
    assert here is not None
    np.testing.assert_allclose(
        here.information, np.diag([(n - 1) / 16, 2 * (n - 1) / 36, (n - 1) / 81]), atol=1e-12
    )


def test_lag_that_no_subject_has_is_not_known() -> None:
    columns = np.arange(12.0).reshape(6, 2)
    subject, visit = np.repeat(np.arange(3), 2), np.array([0, 1, 1, 2, 0, 1])
    patterns = patterns_of(columns, subject, visit, 3)
    theta = parameters_of("toeplitz", VISITS, np.ones(3)).start
    assert known_parameters("toeplitz", 3, theta, patterns).tolist() == [0, 1]
    assert compute_covariance("toeplitz", 3, theta).first.shape == (3, 3, 3)
