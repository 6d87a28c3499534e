"""The paper that documents are laid out for."""

from dataclasses import dataclass
from typing import Final, Literal

from topline.errors import UsageError

Turn = Literal["auto", "portrait", "landscape"]

SIDE: Final = 54.0
"""Margin at the left and at the right, in points: three quarters of an inch."""
EDGE: Final = 36.0
"""From the edge of the paper to the running head, and to the foot."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet held upright, in points, and whether tables may turn it."""

    width: float
    height: float
    turn: Turn = "auto"

    @property
    def ways(self) -> tuple[bool, ...]:
        """Whether the sheet lies on its side, the way to try first in front."""
        return {"auto": (False, True), "portrait": (False,), "landscape": (True,)}[self.turn]

    def size(self, *, landscape: bool) -> tuple[float, float]:
        """Return width and height as they are read."""
        return (self.height, self.width) if landscape else (self.width, self.height)


A4: Final = Paper(595.28, 841.89)
LETTER: Final = Paper(612.0, 792.0)
_SHEETS: Final = {"a4": A4, "letter": LETTER}
_TURNS: Final[tuple[Turn, ...]] = ("auto", "portrait", "landscape")


def read_paper(text: str) -> Paper:
    """Return the paper named, such as ``A4``, ``letter`` or ``letter landscape``.

    Raises
    ------
    UsageError
        No such paper, or no such way to turn it.

    Examples
    --------
    >>> read_paper("letter landscape")
    Paper(width=612.0, height=792.0, turn='landscape')
    """
    words = text.lower().replace("-", " ").split()
    turns: list[Turn] = [turn for turn in _TURNS if turn in words]
    sheets = [word for word in words if word not in turns]
    if len(turns) > 1 or len(sheets) > 1 or not set(sheets) <= set(_SHEETS) or not words:
        msg = f"--paper: found {text!r}; possible are A4 or letter, then portrait or landscape"
        raise UsageError(msg)
    sheet = _SHEETS[sheets[0]] if sheets else A4
    return Paper(sheet.width, sheet.height, turns[0] if turns else "auto")
