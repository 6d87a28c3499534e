"""Panels of pictures of stained sections, with letters, measurements and scale bars."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from topline.displays import theme
from topline.displays.embedded_picture import Embedded, embed
from topline.displays.numbers import Number, Numbers
from topline.displays.svg import (
    LINE_HEIGHT,
    NAMESPACE,
    Line,
    draw_lines,
    new_svg,
    printable,
    text_width,
    to_text,
    wrap,
)
from topline.protocol.figures_of_patients import ImagePanelFigure

_STAININGS: Final = ("NEGATIVE", "WEAK", "MODERATE", "STRONG")
"""In the order of columns; sections that nobody read come last."""
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWX"
_BETWEEN: Final = 10.0
_TALLEST_SHAPE: Final = 1.25
"""Height of a picture as a share of its panel's width."""
_BAR: Final = 2.4
_BAR_EDGE: Final = 4.0


@dataclass(frozen=True, slots=True)
class Panel:
    """A picture and what is said of it."""

    letter: str
    image: str
    score: Number
    positive: Number | None
    field: Number | None
    bar: Number | None
    caption: Number | None

    @property
    def name(self) -> str:
        """Marker and staining."""
        return ", ".join(filter(None, (self.score.parameter_label, self.score.group_label)))

    @property
    def measured(self) -> tuple[Line, ...]:
        """What was measured in the picture, and what it shows."""
        found = [(f"Pixel H-score {self.score.display}", self.score)]
        if self.positive is not None:
            found.append((f"stained {self.positive.display}%", self.positive))
        text = ", ".join(words for words, _ in found)
        lines = [Line(text, tuple(number.result_id for _, number in found))]
        if self.caption is not None:
            lines.append(Line(self.caption.display, (self.caption.result_id,)))
        return tuple(lines)


@dataclass(frozen=True, slots=True)
class _Place:
    panel: Panel
    x: float
    y: float
    width: float
    """Of the column."""


@dataclass(frozen=True, slots=True)
class Panels:
    """Pictures in rows, and those for which there is no room."""

    rows: tuple[tuple[Panel | None, ...], ...]
    beyond: int

    @property
    def shown(self) -> tuple[Panel, ...]:
        """Every panel, row by row."""
        return tuple(panel for row in self.rows for panel in row if panel is not None)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader has to know of the pictures."""
        bare = [p.letter for p in self.shown if p.bar is None or p.field is None]
        notes = [
            "Measured in the pictures, pixels in the place of cells; not a pathologist's reading."
        ]
        if bare:
            notes.append(f"No scale bar, for the pixel size is not given: {', '.join(bare)}.")
        if self.beyond:
            notes.append(f"Not shown, for want of room: {self.beyond} pictures.")
        return tuple(notes)


def arrange(plan: ImagePanelFigure, numbers: Numbers) -> Panels:
    """Put pictures in rows: a row a marker and a column a staining, or one after the other."""
    found = _gather(numbers)[: len(_LETTERS)]
    beyond = len(_gather(numbers)) - len(found)
    if plan.columns is not None:
        rows = [tuple(found[i : i + plan.columns]) for i in range(0, len(found), plan.columns)]
        return Panels(_lettered(rows), beyond)
    markers = dict.fromkeys(panel.score.parameter for panel in found)
    stainings = sorted({panel.score.group for panel in found}, key=_place)
    grid: list[tuple[Panel | None, ...]] = []
    for marker in markers:
        columns = [
            [p for p in found if (p.score.parameter, p.score.group) == (marker, staining)]
            for staining in stainings
        ]
        depth = max(map(len, columns))
        grid += [tuple(c[i] if i < len(c) else None for c in columns) for i in range(depth)]
    return Panels(_lettered(grid), beyond)


def draw_pictures(
    plan: ImagePanelFigure, panels: Panels, pictures: Mapping[str, bytes], notice: str
) -> str:
    """Draw the panels.

    Parameters
    ----------
    plan
        Printed width.
    panels
        From `arrange`.
    pictures
        Files by name; a panel whose file is not at hand stays empty and says so.
    notice
        Sentence printed below.

    Returns
    -------
    str
        SVG with the pictures inside.
    """
    width = theme.page_width(plan.width)
    columns = max((len(row) for row in panels.rows), default=1)
    column = (width - _BETWEEN * (columns - 1)) / columns
    inside = embed(pictures, [panel.image for panel in panels.shown], column / 72)
    places: list[_Place] = []
    y = 0.0
    for row in panels.rows:
        heights: list[float] = []
        for i, panel in enumerate(row):
            if panel is not None:
                place = _Place(panel, i * (column + _BETWEEN), y, column)
                places.append(place)
                heights.append(_height(place, inside.get(panel.image)))
        y += max(heights, default=0.0) + _BETWEEN
    foot = wrap(notice, width - 4, theme.NOTICE_PT) if notice else ()
    step = theme.NOTICE_PT * LINE_HEIGHT
    root = new_svg(width, max(y, _BETWEEN) + len(foot) * step)
    for place in places:
        _draw(root, place, inside.get(place.panel.image))
    muted = ET.SubElement(root, f"{{{NAMESPACE}}}g", {"fill": theme.MUTED})
    draw_lines(muted, [Line(line) for line in foot], 2, y, theme.NOTICE_PT)
    return to_text(root)


def describe_pictures(panels: Panels) -> list[str]:
    """Say what the panels show, for those who do not see them."""
    n = len(panels.shown)
    sentences = [f"Pictures of stained sections, {n} {'panel' if n == 1 else 'panels'}"]
    for panel in panels.shown:
        told = "; ".join(line.text for line in panel.measured)
        bar = f"; scale bar {panel.bar.display} \u00b5m" if panel.bar and panel.field else ""
        sentences.append(f"{panel.letter}, {panel.name}: {told}{bar}")
    return sentences


def _gather(numbers: Numbers) -> tuple[Panel, ...]:
    """Return the pictures that could be measured, in the order of the results."""
    found: dict[tuple[str, str, str], dict[str, Number]] = {}
    for row in numbers.rows:
        if row.level and row.section:
            found.setdefault((row.parameter, row.level, row.section), {})[row.statistic] = row
    return tuple(
        Panel(
            "", image, told["score"],
            told.get("positive"), told.get("field"), told.get("bar"), told.get("caption"),
        )
        for (_, _, image), told in found.items()
        if "score" in told and told["score"].value is not None
    )  # fmt: skip


def _place(staining: str) -> tuple[int, str]:
    known = staining in _STAININGS
    return (_STAININGS.index(staining) if known else len(_STAININGS), staining)


def _lettered(
    rows: Sequence[tuple[Panel | None, ...]],
) -> tuple[tuple[Panel | None, ...], ...]:
    letters = iter(_LETTERS)
    return tuple(
        tuple(replace(panel, letter=next(letters)) if panel is not None else None for panel in row)
        for row in rows
    )


def _title_lines(place: _Place) -> tuple[Line, ...]:
    room = place.width - 14
    return tuple(
        Line(text, (), "semibold") for text in wrap(place.panel.name, room, theme.LABEL_PT)
    )


def _told_lines(place: _Place) -> tuple[Line, ...]:
    return tuple(
        Line(text, line.results)
        for line in place.panel.measured
        for text in wrap(line.text, place.width, theme.SMALL_PT)
    )


def _size(place: _Place, picture: Embedded | None) -> tuple[float, float]:
    """Return width and height of the picture: as broad as its column, unless it is tall."""
    shape = picture.shape if picture is not None else 0.5
    height = place.width * min(shape, _TALLEST_SHAPE)
    return height / shape, height


def _height(place: _Place, picture: Embedded | None) -> float:
    title = len(_title_lines(place)) * theme.LABEL_PT * LINE_HEIGHT
    told = len(_told_lines(place)) * theme.SMALL_PT * LINE_HEIGHT
    return title + _size(place, picture)[1] + told + 4


def _draw(root: ET.Element, place: _Place, picture: Embedded | None) -> None:
    panel = place.panel
    titles = _title_lines(place)
    draw_lines(root, [Line(panel.letter, (), "semibold")], place.x, place.y, theme.LABEL_PT)
    draw_lines(root, titles, place.x + 14, place.y, theme.LABEL_PT)
    top = place.y + len(titles) * theme.LABEL_PT * LINE_HEIGHT + 2
    width, height = _size(place, picture)
    frame = {"x": place.x, "y": top, "width": width, "height": height}
    at = {name: f"{value:.2f}" for name, value in frame.items()}
    mark = ET.SubElement(root, f"{{{NAMESPACE}}}g", {"data-results": panel.score.result_id})
    look = {"fill": theme.TINT, "stroke": theme.HAIRLINE, "stroke-width": "0.6"}
    ET.SubElement(mark, f"{{{NAMESPACE}}}rect", at | look)
    if picture is None:
        absent = [Line(t) for t in wrap("Picture not at hand", width - 8, theme.SMALL_PT)]
        draw_lines(root, absent, place.x + 4, top + 4, theme.SMALL_PT)
    else:
        source = {"href": picture.uri, "preserveAspectRatio": "none"}
        ET.SubElement(mark, f"{{{NAMESPACE}}}image", at | source)
        _draw_bar(root, panel, place.x + width, top + height, width)
    draw_lines(root, _told_lines(place), place.x, top + height + 2, theme.SMALL_PT)


def _draw_bar(root: ET.Element, panel: Panel, right: float, bottom: float, width: float) -> None:
    """Draw the scale bar at the picture's corner, as long as its length is of what is shown."""
    bar, field = panel.bar, panel.field
    if bar is None or field is None or not bar.value or not field.value:
        return
    length = bar.value / field.value * width
    words = printable(f"{bar.display} \u00b5m")
    said = text_width(words, theme.SMALL_PT)
    ground = max(length, said) + 2 * _BAR_EDGE
    tall = theme.SMALL_PT * LINE_HEIGHT + _BAR + 2 * _BAR_EDGE - 2
    holder = ET.SubElement(root, f"{{{NAMESPACE}}}g", {"data-results": bar.result_id})
    left, top = right - ground - 3, bottom - tall - 3
    _rect(holder, (left, top, ground, tall), {"fill": "#ffffff", "fill-opacity": "0.85"})
    middle = left + ground / 2
    y = top + tall - _BAR_EDGE
    _rect(holder, (middle - length / 2, y - _BAR, length, _BAR), {"class": "scale-bar"})
    place = {"x": f"{middle:.2f}", "y": f"{y - _BAR - 2:.2f}", "text-anchor": "middle"}
    label = ET.SubElement(
        holder, f"{{{NAMESPACE}}}text", place | {"font-size": f"{theme.SMALL_PT:g}"}
    )
    label.text = words


def _rect(
    parent: ET.Element, place: tuple[float, float, float, float], look: Mapping[str, str]
) -> None:
    named = zip(("x", "y", "width", "height"), place, strict=True)
    at = {name: f"{value:.2f}" for name, value in named}
    ET.SubElement(parent, f"{{{NAMESPACE}}}rect", at | dict(look))
