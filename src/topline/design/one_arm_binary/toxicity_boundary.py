r"""When to stop for toxicity.

pocock
    At each look the same one-sided level: stop at the smallest number of subjects with toxicity
    whose probability under the acceptable rate does not exceed it. The level is the largest one
    that stops at all with at most a given probability when the rate is acceptable.
bayesian
    Stop when the posterior probability of a rate above the acceptable one exceeds a limit.

Crossing at the last look counts as stopping: it says that the treatment is too toxic.

References
----------
.. [1] Ivanova A, Qaqish BF, Schell MJ (2005). Continuous toxicity monitoring in phase II trials in
   oncology. Biometrics 61(2): 540-545.
.. [2] Geller NL, Follman D, Leifer ES, Carter SL (2003). Design of early trials in stem cell
   transplantation: a hybrid frequentist-Bayesian approach. In: Geller NL (ed.), Advances in
   clinical trial biostatistics. New York: Marcel Dekker, 40-52.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import special

from topline.design.goal import refuse, require_share
from topline.design.one_arm_binary.binomial import TIE, Binomials, compute_binomials
from topline.design.one_arm_binary.boundaries import Boundaries, Operating, compute_operating
from topline.design.one_arm_binary.predictive_probability import Prior


@dataclass(frozen=True, slots=True)
class ToxicityBoundary:
    """Looks and the number of subjects with toxicity that stops the trial at each."""

    acceptable: float
    looks: tuple[int, ...]
    stop_at: tuple[int, ...]
    """The look's subjects plus 1 where no number stops."""
    level: float
    """Pointwise level, or limit of the posterior probability."""

    @property
    def boundaries(self) -> Boundaries:
        """The same, where "success" is to find the treatment too toxic."""
        low = (*(-1 for _ in self.looks[:-1]), self.stop_at[-1] - 1)
        return Boundaries(self.looks, low, self.stop_at)

    @property
    def changes(self) -> tuple[tuple[int, int, int], ...]:
        """(subjects with toxicity, from, to): runs of looks at which the same number stops."""
        runs: list[tuple[int, int, int]] = []
        for n, stop in zip(self.looks, self.stop_at, strict=True):
            if stop > n:
                continue
            if runs and runs[-1][0] == stop:
                runs[-1] = (stop, runs[-1][1], n)
            else:
                runs.append((stop, n, n))
        return tuple(runs)

    def operating(self, rate: float) -> Operating:
        """Compute what happens at a true rate of toxicity; `success` is stopping."""
        return compute_operating(self.boundaries, rate)


def find_pocock_boundary(
    acceptable: float, looks: Sequence[int], crossing: float = 0.05
) -> ToxicityBoundary:
    """Find the boundary of one pointwise level.

    Parameters
    ----------
    acceptable
        Rate of toxicity that shall rarely stop the trial.
    looks
        Subjects at each look, rising; every number for continuous monitoring.
    crossing
        Largest probability of stopping at the acceptable rate.

    Raises
    ------
    UsageError
        The rates are no shares, the looks do not rise, or no number of toxicities would do.

    Examples
    --------
    >>> find_pocock_boundary(0.2, [20, 40, 60, 75], 0.1).stop_at
    (8, 13, 18, 22)
    """
    _refuse(acceptable, looks, "the probability of stopping", crossing)
    table = compute_binomials(looks[-1], acceptable)
    tails = np.unique(np.concatenate([table.tail[n, 1 : n + 1] for n in looks]))
    tails = tails[tails <= crossing + TIE]
    low, high = -1, len(tails)
    while low + 1 < high:
        middle = (low + high) // 2
        found = _at_level(acceptable, looks, table, float(tails[middle]))
        kept = found.operating(acceptable).success <= crossing + TIE
        low, high = (middle, high) if kept else (low, middle)
    if low < 0:
        refuse(
            f"with at most {looks[-1]} subjects and {len(looks)} looks no boundary stops with a "
            f"probability of {crossing:g} or less at a rate of {acceptable:g}; take fewer looks, "
            "more subjects or a larger probability"
        )
    return _at_level(acceptable, looks, table, float(tails[low]))


def bayesian_boundary(
    acceptable: float, looks: Sequence[int], limit: float = 0.95, prior: Prior | None = None
) -> ToxicityBoundary:
    """Return the boundary of a posterior probability.

    Parameters
    ----------
    acceptable
        Rate of toxicity that shall not be exceeded.
    looks
        Subjects at each look, rising.
    limit
        Stop when the posterior probability of a rate above the acceptable one exceeds it.
    prior
        Of the rate; worth one subject with the acceptable rate as mean unless given.

    Examples
    --------
    >>> bayesian_boundary(0.3, [5, 10, 15], 0.9).stop_at
    (4, 6, 8)
    """
    _refuse(acceptable, looks, "the limit of the posterior probability", limit)
    prior = prior or Prior(acceptable, 1 - acceptable)
    stops: list[int] = []
    for n in looks:
        x = np.arange(n + 1)
        posterior = special.betaincc(prior.a + x, prior.b + n - x, acceptable)
        stops.append(int(np.count_nonzero(posterior <= limit)))
    return ToxicityBoundary(acceptable, tuple(looks), tuple(stops), limit)


def _at_level(
    acceptable: float, looks: Sequence[int], table: Binomials, level: float
) -> ToxicityBoundary:
    stops = (int(np.count_nonzero(table.tail[n, : n + 1] > level + TIE)) for n in looks)
    return ToxicityBoundary(acceptable, tuple(looks), tuple(stops), level)


def _refuse(acceptable: float, looks: Sequence[int], name: str, share: float) -> None:
    require_share("the acceptable rate of toxicity", acceptable, "0.2")
    require_share(name, share, "0.1")
    if not looks or looks[0] < 1 or any(b <= a for a, b in pairwise(looks)):
        refuse(f"looks at {list(looks)} subjects; take rising numbers from 1 on")
