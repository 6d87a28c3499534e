r"""Fleming's stages: boundaries by normal approximation, with the exact errors that they have.

With $N$ subjects in all, $m$ of them at a look, stop with success at
$[[m p_0 + z \sqrt{N p_0 q_0}]] + 1$ responders or more, and without at
$[[m \tilde p - z \sqrt{N \tilde p \tilde q}]]$ or fewer,
where $[[x]]$ is the nearest whole number, $z$ the normal quantile of $1 - \alpha$ and
$\tilde p = (\sqrt{N p_0} + z \sqrt{q_0})^2 / (N + z^2)$. Old protocols were planned this way; alpha
may be missed, which the exact numbers tell.

References
----------
.. [1] Fleming TR (1982). One-sample multiple testing procedure for phase II clinical trials.
   Biometrics 38(1): 143-151, section 2.
"""

from collections.abc import Sequence
from math import ceil, floor, sqrt
from statistics import NormalDist

from topline.design.goal import Goal, refuse, require_share
from topline.design.one_arm_binary.boundaries import Boundaries
from topline.design.one_arm_binary.single_stage import LARGEST, SingleStage, single_stage_of


def fleming_boundaries(looks: Sequence[int], null: float, alpha: float) -> Boundaries:
    """Return the boundaries at some looks.

    Parameters
    ----------
    looks
        Subjects evaluated at each look, rising.
    null
        Rate that would yield no further interest.
    alpha
        One-sided; met approximately.

    Examples
    --------
    >>> fleming_boundaries([15, 25], null=0.2, alpha=0.05)
    Boundaries(looks=(15, 25), futility=(3, 8), success=(7, 9))
    """
    require_share("the null rate", null, "0.2")
    require_share("alpha", alpha, "0.05")
    if not looks:
        refuse("Fleming's boundaries need at least one look, such as 25 subjects")
    z, n = NormalDist().inv_cdf(1 - alpha), looks[-1]
    spread = z * sqrt(n * null * (1 - null))
    high = [_nearest(m * null + spread) + 1 for m in looks]
    p = (sqrt(n * null) + z * sqrt(1 - null)) ** 2 / (n + z * z)
    low = [_nearest(m * p - z * sqrt(n * p * (1 - p))) for m in looks[:-1]]
    return Boundaries(
        tuple(looks),
        (*(max(-1, x) for x in low), high[-1] - 1),
        tuple(min(m + 1, x) for m, x in zip(looks, high, strict=True)),
    )


def approximate_single_stage(goal: Goal) -> SingleStage:
    """Return Fleming's single stage with the exact errors that it has; they may miss the goal.

    Examples
    --------
    >>> found = approximate_single_stage(Goal(0.25, 0.5, 0.1, 0.9))
    >>> found.n, found.needed, round(found.alpha, 3), round(found.power, 3)
    (23, 9, 0.096, 0.895)
    """
    normal = NormalDist()
    p0, p1 = goal.null, goal.alternative
    z0, z1 = normal.inv_cdf(1 - goal.alpha), normal.inv_cdf(goal.power)
    n = max(1, ceil(((z0 * sqrt(p0 * (1 - p0)) + z1 * sqrt(p1 * (1 - p1))) / (p1 - p0)) ** 2))
    if n > LARGEST:
        refuse(f"Fleming's approximation asks for {n} subjects; at most {LARGEST} are sought")
    needed = fleming_boundaries([n], p0, goal.alpha).needed
    return single_stage_of(goal, n, min(n, needed))


def _nearest(x: float) -> int:
    return floor(x + 0.5)
