"""Numbers that lead back: each printed result gets a number in the page, and a button to press."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final

import polars as pl

from topline.analyses.results import PATIENT_KINDS
from topline.displays.html import safe
from topline.displays.svg import NAMESPACE, to_text
from topline.report.labels import STATISTICS

_NAMED_AT_MOST: Final = 4
_LINKED: Final = re.compile(r'<span data-results="([^"]+)">(.*?)</span>', re.DOTALL)
_REACH: Final = {
    "fill": "none", "stroke": "#000000", "stroke-opacity": "0", "stroke-width": "9",
    "pointer-events": "stroke",
}  # fmt: skip
_PLACES: Final = frozenset(
    {"d", "points", "transform", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy"}
)
_LONG: Final = re.compile(r"-?\d+\.\d{3,}(?![\de])")
_BLANKS: Final = re.compile(r"\s+")
_LINE: Final = f"{{{NAMESPACE}}}path"


class Receipts:
    """Results that the page prints, numbered in the order of print.

    Parameters
    ----------
    rows
        All results; they name the marks of figures that have no words of their own.
    """

    def __init__(self, rows: pl.DataFrame) -> None:
        self._places: dict[str, int] = {}
        self._rows = rows
        self._names: dict[str, _Name] | None = None

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

    def linked(self, html: str) -> str:
        """Return HTML whose spans with `data-results` (`displays.html.plain`) are buttons."""

        def button(found: re.Match[str]) -> str:
            places = self.places(tuple(unescape(found[1]).split("\n")))
            return f'<button type="button" data-r="{places}">{found[2]}</button>'

        return _LINKED.sub(button, html)

    def picture(self, svg: str, label: str, described_by: str) -> str:
        """Return a picture for the page: its marks that print results can be pressed.

        One mark is a stop of the Tab key; from there the arrow keys lead to the others.
        """
        root = ET.fromstring(svg)
        _lighten(root)
        root.set("role", "group")
        root.set("aria-label", label)
        root.set("aria-describedby", described_by)
        stop = "0"
        for element in list(root.iter()):
            ids = tuple(element.attrib.pop("data-results", "").split("\n"))
            if ids == ("",):
                continue
            words = " ".join(" ".join(t for t in element.itertext() if t.strip()).split())
            element.set("data-r", self.places(ids))
            element.set("role", "button")
            element.set("tabindex", stop)
            stop = "-1"
            if words:
                who = self._subject(ids)
                element.set("aria-label", words if who in words else f"{words}, {who}")
                continue
            _say(element, self.name(ids))
            _widen(element)
        return to_text(root)

    def name(self, results: tuple[str, ...]) -> str:
        """Return in words what some results say, for a mark without words.

        Examples
        --------
        >>> row = {"result_id": "A", "kind": "survival", "section": "", "by": "", "unit": "",
        ...        "parameter_label": "Overall survival", "level_label": "", "group_label": "All"}
        >>> rows = pl.DataFrame([row | {"statistic": "events", "value": 8.0, "display": "8"}])
        >>> Receipts(rows).name(("A",))
        'Overall survival: events 8'
        """
        found = self._found(results)
        if not found:
            return "Mark"
        common = [part for part in found[0].about if all(part in each.about for each in found)]
        said: list[str] = []
        for each in found[:_NAMED_AT_MOST]:
            own = [part for part in each.about if part not in common]
            said.append(" ".join([*own, each.said]))
        more = f" and {len(found) - _NAMED_AT_MOST} more" if len(found) > _NAMED_AT_MOST else ""
        return f"{', '.join(common)}: {', '.join(said)}{more}"

    def _subject(self, results: tuple[str, ...]) -> str:
        """Return the subject of some results of single patients, else nothing."""
        found = self._found(results)
        return found[0].about[0] if found and found[0].of_patient else ""

    def _found(self, results: tuple[str, ...]) -> list["_Name"]:
        if self._names is None:
            self._names = dict(_names(self._rows))
        return [self._names[result] for result in results if result in self._names]


@dataclass(frozen=True, slots=True)
class _Name:
    """What a result is about, the subject first, and what it says."""

    about: tuple[str, ...]
    said: str
    of_patient: bool


def _names(rows: pl.DataFrame) -> Iterator[tuple[str, _Name]]:
    """Return for each result its words."""
    columns = (
        "result_id", "kind", "by", "section", "parameter_label", "level_label", "group_label",
        "statistic", "value", "unit", "display",
    )  # fmt: skip
    for (
        result,
        kind,
        by,
        section,
        parameter,
        level,
        group,
        statistic,
        value,
        unit,
        display,
    ) in rows.select(columns).iter_rows():
        of_patient = kind in PATIENT_KINDS
        about = [level if of_patient else "", parameter, section, "" if of_patient else level]
        about.append(group if by and group != display else "")
        number = display or ("none" if value is None else f"{value:g}")
        known = f"{number}{'%' if unit == '%' else f' {unit}' if unit else ''}"
        word = STATISTICS.get(statistic, statistic.replace("_", " ")).lower()
        said = known if value is not None else number
        name = tuple(dict.fromkeys(filter(None, about)))
        yield result, _Name(name, said if statistic == "value" else f"{word} {said}", of_patient)


def _lighten(root: ET.Element) -> None:
    """Write places to a hundredth of a point, and no blanks that nobody sees."""
    for element in root.iter():
        for name in _PLACES & set(element.attrib):
            rounded = _LONG.sub(lambda found: f"{float(found[0]):.2f}", element.attrib[name])
            element.set(name, _BLANKS.sub(" ", rounded).strip())
        if element.text and not element.text.strip() and len(element):
            element.text = None
        if element.tail and not element.tail.strip() and "\n" in element.tail:
            element.tail = None


def _say(element: ET.Element, words: str) -> None:
    """Name a mark; a title is also what a browser shows under the pointer."""
    title = ET.Element(f"{{{NAMESPACE}}}title")
    title.text = words
    element.insert(0, title)


def _widen(element: ET.Element) -> None:
    """Let thin lines be hit: an invisible broad one above each."""
    lines = element.findall(_LINE) if element.tag != _LINE else []
    for line in lines:
        if line.get("fill") == "none" and line.get("d"):
            reach = {"d": line.get("d", ""), "class": "reach"} | _REACH
            clip = line.get("clip-path")
            element.append(ET.Element(_LINE, reach | ({"clip-path": clip} if clip else {})))
