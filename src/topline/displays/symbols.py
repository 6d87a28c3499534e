"""Small shapes and bars, in points from the page's top. Imported only when one is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Final

from matplotlib.artist import Artist
from matplotlib.patches import Polygon

from topline.displays import theme
from topline.displays.palettes import Shape
from topline.displays.sheet import Sheet
from topline.displays.theme import Paint

Point = tuple[float, float]
Place = tuple[float, float, float, float]
"""Upper left corner, width and height."""
_MARKS: Final = 4.0
_BARS: Final = 1.5
_SMALL_CIRCLE: Final = 1.7

_CROSS: Final = (
    (0, 0.28), (0.62, 0.9), (0.9, 0.62), (0.28, 0), (0.9, -0.62), (0.62, -0.9),
    (0, -0.28), (-0.62, -0.9), (-0.9, -0.62), (-0.28, 0), (-0.9, 0.62), (-0.62, 0.9),
)  # fmt: skip
_PLUS: Final = (
    (-0.28, 1), (0.28, 1), (0.28, 0.28), (1, 0.28), (1, -0.28), (0.28, -0.28),
    (0.28, -1), (-0.28, -1), (-0.28, -0.28), (-1, -0.28), (-1, 0.28), (-0.28, 0.28),
)  # fmt: skip


def _ring(corners: int, turn: float = 0.0, inner: float | None = None) -> list[tuple[float, float]]:
    """Return corners on a circle, and where `inner` is given as many between them on a smaller."""
    steps = corners if inner is None else 2 * corners
    radius = [1.0 if inner is None or i % 2 == 0 else inner for i in range(steps)]
    angles = [2 * pi * i / steps + turn for i in range(steps)]
    return [(r * sin(a), r * cos(a)) for r, a in zip(radius, angles, strict=True)]


_OUTLINES: Final[dict[str, Callable[[], Sequence[tuple[float, float]]]]] = {
    "triangle": lambda: [(0, 1), (0.95, -0.75), (-0.95, -0.75)],
    "down": lambda: [(0, -1), (0.95, 0.75), (-0.95, 0.75)],
    "diamond": lambda: _ring(4),
    "square": lambda: [(-0.8, 0.8), (0.8, 0.8), (0.8, -0.8), (-0.8, -0.8)],
    "star": lambda: _ring(5, inner=0.42),
    "pentagon": lambda: _ring(5),
    "hexagon": lambda: _ring(6, turn=pi / 6),
    "circle": lambda: _ring(20),
    "hourglass": lambda: [(-0.85, 1), (0.85, 1), (-0.85, -1), (0.85, -1)],
    "bar": lambda: [(-0.3, 1), (0.3, 1), (0.3, -1), (-0.3, -1)],
    "arrow": lambda: [(-0.7, 1), (1.1, 0), (-0.7, -1)],
    "cross": lambda: _CROSS,
    "plus": lambda: _PLUS,
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A shape with its look."""

    shape: Shape
    fill: str = "#ffffff"
    edge: str | None = theme.INK
    size: float = 3.0
    """From its middle to its corners, in points."""


def draw_symbol(sheet: Sheet, symbol: Symbol, at: Point) -> Artist:
    """Draw a symbol with its middle at a place."""
    x, y = at
    small = symbol.shape == "circle" and symbol.size < _SMALL_CIRCLE
    outline = _ring(8, turn=pi / 8) if small else _OUTLINES[symbol.shape]()
    corners = [
        ((x + symbol.size * dx) / sheet.width, 1 - (y - symbol.size * dy) / sheet.height)
        for dx, dy in outline
    ]
    drawn = Polygon(
        corners,
        closed=True,
        facecolor=symbol.fill,
        edgecolor=symbol.edge or "none",
        linewidth=min(0.7, symbol.size / 3) if symbol.edge else 0,
        zorder=_MARKS,
    )
    return sheet.page.add_artist(drawn)


def draw_bar(sheet: Sheet, place: Place, paint: Paint) -> Artist:
    """Draw a bar; hatching is white."""
    x, y, width, height = place
    left, right = x / sheet.width, (x + width) / sheet.width
    top, bottom = 1 - y / sheet.height, 1 - (y + height) / sheet.height
    drawn = Polygon(
        [(left, top), (right, top), (right, bottom), (left, bottom)],
        closed=True,
        facecolor=paint.colour,
        edgecolor="white" if paint.hatch else "none",
        linewidth=0,
        hatch=paint.hatch or None,
        zorder=_BARS,
    )
    return sheet.page.add_artist(drawn)


def draw_band(sheet: Sheet, place: Place, colour: str = theme.TINT) -> Artist:
    """Draw a ground behind everything else."""
    drawn = draw_bar(sheet, place, Paint(colour))
    drawn.set_zorder(0.5)
    return drawn


REASONS: Final[tuple[Shape, ...]] = ("circle", "square", "plus", "bar")
"""Shapes of reasons, filled with ink, and then white with an edge."""
ENDS: Final[tuple[tuple[Shape, bool], ...]] = (
    ("circle", True), ("square", False), ("diamond", True), ("circle", False),
    ("square", True), ("diamond", False), ("pentagon", True), ("pentagon", False),
)  # fmt: skip
"""Shapes at the ends of lines, filled or hollow, which tell lines apart without their colour."""


def end_symbol(place: int, colour: str, size: float = 2.1) -> Symbol:
    """Return the shape at the end of the lines of a group at a place, the first at 0."""
    shape, filled = ENDS[place % len(ENDS)]
    return Symbol(shape, colour if filled else "#ffffff", colour, size)
