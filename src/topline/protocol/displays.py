"""Planned displays: which analyses are printed where, under which number and title."""

from typing import Annotated

from pydantic import Field

from topline.protocol.figures_of_groups import (
    ChangeByGroupFigure,
    CumulativeIncidenceFigure,
    EventHeatFigure,
    EventRatesFigure,
    ExposureFigure,
    FlowFigure,
    ForestFigure,
    KaplanMeierFigure,
    LaboratoryGradesFigure,
    LaboratoryShiftFigure,
)
from topline.protocol.figures_of_patients import (
    ImagePanelFigure,
    OverTimeFigure,
    PairedFigure,
    SpiderFigure,
    SwimmerFigure,
    WaterfallFigure,
)
from topline.protocol.tables import (
    ComparisonTable,
    CrossTable,
    DeviationTable,
    EligibilityTable,
    EventTable,
    ExposureTable,
    LaboratoryGradeTable,
    LaboratoryShiftTable,
    ListedTable,
    OnsetTable,
    OverviewTable,
    QuestionnaireTable,
    RateTable,
    RegressionTable,
    SensitivityTable,
    SubgroupTable,
    SummaryTable,
    SurvivalTable,
)

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
