"""One look for every display: type, ink, series colours, journal widths."""

from pathlib import Path
from typing import Final

FONT: Final = "Topline Sans"
FONTS: Final = Path(__file__).with_name("fonts")
FAMILY: Final = f"'{FONT}', 'Source Sans 3', Arial, Helvetica, sans-serif"

ONE_COLUMN_MM: Final = 89.0
TWO_COLUMNS_MM: Final = 183.0
POINTS_A_MM: Final = 72 / 25.4

# Type sizes in points, at the printed width.
LABEL_PT: Final = 8.0
SMALL_PT: Final = 7.0
NOTICE_PT: Final = 6.0

INK: Final = "#1b1f23"
MUTED: Final = "#57606a"
HAIRLINE: Final = "#b5bdc5"
TINT: Final = "#f4f6f8"

# After Okabe and Ito (2008), the light ones darkened to a contrast of 3:1 on white; the dashes keep
# curves apart in black and white.
SERIES: Final = (
    "#0072b2",
    "#d55e00",
    "#007f5f",
    "#a3508a",
    "#3c8dbc",
    "#b07a00",
    "#1b1f23",
    "#7a7a7a",
)
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
