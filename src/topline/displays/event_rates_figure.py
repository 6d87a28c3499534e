"""Adverse events as bars: subjects by term and worst grade, side by side or back to back."""

from collections.abc import Mapping, Sequence

from topline.displays import theme
from topline.displays.event_tables import ANY
from topline.displays.grades import grades_of
from topline.displays.numbers import Group, Number, Numbers, print_count
from topline.displays.rate_bars import Bar, BarChart, BarLine, Panel
from topline.protocol.figures_of_groups import EventRatesFigure
from topline.protocol.protocol import Protocol

_Key = tuple[str, str]
"""Section and parameter."""
_Side = tuple[str, Group]
"""Analysis and group of a panel."""


def event_bars(
    plan: EventRatesFigure, protocol: Protocol, numbers: Mapping[str, Numbers]
) -> BarChart:
    """Gather the bars of adverse events.

    Parameters
    ----------
    plan
        Which analyses, how many terms, and from which rate on.
    protocol
        Gives the scale of severity.
    numbers
        Results of each analysis: by term and grade, or the lines of an overview.
    """
    sides = _sides(plan, numbers)
    rows = [r for found in numbers.values() for r in found.rows]
    there = {r.level for r in rows}
    looks = {level: look for level, look in grades_of(protocol).items() if level in there}
    graded, levels = list(looks), tuple(looks.values()) or (("Any", theme.series(0)),)
    keys, left_out = _chosen(plan, numbers, sides)
    lines = [_line(key, numbers, sides, graded) for key in keys]
    panels = tuple(_panel(plan, numbers, side) for side in sides)
    remark = "Terms that fewer subjects have are not shown." if left_out else ""
    return BarChart(
        tuple(lines), panels, levels, "Subjects (%)", mirrored=len(panels) == 2, remark=remark
    )


def _sides(plan: EventRatesFigure, numbers: Mapping[str, Numbers]) -> list[_Side]:
    """Return a panel an analysis and arm; of one arm, all subjects."""
    sides: list[_Side] = []
    for name in plan.analyses:
        groups = numbers[name].groups()
        arms = [group for group in groups if group.by]
        sides += [(name, group) for group in arms or groups]
    return sides


def _chosen(
    plan: EventRatesFigure, numbers: Mapping[str, Numbers], sides: Sequence[_Side]
) -> tuple[list[_Key], bool]:
    """Return the lines to show in the order of the first analysis, and whether some are left out.

    With more terms than asked for, those with the highest rate in any panel are kept.
    """
    keys = _keys(numbers)
    terms = [key for key in keys if key[1] != ANY]
    rates = {key: max(_rate(numbers, side, key) for side in sides) for key in terms}
    often = [key for key in terms if rates[key] >= plan.at_least_percent - 1e-9]
    ranked = sorted(often, key=lambda key: -rates[key])[: plan.terms_at_most]
    kept = set(ranked)
    sections = {section for section, _ in kept}
    shown = [
        key for key in keys if key in kept or (key[1] == ANY and (not key[0] or key[0] in sections))
    ]
    return shown, len(kept) < len(terms)


def _keys(numbers: Mapping[str, Numbers]) -> list[_Key]:
    """Return the lines of the first analysis, then those that only the second one has.

    A term is the same whether or not an analysis groups terms.
    """
    found: dict[str, _Key] = {}
    keys: list[_Key] = []
    for each in numbers.values():
        for key in dict.fromkeys((r.section, r.parameter) for r in each.rows):
            if key[1] != ANY and key[1] not in found:
                found[key[1]] = key
                keys.append(key)
            elif key[1] == ANY and key not in keys and each is next(iter(numbers.values())):
                keys.append(key)
    return keys


def _get(numbers: Numbers, key: _Key, group: Group, statistic: str, level: str) -> Number | None:
    """Return a result of a term, in its section or, where another analysis has none, without."""
    section, parameter = key
    found = numbers.get(parameter, statistic, group=group, level=level, section=section)
    if found is None and parameter != ANY:
        rows = (r for r in numbers.rows if r.parameter == parameter and r.statistic == statistic)
        mine = (r for r in rows if (r.by, r.group, r.level) == (group.by, group.value, level))
        return next(mine, None)
    return found


def _rate(numbers: Mapping[str, Numbers], side: _Side, key: _Key) -> float:
    """Return the percentage of subjects with any grade of a term."""
    name, group = side
    each = (_get(numbers[name], key, group, "percent", level) for level in ("any", ""))
    return max((found.value or 0.0 for found in each if found is not None), default=0.0)


def _line(
    key: _Key, numbers: Mapping[str, Numbers], sides: Sequence[_Side], graded: Sequence[str]
) -> BarLine:
    section, parameter = key
    over = parameter == ANY
    label = next(
        (
            r.parameter_label or r.parameter
            for found in numbers.values()
            for r in found.rows
            if (r.section, r.parameter) == key
        ),
        parameter,
    )
    name = (section or "Any adverse event") if over else label
    bars = tuple(_bar(numbers[analysis], group, key, graded) for analysis, group in sides)
    return BarLine(name, bars, indent=int(bool(section) and not over), heading=over)


def _bar(numbers: Numbers, group: Group, key: _Key, graded: Sequence[str]) -> Bar | None:
    total = "any" if graded else ""
    n, percent = (_get(numbers, key, group, s, total) for s in ("n", "percent"))
    if n is None or percent is None:
        return None
    found = [(i, _get(numbers, key, group, "percent", level)) for i, level in enumerate(graded)]
    parts = tuple((i, number) for i, number in found or [(0, percent)] if number is not None)
    return Bar(parts, print_count(n, percent).text, (n, percent))


def _panel(plan: EventRatesFigure, numbers: Mapping[str, Numbers], side: _Side) -> Panel:
    """Return the title of a panel: its analysis where there are several, its arm, its size."""
    name, group = side
    said = plan.titles.get(name, name) if len(plan.analyses) > 1 else ""
    who = group.label if group.by else ""
    title = ", ".join(filter(None, [said, who])) or group.label
    rows = (r for r in numbers[name].rows if (r.by, r.group) == (group.by, group.value))
    total = next((r for r in rows if r.n is not None), None)
    return Panel(title if total is None else f"{title}\n(N = {total.n})")
