r"""Search for two-stage designs, complete over every $n_1, r_1, r, n$ up to a size.

With $n_1$ of $n$ subjects in the first stage, at most $r_1$ responders stopping there and at least
$a = r + 1$ of $n$ needed, write $L_p(r_1) = P_p(X_1 \le r_1, X \ge a)$. Power is
$P_1(X \ge a) - L_1(r_1)$ and falls with $r_1$; so does alpha, and so does the expected size under
the null, $n_1 + P_0(X_1 > r_1)(n - n_1)$. For each $(n, a, n_1)$ only the largest $r_1$ that keeps
the power can therefore be the best, and where its alpha is too large every other's is. Three bounds
leave little to compute:

- For an $a$ below the one-stage boundary $a_0(n)$, stopping must take $P_0(X \ge a) - \alpha$ away
  from alpha, and by the likelihood ratio at least that times $P_1(X = a) / P_0(X = a)$ away from
  power (Neyman and Pearson). Of the $a$ from $a_0$ on, only $a_0$ can be the best.
- $P_1(X_1 \le r_1) \le \beta$ bounds $r_1$ for each $n_1$, hence the expected size from below.
- That bound rises with $n$: once it reaches the best found, no larger $n$ can be better.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, inf, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np

from topline.design.goal import Goal
from topline.design.one_arm_binary.binomial import TIE, Binomials, Floats, Ints, compute_binomials

_TERMS: Final = 6


@dataclass(frozen=True, slots=True)
class Found:
    """A design of two stages that keeps alpha and power."""

    n1: int
    r1: int
    n: int
    needed: int
    expected: float
    """Expected number of subjects under the null."""


def search_two_stages(goal: Goal, n_max: int) -> list[Found]:
    """Find, by rising n, each design whose expected size is below that of all smaller n.

    Parameters
    ----------
    goal
        Rates and errors.
    n_max
        Largest number of subjects.

    Returns
    -------
    list of Found
        The first is minimax, the last optimal, the admissible ones are among them; empty where no
        design of at most `n_max` subjects keeps alpha and power.
    """
    size = min(n_max, _first_guess(goal))
    while True:
        search = _Search.of(goal, size)
        found = list(search.records())
        least = found[-1].expected if found else inf
        if size == n_max or search.bound(size + 1) >= least:
            return found
        size = min(n_max, 2 * size)


def _first_guess(goal: Goal) -> int:
    """Subjects that a normal approximation would ask for, and half as many again."""
    normal = NormalDist()
    p0, p1 = goal.null, goal.alternative
    z0, z1 = normal.inv_cdf(1 - goal.alpha), normal.inv_cdf(goal.power)
    root = max(0.0, z0 * sqrt(p0 * (1 - p0)) + z1 * sqrt(p1 * (1 - p1)))
    return ceil(1.5 * (root / (p1 - p0)) ** 2) + 12


@dataclass(frozen=True, slots=True)
class _Search:
    """Tables of one search; `band` are the first-stage results that power can lose, by n1."""

    goal: Goal
    null: Binomials
    alternative: Binomials
    r1_most: Ints
    """Largest r1 for each n1; -1 where none."""
    go_on: Floats
    """Least probability of a second stage under the null, for each n1."""
    band: Ints
    """Shape (size + 1, width). Responders of the first stage, rising to `r1_most`."""
    band_pmf: Floats
    """Their probabilities under the alternative; 0 below 0 responders."""
    band_on: Floats
    """Probability under the null of more responders than these."""
    last: Ints
    """Responders of the first stage above which the null has no weight left, for each n1."""
    kept: float
    """Least power, less the tie."""

    @classmethod
    def of(cls, goal: Goal, size: int) -> "_Search":
        null = compute_binomials(size, goal.null)
        alternative = compute_binomials(size, goal.alternative)
        kept = 1 - goal.beta - TIE
        rows = np.arange(size + 1)
        r1_most = np.count_nonzero(alternative.tail >= kept, axis=1) - 2
        sure = np.count_nonzero(alternative.tail >= 1 - 1e-13, axis=1) - 2
        width = max(1, int((r1_most - sure).max()))
        band = r1_most[:, None] + np.arange(1 - width, 1)
        pmf = alternative.pmf[rows[:, None], np.maximum(band, 0)]
        pmf[band < 0] = 0
        on = np.where(band < 0, np.inf, null.tail[rows[:, None], np.maximum(band + 1, 0)])
        last = np.count_nonzero(null.tail > 1e-16, axis=1)
        return cls(
            goal, null, alternative, r1_most, null.tail[rows, r1_most + 1],
            np.maximum(band, 0), pmf, on, last, kept,
        )  # fmt: skip

    def bound(self, n: int) -> float:
        """No design of n subjects has an expected size below this."""
        n1 = np.arange(1, min(n, len(self.go_on)))
        least = n1 + self.go_on[1 : len(n1) + 1] * (n - n1)
        return float(least.min()) if len(least) else inf

    def records(self) -> Iterator[Found]:
        """Yield each design that is better than all of smaller n."""
        least = inf
        single = np.count_nonzero(self.null.tail > self.goal.alpha + TIE, axis=1)
        possible = np.flatnonzero(self._most_power(single) >= self.kept)
        for n in possible[possible >= 2].tolist():
            if least < inf and self.bound(n) >= least:
                return
            best = self._best(n, int(single[n]), least)
            if best is not None:
                least = best.expected
                yield best

    def _best(self, n: int, single: int, below: float) -> Found | None:
        """Return the design of n subjects with the least expected size, if it is below a limit."""
        n1, needed = self._pairs(n, single, below)
        n1, needed = self._likely(n, n1, needed, below)
        if not len(n1):
            return None
        band = self.band.take(n1, axis=0)
        rest = _at(self.alternative.tail, (n - n1)[:, None], needed[:, None] - band)
        lost = (self.band_pmf.take(n1, axis=0) * rest).cumsum(axis=1)
        spare = self.alternative.tail[n, needed] - self.kept
        r1 = self.r1_most[n1] - band.shape[1] + np.count_nonzero(lost <= spare[:, None], axis=1)
        on = self.null.tail[n1, r1 + 1]
        expected = n1 + on * (n - n1)
        kept = on * self._least_tail(n, n1, r1, needed) <= self.goal.alpha + TIE
        better = np.flatnonzero((r1 >= 0) & (expected < below) & kept)
        order = better[np.argsort(expected[better], kind="stable")]
        for i in self._keeping_alpha(n, n1, r1, needed, order):
            least = max(int(needed[i]), int(r1[i]) + 1)
            return Found(int(n1[i]), int(r1[i]), n, least, float(expected[i]))
        return None

    def _most_power(self, single: Ints) -> Floats:
        """No test of n subjects that keeps alpha has more power: the randomised one (Neyman)."""
        n = np.arange(len(single))
        left = self.goal.alpha - self.null.tail[n, single]
        ratio = self.alternative.pmf[n, single - 1] / self.null.pmf[n, single - 1]
        return self.alternative.tail[n, single] + left * ratio

    def _pairs(self, n: int, single: int, below: float) -> tuple[Ints, Ints]:
        """Return each first stage with the responders needed that can go with it."""
        n1 = np.arange(1, n)
        least = n1 + self.go_on[1:n] * (n - n1)
        n1 = n1[(least < below) & (self.r1_most[1:n] >= 0)]
        needed = np.arange(1, single + 1)
        needed = needed[self.alternative.tail[n, 1 : single + 1] >= self.kept]
        if not len(n1) or not len(needed):
            return n1[:0], n1[:0]
        on = self.go_on[n1]
        needed = needed[on.min() * self.null.tail[n, needed] <= self.goal.alpha + TIE]
        tail = self._least_tail(n, n1, self.r1_most[n1], needed[:, None])
        possible = (on * tail <= self.goal.alpha + TIE) | (needed == single)[:, None]
        row, column = np.nonzero(possible)
        return n1[column], needed[row]

    def _likely(self, n: int, n1: Ints, needed: Ints, below: float) -> tuple[Ints, Ints]:
        """Leave out pairs whose power is gone at the least r1 that expected size and alpha allow.

        Only the last results of the first stage are added up.
        """
        most = np.minimum(
            (below - n1) / (n - n1), (self.goal.alpha + TIE) / self.null.tail[n, needed]
        )
        allowed = self.band_on.take(n1, axis=0) <= most[:, None]
        some = allowed[:, -1]
        n1, needed = n1[some], needed[some]
        x1 = self.band[n1, allowed[some].argmax(axis=1)][:, None] - np.arange(_TERMS)
        there, x1 = x1 >= 0, np.maximum(x1, 0)
        rest = _at(self.alternative.tail, (n - n1)[:, None], needed[:, None] - x1)
        pmf = _at(self.alternative.pmf, n1[:, None], x1) * there
        lost = (pmf * rest).sum(axis=1)
        spare = self.alternative.tail[n, needed] - self.kept
        likely = lost <= spare
        return n1[likely], needed[likely]

    def _least_tail(self, n: int, n1: Ints, r1: Ints, needed: Ints) -> Floats:
        """Bound P0(X >= needed | X1 > r1) from below."""
        rest = _at(self.null.tail, n - n1, needed - r1 - 1)
        return np.maximum(rest, self.null.tail[n, needed])

    def _keeping_alpha(
        self, n: int, n1: Ints, r1: Ints, needed: Ints, order: Ints
    ) -> Iterator[int]:
        """Yield the places of the designs that keep alpha, in the order given."""
        most = self.goal.alpha + TIE
        last, first = self.last[n1], np.arange(1, 2 * _TERMS)
        order = order[self._alpha(n, n1[order], r1[order], needed[order], first) <= most]
        done, take = 0, 16
        while done < len(order):
            some = order[done : done + take]
            done, take = done + take, 4 * take
            width = max(1, int((last[some] - r1[some]).max()))
            alpha = self._alpha(n, n1[some], r1[some], needed[some], np.arange(1, width + 1))
            yield from some[alpha <= most].tolist()

    def _alpha(self, n: int, n1: Ints, r1: Ints, needed: Ints, beyond: Ints) -> Floats:
        """Add up alpha over the first results beyond r1."""
        x1 = np.minimum(r1[:, None] + beyond, self.null.pmf.shape[1] - 1)
        rest = _at(self.null.tail, (n - n1)[:, None], needed[:, None] - x1)
        return (_at(self.null.pmf, n1[:, None], x1) * rest).sum(axis=1)


def _at(table: Floats, n: Ints, k: Ints) -> Floats:
    """Take `table[n, max(k, 0)]`, in a third of the time."""
    place: Ints = np.maximum(k, 0) + n * table.shape[1]
    return table.ravel().take(place)
