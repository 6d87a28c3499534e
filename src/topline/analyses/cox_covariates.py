"""Covariates of a regression as columns of numbers: a category against the reference, a number."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from topline.analyses.levels import Level, is_flag, is_number, label_of, levels_of, unit_of
from topline.protocol.comparisons import CoxRegression
from topline.protocol.protocol import Protocol


@dataclass(frozen=True)
class Term:
    """A column of the model: a number, or a category against the reference."""

    level: str
    label: str
    values: pl.Expr


@dataclass(frozen=True)
class Covariate:
    """A covariate and its terms; without any where all subjects are alike."""

    name: str
    label: str
    reference: str
    """Label of the category that others are compared with; empty of a number."""
    terms: tuple[Term, ...]
    known: str
    """Condition that a subject has a value; empty of a flag, which everybody has."""
    categories: tuple[Level, ...] = ()
    """All that subjects have, with the reference; none of a number."""

    def columns(self, rows: pl.DataFrame) -> NDArray[np.float64]:
        """Return the terms' values: shape (subjects, terms)."""
        values = [rows.select(term.values.cast(pl.Float64)).to_series() for term in self.terms]
        return np.column_stack([value.to_numpy() for value in values])


def covariate_of(
    protocol: Protocol, analysis: CoxRegression, name: str, rows: pl.DataFrame
) -> Covariate:
    """Make the terms of a covariate from the categories that the subjects have.

    Parameters
    ----------
    protocol
        Gives labels, levels and units.
    analysis
        Gives reference categories, and the units that hazard ratios are for.
    name
        ADSL variable.
    rows
        Subjects of the regression.
    """
    label = label_of(protocol, name)
    if is_number(protocol, name, rows.schema[name]):
        per, unit = analysis.per.get(name, 1.0), unit_of(protocol, name)
        said = f"per {per:g} {unit}".rstrip()
        varies = rows[name].drop_nulls().n_unique() > 1
        terms = (Term("", said, pl.col(name) / per),) if varies else ()
        return Covariate(name, label, "", terms, f"{name} IS NOT NULL")
    levels = [
        level
        for level in levels_of(protocol, name, rows[name])
        if not level.is_missing and rows.filter(pl.sql_expr(level.condition)).height
    ]
    reference = _reference(analysis.references.get(name), levels, last=is_flag(protocol, name))
    terms = tuple(
        Term(level.value, level.label, pl.sql_expr(level.condition).fill_null(value=False))
        for level in levels
        if level is not reference
    )
    known = "" if is_flag(protocol, name) else f"{name} IS NOT NULL"
    named = reference.label if reference else ""
    return Covariate(name, label, named, terms, known, tuple(levels))


def _reference(named: str | None, levels: list[Level], *, last: bool) -> Level | None:
    """Return the category named, else the first; of a flag, that of those without it."""
    usual = (levels[-1] if last else levels[0]) if levels else None
    return next((level for level in levels if level.value == named), usual)
