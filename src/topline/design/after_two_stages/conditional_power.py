"""Probability of success of a trial that is under way, at several rates of those to come."""

from dataclasses import dataclass

from topline.design.goal import Goal, refuse, require_count
from topline.design.one_arm_binary.boundaries import Boundaries
from topline.design.one_arm_binary.conditional import compute_conditional_success


@dataclass(frozen=True, slots=True)
class ConditionalPower:
    """Probability of success given the responders so far."""

    n: int
    responders: int
    null: float
    """If the null rate is true of those to come."""
    alternative: float
    """If the alternative is."""
    observed: float
    """If the rate seen so far is."""


def compute_conditional_power(
    boundaries: Boundaries, goal: Goal, n: int, responders: int
) -> ConditionalPower:
    """Compute the probability of success from here.

    Parameters
    ----------
    boundaries, goal
        Of the design.
    n, responders
        Subjects evaluated so far and responders among them.

    Raises
    ------
    UsageError
        The counts cannot be, or the trial is over.

    Examples
    --------
    >>> from topline.design.one_arm_binary.boundaries import one_look
    >>> goal = Goal(0.25, 0.5, 0.1, 0.9)
    >>> found = compute_conditional_power(one_look(35, 13), goal, 20, 9)
    >>> round(found.null, 3), round(found.alternative, 3), round(found.observed, 3)
    (0.539, 0.982, 0.958)
    """
    require_count("the number evaluated", n, 1, boundaries.n)
    require_count("the number of responders", responders, 0, n)
    for k, look in enumerate(boundaries.looks):
        ended = responders <= boundaries.futility[k] or responders >= boundaries.success[k]
        if look == n and ended:
            won = responders >= boundaries.success[k]
            refuse(
                f"with {responders} of {n} the trial is over, {'with' if won else 'without'} "
                "success; nothing is left to chance"
            )
    rates = (goal.null, goal.alternative, responders / n)
    found = (compute_conditional_success(boundaries, p)[n, responders] for p in rates)
    return ConditionalPower(n, responders, *map(float, found))
