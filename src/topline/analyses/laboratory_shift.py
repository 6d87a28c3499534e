"""Subjects by baseline and worst result under treatment: CTCAE grade, or position by limits."""

from collections.abc import Iterator, Mapping

import polars as pl

from topline.analyses.laboratory import LETTER, Cells, derive_cells, list_series
from topline.analyses.laboratory_grades import GRADES
from topline.analyses.levels import MISSING
from topline.analyses.rows import Row
from topline.analyses.trace import equals, where
from topline.protocol.laboratory import Direction, LaboratoryShift
from topline.protocol.protocol import Protocol

POSITIONS = {"LOW": "Low", "NORMAL": "Normal", "HIGH": "High"}
_GRADES = {grade: f"Grade {grade}" for grade in GRADES}
_WORDS = {"low": "Lowest under treatment", "high": "Highest under treatment"}
ANY = "any"


def count_shifts(
    protocol: Protocol, analysis: LaboratoryShift, adam: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """Count subjects by baseline and worst result.

    Parameters
    ----------
    protocol
        Gives the analysis set, the arms and the grading.
    analysis
        What is compared, of which tests and directions.
    adam
        ADSL and the dataset of the results.

    Returns
    -------
    list of Row
        Test by test, direction by direction, group by group: n and percent of the subjects
        evaluated, then for each baseline any worst result and each; the level is
        ``<baseline> to <worst>``. Percentages are of those evaluated, whose own is of the group.
    """
    graded = analysis.of == "grade"
    labels: dict[Direction, pl.Expr] = {
        direction: pl.col(f"ATOXDSC{LETTER[direction]}") if graded else pl.lit(_WORDS[direction])
        for direction in analysis.directions
    }
    series = list_series(adam[analysis.dataset], analysis, labels)
    rows: list[Row] = []
    for one, cells in derive_cells(protocol, analysis, adam, series):
        letter = LETTER[one.direction]
        names = (f"BTOXGR{letter}", f"ATOXGR{letter}") if graded else ("BNRIND", "ANRIND")
        scale = _GRADES if graded else POSITIONS
        missing = any(cell.members[names[0]].null_count() for cell in cells)
        for cell in cells:
            rows += _shifts(cell, names, scale, missing=missing)
    return rows


def _shifts(
    cell: Cells, names: tuple[str, str], scale: Mapping[str, str], *, missing: bool
) -> Iterator[Row]:
    """Count one test, direction and group by baseline and worst; baselines unknown come last."""
    yield from cell.evaluated()
    baselines: dict[str, str | None] = {level: level for level in scale}
    if missing:
        baselines[MISSING] = None
    worst = {ANY: "Any", **scale}
    for base, value in baselines.items():
        for level, label in worst.items():
            condition = where(
                equals(names[0], value), equals(names[1], level) if level != ANY else None
            )
            words = f"{scale.get(base, 'Missing')} to {label.lower()}"
            yield from cell.count(f"{base} to {level}", words, condition)
