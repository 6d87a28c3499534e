"""The planned displays, each from its results, in the protocol's order."""

import re
from typing import Final

import polars as pl

from topline.analyses.results import Results
from topline.displays.comparison_table import compose_comparisons
from topline.displays.deviation_table import compose_deviations
from topline.displays.eligibility_table import compose_eligibility
from topline.displays.exposure_table import compose_exposure
from topline.displays.figure import Figure
from topline.displays.flow_figure import describe_flow, draw_flow
from topline.displays.footnotes import footnotes
from topline.displays.numbers import Numbers
from topline.displays.questionnaire_table import compose_questionnaires
from topline.displays.rate_table import compose_rates
from topline.displays.regression_table import compose_regression
from topline.displays.safety_tables import SafetyTable, compose_safety
from topline.displays.sensitivity_table import compose_sensitivity
from topline.displays.subgroup_table import compose_subgroups
from topline.displays.summary_table import compose_summary
from topline.displays.survival_table import compose_survival
from topline.displays.table import Table
from topline.protocol.analyses import Flow, Survival
from topline.protocol.displays import (
    ComparisonTable,
    DeviationTable,
    Display,
    EligibilityTable,
    ExposureTable,
    FlowFigure,
    KaplanMeierFigure,
    QuestionnaireTable,
    RateTable,
    RegressionTable,
    SensitivityTable,
    SubgroupTable,
    SummaryTable,
    SurvivalTable,
)
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.protocol import Protocol

_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")


def compose(protocol: Protocol, results: Results) -> tuple[Table | Figure, ...]:
    """Return every planned display.

    Parameters
    ----------
    protocol
        Gives the displays, their numbers and titles.
    results
        Results of the analyses; a display prints them and computes nothing.

    Returns
    -------
    tuple of Table or Figure
        In the protocol's order.
    """
    return tuple(_display(plan, protocol, results) for plan in protocol.displays)


def slugs(displays: tuple[Table | Figure, ...]) -> tuple[str, ...]:
    """Return a name for each display that a file or a link can have, such as ``figure-4a``."""
    taken: set[str] = set()
    names: list[str] = []
    for display in displays:
        plain = _NOT_IN_NAMES.sub("-", display.number.lower()).strip("-")[:60] or "display"
        name = next(n for n in (plain, *(f"{plain}-{i}" for i in range(2, 999))) if n not in taken)
        taken.add(name)
        names.append(name)
    return tuple(names)


def analyses_of(plan: Display) -> tuple[str, ...]:
    """Return the analyses that a display prints."""
    return (
        plan.analyses
        if isinstance(plan, RateTable | SurvivalTable | ComparisonTable)
        else (plan.analysis,)
    )


def _display(plan: Display, protocol: Protocol, results: Results) -> Table | Figure:
    numbers = {name: Numbers(results.rows, name) for name in analyses_of(plan)}
    notes = footnotes(plan, protocol, numbers)
    if isinstance(plan, FlowFigure | KaplanMeierFigure):
        return _figure(plan, protocol, numbers[plan.analysis], results.curves, notes)
    if isinstance(plan, SafetyTable):
        table = compose_safety(plan, numbers[plan.analysis])
    else:
        table = _table(plan, protocol, numbers)
    return Table(table.number, table.title, table.columns, table.rows, notes)


_PlannedTable = (
    SummaryTable
    | RateTable
    | SurvivalTable
    | SensitivityTable
    | ComparisonTable
    | RegressionTable
    | SubgroupTable
    | EligibilityTable
    | ExposureTable
    | DeviationTable
    | QuestionnaireTable
)


def _table(plan: _PlannedTable, protocol: Protocol, numbers: dict[str, Numbers]) -> Table:
    match plan:
        case SummaryTable():
            table = compose_summary(plan, numbers[plan.analysis])
        case RateTable():
            table = compose_rates(plan, protocol, numbers)
        case SurvivalTable():
            table = compose_survival(plan, protocol, numbers)
        case SensitivityTable():
            table = compose_sensitivity(plan, protocol, numbers[plan.analysis])
        case ComparisonTable():
            table = compose_comparisons(plan, protocol, numbers)
        case RegressionTable():
            table = compose_regression(plan, protocol, numbers[plan.analysis])
        case SubgroupTable():
            table = compose_subgroups(plan, protocol, numbers[plan.analysis])
        case EligibilityTable():
            table = compose_eligibility(plan, numbers[plan.analysis])
        case ExposureTable():
            table = compose_exposure(plan, numbers[plan.analysis])
        case DeviationTable():
            table = compose_deviations(plan, numbers[plan.analysis])
        case QuestionnaireTable():
            table = compose_questionnaires(plan, protocol, numbers[plan.analysis])
    return table


def _figure(
    plan: FlowFigure | KaplanMeierFigure,
    protocol: Protocol,
    numbers: Numbers,
    curves: pl.DataFrame,
    notes: tuple[str, ...],
) -> Figure:
    analysis = protocol.analyses[plan.analysis]
    notice = protocol.study.notice or ""
    if isinstance(analysis, Flow):
        svg, words = draw_flow(analysis, numbers, notice), describe_flow(analysis, numbers)
    elif isinstance(analysis, Survival):
        svg, words = _curves(plan, protocol, analysis, numbers, curves)
    else:
        msg = f"{plan.number}: {plan.analysis} is neither a flow nor a survival analysis"
        raise TypeError(msg)
    shown = tuple(r.result_id for r in numbers.rows)
    return Figure(plan.number, plan.title, svg, words, notes, shown)


def _curves(
    plan: FlowFigure | KaplanMeierFigure,
    protocol: Protocol,
    analysis: Survival,
    numbers: Numbers,
    curves: pl.DataFrame,
) -> tuple[str, str]:
    """Draw a Kaplan-Meier figure, and say what it shows."""
    # Half a second of matplotlib, for those who draw.
    from topline.displays.kaplan_meier import Curves, draw_curves  # noqa: PLC0415

    endpoint = protocol.endpoints[analysis.endpoint]
    unit = endpoint.unit if isinstance(endpoint, TimeToEvent) else "days"
    every = plan.every if isinstance(plan, KaplanMeierFigure) else None
    shown = curves.filter(pl.col("analysis_id") == plan.analysis)
    drawn = Curves(
        analysis.endpoint,
        endpoint.label,
        unit,
        shown,
        numbers,
        analysis.level,
        every,
        protocol.study.notice or "",
    )
    prefix = _NOT_IN_NAMES.sub("-", plan.number.lower()).strip("-")
    sentences = [f"Kaplan-Meier estimate of {endpoint.label.lower()}"]
    for group in numbers.groups(analysis.endpoint):
        found = {s: numbers.get(analysis.endpoint, s, group=group) for s in _TOLD}
        told = ", ".join(f"{_TOLD[s]} {number.display}" for s, number in found.items() if number)
        sentences.append(f"{group.label}: {told}" if told else "")
    return draw_curves(drawn, prefix), ". ".join(filter(None, sentences)) + "."


_TOLD: Final = {
    "n": "subjects",
    "events": "events",
    "median": "median",
    "median_lower": "lower limit",
    "median_upper": "upper limit",
}
