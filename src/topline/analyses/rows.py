"""One result while it is made, before it knows its analysis."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from math import isfinite, isnan
from typing import Final, Protocol

import polars as pl

from topline.analyses.formats import number, p_value, percent
from topline.stats.method import Method, library_version

_ADVICE: Final = re.compile(r"\b[a-z_]+=(?:True|'[a-z_]+')")
"""An argument, such as firth=True, which only who calls `stats` can pass."""

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
    return None if isnan(value) else value


class Found(Protocol):
    """What `stats` says of how it found something."""

    @property
    def method(self) -> Method:
        """Name, options, library."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader has to know."""
        ...


def made_by(row: Row, found: Found) -> Row:
    """Say how the numbers of a row were found."""
    return warned(replace(row, method=found.method), found.warnings)


def test_rows(row: Row, statistic: float, df: float, p: float) -> Iterator[Row]:
    """Complete a row three times: statistic and degrees of freedom, where it has them, and P."""
    value = bounded(statistic)
    if value is not None:
        yield replace(row, statistic="statistic", value=value, display=number(value, 2))
    if df and isfinite(df):
        yield replace(row, statistic="df", value=float(df), display=f"{df:.4g}")
    known = finite(p)
    yield replace(row, statistic="p_value", value=known, display=p_value(known))


def bounded(value: float) -> float | None:
    """Return the number, or None where it is infinite or NaN."""
    return value if isfinite(value) else None


def warned(row: Row, warnings: Sequence[str]) -> Row:
    """Add warnings to those that a row has, without what `stats` advises its callers to pass."""
    told = (clause for said in (row.warning, *warnings) for clause in said.split("; ") if clause)
    every = dict.fromkeys(clause for clause in told if not _ADVICE.search(clause))
    return replace(row, warning="; ".join(every))
