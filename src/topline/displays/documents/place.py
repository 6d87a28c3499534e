"""A display's place on paper: the sheet, and the room that its title and its notes take."""

from dataclasses import dataclass
from typing import Final

from topline.displays.documents.heads import PITCH
from topline.displays.documents.paper import EDGE, SIDE, Paper
from topline.displays.documents.widths import Measure, count_lines

HEAD_PT: Final = 7.5
TITLE_PT: Final = 10.0
NOTE_PT: Final = 7.5
BETWEEN: Final = 8.0
"""Between running head, title, body and foot, in points."""
CONTINUED: Final = " (continued)"
TOP: Final = EDGE + 2 * PITCH * HEAD_PT + BETWEEN
"""From the edge of the paper to the title, in points."""
# Footnotes beyond this share of the page stand below the display.
_NOTES_AT_MOST: Final = 0.35
_POINTER: Final = "Further notes stand below the end of the table."


@dataclass(frozen=True, slots=True)
class Setting:
    """What all displays of a document share."""

    notice: str
    """A sentence for every page, whether or not the footnotes have it."""
    paper: Paper
    measure: Measure
    """Width of text in the font of the document."""
    spare: int = 0
    """Lines of footnotes to leave room for besides."""

    def room(self, *, landscape: bool) -> float:
        """Return the width between the margins, in points."""
        return self.paper.size(landscape=landscape)[0] - 2 * SIDE


@dataclass(frozen=True, slots=True)
class Place:
    """The pages of one display; lengths in points."""

    heading: str
    """Number and title, said on every page."""
    width: float
    height: float
    title_height: float
    notes: tuple[str, ...]
    """Footnotes that stand on every page."""
    notes_height: float
    further: tuple[str, ...]
    """Footnotes that stand below the end of the display."""

    @property
    def landscape(self) -> bool:
        """Whether the sheet lies on its side."""
        return self.width > self.height

    @property
    def room(self) -> float:
        """Width between the margins."""
        return self.width - 2 * SIDE

    @property
    def bottom(self) -> float:
        """From the body to the lower edge of the paper."""
        return BETWEEN + self.notes_height + EDGE

    @property
    def body(self) -> float:
        """Height between title and foot."""
        return self.height - TOP - self.title_height - BETWEEN - self.bottom


def compute_place(
    heading: str, notes: tuple[str, ...], setting: Setting, *, landscape: bool
) -> Place:
    """Return the place of a display with a heading and notes."""
    width, height = setting.paper.size(landscape=landscape)
    room = setting.room(landscape=landscape)
    said = count_lines(heading + CONTINUED, room, TITLE_PT, setting.measure, "semibold")
    everywhere, further = _share_notes(notes, setting, room, _NOTES_AT_MOST * height)
    foot = _notes_height(everywhere, setting, room) + setting.spare * PITCH * NOTE_PT
    return Place(heading, width, height, said * PITCH * TITLE_PT, everywhere, foot, further)


def _share_notes(
    notes: tuple[str, ...], setting: Setting, room: float, most: float
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the notes for every page, the notice among them, and those for the end."""
    everywhere = tuple(note for note in notes if note != setting.notice)
    notice = (setting.notice,) if setting.notice else ()
    if _notes_height((*everywhere, *notice), setting, room) <= most:
        return (*everywhere, *notice), ()
    further: tuple[str, ...] = ()
    while everywhere and _notes_height((*everywhere, _POINTER, *notice), setting, room) > most:
        everywhere, further = everywhere[:-1], (everywhere[-1], *further)
    return (*everywhere, _POINTER, *notice), further


def _notes_height(notes: tuple[str, ...], setting: Setting, room: float) -> float:
    lines = sum(count_lines(note, room, NOTE_PT, setting.measure) for note in notes)
    return lines * PITCH * NOTE_PT
