"""Marks in points from the page's top: lines, boxes, shapes. Imported only when one is drawn."""

from collections.abc import Sequence
from typing import Final

from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

from topline.displays import theme
from topline.displays.sheet import Sheet

Point = tuple[float, float]
MIDDLE: Final = 0.6
"""Where the middle of a line of text lies below its top, in shares of its size."""


def draw_line(
    sheet: Sheet,
    points: Sequence[Point],
    *,
    colour: str = theme.INK,
    width: float = 0.6,
    dashes: tuple[float, ...] = (),
) -> Artist:
    """Draw a line through points of the page."""
    xs, ys = _on_page(sheet, points)
    line = Line2D(xs, ys, color=colour, linewidth=width, solid_capstyle="butt")
    if dashes:
        line.set_dashes(dashes)
    return sheet.page.add_artist(line)


def draw_shape(
    sheet: Sheet,
    points: Sequence[Point],
    *,
    fill: str,
    edge: str | None = None,
    width: float = 0.6,
) -> Artist:
    """Draw a filled shape with corners at points of the page."""
    xs, ys = _on_page(sheet, points)
    shape = Polygon(
        list(zip(xs, ys, strict=True)),
        closed=True,
        facecolor=fill,
        edgecolor=edge or "none",
        linewidth=width if edge else 0,
    )
    return sheet.page.add_artist(shape)


def draw_rectangle(  # noqa: PLR0913 - a place, a size, a look
    sheet: Sheet,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str,
    edge: str | None = None,
) -> Artist:
    """Draw a filled rectangle with its upper left corner at a place."""
    right, bottom = x + width, y + height
    return draw_shape(
        sheet, [(x, y), (right, y), (right, bottom), (x, bottom)], fill=fill, edge=edge
    )


def draw_arrowhead(sheet: Sheet, x: float, y: float, *, towards: int, colour: str) -> Artist:
    """Draw a small triangle whose tip is at a place: towards the right (1) or the left (-1)."""
    back = x - 4.2 * towards
    return draw_shape(sheet, [(x, y), (back, y - 2.2), (back, y + 2.2)], fill=colour)


def _on_page(sheet: Sheet, points: Sequence[Point]) -> tuple[list[float], list[float]]:
    """Return places in shares of the page, from its lower left corner."""
    return (
        [x / sheet.width for x, _ in points],
        [1 - y / sheet.height for _, y in points],
    )
