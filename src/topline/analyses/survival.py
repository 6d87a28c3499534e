"""Kaplan-Meier curves with median, landmark rates and follow-up, and their comparison.

CNSR of ADTTE becomes `event` here and nowhere else: CNSR = 0 is an event.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from topline.analyses.formats import NOT_ESTIMABLE, NOT_REACHED, percent, time
from topline.analyses.levels import ALL, Group, arm_groups, groups_of
from topline.analyses.results import Curve
from topline.analyses.rows import COUNTED, Row, finite
from topline.analyses.subjects import GroupRows, Parameter, subjects_of
from topline.analyses.survival_tests import (
    DAYS,
    against_null,
    compare_curves,
    restricted_mean,
    times_of,
)
from topline.analyses.trace import where
from topline.protocol.analyses import FollowUp, Survival
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.protocol import Protocol
from topline.stats.survival.kaplan_meier import (
    KaplanMeier,
    compute_follow_up,
    compute_kaplan_meier,
)

_EVENT, _CENSORED = "CNSR = 0", "CNSR <> 0"


@dataclass(frozen=True)
class _Estimate:
    """A group with its curve."""

    group: Group
    found: GroupRows
    curve: KaplanMeier
    start: Row
    unit: str
    reverse: bool = False
    """Whether being censored is the event."""

    def in_unit(self, days: float) -> float | None:
        """Days in the endpoint's unit; None for NaN."""
        value = finite(days)
        return None if value is None else value / DAYS[self.unit]


def estimate_survival(
    protocol: Protocol, analysis: Survival, adam: Mapping[str, pl.DataFrame]
) -> tuple[list[Row], pl.DataFrame]:
    """Estimate the curves of a time-to-event endpoint.

    Parameters
    ----------
    protocol
        Gives the endpoint, its unit and the analysis set.
    analysis
        Which curves, limits and landmarks.
    adam
        ADSL and ADTTE, which has one row an endpoint and subject.

    Returns
    -------
    rows
        Group by group: subjects, events, median, landmark rates, follow-up; then the log-rank
        test where it is asked for. Times are in the endpoint's unit, rates in percent.
    curves
        Columns of `Curve` but for the analysis; times in days. A group without subjects has none.
    """
    endpoint = protocol.endpoints[analysis.endpoint]
    assert isinstance(endpoint, TimeToEvent)
    parameter = Parameter("ADTTE", analysis.endpoint, endpoint.among)
    subjects = subjects_of(protocol, adam, analysis, parameter)
    rows: list[Row] = []
    curves = [pl.DataFrame(schema=_CURVE)]
    groups = subjects.kept(_groups(protocol, analysis, subjects.frame))
    for group in groups:
        found = subjects.group(group)
        times, events = times_of(found.rows)
        estimate = _estimated(analysis, endpoint, group, found)
        start = estimate.start
        rows += [*_counts(estimate), *_median(estimate), *_rates(estimate, analysis.rates_at)]
        rows += _follow_up(estimate, times, events)
        if analysis.mean_until is not None:
            until, level = analysis.mean_until, analysis.level
            rows += restricted_mean(until, level, start, found.rows, endpoint.unit)
        if analysis.null_median is not None:
            rows += against_null(analysis, start, found.rows, endpoint.unit)
        curves.append(_steps(estimate, analysis.endpoint))
    if analysis.test is not None:
        everyone = _start(analysis, endpoint, ALL, subjects.group(ALL))
        rows += compare_curves(analysis, everyone, subjects, groups)
    return rows, pl.concat(curves)


def estimate_follow_up(
    protocol: Protocol, analysis: FollowUp, adam: Mapping[str, pl.DataFrame]
) -> tuple[list[Row], pl.DataFrame]:
    """Estimate how long subjects were followed: the curve on which being censored is the event.

    Returns
    -------
    rows
        Group by group: subjects, `events` (those censored), `censored` (those with the event),
        median, landmark rates.
    curves
        As of `estimate_survival`.
    """
    endpoint = protocol.endpoints[analysis.endpoint]
    assert isinstance(endpoint, TimeToEvent)
    subjects = subjects_of(
        protocol, adam, analysis, Parameter("ADTTE", analysis.endpoint, endpoint.among)
    )
    rows: list[Row] = []
    curves = [pl.DataFrame(schema=_CURVE)]
    for group in subjects.kept(_groups(protocol, analysis, subjects.frame)):
        estimate = _estimated(analysis, endpoint, group, subjects.group(group))
        found = [*_counts(estimate), *_median(estimate), *_rates(estimate, analysis.rates_at)]
        rows += [_reversed(row) for row in found]
        curves.append(_steps(estimate, analysis.endpoint))
    return rows, pl.concat(curves)


def _reversed(row: Row) -> Row:
    """Say that the curve is the reverse one."""
    if row.method is COUNTED:
        return row
    plain = row.method.name.removeprefix("Kaplan-Meier").lstrip(", ")
    name = ", ".join(filter(None, ["Reverse Kaplan-Meier", plain]))
    return replace(row, method=replace(row.method, name=name))


def _estimated(
    analysis: Survival | FollowUp, endpoint: TimeToEvent, group: Group, found: GroupRows
) -> _Estimate:
    times, events = times_of(found.rows)
    compute = compute_kaplan_meier if isinstance(analysis, Survival) else compute_follow_up
    curve = compute(times, events, transform=analysis.transform, level=analysis.level)
    start = _start(analysis, endpoint, group, found)
    return _Estimate(
        group, found, curve, start, endpoint.unit, reverse=isinstance(analysis, FollowUp)
    )


def _groups(
    protocol: Protocol, analysis: Survival | FollowUp, subjects: pl.DataFrame
) -> tuple[Group, ...]:
    if analysis.by is not None:
        return groups_of(protocol, analysis.by, subjects[analysis.by]) or (ALL,)
    return arm_groups(protocol, "TRT01P", subjects) or (ALL,)


def _start(
    analysis: Survival | FollowUp, endpoint: TimeToEvent, group: Group, found: GroupRows
) -> Row:
    row = found.row(analysis.endpoint, endpoint.label, group)
    return replace(row, trace_dataset="ADTTE")


def _counts(estimate: _Estimate) -> Iterator[Row]:
    curve, found = estimate.curve, estimate.found
    for name, count, condition in (
        ("n", curve.n, ""),
        ("events", curve.events, _CENSORED if estimate.reverse else _EVENT),
        ("censored", curve.n - curve.events, _EVENT if estimate.reverse else _CENSORED),
    ):
        yield replace(
            estimate.start,
            statistic=name,
            value=float(count),
            display=str(count),
            trace_where=where(found.trace, condition),
        )


def _time(estimate: _Estimate, name: str, days: float, otherwise: str = NOT_ESTIMABLE) -> Row:
    value = estimate.in_unit(days)
    shown = otherwise if value is None else time(value, estimate.unit)
    return replace(estimate.start, statistic=name, value=value, display=shown, unit=estimate.unit)


def _warned(row: Row, warnings: tuple[str, ...]) -> Row:
    return replace(row, warning=row.warning or "; ".join(warnings))


def _median(estimate: _Estimate) -> Iterator[Row]:
    median = estimate.curve.median()
    missing = NOT_REACHED if estimate.curve.n else NOT_ESTIMABLE
    for name, days, otherwise in (
        ("median", median.estimate, missing),
        ("median_lower", median.lower, NOT_ESTIMABLE),
        ("median_upper", median.upper, NOT_ESTIMABLE),
    ):
        row = replace(_time(estimate, name, days, otherwise), method=median.method)
        yield row if row.value is not None else _warned(row, median.warnings)


def _rates(estimate: _Estimate, landmarks: tuple[float, ...]) -> Iterator[Row]:
    """Rates at the landmarks in percent, and how many subjects are still at risk there."""
    for landmark in landmarks:
        day = landmark * DAYS[estimate.unit]
        rate = estimate.curve.rate_at(day)
        row = replace(
            estimate.start,
            level=f"{landmark:g}",
            level_label=f"{landmark:g} {estimate.unit if landmark != 1 else estimate.unit[:-1]}",
        )
        for name, share in (
            ("rate", rate.estimate),
            ("rate_se", rate.std_error),
            ("rate_lower", rate.lower),
            ("rate_upper", rate.upper),
        ):
            value = None if finite(share) is None else 100 * share
            shown = replace(row, statistic=name, value=value, display=percent(value), unit="%")
            yield _warned(replace(shown, method=rate.method), rate.warnings)
        yield replace(
            row,
            statistic="at_risk",
            value=float(rate.number_at_risk),
            display=str(rate.number_at_risk),
            trace_where=where(estimate.found.trace, f"AVAL >= {day!r}"),
        )


def _follow_up(estimate: _Estimate, times: np.ndarray, events: np.ndarray) -> Iterator[Row]:
    """Median follow-up by the reverse curve, and the shortest and longest time observed."""
    curve = estimate.curve
    reverse = compute_follow_up(times, events, transform=curve.transform, level=curve.level)
    median = reverse.median()
    missing = NOT_REACHED if curve.n else NOT_ESTIMABLE
    row = _time(estimate, "follow_up_median", median.estimate, missing)
    method = replace(median.method, name="Reverse Kaplan-Meier")
    yield _warned(replace(row, method=method), median.warnings)
    nan = float("nan")
    yield _time(estimate, "follow_up_min", float(times.min()) if len(times) else nan)
    yield _time(estimate, "follow_up_max", float(times.max()) if len(times) else nan)


_CURVE = Curve.create_empty().drop("analysis_id", "section", "incidence").schema


def _steps(estimate: _Estimate, parameter: str) -> pl.DataFrame:
    """List the steps of a curve; the first stands at time 0 with everyone at risk."""
    curve = estimate.curve
    if not curve.n:
        return pl.DataFrame(schema=_CURVE)
    origin = curve.rate_at(0)
    at_zero = curve.time_days[0] == 0
    first = {
        "time": [0.0],
        "at_risk": [curve.n],
        "events": [0],
        "censored": [0],
        "survival": [1.0],
        "lower": [origin.lower],
        "upper": [origin.upper],
    }
    steps = pl.DataFrame(
        {
            "time": curve.time_days.astype(np.float64),
            "at_risk": curve.number_at_risk,
            "events": curve.event_counts,
            "censored": curve.censored_counts,
            "survival": curve.survival,
            "lower": curve.lower,
            "upper": curve.upper,
        }
    )
    both = steps if at_zero else pl.concat([pl.DataFrame(first), steps])
    return both.select(
        pl.lit(parameter).alias("parameter"),
        pl.lit(estimate.group.by).alias("by"),
        pl.lit(estimate.group.value).alias("group"),
        pl.lit(estimate.group.label).alias("group_label"),
        "time",
        "at_risk",
        "events",
        "censored",
        "survival",
        pl.col("lower", "upper").fill_nan(None),
    )
