"""One result while it is made, before it knows its analysis."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import polars as pl

from topline.analyses.formats import percent
from topline.stats.method import Method, library_version

COUNTED = Method("Count", (), library_version("polars"))


@dataclass(frozen=True, slots=True)
class Row:
    """The columns of `Result` that differ within an analysis; empty text does not apply."""

    statistic: str
    value: float | None
    display: str
    parameter: str = ""
    parameter_label: str = ""
    section: str = ""
    by: str = ""
    group: str = ""
    group_label: str = ""
    level: str = ""
    level_label: str = ""
    unit: str = ""
    method: Method = COUNTED
    n: int | None = None
    n_missing: int | None = None
    trace_dataset: str = ""
    trace_where: str = ""
    warning: str = ""
    analysis_set: str = ""


_TEXTS = [field.name for field in fields(Row) if field.name != "method"]
TYPES: dict[str, pl.DataType] = {
    "value": pl.Float64(),
    "n": pl.Int64(),
    "n_missing": pl.Int64(),
}


def frame_of(rows: Sequence[Row]) -> pl.DataFrame:
    """Make result rows a frame; method becomes its name, options and library."""
    columns: dict[str, list[object]] = {
        name: [getattr(row, name) for row in rows] for name in _TEXTS
    }
    columns["method"] = [row.method.name for row in rows]
    columns["options"] = [options_text(row.method) for row in rows]
    columns["library"] = [row.method.library for row in rows]
    schema = {name: TYPES.get(name, pl.String()) for name in columns}
    return pl.DataFrame(columns, schema=schema)


def options_text(method: Method) -> str:
    """Write options as key=value, joined by a semicolon."""
    return "; ".join(f"{key}={value}" for key, value in method.options)


def count_and_percent(row: Row, count: int, of: int) -> tuple[Row, Row]:
    """Complete a row twice: subjects counted, and their share in percent of so many."""
    share = 100 * count / of if of else None
    return (
        replace(row, statistic="n", value=float(count), display=str(count), n=of),
        replace(row, statistic="percent", value=share, display=percent(share), unit="%", n=of),
    )


def finite(value: float) -> float | None:
    """Return the number, or None for NaN."""
    return None if value != value else value  # noqa: PLR0124
