"""Checks of Cox regression and what is built on it."""

from collections.abc import Mapping
from typing import get_args

import numpy as np
from pydantic import JsonValue

from topline.stats.cox.inference import Limits
from topline.stats.cox.maximum import Ties
from topline.stats.cox.proportional_hazards import TimeTransform, compute_proportional_hazards_test
from topline.stats.cox.regression import Cox, compare, compute_cox
from topline.stats.cox.selection import Criterion, Direction, select_cox
from topline.stats.method import library_version
from topline.stats.survival.kaplan_meier import Floats
from topline.validation.arguments import flag, flags, floats, integers, number, text, texts
from topline.validation.check import Check, Found

Arguments = Mapping[str, JsonValue]

_COVARIATE = "x."


def _names(given: Arguments) -> list[str]:
    """Arguments whose names start with "x." are the covariates."""
    return [name.removeprefix(_COVARIATE) for name in given if name.startswith(_COVARIATE)]


def _covariates(given: Arguments, names: list[str]) -> Floats:
    columns = [floats(given[_COVARIATE + name])[:, None] for name in names]
    return np.hstack([np.empty((len(floats(given["time"])), 0)), *columns])


def _ties(given: Arguments) -> Ties:
    name = text(given.get("ties", "efron"))
    return next(each for each in get_args(Ties) if each == name)


def _limits(given: Arguments) -> Limits | None:
    return next((each for each in get_args(Limits) if each == given.get("limits")), None)


def _fit(given: Arguments, names: list[str], *, firth: bool = False) -> Cox:
    return compute_cox(
        integers(given["time"]),
        flags(given["event"]),
        _covariates(given, names),
        names,
        stratum=texts(given["stratum"]) if "stratum" in given else None,
        ties=_ties(given),
        robust=flag(given.get("robust", False)),
        cluster=texts(given["cluster"]) if "cluster" in given else None,
        firth=firth,
        limits=_limits(given),
        level=number(given.get("level", 0.95)),
    )


def _cox(given: Arguments) -> Found:
    return _numbers_of(_fit(given, _names(given)))


def _firth(given: Arguments) -> Found:
    return _numbers_of(_fit(given, _names(given), firth=True))


def _numbers_of(cox: Cox) -> dict[str, float | list[float]]:
    terms = {
        "coefficient": [term.coefficient for term in cox.terms],
        "std_error": [term.std_error for term in cox.terms],
        "hazard_ratio": [term.hazard_ratio for term in cox.terms],
        "lower": [term.lower for term in cox.terms],
        "upper": [term.upper for term in cox.terms],
        "z": [term.z for term in cox.terms],
        "p_value": [term.p_value for term in cox.terms],
    }
    one_by_one = {
        f"{name}_{place}": value
        for name, values in terms.items()
        for place, value in enumerate(values, start=1)
    }
    return {
        **terms,
        **one_by_one,
        "log_likelihood": cox.log_likelihood,
        "null_log_likelihood": cox.null_log_likelihood,
        "minus_2_log_likelihood": -2 * cox.log_likelihood,
        "minus_2_null_log_likelihood": -2 * cox.null_log_likelihood,
        "likelihood_ratio": cox.likelihood_ratio.statistic,
        "likelihood_ratio_p": cox.likelihood_ratio.p_value,
        "wald": cox.wald.statistic,
        "wald_p": cox.wald.p_value,
        "score": cox.score.statistic,
        "score_p": cox.score.p_value,
        "df": float(cox.df),
        "aic": cox.aic,
        "concordance": cox.concordance,
        "concordance_std_error": cox.concordance_std_error,
        "n": float(cox.n),
        "events": float(cox.events),
    }


def _likelihood_ratio(given: Arguments) -> Found:
    """Two models; `smaller` names the covariates of the one nested in the other."""
    smaller = _fit(given, texts(given["smaller"]).tolist())
    test = compare(smaller, _fit(given, _names(given)))
    return {"statistic": test.statistic, "df": float(test.df), "p_value": test.p_value}


def _selection(given: Arguments) -> Found:
    """Covariates whose entries of `blocks` are the same enter together."""
    owners = texts(given["blocks"]).tolist()
    columns = _covariates(given, _names(given))
    blocks = {
        owner: columns[:, [place for place, name in enumerate(owners) if name == owner]]
        for owner in dict.fromkeys(owners)
    }
    found = select_cox(
        integers(given["time"]),
        flags(given["event"]),
        blocks,
        by=next(each for each in get_args(Criterion) if each == given["by"]),
        direction=next(each for each in get_args(Direction) if each == given["direction"]),
        enter=number(given.get("enter", 0.05)),
        stay=number(given.get("stay", 0.10)),
        stratum=texts(given["stratum"]) if "stratum" in given else None,
    )
    return {
        "chosen": [float(owner in found.chosen) for owner in blocks],
        "aic": [found.start_aic, *(step.taken.aic for step in found.steps)],
        "p_value": [step.taken.p_value for step in found.steps],
        "log_likelihood": found.cox.log_likelihood,
    }


def _proportional_hazards(given: Arguments) -> Found:
    names = _names(given)
    transform = text(given["transform"])
    found = compute_proportional_hazards_test(
        integers(given["time"]),
        flags(given["event"]),
        _covariates(given, names),
        names,
        terms=texts(given["terms"]).tolist() if "terms" in given else None,
        stratum=texts(given["stratum"]) if "stratum" in given else None,
        ties=_ties(given),
        transform=next(each for each in get_args(TimeTransform) if each == transform),
    )
    return {
        "statistic": [term.statistic for term in found.terms],
        "df": [float(term.df) for term in found.terms],
        "p_value": [term.p_value for term in found.terms],
        "overall": found.overall.statistic,
        "overall_df": float(found.overall.df),
        "overall_p": found.overall.p_value,
        "first_residuals": found.residuals[:, 0].tolist(),
    }


_SURVIVAL = library_version("survival")

CHECKS: dict[str, Check] = {
    "cox-regression": Check("Cox regression", _SURVIVAL, _cox),
    "cox-robust": Check("Cox regression, robust standard errors", _SURVIVAL, _cox),
    "cox-profile": Check("Cox regression, profile limits", _SURVIVAL, _cox),
    "cox-firth": Check(
        "Cox regression with Firth's penalty", f"ours on {library_version('numpy')}", _firth
    ),
    "cox-likelihood-ratio": Check(
        "Likelihood ratio test of nested Cox regressions", _SURVIVAL, _likelihood_ratio
    ),
    "cox-selection": Check("Stepwise Cox regression", f"ours on {_SURVIVAL}", _selection),
    "proportional-hazards": Check(
        "Score test of proportional hazards", _SURVIVAL, _proportional_hazards
    ),
}
