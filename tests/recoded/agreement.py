"""Run the engine and the second writing on the same histories, and find where they differ."""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import polars as pl

from tests.recoded.best import best_response
from tests.recoded.histories import (
    History,
    Reported,
    Visit,
    to_measurements,
    to_responses,
    to_subjects,
)
from tests.recoded.recist import assess
from topline.clinical.recist.assessments import derive_assessments
from topline.clinical.recist.best import derive_best_response
from topline.clinical.recist.criteria import Criteria

Cell = str | float | int | dt.date | None


@dataclass(frozen=True)
class Disagreement:
    """One cell on which the two differ; `assessment` is None in the best response."""

    subject: str
    assessment: int | None
    column: str
    recoded: Cell
    engine: Cell
    reason: str

    def __str__(self) -> str:
        """Say who says what, on one line."""
        where = "best response" if self.assessment is None else f"assessment {self.assessment}"
        return (
            f"{where}, {self.column}: recoded {self.recoded}, engine {self.engine} ({self.reason})"
        )


def agrees(recoded: Cell, engine: Cell) -> bool:
    """Compare two cells; sums of diameters to the rounding of binary numbers."""
    if isinstance(recoded, float) and isinstance(engine, float):
        return math.isclose(recoded, engine, rel_tol=1e-9, abs_tol=1e-9)
    return recoded == engine


def compare_assessments(histories: list[History], criteria: Criteria) -> Iterator[Disagreement]:
    """Compare every column of the assessments but the reason, and the percentages it implies."""
    frame = derive_assessments(to_measurements(histories), criteria)
    engine = {(row["subject"], row["assessment"]): row for row in frame.iter_rows(named=True)}
    for history in histories:
        for recoded in assess(history, criteria):
            number = recoded["assessment"]
            cells = cast("dict[str, Cell]", recoded)
            row = engine.pop((history["subject"], number))
            for column, value in cells.items():
                if not agrees(value, row[column]):
                    yield Disagreement(
                        history["subject"], number, column, value, row[column], row["reason"]
                    )
    assert not engine, "the engine assessed what nobody made"


def compare_best_responses(reported: list[Reported], criteria: Criteria) -> Iterator[Disagreement]:
    """Compare every column of the best responses but the reason, from the same responses."""
    frame = derive_best_response(to_responses(reported), to_subjects(reported), criteria)
    engine = {row["subject"]: row for row in frame.iter_rows(named=True)}
    for one in reported:
        row = engine.pop(one["subject"])
        best = best_response(one["responses"], one["start_date"], one["end_date"], criteria)
        for column, value in cast("dict[str, Cell]", best).items():
            if not agrees(value, row[column]):
                yield Disagreement(one["subject"], None, column, value, row[column], row["reason"])
    assert not engine, "the engine summarised what nobody made"


def report(history: History, criteria: Criteria) -> Reported:
    """Read the lesions, and hand on the responses after baseline alone."""
    rows = assess(history, criteria)
    return {
        "subject": history["subject"],
        "start_date": history["start_date"],
        "end_date": history["end_date"],
        "responses": [
            (row["date"], row["response"]) for row in rows if row["response"] is not None
        ],
    }


def shrink(history: History, column: str, criteria: Criteria) -> History:
    """Leave out visits, lesions and rows as long as the two still differ on the column."""

    def differs(smaller: History) -> bool:
        return any(one.column == column for one in compare_assessments([smaller], criteria))

    found = True
    while found:
        found = False
        for smaller in smaller_histories(history):
            if differs(smaller):
                history, found = smaller, True
                break
    return history


def smaller_histories(history: History) -> Iterator[History]:
    """Leave out one lesion everywhere, one visit, or one row after baseline."""
    visits = history["visits"]
    for name in sorted({one["lesion"] for visit in visits for one in visit["lesions"]}):
        kept: list[Visit] = [
            {
                "assessment": visit["assessment"],
                "lesions": [one for one in visit["lesions"] if one["lesion"] != name],
            }
            for visit in visits
        ]
        if all(visit["lesions"] for visit in kept):
            yield {**history, "visits": kept}
    for i, visit in enumerate(visits):
        if visit["assessment"] == 0:
            continue
        if len(visits) > 1:
            yield {**history, "visits": visits[:i] + visits[i + 1 :]}
        lesions = visit["lesions"]
        for j in range(len(lesions) if len(lesions) > 1 else 0):
            fewer: Visit = {
                "assessment": visit["assessment"],
                "lesions": lesions[:j] + lesions[j + 1 :],
            }
            yield {**history, "visits": [*visits[:i], fewer, *visits[i + 1 :]]}


def describe(histories: list[History], found: list[Disagreement], criteria: Criteria) -> str:
    """Print the smallest history behind each kind of disagreement, shrunk from the first few."""
    by_subject = {history["subject"]: history for history in histories}
    kinds: dict[str, list[Disagreement]] = {}
    for one in found:
        kinds.setdefault(one.column, []).append(one)
    parts = [f"{len({one.subject for one in found})} of {len(histories)} histories disagree"]
    parts.append(f"criteria: {criteria.model_dump(exclude_defaults=True)}")
    for column, cells in kinds.items():
        shrunk = [shrink(by_subject[one.subject], column, criteria) for one in cells[:5]]
        smallest = min(shrunk, key=lambda one: sum(len(v["lesions"]) for v in one["visits"]))
        parts.append(f"\n{column}, {len(cells)} times; smallest:")
        with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, tbl_formatting="NOTHING"):
            parts.append(str(to_measurements([smallest])))
        parts += [f"  {one}" for one in compare_assessments([smallest], criteria)]
    return "\n".join(parts)


def describe_reported(
    reported: list[Reported], found: list[Disagreement], criteria: Criteria
) -> str:
    """Print the shortest sequence of responses behind each kind of disagreement."""
    by_subject = {one["subject"]: one for one in reported}
    shortest: dict[str, Disagreement] = {}
    for cell in sorted(found, key=lambda cell: len(by_subject[cell.subject]["responses"])):
        shortest.setdefault(cell.column, cell)
    parts = [f"{len({one.subject for one in found})} of {len(reported)} sequences disagree"]
    parts.append(f"criteria: {criteria.model_dump(exclude_defaults=True)}")
    for cell in shortest.values():
        one = by_subject[cell.subject]
        sequence = ", ".join(f"{response} {date}" for date, response in one["responses"])
        parts.append(f"start {one['start_date']}, end {one['end_date']}: {sequence}\n  {cell}")
    return "\n".join(parts)
