"""What stands below a display: whom it is about, by which method, up to when."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from topline.analyses.levels import label_of
from topline.displays.numbers import Number, Numbers
from topline.protocol.adverse_events import EventOnset, PatientEvents
from topline.protocol.analyses import (
    Analysis,
    CensoringSensitivity,
    EventCounts,
    EventOverview,
    Flow,
    Rate,
    Summary,
    Survival,
)
from topline.protocol.comparisons import Comparing
from topline.protocol.displays import Display
from topline.protocol.figures_of_groups import KaplanMeierFigure
from topline.protocol.protocol import Protocol

_ABBREVIATIONS: Final = {"NR": "not reached", "NE": "not estimable"}
_HOW_TO_READ: Final = {
    "kaplan-meier-figure": (
        "Shaded, pointwise confidence limits; ticks, censored; dashed line, 50%; lines down from "
        "it, medians."
    ),
    "swimmer-figure": (
        "A bar a patient, from the first to the last day of treatment; thin line, to a later date "
        "that is marked. At the end, why treatment ended; arrow, it goes on."
    ),
    "waterfall-figure": (
        "A bar a patient; letters or strip, best overall response. A bar with a gap goes on. "
        "Dashed lines, changes that matter for response."
    ),
    "spider-figure": (
        "A line a patient, from no change at the start to the last assessment that counts, which "
        "has the shape of the legend. Dashed lines, changes that matter for response."
    ),
    "listed-table": "As planned and carried out; nothing in this table is taken from the data.",
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
    "overview-table": "n (%) of subjects with at least one such event, and number of events.",
    "cross-table": "Number of subjects.",
    "forest-figure": (
        "Lines, confidence limits; an arrow, a limit beyond the axis or not reached. Squares grow "
        "with the number of subjects; diamond and dashed line, all subjects."
    ),
    "event-rates-figure": "Behind the bars: n (%) of subjects with the event, of any grade.",
    "laboratory-grades-figure": (
        "Behind the bars: subjects with any grade / evaluated (%), that is with a result under "
        "treatment; each counts once a test and direction, at the worst."
    ),
    "laboratory-shift-figure": (
        "Rows, baseline; columns, worst result under treatment; framed, unchanged. Tests in which "
        "nobody became worse are left out unless the protocol asks for them."
    ),
    "exposure-figure": (
        "Relative dose intensity: dose taken over dose planned at the starting level, of the time "
        "from the first dose to the end of the last block begun, unless the protocol chooses "
        "otherwise."
    ),
    "cumulative-incidence-figure": "Shaded, pointwise confidence limits.",
    "change-by-group-figure": (
        "A dot, a patient; line, median; box, quartiles; dashed lines, progression and response "
        "by target lesions."
    ),
    "deviation-table": ("n (%) of subjects with at least one deviation, and number of deviations."),
}
"""What a reader of each kind of display has to know."""
_SELF_EVIDENT: Final = {"", "Count", "Summary statistics"}


def footnotes(
    plan: Display,
    protocol: Protocol,
    numbers: Mapping[str, Numbers],
    printed: Collection[str] | None = None,
) -> tuple[str, ...]:
    """Return the footnotes of a display.

    Parameters
    ----------
    plan
        The display; its own footnotes come first.
    protocol
        Gives analyses, sets, data cut and notice.
    numbers
        Results of each analysis that the display prints.
    printed
        Ids of those results that it does print; None: all.
    """
    planned = {name: protocol.analyses[name] for name in numbers}
    rows = [r for found in numbers.values() for r in found.rows]
    shown = [r for r in rows if printed is None or r.result_id in printed]
    cut = protocol.study.data_cut
    notes = [
        *plan.footnotes,
        *_sets(protocol, planned),
        *_how_to_read(plan),
        *_tests_between(shown),
        *_restrictions(protocol, planned),
        *_grading(protocol, planned),
        *_methods(_made(plan, rows, shown)),
        *_signs(shown),
        *_decisions(numbers),
        *_left_out(protocol, planned, numbers),
        *_warnings(protocol, planned, numbers),
        *([f"Data cut: {cut.day} {cut:%B %Y}."] if cut and numbers else []),
        *([protocol.study.notice] if protocol.study.notice else []),
    ]
    return tuple(dict.fromkeys(notes))


def _sets(protocol: Protocol, planned: Mapping[str, Analysis]) -> list[str]:
    """Name the analysis sets; a flow diagram names its own."""
    names = dict.fromkeys(a.analysis_set for a in planned.values() if not isinstance(a, Flow))
    return [f"Analysis set {name}: {protocol.analysis_sets[name].label}." for name in names]


def _how_to_read(plan: Display) -> list[str]:
    return [_HOW_TO_READ[plan.kind]] if plan.kind in _HOW_TO_READ else []


def _tests_between(shown: Iterable[Number]) -> list[str]:
    """Say what the P of a variable tests."""
    levels = {r.level for r in shown if r.statistic == "p_value"}
    said = {
        "between": "P in the line of a variable: between its subgroups.",
        "interaction": "P in the line of a variable: interaction of arm and subgroup.",
        "overall": "P in the line of a covariate: all its categories at once.",
    }
    return [text for level, text in said.items() if level in levels]


def named(title: str, name: str, analysis: Rate | Survival) -> str:
    """Add to an endpoint's title what is special about the analysis."""
    if analysis.label:
        return f"{title}, {analysis.label}"
    return f"{title} ({name})" if analysis.where else title


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _restrictions(protocol: Protocol, planned: Mapping[str, Analysis]) -> list[str]:
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
    chosen = dict.fromkeys(
        analysis.counted_in
        for analysis in planned.values()
        if isinstance(analysis, Summary) and analysis.counted_in is not None
    )
    notes += [f"Only subjects counted under: {protocol.endpoints[e].label}." for e in chosen]
    if any(isinstance(analysis, EventCounts) for analysis in planned.values()):
        notes.append("n (%) of subjects; each counts once a term, at the worst grade.")
    return notes


def _grading(protocol: Protocol, planned: Mapping[str, Analysis]) -> list[str]:
    """Say by which dictionary adverse events are graded."""
    of_events = (EventCounts, EventOverview, EventOnset, PatientEvents)
    if not any(isinstance(analysis, of_events) for analysis in planned.values()):
        return []
    return [f"Severity: {protocol.adverse_events.dictionary}."]


def _made(plan: Display, rows: Sequence[Number], shown: Sequence[Number]) -> Sequence[Number]:
    """Return the results whose methods a display shows; a curve shows more than its numbers."""
    if isinstance(plan, KaplanMeierFigure):
        return [r for r in rows if not r.statistic.startswith("follow_up")]
    return shown if plan.kind.endswith("-table") else rows


def _methods(rows: Iterable[Number]) -> list[str]:
    """Name the methods that made the numbers."""
    used = dict.fromkeys(r.method for r in rows)
    methods = [method for method in used if method not in _SELF_EVIDENT]
    return [f"Methods: {'; '.join(methods)}."] if methods else []


def _signs(rows: Iterable[Number]) -> list[str]:
    """Explain the signs printed in place of numbers."""
    shown = {r.display for r in rows}
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


def _left_out(
    protocol: Protocol, planned: Mapping[str, Analysis], numbers: Mapping[str, Numbers]
) -> list[str]:
    """Say whom rates leave out or count as failures, and how many, once each."""
    about: dict[str, dict[str, None]] = {}
    rates = {name: a for name, a in planned.items() if isinstance(a, Rate)}
    for name, rate in rates.items():
        label = named(protocol.endpoints[rate.endpoint].label, name, rate)
        whole = (r for r in numbers[name].rows if r.statistic == "estimate" and not r.level)
        for text in (t for r in whole if not r.group for t in r.warning.split("; ") if t):
            about.setdefault(text, {})[label] = None
    return [f"{'; '.join(labels)}: {text}." for text, labels in about.items()]


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
