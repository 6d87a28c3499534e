r"""Over- and under-running: the second stage had another size than planned.

The first stage was as planned, with $x_1 > r_1$ responders. The planned second stage would have
been a success with probability $A(x_1)$ under the null, the conditional type I error. With $m_2$
subjects and $x_2$ responders instead of $n_2$, success is kept for a conditional p-value
$P(\mathrm{Bin}(m_2, p_0) \ge x_2)$ of at most $A(x_1)$; alpha is not raised. The p-value is that of
a planned trial whose second stage has rate $\pi^*$, at which $P(\mathrm{Bin}(n_2, \pi^*) \ge a -
x_1)$ equals the conditional p-value. With $m_2 = n_2$ all is as planned (`inference.py`).

References
----------
.. [1] Koyama T, Chen H (2008). Proper inference from Simon's two-stage designs. Statistics in
   Medicine 27(16): 3145-3154, section 4.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from topline.design.after_two_stages.inference import compute_inference
from topline.design.after_two_stages.outcomes import refuse_level, solve_rate
from topline.design.goal import refuse, require_count
from topline.design.one_arm_binary.binomial import TIE, compute_binomials
from topline.design.one_arm_binary.two_stage import TwoStage


@dataclass(frozen=True, slots=True)
class ChangedSize:
    """Decision and inference after a second stage of another size."""

    needed: int | None
    """Responders of the second stage that make success; None where none would."""
    success: bool
    conditional_error: float
    """Probability under the null of success by the plan, given the first stage."""
    conditional_p_value: float
    p_value: float
    median: float
    lower: float
    upper: float
    level: float


def compute_changed_size(
    design: TwoStage, x1: int, m2: int, x2: int, *, level: float = 0.9
) -> ChangedSize:
    """Decide and analyse after a second stage of another size than planned.

    Parameters
    ----------
    design
        As planned, without stopping for success.
    x1
        Responders of the first stage, which was as planned.
    m2, x2
        Subjects and responders of the second stage as it was.
    level
        Of the two-sided interval.

    Raises
    ------
    UsageError
        The trial should not have gone on, or the counts cannot be.

    Examples
    --------
    >>> from topline.design.goal import Goal
    >>> from topline.design.one_arm_binary.two_stage import two_stage_of
    >>> design = two_stage_of(Goal(0.1, 0.3, 0.05, 0.8), n1=10, r1=1, n=29, needed=6)
    >>> found = compute_changed_size(design, x1=2, m2=17, x2=4)
    >>> found.needed, found.success, round(found.p_value, 4)
    (4, True, 0.0367)
    """
    _refuse(design, x1, m2, x2, level)
    null = design.goal.null
    left = design.needed - x1
    error = _tail(design.n - design.n1, left, null)
    tail = compute_binomials(m2, null).tail[m2]
    needed = int(np.count_nonzero(tail > error + TIE)) if error < 1 else 0
    given = _tail(m2, x2, null)
    side = (1 - level) / 2
    if m2 == design.n - design.n1:
        planned = compute_inference(design.boundaries, design.n, x1 + x2, null, level=level)
        return ChangedSize(
            needed, given <= error + TIE, error, given, planned.p_value, planned.median,
            planned.lower, planned.upper, level,
        )  # fmt: skip
    return ChangedSize(
        needed=needed if needed <= m2 else None,
        success=given <= error + TIE,
        conditional_error=error,
        conditional_p_value=given,
        p_value=_p_value(design, left, m2, x2, null),
        median=solve_rate(lambda p: _p_value(design, left, m2, x2, p), 0.5),
        lower=solve_rate(lambda p: _p_value(design, left, m2, x2, p), side),
        upper=1.0 if x2 == m2 and left <= 0 else solve_rate(
            lambda p: _p_value(design, left, m2, x2 + 1, p), 1 - side
        ),
        level=level,
    )  # fmt: skip


def _p_value(design: TwoStage, left: int, m2: int, x2: int, rate: float) -> float:
    """Probability of a planned trial at least as good, at a rate under which it is judged."""
    n2 = design.n - design.n1
    star = _matching_rate(n2, left, _tail(m2, x2, rate))
    table = compute_binomials(design.n1, rate)
    x1 = np.arange(design.r1 + 1, design.n1 + 1)
    rest = np.array([_tail(n2, design.needed - int(x), star) for x in x1])
    return float(table.pmf[design.n1, x1] @ rest)


def _matching_rate(n: int, at_least: int, probability: float) -> float:
    """Rate at which at least so many of n respond with a probability."""
    if at_least <= 0:
        return 0.0
    if at_least > n:
        return 1.0
    return float(special.betaincinv(at_least, n - at_least + 1, probability))


def _tail(n: int, at_least: int, rate: float) -> float:
    if at_least <= 0:
        return 1.0
    return 0.0 if at_least > n else float(special.betainc(at_least, n - at_least + 1, rate))


def _refuse(design: TwoStage, x1: int, m2: int, x2: int, level: float) -> None:
    refuse_level(level)
    if design.enough is not None:
        refuse("over- and under-running is for designs without stopping for success")
    require_count("the responders of the first stage", x1, 0, design.n1)
    require_count("the second stage's subjects", m2, 1)
    require_count("the responders of the second stage", x2, 0, m2)
    if x1 <= design.r1:
        refuse(
            f"{x1} responders of {design.n1} end the trial after its first stage; there is no "
            f"second stage with {design.r1} or fewer"
        )
