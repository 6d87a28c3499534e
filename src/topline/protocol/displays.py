"""Planned displays: which analyses are printed where, under which number and title."""

from typing import Annotated, Literal

from pydantic import Field

from topline.protocol.words import Identifier, Text
from topline.values import Value


class _Display(Value):
    number: Text
    """Such as Table 1 or Figure 4A; also the name of its file."""
    title: Text
    footnotes: tuple[Text, ...] = ()
    """Printed below, after those that the analysis brings along."""


class FlowFigure(_Display):
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


class KaplanMeierFigure(_Display):
    """Kaplan-Meier curves with confidence band and numbers at risk."""

    kind: Literal["kaplan-meier-figure"]
    analysis: Identifier
    every: Annotated[float, Field(gt=0)] | None = None
    """Distance of the time axis's ticks and of the risk table, in the endpoint's unit."""


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


Display = Annotated[
    FlowFigure
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
    | QuestionnaireTable,
    Field(discriminator="kind"),
]
