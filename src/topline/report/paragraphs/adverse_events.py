"""Adverse events: the overview, frequent terms, severe and fatal ones."""

from collections.abc import Iterator, Sequence
from typing import Final

from topline.displays.compose import analyses_of
from topline.displays.numbers import Group, Number
from topline.report.paragraphs.counts import (
    FREQUENT_PERCENT,
    counts_of,
    groups_told,
    is_of,
    largest_percent,
    most_frequent,
    shares,
    shares_of_people,
    sized_arms,
)
from topline.report.paragraphs.language import spoken, within
from topline.report.paragraphs.printed import semicolons
from topline.report.paragraphs.spans import Words, listed, plain
from topline.report.paragraphs.telling import Telling, has

_ANY: Final = "(any)"
_FEW: Final = 6


def tell_overview(telling: Telling) -> Iterator[Words]:
    """Tell the lines of the overview: the first as a sentence, the others as what events were."""
    groups = groups_told(telling)
    lines = _lines(telling, groups)
    if not lines:
        return
    first, *others = lines
    slots = {
        "arms": sized_arms(telling, groups, first),
        "label": plain(within(first[0].parameter_label)),
        "shares": shares_of_people(telling, first),
    }
    yield telling.say("any", slots)
    if others:
        said = [
            telling.say(
                "line",
                {
                    "label": plain(within(line[0].parameter_label)),
                    "comma": plain("," if "," in line[0].parameter_label else ""),
                    "shares": shares(telling, line),
                },
            )
            for line in others
        ]
        yield telling.say("lines", {"lines": semicolons(said)})


def _lines(telling: Telling, groups: Sequence[Group]) -> list[list[Number]]:
    parameters = dict.fromkeys(r.parameter for r in telling.numbers.rows)
    found = [[telling.numbers.get(p, "n", group=g) for g in groups] for p in parameters]
    return [[n for n in line if n is not None] for line in found if all(line)]


def tell_events(telling: Telling) -> Iterator[Words]:
    """Tell how many had events, the frequent terms, the severe ones and the fatal ones."""
    groups = groups_told(telling)
    any_event = next((r for r in telling.numbers.rows if _is_total(r)), None)
    if any_event is None:
        return
    events = plain(events_named(telling))
    counts = counts_of(telling, any_event, groups, "any")
    if not any(has(n) for n in counts):
        yield telling.say("nobody", {"events": events})
        return
    severe = counts_of(telling, any_event, groups, ">=3") or counts_of(
        telling, any_event, groups, "3"
    )
    slots = {
        "arms": sized_arms(telling, groups, counts),
        "events": events,
        "shares": shares_of_people(telling, counts),
        "severe": _severe(telling, severe),
    }
    yield telling.say("any", slots)
    yield from _terms(telling, groups)


def _is_total(row: Number) -> bool:
    return row.parameter == _ANY and not row.section and row.level == "any"


def events_named(telling: Telling) -> str:
    """Name the events by the title of their display, as far as it names them."""
    for display in telling.protocol.displays:
        title = display.title.split(" by ")[0].split(":")[0]
        if analyses_of(display) == (telling.name,) and "adverse event" in title.lower():
            return within(title)
    for display in telling.protocol.displays:
        panel = getattr(display, "titles", {}).get(telling.name)
        if panel:
            return f"adverse events ({within(panel)})"
    return "adverse events"


def _severe(telling: Telling, counts: Sequence[Number]) -> Words:
    if not counts:
        return ()
    slots = {"grade": plain(grade(counts[0])), "shares": shares(telling, counts)}
    return telling.say("severe", slots)


def grade(row: Number) -> str:
    """Say of which grade or severity events were."""
    if row.level == ">=3":
        return "of grade 3 or higher"
    label = row.level_label.lower()
    return f"of {label}" if label.startswith("grade") else label


def _terms(telling: Telling, groups: Sequence[Group]) -> Iterator[Words]:
    rows = [
        r
        for r in telling.numbers.rows
        if r.level == "any" and r.statistic == "n" and is_of(r, groups[0])
    ]
    systems = [r for r in rows if r.parameter == _ANY and r.section]
    terms = [r for r in rows if r.parameter != _ANY]
    frequent = most_frequent(telling, systems, groups, at_least=FREQUENT_PERCENT)[:_FEW]
    if frequent:
        systems_said = _list(telling, frequent, groups, "section")
        yield telling.say("systems", {"terms": systems_said})
    told = most_frequent(telling, terms, groups, at_least=FREQUENT_PERCENT)
    few = len(terms) <= _FEW
    chosen = terms if few else told
    if chosen:
        name = "all" if few else "frequent_terms" if frequent else "frequent"
        yield telling.say(name, {"terms": _list(telling, chosen, groups)})
    yield from _graded(telling, terms, groups)


def _list(
    telling: Telling,
    rows: Sequence[Number],
    groups: Sequence[Group],
    by: str = "term",
    level: str | None = None,
) -> Words:
    said: list[Words] = []
    for row in rows:
        counts = counts_of(telling, row, groups, level)
        name = row.section if by == "section" else row.parameter_label
        said_name = spoken(name) if by == "section" else telling.term(name)
        slots = {"term": plain(said_name), "shares": shares(telling, counts)}
        said.append(telling.say("term", slots))
    return semicolons(said) if len(groups) > 1 else listed(said)


def _graded(telling: Telling, terms: Sequence[Number], groups: Sequence[Group]) -> Iterator[Words]:
    """Tell the severe terms, most frequent first, and those that were fatal."""
    levels = {r.level for r in telling.numbers.rows}
    severe = ">=3" if ">=3" in levels else "3"
    kept = most_frequent(telling, terms, groups, level=severe)
    same = len(kept) == len(terms) <= _FEW and all(
        n.value == m.value
        for r in terms
        for n, m in zip(
            counts_of(telling, r, groups, severe), counts_of(telling, r, groups, "any"), strict=True
        )
    )
    if kept and len(terms) > 1 and not same:
        example = counts_of(telling, kept[0], groups, severe)[0]
        said = grade(example)
        slots = {
            "grade": plain(said),
            "terms": _list(telling, kept, groups, level=severe),
        }
        yield telling.say("severity" if said.startswith("of ") else "severe_terms", slots)
    fatal = [r for r in terms if largest_percent(telling, r, groups, "5") > 0]
    if fatal:
        yield telling.say("fatal", {"terms": _list(telling, fatal, groups, level="5")})
