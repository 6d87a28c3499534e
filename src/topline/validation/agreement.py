"""Checks of the methods of agreement: kappa, intraclass and concordance correlation, limits."""

from collections.abc import Mapping
from typing import get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from topline.stats.agreement.concordance import (
    ConcordanceLimits,
    compute_concordance,
    compute_concordance_correlation,
)
from topline.stats.agreement.intraclass import IntraclassForm, compute_icc
from topline.stats.agreement.kappa import (
    FleissKappa,
    Kappa,
    KappaWeights,
    compute_fleiss_kappa,
    compute_kappa,
)
from topline.stats.agreement.limits_of_agreement import compute_limits_of_agreement
from topline.stats.method import library_version
from topline.validation.arguments import floats, integer, integers, number, text
from topline.validation.check import Check, Found

Arguments = Mapping[str, JsonValue]


def _level(given: Arguments) -> float:
    return number(given.get("level", 0.95))


def _numbers_of(found: Kappa | FleissKappa) -> dict[str, float]:
    return {
        "estimate": found.estimate,
        "std_error": found.std_error,
        "lower": found.lower,
        "upper": found.upper,
        "std_error_null": found.std_error_null,
        "z": found.z,
        "p_value": found.p_value,
        "observed_agreement": found.observed_agreement,
        "expected_agreement": found.expected_agreement,
    }


def _kappa(given: Arguments) -> Found:
    name = text(given.get("weights", "none"))
    weights: KappaWeights = next(each for each in get_args(KappaWeights) if each == name)
    found = compute_kappa(integers(given["table"]), weights=weights, level=_level(given))
    return {**_numbers_of(found), "maximum": found.maximum}


def _fleiss_kappa(given: Arguments) -> Found:
    """Ratings are counts of the raters by subject and category."""
    counts = integers(given["counts"])
    categories: NDArray[np.int64] = np.arange(counts.shape[1], dtype=np.int64)
    ratings = np.repeat(np.tile(categories, len(counts)), counts.ravel()).reshape(len(counts), -1)
    found = compute_fleiss_kappa(ratings, level=_level(given))
    each = {category.label: category.estimate for category in found.categories}
    return {
        **_numbers_of(found),
        "categories": [each.get(str(category), float("nan")) for category in categories],
    }


def _concordance(given: Arguments) -> Found:
    found = compute_concordance(
        integers(given["table"]), positive=integer(given["positive"]), level=_level(given)
    )
    numbers: dict[str, float] = {}
    for name, share in (
        ("overall", found.overall),
        ("positive", found.positive),
        ("negative", found.negative),
    ):
        numbers |= {
            name: share.estimate,
            f"{name}_lower": share.lower,
            f"{name}_upper": share.upper,
        }
    return numbers


def _intraclass(given: Arguments) -> Found:
    form: IntraclassForm = next(f for f in get_args(IntraclassForm) if f == given["form"])
    found = compute_icc(floats(given["ratings"]), form=form, level=_level(given))
    return {
        "estimate": found.estimate,
        "lower": found.lower,
        "upper": found.upper,
        "f": found.f,
        "df1": found.df1,
        "df2": found.df2,
        "p_value": found.p_value,
    }


def _concordance_correlation(given: Arguments) -> Found:
    name = text(given.get("limits", "z-transform"))
    limits: ConcordanceLimits = next(each for each in get_args(ConcordanceLimits) if each == name)
    found = compute_concordance_correlation(
        floats(given["first"]), floats(given["second"]), limits=limits, level=_level(given)
    )
    return {
        "estimate": found.estimate,
        "std_error": found.std_error,
        "lower": found.lower,
        "upper": found.upper,
        "precision": found.precision,
        "accuracy": found.accuracy,
    }


def _limits_of_agreement(given: Arguments) -> Found:
    found = compute_limits_of_agreement(
        floats(given["first"]), floats(given["second"]), level=_level(given)
    )
    numbers = {"sd": found.sd}
    for name, bound in (
        ("mean", found.mean),
        ("lower_limit", found.lower_limit),
        ("upper_limit", found.upper_limit),
    ):
        numbers |= {
            name: bound.estimate,
            f"{name}_lower": bound.lower,
            f"{name}_upper": bound.upper,
        }
    return numbers


_NUMPY = f"ours on {library_version('numpy')}"
_SCIPY = f"ours on {library_version('scipy')}"

CHECKS: dict[str, Check] = {
    "kappa": Check("Cohen's kappa, plain and weighted", _NUMPY, _kappa),
    "fleiss-kappa": Check("Fleiss' kappa", _NUMPY, _fleiss_kappa),
    "concordance": Check("Overall, positive and negative agreement", _SCIPY, _concordance),
    "intraclass-correlation": Check("Intraclass correlation, six forms", _SCIPY, _intraclass),
    "concordance-correlation": Check(
        "Concordance correlation (Lin)", _NUMPY, _concordance_correlation
    ),
    "limits-of-agreement": Check(
        "Limits of agreement (Bland and Altman)", _SCIPY, _limits_of_agreement
    ),
}
