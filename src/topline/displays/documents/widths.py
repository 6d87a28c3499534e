"""How wide text is, in the font that PDF has, and in the one that Word and RTF ask for.

`arial.json` holds advance widths in thousandths of the type size, as Liberation Sans has them,
which was made as wide as Arial, letter by letter.
"""

import json
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from topline.displays import theme
from topline.displays.svg import Weight, printable, text_width

_UNKNOWN_CHARACTER: Final = 1000
_FILE: Final = Path(__file__).with_name("arial.json")


class Measure(Protocol):
    """Gives the width of a line of text, in the unit of `size`."""

    def __call__(self, text: str, size: float, weight: Weight = "regular") -> float:
        """Return the width."""
        ...


@cache
def _advances(weight: Weight) -> dict[str, int]:
    widths: dict[str, dict[str, int]] = json.loads(_FILE.read_text("utf-8"))
    return widths[weight]


def arial_width(text: str, size: float, weight: Weight = "regular") -> float:
    """Return the width of a line of text in Arial, in the unit of `size`.

    Examples
    --------
    >>> round(arial_width("37", size=10), 2)
    11.12
    """
    advances = _advances(weight)
    return sum(advances.get(letter, _UNKNOWN_CHARACTER) for letter in text) * size / 1000


@cache
def shipped_letters() -> frozenset[str]:
    """Return the letters that the shipped fonts have."""
    widths: dict[str, dict[str, int]] = json.loads((theme.FONTS / "widths.json").read_text("utf-8"))
    return frozenset(widths["regular"]) & frozenset(widths["semibold"])


SHIPPED: Final[Measure] = text_width
ARIAL: Final[Measure] = arial_width


def count_lines(
    text: str, width: float, size: float, measure: Measure, weight: Weight = "regular"
) -> int:
    r"""Return how many lines a text fills; a word too long for a line is broken.

    Examples
    --------
    >>> count_lines("Evaluable for safety", 60, 10, SHIPPED), count_lines("a\nb", 60, 10, SHIPPED)
    (2, 2)
    """
    return sum(
        _count(paragraph, width, size, measure, weight) for paragraph in printable(text).split("\n")
    )


def _count(text: str, width: float, size: float, measure: Measure, weight: Weight) -> int:
    if measure(text, size, weight) <= width:
        return 1
    space = measure(" ", size, weight)
    lines, filled = 1, 0.0
    for word in text.split(" "):
        wide = measure(word, size, weight)
        if filled and filled + space + wide > width:
            lines, filled = lines + 1, 0.0
        filled += wide + (space if filled else 0)
        while filled > width:
            lines, filled = lines + 1, filled - max(width - size, size)
    return lines


def longest_word(text: str, size: float, measure: Measure, weight: Weight = "regular") -> float:
    """Return the width of the longest word."""
    words = printable(text).split()
    return max((measure(word, size, weight) for word in words), default=0.0)


def longest_line(text: str, size: float, measure: Measure, weight: Weight = "regular") -> float:
    """Return the width of the longest line, as its breaks stand."""
    return max(measure(line, size, weight) for line in printable(text).split("\n"))
