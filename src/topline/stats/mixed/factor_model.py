r"""Models of values by factors and covariates, with an F test for each term.

`compute_factor_model` is ``lmer(values ~ factors + covariates + interactions + (1 | subject))`` in
R; `compute_mmrm` of `repeated_measures` fits a model of repeated measures over visits.

Tests of terms are of type III, each effect averaged over the levels of the other factors with
equal weights (where covariates interact with factors: at a covariate of 0), or of type II, each
beyond all terms that do not contain it, as R's ``lmerTest`` defines both. Without interactions the
two are the same. Where one term makes the model its rows are written as ``lmerTest`` writes them,
which matters for Satterthwaite's degrees of freedom alone.

Rows with a missing value, covariate or label of a factor are left out and counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

import numpy as np

from topline.stats.labels import Labels, missing_labels
from topline.stats.mixed.denominator_degrees import (
    DegreesMethod,
    EffectTest,
    compute_effects_test,
    refuse_degrees,
)
from topline.stats.mixed.factor_terms import Coding, Layout, factor_of, terms_of
from topline.stats.mixed.fixed_effects import Counts, FixedEffects, Floats
from topline.stats.mixed.mixed_model import FitMethod, MixedModel, compute_mixed_model

EffectType = Literal["III", "II"]


class FittedModel(Protocol):
    """A mixed model or one for repeated measures."""

    @property
    def effects(self) -> FixedEffects:
        """Coefficients and what their tests need."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know of the fit."""
        ...


Model_co = TypeVar("Model_co", bound=FittedModel, covariant=True)
Model = TypeVar("Model", bound=FittedModel)


@dataclass(frozen=True, slots=True, eq=False)
class FactorModel(Generic[Model_co]):
    """A fitted model with its factors, which estimated means and contrasts are made from."""

    model: Model_co
    layout: Layout
    tests: Mapping[str, EffectTest]
    """By term, such as "visit" or "arm:visit", in the model's order; the intercept has none."""
    df: DegreesMethod
    """Degrees of freedom of the tests, and of means and contrasts unless they ask for others."""
    n: int
    """Rows used."""
    n_missing: int
    """Rows left out."""
    warnings: tuple[str, ...] = ()


def compute_factor_model(  # noqa: PLR0913 - the data and one option a choice
    values: Floats,
    subject: Labels,
    factors: Mapping[str, Labels],
    covariates: Mapping[str, Floats] | None = None,
    interactions: Sequence[Sequence[str]] = (),
    *,
    order: Mapping[str, Sequence[str]] | None = None,
    coding: Coding = "treatment",
    method: FitMethod = "reml",
    df: DegreesMethod = "kenward-roger",
    tests: EffectType = "III",
) -> FactorModel[MixedModel]:
    """Fit a mixed model with a random intercept by subject and test its terms.

    Parameters
    ----------
    values
        Shape (n,).
    subject
        Shape (n,). Label of each row's subject, none missing.
    factors
        Labels of each row by the factor's name, shape (n,) each.
    covariates
        Numbers of each row by the covariate's name, shape (n,) each.
    interactions
        Each as the names of its members, such as ``[("arm", "visit")]``.
    order
        Levels of a factor in their order; the others' are sorted.
    coding
        Columns of a factor: against its first level, or each level against their mean.
    method
        "reml" or "ml", which has no Kenward-Roger test.
    df
        Denominator degrees of freedom of the tests.
    tests
        Type of the tests; the module says what each is.

    Raises
    ------
    ValueError
        Arrays or names that do not belong together, no complete row, or no such option.

    Examples
    --------
    >>> import numpy as np
    >>> fitted = compute_factor_model(
    ...     np.array([1.0, 3.0, 2.0, 3.0, 5.0, 8.0]),
    ...     np.repeat(["A", "B", "C"], 2),
    ...     {"visit": np.tile(["C1", "C2"], 3)},
    ... )
    >>> round(fitted.tests["visit"].statistic, 6), round(fitted.tests["visit"].p_value, 6)
    (12.0, 0.07418)
    """
    refuse_degrees(df)
    rows, layout = lay_out(values, factors, covariates or {}, interactions, order or {}, coding)
    if subject.shape != values.shape:
        msg = f"subject has shape {subject.shape}; expected {values.shape}, as values"
        raise ValueError(msg)
    model = compute_mixed_model(
        values[rows], layout.design(), layout.names, subject[rows], method=method
    )
    return with_tests(model, layout, len(values), df=df, tests=tests)


def lay_out(  # noqa: PLR0913, PLR0917 - the data of one model
    values: Floats,
    factors: Mapping[str, Labels],
    covariates: Mapping[str, Floats],
    interactions: Sequence[Sequence[str]],
    order: Mapping[str, Sequence[str]],
    coding: Coding,
) -> tuple[Counts, Layout]:
    """Find the complete rows and the columns of a design for them.

    Raises
    ------
    ValueError
        As `compute_factor_model`.
    """
    complete = np.isfinite(values)
    for name, column in (*factors.items(), *covariates.items()):
        if column.shape != values.shape:
            msg = f"{name} has shape {column.shape}; expected {values.shape}, as values"
            raise ValueError(msg)
        complete &= np.isfinite(column) if name in covariates else ~missing_labels(column)
    if unknown := [name for name in order if name not in factors]:
        msg = f"order names {', '.join(unknown)}; the factors are {', '.join(factors)}"
        raise ValueError(msg)
    if coding not in {"treatment", "sum"}:
        msg = f"there is no coding {coding!r}; choose treatment or sum"
        raise ValueError(msg)
    terms = terms_of(tuple(factors), tuple(covariates), interactions)
    rows = np.flatnonzero(complete).astype(np.int64)
    if not len(rows):
        needed = ", ".join((*factors, *covariates))
        msg = f"none of {len(values)} rows is complete; expected a value and {needed} in some"
        raise ValueError(msg)
    return rows, Layout(
        n=len(rows),
        factors=tuple(factor_of(f, labels[rows], order.get(f)) for f, labels in factors.items()),
        covariates={name: numbers[rows] for name, numbers in covariates.items()},
        terms=terms,
        coding=coding,
    )


def with_tests(
    model: Model, layout: Layout, rows: int, *, df: DegreesMethod, tests: EffectType
) -> FactorModel[Model]:
    """Test the terms of a fitted model; `rows` are those given, complete or not."""
    effects = layout.terms[1:]
    written = {
        term.name: layout.effect_beyond(term)
        if tests == "II" or len(effects) == 1
        else layout.effect(term)
        for term in effects
    }
    missing = rows - layout.n
    left_out = (f"{missing} of {rows} rows left out: incomplete",) if missing else ()
    return FactorModel(
        model=model,
        layout=layout,
        tests={name: compute_effects_test(model, part, df=df) for name, part in written.items()},
        df=df,
        n=layout.n,
        n_missing=missing,
        warnings=left_out + model.warnings,
    )
