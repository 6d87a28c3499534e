"""Planned comparisons: of groups, of pairs, of readers, of visits, and regression on covariates."""

from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, model_validator

from topline.protocol.words import Expression, Identifier, Text, Variable
from topline.values import Value

Level = Annotated[float, Field(gt=0.5, lt=1)]
Adjustment = Literal["none", "holm", "hochberg", "hommel", "bonferroni", "bh", "by"]
CategoryTest = Literal[
    "fisher",
    "fisher-mid-p",
    "chi-square",
    "yates",
    "likelihood-ratio",
    "barnard",
    "boschloo",
    "trend",
    "mantel-haenszel",
]
NumberTest = Literal["mann-whitney", "kruskal-wallis", "van-elteren", "t-test", "anova"]
EffectMeasure = Literal["odds ratio", "difference", "risk ratio"]
Model = Literal["univariable", "multivariable", "stepwise"]


class _Planned(Value):
    """What every comparison says."""

    analysis_set: Identifier
    where: Expression | None = None
    """Among some of the set, as a condition over ADSL."""
    label: Text | None = None
    """What is special about this analysis, printed behind its title."""
    level: Level = 0.95


class Comparison(_Planned):
    """Groups of subjects compared in a share, a category or a number."""

    kind: Literal["comparison"]
    outcome: Identifier
    """An endpoint that divides subjects in two (response rate, landmark, change with a limit), or
    an ADSL variable: numbers by their distribution, categories by their counts."""
    by: Variable | None = None
    """ADSL variable whose values are the groups; None: the arms."""
    reference: Text | None = None
    """Group that others are compared with; None: the last."""
    strata: tuple[Variable, ...] = ()
    """ADSL variables within whose values groups are compared."""
    tests: tuple[CategoryTest | NumberTest, ...] = ()
    """Tests of all groups at once."""
    odds_ratio: (
        Literal["woolf", "haldane-anscombe", "conditional", "mid-p", "mantel-haenszel"] | None
    ) = None
    difference: (
        Literal["newcombe", "newcombe-cc", "miettinen-nurminen", "wald", "mantel-haenszel"] | None
    ) = None
    """Difference of shares."""
    risk_ratio: Literal["koopman", "katz"] | None = None
    shift: Literal["hodges-lehmann", "means"] | None = None
    """Difference in location of a number."""
    pairwise: Adjustment | None = None
    """Each pair of groups as well, adjusted: Fisher's test of shares, Dunn's of numbers."""

    @model_validator(mode="after")
    def _asks_something(self) -> "Comparison":
        asked = (self.odds_ratio, self.difference, self.risk_ratio, self.shift, self.pairwise)
        if not self.tests and not any(asked):
            msg = "tests, odds_ratio, difference, risk_ratio, shift or pairwise"
            raise ValueError(msg)
        return self


class PairedComparison(_Planned):
    """Two measurements of the same subjects."""

    kind: Literal["paired-comparison"]
    first: Variable
    """ADSL variable, such as the value at baseline."""
    second: Variable
    """ADSL variable, such as the lowest value afterwards."""
    test: Literal["signed-rank", "t-test", "mcnemar"] = "signed-rank"
    """McNemar's test is for two flags or variables of two categories."""
    zeros: Literal["wilcoxon", "pratt"] = "wilcoxon"
    """Pairs without a difference are left out of the ranks, or ranked and then left out."""


class Agreement(_Planned):
    """Two methods or readers on the same subjects."""

    kind: Literal["agreement"]
    first: Variable
    second: Variable
    pairs: dict[str, str] = Field(default_factory=dict)
    """Which value of the second means the same as one of the first; empty: the same words."""
    weights: Literal["none", "linear", "quadratic"] = "none"
    """Of kappa, by the order of categories."""


class Selection(Value):
    """Stepwise choice of covariates."""

    by: Literal["p", "lrt", "aic"] = "p"
    """Wald's p-value of the term, its likelihood ratio test, or Akaike's criterion."""
    direction: Literal["forward", "backward", "both"] = "both"
    enter: Annotated[float, Field(gt=0, lt=1)] = 0.05
    stay: Annotated[float, Field(gt=0, lt=1)] = 0.10


class CoxRegression(_Planned):
    """Hazard ratios of covariates, one by one and together."""

    kind: Literal["cox-regression"]
    endpoint: Identifier
    covariates: tuple[Variable, ...] = Field(min_length=1)
    """ADSL variables; categories are compared with a reference."""
    references: dict[Variable, str] = Field(default_factory=dict)
    """Reference category of a covariate; the first unless named."""
    per: dict[Variable, PositiveFloat] = Field(default_factory=dict)
    """Units of a number that its hazard ratio is for; 1 unless named."""
    strata: tuple[Variable, ...] = ()
    models: tuple[Model, ...] = (
        "univariable",
        "multivariable",
    )
    selection: Selection = Selection()
    ties: Literal["efron", "breslow"] = "efron"
    firth: Literal["never", "where infinite", "always"] = "where infinite"
    """Firth's penalty, which keeps a hazard ratio finite where the data put no bound on it."""
    robust: bool = False
    check: bool = True
    """Test whether hazards are proportional."""


class Subgroups(_Planned):
    """An endpoint within each value of some variables, as forest plots show it."""

    kind: Literal["subgroups"]
    endpoint: Identifier
    by: tuple[Variable, ...] = Field(min_length=1)
    """ADSL variables, one after another."""
    reference: Text | None = None
    """Arm that others are compared with; None: the last. Of one arm nothing is compared."""
    effect: EffectMeasure = "odds ratio"
    """Of an endpoint that divides subjects in two; of times it is the hazard ratio."""
    test: CategoryTest = "fisher"
    """Between subgroups of one arm, for shares; of times it is the log-rank test."""
    rate_at: Annotated[float, Field(gt=0)] | None = None
    """Of times in one arm: the share without the event at this time, in the endpoint's unit, which
    has limits where a median is not reached; None: the median."""


class CompetingRisks(_Planned):
    """Cumulative incidence of each kind of event, where one precludes the others."""

    kind: Literal["competing-risks"]
    endpoint: Identifier
    causes: dict[str, tuple[Text, ...]] = Field(min_length=1)
    """Name of a cause, and the words of ADTTE's EVNTDESC that belong to it."""
    by: Variable | None = None
    """ADSL variable whose values are the groups; None: the arms."""
    strata: tuple[Variable, ...] = ()
    rates_at: tuple[Annotated[float, Field(gt=0)], ...] = ()
    """Landmarks, in the endpoint's unit."""
    test: Literal["gray"] | None = None


class RepeatedMeasures(_Planned):
    """A value over visits by a mixed model: means, differences, the test of time."""

    kind: Literal["repeated-measures"]
    dataset: Annotated[str, Field(pattern=r"^AD[A-Z0-9]{1,6}$")]
    """ADaM dataset with one row a subject, parameter and visit, such as ADTR."""
    parameter: Text
    """Its PARAMCD."""
    value: Variable = "AVAL"
    visit: Variable = "AVISIT"
    visits: tuple[Text, ...] = ()
    """Visits in their order; empty: all, by AVISITN."""
    rows: Expression | None = None
    """Which rows of the dataset."""
    by: Variable | None = None
    """ADSL variable whose groups are compared at each visit."""
    covariates: tuple[Variable, ...] = ()
    covariance: Literal[
        "random-intercept",
        "unstructured",
        "compound-symmetry",
        "compound-symmetry-heterogeneous",
        "ar1",
        "ar1-heterogeneous",
        "toeplitz",
        "toeplitz-heterogeneous",
    ] = "random-intercept"
    """Of a subject's values; all but the first make the model an MMRM."""
    degrees_of_freedom: Literal["kenward-roger", "satterthwaite", "residual"] = "kenward-roger"
    adjust: Literal["none", "bonferroni", "holm", "tukey"] = "none"
    """Of the differences between visits."""
    visits_against: Literal["each other", "the first"] = "each other"
    """Which differences of visits, where no groups are compared."""
    rank_test: Literal["kruskal-wallis"] | None = None
    """Compare the visits by ranks too, as some reports do; the test takes the values of a subject
    as independent, and so is no more than a second look."""


class SummaryTests(Value):
    """Tests of each line of a summary between its columns."""

    categories: CategoryTest = "fisher"
    numbers: Literal["ranks", "means"] = "ranks"
    """Mann-Whitney of two columns and Kruskal-Wallis of more, or Student's t-test and analysis of
    variance, both for unequal variances."""
    missing: Literal["left out", "a category"] = "left out"


Comparing = (
    Comparison
    | PairedComparison
    | Agreement
    | CoxRegression
    | Subgroups
    | CompetingRisks
    | RepeatedMeasures
)
