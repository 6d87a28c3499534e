"""Planned displays: which analyses are printed where, under which number and title."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from topline.protocol.comparisons import EffectMeasure, Model
from topline.protocol.words import Identifier, Text, Variable
from topline.values import Value


class _Display(Value):
    number: Text
    """Such as Table 1 or Figure 4A; also the name of its file."""
    title: Text
    footnotes: tuple[Text, ...] = ()
    """Printed below, after those that the analysis brings along."""


class _Figure(_Display):
    width: Literal["one column", "two columns"] = "two columns"
    """Printed width: a journal's column (89 mm) or two (183 mm)."""


class FlowFigure(_Figure):
    """CONSORT flow diagram."""

    kind: Literal["flow-figure"]
    analysis: Identifier


class SummaryTable(_Display):
    """Subject-level variables: counts with percent, median and range."""

    kind: Literal["summary-table"]
    analysis: Identifier
    statistics: tuple[Literal["mean (SD)", "median", "median (Q1, Q3)", "mean", "range"], ...] = (
        "median",
        "range",
    )
    """Lines of a numeric variable."""


class RateTable(_Display):
    """Response rates with intervals, best responses, subgroups, the design's decision."""

    kind: Literal["rate-table"]
    analyses: tuple[Identifier, ...] = Field(min_length=1)


class SurvivalTable(_Display):
    """Time-to-event summary: events, median, landmark rates, follow-up."""

    kind: Literal["survival-table"]
    analyses: tuple[Identifier, ...] = Field(min_length=1)


class SensitivityTable(_Display):
    """Sensitivity to informative censoring: the estimate under each assumption."""

    kind: Literal["sensitivity-table"]
    analysis: Identifier


class KaplanMeierFigure(_Figure):
    """Kaplan-Meier curves with confidence band and numbers at risk."""

    kind: Literal["kaplan-meier-figure"]
    analysis: Identifier
    every: Annotated[float, Field(gt=0)] | None = None
    """Distance of the time axis's ticks and of the risk table, in the endpoint's unit."""
    axis: Text | None = None
    """Name of the vertical axis; None: the endpoint's label."""


class ComparisonTable(_Display):
    """Groups, pairs, readers, visits or causes side by side, with tests and differences."""

    kind: Literal["comparison-table"]
    analyses: tuple[Identifier, ...] = Field(min_length=1)


class RegressionTable(_Display):
    """Hazard ratios of covariates, a column a model."""

    kind: Literal["regression-table"]
    analysis: Identifier


class SubgroupTable(_Display):
    """An endpoint in each subgroup, with the test between them."""

    kind: Literal["subgroup-table"]
    analysis: Identifier


class EventTable(_Display):
    """Adverse events by term and grade."""

    kind: Literal["adverse-event-table"]
    analysis: Identifier
    grades: Literal["each", "any and 3 or higher"] = "each"
    columns: tuple[Literal["any", "1", "2", "3", "4", "5", ">=3"], ...] = ()
    """Grades in the order of their columns, in the place of `grades`; missing ones come last."""


class OverviewTable(_Display):
    """Overview of adverse events."""

    kind: Literal["overview-table"]
    analysis: Identifier


class OnsetTable(_Display):
    """First onset of adverse events, by cycle, and how they ended."""

    kind: Literal["onset-table"]
    analysis: Identifier


class LaboratoryGradeTable(_Display):
    """Laboratory results by worst grade."""

    kind: Literal["laboratory-grade-table"]
    analysis: Identifier
    grades: Literal["each", "any and 3 or higher"] = "each"


class LaboratoryShiftTable(_Display):
    """Laboratory results: baseline against worst."""

    kind: Literal["laboratory-shift-table"]
    analysis: Identifier


class EligibilityTable(_Display):
    """Eligibility: each criterion met, not met, or not to be judged."""

    kind: Literal["eligibility-table"]
    analysis: Identifier


class ExposureTable(_Display):
    """Exposure: a column a drug, and an arm."""

    kind: Literal["exposure-table"]
    analysis: Identifier


class DeviationTable(_Display):
    """Protocol deviations by category: subjects and deviations."""

    kind: Literal["deviation-table"]
    analysis: Identifier


class QuestionnaireTable(_Display):
    """Questionnaires by visit: completion, or changes that matter."""

    kind: Literal["questionnaire-table"]
    analysis: Identifier


class SwimmerFigure(_Figure):
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


class WaterfallFigure(_Figure):
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


class SpiderFigure(_Figure):
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


class _OfValues(_Figure):
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


class ImagePanelFigure(_Figure):
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


class CrossTable(_Display):
    """Groups as columns, outcomes as rows, with effect and test below; or two readings crossed."""

    kind: Literal["cross-table"]
    analyses: tuple[Identifier, ...] = Field(min_length=1)
    """Comparisons of the same outcome in groups, side by side, or one agreement."""
    head: Text | None = None
    """Head of the first column; None: the outcome's label."""


class ListedTable(_Display):
    """Text of the protocol as a table, such as the reagents of an assay: nothing of the data."""

    kind: Literal["listed-table"]
    columns: tuple[Text, ...] = Field(min_length=1)
    rows: tuple[tuple[str, ...], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _all_as_long(self) -> "ListedTable":
        wrong = [str(i + 1) for i, r in enumerate(self.rows) if len(r) != len(self.columns)]
        if wrong:
            msg = f"{len(self.columns)} cells in every row, as columns says (row {wrong[0]})"
            raise ValueError(msg)
        return self


class ForestFigure(_Figure):
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


class EventRatesFigure(_Figure):
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


class EventHeatFigure(_Figure):
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


class LaboratoryGradesFigure(_Figure):
    """Bars of laboratory results by worst grade, panels by arm."""

    kind: Literal["laboratory-grades-figure"]
    analysis: Identifier
    sort: Literal["as listed", "rate"] = "as listed"
    """In the order of the tests, or the most frequent first."""
    at_least_percent: Annotated[float, Field(ge=0, le=100)] = 0.0
    """Show tests that at least so many percent have graded in some arm."""


class LaboratoryShiftFigure(_Figure):
    """Squares of laboratory results: baseline against worst, by test, direction and arm."""

    kind: Literal["laboratory-shift-figure"]
    analysis: Identifier
    unchanged: bool = False
    """Also show tests in which nobody became worse."""


class CumulativeIncidenceFigure(_Figure):
    """Curves of cumulative incidence, a panel a cause, with numbers at risk."""

    kind: Literal["cumulative-incidence-figure"]
    analysis: Identifier
    every: Annotated[float, Field(gt=0)] | None = None
    """Distance of the time axis's ticks, in the endpoint's unit."""


class ChangeByGroupFigure(_Figure):
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


class ExposureFigure(_Figure):
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

Display = Annotated[
    FlowFigure
    | SwimmerFigure
    | WaterfallFigure
    | SpiderFigure
    | PairedFigure
    | OverTimeFigure
    | ImagePanelFigure
    | SummaryTable
    | RateTable
    | SurvivalTable
    | SensitivityTable
    | KaplanMeierFigure
    | ComparisonTable
    | RegressionTable
    | SubgroupTable
    | EventTable
    | OverviewTable
    | OnsetTable
    | LaboratoryGradeTable
    | LaboratoryShiftTable
    | EligibilityTable
    | ExposureTable
    | DeviationTable
    | QuestionnaireTable
    | CrossTable
    | ListedTable
    | ForestFigure
    | EventRatesFigure
    | EventHeatFigure
    | LaboratoryGradesFigure
    | LaboratoryShiftFigure
    | CumulativeIncidenceFigure
    | ChangeByGroupFigure
    | ExposureFigure,
    Field(discriminator="kind"),
]
