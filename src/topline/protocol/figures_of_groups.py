"""Planned figures of groups: curves, forests, rates, heat maps."""

from typing import Annotated, Literal

from pydantic import Field

from topline.protocol.comparisons import EffectMeasure, Model
from topline.protocol.planned_display import PlannedFigure
from topline.protocol.words import Identifier, Text


class FlowFigure(PlannedFigure):
    """CONSORT flow diagram."""

    kind: Literal["flow-figure"]
    analysis: Identifier


class KaplanMeierFigure(PlannedFigure):
    """Kaplan-Meier curves with confidence band and numbers at risk."""

    kind: Literal["kaplan-meier-figure"]
    analysis: Identifier
    every: Annotated[float, Field(gt=0)] | None = None
    """Distance of the time axis's ticks and of the risk table, in the endpoint's unit."""
    axis: Text | None = None
    """Name of the vertical axis; None: the endpoint's label."""


class ForestFigure(PlannedFigure):
    """Forest plot: estimates with limits in subgroups, of covariates, or of comparisons."""

    kind: Literal["forest-figure"]
    analyses: tuple[Identifier, ...] = Field(min_length=1)
    """Subgroups, Cox regressions or comparisons, all with the same kind of estimate."""
    models: tuple[Model, ...] = ()
    """Of a regression; empty: all that it has."""
    effect: EffectMeasure | None = None
    """Which effect of a comparison; None: the first that it has."""
    favours: tuple[Text, Text] | None = None
    """What estimates to the left and to the right of no difference speak for."""


class EventRatesFigure(PlannedFigure):
    """Bars of adverse events by term and worst grade: panels by arm, or two analyses back to back.

    Two arms or two analyses stand back to back, more beside each other.
    """

    kind: Literal["event-rates-figure"]
    analyses: tuple[Identifier, ...] = Field(min_length=1, max_length=2)
    """Adverse events by term, or overviews; of two, such as any and related, the terms are
    matched."""
    titles: dict[Identifier, Text] = Field(default_factory=dict)
    """Titles of panels by analysis, where there are two."""
    at_least_percent: Annotated[float, Field(ge=0, le=100)] = 0.0
    """Show terms that at least so many percent have in some panel."""
    terms_at_most: Annotated[int, Field(ge=1)] = 40
    """Show so many terms, those with the highest rates."""


class EventHeatFigure(PlannedFigure):
    """Tiles of adverse events: by term and grade, by cycle, or patient by patient."""

    kind: Literal["event-heat-figure"]
    analysis: Identifier
    """Adverse events by term, their onset by cycle, or those of each patient."""
    at_least_percent: Annotated[float, Field(ge=0, le=100)] = 0.0
    """Show terms that at least so many percent have in some arm."""
    terms_at_most: Annotated[int, Field(ge=1)] = 30
    """Show so many terms, those with the highest rates."""
    names: bool = False
    """Print the number of each subject above its column, where there is room."""


class LaboratoryGradesFigure(PlannedFigure):
    """Bars of laboratory results by worst grade, panels by arm."""

    kind: Literal["laboratory-grades-figure"]
    analysis: Identifier
    sort: Literal["as listed", "rate"] = "as listed"
    """In the order of the tests, or the most frequent first."""
    at_least_percent: Annotated[float, Field(ge=0, le=100)] = 0.0
    """Show tests that at least so many percent have graded in some arm."""


class LaboratoryShiftFigure(PlannedFigure):
    """Squares of laboratory results: baseline against worst, by test, direction and arm."""

    kind: Literal["laboratory-shift-figure"]
    analysis: Identifier
    unchanged: bool = False
    """Also show tests in which nobody became worse."""


class CumulativeIncidenceFigure(PlannedFigure):
    """Curves of cumulative incidence, a panel a cause, with numbers at risk."""

    kind: Literal["cumulative-incidence-figure"]
    analysis: Identifier
    every: Annotated[float, Field(gt=0)] | None = None
    """Distance of the time axis's ticks, in the endpoint's unit."""


class ChangeByGroupFigure(PlannedFigure):
    """Best change of each patient as a dot, by subgroup, with medians, quartiles and tests."""

    kind: Literal["change-by-group-figure"]
    analyses: tuple[Identifier, ...] = Field(min_length=1)
    """Comparisons of the change between groups, whose variables `values` has under `by`."""
    values: Identifier
    """Analysis of kind patient-changes."""
    lines: tuple[float, ...] = (20.0, -30.0)
    """Changes marked by a line, in percent; RECIST 1.1, 4.3: 20 and -30."""
    clip: Annotated[float, Field(gt=0)] = 100.0
    """Greater increases stand at this one."""
    axis: Text | None = None
    """Name of the axis; None: the best change of the parameter."""


class ExposureFigure(PlannedFigure):
    """Bars of relative dose intensity by drug and arm."""

    kind: Literal["exposure-figure"]
    analysis: Identifier


GroupFigure = (
    ForestFigure
    | EventRatesFigure
    | EventHeatFigure
    | LaboratoryGradesFigure
    | LaboratoryShiftFigure
    | CumulativeIncidenceFigure
    | ChangeByGroupFigure
    | ExposureFigure
)
"""Figures of groups of subjects."""
