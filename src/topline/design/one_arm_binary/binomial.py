r"""Binomial probabilities for every number of subjects at once.

Row $n$ of a table belongs to $n$ subjects. `pmf[n, x]` is $P(X = x)$; `tail[n, k]` is
$P(X \ge k)$, 1 at $k = 0$ and 0 above $n$, summed from the small end. Both are right to a relative
error of 1e-12 up to 1,000 subjects, of 1e-10 up to 2,000.

Two probabilities closer than `TIE` count as equal, so that a design whose alpha is exactly the one
asked for is not lost to rounding; `rational.py` has the same sums in whole numbers.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import lgamma, log, log1p
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TIE: Final = 1e-12
_NO_UNDERFLOW: Final = 1000


@dataclass(frozen=True, slots=True)
class Binomials:
    """Probabilities of 0 to n responders for each n up to a size."""

    pmf: Floats
    """Shape (size + 1, size + 2)."""
    tail: Floats
    """Shape (size + 1, size + 2)."""


def compute_binomials(size: int, rate: float) -> Binomials:
    """Tabulate a rate's binomial probabilities.

    Parameters
    ----------
    size
        Largest number of subjects.
    rate
        Response rate, from 0 to 1.

    Examples
    --------
    >>> table = compute_binomials(3, 0.5)
    >>> table.pmf[3].round(6).tolist(), table.tail[2].round(6).tolist()
    ([0.125, 0.375, 0.375, 0.125, 0.0], [1.0, 0.75, 0.25, 0.0, 0.0])
    """
    if rate in {0.0, 1.0}:
        pmf = np.zeros((size + 1, size + 2))
        pmf[np.arange(size + 1), np.arange(size + 1) * int(rate)] = 1
    elif rate > 0.5:
        pmf = _mirrored(_pmf(size, 1 - rate))
    else:
        pmf = _pmf(size, rate)
    tail = np.empty_like(pmf)
    np.cumsum(pmf[:, ::-1], axis=1, out=tail[:, ::-1])
    tail[:, 0] = 1
    return Binomials(pmf, tail)


def _pmf(size: int, rate: float) -> Floats:
    """Probabilities of a rate of at most one half; nothing up to 1,000 of it underflows."""
    if size > _NO_UNDERFLOW:
        n = np.arange(size + 1.0)[:, None]
        choices = _log_choices(size)
        return np.exp(choices + np.arange(size + 2.0) * log(rate / (1 - rate)) + n * log1p(-rate))
    pmf = _steps(size) * (rate / (1 - rate))
    pmf[:, 0] = (1 - rate) ** np.arange(size + 1.0)
    np.cumprod(pmf, axis=1, out=pmf)
    return pmf


def _mirrored(pmf: Floats) -> Floats:
    """Return `pmf[n, n - x]`; where x is above n, the index runs into zeros of the row before."""
    width = pmf.shape[1]
    flat = np.concatenate([np.zeros(width), pmf.ravel()])
    step = flat.itemsize
    return as_strided(flat[width:], pmf.shape, ((width + 1) * step, -step)).copy()


@lru_cache(maxsize=4)
def _steps(size: int) -> Floats:
    """Return what turns n choose x - 1 into n choose x: (n - x + 1) / x."""
    n, x = np.arange(size + 1.0)[:, None], np.arange(size + 2.0)
    return np.maximum(n - x + 1, 0) / np.maximum(x, 1)


@lru_cache(maxsize=4)
def _log_choices(size: int) -> Floats:
    """Logarithm of n choose x, of 0 where x is above n."""
    factorial = np.array([lgamma(i + 1) for i in range(size + 2)])
    n, x = np.arange(size + 1)[:, None], np.arange(size + 2)
    below = np.abs(n - x)
    return np.where(x <= n, factorial[n] - factorial[x] - factorial[below], -np.inf)
