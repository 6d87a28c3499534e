"""What answers items of reporting guidelines: parts of the protocol, and results with their ids.

Each answer is a function of the material; None where neither protocol nor run know.
"""

from collections.abc import Callable, Mapping
from typing import Final

from topline.protocol.adverse_events import AdverseEvents
from topline.protocol.design import SingleStage
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.treatments import Drug
from topline.report.checklists.material import Answer, Material, said
from topline.report.checklists.statistics import STATISTICS
from topline.report.paragraphs.language import capital, noun, spoken, within
from topline.report.paragraphs.spans import Words, listed, plain
from topline.report.promises import describe_design, promises

_STUDY, _DESIGN = "Protocol: study", "Protocol: design"
_ENDPOINTS = "Endpoints and estimands"


def _title(material: Material) -> Answer:
    arms = material.protocol.study.arms
    kind = "a single arm" if len(arms) == 1 else f"{len(arms)} arms"
    return said(f"“{material.protocol.study.title}”, a trial of {kind}", _STUDY)


def _registration(material: Material) -> Answer | None:
    registry = material.protocol.study.registry
    return said(registry, _STUDY) if registry else None


def _protocol_file(material: Material) -> Answer:
    del material
    return said(
        "The protocol's plan is the file protocol.yaml of the run; manifest.json has its digest",
        "manifest.json",
    )


def _code(material: Material) -> Answer:
    del material
    return said(
        "Analysis by Topline from protocol.yaml; versions and digests are in manifest.json",
        "manifest.json",
    )


def _objectives(material: Material) -> Answer | None:
    primary = [e.label for e in material.protocol.endpoints.values() if e.role == "primary"]
    secondary = [e.label for e in material.protocol.endpoints.values() if e.role == "secondary"]
    parts: list[str] = []
    if primary:
        parts.append(f"Primary: {', '.join(map(within, primary))}")
    if secondary:
        parts.append(f"Secondary: {', '.join(map(within, secondary))}")
    return said(". ".join(parts), _ENDPOINTS) if parts else None


def _design(material: Material) -> Answer:
    study = material.protocol.study
    arms = ", ".join(arm.label for arm in study.arms)
    facts = [
        f"Phase {study.phase}" if study.phase else "",
        study.masking or "",
        f"one arm ({arms})" if len(study.arms) == 1 else f"{len(study.arms)} arms ({arms})",
    ]
    told = [capital(", ".join(filter(None, facts))), describe_design(material.protocol)]
    return said(". ".join(filter(None, told)), _ENDPOINTS)


def _eligibility(material: Material) -> Answer | None:
    criteria = material.protocol.eligibility
    if not (criteria.inclusion or criteria.exclusion):
        return None
    parts = [
        f"{name}: {'; '.join(each.text for each in group)}"
        for name, group in (("Inclusion", criteria.inclusion), ("Exclusion", criteria.exclusion))
        if group
    ]
    return said(". ".join(parts), *material.places("eligibility"), "Protocol: eligibility")


def _treatments(material: Material) -> Answer:
    treatments = material.protocol.treatments
    drugs = "; ".join(_drug(material, drug) for drug in treatments.drugs)
    cycle = f"Cycles of {treatments.cycle.length}"
    until = f". Until {', '.join(map(within, treatments.until))}" if treatments.until else ""
    return said(f"{cycle}. {drugs}{until}", "Protocol: treatments")


def _drug(material: Material, drug: Drug) -> str:
    start, *lower = (f"{level:g}" for level in drug.levels)
    off = drug.schedule.off
    labels = {arm.id: arm.label for arm in material.protocol.study.arms}
    parts = [
        f"{spoken(drug.name).capitalize()} {start} {drug.unit}",
        within(drug.route or "").lower(),
        f"{drug.schedule.on} on, {off} off" if off.days else "daily",
        f"reduced to {' and '.join(lower)} {drug.unit}" if lower else "",
        f"interrupted for at most {drug.interruption_at_most}" if drug.interruption_at_most else "",
        f"in {', '.join(labels[a] for a in drug.arms)}" if drug.arms else "",
    ]
    return ", ".join(filter(None, parts))


def _outcomes(material: Material) -> Answer | None:
    roles = {"primary": "Primary", "secondary": "Secondary"}
    parts = [
        f"{roles[endpoint.role]}: {within(promise.label)}. {_stopped(promise.definition)} "
        f"Summary: {within(promise.summary)}"
        for promise, endpoint in zip(
            promises(material.protocol), material.protocol.endpoints.values(), strict=True
        )
        if endpoint.role in roles
    ]
    return said(" ".join(map(_stopped, parts)), _ENDPOINTS) if parts else None


def _stopped(text: str) -> str:
    return f"{text.rstrip('.')}."


def _harms_defined(material: Material) -> Answer:
    events: AdverseEvents = material.protocol.adverse_events
    until = events.emergent_until
    emergent = f"until {until} after the last dose" if until else "after the first dose"
    related = " or ".join(f"“{word.lower()}”" for word in events.related)
    special = ", ".join(within(each.label) for each in events.special_interest)
    parts = [
        f"Adverse events by {events.dictionary}",
        f"treatment-emergent: begun or worsened from the first dose {emergent}",
        f"related to treatment: collected as {related}",
        f"of special interest: {special}" if special else "",
    ]
    return said("; ".join(filter(None, parts)), "Protocol: adverse_events")


def _sample_size(material: Material) -> Answer | None:
    design = material.protocol.design
    if not isinstance(design, SingleStage):
        return None
    return said(describe_design(material.protocol), _ENDPOINTS)


def _interim(material: Material) -> Answer | None:
    if isinstance(material.protocol.design, SingleStage):
        return said("None planned: the design has a single stage", _DESIGN)
    return None


def _blinding(material: Material) -> Answer | None:
    masking = material.protocol.study.masking
    if masking is None:
        return None
    reader = material.protocol.response.reader.evaluator
    read = f"; tumor response as read by {reader.lower()}" if reader else ""
    return said(f"{masking.capitalize()}{read}", _STUDY)


def _methods(material: Material) -> Answer | None:
    names: list[str] = material.rows["method"].unique(maintain_order=True).to_list()
    kept = [name for name in names if name and name != "Count"]
    return said("; ".join(kept), "Methods") if kept else None


def _sets(material: Material) -> Answer:
    parts: list[Words] = []
    for name, each in material.protocol.analysis_sets.items():
        size = material.size(name)
        words: Words = plain(f"{name} ({within(each.label)})")
        if size:
            people = noun(material.protocol.words.people, None)
            words = (*words, *plain(": "), *size, *plain(f" {people}"))
        else:
            words = (*words, *plain(": its number stands with each analysis"))
        parts.append(words)
    return Answer(listed(parts, "; ", "; "), material.places("flow"))


def _missing(material: Material) -> Answer:
    censored = [e.label for e in material.protocol.endpoints.values() if isinstance(e, TimeToEvent)]
    dates = material.protocol.partial_dates
    parts = [
        "Percentages are of all in the column, those without a value included; tests leave out "
        "those without a value and say how many",
        f"{'; '.join(map(within, censored))}: censored as the endpoint defines" if censored else "",
        f"partial dates of adverse events count as {dates.adverse_event_start}, of death as "
        f"{dates.death}",
    ]
    return said(". ".join(p[:1].upper() + p[1:] for p in parts if p), _ENDPOINTS)


def _randomisation(material: Material) -> Answer | None:
    if len(material.protocol.study.arms) > 1:
        return None
    return Answer(plain("One arm: nobody was allocated"), (_STUDY,), applies=False)


def _told(kind: str) -> Callable[[Material], Answer | None]:
    """Return the answer that tells the first analysis of a kind."""

    def answer(material: Material) -> Answer | None:
        return material.told(kind)

    return answer


def _losses(material: Material) -> Answer | None:
    return material.losses()


def _follow_up(material: Material) -> Answer | None:
    return material.follow_up()


def _baseline(material: Material) -> Answer | None:
    return material.baseline()


def _estimates(material: Material) -> Answer | None:
    return material.estimates()


def _harms(material: Material) -> Answer | None:
    return material.told("adverse-event-overview") or material.told("adverse-events")


def _additional(material: Material) -> Answer | None:
    kinds = material.additional()
    return said(capital("; ".join(kinds)), "Methods") if kinds else None


def _ancillary(material: Material) -> Answer | None:
    places = material.places("subgroups", "cox-regression", "censoring-sensitivity", "comparison")
    return said("Shown in the displays named", *places) if places else None


ANSWERS: Final[Mapping[str, Callable[[Material], Answer | None]]] = {
    "title": _title,
    "registration": _registration,
    "protocol_file": _protocol_file,
    "code": _code,
    "objectives": _objectives,
    "design": _design,
    "eligibility": _eligibility,
    "treatments": _treatments,
    "outcomes": _outcomes,
    "harms_defined": _harms_defined,
    "sample_size": _sample_size,
    "interim": _interim,
    "blinding": _blinding,
    "methods": _methods,
    "sets": _sets,
    "missing": _missing,
    "additional": _additional,
    "flow": _told("flow"),
    "losses": _losses,
    "follow_up": _follow_up,
    "exposure": _told("exposure"),
    "baseline": _baseline,
    "estimates": _estimates,
    "harms": _harms,
    "ancillary": _ancillary,
    "randomisation": _randomisation,
    **STATISTICS,
}
"""Answers by the name that items give."""
