"""Random ratings and measurements, some the same for all, some in full agreement."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from topline.validation.agreement import CHECKS

FORMS = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
NO_WIDTH = "a variance that is 0: R takes the root of what rounding leaves, above or below 0"
SAME = "measurements that are the same: concordance 1; R divides 0 by 0"
FEW = "a quantile of F on less than 0.05 degrees of freedom; R's is infinite, and its limit lost"
NEVER_VARIES = "a measurement that never varies: concordance 0; R divides 0 by 0"
UNRELATED = "covariance 0: the limits exist; R divides by a correlation of 0"
ONE_CATEGORY = "one category alone: no kappa; psych gives a number from its own rounding"
BEYOND = (
    "the single rating's limit is below -1 / (k - 1): minus infinite; psych goes on past the pole"
)


def draw(rng: np.random.Generator) -> dict[str, object]:
    n, k, raters = int(rng.integers(3, 61)), int(rng.integers(2, 5)), int(rng.integers(2, 5))
    agreeing = float(rng.choice([0, 0.5, 0.9, 1]))
    share = rng.dirichlet(np.full(k, float(rng.choice([0.2, 1, 5]))))
    truth = rng.choice(k, n, p=share)
    second = np.where(rng.random(n) < agreeing, truth, rng.choice(k, n, p=share))
    table = np.bincount(truth * k + second, minlength=k * k).reshape(k, k)
    rows = int(rng.integers(3, 13))
    between, error = rng.choice([0, 3], 1), float(rng.choice([0.5, 2]))
    scores = between * rng.normal(size=(rows, 1)) + error * rng.normal(size=(rows, raters))
    first = rng.integers(0, int(rng.choice([2, 6, 60])), n)
    return {
        "table": table.tolist(),
        "positive": int(rng.integers(k)),
        "ratings": scores.round(1).tolist(),
        "first": first.tolist(),
        "second": (first + rng.integers(-2, int(rng.choice([-1, 3])), n)).tolist(),
    }


def compute(given: dict[str, Any]) -> dict[str, float]:
    numbers: dict[str, float] = {}

    def add(prefix: str, check: str, **arguments: object) -> None:
        found: Mapping[str, Any] = CHECKS[check].compute({**given, **arguments})
        numbers.update({f"{prefix} {name}": value for name, value in found.items()})

    for weights in ("none", "linear", "quadratic"):
        add(f"kappa, {weights}", "kappa", weights=weights)
    for form in FORMS:
        add(form, "intraclass-correlation", form=form)
    for limits in ("plain", "z-transform"):
        add(f"concordance correlation, {limits}", "concordance-correlation", limits=limits)
    add("agreement", "limits-of-agreement")
    add("shares", "concordance")
    return numbers


def explain(given: dict[str, Any], number: str, ours: float, theirs: float | None) -> str:
    if number.startswith("kappa"):
        return _explain_kappa(given, number, ours, theirs)
    if number.startswith("concordance correlation"):
        return _explain_correlation(given, ours) if theirs is None else ""
    if number.startswith("ICC(2,k)") and ours == -math.inf:
        single = compute(given)[number.replace("k", "1")]
        return BEYOND if single <= -1 / (len(given["ratings"][0]) - 1) else ""
    if number.startswith("ICC(2") and number.endswith("lower") and theirs is None:
        return FEW
    return ""


def _explain_correlation(given: dict[str, Any], ours: float) -> str:
    first, second = np.array(given["first"]), np.array(given["second"])
    if (first == second).all():
        return SAME
    if 0 in {np.ptp(first), np.ptp(second)}:
        return NEVER_VARIES
    return UNRELATED if abs(ours) <= 1 and np.isclose(np.cov(first, second)[0, 1], 0) else ""


def _explain_kappa(given: dict[str, Any], number: str, ours: float, theirs: float | None) -> str:
    table = np.array(given["table"])
    used = (table.sum(0) > 0) | (table.sum(1) > 0)
    if used.sum() == 1:
        return ONE_CATEGORY if math.isnan(ours) else ""
    weights = number.removeprefix("kappa, ").split()[0]
    found = compute(given)
    width = found[f"kappa, {weights} std_error"], found[f"kappa, {weights} std_error_null"]
    return NO_WIDTH if 0 in width and (theirs is None or abs(theirs) < 1e-6 or ours == 1) else ""
