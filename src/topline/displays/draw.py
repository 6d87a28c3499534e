"""The planned figures, each drawn from its results; what draws is imported when it is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from topline.analyses.results import PATIENT_KINDS
from topline.displays.figure import Figure
from topline.displays.flow_figure import describe_flow, draw_flow
from topline.displays.numbers import Numbers
from topline.displays.palettes import Palettes
from topline.displays.slugs import slug
from topline.protocol.analyses import Flow, FollowUp, Survival
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.figures_of_groups import FlowFigure, GroupFigure, KaplanMeierFigure
from topline.protocol.figures_of_patients import (
    ImagePanelFigure,
    OverTimeFigure,
    PairedFigure,
    PatientFigure,
    SpiderFigure,
    SwimmerFigure,
    WaterfallFigure,
)
from topline.protocol.protocol import Protocol

PlannedFigure = FlowFigure | KaplanMeierFigure | GroupFigure | PatientFigure
_TOLD: Final = {
    "n": "subjects",
    "events": "events",
    "median": "median",
    "median_lower": "lower limit",
    "median_upper": "upper limit",
}


@dataclass(frozen=True, slots=True)
class Material:
    """What figures are made of: the protocol, and the results of the analyses that are shown."""

    protocol: Protocol
    numbers: Mapping[str, Numbers]
    curves: pl.DataFrame
    palettes: Palettes
    pictures: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    """Files of pictures by name."""

    @property
    def notice(self) -> str:
        """Printed at the foot of each figure."""
        return self.protocol.study.notice or ""


def draw(plan: PlannedFigure, material: Material, notes: tuple[str, ...]) -> Figure:
    """Return a planned figure.

    Parameters
    ----------
    plan
        Kind, number, title, and what it shows.
    material
        Results to draw.
    notes
        Footnotes.
    """
    match plan:
        case FlowFigure():
            svg, words = _flow(plan, material)
        case KaplanMeierFigure():
            svg, words = _curves(plan, material)
        case (
            SwimmerFigure()
            | WaterfallFigure()
            | SpiderFigure()
            | PairedFigure()
            | OverTimeFigure()
            | ImagePanelFigure()
        ):
            return _patients(plan, material, notes)
        case _:
            from topline.displays.group_figures import draw_group

            svg, words = draw_group(plan, material)
    shown = tuple(r.result_id for n in material.numbers.values() for r in n.rows)
    kinds = {material.protocol.analyses[name].kind for name in material.numbers}
    patients = not kinds.isdisjoint(PATIENT_KINDS)
    return Figure(plan.number, plan.title, svg, words, notes, shown, patients)


def _patients(plan: PatientFigure, material: Material, notes: tuple[str, ...]) -> Figure:
    """Draw a figure of single patients or over time, with its own footnotes first."""
    from topline.displays.patient_figures import draw_patients, shows_patients

    drawn = draw_patients(plan, material)
    shown = tuple(r.result_id for n in material.numbers.values() for r in n.rows)
    words, every = sentence(drawn.sentences), (*drawn.notes, *notes)
    patients = shows_patients(material)
    return Figure(plan.number, plan.title, drawn.svg, words, every, shown, patients)


def _flow(plan: FlowFigure, material: Material) -> tuple[str, str]:
    analysis, numbers = material.protocol.analyses[plan.analysis], material.numbers[plan.analysis]
    if not isinstance(analysis, Flow):
        raise _wrong(plan, "a flow")
    picture = draw_flow(analysis, numbers, material.notice, width=plan.width)
    return picture, describe_flow(analysis, numbers)


def _curves(plan: KaplanMeierFigure, material: Material) -> tuple[str, str]:
    """Draw a Kaplan-Meier figure, and say what it shows."""
    from topline.displays.kaplan_meier import Curves, draw_curves

    analysis, numbers = material.protocol.analyses[plan.analysis], material.numbers[plan.analysis]
    if not isinstance(analysis, Survival | FollowUp):
        raise _wrong(plan, "a survival analysis")
    endpoint = material.protocol.endpoints[analysis.endpoint]
    followed = isinstance(analysis, FollowUp)
    drawn = Curves(
        analysis.endpoint,
        plan.axis or ("Under follow-up" if followed else endpoint.label),
        endpoint.unit if isinstance(endpoint, TimeToEvent) else "days",
        material.curves.filter(pl.col("analysis_id") == plan.analysis),
        numbers,
        analysis.level,
        plan.every,
        material.notice,
        {g.value: material.palettes.paint(g.by, g.value) for g in numbers.groups() if g.by},
        plan.width,
        "End of follow-up / N" if followed else "Events / N",
    )
    said = (
        "Reverse Kaplan-Meier estimate of follow-up for" if followed else "Kaplan-Meier estimate of"
    )
    sentences = [f"{said} {endpoint.label.lower()}"]
    for group in numbers.groups(analysis.endpoint):
        found = {s: numbers.get(analysis.endpoint, s, group=group) for s in _TOLD}
        told = ", ".join(f"{_TOLD[s]} {number.display}" for s, number in found.items() if number)
        sentences.append(f"{group.label}: {told}" if told else "")
    return draw_curves(drawn, slug(plan.number)), sentence(sentences)


def sentence(parts: Sequence[str]) -> str:
    """Join what is to be said, each part a sentence.

    Examples
    --------
    >>> sentence(["Two curves", "", "A: median 3"])
    'Two curves. A: median 3.'
    """
    return ". ".join(filter(None, parts)) + "."


def _wrong(plan: FlowFigure | KaplanMeierFigure, expected: str) -> TypeError:
    return TypeError(f"{plan.number}: {plan.analysis} is not {expected}")
