"""Names of displays that files, links and ids can have."""

import re
from collections.abc import Sequence
from typing import Final

from topline.displays.figure import Figure
from topline.displays.table import Table

_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")


def slug(number: str) -> str:
    """Return a display's number as a name.

    Examples
    --------
    >>> slug("Figure 4A")
    'figure-4a'
    """
    return _NOT_IN_NAMES.sub("-", number.lower()).strip("-")[:60] or "display"


def slugs(displays: Sequence[Table | Figure]) -> tuple[str, ...]:
    """Return a name for each display, none of them twice."""
    taken: set[str] = set()
    names: list[str] = []
    for display in displays:
        plain = slug(display.number)
        name = next(n for n in (plain, *(f"{plain}-{i}" for i in range(2, 999))) if n not in taken)
        taken.add(name)
        names.append(name)
    return tuple(names)
