"""The heading under which an analysis is told, from what it is about."""

import re
from collections.abc import Iterator
from typing import Final

from topline.protocol.analyses import Analysis, Flags, Summary
from topline.protocol.endpoints import DateSource, RowShare, TimeToEvent
from topline.protocol.protocol import Protocol

PATIENTS, TREATMENT, EFFICACY, SAFETY, BIOMARKERS, QUALITY = (
    "Patients", "Treatment", "Efficacy", "Safety", "Biomarkers", "Quality of life",
)  # fmt: skip
_KINDS: Final = {
    "flow": PATIENTS,
    "eligibility": PATIENTS,
    "deviations": PATIENTS,
    "exposure": TREATMENT,
    "adverse-events": SAFETY,
    "adverse-event-overview": SAFETY,
    "adverse-event-onset": SAFETY,
    "laboratory-grades": SAFETY,
    "laboratory-shift": SAFETY,
    "questionnaire-completion": QUALITY,
    "questionnaire-changes": QUALITY,
}
_DATASETS: Final = {"ADBM": BIOMARKERS, "ADQS": QUALITY, "ADAE": SAFETY, "AE": SAFETY}
_DEATHS: Final = frozenset({"DTHFL", "DTHDT"})
_NAME: Final = re.compile(r"\b[A-Z][A-Z0-9_]{1,7}\b")
_MOST_HEADINGS: Final = (BIOMARKERS, QUALITY, SAFETY)


def heading_of(protocol: Protocol, name: str) -> str:
    """Return the heading of an analysis: by its kind, else by where its variables come from.

    Parameters
    ----------
    protocol
        Gives the analysis, its endpoint and the sources of variables.
    name
        Key of the analysis.
    """
    analysis = protocol.analyses[name]
    if analysis.kind in _KINDS:
        return _KINDS[analysis.kind]
    sources = set(_sources(protocol, analysis))
    for heading in _MOST_HEADINGS:
        if any(_DATASETS.get(source) == heading for source in sources):
            return heading
    return PATIENTS if isinstance(analysis, Summary) else EFFICACY


def _sources(protocol: Protocol, analysis: Analysis) -> Iterator[str]:
    """Return the datasets and domains that an analysis is about."""
    dataset = getattr(analysis, "dataset", None)
    if isinstance(dataset, str):
        yield dataset
    endpoint = protocol.endpoints.get(str(getattr(analysis, "endpoint", "")))
    if isinstance(endpoint, RowShare):
        yield endpoint.dataset
    if isinstance(endpoint, TimeToEvent):
        yield from (e.dataset for e in endpoint.events if isinstance(e, DateSource))
    if isinstance(analysis, Summary):
        yield from _of_summary(protocol, analysis)
        return
    for key in ("by", "outcome", "first", "second"):
        value = getattr(analysis, key, None)
        if analysis.kind in {"rate", "subgroups", "cox-regression"}:
            continue
        if isinstance(value, str):
            yield from _of_variable(protocol, value, frozenset())


def _of_summary(protocol: Protocol, analysis: Summary) -> Iterator[str]:
    """Return where most variables of a summary come from, and where its columns do."""
    if analysis.by is not None and analysis.by not in {"TRT01P", "TRT01A"}:
        yield from _of_variable(protocol, analysis.by, frozenset())
    names = [
        name
        for entry in analysis.variables
        for name in (entry.flags if isinstance(entry, Flags) else (entry,))
    ]
    if set(names) & _DEATHS:
        yield "AE"
    found = [set(_of_variable(protocol, name, frozenset())) for name in names]
    for source in _DATASETS:
        if sum(source in each for each in found) * 2 > len(names):
            yield source


def _of_variable(protocol: Protocol, name: str, seen: frozenset[str]) -> Iterator[str]:
    """Return the datasets behind a variable, through the variables it is made from."""
    variable = protocol.variables.get(name)
    if variable is None or name in seen:
        return
    for key in ("dataset", "source"):
        value = getattr(variable, key, None)
        if isinstance(value, str):
            yield value
    rule = " ".join(str(getattr(variable, key, "") or "") for key in ("rule", "median_of"))
    for other in sorted(set(_NAME.findall(rule))):
        yield from _of_variable(protocol, other, seen | {name})
