"""Rank tests, medians, means and adjusted p-values on random sets of 3 to 60 values."""

import math
from statistics import NormalDist

import numpy as np

from topline.stats.estimates.means import compute_anova, compute_mean, compute_mean_difference
from topline.stats.estimates.median import compute_median
from topline.stats.estimates.multiplicity import adjust_p_values
from topline.stats.estimates.summary import compute_summary
from topline.stats.ranks.dunn import compute_dunn
from topline.stats.ranks.kruskal_wallis import compute_kruskal_wallis
from topline.stats.ranks.mann_whitney import compute_mann_whitney
from topline.stats.ranks.ranking import tie_sum
from topline.stats.ranks.signed_rank import compute_signed_rank
from topline.stats.ranks.van_elteren import compute_van_elteren

Floats = np.ndarray
NAN = float("nan")
KINDS = ("continuous", "decimals", "integers", "binary", "constant", "constant by group", "zeros")


def some_values(rng: np.random.Generator, kind: str, group: Floats) -> Floats:
    n = len(group)
    normal = rng.normal(0.2, size=n) + rng.choice([0.0, 0.0, 0.5, 2.0]) * group
    return {
        "continuous": np.round(normal, 4),
        "decimals": np.round(normal, 1),
        "integers": np.round(2 * normal),
        "binary": rng.integers(0, 2, n).astype(float),
        "constant": np.full(n, float(rng.integers(-1, 3)) / 10),
        "constant by group": group / 10,
        "zeros": np.where(rng.random(n) < 0.6, 0, np.round(normal, 1)),
    }[kind]


def draw(rng: np.random.Generator) -> dict[str, object]:
    n = int(rng.choice([int(rng.integers(3, 10)), int(rng.integers(3, 61))]))
    k = int(rng.integers(2, 5))
    group = rng.integers(0, k, n)
    kind = str(rng.choice(KINDS, p=[0.25, 0.2, 0.25, 0.1, 0.03, 0.02, 0.15]))
    p_values: list[float | None] = np.round(rng.random(int(rng.integers(1, 12))) ** 3, 3).tolist()
    if rng.random() < 0.3:
        p_values[int(rng.integers(len(p_values)))] = None
    return {
        "values": some_values(rng, kind, group).tolist(),
        "group": [f"g{code}" for code in group],
        "stratum": [f"s{code}" for code in rng.integers(0, int(rng.integers(1, 5)), n)],
        "p_values": p_values,
        "level": float(rng.choice([0.8, 0.9, 0.95, 0.99])),
        "type": int(rng.integers(1, 10)),
    }


def compute(drawn: dict[str, object]) -> dict[str, float]:
    values, group, level = np.array(drawn["values"]), np.array(drawn["group"]), drawn["level"]
    found = dict[str, float]()
    two_groups(found, values[group == "g0"], values[group == "g1"], level)
    one_group(found, values, level, drawn["type"])
    all_groups(found, values, group, np.array(drawn["stratum"]))
    p_values = np.array(drawn["p_values"], float)
    for method in ("holm", "hochberg", "hommel", "bonferroni", "bh", "by"):
        adjusted = adjust_p_values(p_values, method)
        found[f"adjust {method}"] = float(np.nansum(adjusted * np.arange(1, len(adjusted) + 1)))
    return found


def two_groups(found: dict[str, float], x: Floats, y: Floats, level: float) -> None:
    exact = compute_mann_whitney(x, y, method="exact", level=level)
    normal = compute_mann_whitney(x, y, method="asymptotic", level=level)
    plain = compute_mann_whitney(x, y, method="asymptotic", correct=False, level=level)
    found["mw w"] = exact.statistic
    found["mw exact p"] = exact.p_value
    for side in ("greater", "less"):
        found[f"mw exact p {side}"] = compute_mann_whitney(
            x, y, method="exact", alternative=side
        ).p_value
    found["mw normal p"], found["mw plain p"] = normal.p_value, plain.p_value
    found["mw estimate"] = found["mw estimate by root"] = exact.estimate
    found["mw exact lower"], found["mw exact upper"] = exact.lower, exact.upper
    found["mw normal lower"], found["mw normal upper"] = normal.lower, normal.upper
    for name, equal in (("welch", False), ("student", True)):
        test = compute_mean_difference(x, y, equal_variances=equal, level=level)
        found[f"{name} t"], found[f"{name} df"] = test.statistic, test.df
        found[f"{name} p"], found[f"{name} lower"] = test.p_value, test.lower


def one_group(found: dict[str, float], x: Floats, level: float, quartile_type: int) -> None:
    exact = compute_signed_rank(x, method="exact", level=level)
    normal = compute_signed_rank(x, method="asymptotic", level=level)
    plain = compute_signed_rank(x, method="asymptotic", correct=False)
    pratt = compute_signed_rank(x, zeros="pratt", method="exact", level=level)
    found["sr v"], found["sr pratt v"] = exact.statistic, pratt.statistic
    found["sr exact p"], found["sr pratt exact p"] = exact.p_value, pratt.p_value
    found["sr normal p"], found["sr plain p"] = normal.p_value, plain.p_value
    found["sr pratt plain p"] = compute_signed_rank(
        x, zeros="pratt", method="asymptotic", correct=False
    ).p_value
    found["sr estimate"] = found["sr estimate by root"] = exact.estimate
    found["sr exact lower"], found["sr exact upper"] = exact.lower, exact.upper
    found["sr pratt lower"], found["sr pratt upper"] = pratt.lower, pratt.upper
    found["sr normal lower"], found["sr normal upper"] = normal.lower, normal.upper
    median, mean = compute_median(x, level=level), compute_mean(x, level=level)
    found["median lower"], found["median upper"] = median.lower, median.upper
    found["mean t"], found["mean p"] = mean.statistic, mean.p_value
    found["mean lower"] = mean.lower
    summary = compute_summary(x, quartile_type=quartile_type)
    found["quartile 1"], found["quartile 3"], found["sd"] = summary.q1, summary.q3, summary.sd


def all_groups(found: dict[str, float], x: Floats, group: Floats, stratum: Floats) -> None:
    normal = compute_kruskal_wallis(x, group, method="asymptotic")
    found["kw h"], found["kw p"] = normal.statistic, normal.p_value
    if len(x) <= 9:
        found["kw exact p"] = compute_kruskal_wallis(x, group, method="exact").p_value
    pairs = compute_dunn(x, group)
    first, last = (pairs[0], pairs[-1]) if pairs else (None, None)
    found["dunn z"] = first.z if first else NAN
    found["dunn p"] = last.adjusted_p_value if last else NAN
    test = compute_van_elteren(x, group, stratum)
    found["ve chi2"], found["ve df"], found["ve p"] = test.statistic, test.df, test.p_value
    for name, equal in (("anova", True), ("welch anova", False)):
        f = compute_anova(x, group, equal_variances=equal)
        found[f"{name} f"], found[f"{name} p"] = f.statistic, f.p_value
        found[f"{name} df"] = f.df_within


def explain(drawn: dict[str, object], number: str, ours: float, theirs: float | None) -> str:
    values, group = np.array(drawn["values"]), np.array(drawn["group"])
    if number.startswith("mw"):
        return explain_two(drawn, number, ours, theirs)
    if number.startswith("sr"):
        return explain_one(drawn, number, ours, theirs)
    if number.startswith("ve") and nothing_to_compare(values, group, np.array(drawn["stratum"])):
        return "nothing to compare in any stratum: no p-value; coin says chi-square 0, p 1"
    if number.startswith(("student", "welch")):
        x, y = values[group == "g0"], values[group == "g1"]
        if theirs is None and max(np.ptp(x), np.ptp(y)) == 0:
            return "no values differ within the groups; R stops"
    if number.startswith(("anova", "welch anova", "mean")):
        within = [np.ptp(values[group == label]) for label in np.unique(group)]
        if math.isnan(ours) and min(within) == 0:
            return "no values differ within the groups; R divides by a rounding error or by 0"
    return ""


def nothing_to_compare(values: Floats, group: Floats, stratum: Floats) -> bool:
    return all(
        np.ptp(values[stratum == s]) == 0 or len(np.unique(group[stratum == s])) == 1
        for s in np.unique(stratum)
    )


def explain_two(drawn: dict[str, object], number: str, ours: float, theirs: float | None) -> str:
    values, group, level = np.array(drawn["values"]), np.array(drawn["group"]), drawn["level"]
    x, y = values[group == "g0"], values[group == "g1"]
    if "exact p" in number and theirs is None and np.ptp(np.concatenate([x, y])) == 0:
        return "all values are equal: 1, as every allocation gives this W; coin divides by 0"
    points = np.subtract.outer(x, y).ravel()
    if number.endswith("root"):
        return not_the_middle(points, theirs)
    if number.endswith(("lower", "upper")) and theirs is not None:
        end = number.rpartition(" ")[2]
        if math.isnan(ours) and close(end_of(points, end), theirs):
            return "too few values for this level; R gives the whole range of differences"
        # where a tail is the half exactly, R's limits are those of the next larger level
        above = compute_mann_whitney(x, y, method="exact", level=level + 1e-7)
        if "exact" in number and close(getattr(above, end), theirs):
            return "a tail is exactly (1 - level) / 2, a rejection; R's limits hold that shift"
    return ""


def explain_one(drawn: dict[str, object], number: str, ours: float, theirs: float | None) -> str:
    values, level = np.array(drawn["values"]), drawn["level"]
    x = values[values != 0]
    points = np.add.outer(x, x)[np.tri(len(x), dtype=bool)] / 2
    if number.endswith("root"):
        return not_the_middle(points, theirs)
    if number.endswith(("lower", "upper")):
        end = number.rpartition(" ")[2]
        if theirs is None and "normal" in number and r_gives_up(x, level):
            return "R seeks no root beyond the extreme values, where it drops one of them"
        if theirs is not None and math.isnan(ours) and close(end_of(points, end), theirs):
            return "too few values for this level; R gives the whole range of differences"
    return ""


def end_of(points: Floats, end: str) -> float:
    return float(points.min() if end == "lower" else points.max())


def close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def not_the_middle(points: Floats, theirs: float | None) -> str:
    """R takes a root of a step function for the median of the points, or finds none."""
    if theirs is None:
        return "R finds no root" if len(points) == 1 or np.ptp(points) == 0 else ""
    ordered, count = np.sort(points), len(points)
    low, high = ordered[(count - 1) // 2], ordered[count // 2]
    if low - 1e-9 <= theirs <= high + 1e-9:
        return "the median of the points; R's uniroot stops anywhere between the middle two"
    return ""


def r_gives_up(x: Floats, level: float) -> bool:
    """Whether R's z at the smallest or the largest value does not pass the normal quantile."""
    quantile = NormalDist().inv_cdf((1 + level) / 2)
    for away in (x - x.min(), x.max() - x):
        away = away[away > 0]  # noqa: PLW2901
        n = len(away)
        ties = tie_sum(away)
        sd = math.sqrt(n * (n + 1) * (2 * n + 1) / 24 - ties / 48)
        if sd == 0 or (n * (n + 1) / 4 - 0.5) / sd < quantile:
            return True
    return False
