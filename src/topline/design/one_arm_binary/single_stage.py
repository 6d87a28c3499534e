r"""Single stage: $n$ subjects, success with at least $a$ responders.

Exact (A'Hern): the smallest $n$ with an $a$ such that $P(X \ge a; p_0) \le \alpha$ and
$P(X \ge a; p_1) \ge 1 - \beta$. Both inequalities are not strict. Power falls now and then as $n$
grows, so a larger $n$ may miss the goal again; `all_single_stages` lists every $n$ that meets it.

References
----------
.. [1] A'Hern RP (2001). Sample size tables for exact single-stage phase II designs. Statistics in
   Medicine 20(6): 859-866.
"""

from dataclasses import dataclass

import numpy as np

from topline.design.goal import Goal, refuse, require_count
from topline.design.one_arm_binary.binomial import TIE, compute_binomials
from topline.design.one_arm_binary.boundaries import Boundaries, compute_operating, one_look

LARGEST = 2000
"""Subjects beyond which no exact design of one arm is sought."""


@dataclass(frozen=True, slots=True)
class SingleStage:
    """A design of one stage."""

    goal: Goal
    n: int
    needed: int
    """Responders that make success."""
    alpha: float
    """Exact."""
    power: float
    """Exact."""

    @property
    def boundaries(self) -> Boundaries:
        """Its one look."""
        return one_look(self.n, self.needed)


def find_single_stage(goal: Goal, n_max: int = LARGEST) -> SingleStage:
    """Find the smallest exact design.

    Parameters
    ----------
    goal
        Rates and errors.
    n_max
        Largest number of subjects that may be evaluated.

    Raises
    ------
    UsageError
        No n up to `n_max` does; the message says which would.

    Examples
    --------
    >>> found = find_single_stage(Goal(0.25, 0.5, 0.1, 0.9))
    >>> found.n, found.needed
    (26, 10)
    """
    require_count("the largest number of subjects", n_max, 1, LARGEST)
    found = _fewest(goal, n_max)
    if found is None:
        refuse(_too_few(goal, n_max))
    return found


def all_single_stages(goal: Goal, n_max: int) -> list[SingleStage]:
    """List every n up to a size that meets the goal; the gaps are where power falls back.

    Examples
    --------
    >>> [each.n for each in all_single_stages(Goal(0.25, 0.5, 0.1, 0.9), 31)]
    [26, 28, 29, 31]
    """
    require_count("the largest number of subjects", n_max, 1, LARGEST)
    return _designs(goal, n_max)


def responders_needed(n: int, null: float, alpha: float) -> int | None:
    """Smallest number of responders whose probability under the null does not exceed alpha.

    None where not even n of n would do.

    Examples
    --------
    >>> responders_needed(35, 0.25, 0.1), responders_needed(1, 0.25, 0.1)
    (13, None)
    """
    tail = compute_binomials(n, null).tail[n]
    needed = int(np.count_nonzero(tail > alpha + TIE))
    return needed if needed <= n else None


def single_stage_of(goal: Goal, n: int, needed: int | None = None) -> SingleStage:
    """Return the design of a given size, with its exact errors, whether or not it meets the goal.

    Parameters
    ----------
    goal
        Rates and errors.
    n
        Subjects evaluated.
    needed
        Responders that make success; the smallest number that keeps alpha unless given.

    Examples
    --------
    >>> found = single_stage_of(Goal(0.25, 0.5, 0.1, 0.9), 35)
    >>> found.needed, round(found.alpha, 4), round(found.power, 3)
    (13, 0.0756, 0.955)
    """
    require_count("the number of subjects", n, 1, LARGEST)
    if needed is None:
        needed = responders_needed(n, goal.null, goal.alpha)
        if needed is None:
            least = next(
                k for k in range(n, LARGEST) if responders_needed(k, goal.null, goal.alpha)
            )
            refuse(
                f"with n = {n} even {n} responders have a probability above alpha under the null; "
                f"at least {least} subjects are needed for any decision"
            )
    require_count("the number of responders needed", needed, 1, n)
    look = one_look(n, needed)
    null, alternative = (compute_operating(look, p) for p in (goal.null, goal.alternative))
    return SingleStage(goal, n, needed, null.success, alternative.success)


def _fewest(goal: Goal, n_max: int) -> SingleStage | None:
    size = min(n_max, 64)
    while True:
        designs = _designs(goal, size)
        if designs or size == n_max:
            return designs[0] if designs else None
        size = min(n_max, 2 * size)


def _designs(goal: Goal, size: int) -> list[SingleStage]:
    null, alternative = (compute_binomials(size, p) for p in (goal.null, goal.alternative))
    n = np.arange(size + 1)
    needed = np.count_nonzero(null.tail > goal.alpha + TIE, axis=1)
    kept = alternative.tail[n, needed] >= 1 - goal.beta - TIE
    return [
        SingleStage(
            goal, i, int(needed[i]), float(null.tail[i, needed[i]]),
            float(alternative.tail[i, needed[i]]),
        )
        for i in np.flatnonzero(kept & (n > 0)).tolist()
    ]  # fmt: skip


def _too_few(goal: Goal, n_max: int) -> str:
    start = f"a single stage of at most {n_max} subjects cannot tell {goal.words}"
    null, alternative = (compute_binomials(n_max, p) for p in (goal.null, goal.alternative))
    needed = np.count_nonzero(null.tail > goal.alpha + TIE, axis=1)
    most = float(alternative.tail[np.arange(n_max + 1), needed].max())
    reached = f"the largest power with that alpha is {most:.3f}"
    if n_max == LARGEST:
        return f"{start}; {reached}, and larger trials are not sought"
    enough = _fewest(goal, LARGEST)
    more = "" if enough is None else f", and {enough.n} subjects are the fewest"
    return f"{start}; {reached}{more}"
