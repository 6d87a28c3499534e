"""Subjects a batch at a time: time and memory grow with the rows and no faster."""

from collections.abc import Iterator
from typing import TypeVar

import dataframely as dy
import polars as pl

from topline.frames import conform

S = TypeVar("S", bound=dy.Schema)

ROWS = 200_000
"""Rows of a batch, about: few enough to stay near the processor, enough to keep it busy."""


def sort_by_subject(frame: pl.DataFrame, schema: type[S]) -> dy.DataFrame[S]:
    """Return the frame as the schema, sorted by `subject`; one that is sorted is not copied.

    Raises
    ------
    DataError
        Rows break a rule of the schema: all of them are told, whatever the batch.
    """
    if frame.schema.get("subject") != pl.String:
        return conform(frame, schema)
    rows = frame if frame["subject"].is_sorted() else frame.sort(_place(frame["subject"]))
    if not all(schema.is_valid(batch) for batch in iterate_batches(rows)):
        return conform(frame, schema)
    return schema.cast(rows)


def iterate_batches(frame: pl.DataFrame, rows: int = ROWS) -> Iterator[pl.DataFrame]:
    """Cut a frame that is sorted by `subject` into pieces of whole subjects; at least one piece.

    Examples
    --------
    >>> frame = pl.DataFrame({"subject": ["1", "1", "2", "3"]})
    >>> [piece["subject"].to_list() for piece in iterate_batches(frame, rows=2)]
    [['1', '1'], ['2', '3']]
    """
    subject = frame["subject"]
    start = 0
    while start + rows < frame.height:
        end = count_up_to(subject, subject[start + rows - 1])
        yield frame.slice(start, end - start)
        start = end
    if start < frame.height or start == 0:
        yield frame.slice(start)


def count_up_to(subjects: pl.Series, last: str) -> int:
    """Count the rows of a sorted column up to a subject, the subject included."""
    end: int = subjects.search_sorted(last, side="right")
    return end


def _place(subjects: pl.Series) -> pl.Series:
    """Return the place of each subject in their order: numbers are sorted faster than names."""
    names = pl.Enum(subjects.drop_nulls().unique().sort())
    return subjects.cast(names).to_physical()
