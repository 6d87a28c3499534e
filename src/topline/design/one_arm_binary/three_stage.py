r"""Three stages without stopping for success.

The trial ends without success after $n_1$ subjects with $r_1$ responders or fewer, or after $n_2$
with $r_2$ or fewer; success needs $a$ of $n_3$. Among all such numbers that keep alpha and power
(neither strict), *minimax* has the smallest $n_3$ and among those the smallest expected number of
subjects under the null, *optimal* the smallest expected number. For each $n_1, r_1, n_2, n_3, a$
only the largest $r_2$ that keeps the power can be the best; all others are gone through, but for
those whose expected number cannot be below the best found.

References
----------
.. [1] Chen TT (1997). Optimal three-stage designs for phase II cancer clinical trials. Statistics
   in Medicine 16(23): 2701-2711.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Final

import numpy as np

from topline.design.goal import Goal, refuse, require_count
from topline.design.one_arm_binary.binomial import TIE, Binomials, Floats, Ints, compute_binomials
from topline.design.one_arm_binary.boundaries import Boundaries, Operating, compute_operating

MOST_THREE_STAGE: Final = 120
"""Largest number of subjects of a three-stage design that is sought."""
_AT_ONCE: Final = 128


@dataclass(frozen=True, slots=True)
class ThreeStage:
    """A design of three looks with its exact errors."""

    goal: Goal
    boundaries: Boundaries
    null: Operating
    alternative: Operating

    @property
    def alpha(self) -> float:
        """Probability of success under the null, exact."""
        return self.null.success

    @property
    def power(self) -> float:
        """Probability of success under the alternative, exact."""
        return self.alternative.success


@dataclass(frozen=True, slots=True)
class ThreeStages:
    """The designs to choose from."""

    minimax: ThreeStage
    optimal: ThreeStage


@dataclass(frozen=True, slots=True)
class _Numbers:
    looks: tuple[int, int, int]
    futility: tuple[int, int, int]
    expected: float


def find_three_stage(goal: Goal, n_max: int = 60) -> ThreeStages:
    """Find the minimax and the optimal design.

    Parameters
    ----------
    goal
        Rates and errors.
    n_max
        Largest number of subjects, at most 120. The search is complete up to it.

    Raises
    ------
    UsageError
        No design of at most `n_max` subjects keeps alpha and power.

    Examples
    --------
    >>> found = find_three_stage(Goal(0.05, 0.25, 0.05, 0.8), 25).optimal
    >>> found.boundaries.looks, found.boundaries.futility, round(found.null.expected, 2)
    ((8, 13, 19), (0, 1, 2), 10.41)
    """
    require_count("the largest number of subjects", n_max, 3, MOST_THREE_STAGE)
    search = _Search.of(goal, n_max)
    minimax: _Numbers | None = None
    best: _Numbers | None = None
    for n in range(3, n_max + 1):
        below = best.expected if best else inf
        if best and search.bound(n) >= below:
            break
        best = search.best(n, below) or best
        minimax = minimax or best
    if minimax is None or best is None:
        refuse(
            f"no three stages of at most {n_max} subjects tell {goal.words}; "
            f"allow more subjects (at most {MOST_THREE_STAGE}) or a lower power"
        )
    return ThreeStages(_with_errors(goal, minimax), _with_errors(goal, best))


def _with_errors(goal: Goal, found: _Numbers) -> ThreeStage:
    n1, n2, _ = found.looks
    look = Boundaries(found.looks, found.futility, (n1 + 1, n2 + 1, found.futility[2] + 1))
    return ThreeStage(
        goal, look, compute_operating(look, goal.null), compute_operating(look, goal.alternative)
    )


@dataclass(frozen=True, slots=True)
class _Search:
    goal: Goal
    null: Binomials
    alternative: Binomials
    go_on: Floats
    """Least probability of going on under the null after a look at n subjects."""
    r_most: Ints

    @classmethod
    def of(cls, goal: Goal, size: int) -> "_Search":
        null, alternative = (compute_binomials(size, p) for p in (goal.null, goal.alternative))
        r_most = np.count_nonzero(alternative.tail >= 1 - goal.beta - TIE, axis=1) - 2
        return cls(goal, null, alternative, null.tail[np.arange(size + 1), r_most + 1], r_most)

    def bound(self, n: int) -> float:
        """No design of n subjects has an expected number below this; it does not fall with n."""
        n2 = np.arange(2, n)
        last = self.go_on[n2] * (n - n2)
        least = inf
        for n1 in range(1, n - 1):
            rest = (n2 - n1 + last)[n1 - 1 :]
            least = min(least, n1 + float(self.go_on[n1] * rest.min()))
        return least

    def best(self, n: int, below: float) -> _Numbers | None:
        """Return the design of n subjects with the least expected number, if below a limit."""
        best: _Numbers | None = None
        needed = self._needed(n)
        if not len(needed):
            return None
        for n1, r1 in self._first_stages(n, below):
            limit = best.expected if best else below
            found = self._best_after(n, n1, r1, needed, limit)
            best = found or best
        return best

    def _needed(self, n: int) -> Ints:
        """Responders needed that can be: alpha without stopping may be too large, power not."""
        single = int(np.count_nonzero(self.null.tail[n] > self.goal.alpha + TIE))
        left = self.goal.alpha - self.null.tail[n, single]
        ratio = self.alternative.pmf[n, single - 1] / self.null.pmf[n, single - 1]
        if self.alternative.tail[n, single] + left * ratio < 1 - self.goal.beta - TIE:
            return np.arange(0)
        needed = np.arange(1, single + 1)
        return needed[self.alternative.tail[n, needed] >= 1 - self.goal.beta - TIE]

    def _first_stages(self, n: int, below: float) -> Iterator[tuple[int, int]]:
        """Yield each first stage that can be of a design below a limit."""
        for n1 in range(1, n - 1):
            n2 = np.arange(n1 + 1, n)
            rest = float((n2 - n1 + self.go_on[n2] * (n - n2)).min())
            for r1 in range(int(self.r_most[n1]), -1, -1):
                if n1 + self.null.tail[n1, r1 + 1] * rest >= below:
                    break
                yield n1, r1

    def _best_after(self, n: int, n1: int, r1: int, needed: Ints, below: float) -> _Numbers | None:
        """Return the best design with a given first stage; all second stages at once."""
        goal, n2 = self.goal, np.arange(n1 + 1, n)
        on = self.null.tail[n1, r1 + 1]
        least = n1 + on * (n2 - n1) + on * self.go_on[n2] * (n - n2)
        n2 = n2[least < below]
        tail = on * self.go_on[n2].min() * self.null.tail[n, needed] if len(n2) else np.ones(1)
        needed = needed[tail <= goal.alpha + TIE] if len(n2) else needed[:0]
        if not len(needed):
            return None
        h0, h1 = (self._reached(table, n1, r1, n2) for table in (self.null, self.alternative))
        x2 = np.arange(int(h0.shape[1]))
        still = np.clip(needed[:, None, None] - x2, 0, None)
        end = (n - n2)[None, :, None]
        kept1 = (h1 * self.alternative.tail[end, still])[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
        r2 = np.count_nonzero(kept1 >= 1 - goal.beta - TIE, axis=2) - 2
        going = np.append(h0[:, ::-1].cumsum(axis=1)[:, ::-1], np.zeros((len(n2), 1)), axis=1)
        on2 = np.take_along_axis(going[None], np.maximum(r2 + 1, 0)[:, :, None], axis=2)[:, :, 0]
        expected = n1 + on * (n2 - n1) + on2 * (n - n2)
        possible = np.flatnonzero((r2 >= r1) & (expected < below))
        order = possible[np.argsort(expected.ravel()[possible], kind="stable")]
        for start in range(0, len(order), _AT_ONCE):
            some = order[start : start + _AT_ONCE]
            a, k = np.divmod(some, len(n2))
            rest = self.null.tail[(n - n2[k])[:, None], still[a, 0]]
            alpha = (h0[k] * rest * (x2 > r2[a, k][:, None])).sum(axis=1)
            for i in np.flatnonzero(alpha <= goal.alpha + TIE):
                row, col = int(a[i]), int(k[i])
                stops = (r1, int(r2[row, col]), int(needed[row]) - 1)
                return _Numbers((n1, int(n2[col]), n), stops, float(expected[row, col]))
        return None

    def _reached(self, table: Binomials, n1: int, r1: int, n2: Ints) -> Floats:
        """Probability of going on after the first stage and of each result at the second look."""
        last = int(n2[-1])
        first = np.zeros(last + 1)
        first[r1 + 1 : n1 + 1] = table.pmf[n1, r1 + 1 : n1 + 1]
        steps = (table.pmf[m - n1, : m - n1 + 1] for m in n2)
        return np.stack([np.convolve(first, step)[: last + 1] for step in steps])
