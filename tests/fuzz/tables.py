"""Tables of counts on random ones of 3 to 60 subjects, with empty cells, rows and columns."""

import math
from collections import defaultdict
from fractions import Fraction

import numpy as np

from topline.stats.estimates.proportion import compute_proportion
from topline.stats.estimates.proportion import test_proportion as binomial_test
from topline.stats.tables.chi_square import compute_chi_square
from topline.stats.tables.fisher import compute_fisher
from topline.stats.tables.mantel_haenszel import (
    compute_breslow_day,
    compute_common_odds_ratio,
    compute_mantel_haenszel,
)
from topline.stats.tables.mcnemar import compute_mcnemar
from topline.stats.tables.odds_ratio import compute_odds_ratio
from topline.stats.tables.risk_difference import (
    compute_common_risk_difference,
    compute_risk_difference,
)
from topline.stats.tables.risk_ratio import compute_risk_ratio
from topline.stats.tables.trend import compute_trend
from topline.stats.tables.unconditional import compute_barnard, compute_boschloo

Counts = np.ndarray
NAN = float("nan")
EFFECT = ("estimate", "lower", "upper", "p_value")
DIFFERENCES = ("newcombe", "newcombe-cc", "miettinen-nurminen", "wald")
INTERVALS = (
    "clopper-pearson", "mid-p", "wilson", "wilson-cc", "jeffreys", "agresti-coull", "wald"
)  # fmt: skip


SHAPES = ((2, 3), (3, 2), (3, 3), (4, 2), (2, 5), (7, 2), (4, 3), (4, 4), (5, 3))


def some_table(rng: np.random.Generator, shape: tuple[int, ...], n: int) -> Counts:
    """Deal n subjects to cells, some of them rare; now and then a row or column stays empty."""
    share = rng.gamma(rng.choice([0.4, 1.0, 5.0], p=[0.2, 0.4, 0.4]), size=shape)
    for axis in range(len(shape)):
        if rng.random() < 0.03:
            np.moveaxis(share, axis, 0)[rng.integers(shape[axis])] = 0
    if share.sum() == 0:
        share[...] = 1
    return rng.multinomial(n, share.ravel() / share.sum()).reshape(shape)


def draw(rng: np.random.Generator) -> dict[str, object]:
    n = int(rng.choice([int(rng.integers(3, 12)), int(rng.integers(3, 61))]))
    strata = int(rng.integers(1, 6))
    size = int(rng.integers(2, 5))
    rows, columns = SHAPES[rng.integers(len(SHAPES))]
    layer = (int(rng.integers(2, 5)), int(rng.integers(2, 5)))
    return {
        "fourfold": some_table(rng, (2, 2), n).tolist(),
        "table": some_table(rng, (rows, columns), n).tolist(),
        "trend": some_table(rng, (int(rng.integers(2, 6)), 2), n).tolist(),
        "strata": some_table(rng, (strata, 2, 2), n).tolist(),
        "layers": some_table(rng, (strata, *layer), n).tolist(),
        "pairs": some_table(rng, (2, 2), n).tolist(),
        "square": some_table(rng, (size, size), n).tolist(),
        "null": float(rng.choice([0.05, 0.2, 0.3, 0.5, 0.75])),
        "level": float(rng.choice([0.8, 0.9, 0.95, 0.99])),
        "scores": sorted(np.round(rng.normal(size=5), 1).tolist()),
    }


def compute(drawn: dict[str, object]) -> dict[str, float]:
    found = dict[str, float]()
    fourfold, table = np.array(drawn["fourfold"]), np.array(drawn["table"])
    for side in ("two-sided", "greater", "less"):
        found[f"fisher {side}"] = compute_fisher(fourfold, alternative=side).p_value
    found["fisher r x c"] = compute_fisher(table).p_value
    counted = table.sum() <= 25  # in R, one by one
    found["fisher r x c mid-p"] = compute_fisher(table, mid_p=True).p_value if counted else NAN
    for name, kind, data in (
        ("pearson", "pearson", table),
        ("likelihood ratio", "likelihood-ratio", table),
        ("yates", "yates", fourfold),
    ):
        add_test(found, name, compute_chi_square(data, kind=kind))
    two_groups(found, fourfold, drawn["level"])
    ordered(found, np.array(drawn["trend"]), np.array(drawn["scores"]))
    add_test(found, "linear", compute_trend(table) if len(table.T) > 2 else None)
    stratified(found, np.array(drawn["strata"]), np.array(drawn["layers"]), drawn["level"])
    paired(found, np.array(drawn["pairs"]), np.array(drawn["square"]))
    one_proportion(found, fourfold[0], drawn["null"], drawn["level"])
    return found


def add_test(found: dict[str, float], name: str, test: object) -> None:
    for number in ("statistic", "df", "p_value"):
        found[f"{name} {number}"] = float(getattr(test, number)) if test else NAN
    if math.isnan(found[f"{name} p_value"]):
        found[f"{name} df"] = NAN


def add_effect(found: dict[str, float], name: str, effect: object) -> None:
    for number in EFFECT:
        found[f"{name} {number}"] = getattr(effect, number)


def two_groups(found: dict[str, float], table: Counts, level: float) -> None:
    for method in ("woolf", "haldane-anscombe", "conditional", "mid-p"):
        add_effect(found, f"or {method}", compute_odds_ratio(table, method=method, level=level))
    (a, b), (c, d) = table.tolist()
    given = (a, a + b, c, c + d)
    for method in DIFFERENCES:
        effect = compute_risk_difference(*given, method=method, level=level)
        add_effect(found, f"rd {method}", effect)
    for method in ("koopman", "katz"):
        add_effect(found, f"rr {method}", compute_risk_ratio(*given, method=method, level=level))
    small = min(a + b, c + d) > 0 and max(a + b, c + d) <= 12  # in R, one table after the other
    for statistic in ("pooled", "unpooled"):
        test = compute_barnard(table, statistic=statistic) if small else None
        found[f"barnard {statistic}"] = test.p_value if test else NAN
    found["boschloo"] = compute_boschloo(table).p_value if small else NAN
    found["boschloo less"] = compute_boschloo(table, alternative="less").p_value if small else NAN


def ordered(found: dict[str, float], table: Counts, scores: Counts) -> None:
    places = scores[: len(table)]
    add_test(found, "trend", compute_trend(table, scores=places))
    exact = compute_trend(table, scores=places, method="exact")
    found["trend exact"] = exact.p_value


def stratified(found: dict[str, float], strata: Counts, layers: Counts, level: float) -> None:
    add_test(found, "mh", compute_mantel_haenszel(strata))
    add_test(found, "mh corrected", compute_mantel_haenszel(strata, corrected=True))
    for kind in ("general", "row-means", "correlation"):
        add_test(found, f"cmh {kind}", compute_mantel_haenszel(layers, kind=kind))
    common = compute_common_odds_ratio(strata, level=level)
    exact = compute_common_odds_ratio(strata, method="conditional", level=level)
    add_effect(found, "common or", common)
    add_effect(found, "common or exact", exact)
    add_effect(found, "common rd", compute_common_risk_difference(strata, level=level))
    for name, tarone in (("breslow-day", False), ("tarone", True)):
        found[name] = compute_breslow_day(strata, tarone=tarone).statistic


def paired(found: dict[str, float], pairs: Counts, square: Counts) -> None:
    for method in ("exact", "mid-p"):
        found[f"mcnemar {method}"] = compute_mcnemar(pairs, method=method).p_value
    for method in ("asymptotic", "corrected"):
        add_test(found, f"mcnemar {method}", compute_mcnemar(pairs, method=method))
    add_test(found, "bowker", compute_mcnemar(square, method="asymptotic"))


def one_proportion(found: dict[str, float], counts: Counts, null: float, level: float) -> None:
    events, n = int(counts[0]), int(counts.sum())
    for side in ("two-sided", "greater", "less"):
        found[f"binomial {side}"] = binomial_test(events, n, null, side).p_value
    for method in INTERVALS:
        interval = compute_proportion(events, n, method=method, level=level)
        found[f"p {method} lower"], found[f"p {method} upper"] = interval.lower, interval.upper


def explain(drawn: dict[str, object], number: str, ours: float, theirs: float | None) -> str:
    area, _, _ = number.rpartition(" ")
    if area in {"pearson", "yates", "linear"} or number == "fisher r x c":
        table = np.array(drawn["fourfold" if area == "yates" else "table"])
        return explain_table(table, area, ours, theirs)
    if area == "bowker":
        return explain_bowker(np.array(drawn["square"]), theirs)
    if area.startswith(("or", "rr", "rd")):
        return explain_two(np.array(drawn["fourfold"]), area, number, ours, theirs)
    if area.startswith(("cmh", "mh")):
        return explain_layers(drawn, area, ours, theirs)
    if area.startswith("common") or number in {"breslow-day", "tarone"}:
        return explain_strata(np.array(drawn["strata"]), number, ours, theirs)
    return ""


def explain_table(table: Counts, area: str, ours: float, theirs: float | None) -> str:
    rows, columns = table.any(axis=1), table.any(axis=0)
    if area in {"pearson", "yates"} and not (rows.all() and columns.all()):
        return "a row or column is empty: left out; R has no p-value"
    if area == "linear" and min(rows.sum(), columns.sum()) < 2:
        return "one row or column: no p-value; coin says 0"
    if area == "fisher r x" and math.isclose(ours, float(every_table(table)), rel_tol=1e-12):
        return f"fisher.test is off ({theirs}); ours is every table counted with whole numbers"
    return ""


def explain_bowker(square: Counts, theirs: float | None) -> str:
    unseen = ((square + square.T) == 0)[np.triu_indices(len(square), 1)].any()
    if unseen and theirs is None:
        return "nobody changed between two categories: left out; R divides 0 by 0"
    return ""


def explain_two(table: Counts, area: str, number: str, ours: float, theirs: float | None) -> str:
    silent = not (table.any(axis=0).all() and table.any(axis=1).all())
    if silent and area == "or haldane-anscombe" and math.isnan(ours):
        return "a group or outcome is empty: not estimable; metafor estimates from 1/2 a cell"
    if theirs is None and ours in {0, math.inf} and number.endswith("estimate"):
        return "a cell is 0: 0 or infinite without limits; metafor has none"
    if area == "rd wald" and math.isnan(ours) and theirs == 0 and (table == 0).sum() == 2:
        return "the variance is 0: no p-value; the formula divides by 0"
    return ""


def distance_of_first_cells(strata: list[list[list[int]]]) -> Fraction:
    telling = [(a, b, c, d) for (a, b), (c, d) in strata if a + b + c + d]
    return abs(sum(a - Fraction((a + b) * (a + c), a + b + c + d) for a, b, c, d in telling))


def explain_layers(drawn: dict[str, object], area: str, ours: float, theirs: float | None) -> str:
    if area == "mh corrected" and distance_of_first_cells(drawn["strata"]) == Fraction(1, 2):
        return "the difference is 1/2 exactly, corrected to 0; in R a little less, not corrected"
    layers = np.array(drawn["layers"])
    groups, categories = layers.any(axis=2).sum(axis=1), layers.any(axis=1).sum(axis=1)
    if math.isnan(ours) and not ((groups > 1) & (categories > 1)).any():
        return "no stratum has two groups and two categories: no p-value; coin says 0"
    _, rows, columns = layers.shape
    df = compute_mantel_haenszel(layers).df
    if area == "cmh general" and theirs is None and df < (rows - 1) * (columns - 1):
        return "fewer degrees of freedom than free cells, as many as the rank; R is singular"
    return ""


def explain_strata(strata: Counts, number: str, ours: float, theirs: float | None) -> str:
    both = strata[strata.any(axis=2).all(axis=1)]
    silent = ~both.any(axis=1).all(axis=1)
    if number in {"breslow-day", "tarone"}:
        if math.isnan(ours) and (~silent).sum() < 2:
            return "fewer than two strata that say something: no p-value; metafor says 0"
        if silent.any() and theirs in {None, "Inf"}:
            return "a stratum with one outcome: left out; metafor divides by 0"
    diagonals = (both[:, 0, 0] * both[:, 1, 1]).sum(), (both[:, 0, 1] * both[:, 1, 0]).sum()
    if number == "common or estimate" and theirs is None and 0 in diagonals:
        return "the products of a diagonal are 0: 0 or infinite without limits; metafor has none"
    if number.startswith("common rd"):
        effect = compute_common_risk_difference(strata)
        if effect.lower == effect.upper and math.isnan(effect.p_value):
            return "no variance: limits without width, no p-value; metafor rounds to 1e-8 or none"
    return ""


def every_table(table: Counts) -> Fraction:
    """Fisher's p-value by whole numbers: products of multinomials of the rows, none rounded."""
    if len(table) < len(table.T):
        table = table.T
    columns = tuple(table.sum(axis=0).tolist())
    parts: dict[tuple[tuple[int, ...], int], int] = {(columns, 1): 1}
    observed = 1
    for row in table.tolist():
        observed *= ways_of(row)
        longer = defaultdict[tuple[tuple[int, ...], int], int](int)
        for (left, product), count in parts.items():
            for way in deal(sum(row), left):
                rest = tuple(a - b for a, b in zip(left, way, strict=True))
                longer[rest, product * ways_of(way)] += count
        parts = longer
    total = sum(product * count for (_, product), count in parts.items())
    unlikely = sum(product * count for (_, product), count in parts.items() if product <= observed)
    return Fraction(unlikely, total)


def deal(total: int, left: tuple[int, ...]) -> list[tuple[int, ...]]:
    if len(left) == 1:
        return [(total,)] if total <= left[0] else []
    return [
        (first, *rest)
        for first in range(min(total, left[0]) + 1)
        for rest in deal(total - first, left[1:])
    ]


def ways_of(row: tuple[int, ...] | list[int]) -> int:
    return math.factorial(sum(row)) // math.prod(math.factorial(x) for x in row)
