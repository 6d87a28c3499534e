"""The rank tests beside R, print and hand."""

from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue

from topline.stats.estimates.multiplicity import Adjustment
from topline.stats.method import library_version
from topline.stats.ranks.dunn import compute_dunn
from topline.stats.ranks.kruskal_wallis import compute_kruskal_wallis
from topline.stats.ranks.mann_whitney import compute_mann_whitney
from topline.stats.ranks.rank_test import RankTest
from topline.stats.ranks.ranking import Alternative, PValueMethod
from topline.stats.ranks.signed_rank import Zeros, compute_signed_rank
from topline.stats.ranks.van_elteren import compute_van_elteren
from topline.validation.arguments import flag, floats, number, text, texts
from topline.validation.check import Check, Found

Arguments = Mapping[str, JsonValue]


def _mann_whitney(arguments: Arguments) -> Found:
    found = compute_mann_whitney(
        floats(arguments["values"]),
        floats(arguments["reference"]),
        alternative=_alternative(arguments),
        method=_method(arguments),
        correct=flag(arguments.get("correct", True)),
        level=number(arguments.get("level", 0.95)),
    )
    return {
        "statistic": found.statistic,
        "p_value": found.p_value,
        "estimate": found.estimate,
        "lower": found.lower,
        "upper": found.upper,
    }


def _signed_rank(arguments: Arguments) -> Found:
    found = compute_signed_rank(
        floats(arguments["differences"]),
        alternative=_alternative(arguments),
        zeros=cast("Zeros", text(arguments.get("zeros", "wilcoxon"))),
        method=_method(arguments),
        correct=flag(arguments.get("correct", True)),
        level=number(arguments.get("level", 0.95)),
    )
    return {
        "statistic": found.statistic,
        "p_value": found.p_value,
        "estimate": found.estimate,
        "lower": found.lower,
        "upper": found.upper,
    }


def _kruskal_wallis(arguments: Arguments) -> Found:
    return _rank_test(
        compute_kruskal_wallis(
            floats(arguments["values"]), texts(arguments["group"]), method=_method(arguments)
        )
    )


def _van_elteren(arguments: Arguments) -> Found:
    return _rank_test(
        compute_van_elteren(
            floats(arguments["values"]), texts(arguments["group"]), texts(arguments["stratum"])
        )
    )


def _dunn(arguments: Arguments) -> Found:
    pairs = compute_dunn(
        floats(arguments["values"]),
        texts(arguments["group"]),
        adjust=cast("Adjustment", text(arguments["adjust"])),
    )
    return {
        "z": [pair.z for pair in pairs],
        "p_value": [pair.p_value for pair in pairs],
        "adjusted_p_value": [pair.adjusted_p_value for pair in pairs],
    }


def _rank_test(found: RankTest) -> Found:
    return {"statistic": found.statistic, "df": found.df, "p_value": found.p_value}


def _method(arguments: Arguments) -> PValueMethod | None:
    asked = arguments.get("method")
    return None if asked is None else cast("PValueMethod", text(asked))


def _alternative(arguments: Arguments) -> Alternative:
    return cast("Alternative", text(arguments.get("alternative", "two-sided")))


_OURS = f"ours on {library_version('numpy')}, {library_version('scipy')}"

CHECKS: dict[str, Check] = {
    "mann-whitney": Check("Mann-Whitney test and Hodges-Lehmann shift", _OURS, _mann_whitney),
    "signed-rank": Check("Wilcoxon signed-rank test and pseudomedian", _OURS, _signed_rank),
    "kruskal-wallis": Check("Kruskal-Wallis test", _OURS, _kruskal_wallis),
    "dunn": Check("Dunn's test", _OURS, _dunn),
    "van-elteren": Check("Van Elteren test", _OURS, _van_elteren),
}
"""How to recompute the known answers of the rank tests, by the name of the method in a case."""
