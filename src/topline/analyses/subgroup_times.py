"""A time-to-event endpoint within subgroups: medians of one arm, hazard ratios of several."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import special

from topline.analyses.effects import ratio_rows
from topline.analyses.formats import NOT_ESTIMABLE, NOT_REACHED, percent, time
from topline.analyses.levels import ALL, Group, arm_groups, label_of
from topline.analyses.rows import Row, bounded, finite, made_by, test_rows
from topline.analyses.subjects import GroupRows, Parameter, Subjects, subjects_of
from topline.analyses.survival_tests import DAYS, subjects_and_events, times_of
from topline.analyses.trace import where_in
from topline.protocol.comparisons import Subgroups
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.protocol import Protocol
from topline.stats.cox.regression import compute_cox
from topline.stats.survival.kaplan_meier import KaplanMeier, compute_kaplan_meier
from topline.stats.survival.logrank import compute_logrank

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Cell:
    """An arm within a subgroup."""

    arm: Group
    rows: pl.DataFrame
    trace: str


@dataclass(frozen=True)
class _Times:
    """The subjects of the endpoint, and the arms that have any."""

    analysis: Subgroups
    endpoint: TimeToEvent
    subjects: Subjects
    arms: tuple[Group, ...]

    def start(self, group: Group, found: GroupRows) -> Row:
        """Begin a row about a subgroup."""
        row = found.row(self.analysis.endpoint, self.endpoint.label, group)
        return replace(row, trace_dataset="ADTTE")

    def cells(self, group: Group) -> tuple[list[_Cell], _Cell | None]:
        """Return the arms within a subgroup, and the one that others are compared with."""
        cells: list[_Cell] = []
        found = self.subjects.group(group)
        for arm in self.arms:
            rows = found.rows.filter(pl.sql_expr(arm.condition))
            conditions = [*self.subjects.conditions, group.condition, arm.condition]
            trace = where_in(self.subjects.columns, conditions, rows["USUBJID"])
            if rows.height:
                cells.append(_Cell(arm, rows, trace))
        reference = self.analysis.reference or self.arms[-1].value
        return cells, next((cell for cell in cells if cell.arm.value == reference), None)


def time_subgroups(
    protocol: Protocol,
    analysis: Subgroups,
    adam: Mapping[str, pl.DataFrame],
    values: Mapping[str, tuple[Group, ...]],
) -> list[Row]:
    """Estimate a time-to-event endpoint in all and in each subgroup.

    Parameters
    ----------
    protocol, analysis, adam
        As of `estimate_subgroups`.
    values
        Subgroups of each variable.
    """
    endpoint = protocol.endpoints[analysis.endpoint]
    assert isinstance(endpoint, TimeToEvent)
    parameter = Parameter("ADTTE", analysis.endpoint, endpoint.among)
    subjects = subjects_of(protocol, adam, analysis, parameter)
    arms = arm_groups(protocol, "TRT01P", subjects.frame)
    known = tuple(arm for arm in arms if not arm.is_missing)
    times = _Times(analysis, endpoint, subjects, known)
    estimate = _hazard_ratios if known else _median
    rows = list(estimate(times, ALL))
    for variable, groups in values.items():
        for group in groups:
            rows += estimate(times, group)
        between = _interaction if known else _between
        rows += between(times, variable, label_of(protocol, variable), groups)
    return rows


def _median(times: _Times, group: Group) -> Iterator[Row]:
    """Estimate the median of a subgroup of the one arm, or the rate at the landmark."""
    found = times.subjects.group(group)
    row, unit = times.start(group, found), times.endpoint.unit
    yield from subjects_and_events(row, found.rows)
    curve = compute_kaplan_meier(*times_of(found.rows), level=times.analysis.level)
    if times.analysis.rate_at is not None:
        yield from _rate(curve, times.analysis.rate_at, row, unit)
        return
    median = curve.median()
    row = replace(row, method=median.method, unit=unit)
    for name, value, otherwise in (
        ("estimate", median.estimate, NOT_REACHED if curve.n else NOT_ESTIMABLE),
        ("lower", median.lower, NOT_ESTIMABLE),
        ("upper", median.upper, NOT_ESTIMABLE),
    ):
        known = finite(value)
        in_unit = None if known is None else known / DAYS[unit]
        shown = otherwise if in_unit is None else time(in_unit, unit)
        yield replace(row, statistic=name, value=in_unit, display=shown)


def _rate(curve: KaplanMeier, landmark: float, row: Row, unit: str) -> Iterator[Row]:
    """Read the share without the event at a landmark from the curve, in percent."""
    found = curve.rate_at(landmark * DAYS[unit])
    said = f"{landmark:g} {unit if landmark != 1 else unit[:-1]}"
    row = made_by(replace(row, level_label=said, unit="%"), found)
    for name in ("estimate", "lower", "upper"):
        value = bounded(100 * getattr(found, name))
        yield replace(row, statistic=name, value=value, display=percent(value))


def _between(times: _Times, variable: str, label: str, groups: tuple[Group, ...]) -> Iterator[Row]:
    """Compare the values of a variable by the log-rank test."""
    found = times.subjects.group(_any_of(variable, groups))
    labels = found.rows[variable].cast(pl.String).fill_null("").to_numpy().astype(np.str_)
    row = times.start(replace(ALL, by=variable), found)
    row = replace(row, level="between", level_label=label, group_label="")
    if found.rows.height:
        test = compute_logrank(*times_of(found.rows), labels)
        yield from test_rows(made_by(row, test), test.chi_square, test.df, test.p_value)


def _any_of(variable: str, groups: tuple[Group, ...]) -> Group:
    """Return the subjects whose subgroup is known."""
    known = [g.condition for g in groups if not g.is_missing]
    return Group(variable, "", "", " OR ".join(f"({c})" for c in known))


def _hazard_ratios(times: _Times, group: Group) -> Iterator[Row]:
    """Estimate the hazard ratio of each arm against the reference within a subgroup."""
    cells, reference = times.cells(group)
    start = times.start(group, times.subjects.group(group))
    for cell in cells:
        row = replace(start, level=cell.arm.value, level_label=cell.arm.label)
        yield from subjects_and_events(
            replace(row, n=cell.rows.height, trace_where=cell.trace), cell.rows
        )
    for cell in cells:
        if reference is None or cell is reference:
            continue
        both = pl.concat([cell.rows, reference.rows])
        given = np.repeat([1.0, 0.0], [cell.rows.height, reference.rows.height])[:, None]
        fitted = compute_cox(*times_of(both), given, [cell.arm.value], level=times.analysis.level)
        term = fitted.terms[0]
        row = replace(
            start,
            n=both.height,
            level=f"{cell.arm.value} hazard ratio",
            level_label=f"{cell.arm.label} against {reference.arm.label}",
            trace_where=f"({cell.trace}) OR ({reference.trace})",
        )
        limits = (term.hazard_ratio, term.lower, term.upper)
        yield from ratio_rows(made_by(row, fitted), limits, term.p_value)


def _interaction(
    times: _Times, variable: str, label: str, groups: tuple[Group, ...]
) -> Iterator[Row]:
    """Test whether the arms' hazard ratios differ between subgroups, by the likelihood ratio."""
    known = [g for g in groups if not g.is_missing]
    found = times.subjects.group(_any_of(variable, groups))
    if len(known) < 2 or len(times.arms) < 2:
        return
    arms = _indicators(found.rows, times.arms[1:])
    values = _indicators(found.rows, known[1:])
    both = np.column_stack(
        [
            arms[:, [i]] * values[:, [j]]
            for i in range(arms.shape[1])
            for j in range(values.shape[1])
        ]
    )
    main = np.column_stack([arms, values])
    whole = np.column_stack([main, both])
    days, events = times_of(found.rows)
    without, within = (
        compute_cox(days, events, columns, [f"x{i}" for i in range(columns.shape[1])])
        for columns in (main, whole)
    )
    df = int(np.linalg.matrix_rank(whole) - np.linalg.matrix_rank(main))
    chi_square = max(0.0, 2 * (within.log_likelihood - without.log_likelihood))
    row = times.start(replace(ALL, by=variable), found)
    method = replace(within.method, name="Cox regression, likelihood ratio test of interaction")
    row = replace(row, level="interaction", level_label=label, group_label="", method=method)
    p = float(special.chdtrc(df, chi_square)) if df else float("nan")
    yield from test_rows(row, chi_square, df, p)


def _indicators(rows: pl.DataFrame, groups: tuple[Group, ...] | list[Group]) -> Floats:
    """Return a column a group: 1 for its subjects."""
    columns = [
        rows.select(pl.sql_expr(g.condition).fill_null(value=False).cast(pl.Float64)).to_series()
        for g in groups
    ]
    return np.column_stack([column.to_numpy() for column in columns])
