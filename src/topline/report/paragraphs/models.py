"""Subgroups and Cox regression."""

from collections.abc import Iterator, Sequence

from topline.displays.numbers import Group, Number
from topline.protocol.comparisons import CoxRegression, Subgroups
from topline.protocol.endpoints import TimeToEvent
from topline.report.paragraphs.language import within
from topline.report.paragraphs.printed import (
    measured,
    named_test,
    p_value,
    percent,
    shown,
)
from topline.report.paragraphs.rates import is_rate
from topline.report.paragraphs.spans import Words, listed, plain
from topline.report.paragraphs.survival import event_words, is_survival
from topline.report.paragraphs.telling import ARMS, Telling, has

_NOMINAL = 0.05


def tell_subgroups(telling: Telling) -> Iterator[Words]:
    """Tell an endpoint within each value of each variable; limits are left to the table."""
    analysis = telling.analysis
    assert isinstance(analysis, Subgroups)
    effects = [r for r in telling.numbers.rows if _effect(r)]
    if effects:
        for i, arm in enumerate(dict.fromkeys(_effect(r) for r in effects)):
            chosen = [r for r in effects if _effect(r) == arm]
            yield from _effects(telling, analysis, chosen, first=i == 0)
        return
    for variable in analysis.by:
        yield _variable(telling, analysis, variable)


_EFFECTS = ("hazard ratio", "odds ratio", "difference", "risk ratio")


def _effect(row: Number) -> str:
    """Return the level of a row that is an effect of an arm; empty for others."""
    return row.level if row.statistic == "estimate" and row.level.endswith(_EFFECTS) else ""


def _label(telling: Telling, analysis: Subgroups | CoxRegression) -> str:
    return telling.protocol.endpoints[analysis.endpoint].label


def _variable(telling: Telling, analysis: Subgroups, variable: str) -> Words:
    of_time = isinstance(telling.protocol.endpoints[analysis.endpoint], TimeToEvent)
    label = _label(telling, analysis)
    form = "time" if of_time else "rate" if is_rate(label) else "definition"
    landmark: Words = ()
    clauses: list[Words] = []
    for group in telling.numbers.groups(analysis.endpoint):
        if group.by != variable:
            continue
        names = ("estimate", "events", "n")
        found = [telling.numbers.get(analysis.endpoint, s, group=group) for s in names]
        estimate, events, n = found
        if estimate is None or events is None or n is None or not has(n):
            continue
        if of_time and estimate.unit == "%":
            form = "landmark"
            landmark = plain(estimate.level_label)
        slots = {
            "median": measured(estimate),
            "estimate": percent(estimate),
            "events": event_words(events) if of_time else shown(events),
            "n": shown(n),
            "group": telling.group(group),
        }
        clauses.append(telling.say(f"{form}_clause", slots))
    if not clauses:
        return ()
    slots = {
        "variable": telling.variable(variable),
        "label": plain(within(label)),
        "groups": listed(clauses),
        "test": _between(telling, variable),
        "landmark": landmark,
        "people": telling.noun(2),
    }
    named = form != "landmark" or is_survival(label)
    return telling.say(form if named else "landmark_free", slots)


def _between(telling: Telling, variable: str) -> Words:
    p = next(
        (
            r
            for r in telling.numbers.rows
            if (r.by, r.level, r.statistic) == (variable, "between", "p_value")
        ),
        None,
    )
    if p is None or p.value is None:
        return ()
    return telling.say("test", {"test": named_test(p, p.method)})


def _effects(
    telling: Telling, analysis: Subgroups, rows: Sequence[Number], *, first: bool
) -> Iterator[Words]:
    """Tell the effect of one arm against the reference: overall, then by each variable."""
    level = rows[0].level
    kind = next(e for e in _EFFECTS if level.endswith(e))
    reference = analysis.reference or telling.protocol.study.arms[-1].label
    arm = Group("TRT01P", "", level.removesuffix(kind).strip())
    overall = next((r for r in rows if not r.by), None)
    if overall is not None:
        slots = {
            "effect": plain(kind),
            "for": plain("in" if kind == "difference" else "for"),
            "label": plain(within(_label(telling, analysis))),
            "arm": telling.group(arm),
            "reference": plain(reference),
            "overall": telling.say("effect_overall", _limits(telling, overall)),
        }
        yield telling.say("effect", slots)
    for variable in analysis.by:
        chosen = [r for r in rows if r.by == variable]
        if not chosen:
            continue
        clauses = [telling.say("effect_clause", _limits(telling, r)) for r in chosen]
        slots = {
            "variable": telling.variable(variable),
            "groups": listed(clauses),
            "interaction": _interaction(telling, variable) if first else (),
        }
        yield telling.say("effect_by", slots)


def _limits(telling: Telling, row: Number) -> dict[str, Words]:
    group = Group(row.by, row.group, row.group_label)
    lower, upper = (
        telling.numbers.get(row.parameter, s, group=group, level=row.level)
        for s in ("lower", "upper")
    )
    return {
        "estimate": percent(row) if row.unit == "%" else shown(row),
        "interval": telling.interval(lower, upper),
        "group": telling.group(group),
    }


def _interaction(telling: Telling, variable: str) -> Words:
    p = next(
        (
            r
            for r in telling.numbers.rows
            if (r.by, r.level, r.statistic) == (variable, "interaction", "p_value")
        ),
        None,
    )
    return () if p is None or p.value is None else telling.say("interaction", {"p": p_value(p)})


def tell_regression(telling: Telling) -> Iterator[Words]:
    """Tell the hazard ratios of each model, and where its assumptions do not hold."""
    analysis = telling.analysis
    assert isinstance(analysis, CoxRegression)
    told = False
    for model in analysis.models:
        rows = [r for r in telling.numbers.rows if r.section == model]
        terms = [r for r in rows if r.statistic == "estimate"]
        if model == "stepwise":
            yield from _stepwise(telling, rows, terms)
        elif terms:
            yield _model(telling, analysis, model, terms, first=not told)
            told = True
    if any("Firth" in r.method for r in telling.numbers.rows):
        yield telling.say("firth", {})
    yield from _proportional(telling)


def _model(
    telling: Telling,
    analysis: CoxRegression,
    model: str,
    terms: Sequence[Number],
    *,
    first: bool,
) -> Words:
    sizes = [r for r in telling.numbers.rows if r.level == "model" and r.section == model]
    n = next((r for r in sizes if r.statistic == "n"), None)
    events = next((r for r in sizes if r.statistic == "events"), None)
    said = [telling.say("term", _term(telling, term)) for term in terms]
    slots = {
        "model": plain(model),
        "label": plain(within(_label(telling, analysis))),
        "special": telling.special(),
        "n": shown(n) if n else (),
        "people": telling.noun(n.value if n else 0),
        "events": event_words(events) if events else (),
        "terms": listed(said),
    }
    return telling.say("first" if first else "later", slots)


def _term(telling: Telling, estimate: Number) -> dict[str, Words]:
    found = {
        r.statistic: r
        for r in telling.numbers.rows
        if (r.section, r.by, r.group, r.level)
        == (estimate.section, estimate.by, estimate.group, "")
    }
    p = found.get("p_value")
    contrast = estimate.group_label
    name = plain(within(estimate.level_label))
    spoken = contrast if estimate.by in ARMS else _spoken(contrast)
    words = {"label": name, "contrast": plain(spoken)}
    return {
        "estimate": shown(estimate),
        "interval": telling.interval(found.get("lower"), found.get("upper")),
        "p": p_value(p) if p else (),
        "covariate": telling.say("covariate", words) if contrast else name,
        "name": (*name, *plain(" (")),
        "contrast": plain(f"{spoken}; " if contrast else ""),
    }


def _spoken(contrast: str) -> str:
    one, against, other = contrast.partition(" against ")
    return f"{within(one)}{against}{within(other)}"


def _stepwise(telling: Telling, rows: Sequence[Number], terms: Sequence[Number]) -> Iterator[Words]:
    if not rows:
        return
    if not terms:
        yield telling.say("stepwise_none", {})
        return
    kept = [telling.say("kept", _term(telling, term)) for term in terms]
    yield telling.say("stepwise", {"terms": listed(kept)})


def _proportional(telling: Telling) -> Iterator[Words]:
    """Tell the covariates whose hazards were not proportional."""
    rows = [
        r
        for r in telling.numbers.rows
        if r.level == "proportional hazards"
        and r.statistic == "p_value"
        and r.value is not None
        and r.value < _NOMINAL
    ]
    said = [
        telling.say(
            "not_proportional_term",
            {
                "label": telling.variable(r.by) if r.by else plain(f"the {r.section} model"),
                "p": p_value(r),
            },
        )
        for r in rows
    ]
    if said:
        yield telling.say("not_proportional", {"covariates": listed(said)})
