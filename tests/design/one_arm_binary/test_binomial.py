"""Tables of binomial probabilities against whole numbers."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from topline.design.one_arm_binary.binomial import compute_binomials


@pytest.mark.parametrize("rate", ["1/100", "3/10", "1/2", "97/100"])
@pytest.mark.parametrize(("n", "error"), [(1, 1e-15), (7, 1e-14), (1000, 1e-12), (2000, 1e-10)])
def test_probabilities_are_right_to_a_relative_error(rate: str, n: int, error: float) -> None:
    p = Fraction(rate)
    table = compute_binomials(n, float(p))
    for x in {n // 100, n // 3, n // 2, n - n // 50}:
        exact = comb(n, x) * p**x * (1 - p) ** (n - x)
        assert table.pmf[n, x] == pytest.approx(float(exact), rel=error, abs=1e-300)
    top = n - n // 4
    tail = sum(comb(n, x) * p**x * (1 - p) ** (n - x) for x in range(top, n + 1))
    assert table.tail[n, top] == pytest.approx(float(tail), rel=error, abs=1e-300)


def test_rows_add_up_to_one() -> None:
    table = compute_binomials(60, 0.37)
    assert np.allclose(table.pmf.sum(axis=1), 1, atol=1e-13)


def test_certain_rates_leave_one_result() -> None:
    assert compute_binomials(2, 0.0).pmf.tolist() == [[1, 0, 0, 0]] * 3
    assert compute_binomials(2, 1.0).pmf[2].tolist() == [0, 0, 1, 0]
