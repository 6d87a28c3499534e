"""When adverse events first began, in which cycle, how long they lasted and how they ended."""

from collections.abc import Callable, Iterator

from topline.displays.numbers import Group, Number
from topline.report.paragraphs.counts import groups_told, is_of
from topline.report.paragraphs.language import within
from topline.report.paragraphs.printed import denominator, measured, share_of, shown
from topline.report.paragraphs.spans import Words, listed, plain
from topline.report.paragraphs.telling import Telling, has


def tell_onset(telling: Telling) -> Iterator[Words]:
    """Tell when events of each line first began, in which cycle, and whether they resolved."""
    groups = groups_told(telling)
    for parameter in dict.fromkeys(r.parameter for r in telling.numbers.rows):
        for group in groups:
            yield from _onset(telling, parameter, group)


def _onset(telling: Telling, parameter: str, group: Group) -> Iterator[Words]:
    def get(statistic: str, level: str = "") -> Number | None:
        return telling.numbers.get(parameter, statistic, group=group, level=level)

    n = get("n")
    if n is None:
        return
    slots = {"label": plain(within(n.parameter_label)), "group": telling.group(group)}
    if not has(n):
        yield telling.say("nobody", slots)
        return
    median, least, most = (get(s, "onset") for s in ("median", "min", "max"))
    slots["share"] = share_of(n, get("percent"), telling.noun(n.n))
    if median is None or least is None or most is None or median.value is None:
        yield telling.say("seen", slots)
    else:
        slots |= {"median": measured(median), "min": shown(least), "max": shown(most)}
        yield telling.say("one" if least.value == most.value else "line", slots)
    yield from _cycles(telling, parameter, group)
    yield from _rates_by(telling, parameter, group)
    yield from _resolved(telling, get)


def _cycles(telling: Telling, parameter: str, group: Group) -> Iterator[Words]:
    rows = [
        r
        for r in telling.numbers.rows
        if r.parameter == parameter and is_of(r, group) and r.statistic == "n" and has(r)
    ]
    said = [
        telling.say(
            "cycle",
            {"cycle": plain(within(r.level_label)), "n": shown(r), "all": denominator(r)},
        )
        for r in rows
        if r.level.startswith("cycle ")
    ]
    said += [
        telling.say(
            "later" if r.level == "later" else "after",
            {"later": plain(within(r.level_label)), "n": shown(r)},
        )
        for r in rows
        if r.level in {"later", "after treatment"}
    ]
    if said:
        yield telling.say("cycles", {"cycles": listed(said)})


def _rates_by(telling: Telling, parameter: str, group: Group) -> Iterator[Words]:
    rows = [
        r
        for r in telling.numbers.rows
        if r.parameter == parameter and is_of(r, group) and r.statistic == "rate"
    ]
    said: list[Words] = []
    for rate in rows:
        lower, upper = (
            telling.numbers.get(parameter, s, group=group, level=rate.level)
            for s in ("rate_lower", "rate_upper")
        )
        slots = {
            "rate": measured(rate),
            "interval": telling.interval(lower, upper),
            "by": plain(within(rate.level_label)),
        }
        if rate.value is not None:
            said.append(telling.say("rate", slots))
    if said:
        yield telling.say("rates", {"rates": listed(said)})


def _resolved(telling: Telling, get: Callable[[str, str], Number | None]) -> Iterator[Words]:
    n, of = get("n", "resolved"), get("percent", "resolved")
    if n is None or not n.n:
        return
    median = get("median", "duration")
    duration = (
        telling.say("duration", {"median": measured(median)})
        if median is not None and median.value is not None
        else ()
    )
    yield telling.say("resolved", {"share": share_of(n, of), "duration": duration})
