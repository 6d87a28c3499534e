r"""Where a design can end, in order, and how likely each end is.

An end is the look $k$ and the responders $s$ there. It is reached in $c(k, s)$ ways, orders of
responders and non-responders that no earlier look stops, so its probability is
$c(k, s) p^s (1 - p)^{n_k - s}$. Ends are ordered by stage [1]_: without success the later look is
better, with success the earlier one, and within a look more responders; or by the unbiased
estimate [2]_. Without stopping for success both orders are the same.

References
----------
.. [1] Koyama T, Chen H (2008). Proper inference from Simon's two-stage designs. Statistics in
   Medicine 27(16): 3145-3154.
.. [2] Jung SH, Kim KM (2004). On the estimation of the binomial probability in multistage clinical
   trials. Statistics in Medicine 23(6): 881-896.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, log, log1p
from typing import Literal

from topline.design.goal import refuse, require_share
from topline.design.one_arm_binary.boundaries import Boundaries

Ordering = Literal["stage", "estimate"]


@dataclass(frozen=True, slots=True)
class End:
    """One way in which a design ends."""

    look: int
    """From 0."""
    n: int
    responders: int
    ways: int
    """Orders of responders and non-responders that lead there."""
    ways_first: int
    """Those in which the first subject responds."""
    rank: int
    """Place in the order by stage; larger is better."""

    @property
    def estimate(self) -> Fraction:
        """Unbiased estimate of the response rate: share of the ways whose first one responds."""
        return Fraction(self.ways_first, self.ways)


def ends_of(boundaries: Boundaries) -> tuple[End, ...]:
    """List where a design can end, worst first.

    Examples
    --------
    >>> from topline.design.one_arm_binary.two_stage import two_looks
    >>> [(e.n, e.responders, e.ways) for e in ends_of(two_looks(2, 0, 3, 2))]
    [(2, 0, 1), (3, 1, 2), (3, 2, 3), (3, 3, 1)]
    """
    everyone = _ways(boundaries, first_responds=False)
    first = _ways(boundaries, first_responds=True)
    last = len(boundaries.looks) - 1
    listed: list[tuple[tuple[int, int], End]] = []
    for (look, responders), ways in everyone.items():
        won = look < last and responders >= boundaries.success[look]
        key = (2 * last - look if won else look, responders)
        end = End(
            look, boundaries.looks[look], responders, ways, first.get((look, responders), 0), 0
        )
        listed.append((key, end))
    listed.sort(key=lambda each: each[0])
    return tuple(
        End(e.look, e.n, e.responders, e.ways, e.ways_first, rank)
        for rank, (_, e) in enumerate(listed)
    )


def _ways(boundaries: Boundaries, *, first_responds: bool) -> dict[tuple[int, int], int]:
    """Count the ways to each end; all, or those where the first subject responds."""
    alive: dict[int, int] = {0: 1}
    ended: dict[tuple[int, int], int] = {}
    evaluated = 0
    for look, n in enumerate(boundaries.looks):
        while evaluated < n:
            after: dict[int, int] = {}
            for x, ways in alive.items():
                after[x + 1] = after.get(x + 1, 0) + ways
                if evaluated or not first_responds:
                    after[x] = after.get(x, 0) + ways
            alive, evaluated = after, evaluated + 1
        low, high = boundaries.futility[look], boundaries.success[look]
        ended |= {(look, x): ways for x, ways in alive.items() if x <= low or x >= high}
        alive = {x: ways for x, ways in alive.items() if low < x < high}
    return ended


def find_end(boundaries: Boundaries, n: int, responders: int) -> End:
    """Return the end that a trial came to.

    Raises
    ------
    UsageError
        The design cannot end there; the message says where it can.

    Examples
    --------
    >>> from topline.design.one_arm_binary.two_stage import two_looks
    >>> round(float(find_end(two_looks(10, 1, 29, 6), 29, 6).estimate), 4)
    0.2613
    """
    ends = ends_of(boundaries)
    for end in ends:
        if (end.n, end.responders) == (n, responders):
            return end
    there = sorted(e.responders for e in ends if e.n == n)
    if not there:
        looks = ", ".join(map(str, boundaries.looks))
        refuse(
            f"the design ends after {looks} subjects, not {n}; for other numbers see over- and "
            "under-running"
        )
    gaps = " (not all between)" if there[-1] - there[0] >= len(there) else ""
    return refuse(
        f"after {n} subjects the design ends with {there[0]} to {there[-1]} responders{gaps}, "
        f"not with {responders}"
    )


def better_or_equal(
    boundaries: Boundaries, end: End, ordering: Ordering = "stage"
) -> tuple[Sequence[End], Sequence[End]]:
    """Split the ends into those at least as good as one, and those at most as good."""
    ends = ends_of(boundaries)
    if ordering == "stage":
        return ([e for e in ends if e.rank >= end.rank], [e for e in ends if e.rank <= end.rank])
    at = end.estimate
    return [e for e in ends if e.estimate >= at], [e for e in ends if e.estimate <= at]


def compute_probability(ends: Sequence[End], rate: float) -> float:
    """Compute the probability of any of some ends at a true rate."""
    if rate in {0.0, 1.0}:
        return float(sum(e.ways for e in ends if e.responders == (e.n if rate else 0)))
    hit, miss = log(rate), log1p(-rate)
    return sum(exp(log(e.ways) + e.responders * hit + (e.n - e.responders) * miss) for e in ends)


def solve_rate(rising: Callable[[float], float], level: float) -> float:
    """Find the rate at which a rising function reaches a level, by halving down to neighbours."""
    low, high = 0.0, 1.0
    if rising(low) >= level:
        return low
    if rising(high) <= level:
        return high
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if rising(middle) < level else (low, middle)
    return (low + high) / 2


def refuse_level(level: float) -> None:
    """Refuse a confidence level that is none."""
    require_share("the confidence level", level, "0.9")
