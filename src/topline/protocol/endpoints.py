"""Endpoints as values: what is measured, from when, what counts and what ends follow-up."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from topline.protocol.words import Expression, Identifier, Text, Variable
from topline.values import Value


class IntercurrentEvent(Value):
    """An event after the start of treatment that affects what the endpoint means (ICH E9(R1))."""

    event: Text
    strategy: Literal[
        "treatment policy",
        "hypothetical",
        "composite variable",
        "while on treatment",
        "principal stratum",
    ]
    """Strategy of ICH E9(R1), section A.3.2."""
    handling: str | None = None
    """What is done with the data, in words."""


class Estimand(Value):
    """The attributes of ICH E9(R1), section A.3.3; the variable is the endpoint itself."""

    treatment: str | None = None
    """Treatment condition, and what it is compared with."""
    analysis_set: Identifier
    """Subjects targeted by the question, as an analysis set."""
    intercurrent_events: tuple[IntercurrentEvent, ...] = ()
    summary: Text
    """Population-level summary, such as median survival time."""


class DateSource(Value):
    """A date in an analysis dataset, and the words that ADTTE keeps for it."""

    dataset: Literal["ADSL", "ADRS", "ADAE"] = "ADSL"
    date: Variable
    where: Expression | None = None
    take: Literal["earliest", "latest"] = "earliest"
    """Which of several dates of a subject."""
    label: Text
    """What ADTTE's EVNTDESC or CNSDTDSC says."""


NAMED_DATES: dict[str, DateSource] = {
    "first dose": DateSource(date="TRTSDT", label="First dose"),
    "randomization": DateSource(date="RANDDT", label="Randomization"),
    "informed consent": DateSource(date="RFICDT", label="Informed consent"),
    "death": DateSource(date="DTHDT", label="Death"),
    "end of treatment": DateSource(
        date="EOTDT", label="End of study treatment", where="EOTSTT <> 'ONGOING'"
    ),
    "last dose": DateSource(date="TRTEDT", label="Last dose"),
    "last known alive": DateSource(date="LSTALVDT", label="Last known alive", take="latest"),
    "data cut": DateSource(date="DCUTDT", label="Data cut", take="latest"),
    "progression": DateSource(
        dataset="ADRS",
        date="ADT",
        where="PARAMCD = 'PD' AND AVALC = 'Y'",
        label="Disease progression",
    ),
    "first response": DateSource(
        dataset="ADRS", date="ADT", where="PARAMCD = 'RSP' AND AVALC = 'Y'", label="First response"
    ),
    "last evaluable assessment": DateSource(
        dataset="ADRS",
        date="ADT",
        where="PARAMCD = 'OVR' AND AVALC <> 'NE' AND ANL01FL = 'Y'",
        take="latest",
        label="Last evaluable tumor assessment",
    ),
}
"""Dates that most protocols name, by the words they use."""

NamedDate = Literal[
    "first dose",
    "randomization",
    "informed consent",
    "death",
    "end of treatment",
    "last dose",
    "last known alive",
    "data cut",
    "progression",
    "first response",
    "last evaluable assessment",
]


def _form(value: object) -> str:
    return "named" if isinstance(value, str) else "own"


Date = Annotated[
    Annotated[NamedDate, Tag("named")] | Annotated[DateSource, Tag("own")], Discriminator(_form)
]
"""A named date, or a source of one's own (dataset, date, where, label)."""


def date_source(date: NamedDate | DateSource) -> DateSource:
    """Return the source behind a named date, or the source itself."""
    return NAMED_DATES[date] if isinstance(date, str) else date


class ResponseRate(Value):
    """Share of subjects whose best overall response counts."""

    kind: Literal["response-rate"]
    label: Text
    of: Literal["BOR", "CBOR"] = "BOR"
    """Best overall response, or confirmed best overall response (ADRS PARAMCD)."""
    counts: tuple[Literal["CR", "PR", "SD", "NON-CR/NON-PD"], ...] = Field(min_length=1)
    """Responses that count."""
    estimand: Estimand


class TimeToEvent(Value):
    """Time from a start to the first of several events, censored without one."""

    kind: Literal["time-to-event"]
    label: Text
    start: Date = Field(default="first dose", alias="from")
    """Day 1."""
    among: Expression | None = None
    """Subjects to whom the endpoint applies, as a condition over ADSL."""
    events: tuple[Date, ...] = Field(min_length=1)
    """The earliest counts."""
    censor: tuple[Date, ...] = Field(min_length=1)
    """Without an event, follow-up ends at the first of these that the subject has."""
    censor_at: tuple[DateSource, ...] = ()
    """Dates, such as new anticancer therapy, after which nothing counts any more."""
    unit: Literal["days", "weeks", "months", "years"] = "months"
    """Unit in which results are printed; ADTTE's AVAL is in days."""
    estimand: Estimand


Endpoint = Annotated[ResponseRate | TimeToEvent, Field(discriminator="kind")]
