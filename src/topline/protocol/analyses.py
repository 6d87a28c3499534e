"""Planned analyses: which endpoint or dataset, in which set, by which groups and method."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from topline.protocol.adverse_events import EventOnset, PatientEvents
from topline.protocol.comparisons import (
    Agreement,
    Comparison,
    CompetingRisks,
    CoxRegression,
    PairedComparison,
    RepeatedMeasures,
    Subgroups,
    SummaryTests,
)
from topline.protocol.eligibility import EligibilityCounts
from topline.protocol.laboratory import LaboratoryGrades, LaboratoryShift
from topline.protocol.patient_figures import (
    PatientChanges,
    PatientCourses,
    PatientPictures,
    PatientValues,
)
from topline.protocol.questionnaires import QuestionnaireChanges, QuestionnaireCompletion
from topline.protocol.treatments import DeviationCounts, ExposureSummary
from topline.protocol.words import Duration, Expression, Identifier, Text, Variable
from topline.values import Value

Level = Annotated[float, Field(gt=0.5, lt=1)]
ProportionMethod = Literal[
    "clopper-pearson", "mid-p", "wilson", "wilson-cc", "jeffreys", "agresti-coull", "wald"
]


class FlowStep(Value):
    """A box of the flow diagram: an analysis set, and why others did not come this far."""

    analysis_set: Identifier
    label: Text
    by_arm: bool = False
    """One box an arm from here on."""
    lost: str | None = None
    """Heading of the box of those who were in the step before and are not in this one."""
    reasons: Variable | None = None
    """ADSL variable that says why they are not; None: the reasons of the analysis set."""
    outcome: Variable | None = None
    """ADSL variable tabulated below the box, such as DCTREAS."""
    outcome_label: str | None = None
    """Heading of that table."""


class Flow(Value):
    """Numbers of the CONSORT diagram."""

    kind: Literal["flow"]
    steps: tuple[FlowStep, ...] = Field(min_length=1)


class Flags(Value):
    """Several flags shown as one block, of which a subject can have more than one."""

    label: Text
    flags: tuple[Variable, ...] = Field(min_length=1)


def _form(value: object) -> str:
    return "variable" if isinstance(value, str) else "flags"


Row = Annotated[
    Annotated[Variable, Tag("variable")] | Annotated[Flags, Tag("flags")], Discriminator(_form)
]


class Summary(Value):
    """Descriptive statistics of subject-level variables."""

    kind: Literal["summary"]
    analysis_set: Identifier
    variables: tuple[Row, ...] = Field(min_length=1)
    by: Variable | None = None
    """ADSL variable whose values are the columns; None: one column."""
    overall: bool = True
    """Also a column of all."""
    quantiles: Annotated[int, Field(ge=1, le=9)] = 2
    """Quantile definition, numbered as in Hyndman and Fan 1996; 2 is SAS's default."""
    tests: SummaryTests | None = None
    """Test each variable between the columns; None: describe only."""
    counted_in: Identifier | None = None
    """Only subjects who count for this endpoint, a response rate, landmark or share; None: all."""


class Rate(Value):
    """Response rate with its interval, the best responses behind it, and the design's decision."""

    kind: Literal["rate"]
    endpoint: Identifier
    analysis_set: Identifier
    by: tuple[Variable, ...] = ()
    """ADSL variables, each giving subgroups."""
    where: Expression | None = None
    """A sensitivity analysis among some of the set."""
    label: Text | None = None
    """What is special about this analysis, printed behind the endpoint's label."""
    method: ProportionMethod = "clopper-pearson"
    level: Level = 0.95
    test: Literal["design"] | None = None
    """State the decision of the trial's design."""


class Survival(Value):
    """Kaplan-Meier estimate with median, landmark rates and follow-up."""

    kind: Literal["survival"]
    endpoint: Identifier
    analysis_set: Identifier
    by: Variable | None = None
    """ADSL variable whose values are the curves; None: one curve an arm."""
    where: Expression | None = None
    """A sensitivity analysis among some of the set."""
    label: Text | None = None
    """What is special about this analysis, printed behind the endpoint's label."""
    transform: Literal["plain", "log", "log-log", "arcsine", "logit"] = "log-log"
    """Scale of the confidence limits; log-log is SAS's default, log is R's."""
    level: Level = 0.95
    rates_at: tuple[Annotated[float, Field(gt=0)], ...] = ()
    """Landmarks, in the endpoint's unit."""
    test: Literal["log-rank", "trend"] | None = None
    """Compare the curves; trend, in the order of the groups."""
    strata: tuple[Variable, ...] = ()
    """ADSL variables within whose values the curves are compared."""
    rho: Annotated[float, Field(ge=0)] = 0.0
    """Fleming and Harrington's weight of early differences; with gamma 0 the log-rank test."""
    gamma: Annotated[float, Field(ge=0)] = 0.0
    """Fleming and Harrington's weight of late differences."""
    mean_until: Duration | None = None
    """Horizon of the restricted mean; None: no mean."""
    null_median: Duration | None = None
    """Median under the null hypothesis of a one-sample log-rank test (exponential times)."""


class FollowUp(Value):
    """How long subjects were followed: the reverse Kaplan-Meier curve of an endpoint.

    Being censored counts as the event, and the endpoint's events censor (Schemper, Smith 1996).
    """

    kind: Literal["follow-up"]
    endpoint: Identifier
    analysis_set: Identifier
    by: Variable | None = None
    """ADSL variable whose values are the curves; None: one curve an arm."""
    where: Expression | None = None
    """Among some of the set."""
    label: Text | None = None
    """What is special about this analysis."""
    transform: Literal["plain", "log", "log-log", "arcsine", "logit"] = "log-log"
    """Scale of the confidence limits."""
    level: Level = 0.95
    rates_at: tuple[Annotated[float, Field(gt=0)], ...] = ()
    """Landmarks, in the endpoint's unit."""


class MedianBelow(Value):
    """The conclusion changes once the median lies below a time."""

    median_below: Duration


class RateBelow(Value):
    """The conclusion changes once the share free of the event at a time lies below a percentage."""

    rate_at: Duration
    below_percent: Annotated[float, Field(gt=0, lt=100)]


def _threshold(value: object) -> str:
    has_rate = isinstance(value, dict) and "rate_at" in value
    return "(rate)" if has_rate or isinstance(value, RateBelow) else "(median)"


Threshold = Annotated[
    Annotated[MedianBelow, Tag("(median)")] | Annotated[RateBelow, Tag("(rate)")],
    Discriminator(_threshold),
]


class CensoringWeighting(Value):
    """Subjects still followed stand for those like them who left (Robins, Finkelstein 2000)."""

    kind: Literal["ipcw"]
    covariates: tuple[Variable, ...] = Field(min_length=1)
    """ADSL variables known at baseline on which leaving may depend."""
    model: Literal["cox", "strata"] = "cox"
    """Cox regression of leaving on the covariates, or its Kaplan-Meier curve in each stratum."""
    weights_at_most: Annotated[float, Field(gt=1)] | None = None
    """Greater stabilised weights are cut to this."""


class TippingPoint(Value):
    """The hazard after leaving is so many times that of those still followed.

    Lipkovich, Ratitch, O'Kelly 2016; computed exactly, without imputed times.
    """

    kind: Literal["tipping point"]
    deltas: tuple[Annotated[float, Field(ge=1, le=1000)], ...] = Field(
        default=(1.0, 1.5, 2.0, 3.0, 5.0), min_length=1
    )
    """Factors to report; the tipping one is sought from 1 to the largest."""
    threshold: Threshold | None = None
    """Where the conclusion changes; None: no tipping delta."""


def _method(value: object) -> str:
    return "(bound)" if isinstance(value, str) else "(assumption)"


SensitivityMethod = Annotated[
    Annotated[Literal["worst case", "best case"], Tag("(bound)")]
    | Annotated[
        Annotated[CensoringWeighting | TippingPoint, Field(discriminator="kind")],
        Tag("(assumption)"),
    ],
    Discriminator(_method),
]
"""Worst case: the event on the day of leaving. Best case: free of it to the longest follow-up."""


class CensoringSensitivity(Value):
    """How far an estimate depends on what became of those who left for a reason."""

    kind: Literal["censoring-sensitivity"]
    endpoint: Identifier
    analysis_set: Identifier
    informative: Expression
    """Which censorings were no chance, over ADTTE and ADSL; others stay independent."""
    methods: tuple[SensitivityMethod, ...] = Field(min_length=1)
    by: Variable | None = None
    """ADSL variable whose values are the curves; None: one curve an arm."""
    where: Expression | None = None
    """Among some of the set."""
    label: Text | None = None
    """What is special about this analysis, printed behind the endpoint's label."""
    transform: Literal["plain", "log", "log-log", "arcsine", "logit"] = "log-log"
    """Scale of the confidence limits; log-log is SAS's default, log is R's."""
    level: Level = 0.95
    rates_at: tuple[Annotated[float, Field(gt=0)], ...] = ()
    """Landmarks, in the endpoint's unit."""


class EventCounts(Value):
    """Subjects with adverse events by term and worst grade."""

    kind: Literal["adverse-events"]
    analysis_set: Identifier
    where: Expression = "TRTEMFL = 'Y'"
    """Which events, as a condition over ADAE."""
    term: Variable = "AEDECOD"
    within: Variable | None = None
    """Variable that groups terms, such as AEBODSYS."""
    sections: Literal["by name", "by frequency"] = "by name"
    """Order of the groups of terms."""
    terms: Literal["by frequency", "by name"] = "by frequency"
    """Order of the terms within a group; terms as frequent as each other stand by name."""
    frequency_in: Text | None = None
    """Arm whose frequencies order, by its label; None: all subjects."""
    at_least_percent: Annotated[float, Field(ge=0, le=100)] = 0.0
    """Show terms that at least so many percent of some arm have."""


class EventLine(Value):
    """A line of the overview of adverse events."""

    label: Text
    where: Expression
    """Which events, as a condition over ADAE."""


class EventOverview(Value):
    """Subjects with at least one adverse event of each kind."""

    kind: Literal["adverse-event-overview"]
    analysis_set: Identifier
    lines: tuple[EventLine, ...] = Field(min_length=1)


Analysis = Annotated[
    Flow
    | Summary
    | Rate
    | Survival
    | CensoringSensitivity
    | FollowUp
    | Comparison
    | PairedComparison
    | Agreement
    | CoxRegression
    | Subgroups
    | CompetingRisks
    | RepeatedMeasures
    | EventCounts
    | EventOverview
    | EventOnset
    | LaboratoryGrades
    | LaboratoryShift
    | EligibilityCounts
    | ExposureSummary
    | DeviationCounts
    | QuestionnaireCompletion
    | QuestionnaireChanges
    | PatientCourses
    | PatientChanges
    | PatientValues
    | PatientPictures
    | PatientEvents,
    Field(discriminator="kind"),
]
