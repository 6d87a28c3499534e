"""Deficiency of a gene from two assays of which either may be missing.

Low expression or a methylated promoter is deficiency. Unknown is neither yes nor no: with one assay
positive the other does not matter; with one negative and the other unknown nothing is known
(Kleene's three-valued logic).
"""

from typing import Literal

import polars as pl

from topline.clinical.computed import Column, as_expr


def compute_deficiency(
    low_expression: Column,
    methylated: Column,
    *,
    unknown_counts_as: Literal["unknown", "not deficient"] = "unknown",
) -> pl.Expr:
    """Compute whether expression is low or the promoter methylated; null where not known.

    Parameters
    ----------
    low_expression, methylated
        Booleans; null where the assay gave no result.
    unknown_counts_as
        A negative assay beside an unknown one: unknown, or not deficient. Two unknown assays stay
        unknown.

    Examples
    --------
    >>> rows = pl.DataFrame({"LOW": [True, False, False], "METH": [None, None, False]})
    >>> rows.select(compute_deficiency("LOW", "METH")).to_series().to_list()
    [True, None, False]
    """
    low, silenced = as_expr(low_expression), as_expr(methylated)
    if unknown_counts_as == "unknown":
        return low | silenced
    known = low.is_not_null() | silenced.is_not_null()
    return pl.when(known).then(low.fill_null(value=False) | silenced.fill_null(value=False))


def compute_concordance(low_expression: Column, methylated: Column) -> pl.Expr:
    """Compute whether the assays agree: low and methylated, or neither; null if one is unknown.

    Examples
    --------
    >>> rows = pl.DataFrame({"LOW": [True, True, None], "METH": [True, False, True]})
    >>> rows.select(compute_concordance("LOW", "METH")).to_series().to_list()
    [True, False, None]
    """
    return as_expr(low_expression) == as_expr(methylated)
