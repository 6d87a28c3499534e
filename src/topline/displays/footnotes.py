"""What stands below a display: whom it is about, by which method, up to when."""

from collections.abc import Mapping
from typing import Final

from topline.analyses.levels import label_of
from topline.displays.numbers import Numbers
from topline.protocol.analyses import (
    Analysis,
    CensoringSensitivity,
    EventCounts,
    Flow,
    Rate,
    Survival,
)
from topline.protocol.comparisons import Comparing
from topline.protocol.displays import Display
from topline.protocol.protocol import Protocol

_ABBREVIATIONS: Final = {"NR": "not reached", "NE": "not estimable"}
_HOW_TO_READ: Final = {
    "kaplan-meier-figure": (
        "Shaded, pointwise confidence limits; ticks, censored; dashed line, 50%."
    ),
    "summary-table": ("Counts are n (%) of the subjects of the column."),
    "laboratory-grade-table": (
        "n (%) of the subjects evaluated, that is with a result under treatment; each counts "
        "once a test and direction, at the worst."
    ),
    "laboratory-shift-table": (
        "n (%) of the subjects evaluated, that is with a result under treatment; each counts "
        "once a test and direction, at the worst."
    ),
    "onset-table": (
        "Days and cycles count from the first dose. At risk in a cycle: treated into it, and "
        "without the event before. Resolved: every episode of the subject."
    ),
    "eligibility-table": (
        "n (%) of subjects. An inclusion criterion that is not met, or an exclusion criterion "
        "that is met, stands against entry. Disagreement: the rule's verdict is not the one "
        "that the site recorded, or left to be understood by recording no exception."
    ),
    "exposure-table": (
        "n (%) of all subjects of the column. Interruptions: days without the drug beyond "
        "planned days off. Relative dose intensity: dose taken over dose planned at the "
        "starting level, of the time from the first dose to the end of the last block begun, "
        "unless the protocol chooses otherwise."
    ),
    "deviation-table": ("n (%) of subjects with at least one deviation, and number of deviations."),
}
"""What a reader of each kind of display has to know."""
_SELF_EVIDENT: Final = {"", "Count", "Summary statistics"}


def footnotes(plan: Display, protocol: Protocol, numbers: Mapping[str, Numbers]) -> tuple[str, ...]:
    """Return the footnotes of a display.

    Parameters
    ----------
    plan
        The display; its own footnotes come first.
    protocol
        Gives analyses, sets, data cut and notice.
    numbers
        Results of each analysis that the display prints.
    """
    planned = {name: protocol.analyses[name] for name in numbers}
    cut = protocol.study.data_cut
    notes = [
        *plan.footnotes,
        *_sets(protocol, planned),
        *_how_to_read(plan),
        *_restrictions(planned),
        *_methods(numbers),
        *_signs(numbers),
        *_decisions(numbers),
        *_warnings(protocol, planned, numbers),
        *([f"Data cut: {cut.day} {cut:%B %Y}."] if cut else []),
        *([protocol.study.notice] if protocol.study.notice else []),
    ]
    return tuple(dict.fromkeys(notes))


def _sets(protocol: Protocol, planned: Mapping[str, Analysis]) -> list[str]:
    """Name the analysis sets; a flow diagram names its own."""
    names = dict.fromkeys(a.analysis_set for a in planned.values() if not isinstance(a, Flow))
    return [f"Analysis set {name}: {protocol.analysis_sets[name].label}." for name in names]


def _how_to_read(plan: Display) -> list[str]:
    return [_HOW_TO_READ[plan.kind]] if plan.kind in _HOW_TO_READ else []


def named(title: str, name: str, analysis: Rate | Survival) -> str:
    """Add to an endpoint's title what is special about the analysis."""
    if analysis.label:
        return f"{title}, {analysis.label}"
    return f"{title} ({name})" if analysis.where else title


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _restrictions(planned: Mapping[str, Analysis]) -> list[str]:
    """Say whom a sensitivity analysis is about, and how events count."""
    notes = [
        f"{_capital(analysis.label or name)}: among subjects for whom {analysis.where}."
        for name, analysis in planned.items()
        if isinstance(analysis, Rate | Survival | Comparing) and analysis.where
    ]
    notes += [
        f"Left: censored subjects for whom {analysis.informative}. Delta: factor of their hazard "
        "after leaving; worst case, an event on the day; best case, none."
        for analysis in planned.values()
        if isinstance(analysis, CensoringSensitivity)
    ]
    if any(isinstance(analysis, EventCounts) for analysis in planned.values()):
        notes.append("n (%) of subjects; each counts once a term, at the worst grade.")
    return notes


def _methods(numbers: Mapping[str, Numbers]) -> list[str]:
    """Name the methods that made the numbers."""
    used = dict.fromkeys(r.method for found in numbers.values() for r in found.rows)
    methods = [method for method in used if method not in _SELF_EVIDENT]
    return [f"Methods: {'; '.join(methods)}."] if methods else []


def _signs(numbers: Mapping[str, Numbers]) -> list[str]:
    """Explain the signs printed in place of numbers."""
    shown = {r.display for found in numbers.values() for r in found.rows}
    signs = [f"{sign}, {words}" for sign, words in _ABBREVIATIONS.items() if sign in shown]
    return ["; ".join(signs) + "."] if signs else []


def _decisions(numbers: Mapping[str, Numbers]) -> list[str]:
    """Repeat what the analysis says of the design's decision."""
    warnings = (
        r.warning
        for found in numbers.values()
        for r in found.rows
        if r.warning and r.statistic in {"decision", "responders_needed"}
    )
    return [f"{text[0].upper()}{text[1:].rstrip('.')}." for text in dict.fromkeys(warnings)]


def _warnings(
    protocol: Protocol, planned: Mapping[str, Analysis], numbers: Mapping[str, Numbers]
) -> list[str]:
    """Repeat what a reader of comparisons has to know, once each, with what it is about."""
    about: dict[str, dict[str, None]] = {}
    comparing = {name: a for name, a in planned.items() if isinstance(a, Comparing)}
    for name, analysis in comparing.items():
        rows = numbers[name].rows
        by = getattr(analysis, "by", None)
        label = rows[0].parameter_label if rows else name
        label = label_of(protocol, by) if isinstance(by, str) else label
        for text in dict.fromkeys(text for r in rows for text in r.warning.split("; ") if text):
            about.setdefault(text, {})[label] = None
    several = len(comparing) > 1
    return [
        f"{'; '.join(labels)}: {text}." if several else f"{_capital(text)}."
        for text, labels in about.items()
    ]
