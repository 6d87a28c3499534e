"""Where the texts of a picture are, to prove that none touches another."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians, sin

from topline.displays.svg import text_width

_ASCENT, _DESCENT = 0.78, 0.2
_TOUCH = 0.15
"""Points by which boxes may reach into each other: rounding."""
_TURN = re.compile(r"rotate\((-?[\d.]+)")


@dataclass(frozen=True)
class TextBox:
    """A text with its edges, in points from the page's top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "TextBox") -> bool:
        """Whether two texts lie on each other."""
        return (
            self.left + _TOUCH < other.right
            and other.left + _TOUCH < self.right
            and self.top + _TOUCH < other.bottom
            and other.top + _TOUCH < self.bottom
        )


def text_boxes(picture: str) -> list[TextBox]:
    """Return the box of every text that is not empty."""
    root = ET.fromstring(picture)
    return [
        _box(element)
        for element in root.iter()
        if element.tag.endswith("}text") and (element.text or "").strip()
    ]


def _box(element: ET.Element) -> TextBox:
    text = element.text or ""
    size = float(element.get("font-size", "8").removesuffix("px"))
    weight = "semibold" if element.get("font-weight") == "600" else "regular"
    width = text_width(text, size, weight)
    x, y = float(element.get("x", 0)), float(element.get("y", 0))
    before = {"middle": width / 2, "end": width}.get(element.get("text-anchor", ""), 0.0)
    turned = _TURN.match(element.get("transform", ""))
    angle = radians(float(turned[1])) if turned else 0.0
    corners = [
        (x + dx * cos(angle) - dy * sin(angle), y + dx * sin(angle) + dy * cos(angle))
        for dx in (-before, width - before)
        for dy in (-_ASCENT * size, _DESCENT * size)
    ]
    xs, ys = zip(*corners, strict=True)
    return TextBox(text, min(xs), min(ys), max(xs), max(ys))


def overlapping(picture: str) -> list[tuple[str, str]]:
    """Return the pairs of texts that lie on each other."""
    boxes = sorted(text_boxes(picture), key=lambda box: box.left)
    return [
        (a.text, b.text)
        for i, a in enumerate(boxes)
        for b in boxes[i + 1 :]
        if b.left < a.right and a.touches(b)
    ]


def outside(picture: str) -> list[str]:
    """Return the texts that leave the page."""
    root = ET.fromstring(picture)
    width, height = (float(root.get(side, "0").removesuffix("pt")) for side in ("width", "height"))
    return [
        box.text
        for box in text_boxes(picture)
        if box.left < -1 or box.right > width + 1 or box.top < -1 or box.bottom > height + 1
    ]


def shapes(picture: str, result: str) -> list[list[tuple[float, float]]]:
    """Return the corners of every mark that is tied to exactly one result."""
    root = ET.fromstring(picture)
    found = [e for e in root.iter() if e.get("data-results", "").split("\n") == [result]]
    return [
        corners(path.get("d", "")) for mark in found for path in mark.iter() if path.get("d")
    ]  # fmt: skip


def corners(path: str) -> list[tuple[float, float]]:
    """Return the points of a path."""
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]
    return [pair for i, pair in enumerate(pairwise(numbers)) if i % 2 == 0]
