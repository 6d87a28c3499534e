"""CSV: comma, semicolon, tab or bar between fields; a field is text until its domain is known."""

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Final

import dataframely as dy
import polars as pl

from topline.sdtm.formats.table import SURPLUS, Table, UnreadableError, make_table
from topline.sdtm.queries import Query, Rule, file_query, gather_queries
from topline.sdtm.records import ROW

_SEPARATORS: Final = (",", ";", "\t", "|")
_WIDTH_RULE: Final = "file.row.width"


def read_delimited(path: Path) -> list[Table]:
    """Read one table; rows that do not fit the header are set aside and listed."""
    text, notes = _decode(path.read_bytes())
    text = text.replace("\r\n", "\n")
    separator = _separator(text)
    table = _read_plain(path.stem, text, separator) or _read_quoted(path.stem, text, separator)
    return [replace(table, queries=gather_queries([notes, table.queries]))]


def _read_plain(name: str, text: str, separator: str) -> Table | None:
    """Read a text without quotes whose lines all have as many fields as the header."""
    if '"' in text or "\r" in text:
        return None
    lines = pl.Series(text.rstrip("\n").split("\n"))
    widths = lines.str.count_matches(separator, literal=True)
    if len(lines) < 2 or widths[0] == 0 or widths.n_unique() != 1:
        return None
    header = lines[0].split(separator)
    if not header[-1].strip():
        return None
    cells = pl.read_csv(
        text.encode(), separator=separator, has_header=False, quote_char=None, infer_schema=False
    )
    return make_table(name, cells.slice(1), header)


def _read_quoted(name: str, text: str, separator: str) -> Table:
    header, rows = _split(text, separator)
    width = len(header)
    while width and not header[width - 1].strip() and not any(_cell(r, width) for _, r in rows):
        width -= 1
    fitting = [(n, row[:width]) for n, row in rows if len(row) == len(header)]
    columns = list(zip(*(row for _, row in fitting), strict=True)) or [()] * width
    frame = pl.DataFrame(
        [pl.Series(str(i), column, dtype=pl.String) for i, column in enumerate(columns)]
    )
    table = make_table(name, frame, header[:width])
    numbers = pl.Series(ROW, [n for n, _ in fitting], dtype=pl.UInt32)
    names = [column for column in table.frame.columns if column != ROW]
    aside, ragged = _set_aside(rows, names, len(header))
    queries = gather_queries([*_quote_query(text), table.queries, ragged])
    return Table(name, table.frame.with_columns(numbers), aside, queries)


def _decode(data: bytes) -> tuple[str, dy.DataFrame[Query]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        note = _encoding_note("UTF-16", "nothing to do; UTF-8 is better")
        return data.decode("utf-16", errors="replace"), note
    try:
        return data.decode("utf-8-sig"), Query.create_empty()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        where = f"byte 0x{data[error.start]:02X} on line {line} is not UTF-8"
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            rule="file.encoding",
            found=f"{where}, nor Windows-1252",
            expected="a text file saved as UTF-8",
        ) from error
    found = f"{where}; the file was read as Windows-1252"
    return text, _encoding_note(found, "look at accented letters, then save the file as UTF-8")


def _encoding_note(found: str, expected: str) -> dy.DataFrame[Query]:
    return file_query(Rule("file.encoding", expected, "warning"), found)


def _separator(text: str) -> str:
    header = text.lstrip("\r\n").split("\n", 1)[0]
    return max(_SEPARATORS, key=header.count)


def _split(text: str, separator: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header and the numbered rows, lines without any text left out."""
    limit = csv.field_size_limit(max(len(text), 1))
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows = [row for row in reader if len(row) > 1 or "".join(row).strip()]
    finally:
        csv.field_size_limit(limit)
    if not rows:
        raise UnreadableError(
            rule="file.empty", found="no text", expected="a header line, then rows"
        )
    return rows[0], list(enumerate(rows[1:], start=1))


def _cell(row: list[str], place: int) -> str:
    return row[place - 1].strip() if len(row) >= place else ""


def _quote_query(text: str) -> list[dy.DataFrame[Query]]:
    if text.count('"') % 2 == 0:
        return []
    last = text.count("\n", 0, text.rindex('"')) + 1
    found = f"an odd number of quotation marks, the last on line {last}"
    expected = 'every " closed; fields after an open one run together, or the file was cut off'
    return [file_query(Rule("file.quotes", expected), found, record=f"line {last}")]


def _set_aside(
    rows: list[tuple[int, list[str]]], names: list[str], width: int
) -> tuple[pl.DataFrame, dy.DataFrame[Query]]:
    ragged = [(n, row) for n, row in rows if len(row) != width]
    if not ragged:
        return pl.DataFrame(), Query.create_empty()
    cells = [
        [*(row[: len(names)] + [""] * (len(names) - len(row))), "\t".join(row[len(names) :])]
        for _, row in ragged
    ]
    schema = dict.fromkeys([*names, SURPLUS], pl.String)
    aside = pl.DataFrame(cells, schema=schema, orient="row").with_columns(
        pl.Series(ROW, [n for n, _ in ragged], dtype=pl.UInt32), REASON=pl.lit(_WIDTH_RULE)
    )
    expected = f"{width} fields, as in the header; quote fields that hold the separator"
    rule = Rule(_WIDTH_RULE, expected, consequence="row set aside")
    queries = [
        file_query(rule, f"{len(row)} fields: {' '.join(row)[:40]}", record=f"row {n}")
        for n, row in ragged
    ]
    return aside, gather_queries(queries)
