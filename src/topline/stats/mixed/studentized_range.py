r"""Upper tail of the studentized range, for Tukey's comparisons of all pairs.

The range of $k$ independent standard normals over an independent estimate $s$ of their standard
deviation on $\nu$ degrees of freedom exceeds $q$ with probability

$$ \int_0^\infty f_\nu(s)\, \bar W_k(qs)\, ds, \quad
   \bar W_k(w) = k \int \varphi(z) [\Phi(z)^{k-1} - (\Phi(z) - \Phi(z - w))^{k-1}]\, dz, $$

with $f_\nu$ the density of $\chi_\nu / \sqrt\nu$ [1]_. Both integrals are sums at equal steps, of
$z$ and of $\log s$, which converge as fast as the integrands fall off. The difference of powers is
taken without cancellation, so that small probabilities keep their digits, which R's ``ptukey``,
being 1 less the lower tail, loses.

References
----------
.. [1] Copenhaver MD, Holland B (1988). Computation of the distribution of the maximum studentized
   range statistic with application to multiple significance testing of simple effects. Journal of
   Statistical Computation and Simulation 30(1): 1-15.
"""

from math import exp, isnan, log, nan

import numpy as np
from scipy import special

from topline.stats.mixed.denominator_degrees import t_quantile
from topline.stats.mixed.fixed_effects import Floats

_REACH = 9.0  # standard deviations, beyond which a normal density adds nothing
_STEP = 0.25
_NODES = 100
_WIDEST = 0.12
_CLOSE = 1e-14
_STEPS = 50
_LEAST = 1e-18  # of the density of log s that is left out
_FEWEST = 0.1  # degrees of freedom; with fewer a range says nothing
_NORMAL = 1e7  # degrees of freedom that are as good as infinite


def compute_range_tail(q: float, k: int, df: float) -> float:
    """Probability of a studentized range of at least q.

    Parameters
    ----------
    q
        Range in standard deviations; for a t statistic of a pair it is |t| times the root of 2.
    k
        Number of means, at least 2.
    df
        Degrees of freedom, may be infinite; below 0.1 the answer is NaN.

    Examples
    --------
    >>> round(compute_range_tail(3.876777, 3, 10), 6)
    0.05
    """
    if isnan(q) or isnan(df) or df < _FEWEST:
        return nan
    if df > _NORMAL:
        return float(_normal_tail(np.array([q]), k)[0])
    weight, s = _scales(df)
    return min(1.0, float(weight @ _normal_tail(q * s, k)))


def compute_range_quantile(level: float, k: int, df: float) -> float:
    """Range that is exceeded with probability 1 - level.

    Examples
    --------
    >>> round(compute_range_quantile(0.95, 3, 10), 6)
    3.876777
    """
    if isnan(df) or df < _FEWEST:
        return nan
    tail, pairs = 1 - level, k * (k - 1) / 2
    of_one = 2**0.5 * t_quantile(1 - tail, df)
    of_all = 2**0.5 * t_quantile(1 - tail / pairs, df)  # Bonferroni's, which is never less
    return of_one if k == 2 else _root(tail, k, df, of_one, of_all)


def _root(tail: float, k: int, df: float, low: float, high: float) -> float:
    """Close in on the quantile by secants of the log probability over log q, between two bounds."""
    low, high = log(low), log(high)
    x, last = low, high
    before = log(compute_range_tail(exp(high), k, df) / tail)
    for _ in range(_STEPS):
        found = log(compute_range_tail(exp(x), k, df) / tail)
        if abs(found) < _CLOSE or found == before:
            break
        low, high = (x, high) if found > 0 else (low, x)
        step = x - found * (x - last) / (found - before)
        last, before, x = x, found, step if low < step < high else (low + high) / 2
    return exp(x)


def _normal_tail(w: Floats, k: int) -> Floats:
    """Tail of the range of k standard normals."""
    z = w[:, None] / 2 + np.arange(-_REACH, _REACH + _STEP / 2, _STEP)
    below = special.ndtr(z)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share = np.minimum(special.ndtr(z - w[:, None]) / below, 1.0)
        lost = -np.expm1((k - 1) * np.log1p(-share))
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    terms = np.where(below > 0, density * below ** (k - 1) * lost, 0.0)
    return k * _STEP * terms.sum(axis=1)


def _scales(df: float) -> tuple[Floats, Floats]:
    """Weights and places of the standard deviation, at equal steps of its logarithm."""
    drop = -np.log(_LEAST) / df
    low = -1 - drop if df < 50 else -2 * np.sqrt(drop)
    high = np.log(1 + 2 * np.sqrt(drop) + drop / 2)
    nodes = max(_NODES, int((high - low) / _WIDEST))
    x = low + (high - low) / (nodes - 1) * np.arange(nodes, dtype=np.float64)
    weight = np.exp(df * x - df / 2 * np.expm1(2 * x))
    return weight / weight.sum(), np.exp(x)
