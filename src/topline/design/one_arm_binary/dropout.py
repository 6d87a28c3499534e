"""Drop-out: what becomes of subjects whose response is never known.

failure
    They count as subjects without a response; the boundaries stand on all who were enrolled, and
    the true rate shrinks to the share who are evaluated and respond.
excluded
    As many are enrolled as planned; the boundaries are re-derived for the number evaluated, which
    is random.
replaced
    Enrolment goes on until the planned number is evaluated.

Drop-out is taken as unrelated to response.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Literal

from topline.design.goal import refuse
from topline.design.one_arm_binary.binomial import compute_binomials
from topline.design.one_arm_binary.boundaries import Boundaries, Operating, compute_operating

Handling = Literal["failure", "excluded", "replaced"]


@dataclass(frozen=True, slots=True)
class DropOut:
    """Share of subjects without an evaluation, and what is done about them."""

    share: float
    handling: Handling = "failure"

    def __post_init__(self) -> None:
        """Refuse a share that leaves nobody."""
        if not 0 <= self.share < 1:
            refuse(f"the drop-out is {self.share:g}; take a share from 0 to below 1")


def subjects_to_enrol(evaluable: int, dropout: float) -> int:
    """Count the subjects to enrol so that as many as needed can be expected to be evaluated.

    Examples
    --------
    >>> subjects_to_enrol(26, 0.15)
    31
    """
    DropOut(dropout)
    return ceil(evaluable / (1 - dropout) - 1e-9)


def compute_with_failures(boundaries: Boundaries, rate: float, dropout: float) -> Operating:
    """Compute what a design does when drop-outs count as failures among all who are enrolled.

    Examples
    --------
    >>> from topline.design.one_arm_binary.boundaries import one_look
    >>> round(compute_with_failures(one_look(35, 13), 0.5, 0.15).success, 3)
    0.791
    """
    return compute_operating(boundaries, rate * (1 - DropOut(dropout).share))


def compute_with_excluded(
    boundary: Callable[[int], int | None], enrol: int, rate: float, dropout: float
) -> float:
    """Compute the probability of success when only those evaluated count, in a single stage.

    Parameters
    ----------
    boundary
        Responders needed among a number of subjects evaluated; None where none would do.
    enrol
        Subjects enrolled.
    rate
        True response rate.
    dropout
        Share without an evaluation.

    Examples
    --------
    >>> from topline.design.one_arm_binary.single_stage import responders_needed
    >>> found = compute_with_excluded(lambda n: responders_needed(n, 0.25, 0.1), 35, 0.5, 0.15)
    >>> round(found, 3)
    0.919
    """
    evaluated = compute_binomials(enrol, 1 - DropOut(dropout).share).pmf[enrol]
    tail = compute_binomials(enrol, rate).tail
    needed = [(m, boundary(m)) for m in range(enrol + 1)]
    return float(sum(evaluated[m] * tail[m, a] for m, a in needed if a is not None))
