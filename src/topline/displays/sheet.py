"""A figure's page in points from its top, and which results stand behind which mark.

Imported only when a figure is drawn: matplotlib costs half a second.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from matplotlib.artist import Artist
from matplotlib.text import Text

from topline.displays import theme
from topline.displays.matplotlib_svg import plain_svg
from topline.displays.numbers import Number
from topline.displays.plot import Axes, Page, new_page, page_svg, styled
from topline.displays.svg import Weight, printable, text_width, wrap

_NOTICE_LINE: Final = theme.NOTICE_PT * 1.3


@dataclass(frozen=True, slots=True)
class Look:
    """How a piece of text is set."""

    bold: bool = False
    align: Literal["left", "center", "right"] = "left"
    size: float = theme.LABEL_PT
    colour: str = theme.INK
    turn: float = 0.0
    """Degrees against the clock; turned text has its middle, not its top, at its place."""


PLAIN: Final = Look()
BOLD: Final = Look(bold=True)
CENTRED: Final = Look(align="center")
RIGHT: Final = Look(align="right")
SMALL: Final = Look(size=theme.NOTICE_PT, colour=theme.MUTED)


@dataclass(slots=True)
class Sheet:
    """The page in points, from its top, and which receipts stand behind which mark."""

    width: float
    height: float
    page: Page
    receipts: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def link(self, mark: Artist, *numbers: Number | None) -> None:
        """Tie a mark to the results that it prints."""
        ids = tuple(number.result_id for number in numbers if number is not None)
        if ids:
            key = f"receipt-{len(self.receipts)}"
            self.receipts[key] = ids
            mark.set_gid(key)

    def write(self, x: float, y: float, text: str, look: Look = PLAIN) -> Text:
        """Write a line of text with its top, or if it is turned its middle, at a place."""
        return self.page.text(
            x / self.width,
            1 - y / self.height,
            printable(text),
            ha=look.align,
            va="center" if look.turn else "top",
            fontsize=look.size,
            fontweight=600 if look.bold else 400,
            color=look.colour,
            rotation=look.turn,
            rotation_mode="anchor",
            parse_math=False,
        )

    def plot(self, left: float, top: float, width: float, height: float) -> Axes:
        """Add axes that fill a rectangle of the page."""
        return self.page.add_axes(
            (
                left / self.width,
                1 - (top + height) / self.height,
                width / self.width,
                height / self.height,
            )
        )


def draw_sheet(
    width: float, height: float, draw: Callable[[Sheet], None], *, prefix: str, notice: str = ""
) -> str:
    """Return the SVG of a page on which `draw` has drawn.

    Parameters
    ----------
    width, height
        Of the page in points; the notice adds its lines below.
    draw
        Puts everything on the page.
    prefix
        Start of every id in the picture, so that two pictures can stand in one document.
    notice
        Printed small at the foot, such as that the data are synthetic.
    """
    lines = wrap(notice, width - 4, theme.NOTICE_PT) if notice else ()
    whole = height + len(lines) * _NOTICE_LINE
    with styled(), warnings.catch_warnings():
        # A letter that the font does not have is drawn by the reader's own: text stays text.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        sheet = Sheet(width, whole, new_page(width, whole))
        draw(sheet)
        for i, line in enumerate(lines):
            sheet.write(2, height + i * _NOTICE_LINE, line, SMALL)
        picture = page_svg(sheet.page)
    return plain_svg(picture, prefix, sheet.receipts)


def shorten(
    text: str, width: float, size: float = theme.LABEL_PT, weight: Weight = "regular"
) -> str:
    """Return the text, cut with an ellipsis where it is wider than `width`.

    Examples
    --------
    >>> shorten("Pancreas", 100.0)
    'Pancreas'
    """
    first, *rest = wrap(text, width, size, weight)
    if not rest:
        return first
    while first and text_width(f"{first}\u2026", size, weight) > width:
        first = first[:-1]
    return f"{first}\u2026"


def readable(text: str) -> bool:
    """Whether enough of a shortened text is left to tell what it was.

    Examples
    --------
    >>> readable("G1"), readable("Unkn\u2026"), readable("U\u2026")
    (True, True, False)
    """
    return not text.endswith("\u2026") or len(text) > 4
