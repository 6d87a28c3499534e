"""Two stages when some subjects are never evaluated; see `dropout.py` for the ways to take it."""

from dataclasses import dataclass
from itertools import product

from topline.design.goal import refuse
from topline.design.one_arm_binary.binomial import compute_binomials
from topline.design.one_arm_binary.dropout import DropOut
from topline.design.one_arm_binary.two_stage import TwoStage, attained_two_stage

_NEGLIGIBLE = 1e-10


@dataclass(frozen=True, slots=True)
class WithExcluded:
    """Errors over all numbers of subjects that may be evaluated."""

    alpha: float
    power: float


def compute_two_stage_excluded(
    design: TwoStage, enrol1: int, enrol: int, dropout: float
) -> WithExcluded:
    """Compute alpha and power when only those evaluated count and boundaries are re-derived.

    Parameters
    ----------
    design
        As planned, without stopping for success.
    enrol1, enrol
        Subjects enrolled in the first stage, and in both.
    dropout
        Share without an evaluation, unrelated to response.

    Returns
    -------
    WithExcluded
        Sums over the numbers evaluated; those of a probability below 1e-10 are left out.

    Examples
    --------
    >>> from topline.design.goal import Goal
    >>> from topline.design.one_arm_binary.two_stage import two_stage_of
    >>> design = two_stage_of(Goal(0.1, 0.3, 0.05, 0.8), n1=10, r1=1, n=29, needed=6)
    >>> found = compute_two_stage_excluded(design, 12, 33, 0.1)
    >>> found.alpha < 0.05
    True
    """
    if not 1 <= enrol1 < enrol:
        refuse(f"{enrol1} of {enrol} enrolled in the first stage; take fewer than all")
    share = 1 - DropOut(dropout).share
    first = compute_binomials(enrol1, share).pmf[enrol1]
    second = compute_binomials(enrol - enrol1, share).pmf[enrol - enrol1]
    alpha = power = 0.0
    pairs = product(range(1, enrol1 + 1), range(enrol - enrol1 + 1))
    for m1, m2 in pairs:
        weight = float(first[m1] * second[m2])
        attained = attained_two_stage(design, m1, m1 + m2) if weight > _NEGLIGIBLE else None
        if attained is not None:
            alpha += weight * attained.alpha
            power += weight * attained.power
    return WithExcluded(alpha, power)
