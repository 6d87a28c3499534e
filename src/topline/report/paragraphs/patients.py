"""Who took part: flow and eligibility."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from topline.analyses.levels import label_of
from topline.displays.numbers import Group, Number
from topline.protocol.analyses import Flow, FlowStep
from topline.report.paragraphs.counts import percent_of
from topline.report.paragraphs.language import says_state, within
from topline.report.paragraphs.printed import (
    count,
    denominator,
    semicolons,
    share,
    shown,
)
from topline.report.paragraphs.spans import Words, listed, plain
from topline.report.paragraphs.telling import Telling, first_then, has

_STATES: Final = {"ONGOING": "ongoing", "COMPLETED": "completed", "NOT TREATED": "untreated"}


def tell_flow(telling: Telling) -> Iterator[Words]:
    """Tell how many came how far, why others did not, and what became of them."""
    analysis = telling.analysis
    assert isinstance(analysis, Flow)
    before: Number | None = None
    for step in analysis.steps:
        yield from _lost(telling, step)
        boxes = _boxes(telling, step.analysis_set)
        yield _step(telling, boxes, before)
        before = boxes[0][1] if len(boxes) == 1 else None
        if step.outcome is not None:
            yield from _outcome(telling, step)


def _boxes(telling: Telling, parameter: str) -> list[tuple[Group, Number]]:
    """Return the counts of a step, one a group."""
    found = [
        (g, telling.numbers.get(parameter, "n", group=g)) for g in telling.numbers.groups(parameter)
    ]
    return [(group, n) for group, n in found if n is not None]


def _step(telling: Telling, boxes: list[tuple[Group, Number]], before: Number | None) -> Words:
    if not boxes:
        return ()
    label = boxes[0][1].parameter_label
    only = boxes[0][1] if len(boxes) == 1 else None
    slots = {"label": plain(within(label)), "one": telling.noun(1)}
    if not says_state(label):
        steps = _counts(telling, boxes)
        return telling.say("other", {"label": plain(label), "steps": steps})
    if only is not None and only.value == 0:
        return telling.say("nobody", slots | {"was": plain("was")})
    if only is not None and before is not None and only.value == before.value != 1:
        return telling.say("all", slots | {"n": shown(only), "were": plain("were")})
    return _state(telling, boxes)


def _state(telling: Telling, boxes: list[tuple[Group, Number]]) -> Words:
    """Say how many, by group, were what a label says."""
    one = len(boxes) == 1 and boxes[0][1].value == 1
    return telling.say(
        "state",
        {
            "steps": _counts(telling, boxes),
            "were": plain("was" if one else "were"),
            "label": plain(within(boxes[0][1].parameter_label)),
        },
    )


def _counts(telling: Telling, boxes: list[tuple[Group, Number]]) -> Words:
    items: list[tuple[Words, Words]] = []
    for group, n in boxes:
        slots = {"n": count(n), "people": telling.noun(n.value), "group": telling.group(group)}
        items.append(
            (telling.say("step", slots | {"n": shown(n)}), telling.say("next_step", slots))
        )
    return first_then(items)


def _lost(telling: Telling, step: FlowStep) -> Iterator[Words]:
    """Tell those who did not come as far as a step, with their reasons."""
    parameter = f"{step.analysis_set}.lost"
    boxes = [box for box in _boxes(telling, parameter) if has(box[1])]
    if not boxes:
        return
    reasons = {group: _reasons(telling, parameter, group) for group, _ in boxes}
    label = boxes[0][1].parameter_label
    state = (
        _state(telling, boxes)
        if says_state(label)
        else telling.say("other", {"label": plain(label), "steps": _counts(telling, boxes)})
    )
    if not any(reasons.values()):
        yield state
    elif len(boxes) == 1:
        (only,) = reasons.values()
        yield telling.say("reasons", {"state": state, "reasons": only})
    else:
        yield state
        yield telling.say("reasons_by_arm", {"arms": _by_arm(telling, reasons)})


def _by_arm(telling: Telling, said: dict[Group, Words]) -> Words:
    return semicolons(
        [
            telling.say("arm", {"group": _lead(telling, group), "reasons": words})
            for group, words in said.items()
            if words
        ]
    )


def _lead(telling: Telling, group: Group) -> Words:
    """Name a group before what is said of it."""
    (words,) = telling.group(group) or plain(" overall")
    return plain(words.text.strip())


def _levels(
    telling: Telling, parameter: str, group: Group, *, states: bool = False
) -> list[Number]:
    """Return the levels that somebody has, without or with those that are no reason."""
    return [
        r
        for r in telling.numbers.rows
        if r.parameter == parameter
        and (r.by, r.group) == (group.by, group.value)
        and r.level
        and has(r)
        and (r.level in _STATES) == states
    ]


def _reasons(telling: Telling, parameter: str, group: Group) -> Words:
    return _named(telling, _levels(telling, parameter, group))


def _named(telling: Telling, levels: Sequence[Number]) -> Words:
    return listed(
        [
            telling.say("reason", {"reason": plain(within(n.level_label)), "n": shown(n)})
            for n in levels
        ]
    )


def _outcome(telling: Telling, step: FlowStep) -> Iterator[Words]:
    """Tell what became of those in a step; of treatment, its end with the reasons."""
    parameter = f"{step.analysis_set}.outcome"
    groups = telling.numbers.groups(parameter)
    if not groups:
        return
    of_treatment = step.outcome == "DCTREAS"
    if of_treatment:
        yield from _states(telling, parameter, groups)
    reasons = {group: _reasons(telling, parameter, group) for group in groups}
    if not any(reasons.values()):
        return
    name = "stopped" if of_treatment else "outcome"
    label = plain(within(step.outcome_label or label_of(telling.protocol, step.outcome or "")))
    if len(groups) == 1:
        yield telling.say(name, {"label": label, "reasons": reasons[groups[0]]})
        return
    yield telling.say(f"{name}_by_arm", {"label": label, "arms": _by_arm(telling, reasons)})


def _states(telling: Telling, parameter: str, groups: Sequence[Group]) -> Iterator[Words]:
    """Tell of whom treatment goes on, is complete or never began."""
    rows = [(g, n) for g in groups for n in _levels(telling, parameter, g, states=True)]
    rows.sort(key=lambda row: list(_STATES).index(row[1].level))
    for state, found in groupby(rows, key=lambda row: row[1].level):
        yield telling.say(_STATES[state], {"counts": _counts(telling, list(found))})


def tell_eligibility(telling: Telling) -> Iterator[Words]:
    """Tell who met the criteria, and which criteria stood against entry."""
    verdict = {
        r.level: r
        for r in telling.numbers.rows
        if r.parameter == "(all criteria)" and r.statistic == "n"
    }
    eligible = verdict.get("ELIGIBLE")
    if eligible is None:
        return
    if eligible.n and eligible.value == eligible.n != 1:
        yield telling.say("all", {"n": shown(eligible), "people": telling.noun(eligible.n)})
    else:
        yield _verdicts(telling, verdict, eligible)
    against = [
        telling.say(
            "criterion",
            {
                "id": plain(n.parameter),
                "text": plain(within(n.parameter_label)),
                "share": share(n, percent_of(telling, n)),
            },
        )
        for n in telling.numbers.rows
        if n.level == "AGAINST ENTRY" and n.statistic == "n" and has(n)
    ]
    if against:
        yield telling.say("against", {"criteria": semicolons(against)})
    differ = telling.numbers.get("(disagreement)", "n", group=EVERYONE_OF_NONE, level="N")
    if differ is not None and has(differ):
        yield telling.say("disagree", {"n": shown(differ), "people": telling.noun(differ.value)})


EVERYONE_OF_NONE: Final = Group("", "", "")


def _verdicts(telling: Telling, verdict: dict[str, Number], eligible: Number) -> Words:
    named = {
        "ELIGIBLE": "eligible",
        "NOT ELIGIBLE": "not_eligible",
        "CANNOT BE JUDGED": "not_judged",
    }
    said = [
        telling.say(
            named[level],
            {
                "n": share(n, percent_of(telling, n)),
                "were": plain("was" if n.value in {0, 1} else "were"),
            },
        )
        for level, n in verdict.items()
        if level == "ELIGIBLE" or has(n)
    ]
    return telling.say(
        "of",
        {
            "n": denominator(eligible),
            "people": telling.noun(eligible.n),
            "verdicts": listed(said),
        },
    )
