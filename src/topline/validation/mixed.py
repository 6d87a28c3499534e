"""Mixed models, repeated measures and estimated means beside R, print and hand.

A case's arguments name the factors, covariates and interactions; the columns themselves are
arguments by those names.
"""

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from topline.stats.method import library_version
from topline.stats.mixed.denominator_degrees import (
    Contrast,
    DegreesMethod,
    EffectTest,
    Fitted,
    compute_contrast,
    compute_effects_test,
)
from topline.stats.mixed.estimated_means import (
    Adjustment,
    compute_differences,
    compute_estimated_means,
)
from topline.stats.mixed.factor_model import (
    EffectType,
    FactorModel,
    compute_factor_model,
    lay_out,
)
from topline.stats.mixed.mixed_model import FitMethod, MixedModel
from topline.stats.mixed.repeated_measures import (
    CovarianceStructure,
    RepeatedMeasures,
    compute_mmrm,
    compute_repeated_measures,
)
from topline.stats.mixed.studentized_range import compute_range_quantile, compute_range_tail
from topline.validation.arguments import floats, integer, number, text, texts
from topline.validation.check import Check, Found

Arguments = Mapping[str, JsonValue]


def _mixed_model(arguments: Arguments) -> Found:
    model = _fit_mixed(arguments).model
    return {
        **_coefficients(model),
        "subject_variance": model.subject_variance,
        "residual_variance": model.residual_variance,
        "subject_sd": model.subject_variance**0.5,
        "residual_sd": model.residual_variance**0.5,
        "log_likelihood": model.log_likelihood,
        "n": model.n,
        "subjects": model.subjects,
    }


def _mmrm(arguments: Arguments) -> Found:
    return _repeated(_fit_mmrm(arguments).model)


def _repeated_measures(arguments: Arguments) -> Found:
    """Fit terms that need not hold the visit, such as a slope."""
    rows, layout = lay_out(
        floats(arguments["values"]),
        *_columns(arguments),
        _interactions(arguments),
        _order(arguments),
        "treatment",
    )
    return _repeated(
        compute_repeated_measures(
            floats(arguments["values"])[rows],
            layout.design(),
            layout.names,
            texts(arguments["visit"])[rows],
            texts(arguments["subject"])[rows],
            covariance=cast("CovarianceStructure", text(arguments["covariance"])),
            method=_method(arguments),
        )
    )


def _repeated(model: RepeatedMeasures) -> Found:
    return {
        **_coefficients(model),
        "parameters": list(model.parameters.values()),
        "log_likelihood": model.log_likelihood,
        "deviance": -2 * model.log_likelihood,
    }


def _coefficients(model: Fitted) -> dict[str, Sequence[float]]:
    effects = model.effects
    return {"estimate": effects.estimate.tolist(), "std_error": effects.std_error.tolist()}


def _mixed_contrast(arguments: Arguments) -> Found:
    return _contrasts(_fit_mixed(arguments).model, arguments)


def _mmrm_contrast(arguments: Arguments) -> Found:
    return _contrasts(_fit_mmrm(arguments).model, arguments)


def _contrasts(model: Fitted, arguments: Arguments) -> Found:
    found: list[Contrast] = [
        compute_contrast(model, row, df=_degrees(arguments))
        for row in floats(arguments["contrasts"])
    ]
    return {
        "estimate": [each.estimate for each in found],
        "std_error": [each.std_error for each in found],
        "df": [each.df for each in found],
        "t": [each.t for each in found],
        "p_value": [each.p_value for each in found],
        "lower": [each.lower for each in found],
        "upper": [each.upper for each in found],
    }


def _mixed_f(arguments: Arguments) -> Found:
    return _f(_fit_mixed(arguments).model, arguments)


def _mmrm_f(arguments: Arguments) -> Found:
    return _f(_fit_mmrm(arguments).model, arguments)


def _f(model: Fitted, arguments: Arguments) -> Found:
    found = compute_effects_test(model, floats(arguments["contrasts"]), df=_degrees(arguments))
    return {
        "statistic": found.statistic,
        "df": found.df,
        "denominator_df": found.denominator_df,
        "scale": found.scale,
        "p_value": found.p_value,
    }


def _mixed_terms(arguments: Arguments) -> Found:
    return _terms(_fit_mixed(arguments).tests)


def _mmrm_terms(arguments: Arguments) -> Found:
    return _terms(_fit_mmrm(arguments).tests)


def _terms(tests: Mapping[str, EffectTest]) -> Found:
    return {
        "statistic": [each.statistic for each in tests.values()],
        "df": [each.df for each in tests.values()],
        "denominator_df": [each.denominator_df for each in tests.values()],
        "p_value": [each.p_value for each in tests.values()],
    }


def _means(arguments: Arguments) -> Found:
    found = compute_estimated_means(
        _fit_mixed(arguments),
        texts(arguments["of"]).tolist(),
        at=_at(arguments),
        level=number(arguments.get("level", 0.95)),
    )
    return {
        "estimate": [each.estimate for each in found],
        "std_error": [each.std_error for each in found],
        "df": [each.df for each in found],
        "lower": [each.lower for each in found],
        "upper": [each.upper for each in found],
    }


def _differences(arguments: Arguments) -> Found:
    reference = arguments.get("reference")
    found = compute_differences(
        _fit_mixed(arguments),
        text(arguments["of"]),
        within=texts(arguments["within"]).tolist(),
        reference=None if reference is None else text(reference),
        adjustment=cast("Adjustment", text(arguments["adjustment"])),
        at=_at(arguments),
    )
    return {
        "estimate": [each.estimate for each in found],
        "std_error": [each.std_error for each in found],
        "df": [each.df for each in found],
        "t": [each.t for each in found],
        "p_value": [each.p_value for each in found],
        "unadjusted_p_value": [each.unadjusted_p_value for each in found],
        "lower": [each.lower for each in found],
        "upper": [each.upper for each in found],
    }


def _studentized_range(arguments: Arguments) -> Found:
    k, df = integer(arguments["k"]), number(arguments["df"])
    if "level" in arguments:
        return {"quantile": compute_range_quantile(number(arguments["level"]), k, df)}
    return {"p_value": compute_range_tail(number(arguments["q"]), k, df)}


def _fit_mixed(arguments: Arguments) -> FactorModel[MixedModel]:
    return compute_factor_model(
        floats(arguments["values"]),
        texts(arguments["subject"]),
        *_columns(arguments),
        _interactions(arguments),
        order=_order(arguments),
        method=_method(arguments),
        df=_degrees(arguments),
        tests=cast("EffectType", text(arguments.get("tests", "III"))),
    )


def _fit_mmrm(arguments: Arguments) -> FactorModel[RepeatedMeasures]:
    return compute_mmrm(
        floats(arguments["values"]),
        texts(arguments["visit"]),
        texts(arguments["subject"]),
        *_columns(arguments),
        _interactions(arguments),
        order=_order(arguments),
        covariance=cast("CovarianceStructure", text(arguments["covariance"])),
        method=_method(arguments),
        df=_degrees(arguments),
    )


def _columns(
    arguments: Arguments,
) -> tuple[dict[str, NDArray[np.str_]], dict[str, NDArray[np.float64]]]:
    """Take the factors and the covariates."""
    return (
        {name: texts(arguments[name]) for name in _names(arguments, "factors")},
        {name: floats(arguments[name]) for name in _names(arguments, "covariates")},
    )


def _order(arguments: Arguments) -> dict[str, list[str]]:
    order = arguments.get("order") or {}
    if not isinstance(order, dict):
        return {}
    return {name: texts(levels).tolist() for name, levels in order.items()}


def _names(arguments: Arguments, kind: str) -> list[str]:
    names = arguments.get(kind) or []
    return texts(names).tolist()


def _interactions(arguments: Arguments) -> list[list[str]]:
    members = arguments.get("interactions") or []
    return [texts(each).tolist() for each in members] if isinstance(members, list) else []


def _at(arguments: Arguments) -> dict[str, float]:
    at = arguments.get("at") or {}
    return {name: number(value) for name, value in at.items()} if isinstance(at, dict) else {}


def _method(arguments: Arguments) -> FitMethod:
    return cast("FitMethod", text(arguments.get("method", "reml")))


def _degrees(arguments: Arguments) -> DegreesMethod:
    """Take the degrees of freedom asked for; Kenward and Roger's need REML."""
    usual = "kenward-roger" if _method(arguments) == "reml" else "satterthwaite"
    return cast("DegreesMethod", text(arguments.get("df", usual)))


_LIBRARY = f"ours on {library_version('numpy')}"
_WITH_SCIPY = f"ours on {library_version('numpy')} and {library_version('scipy')}"

CHECKS: dict[str, Check] = {
    "mixed-model": Check("Linear mixed model, random intercept", _LIBRARY, _mixed_model),
    "mixed-model-contrast": Check(
        "t test of a mixed model, Kenward-Roger and Satterthwaite", _WITH_SCIPY, _mixed_contrast
    ),
    "mixed-model-f": Check(
        "F test of a mixed model, Kenward-Roger and Satterthwaite", _WITH_SCIPY, _mixed_f
    ),
    "mixed-model-terms": Check("Tests of terms, type III and II", _WITH_SCIPY, _mixed_terms),
    "estimated-means": Check("Estimated means", _WITH_SCIPY, _means),
    "mean-differences": Check("Differences of estimated means", _WITH_SCIPY, _differences),
    "studentized-range": Check("Studentized range", _WITH_SCIPY, _studentized_range),
    "mmrm": Check("Mixed model for repeated measures", _LIBRARY, _mmrm),
    "repeated-measures": Check("Repeated measures, any terms", _LIBRARY, _repeated_measures),
    "mmrm-contrast": Check(
        "t test of repeated measures, Kenward-Roger and Satterthwaite", _WITH_SCIPY, _mmrm_contrast
    ),
    "mmrm-f": Check(
        "F test of repeated measures, Kenward-Roger and Satterthwaite", _WITH_SCIPY, _mmrm_f
    ),
    "mmrm-terms": Check("Tests of terms of repeated measures", _WITH_SCIPY, _mmrm_terms),
}
