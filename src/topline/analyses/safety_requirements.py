"""What analyses of onset and of laboratory results ask of the datasets."""

from collections.abc import Iterator

from topline.analyses.laboratory import LETTER, Worst, flag_of
from topline.analyses.needs import Need
from topline.protocol.adverse_events import EventOnset, PatientEvents
from topline.protocol.laboratory import LaboratoryGrades, LaboratoryShift
from topline.protocol.problems import listed, nearest

Safety = EventOnset | PatientEvents | LaboratoryGrades | LaboratoryShift
_EVENTS = ("AEDECOD", "ASTDT", "ASTDY", "EPISODE", "EPISENDT", "EPRESFL")
_TREATED = ("TRTSDT", "TRTEDT", "DTHDT", "DCUTDT", "LSTALVDT")


def safety_datasets(analysis: Safety) -> tuple[str, ...]:
    """Name the datasets that an analysis reads, ADSL first."""
    if isinstance(analysis, EventOnset | PatientEvents):
        return ("ADSL", "ADAE")
    return ("ADSL", analysis.dataset)


def safety_needs(need: Need, analysis: Safety) -> Iterator[str]:
    """Find what an analysis lacks."""
    if isinstance(analysis, EventOnset):
        yield from _onset(need, analysis)
    elif isinstance(analysis, PatientEvents):
        yield from need.columns("ADSL", ["SUBJID"], "kind")
        yield from need.condition("ADAE", analysis.where, "where")
        yield from need.words("ADAE", analysis.term, "term")
        yield from need.arms("TRT01A", "ADAE")
    else:
        yield from _results(need, analysis)


def _onset(need: Need, analysis: EventOnset) -> Iterator[str]:
    yield from need.columns("ADAE", _EVENTS, "kind")
    yield from need.columns("ADSL", ["TRTDURD"], "kind")
    if analysis.rates_at:
        yield from need.columns("ADSL", _TREATED, "rates_at")
    yield from need.condition("ADAE", analysis.where, "where")
    for i, line in enumerate(analysis.lines):
        yield from need.condition("ADAE", line.where, f"lines[{i}].where")
    yield from need.arms("TRT01A", "ADAE")


def _results(need: Need, analysis: Worst) -> Iterator[str]:
    dataset = analysis.dataset
    directions = analysis.directions if isinstance(analysis, LaboratoryShift) else tuple(LETTER)
    names = ["PARAM", "PARAMN", "PARCAT1", *(flag_of(analysis, one) for one in directions)]
    if isinstance(analysis, LaboratoryShift) and analysis.of == "range":
        names += ["BNRIND", "ANRIND"]
    else:
        for letter in (LETTER[one] for one in directions):
            names += [f"ATOXDSC{letter}", f"ATOXGR{letter}", f"BTOXGR{letter}"]
            names += [f"ATOXGR{letter}N", f"BTOXGR{letter}N"]
    yield from need.columns(dataset, names, "kind")
    yield from need.arms("TRT01A", dataset)
    laboratory = need.protocol.laboratory
    there = need.adam[dataset]["PARAMCD"].unique().sort().to_list()
    known = [*there, *(laboratory.tests if laboratory else ())]
    for i, code in enumerate(analysis.tests):
        if there and code not in known:
            near = nearest(code, known)
            hint = f" (did you mean {near}?)" if near else ""
            yield (
                f"{need.path}.tests[{i}]: found {code}, a test that {dataset} does not have{hint}; "
                f"it has {listed(there)}"
            )
