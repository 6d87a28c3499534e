"""How broad each column is: no word broken where it can be helped, numbers to the right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, Literal

from topline.displays.documents.widths import Measure, longest_line, longest_word
from topline.displays.table import Column, Row, Table

Align = Literal["left", "right"]

GAP: Final = 4.0
"""Room to the left and to the right of a cell's text, in points."""
INDENT: Final = 10.0
"""Points that a level of indentation takes."""
_HEAD_WRAPS_AT: Final = 70.0
_ROUNDING: Final = 0.5
_BROKEN_AT: Final = 120.0
_NUMBER: Final = re.compile(r"(?!\d{4}-\d\d)(?:[<>≤≥=~+−-]?\s?\d|NR\b|NE\b|NC\b|NA\b|[-–—]$)")  # noqa: RUF001
_MOSTLY: Final = 0.8
_AIR: Final = 10.0


@dataclass(frozen=True, slots=True)
class Needs:
    """Widths in points, a column each: without any wrapping, and without breaking a word."""

    natural: tuple[float, ...]
    narrowest: tuple[float, ...]


def alignments(table: Table) -> tuple[Align, ...]:
    """Return where the text of each column stands: numbers to the right, else to the left."""
    lines = [row for row in table.rows if not spans_all(row)]
    return ("left", *(_alignment(lines, i) for i in range(1, len(table.columns))))


def _alignment(lines: Sequence[Row], column: int) -> Align:
    texts = [row.cells[column].text for row in lines if row.cells[column].text.strip()]
    numbers = sum(bool(_NUMBER.match(text.strip())) for text in texts)
    return "right" if texts and numbers >= _MOSTLY * len(texts) else "left"


def spans_all(row: Row) -> bool:
    """Whether a line is a heading with nothing beside it, which takes the whole width."""
    return row.heading and not any(cell.text for cell in row.cells[1:])


def compute_needs(table: Table, size: float, measure: Measure) -> Needs:
    """Return how broad the columns want to be, and how narrow they can be, at a type size."""
    natural: list[float] = []
    narrowest: list[float] = []
    aligns = alignments(table)
    for i, column in enumerate(table.columns):
        head = longest_word(column.label, size, measure, "semibold")
        head_line = longest_line(column.label, size, measure, "semibold")
        line = word = 0.0
        for row in table.rows:
            if i == 0 and spans_all(row):
                continue
            cell, weight = row.cells[i], "semibold" if row.heading else "regular"
            if not cell.text:
                continue
            indent = cell.indent * INDENT
            line = max(line, indent + longest_line(cell.text, size, measure, weight))
            word = max(word, indent + longest_word(cell.text, size, measure, weight))
        # "17 (45.9)" is one word to a reader.
        least = line if aligns[i] == "right" else word
        natural.append(max(line, min(head_line, max(_HEAD_WRAPS_AT, head))) + 2 * GAP + _ROUNDING)
        narrowest.append(min(max(least, head), _BROKEN_AT) + 2 * GAP + _ROUNDING)
    return Needs(tuple(natural), tuple(narrowest))


def fit_columns(needs: Needs, room: float, most: float) -> tuple[float, ...] | None:
    """Return widths that fill no more than the room, or None where they cannot.

    Parameters
    ----------
    needs
        From `compute_needs`.
    room
        Width of the page's text, in points.
    most
        Columns wider than this may wrap down to it, but not within a word.
    """
    pairs = zip(needs.natural, needs.narrowest, strict=True)
    widths = [min(wide, max(least, most)) for wide, least in pairs]
    free = room - sum(widths)
    if free < 0:
        return None
    wants = [wide - width for wide, width in zip(needs.natural, widths, strict=True)]
    share = min(1.0, free / sum(wants)) if sum(wants) > 0 else 0.0
    widths = [width + want * share for width, want in zip(widths, wants, strict=True)]
    air = min(_AIR, (room - sum(widths)) / len(widths))
    return tuple(width + air for width in widths)


def split_columns(table: Table, needs: Needs, room: float) -> tuple[Table, ...]:
    """Return the table in parts, each no broader than the room and with the first column."""
    head, parts = needs.narrowest[0], list[list[int]]()
    filled = room
    for block in _blocks(table.columns, needs, room - head):
        width = sum(needs.narrowest[i] for i in block)
        if filled + width > room or not parts:
            parts.append([])
            filled = head
        parts[-1] += block
        filled += width
    last = len(table.columns)
    return tuple(
        replace(
            _columns_of(table, [0, *part]),
            title=f"{table.title} (columns {part[0] + 1} to {part[-1] + 1} of {last})",
        )
        for part in parts
    )


def _blocks(columns: Sequence[Column], needs: Needs, room: float) -> list[list[int]]:
    """Return columns that belong under one head together, alone where that is too broad."""
    places = range(1, len(columns))
    blocks: list[list[int]] = []
    for span, run in groupby(places, key=lambda i: columns[i].span):
        block = list(run)
        whole = span and sum(needs.narrowest[i] for i in block) <= room
        blocks += [block] if whole else [[i] for i in block]
    return blocks


def _columns_of(table: Table, places: Sequence[int]) -> Table:
    return replace(
        table,
        columns=tuple(table.columns[i] for i in places),
        rows=tuple(replace(row, cells=tuple(row.cells[i] for i in places)) for row in table.rows),
    )
