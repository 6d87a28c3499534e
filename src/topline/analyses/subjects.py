"""One row a subject of an analysis set: ADSL, and what a dataset says of one parameter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol as Shape

import polars as pl

from topline.analyses.levels import Group, members_of
from topline.analyses.rows import Row
from topline.analyses.trace import equals, own, where, where_in
from topline.errors import DataError
from topline.protocol.problems import listed
from topline.protocol.protocol import Protocol

HAS_ROW = "(has a row)"


class Restricted(Shape):
    """An analysis of some subjects of a set."""

    @property
    def analysis_set(self) -> str:
        """Key of the set."""
        ...

    @property
    def where(self) -> str | None:
        """Condition over ADSL and the dataset; None: all."""
        ...


@dataclass(frozen=True)
class Parameter:
    """Rows of a dataset, one a subject to whom they apply."""

    dataset: str
    code: str
    """PARAMCD."""
    among: str | None = None
    """Condition over ADSL on the subjects to whom it applies."""
    rows: str | None = None
    """Condition over the dataset that leaves one row a subject; None: the parameter does."""


@dataclass(frozen=True)
class GroupRows:
    """Rows of a group, one a subject."""

    rows: pl.DataFrame
    without: int
    """Subjects of the set who have no row."""
    trace: str
    """Condition over the dataset that selects the rows."""

    @property
    def warning(self) -> str:
        """What to say of a group that is empty or incomplete."""
        if self.without:
            return f"{self.without} in the analysis set without a value, left out"
        return "" if self.rows.height else "no subjects in this group"

    def row(self, parameter: str, label: str, group: Group) -> Row:
        """Begin a result row about the group."""
        return Row(
            "", None, "",
            parameter=parameter, parameter_label=label,
            by=group.by, group=group.value, group_label=group.label,
            n=self.rows.height, n_missing=self.without,
            trace_where=self.trace, warning=self.warning,
        )  # fmt: skip


@dataclass(frozen=True)
class Subjects:
    """Subjects of an analysis, their rows of a dataset, and the conditions that select them."""

    columns: frozenset[str]
    """Columns of the dataset."""
    frame: pl.DataFrame
    """One row a subject, joined with ADSL; `HAS_ROW` tells who has one in the dataset."""
    left_out: pl.DataFrame
    """Subjects of the set whom the analysis leaves out on purpose."""
    conditions: tuple[str, ...]

    def group(self, group: Group) -> GroupRows:
        """Return the rows of a group."""
        members = members_of(group, self.frame)
        rows = members.filter(pl.col(HAS_ROW))
        trace = where_in(self.columns, [*self.conditions, group.condition], rows["USUBJID"])
        return GroupRows(rows, members.height - rows.height, trace)

    def kept(self, groups: Sequence[Group]) -> tuple[Group, ...]:
        """Drop the groups that are empty only because the analysis leaves their subjects out."""
        return tuple(
            group
            for group in groups
            if members_of(group, self.frame).height or not members_of(group, self.left_out).height
        )


def subjects_of(
    protocol: Protocol,
    adam: Mapping[str, pl.DataFrame],
    analysis: Restricted,
    parameter: Parameter,
) -> Subjects:
    """Join the subjects of an analysis with their row of one parameter.

    Parameters
    ----------
    protocol
        Gives the set's flag.
    adam
        Analysis datasets by name.
    analysis
        Its set and its condition over ADSL and the dataset.
    parameter
        Whose rows.

    Returns
    -------
    Subjects
        Those without a row are kept, so that they can be counted and told.

    Raises
    ------
    DataError
        Subjects have several rows.
    """
    inside = equals(protocol.analysis_sets[analysis.analysis_set].flag, "Y")
    chosen = where(equals("PARAMCD", parameter.code), own(parameter.rows))
    among, restriction = own(parameter.among), own(analysis.where)
    adsl, data = adam["ADSL"], adam[parameter.dataset]
    more = [name for name in data.columns if name not in adsl.columns]
    rows = data.filter(pl.sql_expr(chosen)).select(
        "USUBJID", *more, pl.lit(value=True).alias(HAS_ROW)
    )
    _refuse_twice(parameter, rows["USUBJID"])
    everyone = (
        adsl.filter(pl.sql_expr(where(inside, among)))
        .join(rows, on="USUBJID", how="left")
        .with_columns(pl.col(HAS_ROW).fill_null(value=False))
    )
    kept = pl.sql_expr(restriction) if restriction else pl.lit(value=True)
    return Subjects(
        frozenset(data.columns),
        everyone.filter(kept),
        everyone.remove(kept),
        tuple(filter(None, (inside, chosen, among, restriction))),
    )


def _refuse_twice(parameter: Parameter, subjects: pl.Series) -> None:
    twice = subjects.filter(subjects.is_duplicated()).unique().sort()
    if len(twice):
        msg = (
            f"{parameter.dataset}: {len(twice)} subjects have several rows with PARAMCD = "
            f"{parameter.code} ({listed(twice, 5)}); expected one a subject, for each counts once"
        )
        raise DataError(msg)
