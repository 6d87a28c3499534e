"""Operating characteristics: what many simulated trials would report, against what is true.

A median or rate that a trial does not reach stands above every other. An interval covers where
lower limit <= truth <= upper limit; an upper limit that is not reached is no limit, and trials
without a lower limit are left out of the share. Of a rate of responses no truth is known apart from
the trials: its intervals are held against the rate among the subjects of all of them.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import dataframely as dy
import numpy as np
import polars as pl

from topline.analyses.survival_tests import DAYS
from topline.protocol.analyses import Rate, Survival
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.protocol import Protocol
from topline.simulate.draws import Floats
from topline.simulate.estimates import LAST_DAY, TRUTH
from topline.simulate.needed import Answered
from topline.stats.estimates.proportion import compute_proportion
from topline.stats.survival.kaplan_meier import KaplanMeier, compute_kaplan_meier

_QUANTILES: Final = (("p2.5", 0.025), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p97.5", 0.975))
_LATENT: Final = {
    frozenset({"progression"}): "progression",
    frozenset({"death"}): "death",
    frozenset({"progression", "death"}): "progression or death",
}


class Characteristic(dy.Schema):
    """One number about all trials of a variation."""

    variation = dy.String(primary_key=True, description="What was varied; empty for nothing")
    analysis = dy.String(primary_key=True)
    label = dy.String()
    group = dy.String(primary_key=True, description="Arm; empty for all")
    level = dy.String(primary_key=True, description="Landmark")
    measure = dy.String(primary_key=True, description="Of what: rate, median, decision")
    statistic = dy.String(primary_key=True)
    value = dy.Float64(nullable=True, allow_nan=False, allow_inf=False)
    mc_error = dy.Float64(nullable=True, description="Monte-Carlo standard error")
    lower = dy.Float64(nullable=True, description="95 % limits of the Monte-Carlo error")
    upper = dy.Float64(nullable=True)
    unit = dy.String()
    trials = dy.Int64(description="Trials it rests on")


@dataclass(frozen=True)
class Found:
    """A number about all trials, before it knows of what."""

    measure: str
    statistic: str
    value: float | None
    unit: str
    trials: int
    level: str = ""
    mc_error: float | None = None
    lower: float | None = None
    upper: float | None = None


def characterise(
    protocol: Protocol, analyses: dict[str, Answered], rows: pl.DataFrame, trials: int
) -> pl.DataFrame:
    """Summarise the estimates of all trials.

    Parameters
    ----------
    protocol
        Gives endpoints and their labels.
    analyses
        Rates and survival analyses that were simulated, by name.
    rows
        As `estimate_trials` gives them, of all parts.
    trials
        Number of trials.

    Returns
    -------
    DataFrame
        Columns of `Characteristic` but for the variation. An analysis that no subject of any
        trial is in has only its number of subjects, 0.
    """
    parts = [pl.DataFrame(schema=_SCHEMA)]
    for name, analysis in analyses.items():
        own = rows.filter(pl.col("analysis") == name)
        endpoint = protocol.endpoints[analysis.endpoint]
        label = f"{endpoint.label}, {analysis.label}" if analysis.label else endpoint.label
        for group in own["group"].unique().sort().to_list():
            here = own.filter(pl.col("group") == group)
            n = _values(here, "n")
            if not n.sum():
                found = iter([_mean("subjects", n, "")])
            elif isinstance(analysis, Rate):
                found = _of_rate(analysis, here, trials)
            else:
                found = _of_survival(protocol, analysis, here, _true(rows, group), trials)
            parts.append(_frame(list(found), name, label, group))
    return pl.concat(parts)


_SCHEMA = Characteristic.create_empty().drop("variation").schema


def _frame(found: list[Found], name: str, label: str, group: str) -> pl.DataFrame:
    rows = [{**vars(each), "analysis": name, "label": label, "group": group} for each in found]
    return pl.DataFrame(rows, schema=dict(_SCHEMA))


def _true(rows: pl.DataFrame, group: str) -> pl.DataFrame:
    return rows.filter((pl.col("analysis") == TRUTH) & (pl.col("group") == group))


def _values(rows: pl.DataFrame, statistic: str, level: str = "") -> Floats:
    """Return a statistic of each trial, NaN where it has none."""
    chosen = (pl.col("statistic") == statistic) & (pl.col("level") == level)
    found = rows.filter(chosen & pl.col("trial").is_not_null()).sort("trial")
    return found["value"].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _of_rate(analysis: Rate, rows: pl.DataFrame, trials: int) -> Iterator[Found]:
    """Summarise a rate in percent, and the design's decision."""
    n, responders = _values(rows, "n"), _values(rows, "responders")
    estimate = _values(rows, "estimate")
    if analysis.test == "design":
        decision = _values(rows, "decision")
        yield from _share("decision", "met", decision == 1, trials)
        yield from _share("decision", "no rule", np.isnan(decision), trials)
        stopped = _values(rows, "stopped")
        yield from _share("decision", "stopped early", stopped == 1, len(stopped))
    yield _mean("subjects", n, "")
    total = float(n.sum())
    pooled = 100 * float(responders.sum()) / total if total else None
    yield Found("rate", "pooled", pooled, "%", len(n), mc_error=_ratio_error(responders, n))
    yield from _distribution("rate", estimate[n > 0], "%")
    if pooled is not None:
        lower, upper = _values(rows, "lower")[n > 0], _values(rows, "upper")[n > 0]
        covers = (lower <= pooled + 1e-9) & (pooled - 1e-9 <= upper)
        yield from _share("rate", "coverage", covers, len(covers))


def _of_survival(
    protocol: Protocol, analysis: Survival, rows: pl.DataFrame, true: pl.DataFrame, trials: int
) -> Iterator[Found]:
    """Summarise a median, and the rates at landmarks, against what is true."""
    endpoint = protocol.endpoints[analysis.endpoint]
    assert isinstance(endpoint, TimeToEvent)
    days, unit = DAYS[endpoint.unit], endpoint.unit
    pooled, latent = _pooled(rows, analysis), _latent(true, endpoint)
    yield _mean("subjects", _values(rows, "n"), "")
    yield _mean("events", _values(rows, "events"), "")
    median = pooled.median()
    lower, upper = _known(median.lower / days), _known(median.upper / days)
    whole = _known(median.estimate / days)
    truth = None if latent is None else _known(latent.median().estimate / days)
    if latent is not None:
        yield Found("median", "true", truth, unit, trials)
    yield Found("median", "pooled", whole, unit, trials, lower=lower, upper=upper)
    if truth is not None and whole is not None:
        low, high = (None if v is None else v - truth for v in (lower, upper))
        yield Found("median", "bias", whole - truth, unit, trials, lower=low, upper=high)
    yield from _distribution("median", _values(rows, "median"), unit)
    yield from _share("median", "not reached", np.isnan(_values(rows, "median")), trials)
    if truth is not None:
        lowers, uppers = _values(rows, "median_lower"), _values(rows, "median_upper")
        known = ~np.isnan(lowers)
        covers = (lowers <= truth) & ((truth <= uppers) | np.isnan(uppers))
        yield from _share("median", "coverage", covers[known], int(known.sum()))
    for landmark in analysis.rates_at:
        yield from _of_landmark(rows, landmark, landmark * days, pooled, latent)


def _of_landmark(
    rows: pl.DataFrame, landmark: float, day: float, pooled: KaplanMeier, latent: KaplanMeier | None
) -> Iterator[Found]:
    level = f"{landmark:g}"
    found = pooled.rate_at(day)
    truth = None if latent is None else _known(100 * latent.rate_at(day).estimate)
    whole = _known(100 * found.estimate)
    estimate = _values(rows, "rate", level)
    error = _known(100 * found.std_error)
    if truth is not None:
        yield Found("rate", "true", truth, "%", len(estimate), level)
    yield Found("rate", "pooled", whole, "%", len(estimate), level, error)
    if truth is not None and whole is not None:
        yield Found("rate", "bias", whole - truth, "%", len(estimate), level, error)
    yield from _distribution("rate", estimate, "%", level)
    if truth is not None:
        lower, upper = _values(rows, "rate_lower", level), _values(rows, "rate_upper", level)
        known = ~np.isnan(lower)
        covers = (lower <= truth) & (truth <= upper)
        yield from _share("rate", "coverage", covers[known], int(known.sum()), level)


def _pooled(rows: pl.DataFrame, analysis: Survival) -> KaplanMeier:
    """Estimate the curve of the subjects of all trials together."""
    counted = rows.filter(pl.col("trial").is_null())
    counted = counted.group_by("statistic", "day").agg(pl.col("value").sum()).sort("day")
    parts = [counted.filter(pl.col("statistic") == kind) for kind in ("events", "censored")]
    days = [np.repeat(p["day"].to_numpy(), p["value"].cast(pl.Int64).to_numpy()) for p in parts]
    event = np.repeat([True, False], [len(days[0]), len(days[1])])
    every = np.concatenate(days).astype(np.int64)
    return compute_kaplan_meier(every, event, transform=analysis.transform, level=0.95)


def _latent(true: pl.DataFrame, endpoint: TimeToEvent) -> KaplanMeier | None:
    """Return the curve of the true times; None where the endpoint is of other events."""
    named = frozenset(each for each in endpoint.events if isinstance(each, str))
    kind = _LATENT.get(named) if len(named) == len(endpoint.events) else None
    if kind is None or endpoint.start != "first dose" or endpoint.among is not None:
        return None
    counted = true.filter(pl.col("statistic") == kind)
    counted = counted.group_by("day").agg(pl.col("value").sum()).sort("day")
    days = np.repeat(counted["day"].to_numpy(), counted["value"].cast(pl.Int64).to_numpy())
    return compute_kaplan_meier(days.astype(np.int64), days <= LAST_DAY)


def _distribution(measure: str, values: Floats, unit: str, level: str = "") -> Iterator[Found]:
    """Mean of those known, and quantiles in which those unknown stand above all others."""
    known = values[~np.isnan(values)]
    yield _mean(measure, known, unit, level)
    spread = float(known.std(ddof=1)) if len(known) > 1 else None
    yield Found(measure, "sd", spread, unit, len(known), level)
    filled = np.where(np.isnan(values), np.inf, values)
    for name, share in _QUANTILES:
        at = np.quantile(filled, share, method="inverted_cdf") if len(filled) else float("nan")
        yield Found(measure, name, _known(float(at)), unit, len(values), level)


def _mean(measure: str, values: Floats, unit: str, level: str = "") -> Found:
    if not len(values):
        return Found(measure, "mean", None, unit, 0, level)
    error = float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else None
    mean = float(values.mean())
    half = None if error is None else 1.959964 * error
    return Found(
        measure, "mean", mean, unit, len(values), level, error,
        None if half is None else mean - half, None if half is None else mean + half,
    )  # fmt: skip


def _share(
    measure: str, statistic: str, which: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]",
    trials: int, level: str = "",
) -> Iterator[Found]:  # fmt: skip
    """Share of trials in percent, with exact limits."""
    if not trials:
        return
    share = float(which.sum()) / trials
    found = compute_proportion(int(which.sum()), trials, method="clopper-pearson", level=0.95)
    error = 100 * math.sqrt(share * (1 - share) / trials)
    yield Found(
        measure, statistic, 100 * share, "%", trials, level, error,
        100 * found.lower, 100 * found.upper,
    )  # fmt: skip


def _ratio_error(count: Floats, of: Floats) -> float | None:
    """Return the standard error, percent, of a sum of counts over the sum of what they are of."""
    if len(of) < 2 or not of.sum():
        return None
    rate = count.sum() / of.sum()
    spread = float(np.sqrt(((count - rate * of) ** 2).sum() * len(of) / (len(of) - 1)))
    return 100 * spread / float(of.sum())


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
