"""Baseline variables of subjects as the columns of a regression, or as strata."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from topline.analyses.levels import is_flag, is_number, text_of
from topline.protocol.protocol import Protocol


def known(protocol: Protocol, variables: Sequence[str]) -> str:
    """Write the condition that a subject has a value of each; a flag that is not set is one."""
    asked = [variable for variable in variables if not is_flag(protocol, variable)]
    return " AND ".join(f"{variable} IS NOT NULL" for variable in asked)


def design_matrix(
    protocol: Protocol, subjects: pl.DataFrame, variables: Sequence[str]
) -> tuple[NDArray[np.float64], list[str]]:
    """Make the columns of a regression.

    Parameters
    ----------
    protocol
        Says which numbers are categories.
    subjects
        One row a subject, none without a value.
    variables
        ADSL variables.

    Returns
    -------
    columns
        Shape (subjects, columns): a number is one column, a variable of k categories k - 1.
    names
        Of the columns, such as ``AGE`` and ``SEX=M``.
    """
    columns: list[pl.Series] = []
    for variable in variables:
        values = subjects[variable]
        if is_number(protocol, variable, values.dtype):
            columns.append(values.cast(pl.Float64).rename(variable))
            continue
        categories = values.unique().sort()[1:].to_list()  # without a flag comes before with
        columns += [
            (values == category).fill_null(value=False).rename(f"{variable}={text_of(category)}")
            for category in categories
        ]
    matrix = np.zeros((subjects.height, len(columns)))
    for i, column in enumerate(columns):
        matrix[:, i] = column.to_numpy()
    return matrix, [column.name for column in columns]


def strata(subjects: pl.DataFrame, variables: Sequence[str]) -> NDArray[np.generic]:
    """Label each subject by its values, such as ``0, LUNG``; shape (subjects,)."""
    texts = [
        pl.col(variable).cast(pl.String).str.strip_suffix(".0").fill_null("N")
        for variable in variables
    ]
    labels = subjects.select(pl.concat_str(texts, separator=", ").alias("label"))["label"]
    return labels.to_numpy().astype(np.str_)
