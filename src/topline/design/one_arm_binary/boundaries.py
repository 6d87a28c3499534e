"""Looks at the number of responders, and what they lead to at any true rate.

Every design of this folder is such a value: at each look stop without success at `futility`
responders or fewer, with success at `success` or more, and go on between. At the last look nothing
lies between. Probabilities are sums over all ways to get there; nothing is simulated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from topline.design.goal import refuse
from topline.design.one_arm_binary.binomial import Floats, compute_binomials


@dataclass(frozen=True, slots=True)
class Boundaries:
    """When to stop, and for what."""

    looks: tuple[int, ...]
    """Subjects evaluated at each look, rising."""
    futility: tuple[int, ...]
    """Stop without success at this many responders or fewer; -1 where that is never done."""
    success: tuple[int, ...]
    """Stop with success at this many or more; the look's subjects plus 1 where never."""

    def __post_init__(self) -> None:
        """Refuse boundaries that do not decide."""
        if not len(self.looks) == len(self.futility) == len(self.success) > 0:
            refuse("each look needs a number of subjects and two boundaries")
        if self.looks[0] < 1 or any(
            b <= a for a, b in zip(self.looks, self.looks[1:], strict=False)
        ):
            refuse(f"looks at {list(self.looks)} subjects; take rising numbers from 1 on")
        for n, low, high in zip(self.looks, self.futility, self.success, strict=True):
            if not -1 <= low < high <= n + 1:
                refuse(
                    f"after {n} subjects: no success at {low} or fewer and success at {high} or "
                    f"more; take -1 to {n}, and a larger number up to {n + 1}"
                )
        if self.success[-1] != self.futility[-1] + 1:
            refuse("the last look must decide: success at one more than no success")

    @property
    def n(self) -> int:
        """Largest number of subjects evaluated."""
        return self.looks[-1]

    @property
    def needed(self) -> int:
        """Responders needed at the last look."""
        return self.success[-1]


@dataclass(frozen=True, slots=True)
class Operating:
    """What a design does at one true rate."""

    rate: float
    success: float
    """Probability of success."""
    stop_futility: tuple[float, ...]
    """Probability of ending without success at each look."""
    stop_success: tuple[float, ...]
    """Probability of ending with success at each look."""
    expected: float
    """Expected number of subjects evaluated."""

    @property
    def early(self) -> float:
        """Probability of ending before the last look."""
        return sum(self.stop_futility[:-1]) + sum(self.stop_success[:-1])


def compute_operating(boundaries: Boundaries, rate: float) -> Operating:
    """Compute what a design does at a true rate.

    Parameters
    ----------
    boundaries
        Looks and what they lead to.
    rate
        True response rate, from 0 to 1.

    Examples
    --------
    >>> found = compute_operating(Boundaries((10, 29), (1, 5), (11, 6)), 0.1)
    >>> round(found.success, 4), round(found.early, 2), round(found.expected, 1)
    (0.0471, 0.74, 15.0)
    """
    if not 0 <= rate <= 1:
        refuse(f"a true rate of {rate:g} is no share; take 0 to 1")
    steps = np.diff((0, *boundaries.looks))
    pmf = compute_binomials(int(steps.max()), rate).pmf
    alive = np.ones(1)
    low: list[float] = []
    high: list[float] = []
    for step, futility, success in zip(
        steps.tolist(), boundaries.futility, boundaries.success, strict=True
    ):
        alive = np.convolve(alive, pmf[step, : step + 1])
        low.append(float(alive[: futility + 1].sum()))
        high.append(float(alive[success:].sum()))
        alive[: futility + 1] = 0
        alive[success:] = 0
    ended = [a + b for a, b in zip(low, high, strict=True)]
    expected = float(np.dot(ended, boundaries.looks))
    return Operating(rate, sum(high), tuple(low), tuple(high), expected)


def compute_curve(boundaries: Boundaries, rates: Sequence[float] | Floats) -> list[Operating]:
    """Compute what a design does at each of several true rates."""
    return [compute_operating(boundaries, float(rate)) for rate in rates]


def one_look(n: int, needed: int) -> Boundaries:
    """Return the boundaries of a single stage.

    Examples
    --------
    >>> one_look(35, 13)
    Boundaries(looks=(35,), futility=(12,), success=(13,))
    """
    return Boundaries((n,), (needed - 1,), (needed,))
