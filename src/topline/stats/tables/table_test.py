"""The result of a test of a table of counts, and what such a table has to be."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.stats.method import Method

Table = NDArray[np.integer] | NDArray[np.floating]
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TableTest:
    """Outcome of a test; `p_value` is NaN where nothing can be compared."""

    statistic: float
    """NaN where the test has none."""
    df: int
    """Degrees of freedom; 0 where the reference distribution has none."""
    p_value: float
    n: int
    """Subjects in the table; of a paired table, pairs."""
    method: Method
    warnings: tuple[str, ...] = ()


def counts_of(table: Table, dimensions: int = 2) -> Counts:
    """Check that a table holds counts.

    Raises
    ------
    ValueError
        Other dimensions than asked for, or a cell that is no whole number of 0 or more.
    """
    if table.ndim != dimensions or 0 in table.shape:
        expected = "(groups, categories)" if dimensions == 2 else "(strata, groups, categories)"
        msg = f"the table has shape {table.shape}; expected {expected}, each at least 1"
        raise ValueError(msg)
    with np.errstate(invalid="ignore"):
        counts = table.astype(np.int64)
    wrong = (counts != table) | (counts < 0)
    if wrong.any():
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        msg = (
            f"the table has {table[place]} at {place}, and {int(wrong.sum())} such cells in all; "
            "expected whole numbers of 0 or more"
        )
        raise ValueError(msg)
    return counts


def fourfold(table: Table, dimensions: int = 2) -> Counts:
    """Check that a table is one of 2 x 2, or with three dimensions several of them."""
    counts = counts_of(table, dimensions)
    if counts.shape[-2:] != (2, 2):
        msg = (
            f"the table has shape {counts.shape}; expected 2 x 2: rows group and reference group, "
            "columns event and no event"
        )
        raise ValueError(msg)
    return counts


def occupied(counts: Counts) -> tuple[Counts, tuple[str, ...]]:
    """Leave out rows and columns without a subject, and say which."""
    rows, columns = counts.any(axis=1), counts.any(axis=0)
    warnings = tuple(
        f"left out for having no subjects: {what} {', '.join(map(str, np.flatnonzero(~kept) + 1))}"
        for what, kept in (("row", rows), ("column", columns))
        if not kept.all()
    )
    return counts[rows][:, columns], warnings


def no_comparison(
    n: int, method: Method, warnings: tuple[str, ...] = (), *, exact: bool = False
) -> TableTest:
    """Give the result of a test that has nothing to compare: no p-value, of an exact test 1.

    One table alone is possible then, and has probability 1; without subjects there is none.
    """
    nan = float("nan")
    why = "nothing to compare: one group or one category" if n else "not estimable: no subjects"
    return TableTest(nan, 0, 1.0 if exact and n else nan, n, method, (*warnings, why))


def scores_of(what: str, scores: Floats | None, count: int) -> Floats:
    """Check the scores of ordered rows or columns; without any they are 1, 2, 3 and so on.

    Raises
    ------
    ValueError
        As many scores as rows or columns are expected, all of them finite.
    """
    if scores is None:
        return np.arange(1.0, count + 1)
    if scores.shape != (count,) or not np.isfinite(scores).all():
        msg = f"{what} are {scores.tolist()}; expected {count} finite numbers"
        raise ValueError(msg)
    return scores.astype(np.float64)


def refuse_choice(what: str, choice: str, choices: tuple[str, ...]) -> None:
    """Raise a ValueError unless `choice` is one of `choices`."""
    if choice not in choices:
        msg = f"there is no {what} {choice!r}; choose one of {', '.join(choices)}"
        raise ValueError(msg)
