"""What colours and shapes mean: entries side by side, in as many lines as they need."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from topline.displays import theme
from topline.displays.marks import draw_line
from topline.displays.numbers import Number
from topline.displays.sheet import Look, Sheet, shorten
from topline.displays.svg import text_width
from topline.displays.symbols import Symbol, draw_bar, draw_symbol
from topline.displays.theme import Paint

SIZE: Final = theme.SMALL_PT
LINE: Final = SIZE * 1.5
_SIGN: Final = 13.0
_BETWEEN: Final = 12.0
_PLAIN: Final = Look(size=SIZE)
_BOLD: Final = Look(size=SIZE, bold=True)


@dataclass(frozen=True, slots=True)
class Swatch:
    """A patch or a line of a colour; a line may have a symbol at its end."""

    form: Literal["patch", "line"]
    paint: Paint
    end: Symbol | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign, what it means, and the results that the words print; without a sign, a title."""

    text: str
    sign: Swatch | Symbol | None = None
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class Legend:
    """Entries with their places, relative to the upper left corner."""

    places: tuple[tuple[Entry, str, float, float], ...]
    """Entry, its text as it is printed, from the left, from the top."""
    height: float

    def draw(self, sheet: Sheet, x: float, y: float) -> None:
        """Draw the entries with their upper left corner at a place."""
        for entry, text, dx, dy in self.places:
            if entry.sign is None:
                sheet.write(x + dx, y + dy, text, _BOLD)
                continue
            _draw_sign(sheet, entry.sign, x + dx, y + dy + SIZE * 0.62)
            sheet.link(sheet.write(x + dx + _SIGN, y + dy, text, _PLAIN), *entry.numbers)


def lay_out_legend(groups: Sequence[Sequence[Entry]], width: float) -> Legend:
    """Place entries, each group on lines of its own.

    Parameters
    ----------
    groups
        Entries that belong together; a title is an entry without a sign.
    width
        Of the page; a longer text is cut with an ellipsis.
    """
    places: list[tuple[Entry, str, float, float]] = []
    y = 0.0
    for group in groups:
        x = 0.0
        for entry in group:
            sign = _SIGN if entry.sign is not None else 0.0
            weight = "regular" if entry.sign is not None else "semibold"
            text = shorten(entry.text, width * 0.6, SIZE, weight)
            needs = sign + text_width(text, SIZE, weight)
            if x and x + needs > width:
                x, y = 0.0, y + LINE
            places.append((entry, text, x, y))
            x += needs + _BETWEEN
        y += LINE if group else 0.0
    return Legend(tuple(places), y)


def _draw_sign(sheet: Sheet, sign: Swatch | Symbol, x: float, y: float) -> None:
    """Draw a sign with its left middle at a place."""
    if isinstance(sign, Symbol):
        draw_symbol(sheet, sign, (x + 4.7, y))
    elif sign.form == "patch":
        draw_bar(sheet, (x, y - 3, 9.5, 6), sign.paint)
    else:
        look = sign.paint
        draw_line(sheet, [(x, y), (x + 10, y)], colour=look.colour, width=1.2, dashes=look.dashes)
        if sign.end is not None:
            draw_symbol(sheet, sign.end, (x + 8.5, y))
