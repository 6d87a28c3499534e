"""Random follow-ups with ties, few events, empty strata; every survival method that R has."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from topline.validation.survival import CHECKS

TRANSFORMS = ("plain", "log", "log-log", "arcsine", "logit")
LIMITS = "no limits at S = 1 on this scale; R writes 1 before the first time"
AFTER = "S stays 0 after a last event; R gives nothing after the last time"
NOBODY = "nobody is at risk after the last time; R gives nothing"
LEVEL = "the curve is level with the share to its end: its first day; R halfway to the last day"
SINGULAR = "groups never at risk together: rank of the covariance as df; R has a singular matrix"
NOTHING = "nothing compares: no p-value; R says chi-square 0 or stops"
EXTENDED = "the curve is unknown after a last censoring; R draws it on level"
EARLY = "free of the event until then; R stops before the first time"
ALONE = "one group left: it adds nothing; R divides 0 by 0"


def draw(rng: np.random.Generator) -> dict[str, object]:
    n = int(rng.integers(3, 61))
    longest = int(rng.choice([4, 12, 60, 400]))
    shares = [[0.7, 0.2, 0.1], [0.3, 0.5, 0.2], [0.05, 0.65, 0.3], [0.4, 0.6, 0.0]]
    k = int(rng.choice([1, 2, 3, 4], p=[0.1, 0.4, 0.3, 0.2]))
    time = rng.integers(int(rng.integers(0, 2)), longest + 1, n)
    cause = rng.choice(3, n, p=shares[rng.integers(4)])
    return {
        "time": time.tolist(),
        "cause": cause.tolist(),
        "event": (cause == 1).astype(int).tolist(),
        "group": [str(label) for label in rng.integers(1, k + 1, n)],
        "stratum": [str(label) for label in rng.integers(1, int(rng.integers(1, 4)) + 1, n)],
        "day": float(rng.integers(0, longest + 1)) + float(rng.choice([0, 0.5])),
        "until": float(rng.integers(1, longest + 3)),
        "rho": float(rng.choice([0.5, 1, 2])),
        "gamma": float(rng.choice([0.5, 1, 2])),
        "median": float(rng.integers(1, longest + 1)),
    }


def compute(given: dict[str, Any]) -> dict[str, float]:
    numbers: dict[str, float] = {}

    def add(prefix: str, check: str, names: str, **arguments: object) -> None:
        found: Mapping[str, Any] = CHECKS[check].compute({**base, **arguments})
        for name in names.split():
            value = found[name]
            numbers[f"{prefix} {name}"] = value[0] if isinstance(value, list) else value

    base = {name: given[name] for name in ("time", "event", "cause")}
    limits = "estimate lower upper"
    for transform in TRANSFORMS:
        scale = {"transform": transform}
        add(f"median, {transform}", "survival-quantile", limits, share=0.5, **scale)
        add(f"rate, {transform}", "landmark-rate", "lower upper", days=[given["day"]], **scale)
    add("rate", "landmark-rate", "estimate std_error at_risk", days=[given["day"]])
    add("quartile", "survival-quantile", limits, share=0.25)
    add("follow-up", "reverse-kaplan-meier", "median lower upper")
    add("restricted mean", "restricted-mean", "estimate std_error", until_days=given["until"])
    hazard = [t * math.log(2) / given["median"] for t in given["time"]]
    add("one sample", "one-sample-log-rank", "z smr lower upper", cumulative_hazard=hazard)
    groups = {"group": given["group"]}
    scores = [float(i * i) for i in range(len(set(given["group"])))]
    for name, more in (("", {}), ("stratified ", {"stratum": given["stratum"]})):
        test = "chi_square df p_value"
        add(f"{name}log-rank", "log-rank", test, **groups, **more)
        add(f"{name}rho", "log-rank", test, **groups, **more, rho=given["rho"])
        both = {"rho": given["rho"], "gamma": given["gamma"]}
        add(f"{name}rho and gamma", "log-rank", test, **groups, **more, **both)
        if len(scores) > 1:
            add(f"{name}trend", "log-rank", "chi_square p_value", **groups, **more, scores=scores)
        else:
            numbers |= {f"{name}trend chi_square": math.nan, f"{name}trend p_value": math.nan}
        add(f"{name}gray", "gray", "statistic df p_value", **groups, **more)
        add(f"{name}gray rho", "gray", "statistic", **groups, **more, rho=given["rho"])
    for which in (1, 2):
        _incidences(given, numbers, which)
    return numbers


def _incidences(given: dict[str, Any], numbers: dict[str, float], which: int) -> None:
    """Read the curves of a cause on the day, where it is known."""
    for variance, check in (("", "cumulative-incidence"), ("aalen ", "cumulative-incidence-aalen")):
        prefix = f"incidence {which} {variance}"
        names = ("incidence", "std_error", "lower", "upper")[: 2 if variance else 4]
        if which not in given["cause"]:
            numbers |= {prefix + name: math.nan for name in names}
            continue
        found: Mapping[str, Any] = CHECKS[check].compute({**given, "of_cause": which})
        row = int(np.searchsorted(found["days"], given["day"], side="right")) - 1
        for name in names:
            first = 0.0 if name in {"incidence", "std_error"} else math.nan
            numbers[prefix + name] = first if row < 0 else found[name][row]


def explain(given: dict[str, Any], number: str, ours: float, theirs: float | None) -> str:
    time, event = np.array(given["time"]), np.array(given["event"]) == 1
    last_is_event = bool(event[time == time.max()].all())
    if number.startswith("rate"):
        return _explain_rate(given, number, ours, theirs)
    if number.startswith("quartile"):
        return LEVEL if theirs is not None and ours < theirs else ""
    if number.startswith("restricted mean") and theirs is None:
        return EARLY if given["until"] < time.min() else ""
    if number.startswith("restricted mean"):
        beyond = given["until"] > time.max() and not last_is_event
        return EXTENDED if beyond and math.isnan(ours) else ""
    return _explain_test(given, number, ours, theirs)


def _explain_rate(given: dict[str, Any], number: str, ours: float, theirs: float | None) -> str:
    time, event = np.array(given["time"]), np.array(given["event"]) == 1
    if theirs == 1:
        return LIMITS if given["day"] < time[event].min(initial=10**9) and math.isnan(ours) else ""
    if given["day"] <= time.max() or theirs is not None:
        return ""
    if number == "rate at_risk":
        return NOBODY if ours == 0 else ""
    return AFTER if event[time == time.max()].all() else ""


def _explain_test(given: dict[str, Any], number: str, ours: float, theirs: float | None) -> str:
    name = "stratified " if number.startswith("stratified ") else ""
    test = number.removeprefix(name).rsplit(" ", 1)[0]
    if test not in {"log-rank", "rho", "rho and gamma", "gray", "gray rho"}:
        return ""
    df = compute(given)[f"{name}{test.removesuffix(' rho')} df"]
    if df == 0 and (math.isnan(ours) or number.endswith("df")):
        return NOTHING
    if df < len(set(given["group"])) - 1:
        return SINGULAR if theirs is None else ""
    return ALONE if "gray" in test and theirs is None and _one_left(given, bool(name)) else ""


def _one_left(given: dict[str, Any], stratified: bool) -> bool:
    """Whether somebody has an event when no other group of the stratum is at risk."""
    time, cause, group = (np.array(given[name]) for name in ("time", "cause", "group"))
    stratum = np.array(given["stratum"]) if stratified else np.zeros(len(time))
    return any(
        len(set(group[(stratum == stratum[i]) & (time >= time[i])])) == 1
        for i in np.flatnonzero(cause)
    )
