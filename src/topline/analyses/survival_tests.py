"""Curves compared with each other and with a known one, and their restricted means."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from topline.analyses.formats import NOT_ESTIMABLE, number, p_value, rounded, time
from topline.analyses.levels import ALL, Group
from topline.analyses.rows import Row, bounded, finite, made_by, warned
from topline.analyses.subjects import HAS_ROW, GroupRows, Subjects
from topline.analyses.trace import where
from topline.protocol.analyses import Survival
from topline.protocol.words import DAYS_A_MONTH, Duration
from topline.stats.survival.logrank import LogRank, compute_logrank

DAYS = {"days": 1.0, "weeks": 7.0, "months": DAYS_A_MONTH, "years": 12 * DAYS_A_MONTH}
_GROUP = "(group)"


def times_of(rows: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return days and events; CNSR = 0 is an event."""
    return rows["AVAL"].cast(pl.Int64).to_numpy(), (rows["CNSR"] == 0).to_numpy()


def subjects_and_events(row: Row, rows: pl.DataFrame) -> Iterator[Row]:
    """Complete a row twice: how many subjects there are, and how many had the event."""
    events = rows.filter(pl.col("CNSR") == 0).height
    yield replace(row, statistic="n", value=float(rows.height), display=str(rows.height))
    trace = where(row.trace_where, "CNSR = 0")
    yield replace(
        row, statistic="events", value=float(events), display=str(events), trace_where=trace
    )


def strata_of(rows: pl.DataFrame, strata: tuple[str, ...]) -> NDArray[np.str_] | None:
    """Name the stratum of each row; None where there are none."""
    if not strata:
        return None
    columns = [pl.col(name).cast(pl.String) for name in strata]
    named = rows.select(pl.concat_str(columns, separator=" / ")).to_series()
    return named.to_numpy().astype(np.str_)


def compare_curves(
    analysis: Survival, start: Row, subjects: Subjects, groups: tuple[Group, ...]
) -> Iterator[Row]:
    """Compare the curves of the subjects whose group and stratum are known.

    Parameters
    ----------
    analysis
        Which test, strata and weights.
    start
        What the rows are about.
    subjects, groups
        Subjects of the analysis, and the groups in order.
    """
    known = [group for group in groups if not group.is_missing]
    conditions = [f"{name} IS NOT NULL" for name in analysis.strata]
    if len(known) < len(groups):
        conditions.append(" OR ".join(f"({group.condition})" for group in known))
    found = subjects.group(replace(ALL, condition=where(*(f"({c})" for c in conditions))))
    left_out = subjects.frame.filter(pl.col(HAS_ROW)).height - found.rows.height
    needed = " or ".join([analysis.by or "TRT01P", *analysis.strata])
    said = f"{left_out} subjects without {needed} are left out" if left_out else ""
    row = replace(
        start,
        level="log-rank",
        level_label=_name(analysis),
        n=found.rows.height,
        n_missing=found.without + left_out,
        trace_where=found.trace,
        warning="; ".join(filter(None, [found.warning, said])),
    )
    test = _test(analysis, found, known)
    yield from _told(row, test)


def _name(analysis: Survival) -> str:
    if analysis.test == "trend":
        return "Log-rank test for trend"
    return "Fleming-Harrington test" if analysis.rho or analysis.gamma else "Log-rank test"


def _test(analysis: Survival, found: GroupRows, groups: list[Group]) -> LogRank | None:
    """Test the curves, with the groups coded in their order."""
    if not found.rows.height:
        return None
    place = pl.lit(None, pl.String)
    for i, group in enumerate(groups):
        inside = pl.sql_expr(group.condition or "TRUE")
        place = pl.when(inside).then(pl.lit(f"{i:03d}")).otherwise(place)
    labels = found.rows.with_columns(place.alias(_GROUP))[_GROUP].to_numpy().astype(np.str_)
    return compute_logrank(
        *times_of(found.rows),
        labels,
        strata_of(found.rows, analysis.strata),
        rho=analysis.rho,
        gamma=analysis.gamma,
        scores=_scores(labels) if analysis.test == "trend" else None,
    )


def _scores(labels: NDArray[np.str_]) -> list[float]:
    """Give the groups that have subjects their place in the order of all groups."""
    return [float(label) + 1 for label in np.unique(labels)]


def _told(row: Row, test: LogRank | None) -> Iterator[Row]:
    row = row if test is None else made_by(row, test)
    chi_square = None if test is None else finite(test.chi_square)
    p = None if test is None else finite(test.p_value)
    df = test.df if test else 0
    yield replace(row, statistic="chi_square", value=chi_square, display=number(chi_square, 2))
    yield replace(row, statistic="df", value=float(df), display=str(df))
    yield replace(row, statistic="p_value", value=p, display=p_value(p))


def against_null(analysis: Survival, start: Row, rows: pl.DataFrame, unit: str) -> Iterator[Row]:
    """Compare a curve with exponential times of a known median (one-sample log-rank test)."""
    from topline.stats.survival.one_sample_logrank import (  # asked for by few protocols
        compute_exponential_hazard,
        compute_one_sample_logrank,
    )

    assert analysis.null_median is not None
    days, events = times_of(rows)
    label = f"Against a median of {time(analysis.null_median.days / DAYS[unit], unit)} {unit}"
    row = replace(start, level="one-sample log-rank", level_label=label)
    if not len(days):
        none = warned(row, ["no subjects to test"])
        yield replace(none, statistic="p_value", value=None, display=NOT_ESTIMABLE)
        return
    hazard = compute_exponential_hazard(days, analysis.null_median.days)
    test = compute_one_sample_logrank(days, events, cumulative_hazard=hazard, level=analysis.level)
    row = made_by(row, test)
    yield replace(row, statistic="expected", value=test.expected, display=rounded(test.expected, 2))
    for name, value in (
        ("ratio", test.smr), ("ratio_lower", test.lower), ("ratio_upper", test.upper),
        ("z", test.z),
    ):  # fmt: skip
        known = bounded(value)
        yield replace(row, statistic=name, value=known, display=number(known, 2))
    for name, p in (("p_value", test.p_value), ("p_less", test.p_less)):
        known = finite(p)
        yield replace(row, statistic=name, value=known, display=p_value(known))


def restricted_mean(
    until: Duration, level: float, start: Row, rows: pl.DataFrame, unit: str
) -> Iterator[Row]:
    """Estimate the mean time without the event up to a horizon."""
    from topline.stats.survival.restricted_mean import (  # asked for by few protocols
        compute_restricted_mean,
    )

    row = replace(start, level=f"mean to {until}", level_label=f"Mean to {until}", unit=unit)
    days, events = times_of(rows)
    if not len(days):
        none = warned(row, ["no subjects"])
        yield replace(none, statistic="restricted_mean", value=None, display=NOT_ESTIMABLE)
        return
    found = compute_restricted_mean(days, events, until_days=until.days, level=level)
    row = made_by(row, found)
    for name, value in (
        ("restricted_mean", found.estimate), ("restricted_mean_se", found.std_error),
        ("restricted_mean_lower", found.lower), ("restricted_mean_upper", found.upper),
    ):  # fmt: skip
        known = finite(value)
        in_unit = None if known is None else known / DAYS[unit]
        shown = NOT_ESTIMABLE if in_unit is None else time(in_unit, unit)
        yield replace(row, statistic=name, value=in_unit, display=shown)
