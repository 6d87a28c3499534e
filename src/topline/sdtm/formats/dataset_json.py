"""CDISC Dataset-JSON 1.1: one table a file, as one JSON object or one JSON value a line."""

import json
from pathlib import Path
from typing import Final

import polars as pl

from topline.sdtm.formats.table import Table, UnreadableError, make_table
from topline.sdtm.queries import Rule, file_query, gather_queries

_NUMBERS: Final = {"integer", "float", "double"}
_AGAIN: Final = "the file written or copied again"


def read_dataset_json(path: Path) -> list[Table]:
    """Read one table; decimals, which the format writes as text, are read when their domain is."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(f"byte {error.start + 1} is not UTF-8", "a file in UTF-8") from error
    head, rows = _lines(text) if path.suffix.lower() == ".ndjson" else _object(text)
    columns = head.get("columns")
    if "datasetJSONVersion" not in head or not isinstance(columns, list):
        raise _unreadable(
            "JSON without datasetJSONVersion and columns", "a Dataset-JSON 1.1 file, or remove it"
        )
    names = [str(column.get("name", "")) for column in columns]
    odd = next((n for n, row in enumerate(rows, start=1) if not _fits(row, len(names))), None)
    if odd:
        raise _unreadable(f"row {odd} does not have {len(names)} values, as columns has", _AGAIN)
    cells = zip(*rows, strict=True) if rows else ([] for _ in names)
    frame = pl.DataFrame(
        [
            _column(str(i), list(values), str(column.get("dataType", "string")))
            for i, (values, column) in enumerate(zip(cells, columns, strict=True))
        ]
    )
    table = make_table(path.stem, frame, names)
    return [Table(str(head.get("name") or path.stem), table.frame, queries=_count(head, rows))]


def _object(text: str) -> tuple[dict[str, object], list[list[object]]]:
    try:
        content = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise _broken(error) from error
    rows = content.get("rows", []) if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(rows, list):
        raise _unreadable("JSON that is no data set", "a Dataset-JSON 1.1 file, or remove it")
    return content, rows


def _lines(text: str) -> tuple[dict[str, object], list[list[object]]]:
    try:
        values = [json.loads(line) for line in text.split("\n") if line.strip()]
    except (json.JSONDecodeError, RecursionError) as error:
        raise _broken(error) from error
    if not values or not isinstance(values[0], dict):
        raise _unreadable("no line that describes the data set", "a Dataset-JSON 1.1 file")
    return values[0], values[1:]


def _fits(row: object, width: int) -> bool:
    return isinstance(row, list) and len(row) == width


def _column(name: str, values: list[object], kind: str) -> pl.Series:
    numbers = all(v is None or (isinstance(v, int | float) and v is not True) for v in values)
    if kind in _NUMBERS and numbers:
        return pl.Series(name, values, dtype=pl.Float64, strict=False)
    cells = [None if value is None else _text(value) for value in values]
    return pl.Series(name, cells, dtype=pl.String)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _count(head: dict[str, object], rows: list[list[object]]) -> pl.DataFrame:
    promised = head.get("records")
    if promised is None or promised == len(rows):
        return gather_queries([])
    rule = Rule("file.records", "as many rows as `records` says; the file may be cut off")
    return file_query(rule, f"{len(rows)} rows, where records says {promised}")


def _broken(error: Exception) -> UnreadableError:
    place = f", broken at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
    return _unreadable(f"text that is not whole JSON{place}", _AGAIN)


def _unreadable(found: str, expected: str) -> UnreadableError:
    return UnreadableError(rule="file.corrupt", found=found, expected=expected)
