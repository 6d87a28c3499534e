import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.labels import missing_labels
from topline.stats.mixed.fixed_effects import compute_basis

numbers = st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=3, max_size=7)


@given(numbers)
def test_basis_spans_the_design_and_leaves_the_residuals(rows: list[list[int]]) -> None:
    design, values = np.array(rows, float), np.arange(float(len(rows))) ** 2
    basis = compute_basis(values, design, ["a", "b", "c"])
    q = basis.columns[:, :-1]
    assert basis.rank == np.linalg.matrix_rank(design)
    np.testing.assert_allclose(q.T @ q, np.eye(basis.rank), atol=1e-12)
    np.testing.assert_allclose(q @ (q.T @ design), design, atol=1e-10)
    np.testing.assert_allclose(design @ basis.inverse, q, atol=1e-8)
    np.testing.assert_allclose(design @ basis.aliases, 0, atol=1e-8)
    scale = basis.scale or 1.0
    np.testing.assert_allclose(
        q @ basis.start * scale + basis.columns[:, -1] * scale, values, atol=1e-9
    )


def test_later_columns_are_the_ones_left_out() -> None:
    one, x = np.ones(4), np.arange(4.0)
    design = np.column_stack([one, 0 * one, x, x - one, x**2])
    basis = compute_basis(x**3, design, ["one", "zero", "x", "x less one", "square"])
    assert basis.left_out == ("zero", "x less one")


def test_scale_is_the_residual_standard_deviation() -> None:
    basis = compute_basis(np.array([1.0, 2.0, 6.0]), np.ones((3, 1)), ["mean"])
    assert basis.scale == pytest.approx(7**0.5)
    assert basis.residual_df == 2


@pytest.mark.parametrize(
    ("labels", "missing"),
    [
        (np.array(["A", "B"]), [False, False]),
        (np.array(["A", None], object), [False, True]),
        (np.array([1.0, np.nan]), [False, True]),
        (np.array([1, 2]), [False, False]),
    ],
)
def test_none_and_nan_are_missing_labels(labels: np.ndarray, missing: list[bool]) -> None:
    assert missing_labels(labels).tolist() == missing
