"""The planned figures, each drawn from its results; what draws is imported when it is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from topline.displays.figure import Figure
from topline.displays.flow_figure import describe_flow, draw_flow
from topline.displays.numbers import Numbers
from topline.displays.slugs import slug
from topline.protocol.analyses import Flow, Survival
from topline.protocol.displays import FlowFigure, KaplanMeierFigure
from topline.protocol.endpoints import TimeToEvent
from topline.protocol.protocol import Protocol

PlannedFigure = FlowFigure | KaplanMeierFigure
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
    shown = tuple(r.result_id for n in material.numbers.values() for r in n.rows)
    return Figure(plan.number, plan.title, svg, words, notes, shown)


def _flow(plan: FlowFigure, material: Material) -> tuple[str, str]:
    analysis, numbers = material.protocol.analyses[plan.analysis], material.numbers[plan.analysis]
    if not isinstance(analysis, Flow):
        raise _wrong(plan, "a flow")
    return draw_flow(analysis, numbers, material.notice), describe_flow(analysis, numbers)


def _curves(plan: KaplanMeierFigure, material: Material) -> tuple[str, str]:
    """Draw a Kaplan-Meier figure, and say what it shows."""
    from topline.displays.kaplan_meier import Curves, draw_curves  # noqa: PLC0415

    analysis, numbers = material.protocol.analyses[plan.analysis], material.numbers[plan.analysis]
    if not isinstance(analysis, Survival):
        raise _wrong(plan, "a survival analysis")
    endpoint = material.protocol.endpoints[analysis.endpoint]
    drawn = Curves(
        analysis.endpoint,
        endpoint.label,
        endpoint.unit if isinstance(endpoint, TimeToEvent) else "days",
        material.curves.filter(pl.col("analysis_id") == plan.analysis),
        numbers,
        analysis.level,
        plan.every,
        material.notice,
    )
    sentences = [f"Kaplan-Meier estimate of {endpoint.label.lower()}"]
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


def _wrong(plan: PlannedFigure, expected: str) -> TypeError:
    return TypeError(f"{plan.number}: {plan.analysis} is not {expected}")
