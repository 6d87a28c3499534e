"""What a comparison compares: of each group, one value a subject and the rows it stands in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from topline.analyses.levels import (
    ALL,
    Group,
    arm_groups,
    groups_of,
    is_flag,
    is_number,
    label_of,
    levels_of,
    members_of,
    unit_of,
)
from topline.analyses.rows import Row
from topline.analyses.shares import Share, share_of
from topline.analyses.subjects import Restricted, subjects_of
from topline.analyses.trace import equals, none_has, own, where, where_in
from topline.protocol.comparisons import Comparison
from topline.protocol.protocol import Protocol

VALUE, STRATUM = "(value)", "(stratum)"
_BETWEEN = " / "


@dataclass(frozen=True)
class Sample:
    """A group's subjects whose value and stratum are known."""

    group: Group
    rows: pl.DataFrame
    """Columns VALUE and STRATUM."""
    without: int
    """Subjects of the group left out, for their value or stratum is not known."""
    trace: str
    """Condition over the outcome's dataset that selects the rows."""

    @property
    def n(self) -> int:
        """Subjects compared."""
        return self.rows.height

    @property
    def numbers(self) -> NDArray[np.float64]:
        """Values of a number."""
        return self.rows[VALUE].cast(pl.Float64).to_numpy()


@dataclass(frozen=True)
class Level:
    """A category of the outcome, and the condition that selects it."""

    value: str
    label: str
    condition: str


@dataclass(frozen=True)
class Outcome:
    """What is compared: a share (two categories, of which the first counts), or another."""

    kind: Literal["share", "category", "number"]
    name: str
    label: str
    unit: str
    dataset: str
    levels: tuple[Level, ...]
    """Of a share or category, as the values of VALUE; empty of a number."""
    samples: tuple[Sample, ...]
    """Of the groups that have subjects, in order."""
    ungrouped: int
    """Subjects left out, for their group is not known."""

    @property
    def without(self) -> int:
        """All subjects left out."""
        return self.ungrouped + sum(sample.without for sample in self.samples)

    def start(self, sample: Sample | None = None) -> Row:
        """Begin a row about a group, or about all of them."""
        row = Row(
            "", None, "",
            parameter=self.name, parameter_label=self.label, trace_dataset=self.dataset,
        )  # fmt: skip
        if sample is None:
            traces = [f"({sample.trace})" for sample in self.samples]
            n = sum(sample.n for sample in self.samples)
            warning = left_out(self.without)
            return replace(
                row,
                n=n,
                n_missing=self.without,
                trace_where=" OR ".join(traces) or none_has("USUBJID"),
                warning=warning,
            )
        group = sample.group
        return replace(
            row,
            by=group.by,
            group=group.value,
            group_label=group.label,
            n=sample.n,
            n_missing=sample.without,
            trace_where=sample.trace,
            warning=left_out(sample.without),
        )

    def table(self, samples: Sequence[Sample] | None = None) -> NDArray[np.int64]:
        """Count the levels (columns) of each group (rows)."""
        chosen = self.samples if samples is None else samples
        return np.array([_counts(sample.rows, self.levels) for sample in chosen], np.int64)

    def tables(self) -> NDArray[np.int64]:
        """Count the levels of each group in each stratum: shape (strata, groups, levels)."""
        strata = sorted({s for sample in self.samples for s in sample.rows[STRATUM].to_list()})
        return np.array(
            [
                [_counts(x.rows.filter(pl.col(STRATUM) == s), self.levels) for x in self.samples]
                for s in strata
            ],
            np.int64,
        )


def outcome_of(
    protocol: Protocol, adam: Mapping[str, pl.DataFrame], analysis: Comparison
) -> Outcome:
    """Gather the groups of a comparison.

    Parameters
    ----------
    protocol
        Gives endpoints, variables and arms.
    adam
        ADSL, and the dataset of the endpoint.
    analysis
        Outcome, groups, strata and restriction.
    """
    if analysis.outcome in protocol.endpoints:
        return _of_endpoint(protocol, adam, analysis)
    return _of_variable(protocol, adam["ADSL"], analysis)


def compared_groups(
    protocol: Protocol, by: str | None, subjects: pl.DataFrame
) -> tuple[tuple[Group, ...], int]:
    """List the groups that have subjects, and count the subjects whose group is not known."""
    groups = (
        arm_groups(protocol, "TRT01P", subjects)
        if by is None
        else groups_of(protocol, by, subjects[by])
    ) or (ALL,)
    unknown = sum(members_of(g, subjects).height for g in groups if g.is_missing)
    known = [g for g in groups if not g.is_missing and members_of(g, subjects).height]
    return tuple(known), unknown


def subjects_in(
    protocol: Protocol, adsl: pl.DataFrame, analysis: Restricted
) -> tuple[pl.DataFrame, str]:
    """Return the subjects of an analysis, and the condition that selects them."""
    inside = equals(protocol.analysis_sets[analysis.analysis_set].flag, "Y")
    condition = where(inside, own(analysis.where))
    return adsl.filter(pl.sql_expr(condition)), condition


def _of_endpoint(
    protocol: Protocol, adam: Mapping[str, pl.DataFrame], analysis: Comparison
) -> Outcome:
    share = share_of(protocol, analysis.outcome)
    subjects = subjects_of(protocol, adam, analysis, share.parameter)
    groups, ungrouped = compared_groups(protocol, analysis.by, subjects.frame)
    samples: list[Sample] = []
    for group in groups:
        found = share.denominator(subjects.group(group))
        counts = pl.sql_expr(share.counts)
        valued = found.rows.with_columns(
            pl.when(counts).then(pl.lit("Y")).otherwise(pl.lit("N")).alias(VALUE)
        )
        rows = _stratified(valued, analysis.strata)
        trace = found.trace
        if rows.height < valued.height:
            known = [f"{s} IS NOT NULL" for s in analysis.strata]
            trace = where_in(
                subjects.columns, [*subjects.conditions, group.condition, *known], rows["USUBJID"]
            )
        samples.append(Sample(group, rows, found.without + valued.height - rows.height, trace))
    levels = _yes_no(share)
    label = protocol.endpoints[analysis.outcome].label
    kept, left = _with_values(samples, ungrouped)
    return Outcome(
        "share", analysis.outcome, label, "", share.parameter.dataset, levels, kept, left
    )


def _of_variable(protocol: Protocol, adsl: pl.DataFrame, analysis: Comparison) -> Outcome:
    chosen = subjects_in(protocol, adsl, analysis)
    return variable_outcome(protocol, chosen, analysis.outcome, (analysis.by, analysis.strata))


def variable_outcome(
    protocol: Protocol,
    chosen: tuple[pl.DataFrame, str],
    variable: str,
    groups: tuple[str | None, tuple[str, ...]],
    *,
    missing_is_a_category: bool = False,
) -> Outcome:
    """Gather the groups of an ADSL variable.

    Parameters
    ----------
    protocol
        Gives labels and levels.
    chosen
        Subjects of the analysis, and the condition that selects them in ADSL.
    variable
        What is compared; a flag is a share.
    groups
        Variable that makes the groups (None: the arms), and the strata.
    missing_is_a_category
        Whether subjects without a category form one.
    """
    (subjects, inside), (by, strata) = chosen, groups
    known, ungrouped = compared_groups(protocol, by, subjects)
    flag = is_flag(protocol, variable)
    number = not flag and is_number(protocol, variable, subjects.schema[variable])
    valued = _stratified(_valued(subjects, variable, flag, number, missing_is_a_category), strata)
    samples: list[Sample] = []
    for group in known:
        rows = members_of(group, valued).filter(pl.col(VALUE).is_not_null())
        conditions = [
            None if flag or missing_is_a_category else f"{variable} IS NOT NULL",
            *(f"{stratum} IS NOT NULL" for stratum in strata),
        ]
        trace = where(inside, group.condition, *conditions)
        without = members_of(group, subjects).height - rows.height
        samples.append(Sample(group, rows, without, trace))
    kept, left = _with_values(samples, ungrouped)
    levels = () if number else _levels(protocol, subjects, variable, kept)
    return Outcome(
        "number" if number else "share" if flag else "category",
        variable,
        label_of(protocol, variable),
        unit_of(protocol, variable),
        "ADSL",
        levels,
        kept,
        left,
    )


def _with_values(samples: Sequence[Sample], ungrouped: int) -> tuple[tuple[Sample, ...], int]:
    """Keep the groups in which somebody has a value; count the others' subjects as left out."""
    kept = tuple(sample for sample in samples if sample.n)
    return kept, ungrouped + sum(sample.without for sample in samples if not sample.n)


def _valued(
    subjects: pl.DataFrame, variable: str, flag: bool, number: bool, keep_missing: bool
) -> pl.DataFrame:
    column = pl.col(variable)
    if flag:
        value = pl.when(column == "Y").then(pl.lit("Y")).otherwise(pl.lit("N"))
    elif number:
        value = column.cast(pl.Float64)
    else:
        value = _as_text(column, subjects.schema[variable])
        value = value.fill_null("(missing)") if keep_missing else value
    return subjects.with_columns(value.alias(VALUE))


def _as_text(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Write values as results' levels do: whole numbers without decimals."""
    if not dtype.is_float():
        return column.cast(pl.String)
    whole = column.cast(pl.Int64, strict=False)
    return pl.when(column == whole).then(whole.cast(pl.String)).otherwise(column.cast(pl.String))


def _levels(
    protocol: Protocol, subjects: pl.DataFrame, variable: str, samples: Sequence[Sample]
) -> tuple[Level, ...]:
    """List the categories that some group has; of a flag both, the one that counts first."""
    if is_flag(protocol, variable):
        return (
            Level("Y", "Yes", equals(variable, "Y")),
            Level("N", "No", f"{variable} IS NULL"),
        )
    present = {value for sample in samples for value in sample.rows[VALUE].to_list()}
    return tuple(
        Level(level.value, level.label, level.condition)
        for level in levels_of(protocol, variable, subjects[variable])
        if level.value in present
    )


def _yes_no(share: Share) -> tuple[Level, ...]:
    return (Level("Y", "Yes", share.counts), Level("N", "No", f"NOT ({share.counts})"))


def _stratified(rows: pl.DataFrame, strata: tuple[str, ...]) -> pl.DataFrame:
    """Name each subject's stratum; leave out those of whom it is not known."""
    if not strata:
        return rows.with_columns(pl.lit("").alias(STRATUM))
    named = pl.concat_str([pl.col(s).cast(pl.String) for s in strata], separator=_BETWEEN)
    return rows.with_columns(named.alias(STRATUM)).filter(pl.col(STRATUM).is_not_null())


def _counts(rows: pl.DataFrame, levels: Sequence[Level]) -> list[int]:
    found: dict[str, int] = dict(rows[VALUE].value_counts().iter_rows())
    return [found.get(level.value, 0) for level in levels]


def left_out(count: int) -> str:
    """Say how many subjects have no value; nothing of none."""
    return f"{count} in the analysis set without a value, left out" if count else ""
