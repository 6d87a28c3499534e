"""How far an estimate depends on what became of those who left."""

from collections.abc import Iterator, Sequence

from topline.displays.numbers import Group, Number
from topline.protocol.analyses import CensoringSensitivity
from topline.report.paragraphs.language import within
from topline.report.paragraphs.printed import percent, semicolons, shown
from topline.report.paragraphs.spans import Words, plain
from topline.report.paragraphs.survival import median_words
from topline.report.paragraphs.telling import Telling

_TIPPING, _PLAIN = "tipping point", "as censored"
_FIXED = {"as censored", "worst case", "best case"}


def tell_sensitivity(telling: Telling) -> Iterator[Words]:
    """Tell the estimate under each assumption, and what would change the conclusion."""
    analysis = telling.analysis
    assert isinstance(analysis, CensoringSensitivity)
    for group in telling.numbers.groups(analysis.endpoint):
        yield from _of_group(telling, analysis, group)


def _of_group(telling: Telling, analysis: CensoringSensitivity, group: Group) -> Iterator[Words]:
    rows = [r for r in telling.numbers.rows if (r.by, r.group) == (group.by, group.value)]
    censored, informative = (
        telling.numbers.get(analysis.endpoint, s, group=group, section=_PLAIN)
        for s in ("censored", "informative")
    )
    label = telling.protocol.endpoints[analysis.endpoint].label
    slots = {"group": telling.group(group), "label": plain(within(label))}
    if censored is not None and informative is not None:
        yield telling.say(
            "left",
            slots
            | {
                "censored": shown(censored),
                "informative": shown(informative),
                "people": telling.noun(censored.value),
                "special": telling.special(),
            },
        )
    scenarios = list(dict.fromkeys(r.section for r in rows if r.section != _TIPPING))
    yield _medians(telling, analysis, group, scenarios, slots)
    for level in dict.fromkeys((r.level, r.level_label) for r in rows if r.statistic == "rate"):
        yield _rates(telling, rows, scenarios, level, slots)
    yield from _tipping(telling, rows, slots)


def _scenario(telling: Telling, name: str) -> Words:
    if name in _FIXED:
        return telling.say(name, {})
    if name.startswith("delta "):
        factor = name.removeprefix("delta ")
        return telling.say("delta", {"delta": plain(factor)})
    return telling.say("weighted", {"scenario": plain(within(name))})


def _medians(
    telling: Telling,
    analysis: CensoringSensitivity,
    group: Group,
    scenarios: Sequence[str],
    slots: dict[str, Words],
) -> Words:
    said: list[Words] = []
    for name in scenarios:
        median, lower, upper = (
            telling.numbers.get(analysis.endpoint, s, group=group, section=name)
            for s in ("median", "median_lower", "median_upper")
        )
        if median is None:
            continue
        words, limits = median_words(telling, median, lower, upper)
        scenario = _scenario(telling, name)
        each = {"median": words, "interval": limits, "scenario": scenario}
        said.append(telling.say("scenario", each))
    factors = any(name.startswith("delta ") for name in scenarios)
    slots = slots | {
        "scenarios": semicolons(said),
        "key": telling.say("key", {}) if factors else (),
    }
    return telling.say("medians", slots) if said else ()


def _rates(
    telling: Telling,
    rows: Sequence[Number],
    scenarios: Sequence[str],
    level: tuple[str, str],
    slots: dict[str, Words],
) -> Words:
    said: list[Words] = []
    for name in scenarios:
        found = {r.statistic: r for r in rows if (r.section, r.level) == (name, level[0])}
        rate = found.get("rate")
        if rate is None or rate.value is None:
            continue
        limits = telling.interval(found.get("rate_lower"), found.get("rate_upper"))
        each = {"median": percent(rate), "interval": limits, "scenario": _scenario(telling, name)}
        said.append(telling.say("scenario", each))
    landmark = {"landmark": plain(level[1]), "scenarios": semicolons(said)}
    return telling.say("rates", slots | landmark) if said else ()


def _tipping(telling: Telling, rows: Sequence[Number], slots: dict[str, Words]) -> Iterator[Words]:
    for row in rows:
        if row.section != _TIPPING or row.statistic != "delta":
            continue
        words = slots | {"threshold": plain(within(row.level_label)), "delta": shown(row)}
        never = row.display.startswith((">", "NE"))
        yield telling.say("does_not_tip" if never else "tips", words)
