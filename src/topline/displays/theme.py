"""One look for every display: type, ink, colours that belong to values, journal widths.

Every colour of a scale has a contrast of 3:1 on white (WCAG 2.1, 1.4.11) and stays apart from the
others under protanopia and deuteranopia as Machado, Oliveira and Fernandes (2009) simulate them.
Colour never stands alone: curves differ in dashes too, repeated fills in hatching, responses in
their letters, dates in the shape of their mark.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

FONT: Final = "Topline Sans"
FONTS: Final = Path(__file__).with_name("fonts")
FAMILY: Final = f"'{FONT}', 'Source Sans 3', Arial, Helvetica, sans-serif"

ONE_COLUMN_MM: Final = 89.0
TWO_COLUMNS_MM: Final = 183.0
TALLEST_MM: Final = 230.0
"""Height of a journal's page that a figure may take, with its legend but not its caption."""
POINTS_A_MM: Final = 72 / 25.4
Width = Literal["one column", "two columns"]

# Type sizes in points, at the printed width.
LABEL_PT: Final = 8.0
SMALL_PT: Final = 7.0
NOTICE_PT: Final = 6.0

INK: Final = "#1b1f23"
MUTED: Final = "#57606a"
HAIRLINE: Final = "#b5bdc5"
TINT: Final = "#f4f6f8"

SERIES: Final = (
    "#006ed2",
    "#e66e50",
    "#006450",
    "#b4648c",
    "#8c6400",
    "#0a286e",
    "#82001e",
    "#1ea0be",
)
"""Of values without an order: arms, sites. Found by a search of sRGB for the largest least distance
(CIEDE2000) between any two, to eyes that see all colours, to protanopes and to deuteranopes."""
SCALE: Final = ("#cd75b8", "#ad52a5", "#86388d", "#59276f", "#2b1648")
"""Of values that rise, such as grades 1 to 5: each darker than the one before."""
RESPONSES: Final = {
    "CR": "#08306b",
    "PR": "#2a86d1",
    "SD": "#b58900",
    "NON-CR/NON-PD": "#3f7f76",
    "PD": "#a01d3a",
    "NE": "#8b949e",
}
ABSENT: Final = "#8b949e"
"""Of a missing value, and of any that the protocol does not know."""
DASHES: Final[tuple[tuple[float, ...], ...]] = (
    (),
    (6, 1.6),
    (2.2, 1.2),
    (7, 1.6, 1.6, 1.6),
    (10, 2),
    (1, 1),
    (4, 1, 1, 1, 1, 1),
    (3, 3),
)
HATCHES: Final = ("", "/////", ".....")
"""Of fills whose colour another value has already."""


@dataclass(frozen=True, slots=True)
class Paint:
    """How a value of a variable looks: its colour, and what tells it apart without colour."""

    colour: str
    dashes: tuple[float, ...] = ()
    """Of a curve; empty: solid."""
    hatch: str = ""
    """Of a fill; empty: plain."""


MISSING: Final = Paint(ABSENT, (1, 2), HATCHES[2])


def page_width(width: Width) -> float:
    """Return a printed width in points.

    Examples
    --------
    >>> round(page_width("one column"), 1)
    252.3
    """
    return POINTS_A_MM * (ONE_COLUMN_MM if width == "one column" else TWO_COLUMNS_MM)


def tallest() -> float:
    """Return the greatest height of a figure in points."""
    return POINTS_A_MM * TALLEST_MM


def series(place: int) -> Paint:
    """Return the look of the value at a place, the first at 0, of a variable without an order."""
    again, colour = divmod(place, len(SERIES))
    dashes = DASHES[(colour + 3 * again) % len(DASHES)]
    return Paint(SERIES[colour], dashes, HATCHES[again % len(HATCHES)])


def scale(place: int, count: int) -> Paint:
    """Return the look of the value at a place of `count` that rise.

    Examples
    --------
    >>> [scale(i, 3).colour for i in range(3)] == [SCALE[0], SCALE[2], SCALE[4]]
    True
    """
    share = place / (count - 1) * (len(SCALE) - 1) if count > 1 else 2.0
    below = min(int(share), len(SCALE) - 2)
    mixed = _mixed(SCALE[below], SCALE[below + 1], share - below)
    return Paint(mixed, DASHES[place % len(DASHES)])


def shade(share: float) -> str:
    """Return the ground of a share from 0, almost white, to 1, so dark that its text is white.

    Examples
    --------
    >>> shade(0.0), shade(1.0)
    ('#eef3f9', '#08306b')
    """
    return _mixed("#eef3f9", "#08306b", min(max(share, 0.0), 1.0))


def _mixed(first: str, second: str, share: float) -> str:
    """Mix two colours."""
    parts = (
        round(int(a, 16) * (1 - share) + int(b, 16) * share)
        for a, b in ((first[i : i + 2], second[i : i + 2]) for i in (1, 3, 5))
    )
    return "#" + "".join(f"{part:02x}" for part in parts)
