"""Ratings of the same subjects by several raters or methods, checked and counted."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topline.stats.labels import Labels, missing_labels

Table = NDArray[np.integer]
Floats = NDArray[np.float64]


def tabulate_ratings(
    first: Labels, second: Labels, *, categories: Sequence[str | int] | None = None
) -> tuple[Labels, NDArray[np.int64]]:
    """Count subjects by the categories that two raters put them into.

    Parameters
    ----------
    first, second
        Shape (n,). The raters' categories of the same subjects, none missing.
    categories
        All categories in their order, which weights need; None for those that occur, sorted.

    Returns
    -------
    categories
        Shape (k,).
    table
        Shape (k, k). For `compute_kappa` and `compute_concordance`.

    Raises
    ------
    ValueError
        Ratings of different lengths, a missing one, or one that is no category.

    Examples
    --------
    >>> import numpy as np
    >>> tabulate_ratings(np.array(["PR", "SD", "PD"]), np.array(["PR", "PD", "PD"]))[1]
    array([[1, 0, 0],
           [0, 1, 0],
           [1, 0, 0]])
    """
    if first.ndim != 1 or first.shape != second.shape:
        msg = f"the ratings have shapes {first.shape} and {second.shape}; expected (n,) twice"
        raise ValueError(msg)
    both = np.concatenate((first, second))
    refuse_missing(both)
    known = np.unique(both) if categories is None else np.array(categories)
    wrong = sorted({str(label) for label in both} - {str(label) for label in known})
    if wrong:
        listed = ", ".join(str(label) for label in known)
        msg = f"{', '.join(wrong)} is no category; the categories are {listed}"
        raise ValueError(msg)
    place = {str(label): i for i, label in enumerate(known)}
    code = np.array([place[str(label)] for label in both], np.int64)
    k, n = len(known), len(first)
    return known, np.bincount(code[:n] * k + code[n:], minlength=k * k).reshape(k, k)


def refuse_missing(ratings: Labels) -> None:
    """Raise ValueError where a rating is missing; any shape."""
    missing = missing_labels(ratings)
    if missing.any():
        msg = f"{int(missing.sum())} of {ratings.size} ratings are missing; leave the subjects out"
        raise ValueError(msg)


def refuse_level(level: float) -> None:
    """Raise ValueError unless a coverage lies between 0 and 1."""
    if not 0 < level < 1:
        msg = f"level is {level}; expected a number between 0 and 1, such as 0.95"
        raise ValueError(msg)


def refuse_table(table: Table) -> None:
    """Raise ValueError unless a table counts subjects by the same categories twice."""
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not len(table):
        msg = f"the table has shape {table.shape}; expected (k, k), the same categories twice"
        raise ValueError(msg)
    if not np.issubdtype(table.dtype, np.integer) or (table < 0).any():
        msg = f"the table is {table.dtype} with a least of {table.min()}; expected counts"
        raise ValueError(msg)


def refuse_measurements(first: Floats, second: Floats) -> None:
    """Raise ValueError unless two measurements of the same subjects are complete."""
    if first.ndim != 1 or first.shape != second.shape:
        msg = f"the measurements have shapes {first.shape} and {second.shape}; expected (n,) twice"
        raise ValueError(msg)
    wrong = int((~(np.isfinite(first) & np.isfinite(second))).sum())
    if wrong:
        msg = f"{wrong} of {len(first)} subjects lack a measurement; leave them out"
        raise ValueError(msg)
