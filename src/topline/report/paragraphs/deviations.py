"""Protocol deviations: how many subjects had some, and what these concerned."""

from collections.abc import Iterator, Sequence

from topline.displays.numbers import Group, Number
from topline.report.paragraphs.counts import percent_of, respectively, shares
from topline.report.paragraphs.language import within
from topline.report.paragraphs.printed import count, semicolons, share_of
from topline.report.paragraphs.spans import Words, listed, plain
from topline.report.paragraphs.telling import EVERYONE, Telling, arms_of, has


def tell_deviations(telling: Telling) -> Iterator[Words]:
    """Tell how many had deviations, and what these concerned, arms in the order of the table."""
    numbers = telling.numbers
    groups = arms_of(numbers.groups("(any)")) or (EVERYONE,)
    total = [n for g in groups if (n := numbers.get("(any)", "n", group=g)) is not None]
    if not any(has(n) for n in total):
        if total:
            yield telling.say("none", {})
        return
    shares = [
        telling.say(
            "share",
            {
                "share": share_of(n, percent_of(telling, n), telling.noun(n.n)),
                "group": telling.group(Group(n.by, n.group, n.group_label)),
            },
        )
        for n in total
    ]
    yield telling.say("any", {"shares": listed(shares)})
    said = [
        _category(telling, section, groups)
        for section in dict.fromkeys(r.section for r in numbers.rows if r.section)
    ]
    if any(said):
        slots = {"categories": semicolons([words for words in said if words])}
        yield telling.say("categories", slots | {"arms": respectively(groups)})


def _category(telling: Telling, section: str, groups: Sequence[Group]) -> Words:
    """Return how many had deviations of a category, and of which kinds."""
    rows = [r for r in telling.numbers.rows if r.section == section and r.statistic == "n"]
    lines: dict[str, list[Number]] = {}
    for row in rows:
        if Group(row.by, row.group, row.group_label) in groups:
            lines.setdefault(row.parameter, []).append(row)
    told = {name: counts for name, counts in lines.items() if any(has(n) for n in counts)}
    whole = told.pop("(any)", None)
    if whole is None:
        return ()
    most = sorted(told.values(), key=lambda counts: -max(n.value or 0 for n in counts))
    kinds = [
        telling.say(
            "kind",
            {
                "kind": plain(within(counts[0].parameter_label)),
                "n": listed([count(n) for n in counts]),
            },
        )
        for counts in most
    ]
    slots = {
        "category": plain(within(whole[0].parameter_label)),
        "shares": shares(telling, whole),
        "kinds": telling.say("kinds", {"kinds": listed(kinds)}) if kinds else (),
    }
    return telling.say("category", slots)
