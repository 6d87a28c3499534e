import numpy as np
import pytest

from topline.stats.mixed.visit_covariance import (
    STRUCTURES,
    CovarianceStructure,
    compute_covariance,
    parameters_of,
)

VISITS = ("C1", "C2", "C3", "C4")


def some_parameters(structure: CovarianceStructure, visits: tuple[str, ...]) -> np.ndarray:
    """Take parameters that differ, in the structure's number."""
    parameters = parameters_of(structure, visits, np.arange(2.0, 2 + len(visits)))
    spread = np.arange(len(parameters.names)) / (10 * len(parameters.names))
    return parameters.start + np.where(parameters.squared == 1, 1, 0.5) * spread


@pytest.mark.parametrize(
    ("structure", "theta", "names", "expected"),
    [
        (
            "unstructured",
            [4, 1, 9, 2, 3, 16],
            "variance C1|covariance C1, C2|variance C2|covariance C1, C3|covariance C2, C3|"
            "variance C3",
            [[4, 1, 2], [1, 9, 3], [2, 3, 16]],
        ),
        (
            "compound-symmetry",
            [4, -1],
            "variance|covariance all visits",
            [[4, -1, -1], [-1, 4, -1], [-1, -1, 4]],
        ),
        (
            "compound-symmetry-heterogeneous",
            [4, 9, 16, 0.5],
            "variance C1|variance C2|variance C3|correlation",
            [[4, 3, 4], [3, 9, 6], [4, 6, 16]],
        ),
        ("ar1", [4, 0.5], "variance|correlation", [[4, 2, 1], [2, 4, 2], [1, 2, 4]]),
        (
            "ar1-heterogeneous",
            [4, 9, 16, 0.5],
            "variance C1|variance C2|variance C3|correlation",
            [[4, 3, 2], [3, 9, 6], [2, 6, 16]],
        ),
        (
            "toeplitz",
            [4, 2, 1],
            "variance|covariance lag 1|covariance lag 2",
            [[4, 2, 1], [2, 4, 2], [1, 2, 4]],
        ),
        (
            "toeplitz-heterogeneous",
            [4, 9, 16, 0.5, 0.25],
            "variance C1|variance C2|variance C3|correlation lag 1|correlation lag 2",
            [[4, 3, 2], [3, 9, 6], [2, 6, 16]],
        ),
    ],
)
def test_parameters_are_those_of_sas(
    structure: CovarianceStructure, theta: list[float], names: str, expected: list[list[float]]
) -> None:
    parameters = parameters_of(structure, VISITS[:3], np.ones(3))
    assert parameters.names == tuple(names.split("|"))
    found = compute_covariance(structure, 3, np.array(theta, float)).value
    np.testing.assert_allclose(found, expected, rtol=1e-14)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_derivatives_are_those_of_differences(structure: CovarianceStructure) -> None:
    theta, step = some_parameters(structure, VISITS), 1e-6
    here = compute_covariance(structure, 4, theta)
    for place in range(len(theta)):
        ahead, behind = theta.copy(), theta.copy()
        ahead[place] += step
        behind[place] -= step
        up, down = (compute_covariance(structure, 4, each) for each in (ahead, behind))
        np.testing.assert_allclose(
            here.first[place], (up.value - down.value) / (2 * step), atol=1e-8
        )
        by_difference = (up.first - down.first) / (2 * step)
        second = np.zeros_like(by_difference) if here.second is None else here.second[place]
        np.testing.assert_allclose(second, by_difference, atol=1e-8)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_start_is_the_variances_by_visit_with_little_correlation(
    structure: CovarianceStructure,
) -> None:
    variances = np.array([1.0, 2.0, 3.0, 6.0])
    parameters = parameters_of(structure, VISITS, variances)
    found = compute_covariance(structure, 4, parameters.start).value
    by_visit = structure == "unstructured" or structure.endswith("heterogeneous")
    np.testing.assert_allclose(np.diag(found), variances if by_visit else np.full(4, 3.0))
    assert np.linalg.eigvalsh(found)[0] > 0


@pytest.mark.parametrize("structure", STRUCTURES)
def test_single_visit_has_a_variance_and_nothing_else(structure: CovarianceStructure) -> None:
    parameters = parameters_of(structure, ("C1",), np.array([4.0]))
    assert len(parameters.names) == len(parameters.squared) == 1
    found = compute_covariance(structure, 1, parameters.start)
    np.testing.assert_allclose(found.value, [[4.0]])
    np.testing.assert_allclose(found.first, [[[1.0]]])
