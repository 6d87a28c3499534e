"""Which lines share a page: a heading with its lines, where they fit on one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from topline.displays.table import Row

_LEAST_BELOW_HEADING: Final = 2
_HEADINGS_AT_MOST: Final = 0.5


@dataclass(frozen=True, slots=True)
class PageLines:
    """Lines `first` to before `end`; `headings` are those above the first line, said again."""

    first: int
    end: int
    headings: tuple[int, ...] = ()


def line_groups(rows: Sequence[Row]) -> tuple[tuple[int, int], ...]:
    """Return the groups of lines, each from its first to before its end.

    A line that is not indented begins a group. Without headings and indents, as in a listing,
    neighbours with the same first cell are a group.
    """
    if any(row.heading or row.cells[0].indent for row in rows):
        starts = [i for i, row in enumerate(rows) if not i or not row.cells[0].indent]
    else:
        names = [row.cells[0].text for row in rows]
        starts = [i for i, name in enumerate(names) if not i or not name or name != names[i - 1]]
    return tuple(pairwise([*starts, len(rows)])) if rows else ()


def paginate(
    rows: Sequence[Row], heights: Sequence[float], capacity: float
) -> tuple[PageLines, ...]:
    """Share the lines out to pages.

    Parameters
    ----------
    rows
        Lines of a table.
    heights
        Height of each, in points.
    capacity
        Height of a page between its column heads and its foot, in points.

    Returns
    -------
    tuple of PageLines
        At least one page. A group that fits on a page is on one page; of a longer one, the heading
        stands with two lines at least, and again on top of each further page. A line higher than
        the page has a page of its own.
    """
    filled = _Filling(rows, heights, capacity)
    for start, end in line_groups(rows):
        whole = sum(heights[start:end])
        together = end if whole <= capacity else min(start + 1 + _LEAST_BELOW_HEADING, end)
        if sum(heights[start:together]) > filled.free:
            filled.turn(start, ())
        for i in range(start, end):
            filled.add(start, i)
    return (*filled.pages, PageLines(filled.first, len(rows), filled.headings))


@dataclass(slots=True)
class _Filling:
    """Pages as they fill."""

    rows: Sequence[Row]
    heights: Sequence[float]
    capacity: float
    pages: list[PageLines] = field(default_factory=list[PageLines])
    first: int = 0
    headings: tuple[int, ...] = ()
    free: float = 0.0

    def __post_init__(self) -> None:
        self.free = self.capacity

    def turn(self, at: int, repeated: tuple[int, ...]) -> None:
        """Begin a page at a line, under headings said again."""
        if at > self.first:
            self.pages.append(PageLines(self.first, at, self.headings))
        self.first, self.headings = at, repeated
        self.free = self.capacity - sum(self.heights[i] for i in repeated)

    def add(self, start: int, line: int) -> None:
        """Add a line of the group that begins at `start`."""
        if self.heights[line] > self.free and line > self.first:
            at = self._with_its_head(start, line)
            above = _above(self.rows, start, at)
            said = sum(self.heights[i] for i in above)
            fits = said + sum(self.heights[at : line + 1]) <= self.capacity
            small = said <= _HEADINGS_AT_MOST * self.capacity
            self.turn(at, above if small and fits else ())
            self.free -= sum(self.heights[at:line])
        self.free -= self.heights[line]

    def _with_its_head(self, start: int, line: int) -> int:
        """Return the first line of the small headings right above a line, or the line itself."""
        at = line
        while at - 1 > max(start, self.first) and _depth(self.rows, at - 1) < _depth(self.rows, at):
            at -= 1
        fits = sum(self.heights[at : line + 1]) <= _HEADINGS_AT_MOST * self.capacity
        return at if fits else line


def _above(rows: Sequence[Row], start: int, line: int) -> tuple[int, ...]:
    """Return the lines of a group that a line stands under, the outermost first."""
    found: list[int] = []
    depth = _depth(rows, line)
    for i in range(line - 1, start - 1, -1):
        if _depth(rows, i) < depth:
            found.insert(0, i)
            depth = _depth(rows, i)
    return tuple(found)


def _depth(rows: Sequence[Row], line: int) -> int:
    return rows[line].cells[0].indent
