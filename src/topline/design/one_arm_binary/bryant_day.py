r"""Response and toxicity together, in two stages.

After $n_1$ subjects the trial goes on with more than $r_1$ responders and more than $t_1$ subjects
without toxicity; success needs more than $r$ and more than $t$ of $n$. Rates of toxicity are turned
into rates without it, $q$. With response and toxicity independent, each event is a product:

- success where response is at its null and toxicity acceptable: at most $\alpha_R$;
- success where toxicity is unacceptable and response at its alternative: at most $\alpha_T$;
- success where both are as hoped: at least $1 - \beta$.

*Optimal* makes the larger of the expected numbers of subjects under the first two smallest;
`compute_joint_operating` tells what becomes of a design when the odds ratio of response and
freedom from toxicity is not 1.

References
----------
.. [1] Bryant J, Day R (1995). Incorporating toxicity considerations into the design of two-stage
   phase II clinical trials. Biometrics 51(4): 1372-1383.
"""

from dataclasses import dataclass
from math import inf, sqrt
from typing import Final

import numpy as np

from topline.design.goal import refuse, require_count, require_positive, require_share
from topline.design.one_arm_binary.binomial import TIE, Floats, Ints, compute_binomials

MOST_JOINT: Final = 100
"""Largest number of subjects of a design of response and toxicity that is sought."""


@dataclass(frozen=True, slots=True)
class JointGoal:
    """Rates of response and of toxicity to tell apart, and the errors allowed."""

    response_null: float
    response: float
    """Rate hoped for."""
    toxicity_null: float
    """Rate that is not acceptable."""
    toxicity: float
    """Rate that is."""
    alpha_response: float = 0.1
    alpha_toxicity: float = 0.1
    power: float = 0.85

    def __post_init__(self) -> None:
        """Refuse what cannot be told apart."""
        for name, value in (
            ("the null response rate", self.response_null),
            ("the response rate", self.response),
            ("the unacceptable toxicity rate", self.toxicity_null),
            ("the acceptable toxicity rate", self.toxicity),
            ("alpha of response", self.alpha_response),
            ("alpha of toxicity", self.alpha_toxicity),
            ("power", self.power),
        ):
            require_share(name, value, "0.3")
        if self.response <= self.response_null:
            refuse(
                f"the response rate is {self.response:g} and its null {self.response_null:g}; "
                "it has to lie above"
            )
        if self.toxicity >= self.toxicity_null:
            refuse(
                f"the acceptable toxicity rate is {self.toxicity:g} and the unacceptable one "
                f"{self.toxicity_null:g}; the acceptable one has to lie below"
            )


@dataclass(frozen=True, slots=True)
class JointDesign:
    """A design with its exact errors, response and toxicity independent."""

    goal: JointGoal
    n1: int
    n: int
    r1: int
    """Responders that end the trial after the first stage."""
    r: int
    t1: int
    """Subjects without toxicity that end the trial after the first stage."""
    t: int
    alpha_response: float
    alpha_toxicity: float
    power: float
    expected_response_null: float
    """Expected number of subjects where response is at its null and toxicity acceptable."""
    expected_toxicity_null: float
    """Expected number of subjects where toxicity is unacceptable and response as hoped."""

    @property
    def expected(self) -> float:
        """The larger of the two."""
        return max(self.expected_response_null, self.expected_toxicity_null)


@dataclass(frozen=True, slots=True)
class _Part:
    """All boundaries of one endpoint that can be, at given numbers of subjects."""

    first: Ints
    last: Ints
    null: Floats
    hoped: Floats
    on_null: Floats
    on_hoped: Floats


def find_bryant_day(goal: JointGoal, n_max: int = 60) -> JointDesign:
    """Find the optimal design.

    Parameters
    ----------
    goal
        Rates and errors.
    n_max
        Largest number of subjects, at most 100. The search is complete up to it.

    Raises
    ------
    UsageError
        No design of at most `n_max` subjects keeps the errors.

    Examples
    --------
    >>> found = find_bryant_day(JointGoal(0.3, 0.5, 0.4, 0.2, 0.15, 0.15, 0.85), 40)
    >>> found.n1, found.r1, found.t1, found.n, found.r, found.t, round(found.expected, 1)
    (19, 5, 11, 33, 12, 22, 26.2)
    """
    require_count("the largest number of subjects", n_max, 2, MOST_JOINT)
    response = tuple(compute_binomials(n_max, p) for p in (goal.response_null, goal.response))
    freedom = tuple(compute_binomials(n_max, 1 - p) for p in (goal.toxicity_null, goal.toxicity))
    best: JointDesign | None = None
    for n in range(2, n_max + 1):
        for n1 in range(1, n):
            below = best.expected if best else inf
            if n1 >= below:
                break
            parts = [
                _part(null.pmf, null.tail, hoped.pmf, hoped.tail, n1, n, goal.power)
                for null, hoped in (response, freedom)
            ]
            found = _best_pair(goal, n1, n, parts[0], parts[1], below)
            best = found or best
    if best is None:
        refuse(
            f"no two stages of at most {n_max} subjects tell response rates {goal.response_null:g} "
            f"and {goal.response:g} and toxicity rates {goal.toxicity_null:g} and "
            f"{goal.toxicity:g} apart with these errors; allow more subjects (at most {MOST_JOINT})"
        )
    return best


def _part(  # noqa: PLR0913, PLR0917 - two tables of two hypotheses
    pmf0: Floats, tail0: Floats, pmf1: Floats, tail1: Floats, n1: int, n: int, power: float
) -> _Part:
    """Go through the boundaries of one endpoint that keep the power."""
    first = np.arange(-1, n1)
    first = first[tail1[n1, first + 1] >= power - TIE]
    last = np.arange(0, n)
    last = last[tail1[n, last + 1] >= power - TIE]
    x1 = np.arange(n1 + 1)
    still = np.clip(last[:, None] + 1 - x1, 0, n - n1 + 1)
    won: list[Floats] = []
    for pmf, tail in ((pmf0, tail0), (pmf1, tail1)):
        each = pmf[n1, : n1 + 1] * tail[n - n1, still]
        won.append(each[:, ::-1].cumsum(axis=1)[:, ::-1][:, first + 1])
    a, b = (part.ravel() for part in np.broadcast_arrays(first, last[:, None]))
    null, hoped = (part.ravel() for part in won)
    kept = (hoped >= power - TIE) & (a < b)
    a, b = a[kept], b[kept]
    return _Part(a, b, null[kept], hoped[kept], tail0[n1, a + 1], tail1[n1, a + 1])


def _best_pair(  # noqa: PLR0913, PLR0917 - a design and its limit
    goal: JointGoal, n1: int, n: int, response: _Part, freedom: _Part, below: float
) -> JointDesign | None:
    if not len(response.first) or not len(freedom.first):
        return None
    alpha_r = response.null[:, None] * freedom.hoped
    alpha_t = response.hoped[:, None] * freedom.null
    power = response.hoped[:, None] * freedom.hoped
    low = n1 + response.on_null[:, None] * freedom.on_hoped * (n - n1)
    high = n1 + response.on_hoped[:, None] * freedom.on_null * (n - n1)
    expected = np.maximum(low, high)
    good = (alpha_r <= goal.alpha_response + TIE) & (alpha_t <= goal.alpha_toxicity + TIE)
    good &= (power >= goal.power - TIE) & (expected < below - TIE)
    if not good.any():
        return None
    i, k = np.unravel_index(np.where(good, expected, inf).argmin(), expected.shape)
    return JointDesign(
        goal, n1, n, int(response.first[i]), int(response.last[i]), int(freedom.first[k]),
        int(freedom.last[k]), float(alpha_r[i, k]), float(alpha_t[i, k]), float(power[i, k]),
        float(low[i, k]), float(high[i, k]),
    )  # fmt: skip


def compute_joint_operating(
    design: JointDesign, response: float, toxicity: float, odds_ratio: float = 1.0
) -> tuple[float, float]:
    """Compute the probability of success and of going on after the first stage.

    Parameters
    ----------
    design
        Numbers of subjects and boundaries.
    response, toxicity
        True rates.
    odds_ratio
        Of response and freedom from toxicity within a subject; 1 where they are independent.

    Examples
    --------
    >>> design = find_bryant_day(JointGoal(0.3, 0.5, 0.4, 0.2, 0.15, 0.15, 0.85), 34)
    >>> success, on = compute_joint_operating(design, 0.5, 0.2)
    >>> abs(success - design.power) < 1e-12
    True
    """
    require_positive("the odds ratio", odds_ratio, "1")
    both = _both(response, 1 - toxicity, odds_ratio)
    cells = np.array([[1 - response - (1 - toxicity) + both, 1 - toxicity - both],
                      [response - both, both]])  # fmt: skip
    after = _counts(np.ones((1, 1)), cells, design.n1)
    after[: design.r1 + 1] = 0
    after[:, : design.t1 + 1] = 0
    on = float(after.sum())
    end = _counts(after, cells, design.n - design.n1)
    return float(end[design.r + 1 :, design.t + 1 :].sum()), on


def _both(response: float, freedom: float, odds_ratio: float) -> float:
    """Probability of response without toxicity (Plackett)."""
    if abs(odds_ratio - 1) < 1e-9:
        return response * freedom
    s = 1 + (response + freedom) * (odds_ratio - 1)
    root = sqrt(s * s - 4 * odds_ratio * (odds_ratio - 1) * response * freedom)
    return (s - root) / (2 * (odds_ratio - 1))


def _counts(before: Floats, cells: Floats, subjects: int) -> Floats:
    """Probability of each number of responders and of subjects without toxicity."""
    for _ in range(subjects):
        after = np.zeros((before.shape[0] + 1, before.shape[1] + 1))
        for i in (0, 1):
            for k in (0, 1):
                rows, columns = before.shape
                after[i : i + rows, k : k + columns] += cells[i, k] * before
        before = after
    return before
