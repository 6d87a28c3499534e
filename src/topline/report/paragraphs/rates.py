"""Rates: of all or each arm, best responses, the design's decision, subgroups."""

from collections.abc import Iterator, Sequence
from typing import Final

from topline.analyses.levels import RESPONSES
from topline.displays.numbers import Group, Number
from topline.protocol.analyses import Rate
from topline.protocol.design import SingleStage
from topline.protocol.endpoints import Landmark, ResponseRate
from topline.report.paragraphs.language import within
from topline.report.paragraphs.printed import (
    denominator,
    p_value,
    percent,
    semicolons,
    share,
    shown,
)
from topline.report.paragraphs.spans import Words, listed, plain, text_of
from topline.report.paragraphs.telling import EVERYONE, Telling, arms_of, first_then, has
from topline.report.paragraphs.templates import response

_RESPONSES: Final = frozenset((*RESPONSES, "(missing)"))


def tell_rate(telling: Telling) -> Iterator[Words]:
    """Tell a rate: of all or of each arm, best responses, the decision, subgroups."""
    analysis = telling.analysis
    assert isinstance(analysis, Rate)
    groups = telling.numbers.groups(analysis.endpoint)
    arms = arms_of(groups)
    yield _rates(telling, analysis, arms or (EVERYONE,))
    if _first_of_its_kind(telling, analysis):
        yield from _best(telling, analysis, arms or (EVERYONE,))
    yield from _decision(telling, analysis)
    for variable in analysis.by:
        chosen = [g for g in groups if g.by == variable]
        if chosen:
            yield _by(telling, analysis, variable, chosen)
    yield from _left_out(telling, analysis)


def is_rate(label: str) -> bool:
    """Whether a label names a rate, so that "the ... was" fits.

    Examples
    --------
    >>> is_rate("Overall response rate"), is_rate("Any decrease of target lesions")
    (True, False)
    """
    return label.lower().endswith((" rate", " proportion", " share"))


def _label(telling: Telling, analysis: Rate) -> str:
    return telling.protocol.endpoints[analysis.endpoint].label


def _slots(telling: Telling, analysis: Rate, group: Group) -> dict[str, Words] | None:
    """Return what the templates of a rate ask for; None where the group is not in the results."""
    names = ("estimate", "lower", "upper", "responders")
    found = [telling.numbers.get(analysis.endpoint, s, group=group) for s in names]
    estimate, lower, upper, responders = found
    if estimate is None or responders is None:
        return None
    return {
        "estimate": percent(estimate),
        "interval": telling.interval(lower, upper),
        "responders": shown(responders),
        "n": denominator(responders),
        "people": telling.noun(responders.n),
        "one": telling.noun(1),
        "group": telling.group(group),
        "label": plain(within(_label(telling, analysis))),
        "special": telling.special(),
        "the": plain("the"),
    }


def _rates(telling: Telling, analysis: Rate, groups: Sequence[Group]) -> Words:
    items: list[tuple[Words, Words]] = []
    named = is_rate(_label(telling, analysis))
    slots: dict[str, Words] | None = None
    for group in groups:
        slots = _slots(telling, analysis, group)
        responders = telling.numbers.get(analysis.endpoint, "responders", group=group)
        if slots is None or responders is None:
            continue
        if not responders.n:
            nobody = telling.say("nobody_group", slots)
            items.append((nobody, nobody))
            continue
        first, later = ("estimate", "next_estimate") if named else _form(responders)
        items.append((telling.say(first, slots), telling.say(later, slots)))
    if slots is None:
        return ()
    if len(groups) == 1 and not _size(telling, analysis, groups[0]):
        return telling.say("nobody" if named else "nobody_share", slots)
    said = first_then(items)
    everyone = _slots(telling, analysis, EVERYONE) if groups[0].by else None
    if everyone is not None:
        last = telling.say("next_estimate" if named else "next_responders", everyone)
        said = (*said, *telling.say("overall", {"all": last}))
    return telling.say("rate" if named else "share", slots | {"groups": said})


def _size(telling: Telling, analysis: Rate, group: Group) -> int:
    n = telling.numbers.get(analysis.endpoint, "responders", group=group)
    return (n.n or 0) if n is not None else 0


def _form(responders: Number) -> tuple[str, str]:
    """Return the templates for none, all, or some of a group, in first place and later."""
    if responders.value == 0:
        return "no_responders", "no_responders"
    if responders.value == responders.n and responders.n != 1:
        return "all_responders", "all_responders"
    return "responders", "next_responders"


def _first_of_its_kind(telling: Telling, analysis: Rate) -> bool:
    """Whether no analysis told before it rests on the same best responses."""

    def source(each: Rate) -> tuple[object, ...] | None:
        endpoint = telling.protocol.endpoints[each.endpoint]
        of = endpoint.of if isinstance(endpoint, ResponseRate) else None
        return None if of is None else (of, each.analysis_set, each.where)

    mine = source(analysis)
    same = (
        name
        for name, each in telling.protocol.analyses.items()
        if isinstance(each, Rate) and source(each) == mine
    )
    return mine is not None and analysis.where is None and next(same) == telling.name


def _best(telling: Telling, analysis: Rate, groups: Sequence[Group]) -> Iterator[Words]:
    said = {group: _responses(telling, analysis, group) for group in groups}
    if not any(said.values()):
        return
    if len(groups) == 1:
        yield telling.say("best", {"responses": said[groups[0]]})
        return
    by_arm = [
        telling.say("best_of_arm", {"group": _lead(telling, g), "responses": words})
        for g, words in said.items()
        if words
    ]
    yield telling.say("best_by_arm", {"arms": semicolons(by_arm)})


def _lead(telling: Telling, group: Group) -> Words:
    return plain(text_of(telling.group(group)).strip())


def _responses(telling: Telling, analysis: Rate, group: Group) -> Words:
    rows = [
        r
        for r in telling.numbers.rows
        if r.parameter == analysis.endpoint
        and (r.by, r.group) == (group.by, group.value)
        and r.level in _RESPONSES
        and r.statistic == "n"
        and has(r)
    ]
    return listed(
        [
            telling.say(
                "response",
                {
                    "response": plain(response(n.level)),
                    "share": share(
                        n,
                        telling.numbers.get(
                            analysis.endpoint, "percent", group=group, level=n.level
                        ),
                    ),
                },
            )
            for n in rows
        ]
    )


def _decision(telling: Telling, analysis: Rate) -> Iterator[Words]:
    """Tell whether the design's goal was met, and what it was."""
    design = telling.protocol.design
    find = {
        s: telling.numbers.get(analysis.endpoint, s, group=EVERYONE)
        for s in ("decision", "responders_needed", "p_value", "responders")
    }
    decision, needed, p, seen = find.values()
    if decision is None or needed is None or not isinstance(design, SingleStage):
        return
    slots = {
        "n": denominator(decision),
        "people": telling.noun(decision.n),
        "needed": shown(needed),
        "seen": shown(seen) if seen else (),
        "p": p_value(p) if p else (),
        "test": plain(within(p.method)) if p else (),
        "null": plain(f"{100 * design.null:g}%"),
        "at_least": plain(str(design.success.responders_at_least)),
        "of": plain(str(design.success.of)),
    }
    if decision.value is None:
        yield telling.say("undecided", slots)
    else:
        yield telling.say("met" if decision.value else "not_met", slots)
    if decision.n != design.success.of:
        yield telling.say("rule", slots)


def _by(telling: Telling, analysis: Rate, variable: str, groups: Sequence[Group]) -> Words:
    named = is_rate(_label(telling, analysis))
    clauses: list[Words] = []
    slots: dict[str, Words] = {}
    for group in groups:
        found = _slots(telling, analysis, group)
        if found is None or not _size(telling, analysis, group):
            continue
        slots = found
        clauses.append(telling.say("clause" if named else "share_clause", slots))
    if not clauses:
        return ()
    slots |= {"by": telling.by(variable), "groups": listed(clauses)}
    return telling.say("by" if named else "by_share", slots)


def _left_out(telling: Telling, analysis: Rate) -> Iterator[Words]:
    """Tell of whom it was not known whether they count."""
    endpoint = telling.protocol.endpoints[analysis.endpoint]
    unknown = telling.numbers.get(analysis.endpoint, "unknown", group=EVERYONE)
    if unknown is None or not has(unknown):
        return
    slots = {
        "unknown": shown(unknown),
        "people": telling.noun(unknown.value),
        "were": plain("was" if unknown.value == 1 else "were"),
    }
    if isinstance(endpoint, Landmark):
        failures = endpoint.unknown == "counts as failure"
        slots["beyond"] = plain(str(endpoint.beyond))
        yield telling.say("failures" if failures else "excluded", slots)
    else:
        yield telling.say("not_evaluable", slots)
