"""Subjects by test, direction and worst CTCAE grade under treatment."""

from collections.abc import Mapping

import polars as pl

from topline.analyses.laboratory import LETTER, Cells, derive_cells, list_series
from topline.analyses.rows import Row
from topline.analyses.trace import equals
from topline.protocol.laboratory import Direction, LaboratoryGrades
from topline.protocol.protocol import Protocol

GRADES = ("0", "1", "2", "3", "4")


def count_grades(
    protocol: Protocol, analysis: LaboratoryGrades, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Count subjects by worst grade.

    Parameters
    ----------
    protocol
        Gives the analysis set, the arms and the grading.
    analysis
        Which tests, and whether a grade must be worse than at baseline.
    adam
        ADSL and the dataset of the results.

    Returns
    -------
    list of Row
        Test by test, low before high, group by group: n and percent of the subjects evaluated, of
        any grade, of each, and of grade 3 or higher. Percentages are of those evaluated, whose own
        is of the group.
    """
    terms: dict[Direction, pl.Expr] = {
        direction: pl.col(f"ATOXDSC{letter}") for direction, letter in LETTER.items()
    }
    series = list_series(adam[analysis.dataset], analysis, terms)
    return [
        row
        for one, cells in derive_cells(protocol, analysis, adam, series)
        for cell in cells
        for row in _levels(cell, LETTER[one.direction], worsened=analysis.worsened)
    ]


def _levels(cell: Cells, letter: str, *, worsened: bool) -> list[Row]:
    """Count one test, direction and group by grade."""
    grade, base = f"ATOXGR{letter}N", f"BTOXGR{letter}N"
    worse = f" AND ({base} IS NULL OR {grade} > {base})" if worsened else ""
    rows = [*cell.evaluated(), *cell.count("any", "Any grade", f"{grade} >= 1{worse}")]
    for level in GRADES[1 if worsened else 0 :]:
        condition = equals(f"ATOXGR{letter}", level)
        rows += cell.count(level, f"Grade {level}", f"{condition}{worse}")
    return [*rows, *cell.count(">=3", "Grade ≥ 3", f"{grade} >= 3{worse}")]
