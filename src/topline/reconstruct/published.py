"""`published.yaml` as values: what print says of a trial's patients, so that a cohort can be made.

Counts stand in `claims.yaml` and are never typed again: here stands which attribute of a patient
each counted characteristic is, what holds of every patient, and which statements on times are
about which dates.
"""

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from topline.protocol.words import Text
from topline.reconstruct.measurements.specification import Measurement
from topline.reconstruct.records.specification import Records
from topline.values import Value

AttributeName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=40)]
"""Of an attribute: capitals, digits and underscores, such as `ECOG`."""
Weight = Annotated[float, Field(gt=0, le=1000)]
Days = Annotated[int, Field(ge=1)]

PresentDate = Literal["END_OF_TREATMENT", "RESPONSE", "PROGRESSION", "LAST_SCAN", "DEATH"]
DateName = Literal[
    "FIRST_DOSE", "END_OF_TREATMENT", "RESPONSE", "PROGRESSION", "LAST_SCAN", "LAST_SEEN",
    "DEATH", "DATA_CUT",
]  # fmt: skip

Part = Literal["estimate", "lower", "upper", "spread"]
"""A number of a claim: the one itself, a limit, a standard error."""


class Attribute(Value):
    """A characteristic of a patient: levels, a number, or neither, which is yes or no."""

    label: str = ""
    levels: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    """What it can be; each patient has one."""
    shares: dict[Text, Weight] | None = None
    """How common each level is, where the print leaves it open; equally common without."""
    share: Annotated[float, Field(ge=0, le=1)] | None = None
    """How common yes is, where the print leaves it open; one half without."""
    least: float | None = None
    """Smallest number that it can be."""
    most: float | None = None
    """Largest number."""
    step: Annotated[float, Field(gt=0)] = 1.0
    """Numbers are whole multiples of it."""
    around: float | None = None
    """A usual number; half-way between the least and the most without."""
    spread: Annotated[float, Field(gt=0)] | None = None
    """Standard deviation about it, of the logarithm where the least is above 0."""
    known: Text | None = None
    """The condition under which there is a number at all."""
    when: Text | None = None
    """Yes where this condition holds, and no otherwise."""

    @property
    def numeric(self) -> bool:
        """Whether it is a number."""
        return self.least is not None

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        number = self.least is not None or self.most is not None
        if number and (self.least is None or self.most is None or self.least > self.most):
            msg = "both least and most, the least not above the most"
            raise ValueError(msg)
        if sum((number, self.levels is not None, self.when is not None)) > 1:
            msg = "one of levels, of least with most, and of when"
            raise ValueError(msg)
        strange = set(self.shares or ()) - set(self.levels or ())
        if strange:
            msg = f"shares of its levels; {', '.join(sorted(strange))} is none"
            raise ValueError(msg)
        return self


class Counted(Value):
    """A claim, or a part of a sum, as a number of patients of whom a condition holds."""

    claim: Text
    part: Annotated[int, Field(ge=1)] | None = None
    """Which part of a sum, counted from 1."""
    denominator: bool = False
    """The claim's number of patients is meant, not its count."""
    among: Text | None = None
    """A group of claims.yaml, or a condition; all patients without."""
    are: Text
    """The condition."""


class Assumed(Value):
    """How many patients a condition holds of, where no claim says it but print needs it."""

    are: Text
    """The condition."""
    among: Text | None = None
    """A group of claims.yaml, or a condition; all patients without."""
    least: Annotated[int, Field(ge=0)] = 0
    most: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.most is not None and self.least > self.most:
            msg = "least not above most"
            raise ValueError(msg)
        return self


class Summarised(Value):
    """A claim of a mean, a median or a range as that of a number."""

    claim: Text
    of: AttributeName
    among: Text | None = None
    """A group of claims.yaml; all patients without."""
    as_: Literal["median", "mean", "range"] | None = Field(default=None, alias="as")
    """Which it is, where the claim's kind does not say it."""


class Enrollment(Value):
    """When the first dose of the first and of the last patient was, at the earliest and latest."""

    first: dt.date
    last: dt.date


class Endpoint(Value):
    """A time from one date to the first of others, or to the date of censoring."""

    start: DateName = "FIRST_DOSE"
    """It counts as day 1."""
    events: tuple[DateName, ...] = ()
    """The first of them ends the time; none where every time is a plain length."""
    censored: DateName = "LAST_SEEN"
    """The last date on which somebody without an event was known to be free of it."""
    among: Text | None = None
    """Who has it: a group of claims.yaml or a condition."""
    unless: Text | None = None
    """A condition under which an event after the date of censoring does not count."""


class TimeStatement(Value):
    """What a claim says of an endpoint."""

    claim: Text
    endpoint: Text
    among: Text | None = None
    """A group of claims.yaml or a condition; all who have the endpoint without."""
    by: AttributeName | None = None
    """Attribute whose levels a log-rank test compares; needed for a p-value."""
    longer: Text | None = None
    """The level of `by` that print says is better off (yes or no where it has none)."""
    beyond: Annotated[float, Field(gt=0)] | None = None
    """Count those with longer times, in months."""
    plain: bool = False
    """A median is that of the times, whether censored or not."""
    every: Days | None = None
    """Count whole stretches of so many days instead of months."""
    weight: Weight = 1.0
    weights: dict[Part, Weight] = Field(default_factory=dict)
    """Of single numbers of the claim, such as a limit that cannot be; `weight` of the others."""


class AtRisk(Value):
    """Numbers at risk under a printed curve."""

    endpoint: Text
    where: Text
    at: dict[Text, Annotated[int, Field(ge=0)]] = Field(min_length=1)
    """By time in months, in quotes."""
    among: Text | None = None
    weight: Weight = 1.0


class Digitised(Value):
    """A curve read off a figure, as CSV with the columns month and survival (0 to 1)."""

    endpoint: Text
    where: Text
    file: Text
    among: Text | None = None
    within: Annotated[float, Field(gt=0, lt=1)] = 0.01
    """How far a reading may be off."""
    weight: Weight = 1.0


class DateRule(Value):
    """An order of dates, such as `PROGRESSION + 14 >= END_OF_TREATMENT`."""

    holds: Text
    """Two sums of dates and days; at most one date a side, DATA_CUT among them."""
    when: Text | None = None
    """The condition of the patients of whom it holds; of all without."""


class Search(Value):
    """How long dates are looked for; the same numbers give the same dates."""

    steps: Annotated[int, Field(ge=100, le=10_000_000)] = 40_000
    chains: Annotated[int, Field(ge=1, le=64)] = 2
    """Searches from different beginnings, of which the best is kept."""


class Courses(Value):
    """Dates of every patient."""

    present: dict[PresentDate, Text] = Field(default_factory=dict)
    """The condition under which a patient has a date; nobody has what is not named."""
    rules: tuple[DateRule, ...] = ()
    limits: Literal["plain", "log", "log-log"] = "log-log"
    """Of medians and rates."""
    endpoints: dict[Text, Endpoint] = Field(default_factory=dict)
    statements: tuple[TimeStatement, ...] = ()
    at_risk: tuple[AtRisk, ...] = ()
    curves: tuple[Digitised, ...] = ()
    search: Search = Search()


class Published(Value):
    """All that `published.yaml` holds."""

    topline: Literal[1]
    claims: Text = "claims.yaml"
    """Beside it."""
    protocol: Text = "protocol.yaml"
    """Beside it."""
    notice: str = ""
    """What is said of the cohort beside that it is synthetic."""
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1
    """Drawn with, where the command names no other."""
    patients: Text
    """The group of claims.yaml that holds everybody; its last parts are the column GROUP."""
    enrollment: Enrollment
    data_cut: dt.date
    sites: dict[Text, Weight] = Field(default_factory=lambda: {"01": 1.0})
    """Centers, with how many patients each has in proportion."""
    weights: dict[Text, Weight] = Field(default_factory=dict)
    """What it costs to give a claim up, by its name or by its table's; 10 without."""
    groups: dict[Text, Text] = Field(default_factory=dict)
    """Conditions for groups of claims.yaml that are no parts of `patients`."""
    attributes: dict[AttributeName, Attribute] = Field(min_length=1)
    variables: dict[Text, Text | dict[Text, Text]] = Field(default_factory=dict)
    """Of each variable of claims.yaml: the attribute that is its number, or the condition, or one
    for each level."""
    counts: tuple[Counted, ...] = ()
    """Claims without a quantity by name."""
    summaries: tuple[Summarised, ...] = ()
    """Likewise."""
    assumed: tuple[Assumed, ...] = ()
    """Given up only where nothing else can be."""
    rules: tuple[Text, ...] = ()
    """Conditions that hold of every patient, such as `CARCINOID implies FUNCTIONING`."""
    sums: tuple[Text, ...] = ()
    """Sums of numbers and of yes-or-no attributes, such as `SITES = LIVER + BONE`; yes counts 1."""
    courses: Courses = Courses()
    measurements: dict[Text, Measurement] = Field(default_factory=dict)
    """What was measured in some patients, such as a marker at some times."""
    records: Records = Records()
    """How records are written from attributes and dates."""
