"""Paragraphs of a trial: which analyses are told, under which headings, in which order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from topline.displays.compose import analyses_of
from topline.displays.numbers import Numbers
from topline.protocol.analyses import Rate, Survival
from topline.protocol.protocol import Protocol
from topline.report.paragraphs.adverse_events import tell_events, tell_overview
from topline.report.paragraphs.characteristics import tell_summary
from topline.report.paragraphs.comparisons import (
    tell_agreement,
    tell_comparison,
    tell_competing_risks,
    tell_pairs,
)
from topline.report.paragraphs.deviations import tell_deviations
from topline.report.paragraphs.follow_up import tell_follow_up
from topline.report.paragraphs.laboratory import tell_grades, tell_shifts
from topline.report.paragraphs.models import tell_regression, tell_subgroups
from topline.report.paragraphs.onset import tell_onset
from topline.report.paragraphs.patients import tell_eligibility, tell_flow
from topline.report.paragraphs.questionnaires import tell_changes, tell_completion
from topline.report.paragraphs.rates import tell_rate
from topline.report.paragraphs.repeated_measures import tell_repeated_measures
from topline.report.paragraphs.sensitivity import tell_sensitivity
from topline.report.paragraphs.spans import Paragraph, Span, Words, merged, pointed, sentence
from topline.report.paragraphs.survival import tell_survival
from topline.report.paragraphs.telling import Telling
from topline.report.paragraphs.templates import sentences
from topline.report.paragraphs.topics import heading_of
from topline.report.paragraphs.treatment import tell_exposure

Teller = Callable[[Telling], Iterator[Words]]
_TELLERS: Final[Mapping[str, Teller]] = {
    "flow": tell_flow,
    "summary": tell_summary,
    "eligibility": tell_eligibility,
    "deviations": tell_deviations,
    "exposure": tell_exposure,
    "rate": tell_rate,
    "survival": tell_survival,
    "follow-up": tell_follow_up,
    "subgroups": tell_subgroups,
    "cox-regression": tell_regression,
    "censoring-sensitivity": tell_sensitivity,
    "competing-risks": tell_competing_risks,
    "comparison": tell_comparison,
    "paired-comparison": tell_pairs,
    "agreement": tell_agreement,
    "repeated-measures": tell_repeated_measures,
    "adverse-event-overview": tell_overview,
    "adverse-events": tell_events,
    "adverse-event-onset": tell_onset,
    "laboratory-grades": tell_grades,
    "laboratory-shift": tell_shifts,
    "questionnaire-completion": tell_completion,
    "questionnaire-changes": tell_changes,
}
"""Kinds of analysis that are told; rows of single patients are left to figures."""


def compose_paragraphs(protocol: Protocol, rows: pl.DataFrame) -> tuple[Paragraph, ...]:
    """Tell the results of a trial.

    Parameters
    ----------
    protocol
        Says which analyses are told and under which headings (`words`); without that, those that
        a display prints, in the order of the displays.
    rows
        Result rows, as in `results.parquet`.

    Returns
    -------
    tuple of Paragraph
        One an analysis that has something to tell.
    """
    plan = _planned(protocol)
    displays = shown_in(protocol)
    out: list[Paragraph] = []
    for heading, names in plan.items():
        for name in names:
            words = _joined(tell_analysis(protocol, rows, name), displays.get(name, ()))
            if words:
                out.append(Paragraph(heading, words, name))
    return tuple(out)


def tell_analysis(protocol: Protocol, rows: pl.DataFrame, name: str) -> tuple[Words, ...]:
    """Tell one analysis.

    Parameters
    ----------
    protocol
        Gives the analysis.
    rows
        Result rows.
    name
        Key of the analysis.

    Returns
    -------
    tuple of Words
        One a sentence, without capital and full stop; none for kinds that are not told.
    """
    teller = _TELLERS.get(protocol.analyses[name].kind)
    numbers = Numbers(rows, name)
    if teller is None or not numbers.rows:
        return ()
    telling = Telling(protocol, name, numbers, protocol.words.people)
    return tuple(words for words in map(merged, teller(telling)) if words)


def _planned(protocol: Protocol) -> dict[str, list[str]]:
    """Return the analyses under each heading."""
    if protocol.words.paragraphs:
        return {each.heading: list(each.analyses) for each in protocol.words.paragraphs}
    plan: dict[str, list[str]] = {heading: [] for heading in sentences().headings}
    for name in shown_in(protocol):
        if protocol.analyses[name].kind in _TELLERS:
            plan[heading_of(protocol, name)].append(name)
    return {
        heading: sorted(names, key=lambda name: not _is_primary(protocol, name))
        for heading, names in plan.items()
    }


def _is_primary(protocol: Protocol, name: str) -> bool:
    """Whether an analysis is that of a primary endpoint, among all of its analysis set."""
    analysis = protocol.analyses[name]
    if not isinstance(analysis, Rate | Survival) or analysis.where:
        return False
    return protocol.endpoints[analysis.endpoint].role == "primary"


def shown_in(protocol: Protocol) -> dict[str, tuple[str, ...]]:
    """Return the numbers of the displays of each analysis."""
    found: dict[str, tuple[str, ...]] = {}
    for display in protocol.displays:
        for name in analyses_of(display):
            found[name] = (*found.get(name, ()), display.number)
    return found


def _joined(said: Sequence[Words], displays: Sequence[str]) -> Words:
    """Join sentences to a paragraph; the first points to the displays that show it."""
    out: list[Span] = []
    for i, words in enumerate(said):
        shown = displays if i == 0 else ()
        out += [*([Span(" ")] if i else []), *sentence(pointed(words, shown))]
    return merged(out)
