"""A value over visits: estimated means, of many visits the first and the last, and the tests."""

from collections.abc import Iterator, Sequence

from topline.displays.numbers import Group, Number
from topline.report.paragraphs.language import spoken, within
from topline.report.paragraphs.printed import measured, named_test, p_value, semicolons
from topline.report.paragraphs.spans import Words, listed, plain
from topline.report.paragraphs.telling import Telling, first_then

_VISITS_AT_MOST = 3


def tell_repeated_measures(telling: Telling) -> Iterator[Words]:
    """Tell the estimated means over visits, of many only the first and the last, and the tests."""
    rows = telling.numbers.rows
    if not rows:
        return
    label, unit = _label_and_unit(rows[0].parameter_label)
    label, unit = _changed(telling, label, unit)
    means = [r for r in rows if r.statistic == "estimate" and r.method == "Estimated mean"]
    visits = list(dict.fromkeys(r.level for r in means))
    told = visits if len(visits) <= _VISITS_AT_MOST else [visits[0], visits[-1]]
    said = [_visit(telling, [r for r in means if r.level == v], unit) for v in told]
    tests = [r for r in rows if r.statistic == "p_value" and r.level.startswith("F test")]
    scored = _questionnaire(telling) and not label.lower().endswith("score")
    slots = {
        "label": plain(within(label)),
        "visits": semicolons(said) if len(means) > len(visits) else listed(said),
        "of": plain("score for " if scored else ""),
        "test": _f_tests(telling, tests),
    }
    if said:
        yield telling.say("several" if len(means) > len(visits) else "means", slots)
    ranks = next(
        (r for r in rows if r.level == "kruskal-wallis" and r.statistic == "p_value"), None
    )
    if ranks is not None and ranks.value is not None:
        yield telling.say("ranks", {"test": named_test(ranks)})


def _label_and_unit(label: str) -> tuple[str, str]:
    """Divide a parameter's label from the unit in brackets at its end.

    Examples
    --------
    >>> _label_and_unit("Plasma VEGF-A (pg/mL)")
    ('Plasma VEGF-A', 'pg/mL')
    >>> _label_and_unit("Fatigue")
    ('Fatigue', '')
    """
    head, _, tail = label.rpartition(" (")
    return (head, tail[:-1]) if head and tail.endswith(")") else (label, "")


_ABOUT = {
    "visit": "over visits",
    "group": "between groups",
    "group:visit": "of groups over visits",
}


def _visit(telling: Telling, means: list[Number], unit: str) -> Words:
    items: list[tuple[Words, Words]] = []
    for mean in means:
        group = Group(mean.by, mean.group, mean.group_label)
        lower, upper = (
            telling.numbers.get(mean.parameter, s, group=group, level=mean.level)
            for s in ("lower", "upper")
        )
        slots = {
            "estimate": measured(mean, unit),
            "interval": telling.interval(lower, upper),
            "group": telling.group(group),
        }
        said = telling.say("estimate", slots)
        items.append((said, said))
    label = means[0].level_label
    visit = f"visit {label}" if label.isdigit() else spoken(label)
    slots = {"estimates": first_then(items), "visit": plain(visit)}
    return telling.say("visit" if len(means) == 1 else "at_visit", slots)


def _questionnaire(telling: Telling) -> bool:
    return getattr(telling.analysis, "dataset", "") == "ADQS"


def _changed(telling: Telling, label: str, unit: str) -> tuple[str, str]:
    """Say where the value is a change from baseline."""
    value = getattr(telling.analysis, "value", "AVAL")
    if value == "PCHG":
        return f"percent change of {within(label)}", "%"
    return (f"change of {within(label)}", unit) if value == "CHG" else (label, unit)


def _f_tests(telling: Telling, tests: Sequence[Number]) -> Words:
    words: list[Words] = []
    for p in tests:
        if p.value is None:
            continue
        about = _ABOUT.get(p.level.removeprefix("F test of "), p.level_label)
        slots = {"about": plain(about), "p": p_value(p)}
        words.append(telling.say("test", slots))
    return tuple(span for each in words for span in each)
