"""Where a table stands on its pages: paper, type size, column widths, lines of each page."""

from dataclasses import dataclass
from typing import Final

from topline.displays.documents.columns import (
    Align,
    alignments,
    compute_needs,
    fit_columns,
    split_columns,
)
from topline.displays.documents.heads import head_height, row_height
from topline.displays.documents.pagination import PageLines, paginate
from topline.displays.documents.place import Place, Setting, compute_place
from topline.displays.table import Table

# Type size in points, and the width beyond which a column may wrap; the first that fits is taken.
_UPRIGHT: Final = ((9.0, 240.0),)
_ASIDE: Final = ((9.0, 240.0), (9.0, 160.0), (8.0, 160.0), (8.0, 110.0), (7.0, 100.0), (7.0, 0.0))
_SMALLEST: Final = 7.0
# For rules, roundings and the paragraph that Word asks for behind a table.
_SLACK: Final = 6.0


@dataclass(frozen=True, slots=True)
class Layout:
    """A table, or a part of one that is too broad, and its place; lengths in points."""

    table: Table
    place: Place
    size: float
    columns: tuple[float, ...]
    aligns: tuple[Align, ...]
    heights: tuple[float, ...]
    """Height of each line."""
    capacity: float
    """Height that a page has for lines."""
    pages: tuple[PageLines, ...]


def lay_out(table: Table, setting: Setting) -> tuple[Layout, ...]:
    """Lay a table out; in parts, each with the first column, where it is too broad for a page."""
    ways = setting.paper.ways
    for landscape in ways:
        for size, most in _ASIDE if landscape == ways[-1] else _UPRIGHT:
            needs = compute_needs(table, size, setting.measure)
            fitted = fit_columns(needs, setting.room(landscape=landscape), most)
            if fitted:
                return (_placed(table, setting, size, fitted, landscape=landscape),)
    room = setting.room(landscape=ways[-1])
    parts = split_columns(table, compute_needs(table, _SMALLEST, setting.measure), room)
    placed: list[Layout] = []
    for part in parts:
        needs = compute_needs(part, _SMALLEST, setting.measure)
        fitted = fit_columns(needs, room, 0.0) or needs.narrowest
        placed.append(_placed(part, setting, _SMALLEST, fitted, landscape=ways[-1]))
    return tuple(placed)


def _placed(
    table: Table, setting: Setting, size: float, columns: tuple[float, ...], *, landscape: bool
) -> Layout:
    """Put the lines of a table of known columns on pages."""
    heading = f"{table.number}. {table.title}"
    place = compute_place(heading, table.footnotes, setting, landscape=landscape)
    heads = head_height(table, columns, size, setting.measure)
    capacity = place.body - heads - _SLACK
    heights = tuple(row_height(row, columns, size, setting.measure) for row in table.rows)
    pages = paginate(table.rows, heights, capacity)
    return Layout(table, place, size, columns, alignments(table), heights, capacity, pages)
