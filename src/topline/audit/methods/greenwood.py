r"""Which survival rates and standard errors some patients can have at all.

A curve falls at each event from $S$ to $S (1 - 1/m)$, m patients being at risk; two events on one
day are the same as one after the other, in the rate and in Greenwood's standard error alike. So the
data enter by the numbers at risk $m_1 > m_2 > \dots$ at the events only:
$S = \prod (1 - 1/m_i)$, $SE = S \sqrt{\sum 1 / (m_i (m_i - 1))}$. Every set of such numbers is
tried; a branch is left when its bounds show that no set in it can do. Since $m_{i+1}$ is at most
$m_i (1 - 1/m_i)$, the terms after m at risk add up to $(e^f - 1) / m$ at least while $\log S$
falls by f: without censoring the error is the least that n patients can have.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import exp, log, sqrt

import numpy as np

_SLACK = 1e-11
_MOST_STEPS = 300_000
_MOST_SIZES = 600


@dataclass(frozen=True, slots=True)
class RateRange:
    """Rates and standard errors looked for, from 0 to 1."""

    rate: tuple[float, float]
    error: tuple[float, float]


@dataclass(frozen=True, slots=True)
class RiskSets:
    """Numbers at risk at the events, falling; none where there are none."""

    numbers: tuple[int, ...] | None
    proven: bool = True
    """False where the search ended before all sets were tried."""


@lru_cache(maxsize=1_000)
def find_risk_sets(wanted: RateRange, n: int, events: int | None = None) -> RiskSets:
    """Look for patients who have a rate and its standard error.

    Parameters
    ----------
    wanted
        Rate and standard error, each as the range of what rounds to print.
    n
        Patients.
    events
        At most so many events.

    Examples
    --------
    >>> six = RateRange((0.8215, 0.8225), (0.0655, 0.0665))
    >>> find_risk_sets(six, 33).numbers, find_risk_sets(six, 37).numbers is None
    (None, False)
    """
    if wanted.rate[1] >= 1 and wanted.error[0] <= 0:
        return RiskSets(())
    at_most = n if events is None else min(n, events)
    found = _two_rows(wanted, n, at_most)
    return RiskSets(found) if found is not None else _Search(wanted, at_most).run(n)


def least_error(rate: float, n: int) -> float:
    """Smallest standard error of a rate among n patients: that without censoring.

    Examples
    --------
    >>> round(least_error(0.822, 33), 5)
    0.06659
    """
    return sqrt(rate * (1 - rate) / n)


def _two_rows(wanted: RateRange, n: int, events: int) -> tuple[int, ...] | None:
    """Try events one after the other from n at risk on, a gap of censorings, and events again.

    A row from a at risk to b left has the rate b / a and the terms 1 / b - 1 / a. Of more than
    `_MOST_SIZES` patients, only so many gaps are tried.
    """
    sizes = np.unique(np.linspace(1, n, min(n, _MOST_SIZES)).round()).astype(np.int64)
    left, again = np.meshgrid(sizes, sizes, indexing="ij")
    left, again = left[again <= left], again[again <= left]
    for low in np.arange(2):
        target = wanted.rate[0] * again * n / left
        last = np.ceil(target - _SLACK).astype(np.int64) + low
        last = np.clip(last, 1, again)
        rate = left / n * last / again
        error = rate * np.sqrt(1 / left - 1 / n + 1 / last - 1 / again)
        fits = (
            (rate >= wanted.rate[0] - _SLACK)
            & (rate <= wanted.rate[1] + _SLACK)
            & (error >= wanted.error[0] - _SLACK)
            & (error <= wanted.error[1] + _SLACK)
            & (n - left + again - last <= events)
        )
        if fits.any():
            at = int(np.flatnonzero(fits)[0])
            rows = range(n, int(left[at]), -1), range(int(again[at]), int(last[at]), -1)
            return (*rows[0], *rows[1])
    return None


def _meets(wanted: RateRange, numbers: tuple[int, ...]) -> bool:
    rate, terms = 1.0, 0.0
    for m in numbers:
        rate *= 1 - 1 / m
        terms += 1 / (m * (m - 1))
    error = rate * sqrt(terms)
    return (
        wanted.rate[0] - _SLACK <= rate <= wanted.rate[1] + _SLACK
        and wanted.error[0] - _SLACK <= error <= wanted.error[1] + _SLACK
    )


class _Search:
    """Depth first, the largest numbers at risk first."""

    def __init__(self, wanted: RateRange, events: int) -> None:
        self.wanted, self.events = wanted, events
        self.left = _MOST_STEPS
        low, high = max(wanted.rate[0], 1e-9), wanted.rate[1]
        self.falls = -log(high) - _SLACK, -log(low) + _SLACK

    def run(self, n: int) -> RiskSets:
        found = self._below(n, 0.0, 0.0, ())
        return RiskSets(found, self.left > 0 or found is not None)

    def _below(
        self, m: int, fall: float, terms: float, chosen: tuple[int, ...]
    ) -> tuple[int, ...] | None:
        """Go on with numbers of m and less."""
        if fall >= self.falls[0] and _meets(self.wanted, chosen):
            return chosen
        if len(chosen) == self.events:
            return None
        for at in range(m, 1, -1):
            self.left -= 1
            if self.left <= 0:
                return None
            step = -log(1 - 1 / at)
            if fall + step > self.falls[1]:
                return None
            if not self._may_do(at, fall, terms):
                continue
            found = self._below(at - 1, fall + step, terms + 1 / (at * (at - 1)), (*chosen, at))
            if found is not None or self.left <= 0:
                return found
        return None

    def _may_do(self, at: int, fall: float, terms: float) -> bool:
        """Whether bounds allow the error with the next event at `at`, others after it."""
        least = max(0.0, self.falls[0] - fall)
        most = self.falls[1] - fall
        fewest = max(2, min(at, int(1 / (1 - exp(-most)))))
        if self.events * -log(1 - 1 / fewest) < least:
            return False
        high = terms + most * _ratio(fewest)
        if self.wanted.rate[1] * sqrt(high) < self.wanted.error[0] - _SLACK:
            return False
        lowest = min(
            exp(-fall - more) * sqrt(terms + (exp(more) - 1) / at) for more in (least, most)
        )
        return lowest <= self.wanted.error[1] + _SLACK


def _ratio(m: int) -> float:
    """Variance term over the fall of the log rate at an event; falls with m."""
    return 1 / (m * (m - 1)) / -log(1 - 1 / m)
