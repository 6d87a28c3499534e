"""Relative dose intensity as bars: subjects by category, a bar a drug and arm."""

from typing import Final

from topline.analyses.exposure import INTENSITY
from topline.displays import theme
from topline.displays.numbers import Group, Number, Numbers, print_cell
from topline.displays.rate_bars import Bar, BarChart, BarLine, Panel

_SPREAD: Final = ("median", "min", "max")


def exposure_bars(numbers: Numbers) -> BarChart:
    """Gather the bars of relative dose intensity, with its median and range behind them.

    Parameters
    ----------
    numbers
        Results of exposure.
    """
    mine = [r for r in numbers.rows if r.parameter == INTENSITY]
    levels = dict.fromkeys((r.level, r.level_label) for r in mine)
    pairs = list(dict.fromkeys((r.section, _group(r)) for r in mine))
    drugs = list(dict.fromkeys(drug for drug, _ in pairs))
    lines: list[BarLine] = []
    for drug in drugs:
        groups = [group for section, group in pairs if section == drug]
        arms = [group for group in groups if group.by] if len(groups) > 2 else groups[:1]
        name = drug.capitalize()
        if len(arms) > 1:
            lines.append(BarLine(name, (None,), heading=True))
        for group in arms:
            label = group.label if len(arms) > 1 else name
            bar = _bar(numbers, drug, group, [level for level, _ in levels])
            lines.append(BarLine(label, (bar,), indent=int(len(arms) > 1)))
    count = len(levels)
    looks = [theme.scale(count - 1 - place, count) for place in range(count)]
    return BarChart(
        tuple(lines),
        (Panel(""),),
        tuple((label, look) for (_, label), look in zip(levels, looks, strict=True)),
        "Subjects (%)",
        whole=True,
        remark="Behind each bar: median relative dose intensity, % (range).",
    )


def _group(number: Number) -> Group:
    return Group(number.by, number.group, number.group_label or number.group or "All")


def _bar(numbers: Numbers, drug: str, group: Group, levels: list[str]) -> Bar:
    found = (
        (i, numbers.get(INTENSITY, "percent", group=group, level=level, section=drug))
        for i, level in enumerate(levels)
    )
    parts = tuple((i, number) for i, number in found if number is not None)
    spread = tuple(numbers.get("RDI", s, group=group, section=drug) for s in _SPREAD)
    said = print_cell("{} ({} to {})", *spread).text
    return Bar(parts, said, tuple(number for number in spread if number is not None))
