"""Numbers that lead back: each printed result gets a number in the page, and a button to press."""

import xml.etree.ElementTree as ET

from topline.displays.html import safe
from topline.displays.svg import to_text


class Receipts:
    """Results that the page prints, numbered in the order of print."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    @property
    def result_ids(self) -> tuple[str, ...]:
        """Ids of the results printed so far."""
        return tuple(self._places)

    def places(self, results: tuple[str, ...]) -> str:
        """Return the numbers of some results, as the page's script reads them."""
        return " ".join(str(self._places.setdefault(r, len(self._places))) for r in results)

    def button(self, text: str, results: tuple[str, ...]) -> str:
        """Return text as a button that opens its receipt, or as text where it has none."""
        if not results or not text:
            return safe(text)
        return f'<button type="button" data-r="{self.places(results)}">{safe(text)}</button>'

    def head(self, text: str, results: tuple[str, ...]) -> str:
        """Return the head of a column; a browser that prints repeats text there, but no button."""
        if not results or not text:
            return safe(text)
        places = self.places(results)
        return f'<span role="button" tabindex="0" data-r="{places}">{safe(text)}</span>'

    def picture(self, svg: str, label: str, described_by: str) -> str:
        """Return a picture for the page: its marks that print results can be pressed."""
        root = ET.fromstring(svg)
        root.set("role", "group")
        root.set("aria-label", label)
        root.set("aria-describedby", described_by)
        for element in root.iter():
            ids = element.attrib.pop("data-results", "")
            if not ids:
                continue
            words = " ".join(" ".join(t for t in element.itertext() if t.strip()).split())
            element.set("data-r", self.places(tuple(ids.split("\n"))))
            element.set("role", "button")
            element.set("tabindex", "0")
            element.set("aria-label", words or "Curve")
        return to_text(root)
