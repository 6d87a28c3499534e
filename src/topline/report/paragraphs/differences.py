"""Tests between the columns of a summary: which differed nominally, and the range of the rest."""

from collections.abc import Iterator
from typing import Final

from topline.displays.numbers import Group, Number
from topline.report.paragraphs.language import within
from topline.report.paragraphs.printed import p_value, shown
from topline.report.paragraphs.spans import Words, listed, plain
from topline.report.paragraphs.telling import Telling

_NOMINAL: Final = 0.05


def tell_tests(telling: Telling, columns: tuple[Group, ...]) -> Iterator[Words]:
    """Tell the tests between the columns: which differed nominally, and the range of the rest."""
    found = [r for r in telling.numbers.rows if r.statistic == "p_value" and r.value is not None]
    if not found:
        return
    differing = [r for r in found if (r.value or 0) < _NOMINAL]
    names = listed([plain(within(g.label)) for g in columns])
    if differing:
        said = listed([_tested(telling, r) for r in differing])
        yield telling.say("compared", {"columns": names, "differing": said})
    else:
        yield telling.say("compared_none", {"columns": names})
    others = sorted((r for r in found if r not in differing), key=lambda r: r.value or 0)
    if len(others) > 1:
        ends = {"least": shown(others[0]), "most": shown(others[-1])}
        yield telling.say("others" if differing else "all_p", ends)
    elif others:
        yield telling.say("one_other" if differing else "only_p", {"p": p_value(others[0])})
    if len(found) > 1:
        yield telling.say("unadjusted", {})


def _tested(telling: Telling, p: Number) -> Words:
    label = plain(within(p.parameter_label))
    return telling.say("differing", {"label": label, "p": p_value(p)})
