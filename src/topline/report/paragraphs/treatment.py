"""Exposure: duration, dose intensity, interruptions, reductions, discontinuation."""

from collections.abc import Iterator, Sequence
from typing import Final

from topline.analyses.levels import MISSING
from topline.displays.numbers import Group, Number
from topline.report.paragraphs.language import spoken, within
from topline.report.paragraphs.printed import measured, semicolons, share, shown
from topline.report.paragraphs.spans import Words, listed, plain
from topline.report.paragraphs.telling import EVERYONE, Telling, arms_of, first_then, has

_ALL_DRUGS: Final = "ALL DRUGS"
_LINES: Final = (
    ("INTERRUPTED", "interrupted", "INT-CAUSE"),
    ("REDUCED", "reduced", "RED-CAUSE"),
    ("STOPPED", "stopped", "STOP-REASON"),
)
"""Parameter of a line, its template, and the parameter of its causes."""


def tell_exposure(telling: Telling) -> Iterator[Words]:
    """Tell how long treatment lasted, then drug by drug how it was taken and changed."""
    yield _numbers(telling, _ALL_DRUGS, "TDURD", "duration")
    yield _numbers(telling, _ALL_DRUGS, "NCYCSTRT", "cycles")
    for drug in dict.fromkeys(r.section for r in telling.numbers.rows if r.section != _ALL_DRUGS):
        yield _numbers(telling, drug, "RDI", "intensity")
        for line in _LINES:
            yield _line(telling, drug, *line)
        yield from _over(telling, drug)
        yield from _resolved(telling, drug)


def _groups(telling: Telling, drug: str) -> tuple[Group, ...]:
    """Return the arms that have the drug; everyone where there is one arm."""
    rows = [r for r in telling.numbers.rows if r.section == drug]
    groups = dict.fromkeys(Group(r.by, r.group, r.group_label) for r in rows)
    return arms_of(groups) or (EVERYONE,)


def _numbers(telling: Telling, drug: str, parameter: str, name: str) -> Words:
    items: list[tuple[Words, Words]] = []
    for group in _groups(telling, drug):
        found = {
            s: telling.numbers.get(parameter, s, group=group, section=drug)
            for s in ("median", "min", "max")
        }
        median = found["median"]
        if median is None or median.value is None:
            continue
        slots = {s: shown(n) for s, n in found.items() if n is not None}
        counted = median.unit == "cycles"
        slots |= {
            "drug": plain(spoken(drug)),
            "label": plain(within(median.parameter_label)),
            "group": telling.group(group),
        }
        with_unit = slots | {"median": shown(median) if counted else measured(median)}
        later = "next_percent" if median.unit == "%" else "next"
        items.append(
            (
                telling.say(name, with_unit),
                telling.say(later, slots | {"percent": measured(median)}),
            )
        )
    return first_then(items)


def _line(telling: Telling, drug: str, parameter: str, name: str, causes: str) -> Words:
    shares: list[Words] = []
    reasons: list[tuple[Group, list[Number]]] = []
    counts = [
        (g, telling.numbers.get(parameter, "n", group=g, section=drug))
        for g in _groups(telling, drug)
    ]
    told = [(group, n) for group, n in counts if n is not None]
    if not any(has(n) for _, n in told):
        return telling.say(f"not_{name}", {"drug": plain(spoken(drug))}) if told else ()
    for group, n in told:
        of = telling.numbers.get(parameter, "percent", group=group, section=drug)
        people = () if group.by else telling.noun(n.value)
        shares.append((*share(n, of, people), *telling.group(group)))
        found = _causes(telling, drug, causes, group)
        if found:
            reasons.append((group, found))
    slots = {"drug": plain(spoken(drug)), "shares": listed(shares)}
    return telling.say(name, slots | {"causes": _reasons(telling, reasons)})


def _causes(telling: Telling, drug: str, parameter: str, group: Group) -> list[Number]:
    return [
        r
        for r in telling.numbers.rows
        if (r.section, r.parameter, r.by, r.group) == (drug, parameter, group.by, group.value)
        and r.statistic == "n"
        and has(r)
    ]


def _cause(telling: Telling, n: Number) -> Words:
    if n.level == MISSING:
        return telling.say("no_cause", {"n": shown(n)})
    return telling.say("cause", {"cause": plain(spoken(n.level_label)), "n": shown(n)})


def _reasons(telling: Telling, reasons: Sequence[tuple[Group, list[Number]]]) -> Words:
    if not reasons:
        return ()
    if all(n.level == MISSING for _, rows in reasons for n in rows):
        return telling.say("unrecorded", {})
    said = [
        (
            *listed([_cause(telling, n) for n in rows]),
            *(telling.group(group) if len(reasons) > 1 else ()),
        )
        for group, rows in reasons
    ]
    return telling.say("causes", {"causes": semicolons(said)})


def _over(telling: Telling, drug: str) -> Iterator[Words]:
    """Tell interruptions longer than the protocol allows."""
    for group in _groups(telling, drug):
        n = telling.numbers.get("INT-OVER", "n", group=group, section=drug)
        if n is None or not has(n):
            continue
        slots = {
            "n": shown(n),
            "people": telling.noun(n.value),
            "group": telling.group(group),
            "drug": plain(spoken(drug)),
        }
        yield telling.say("over", slots)


def _resolved(telling: Telling, drug: str) -> Iterator[Words]:
    """Tell in how many the event was over after the dose was reduced."""
    for group in _groups(telling, drug):
        over, lasting = (
            telling.numbers.get(p, "n", group=group, section=drug)
            for p in ("RED-RESOLVED", "RED-NOT")
        )
        if over is None or lasting is None or not (has(over) or has(lasting)):
            continue
        slots = {
            "n": shown(over),
            "not": shown(lasting),
            "people": telling.noun(over.value),
            "drug": plain(spoken(drug)),
            "group": telling.group(group),
        }
        yield telling.say("resolved" if lasting.value == 0 else "partly_resolved", slots)
