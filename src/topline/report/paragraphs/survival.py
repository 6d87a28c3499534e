"""Times to an event: median, rates at landmarks, follow-up, tests."""

from collections.abc import Iterator, Sequence

from topline.displays.numbers import Group, Number
from topline.protocol.analyses import Survival
from topline.protocol.endpoints import TimeToEvent
from topline.report.paragraphs.language import within
from topline.report.paragraphs.printed import (
    instead,
    measured,
    named_test,
    p_value,
    percent,
    semicolons,
    shown,
)
from topline.report.paragraphs.spans import Words, listed, plain
from topline.report.paragraphs.telling import EVERYONE, Telling, first_then, has


def tell_survival(telling: Telling) -> Iterator[Words]:
    """Tell a time to an event: median, landmark rates, follow-up, tests."""
    analysis = telling.analysis
    assert isinstance(analysis, Survival)
    endpoint = telling.protocol.endpoints[analysis.endpoint]
    assert isinstance(endpoint, TimeToEvent)
    groups = telling.numbers.groups(analysis.endpoint)
    own = [g for g in groups if g.by] or [g for g in groups if not g.by]
    yield _medians(telling, analysis, own)
    yield from _landmarks(telling, analysis, own)
    yield from _restricted(telling, analysis, own)
    yield from _against_null(telling, analysis, own)
    leading = endpoint.role in {"primary", "secondary"} and "death" in endpoint.events
    if leading and not analysis.by and not analysis.where:
        yield from _follow_up(telling, analysis, own)


def median_words(
    telling: Telling, median: Number, lower: Number | None, upper: Number | None
) -> tuple[Words, Words]:
    """Return a median with its unit, and its interval."""
    unit = median.unit if median.value is None else ""
    return measured(median), telling.interval(lower, upper, unit)


def _get(telling: Telling, analysis: Survival, statistic: str, group: Group) -> Number | None:
    return telling.numbers.get(analysis.endpoint, statistic, group=group)


def _medians(telling: Telling, analysis: Survival, groups: Sequence[Group]) -> Words:
    items: list[tuple[Words, Words]] = []
    for group in groups:
        names = ("median", "median_lower", "median_upper", "events", "n")
        median, lower, upper, events, n = (_get(telling, analysis, s, group) for s in names)
        if median is None or events is None or n is None:
            continue
        said, limits = median_words(telling, median, lower, upper)
        slots = {
            "median": said, "interval": limits, "n": shown(n), "people": telling.noun(n.value),
            "group": telling.group(group), "events": event_words(events),
            "one": telling.noun(1),
        }  # fmt: skip
        name = ("clause", "next_clause") if n.value else ("nobody_group", "nobody_group")
        items.append((telling.say(name[0], slots), telling.say(name[1], slots)))
    label = telling.protocol.endpoints[analysis.endpoint].label
    slots = {
        "label": plain(within(label)),
        "special": _special(telling, analysis),
        "groups": (*first_then(items), *_tested(telling, analysis)),
        "one": telling.noun(1),
    }
    everyone = _get(telling, analysis, "n", groups[0]) if groups else None
    if len(groups) < 2 and not has(everyone):
        return telling.say("nobody", slots)
    if analysis.by is None:
        return telling.say("median", slots)
    return telling.say("by", slots | {"by": telling.by(analysis.by)})


def _special(telling: Telling, analysis: Survival) -> Words:
    """Say what is special, unless it only repeats by which variable the curves are."""
    label = analysis.label or ""
    return () if analysis.by and label.startswith("by ") else telling.special()


def event_words(events: Number) -> Words:
    """Return how many events there were."""
    if events.value == 0:
        return (*instead("no", events), *plain(" event"))
    return (*shown(events), *plain(" event" if events.value == 1 else " events"))


def _tested(telling: Telling, analysis: Survival) -> Words:
    p = telling.numbers.get(analysis.endpoint, "p_value", group=EVERYONE, level="log-rank")
    if p is None or p.value is None:
        return ()
    name = f"stratified {within(p.level_label)}" if analysis.strata else p.level_label
    return telling.say("tested", {"test": named_test(p, name)})


def _landmarks(telling: Telling, analysis: Survival, groups: Sequence[Group]) -> Iterator[Words]:
    said = [_landmark(telling, analysis, groups, level) for level in _levels(telling)]
    if not any(said):
        return
    label = telling.protocol.endpoints[analysis.endpoint].label
    slots = {
        "label": plain(within(label)),
        "special": (),
        "people": telling.noun(2),
        "landmarks": semicolons(said) if len(groups) > 1 else listed(said),
    }
    names = ("rates", "several") if is_survival(label) else ("free", "several_free")
    yield telling.say(names[len(groups) > 1], slots)


def is_survival(label: str) -> bool:
    """Whether a label names one kind of survival, whose rate has the same name.

    Examples
    --------
    >>> is_survival("Overall survival"), is_survival("Time to treatment failure")
    (True, False)
    """
    return "survival" in label.lower() and " or " not in label


def _levels(telling: Telling) -> list[tuple[str, str]]:
    return list(
        dict.fromkeys(
            (r.level, r.level_label) for r in telling.numbers.rows if r.statistic == "rate"
        )
    )


def _landmark(
    telling: Telling, analysis: Survival, groups: Sequence[Group], level: tuple[str, str]
) -> Words:
    rates: list[Words] = []
    for group in groups:
        rate, lower, upper = (
            telling.numbers.get(analysis.endpoint, s, group=group, level=level[0])
            for s in ("rate", "rate_lower", "rate_upper")
        )
        if rate is None or rate.value is None:
            continue
        slots = {
            "rate": percent(rate),
            "interval": telling.interval(lower, upper),
            "group": telling.group(group),
        }
        rates.append(telling.say("rate", slots))
    slots = {"rates": listed(rates), "landmark": plain(level[1])}
    return telling.say("landmark" if len(groups) == 1 else "at_landmark", slots) if rates else ()


def _restricted(telling: Telling, analysis: Survival, groups: Sequence[Group]) -> Iterator[Words]:
    """Tell restricted means where they were asked for."""
    said: list[Words] = []
    for group in groups:
        level = f"mean to {analysis.mean_until}"
        mean, lower, upper = (
            telling.numbers.get(analysis.endpoint, s, group=group, level=level)
            for s in ("restricted_mean", "restricted_mean_lower", "restricted_mean_upper")
        )
        if mean is None or mean.value is None:
            continue
        slots = {
            "mean": measured(mean),
            "interval": telling.interval(lower, upper),
            "group": telling.group(group),
        }
        said.append(telling.say("mean_clause", slots))
    if said:
        until = plain(str(analysis.mean_until))
        yield telling.say("mean", {"until": until, "groups": listed(said)})


def _against_null(telling: Telling, analysis: Survival, groups: Sequence[Group]) -> Iterator[Words]:
    """Tell the one-sample log-rank test where it was asked for."""
    for group in groups:
        ratio, lower, upper, p = (
            telling.numbers.get(analysis.endpoint, s, group=group, level="one-sample log-rank")
            for s in ("ratio", "ratio_lower", "ratio_upper", "p_value")
        )
        if ratio is None or p is None:
            continue
        slots = {
            "label": plain(within(ratio.level_label)),
            "ratio": shown(ratio),
            "interval": telling.interval(lower, upper),
            "p": p_value(p),
            "group": telling.group(group),
        }
        yield telling.say("null", slots)


def _follow_up(telling: Telling, analysis: Survival, groups: Sequence[Group]) -> Iterator[Words]:
    said: list[Words] = []
    for group in groups:
        names = ("follow_up_median", "follow_up_min", "follow_up_max")
        median, least, most = (_get(telling, analysis, s, group) for s in names)
        if median is None or least is None or most is None or least.value is None:
            continue
        limits = telling.say("range", {"min": shown(least), "max": measured(most)})
        slots = {"median": measured(median), "range": limits, "group": telling.group(group)}
        said.append(telling.say("follow_up_group", slots))
    if said:
        yield telling.say("follow_up", {"groups": listed(said)})
