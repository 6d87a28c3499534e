"""Summaries, medians, means, bootstrap intervals and adjusted p-values beside R, print and hand."""

from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue

from topline.stats.estimates.bootstrap import BootstrapMethod, compute_bootstrap_limits
from topline.stats.estimates.means import compute_anova, compute_mean, compute_mean_difference
from topline.stats.estimates.median import MedianMethod, compute_median
from topline.stats.estimates.multiplicity import Adjustment, adjust_p_values
from topline.stats.estimates.summary import QuartileType, compute_summary
from topline.stats.method import library_version
from topline.validation.arguments import flag, floats, integer, number, text, texts
from topline.validation.check import Check, Found

Arguments = Mapping[str, JsonValue]


def _summary(arguments: Arguments) -> Found:
    found = compute_summary(
        floats(arguments["values"]),
        quartile_type=cast("QuartileType", integer(arguments.get("quartile_type", 2))),
    )
    return {
        "n": found.n,
        "missing": found.missing,
        "mean": found.mean,
        "sd": found.sd,
        "median": found.median,
        "q1": found.q1,
        "q3": found.q3,
        "minimum": found.minimum,
        "maximum": found.maximum,
    }


def _median(arguments: Arguments) -> Found:
    found = compute_median(
        floats(arguments["values"]),
        method=cast("MedianMethod", text(arguments.get("method", "order statistics"))),
        level=_level(arguments),
    )
    return {
        "estimate": found.estimate,
        "lower": found.lower,
        "upper": found.upper,
        "coverage": found.coverage,
    }


def _mean(arguments: Arguments) -> Found:
    found = compute_mean(
        floats(arguments["values"]),
        null=number(arguments.get("null", 0)),
        level=_level(arguments),
    )
    return {
        "estimate": found.estimate,
        "lower": found.lower,
        "upper": found.upper,
        "standard_error": found.standard_error,
        "statistic": found.statistic,
        "df": found.df,
        "p_value": found.p_value,
    }


def _mean_difference(arguments: Arguments) -> Found:
    found = compute_mean_difference(
        floats(arguments["values"]),
        floats(arguments["reference"]),
        equal_variances=flag(arguments["equal_variances"]),
        level=_level(arguments),
    )
    return {
        "estimate": found.estimate,
        "lower": found.lower,
        "upper": found.upper,
        "standard_error": found.standard_error,
        "statistic": found.statistic,
        "df": found.df,
        "p_value": found.p_value,
    }


def _anova(arguments: Arguments) -> Found:
    found = compute_anova(
        floats(arguments["values"]),
        texts(arguments["group"]),
        equal_variances=flag(arguments["equal_variances"]),
    )
    return {
        "statistic": found.statistic,
        "df": found.df,
        "df_within": found.df_within,
        "p_value": found.p_value,
    }


def _bootstrap(arguments: Arguments) -> Found:
    """Limits from the resampled statistics of the reference, so that no random numbers differ."""
    jackknife = arguments.get("jackknife")
    lower, upper, _ = compute_bootstrap_limits(
        number(arguments["estimate"]),
        floats(arguments["replicates"]),
        None if jackknife is None else floats(jackknife),
        method=cast("BootstrapMethod", text(arguments["method"])),
        level=_level(arguments),
    )
    return {"lower": lower, "upper": upper}


def _multiplicity(arguments: Arguments) -> Found:
    adjusted = adjust_p_values(
        floats(arguments["p_values"]), cast("Adjustment", text(arguments["method"]))
    )
    return {"adjusted": adjusted.tolist()}


def _level(arguments: Arguments) -> float:
    return number(arguments.get("level", 0.95))


_NUMPY, _SCIPY = library_version("numpy"), library_version("scipy")

CHECKS: dict[str, Check] = {
    "summary": Check("Summary statistics, quartiles of nine types", _NUMPY, _summary),
    "median": Check("Median with interval from order statistics", f"ours on {_SCIPY}", _median),
    "mean": Check("Mean with t interval and t test", f"ours on {_SCIPY}", _mean),
    "mean-difference": Check("Welch's and Student's t test", f"ours on {_SCIPY}", _mean_difference),
    "anova": Check("One-way and Welch's analysis of variance", f"ours on {_SCIPY}", _anova),
    "bootstrap": Check("Bootstrap interval", f"ours on {_NUMPY}, {_SCIPY}", _bootstrap),
    "multiplicity": Check("Adjusted p-values", f"ours on {_NUMPY}", _multiplicity),
}
"""How to recompute the known answers of estimates, by the name of the method in a case."""
