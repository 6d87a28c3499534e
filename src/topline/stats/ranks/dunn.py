r"""Dunn's comparisons of all pairs of groups after a Kruskal-Wallis test.

With the mean ranks of all $N$ values pooled, two groups differ by
$z = (\bar r_i - \bar r_j) / \sqrt{(N (N + 1) / 12 - T / (12 (N - 1))) (1 / n_i + 1 / n_j)}$, where
$T$ adds up $t^3 - t$ over the ties [1]_. P-values are two-sided, from the normal distribution, and
adjusted for the number of pairs. They differ from those of programs that print one-sided ones
(R's ``dunn.test`` by default).

One group has no pairs. Where all values are equal no z is defined, and a warning says so.

References
----------
.. [1] Dunn OJ (1964). Multiple comparisons using rank sums. Technometrics 6(3): 241-252.
"""

from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np
from scipy import special

from topline.stats.estimates.multiplicity import Adjustment, adjust_p_values
from topline.stats.method import Method, library_version
from topline.stats.ranks.ranking import (
    Floats,
    Labels,
    doubled_ranks,
    group_codes,
    refuse_values,
    tie_sum,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two groups compared; the numbers are NaN where no values differ."""

    groups: tuple[str, str]
    difference: float
    """Mean rank of the first group less that of the second."""
    z: float
    p_value: float
    """Two-sided, for this pair alone."""
    adjusted_p_value: float
    """For all pairs together."""
    n: int
    """Values in the two groups."""
    method: Method
    warnings: tuple[str, ...] = ()


def compute_dunn(
    values: Floats, group: Labels, *, adjust: Adjustment = "holm"
) -> tuple[Comparison, ...]:
    """Compare each group with each other one.

    Parameters
    ----------
    values
        Shape (n,), any one unit, none missing.
    group
        Shape (n,). Label of each value's group, none missing.
    adjust
        How the p-values are adjusted; `multiplicity` says what each is.

    Returns
    -------
    tuple of Comparison
        All pairs: the first group with the second, the third ..., in the order of the labels.

    Raises
    ------
    ValueError
        Values or labels missing, or an adjustment that does not exist.

    Examples
    --------
    >>> import numpy as np
    >>> pairs = compute_dunn(
    ...     np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), np.array(["A", "A", "B", "B", "C", "C"])
    ... )
    >>> [(pair.groups, round(pair.z, 3), round(pair.adjusted_p_value, 3)) for pair in pairs]
    [(('A', 'B'), -1.069, 0.57), (('A', 'C'), -2.138, 0.098), (('B', 'C'), -1.069, 0.57)]
    """
    refuse_values("values", values)
    names, code = group_codes("group", group, values)
    n, sizes = len(values), np.bincount(code, minlength=len(names))
    mean_ranks = np.bincount(code, doubled_ranks(values), len(names)) / 2 / sizes
    variance = (n * (n + 1) - tie_sum(values) / (n - 1)) / 12 if n > 1 else 0.0
    pairs = list(combinations(range(len(names)), 2))
    differences = [float(mean_ranks[a] - mean_ranks[b]) for a, b in pairs]
    spreads = [sqrt(variance * (1 / sizes[a] + 1 / sizes[b])) for a, b in pairs]
    z = np.array([d / s if s else np.nan for d, s in zip(differences, spreads, strict=True)])
    p_values = 2 * special.ndtr(-np.abs(z))
    adjusted = adjust_p_values(p_values, adjust)
    doubts = () if variance else ("all values are equal",)
    named = Method("Dunn's test", (("adjust", adjust),), library_version("scipy"))
    return tuple(
        Comparison(
            groups=(names[a], names[b]),
            difference=differences[at],
            z=float(z[at]),
            p_value=float(p_values[at]),
            adjusted_p_value=float(adjusted[at]),
            n=int(sizes[a] + sizes[b]),
            method=named,
            warnings=doubts,
        )
        for at, (a, b) in enumerate(pairs)
    )
