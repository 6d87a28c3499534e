r"""Two stages that may end after the first with success, too.

Success is $X_1 \ge e$ at the first look, or $X \ge a$ at the second. For each $n, n_1, a, e$ only
the largest $r_1$ that keeps the power can be the best, for alpha and the expected number of
subjects at any rate fall with $r_1$; all others are gone through.

References
----------
.. [1] Mander AP, Thompson SG (2010). Two-stage designs optimal under the alternative hypothesis for
   phase II cancer clinical trials. Contemporary Clinical Trials 31(6): 572-578.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Final, Literal

import numpy as np

from topline.design.goal import Goal, refuse, require_count
from topline.design.one_arm_binary.binomial import TIE, Binomials, Floats, Ints, compute_binomials
from topline.design.one_arm_binary.two_stage import TwoStage, two_stage_of

Under = Literal["null", "alternative"]

MOST_WITH_SUCCESS: Final = 150
"""Largest number of subjects of a design with stopping for success that is sought."""


@dataclass(frozen=True, slots=True)
class StoppingForSuccess:
    """The designs to choose from."""

    minimax: TwoStage
    """Smallest n, and among those the smallest expected number."""
    optimal: TwoStage
    """Smallest expected number of subjects."""
    under: Under
    """Where the expected number is taken."""


@dataclass(frozen=True, slots=True)
class _Numbers:
    """A design and its expected number of subjects."""

    n1: int
    r1: int
    n: int
    needed: int
    enough: int
    expected: float


def find_stopping_for_success(
    goal: Goal, n_max: int = 60, under: Under = "null"
) -> StoppingForSuccess:
    """Find the minimax and the optimal design that may end early with and without success.

    Parameters
    ----------
    goal
        Rates and errors.
    n_max
        Largest number of subjects, at most 150.
    under
        Rate at which the expected number of subjects is made smallest.

    Raises
    ------
    UsageError
        No design of at most `n_max` subjects keeps alpha and power.

    Examples
    --------
    >>> best = find_stopping_for_success(Goal(0.05, 0.25, 0.05, 0.8), 25).optimal
    >>> best.n1, best.r1, best.enough, best.n, best.needed
    (9, 0, 3, 17, 3)
    """
    require_count("the largest number of subjects", n_max, 2, MOST_WITH_SUCCESS)
    tables = tuple(compute_binomials(n_max, p) for p in (goal.null, goal.alternative))
    minimax: _Numbers | None = None
    optimal: _Numbers | None = None
    for n in range(2, n_max + 1):
        below = optimal.expected if optimal else inf
        if optimal and _bound(goal, tables, n, under) >= below:
            break
        for found in _designs(goal, tables, n, under, below):
            if optimal is None or found.expected < optimal.expected - TIE:
                optimal = found
        if minimax is None:
            minimax = optimal
    if minimax is None or optimal is None:
        refuse(
            f"no two stages of at most {n_max} subjects tell {goal.words}; "
            f"allow more subjects (at most {MOST_WITH_SUCCESS}) or a lower power"
        )
    first, best = (
        two_stage_of(goal, d.n1, d.r1, d.n, d.needed, d.enough) for d in (minimax, optimal)
    )
    return StoppingForSuccess(first, best, under)


def _bound(goal: Goal, tables: tuple[Binomials, ...], n: int, under: Under) -> float:
    """No design of n subjects has an expected number below this; the bound does not fall with n.

    Ending early is at most beta likely without success and at most alpha likely with success, each
    under its own hypothesis; at the rate asked for the other one is bounded by its results.
    """
    null, alternative = tables
    least = inf
    for n1 in range(1, n):
        low = int(np.count_nonzero(alternative.tail[n1] >= 1 - goal.beta - TIE)) - 1
        high = int(np.count_nonzero(null.tail[n1] > goal.alpha + TIE))
        at = null if under == "null" else alternative
        on = float(at.tail[n1, low] - at.tail[n1, max(low, high)])
        least = min(least, n1 + on * (n - n1))
    return least


def _designs(
    goal: Goal, tables: tuple[Binomials, ...], n: int, under: Under, below: float
) -> Iterator[_Numbers]:
    """Yield for each n1, needed and enough the best design, if it is below a limit."""
    null, alternative = tables
    at = null if under == "null" else alternative
    for n1 in range(1, n):
        if n1 >= below:
            return
        for needed in range(1, n + 1):
            part0, part1 = (_success_by(t, n1, n, needed) for t in tables)
            early = np.arange(2, n1 + 2)
            more0 = _suffix(null.pmf[n1, : n1 + 1] - part0)[early]
            more1 = _suffix(alternative.pmf[n1, : n1 + 1] - part1)[early]
            spare = part1.sum() + more1 - (1 - goal.beta) + TIE
            if spare.max() < 0:
                break
            lost = np.asarray(part1.cumsum(), np.float64)
            r1: Ints = np.count_nonzero(lost <= spare[:, None], axis=1) - 1
            r1 = np.minimum(r1, early - 2)
            kept0 = part0.sum() - np.where(r1 >= 0, part0.cumsum()[r1], 0) + more0
            pmf = np.append(0, at.pmf[n1, : n1 + 1].cumsum())
            expected = n1 + (pmf[early] - pmf[r1 + 1]) * (n - n1)
            good = (spare >= 0) & (kept0 <= goal.alpha + TIE) & (r1 >= 0) & (expected < below)
            good &= needed > r1
            for i in np.flatnonzero(good)[np.argsort(expected[good], kind="stable")][:1]:
                yield _Numbers(n1, int(r1[i]), n, needed, int(early[i]), float(expected[i]))


def _success_by(table: Binomials, n1: int, n: int, needed: int) -> Floats:
    """Probability of each first-stage result followed by success at the end."""
    x1 = np.arange(n1 + 1)
    rest = table.tail[n - n1, np.clip(needed - x1, 0, n - n1 + 1)]
    return table.pmf[n1, : n1 + 1] * rest


def _suffix(values: Floats) -> Floats:
    """Return the sums from each place to the end, and a last 0."""
    return np.append(values[::-1].cumsum()[::-1], 0.0)
