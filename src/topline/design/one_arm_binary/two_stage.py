"""A design of two stages as a value, with its exact errors."""

from dataclasses import dataclass

import numpy as np

from topline.design.goal import Goal, refuse, require_count
from topline.design.one_arm_binary.binomial import TIE, compute_binomials
from topline.design.one_arm_binary.boundaries import Boundaries, Operating, compute_operating


@dataclass(frozen=True, slots=True)
class TwoStage:
    """Stop after `n1` subjects with `r1` responders or fewer; success with `needed` of `n`."""

    goal: Goal
    n1: int
    r1: int
    """Largest number of responders that ends the trial without success after the first stage."""
    n: int
    needed: int
    """Responders of all n that make success."""
    enough: int | None
    """Responders of the first stage that are success at once; None where none are."""
    null: Operating
    alternative: Operating

    @property
    def boundaries(self) -> Boundaries:
        """Its two looks."""
        return two_looks(self.n1, self.r1, self.n, self.needed, self.enough)

    @property
    def alpha(self) -> float:
        """Probability of success under the null, exact."""
        return self.null.success

    @property
    def power(self) -> float:
        """Probability of success under the alternative, exact."""
        return self.alternative.success

    @property
    def meets_goal(self) -> bool:
        """Whether alpha and power are kept."""
        goal = self.goal
        return self.alpha <= goal.alpha + TIE and self.power >= 1 - goal.beta - TIE


def two_looks(n1: int, r1: int, n: int, needed: int, enough: int | None = None) -> Boundaries:
    """Return the boundaries of two stages.

    Examples
    --------
    >>> two_looks(10, 1, 29, 6)
    Boundaries(looks=(10, 29), futility=(1, 5), success=(11, 6))
    """
    return Boundaries((n1, n), (r1, needed - 1), (n1 + 1 if enough is None else enough, needed))


def two_stage_of(  # noqa: PLR0913, PLR0917 - the numbers of the design
    goal: Goal, n1: int, r1: int, n: int, needed: int, enough: int | None = None
) -> TwoStage:
    """Return a design of given numbers with its exact errors, whether or not it meets the goal.

    Parameters
    ----------
    goal
        Rates and errors.
    n1, r1
        Subjects of the first stage, and responders that end the trial there.
    n, needed
        Subjects of both stages, and responders that make success.
    enough
        Responders of the first stage that are success at once.

    Raises
    ------
    UsageError
        The numbers are no design of two stages.

    Examples
    --------
    >>> design = two_stage_of(Goal(0.1, 0.3, 0.05, 0.8), n1=10, r1=1, n=29, needed=6)
    >>> round(design.alpha, 4), round(design.power, 4), round(design.null.expected, 1)
    (0.0471, 0.8051, 15.0)
    """
    require_count("the first stage", n1, 1)
    if n <= n1:
        refuse(
            f"{n} subjects in all and {n1} in the first stage; the second stage needs at least one"
        )
    look = two_looks(n1, r1, n, needed, enough)
    null, alternative = (compute_operating(look, p) for p in (goal.null, goal.alternative))
    return TwoStage(goal, n1, r1, n, needed, enough, null, alternative)


def attained_two_stage(design: TwoStage, n1: int, n: int) -> TwoStage | None:
    """Re-derive the boundaries for the numbers of subjects that were evaluated.

    The first stage ends the trial at the largest number of responders that is no likelier under
    the alternative than planned; at the end, success needs the smallest number that keeps alpha.

    Parameters
    ----------
    design
        As planned, without stopping for success.
    n1, n
        Subjects evaluated in the first stage, and in both.

    Returns
    -------
    TwoStage or None
        None where no number of responders would be success.

    Examples
    --------
    >>> planned = two_stage_of(Goal(0.1, 0.3, 0.05, 0.8), n1=10, r1=1, n=29, needed=6)
    >>> attained = attained_two_stage(planned, 9, 27)
    >>> attained.r1, attained.needed
    (0, 6)
    """
    if design.enough is not None:
        refuse("boundaries are re-derived only for designs without stopping for success")
    r1 = attained_r1(design, n1)
    if n == n1:
        return None
    goal = design.goal
    table = compute_binomials(max(n1, n - n1), goal.null)
    x1 = np.arange(r1 + 1, n1 + 1)
    for needed in range(max(r1 + 1, 1), n + 1):
        rest = table.tail[n - n1, np.clip(needed - x1, 0, n - n1 + 1)]
        if float(table.pmf[n1, x1] @ rest) <= goal.alpha + TIE:
            return two_stage_of(goal, n1, r1, n, needed)
    return None


def attained_r1(design: TwoStage, n1: int) -> int:
    """Largest number of responders that ends the trial after a first stage of another size."""
    planned = design.alternative.stop_futility[0]
    tail = compute_binomials(n1, design.goal.alternative).tail[n1]
    return int(np.count_nonzero(1 - tail[: n1 + 2] <= planned + TIE)) - 2
