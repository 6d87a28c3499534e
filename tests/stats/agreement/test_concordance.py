from math import nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.agreement.concordance import (
    ConcordanceCorrelation,
    compute_concordance,
    compute_concordance_correlation,
)
from topline.stats.estimates.proportion import compute_proportion

pairs = st.lists(
    st.tuples(st.integers(-9, 9).map(float), st.integers(-9, 9).map(float)),
    min_size=3,
    max_size=15,
)


def lin(first: list[float], second: list[float], **options: Any) -> ConcordanceCorrelation:
    return compute_concordance_correlation(np.array(first), np.array(second), **options)


def test_shares_are_of_all_and_of_the_references() -> None:
    # rows the assessment, columns the reference; second category as positive
    got = compute_concordance(np.array([[8, 2], [1, 9]]), positive=1)
    assert got.overall == compute_proportion(17, 20)
    assert got.positive == compute_proportion(9, 11)
    assert got.negative == compute_proportion(8, 9)
    assert got.n == 20


def test_all_other_categories_are_negative_together() -> None:
    got = compute_concordance(np.array([[5, 1, 0], [0, 2, 3], [2, 1, 4]]))
    assert (got.positive.events, got.positive.n) == (5, 7)
    assert (got.negative.events, got.negative.n) == (2 + 3 + 1 + 4, 11)
    assert (got.overall.events, got.overall.n) == (11, 18)


def test_reference_without_positives_has_no_positive_agreement() -> None:
    got = compute_concordance(np.array([[0, 2], [0, 9]]))
    assert np.isnan(got.positive.estimate)
    assert got.positive.warnings == ("not estimable: no subjects",)


def test_interval_and_level_are_those_of_proportions() -> None:
    got = compute_concordance(np.array([[8, 2], [1, 9]]), method="wilson", level=0.9)
    assert got.overall == compute_proportion(17, 20, method="wilson", level=0.9)


@pytest.mark.parametrize("positive", [-1, 2])
def test_category_that_is_not_there_is_refused(positive: int) -> None:
    with pytest.raises(ValueError, match="expected the place of a category, 0 to 1"):
        compute_concordance(np.array([[1, 2], [3, 4]]), positive=positive)


@given(pairs)
def test_definition_of_lin(rows: list[tuple[float, float]]) -> None:
    x, y = np.array(rows).T
    got = compute_concordance_correlation(x, y)
    below = x.var() + y.var() + (x.mean() - y.mean()) ** 2
    if below:
        expected = 2 * ((x - x.mean()) * (y - y.mean())).mean() / below
        assert got.estimate == pytest.approx(expected, rel=1e-10, abs=1e-12)
        if x.std() and y.std():
            assert got.precision * got.accuracy == pytest.approx(got.estimate, abs=1e-12)
            assert got.lower <= got.estimate + 1e-12
            assert got.estimate <= got.upper + 1e-12
    else:
        assert np.isnan(got.estimate)


@given(pairs)
def test_which_is_first_changes_nothing(rows: list[tuple[float, float]]) -> None:
    x, y = np.array(rows).T
    one, other = compute_concordance_correlation(x, y), compute_concordance_correlation(y, x)
    for name in ("estimate", "std_error", "lower", "upper"):
        assert getattr(one, name) == pytest.approx(
            getattr(other, name), rel=1e-9, abs=1e-9, nan_ok=True
        )


def test_plain_limits_are_cut_at_1() -> None:
    got = lin([1, 2, 3, 4], [1, 2, 3, 5], limits="plain")
    assert got.upper == 1
    assert got.lower == pytest.approx(got.estimate - 1.959963984540054 * got.std_error, rel=1e-12)


@pytest.mark.parametrize(
    ("first", "second", "estimate", "warning"),
    [
        ([1, 2, 3], [1, 2, 3], 1, "limits have no width: the measurements are the same"),
        ([1, 2, 3], [5, 5, 5], 0, "no limits: one of the measurements never varies"),
        ([4, 4, 4], [4, 4, 4], nan, "not estimable: every measurement is the same"),
        ([1, 2], [1, 3], 2 / 3, "no limits: two subjects"),
        ([1], [2], nan, "not estimable: one subject"),
        ([], [], nan, "not estimable: no subjects"),
    ],
)
def test_edges(first: list[float], second: list[float], estimate: float, warning: str) -> None:
    got = lin(first, second)
    np.testing.assert_allclose(got.estimate, estimate, rtol=1e-12)
    assert got.warnings == (warning,)


def test_unknown_limits_are_refused() -> None:
    with pytest.raises(ValueError, match="no limits 'exact'; choose z-transform or plain"):
        lin([1, 2, 3], [1, 2, 4], limits="exact")
