"""Checks of one proportion: its intervals and its exact test."""

from collections.abc import Callable, Mapping
from typing import get_args

from pydantic import JsonValue

from topline.stats.estimates import proportion
from topline.stats.estimates.proportion import Alternative, IntervalMethod, compute_proportion
from topline.stats.method import library_version
from topline.validation.arguments import integer, number, text
from topline.validation.check import Check, Found

Arguments = Mapping[str, JsonValue]


def _interval(method: IntervalMethod) -> Callable[[Arguments], Found]:
    def compute(given: Arguments) -> Found:
        found = compute_proportion(
            integer(given["events"]),
            integer(given["n"]),
            method=method,
            level=number(given.get("level", 0.95)),
        )
        return {"estimate": found.estimate, "lower": found.lower, "upper": found.upper}

    return compute


def _binomial_test(given: Arguments) -> Found:
    name = text(given["alternative"])
    alternative: Alternative = next(each for each in get_args(Alternative) if each == name)
    found = proportion.test_proportion(
        integer(given["events"]), integer(given["n"]), number(given["null"]), alternative
    )
    return {"p_value": found.p_value}


_METHODS: tuple[IntervalMethod, ...] = get_args(IntervalMethod)

CHECKS: dict[str, Check] = {
    **{
        f"proportion-{method}": Check(
            compute_proportion(1, 2, method=method).method.name,
            library_version("scipy"),
            _interval(method),
        )
        for method in _METHODS
    },
    "binomial-test": Check("Exact binomial test", library_version("scipy"), _binomial_test),
}
