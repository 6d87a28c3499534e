"""Ranks with ties, and the groups they are compared in."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from topline.stats.labels import Labels, missing_labels

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
PValueMethod = Literal["exact", "asymptotic"]
Alternative = Literal["two-sided", "greater", "less"]

_ZERO = 1e-9  # eigenvalues of the correlations; the smallest true one is far larger


def doubled_ranks(values: Floats) -> Counts:
    """Rank values, ties sharing the mean of their ranks, and double that to stay whole.

    Examples
    --------
    >>> doubled_ranks(np.array([3.0, 1.0, 3.0, 7.0])).tolist()
    [5, 2, 5, 8]
    """
    _, place, size = np.unique(values, return_inverse=True, return_counts=True)
    return (2 * np.cumsum(size) - size + 1)[place]


def tie_sum(values: Floats | Counts) -> int:
    """Add up t³ - t over the sets of t equal values.

    Examples
    --------
    >>> tie_sum(np.array([3.0, 1.0, 3.0, 7.0]))
    6
    """
    size = np.unique(values, return_counts=True)[1].astype(np.int64)
    return int((size**3 - size).sum())


def chosen_method(method: PValueMethod | None, size: int, switch: int, limit: int) -> PValueMethod:
    """Take exact up to `switch` values where none is asked for; refuse it above `limit`.

    Raises
    ------
    ValueError
        A method that does not exist, or exact for more than can be counted.
    """
    if method not in {"exact", "asymptotic", None}:
        msg = f"there is no method {method!r}; choose exact, asymptotic or None"
        raise ValueError(msg)
    if method == "exact" and size > limit:
        msg = f"exact is asked for {size} values; up to {limit} are counted: use asymptotic"
        raise ValueError(msg)
    return method or ("exact" if size <= switch else "asymptotic")


def normal_p_value(distance: float, sd: float, alternative: Alternative, *, correct: bool) -> float:
    """Tail of a normal distance from the mean; corrected, half a step closer to it.

    Examples
    --------
    >>> round(normal_p_value(-2.46, 1.0, "two-sided", correct=True), 3)
    0.05
    """
    if sd == 0:
        return float("nan")
    half = 0.5 if correct else 0.0
    if alternative == "two-sided":
        return min(1.0, 2 * float(special.ndtr(-(abs(distance) - half) / sd)))
    upward = distance if alternative == "greater" else -distance
    return float(special.ndtr(-(upward - half) / sd))


def refuse_values(name: str, values: Floats) -> None:
    """Refuse values that have no rank.

    Raises
    ------
    ValueError
        Values that are not one row of finite numbers.
    """
    if values.ndim != 1:
        msg = f"{name} has shape {values.shape}; expected one value a subject, shape (n,)"
        raise ValueError(msg)
    if odd := int((~np.isfinite(values)).sum()):
        msg = f"{odd} of {len(values)} {name} are missing or infinite; leave them out"
        raise ValueError(msg)


def refuse_options(level: float, alternative: Alternative = "two-sided") -> None:
    """Refuse a level or an alternative that cannot be.

    Raises
    ------
    ValueError
        A level outside 0 to 1, or an alternative that does not exist.
    """
    if not 0 < level < 1:
        msg = f"level is {level}; expected a number between 0 and 1, such as 0.95"
        raise ValueError(msg)
    if alternative not in {"two-sided", "greater", "less"}:
        msg = f"there is no alternative {alternative!r}; choose two-sided, greater or less"
        raise ValueError(msg)


def group_codes(name: str, labels: Labels, values: Floats) -> tuple[tuple[str, ...], Counts]:
    """Name the groups in the order of their labels, and say which one each value is in.

    Raises
    ------
    ValueError
        Labels of another number than the values, or a missing label.
    """
    if labels.shape != values.shape:
        msg = f"{name} has shape {labels.shape}; expected {values.shape}, as the values"
        raise ValueError(msg)
    missing = missing_labels(labels)
    if missing.any():
        first = int(np.flatnonzero(missing)[0])
        msg = (
            f"{name} is missing for {int(missing.sum())} of {len(labels)} values, the first at "
            f"position {first}; leave them out or give them a label"
        )
        raise ValueError(msg)
    names, code = np.unique(labels, return_inverse=True)
    return tuple(str(label) for label in names), code.astype(np.int64)


def squared_distance(difference: Floats, covariance: Floats) -> tuple[float, int]:
    """Measure a difference in the units of its covariance, and give the rank of that.

    Returns
    -------
    tuple of float and int
        d' V⁻ d with the generalised inverse, NaN where nothing varies; the rank of V.
    """
    scale = np.sqrt(np.diag(covariance))
    varies = scale > 0
    if not varies.any():
        return float("nan"), 0
    scale = scale[varies]
    correlation = covariance[np.ix_(varies, varies)] / np.outer(scale, scale)
    values, vectors = np.linalg.eigh(correlation)
    kept = values > _ZERO
    z = vectors[:, kept].T @ (difference[varies] / scale)
    return float((z * z / values[kept]).sum()), int(kept.sum())
