r"""Bayesian optimal phase 2 boundaries of a binary endpoint.

With a prior worth one subject whose mean is the null, Beta($p_0$, $1 - p_0$), the trial ends
without success at $n$ of $N$ subjects when $P(p > p_0)$ is below $\lambda (n / N)^\gamma$; reaching
$\lambda$ at $N$ is success. Of a grid of $\lambda$ and $\gamma$ those are taken that keep alpha and
have the largest power, and of equal ones the smallest expected number of subjects under the null.
All numbers are exact; the published software simulates.

References
----------
.. [1] Zhou H, Lee JJ, Yuan Y (2017). BOP2: Bayesian optimal design for phase II clinical trials
   with simple and complex endpoints. Statistics in Medicine 36(21): 3302-3314.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from topline.design.goal import Goal, refuse, require_share
from topline.design.one_arm_binary.binomial import TIE, Floats
from topline.design.one_arm_binary.boundaries import Boundaries, Operating, compute_operating
from topline.design.one_arm_binary.predictive_probability import Prior


@dataclass(frozen=True, slots=True)
class BayesianOptimal:
    """Boundaries with the two numbers that make them, and their exact errors."""

    goal: Goal
    prior: Prior
    boundaries: Boundaries
    scale: float
    """Lambda."""
    shape: float
    """Gamma."""
    null: Operating
    alternative: Operating


def bop2_boundaries(
    looks: Sequence[int], null: float, scale: float, shape: float, prior: Prior | None = None
) -> Boundaries:
    """Return when to stop without success.

    Parameters
    ----------
    looks
        Subjects at each look, rising.
    null
        Rate that would yield no further interest.
    scale, shape
        Lambda, from 0 to 1, and gamma, at least 0.
    prior
        Of the response rate; worth one subject with the null as mean unless given.

    Examples
    --------
    >>> bop2_boundaries([10, 20, 40], null=0.2, scale=0.95, shape=1.0).futility
    (1, 4, 12)
    """
    require_share("lambda", scale, "0.95")
    found = _boundaries(looks, _posteriors(looks, null, prior), scale, shape)
    if found is None:
        refuse(f"lambda is {scale:g}; not even {looks[-1]} of {looks[-1]} would reach it")
    return found


def _posteriors(looks: Sequence[int], null: float, prior: Prior | None) -> list[Floats]:
    """Posterior probability of a rate above the null for each number of responders, by look."""
    prior = prior or Prior(null, 1 - null)
    found: list[Floats] = []
    for n in looks:
        x = np.arange(n + 1)
        found.append(np.asarray(special.betaincc(prior.a + x, prior.b + n - x, null), np.float64))
    return found


def _boundaries(
    looks: Sequence[int], posteriors: Sequence[Floats], scale: float, shape: float
) -> Boundaries | None:
    last = looks[-1]
    low = [
        int(np.searchsorted(posterior, scale * float((n / last) ** shape))) - 1
        for n, posterior in zip(looks, posteriors, strict=True)
    ]
    if low[-1] >= last:
        return None
    return Boundaries(tuple(looks), tuple(low), (*(n + 1 for n in looks[:-1]), low[-1] + 1))


def find_bop2(
    goal: Goal, looks: Sequence[int], prior: Prior | None = None, step: float = 0.01
) -> BayesianOptimal:
    """Find the boundaries of largest power that keep alpha.

    Parameters
    ----------
    goal
        Rates and errors; the power asked for is checked, not planned for.
    looks
        Subjects at each look, rising; the last is the number of subjects.
    prior
        Of the response rate.
    step
        Of the grid of lambda (0.5 to 1) and gamma (0 to 1).

    Raises
    ------
    UsageError
        No boundaries at these looks keep alpha and power.

    Examples
    --------
    >>> found = find_bop2(Goal(0.2, 0.4, 0.1, 0.8), [10, 20, 30, 40])
    >>> found.boundaries.futility, round(found.null.success, 3), round(found.alternative.success, 3)
    ((1, 3, 7, 11), 0.074, 0.886)
    """
    if not looks:
        refuse("boundaries need at least one look, such as 10,20,30,40")
    require_share("the step of the grid", step, "0.01")
    posteriors = _posteriors(looks, goal.null, prior)
    seen: dict[Boundaries, tuple[float, float]] = {}
    for scale in np.arange(0.5, 1 - step / 2, step).round(9).tolist():
        for shape in np.arange(0, 1 + step / 2, step).round(9).tolist():
            look = _boundaries(looks, posteriors, scale, shape)
            if look is not None:
                seen.setdefault(look, (scale, shape))
    kept: list[BayesianOptimal] = []
    for look, (scale, shape) in seen.items():
        null = compute_operating(look, goal.null)
        if null.success <= goal.alpha + TIE:
            alternative = compute_operating(look, goal.alternative)
            own = prior or Prior(goal.null, 1 - goal.null)
            kept.append(BayesianOptimal(goal, own, look, scale, shape, null, alternative))
    if not kept:
        refuse(f"no boundaries at {list(looks)} subjects keep an alpha of {goal.alpha:g}")
    best = max(kept, key=lambda d: (round(d.alternative.success, 12), -d.null.expected))
    if best.alternative.success < goal.power - TIE:
        refuse(
            f"looks at {list(looks)} subjects cannot tell {goal.words}; the largest power with "
            f"that alpha is {best.alternative.success:.3f}: take more subjects or a lower power"
        )
    return best
