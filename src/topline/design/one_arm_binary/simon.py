r"""Simon's two stages: the trial may end after the first stage without success.

Among all $n_1, r_1, r, n$ with $P(X > r, X_1 > r_1; p_0) \le \alpha$ and
$P(X > r, X_1 > r_1; p_1) \ge 1 - \beta$ (neither strict), *minimax* has the smallest $n$ and among
those the smallest expected number of subjects under the null; *optimal* has the smallest expected
number. A design is *admissible* where a weight $q$ makes $q n + (1 - q) E(N; p_0)$ smallest.
Responders needed are $r + 1$.

References
----------
.. [1] Simon R (1989). Optimal two-stage designs for phase II clinical trials. Controlled Clinical
   Trials 10(1): 1-10.
.. [2] Jung SH, Lee T, Kim K, George SL (2004). Admissible two-stage designs for phase II cancer
   clinical trials. Statistics in Medicine 23(4): 561-569.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from topline.design.goal import Goal, refuse, require_count
from topline.design.one_arm_binary.simon_search import Found, search_two_stages
from topline.design.one_arm_binary.two_stage import TwoStage, two_stage_of

MOST_TWO_STAGE: Final = 1000
"""Largest number of subjects of a two-stage design that is sought."""


@dataclass(frozen=True, slots=True)
class Admissible:
    """A design and the weights of n for which it is the best."""

    design: TwoStage
    weight_from: float
    weight_to: float


@dataclass(frozen=True, slots=True)
class SimonDesigns:
    """The designs to choose from."""

    goal: Goal
    n_max: int
    admissible: tuple[Admissible, ...]
    """From minimax to optimal."""

    @property
    def minimax(self) -> TwoStage:
        """Smallest n."""
        return self.admissible[0].design

    @property
    def optimal(self) -> TwoStage:
        """Smallest expected number of subjects under the null."""
        return self.admissible[-1].design


def find_simon(goal: Goal, n_max: int = 100) -> SimonDesigns:
    """Find the minimax, the optimal and the other admissible designs.

    Parameters
    ----------
    goal
        Rates and errors.
    n_max
        Largest number of subjects, at most 1,000. The search is complete up to it.

    Raises
    ------
    UsageError
        No design of at most `n_max` subjects keeps alpha and power.

    Examples
    --------
    >>> found = find_simon(Goal(0.1, 0.3, 0.05, 0.8))
    >>> best = found.optimal
    >>> best.r1, best.n1, best.needed - 1, best.n, round(best.null.expected, 1)
    (1, 10, 5, 29, 15.0)
    """
    require_count("the largest number of subjects", n_max, 2, MOST_TWO_STAGE)
    found = search_two_stages(goal, n_max)
    if not found:
        refuse(_too_few(goal, n_max))
    hull = lower_hull([(each.n, each.expected) for each in found])
    return SimonDesigns(goal, n_max, _weighted([found[i] for i in hull], goal))


def lower_hull(points: Sequence[tuple[float, float]]) -> list[int]:
    """Places of the points that some weighted sum of both coordinates makes smallest.

    Parameters
    ----------
    points
        With rising first and falling second coordinate.

    Examples
    --------
    >>> lower_hull([(32, 26.4), (33, 24.7), (34, 24.5), (35, 23.7), (37, 23.5)])
    [0, 1, 3, 4]
    """
    kept: list[int] = []
    for i, (x, y) in enumerate(points):
        while len(kept) > 1:
            (x0, y0), (x1, y1) = points[kept[-2]], points[kept[-1]]
            if (y1 - y0) * (x - x1) < (y - y1) * (x1 - x0):
                break
            kept.pop()
        kept.append(i)
    return kept


def _weighted(found: Sequence[Found], goal: Goal) -> tuple[Admissible, ...]:
    """Give each design the range of weights for which it is the best."""
    at = [1.0]
    for small, large in pairwise(found):
        gain = small.expected - large.expected
        at.append(gain / (gain + large.n - small.n))
    at.append(0.0)
    return tuple(
        Admissible(two_stage_of(goal, f.n1, f.r1, f.n, f.needed), low, high)
        for f, high, low in zip(found, at, at[1:], strict=False)
    )


def _too_few(goal: Goal, n_max: int) -> str:
    start = f"no two stages of at most {n_max} subjects tell {goal.words}"
    size = n_max
    while size < MOST_TWO_STAGE:
        size = min(MOST_TWO_STAGE, 2 * size)
        found = search_two_stages(goal, size)
        if found:
            return f"{start}; {found[0].n} are the fewest that do"
    return f"{start}, nor of at most {MOST_TWO_STAGE}; take rates further apart or a lower power"
