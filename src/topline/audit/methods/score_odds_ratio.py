r"""Score limits of an odds ratio.

With the margins of [[a, b], [c, d]] fixed, $A(\psi)$ is the first cell that an odds ratio of $\psi$
leads to, and $V = (1/A + 1/B + 1/C + 1/D)^{-1}$. The limits are the $\psi$ at which

cornfield
    $(a - A)^2 / V = z^2$ [1]_;
cornfield-cc
    $(|a - A| - 1/2)^2 / V = z^2$ [1]_;
miettinen-nurminen
    $(a - A)^2 / V \cdot (n - 1) / n = z^2$ [2]_.

A cell of 0 leaves one limit at 0 or infinity.

References
----------
.. [1] Cornfield J (1956). A statistical problem arising from retrospective studies. Proceedings of
   the Third Berkeley Symposium 4: 135-148.
.. [2] Miettinen O, Nurminen M (1985). Comparative analysis of two rates. Statistics in Medicine
   4(2): 213-226, section 2.4.
"""

from collections.abc import Callable
from math import exp, inf, sqrt
from statistics import NormalDist
from typing import Literal

ScoreMethod = Literal["cornfield", "cornfield-cc", "miettinen-nurminen"]
Fourfold = tuple[tuple[int, int], tuple[int, int]]

_REACH = 60.0


def compute_score_limits(table: Fourfold, method: ScoreMethod, level: float) -> tuple[float, float]:
    """Compute the score limits of a 2 x 2 table's odds ratio.

    Parameters
    ----------
    table
        Rows group and reference group, columns event and no event; no margin is 0.
    method
        Kind of limits; the module says what each is.
    level
        Coverage of the two-sided interval.

    Examples
    --------
    >>> lower, upper = compute_score_limits(((2, 6), (1, 10)), "miettinen-nurminen", 0.95)
    >>> round(lower, 2), round(upper, 1)
    (0.32, 32.0)
    """
    (a, b), (c, d) = table
    n = a + b + c + d
    z = NormalDist().inv_cdf((1 + level) / 2)
    correction = 0.5 if method == "cornfield-cc" else 0.0
    factor = (n - 1) / n if method == "miettinen-nurminen" else 1.0

    def score(log_psi: float) -> float:
        fitted = _first_cell(a + b, c + d, a + c, exp(log_psi))
        cells = fitted, a + b - fitted, a + c - fitted, c + d - (a + c) + fitted
        apart = a - fitted
        shrunk = max(0.0, abs(apart) - correction) * (1 if apart > 0 else -1)
        return shrunk * sqrt(factor * sum(1 / max(cell, 1e-300) for cell in cells))

    lower = 0.0 if 0 in {a, d} else exp(_falling_root(lambda x: score(x) - z))
    upper = inf if 0 in {b, c} else exp(_falling_root(lambda x: score(x) + z))
    return lower, upper


def _first_cell(row: int, other: int, column: int, psi: float) -> float:
    """Find the first cell that an odds ratio gives with these margins."""
    low, high = float(max(0, column - other)), float(min(row, column))
    while low < (middle := (low + high) / 2) < high:
        odds = middle * (other - column + middle)
        low, high = (low, middle) if odds > psi * (row - middle) * (column - middle) else (
            middle, high
        )  # fmt: skip
    return high


def _falling_root(function: Callable[[float], float]) -> float:
    low, high = -_REACH, _REACH
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return high
