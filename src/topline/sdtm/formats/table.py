"""A table as a file holds it, before anyone asks which domain it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import dataframely as dy
import polars as pl

from topline.sdtm.queries import Query, Rule, Severity, file_query, gather_queries
from topline.sdtm.records import ROW

SURPLUS = "SURPLUS"
"""Name of the column of a row set aside that holds the fields beyond the header."""


class UnreadableError(Exception):
    """A file that cannot be read: what was found, and what to do."""

    def __init__(self, rule: str, found: str, expected: str) -> None:
        super().__init__(found)
        self.rule = rule
        self.found = found
        self.expected = expected


@dataclass(frozen=True)
class Table:
    """Rows with the file's own columns in capitals, and their number in the file."""

    name: str
    """File stem, sheet or data set, as the file names it."""
    frame: pl.DataFrame
    aside: pl.DataFrame = field(default_factory=pl.DataFrame)
    """Rows that do not fit the header, with REASON."""
    queries: dy.DataFrame[Query] = field(default_factory=Query.create_empty)


def make_table(name: str, frame: pl.DataFrame, header: Sequence[str] | None = None) -> Table:
    """Return a table whose columns are trimmed, in capitals and unique.

    Parameters
    ----------
    name
        File stem, sheet or data set.
    frame
        All rows of the file in order.
    header
        Names as written, where the frame could not hold them; else the frame's own.
    """
    names: list[str] = []
    queries: list[pl.DataFrame] = []
    for place, written in enumerate(header or frame.columns, start=1):
        wanted = written.strip().lstrip("\ufeff").upper()
        if not wanted:
            wanted = f"COLUMN{place}"
            queries.append(_header_query("unnamed", f"column {place} has no name", "warning"))
        elif wanted in names:
            found = f"two columns {wanted}; the one in place {place} is kept as {wanted}__{place}"
            queries.append(_header_query("duplicate", found, "error"))
            wanted = f"{wanted}__{place}"
        names.append(wanted)
    frame.columns = names
    return Table(name, frame.with_row_index(ROW, offset=1), queries=gather_queries(queries))


def _header_query(kind: str, found: str, severity: Severity) -> dy.DataFrame[Query]:
    expected = "one name for each column; correct the header"
    return file_query(Rule(f"file.column.{kind}", expected, severity), found)
