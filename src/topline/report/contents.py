"""The table of contents: the way to each part of a page of fifty displays."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_SUPPLEMENTARY: Final = re.compile(r"^(supp|ext|appendix|additional)|\b[sae]-?\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the page."""

    id: str
    title: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one head; a group of one place is that place."""

    title: str
    entries: tuple[Entry, ...]
    unfolded: bool = False


def is_supplementary(number: str) -> bool:
    """Tell whether a display's number is one of a supplement.

    Examples
    --------
    >>> [n for n in ("Table 1", "Table S1", "Supplementary Figure 2") if is_supplementary(n)]
    ['Table S1', 'Supplementary Figure 2']
    """
    return bool(_SUPPLEMENTARY.search(number))


def display_groups(shown: Iterable[tuple[str, Entry]]) -> tuple[Group, ...]:
    """Return tables and figures, then those of the supplement; empty groups are left out.

    Parameters
    ----------
    shown
        For each display `table` or `figure`, and its place, in the order of the page.

    Examples
    --------
    >>> shown = [("table", Entry("table-1", "Age", "Table 1")),
    ...          ("table", Entry("table-s1", "Sex", "Table S1"))]
    >>> [group.title for group in display_groups(shown)]
    ['Tables', 'Supplementary tables']
    """
    listed = list(shown)
    groups: list[Group] = []
    for supplementary in (False, True):
        for kind in ("table", "figure"):
            entries = tuple(
                entry
                for each, entry in listed
                if each == kind and is_supplementary(entry.number) is supplementary
            )
            title = f"Supplementary {kind}s" if supplementary else f"{kind.capitalize()}s"
            groups.append(Group(title, _in_order(entries), unfolded=not supplementary))
    return tuple(group for group in groups if group.entries)


def _in_order(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Sort by number: Table S2 before Table S10."""
    pieces = [[*re.split(r"(\d+)", entry.number)] for entry in entries]
    keys = [[int(p) if p.isdecimal() else p for p in piece] for piece in pieces]
    order = sorted(range(len(entries)), key=lambda i: [(type(k) is str, k) for k in keys[i]])
    return tuple(entries[i] for i in order)
