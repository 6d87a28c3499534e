"""Matplotlib's SVG made fit to stand in a document: no style attributes, no ids twice."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Final

from topline.displays import theme
from topline.displays.svg import NAMESPACE, to_text

_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_FONT: Final = re.compile(r"(?:(\w+) )?(?:(\d+) )?([\d.]+)px (.+)")
_REFERENCE: Final = re.compile(r"url\(#([^)]+)\)")
_LONG: Final = re.compile(r"-?\d+\.\d{3,}")
_POINTS: Final = re.compile(r"([\d.]+)pt")


def plain_svg(picture: str, prefix: str, receipts: Mapping[str, tuple[str, ...]]) -> str:
    """Return the picture with presentation attributes, own ids, and receipts on its marks.

    A strict content security policy refuses style attributes; two pictures in one document must
    not share ids.

    Parameters
    ----------
    picture
        SVG as matplotlib writes it.
    prefix
        Start of every id that is kept.
    receipts
        Result ids by the gid of the mark that prints them.
    """
    root = ET.fromstring(picture)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {f"{{{NAMESPACE}}}{tag}" for tag in ("metadata", "style", "title")}:
                parent.remove(child)
    used = _referenced(root)
    for element in root.iter():
        _unstyle(element)
        _round(element)
        _rename(element, prefix, used, receipts)
    root.set("font-family", theme.FAMILY)
    root.set("stroke-linejoin", "round")
    root.set("stroke-linecap", "butt")
    return to_text(root)


def _referenced(root: ET.Element) -> set[str]:
    """Return the ids that something in the picture points to."""
    used: set[str] = set()
    for element in root.iter():
        used.update(element.get(_HREF, "").removeprefix("#").split())
        for value in element.attrib.values():
            used.update(_REFERENCE.findall(value))
    return used


def _unstyle(element: ET.Element) -> None:
    """Turn the style attribute into the attributes that it stands for."""
    for rule in element.attrib.pop("style", "").split(";"):
        name, _, value = (part.strip() for part in rule.partition(":"))
        if name == "font":
            found = _FONT.fullmatch(value)
            if found:
                element.set("font-size", found[3])
                if found[2] and found[2] != "400":
                    element.set("font-weight", found[2])
        elif name and name != "font-family":
            element.set(name, value)


def _round(element: ET.Element) -> None:
    """Write places to a hundredth of a point, finer than any printer; else they fill the file."""
    for name in ("d", "x", "y", "transform"):
        value = element.get(name)
        if value is not None:
            element.set(name, _LONG.sub(lambda found: f"{float(found[0]):.2f}", value))


def _rename(
    element: ET.Element, prefix: str, used: set[str], receipts: Mapping[str, tuple[str, ...]]
) -> None:
    """Keep ids that are pointed to, with the prefix; turn marks into links to their results."""
    own = element.attrib.pop("id", "")
    if own in receipts:
        element.set("data-results", "\n".join(receipts[own]))
    if own in used:
        element.set("id", f"{prefix}-{own}")
    for name, value in element.attrib.items():
        if name == _HREF:
            element.set(name, f"#{prefix}-{value.removeprefix('#')}")
        elif "url(#" in value:
            element.set(name, _REFERENCE.sub(rf"url(#{prefix}-\1)", value))
