"""Planned tables: which analyses each prints."""

from typing import Literal

from pydantic import Field, model_validator

from topline.protocol.planned_display import PlannedDisplay
from topline.protocol.words import Identifier, Text


class SummaryTable(PlannedDisplay):
    """Subject-level variables: counts with percent, median and range."""

    kind: Literal["summary-table"]
    analysis: Identifier
    statistics: tuple[Literal["mean (SD)", "median", "median (Q1, Q3)", "mean", "range"], ...] = (
        "median",
        "range",
    )
    """Lines of a numeric variable."""


class RateTable(PlannedDisplay):
    """Response rates with intervals, best responses, subgroups, the design's decision."""

    kind: Literal["rate-table"]
    analyses: tuple[Identifier, ...] = Field(min_length=1)


class SurvivalTable(PlannedDisplay):
    """Time-to-event summary: events, median, landmark rates, follow-up."""

    kind: Literal["survival-table"]
    analyses: tuple[Identifier, ...] = Field(min_length=1)


class SensitivityTable(PlannedDisplay):
    """Sensitivity to informative censoring: the estimate under each assumption."""

    kind: Literal["sensitivity-table"]
    analysis: Identifier


class ComparisonTable(PlannedDisplay):
    """Groups, pairs, readers, visits or causes side by side, with tests and differences."""

    kind: Literal["comparison-table"]
    analyses: tuple[Identifier, ...] = Field(min_length=1)


class RegressionTable(PlannedDisplay):
    """Hazard ratios of covariates, a column a model."""

    kind: Literal["regression-table"]
    analysis: Identifier


class SubgroupTable(PlannedDisplay):
    """An endpoint in each subgroup, with the test between them."""

    kind: Literal["subgroup-table"]
    analysis: Identifier


class EventTable(PlannedDisplay):
    """Adverse events by term and grade."""

    kind: Literal["adverse-event-table"]
    analysis: Identifier
    grades: Literal["each", "any and 3 or higher"] = "each"
    columns: tuple[Literal["any", "1", "2", "3", "4", "5", ">=3"], ...] = ()
    """Grades in the order of their columns, in the place of `grades`; missing ones come last."""


class OverviewTable(PlannedDisplay):
    """Overview of adverse events."""

    kind: Literal["overview-table"]
    analysis: Identifier


class OnsetTable(PlannedDisplay):
    """First onset of adverse events, by cycle, and how they ended."""

    kind: Literal["onset-table"]
    analysis: Identifier


class LaboratoryGradeTable(PlannedDisplay):
    """Laboratory results by worst grade."""

    kind: Literal["laboratory-grade-table"]
    analysis: Identifier
    grades: Literal["each", "any and 3 or higher"] = "each"


class LaboratoryShiftTable(PlannedDisplay):
    """Laboratory results: baseline against worst."""

    kind: Literal["laboratory-shift-table"]
    analysis: Identifier


class EligibilityTable(PlannedDisplay):
    """Eligibility: each criterion met, not met, or not to be judged."""

    kind: Literal["eligibility-table"]
    analysis: Identifier


class ExposureTable(PlannedDisplay):
    """Exposure: a column a drug, and an arm."""

    kind: Literal["exposure-table"]
    analysis: Identifier


class DeviationTable(PlannedDisplay):
    """Protocol deviations by category: subjects and deviations."""

    kind: Literal["deviation-table"]
    analysis: Identifier


class QuestionnaireTable(PlannedDisplay):
    """Questionnaires by visit: completion, or changes that matter."""

    kind: Literal["questionnaire-table"]
    analysis: Identifier


class CrossTable(PlannedDisplay):
    """Groups as columns, outcomes as rows, with effect and test below; or two readings crossed."""

    kind: Literal["cross-table"]
    analyses: tuple[Identifier, ...] = Field(min_length=1)
    """Comparisons of the same outcome in groups, side by side, or one agreement."""
    head: Text | None = None
    """Head of the first column; None: the outcome's label."""


class ListedTable(PlannedDisplay):
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
