r"""Predictive probability: go on while success at the end is likely enough, given what is known.

With a prior Beta(a, b), the trial is a success when $P(p > p_0)$ reaches $\theta_T$ after all $N$
subjects. After $n$ of them with $x$ responders, the predictive probability adds up the
beta-binomial probabilities of the results still to come that would be a success; below $\theta_L$
the trial ends without success. $\theta_T$ acts through the number of responders needed
alone, so the search goes through those numbers; for each, alpha and power fall with $\theta_L$, and
the largest $\theta_L$ that keeps the power has the smallest expected number of subjects.

References
----------
.. [1] Lee JJ, Liu DD (2008). A predictive probability design for phase II cancer clinical trials.
   Clinical Trials 5(2): 93-106.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from topline.design.goal import Goal, refuse, require_count, require_positive
from topline.design.one_arm_binary.binomial import TIE, Floats
from topline.design.one_arm_binary.boundaries import Boundaries, Operating, compute_operating

MOST_PREDICTIVE: Final = 200
"""Largest number of subjects of a predictive probability design that is sought."""


@dataclass(frozen=True, slots=True)
class Prior:
    """Beta distribution of the response rate before the trial."""

    a: float
    """Responders that the prior is worth."""
    b: float
    """Non-responders that the prior is worth."""

    def __post_init__(self) -> None:
        """Refuse what is no distribution."""
        require_positive("the prior's a", self.a, "0.2")
        require_positive("the prior's b", self.b, "0.8")


@dataclass(frozen=True, slots=True)
class Predictive:
    """A design of predictive probability with its exact errors."""

    goal: Goal
    prior: Prior
    boundaries: Boundaries
    theta_low: float
    """Predictive probability below which the trial ends without success."""
    theta_target: tuple[float, float]
    """Any posterior probability above the first and up to the second asks for the same result."""
    null: Operating
    alternative: Operating


def compute_posterior(x: int, n: int, rate: float, prior: Prior) -> float:
    """Compute the posterior probability that the response rate is above a rate.

    Examples
    --------
    >>> round(compute_posterior(16, 23, 0.6, Prior(0.6, 0.4)), 4)
    0.836
    """
    return float(special.betaincc(prior.a + x, prior.b + n - x, rate))


def compute_predictive(n_max: int, needed: int, prior: Prior) -> Floats:
    """Compute the predictive probability of success for each number evaluated and of responders.

    Parameters
    ----------
    n_max
        Subjects at the end.
    needed
        Responders needed then.
    prior
        Of the response rate.

    Returns
    -------
    Floats
        Shape (n_max + 1, n_max + 2). Row n and column x; columns beyond n are 0.

    Examples
    --------
    >>> needed = responders_for(40, 0.6, 0.9, Prior(0.6, 0.4))
    >>> needed, round(float(compute_predictive(40, needed, Prior(0.6, 0.4))[23, 16]), 4)
    (28, 0.5656)
    """
    result = np.zeros((n_max + 1, n_max + 2))
    result[n_max, needed : n_max + 1] = 1
    for n in range(n_max - 1, -1, -1):
        chance = (prior.a + np.arange(n + 1)) / (prior.a + prior.b + n)
        after = result[n + 1]
        result[n, : n + 1] = chance * after[1 : n + 2] + (1 - chance) * after[: n + 1]
    return result


def responders_for(n: int, null: float, theta: float, prior: Prior) -> int:
    """Smallest number of responders whose posterior probability reaches a target; n + 1 if none."""
    x = np.arange(n + 1)
    posterior = special.betaincc(prior.a + x, prior.b + n - x, null)
    return int(np.count_nonzero(posterior < theta))


def predictive_boundaries(
    n_max: int, needed: int, prior: Prior, theta_low: float, looks: Sequence[int]
) -> Boundaries:
    """Return when to stop without success.

    Parameters
    ----------
    n_max, needed
        Subjects at the end and responders needed then.
    prior
        Of the response rate.
    theta_low
        Stop below this predictive probability.
    looks
        Subjects at each look; the last is `n_max`.

    Examples
    --------
    >>> looks = range(10, 37)
    >>> found = predictive_boundaries(36, 11, Prior(0.2, 0.8), 0.001, looks)
    >>> [n for n, a, b in zip(found.looks, found.futility, (-1, *found.futility)) if a > b]
    [10, 17, 21, 24, 27, 29, 31, 33, 34, 35, 36]
    """
    hope = compute_predictive(n_max, needed, prior)
    low = [int(np.count_nonzero(hope[n, : n + 1] < theta_low)) - 1 for n in looks[:-1]]
    return Boundaries(tuple(looks), (*low, needed - 1), (*(n + 1 for n in looks[:-1]), needed))


def find_predictive(
    goal: Goal, prior: Prior, *, first_look: int = 10, every: int = 1, n_max: int = 100
) -> Predictive:
    """Find the design of fewest subjects, and among those of the smallest expected number.

    Parameters
    ----------
    goal
        Rates and errors.
    prior
        Of the response rate; Lee and Liu take a prior worth one subject with the null as mean.
    first_look
        Subjects evaluated before the first look.
    every
        Further subjects from look to look.
    n_max
        Largest number of subjects, at most 200.

    Raises
    ------
    UsageError
        No design of at most `n_max` subjects keeps alpha and power.

    Examples
    --------
    >>> found = find_predictive(Goal(0.2, 0.4, 0.1, 0.9), Prior(0.2, 0.8))
    >>> found.boundaries.n, found.boundaries.needed
    (36, 11)
    """
    require_count("the largest number of subjects", n_max, 2, MOST_PREDICTIVE)
    require_count("the first look", first_look, 1)
    require_count("the number of subjects between looks", every, 1)
    for n in range(2, n_max + 1):
        looks = [*range(first_look, n, every), n]
        found = [d for d in (_largest_theta(goal, prior, a, looks) for a in _needed(goal, n)) if d]
        if found:
            return min(found, key=lambda design: design.null.expected)
    return refuse(
        f"no predictive probability design of at most {n_max} subjects tells {goal.words}; "
        f"allow more subjects (at most {MOST_PREDICTIVE}) or a lower power"
    )


def predictive_of(
    goal: Goal, prior: Prior, needed: int, theta_low: float, looks: Sequence[int]
) -> Predictive:
    """Return the design of given numbers with its exact errors."""
    n = looks[-1]
    look = predictive_boundaries(n, needed, prior, theta_low, looks)
    return Predictive(
        goal, prior, look, theta_low,
        (compute_posterior(needed - 1, n, goal.null, prior),
         compute_posterior(needed, n, goal.null, prior)),
        compute_operating(look, goal.null), compute_operating(look, goal.alternative),
    )  # fmt: skip


def _needed(goal: Goal, n: int) -> list[int]:
    """Responders needed with which power can be kept."""
    x = np.arange(1, n + 1)
    power = special.betainc(x, n - x + 1, goal.alternative)
    return x[power >= 1 - goal.beta - TIE].tolist()


def _largest_theta(
    goal: Goal, prior: Prior, needed: int, looks: Sequence[int]
) -> Predictive | None:
    """Return the design with the largest theta that keeps the power, if it keeps alpha."""
    n = looks[-1]
    hope = compute_predictive(n, needed, prior)
    at = np.unique(np.concatenate([hope[m, : m + 1] for m in looks[:-1]] + [np.zeros(1)]))
    at = at[at < 1]
    low, high = 0, len(at)
    while low + 1 < high:
        middle = (low + high) // 2
        look = predictive_boundaries(n, needed, prior, float(at[middle]), looks)
        kept = compute_operating(look, goal.alternative).success >= 1 - goal.beta - TIE
        low, high = (middle, high) if kept else (low, middle)
    design = predictive_of(goal, prior, needed, float(at[low]), looks)
    return design if design.null.success <= goal.alpha + TIE else None
