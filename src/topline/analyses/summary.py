"""Descriptive statistics of subject-level variables, by column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from topline.analyses.formats import collected_decimals, statistic
from topline.analyses.levels import (
    ALL,
    MISSING,
    Group,
    Level,
    groups_of,
    is_flag,
    is_number,
    label_of,
    levels_of,
    members_of,
    text_of,
    unit_of,
)
from topline.analyses.rows import Row, count_and_percent, finite
from topline.analyses.shares import share_of
from topline.analyses.subjects import subjects_of
from topline.analyses.trace import among, equals, where
from topline.protocol.analyses import Flags, Summary
from topline.protocol.comparisons import SummaryTests
from topline.protocol.protocol import Protocol
from topline.stats.estimates.summary import QuartileType, compute_summary


@dataclass(frozen=True)
class _Column:
    """A column of the table: its subjects, and the row that its results begin from."""

    members: pl.DataFrame
    start: Row
    condition: str

    @property
    def n(self) -> int:
        return self.members.height


def summarise(protocol: Protocol, analysis: Summary, adam: Mapping[str, pl.DataFrame]) -> list[Row]:
    """Summarise variables: numbers by their distribution, others by count and percentage.

    Parameters
    ----------
    protocol
        Gives labels, units and levels.
    analysis
        Variables, and the variable whose values are the columns.
    adam
        ADSL, with one row a subject, and the dataset of the endpoint that subjects count in.

    Returns
    -------
    list of Row
        First the number of subjects of each column, then variable by variable, column by column.
        Percentages are of all subjects of the column, those without a value included.
    """
    inside = _inside(protocol, analysis, adam)
    subjects = adam["ADSL"].filter(pl.sql_expr(inside))
    columns = [_column(group, subjects, inside) for group in _groups(protocol, analysis, subjects)]
    rows = [_size(column) for column in columns]
    for entry in analysis.variables:
        if isinstance(entry, Flags):
            for variable in entry.flags:
                rows += _flags(protocol, columns, variable, entry.label)
        elif is_flag(protocol, entry):
            rows += _flags(protocol, columns, entry, "")
        elif is_number(protocol, entry, subjects.schema[entry]):
            rows += _numbers(protocol, columns, entry, subjects, analysis.quantiles)
        else:
            rows += _categories(protocol, columns, entry, subjects)
        if analysis.tests is not None:
            rows += _tests(protocol, analysis, analysis.tests, entry, (subjects, inside))
    return rows


def _inside(protocol: Protocol, analysis: Summary, adam: Mapping[str, pl.DataFrame]) -> str:
    """Write the condition that selects the subjects; by name where an endpoint chooses them."""
    inside = equals(protocol.analysis_sets[analysis.analysis_set].flag, "Y")
    if analysis.counted_in is None:
        return inside
    share = share_of(protocol, analysis.counted_in)
    found = subjects_of(protocol, adam, _Everyone(analysis.analysis_set), share.parameter)
    rows = share.denominator(found.group(ALL)).rows.filter(pl.sql_expr(share.counts))
    return where(inside, among("USUBJID", rows["USUBJID"].unique().sort()))


@dataclass(frozen=True)
class _Everyone:
    """All subjects of a set."""

    analysis_set: str
    where: str | None = None


def _tests(
    protocol: Protocol,
    analysis: Summary,
    tests: SummaryTests,
    entry: str | Flags,
    chosen: tuple[pl.DataFrame, str],
) -> Iterator[Row]:
    """Test a variable, or each of several flags, between the columns."""
    # Only protocols that test pay for the tests' imports.
    from topline.analyses.summary_tests import test_variable

    names = entry.flags if isinstance(entry, Flags) else (entry,)
    for name in names:
        for row in test_variable(protocol, analysis, tests, name, chosen):
            yield replace(row, section=entry.label if isinstance(entry, Flags) else "")


def _groups(protocol: Protocol, analysis: Summary, subjects: pl.DataFrame) -> tuple[Group, ...]:
    if analysis.by is None:
        return (ALL,)
    groups = groups_of(protocol, analysis.by, subjects[analysis.by])
    return (*groups, ALL) if analysis.overall or not groups else groups


def _column(group: Group, subjects: pl.DataFrame, inside: str) -> _Column:
    members = members_of(group, subjects)
    start = Row(
        "", None, "", by=group.by, group=group.value, group_label=group.label,
        n=members.height, trace_dataset="ADSL",
        warning="" if members.height else "no subjects in this column",
    )  # fmt: skip
    return _Column(members, start, where(inside, group.condition))


def _size(column: _Column) -> Row:
    return replace(
        column.start,
        parameter="(column)",
        parameter_label=column.start.group_label,
        statistic="N",
        value=float(column.n),
        display=str(column.n),
        trace_where=column.condition,
    )


def _named(protocol: Protocol, column: _Column, variable: str, missing: int) -> Row:
    return replace(
        column.start,
        parameter=variable,
        parameter_label=label_of(protocol, variable),
        n_missing=missing,
    )


def _flags(
    protocol: Protocol, columns: list[_Column], variable: str, section: str
) -> Iterator[Row]:
    """Subjects who have a flag; nothing is missing, for a flag is Y or nothing."""
    condition = equals(variable, "Y")
    for column in columns:
        count = column.members.filter(pl.col(variable) == "Y").height
        row = replace(
            _named(protocol, column, variable, 0),
            section=section,
            level="Y",
            level_label="Yes",
            trace_where=where(column.condition, condition),
        )
        yield from count_and_percent(row, count, column.n)


def _categories(
    protocol: Protocol, columns: list[_Column], variable: str, subjects: pl.DataFrame
) -> Iterator[Row]:
    levels = levels_of(protocol, variable, subjects[variable])
    for column in columns:
        values = column.members[variable]
        counts = {
            None if value is None else text_of(value): int(count)
            for value, count in values.value_counts().iter_rows()
        }
        row = _named(protocol, column, variable, values.null_count())
        for level in levels:
            yield from _level(
                row, column, level, counts.get(None if level.is_missing else level.value, 0)
            )


def _level(row: Row, column: _Column, level: Level, count: int) -> tuple[Row, Row]:
    named = replace(
        row,
        level=level.value,
        level_label=level.label,
        trace_where=where(column.condition, level.condition),
    )
    return count_and_percent(named, count, column.n)


def _numbers(
    protocol: Protocol,
    columns: list[_Column],
    variable: str,
    subjects: pl.DataFrame,
    quantiles: int,
) -> Iterator[Row]:
    unit = unit_of(protocol, variable)
    decimals = collected_decimals(subjects[variable].drop_nulls().unique().to_list())
    absent = subjects[variable].null_count() > 0
    for column in columns:
        row = replace(
            _named(protocol, column, variable, column.members[variable].null_count()),
            trace_where=where(column.condition, f"{variable} IS NOT NULL"),
        )
        yield from _distribution(row, column, unit, decimals, quantiles)
        if absent:
            missing = Level(MISSING, MISSING, equals(variable, None), is_missing=True)
            yield from _level(row, column, missing, row.n_missing or 0)


def _distribution(
    row: Row, column: _Column, unit: str, decimals: int | None, quantiles: int
) -> Iterator[Row]:
    values = column.members[row.parameter].cast(pl.Float64).to_numpy()
    kind: QuartileType = _QUARTILES[quantiles - 1]
    found = compute_summary(np.asarray(values, dtype=np.float64), quartile_type=kind)
    warning = row.warning or ("" if found.n else "no values")
    yield replace(
        row, statistic="n", value=float(found.n), display=str(found.n), n=found.n, warning=warning
    )
    numbers = {
        "mean": found.mean,
        "sd": found.sd,
        "median": found.median,
        "q1": found.q1,
        "q3": found.q3,
        "min": found.minimum,
        "max": found.maximum,
    }
    for name, number in numbers.items():
        value = finite(number)
        yield replace(
            row,
            statistic=name,
            value=value,
            display=statistic(name, value, decimals),
            unit=unit,
            method=found.method,
            n=found.n,
            warning=warning,
        )


_QUARTILES: tuple[QuartileType, ...] = (1, 2, 3, 4, 5, 6, 7, 8, 9)
