"""Tests, directions and worst results that analyses of laboratory results share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from topline.analyses.adverse_events import sized_groups
from topline.analyses.rows import COUNTED, Row, count_and_percent
from topline.analyses.trace import equals, where
from topline.protocol.laboratory import Direction, LaboratoryGrades, LaboratoryShift
from topline.protocol.protocol import Protocol
from topline.stats.method import Method

Worst = LaboratoryGrades | LaboratoryShift
LETTER: Mapping[Direction, str] = {"low": "L", "high": "H"}
"""Last letter of ADLB's variables of a direction."""
_EXTREME: Mapping[Direction, str] = {"low": "LOTRTFL", "high": "HOTRTFL"}


@dataclass(frozen=True, slots=True)
class Series:
    """One test in one direction."""

    code: str
    param: str
    direction: Direction
    label: str
    """What it shows in this direction: a CTCAE term, or words."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The worst results of one test and direction in one group: a row a subject."""

    start: Row
    members: pl.DataFrame
    size: int
    """Subjects of the group, with or without a result."""

    def evaluated(self) -> tuple[Row, Row]:
        """Count the subjects with a result under treatment, in percent of the group."""
        row = self._row("evaluated", "Evaluated", "")
        row = replace(row, warning="" if self.size else "no subjects in this group")
        return count_and_percent(row, self.members.height, self.size)

    def count(self, level: str, label: str, condition: str) -> tuple[Row, Row]:
        """Count the subjects for whom a condition holds, in percent of those evaluated."""
        found = self.members.filter(pl.sql_expr(condition)) if condition else self.members
        row = self._row(level, label, condition)
        return count_and_percent(row, found.height, self.members.height)

    def _row(self, level: str, label: str, condition: str) -> Row:
        trace = where(self.start.trace_where, condition)
        return replace(self.start, level=level, level_label=label, trace_where=trace)


def list_series(
    rows: pl.DataFrame, analysis: Worst, labels: Mapping[Direction, pl.Expr]
) -> list[Series]:
    """List the tests that have results under treatment, in each direction asked for.

    Parameters
    ----------
    rows
        ADLB, ADEG or ADVS.
    analysis
        Which tests; by name they keep the order of the analysis, else that of the dataset.
    labels
        For each direction, what a test shows in it.
    """
    if analysis.category is not None:
        rows = rows.filter(pl.col("PARCAT1") == analysis.category)
    if analysis.tests:
        rows = rows.filter(pl.col("PARAMCD").is_in(analysis.tests))
    found: list[tuple[int, Series]] = []
    for direction, label in labels.items():
        flagged = rows.filter(pl.col(flag_of(analysis, direction)) == "Y")
        each = flagged.group_by("PARAMN", "PARAMCD").agg(
            pl.col("PARAM").first(), label.first().alias("label")
        )
        for place, code, param, words in each.iter_rows():
            asked = analysis.tests.index(code) if analysis.tests else place
            found.append((asked, Series(code, param, direction, words)))
    return [one for _, one in sorted(found, key=lambda f: (f[0], f[1].direction == "high"))]


def flag_of(analysis: Worst, direction: Direction) -> str:
    """Name the variable that flags the worst result of a subject in a direction."""
    if isinstance(analysis, LaboratoryShift) and analysis.of == "range":
        return _EXTREME[direction]
    return f"WOTRT{LETTER[direction]}FL"


def derive_cells(
    protocol: Protocol,
    analysis: Worst,
    adam: Mapping[str, pl.DataFrame],
    series: Sequence[Series],
) -> list[tuple[Series, list[Cells]]]:
    """Return, for each test and direction, the worst results of each arm and of all."""
    inside = equals(protocol.analysis_sets[analysis.analysis_set].flag, "Y")
    groups = sized_groups(protocol, adam["ADSL"].filter(pl.sql_expr(inside)))
    rows = adam[analysis.dataset].filter(pl.sql_expr(inside))
    by_range = isinstance(analysis, LaboratoryShift) and analysis.of == "range"
    method = COUNTED if by_range else grading_method(protocol)
    found: list[tuple[Series, list[Cells]]] = []
    for one in series:
        mine = where(equals("PARAMCD", one.code), equals(flag_of(analysis, one.direction), "Y"))
        members = rows.filter(pl.sql_expr(mine))
        cells: list[Cells] = []
        for group, size in groups:
            chosen = members.filter(pl.sql_expr(group.condition)) if group.condition else members
            start = Row(
                "", None, "", section=one.param, parameter=f"{one.code}.{one.direction}",
                parameter_label=one.label, by=group.by, group=group.value,
                group_label=group.label, method=method, n_missing=size - chosen.height,
                trace_dataset=analysis.dataset, trace_where=where(inside, mine, group.condition),
                warning="" if chosen.height else "nobody in this group was evaluated",
            )  # fmt: skip
            cells.append(Cells(start, chosen, size))
        found.append((one, cells))
    return found


def grading_method(protocol: Protocol) -> Method:
    """Name the grading, with the options that are not those of the guideline's words."""
    laboratory = protocol.laboratory
    if laboratory is None:
        return COUNTED
    options = laboratory.grading.model_dump(mode="json", exclude_defaults=True)
    told = tuple((name, str(value)) for name, value in options.items() if name != "version")
    return Method(f"CTCAE v{laboratory.grading.version}", told, COUNTED.library)
