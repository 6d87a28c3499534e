"""How long those who take part were followed, where that is an analysis of its own."""

from collections.abc import Iterator

from topline.displays.numbers import Group
from topline.protocol.analyses import FollowUp
from topline.report.paragraphs.language import within
from topline.report.paragraphs.printed import shown
from topline.report.paragraphs.spans import Words, plain
from topline.report.paragraphs.survival import median_words
from topline.report.paragraphs.telling import Telling, first_then


def tell_follow_up(telling: Telling) -> Iterator[Words]:
    """Tell the median of each group with its limits, and how many had no event."""
    analysis = telling.analysis
    assert isinstance(analysis, FollowUp)
    groups = telling.numbers.groups(analysis.endpoint)
    own = [g for g in groups if g.by] or [g for g in groups if not g.by]
    items = [item for group in own if (item := _clauses(telling, analysis, group)) is not None]
    label = telling.protocol.endpoints[analysis.endpoint].label
    slots = {
        "label": plain(within(label)),
        "special": telling.special(),
        "groups": first_then(items),
    }
    if items:
        yield telling.say("median", slots)


def _clauses(telling: Telling, analysis: FollowUp, group: Group) -> tuple[Words, Words] | None:
    names = ("median", "median_lower", "median_upper", "events", "n")
    found = [telling.numbers.get(analysis.endpoint, name, group=group) for name in names]
    median, lower, upper, followed, n = found
    if median is None or followed is None or n is None or not n.value:
        return None
    said, limits = median_words(telling, median, lower, upper)
    slots = {
        "median": said, "interval": limits, "followed": shown(followed), "n": shown(n),
        "people": telling.noun(n.value), "group": telling.group(group),
    }  # fmt: skip
    return telling.say("clause", slots), telling.say("next_clause", slots)
