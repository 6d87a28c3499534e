"""What each trial would report: its rates, decision, medians and landmark rates.

The datasets are derived for all trials of a batch at once, by the same functions as those of a
real trial; here they are cut by trial. Numbers are those of `topline.analyses` for the trial alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from topline.adam.adam import derive_adam
from topline.analyses.rate import responders_needed
from topline.analyses.shares import share_of
from topline.analyses.subjects import HAS_ROW, Parameter, subjects_of
from topline.analyses.survival_tests import DAYS
from topline.protocol.analyses import ProportionMethod, Rate, Survival
from topline.protocol.design import Descriptive, Design, SimonTwoStage
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.protocol import Protocol
from topline.simulate.needed import Answered, needed_of
from topline.simulate.plan import plan_of
from topline.simulate.trials import simulate_trials
from topline.simulate.truth import Truth
from topline.stats.estimates.proportion import compute_proportion
from topline.stats.survival.kaplan_meier import KaplanMeier, compute_kaplan_meier

SCHEMA: Final = {
    "trial": pl.Int64(),
    "analysis": pl.String(),
    "group": pl.String(),
    "level": pl.String(),
    "statistic": pl.String(),
    "day": pl.Int64(),
    "value": pl.Float64(),
}
"""Rows of a part. `trial` is null in counts over all its trials: subjects by `day`, as `events`,
`censored`, or, of analysis `(truth)`, as `true`; `day` is null in all others."""
TRUTH: Final = "(truth)"
LATENT: Final = ("progression", "death", "progression or death")
LAST_DAY: Final = 36_525
"""What would come after 100 years counts as never."""
_PATIENTS: Final = 9_250
"""Patients of a batch: more use the processors no better, and take memory."""

_NOBODY: Final = pl.DataFrame(
    schema={
        "TRIAL": pl.Int64,
        "TRT01P": pl.String,
        "COUNTS": pl.Boolean,
        "AVAL": pl.Float64,
        "CNSR": pl.Int64,
    }
)
"""Rows of an analysis where nobody was treated."""


@dataclass(frozen=True)
class Estimate:
    """One number of one trial."""

    trial: int
    analysis: str
    group: str
    level: str
    statistic: str
    value: float | None


def estimate_trials(
    protocol: Protocol, truth: Truth, seed: int, start: int, stop: int
) -> pl.DataFrame:
    """Simulate trials and estimate every endpoint of each.

    Parameters
    ----------
    protocol
        The whole protocol.
    truth, seed
        As of `simulate_trials`.
    start, stop
        Trials; the rows of a trial are the same in every range.

    Returns
    -------
    DataFrame
        Columns of `SCHEMA`, sorted by trial, then in the protocol's order of analyses.
    """
    batch = max(1, _PATIENTS // max(1, plan_of(protocol, truth).patients))
    parts = [
        _estimate_batch(protocol, truth, seed, first, min(first + batch, stop))
        for first in range(start, stop, batch)
    ]
    return pl.concat(parts)


def _estimate_batch(
    protocol: Protocol, truth: Truth, seed: int, start: int, stop: int
) -> pl.DataFrame:
    needed = needed_of(protocol, truth)
    simulated = simulate_trials(
        protocol, truth, seed, start, stop, every_record=needed.every_record
    )
    cut, true = needed.protocol.at_cut(simulated.data_cut), simulated.truth
    treated = bool(true["TREATED"].any())
    adam: Mapping[str, pl.DataFrame] = (
        derive_adam(cut, simulated.sdtm).datasets if treated else dict[str, pl.DataFrame]()
    )
    parts = [pl.DataFrame(schema=SCHEMA)]
    for name, analysis in needed.analyses.items():
        rows = _NOBODY
        if treated:
            rows = _with_trial(_rows_of(cut, adam, analysis), true.select("USUBJID", "TRIAL"))
        for group, members in _groups(cut, analysis, rows):
            found = _estimates(cut, name, group, analysis, members, range(start, stop))
            parts.append(_frame(found))
            if isinstance(analysis, Survival):
                parts.append(_by_day(name, group, members))
    parts.append(_latent(cut, true))
    rows = pl.concat(parts)
    order = pl.int_range(pl.len()).over("trial")
    return rows.with_columns(order=order).sort("trial", "order", nulls_last=True).drop("order")


def _frame(found: Iterator[Estimate]) -> pl.DataFrame:
    rows = [(e.trial, e.analysis, e.group, e.level, e.statistic, None, e.value) for e in found]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _rows_of(
    protocol: Protocol, adam: Mapping[str, pl.DataFrame], analysis: Answered
) -> pl.DataFrame:
    """Return one row a subject of the analysis; of a rate with COUNTS and KNOWN."""
    if isinstance(analysis, Survival):
        endpoint = protocol.endpoints[analysis.endpoint]
        assert isinstance(endpoint, TimeToEvent)
        parameter = Parameter("ADTTE", analysis.endpoint, endpoint.among)
        return subjects_of(protocol, adam, analysis, parameter).frame.filter(HAS_ROW)
    share = share_of(protocol, analysis.endpoint)
    rows = subjects_of(protocol, adam, analysis, share.parameter).frame.filter(HAS_ROW)
    if share.known and share.otherwise != "counted as failures":
        rows = rows.filter(pl.sql_expr(share.known))
    counts = pl.sql_expr(share.counts).fill_null(value=False)
    return rows.with_columns(COUNTS=counts)


def _with_trial(rows: pl.DataFrame, trials: pl.DataFrame) -> pl.DataFrame:
    return rows.join(trials, on="USUBJID", how="left").sort("TRIAL", "USUBJID")


def _groups(
    protocol: Protocol, analysis: Answered, rows: pl.DataFrame
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Cut by arm where there are several; a rate is of all subjects as well."""
    arms = [arm.label for arm in protocol.study.arms]
    if isinstance(analysis, Rate) or len(arms) == 1:
        yield "", rows
    if len(arms) > 1:
        for arm in arms:
            yield arm, rows.filter(pl.col("TRT01P") == arm)


def _estimates(  # noqa: PLR0913, PLR0917 - what, of whom, in which trials
    protocol: Protocol,
    name: str,
    group: str,
    analysis: Answered,
    rows: pl.DataFrame,
    trials: range,
) -> Iterator[Estimate]:
    """Estimate an endpoint in each trial."""
    edges = np.searchsorted(rows["TRIAL"].to_numpy(), [*trials, trials.stop])
    if isinstance(analysis, Rate):
        counts = np.concatenate([[0], np.cumsum(rows["COUNTS"].to_numpy())])
        for place, trial in enumerate(trials):
            begin, end = int(edges[place]), int(edges[place + 1])
            events = int(counts[end] - counts[begin])
            for statistic, value in _rate(analysis, events, end - begin):
                yield Estimate(trial, name, group, "", statistic, value)
            if analysis.test == "design" and not group:
                for statistic, value in _decision(protocol.design, counts[begin : end + 1]):
                    yield Estimate(trial, name, group, "", statistic, value)
        return
    endpoint = protocol.endpoints[analysis.endpoint]
    assert isinstance(endpoint, TimeToEvent)
    days = rows["AVAL"].cast(pl.Int64).to_numpy()
    happened = (rows["CNSR"] == 0).to_numpy()
    for place, trial in enumerate(trials):
        own = slice(edges[place], edges[place + 1])
        curve = compute_kaplan_meier(
            days[own], happened[own], transform=analysis.transform, level=analysis.level
        )
        for level, statistic, value in _curve(curve, analysis, DAYS[endpoint.unit]):
            yield Estimate(trial, name, group, level, statistic, _finite(value))


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _rate(analysis: Rate, events: int, n: int) -> Iterator[tuple[str, float | None]]:
    """Return the numbers of a rate, in percent."""
    yield "n", float(n)
    yield "responders", float(events)
    for statistic, value in zip(
        ("estimate", "lower", "upper"),
        _limits(events, n, analysis.method, analysis.level),
        strict=True,
    ):
        yield statistic, _finite(100 * value)


def _decision(design: Design, responders: NDArray[np.int64]) -> Iterator[tuple[str, float | None]]:
    """Return the design's decision; of two stages, also whether the first ended the trial.

    Parameters
    ----------
    design
        The protocol's.
    responders
        Shape (n + 1,). Counted on from somewhere: after 0, 1, ... n subjects by entry.
    """
    if isinstance(design, Descriptive):
        return
    n, events = len(responders) - 1, int(responders[-1] - responders[0])
    stopped = False
    if isinstance(design, SimonTwoStage):
        first = design.first_stage
        seen = int(responders[min(first.of, n)] - responders[0])
        stopped = n >= first.of and seen <= first.stop_at_most
        yield "stopped", float(stopped)
    needed, _ = responders_needed(design, n)
    yield "decision", None if needed is None else float(events >= needed and not stopped)


@cache
def _limits(
    events: int, n: int, method: ProportionMethod, level: float
) -> tuple[float, float, float]:
    found = compute_proportion(events, n, method=method, level=level)
    return found.estimate, found.lower, found.upper


def _curve(
    curve: KaplanMeier, analysis: Survival, unit_days: float
) -> Iterator[tuple[str, str, float]]:
    """Return the numbers of a curve: times in the endpoint's unit, rates in percent."""
    median = curve.median()
    yield "", "n", float(curve.n)
    yield "", "events", float(curve.events)
    yield "", "median", median.estimate / unit_days
    yield "", "median_lower", median.lower / unit_days
    yield "", "median_upper", median.upper / unit_days
    for landmark in analysis.rates_at:
        rate = curve.rate_at(landmark * unit_days)
        yield f"{landmark:g}", "rate", 100 * rate.estimate
        yield f"{landmark:g}", "rate_lower", 100 * rate.lower
        yield f"{landmark:g}", "rate_upper", 100 * rate.upper


def _by_day(name: str, group: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Count the subjects of all trials by day, those with the event and those censored."""
    event = pl.when(pl.col("CNSR") == 0).then(pl.lit("events")).otherwise(pl.lit("censored"))
    counted = rows.select(statistic=event, day=pl.col("AVAL").cast(pl.Int64))
    return _counted(counted, name, group)


def _counted(rows: pl.DataFrame, name: str, group: str) -> pl.DataFrame:
    counts = rows.group_by("statistic", "day").agg(value=pl.len().cast(pl.Float64))
    return counts.sort("statistic", "day").select(
        pl.lit(None, pl.Int64).alias("trial"),
        pl.lit(name).alias("analysis"),
        pl.lit(group).alias("group"),
        pl.lit("").alias("level"),
        "statistic",
        "day",
        "value",
    )


def _latent(protocol: Protocol, truth: pl.DataFrame) -> pl.DataFrame:
    """Count the true times of all treated patients by day, counted as ADTTE counts."""
    times = {
        "progression": pl.col("PROGRESSION"),
        "death": pl.col("DEATH"),
        "progression or death": pl.min_horizontal("PROGRESSION", "DEATH"),
    }
    arms = [arm.label for arm in protocol.study.arms]
    parts = [pl.DataFrame(schema=SCHEMA)]
    for group in ["", *(arms if len(arms) > 1 else [])]:
        rows = truth.filter("TREATED")
        rows = rows.filter(pl.col("ARM") == group) if group else rows
        for name, time in times.items():
            day = time.floor().clip(upper_bound=LAST_DAY).cast(pl.Int64) + 1
            counted = rows.select(statistic=pl.lit(name), day=day)
            parts.append(_counted(counted, TRUTH, group))
    return pl.concat(parts)
