"""Probability of success from where a trial stands, and the stops that follow from it.

Curtailment without chance ends a trial as soon as its outcome is certain and changes neither alpha
nor power. Stochastic curtailment ends it when success has become unlikely under the alternative; it
lowers both, and the exact errors have to be looked at again.

References
----------
.. [1] Herrmann N, Szatrowski TH (1985). Curtailed binomial sampling procedures for clinical trials
   with paired data. Controlled Clinical Trials 6(1): 25-37.
.. [2] Ayanlowo AO, Redden DT (2007). Stochastically curtailed phase II clinical trials. Statistics
   in Medicine 26(7): 1462-1472.
"""

import numpy as np
from numpy.typing import NDArray

from topline.design.goal import refuse
from topline.design.one_arm_binary.binomial import Floats
from topline.design.one_arm_binary.boundaries import Boundaries

Flags = NDArray[np.bool_]


def compute_conditional_success(boundaries: Boundaries, rate: float) -> Floats:
    """Compute the probability of success given the responders so far.

    Parameters
    ----------
    boundaries
        Looks and what they lead to.
    rate
        True rate of those still to come, from 0 to 1.

    Returns
    -------
    Floats
        Shape (n + 1, n + 2); row i and column x are i evaluated and x responders, after what a look
        at i leads to. Columns beyond i are 0.

    Examples
    --------
    >>> from topline.design.one_arm_binary.boundaries import one_look
    >>> compute_conditional_success(one_look(3, 2), 0.5)[1, :2].tolist()
    [0.25, 0.75]
    """
    return _backwards(boundaries, rate, won=1.0)


def _backwards(boundaries: Boundaries, rate: float, *, won: float) -> Floats:
    n = boundaries.n
    at = {look: k for k, look in enumerate(boundaries.looks)}
    result = np.zeros((n + 1, n + 2))
    for i in range(n, -1, -1):
        if i < n:
            after = result[i + 1]
            result[i, : i + 1] = rate * after[1 : i + 2] + (1 - rate) * after[: i + 1]
        if i in at:
            result[i, : boundaries.futility[at[i]] + 1] = 1 - won
            result[i, boundaries.success[at[i]] : i + 1] = won
    return result


def curtail(boundaries: Boundaries, *, success: bool = True) -> Boundaries:
    """Look after every subject, and stop once the outcome is certain.

    Parameters
    ----------
    boundaries
        Looks and what they lead to.
    success
        Whether certain success ends the trial, too; else only certain failure does.

    Examples
    --------
    >>> from topline.design.one_arm_binary.boundaries import one_look
    >>> curtail(one_look(4, 2))
    Boundaries(looks=(1, 2, 3, 4), futility=(-1, -1, 0, 1), success=(2, 2, 2, 2))
    """
    can_win = _backwards(boundaries, 0.5, won=1.0) > 0
    can_lose = _backwards(boundaries, 0.5, won=0.0) > 0
    return _every_subject(boundaries, can_win, can_lose if success else None)


def curtail_stochastically(
    boundaries: Boundaries, alternative: float, least: float, *, success: bool = True
) -> Boundaries:
    """Stop without success once success has become unlikely under the alternative.

    Parameters
    ----------
    boundaries
        Looks and what they lead to.
    alternative
        Rate at which the conditional probability of success is taken.
    least
        Stop below this probability; 0 stops only where failure is certain.
    success
        Whether certain success ends the trial, too.

    Examples
    --------
    >>> from topline.design.one_arm_binary.boundaries import one_look
    >>> curtail_stochastically(one_look(4, 2), 0.4, 0.5).futility
    (0, 0, 1, 1)
    """
    if not 0 <= least < 1:
        refuse(f"the least conditional power is {least:g}; take 0 to below 1, such as 0.1")
    hope = compute_conditional_success(boundaries, alternative)
    can_win = (hope > 0) & (hope >= least)
    can_lose = _backwards(boundaries, 0.5, won=0.0) > 0
    return _every_subject(boundaries, can_win, can_lose if success else None)


def _every_subject(boundaries: Boundaries, can_win: Flags, can_lose: Flags | None) -> Boundaries:
    """Turn what is still possible into boundaries after every subject."""
    n = boundaries.n
    low: list[int] = []
    high: list[int] = []
    for i in range(1, n + 1):
        low.append(int(np.count_nonzero(~can_win[i, : i + 1])) - 1)
        lost = i + 1 if can_lose is None else int(np.count_nonzero(can_lose[i, : i + 1]))
        high.append(max(lost, low[-1] + 1))
    high[-1] = low[-1] + 1
    return Boundaries(tuple(range(1, n + 1)), tuple(low), tuple(high))
