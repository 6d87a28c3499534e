"""Checks of the methods for tables of counts."""

from collections.abc import Callable, Mapping
from typing import Literal, get_args

from pydantic import JsonValue

from topline.stats.method import library_version
from topline.stats.tables.chi_square import ChiSquareKind, compute_chi_square
from topline.stats.tables.effect import Difference, Ratio
from topline.stats.tables.fisher import Alternative, compute_fisher
from topline.stats.tables.mantel_haenszel import (
    Association,
    CommonOddsRatio,
    compute_breslow_day,
    compute_common_odds_ratio,
    compute_mantel_haenszel,
)
from topline.stats.tables.mcnemar import McNemarMethod, compute_mcnemar
from topline.stats.tables.odds_ratio import OddsRatioMethod, compute_odds_ratio
from topline.stats.tables.risk_difference import (
    CommonDifference,
    DifferenceMethod,
    compute_common_risk_difference,
    compute_risk_difference,
)
from topline.stats.tables.risk_ratio import RiskRatioMethod, compute_risk_ratio
from topline.stats.tables.table_test import Floats, TableTest
from topline.stats.tables.trend import TrendMethod, compute_trend
from topline.stats.tables.unconditional import Statistic, compute_barnard, compute_boschloo
from topline.validation.arguments import flag, floats, integer, integers, number, text
from topline.validation.check import Check, Found

Arguments = Mapping[str, JsonValue]
Compute = Callable[[Arguments], Found]


def _test(found: TableTest) -> Found:
    return {"statistic": found.statistic, "df": found.df, "p_value": found.p_value}


def _effect(found: Ratio | Difference) -> Found:
    return {
        "estimate": found.estimate,
        "lower": found.lower,
        "upper": found.upper,
        "p_value": found.p_value,
    }


def _level(given: Arguments) -> float:
    return number(given.get("level", 0.95))


def _alternative(given: Arguments) -> Alternative:
    name = text(given.get("alternative", "two-sided"))
    return next(each for each in get_args(Alternative) if each == name)


def _scores(given: Arguments, name: str) -> Floats | None:
    return floats(given[name]) if name in given else None


def _fisher(*, mid_p: bool) -> Compute:
    return lambda given: _test(
        compute_fisher(integers(given["table"]), alternative=_alternative(given), mid_p=mid_p)
    )


def _chi_square(kind: ChiSquareKind) -> Compute:
    return lambda given: _test(compute_chi_square(integers(given["table"]), kind=kind))


def _trend(method: TrendMethod) -> Compute:
    return lambda given: _test(
        compute_trend(
            integers(given["table"]),
            scores=_scores(given, "scores"),
            category_scores=_scores(given, "category_scores"),
            method=method,
        )
    )


def _mantel_haenszel(kind: Association) -> Compute:
    return lambda given: _test(
        compute_mantel_haenszel(
            integers(given["tables"]),
            kind=kind,
            scores=_scores(given, "scores"),
            category_scores=_scores(given, "category_scores"),
            corrected=flag(given.get("corrected", False)),
        )
    )


def _breslow_day(given: Arguments) -> Found:
    tarone = flag(given.get("tarone", True))
    return _test(compute_breslow_day(integers(given["tables"]), tarone=tarone))


def _odds_ratio(method: OddsRatioMethod) -> Compute:
    return lambda given: _effect(
        compute_odds_ratio(integers(given["table"]), method=method, level=_level(given))
    )


def _common_odds_ratio(method: CommonOddsRatio) -> Compute:
    return lambda given: _effect(
        compute_common_odds_ratio(integers(given["tables"]), method=method, level=_level(given))
    )


def _counts(given: Arguments) -> tuple[int, int, int, int]:
    return (
        integer(given["events"]),
        integer(given["n"]),
        integer(given["reference_events"]),
        integer(given["reference_n"]),
    )


def _risk_difference(method: DifferenceMethod) -> Compute:
    return lambda given: _effect(
        compute_risk_difference(*_counts(given), method=method, level=_level(given))
    )


def _common_risk_difference(method: CommonDifference) -> Compute:
    return lambda given: _effect(
        compute_common_risk_difference(
            integers(given["tables"]), method=method, level=_level(given)
        )
    )


def _risk_ratio(method: RiskRatioMethod) -> Compute:
    return lambda given: _effect(
        compute_risk_ratio(*_counts(given), method=method, level=_level(given))
    )


def _barnard(given: Arguments) -> Found:
    name = text(given.get("statistic", "pooled"))
    statistic: Statistic = next(each for each in get_args(Statistic) if each == name)
    return _test(
        compute_barnard(
            integers(given["table"]), statistic=statistic, alternative=_alternative(given)
        )
    )


def _boschloo(given: Arguments) -> Found:
    return _test(compute_boschloo(integers(given["table"]), alternative=_alternative(given)))


def _mcnemar(method: McNemarMethod) -> Compute:
    return lambda given: _test(compute_mcnemar(integers(given["table"]), method=method))


def _check(label: str, compute: Compute, on: Literal["numpy", "scipy"] = "numpy") -> Check:
    return Check(label, f"ours on {library_version(on)}", compute)


CHECKS: dict[str, Check] = {
    "fisher-exact": _check("Fisher exact test, 2 x 2 and r x c", _fisher(mid_p=False)),
    "fisher-mid-p": _check("Fisher exact test, mid-p", _fisher(mid_p=True)),
    "barnard": _check("Barnard test", _barnard),
    "boschloo": _check("Boschloo test", _boschloo),
    "chi-square-pearson": _check("Pearson chi-square test", _chi_square("pearson"), "scipy"),
    "chi-square-yates": _check(
        "Chi-square test with Yates' correction", _chi_square("yates"), "scipy"
    ),
    "chi-square-likelihood-ratio": _check(
        "Likelihood ratio chi-square test", _chi_square("likelihood-ratio"), "scipy"
    ),
    "trend": _check("Cochran-Armitage trend test", _trend("asymptotic"), "scipy"),
    "trend-exact": _check("Exact Cochran-Armitage trend test", _trend("exact")),
    "linear-by-linear": _check("Linear-by-linear association test", _trend("asymptotic"), "scipy"),
    "mantel-haenszel": _check(
        "Cochran-Mantel-Haenszel test, general association", _mantel_haenszel("general"), "scipy"
    ),
    "mantel-haenszel-row-means": _check(
        "Cochran-Mantel-Haenszel test, row mean scores", _mantel_haenszel("row-means"), "scipy"
    ),
    "mantel-haenszel-correlation": _check(
        "Cochran-Mantel-Haenszel test, correlation", _mantel_haenszel("correlation"), "scipy"
    ),
    "breslow-day": _check("Breslow-Day test", _breslow_day, "scipy"),
    "common-odds-ratio": _check(
        "Mantel-Haenszel odds ratio", _common_odds_ratio("mantel-haenszel")
    ),
    "common-odds-ratio-conditional": _check(
        "Common odds ratio, conditional exact", _common_odds_ratio("conditional")
    ),
    "odds-ratio-woolf": _check("Odds ratio, Woolf", _odds_ratio("woolf")),
    "odds-ratio-haldane-anscombe": _check(
        "Odds ratio, Haldane-Anscombe", _odds_ratio("haldane-anscombe")
    ),
    "odds-ratio-haldane-anscombe-always": _check(
        "Odds ratio, Haldane-Anscombe always", _odds_ratio("haldane-anscombe-always")
    ),
    "odds-ratio-conditional": _check("Odds ratio, conditional exact", _odds_ratio("conditional")),
    "odds-ratio-mid-p": _check("Odds ratio, conditional mid-p", _odds_ratio("mid-p")),
    "risk-difference-newcombe": _check("Risk difference, Newcombe", _risk_difference("newcombe")),
    "risk-difference-newcombe-cc": _check(
        "Risk difference, Newcombe with continuity correction", _risk_difference("newcombe-cc")
    ),
    "risk-difference-miettinen-nurminen": _check(
        "Risk difference, Miettinen-Nurminen", _risk_difference("miettinen-nurminen")
    ),
    "risk-difference-wald": _check("Risk difference, Wald", _risk_difference("wald")),
    "common-risk-difference": _check(
        "Common risk difference, Mantel-Haenszel", _common_risk_difference("mantel-haenszel")
    ),
    "common-risk-difference-greenland-robins": _check(
        "Common risk difference, Greenland-Robins", _common_risk_difference("greenland-robins")
    ),
    "common-risk-difference-miettinen-nurminen": _check(
        "Common risk difference, Miettinen-Nurminen", _common_risk_difference("miettinen-nurminen")
    ),
    "risk-ratio-koopman": _check("Risk ratio, Koopman", _risk_ratio("koopman")),
    "risk-ratio-miettinen-nurminen": _check(
        "Risk ratio, Miettinen-Nurminen", _risk_ratio("miettinen-nurminen")
    ),
    "risk-ratio-katz": _check("Risk ratio, Katz", _risk_ratio("katz")),
    "mcnemar-exact": _check("Exact McNemar test", _mcnemar("exact"), "scipy"),
    "mcnemar-mid-p": _check("McNemar test, mid-p", _mcnemar("mid-p"), "scipy"),
    "mcnemar-asymptotic": _check("McNemar test", _mcnemar("asymptotic"), "scipy"),
    "mcnemar-corrected": _check(
        "McNemar test with continuity correction", _mcnemar("corrected"), "scipy"
    ),
    "bowker": _check("Bowker test of symmetry", _mcnemar("asymptotic"), "scipy"),
}
