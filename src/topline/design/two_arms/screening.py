r"""Randomised phase 2: screening against a control, and selection among experimental arms.

Screening [1]_ accepts a large one-sided alpha (0.1 to 0.2) to see in few subjects whether a
treatment may be better than the control; its result is no proof. For rates the power is a sum over
all results of both arms. The test is exact at any common rate: unconditional, results ordered by
the pooled normal statistic [3]_, or Fisher's, which needs more subjects. Times: `logrank.py`.

Selection [2]_ takes the arm with the most responders forward, ties by lot, without a control and
without a test: the probability of taking the best one, better than the others by a given
difference, is a sum as well.

References
----------
.. [1] Rubinstein LV, Korn EL, Freidlin B, Hunsberger S, Ivy SP, Smith MA (2005). Design issues of
   randomized phase II trials and a proposal for phase II screening trials. Journal of Clinical
   Oncology 23(28): 7199-7206.
.. [2] Simon R, Wittes RE, Ellenberg SS (1985). Randomized phase II clinical trials. Cancer
   Treatment Reports 69(12): 1375-1381.
.. [3] Suissa S, Shuster JJ (1985). Exact unconditional sample sizes for the 2 x 2 binomial trial.
   Journal of the Royal Statistical Society A 148(4): 317-327.
"""

from dataclasses import dataclass
from itertools import accumulate
from math import comb
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from topline.design.goal import refuse, require_count, require_errors, require_share
from topline.design.one_arm_binary.binomial import TIE, Floats, compute_binomials

Test = Literal["unconditional", "fisher"]
MOST_SCREENING: Final = 200
"""Largest number of subjects of an arm that is sought."""
_MARGIN: Final = 0.1
_COARSE: Final = np.arange(0.025, 1, 0.025)
_FINE: Final = np.arange(0.0025, 1, 0.0025)


@dataclass(frozen=True, slots=True)
class ScreeningDesign:
    """Subjects of each arm, with exact errors."""

    control: float
    experimental: float
    test: Test
    alpha: float
    n: int
    """Of each arm."""
    power: float
    largest_alpha: float
    """Largest probability of success at a common rate, on a grid of 1 in 400."""


def find_screening(
    control: float, experimental: float, alpha: float, power: float, test: Test = "unconditional"
) -> ScreeningDesign:
    """Find the fewest subjects of each arm for comparing two rates.

    Parameters
    ----------
    control, experimental
        Rates; the experimental one is above.
    alpha, power
        One-sided.
    test
        Unconditional, or Fisher's.

    Raises
    ------
    UsageError
        The rates are in the wrong order, or more than 200 subjects an arm are needed.

    Examples
    --------
    >>> found = find_screening(0.2, 0.4, 0.2, 0.8)
    >>> found.n, round(found.power, 3)
    (34, 0.809)
    """
    require_share("the control's rate", control, "0.2")
    require_share("the experimental rate", experimental, "0.4")
    require_errors(alpha, power)
    if experimental <= control:
        refuse(
            f"the experimental rate is {experimental:g} and the control's {control:g}; it has to "
            "be above"
        )
    if test not in ("unconditional", "fisher"):
        refuse(f"there is no test {test!r}; choose unconditional or fisher")
    reachable = _power(MOST_SCREENING, control, experimental, alpha, test)
    for n in range(2, MOST_SCREENING + 1 if reachable > power - _MARGIN else 2):
        if _power(n, control, experimental, alpha, test) < power - TIE:
            continue
        rejects = _fisher(n, alpha) if test == "fisher" else _unconditional(n, alpha, _FINE)
        got = _success(n, rejects, control, experimental)
        if got >= power - TIE:
            largest = max(_success(n, rejects, p, p) for p in _FINE.tolist())
            return ScreeningDesign(control, experimental, test, alpha, n, got, largest)
    return refuse(
        f"rates of {control:g} and {experimental:g} need more than {MOST_SCREENING} subjects an "
        "arm; take a larger difference, a larger alpha or a lower power"
    )


def _power(n: int, control: float, experimental: float, alpha: float, test: Test) -> float:
    """Power, or what it cannot exceed: a coarse grid of rates only lets too many results in."""
    rejects = _fisher(n, alpha) if test == "fisher" else _unconditional(n, alpha, _COARSE)
    return _success(n, rejects, control, experimental)


def _unconditional(n: int, alpha: float, rates: Floats) -> NDArray[np.bool_]:
    """Results (experimental, control) that are success: the largest statistics that keep alpha."""
    e, c = np.arange(n + 1)[:, None], np.arange(n + 1)
    pooled = (e + c) / (2 * n)
    spread = np.sqrt(np.maximum(pooled * (1 - pooled), 1e-12))
    statistic = np.where(e > c, (e - c) / spread, 0.0).round(9).ravel()
    order = np.argsort(-statistic, kind="stable")
    order = order[statistic[order] > 0]
    pmf = np.stack([compute_binomials(n, p).pmf[n, : n + 1] for p in rates.tolist()])
    likely = pmf[:, order // (n + 1)] * pmf[:, order % (n + 1)]
    kept = (likely.cumsum(axis=1) <= alpha + TIE).all(axis=0)
    ends = np.append(np.diff(statistic[order]) != 0, True)
    last = np.flatnonzero(kept & ends)
    rejects = np.zeros((n + 1) ** 2, dtype=bool)
    if len(last):
        rejects[order[: last[-1] + 1]] = True
    return rejects.reshape(n + 1, n + 1)


def _fisher(n: int, alpha: float) -> NDArray[np.bool_]:
    """Results (experimental, control) that are success."""
    p = np.ones((n + 1, n + 1))
    choose = [comb(n, x) for x in range(n + 1)]
    for total in range(2 * n + 1):
        low, high = max(0, total - n), min(n, total)
        ways = [choose[x] * choose[total - x] for x in range(low, high + 1)]
        tail = list(accumulate(reversed(ways)))[::-1]
        x = np.arange(low, high + 1)
        p[x, total - x] = [each / tail[0] for each in tail]
    return p <= alpha + TIE


def _success(n: int, rejects: NDArray[np.bool_], control: float, experimental: float) -> float:
    e = compute_binomials(n, experimental).pmf[n, : n + 1]
    c = compute_binomials(n, control).pmf[n, : n + 1]
    return float(e @ rejects @ c)


@dataclass(frozen=True, slots=True)
class SelectionDesign:
    """Subjects of each arm, and the probability of taking the best one forward."""

    rate: float
    difference: float
    arms: int
    n: int
    """Of each arm."""
    probability: float


def compute_selection(n: int, rate: float, difference: float, arms: int) -> float:
    """Compute the probability that the best arm has the most responders, ties by lot.

    Parameters
    ----------
    n
        Subjects of each arm.
    rate
        Of all arms but the best.
    difference
        By which the best one is better.
    arms
        In all.

    Examples
    --------
    >>> round(compute_selection(29, 0.2, 0.15, 2), 3)
    0.901
    """
    best = compute_binomials(n, rate + difference).pmf[n, : n + 1]
    other = compute_binomials(n, rate).pmf[n, : n + 1]
    below: Floats = np.append(0.0, other.cumsum()[:-1])
    won = sum(
        comb(arms - 1, ties) * other**ties * below ** (arms - 1 - ties) / (ties + 1)
        for ties in range(arms)
    )
    return float(best @ np.asarray(won))


def find_selection(
    rate: float, difference: float, arms: int, probability: float
) -> SelectionDesign:
    """Find the fewest subjects of each arm.

    Raises
    ------
    UsageError
        The rates are no shares, or more than 200 subjects an arm are needed.

    Examples
    --------
    >>> find_selection(0.1, 0.15, 3, 0.9).n
    31
    """
    require_share("the rate of the other arms", rate, "0.2")
    require_share("the rate of the best arm", rate + difference, "0.35")
    require_count("the number of arms", arms, 2, 10)
    require_share("the probability of taking the best arm", probability, "0.9")
    if difference <= 0:
        refuse(f"the best arm is better by {difference:g}; take a difference above 0")
    for n in range(1, MOST_SCREENING + 1):
        got = compute_selection(n, rate, difference, arms)
        if got >= probability - TIE:
            return SelectionDesign(rate, difference, arms, n, got)
    return refuse(
        f"a difference of {difference:g} needs more than {MOST_SCREENING} subjects an arm; take a "
        "larger difference or a lower probability"
    )
