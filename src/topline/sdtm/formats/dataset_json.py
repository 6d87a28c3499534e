"""CDISC Dataset-JSON 1.1: one table a file, as one JSON object or one JSON value a line."""

import json
from pathlib import Path
from typing import Final

import dataframely as dy
import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from topline.sdtm.formats.table import Table, UnreadableError, make_table
from topline.sdtm.queries import Query, Rule, file_query

_NUMBERS: Final = {"integer", "float", "double"}
_AGAIN: Final = "the file written or copied again"

Cell = str | int | float | bool | None


class _Column(BaseModel):
    name: str = ""
    kind: str = Field(default="string", alias="dataType")


class _DataSet(BaseModel):
    """The parts of the format that are read; it has others."""

    model_config = ConfigDict(extra="ignore", strict=True)

    version: str = Field(alias="datasetJSONVersion")
    name: str | None = None
    records: int | None = None
    columns: list[_Column]
    rows: list[list[Cell]] = []


def read_dataset_json(path: Path) -> list[Table]:
    """Read one table; decimals, which the format writes as text, are read when their domain is."""
    data = _parse(path)
    width = len(data.columns)
    odd = next((n for n, row in enumerate(data.rows, start=1) if len(row) != width), None)
    if odd:
        raise _unreadable(found=f"row {odd} without the {width} values that columns names")
    cells = [list(column) for column in zip(*data.rows, strict=True)] or [[]] * width
    series = [
        _series(str(place), values, column.kind)
        for place, (values, column) in enumerate(zip(cells, data.columns, strict=True))
    ]
    table = make_table(path.stem, pl.DataFrame(series), [column.name for column in data.columns])
    return [Table(data.name or path.stem, table.frame, queries=_count(data))]


def _parse(path: Path) -> _DataSet:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        if path.suffix.lower() != ".ndjson":
            return _DataSet.model_validate(json.loads(text))
        head, *rows = [json.loads(line) for line in text.split("\n") if line.strip()] or [None]
        return _DataSet.model_validate({**head, "rows": rows} if isinstance(head, dict) else head)
    except UnicodeDecodeError as error:
        raise _unreadable(found=f"byte {error.start + 1} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise _unreadable(found=f"text that is not whole JSON, from line {error.lineno}") from error
    except RecursionError as error:
        raise _unreadable(found="JSON nested without end") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        found = f"JSON that is no data set ({place or 'file'}: {first['msg']})"
        raise _unreadable(found=found, expected="Dataset-JSON 1.1, or remove the file") from error


def _series(name: str, values: list[Cell], kind: str) -> pl.Series:
    numbers = [value for value in values if isinstance(value, int | float) or value is None]
    if kind in _NUMBERS and len(numbers) == len(values):
        floats = [None if number is None else float(number) for number in numbers]
        return pl.Series(name, floats, dtype=pl.Float64)
    cells = [
        value if value is None or isinstance(value, str) else json.dumps(value) for value in values
    ]
    return pl.Series(name, cells, dtype=pl.String)


def _count(data: _DataSet) -> dy.DataFrame[Query]:
    if data.records is None or data.records == len(data.rows):
        return Query.create_empty()
    rule = Rule("file.records", "as many rows as `records` says; the file may be cut off")
    return file_query(rule, f"{len(data.rows)} rows, where records says {data.records}")


def _unreadable(*, found: str, expected: str = _AGAIN) -> UnreadableError:
    return UnreadableError(rule="file.corrupt", found=found, expected=expected)
