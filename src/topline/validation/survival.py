"""Checks of the survival methods: curves, tests, restricted means, competing risks."""

from collections.abc import Mapping

from pydantic import JsonValue

from topline.stats.method import library_version
from topline.stats.survival.cumulative_incidence import Variance, compute_cumulative_incidence
from topline.stats.survival.gray import compute_gray
from topline.stats.survival.informative_censoring import (
    FollowUp,
    compute_best_case,
    compute_delta_adjusted,
    compute_worst_case,
)
from topline.stats.survival.kaplan_meier import KaplanMeier, compute_follow_up, compute_kaplan_meier
from topline.stats.survival.logrank import compute_logrank
from topline.stats.survival.one_sample_logrank import compute_one_sample_logrank
from topline.stats.survival.restricted_mean import (
    compute_restricted_mean,
    compute_restricted_mean_contrast,
)
from topline.stats.survival.survival_limits import TRANSFORMS, Transform
from topline.validation.arguments import flags, floats, integer, integers, number, text, texts
from topline.validation.check import Check, Found

Arguments = Mapping[str, JsonValue]


def _transform(given: Arguments) -> Transform:
    name = text(given.get("transform", "log-log"))
    return next(transform for transform in TRANSFORMS if transform == name)


def _level(given: Arguments) -> float:
    return number(given.get("level", 0.95))


def _curve(given: Arguments) -> KaplanMeier:
    return compute_kaplan_meier(
        integers(given["time"]),
        flags(given["event"]),
        transform=_transform(given),
        level=_level(given),
    )


def _kaplan_meier(given: Arguments) -> Found:
    curve = _curve(given)
    return {
        "days": curve.time_days.tolist(),
        "at_risk": curve.number_at_risk.tolist(),
        "events": curve.event_counts.tolist(),
        "censored": curve.censored_counts.tolist(),
        "survival": curve.survival.tolist(),
        "std_error": curve.std_error.tolist(),
        "lower": curve.lower.tolist(),
        "upper": curve.upper.tolist(),
    }


def _quantile(given: Arguments) -> Found:
    found = _curve(given).quantile(number(given["share"]))
    return {"estimate": found.estimate, "lower": found.lower, "upper": found.upper}


def _landmark_rate(given: Arguments) -> Found:
    curve = _curve(given)
    rates = [curve.rate_at(float(day)) for day in floats(given["days"])]
    return {
        "estimate": [rate.estimate for rate in rates],
        "std_error": [rate.std_error for rate in rates],
        "lower": [rate.lower for rate in rates],
        "upper": [rate.upper for rate in rates],
        "at_risk": [rate.number_at_risk for rate in rates],
    }


def _follow_up(given: Arguments) -> Found:
    curve = compute_follow_up(
        integers(given["time"]),
        flags(given["event"]),
        transform=_transform(given),
        level=_level(given),
    )
    found = curve.median()
    return {"median": found.estimate, "lower": found.lower, "upper": found.upper}


def _logrank(given: Arguments) -> Found:
    scores = given.get("scores")
    test = compute_logrank(
        integers(given["time"]),
        flags(given["event"]),
        texts(given["group"]),
        texts(given["stratum"]) if "stratum" in given else None,
        rho=number(given.get("rho", 0)),
        gamma=number(given.get("gamma", 0)),
        scores=None if scores is None else floats(scores).tolist(),
    )
    return {
        "observed": [group.observed for group in test.groups],
        "expected": [group.expected for group in test.groups],
        "difference": [group.difference for group in test.groups],
        "covariance": test.covariance.ravel().tolist(),
        "chi_square": test.chi_square,
        "df": test.df,
        "p_value": test.p_value,
    }


def _one_sample_logrank(given: Arguments) -> Found:
    test = compute_one_sample_logrank(
        integers(given["time"]),
        flags(given["event"]),
        cumulative_hazard=floats(given["cumulative_hazard"]),
        level=_level(given),
    )
    return {
        "observed": test.observed,
        "expected": test.expected,
        "smr": test.smr,
        "lower": test.lower,
        "upper": test.upper,
        "z": test.z,
        "chi_square": test.z**2,
        "p_value": test.p_value,
        "p_less": test.p_less,
    }


def _restricted_mean(given: Arguments) -> Found:
    found = compute_restricted_mean(
        integers(given["time"]),
        flags(given["event"]),
        until_days=number(given["until_days"]),
        level=_level(given),
    )
    return {
        "estimate": found.estimate,
        "std_error": found.std_error,
        "lower": found.lower,
        "upper": found.upper,
    }


def _restricted_mean_contrast(given: Arguments) -> Found:
    time, event = integers(given["time"]), flags(given["event"])
    group = texts(given["group"])
    mean, reference = (
        compute_restricted_mean(
            time[group == label],
            event[group == label],
            until_days=number(given["until_days"]),
            level=_level(given),
        )
        for label in texts(given["groups"])
    )
    found = compute_restricted_mean_contrast(mean, reference)
    unit = number(given.get("days_a_unit", 1))
    numbers = {
        "mean": mean.estimate / unit,
        "mean_se": mean.std_error / unit,
        "reference": reference.estimate / unit,
        "reference_se": reference.std_error / unit,
    }
    for name, one, scale in (
        ("difference", found.difference, unit),
        ("ratio", found.ratio, 1),
    ):
        numbers |= {
            name: one.estimate / scale,
            f"{name}_se": one.std_error / scale,
            f"{name}_lower": one.lower / scale,
            f"{name}_upper": one.upper / scale,
            f"{name}_p": one.p_value,
        }
    return numbers


def _incidence(given: Arguments, variance: Variance) -> Found:
    found = compute_cumulative_incidence(
        integers(given["time"]),
        integers(given["cause"]),
        variance=variance,
        transform=_transform(given),
        level=_level(given),
    )
    curve = found.of(integer(given["of_cause"]))
    return {
        "days": curve.time_days.tolist(),
        "at_risk": curve.number_at_risk.tolist(),
        "events": curve.event_counts.tolist(),
        "incidence": curve.incidence.tolist(),
        "std_error": curve.std_error.tolist(),
        "lower": curve.lower.tolist(),
        "upper": curve.upper.tolist(),
    }


def _gray(given: Arguments) -> Found:
    test = compute_gray(
        integers(given["time"]),
        integers(given["cause"]),
        texts(given["group"]),
        stratum=texts(given["stratum"]) if "stratum" in given else None,
        of_cause=integer(given.get("of_cause", 1)),
        rho=number(given.get("rho", 0)),
    )
    return {
        "difference": [group.difference for group in test.groups],
        "covariance": test.covariance.ravel().tolist(),
        "statistic": test.statistic,
        "df": test.df,
        "p_value": test.p_value,
    }


def _informative(given: Arguments) -> Found:
    follow_up = FollowUp(
        integers(given["time"]), flags(given["event"]), flags(given["informative"])
    )
    curve = (
        compute_worst_case(follow_up)
        if given["case"] == "worst"
        else compute_best_case(follow_up)
        if given["case"] == "best"
        else compute_delta_adjusted(follow_up, number(given["delta"]))
    )
    return {"days": curve.time_days.tolist(), "survival": curve.survival.tolist()}


_NUMPY = f"ours on {library_version('numpy')}"
_SCIPY = f"ours on {library_version('scipy')}"

CHECKS: dict[str, Check] = {
    "kaplan-meier": Check("Kaplan-Meier curve with limits", _NUMPY, _kaplan_meier),
    "survival-quantile": Check("Brookmeyer-Crowley limits of a quantile", _NUMPY, _quantile),
    "landmark-rate": Check("Landmark rate with standard error", _NUMPY, _landmark_rate),
    "reverse-kaplan-meier": Check("Median follow-up (reverse Kaplan-Meier)", _NUMPY, _follow_up),
    "log-rank": Check("Log-rank test", _NUMPY, _logrank),
    "fleming-harrington": Check("Fleming-Harrington test", _NUMPY, _logrank),
    "log-rank-trend": Check("Log-rank test for trend", _NUMPY, _logrank),
    "one-sample-log-rank": Check("One-sample log-rank test", _SCIPY, _one_sample_logrank),
    "restricted-mean": Check("Restricted mean survival time", _NUMPY, _restricted_mean),
    "restricted-mean-contrast": Check(
        "Difference and ratio of restricted means", _SCIPY, _restricted_mean_contrast
    ),
    "cumulative-incidence": Check(
        "Cumulative incidence (Aalen-Johansen)",
        _NUMPY,
        lambda given: _incidence(given, "greenwood"),
    ),
    "cumulative-incidence-aalen": Check(
        "Cumulative incidence, variance by Aalen", _NUMPY, lambda given: _incidence(given, "aalen")
    ),
    "gray": Check("Gray's test", _SCIPY, _gray),
    "informative-censoring": Check("Worst, best and delta-adjusted curves", _NUMPY, _informative),
}
