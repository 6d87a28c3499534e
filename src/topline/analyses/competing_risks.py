"""Cumulative incidence of each kind of event, where one precludes the others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from topline.analyses.formats import percent
from topline.analyses.levels import ALL
from topline.analyses.outcomes import compared_groups
from topline.analyses.results import Curve
from topline.analyses.rows import Row, bounded, made_by, test_rows, warned
from topline.analyses.subjects import GroupRows, Parameter, Subjects, subjects_of
from topline.analyses.survival_tests import DAYS, strata_of
from topline.analyses.trace import among, where
from topline.protocol.comparisons import CompetingRisks
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.protocol import Protocol
from topline.stats.survival.cumulative_incidence import (
    CumulativeIncidence,
    IncidenceCurve,
    compute_cumulative_incidence,
)
from topline.stats.survival.gray import compute_gray

_CURVE = Curve.create_empty().drop("analysis_id", "survival").schema


@dataclass(frozen=True)
class _Data:
    """Times and causes of a group."""

    found: GroupRows
    days: NDArray[np.int64]
    cause: NDArray[np.int64]
    """0 censored; 1, 2, ... in the order of the protocol's causes; then events of no cause."""


def estimate_incidence(
    protocol: Protocol, analysis: CompetingRisks, adam: Mapping[str, pl.DataFrame]
) -> tuple[list[Row], pl.DataFrame]:
    """Estimate the cumulative incidence of each cause by the Aalen-Johansen estimator.

    Returns
    -------
    rows
        Group by group, cause by cause (`section`): events, and incidence with limits in percent at
        each landmark; then Gray's test of each cause where it is asked for. Events that belong to
        no cause of the protocol compete as another cause, and are told.
    curves
        Columns of `Curve` but for the analysis; times in days. A group without subjects has none.
    """
    endpoint = protocol.endpoints[analysis.endpoint]
    assert isinstance(endpoint, TimeToEvent)
    parameter = Parameter("ADTTE", analysis.endpoint, endpoint.among)
    subjects = subjects_of(protocol, adam, analysis, parameter)
    groups, ungrouped = compared_groups(protocol, analysis.by, subjects.frame)
    rows: list[Row] = []
    curves: list[pl.DataFrame] = []
    for group in groups or (ALL,):
        data = _data(analysis, subjects.group(group))
        start = Row(
            "", None, "",
            parameter=analysis.endpoint, parameter_label=endpoint.label,
            by=group.by, group=group.value, group_label=group.label,
            n=data.found.rows.height, n_missing=data.found.without, trace_dataset="ADTTE",
            trace_where=data.found.trace, warning=data.found.warning,
        )  # fmt: skip
        curve = _curve(analysis, data)
        rows += _causes(analysis, endpoint.unit, data, curve, start)
        curves += [
            _steps(curve, curve.of(place), start, name)
            for place, name in enumerate(analysis.causes, start=1)
            if start.n
        ]
    if analysis.test is not None and len(groups) > 1:
        rows += _gray(analysis, endpoint.label, subjects, ungrouped)
    return rows, pl.concat(curves) if curves else pl.DataFrame(schema=_CURVE)


def _data(analysis: CompetingRisks, found: GroupRows) -> _Data:
    cause = pl.when(pl.col("CNSR") != 0).then(0)
    for place, words in enumerate(analysis.causes.values(), start=1):
        cause = cause.when(pl.col("EVNTDESC").is_in(list(words))).then(place)
    coded = found.rows.select(cause.otherwise(len(analysis.causes) + 1).alias("cause"))
    days = found.rows["AVAL"].cast(pl.Int64).to_numpy()
    return _Data(found, days, coded["cause"].cast(pl.Int64).to_numpy())


def _curve(analysis: CompetingRisks, data: _Data) -> CumulativeIncidence:
    causes = len(analysis.causes) + bool((data.cause > len(analysis.causes)).any())
    return compute_cumulative_incidence(data.days, data.cause, causes=causes, level=analysis.level)


def _steps(
    whole: CumulativeIncidence, curve: IncidenceCurve, start: Row, cause: str
) -> pl.DataFrame:
    """List the steps of a cause's curve; the first stands at time 0 with everyone at risk."""
    steps = pl.DataFrame(
        {
            "time": curve.time_days.astype(np.float64),
            "at_risk": curve.number_at_risk,
            "events": curve.event_counts,
            "censored": whole.censored_counts,
            "incidence": curve.incidence,
            "lower": curve.lower,
            "upper": curve.upper,
        }
    )
    zero = {"time": 0.0, "at_risk": curve.n, "events": 0, "censored": 0, "incidence": 0.0}
    first = pl.DataFrame([zero]).with_columns(lower=pl.lit(None), upper=pl.lit(None))
    both = steps if curve.time_days[0] == 0 else pl.concat([first, steps], how="vertical_relaxed")
    return both.select(
        pl.lit(cause).alias("section"),
        pl.lit(start.parameter).alias("parameter"),
        pl.lit(start.by).alias("by"),
        pl.lit(start.group).alias("group"),
        pl.lit(start.group_label).alias("group_label"),
        "time",
        "at_risk",
        "events",
        "censored",
        "incidence",
        pl.col("lower", "upper").cast(pl.Float64).fill_nan(None),
    ).cast(_CURVE)


def _causes(
    analysis: CompetingRisks, unit: str, data: _Data, curve: CumulativeIncidence, start: Row
) -> Iterator[Row]:
    other = int((data.cause > len(analysis.causes)).sum())
    if other:
        start = warned(start, [f"{other} events of no cause named compete as another"])
    yield replace(start, statistic="n", value=float(start.n or 0), display=str(start.n))
    for place, (name, words) in enumerate(analysis.causes.items(), start=1):
        row = replace(start, section=name)
        events = int((data.cause == place).sum())
        trace = where(start.trace_where, "CNSR = 0", among("EVNTDESC", words))
        yield replace(
            row, statistic="events", value=float(events), display=str(events), trace_where=trace
        )
        for landmark in analysis.rates_at:
            found = curve.of(place).at(landmark * DAYS[unit])
            label = f"{landmark:g} {unit if landmark != 1 else unit[:-1]}"
            at = replace(row, level=f"{landmark:g}", level_label=label, unit="%")
            at = made_by(at, found)
            for statistic, value in (
                ("rate", found.estimate), ("rate_se", found.std_error),
                ("rate_lower", found.lower), ("rate_upper", found.upper),
            ):  # fmt: skip
                share = bounded(100 * value)
                yield replace(at, statistic=statistic, value=share, display=percent(share))


def _gray(
    analysis: CompetingRisks, label: str, subjects: Subjects, ungrouped: int
) -> Iterator[Row]:
    """Compare the groups in each cause."""
    by = analysis.by or "TRT01P"
    strata = [f"{name} IS NOT NULL" for name in analysis.strata]
    known = replace(ALL, condition=where(f"{by} IS NOT NULL", *strata))
    data = _data(analysis, subjects.group(known))
    labels = data.found.rows[by].cast(pl.String).to_numpy().astype(np.str_)
    stratum = strata_of(data.found.rows, analysis.strata)
    for place, name in enumerate(analysis.causes, start=1):
        test = compute_gray(data.days, data.cause, labels, stratum=stratum, of_cause=place)
        row = Row(
            "", None, "",
            parameter=analysis.endpoint, parameter_label=label, section=name,
            level="gray", level_label="Gray's test", n=data.found.rows.height,
            n_missing=data.found.without + ungrouped, trace_dataset="ADTTE",
            trace_where=data.found.trace,
        )  # fmt: skip
        yield from test_rows(made_by(row, test), test.statistic, test.df, test.p_value)
