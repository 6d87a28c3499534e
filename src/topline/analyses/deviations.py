"""Protocol deviations: subjects with at least one, and how many, by category and kind."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from topline.adam.addv import CATEGORIES, KINDS
from topline.analyses.levels import ALL, arm_groups
from topline.analyses.rows import Row, count_and_percent
from topline.analyses.trace import equals, where
from topline.protocol.protocol import Protocol
from topline.protocol.treatments import DeviationCounts

ANY = "(any)"


def count_deviations(
    protocol: Protocol, analysis: DeviationCounts, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Count subjects with deviations, and deviations.

    Parameters
    ----------
    protocol
        Gives the analysis set, the arms and the categories.
    analysis
        Whom.
    adam
        ADSL, whose subjects are the denominator, and ADDV.

    Returns
    -------
    list of Row
        For each line and group n, percent and `deviations` (rows, of so many subjects): any; each
        category that is looked for, with the kinds that occur.
    """
    inside = equals(protocol.analysis_sets[analysis.analysis_set].flag, "Y")
    subjects = adam["ADSL"].filter(pl.sql_expr(inside))
    found = adam["ADDV"].filter(pl.sql_expr(inside))
    groups = [*arm_groups(protocol, "TRT01P", subjects), ALL]
    out: list[Row] = []
    for line, condition in _lines(protocol, found):
        for group in groups:
            chosen = where(inside, condition, group.condition)
            among = subjects.filter(pl.sql_expr(where(inside, group.condition)))
            rows = found.filter(pl.sql_expr(chosen))
            row = replace(
                line, by=group.by, group=group.value, group_label=group.label,
                trace_dataset="ADDV", trace_where=chosen,
                warning="" if among.height else "no subjects in this group",
            )  # fmt: skip
            n = rows["USUBJID"].n_unique()
            out += count_and_percent(row, n, among.height)
            height = rows.height
            out.append(
                replace(row, statistic="deviations", value=float(height), display=str(height), n=n)
            )
    return out


def _lines(protocol: Protocol, found: pl.DataFrame) -> Iterator[tuple[Row, str | None]]:
    """Name the lines of the table, with the condition of each."""
    yield Row("", None, "", ANY, "Any deviation"), None
    looked_for = () if protocol.deviations is None else protocol.deviations.of
    there = set(found["DVDECOD"])
    for category in looked_for:
        section = CATEGORIES[category]
        yield (
            Row("", None, "", ANY, section, section=section),
            equals("DVCAT", category),
        )
        for code, kind in KINDS.items():
            if kind.category == category and code in there:
                yield Row("", None, "", code, kind.label, section=section), equals("DVDECOD", code)
