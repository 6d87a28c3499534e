"""Summaries of subject-level variables: of all, by group where that is short, and their tests.

A summary by many groups is told of all; the table has each group.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from topline.analyses.levels import MISSING, label_of, unit_of
from topline.displays.compose import analyses_of
from topline.displays.numbers import Group, Number
from topline.protocol.analyses import Flags, Summary
from topline.report.paragraphs.differences import tell_tests
from topline.report.paragraphs.language import named, plural, spoken, within
from topline.report.paragraphs.printed import (
    measured,
    semicolons,
    share,
    share_of,
    shown,
)
from topline.report.paragraphs.spans import Words, listed, plain, text_of
from topline.report.paragraphs.telling import ARMS, Telling, first_then, has

_CELLS_AT_MOST: Final = 30
_COLUMN: Final = "(column)"
_YES: Final = ("Y", "Yes")
_PREPOSITIONS: Final = (
    "within ", "before ", "after ", "at ", "during ", "under ", "since ", "in ", "on ",
)  # fmt: skip


@dataclass(frozen=True)
class _Line:
    """A variable of the summary."""

    name: str
    section: str = ""
    flag: bool = False


def tell_summary(telling: Telling) -> Iterator[Words]:
    """Tell the variables of a summary in their order."""
    groups = telling.numbers.groups(_COLUMN)
    columns = tuple(g for g in groups if g.by and g.value != MISSING)
    overall = next((g for g in groups if not g.by), None)
    if not groups:
        return
    if columns:
        yield _columns(telling, columns, overall)
    tested = any(r.statistic == "p_value" for r in telling.numbers.rows)
    if columns and _short(telling, columns, overall):
        for block in _blocks(telling):
            yield from (_by_group(telling, line, columns) for line in block)
    elif overall is not None:
        told = [w for block in _blocks(telling) for w in _of_all(telling, block, overall)]
        yield from told if columns else _opened(telling, overall, told)
    if tested:
        yield from tell_tests(telling, columns)


def _blocks(telling: Telling) -> Iterator[tuple[_Line, ...]]:
    """Return the variables as planned, those of one block together."""
    analysis = telling.analysis
    assert isinstance(analysis, Summary)
    for entry in analysis.variables:
        if isinstance(entry, Flags):
            yield tuple(_Line(name, entry.label, flag=True) for name in entry.flags)
        else:
            rows = [r for r in telling.numbers.rows if r.parameter == entry and r.level]
            yes_alone = {(r.level, r.level_label) for r in rows if r.statistic == "n"} == {_YES}
            yield (_Line(entry, flag=yes_alone),)


def _short(telling: Telling, columns: tuple[Group, ...], overall: Group | None) -> bool:
    """Whether all groups can be told; without a column of all they are, unless tests say enough."""
    lines = [line for block in _blocks(telling) for line in block]
    cells = sum(len(_told_levels(telling, line)) or 1 for line in lines) * len(columns)
    tested = any(r.statistic == "p_value" for r in telling.numbers.rows)
    return cells <= _CELLS_AT_MOST or (overall is None and not tested)


def _columns(telling: Telling, columns: tuple[Group, ...], overall: Group | None) -> Words:
    sizes = [(g, telling.numbers.get(_COLUMN, "N", group=g)) for g in columns]
    variable = columns[0].by
    yes = next((g for g in columns if (g.value, g.label) == _YES), None)
    said: list[Words] = []
    for group, n in sizes:
        if n is None or yes not in {None, group}:
            continue
        slots = {
            "n": shown(n),
            "were": plain("was" if n.value == 1 else "were"),
            "people": () if said or overall else (*plain(" "), *telling.noun(n.value)),
            "group": telling.group(group),
            "level": plain(spoken(group.label)),
        }
        form = "column" if variable in ARMS else "yes" if yes else "level_column"
        said.append(telling.say(form, slots))
    total = None if overall is None else telling.numbers.get(_COLUMN, "N", group=overall)
    slots = {"columns": listed(said), "variable": telling.variable(variable), "all": ()}
    if total is not None:
        slots |= {"total": shown(total), "people": telling.noun(total.value)}
        slots["all"] = telling.say("of_all", slots)
    name = "columns" if variable in ARMS else "yes_column" if yes else "level_columns"
    return telling.say(name, slots)


def _opened(telling: Telling, overall: Group, told: Sequence[Words]) -> Iterator[Words]:
    """Say first of whom a summary is that leaves out some whom the first summary has."""
    analysis, n = telling.analysis, telling.numbers.get(_COLUMN, "N", group=overall)
    assert isinstance(analysis, Summary)
    first = next(a for a in telling.protocol.analyses.values() if isinstance(a, Summary))
    whole = (first.analysis_set, first.counted_in)
    first_words, *others = [words for words in told if words] or [()]
    if n is None or not first_words or (analysis.analysis_set, analysis.counted_in) == whole:
        yield from told
        return
    people = text_of(telling.noun(2))
    for display in telling.protocol.displays:
        named = analyses_of(display) == (telling.name,)
        if named and display.title.lower().startswith(f"{people} "):
            yield telling.say("titled", {"title": plain(display.title), "n": shown(n)})
            yield from told
            return
    endpoint = telling.protocol.endpoints.get(analysis.counted_in or "")
    label = endpoint or telling.protocol.analysis_sets[analysis.analysis_set]
    slots = {
        "n": shown(n),
        "people": telling.noun(n.value),
        "special": plain(within(label.label)),
        "told": first_words,
    }
    yield telling.say("among", slots)
    yield from others


def _get(
    telling: Telling, line: _Line, statistic: str, group: Group, level: str = ""
) -> Number | None:
    return telling.numbers.get(line.name, statistic, group=group, level=level, section=line.section)


def _label(telling: Telling, line: _Line) -> Words:
    return plain(within(label_of(telling.protocol, line.name)))


def _told_levels(telling: Telling, line: _Line) -> list[str]:
    """Return the levels that somebody has, without the missing one; of yes and no only yes."""
    rows = [
        r
        for r in telling.numbers.rows
        if (r.parameter, r.section) == (line.name, line.section) and r.statistic == "n" and r.level
    ]
    labels = dict.fromkeys((r.level, r.level_label) for r in rows if r.level != MISSING)
    if set(labels) <= {_YES, ("N", "No")}:
        return ["Y"] if _YES in labels else []
    seen = {r.level for r in rows if has(r)}
    return [level for level, _ in labels if level in seen]


def _yes(telling: Telling, line: _Line) -> bool:
    found = next(
        (r for r in telling.numbers.rows if r.parameter == line.name and r.level == "Y"), None
    )
    return line.flag or (found is not None and (found.level, found.level_label) == _YES)


def _of_all(telling: Telling, block: tuple[_Line, ...], group: Group) -> Iterator[Words]:
    """Tell a variable, or a block of flags, of everyone."""
    apart = [line for line in block if _apart(telling, line)]
    if apart and apart != [*block]:
        rest = tuple(line for line in block if line not in apart)
        for part in (rest, *((line,) for line in apart)):
            yield from _of_all(telling, part, group)
        return
    line, *others = block
    if others:
        yield _flags(telling, block, group)
    elif _get(telling, line, "median", group) is not None:
        yield _number(telling, line, group)
    elif _yes(telling, line):
        yield _recorded(telling, line, group)
    else:
        yield _categories(telling, line, group)


def _number(telling: Telling, line: _Line, group: Group) -> Words:
    slots = {"label": _label(telling, line), "one": telling.noun(1)}
    found = {s: _get(telling, line, s, group) for s in ("median", "min", "max")}
    if not has(_get(telling, line, "n", group)):
        return telling.say("nobody", slots)
    said = {s: shown(n) for s, n in found.items() if n is not None}
    said["median"] = measured(found["median"]) if found["median"] else ()
    missing = _unknown(telling, line, group)
    return telling.say("median", slots | said | {"group": missing, "what": _what(telling, line)})


def _what(telling: Telling, line: _Line) -> Words:
    """Name what the median is of: a number of things, or a quantity."""
    label = label_of(telling.protocol, line.name)
    counted = plural(label) and not unit_of(telling.protocol, line.name)
    return telling.say("counted" if counted else "quantity", {"label": plain(within(label))})


def _unknown(telling: Telling, line: _Line, group: Group) -> Words:
    n = _get(telling, line, "n", group, MISSING)
    if n is None or not has(n):
        return ()
    return telling.say("unknown", {"n": share(n, _get(telling, line, "percent", group, MISSING))})


def _share(telling: Telling, line: _Line, group: Group, level: str) -> Words:
    n = _get(telling, line, "n", group, level)
    return () if n is None else share(n, _get(telling, line, "percent", group, level))


def _share_of(telling: Telling, line: _Line, group: Group, level: str) -> Words:
    n = _get(telling, line, "n", group, level)
    return () if n is None else share_of(n, _get(telling, line, "percent", group, level))


def _level_label(telling: Telling, line: _Line, level: str) -> Words:
    found = next(
        r.level_label for r in telling.numbers.rows if r.parameter == line.name and r.level == level
    )
    return plain(spoken(found))


def _recorded(telling: Telling, line: _Line, group: Group) -> Words:
    n = _get(telling, line, "n", group, "Y")
    of = _get(telling, line, "percent", group, "Y")
    slots = {
        "label": _name(telling, line),
        "section": (),
        "was": _was(telling, line),
        "shares": () if n is None else share(n, of, telling.noun(n.value)),
        "unknown": _unknown(telling, line, group),
    }
    return telling.say("recorded", slots)


def _categories(telling: Telling, line: _Line, group: Group) -> Words:
    said = [
        telling.say(
            "level",
            {
                "level": _level_label(telling, line, level),
                "share": _share(telling, line, group, level),
            },
        )
        for level in _told_levels(telling, line)
    ]
    slots = {
        "label": _label(telling, line),
        "levels": listed(said),
        "unknown": _unknown(telling, line, group),
        "one": telling.noun(1),
        "was": _was(telling, line),
    }
    return telling.say("category" if said else "nobody", slots)


def _was(telling: Telling, line: _Line) -> Words:
    return plain("were" if plural(text_of(_name(telling, line))) else "was")


def _apart(telling: Telling, line: _Line) -> bool:
    """Whether a flag says when or where what its block names was, such as "Within 30 days"."""
    label = label_of(telling.protocol, line.name).lower()
    named = line.section and not line.section.lower().startswith(_PREPOSITIONS)
    return bool(named) and label.startswith(_PREPOSITIONS)


def _name(telling: Telling, line: _Line) -> Words:
    if _apart(telling, line):
        return (*plain(f"{within(line.section)} "), *_label(telling, line))
    return plain(named(label_of(telling.protocol, line.name)))


def _flags(telling: Telling, block: tuple[_Line, ...], group: Group) -> Words:
    told = [line for line in block if has(_get(telling, line, "n", group, "Y"))]
    said = [
        telling.say(
            "flag",
            {"flag": _label(telling, line), "share": _share(telling, line, group, "Y")},
        )
        for line in told
    ]
    slots = {"section": plain(within(block[0].section)), "flags": listed(said)}
    if not said:
        known = any(_get(telling, line, "n", group, "Y") is not None for line in block)
        return telling.say("empty_block", slots) if known else ()
    labels = [label_of(telling.protocol, line.name) for line in told]
    return telling.say("block" if _kinds(block[0].section, labels) else "list", slots)


def _kinds(section: str, labels: list[str]) -> bool:
    """Whether flags are kinds of what their block is called.

    Examples
    --------
    >>> _kinds("Metastasis sites", ["Liver", "Bone"])
    True
    >>> _kinds("Deaths", ["Death", "Within 30 days of the last dose"])
    False
    """
    if section.lower().startswith(_PREPOSITIONS) or not (plural(section) or _collects(section)):
        return False
    same = (*_PREPOSITIONS, section.lower().rstrip("s"))
    return not any(label.lower().startswith(same) for label in labels)


def _collects(section: str) -> bool:
    return section.lower().endswith(("therapy", "treatment", "history", "disease"))


def _by_group(telling: Telling, line: _Line, columns: tuple[Group, ...]) -> Words:
    """Tell a variable of each group."""
    label = _label(telling, line)
    medians = [(g, _get(telling, line, "median", g)) for g in columns]
    if any(n is not None for _, n in medians):
        return _medians(telling, line, columns)
    levels = _told_levels(telling, line)
    if _yes(telling, line):
        shares = [_grouped(telling, line, g, "Y") for g in columns]
        slots = {"label": _name(telling, line), "shares": listed(shares), "unknown": ()}
        slots |= {"section": (), "was": _was(telling, line)}
        stem = line.section.lower().rstrip("s")
        if stem and stem not in text_of(slots["label"]).lower():
            slots["section"] = plain(f" ({within(line.section)})")
        return telling.say("recorded", slots)
    known = not any(has(_get(telling, line, "n", g, MISSING)) for g in columns)
    said = [
        telling.say(
            "level_by_group",
            {
                "level": _level_label(telling, line, level),
                "shares": listed([_grouped(telling, line, g, level) for g in columns]),
            },
        )
        for level in (levels[:1] if known and len(levels) == 2 else levels)
    ]
    slots = {"label": label, "levels": semicolons(said), "was": _was(telling, line)}
    return telling.say("categories_by_group", slots)


def _grouped(telling: Telling, line: _Line, group: Group, level: str) -> Words:
    said = _share_of(telling, line, group, level)
    return (*said, *telling.group(group)) if said else ()


def _medians(telling: Telling, line: _Line, columns: tuple[Group, ...]) -> Words:
    items: list[tuple[Words, Words]] = []
    for group in columns:
        found = {s: _get(telling, line, s, group) for s in ("median", "min", "max")}
        if not has(_get(telling, line, "n", group)):
            continue
        slots = {s: shown(n) for s, n in found.items() if n is not None}
        slots |= {"group": telling.group(group), "what": _what(telling, line)}
        with_unit = slots | {"median": measured(found["median"]) if found["median"] else ()}
        items.append((telling.say("median", with_unit), telling.say("next_median", slots)))
    if not items:
        return telling.say("nobody", {"label": _label(telling, line), "one": telling.noun(1)})
    return first_then(items)
