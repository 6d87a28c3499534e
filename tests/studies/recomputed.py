"""A number again from the rows behind it, in plain loops that share nothing with the engine.

`recompute` takes a result row and the rows that its trace selects, and returns the number, or None
for what is recomputed elsewhere (regressions and mixed models against R, in `tests/validation`).
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations

import polars as pl
from scipy.stats import beta, chi2, fisher_exact

MONTH_DAYS = 30.4375
UNIT_DAYS = {"days": 1.0, "weeks": 7.0, "months": MONTH_DAYS, "years": 365.25, "day": 1.0}
MANY = 400_000
Row = Mapping[str, object]
Rows = list[dict[str, object]]


def number(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)


def subjects(rows: Rows) -> int:
    return len({row["USUBJID"] for row in rows})


def quantile(values: list[float], share: float) -> float:
    """Type 2: the mean of the two neighbours where the share falls between them (SAS's default)."""
    place = share * len(values)
    if abs(place - round(place)) < 1e-9:
        low = max(round(place) - 1, 0)
        return (values[low] + values[min(low + 1, len(values) - 1)]) / 2
    return values[math.ceil(place) - 1]


def spread(values: list[float]) -> float:
    mean = sum(values) / len(values)
    return math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))


SUMMARIES: dict[str, Callable[[list[float]], float]] = {
    "mean": lambda v: math.fsum(v) / len(v),
    "sd": spread,
    "median": lambda v: quantile(v, 0.5),
    "q1": lambda v: quantile(v, 0.25),
    "q3": lambda v: quantile(v, 0.75),
    "min": min,
    "max": max,
}


def values_of(result: Row, rows: Rows, plan: object) -> list[float] | None:
    """The values that a summary is about: variables of ADSL, AVAL, or what the plan names."""
    if result["kind"] == "paired-comparison":
        first, second = getattr(plan, "first", ""), getattr(plan, "second", "")
        pairs = [(number(row[first]), number(row[second])) for row in rows]
        level = str(result["level"])
        chosen = {
            "first": lambda a, _: a,
            "second": lambda _, b: b,
            "difference": lambda a, b: b - a,
        }
        return sorted(chosen[level](a, b) for a, b in pairs)
    name = str(result["parameter"])
    if result["trace_dataset"] != "ADSL":
        name = getattr(plan, "value", "AVAL")
    if result["trace_dataset"] in {"ADAE", "ADTTE"} or not rows or name not in rows[0]:
        return None
    return sorted(number(row[name]) for row in rows)


def clopper_pearson(k: int, n: int, upper: bool, level: float = 0.95) -> float:
    tail = (1 - level) / 2
    if upper:
        return 100.0 if k == n else 100 * float(beta.ppf(1 - tail, k + 1, n - k))
    return 0.0 if k == 0 else 100 * float(beta.ppf(tail, k, n - k + 1))


def kaplan_meier(times: list[tuple[float, bool]]) -> list[tuple[float, float, float]]:
    """(time, survival, variance of log survival) after each event time, by hand."""
    steps, survival, variance = list[tuple[float, float, float]](), 1.0, 0.0
    for t in sorted({time for time, event in times if event}):
        at_risk = sum(1 for time, _ in times if time >= t)
        died = sum(1 for time, event in times if time == t and event)
        survival *= 1 - died / at_risk
        gone = died == at_risk
        variance += math.inf if gone else died / (at_risk * (at_risk - died))
        steps.append((t, survival, variance))
    return steps


def log_log(survival: float, variance: float, side: int) -> float:
    z = 1.959963984540054
    if not 0 < survival < 1:
        return math.nan
    theta = math.log(-math.log(survival))
    error = math.sqrt(variance) / abs(math.log(survival))
    return math.exp(-math.exp(theta - side * z * error))


def finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def first_below(steps: list[tuple[float, float]]) -> float | None:
    """The median: half-way over a stretch that lies exactly at one half."""
    for i, (t, s) in enumerate(steps):
        if s < 0.5 - 1e-12:
            return t
        if abs(s - 0.5) <= 1e-12:
            later = [u for u, value in steps[i + 1 :] if value < 0.5 - 1e-12]
            return (t + later[0]) / 2 if later else t
    return None


def event_times(rows: Rows) -> list[tuple[float, bool]]:
    return [(number(row["AVAL"]), row["CNSR"] == 0) for row in rows]


def survival_number(result: Row, rows: Rows) -> float | None:
    name, times = str(result["statistic"]), event_times(rows)
    per = UNIT_DAYS[str(result["unit"])] if result["unit"] in UNIT_DAYS else 1.0
    if name in {"follow_up_min", "follow_up_max"}:
        return (min if name.endswith("min") else max)(t for t, _ in times) / per
    if name == "follow_up_median":
        times = [(t, not event) for t, event in times]
    steps = kaplan_meier(times)
    if name in {"median", "follow_up_median"}:
        found = first_below([(t, s) for t, s, _ in steps])
    elif name in {"median_lower", "median_upper"}:
        side = -1 if name == "median_lower" else 1
        limits = [(t, log_log(s, v, side)) for t, s, v in steps]
        found = next((t for t, s in limits if s <= 0.5), None)
    else:
        return landmark(result, steps)
    return None if found is None else found / per


def landmark(result: Row, steps: list[tuple[float, float, float]]) -> float | None:
    if not str(result["level"]).replace(".", "").isdigit():
        return None
    days = float(str(result["level"])) * MONTH_DAYS
    _, survival, variance = [(0.0, 1.0, 0.0), *(s for s in steps if s[0] <= days + 1e-9)][-1]
    match result["statistic"]:
        case "rate":
            return 100 * survival
        case "rate_se":
            return finite(100 * survival * math.sqrt(variance)) if survival else None
        case "rate_lower":
            return finite(100 * log_log(survival, variance, -1))
        case "rate_upper":
            return finite(100 * log_log(survival, variance, 1))
        case _:
            return None


def groups_of(result: Row, rows: Rows, plan: object) -> list[Rows]:
    by = str(result["by"] or getattr(plan, "by", "") or "")
    if not rows or by not in rows[0]:
        return []
    return [[r for r in rows if r[by] == value] for value in sorted({str(r[by]) for r in rows})]


def log_rank(groups: list[list[tuple[float, bool]]]) -> tuple[float, float]:
    """Chi-square and P of two groups."""
    one, both = groups[0], [each for group in groups for each in group]
    observed = expected = variance = 0.0
    for t in sorted({time for time, event in both if event}):
        n, n1 = sum(time >= t for time, _ in both), sum(time >= t for time, _ in one)
        d = sum(time == t and event for time, event in both)
        observed += sum(time == t and event for time, event in one)
        expected += d * n1 / n
        variance += d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1) if n > 1 else 0.0
    statistic = (observed - expected) ** 2 / variance
    return statistic, float(chi2.sf(statistic, 1))


def mid_ranks(values: list[float]) -> list[float]:
    return [sum(v < x for v in values) + (sum(v == x for v in values) + 1) / 2 for x in values]


def mann_whitney(one: list[float], other: list[float]) -> float | None:
    """Exact two-sided P by counting every way to deal the ranks."""
    if math.comb(len(one) + len(other), len(one)) > MANY:
        return None
    ranks = mid_ranks(one + other)
    centre = len(one) * (len(ranks) + 1) / 2
    seen = abs(sum(ranks[: len(one)]) - centre)
    dealt = [abs(sum(some) - centre) for some in combinations(ranks, len(one))]
    return sum(d >= seen - 1e-9 for d in dealt) / len(dealt)


def test_number(result: Row, rows: Rows, plan: object) -> float | None:
    groups, column = groups_of(result, rows, plan), str(result["parameter"])
    if len(groups) != 2 or result["statistic"] != "p_value":
        return None
    if result["level"] == "mann-whitney" and column in rows[0]:
        one, other = ([number(r[column]) for r in group] for group in groups)
        return mann_whitney(one, other)
    if result["level"] == "fisher" and column in rows[0]:
        levels = sorted({str(r[column]) for r in rows})
        if len(levels) == 2:
            table = [[sum(str(r[column]) == level for r in g) for level in levels] for g in groups]
            return float(fisher_exact(table)[1])
    if result["level"] == "log-rank":
        return log_rank([event_times(group) for group in groups])[1]
    return None


def rate_number(result: Row, rows: Rows, counted: Iterable[Rows]) -> float | None:
    """A share with exact limits, of so many of the rows' subjects."""
    k = next((subjects(each) for each in counted), None)
    if k is None:
        return None
    found = re.search(r"level=([0-9.]+)", str(result["options"]))
    level, n = float(found[1]) if found else 0.95, subjects(rows)
    if result["statistic"] == "estimate":
        return 100 * k / n if n else None
    return clopper_pearson(k, n, result["statistic"] == "upper", level)


def counted_number(result: Row, rows: Rows) -> float | None:
    """Subjects, records or percent of the trace."""
    name, n = str(result["statistic"]), result["n"]
    if name == "deviations" or (result["kind"], name) == ("adverse-event-overview", "events"):
        return float(len(rows))
    if name == "episodes":
        resolved = [r for r in rows if r["EPRESFL"] == "Y"]
        return float(len({(r["USUBJID"], r["AEDECOD"], r["EPISODE"]) for r in resolved}))
    if name == "percent":
        return 100 * subjects(rows) / number(n) if n else None
    return float(subjects(rows)) if name in COUNTS else None


COUNTS = {
    "n", "N", "responders", "others", "events", "censored", "unknown", "at_risk", "informative",
}  # fmt: skip


def recompute(
    result: Row, rows: Rows, counted: Iterable[Rows] = (), plan: object = None
) -> float | None:
    """Return a result's number from its rows.

    `counted` are the rows behind the counts that stand beside it: of an interval, the responders.
    `plan` is the analysis of the protocol.
    """
    kind, name, options = str(result["kind"]), str(result["statistic"]), str(result["options"])
    again = counted_number(result, rows)
    if again is not None:
        return again
    if name in SUMMARIES and (kind not in {"survival", "subgroups", "censoring-sensitivity"}):
        values = values_of(result, rows, plan)
        return SUMMARIES[name](values) if values and (name != "sd" or len(values) > 1) else None
    if "Clopper-Pearson" in str(result["method"]):
        return rate_number(result, rows, counted)
    log_log_only = "transform" not in options or "transform=log-log; level=0.95" in options
    if kind == "survival" and name != "p_value" and log_log_only:
        return survival_number(result, rows)
    return test_number(result, rows, plan)


def rows_of(adam: Mapping[str, pl.DataFrame], dataset: str, numbers: list[int]) -> Rows:
    return adam[dataset][numbers].to_dicts()
