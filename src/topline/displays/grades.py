"""Grades of adverse events and laboratory results: their colours, the same in every figure."""

from typing import Final

from topline.analyses.adverse_events import SCALES
from topline.analyses.levels import MISSING
from topline.displays import theme
from topline.displays.theme import Paint
from topline.protocol.protocol import Protocol

_CTCAE: Final = ("1", "2", "3", "4", "5")


def grades_of(protocol: Protocol) -> dict[str, tuple[str, Paint]]:
    """Return label and look of each grade of the trial's severity scale, missing ones last."""
    labels = SCALES[protocol.adverse_events.severity]
    grades = [level for level in labels if level.isdigit()]
    looks = {grade: theme.scale(place, len(grades)) for place, grade in enumerate(grades)}
    return {
        level: (label, looks.get(level, theme.MISSING))
        for level, label in labels.items()
        if level in looks or level == MISSING
    }


def ctcae_paint(grade: str) -> Paint:
    """Return the look of a CTCAE grade, 1 to 5."""
    return theme.scale(_CTCAE.index(grade), len(_CTCAE))
