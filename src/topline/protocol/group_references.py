"""References of figures of groups: estimates that share an axis, values of the groups compared."""

from collections.abc import Iterator

from topline.protocol.comparisons import Comparison
from topline.protocol.displays import Display
from topline.protocol.figures_of_groups import ChangeByGroupFigure, ForestFigure
from topline.protocol.forests import measure_of
from topline.protocol.patient_figures import PatientChanges
from topline.protocol.problems import listed, nearest, shown
from topline.protocol.protocol import Protocol

Loc = tuple[str | int, ...]
Broken = tuple[Loc, str, str, str | None]


def broken_groups(protocol: Protocol, index: int, display: Display) -> Iterator[Broken]:
    """Find analyses that a figure of groups cannot show, each or together."""
    loc: Loc = ("displays", index)
    if isinstance(display, ForestFigure):
        yield from _forest(protocol, loc, display)
    elif isinstance(display, ChangeByGroupFigure):
        yield from _changes(protocol, loc, display)


def _forest(protocol: Protocol, loc: Loc, display: ForestFigure) -> Iterator[Broken]:
    """Find estimates of another kind than the first analysis has, or none at all."""
    first = ""
    for i, name in enumerate(display.analyses):
        analysis = protocol.analyses.get(name)
        if analysis is None or analysis.kind not in {"subgroups", "cox-regression", "comparison"}:
            continue
        where, measure = (*loc, "analyses", i), measure_of(protocol, analysis, display.effect)
        if not measure:
            wanted = display.effect or "odds_ratio, risk_ratio or difference"
            yield where, f"{name} without an effect", f"a comparison with {wanted}", None
        first = first or measure
        if measure and measure != first:
            yield where, f"{name} ({measure})", f"an estimate like the first, {first}", None


def _changes(protocol: Protocol, loc: Loc, display: ChangeByGroupFigure) -> Iterator[Broken]:
    """Find values that are no changes, and comparisons by variables that they lack."""
    values = protocol.analyses.get(display.values)
    where = (*loc, "values")
    if values is None:
        known = list(protocol.analyses)
        found, expected = shown(display.values), f"one of the analyses: {listed(known)}"
        yield where, found, expected, nearest(display.values, known)
    elif not isinstance(values, PatientChanges):
        yield (
            where,
            f"{display.values} ({values.kind})",
            "an analysis of kind patient-changes",
            None,
        )
    else:
        for i, name in enumerate(display.analyses):
            analysis = protocol.analyses.get(name)
            by = analysis.by or "TRT01P" if isinstance(analysis, Comparison) else ""
            if by and by not in values.by:
                expected = f"a variable of {display.values} (by): {listed(values.by) or 'none'}"
                yield (*loc, "analyses", i), f"{name}, by {by}", expected, None
