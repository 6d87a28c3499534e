"""Figures of groups of subjects: which is drawn how. Imported only when one is drawn."""

import polars as pl

from topline.displays import theme
from topline.displays.change_by_group_figure import describe_strips, draw_strips, strips_of
from topline.displays.cumulative_incidence_figure import (
    Incidences,
    describe_incidences,
    draw_incidences,
)
from topline.displays.draw import Material
from topline.displays.event_heat_figure import event_heat
from topline.displays.event_rates_figure import event_bars
from topline.displays.exposure_figure import exposure_bars
from topline.displays.forest_figure import describe_forest, draw_forest
from topline.displays.forest_lines import forest_of
from topline.displays.heat_map import describe_heat_map, draw_heat_map
from topline.displays.laboratory_grades_figure import laboratory_bars
from topline.displays.laboratory_shift_figure import blocks_of, describe_shifts, draw_shifts
from topline.displays.rate_bars import BarChart, describe_bars, draw_bars
from topline.displays.slugs import slug
from topline.protocol.comparisons import CompetingRisks
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.figures_of_groups import (
    ChangeByGroupFigure,
    CumulativeIncidenceFigure,
    EventHeatFigure,
    EventRatesFigure,
    ExposureFigure,
    ForestFigure,
    GroupFigure,
    LaboratoryGradesFigure,
    LaboratoryShiftFigure,
)


def draw_group(plan: GroupFigure, material: Material) -> tuple[str, str]:
    """Return the picture of a planned figure, and what it shows in words.

    Parameters
    ----------
    plan
        Kind, number, width, and what it shows.
    material
        Results to draw.
    """
    place = theme.page_width(plan.width), slug(plan.number)
    if isinstance(plan, EventRatesFigure | LaboratoryGradesFigure | ExposureFigure):
        chart = _chart(plan, material)
        return draw_bars(chart, *place, material.notice), describe_bars(chart)
    if isinstance(plan, EventHeatFigure | LaboratoryShiftFigure):
        return _tiles(plan, material, place)
    match plan:
        case ForestFigure():
            shown = forest_of(plan, material.protocol, material.numbers)
            notice = material.notice
            picture = draw_forest(shown, *place, favours=plan.favours, notice=notice)
            words = describe_forest(shown)
        case ChangeByGroupFigure():
            strips = strips_of(plan, material.protocol, material.numbers)
            picture = draw_strips(strips, *place, material.notice)
            words = describe_strips(strips)
        case CumulativeIncidenceFigure():
            curves = _incidences(plan, material)
            picture = draw_incidences(curves, *place, material.notice)
            words = describe_incidences(curves)
    return picture, words


def _chart(
    plan: EventRatesFigure | LaboratoryGradesFigure | ExposureFigure, material: Material
) -> BarChart:
    match plan:
        case EventRatesFigure():
            return event_bars(plan, material.protocol, material.numbers)
        case LaboratoryGradesFigure():
            return laboratory_bars(plan, material.numbers[plan.analysis])
        case ExposureFigure():
            return exposure_bars(material.numbers[plan.analysis])


def _tiles(
    plan: EventHeatFigure | LaboratoryShiftFigure, material: Material, place: tuple[float, str]
) -> tuple[str, str]:
    numbers = material.numbers[plan.analysis]
    if isinstance(plan, LaboratoryShiftFigure):
        blocks = blocks_of(plan, numbers)
        return draw_shifts(blocks, *place, material.notice), describe_shifts(blocks)
    heat = event_heat(plan, material.protocol, numbers)
    picture = draw_heat_map(heat, *place, material.notice)
    return picture, describe_heat_map(heat, "Heat map of adverse events")


def _incidences(plan: CumulativeIncidenceFigure, material: Material) -> Incidences:
    analysis, numbers = material.protocol.analyses[plan.analysis], material.numbers[plan.analysis]
    if not isinstance(analysis, CompetingRisks):
        msg = f"{plan.number}: {plan.analysis} has no competing risks"
        raise TypeError(msg)
    endpoint = material.protocol.endpoints[analysis.endpoint]
    return Incidences(
        analysis.endpoint,
        endpoint.label,
        endpoint.unit if isinstance(endpoint, TimeToEvent) else "days",
        material.curves.filter(pl.col("analysis_id") == plan.analysis),
        numbers,
        {g.value: material.palettes.paint(g.by, g.value) for g in numbers.groups() if g.by},
        plan.every,
    )
