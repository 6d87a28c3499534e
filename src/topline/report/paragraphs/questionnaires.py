"""Questionnaires by visit: who filled them in, and changes that matter to patients."""

from collections.abc import Iterator

from topline.displays.numbers import Group, Number
from topline.report.paragraphs.counts import groups_told
from topline.report.paragraphs.language import plural, spoken, within
from topline.report.paragraphs.printed import denominator, percent, semicolons, share, shown
from topline.report.paragraphs.spans import Words, listed, plain
from topline.report.paragraphs.telling import Telling, has


def tell_completion(telling: Telling) -> Iterator[Words]:
    """Tell of those who owed a form at each visit how many filled it in."""
    groups = groups_told(telling)
    for parameter in dict.fromkeys(r.parameter for r in telling.numbers.rows):
        rows = [r for r in telling.numbers.rows if r.parameter == parameter]
        visits = dict.fromkeys((r.level, r.level_label) for r in rows)
        said: list[Words] = []
        for visit in visits:
            said.append(_visit(telling, parameter, visit, groups, first=not any(said)))
        form = rows[0].parameter_label.removesuffix(", form")
        slots = {
            "form": plain(form),
            "visits": semicolons(said) if len(groups) > 1 else listed(said),
        }
        if any(said):
            yield telling.say("form", slots)


def _visit(
    telling: Telling,
    parameter: str,
    visit: tuple[str, str],
    groups: tuple[Group, ...],
    *,
    first: bool,
) -> Words:
    level, label = visit
    shares: list[Words] = []
    for group in groups:
        n, of = (
            telling.numbers.get(parameter, s, group=group, level=level)
            for s in ("responders", "estimate")
        )
        if n is None or of is None or not n.n:
            continue
        slots = {
            "n": shown(n),
            "all": denominator(n),
            "estimate": percent(of),
            "group": telling.group(group),
            "people": (*plain(" "), *telling.noun(n.n)) if first and not shares else (),
        }
        shares.append(telling.say("share", slots))
    slots = {"shares": listed(shares), "visit": plain(spoken(label))}
    return telling.say("visit", slots) if shares else ()


def tell_changes(telling: Telling) -> Iterator[Words]:
    """Tell for each scale who got better and who got worse."""
    groups = groups_told(telling)
    for parameter in dict.fromkeys(r.parameter for r in telling.numbers.rows):
        rows = [r for r in telling.numbers.rows if r.parameter == parameter]
        said = [
            _levels(telling, [r for r in rows if r.section == visit and _of(r, group)], group)
            for visit in dict.fromkeys(r.section for r in rows)
            for group in groups
        ]
        slots = {
            "scale": plain(within(rows[0].parameter_label)),
            "visits": semicolons([words for words in said if words]),
            "was": plain("were" if plural(rows[0].parameter_label) else "was"),
        }
        if any(said):
            yield telling.say("scale", slots)


def _of(row: Number, group: Group) -> bool:
    return (row.by, row.group) == (group.by, group.value)


def _levels(telling: Telling, rows: list[Number], group: Group) -> Words:
    """Return how many changed in each way at a visit."""
    counts = [r for r in rows if r.statistic == "n" and r.level]
    if not counts or not counts[0].n:
        return ()
    said: list[Words] = []
    for n in counts:
        of = telling.numbers.get(
            n.parameter, "percent", group=group, level=n.level, section=n.section
        )
        if has(n):
            words = {"level": plain(_CHANGES.get(n.level, within(n.level_label)))}
            said.append(telling.say("level", words | {"share": share(n, of)}))
    slots = {
        "levels": listed(said),
        "n": denominator(counts[0]),
        "people": telling.noun(counts[0].n),
        "visit": plain(spoken(counts[0].section)),
        "group": telling.group(group),
    }
    return telling.say("visit", slots)


_CHANGES = {"BETTER": "better", "NO CHANGE": "unchanged", "WORSE": "worse"}
