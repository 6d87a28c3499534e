"""One row a subject of an analysis set: ADSL, and what a dataset says of one parameter."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from topline.analyses.levels import Group, members_of
from topline.analyses.trace import equals, own, where, where_in
from topline.protocol.protocol import Protocol

HAS_ROW = "(has a row)"


@dataclass(frozen=True)
class Subjects:
    """Subjects of an analysis, their rows of a dataset, and the conditions that select them."""

    dataset: str
    columns: frozenset[str]
    """Columns of the dataset."""
    frame: pl.DataFrame
    """One row a subject to whom the analysis applies."""
    conditions: tuple[str, ...]

    def group(self, group: Group) -> "GroupRows":
        """Rows of a group, the number of its subjects without a row, and the condition."""
        members = members_of(group, self.frame)
        rows = members.filter(pl.col(HAS_ROW))
        trace = where_in(self.columns, [*self.conditions, group.condition], rows["USUBJID"])
        return GroupRows(rows, members.height - rows.height, trace)


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
            return f"{self.without} subjects of the analysis set have no value and are left out"
        return "" if self.rows.height else "no subjects in this group"


def subjects_of(
    protocol: Protocol,
    adam: Mapping[str, pl.DataFrame],
    *,
    analysis_set: str,
    dataset: str,
    parameter: str,
    restrictions: tuple[str | None, ...],
) -> Subjects:
    """Join the subjects of a set with their row of one parameter.

    Parameters
    ----------
    protocol
        Gives the set's flag.
    adam
        Analysis datasets by name.
    analysis_set
        Whose subjects.
    dataset, parameter
        Dataset with a row a subject of this PARAMCD.
    restrictions
        Conditions over ADSL and the dataset, all of which must hold; None holds for all.

    Returns
    -------
    Subjects
        Those without a row are kept, so that they can be counted and told.
    """
    inside = equals(protocol.analysis_sets[analysis_set].flag, "Y")
    chosen = equals("PARAMCD", parameter)
    adsl, data = adam["ADSL"], adam[dataset]
    more = [name for name in data.columns if name not in adsl.columns]
    rows = data.filter(pl.sql_expr(chosen)).select(
        "USUBJID", *more, pl.lit(value=True).alias(HAS_ROW)
    )
    conditions = tuple(own(each) for each in restrictions if each)
    frame = adsl.join(rows, on="USUBJID", how="left").with_columns(
        pl.col(HAS_ROW).fill_null(value=False)
    )
    frame = frame.filter(pl.sql_expr(where(inside, *conditions)))
    return Subjects(dataset, frozenset(data.columns), frame, (inside, chosen, *conditions))
