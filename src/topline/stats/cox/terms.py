"""One coefficient of a Cox regression: its hazard ratio, limits and test."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import copysign, exp, inf, isnan, nan, sqrt

import numpy as np
from scipy import special

from topline.stats.cox.profile_limits import Profile, find_limit
from topline.stats.survival.kaplan_meier import Flags, Floats


@dataclass(frozen=True, slots=True)
class CoxTerm:
    """One covariate's part of the model, adjusted for the others; NaN where not estimable."""

    name: str
    coefficient: float
    """Log hazard ratio for one unit more."""
    std_error: float
    """Infinite where the coefficient is."""
    hazard_ratio: float
    lower: float
    """Limit of the hazard ratio."""
    upper: float
    z: float
    """Coefficient over standard error; by likelihood ratio, the signed root of chi-square."""
    p_value: float
    """Two-sided."""
    infinite: bool
    """Whether the data put no bound on the coefficient."""


def wald_terms(
    names: Sequence[str], coefficients: Floats, covariance: Floats, unbounded: Flags, z: float
) -> tuple[CoxTerm, ...]:
    """Take limits and tests from standard errors.

    Parameters
    ----------
    names
        p names.
    coefficients
        Shape (p,).
    covariance
        Shape (p, p). NaN but for finite coefficients.
    unbounded
        Shape (p,). Where the data put no bound on the coefficient.
    z
        Normal quantile of the limits.
    """
    errors = np.where(unbounded, inf, np.sqrt(np.diag(covariance)))
    return tuple(
        _wald_term(name, float(b), float(error), bool(infinite), z)
        for name, b, error, infinite in zip(names, coefficients, errors, unbounded, strict=True)
    )


def with_profile(term: CoxTerm, profile: Profile, top: float, z: float, scale: float) -> CoxTerm:
    """Take limits and test from the profile of the likelihood instead.

    Parameters
    ----------
    term
        By standard error.
    profile
        Of its coefficient.
    top
        Largest log-likelihood, or its bound.
    z
        Normal quantile of the limits.
    scale
        About a standard error.
    """
    b = term.coefficient
    if term.infinite and isnan(b):  # the profile is level
        return replace(term, lower=0.0, upper=inf, z=0.0, p_value=1.0)
    lower = -inf if b == -inf else find_limit(profile, top, -z, b, scale)
    upper = inf if b == inf else find_limit(profile, top, z, b, scale)
    chi_square = max(2 * (top - profile(0.0)[0]), 0.0)  # in this order, NaN stays
    return replace(
        term,
        lower=_exp(lower),
        upper=_exp(upper),
        z=copysign(sqrt(chi_square), b),
        p_value=float(special.chdtrc(1, chi_square)),
    )


def _wald_term(name: str, b: float, error: float, infinite: bool, z: float) -> CoxTerm:
    if infinite:
        return CoxTerm(name, b, error, _exp(b), nan, nan, nan, nan, infinite=True)
    ratio = b / error if error > 0 else nan
    return CoxTerm(
        name=name,
        coefficient=b,
        std_error=error,
        hazard_ratio=_exp(b),
        lower=_exp(b - z * error),
        upper=_exp(b + z * error),
        z=ratio,
        p_value=float(special.chdtrc(1, ratio * ratio)),
        infinite=False,
    )


def _exp(b: float) -> float:
    return exp(b) if b < 709 else b if isnan(b) else inf
