"""What every planned display has: its number, title, footnotes, and a figure's width."""

from typing import Literal

from topline.protocol.words import Text
from topline.values import Value


class PlannedDisplay(Value):
    """A display: its number, its title, and what stands below it."""

    number: Text
    """Such as Table 1 or Figure 4A; also the name of its file."""
    title: Text
    footnotes: tuple[Text, ...] = ()
    """Printed below, after those that the analysis brings along."""


class PlannedFigure(PlannedDisplay):
    """A figure, and how wide it is printed."""

    width: Literal["one column", "two columns"] = "two columns"
    """Printed width: a journal's column (89 mm) or two (183 mm)."""
