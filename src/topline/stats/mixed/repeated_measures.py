r"""Repeated measures over visits with a covariance of their own (MMRM).

$y_i = X_i\beta + e_i$ for subject $i$, whose values at the visits seen have the matching part of
one covariance $V(\theta)$ of all visits: unstructured, or in fewer parameters
(`visit_covariance`). Fitted by restricted (REML) or full (ML) maximum likelihood;
missing visits need no imputation as long as their being missing depends on what was seen [1]_.

- At most one value a subject and visit. Rows without a value are left out and counted.
- The order of the visits is that of their sorted labels, unless given; it matters for lags.
- A covariance parameter on which no subject's values depend, such as that of two visits that nobody
  had both of, is NaN; the coefficients do not need it.
- A fit that does not come to a maximum gives NaN throughout, and says why. An unstructured
  covariance needs more subjects with all visits than visits, as a rule.
- Compound symmetry allows a negative covariance, which a random intercept does not: values of a
  subject may be less alike than those of others.

The likelihood is that of all constants, as R's ``logLik(nlme::gls(...))`` gives it by ML; by REML
it is that of SAS PROC MIXED.

References
----------
.. [1] Mallinckrodt CH, Lane PW, Schnell D, Peng Y, Mancuso JP (2008). Recommendations for the
   primary analysis of continuous endpoints in longitudinal clinical trials. Drug Information
   Journal 42(4): 303-319.
.. [2] Jennrich RI, Schluchter MD (1986). Unbalanced repeated-measures models with structured
   covariance matrices. Biometrics 42(4): 805-820.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, nan, pi

import numpy as np

from topline.stats.method import Method, library_version
from topline.stats.mixed.denominator_degrees import DegreesMethod, refuse_degrees
from topline.stats.mixed.factor_model import EffectType, FactorModel, lay_out, with_tests
from topline.stats.mixed.factor_terms import Coding, Factor, factor_of
from topline.stats.mixed.fixed_effects import (
    Basis,
    Counts,
    FixedEffects,
    Floats,
    Information,
    Labels,
    compute_basis,
    effects_of,
    effects_without_errors,
    inverted,
    left_out_warnings,
    refuse_shapes,
)
from topline.stats.mixed.mixed_model import FitMethod
from topline.stats.mixed.repeated_likelihood import (
    Likelihood,
    Place,
    Problem,
    kenward_roger_bias,
    known_parameters,
    maximise,
    patterns_of,
)
from topline.stats.mixed.visit_covariance import (
    STRUCTURES,
    CovarianceStructure,
    Parameters,
    compute_covariance,
    parameters_of,
)

_LEAST = 0.1  # of a visit's variance to begin with, beside that of all


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedMeasures:
    """A fitted model; all NaN where no maximum was found."""

    effects: FixedEffects
    visits: tuple[str, ...]
    """In their order."""
    covariance: Floats
    """Shape (v, v). Of a subject's values at the visits; NaN where no subject tells."""
    parameters: Mapping[str, float]
    """Covariance parameters by name."""
    log_likelihood: float
    """Restricted where fitted by REML."""
    n: int
    """Values used."""
    n_missing: int
    """Rows left out, having no value."""
    subjects: int
    converged: bool
    method: Method
    warnings: tuple[str, ...] = ()


def compute_repeated_measures(  # noqa: PLR0913 - the data and one option a choice
    values: Floats,
    design: Floats,
    names: Sequence[str],
    visit: Labels,
    subject: Labels,
    *,
    covariance: CovarianceStructure = "unstructured",
    method: FitMethod = "reml",
    order: Sequence[str] | None = None,
) -> RepeatedMeasures:
    """Fit coefficients and the covariance of a subject's values over visits.

    Parameters
    ----------
    values
        Shape (n,). NaN leaves the row out.
    design
        Shape (n, p). A column a coefficient, the intercept's ones among them.
    names
        Names of the p coefficients.
    visit, subject
        Shape (n,). Labels of each row's visit and subject, none missing.
    covariance
        Structure over the visits.
    method
        "reml" for restricted maximum likelihood, "ml" for full.
    order
        Labels of the visits in their order; None sorts them.

    Raises
    ------
    ValueError
        Arrays that do not belong together, two values of one subject and visit, no values, or no
        such method or structure.

    Examples
    --------
    >>> import numpy as np
    >>> fit = compute_repeated_measures(
    ...     np.array([1.0, 3.0, 2.0, 3.0, 5.0, 8.0]),
    ...     np.column_stack([np.ones(6), np.tile([0.0, 1.0], 3)]),
    ...     ["baseline", "change"],
    ...     visit=np.tile([1, 2], 3),
    ...     subject=np.repeat(["A", "B", "C"], 2),
    ... )
    >>> np.round(fit.covariance, 6)
    array([[4.333333, 5.833333],
           [5.833333, 8.333333]])
    """
    refuse_shapes(values, design, names, {"visit": visit, "subject": subject})
    if covariance not in STRUCTURES or method not in {"reml", "ml"}:
        msg = (
            f"there is no covariance {covariance!r} by {method!r}; choose one of "
            f"{', '.join(STRUCTURES)}, by reml or ml"
        )
        raise ValueError(msg)
    there = np.flatnonzero(~np.isnan(values))
    if not len(there):
        msg = "no values to fit a model to; expected at least one that is not NaN"
        raise ValueError(msg)
    code: Counts = np.unique(subject[there], return_inverse=True)[1]
    factor = factor_of("visit", visit[there], order)
    _refuse_repeats(code, factor, subject[there])
    sorted_rows = np.lexsort([factor.code, code])
    rows, code, at = there[sorted_rows], code[sorted_rows], factor.code[sorted_rows]
    basis = compute_basis(values[rows], design[rows], names)
    parameters, problem, found = _fit(basis, code, at, factor, covariance, reml=method == "reml")
    theta = _theta(basis, parameters, found)
    return RepeatedMeasures(
        effects=_effects(basis, names, problem, found),
        visits=factor.levels,
        covariance=_known_covariance(covariance, problem.visits, theta),
        parameters=dict(zip(parameters.names, theta.tolist(), strict=True)),
        log_likelihood=_log_likelihood(basis, found, reml=method == "reml"),
        n=len(rows),
        n_missing=len(values) - len(rows),
        subjects=int(code[-1]) + 1,
        converged=found is not None,
        method=Method(
            "Mixed model for repeated measures",
            (("covariance", covariance), ("fit", method)),
            library_version("numpy"),
        ),
        warnings=left_out_warnings(len(values) - len(rows), len(values), basis.left_out)
        + _fit_warnings(basis, theta, parameters, found),
    )


def compute_mmrm(  # noqa: PLR0913, PLR0917 - the data and one option a choice
    values: Floats,
    visit: Labels,
    subject: Labels,
    factors: Mapping[str, Labels] | None = None,
    covariates: Mapping[str, Floats] | None = None,
    interactions: Sequence[Sequence[str]] = (),
    *,
    covariance: CovarianceStructure = "unstructured",
    order: Mapping[str, Sequence[str]] | None = None,
    coding: Coding = "treatment",
    method: FitMethod = "reml",
    df: DegreesMethod = "kenward-roger",
    tests: EffectType = "III",
) -> FactorModel[RepeatedMeasures]:
    """Fit a mixed model for repeated measures and test its terms.

    Parameters
    ----------
    values
        Shape (n,).
    visit
        Shape (n,). Label of each row's visit, none missing; the factor "visit" of the model.
    subject
        Shape (n,). Label of each row's subject, none missing.
    factors, covariates
        The model's other factors and its covariates by name, shape (n,) each.
    interactions
        Each as the names of its members, such as ``[("arm", "visit"), ("baseline", "visit")]``.
    covariance
        Structure over the visits.
    order, coding, method, df, tests
        As for `factor_model.compute_factor_model`; ``order["visit"]`` is the order
        of the visits.

    Raises
    ------
    ValueError
        As `compute_repeated_measures` and `compute_factor_model`.

    Examples
    --------
    >>> import numpy as np
    >>> fitted = compute_mmrm(
    ...     np.array([1.0, 3.0, 2.0, 3.0, 5.0, 8.0]),
    ...     visit=np.tile(["C1", "C2"], 3),
    ...     subject=np.repeat(["A", "B", "C"], 2),
    ... )
    >>> round(fitted.tests["visit"].statistic, 6), round(fitted.tests["visit"].denominator_df, 6)
    (12.0, 2.0)
    """
    refuse_degrees(df)
    given = {"visit": visit, **(factors or {})}
    order = order or {}
    rows, layout = lay_out(values, given, covariates or {}, interactions, order, coding)
    if subject.shape != values.shape:
        msg = f"subject has shape {subject.shape}; expected {values.shape}, as values"
        raise ValueError(msg)
    model = compute_repeated_measures(
        values[rows],
        layout.design(),
        layout.names,
        visit[rows],
        subject[rows],
        covariance=covariance,
        method=method,
        order=order.get("visit"),
    )
    return with_tests(model, layout, len(values), df=df, tests=tests)


def _refuse_repeats(code: Counts, visit: Factor, subject: Labels) -> None:
    """Refuse two values of one subject and visit."""
    cells, times = np.unique(code * len(visit.levels) + visit.code, return_counts=True)
    if (times > 1).any():
        cell = int(cells[times > 1][0])
        who = np.unique(subject)[cell // len(visit.levels)]
        msg = (
            f"{int((times > 1).sum())} pairs of subject and visit have more than one value, the "
            f"first {who} at {visit.levels[cell % len(visit.levels)]}; expected one, such as the "
            "one nearest to the planned day"
        )
        raise ValueError(msg)


def _fit(  # noqa: PLR0913 - the data of one fit
    basis: Basis,
    subject: Counts,
    visit: Counts,
    factor: Factor,
    structure: CovarianceStructure,
    *,
    reml: bool,
) -> tuple[Parameters, Problem, Likelihood | None]:
    """Find the maximum, None where there is none."""
    v = len(factor.levels)
    squares = np.bincount(visit, basis.columns[:, -1] ** 2) / np.bincount(visit)
    parameters = parameters_of(structure, factor.levels, np.maximum(squares, _LEAST))
    problem = Problem(structure, v, tuple(patterns_of(basis.columns, subject, visit, v)), reml)
    if basis.scale == 0:
        return parameters, problem, None
    known = known_parameters(structure, v, parameters.start, problem.patterns)
    start = Place(parameters.start, np.eye(len(parameters.start))[:, known])
    return parameters, problem, maximise(problem, start)


def _theta(basis: Basis, parameters: Parameters, found: Likelihood | None) -> Floats:
    """Covariance parameters in the values' unit; NaN where not known."""
    if found is None:
        return np.full(len(parameters.names), nan)
    known = found.place.directions.any(axis=1)
    return np.where(known, found.place.theta * basis.scale ** (2 * parameters.squared), nan)


def _known_covariance(structure: CovarianceStructure, visits: int, theta: Floats) -> Floats:
    """Covariance of the visits, NaN where it depends on a parameter that is."""
    unknown = np.isnan(theta)
    found = compute_covariance(structure, visits, np.where(unknown, 0.5, theta))
    return np.where((found.first[unknown] != 0).any(axis=0), nan, found.value)


def _effects(
    basis: Basis, names: Sequence[str], problem: Problem, found: Likelihood | None
) -> FixedEffects:
    """Coefficients with what their tests need."""
    if found is None:
        return effects_without_errors(basis, names, exact=basis.scale == 0)
    expected, observed = 2 * inverted(found.information), 2 * inverted(found.curvature)
    information = Information(
        change=found.change,
        root=found.root,
        slopes=found.slopes,
        expected=expected,
        observed=observed,
        bias=kenward_roger_bias(problem, found, expected),
        bias_observed=kenward_roger_bias(problem, found, observed),
    )
    return effects_of(basis, names, information)


def _log_likelihood(basis: Basis, found: Likelihood | None, *, reml: bool) -> float:
    """Log-likelihood with all its constants, in the values' own unit."""
    if found is None:
        return nan
    free = basis.residual_df if reml else len(basis.columns)
    constants = free * (log(2 * pi) + 2 * log(basis.scale))
    return -(found.deviance + constants) / 2 - (basis.log_det if reml else 0.0)


def _fit_warnings(
    basis: Basis, theta: Floats, parameters: Parameters, found: Likelihood | None
) -> tuple[str, ...]:
    """Say why there is no fit, or which covariance parameters no subject's values depend on."""
    if basis.scale == 0:
        return ("not estimable: the coefficients explain every value exactly",)
    if found is None:
        return (
            "not estimable: the likelihood has no maximum that determines this covariance; "
            "choose one of fewer parameters",
        )
    names = [name for name, x in zip(parameters.names, theta, strict=True) if np.isnan(x)]
    return (f"not estimable: {', '.join(names)}: no subject has both visits",) if names else ()
