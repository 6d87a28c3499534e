"""Mixed models and repeated measures on random sets of 2 to 20 subjects with visits missing."""

import math
from dataclasses import dataclass

import numpy as np

from tests.fuzz.mixed_precise import compute_precisely
from topline.stats.mixed.denominator_degrees import compute_effects_test
from topline.stats.mixed.estimated_means import compute_differences, compute_estimated_means
from topline.stats.mixed.factor_model import FactorModel, FittedModel, compute_factor_model
from topline.stats.mixed.fixed_effects import Fitted, FixedEffects
from topline.stats.mixed.repeated_measures import compute_mmrm

Numbers = dict[str, float]

MODELS = ("visit", "visit + arm", "visit * arm", "visit + x", "arm", "none")
KINDS = ("continuous", "integers", "alike", "unlike", "constant", "by subject", "by visit")
STRUCTURES = (
    "unstructured",
    "compound-symmetry",
    "compound-symmetry-heterogeneous",
    "ar1",
    "ar1-heterogeneous",
    "toeplitz",
    "toeplitz-heterogeneous",
)


def draw(rng: np.random.Generator) -> dict[str, object]:
    repeated = bool(rng.random() < 0.3)
    subjects = int(rng.integers(6, 21)) if repeated else int(rng.integers(2, 16))
    visits = int(rng.integers(2, 5)) if repeated else int(rng.integers(1, 5))
    subject = np.repeat(np.arange(subjects), visits)
    visit = np.tile(np.arange(visits), subjects)
    arm = rng.integers(0, 2, subjects)[subject]
    kind = (
        "continuous"
        if repeated
        else str(rng.choice(KINDS, p=[0.4, 0.2, 0.1, 0.2, 0.02, 0.04, 0.04]))
    )
    values = some_values(rng, kind, subject, visit)
    present = rng.random(len(values)) >= rng.choice([0.0, 0.1, 0.3, 0.5], p=[0.3, 0.3, 0.3, 0.1])
    present[rng.integers(len(values))] = True
    return {
        "values": [float(v) if there else None for v, there in zip(values, present, strict=True)],
        "subject": [f"s{code:02d}" for code in subject],
        "visit": [f"v{code}" for code in visit],
        "arm": [f"a{code}" for code in arm],
        "x": np.round(rng.normal(size=len(values)), 2).tolist(),
        "model": str(rng.choice(MODELS[:4] if repeated else MODELS)),
        "structure": str(rng.choice(STRUCTURES)) if repeated else "",
        "means": bool(rng.random() < 0.25),
    }


def some_values(
    rng: np.random.Generator, kind: str, subject: np.ndarray, visit: np.ndarray
) -> np.ndarray:
    n, own = len(subject), rng.normal(size=int(subject.max()) + 1)[subject]
    noise, trend = rng.normal(size=n), rng.choice([0.0, 0.5]) * visit
    between = own * rng.choice([0.0, 0.3, 1.0, 3.0, 30.0])
    return {
        "continuous": np.round(between + noise + trend, 3),
        "integers": np.round(2 * (between + noise)),
        "alike": np.round(100 * own + noise, 3),
        # each subject's values stand apart, as a singular fit has them
        "unlike": np.round(0.3 * own + noise + 2 * (visit % 2) * rng.choice([-1, 1], n), 2),
        "constant": np.full(n, 3.7),
        "by subject": np.round(own, 2),
        "by visit": visit * 1.5 + 2,
    }[kind]


def compute(drawn: dict[str, object]) -> Numbers:
    if drawn["structure"]:
        return repeated(drawn)
    found = Numbers()
    for method in ("reml", "ml"):
        fitted = fit(drawn, method)
        model = fitted.model
        estimate, error = model.effects.estimate, model.effects.std_error
        found |= {
            f"{method} estimate": weighted(estimate),
            f"{method} std_error": weighted(error),
            f"{method} subject variance": model.subject_variance,
            f"{method} residual variance": model.residual_variance,
            f"{method} log-likelihood": model.log_likelihood,
        }
        if method == "reml":
            found |= tests(model)
    if "kenward-roger all f" in found:
        found["pbkrtest f"] = found["kenward-roger all f"]
        found["pbkrtest df"] = found["kenward-roger all df"]
    if drawn["means"] and drawn["model"].startswith("visit"):
        found |= means(fit(drawn, "reml"))
    return found


def fit(drawn: dict[str, object], method: str) -> FactorModel:
    names = drawn["model"].replace("*", "+").split(" + ")
    return compute_factor_model(
        np.array(drawn["values"], float),
        np.array(drawn["subject"]),
        {name: np.array(drawn[name]) for name in ("visit", "arm") if name in names},
        {"x": np.array(drawn["x"])} if "x" in names else {},
        [("visit", "arm")] if "*" in drawn["model"] else [],
        method=method,
        df="kenward-roger" if method == "reml" else "satterthwaite",
    )


def weighted(numbers: np.ndarray) -> float:
    """Put coefficients into one number; those left out do not count."""
    there = numbers[~np.isnan(numbers)]
    return float((there / np.arange(1, len(there) + 1)).sum()) if len(there) else float("nan")


def tests(model: Fitted) -> Numbers:
    """Test all coefficients but the intercept, and the intercept."""
    p = len(model.effects.names)
    found = Numbers()
    for name, rows in (("all", np.eye(p)[1:]), ("one", np.eye(p)[:1])):
        for df in ("kenward-roger", "kenward-roger-observed", "satterthwaite"):
            if name == "all" and p == 1:
                continue
            test = compute_effects_test(model, rows, df=df)
            found |= {
                f"{df} {name} f": test.statistic,
                f"{df} {name} df": test.denominator_df,
                f"{df} {name} p": test.p_value,
            }
    return found


def means(fitted: FactorModel[FittedModel]) -> Numbers:
    found = compute_estimated_means(fitted, ["visit"])
    pairs = compute_differences(fitted, "visit", adjustment="holm")
    return {
        "mean": weighted(np.array([m.estimate for m in found])),
        "mean upper": weighted(np.array([m.upper for m in found])),
        "mean df": weighted(np.array([m.df for m in found])),
        "difference": weighted(np.array([d.estimate for d in pairs])),
        "difference p": weighted(np.array([d.p_value for d in pairs])),
        "difference lower": weighted(np.array([d.lower for d in pairs])),
    }


def repeated(drawn: dict[str, object]) -> Numbers:
    fitted = fit_repeated(drawn)
    return {
        "mmrm estimate": weighted(fitted.model.effects.estimate),
        "mmrm std_error": weighted(fitted.model.effects.std_error),
        "mmrm parameters": weighted(np.array(list(fitted.model.parameters.values()))),
        "mmrm log-likelihood": fitted.model.log_likelihood,
        **{f"mmrm {name}": value for name, value in tests(fitted.model).items()},
    }


def fit_repeated(drawn: dict[str, object]) -> FactorModel:
    names = drawn["model"].replace("*", "+").split(" + ")
    return compute_mmrm(
        np.array(drawn["values"], float),
        np.array(drawn["visit"]),
        np.array(drawn["subject"]),
        {"arm": np.array(drawn["arm"])} if "arm" in names else {},
        {"x": np.array(drawn["x"])} if "x" in names else {},
        [("visit", "arm")] if "*" in drawn["model"] else [],
        covariance=drawn["structure"],
    )


def explain(drawn: dict[str, object], number: str, ours: float, theirs: float | None) -> str:
    if math.isnan(ours):
        return ""
    numbers = precise(drawn)
    name = number.replace("pbkrtest ", "kenward-roger all ")
    true = numbers.get(name, numbers["slope"] if theirs is None else float("nan"))
    if theirs is None:
        arrived = "mmrm estimate" in numbers and abs(numbers["slope"]) < 1e-9
        return "R's climb does not arrive; in numbers of 80 bits ours is a maximum" * arrived
    degrees = numbers.get(" ".join([*name.split()[:-1], "df"]), float("nan"))
    if number == "pbkrtest f" and abs(degrees - 2) < 0.01:
        return "pbkrtest leaves F unscaled within 0.01 of 2 denominator degrees of freedom"
    if apart(ours, true) <= 1e-8 < apart(theirs, true):
        return "R loses digits; in numbers of 80 bits ours is right"
    if abs(degrees - 2) < 1e-3 and apart(ours, theirs) < 1e-4:
        return "near 2 denominator degrees of freedom the scale of F is 0 over 0"
    return ""


def apart(one: float, other: float) -> float:
    return abs(one - other) / max(abs(other), 1e-6)


@dataclass(frozen=True)
class Precise:
    """A model as tests take it."""

    effects: FixedEffects


def precise(drawn: dict[str, object]) -> Numbers:
    """The REML fit in numbers of 80 bits."""
    structure = drawn["structure"] or None
    fitted = fit_repeated(drawn) if structure else fit(drawn, "reml")
    layout, model = fitted.layout, fitted.model
    there = np.array([value is not None for value in drawn["values"]])
    effects, theta, slope = compute_precisely(
        np.array(drawn["values"], float)[there],
        layout.design(),
        layout.names,
        np.unique(np.array(drawn["visit"])[there], return_inverse=True)[1],
        np.array(drawn["subject"])[there],
        structure,
        list(model.parameters.values())
        if structure
        else [model.residual_variance, model.subject_variance],
    )
    start = "mmrm " if structure else ""
    return {
        **{start + name: value for name, value in tests(Precise(effects)).items()},
        (start or "reml ") + "estimate": weighted(effects.estimate),
        (start or "reml ") + "std_error": weighted(effects.std_error),
        "slope": slope,
        "mmrm parameters": weighted(theta.astype(float)),
        "reml residual variance": float(theta[0]),
        "reml subject variance": float(theta[1]) if len(theta) > 1 else float("nan"),
    }
