"""The planned displays, each from its results, in the protocol's order."""

from collections.abc import Mapping
from dataclasses import replace

from topline.analyses.results import Results
from topline.displays.comparison_table import compose_comparisons
from topline.displays.cross_table import compose_cross
from topline.displays.deviation_table import compose_deviations
from topline.displays.draw import Material, PlannedFigure, draw
from topline.displays.eligibility_table import compose_eligibility
from topline.displays.exposure_table import compose_exposure
from topline.displays.figure import Figure, results_in
from topline.displays.footnotes import footnotes
from topline.displays.listed_table import compose_listed
from topline.displays.numbers import Numbers
from topline.displays.palettes import Palettes
from topline.displays.questionnaire_table import compose_questionnaires
from topline.displays.rate_table import compose_rates
from topline.displays.regression_table import compose_regression
from topline.displays.safety_tables import SafetyTable, compose_safety
from topline.displays.sensitivity_table import compose_sensitivity
from topline.displays.subgroup_table import compose_subgroups
from topline.displays.summary_table import compose_summary
from topline.displays.survival_table import compose_survival
from topline.displays.table import Table
from topline.protocol.displays import Display
from topline.protocol.protocol import Protocol
from topline.protocol.tables import (
    ComparisonTable,
    CrossTable,
    DeviationTable,
    EligibilityTable,
    ExposureTable,
    ListedTable,
    QuestionnaireTable,
    RateTable,
    RegressionTable,
    SensitivityTable,
    SubgroupTable,
    SummaryTable,
    SurvivalTable,
)


def compose(
    protocol: Protocol, results: Results, pictures: Mapping[str, bytes] | None = None
) -> tuple[Table | Figure, ...]:
    """Return every planned display.

    Parameters
    ----------
    protocol
        Gives the displays, their numbers and titles.
    results
        Results of the analyses; a display prints them and computes nothing.
    pictures
        Files of pictures that figures show, by name.

    Returns
    -------
    tuple of Table or Figure
        In the protocol's order.
    """
    palettes = Palettes(protocol, results.rows)
    shown = pictures or {}
    return tuple(_display(plan, protocol, results, palettes, shown) for plan in protocol.displays)


def analyses_of(plan: Display) -> tuple[str, ...]:
    """Return the analyses that a display prints."""
    several: tuple[str, ...] | None = getattr(plan, "analyses", None)
    one: str | None = getattr(plan, "analysis", None)
    values: str | None = getattr(plan, "values", None)
    named = several if several is not None else (one,)
    return tuple(name for name in (*named, values) if name is not None)


def _display(
    plan: Display,
    protocol: Protocol,
    results: Results,
    palettes: Palettes,
    pictures: Mapping[str, bytes],
) -> Table | Figure:
    numbers = {name: Numbers(results.rows, name) for name in analyses_of(plan)}
    if isinstance(plan, PlannedFigure):
        material = Material(protocol, numbers, results.curves, palettes, pictures)
        figure = draw(plan, material, ())
        notes = footnotes(plan, protocol, numbers, results_in(figure.svg))
        return replace(figure, footnotes=(*figure.footnotes, *notes))
    if isinstance(plan, SafetyTable):
        table = compose_safety(plan, numbers[plan.analysis])
    elif isinstance(plan, ListedTable):
        table = compose_listed(plan)
    else:
        table = _table(plan, protocol, numbers)
    return replace(table, footnotes=footnotes(plan, protocol, numbers, frozenset(table.results)))


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
    | CrossTable
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
        case CrossTable():
            table = compose_cross(plan, protocol, numbers)
    return table
