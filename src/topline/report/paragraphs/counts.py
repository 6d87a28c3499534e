"""Counts and percentages by group: of everyone, or of the arms in the order of the table."""

from collections.abc import Sequence
from typing import Final

from topline.displays.numbers import Group, Number
from topline.report.paragraphs.printed import share, share_of
from topline.report.paragraphs.spans import Words, fill, listed, plain
from topline.report.paragraphs.telling import EVERYONE, Telling, arms_of
from topline.report.paragraphs.templates import template

TOLD_AT_MOST: Final = 15
FREQUENT_PERCENT: Final = 10.0


def groups_told(telling: Telling) -> tuple[Group, ...]:
    """Return the arms, or everyone where there are none."""
    return arms_of(telling.numbers.groups()) or (EVERYONE,)


def is_of(row: Number, group: Group) -> bool:
    """Whether a result is of a group."""
    return (row.by, row.group) == (group.by, group.value)


def respectively(groups: Sequence[Group]) -> Words:
    """Name the arms in whose order the numbers follow; nothing for one."""
    if len(groups) < 2:
        return ()
    names = listed([plain(group.label) for group in groups])
    return fill(template("words", "in_arms"), {"groups": names})


def sized_arms(telling: Telling, groups: Sequence[Group], sizes: Sequence[Number]) -> Words:
    """Name the arms with their sizes, in whose order the numbers follow; nothing for one."""
    if len(groups) < 2:
        return ()
    named = [telling.sized(g, n) for g, n in zip(groups, sizes, strict=True)]
    return fill(template("words", "in_arms"), {"groups": listed(named)})


def counts_of(
    telling: Telling, row: Number, groups: Sequence[Group], level: str | None = None
) -> list[Number]:
    """Return the counts of a line, one a group, at its own level or another."""
    level = row.level if level is None else level
    found = (
        telling.numbers.get(row.parameter, "n", group=g, level=level, section=row.section)
        for g in groups
    )
    return [n for n in found if n is not None]


def percent_of(telling: Telling, n: Number) -> Number | None:
    """Return the percentage that belongs to a count."""
    group = Group(n.by, n.group, "")
    return telling.numbers.get(
        n.parameter, "percent", group=group, level=n.level, section=n.section
    )


def shares(telling: Telling, counts: Sequence[Number]) -> Words:
    """Return counts with percentages in the order of the groups."""
    return listed([share(n, percent_of(telling, n)) for n in counts])


def shares_of(telling: Telling, counts: Sequence[Number]) -> Words:
    """Return counts with what they are of and percentages, in the order of the groups."""
    return listed([share_of(n, percent_of(telling, n)) for n in counts])


def shares_of_people(telling: Telling, counts: Sequence[Number]) -> Words:
    """Return counts of so many patients, or, of several arms whose sizes were said, of patients."""
    if len(counts) == 1:
        return share_of(counts[0], percent_of(telling, counts[0]), telling.noun(counts[0].n))
    return (*shares(telling, counts), *plain(" "), *telling.noun(2))


def largest_percent(
    telling: Telling, row: Number, groups: Sequence[Group], level: str | None = None
) -> float:
    """Return the largest percentage that any group has in a line."""
    found = [percent_of(telling, n) for n in counts_of(telling, row, groups, level)]
    return max((n.value or 0.0 for n in found if n is not None), default=0.0)


def most_frequent(
    telling: Telling,
    rows: Sequence[Number],
    groups: Sequence[Group],
    level: str | None = None,
    at_least: float = 0.0,
) -> list[Number]:
    """Return the lines that somebody has, by the largest percentage of any group; not all of many.

    Parameters
    ----------
    telling
        Gives the results.
    rows
        Lines, each by its result in the first group.
    groups
        In the order of the table.
    level
        Level that is counted; None, that of the line.
    at_least
        Percentage that some group must have.
    """
    rates = {r.result_id: largest_percent(telling, r, groups, level) for r in rows}
    kept = [r for r in rows if rates[r.result_id] > 0 and rates[r.result_id] >= at_least]
    return sorted(kept, key=lambda r: -rates[r.result_id])[:TOLD_AT_MOST]
