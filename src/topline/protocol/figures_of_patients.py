"""Planned figures of single patients, and of values over time."""

from typing import Annotated, Literal

from pydantic import Field

from topline.protocol.planned_display import PlannedFigure
from topline.protocol.words import Identifier, Text, Variable


class SwimmerFigure(PlannedFigure):
    """Swimmer plot: a bar a patient for the time on treatment, with dates marked on it."""

    kind: Literal["swimmer-figure"]
    analysis: Identifier
    colour: Variable | None = None
    """Variable of the analysis (`by`) that colours the bars; None: one colour."""
    sort: Literal["duration", "group"] = "duration"
    """Longest first; or group by group of `colour`, and within each the longest first."""
    names: bool = False
    """Print the number of each subject, where there is room."""
    every: Annotated[float, Field(gt=0)] | None = None
    """Distance of the time axis's ticks, in the unit of the analysis."""


class WaterfallFigure(PlannedFigure):
    """Waterfall plot: a bar a patient for the best change from baseline."""

    kind: Literal["waterfall-figure"]
    analysis: Identifier
    colour: Variable | None = None
    """Variable of the analysis (`by`) that colours the bars; None: the best response does."""
    sort: Literal["change", "group"] = "change"
    """Greatest increase first; or group by group of `colour`."""
    names: bool = False
    """Print the number of each subject, where there is room."""
    lines: tuple[float, ...] = (20.0, -30.0)
    """Changes marked by a line, in percent; RECIST 1.1, 4.3: 20 and -30."""
    clip: Annotated[float, Field(gt=0)] = 100.0
    """Bars are cut at this increase, and their value is printed."""


class SpiderFigure(PlannedFigure):
    """Spider plot: a line a patient for the change from baseline over time."""

    kind: Literal["spider-figure"]
    analysis: Identifier
    colour: Variable | None = None
    """Variable of the analysis (`by`) that colours the lines; None: the best response does."""
    lines: tuple[float, ...] = (20.0, -30.0)
    """Changes marked by a line, in percent; RECIST 1.1, 4.3: 20 and -30."""
    clip: Annotated[float, Field(gt=0)] = 100.0
    """Lines are cut at this increase, and the greatest value is printed."""
    outliers: Annotated[int, Field(ge=0)] = 4
    """Lines that end farthest from no change, so many of them named by their subject."""
    every: Annotated[float, Field(gt=0)] | None = None
    """Distance of the time axis's ticks, in the unit of the analysis."""


class _OfValues(PlannedFigure):
    scale: Literal["linear", "log", "symlog"] = "linear"
    """Of the values; symlog is logarithmic on both sides of zero. Where values are zero or less,
    log becomes symlog."""
    values: Identifier | None = None
    """Analysis of kind patient-values: the values of each patient, drawn thin behind the summary;
    None: the summary alone."""
    labels: dict[Text, Text] = Field(default_factory=dict)
    """Short names of visits or variables under the axis."""
    axis: Text | None = None
    """Name of the axis of values; None: the parameter's unit."""
    reference: float | None = None
    """A value marked by a line, such as the upper limit of normal."""


class PairedFigure(_OfValues):
    """Two measurements of each patient, joined, with median, quartiles and test."""

    kind: Literal["paired-figure"]
    analysis: Identifier


class OverTimeFigure(_OfValues):
    """Values over visits, a panel an analysis: summary with limits, numbers of patients."""

    kind: Literal["over-time-figure"]
    analyses: tuple[Identifier, ...] = Field(min_length=1)
    show: Literal["means", "medians"] = "means"
    """The model's means with confidence limits, or medians with quartiles."""
    titles: dict[Identifier, Text] = Field(default_factory=dict)
    """Titles of panels by analysis; the parameter's label unless given."""
    positions: dict[Text, float] = Field(default_factory=dict)
    """Where visits stand on the axis, such as their cycle; empty: evenly."""
    visits: Text = "Visit"
    """Name of the axis of visits."""
    limits: tuple[float, float] | None = None
    """Ends of the axis of values, such as 0 and 100; None: as the values need."""
    matters: Annotated[float, Field(gt=0)] | None = None
    """Difference from the first visit that matters; less than it is shaded. None: no band."""


class ImagePanelFigure(PlannedFigure):
    """Pictures of stained sections, with letters, measurements and scale bars."""

    kind: Literal["image-panel-figure"]
    analysis: Identifier
    columns: Annotated[int, Field(ge=1, le=6)] | None = None
    """So many pictures in a row; None: a row a marker, a column a staining."""


PatientFigure = (
    SwimmerFigure
    | WaterfallFigure
    | SpiderFigure
    | PairedFigure
    | OverTimeFigure
    | ImagePanelFigure
)
"""Figures of single patients, and of values over time."""
