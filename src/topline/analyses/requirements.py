"""What analyses ask of the datasets, checked before anything is computed."""

from collections.abc import Iterator

from topline.analyses.comparison_requirements import comparing_datasets, comparing_needs
from topline.analyses.flow import reason_variable
from topline.analyses.needs import Adam, Need, dataset_of
from topline.analyses.patient_requirements import patient_datasets, patient_needs
from topline.analyses.safety_requirements import Safety, safety_datasets, safety_needs
from topline.errors import ProtocolError
from topline.protocol.adverse_events import EventOnset, PatientEvents
from topline.protocol.analyses import (
    Analysis,
    CensoringSensitivity,
    CensoringWeighting,
    EventCounts,
    EventOverview,
    Flags,
    Flow,
    FollowUp,
    Rate,
    Summary,
    Survival,
)
from topline.protocol.comparisons import Comparing
from topline.protocol.eligibility import EligibilityCounts
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.laboratory import LaboratoryGrades, LaboratoryShift
from topline.protocol.patient_figures import (
    OfPatients,
    PatientChanges,
    PatientCourses,
    PatientPictures,
    PatientValues,
)
from topline.protocol.problems import listed
from topline.protocol.protocol import Protocol
from topline.protocol.questionnaires import Questioned
from topline.protocol.treatments import DeviationCounts, ExposureSummary

_NEEDED = {
    "ADSL": ("USUBJID",),
    "ADRS": ("USUBJID", "PARAMCD", "AVALC"),
    "ADTTE": ("USUBJID", "PARAMCD", "AVAL", "CNSR"),
    "ADAE": ("USUBJID", "ATOXGRN"),
    "ADEX": ("USUBJID", "ASEQ", "PARAMCD", "PARCAT1", "AVAL", "AVALU", "ACAUSE", "DCREAS"),
    "ADQS": ("USUBJID", "PARAMCD", "AVISIT", "AVISITN", "AVALC", "CHGCAT2", "ANL01FL"),
    "ADDV": ("USUBJID", "DVCAT", "DVDECOD"),
    "ADIE": ("USUBJID", "PARAMCD", "AVALC", "VIOLFL", "ELIG", "AGREEFL"),
}


def refuse_unmet(protocol: Protocol, adam: Adam) -> None:
    """Check that every dataset, column and condition that the analyses name can be used.

    Raises
    ------
    ProtocolError
        The message has a line for each problem: where it stands in the protocol, what was found,
        what is there, and the nearest name.
    """
    problems = list(
        dict.fromkeys(
            problem
            for name, analysis in protocol.analyses.items()
            for problem in _problems(Need(protocol, adam, f"analyses.{name}"), analysis)
        )
    )
    if problems:
        n = len(problems)
        counted = f"{n} problem{'s' if n != 1 else ''}"
        head = f"the analyses of the protocol cannot be carried out on these data ({counted}):"
        raise ProtocolError("\n".join([head, *(f"  {problem}" for problem in problems)]))


def _problems(need: Need, analysis: Analysis) -> Iterator[str]:
    """Find what one analysis lacks; of a dataset that is not there, nothing else is said."""
    datasets = _datasets(need.protocol, analysis)
    absent = [name for name in datasets if name not in need.adam]
    for name in absent:
        yield f"{need.path}: found no dataset {name}; there is {listed(need.adam)}"
    if absent:
        return
    for name in datasets:
        yield from need.columns(name, _NEEDED.get(name, ("USUBJID", "PARAMCD")), "kind")
    if isinstance(analysis, Flow):
        yield from _flow(need, analysis)
        return
    yield from need.set_flag(analysis.analysis_set, datasets)
    match analysis:
        case Summary():
            yield from _summary(need, analysis)
        case Rate() | Survival() | FollowUp():
            yield from _endpoint(need, analysis)
        case CensoringSensitivity():
            yield from _sensitivity(need, analysis)
        case EventCounts() | EventOverview():
            yield from _events(need, analysis)
        case EventOnset() | PatientEvents() | LaboratoryGrades() | LaboratoryShift():
            yield from safety_needs(need, analysis)
        case EligibilityCounts() | ExposureSummary() | DeviationCounts():
            yield from _conduct(need, analysis)
        case PatientCourses() | PatientChanges() | PatientValues() | PatientPictures():
            yield from patient_needs(need, analysis)
        case _:
            yield from comparing_needs(need, analysis)


def _conduct(
    need: Need, analysis: EligibilityCounts | ExposureSummary | DeviationCounts
) -> Iterator[str]:
    if isinstance(analysis, ExposureSummary):
        yield from need.arms("TRT01A", "ADEX")
    if isinstance(analysis, DeviationCounts):
        yield from need.arms("TRT01P", "ADDV")


def _flow(need: Need, analysis: Flow) -> Iterator[str]:
    by_arm = False
    for i, step in enumerate(analysis.steps):
        at = f"steps[{i}]"
        flag = need.protocol.analysis_sets[step.analysis_set].flag
        yield from need.columns("ADSL", [flag], f"{at}.analysis_set")
        if step.lost is not None and i:
            reasons = reason_variable(need.protocol, step)
            yield from need.columns("ADSL", [reasons], f"{at}.reasons")
        if step.outcome is not None:
            yield from need.columns("ADSL", [step.outcome], f"{at}.outcome")
        by_arm = by_arm or step.by_arm
    if by_arm:
        yield from need.arms("TRT01P", "ADSL")


def _summary(need: Need, analysis: Summary) -> Iterator[str]:
    for i, row in enumerate(analysis.variables):
        names = row.flags if isinstance(row, Flags) else (row,)
        yield from need.columns("ADSL", names, f"variables[{i}]", values=True)
    if analysis.by is not None:
        yield from need.columns("ADSL", [analysis.by], "by", values=True)


def _endpoint(
    need: Need, analysis: Rate | Survival | FollowUp | CensoringSensitivity
) -> Iterator[str]:
    if isinstance(analysis, Rate):
        variables = analysis.by
    else:
        variables = () if analysis.by is None else (analysis.by,)
    yield from need.columns("ADSL", variables, "by", values=True)
    if isinstance(analysis, Survival):
        yield from need.columns("ADSL", analysis.strata, "strata", values=True)
    if isinstance(analysis, Rate) or analysis.by is None:
        yield from need.arms("TRT01P", "ADSL")
    conditions = {"where": analysis.where}
    if isinstance(analysis, CensoringSensitivity):
        conditions["informative"] = analysis.informative
    yield from need.among_subjects(dataset_of(need.protocol, analysis.endpoint), conditions)
    yield from need.among(analysis.endpoint)


def _sensitivity(need: Need, analysis: CensoringSensitivity) -> Iterator[str]:
    endpoint = need.protocol.endpoints.get(analysis.endpoint)
    if not isinstance(endpoint, TimeToEvent):
        found = f"{analysis.endpoint} ({endpoint.kind})" if endpoint else analysis.endpoint
        times = [n for n, e in need.protocol.endpoints.items() if isinstance(e, TimeToEvent)]
        yield (
            f"{need.path}.endpoint: found {found}; expected one of the time-to-event "
            f"endpoints: {listed(times) or 'none'}"
        )
        return
    yield from _endpoint(need, analysis)
    for i, method in enumerate(analysis.methods):
        if isinstance(method, CensoringWeighting):
            at = f"methods[{i}].covariates"
            yield from need.columns("ADSL", method.covariates, at, values=True)


def _events(need: Need, analysis: EventCounts | EventOverview) -> Iterator[str]:
    if isinstance(analysis, EventOverview):
        yield from _lines(need, analysis)
        return
    yield from need.condition("ADAE", analysis.where, "where")
    yield from need.words("ADAE", analysis.term, "term")
    if analysis.within is not None:
        yield from need.words("ADAE", analysis.within, "within")
    yield from need.arms("TRT01A", "ADAE")


def _lines(need: Need, analysis: EventOverview) -> Iterator[str]:
    for i, line in enumerate(analysis.lines):
        yield from need.condition("ADAE", line.where, f"lines[{i}].where")
    yield from need.arms("TRT01A", "ADAE")


def _datasets(protocol: Protocol, analysis: Analysis) -> tuple[str, ...]:
    names: tuple[str, ...] = ("ADSL",)
    if isinstance(analysis, Summary) and analysis.counted_in is not None:
        names = tuple(dict.fromkeys(["ADSL", dataset_of(protocol, analysis.counted_in)]))
    elif isinstance(analysis, Rate):
        names = ("ADSL", dataset_of(protocol, analysis.endpoint))
    elif isinstance(analysis, Survival | FollowUp | CensoringSensitivity):
        names = ("ADSL", "ADTTE")
    elif isinstance(analysis, EventCounts | EventOverview):
        names = ("ADSL", "ADAE")
    elif isinstance(analysis, EligibilityCounts):
        names = ("ADSL", "ADIE")
    elif isinstance(analysis, ExposureSummary):
        names = ("ADSL", "ADEX")
    elif isinstance(analysis, DeviationCounts):
        names = ("ADSL", "ADDV")
    elif isinstance(analysis, Safety):
        names = safety_datasets(analysis)
    elif isinstance(analysis, OfPatients):
        names = patient_datasets(analysis)
    elif isinstance(analysis, Comparing | Questioned):
        names = comparing_datasets(protocol, analysis)
    return names
