"""Cross tables: outcomes by group with effect and test below, or two readings of the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from topline.analyses.cross_table import TOTAL
from topline.analyses.levels import label_of
from topline.displays.numbers import Number, Numbers, print_cell
from topline.displays.table import Cell, Column, Row, Table
from topline.protocol.comparisons import Agreement, Comparison
from topline.protocol.protocol import Protocol
from topline.protocol.tables import CrossTable

_LIMITS: Final = ("estimate", "lower", "upper")
_EFFECTS: Final = ("odds ratio", "risk ratio", "difference")
_SHARE: Final = {"others": "No", "responders": "Yes", "n": "Total"}
_BETWEEN: Final = " - "


@dataclass(frozen=True, slots=True)
class _Part:
    """Columns that belong to one analysis: their heads, and each line's cells."""

    span: str
    heads: tuple[str, ...]
    lines: Mapping[str, tuple[Cell, ...]]
    """By the label of the line, in order."""


def compose_cross(plan: CrossTable, protocol: Protocol, numbers: Mapping[str, Numbers]) -> Table:
    """Return the table: a block of columns an analysis, lines that several share but once."""
    parts: list[_Part] = []
    label = ""
    for name in plan.analyses:
        analysis, found = protocol.analyses[name], numbers[name]
        label = label or next((r.parameter_label for r in found.rows if r.parameter_label), "")
        if isinstance(analysis, Agreement):
            parts.append(_crossed(protocol, analysis, found))
            label = label_of(protocol, analysis.first)
        elif isinstance(analysis, Comparison):
            parts.append(_compared(protocol, analysis, found))
        else:
            msg = f"{plan.number}: {name} is neither a comparison nor an agreement"
            raise TypeError(msg)
    lines = list(dict.fromkeys(line for part in parts for line in part.lines))
    columns = [Column(plan.head or label)]
    columns += [Column(head, span=part.span) for part in parts for head in part.heads]
    rows = [Row((Cell(line), *(c for part in parts for c in _cells(part, line)))) for line in lines]
    return Table(plan.number, plan.title, tuple(columns), tuple(rows))


def _cells(part: _Part, line: str) -> Sequence[Cell]:
    return part.lines.get(line) or [Cell("") for _ in part.heads]


def _compared(protocol: Protocol, analysis: Comparison, numbers: Numbers) -> _Part:
    """Return groups and total as columns; the effect stands under the group it is of."""
    span = label_of(protocol, analysis.by) if analysis.by else "Arm"
    groups = [group for group in numbers.groups() if group.by]
    found = {g.value: _by_level(numbers, g.by, g.value) for g in groups}
    total = _by_level(numbers, "", "").get(TOTAL, {})
    columns = [found[g.value].get("", {}) for g in groups]
    lines: dict[str, tuple[Cell, ...]] = {}
    if total:
        for statistic, label in _SHARE.items():
            each = (column.get(statistic) for column in (*columns, total))
            lines[label] = tuple(print_cell("{}", number) for number in each)
    heads = [*(group.label for group in groups), *(["Total"] if total else [])]
    if not total:
        lines |= _categories([found[g.value] for g in groups])
    width = len(heads)
    for effect in _EFFECTS:
        cells = [_estimate(found[g.value].get(effect, {})) for g in groups]
        if any(cell.text for cell in cells):
            named = f"{effect[:1].upper()}{effect[1:]} ({analysis.level:.0%} CI)"
            lines[named] = (*cells, *(Cell("") for _ in range(width - len(cells))))
    for test in _tests(numbers):
        cell = print_cell("{}", test)
        lines[f"P, {test.level_label}"] = (cell, *(Cell("") for _ in range(width - 1)))
    return _Part(span, tuple(heads), lines)


def _categories(
    groups: Sequence[Mapping[str, Mapping[str, Number]]],
) -> dict[str, tuple[Cell, ...]]:
    """Return a line a category of an outcome of several."""
    labels = {
        level: each["n"].level_label
        for group in groups
        for level, each in group.items()
        if level and "percent" in each and "n" in each
    }
    return {
        label: tuple(print_cell("{}", group.get(level, {}).get("n")) for group in groups)
        for level, label in labels.items()
    }


def _by_level(numbers: Numbers, by: str, group: str) -> dict[str, dict[str, Number]]:
    levels: dict[str, dict[str, Number]] = {}
    for r in numbers.rows:
        if (r.by, r.group) == (by, group):
            levels.setdefault(r.level, {})[r.statistic] = r
    return levels


def _tests(numbers: Numbers) -> list[Number]:
    """Return P of each test of all groups."""
    rows = (r for r in numbers.rows if r.statistic == "p_value" and not r.group)
    return [r for r in rows if r.level and _BETWEEN not in r.level]


def _estimate(found: Mapping[str, Number]) -> Cell:
    return print_cell("{} ({} to {})", *(found.get(name) for name in _LIMITS))


def _crossed(protocol: Protocol, analysis: Agreement, numbers: Numbers) -> _Part:
    """Return the second reading's categories as columns, the first one's as lines."""
    cells: dict[str, dict[str, Number]] = {}
    heads: dict[str, str] = {}
    for r in numbers.rows:
        if r.section and _BETWEEN in r.level and r.statistic == "n":
            _, column = r.level.rsplit(_BETWEEN, 1)
            cells.setdefault(r.section, {})[column] = r
            heads.setdefault(column, r.level_label)
    ordered = sorted(heads, key=lambda column: column == TOTAL)
    lines = {
        section: tuple(print_cell("{}", each.get(column)) for column in ordered)
        for section, each in cells.items()
    }
    blank = tuple(Cell("") for _ in ordered[1:])
    for level in ("concordance", "kappa", "icc"):
        mine = {r.statistic: r for r in numbers.rows if r.level == level}
        if "estimate" in mine:
            unit = ", %" if mine["estimate"].unit == "%" else ""
            named = f"{mine['estimate'].level_label}{unit} ({analysis.level:.0%} CI)"
            lines[named] = (_estimate(mine), *blank)
        if "p_value" in mine:
            lines[f"P, {mine['p_value'].level_label}"] = (print_cell("{}", mine["p_value"]), *blank)
    span = label_of(protocol, analysis.second)
    return _Part(span, tuple(heads[column] for column in ordered), lines)
