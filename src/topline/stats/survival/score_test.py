"""What tests of several groups share: coded labels, and the size of a vector of scores."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topline.stats.labels import Labels, missing_labels
from topline.stats.survival.kaplan_meier import Counts, Days, Floats

ZERO = 1e-9
"""Of eigenvalues of correlations; the smallest true one is far larger."""

_FEW = 32  # labels up to here are counted, or compared one by one: faster than to sort


def codes_of(name: str, labels: Labels, time_days: Days) -> tuple[Labels, Counts]:
    """Distinct labels in order, and the place of each subject's label among them.

    Parameters
    ----------
    name
        What the labels are of, for messages.
    labels
        Shape (n,), none missing.
    time_days
        Shape (n,).

    Raises
    ------
    ValueError
        Labels of another count than subjects, or a missing one.

    Examples
    --------
    >>> import numpy as np
    >>> labels, code = codes_of("group", np.array(["B", "A", "B"]), np.array([10, 20, 30]))
    >>> labels.tolist(), code.tolist()
    (['A', 'B'], [1, 0, 1])
    """
    if labels.shape != time_days.shape:
        msg = f"{name} has shape {labels.shape}; expected {time_days.shape}, as time_days"
        raise ValueError(msg)
    missing = missing_labels(labels)
    if missing.any():
        first = int(np.flatnonzero(missing)[0])
        msg = (
            f"{name} is missing for {int(missing.sum())} of {len(labels)} subjects, the first at "
            f"position {first}; leave them out or give them a label"
        )
        raise ValueError(msg)
    if labels.dtype.kind in "iu" and len(labels):
        numbers = labels.astype(np.int64)
        least = int(numbers.min())
        if int(numbers.max()) - least < _FEW:
            there = np.bincount(numbers - least) > 0
            distinct = (least + np.flatnonzero(there)).astype(labels.dtype)
            return distinct, there.cumsum()[numbers - least] - 1
    if labels.dtype.kind not in "US":
        return np.unique(labels, return_inverse=True)
    distinct = np.unique(labels)
    if len(distinct) > _FEW:
        return distinct, np.searchsorted(distinct, labels)
    code = np.zeros(len(labels), np.int64)
    for place in range(1, len(distinct)):
        code[labels == distinct[place]] = place
    return distinct, code


def strata_of(stratum: Labels | None, time_days: Days) -> Sequence[NDArray[np.intp] | slice]:
    """Subjects of each stratum, in the order of the labels; all subjects where there is none.

    Parameters
    ----------
    stratum
        Shape (n,). Labels, none missing; None puts all in one stratum.
    time_days
        Shape (n,).

    Raises
    ------
    ValueError
        As `codes_of`.

    Examples
    --------
    >>> import numpy as np
    >>> strata_of(np.array(["B", "A", "B"]), np.array([10, 20, 30]))
    [array([1]), array([0, 2])]
    """
    if stratum is None:
        return [slice(None)] if len(time_days) else []
    labels, code = codes_of("stratum", stratum, time_days)
    small = code.astype(np.uint16) if len(labels) < 1 << 16 else code  # sorts several times faster
    order = np.argsort(small, kind="stable")
    return np.split(order, np.cumsum(np.bincount(code, minlength=len(labels)))[:-1])


def compute_distance(difference: Floats, covariance: Floats) -> tuple[float, int]:
    """Squared length of a vector in the units of its covariance, and the rank of that.

    Parameters
    ----------
    difference
        Shape (k,).
    covariance
        Shape (k, k).

    Returns
    -------
    statistic, rank
        Chi-square on as many degrees of freedom as the rank; NaN at rank 0.

    Examples
    --------
    >>> import numpy as np
    >>> covariance = np.array([[1.0, -1.0], [-1.0, 1.0]])
    >>> statistic, rank = compute_distance(np.array([2.0, -2.0]), covariance)
    >>> round(statistic, 9), rank
    (4.0, 1)
    """
    if len(difference) == 2 and _opposite(difference, covariance):
        return float(difference[0] ** 2 / covariance[0, 0]), 1
    scale = np.sqrt(np.diag(covariance))
    varies = scale > 0
    if not varies.any():
        return float("nan"), 0
    scale = scale[varies]
    correlation = covariance[np.ix_(varies, varies)] / np.outer(scale, scale)
    values, vectors = np.linalg.eigh(correlation)
    kept = values > ZERO
    z = vectors[:, kept].T @ (difference[varies] / scale)
    return float((z * z / values[kept]).sum()), int(kept.sum())


def _opposite(difference: Floats, covariance: Floats) -> bool:
    """Whether two scores are one, but for the sign and rounding: the usual case needs no roots."""
    variance, shared = float(covariance[0, 0]), float(covariance[0, 1])
    near = 1e-12 * variance
    return (
        variance > 0
        and abs(variance + shared) <= near
        and abs(float(covariance[1, 1]) - variance) <= near
        and abs(float(difference[0] + difference[1])) <= ZERO * abs(float(difference[0]))
    )
