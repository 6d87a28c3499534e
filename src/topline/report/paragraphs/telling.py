"""What every teller of an analysis is given, and how groups are named in a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from topline.analyses.levels import MISSING, label_of
from topline.displays.numbers import Group, Number, Numbers
from topline.protocol.analyses import Analysis
from topline.protocol.protocol import Protocol
from topline.report.paragraphs.language import lowered, named, noun, spoken, within
from topline.report.paragraphs.printed import denominator, interval
from topline.report.paragraphs.spans import Words, fill, listed, plain
from topline.report.paragraphs.templates import template

ARMS: Final = frozenset({"TRT01P", "TRT01A"})
EVERYONE: Final = Group("", "", "All")


@dataclass(frozen=True)
class Telling:
    """An analysis that is told."""

    protocol: Protocol
    name: str
    numbers: Numbers
    people: str
    """What those who take part are called: a key of the sentences' `people`."""

    @property
    def analysis(self) -> Analysis:
        """The analysis as planned."""
        return self.protocol.analyses[self.name]

    @property
    def level(self) -> float:
        """Confidence level of the analysis."""
        level = getattr(self.analysis, "level", 0.95)
        return level if isinstance(level, float) else 0.95

    def say(self, name: str, slots: Mapping[str, Words]) -> Words:
        """Fill a template of the analysis's kind."""
        return fill(template(self.analysis.kind, name), slots)

    def special(self, label: str | None = None) -> Words:
        """Say in brackets what is special about the analysis."""
        label = label or getattr(self.analysis, "label", None)
        if not isinstance(label, str) and getattr(self.analysis, "where", None):
            label = self.name
        return plain(f" ({within(label)})" if isinstance(label, str) else "")

    def interval(self, lower: Number | None, upper: Number | None, unit: str = "") -> Words:
        """Return a confidence interval at the level of the analysis."""
        return interval(self.level, lower, upper, unit)

    def noun(self, number: float | None) -> Words:
        """Name so many of those who take part."""
        return plain(noun(self.people, number))

    def group(self, group: Group) -> Words:
        """Return whom a number is about, as it follows the number; nothing for all."""
        if not group.by:
            return ()
        label = label_of(self.protocol, group.by)
        if group.by in ARMS:
            return self._words("in_arm", "group", group.label)
        if (group.value, group.label) in {("Y", "Yes"), ("N", "No")}:
            return plain(template("words", "with" if group.value == "Y" else "without"))
        if group.value == MISSING:
            return self._words("unknown_group", "label", within(label))
        return self._words("for_group", "group", spoken(group.label))

    def variable(self, name: str) -> Words:
        """Return the label of a variable as it stands within a sentence."""
        return plain(named(label_of(self.protocol, name)))

    def by(self, name: str, *special: Words) -> Words:
        """Begin a sentence with the variable that its groups are of; arms name themselves."""
        if name in ARMS:
            return ()
        words = (*self.variable(name), *(span for each in special for span in each))
        return fill(template("words", "by"), {"variable": words})

    def term(self, text: str) -> str:
        """Return a coded term as it stands within a sentence."""
        return lowered(text) if self._in_capitals else spoken(text)

    @cached_property
    def _in_capitals(self) -> bool:
        """Whether all labels of the analysis are in capitals, and so none is an abbreviation."""
        labels = [r.parameter_label for r in self.numbers.rows if r.parameter != "(any)"]
        return len(labels) > 1 and all(label == label.upper() for label in labels)

    def sized(self, group: Group, number: Number) -> Words:
        """Return a group with its size."""
        slots = {"group": plain(group.label), "n": denominator(number)}
        return fill(template("words", "sized"), slots)

    @staticmethod
    def _words(name: str, slot: str, text: str) -> Words:
        return fill(template("words", name), {slot: plain(text)})


def arms_of(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Return those groups that are arms."""
    return tuple(group for group in groups if group.by in ARMS)


def first_then(items: Sequence[tuple[Words, Words]]) -> Words:
    """List the first item in its long form, the others in their short one."""
    return listed([long if i == 0 else short for i, (long, short) in enumerate(items)])


def has(number: Number | None) -> bool:
    """Whether a result is there and is not of nobody."""
    return number is not None and number.value not in {None, 0}
