"""Names of rows at the left of a figure: one line, or two where the page has room for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from topline.displays.sheet import Look, Sheet, shorten
from topline.displays.svg import text_width, wrap

INDENT: Final = 8.0
LINE: Final = 1.18
"""Distance of two lines of one name, in shares of the type size."""
_ROOMY: Final = 8.6
"""Pitch from which on a name may take two lines."""


@dataclass(frozen=True, slots=True)
class RowName:
    """Name of a row; a heading is bold."""

    text: str
    indent: int = 0
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A name broken into lines, with the top and the height of its row."""

    name: RowName
    lines: tuple[str, ...]
    top: float
    height: float


def name_width(name: RowName, size: float) -> float:
    """Return the width that a name needs in one line."""
    weight = "semibold" if name.heading else "regular"
    return name.indent * INDENT + text_width(name.text, size, weight) + 2


def place_names(
    names: Sequence[RowName], room: float, size: float, pitch: float
) -> tuple[Placed, ...]:
    """Place names one below the other.

    Parameters
    ----------
    names
        In the order of the rows.
    room
        Width of the column; a longer name takes two lines, and is cut after that.
    size, pitch
        Of the type, and of the rows; in dense rows every name has one line.
    """
    placed: list[Placed] = []
    top = 0.0
    for name in names:
        own = room - name.indent * INDENT
        weight = "semibold" if name.heading else "regular"
        first, *rest = wrap(name.text, own, size, weight)
        # A bold text is wider than `shorten` measures it.
        narrower = own * (0.94 if name.heading else 1.0)
        if not rest:
            lines = (first,)
        elif pitch >= _ROOMY:
            lines = (first, shorten(" ".join(rest), narrower, size))
        else:
            lines = (shorten(name.text, narrower, size),)
        height = pitch + (len(lines) - 1) * size * LINE
        placed.append(Placed(name, lines, top, height))
        top += height
    return tuple(placed)


def height_of(placed: Sequence[Placed]) -> float:
    """Return the height of all rows."""
    return placed[-1].top + placed[-1].height if placed else 0.0


def write_name(sheet: Sheet, row: Placed, x: float, top: float, size: float) -> float:
    """Write a name in the middle of its row, rows beginning at `top`; return where it begins."""
    first = top + row.top + (row.height - len(row.lines) * size * LINE) / 2
    look = Look(bold=row.name.heading, size=size)
    for i, text in enumerate(row.lines):
        sheet.write(x + row.name.indent * INDENT, first + i * size * LINE, text, look)
    return first
