"""P-values adjusted for testing several hypotheses.

An adjusted p-value is compared with the level that holds for all tests together. n counts the
p-values that are there; a missing one (NaN) stays missing and does not count, as in R's
``p.adjust``.

bonferroni, sidak
    Single step: n p, and 1 - (1 - p)ⁿ (independent tests).
holm, holm-sidak
    The same, stepping down from the smallest p-value [1]_ [2]_. Holm holds for any dependence.
hochberg, hommel
    Stepping up from the largest, and the closed test by Simes [3]_ [4]_; independent or positively
    dependent tests.
fixed-sequence
    The largest p-value so far in the order given, which the protocol must have fixed: a test counts
    only if all before it do [5]_. After a missing one none counts: missing.
bh, by
    False discovery rate under independence or positive dependence [6]_, and under any [7]_.
none
    As they are.

References
----------
.. [1] Holm S (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal
   of Statistics 6(2): 65-70.
.. [2] Holland BS, Copenhaver MD (1987). An improved sequentially rejective Bonferroni test
   procedure. Biometrics 43(2): 417-423.
.. [3] Hochberg Y (1988). A sharper Bonferroni procedure for multiple tests of significance.
   Biometrika 75(4): 800-802.
.. [4] Hommel G (1988). A stagewise rejective multiple test procedure based on a modified Bonferroni
   test. Biometrika 75(2): 383-386.
.. [5] Maurer W, Hothorn LA, Lehmacher W (1995). Multiple comparisons in drug clinical trials and
   preclinical assays: a-priori ordered hypotheses. In: Vollmar J (ed). Biometrie in der
   chemisch-pharmazeutischen Industrie 6: 3-18. Stuttgart: Gustav Fischer.
.. [6] Benjamini Y, Hochberg Y (1995). Controlling the false discovery rate: a practical and
   powerful approach to multiple testing. Journal of the Royal Statistical Society B 57(1): 289-300.
.. [7] Benjamini Y, Yekutieli D (2001). The control of the false discovery rate in multiple testing
   under dependency. Annals of Statistics 29(4): 1165-1188.
"""

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np

from topline.stats.ranks.ranking import Counts, Floats

Adjustment = Literal[
    "none",
    "bonferroni",
    "sidak",
    "holm",
    "holm-sidak",
    "hochberg",
    "hommel",
    "fixed-sequence",
    "bh",
    "by",
]


def adjust_p_values(p_values: Floats, method: Adjustment = "holm") -> Floats:
    """Adjust p-values for their number.

    Parameters
    ----------
    p_values
        Shape (n,), each 0 to 1; NaN is a test that gave none.
    method
        How; the module says what each is and when it holds.

    Returns
    -------
    ndarray
        Shape (n,), in the order given, at most 1.

    Raises
    ------
    ValueError
        A number that is no probability, or a method that does not exist.

    Examples
    --------
    >>> import numpy as np
    >>> adjust_p_values(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    if p_values.ndim != 1:
        msg = f"p_values has shape {p_values.shape}; expected (n,)"
        raise ValueError(msg)
    odd = p_values[(p_values < 0) | (p_values > 1)]
    if len(odd):
        msg = f"{len(odd)} of {len(p_values)} p-values are not between 0 and 1, such as {odd[0]:g}"
        raise ValueError(msg)
    if method not in get_args(Adjustment):
        msg = f"there is no adjustment {method!r}; choose one of {', '.join(get_args(Adjustment))}"
        raise ValueError(msg)
    if method == "fixed-sequence":
        return np.maximum.accumulate(p_values)  # NaN from the first NaN on
    order = np.argsort(p_values, kind="stable")  # NaN last
    order = order[: len(order) - int(np.isnan(p_values).sum())]
    adjusted = np.full(len(p_values), np.nan)
    if len(order):
        rank = np.arange(1, len(order) + 1)
        adjusted[order] = np.minimum(1.0, _STEPS[method](p_values[order], rank))
    return adjusted


def _sidak(p: Floats, tests: int | Counts) -> Floats:
    """1 - (1 - p)^tests, with the digits of a small p."""
    with np.errstate(divide="ignore"):
        return -np.expm1(tests * np.log1p(-p))


def _step_down(adjusted: Floats) -> Floats:
    return np.maximum.accumulate(adjusted)


def _step_up(adjusted: Floats) -> Floats:
    return np.minimum.accumulate(adjusted[::-1])[::-1]


def _hommel(p: Floats, rank: Counts) -> Floats:
    """Adjust as Wright's algorithm does (1992, Biometrics 48: 1005-1013)."""
    n = len(p)
    adjusted = np.full(n, (n * p / rank).min())
    for m in range(n - 1, 1, -1):
        simes = float((m * p[n - m + 1 :] / (rank[: m - 1] + 1)).min())
        first = np.minimum(m * p[: n - m + 1], simes)
        adjusted = np.maximum(adjusted, np.concatenate([first, np.full(m - 1, first[-1])]))
    return np.maximum(adjusted, p)


_STEPS: dict[str, Callable[[Floats, Counts], Floats]] = {
    "none": lambda p, _: p,
    "bonferroni": lambda p, rank: len(rank) * p,
    "sidak": lambda p, rank: _sidak(p, len(rank)),
    "holm": lambda p, rank: _step_down(rank[::-1] * p),
    "holm-sidak": lambda p, rank: _step_down(_sidak(p, rank[::-1])),
    "hochberg": lambda p, rank: _step_up(rank[::-1] * p),
    "hommel": _hommel,
    "bh": lambda p, rank: _step_up(len(rank) / rank * p),
    "by": lambda p, rank: _step_up(float((1 / rank).sum()) * len(rank) / rank * p),
}
"""Adjust rising p-values, given their ranks."""
