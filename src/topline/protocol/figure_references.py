"""References of figures of patients: variables to colour by, values to draw, drugs to mark."""

from collections.abc import Iterator

from topline.protocol.biomarkers import Picture
from topline.protocol.comparisons import PairedComparison
from topline.protocol.displays import Display
from topline.protocol.figures_of_patients import (
    OverTimeFigure,
    PairedFigure,
    SpiderFigure,
    SwimmerFigure,
    WaterfallFigure,
)
from topline.protocol.patient_figures import (
    DrugStopped,
    OfPatients,
    PatientChanges,
    PatientCourses,
    PatientPictures,
    PatientValues,
)
from topline.protocol.problems import listed, nearest, shown
from topline.protocol.protocol import Protocol

Loc = tuple[str | int, ...]
Broken = tuple[Loc, str, str, str | None]


def broken_figures(protocol: Protocol, index: int, display: Display) -> Iterator[Broken]:
    """Find what a figure of patients names and its analysis does not have."""
    loc: Loc = ("displays", index)
    match display:
        case SwimmerFigure() | WaterfallFigure() | SpiderFigure():
            yield from _colour(protocol, loc, display)
        case PairedFigure():
            analysis = protocol.analyses.get(display.analysis)
            if isinstance(analysis, PairedComparison) and analysis.test == "mcnemar":
                where, found = (*loc, "analysis"), f"{display.analysis} (mcnemar)"
                yield where, found, "a paired comparison of numbers", None
            yield from _values(protocol, loc, display.values)
        case OverTimeFigure():
            yield from _values(protocol, loc, display.values)
        case _:
            pass


def broken_patients(protocol: Protocol, name: str) -> Iterator[Broken]:
    """Find drugs, or pictures, that an analysis of patients names and the protocol does not."""
    analysis = protocol.analyses[name]
    if isinstance(analysis, PatientPictures):
        yield from _markers(protocol, name, analysis)
    if not isinstance(analysis, PatientCourses | PatientChanges):
        return
    loc: Loc = ("analyses", name)
    named: list[tuple[Loc, str]] = [
        ((*loc, "dates", i, "drug"), date.drug)
        for i, date in enumerate(analysis.dates)
        if isinstance(date, DrugStopped)
    ]
    if isinstance(analysis, PatientCourses):
        named += [((*loc, "drugs", i), drug) for i, drug in enumerate(analysis.drugs)]
    known = list(dict.fromkeys(drug.name for drug in protocol.treatments.drugs))
    for where, drug in named:
        if drug not in known:
            yield where, shown(drug), f"one of the drugs: {listed(known)}", nearest(drug, known)
    if named and protocol.treatments.exposure is None:
        yield loc, "dates of drugs", "exposure under treatments", None


def _markers(protocol: Protocol, name: str, analysis: PatientPictures) -> Iterator[Broken]:
    known = [key for key, marker in protocol.biomarkers.items() if isinstance(marker, Picture)]
    for i, marker in enumerate(analysis.markers):
        if marker not in known:
            where: Loc = ("analyses", name, "markers", i)
            expected = f"one of the biomarkers by image: {listed(known) or 'none'}"
            yield where, shown(marker), expected, nearest(marker, known)


def _colour(
    protocol: Protocol, loc: Loc, display: SwimmerFigure | WaterfallFigure | SpiderFigure
) -> Iterator[Broken]:
    analysis = protocol.analyses.get(display.analysis)
    if display.colour is not None and isinstance(analysis, OfPatients):
        names = list(analysis.by)
        if display.colour not in names:
            expected = f"one of the variables of {display.analysis} (by): {listed(names) or 'none'}"
            where = (*loc, "colour")
            yield where, display.colour, expected, nearest(display.colour, names)
    sort = "" if isinstance(display, SpiderFigure) else display.sort
    if display.colour is None and sort == "group":
        yield (*loc, "sort"), "group without colour", "colour, whose groups are sorted", None


def _values(protocol: Protocol, loc: Loc, name: str | None) -> Iterator[Broken]:
    if name is None:
        return
    where = (*loc, "values")
    analysis = protocol.analyses.get(name)
    if analysis is None:
        known = list(protocol.analyses)
        yield where, shown(name), f"one of the analyses: {listed(known)}", nearest(name, known)
    elif not isinstance(analysis, PatientValues):
        yield where, f"{name} ({analysis.kind})", "an analysis of kind patient-values", None
