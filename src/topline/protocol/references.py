"""References within a protocol: what one part names, another must hold."""

from collections.abc import Iterable, Iterator

from topline.protocol.analyses import (
    Analysis,
    CensoringSensitivity,
    EventCounts,
    Flow,
    FollowUp,
    Rate,
    Summary,
    Survival,
)
from topline.protocol.biomarkers import Deficiency, parameters_of
from topline.protocol.comparisons import Comparison, CompetingRisks, CoxRegression, Subgroups
from topline.protocol.design import OneArmBinary
from topline.protocol.displays import Display
from topline.protocol.eligibility import EligibilityCounts
from topline.protocol.endpoints import Change, Endpoint, Landmark, TimeToEvent
from topline.protocol.figure_references import broken_figures, broken_patients
from topline.protocol.group_references import broken_groups
from topline.protocol.laboratory import LaboratoryGrades, LaboratoryShift
from topline.protocol.problems import listed, nearest, shown
from topline.protocol.protocol import Protocol
from topline.protocol.treatments import DeviationCounts, ExposureSummary

Loc = tuple[str | int, ...]
Broken = tuple[Loc, str, str, str | None]
"""Where, what was found, what is permitted, what may have been meant."""

_SHOWS = {
    "flow-figure": ("flow",),
    "summary-table": ("summary",),
    "rate-table": ("rate",),
    "survival-table": ("survival",),
    "sensitivity-table": ("censoring-sensitivity",),
    "kaplan-meier-figure": ("survival", "follow-up"),
    "change-by-group-figure": ("comparison",),
    "cumulative-incidence-figure": ("competing-risks",),
    "swimmer-figure": ("patient-courses",),
    "waterfall-figure": ("patient-changes",),
    "spider-figure": ("patient-changes",),
    "paired-figure": ("paired-comparison",),
    "image-panel-figure": ("patient-pictures",),
    "over-time-figure": ("repeated-measures",),
    "comparison-table": (
        "comparison",
        "paired-comparison",
        "agreement",
        "competing-risks",
        "repeated-measures",
    ),
    "regression-table": ("cox-regression",),
    "subgroup-table": ("subgroups",),
    "cross-table": ("comparison", "agreement"),
    "listed-table": (),
    "forest-figure": ("subgroups", "cox-regression", "comparison"),
    "adverse-event-table": ("adverse-events",),
    "event-rates-figure": ("adverse-events", "adverse-event-overview"),
    "event-heat-figure": ("adverse-events", "adverse-event-onset", "patient-events"),
    "overview-table": ("adverse-event-overview",),
    "onset-table": ("adverse-event-onset",),
    "laboratory-grade-table": ("laboratory-grades",),
    "laboratory-grades-figure": ("laboratory-grades",),
    "laboratory-shift-figure": ("laboratory-shift",),
    "exposure-figure": ("exposure",),
    "laboratory-shift-table": ("laboratory-shift",),
    "eligibility-table": ("eligibility",),
    "exposure-table": ("exposure",),
    "deviation-table": ("deviations",),
    "questionnaire-table": ("questionnaire-completion", "questionnaire-changes"),
}
_NO_LIMIT = "a change without counts_below"


def broken_references(protocol: Protocol) -> tuple[Broken, ...]:
    """Find names that nothing in the protocol has, and things of the wrong kind.

    Returns
    -------
    tuple of Broken
        In the order of the file's parts; empty when every reference holds.
    """
    return tuple(
        [
            *_design(protocol),
            *_biomarkers(protocol),
            *_endpoints(protocol),
            *_drugs(protocol),
            *_planned_visits(protocol),
            *(b for name in protocol.analyses for b in _analysis(protocol, name)),
            *(b for i, d in enumerate(protocol.displays) for b in _display(protocol, i, d)),
            *_words(protocol),
            *_twice(protocol),
        ]
    )


def _design(protocol: Protocol) -> Iterator[Broken]:
    design = protocol.design
    if not isinstance(design, OneArmBinary):
        return
    loc: Loc = ("design", "endpoint")
    yield from _known(loc, design.endpoint, protocol.endpoints, "endpoints")
    endpoint = protocol.endpoints.get(design.endpoint)
    if isinstance(endpoint, TimeToEvent):
        yield loc, f"{design.endpoint}, a time-to-event endpoint", "a response rate", None
    elif endpoint is not None and not _is_a_share(endpoint):
        yield loc, f"{design.endpoint}, {_NO_LIMIT}", "a response rate", None


def _endpoints(protocol: Protocol) -> Iterator[Broken]:
    for name, endpoint in protocol.endpoints.items():
        loc: Loc = ("endpoints", name, "estimand", "analysis_set")
        yield from _known(
            loc, endpoint.estimand.analysis_set, protocol.analysis_sets, "analysis sets"
        )
        if isinstance(endpoint, Landmark):
            yield from _landmark(protocol, ("endpoints", name, "of"), endpoint)


def _biomarkers(protocol: Protocol) -> Iterator[Broken]:
    """Find deficiency of biomarkers that do not stand before it, and parameters of one name."""
    before: dict[str, str] = {}
    taken: list[str] = []
    for name, marker in protocol.biomarkers.items():
        if isinstance(marker, Deficiency):
            for key, assay in (
                ("expression", "h-score"),
                ("methylation", "methylation-specific pcr"),
            ):
                wanted: str = getattr(marker, key)
                known = [n for n, other in before.items() if other == assay]
                what = f"biomarkers by {assay} before it"
                yield from _known(("biomarkers", name, key), wanted, known, what)
        for parameter in parameters_of(name, marker):
            if parameter in taken:
                loc: Loc = ("biomarkers", name)
                yield loc, f"{parameter} a second time", "a name of its own", None
            taken.append(parameter)
        before[name] = marker.assay


def _landmark(protocol: Protocol, loc: Loc, endpoint: Landmark) -> Iterator[Broken]:
    """Find a landmark of nothing, or of something that has no time."""
    times = [name for name, e in protocol.endpoints.items() if isinstance(e, TimeToEvent)]
    other = protocol.endpoints.get(endpoint.of)
    if other is None:
        yield from _known(loc, endpoint.of, times, "time-to-event endpoints")
    elif not isinstance(other, TimeToEvent):
        yield loc, f"{endpoint.of} ({other.kind})", "a time-to-event endpoint", None


def _planned_visits(protocol: Protocol) -> Iterator[Broken]:
    """Find stretches of the schedule that cannot follow each other."""
    loc: Loc = ("schedule", "tumor_assessment", "every")
    stretches, end = protocol.schedule.tumor_assessment.every, 0.0
    for i, stretch in enumerate(stretches):
        if stretch.every.days < 1:
            yield (*loc, i, "every"), str(stretch.every), "a day or more", None
        if stretch.until is None and i < len(stretches) - 1:
            yield (*loc, i), "a stretch without an end", "until, for others follow", None
        if stretch.until is not None and stretch.until.days <= end:
            said = "later than the end of the stretch before"
            yield (*loc, i, "until"), str(stretch.until), said, None
        end = end if stretch.until is None else stretch.until.days


def _analysis(protocol: Protocol, name: str) -> Iterator[Broken]:
    analysis = protocol.analyses[name]
    loc: Loc = ("analyses", name)
    if isinstance(analysis, Flow):
        for i, step in enumerate(analysis.steps):
            where = (*loc, "steps", i, "analysis_set")
            yield from _known(where, step.analysis_set, protocol.analysis_sets, "analysis sets")
        return
    where = (*loc, "analysis_set")
    yield from _known(where, analysis.analysis_set, protocol.analysis_sets, "analysis sets")
    if isinstance(analysis, EligibilityCounts):
        criteria = (*protocol.eligibility.inclusion, *protocol.eligibility.exclusion)
        if not criteria:
            yield (*loc, "kind"), "eligibility without criteria", "criteria in eligibility", None
        return
    yield from broken_patients(protocol, name)
    yield from _endpoint(protocol, loc, analysis)
    if isinstance(analysis, EventCounts) and analysis.frequency_in is not None:
        arms = [arm.label for arm in protocol.study.arms]
        yield from _known((*loc, "frequency_in"), analysis.frequency_in, arms, "arms")
    if isinstance(analysis, ExposureSummary | DeviationCounts):
        yield from _conduct(protocol, loc, analysis)
    if isinstance(analysis, LaboratoryGrades | LaboratoryShift):
        yield from _graded(protocol, loc, analysis)


def _graded(
    protocol: Protocol, loc: Loc, analysis: LaboratoryGrades | LaboratoryShift
) -> Iterator[Broken]:
    """Find an analysis of results that the protocol does not have graded."""
    if protocol.laboratory is None:
        yield (*loc, "kind"), analysis.kind, "the part laboratory in the protocol", None
    elif analysis.dataset != "ADLB" and analysis.dataset[2:] not in protocol.laboratory.also:
        needs = f"{analysis.dataset[2:]} under laboratory.also"
        yield (*loc, "dataset"), analysis.dataset, needs, None


def _drugs(protocol: Protocol) -> Iterator[Broken]:
    """Find drugs of arms that there are not, and a drug that an arm has twice."""
    arms = [arm.id for arm in protocol.study.arms]
    seen: set[tuple[str, str]] = set()
    for i, drug in enumerate(protocol.treatments.drugs):
        loc: Loc = ("treatments", "drugs", i)
        for j, arm in enumerate(drug.arms):
            yield from _known((*loc, "arms", j), arm, arms, "arms")
        given = {(drug.name.upper(), arm) for arm in (drug.arms or arms)}
        for name, arm in sorted(given & seen):
            yield (*loc, "name"), f"{name} a second time for {arm}", "each drug once an arm", None
        seen |= given


def _conduct(
    protocol: Protocol, loc: Loc, analysis: ExposureSummary | DeviationCounts
) -> Iterator[Broken]:
    """Find an analysis of exposure or deviations that the protocol does not have derived."""
    if isinstance(analysis, DeviationCounts):
        if protocol.deviations is None:
            yield (*loc, "kind"), analysis.kind, "the part deviations in the protocol", None
        return
    if protocol.treatments.exposure is None:
        yield (*loc, "kind"), analysis.kind, "exposure under treatments", None
    names = list(dict.fromkeys(drug.name for drug in protocol.treatments.drugs))
    for i, drug in enumerate(analysis.drugs):
        yield from _known((*loc, "drugs", i), drug, names, "drugs")


def _endpoint(protocol: Protocol, loc: Loc, analysis: Analysis) -> Iterator[Broken]:
    """Find endpoints that are not there, and those of another kind than the analysis needs."""
    if isinstance(analysis, Summary):
        if analysis.counted_in is not None:
            where = (*loc, "counted_in")
            yield from _known(where, analysis.counted_in, protocol.endpoints, "endpoints")
            yield from _share(protocol, where, analysis.counted_in)
        return
    if isinstance(analysis, Comparison):
        if analysis.outcome in protocol.endpoints:
            yield from _share(protocol, (*loc, "outcome"), analysis.outcome)
        return
    if not isinstance(analysis, Rate | Subgroups | _OF_TIMES):
        return
    where = (*loc, "endpoint")
    yield from _known(where, analysis.endpoint, protocol.endpoints, "endpoints")
    endpoint = protocol.endpoints.get(analysis.endpoint)
    if isinstance(analysis, Rate) or (
        isinstance(analysis, Subgroups) and not isinstance(endpoint, TimeToEvent)
    ):
        yield from _share(protocol, where, analysis.endpoint)
    elif not isinstance(endpoint, TimeToEvent | None):
        yield where, f"{analysis.endpoint} ({endpoint.kind})", "a time-to-event endpoint", None
    if isinstance(analysis, Rate) and analysis.test == "design":
        yield from _decided(protocol, loc, analysis)


_OF_TIMES = Survival | FollowUp | CensoringSensitivity | CoxRegression | CompetingRisks


def _share(protocol: Protocol, where: Loc, name: str) -> Iterator[Broken]:
    endpoint = protocol.endpoints.get(name)
    if endpoint is not None and not _is_a_share(endpoint):
        without = _NO_LIMIT if isinstance(endpoint, Change) else endpoint.kind
        needs = "a response rate, a landmark, or a change with counts_below"
        yield where, f"{name} ({without})", needs, None


def _decided(protocol: Protocol, loc: Loc, analysis: Rate) -> Iterator[Broken]:
    design = protocol.design
    if not isinstance(design, OneArmBinary):
        yield (*loc, "test"), "design", "a design with a decision rule", None
    elif design.endpoint != analysis.endpoint:
        found = f"design, for {analysis.endpoint}"
        yield (*loc, "test"), found, f"the design's endpoint, {design.endpoint}", None


def _is_a_share(endpoint: Endpoint) -> bool:
    """Whether an endpoint divides subjects into those who count and others."""
    if isinstance(endpoint, Change):
        return endpoint.counts_below is not None
    return not isinstance(endpoint, TimeToEvent)


def _display(protocol: Protocol, index: int, display: Display) -> Iterator[Broken]:
    loc: Loc = ("displays", index)
    many: tuple[str, ...] = getattr(display, "analyses", ())
    named: list[tuple[Loc, str]] = [((*loc, "analyses", i), name) for i, name in enumerate(many)]
    one: str | None = getattr(display, "analysis", None)
    if one is not None:
        named.append(((*loc, "analysis"), one))
    for where, name in named:
        yield from _known(where, name, protocol.analyses, "analyses")
        analysis = protocol.analyses.get(name)
        wanted = _SHOWS[display.kind]
        if analysis is not None and analysis.kind not in wanted:
            needs = f"an analysis of kind {' or '.join(wanted)}"
            yield where, f"{name} ({analysis.kind})", needs, None
    yield from broken_figures(protocol, index, display)
    yield from broken_groups(protocol, index, display)


def _words(protocol: Protocol) -> Iterator[Broken]:
    """Find analyses that results paragraphs are to tell and that cannot be told."""
    for i, section in enumerate(protocol.words.paragraphs):
        for j, name in enumerate(section.analyses):
            loc: Loc = ("words", "paragraphs", i, "analyses", j)
            yield from _known(loc, name, protocol.analyses, "analyses")
            planned = protocol.analyses.get(name)
            if planned is not None and planned.kind.startswith("patient-"):
                told = "an analysis of several subjects: figures show single ones"
                yield loc, f"{name} ({planned.kind})", told, None


def _twice(protocol: Protocol) -> Iterator[Broken]:
    numbers = [display.number for display in protocol.displays]
    for i, number in enumerate(numbers):
        if number in numbers[:i]:
            where: Loc = ("displays", i, "number")
            yield where, f"{shown(number)} a second time", "a number of its own", None
    flags = [(name, s.flag) for name, s in protocol.analysis_sets.items()]
    for i, (name, flag) in enumerate(flags):
        if flag in [f for _, f in flags[:i]]:
            where = ("analysis_sets", name, "flag")
            yield where, f"{flag} a second time", "a flag of its own", None
    arms = [arm.id for arm in protocol.study.arms]
    for i, arm in enumerate(arms):
        if arm in arms[:i]:
            yield ("study", "arms", i, "id"), f"{shown(arm)} a second time", "each arm once", None


def _known(loc: Loc, name: str, known: Iterable[str], what: str) -> Iterator[Broken]:
    names = list(known)
    if name not in names:
        yield (
            loc,
            shown(name),
            f"one of the {what}: {listed(names) or 'none'}",
            nearest(name, names),
        )
