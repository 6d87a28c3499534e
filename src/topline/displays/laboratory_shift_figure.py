"""Laboratory shifts as tiles: baseline against worst, a square a test, direction and arm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from topline.analyses.laboratory_shift import ANY
from topline.displays import theme
from topline.displays.event_heat_figure import shaded, shades
from topline.displays.heat_map import Tile, draw_tile
from topline.displays.laboratory_tables import EVALUATED, TO
from topline.displays.legend import lay_out_legend
from topline.displays.marks import MIDDLE, draw_shape
from topline.displays.numbers import Group, Number, Numbers
from topline.displays.sheet import Look, Sheet, draw_sheet, shorten
from topline.displays.svg import text_width
from topline.protocol.figures_of_groups import LaboratoryShiftFigure

_TALL: Final = 13.0
_BETWEEN: Final = 14.0
_NARROWEST: Final = 74.0
"""Of a square with its names, so that titles have room."""
_SIZE: Final = theme.SMALL_PT
_LINE: Final = _SIZE * 1.3
_Cells = Mapping[tuple[str, str], Mapping[str, Number]]


@dataclass(frozen=True, slots=True)
class Shift:
    """A square of one arm: rows are baselines, columns the worst results."""

    arm: str
    evaluated: Number
    tiles: tuple[tuple[Tile | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A test in one direction: the squares of its arms have the same rows and columns."""

    test: str
    label: str
    """What it shows in this direction."""
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    names: float
    """Width of the names of rows."""
    wide: float
    """Width of a tile."""
    square: float
    """Width of a square with its names and the gap behind it."""
    arms: int
    """Squares of a block beside each other."""
    beside: int
    """Blocks beside each other."""
    block: float
    """Width of a block."""


def blocks_of(plan: LaboratoryShiftFigure, numbers: Numbers) -> tuple[Block, ...]:
    """Gather the squares, test by test.

    Parameters
    ----------
    plan
        Whether tests are shown in which nobody became worse.
    numbers
        Results of shifts.
    """
    groups = numbers.groups()
    groups = tuple(group for group in groups if group.by) or groups
    keys = dict.fromkeys((r.section, r.parameter, r.parameter_label) for r in numbers.rows)
    blocks = (_block(numbers, key, groups, everything=plan.unchanged) for key in keys)
    return tuple(block for block in blocks if block is not None)


def _block(
    numbers: Numbers, key: tuple[str, str, str], groups: Sequence[Group], *, everything: bool
) -> Block | None:
    """Return the squares of a test, without baselines and results that nobody has."""
    section, parameter, label = key
    found = [_cells(numbers, section, parameter, group) for group in groups]
    heads = {base: r["n"].level_label.split(TO)[0] for c in found for (base, _), r in c.items()}
    scale = list(dict.fromkeys(base for cells in found for base, _ in cells))
    there = [
        (base, worst)
        for cells in found
        for (base, worst), r in cells.items()
        if worst != ANY and r["n"].value
    ]
    places = {level: place for place, level in enumerate(scale)}
    if not everything and not any(places[worst] > places[base] for base, worst in there):
        return None
    rows = [level for level in scale if any(base == level for base, _ in there)]
    known = [level for level in scale if any((scale_, level) in found[0] for scale_ in scale)]
    used = [places[level] for pair in there for level in pair if level in known]
    columns = [level for level in known if used and min(used) <= places[level] <= max(used)]
    named = len(groups) > 1
    shifts = [
        Shift(group.label if named else "", evaluated, _tiles(cells, rows, columns))
        for group, cells in zip(groups, found, strict=True)
        if (evaluated := _evaluated(numbers, section, parameter, group)) is not None
    ]
    named_rows = tuple(_short(heads[level]) for level in rows)
    named_columns = tuple(_short(heads[level]) for level in columns)
    return Block(section, label, named_rows, named_columns, tuple(shifts))


def _evaluated(numbers: Numbers, section: str, parameter: str, group: Group) -> Number | None:
    return numbers.get(parameter, "n", group=group, level=EVALUATED, section=section)


def _cells(numbers: Numbers, section: str, parameter: str, group: Group) -> _Cells:
    """Return count and share by baseline and worst result."""
    cells: dict[tuple[str, str], dict[str, Number]] = {}
    mine = (section, parameter, group.by, group.value)
    for r in numbers.rows:
        if (r.section, r.parameter, r.by, r.group) == mine and TO in r.level:
            base, worst = r.level.split(TO)
            cells.setdefault((base, worst), {})[r.statistic] = r
    return cells


def _short(words: str) -> str:
    """Print `Grade 2` as 2."""
    return words.removeprefix("Grade ").replace("Missing", "?")


def _tiles(
    cells: _Cells, rows: Sequence[str], columns: Sequence[str]
) -> tuple[tuple[Tile | None, ...], ...]:
    return tuple(tuple(_tile(cells.get((row, column), {})) for column in columns) for row in rows)


def _tile(found: Mapping[str, Number]) -> Tile | None:
    n, percent = found.get("n"), found.get("percent")
    if n is None or percent is None:
        return None
    return shaded(percent, n.display if n.value else "", "", n)


def draw_shifts(blocks: tuple[Block, ...], width: float, prefix: str, notice: str = "") -> str:
    """Return the squares as SVG, as many tests beside each other as there is room for.

    Parameters
    ----------
    blocks
        In the order of print.
    width
        Of the picture, in points.
    prefix
        Start of every id in the picture.
    notice
        Printed small at the foot.
    """
    legend = lay_out_legend([shades()], width - 4)
    page = _lay_out(blocks, width)
    rows = [blocks[i : i + page.beside] for i in range(0, len(blocks), page.beside)]
    tops = [legend.height + 6.0]
    for row in rows:
        tops.append(tops[-1] + max(_height(page, block) for block in row) + _BETWEEN)

    def draw(sheet: Sheet) -> None:
        legend.draw(sheet, 2, 0)
        for row, top in zip(rows, tops, strict=False):
            for i, block in enumerate(row):
                _draw_block(sheet, page, block, 2 + i * page.block, top)

    return draw_sheet(width, tops[-1], draw, prefix=prefix, notice=notice)


def _lay_out(blocks: Sequence[Block], width: float) -> _Page:
    names = max((text_width(row, _SIZE) for b in blocks for row in b.rows), default=0.0) + 14
    wide = max((text_width(c, _SIZE) for b in blocks for c in b.columns), default=0.0) + 3
    wide = max(wide, 15.0)
    most = max((len(b.columns) for b in blocks), default=1)
    square = min(max(names + wide * most, _NARROWEST) + _BETWEEN, width - 4)
    room = width + _BETWEEN - 4
    several = max((len(b.shifts) for b in blocks), default=1)
    arms = min(several, max(1, int(room / square)))
    beside = max(1, int(room / (square * arms)))
    tile = min(wide, (square - _BETWEEN - names) / most)
    return _Page(names, tile, square, arms, beside, square * arms)


def _lines(page: _Page, block: Block) -> int:
    """Return on how many lines the arms of a block stand."""
    return -(-len(block.shifts) // page.arms)


def _line_height(block: Block) -> float:
    return _LINE * 2 + len(block.rows) * _TALL + theme.NOTICE_PT * 1.5


def _height(page: _Page, block: Block) -> float:
    return _LINE * 2 + _lines(page, block) * _line_height(block)


def _draw_block(sheet: Sheet, page: _Page, block: Block, x: float, top: float) -> None:
    """Write the test's name, and draw the square of each arm."""
    room = page.block - _BETWEEN
    sheet.write(x, top, shorten(block.test, room * 0.93, _SIZE), Look(bold=True, size=_SIZE))
    sheet.write(x, top + _LINE, shorten(block.label, room, _SIZE), Look(size=_SIZE))
    for i, shift in enumerate(block.shifts):
        left = x + i % page.arms * page.square
        y = top + 2 * _LINE + i // page.arms * _line_height(block)
        said = f"N = {shift.evaluated.display}"
        if shift.arm:
            rest = page.square - _BETWEEN - text_width(f", {said}", _SIZE)
            said = f"{shorten(shift.arm, rest, _SIZE)}, {said}"
        counted = sheet.write(left, y, said, Look(size=_SIZE))
        sheet.link(counted, shift.evaluated)
        _draw_square(sheet, page, block, shift, (left, y + 2 * _LINE))


def _draw_square(
    sheet: Sheet, page: _Page, block: Block, shift: Shift, at: tuple[float, float]
) -> None:
    """Draw a square with its names, and a frame around those who did not change."""
    (x, body), start = at, at[0] + page.names
    centred, right = Look(align="center", size=_SIZE), Look(align="right", size=_SIZE)
    for i, name in enumerate(block.columns):
        sheet.write(start + (i + 0.5) * page.wide, body - _LINE, name, centred)
    for j, (name, tiles) in enumerate(zip(block.rows, shift.tiles, strict=True)):
        line = body + j * _TALL
        sheet.write(start - 3, line + _TALL / 2 - _SIZE * MIDDLE, name, right)
        for i, tile in enumerate(tiles):
            if tile is not None:
                draw_tile(sheet, tile, (start + i * page.wide, line, page.wide, _TALL), _SIZE)
        if name in block.columns:
            _draw_frame(sheet, start + block.columns.index(name) * page.wide, line, page.wide)
    height = len(block.rows) * _TALL
    middle = start + len(block.columns) * page.wide / 2
    muted = Look(align="center", size=theme.NOTICE_PT, colour=theme.MUTED)
    sheet.write(middle, body + height + 1, "Worst", muted)
    named = "Baseline" if height > 26 else "Base"
    turned = Look(align="center", size=theme.NOTICE_PT, colour=theme.MUTED, turn=90)
    sheet.write(x + 4, body + height / 2, named, turned)


def _draw_frame(sheet: Sheet, x: float, y: float, wide: float) -> None:
    """Frame the tile of those whose worst result is as the baseline was."""
    corners = [(x, y), (x + wide, y), (x + wide, y + _TALL), (x, y + _TALL)]
    draw_shape(sheet, corners, fill="none", edge=theme.MUTED)


def describe_shifts(blocks: tuple[Block, ...]) -> str:
    """Say in words who changed from which baseline to which worst result."""
    told: list[str] = []
    for block in blocks:
        for shift in block.shifts:
            moved = [
                f"{tile.text} from {row} to {column}"
                for row, tiles in zip(block.rows, shift.tiles, strict=True)
                for column, tile in zip(block.columns, tiles, strict=True)
                if tile is not None and tile.text and row != column
            ]
            named = ", ".join(filter(None, [block.test, block.label, shift.arm]))
            told.append(f"{named}: {', '.join([f'{shift.evaluated.display} evaluated', *moved])}")
    return f"Baseline against worst result under treatment. {'. '.join(told)}."
