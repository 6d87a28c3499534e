r"""The first cell of 2 x 2 tables with fixed margins, and the odds ratio that tilts it.

Given the margins of a table [[a, b], [c, d]], its first cell has the probabilities
$P(x) \propto w(x) \psi^x$, $w(x) = \binom{a + b}{x} \binom{c + d}{a + c - x}$, where $\psi$ is
the odds ratio; so has the sum of first cells over strata with a common odds ratio, $w$ being the
convolution of the strata's [1]_. Weights are kept as logarithms relative to the largest: built up
outward from the mode, they lose no digits in large tables.

References
----------
.. [1] Breslow NE, Day NE (1980). Statistical methods in cancer research, vol. 1: the analysis of
   case-control studies, sections 4.2 and 4.4. Lyon: IARC.
"""

from dataclasses import dataclass

import numpy as np

from topline.stats.tables.table_test import Counts, Floats

_TIE = 1 + 1e-7  # R's fisher.test: outcomes this close in probability are equally likely


@dataclass(frozen=True, slots=True, eq=False)
class FirstCell:
    """The values that a first cell, or a sum of them, can take, and their weights."""

    observed: int
    lowest: int
    log_weight: Floats
    """Of `lowest` and the whole numbers after it; the largest is 0."""

    @property
    def highest(self) -> int:
        """Largest value that the margins allow."""
        return self.lowest + len(self.log_weight) - 1

    def chances(self, log_odds_ratio: float = 0.0) -> Floats:
        """Probabilities of the values under an odds ratio."""
        weight = self.log_weight + log_odds_ratio * np.arange(len(self.log_weight))
        weight = np.exp(weight - weight.max())
        return weight / weight.sum()

    def mean(self, log_odds_ratio: float) -> float:
        """Expect a value under an odds ratio."""
        chances = self.chances(log_odds_ratio)
        return self.lowest + float(chances @ np.arange(len(chances)))

    def above(self, log_odds_ratio: float = 0.0, *, own: float = 1.0) -> float:
        """Probability of more than observed, and the share `own` of that of the observed."""
        chances, at = self.chances(log_odds_ratio), self.observed - self.lowest
        return min(1.0, float(chances[at + 1 :].sum() + own * chances[at]))

    def below(self, log_odds_ratio: float = 0.0, *, own: float = 1.0) -> float:
        """Probability of less than observed, and the share `own` of that of the observed."""
        chances, at = self.chances(log_odds_ratio), self.observed - self.lowest
        return min(1.0, float(chances[:at].sum() + own * chances[at]))

    def no_likelier(self, *, ties: float = 1.0) -> float:
        """Probability of the less likely values, and the share `ties` of that of equal ones."""
        chances = self.chances()
        own = chances[self.observed - self.lowest]
        less = chances[chances < own / _TIE].sum()
        equal = chances[(chances >= own / _TIE) & (chances <= own * _TIE)].sum()
        return min(1.0, float(less + ties * equal))


def first_cell(table: Counts) -> FirstCell:
    """Find the weights of the first cell of one 2 x 2 table."""
    (a, b), (c, d) = table.tolist()
    lowest, highest = max(0, a - d), min(a + b, a + c)
    x = np.arange(lowest, highest, dtype=np.float64)
    step = np.log(a + b - x) + np.log(a + c - x) - np.log(x + 1) - np.log(d - a + x + 1)
    mode = int(np.count_nonzero(step > 0))
    down = -np.cumsum(step[:mode][::-1])[::-1]
    up = np.cumsum(step[mode:])
    return FirstCell(a, lowest, np.concatenate([down, [0.0], up]))


def sum_of_first_cells(tables: Counts) -> FirstCell:
    """Find the weights of the sum of the first cells of 2 x 2 tables, shape (strata, 2, 2)."""
    cells = [first_cell(table) for table in tables]
    total = np.zeros(1)
    for cell in cells:
        longer, shorter = sorted((total, cell.log_weight), key=len, reverse=True)
        total = np.full(len(longer) + len(shorter) - 1, -np.inf)
        for at, weight in enumerate(shorter.tolist()):
            part = total[at : at + len(longer)]
            np.logaddexp(part, longer + weight, out=part)
        total -= total.max()
    return FirstCell(
        sum(cell.observed for cell in cells), sum(cell.lowest for cell in cells), total
    )
