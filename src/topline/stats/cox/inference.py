"""Standard errors, limits and tests about the maximum of a Cox regression's likelihood."""

from dataclasses import dataclass, replace
from math import isnan, nan
from typing import Literal

import numpy as np
from scipy import special

from topline.stats.cox.data import CoxData
from topline.stats.cox.firth import (
    Penalised,
    PenalisedLikelihood,
    maximise_penalised,
    penalised_likelihood,
    penalised_profile,
)
from topline.stats.cox.harrells_c import compute_harrells_c
from topline.stats.cox.maximum import Maximum, Ties, determined_part, maximise, profile_of
from topline.stats.cox.profile_limits import Profile
from topline.stats.cox.terms import CoxTerm, wald_terms, with_profile
from topline.stats.survival.kaplan_meier import Floats

Limits = Literal["wald", "profile"]

_NONE = (nan, nan)
_ALIKE = 12  # decimals: log hazards closer than rounding are equal


@dataclass(frozen=True, slots=True)
class Choices:
    """How a model is fitted, and what is told of it."""

    ties: Ties
    robust: bool
    firth: bool
    limits: Limits
    level: float
    concordance: bool

    @property
    def z(self) -> float:
        """Normal quantile of the limits."""
        return float(special.ndtri((1 + self.level) / 2))


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A model fitted to at least one event, or to none: then all is NaN."""

    terms: tuple[CoxTerm, ...]
    covariance: Floats
    """Shape (p, p). NaN but for finite coefficients."""
    df: int
    log_likelihood: float
    null_log_likelihood: float
    wald: tuple[float, int]
    """Chi-square of all coefficients, and its degrees of freedom."""
    score: float
    """Chi-square of the score test."""
    concordance: tuple[float, float]
    """With its standard error."""
    iterations: int
    warnings: tuple[str, ...]


def nothing_fitted(data: CoxData) -> Fit:
    """Say that without an event nothing can be estimated."""
    p = len(data.names)
    covariance = np.full((p, p), nan)
    return Fit(
        terms=wald_terms(data.names, np.full(p, nan), covariance, np.zeros(p, np.bool_), nan),
        covariance=covariance,
        df=0,
        log_likelihood=0.0,
        null_log_likelihood=0.0,
        wald=(nan, 0),
        score=nan,
        concordance=_NONE,
        iterations=0,
        warnings=("not estimable: no events",),
    )


def fit_plain(data: CoxData, choices: Choices) -> Fit:
    """Fit without a penalty."""
    ties, z = choices.ties, choices.z
    found = maximise(data, ties)
    covariance = _robust(found, ties) if choices.robust and found.df else found.covariance
    coefficients = found.coefficients if found.converged else np.full(len(data.names), nan)
    terms = wald_terms(data.names, coefficients, covariance, found.unbounded, z)
    if choices.limits == "profile":
        terms = _with_profiles(terms, found, ties, z)
    return Fit(
        terms=terms,
        covariance=covariance,
        df=found.df,
        log_likelihood=found.log_likelihood,
        null_log_likelihood=found.null_log_likelihood,
        wald=(nan, found.df) if found.unbounded.any() else _wald(terms, covariance),
        score=found.score_test,
        concordance=_concordance(found.data, _predictions(found)) if choices.concordance else _NONE,
        iterations=found.iterations,
        warnings=_warnings(data, terms, choices.limits, converged=found.converged),
    )


def fit_penalised(data: CoxData, choices: Choices) -> Fit:
    """Fit with Firth's penalty."""
    kept, columns = determined_part(data, choices.ties)
    if not columns.any():
        return fit_plain(data, choices)
    p, df = len(columns), int(columns.sum())
    units = kept.covariates.std(axis=0)
    likelihood = penalised_likelihood(
        replace(kept, covariates=kept.covariates / units), choices.ties
    )
    best, null = maximise_penalised(likelihood, np.zeros(df)), likelihood.at(np.zeros(df))[0]
    coefficients, covariance = np.full(p, nan), np.full((p, p), nan)
    coefficients[columns] = best.coefficients / units if best.converged else nan
    covariance[np.ix_(columns, columns)] = best.covariance / np.outer(units, units)
    terms = wald_terms(data.names, coefficients, covariance, np.zeros(p, np.bool_), choices.z)
    if choices.limits == "profile":
        terms = _with_penalised_profiles(terms, likelihood, best, units, choices.z)
    predictions = kept.covariates @ (best.coefficients / units)
    per_unit = float(np.log(units).sum())  # of the information's determinant, in its root
    return Fit(
        terms=terms,
        covariance=covariance,
        df=df,
        log_likelihood=best.log_likelihood + per_unit,
        null_log_likelihood=null + per_unit,
        wald=_wald(terms, covariance),
        score=nan,
        concordance=_concordance(kept, predictions) if choices.concordance else _NONE,
        iterations=best.iterations,
        warnings=_warnings(data, terms, choices.limits, converged=best.converged),
    )


def _with_profiles(
    terms: tuple[CoxTerm, ...], found: Maximum, ties: Ties, z: float
) -> tuple[CoxTerm, ...]:
    profiled = list(terms)
    spread = found.data.covariates.std(axis=0)
    for inner, k in enumerate(np.flatnonzero(found.determined)):
        if not found.converged:
            break
        scale = 1 / float(spread[inner]) if terms[k].infinite else terms[k].std_error
        profile = profile_of(found, ties, inner)
        profiled[k] = with_profile(terms[k], profile, found.log_likelihood, z, scale)
    return tuple(profiled)


def _with_penalised_profiles(
    terms: tuple[CoxTerm, ...],
    likelihood: PenalisedLikelihood,
    best: Penalised,
    units: Floats,
    z: float,
) -> tuple[CoxTerm, ...]:
    """Take profiles in standard units, in which the likelihood is laid out."""
    profiled = list(terms)
    known = [k for k, term in enumerate(terms) if not isnan(term.coefficient)]
    for inner, k in enumerate(known):
        profile = _per_unit(penalised_profile(likelihood, best, inner), float(units[inner]))
        profiled[k] = with_profile(terms[k], profile, best.log_likelihood, z, terms[k].std_error)
    return tuple(profiled)


def _per_unit(profile: Profile, unit: float) -> Profile:
    def scaled(b: float) -> tuple[float, float]:
        value, slope = profile(b * unit)
        return value, slope * unit

    return scaled


def _robust(found: Maximum, ties: Ties) -> Floats:
    """Shape (p, p). Infinitesimal jackknife, over clusters if there are any."""
    from survival._survival import (  # a quarter of a second
        CovariateMatrix,
        SurvivalData,
        coxscore2,
    )

    data = found.inner_data
    predictor = data.covariates @ found.inner.coefficients
    residuals = coxscore2(
        SurvivalData(data.time_days.tolist(), data.event.tolist()),
        CovariateMatrix(data.covariates.ravel().tolist(), *data.covariates.shape),
        np.exp(predictor - predictor.max()),
        strata=data.stratum,
        ties=ties,
    )
    change = np.array(residuals).reshape(data.covariates.shape) @ found.inner.covariance
    if data.cluster is not None:
        members = [np.bincount(data.cluster, weights=column) for column in change.T]
        change = np.array(members).reshape(found.df, -1).T
    covariance = np.full_like(found.covariance, nan)
    finite = found.finite
    inside = finite[found.determined]
    covariance[np.ix_(finite, finite)] = (change.T @ change)[np.ix_(inside, inside)]
    return covariance


def _predictions(found: Maximum) -> Floats:
    """Shape (n,). Linear predictors of those at risk, or their ranks where some are infinite."""
    finite = found.data.covariates @ found.inner.coefficients
    if found.monotone is None:
        return finite
    both = np.column_stack([found.monotone.level.astype(np.float64), finite])
    return np.unique(both, axis=0, return_inverse=True)[1].astype(np.float64)


def _concordance(data: CoxData, predictions: Floats) -> tuple[float, float]:
    """Harrell's C and its standard error."""
    alike = np.round(predictions, _ALIKE)
    found = compute_harrells_c(data.time_days, data.event, alike, data.stratum, data.cluster)
    return found.estimate, found.std_error


def _wald(terms: tuple[CoxTerm, ...], covariance: Floats) -> tuple[float, int]:
    """Chi-square of all coefficients estimated; robust variances may not suffice for all."""
    from survival._survival import coxph_wtest  # a quarter of a second

    known = [k for k, term in enumerate(terms) if not isnan(term.coefficient)]
    if not known:
        return nan, 0
    if not np.isfinite(covariance[np.ix_(known, known)]).all():
        return nan, len(known)
    b = [terms[k].coefficient for k in known]
    found = coxph_wtest(covariance[np.ix_(known, known)].tolist(), [b])
    return float(found.test[0]), found.df


def _warnings(
    data: CoxData, terms: tuple[CoxTerm, ...], limits: Limits, *, converged: bool
) -> tuple[str, ...]:
    said: list[str] = []
    if len(terms) > (events := int(data.event.sum())):
        said.append(f"{len(terms)} covariates for {events} events")
    unknown = [term for term in terms if isnan(term.coefficient)]
    if not converged:
        said.append("not estimable: the search for the maximum did not reach it")
    elif names := ", ".join(term.name for term in unknown if not term.infinite):
        said.append(f"no coefficient: {names} do not vary apart from the other covariates")
    if names := ", ".join(term.name for term in terms if term.infinite):
        way_out = "firth=True gives a finite estimate"
        if limits == "wald":
            way_out += ", limits='profile' the limit that there is"
        said.append(f"infinite coefficient: the likelihood has no maximum in {names}; {way_out}")
    if names := ", ".join(term.name for term in unknown if term.infinite):
        said.append(f"the coefficient may be infinite either way: {names}")
    lost = [t.name for t in terms if t not in unknown and isnan(t.lower + t.upper + t.p_value)]
    if limits == "profile" and (names := ", ".join(lost)):
        said.append(f"a limit or test was not found: {names}; choose limits='wald'")
    if names := ", ".join(t.name for t in terms if t not in unknown and isnan(t.std_error)):
        said.append(f"no standard error: hazards lie too far apart to compute with: {names}")
    return tuple(said)
