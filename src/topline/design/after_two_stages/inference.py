r"""p-value, estimates and interval of a response rate after a design that could stop early.

- p-value: probability under the null of an end at least as good as the one seen [1]_.
- Interval: the rates at which an end at least as good, and one at most as good, have half of
  1 - level [1]_ [2]_; its lower limit is above the null just when the p-value is below that half.
- Median estimate: the rate at which an end at least as good has probability 1/2 [1]_.
- Unbiased estimate of least variance: the share of the ways to the end in which the first subject
  responds [2]_.
- Bias-adjusted estimate: the rate at which the expected proportion is the one seen [3]_.
- Proportion: responders by subjects, biased by the stopping.

References
----------
.. [1] Koyama T, Chen H (2008). Proper inference from Simon's two-stage designs. Statistics in
   Medicine 27(16): 3145-3154.
.. [2] Jung SH, Kim KM (2004). On the estimation of the binomial probability in multistage clinical
   trials. Statistics in Medicine 23(6): 881-896.
.. [3] Chang MN, Wieand HS, Chang VT (1989). The bias of the sample proportion following a group
   sequential phase II clinical trial. Statistics in Medicine 8(5): 563-570.
"""

from dataclasses import dataclass

from topline.design.after_two_stages.outcomes import (
    Ordering,
    better_or_equal,
    compute_probability,
    ends_of,
    find_end,
    refuse_level,
    solve_rate,
)
from topline.design.goal import require_share
from topline.design.one_arm_binary.boundaries import Boundaries


@dataclass(frozen=True, slots=True)
class Inference:
    """What a trial says of its response rate."""

    n: int
    responders: int
    p_value: float
    """One-sided, against the null."""
    unbiased: float
    median: float
    bias_adjusted: float
    proportion: float
    lower: float
    upper: float
    level: float
    """Of the two-sided interval."""
    ordering: Ordering


def compute_inference(  # noqa: PLR0913 - a design, a result and two choices
    boundaries: Boundaries,
    n: int,
    responders: int,
    null: float,
    *,
    level: float = 0.9,
    ordering: Ordering = "stage",
) -> Inference:
    """Analyse a trial that ended as its design says.

    Parameters
    ----------
    boundaries
        Of the design.
    n, responders
        Subjects evaluated at the end, and responders among them.
    null
        Rate that would yield no further interest.
    level
        Of the two-sided interval; 1 - 2 alpha goes with a one-sided test at alpha.
    ordering
        By stage, or by the unbiased estimate; the same without stopping for success.

    Raises
    ------
    UsageError
        The design cannot end there.

    Examples
    --------
    >>> from topline.design.one_arm_binary.two_stage import two_looks
    >>> found = compute_inference(two_looks(10, 1, 29, 6), 29, 6, null=0.1)
    >>> round(found.p_value, 4), round(found.unbiased, 4), round(found.lower, 4)
    (0.0471, 0.2613, 0.1015)
    """
    require_share("the null rate", null, "0.2")
    refuse_level(level)
    end = find_end(boundaries, n, responders)
    ends = ends_of(boundaries)
    good, poor = better_or_equal(boundaries, end, ordering)
    tail = (1 - level) / 2
    seen = responders / n

    def expected(rate: float) -> float:
        return sum(compute_probability((e,), rate) * e.responders / e.n for e in ends)

    return Inference(
        n=n,
        responders=responders,
        p_value=min(1.0, compute_probability(good, null)),
        unbiased=float(end.estimate),
        median=solve_rate(lambda p: compute_probability(good, p), 0.5),
        bias_adjusted=solve_rate(expected, seen),
        proportion=seen,
        lower=0.0 if len(good) == len(ends) else solve_rate(
            lambda p: compute_probability(good, p), tail
        ),
        upper=1.0 if len(poor) == len(ends) else solve_rate(
            lambda p: -compute_probability(poor, p), -tail
        ),
        level=level,
        ordering=ordering,
    )  # fmt: skip


def compute_bias(boundaries: Boundaries, rate: float) -> float:
    """Compute the bias of the proportion at a true rate.

    Examples
    --------
    >>> from topline.design.one_arm_binary.two_stage import two_looks
    >>> round(compute_bias(two_looks(10, 1, 29, 6), 0.3), 4)
    -0.0214
    """
    ends = ends_of(boundaries)
    mean = sum(compute_probability((e,), rate) * e.responders / e.n for e in ends)
    return mean - rate
