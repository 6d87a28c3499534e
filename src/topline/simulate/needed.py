"""The part of a protocol that simulated trials can answer: endpoints from response and time.

Biomarkers, questionnaires and laboratory results are not simulated. What rests on them is left out
and named; what rests on dates that only other records hold, such as a new anticancer therapy, is
kept and never happens.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from topline.adam.adsl import ADSL, RESPONSE
from topline.protocol.analyses import Rate, Survival
from topline.protocol.analysis_sets import AnalysisSet
from topline.protocol.eligibility import Eligibility
from topline.protocol.endpoints import (
    Change,
    DateSource,
    Endpoint,
    Landmark,
    ResponseRate,
    RowShare,
    TimeToEvent,
    date_source,
)
from topline.protocol.protocol import Protocol
from topline.protocol.variables import (
    Between,
    Described,
    FromDataset,
    FromFormula,
    FromRecords,
    FromRule,
    MedianSplit,
    SubjectVariable,
)
from topline.simulate.truth import Truth

Answered = Rate | Survival
_SIMULATED: Final = {"DM", "DS", "EX", "TU", "TR", "SS", "AE"}
_RARELY_READ: Final = {"EX", "AE"}
_OWN: Final = {*ADSL.column_names(), *RESPONSE, "BESTPCHG", "BESTPCDT"}


@dataclass(frozen=True)
class Needed:
    """A protocol cut down to what is asked of simulated trials."""

    protocol: Protocol
    analyses: dict[str, Answered]
    left_out: dict[str, str]
    """Rates and survival analyses that are not simulated, and why."""
    every_record: bool
    """Whether an endpoint reads adverse events or single doses."""


def needed_of(protocol: Protocol, truth: Truth) -> Needed:
    """Cut a protocol down to its rates and survival analyses that simulation can answer.

    Subgroups of a rate are left out with their variables.
    """
    variables = _answerable(protocol, truth)
    sets = _sets(protocol, {*_OWN, *variables})
    known = {*_OWN, *variables, *(each.flag for each in sets.values())}
    asked = {n: a for n, a in protocol.analyses.items() if isinstance(a, Rate | Survival)}
    why = {name: _obstacle(protocol, each, sets, known) for name, each in asked.items()}
    analyses: dict[str, Answered] = {}
    for name, each in asked.items():
        same = next((n for n, a in analyses.items() if _same(a, each)), None)
        if same is not None and not why[name]:
            why[name] = f"it is {same} in subgroups, which are not simulated"
        elif not why[name]:
            analyses[name] = _of_all(each)
    endpoints = _endpoints(protocol, analyses)
    used = set(_columns_of(protocol, analyses, endpoints, sets))
    kept = _closure(variables, used)
    update = {
        "eligibility": Eligibility(),
        "biomarkers": {},
        "questionnaires": {},
        "laboratory": None,
        "deviations": None,
        "treatments": protocol.treatments.model_copy(update={"exposure": None}),
        "variables": kept,
        "analysis_sets": sets,
        "endpoints": endpoints,
        "analyses": analyses,
        "displays": (),
    }
    sources = {v.source for v in kept.values() if isinstance(v, FromRecords)}
    datasets = {d.dataset for e in endpoints.values() for d in _dates(e)}
    every = bool(sources & _RARELY_READ) or "ADAE" in datasets
    left_out = {name: reason for name, reason in why.items() if reason}
    return Needed(protocol.model_copy(update=update), analyses, left_out, every_record=every)


def _of_all(analysis: Answered) -> Answered:
    """Leave subgroups out."""
    return analysis.model_copy(update={"by": ()}) if isinstance(analysis, Rate) else analysis


def _same(analysis: Answered, other: Answered) -> bool:
    """Whether another rate is the same number in further subgroups."""
    if not (isinstance(other, Rate) and other.by):
        return False
    plain = {"label": None, "test": None}
    return analysis.model_copy(update=plain) == _of_all(other).model_copy(update=plain)


def columns_in(*texts: str | None) -> list[str]:
    """Name the columns of conditions."""
    return [c for text in texts if text for c in pl.sql_expr(text).meta.root_names()]


def _answerable(protocol: Protocol, truth: Truth) -> dict[str, SubjectVariable]:
    """Return the variables whose values follow from what is simulated, in the protocol's order."""
    found: dict[str, SubjectVariable] = {}
    for name, variable in protocol.variables.items():
        known = {*_OWN, *found}
        match variable:
            case FromRecords():
                dated = variable.kind == "date"
                ok = variable.source in _SIMULATED and not _qualified(variable)
                ok = ok or name in truth.baseline or dated
            case FromDataset() | MedianSplit():
                ok = False
            case _:
                ok = all(used in known for used in uses_of(variable))
        if ok:
            found[name] = variable
    return found


def _qualified(variable: FromRecords) -> bool:
    """Whether a variable of DM reads a qualifier, which only the baseline of a truth gives."""
    return variable.source == "DM" and not set(columns_in(variable.value)) <= _OWN


def uses_of(variable: SubjectVariable) -> list[str]:
    """Name the ADSL variables from which another is made."""
    match variable:
        case FromRule():
            return columns_in(variable.rule)
        case FromFormula():
            return list(variable.of.values())
        case Between():
            return list(variable.between)
        case MedianSplit():
            return [variable.median_of, *columns_in(variable.among)]
        case FromRecords():
            within = [variable.within.before] if variable.within else []
            return [*within, *([variable.ongoing_on] if variable.ongoing_on else [])]
        case Described() | FromDataset():
            return []


def _sets(protocol: Protocol, known: set[str]) -> dict[str, AnalysisSet]:
    """Keep the sets whose conditions can be judged; without the reasons for exclusion."""
    kept: dict[str, AnalysisSet] = {}
    known = set(known)
    for name, each in protocol.analysis_sets.items():
        if set(columns_in(each.where)) <= known:
            kept[name] = each.model_copy(update={"exclusions": ()})
            known |= {each.flag, f"{each.flag[:-2]}RS"}
    return kept


def _obstacle(
    protocol: Protocol, analysis: Answered, sets: dict[str, AnalysisSet], known: set[str]
) -> str:
    """Say why simulated trials cannot answer an analysis; empty where they can."""
    if isinstance(analysis, Survival) and analysis.by is not None:
        return "curves by a variable are not simulated"
    if analysis.analysis_set not in sets:
        return f"the set {analysis.analysis_set} rests on what is not simulated"
    endpoint = protocol.endpoints[analysis.endpoint]
    events = protocol.endpoints[endpoint.of] if isinstance(endpoint, Landmark) else endpoint
    if isinstance(events, RowShare) or any(d.dataset in {"ADBM", "ADQS"} for d in _dates(events)):
        return "its endpoint rests on biomarkers or questionnaires"
    among = events.among if isinstance(events, TimeToEvent) else None
    own = [d for d in _dates(events) if d.dataset == "ADSL"]
    columns = columns_in(among, *(d.where for d in own)) + [d.date for d in own]
    unknown = sorted(set(columns) - known)
    flags = {each.flag for each in protocol.analysis_sets.values()}
    named = set(columns_in(analysis.where)) & {*protocol.variables, *flags}
    unknown += sorted(named - known)
    return f"{', '.join(unknown)} of ADSL not simulated" if unknown else ""


def _dates(endpoint: Endpoint) -> Iterator[DateSource]:
    """Return every date of a time-to-event endpoint."""
    if isinstance(endpoint, TimeToEvent):
        dates = (endpoint.start, *endpoint.events, *endpoint.censor, *endpoint.censor_at)
        yield from (date_source(date) for date in dates)


def _endpoints(protocol: Protocol, analyses: dict[str, Answered]) -> dict[str, Endpoint]:
    """Keep the endpoints of the analyses, and those that landmarks are of."""
    named = {each.endpoint for each in analyses.values()}
    of = {e.of for n, e in protocol.endpoints.items() if n in named and isinstance(e, Landmark)}
    return {name: each for name, each in protocol.endpoints.items() if name in named | of}


def _columns_of(
    protocol: Protocol,
    analyses: dict[str, Answered],
    endpoints: dict[str, Endpoint],
    sets: dict[str, AnalysisSet],
) -> Iterator[str]:
    """Name the ADSL variables that are read somewhere."""
    yield from protocol.response.until
    for each in sets.values():
        yield from columns_in(each.where)
    for analysis in analyses.values():
        yield from columns_in(analysis.where)
    for endpoint in endpoints.values():
        for date in _dates(endpoint):
            yield from (date.date, *columns_in(date.where))
        match endpoint:
            case TimeToEvent():
                yield from columns_in(endpoint.among)
            case ResponseRate() | Landmark() | Change() | RowShare():
                pass


def _closure(variables: dict[str, SubjectVariable], used: set[str]) -> dict[str, SubjectVariable]:
    """Keep the variables used, and those that these are made from."""
    wanted = set(used)
    for name in reversed(variables):
        if name in wanted:
            wanted |= set(uses_of(variables[name]))
    return {name: each for name, each in variables.items() if name in wanted}
