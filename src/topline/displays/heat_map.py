"""Tiles in rows and columns, shaded by share or coloured by grade. Imported only when drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from topline.displays import theme
from topline.displays.legend import Entry, Legend, lay_out_legend
from topline.displays.marks import MIDDLE, draw_rectangle
from topline.displays.numbers import Number
from topline.displays.rate_bars import Panel
from topline.displays.sheet import Look, Sheet, draw_sheet, shorten
from topline.displays.svg import text_width, wrap
from topline.displays.symbols import draw_band, draw_bar
from topline.displays.theme import Paint

_GAP: Final = 8.0
_INDENT: Final = 8.0
_LINE: Final = 1.18
_TIGHTEST: Final = 7.6
_LOOSEST: Final = 13.5
_TALLEST: Final = 70.0
"""Of upright names of columns."""
_GROUND: Final = "#eceff3"
_WIDEST: Final = 46.0
"""Of a column."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One place of a matrix."""

    paint: Paint
    text: str = ""
    short: str = ""
    """Printed in all tiles where the text does not fit in each."""
    numbers: tuple[Number, ...] = ()
    white: bool = False
    """Whether its text is white, on a dark ground."""


@dataclass(frozen=True, slots=True)
class Name:
    """Name of a row, and what is said of it at the right."""

    text: str
    indent: int = 0
    heading: bool = False
    said: str = ""
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of tiles under the names of their columns."""

    panel: Panel
    columns: tuple[str, ...]
    rows: tuple[tuple[Tile | None, ...], ...]
    ground: bool = False
    """Whether rows have a tinted ground, on which places without a tile are seen."""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Matrices side by side, whose rows have the same names."""

    names: tuple[Name, ...]
    matrices: tuple[Matrix, ...]
    entries: tuple[Entry, ...] = ()
    """Legend."""
    said: str = ""
    """Head of what is said at the right."""
    below: str = ""
    """Said of the tiles, below."""
    below_short: str = ""
    """The same where tiles have their short texts."""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class _Page:
    heat: HeatMap
    width: float
    size: float
    pitch: float
    names: float
    said: float
    column: float
    short: bool
    """Whether tiles have their short texts."""
    turned: bool
    """Whether the names of columns stand upright."""
    titles: float
    """Height of the titles of matrices."""
    heads: float
    """Height of the names of columns."""
    rows: tuple[tuple[tuple[str, ...], float, float], ...]
    """Each name in lines of text, its top and its height."""
    legend: Legend

    @property
    def body(self) -> float:
        """Height of the rows."""
        return self.rows[-1][1] + self.rows[-1][2] if self.rows else 0.0


def draw_heat_map(heat: HeatMap, width: float, prefix: str, notice: str = "") -> str:
    """Return a heat map as SVG.

    Parameters
    ----------
    heat
        Names, matrices, legend.
    width
        Of the picture, in points.
    prefix
        Start of every id in the picture.
    notice
        Printed small at the foot.
    """
    page = _lay_out(heat, width)
    top = page.legend.height + (4 if page.legend.height else 0)
    body = top + page.titles + page.heads
    said = wrap(heat.remark, width, theme.NOTICE_PT) if heat.remark else ()
    foot = body + page.body + 3 + (page.size * 1.5 if heat.below else 0)

    def draw(sheet: Sheet) -> None:
        page.legend.draw(sheet, 2, 0)
        _draw_names(sheet, page, body)
        left = 2 + page.names + _GAP
        for matrix in heat.matrices:
            _draw_matrix(sheet, page, matrix, (left, top))
            left += page.column * len(matrix.columns) + _GAP
        if heat.below:
            place = 2 + page.names + _GAP, body + page.body + 3
            said_below = heat.below_short if page.short else heat.below
            sheet.write(*place, said_below, Look(size=page.size, colour=theme.MUTED))
        for i, text in enumerate(said):
            look = Look(size=theme.NOTICE_PT, colour=theme.MUTED)
            sheet.write(2, foot + i * theme.NOTICE_PT * 1.3, text, look)

    height = foot + len(said) * theme.NOTICE_PT * 1.3 + 2
    return draw_sheet(width, height, draw, prefix=prefix, notice=notice)


def describe_heat_map(heat: HeatMap, kind: str) -> str:
    """Say in words what the rows of a heat map show."""
    told: list[str] = []
    for i, name in enumerate(heat.names):
        parts: list[str] = []
        for matrix in heat.matrices:
            cells = zip(matrix.columns, matrix.rows[i], strict=True)
            shown = [f"{c} {t.text}" for c, t in cells if t is not None and t.text]
            who = f"{matrix.panel.title.replace(chr(10), ' ')}: " if len(heat.matrices) > 1 else ""
            parts += [who + ", ".join(shown)] if shown else []
        said = "; ".join([*parts, *([name.said] if name.said else [])])
        told.append(f"{name.text}: {said}" if said else name.text)
    return f"{kind}. {'. '.join(told)}."


def _lay_out(heat: HeatMap, width: float) -> _Page:
    """Measure names; the tiles take what they leave."""
    narrow = width < theme.page_width("two columns") * 0.75
    largest = theme.SMALL_PT if narrow else theme.LABEL_PT
    legend = lay_out_legend([heat.entries] if heat.entries else [], width - 4)
    room = theme.tallest() - legend.height - 70
    pitch = min(_LOOSEST, max(_TIGHTEST, room / max(len(heat.names), 1)))
    size = min(largest, pitch / 1.16)
    said = max((text_width(name.said, size) for name in heat.names), default=0.0)
    said = max(said, text_width(heat.said, size, "semibold")) + _GAP if said else 0.0
    columns = max(sum(len(matrix.columns) for matrix in heat.matrices), 1)
    need = max((_name_width(name, size) for name in heat.names), default=0.0)
    names = min(need, max(width * 0.36, 60.0))
    left = width - 2 - names - said - _GAP * len(heat.matrices)
    column = min(_WIDEST, left / columns)
    titled = len(heat.matrices) > 1
    titles = max((len(_title(m, column, size)) for m in heat.matrices), default=0) if titled else 0
    turned = _words_wider(heat, column - 2, size)
    return _Page(
        heat,
        width,
        size,
        pitch,
        names,
        said,
        column,
        any(text_width(tile.text, size) > column - 2 for tile in _tiles(heat)),
        turned,
        titles * size * 1.3 + 2 * titled,
        _head_height(heat, column, size, turned=turned),
        tuple(_stacked(heat, names, size, pitch)),
        legend,
    )


def _name_width(name: Name, size: float) -> float:
    weight = "semibold" if name.heading else "regular"
    return name.indent * _INDENT + text_width(name.text, size, weight) + 2


def _title(matrix: Matrix, column: float, size: float) -> tuple[str, ...]:
    room = max(column * len(matrix.columns), 30.0)
    parts = [wrap(part, room, size, "semibold") for part in matrix.panel.title.split("\n")]
    return tuple(line for part in parts for line in part[:3])


def _tiles(heat: HeatMap) -> Iterator[Tile]:
    for matrix in heat.matrices:
        for row in matrix.rows:
            yield from (tile for tile in row if tile is not None and tile.short)


def _words_wider(heat: HeatMap, room: float, size: float) -> bool:
    """Whether some word of a column's name would have to be broken."""
    words = (word for m in heat.matrices for name in m.columns for word in name.split())
    return any(text_width(word, size) > room for word in words)


def _head_height(heat: HeatMap, column: float, size: float, *, turned: bool) -> float:
    """Return the height of the names of columns; upright ones that find no room have none."""
    names = [name for matrix in heat.matrices for name in matrix.columns if name]
    if turned:
        longest = max((text_width(name, theme.NOTICE_PT) for name in names), default=0.0)
        return min(longest, _TALLEST) + 4 if column >= theme.NOTICE_PT * 1.05 else 2.0
    lines = max((len(wrap(name, column - 2, size)) for name in names), default=0)
    return min(lines, 3) * size * _LINE + 3


def _stacked(
    heat: HeatMap, names: float, size: float, pitch: float
) -> list[tuple[tuple[str, ...], float, float]]:
    """Set the rows one below the other; a long name takes two lines, and is cut after that."""
    stacked: list[tuple[tuple[str, ...], float, float]] = []
    top = 0.0
    for name in heat.names:
        room = names - name.indent * _INDENT
        first, *rest = wrap(name.text, room, size, "semibold" if name.heading else "regular")
        if rest and pitch > _TIGHTEST + 1:
            lines = (first, shorten(" ".join(rest), room * 0.94, size))
        else:
            lines = (shorten(name.text, room * 0.94, size),) if rest else (first,)
        height = pitch + (len(lines) - 1) * size * _LINE
        stacked.append((lines, top, height))
        top += height
    return stacked


def _draw_names(sheet: Sheet, page: _Page, body: float) -> None:
    """Write names at the left, and what is said of them at the right."""
    right = Look(size=page.size, align="right")
    edge = page.width - 2
    if page.said and page.heat.said:
        head = Look(size=page.size, align="right", bold=True)
        sheet.write(edge, body - page.size * _LINE - 3, page.heat.said, head)
    for name, (lines, y, height) in zip(page.heat.names, page.rows, strict=True):
        if name.heading:
            draw_band(sheet, (0, body + y, page.width, height))
        first = body + y + (height - len(lines) * page.size * _LINE) / 2
        for i, part in enumerate(lines):
            look = Look(bold=name.heading, size=page.size)
            place = 2 + name.indent * _INDENT, first + i * page.size * _LINE
            sheet.write(*place, part, look)
        if name.said:
            text = sheet.write(edge, first, name.said, right)
            sheet.link(text, *name.numbers)


def _draw_matrix(sheet: Sheet, page: _Page, matrix: Matrix, at: tuple[float, float]) -> None:
    """Draw the title, the names of the columns, and the tiles."""
    left, top = at
    if page.titles:
        title = _title(matrix, page.column, page.size)
        for i, text in enumerate(title):
            place = left, top + page.titles - 2 - (len(title) - i) * page.size * 1.3
            mark = sheet.write(*place, text, Look(bold=True, size=page.size))
            sheet.link(mark, *matrix.panel.numbers)
    body = top + page.titles + page.heads
    _draw_heads(sheet, page, matrix.columns, left, body)
    for tiles, (_, y, height) in zip(matrix.rows, page.rows, strict=True):
        if matrix.ground:
            width = page.column * len(matrix.columns)
            draw_rectangle(sheet, left, body + y + 0.5, width, height - 1, fill=_GROUND)
        for i, tile in enumerate(tiles):
            if tile is not None:
                place = left + i * page.column, body + y, page.column, height
                draw_tile(sheet, tile, place, page.size, short=page.short)


def _draw_heads(
    sheet: Sheet, page: _Page, columns: Sequence[str], left: float, body: float
) -> None:
    """Write the names of columns, centred in lines or upright."""
    for i, name in enumerate(columns):
        x = left + (i + 0.5) * page.column
        if page.turned:
            if page.heads > 2 and name:
                look = Look(size=theme.NOTICE_PT, turn=90)
                sheet.write(x, body - 2, shorten(name, _TALLEST, theme.NOTICE_PT), look)
            continue
        lines = wrap(name, page.column - 2, page.size)[:3]
        for j, text in enumerate(lines):
            y = body - 3 - (len(lines) - j) * page.size * _LINE
            sheet.write(x, y, text, Look(align="center", size=page.size))


def draw_tile(
    sheet: Sheet,
    tile: Tile,
    place: tuple[float, float, float, float],
    size: float,
    *,
    short: bool = False,
) -> None:
    """Draw a tile with a thin white rim, its text in the middle where it fits."""
    x, y, width, height = place
    rim = 0.5 if width > 4 else 0.0
    inner = x + rim, y + 0.5, width - 2 * rim, height - 1.0
    sheet.link(draw_bar(sheet, inner, tile.paint), *tile.numbers)
    said = tile.short if short and tile.short else tile.text
    if said and text_width(said, size) <= width - 2 and height >= size:
        colour = "#ffffff" if tile.white else theme.INK
        look = Look(align="center", size=size, colour=colour)
        text = sheet.write(x + width / 2, y + height / 2 - size * MIDDLE, said, look)
        sheet.link(text, *tile.numbers)
