"""Two categorical variables of the same subjects, counted against each other."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from topline.analyses.levels import Level, levels_of, text_of
from topline.analyses.trace import none_has
from topline.protocol.protocol import Protocol

TOTAL = "total"
"""Stands for all categories, or all groups, in the level of a result."""


@dataclass(frozen=True)
class CrossTable:
    """Categories that both variables share, and how often each pair of them occurs."""

    first: tuple[Level, ...]
    second: tuple[Level, ...]
    """In the order of the first: the category that means the same."""
    counts: NDArray[np.int64]
    """Shape (categories, categories): rows of the first variable, columns of the second."""

    def same(self) -> str:
        """Write the condition that both say the same."""
        return " OR ".join(
            f"({one.condition} AND {two.condition})"
            for one, two in zip(self.first, self.second, strict=True)
        )


def cross_table(
    protocol: Protocol,
    pairs: pl.DataFrame,
    first: str,
    second: str,
    same: Mapping[str, str] | None = None,
) -> CrossTable:
    """Count two variables against each other.

    Parameters
    ----------
    protocol
        Gives levels, their order and labels.
    pairs
        Subjects with both values.
    first, second
        ADSL variables.
    same
        Which value of the second means the same as one of the first; without it, the same words.
    """
    words = dict(same or {})
    ones = {level.value: level for level in levels_of(protocol, first, pairs[first])}
    twos = {level.value: level for level in levels_of(protocol, second, pairs[second])}
    back = {words.get(value, value): value for value in ones}
    named = dict.fromkeys([*ones, *(back.get(value, value) for value in twos)])
    here = {text_of(value) for value in pairs[first]}
    here |= {back.get(text_of(value), text_of(value)) for value in pairs[second]}
    order = [value for value in named if value in here or value in words]
    firsts = tuple(ones.get(value) or _nobody(first, value) for value in order)
    seconds = tuple(twos.get(words.get(value, value)) or _nobody(second, value) for value in order)
    counts = [
        [
            pairs.filter(pl.sql_expr(one.condition) & pl.sql_expr(two.condition)).height
            for two in seconds
        ]
        for one in firsts
    ]
    return CrossTable(firsts, seconds, np.array(counts, np.int64).reshape(len(order), len(order)))


def _nobody(variable: str, value: str) -> Level:
    return Level(value, value, none_has(variable))
