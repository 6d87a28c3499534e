"""Laboratory results and measurements: worst grades, and shifts from baseline."""

from collections.abc import Iterator, Sequence

from topline.displays.numbers import Group, Number
from topline.report.paragraphs.counts import (
    FREQUENT_PERCENT,
    counts_of,
    groups_told,
    is_of,
    most_frequent,
    respectively,
    shares,
    shares_of,
)
from topline.report.paragraphs.language import within
from topline.report.paragraphs.printed import semicolons
from topline.report.paragraphs.spans import Words, listed, plain
from topline.report.paragraphs.telling import Telling


def tell_grades(telling: Telling) -> Iterator[Words]:
    """Tell the laboratory tests with severe grades, and those most often graded at all."""
    groups = groups_told(telling)
    evaluated = [
        r
        for r in telling.numbers.rows
        if r.level == "evaluated" and r.statistic == "n" and is_of(r, groups[0])
    ]
    if not evaluated:
        return
    severe = most_frequent(telling, evaluated, groups, level=">=3")
    slots = {
        "arms": respectively(groups),
        "results": plain("laboratory results" if _laboratory(telling) else "measurements"),
        "result": plain("laboratory result" if _laboratory(telling) else "measurement"),
    }
    if severe:
        tests = _tests(telling, severe, groups, ">=3")
        yield telling.say("severe", slots | {"tests": tests})
    else:
        yield telling.say("none", slots)
    often = most_frequent(telling, evaluated, groups, level="any", at_least=FREQUENT_PERCENT)
    if often:
        slots["arms"] = () if severe else slots["arms"]
        tests = _tests(telling, often, groups, "any")
        yield telling.say("any", slots | {"tests": tests})


def _laboratory(telling: Telling) -> bool:
    return getattr(telling.analysis, "dataset", "ADLB") == "ADLB"


def _tests(telling: Telling, rows: Sequence[Number], groups: Sequence[Group], level: str) -> Words:
    said: list[Words] = []
    terms = [row.parameter_label for row in rows]
    for row in rows:
        counts = counts_of(telling, row, groups, level)
        words = shares_of(telling, counts)
        name = within(row.parameter_label)
        if terms.count(row.parameter_label) > 1:
            name += f" ({within(_test(row))})"
        said.append(telling.say("test", {"test": plain(name), "shares": words}))
    return semicolons(said) if len(groups) > 1 else listed(said)


def _test(row: Number) -> str:
    """Return the test of a line without its unit."""
    return row.section.rpartition(" (")[0] or row.section


def tell_shifts(telling: Telling) -> Iterator[Words]:
    """Tell the shifts to the worst categories, most frequent first."""
    groups = groups_told(telling)
    rows = [
        r
        for r in telling.numbers.rows
        if r.statistic == "n" and _worsened(r.level) and is_of(r, groups[0])
    ]
    kept = most_frequent(telling, rows, groups)
    if not kept:
        yield telling.say("none", {})
        return
    said: list[Words] = []
    for row in kept:
        counts = counts_of(telling, row, groups)
        slots = {
            "test": plain(within(_test(row))),
            "shift": plain(within(row.level_label)),
            "shares": shares(telling, counts),
        }
        said.append(telling.say("shift", slots))
    several = respectively(groups)
    yield telling.say("shifts", {"shifts": semicolons(said), "arms": several})


def _worsened(level: str) -> bool:
    """Whether a shift is to grade 3 or 4, or out of the normal range.

    Examples
    --------
    >>> _worsened("0 to 3"), _worsened("3 to 3"), _worsened("NORMAL to HIGH"), _worsened("0 to any")
    (True, False, True, False)
    """
    before, to, after = level.partition(" to ")
    if not to or after == "any":
        return False
    if after.isdigit() and before.isdigit():
        return int(after) >= 3 > int(before)
    return before == "NORMAL" and after in {"LOW", "HIGH"}
