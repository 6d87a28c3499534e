"""Figures of single patients and over time, each drawn from its results. Imported when needed."""

from dataclasses import dataclass

from topline.analyses.results import PATIENT_KINDS
from topline.displays.draw import Material
from topline.displays.image_panel_figure import arrange, describe_pictures, draw_pictures
from topline.displays.over_time import OverTime, describe_over_time
from topline.displays.over_time_figure import draw_over_time
from topline.displays.paired_figure import Paired, describe_paired, draw_paired
from topline.displays.patients import not_shown
from topline.displays.slugs import slug
from topline.displays.spider_figure import Spider, describe_spider, draw_spider
from topline.displays.swimmer import Swimmer, describe_swimmer
from topline.displays.swimmer_figure import draw_swimmer
from topline.displays.waterfall_figure import Waterfall, describe_waterfall, draw_waterfall
from topline.protocol.comparisons import PairedComparison, RepeatedMeasures
from topline.protocol.figures_of_patients import (
    ImagePanelFigure,
    OverTimeFigure,
    PairedFigure,
    PatientFigure,
    SpiderFigure,
    SwimmerFigure,
    WaterfallFigure,
)
from topline.protocol.patient_figures import PatientChanges, PatientCourses


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture, what it shows in sentences, and what has to stand below it."""

    svg: str
    sentences: list[str]
    notes: tuple[str, ...] = ()


def draw_patients(plan: PatientFigure, material: Material) -> Drawn:
    """Draw a figure of single patients or over time.

    Parameters
    ----------
    plan
        Which.
    material
        Protocol, results and palettes.
    """
    match plan:
        case SwimmerFigure():
            return _swimmer(plan, material)
        case WaterfallFigure():
            return _waterfall(plan, material)
        case SpiderFigure():
            return _spider(plan, material)
        case PairedFigure():
            return _paired(plan, material)
        case OverTimeFigure():
            return _over_time(plan, material)
        case ImagePanelFigure():
            return _pictures(plan, material)


def shows_patients(material: Material) -> bool:
    """Whether one of the analyses has results of single patients."""
    return any(material.protocol.analyses[name].kind in PATIENT_KINDS for name in material.numbers)


def _swimmer(plan: SwimmerFigure, material: Material) -> Drawn:
    analysis, numbers = material.protocol.analyses[plan.analysis], material.numbers[plan.analysis]
    if not isinstance(analysis, PatientCourses):
        raise _wrong(plan)
    made = Swimmer(plan, analysis, numbers, material.palettes, material.notice)
    notes = not_shown(numbers, "duration")
    if analysis.drugs:
        lanes = ", ".join(drug.capitalize() for drug in analysis.drugs)
        notes = (f"Bars of a patient from top to bottom: {lanes}.", *notes)
    return Drawn(draw_swimmer(made, slug(plan.number)), describe_swimmer(made), notes)


def _waterfall(plan: WaterfallFigure, material: Material) -> Drawn:
    analysis, numbers = material.protocol.analyses[plan.analysis], material.numbers[plan.analysis]
    if not isinstance(analysis, PatientChanges):
        raise _wrong(plan)
    made = Waterfall(plan, analysis, numbers, material.palettes, material.notice)
    notes = not_shown(numbers, "best_change")
    return Drawn(draw_waterfall(made, slug(plan.number)), describe_waterfall(made), notes)


def _spider(plan: SpiderFigure, material: Material) -> Drawn:
    analysis, numbers = material.protocol.analyses[plan.analysis], material.numbers[plan.analysis]
    if not isinstance(analysis, PatientChanges):
        raise _wrong(plan)
    made = Spider(plan, analysis, numbers, material.palettes, material.notice)
    notes = not_shown(numbers, "best_change")
    return Drawn(draw_spider(made, slug(plan.number)), describe_spider(made), notes)


def _paired(plan: PairedFigure, material: Material) -> Drawn:
    analysis = material.protocol.analyses[plan.analysis]
    if not isinstance(analysis, PairedComparison):
        raise _wrong(plan)
    made = Paired(
        plan,
        analysis,
        material.numbers[plan.analysis],
        material.numbers[plan.values] if plan.values else None,
        material.notice,
    )
    return Drawn(draw_paired(made, slug(plan.number)), describe_paired(made), made.notes)


def _over_time(plan: OverTimeFigure, material: Material) -> Drawn:
    planned = {name: material.protocol.analyses[name] for name in plan.analyses}
    analyses = {n: a for n, a in planned.items() if isinstance(a, RepeatedMeasures)}
    if len(analyses) < len(planned):
        raise _wrong(plan)
    values = material.numbers[plan.values] if plan.values else None
    made = OverTime(
        plan, analyses, material.numbers, values, material.palettes, material.notice
    )  # fmt: skip
    return Drawn(draw_over_time(made, slug(plan.number)), describe_over_time(made), made.notes)


def _pictures(plan: ImagePanelFigure, material: Material) -> Drawn:
    numbers = material.numbers[plan.analysis]
    panels = arrange(plan, numbers)
    notes = (*panels.notes, *not_shown(numbers, "score"))
    drawn = draw_pictures(plan, panels, material.pictures, material.notice)
    return Drawn(drawn, describe_pictures(panels), notes)


def _wrong(plan: PatientFigure) -> TypeError:
    return TypeError(f"{plan.number}: its analysis is of another kind than {plan.kind} shows")
