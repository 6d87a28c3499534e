"""What a figure of values over visits shows: groups, visits, values and words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from topline.displays import theme
from topline.displays.legend import Entry, Swatch
from topline.displays.numbers import Group, Numbers
from topline.displays.palettes import Palettes
from topline.displays.scale import tick_label
from topline.displays.theme import Paint
from topline.protocol.comparisons import RepeatedMeasures
from topline.protocol.figures_of_patients import OverTimeFigure

SUMMARY: Final = {"means": ("estimate", "lower", "upper"), "medians": ("median", "q1", "q3")}
"""A point and its limits."""


@dataclass(frozen=True, slots=True)
class OverTime:
    """What a figure of values over visits shows."""

    plan: OverTimeFigure
    analyses: Mapping[str, RepeatedMeasures]
    numbers: Mapping[str, Numbers]
    values: Numbers | None
    """Values of each patient."""
    palettes: Palettes
    notice: str = ""

    @property
    def groups(self) -> tuple[Group, ...]:
        """Groups that are compared, of all panels."""
        found: dict[str, Group] = {}
        for name in self.analyses:
            for group in self.numbers[name].groups():
                if group.by:
                    found.setdefault(group.value, group)
        return tuple(found.values())

    def paint(self, group: Group) -> Paint:
        """Return the look of a group."""
        if not group.by:
            return Paint(theme.SERIES[0])
        return self.palettes.paint(group.by, group.value)

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to stand below."""
        means = "model's means with confidence limits"
        told = means if self.plan.show == "means" else "medians with quartiles"
        notes = [f"Points and bars, {told}; below, patients with a value."]
        if self.values is not None:
            notes.append("Thin lines, patients.")
        if self.plan.matters is not None:
            points = tick_label(self.plan.matters)
            notes.append(f"Shaded, less than {points} points from the first visit.")
        if self.plan.reference is not None:
            notes.append(f"Dotted line, {tick_label(self.plan.reference)}.")
        return tuple(notes)


def visits_of(over: OverTime, name: str) -> tuple[str, ...]:
    """Return the visits that have counts, in order."""
    rows = over.numbers[name].rows
    return tuple(dict.fromkeys(r.level for r in rows if r.statistic == "n" and r.level))


def values_on_axis(over: OverTime, name: str, visits: tuple[str, ...]) -> list[float]:
    """Return all values on the axis."""
    wanted = SUMMARY[over.plan.show]
    rows = [r for r in over.numbers[name].rows if r.level in visits and r.statistic in wanted]
    found = [r.value for r in rows if r.value is not None]
    if over.values is not None:
        found += [r.value for r in over.values.rows if r.level and r.value is not None]
    if over.plan.matters is not None and rows and rows[0].value is not None:
        start = next((r.value for r in rows if r.statistic == wanted[0]), None) or 0.0
        found += [start - over.plan.matters, start + over.plan.matters]
    return [*found, *([over.plan.reference] if over.plan.reference is not None else [])]


def entries(over: OverTime) -> list[list[Entry]]:
    """Return what the legend explains: the groups."""
    groups = over.groups
    return [[Entry(g.label, Swatch("line", over.paint(g))) for g in groups]] if groups else []


def describe_over_time(over: OverTime) -> list[str]:
    """Say in words what the figure shows."""
    sentences: list[str] = []
    for name in over.analyses:
        numbers = over.numbers[name]
        rows = [r for r in numbers.rows if r.statistic == SUMMARY[over.plan.show][0]]
        visits = [r for r in rows if r.level in visits_of(over, name)]
        told = ", ".join(
            f"{over.plan.labels.get(r.level, r.level)}"
            f"{f' {r.group_label}' if r.group_label else ''} {r.display}"
            for r in visits
        )
        title = over.plan.titles.get(name, visits[0].parameter_label if visits else name)
        sentences.append(f"{title}, {over.plan.show}: {told or 'no values'}")
    return sentences
