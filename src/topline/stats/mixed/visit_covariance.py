r"""Covariance of a subject's values over visits, in few parameters, with its derivatives.

The parameters are those of SAS PROC MIXED's TYPE= option: Kenward and Roger's adjustment depends on
what is called a parameter wherever the covariance is not linear in it.

================================ =================================================== ==============
unstructured                     each variance and covariance                        UN
compound-symmetry                one variance, one covariance                        CS
compound-symmetry-heterogeneous  a variance a visit, one correlation                 CSH
ar1                              one variance, correlation r to the power of the lag AR(1)
ar1-heterogeneous                a variance a visit, the same correlations           ARH(1)
toeplitz                         one variance, a covariance a lag                    TOEP
toeplitz-heterogeneous           a variance a visit, a correlation a lag             TOEPH
================================ =================================================== ==============

A lag is the number of visits from one to the other, in the order given, whatever the days between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from topline.stats.mixed.fixed_effects import Floats

CovarianceStructure = Literal[
    "unstructured",
    "compound-symmetry",
    "compound-symmetry-heterogeneous",
    "ar1",
    "ar1-heterogeneous",
    "toeplitz",
    "toeplitz-heterogeneous",
]

STRUCTURES: tuple[CovarianceStructure, ...] = (
    "unstructured",
    "compound-symmetry",
    "compound-symmetry-heterogeneous",
    "ar1",
    "ar1-heterogeneous",
    "toeplitz",
    "toeplitz-heterogeneous",
)
_START = 0.1  # correlation to begin with


@dataclass(frozen=True, slots=True, eq=False)
class Covariance:
    """A covariance of v visits and its derivatives by r parameters."""

    value: Floats
    """Shape (v, v)."""
    first: Floats
    """Shape (r, v, v)."""
    second: Floats | None
    """Shape (r, r, v, v); None where it is 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """Parameters of a structure, and where to begin."""

    names: tuple[str, ...]
    start: Floats
    """Shape (r,)."""
    squared: Floats
    """Shape (r,). 1 where in the values' unit squared, 0 where a correlation."""


def parameters_of(
    structure: CovarianceStructure, visits: Sequence[str], variances: Floats
) -> Parameters:
    """Name a structure's parameters and begin with variances by visit, shape (v,)."""
    v, mean = len(visits), float(variances.mean())
    by_visit = tuple(f"variance {visit}" for visit in visits)
    lags = tuple(f"lag {lag}" for lag in range(1, v))
    if structure == "unstructured":
        pairs = [(a, b) for a in range(v) for b in range(a + 1)]
        names = tuple(
            by_visit[a] if a == b else f"covariance {visits[b]}, {visits[a]}" for a, b in pairs
        )
        start = np.array([variances[a] if a == b else 0.0 for a, b in pairs])
        return Parameters(names, start, np.ones(len(pairs)))
    if structure in {"compound-symmetry", "toeplitz"}:
        rest = lags if structure == "toeplitz" else ("all visits",)[: v - 1]
        names = ("variance", *(f"covariance {each}" for each in rest))
        start = np.append(mean, np.zeros(len(rest)))
        return Parameters(names, start, np.ones(len(names)))
    rest = lags if structure.startswith("toeplitz") else ("",)[: v - 1]
    scales = ("variance",) if structure == "ar1" else by_visit
    names = (*scales, *(f"correlation {each}".strip() for each in rest))
    start = np.append([mean] if structure == "ar1" else variances, np.full(len(rest), _START))
    return Parameters(names, start, np.repeat([1.0, 0.0], [len(scales), len(rest)]))


def compute_covariance(structure: CovarianceStructure, v: int, theta: Floats) -> Covariance:
    """Compute a structure's covariance and its derivatives.

    Parameters
    ----------
    structure
        One of the module's table.
    v
        Number of visits.
    theta
        Shape (r,). Parameters in the order of `parameters_of`.

    Examples
    --------
    >>> compute_covariance("ar1", 3, np.array([4.0, 0.5])).value
    array([[4., 2., 1.],
           [2., 4., 2.],
           [1., 2., 4.]])
    """
    lag = np.abs(np.subtract.outer(np.arange(v), np.arange(v))).astype(np.float64)
    if structure == "unstructured":
        row, column = np.tril_indices(v)
        each = np.zeros((len(row), v, v))
        each[range(len(row)), row, column] = each[range(len(row)), column, row] = 1
        return Covariance(np.einsum("r,rab->ab", theta, each), each, None)
    if structure in {"compound-symmetry", "toeplitz"}:
        kind = np.minimum(lag, 1) if structure == "compound-symmetry" else lag
        each = (kind == np.arange(len(theta))[:, None, None]).astype(np.float64)
        return Covariance(np.einsum("r,rab->ab", theta, each), each, None)
    belongs = np.ones((1, v)) if structure == "ar1" else np.eye(v)
    variance, rho = theta[: len(belongs)], theta[len(belongs) :]
    if structure.startswith("ar1"):
        correlation = _powers(lag, rho)
    else:
        kind = lag if structure.startswith("toeplitz") else np.minimum(lag, 1)
        each = (kind == 1 + np.arange(len(rho))[:, None, None]).astype(np.float64)
        correlation = Covariance(np.eye(v) + np.einsum("r,rab->ab", rho, each), each, None)
    return _scaled(variance, belongs, correlation)


def _powers(lag: Floats, rho: Floats) -> Covariance:
    """Correlations that are powers of one; none of a single visit."""
    r, base = len(rho), rho[0] if len(rho) else np.float64(0)
    one = lag * base ** np.maximum(lag - 1, 0)
    two = lag * (lag - 1) * base ** np.maximum(lag - 2, 0)
    return Covariance(base**lag, one[None][:r], two[None, None][:r, :r])


def _scaled(variance: Floats, belongs: Floats, correlation: Covariance) -> Covariance:
    """Correlations times standard deviations; `belongs` tells the visits of each variance."""
    h, r = len(variance), len(variance) + len(correlation.first)
    root = np.sqrt(belongs.T @ variance)
    scale = np.outer(root, root)
    value = scale * correlation.value
    share = (belongs[:, :, None] + belongs[:, None, :]) / (2 * variance[:, None, None])
    first = np.concatenate([value * share, scale * correlation.first])
    second = np.zeros((r, r, *value.shape))
    second[:h, :h] = value * share[:, None] * share
    second[range(h), range(h)] -= value * share / variance[:, None, None]
    second[:h, h:] = share[:, None] * first[h:]
    second[h:, :h] = first[h:, None] * share
    if correlation.second is not None:
        second[h:, h:] = scale * correlation.second
    return Covariance(value, first, second)
