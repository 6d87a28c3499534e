r"""Bootstrap interval of any statistic: subjects are drawn with replacement, from a seed.

percentile
    The quantiles (1 - `level`) / 2 and (1 + `level`) / 2 of the resampled statistics.
basic
    Twice the estimate less these quantiles, exchanged.
bca
    Quantiles corrected for bias and acceleration [1]_ (section 14.3): the bias from the
    share of resampled statistics below the estimate, the acceleration from the jackknife. The
    default.

Quantiles are the (R + 1) a-th of R sorted statistics, between two of them on the normal scale, as
in R's ``boot.ci`` [2]_ (chapter 5), which takes the acceleration from another approximation
unless it is given the jackknife's.

The same seed, values and number of resamples give the same interval. Edges: no values, or a
statistic that is not a number, have no limits. Resamples without one (the ratio to a mean of 0) are
left out. Where all statistics are equal there are no limits; nor by BCa where all are on one side
of the estimate, or no value moves it. Where a quantile lies beyond the smallest or largest
statistic, that one is given. Each comes with a warning.

References
----------
.. [1] Efron B, Tibshirani RJ (1993). An introduction to the bootstrap. New York: Chapman and Hall.
.. [2] Davison AC, Hinkley DV (1997). Bootstrap methods and their application. Cambridge: Cambridge
   University Press.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import signature
from math import floor, isfinite
from typing import Literal, Protocol, cast

import numpy as np
from scipy import special

from topline.stats.method import Method, library_version
from topline.stats.ranks.ranking import Counts, Floats, refuse_options

BootstrapMethod = Literal["percentile", "basic", "bca"]
Statistic = Callable[[Floats], float]

_AT_ONCE = 2_000_000  # values resampled at a time
_NAN = float("nan")


class _ByRow(Protocol):
    def __call__(self, values: Floats, /, *, axis: int) -> Floats: ...


@dataclass(frozen=True, slots=True)
class BootstrapInterval:
    """A statistic with its limits, in its own unit; NaN where not estimable."""

    estimate: float
    """Of the values as they are."""
    lower: float
    upper: float
    level: float
    n: int
    resamples: int
    """Resampled statistics behind the limits."""
    method: Method
    warnings: tuple[str, ...] = ()


def compute_bootstrap(  # noqa: PLR0913 - the data and one option a choice
    values: Floats,
    statistic: Statistic,
    *,
    seed: int,
    resamples: int = 2000,
    method: BootstrapMethod = "bca",
    level: float = 0.95,
) -> BootstrapInterval:
    """Estimate a statistic with limits by resampling.

    Parameters
    ----------
    values
        Shape (n,), or (n, k) with a row a subject; rows are drawn whole.
    statistic
        Takes values of that shape, gives a number. If values have one column and it has an `axis`
        (as ``numpy.median``), it is called once for many resamples, which is faster.
    seed
        At least 0.
    resamples
        How many, at least 1.
    method
        Kind of interval; the module says what each is.
    level
        Coverage, between 0 and 1.

    Raises
    ------
    ValueError
        Values missing, or options that cannot be.

    Examples
    --------
    >>> import numpy as np
    >>> weeks = np.array([3.0, 5.0, 8.0, 9.0, 12.0, 16.0, 20.0, 31.0])
    >>> median = compute_bootstrap(weeks, np.median, seed=1)
    >>> median.estimate, median.lower, median.upper
    (10.5, 4.0, 18.0)
    """
    _refuse(values, seed, resamples)
    refuse_options(level)
    n = len(values)
    options = (("method", method), ("resamples", resamples), ("seed", seed), ("level", level))
    named = Method("Bootstrap interval", options, library_version("numpy"))
    estimate = float(statistic(values)) if n else _NAN
    if not isfinite(estimate):
        doubt = "not estimable: " + ("the statistic is not a number" if n else "no values")
        return BootstrapInterval(estimate, _NAN, _NAN, level, n, 0, named, (doubt,))
    replicates = _statistics(values, statistic, _draws(n, seed, resamples))
    jackknife = None
    if method == "bca":
        others = _leaving_one_out(n) if n > 1 else iter(())
        jackknife = _statistics(values, statistic, others)
    lower, upper, doubts = compute_bootstrap_limits(
        estimate, replicates, jackknife, method=method, level=level
    )
    present = int(np.isfinite(replicates).sum())
    return BootstrapInterval(estimate, lower, upper, level, n, present, named, doubts)


def compute_bootstrap_limits(
    estimate: float,
    replicates: Floats,
    jackknife: Floats | None = None,
    *,
    method: BootstrapMethod = "bca",
    level: float = 0.95,
) -> tuple[float, float, tuple[str, ...]]:
    """Turn resampled statistics into limits.

    Parameters
    ----------
    estimate
        Statistic of all values.
    replicates
        Shape (resamples,). Resampled statistics; those that are not finite are left out.
    jackknife
        Shape (n,). Statistic of all values but one, in turn; needed for bca.

    Returns
    -------
    tuple of float, float and tuple of str
        Lower limit, upper limit and warnings.

    Raises
    ------
    ValueError
        A method that does not exist, or bca without a jackknife.
    """
    if method not in {"percentile", "basic", "bca"}:
        msg = f"there is no interval {method!r}; choose percentile, basic or bca"
        raise ValueError(msg)
    if method == "bca" and jackknife is None:
        msg = "bca needs the jackknife: the statistic of all values but one, in turn"
        raise ValueError(msg)
    ordered = np.sort(replicates[np.isfinite(replicates)])
    doubts: list[str] = []
    if lost := len(replicates) - len(ordered):
        doubts.append(f"{lost} of {len(replicates)} resamples have no statistic and are left out")
    if len(ordered) == 0 or ordered[0] == ordered[-1]:
        return _NAN, _NAN, (*doubts, "no limits: the resampled statistics do not differ")
    places = np.array([(1 - level) / 2, (1 + level) / 2])
    if jackknife is not None and method == "bca":
        places = _corrected(places, estimate, ordered, jackknife)
    if not np.isfinite(places).all():
        why = "all resampled statistics are on one side of the estimate, or no value moves it"
        return _NAN, _NAN, (*doubts, f"no limits: {why}")
    ranks = places * (len(ordered) + 1)
    if ranks.min() < 1 or ranks.max() > len(ordered):
        doubts.append("limits are the smallest or largest resampled statistic: take more resamples")
    lower, upper = (_quantile(ordered, float(place)) for place in places)
    if method == "basic":
        lower, upper = 2 * estimate - upper, 2 * estimate - lower
    return lower, upper, tuple(doubts)


def _corrected(places: Floats, estimate: float, ordered: Floats, jackknife: Floats) -> Floats:
    """Correct the places of the quantiles for bias and acceleration; NaN where undefined."""
    below = int(np.searchsorted(ordered, estimate))
    influence = jackknife.mean() - jackknife
    size = float((influence**2).sum()) if len(jackknife) > 1 else 0.0
    if below in {0, len(ordered)} or not 0 < size < np.inf:
        return np.full(2, _NAN)
    bias = float(special.ndtri(below / len(ordered)))
    acceleration = float((influence**3).sum()) / (6 * size**1.5)
    shifted: Floats = bias + special.ndtri(places)
    corrected: Floats = bias + shifted / (1 - acceleration * shifted)
    return special.ndtr(corrected)


def _quantile(ordered: Floats, place: float) -> float:
    """Interpolate between two statistics on the normal scale."""
    count = len(ordered)
    k = floor(place * (count + 1))
    if k < 1 or k >= count:
        return float(ordered[0] if k < 1 else ordered[-1])
    at, low, high = special.ndtri([place, k / (count + 1), (k + 1) / (count + 1)])
    return float(ordered[k - 1] + (at - low) / (high - low) * (ordered[k] - ordered[k - 1]))


def _draws(n: int, seed: int, resamples: int) -> Iterator[Counts]:
    """Draw rows with replacement, some resamples at a time."""
    rng = np.random.default_rng(seed)
    rows = max(1, _AT_ONCE // n)
    for first in range(0, resamples, rows):
        yield rng.integers(n, size=(min(rows, resamples - first), n))


def _leaving_one_out(n: int) -> Iterator[Counts]:
    """Name the rows that are left, some at a time."""
    kept = np.arange(n - 1)
    rows = max(1, _AT_ONCE // n)
    for first in range(0, n, rows):
        out = np.arange(first, min(first + rows, n))
        yield kept + (kept >= out[:, None])


def _statistics(values: Floats, statistic: Statistic, draws: Iterator[Counts]) -> Floats:
    """Compute the statistic of each draw."""
    if values.ndim == 1 and _has_axis(statistic):
        found = [_by_row(cast("_ByRow", statistic), values[draw]) for draw in draws]
    else:
        found = [np.array([float(statistic(values[row])) for row in draw]) for draw in draws]
    return np.concatenate(found) if found else np.empty(0)


def _by_row(statistic: _ByRow, samples: Floats) -> Floats:
    found = np.asarray(statistic(samples, axis=1), np.float64)
    if found.shape != (len(samples),):
        msg = (
            f"the statistic gave shape {found.shape} along axis 1 of {samples.shape}; expected "
            "a number a row: wrap it in a function of the values alone"
        )
        raise ValueError(msg)
    return found


def _has_axis(statistic: Statistic) -> bool:
    try:
        return "axis" in signature(statistic).parameters
    except ValueError:  # a builtin without a signature
        return False


def _refuse(values: Floats, seed: int, resamples: int) -> None:
    if values.ndim not in {1, 2}:
        msg = f"values has shape {values.shape}; expected (n,) or (n, k), a row a subject"
        raise ValueError(msg)
    if odd := int(np.isnan(values).sum()):
        msg = f"{odd} of {values.size} values are missing; leave these subjects out"
        raise ValueError(msg)
    if seed < 0 or resamples < 1:
        msg = f"seed is {seed} and resamples {resamples}; expected at least 0 and 1"
        raise ValueError(msg)
