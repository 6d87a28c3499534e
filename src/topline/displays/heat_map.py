"""Tiles in rows and columns, shaded by share or coloured by grade. Imported only when drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from topline.displays import theme
from topline.displays.legend import Entry, Legend, lay_out_legend
from topline.displays.marks import MIDDLE, draw_rectangle
from topline.displays.numbers import Number
from topline.displays.rate_bars import Panel
from topline.displays.row_names import (
    LINE,
    Placed,
    RowName,
    height_of,
    name_width,
    place_names,
    write_name,
)
from topline.displays.sheet import Look, Sheet, draw_sheet, shorten
from topline.displays.svg import text_width, wrap
from topline.displays.symbols import draw_band, draw_bar
from topline.displays.theme import Paint

_GAP: Final = 8.0
_TIGHTEST: Final = 7.6
_LOOSEST: Final = 13.5
_TALLEST: Final = 70.0
"""Of upright names of columns."""
_GROUND: Final = "#eceff3"
_WIDEST: Final = 46.0
"""Of a column."""
_LEAST_TEXT: Final = 11.0
"""Of a column whose tiles have text."""
_LEAST_MATRIX: Final = 44.0
"""Of a matrix beside others, so that its title has room."""


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

    @property
    def row(self) -> RowName:
        """The name alone."""
        return RowName(self.text, self.indent, self.heading)


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
    """A heat map, and where everything is; the matrices of a tier stand beside each other."""

    heat: HeatMap
    width: float
    size: float
    names: float
    said: float
    column: float
    tiers: tuple[tuple[Matrix, ...], ...]
    short: bool
    """Whether tiles have their short texts."""
    turned: bool
    """Whether the names of columns stand upright."""
    titles: float
    """Height of the titles of matrices."""
    heads: float
    """Height of the names of columns."""
    rows: tuple[Placed, ...]
    legend: Legend

    @property
    def tier(self) -> float:
        """Height of a tier."""
        return self.titles + self.heads + height_of(self.rows) + _GAP


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
    said = wrap(heat.remark, width, theme.NOTICE_PT) if heat.remark else ()
    end = top + page.tier * len(page.tiers) - _GAP + 3
    foot = end + (page.size * 1.5 if heat.below else 0)

    def draw(sheet: Sheet) -> None:
        page.legend.draw(sheet, 2, 0)
        for i, tier in enumerate(page.tiers):
            _draw_tier(sheet, page, tier, top + i * page.tier)
        if heat.below:
            words = heat.below_short if page.short and heat.below_short else heat.below
            place = 2 + page.names + _GAP, end
            sheet.write(*place, words, Look(size=page.size, colour=theme.MUTED))
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
    said = max((text_width(name.said, largest) for name in heat.names), default=0.0)
    said = max(said, text_width(heat.said, largest, "semibold")) + _GAP if said else 0.0
    need = max((name_width(name.row, largest) for name in heat.names), default=0.0)
    names = min(need, max(width * 0.36, 60.0))
    tiers, column = _tiers(heat, width - 2 - names - said)
    room = (theme.tallest() - legend.height - 30) / len(tiers) - 44
    pitch = min(_LOOSEST, max(_TIGHTEST, room / max(len(heat.names), 1)))
    size = min(largest, pitch / 1.16)
    titled = len(heat.matrices) > 1
    lines = max((len(_title(m, column, size)) for m in heat.matrices), default=0)
    turned = _words_wider(heat, column - 2, size)
    return _Page(
        heat,
        width,
        size,
        names,
        said,
        column,
        tiers,
        any(text_width(tile.text, size) > column - 2 for tile in _with_text(heat)),
        turned,
        (lines * size * 1.3 + 2) * titled,
        _head_height(heat, column, size, turned=turned),
        place_names([name.row for name in heat.names], names, size, pitch),
        legend,
    )


def _tiers(heat: HeatMap, room: float) -> tuple[tuple[tuple[Matrix, ...], ...], float]:
    """Stand as many matrices beside each other as can be read; return also a column's width."""
    count = len(heat.matrices)
    least = _LEAST_TEXT if any(_with_text(heat)) else 0.0
    tiers: tuple[tuple[Matrix, ...], ...] = ()
    column = _WIDEST
    for beside in range(max(count, 1), 0, -1):
        tiers = tuple(heat.matrices[i : i + beside] for i in range(0, count, beside))
        column = min(
            [
                _WIDEST,
                *(
                    (room - _GAP * len(tier)) / max(sum(len(m.columns) for m in tier), 1)
                    for tier in tiers
                ),
            ]
        )
        narrowest = min((len(m.columns) * column for m in heat.matrices), default=room)
        if beside == 1 or (column >= least and narrowest >= _LEAST_MATRIX):
            break
    return tiers or ((),), column


def _title(matrix: Matrix, column: float, size: float) -> tuple[str, ...]:
    """Break the title of a matrix; what is wider than the matrix is cut."""
    room = max(column * len(matrix.columns), 20.0)
    parts = [wrap(part, room, size, "semibold") for part in matrix.panel.title.split("\n")]
    kept = [line for part in parts for line in (part if len(part) <= 3 else part[:2])]
    cut = [part for part in parts if len(part) > 3]
    return tuple([*kept, shorten(" ".join(cut[0][2:]), room * 0.94, size)]) if cut else tuple(kept)


def _with_text(heat: HeatMap) -> Iterator[Tile]:
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
    return min(lines, 3) * size * LINE + 3


def _draw_tier(sheet: Sheet, page: _Page, tier: Sequence[Matrix], top: float) -> None:
    """Write names at the left, what is said of them at the right, and draw the matrices."""
    body, edge = top + page.titles + page.heads, page.width - 2
    if page.said and page.heat.said:
        head = Look(size=page.size, align="right", bold=True)
        sheet.write(edge, body - page.size * LINE - 3, page.heat.said, head)
    for name, row in zip(page.heat.names, page.rows, strict=True):
        if name.heading:
            draw_band(sheet, (0, body + row.top, page.width, row.height))
        first = write_name(sheet, row, 2, body, page.size)
        if name.said:
            text = sheet.write(edge, first, name.said, Look(size=page.size, align="right"))
            sheet.link(text, *name.numbers)
    left = 2 + page.names + _GAP
    for matrix in tier:
        _draw_matrix(sheet, page, matrix, (left, top))
        left += page.column * len(matrix.columns) + _GAP


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
    for tiles, row in zip(matrix.rows, page.rows, strict=True):
        y, height = body + row.top, row.height
        if matrix.ground:
            width = page.column * len(matrix.columns)
            draw_rectangle(sheet, left, y + 0.5, width, height - 1, fill=_GROUND)
        for i, tile in enumerate(tiles):
            if tile is not None:
                place = left + i * page.column, y, page.column, height
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
        lines = wrap(name, page.column - 2, page.size)[:3] if name else ()
        for j, text in enumerate(lines):
            y = body - 3 - (len(lines) - j) * page.size * LINE
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
