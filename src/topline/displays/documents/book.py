"""Displays that are handed in as one file: each on pages of its own, a contents list in front."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from topline.displays.documents.heads import PITCH
from topline.displays.documents.imprint import Imprint
from topline.displays.documents.layout import Layout, lay_out
from topline.displays.documents.place import (
    TOP,
    Place,
    Setting,
    compute_place,
)
from topline.displays.documents.widths import count_lines
from topline.displays.figure import Figure
from topline.displays.table import Table

CONTENTS_PT: Final = 9.0
CONTENTS_AIR: Final = 2.0
"""Between entries of the contents list, in points."""
_SIZE: Final = re.compile(r'<svg[^>]*?\swidth="([\d.]+)pt"[^>]*?\sheight="([\d.]+)pt"')
_PORTRAIT_DOWN_TO: Final = 0.85
_PAGE_NUMBER: Final = 40.0
# Title, three lines about the study and a heading, as all formats set them.
_FRONT: Final = 130.0


@dataclass(frozen=True, slots=True)
class Plate:
    """A figure and its place; lengths in points."""

    figure: Figure
    place: Place
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A display of the book, and the name of its own files."""

    name: str
    content: Layout | Plate

    @property
    def place(self) -> Place:
        """Its pages."""
        return self.content.place

    @property
    def pages(self) -> int:
        """How many pages it takes."""
        return len(self.content.pages) if isinstance(self.content, Layout) else 1


@dataclass(frozen=True, slots=True)
class Book:
    """What a file with pages holds."""

    title: str
    imprint: Imprint
    setting: Setting
    pieces: tuple[Piece, ...]
    contents: bool
    """Whether a title and a contents list come first."""
    tagged: bool = True
    """Whether PDF has tags, by which a reader's software knows a table; they take room."""

    @property
    def first_pages(self) -> tuple[int, ...]:
        """Page on which each piece begins."""
        page, found = 1 + len(self.contents_pages), list[int]()
        for piece in self.pieces:
            found.append(page)
            page += piece.pages
        return tuple(found)

    @property
    def contents_place(self) -> Place:
        """Pages of the contents list."""
        return compute_place("", (), self.setting, landscape=False)

    @property
    def contents_pages(self) -> tuple[int, ...]:
        """Entry with which each page of the contents list begins; none without such a list."""
        if not self.contents:
            return ()
        place = self.contents_place
        capacity = place.height - TOP - place.bottom - PITCH * CONTENTS_PT
        room = place.room - _PAGE_NUMBER
        begun, free = [0], capacity - _FRONT
        for i, piece in enumerate(self.pieces):
            lines = count_lines(piece.place.heading, room, CONTENTS_PT, self.setting.measure)
            height = lines * PITCH * CONTENTS_PT + CONTENTS_AIR
            if height > free:
                begun.append(i)
                free = capacity
            free -= height
        return tuple(begun)


def bind(
    title: str,
    displays: Sequence[tuple[str, Table | Figure]],
    imprint: Imprint,
    setting: Setting,
    *,
    contents: bool,
) -> Book:
    """Lay out displays, each with the name of its files, for one document."""
    pieces: list[Piece] = []
    for name, display in displays:
        if isinstance(display, Figure):
            pieces.append(Piece(name, _mount(display, setting)))
        else:
            pieces += [Piece(name, part) for part in lay_out(display, setting)]
    return Book(title, imprint, setting, tuple(pieces), contents)


def picture_size(figure: Figure) -> tuple[float, float]:
    """Return width and height of the picture, in points.

    Raises
    ------
    ValueError
        The picture does not say its size in points.
    """
    found = _SIZE.search(figure.svg)
    if not found:
        msg = f"{figure.number}: the picture does not begin with its width and height in points"
        raise ValueError(msg)
    return float(found[1]), float(found[2])


def _mount(figure: Figure, setting: Setting) -> Plate:
    """Put a figure on a page, made smaller only where it would not fit."""
    width, height = picture_size(figure)
    heading = f"{figure.number}. {figure.title}"
    best: Plate | None = None
    for landscape in setting.paper.ways:
        place = compute_place(heading, figure.footnotes, setting, landscape=landscape)
        scale = min(1.0, place.room / width, place.body / height)
        plate = Plate(figure, place, width * scale, height * scale)
        if best is None or plate.width > best.width:
            best = plate
        if scale >= _PORTRAIT_DOWN_TO:
            break
    assert best is not None
    return best
