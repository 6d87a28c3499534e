"""Random Cox regressions: few days and many ties, separation, repeated and constant covariates."""

import json
import math
from functools import cache
from typing import Any, Literal

import numpy as np

from tests.fuzz.__main__ import in_r
from topline.stats.cox.proportional_hazards import compute_proportional_hazards_test
from topline.stats.cox.regression import Cox, CoxTerm, compute_cox
from topline.stats.cox.selection import select_cox

REDUNDANT = "R counts redundant covariates anew where another coefficient has run away"


def draw(rng: np.random.Generator) -> dict[str, Any]:
    n = int(rng.integers(3, 61))
    days = int(rng.choice([3, 10, 40, 400]))
    p = int(rng.integers(1, 4))
    columns = [_column(rng, n) for _ in range(p)]
    if p > 1 and rng.random() < 0.1:
        columns[1] = columns[0] * 2
    x = np.column_stack(columns)
    pull = np.exp(x @ rng.normal(size=p) * rng.choice([0.0, 0.5, 2.0]))
    time = np.minimum(np.ceil(rng.exponential(days / 2, n) / pull), days).astype(int)
    event = rng.random(n) < rng.choice([0.1, 0.5, 0.9, 1.0])
    strata = int(rng.choice([1, 2, 4]))
    return {
        "time": time.tolist(),
        "event": event.tolist(),
        "x": [column.tolist() for column in columns],
        "stratum": rng.integers(0, strata, n).tolist() if strata > 1 else None,
        "cluster": rng.integers(0, max(2, n // 2), n).tolist(),
        "steps": bool(rng.random() < 0.3),
        "firth": bool(rng.random() < 0.2),
    }


def _column(rng: np.random.Generator, n: int) -> np.ndarray:
    kind = rng.integers(5)
    if kind == 0:
        return rng.integers(0, 2, n).astype(float)
    if kind == 1:
        return rng.integers(0, 4, n).astype(float)
    if kind == 2 and rng.random() < 0.3:
        return np.full(n, 0.1)
    if kind == 3:
        return (rng.random(n) < 0.1).astype(float)
    return np.round(rng.normal(60, 10, n), 1)


def compute(drawn: dict[str, Any]) -> dict[str, float]:
    time, event = np.array(drawn["time"]), np.array(drawn["event"])
    x = np.array(drawn["x"], float).T
    if not event.any():
        return {}
    names = [f"x{k + 1}" for k in range(x.shape[1])]
    stratum = None if drawn["stratum"] is None else np.array(drawn["stratum"])
    cluster = np.array(drawn["cluster"])
    found: dict[str, float] = {}
    efron = compute_cox(time, event, x, names, stratum=stratum)
    found |= _numbers("efron", efron)
    found["df at 0"] = float(efron.df)
    found["concordance"] = efron.concordance
    found["concordance std_error"] = efron.concordance_std_error
    breslow = compute_cox(time, event, x, names, stratum=stratum, ties="breslow")
    found |= _numbers("breslow", breslow)
    robust = compute_cox(time, event, x, names, stratum=stratum, cluster=cluster)
    found |= {f"robust std_error {k}": t.std_error for k, t in enumerate(robust.terms, 1)}
    found["robust concordance std_error"] = robust.concordance_std_error
    for transform in ("km", "rank", "identity"):
        zph = compute_proportional_hazards_test(
            time, event, x, names, stratum=stratum, transform=transform
        )
        tests = [*zph.terms, zph.overall]
        found |= {f"zph {transform} {k}": t.statistic for k, t in enumerate(tests, 1)}
    if drawn["steps"]:
        blocks = dict(zip(names, x.T, strict=True))
        for direction in ("forward", "backward", "both"):
            chosen = select_cox(time, event, blocks, direction=direction, stratum=stratum)
            found[f"step {direction}"] = float(
                sum(2**k for k, name in enumerate(names) if name in chosen.chosen)
            )
            found[f"step {direction} aic"] = chosen.cox.aic
    if drawn["firth"]:
        firth = compute_cox(time, event, x, names, stratum=stratum, firth=True)
        for k, term in enumerate(firth.terms, 1):
            found[f"firth coefficient {k}"] = term.coefficient
            found[f"firth std_error {k}"] = term.std_error
            found[f"firth chi_square {k}"] = term.z**2
            found[f"firth lower {k}"] = math.log(term.lower)
            found[f"firth upper {k}"] = math.log(term.upper)
        found["firth log_likelihood"] = firth.log_likelihood
        found["firth null_log_likelihood"] = firth.null_log_likelihood
    return found


def _numbers(prefix: str, cox: Cox) -> dict[str, float]:
    found = {f"{prefix} coefficient {k}": t.coefficient for k, t in enumerate(cox.terms, 1)}
    found |= {f"{prefix} std_error {k}": t.std_error for k, t in enumerate(cox.terms, 1)}
    return found | {
        f"{prefix} log_likelihood": cox.log_likelihood,
        f"{prefix} null_log_likelihood": cox.null_log_likelihood,
        f"{prefix} wald": cox.wald.statistic,
        f"{prefix} score": cox.score.statistic,
        f"{prefix} df": float(cox.df),
    }


def explain(drawn: dict[str, Any], number: str, ours: float, theirs: float | None) -> str:
    fitted = _fitted(json.dumps(drawn), "breslow" if number.startswith("breslow") else "efron")
    if any(term.infinite for term in fitted.terms):
        return _infinite(drawn, number, (ours, theirs), fitted)
    if number.startswith(("concordance", "robust concordance")):
        if math.isnan(fitted.concordance) and math.isnan(ours) and theirs == 0:
            return "no pair to compare: no concordance, and R's has standard error 0"
        if _alike(drawn, fitted):
            return "equal predictions, which R puts in an order by their rounding errors"
    if fitted.df == 0 and theirs in {0, len(fitted.terms)}:
        return "no two subjects compare: R gives a coefficient of 0 with standard error 0"
    return ""


def _infinite(
    drawn: dict[str, Any], number: str, values: tuple[float, float | None], fitted: Cox
) -> str:
    """Explain what differs beside an infinite coefficient."""
    ours, theirs = values
    *kind, place = number.split()
    if kind[-1] in {"coefficient", "std_error"} and place.isdigit():
        spread = float(np.ptp(drawn["x"][int(place) - 1]))
        return _infinite_term(kind[-1], values, fitted.terms[int(place) - 1], spread)
    if math.isnan(ours) and (number.startswith("zph") or place == "wald"):
        return "no test: a coefficient is infinite; R tests at the finite one where it stopped"
    if place == "log_likelihood" and theirs is not None and 0 < ours - theirs < 1e-6:
        return "R stops below the bound that the likelihood rises to"
    if place == "df":
        return REDUNDANT
    if kind[0] == "step":
        better = compute(drawn)[f"step {kind[-1] if place == 'aic' else place} aic"]
        known = in_r("cox", [drawn])[0][f"step {kind[-1] if place == 'aic' else place} aic"]
        if known is not None and better < known:
            return "R takes a covariate for redundant, and misses the model of lower AIC"
    return ""


def _infinite_term(
    kind: str, values: tuple[float, float | None], term: CoxTerm, spread: float
) -> str:
    ours, theirs = values
    if not term.infinite:
        return REDUNDANT if math.isnan(term.coefficient) else ""
    if kind == "std_error" or theirs is None or abs(theirs) * spread > 2:
        return "infinite: R stops at a finite coefficient of the same likelihood"
    return "infinite either way: R stops on a level likelihood" if math.isnan(ours) else ""


@cache
def _fitted(drawn: str, ties: Literal["efron", "breslow"]) -> Cox:
    values = json.loads(drawn)
    x = np.array(values["x"], float).T
    stratum = None if values["stratum"] is None else np.array(values["stratum"])
    names = [f"x{k + 1}" for k in range(x.shape[1])]
    time, event = np.array(values["time"]), np.array(values["event"])
    return compute_cox(time, event, x, names, stratum=stratum, ties=ties)


def _alike(drawn: dict[str, Any], fitted: Cox) -> bool:
    """Whether some predictions differ by rounding alone."""
    coefficients = np.nan_to_num([term.coefficient for term in fitted.terms])
    if not np.isfinite(coefficients).all():
        return False
    steps = np.diff(np.sort(np.array(drawn["x"], float).T @ coefficients))
    return bool(((steps > 0) & (steps < 1e-12)).any())
