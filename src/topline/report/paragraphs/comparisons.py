"""Groups, pairs, readers and visits side by side, and events that preclude each other."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from topline.analyses.levels import label_of, unit_of
from topline.displays.numbers import Group, Number
from topline.protocol.comparisons import Agreement, Comparison, CompetingRisks, PairedComparison
from topline.report.paragraphs.language import within
from topline.report.paragraphs.printed import (
    denominator,
    effect_name,
    measured,
    named_test,
    p_value,
    percent,
    semicolons,
    share,
    shown,
)
from topline.report.paragraphs.rates import is_rate
from topline.report.paragraphs.spans import Words, listed, plain
from topline.report.paragraphs.telling import ARMS, Telling, has

_EFFECTS = ("odds ratio", "difference", "risk ratio", "shift")
_NOBODY = Group("", "", "")


def tell_comparison(telling: Telling) -> Iterator[Words]:
    """Tell a share, a number or a category of each group, the effects and the tests."""
    analysis = telling.analysis
    assert isinstance(analysis, Comparison)
    variable = analysis.by or "TRT01P"
    groups = [g for g in telling.numbers.groups() if g.by == variable]
    ends = {
        "by": telling.by(variable, telling.special()),
        "label": plain(within(_outcome(telling, analysis))),
        "effects": _effects(telling, groups),
        "tests": _tests(telling),
        "the": plain("the"),
    }
    statistics = {r.statistic for r in telling.numbers.rows}
    if "responders" in statistics:
        yield _shares(telling, analysis, groups, ends)
    elif "median" in statistics:
        yield _numbers(telling, analysis, groups, ends)
    else:
        yield _categories(telling, groups, ends)
    yield from _pairs(telling)


def _outcome(telling: Telling, analysis: Comparison) -> str:
    endpoint = telling.protocol.endpoints.get(analysis.outcome)
    return endpoint.label if endpoint else label_of(telling.protocol, analysis.outcome)


def _shares(
    telling: Telling, analysis: Comparison, groups: Sequence[Group], ends: dict[str, Words]
) -> Words:
    label = _outcome(telling, analysis)
    form = (
        "share"
        if is_rate(label)
        else "definition"
        if analysis.outcome in telling.protocol.endpoints
        else "flag"
    )
    clauses: list[Words] = []
    for group in groups:
        n, of = (
            telling.numbers.get(analysis.outcome, s, group=group) for s in ("responders", "percent")
        )
        if n is None or of is None:
            continue
        slots = {
            "responders": shown(n),
            "percent": percent(of),
            "n": denominator(n),
            "group": telling.group(group),
        }
        clauses.append(telling.say("clause" if form == "share" else "flag_clause", slots))
    return telling.say(form, ends | {"groups": listed(clauses)}) if clauses else ()


def _numbers(
    telling: Telling, analysis: Comparison, groups: Sequence[Group], ends: dict[str, Words]
) -> Words:
    unit = unit_of(telling.protocol, analysis.outcome)
    clauses: list[Words] = []
    for group in groups:
        found = {
            s: telling.numbers.get(analysis.outcome, s, group=group)
            for s in ("median", "q1", "q3", "n")
        }
        if not has(found["n"]):
            continue
        slots = {s: shown(n) for s, n in found.items() if n is not None}
        median = found["median"]
        slots |= {
            "median": measured(median, unit) if median else (),
            "group": telling.group(group),
        }
        clauses.append(telling.say("number_clause", slots))
    return telling.say("number", ends | {"groups": listed(clauses)}) if clauses else ()


def _categories(telling: Telling, groups: Sequence[Group], ends: dict[str, Words]) -> Words:
    rows = [r for r in telling.numbers.rows if r.statistic == "n" and r.level and r.by]
    said: list[Words] = []
    for level in dict.fromkeys((r.level, r.level_label) for r in rows if has(r)):
        shares: list[Words] = []
        for group in groups:
            n = next((r for r in rows if (r.group, r.level) == (group.value, level[0])), None)
            if n is None:
                continue
            of = telling.numbers.get(n.parameter, "percent", group=group, level=n.level)
            shares.append((*share(n, of), *telling.group(group)))
        slots = {"level": plain(within(level[1])), "shares": listed(shares)}
        said.append(telling.say("level", slots))
    return telling.say("category", ends | {"levels": semicolons(said)}) if said else ()


def _effects(telling: Telling, groups: Sequence[Group]) -> Words:
    """Return the effects of groups against the reference."""
    words: list[Words] = []
    rows = [r for r in telling.numbers.rows if r.level in _EFFECTS and r.statistic == "estimate"]
    arms = {(g.by, g.value): g for g in groups}
    for row in rows:
        group = arms.get((row.by, row.group), _NOBODY)
        lower, upper = (
            telling.numbers.get(row.parameter, s, group=group, level=row.level)
            for s in ("lower", "upper")
        )
        many = len({r.group for r in rows}) > 1
        slots = {
            "effect": plain(effect_name(row.level_label, arms=row.by in ARMS)),
            "estimate": measured(row),
            "interval": telling.interval(lower, upper),
            "group": telling.group(group) if many else (),
        }
        words.append(telling.say("effect", slots))
    return tuple(span for each in words for span in each)


def _tests(telling: Telling) -> Words:
    """Return the tests of all groups at once."""
    rows = [
        r
        for r in telling.numbers.rows
        if r.statistic == "p_value" and not r.by and r.value is not None and not _pair(r)
    ]
    words = [
        telling.say("test", {"test": plain(within(r.level_label or r.method)), "p": p_value(r)})
        for r in rows
    ]
    return tuple(span for each in words for span in each)


def _pair(row: Number) -> bool:
    return " against " in row.level_label and " - " in row.level


def _pairs(telling: Telling) -> Iterator[Words]:
    """Tell the pairs of groups, adjusted where the protocol asks for it."""
    rows = [r for r in telling.numbers.rows if _pair(r) and not r.by and r.value is not None]
    last = {r.level: r for r in rows if r.statistic == "p_value"} | {
        r.level: r for r in rows if r.statistic == "p_adjusted"
    }
    said: list[Words] = []
    for row in last.values():
        p = p_value(row)
        if row.statistic == "p_adjusted":
            p = telling.say("adjusted", {"p": p})
        said.append(telling.say("pair", {"pair": plain(row.level_label), "p": p}))
    if said:
        yield telling.say("pairs", {"pairs": semicolons(said)})


def tell_pairs(telling: Telling) -> Iterator[Words]:
    """Tell two measurements of the same subjects."""
    analysis = telling.analysis
    assert isinstance(analysis, PairedComparison)
    rows = {(r.level, r.statistic): r for r in telling.numbers.rows}
    p = rows.get((analysis.test, "p_value"))
    first, second = (label_of(telling.protocol, v) for v in (analysis.first, analysis.second))
    slots = {
        "first": plain(within(first)),
        "second": plain(within(second)),
        "special": telling.special(),
    }
    if p is not None:
        slots |= {"test": plain(within(p.level_label)), "p": p_value(p), "n": denominator(p)}
        slots["people"] = telling.noun(p.n)
    if analysis.test == "mcnemar":
        yield telling.say("categories", slots | _sides(telling, analysis))
        return
    kind = "mean" if analysis.test == "t-test" else "median"
    for name in ("first", "second", "difference"):
        row = rows.get((name, kind))
        if row is None or row.value is None:
            return
        slots[f"median_{name}" if name != "difference" else name] = measured(row)
    if kind == "median":
        slots |= {s: shown(rows["difference", s]) for s in ("q1", "q3")}
    slots["interval"] = _limits(telling, rows, analysis.test)
    yield telling.say("numbers" if kind == "median" else "mean", slots)


def _sides(telling: Telling, analysis: PairedComparison) -> dict[str, Words]:
    """Return the categories of each of two measurements."""
    out: dict[str, Words] = {}
    for slot, variable in (("firsts", analysis.first), ("seconds", analysis.second)):
        rows = [r for r in telling.numbers.rows if r.parameter == variable and r.statistic == "n"]
        said: list[Words] = []
        for n in rows:
            of = telling.numbers.get(
                variable, "percent", group=_NOBODY, level=n.level, section=n.section
            )
            words = {"level": plain(within(n.level_label)), "share": share(n, of)}
            said.append(telling.say("level", words))
        out[slot] = listed(said)
    return out


def tell_agreement(telling: Telling) -> Iterator[Words]:
    """Tell how far two readers or methods agree."""
    assert isinstance(telling.analysis, Agreement)
    rows = {(r.level, r.statistic): r for r in telling.numbers.rows}
    both = next(iter(telling.numbers.rows), None)
    if both is None:
        return
    name = " and ".join(within(each) for each in both.parameter_label.split(" and "))
    special = within(telling.analysis.label) if telling.analysis.label else ""
    slots = {"both": plain(special or name)}
    n, estimate = rows.get(("concordance", "n")), rows.get(("concordance", "estimate"))
    if n is not None and estimate is not None:
        slots |= {
            "n": shown(n), "all": denominator(n), "people": telling.noun(n.n),
            "estimate": percent(estimate), "interval": _limits(telling, rows, "concordance"),
        }  # fmt: skip
        yield telling.say("agreed", slots)
    for level, label in (("kappa", "kappa"), ("icc", "icc")):
        found = rows.get((level, "estimate"))
        if found is None or found.value is None:
            continue
        words = slots | {
            "estimate": shown(found), "interval": _limits(telling, rows, level),
            "icc": plain(within(found.level_label)), "n": denominator(found),
        }  # fmt: skip
        yield telling.say(label, words)


def _limits(telling: Telling, rows: dict[tuple[str, str], Number], level: str) -> Words:
    return telling.interval(rows.get((level, "lower")), rows.get((level, "upper")))


def tell_competing_risks(telling: Telling) -> Iterator[Words]:
    """Tell the cumulative incidence of each cause."""
    analysis = telling.analysis
    assert isinstance(analysis, CompetingRisks)
    for cause in analysis.causes:
        rows = [r for r in telling.numbers.rows if r.section == cause]
        p = next((r for r in rows if r.statistic == "p_value" and r.value is not None), None)
        rates = sorted((r for r in rows if r.statistic == "rate"), key=lambda r: float(r.level))
        times = [list(found) for _, found in groupby(rates, key=lambda r: r.level)]
        several = any(len(each) > 1 for each in times)
        slots = {
            "cause": plain(within(cause)),
            "landmarks": (semicolons if several else listed)(
                [_landmark(telling, each) for each in times]
            ),
            "test": telling.say("test", {"test": named_test(p)}) if p else (),
        }
        yield telling.say("several" if several else "incidence", slots) if times else ()


def _landmark(telling: Telling, rates: list[Number]) -> Words:
    said: list[Words] = []
    for rate in rates:
        group = Group(rate.by, rate.group, rate.group_label)
        lower, upper = (
            telling.numbers.get(
                rate.parameter, s, group=group, level=rate.level, section=rate.section
            )
            for s in ("rate_lower", "rate_upper")
        )
        slots = {
            "rate": percent(rate),
            "interval": telling.interval(lower, upper),
            "group": telling.group(group),
        }
        said.append(telling.say("rate", slots))
    slots = {"rates": listed(said), "landmark": plain(rates[0].level_label)}
    return telling.say("landmark" if len(rates) == 1 else "at_landmark", slots)
