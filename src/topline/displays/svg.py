"""Small pieces of SVG: measured text, boxes, lines. No style attributes, no scripts."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final, Literal

from topline.displays import theme

NAMESPACE: Final = "http://www.w3.org/2000/svg"
LINE_HEIGHT: Final = 1.3
Weight = Literal["regular", "semibold"]
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)
_UNKNOWN_CHARACTER: Final = 1000
# Not the no-break space, which is there to keep words together.
_SPACES: Final = re.compile(r"[ \t\r\n]+")
ET.register_namespace("", NAMESPACE)
ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")


@dataclass(frozen=True, slots=True)
class Box:
    """A box with lines of text."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple["Line", ...]
    fill: str = "#ffffff"

    @property
    def centre(self) -> float:
        """Middle from left to right."""
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in a figure, and the results it prints."""

    text: str
    results: tuple[str, ...] = ()
    weight: Weight = "regular"
    indent: float = 0.0


def printable(text: str) -> str:
    r"""Return the text with characters that no document may hold shown as a replacement sign.

    Examples
    --------
    >>> printable("grade\x003")
    'grade\ufffd3'
    """
    return _UNPRINTABLE.sub("\ufffd", text)


@cache
def _advances(weight: Weight) -> dict[str, int]:
    widths: dict[str, dict[str, int]] = json.loads((theme.FONTS / "widths.json").read_text("utf-8"))
    return widths[weight]


def text_width(text: str, size: float, weight: Weight = "regular") -> float:
    """Return the width of a line of text, in the unit of `size`; kerning is left out.

    Examples
    --------
    >>> round(text_width("37", size=10), 2)
    9.94
    """
    advances = _advances(weight)
    return sum(advances.get(letter, _UNKNOWN_CHARACTER) for letter in text) * size / 1000


def wrap(text: str, width: float, size: float, weight: Weight = "regular") -> tuple[str, ...]:
    """Break text into lines no wider than `width`; a word too long for a line is broken too.

    Examples
    --------
    >>> wrap("Evaluable for safety", width=60, size=10)
    ('Evaluable for', 'safety')
    """
    lines: list[str] = []
    line = ""
    for word in _SPACES.split(printable(text).strip(" \t\r\n")):
        joined = f"{line} {word}" if line else word
        if text_width(joined, size, weight) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, width, size, weight)
        lines.extend(full)
    return (*lines, line) if line or not lines else tuple(lines)


def _pieces(word: str, width: float, size: float, weight: Weight) -> list[str]:
    """Break one word where it fills the width."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and text_width(pieces[-1] + letter, size, weight) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def new_svg(width: float, height: float) -> ET.Element:
    """Return an empty picture, `width` by `height` points."""
    return ET.Element(
        f"{{{NAMESPACE}}}svg",
        {
            "width": f"{width:g}pt",
            "height": f"{height:g}pt",
            "viewBox": f"0 0 {width:g} {height:g}",
            "font-family": theme.FAMILY,
            "fill": theme.INK,
        },
    )


def draw_box(parent: ET.Element, box: Box) -> None:
    """Draw the hairline around a box, and its ground."""
    shape = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    attributes = {name: f"{value:.2f}" for name, value in shape.items()}
    look = {"fill": box.fill, "stroke": theme.INK, "stroke-width": "0.6"}
    ET.SubElement(parent, f"{{{NAMESPACE}}}rect", attributes | look)


def draw_path(parent: ET.Element, points: Sequence[tuple[float, float]], *, arrow: bool) -> None:
    """Draw a line through points, with an arrowhead at its end if asked."""
    path = "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)
    look = {"fill": "none", "stroke": theme.INK, "stroke-width": "0.6"}
    ET.SubElement(parent, f"{{{NAMESPACE}}}path", {"d": path} | look)
    if not arrow:
        return
    (x0, y0), (x, y) = points[-2:]
    if abs(y - y0) >= abs(x - x0):
        back = -4 if y > y0 else 4
        head = f"M{x:.2f} {y:.2f}l-2 {back}h4z"
    else:
        back = -4 if x > x0 else 4
        head = f"M{x:.2f} {y:.2f}l{back} -2v4z"
    ET.SubElement(parent, f"{{{NAMESPACE}}}path", {"d": head})


def draw_lines(parent: ET.Element, lines: Iterable[Line], x: float, y: float, size: float) -> None:
    """Write lines one below the other, the first with its top at `y`."""
    for results, run in groupby(enumerate(lines), key=lambda numbered: numbered[1].results):
        link = {"data-results": "\n".join(results)}
        holder = ET.SubElement(parent, f"{{{NAMESPACE}}}g", link) if results else parent
        for i, line in run:
            place = {"x": x + line.indent, "y": y + i * size * LINE_HEIGHT + size}
            attributes = {name: f"{value:.2f}" for name, value in place.items()}
            weight = {"font-weight": "600"} if line.weight == "semibold" else {}
            size_of = {"font-size": f"{size:g}"}
            text = ET.SubElement(holder, f"{{{NAMESPACE}}}text", attributes | size_of | weight)
            text.text = printable(line.text)


def to_text(root: ET.Element) -> str:
    """Return the picture as text."""
    return ET.tostring(root, encoding="unicode")
