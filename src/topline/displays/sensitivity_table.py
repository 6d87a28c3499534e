"""Sensitivity to informative censoring: an estimate under each assumption, and what tips it."""

from typing import Final

from topline.displays.numbers import Group, Number, Numbers, print_cell
from topline.displays.table import Cell, Column, Row, Table, heading
from topline.protocol.analyses import CensoringSensitivity
from topline.protocol.protocol import Protocol
from topline.protocol.tables import SensitivityTable

_TIPPING: Final = "tipping point"
_MEDIAN: Final = ("median", "median_lower", "median_upper")
_RATE: Final = ("rate", "rate_lower", "rate_upper")


def compose_sensitivity(plan: SensitivityTable, protocol: Protocol, numbers: Numbers) -> Table:
    """Return a line an assumption, arm by arm, and below them the tipping points."""
    analysis = protocol.analyses[plan.analysis]
    level = analysis.level if isinstance(analysis, CensoringSensitivity) else 0.95
    landmarks = {r.level: r.level_label or r.level for r in numbers.rows if r.statistic == "rate"}
    unit = next((r.unit for r in numbers.rows if r.statistic == "median"), "")
    columns = (
        Column("Assumption on those who left"),
        Column(f"Median{f', {unit}' if unit else ''} ({level:.0%} CI)"),
        *(Column(f"{label}, %", span=f"Rate ({level:.0%} CI) at") for label in landmarks.values()),
    )
    groups = numbers.groups()
    rows: list[Row] = []
    for group in groups:
        if len(groups) > 1:
            rows.append(heading(group.label, len(columns)))
        rows += _assumptions(numbers, group, list(landmarks), len(columns))
    return Table(plan.number, plan.title, columns, tuple(rows))


def _assumptions(numbers: Numbers, group: Group, landmarks: list[str], width: int) -> list[Row]:
    mine = [r for r in numbers.rows if (r.by, r.group) == (group.by, group.value)]
    found = {(r.section, r.level, r.statistic): r for r in mine}
    sections = dict.fromkeys(r.section for r in mine if r.section != _TIPPING)
    lines = [
        Row(
            (
                Cell(section[:1].upper() + section[1:]),
                _estimate(found, section, "", _MEDIAN),
                *(_estimate(found, section, landmark, _RATE) for landmark in landmarks),
            )
        )
        for section in sections
    ]
    blank = [Cell("") for _ in range(width - 2)]
    tips = [
        Row((Cell(f"Delta that tips: {r.level_label or r.level}"), print_cell("{}", r), *blank))
        for r in mine
        if r.section == _TIPPING and r.statistic == "delta"
    ]
    return [*lines, *tips]


def _estimate(
    found: dict[tuple[str, str, str], Number], section: str, level: str, names: tuple[str, ...]
) -> Cell:
    return print_cell("{} ({} to {})", *(found.get((section, level, name)) for name in names))
