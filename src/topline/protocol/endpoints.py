"""Endpoints as values: what is measured, from when, what counts and what ends follow-up.

References
----------
.. [1] FDA (2018). Clinical trial endpoints for the approval of cancer drugs and biologics: guidance
   for industry; appendix with example tables for PFS (in the edition of 2007: appendix 3).
.. [2] Eisenhauer EA et al. (2009). European Journal of Cancer 45: 228-247 (RECIST 1.1).
"""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from topline.protocol.words import Duration, Expression, Identifier, Text, Variable
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

    dataset: Literal["ADSL", "ADTR", "ADRS", "ADAE", "ADBM", "ADQS"] = "ADSL"
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


Role = Literal["primary", "secondary", "exploratory", "sensitivity"]
"""What the protocol wants an endpoint for; primary and secondary ones head the report."""


class ResponseRate(Value):
    """Share of subjects whose best overall response counts."""

    kind: Literal["response-rate"]
    label: Text
    role: Role = "secondary"
    of: Literal["BOR", "CBOR"] = "BOR"
    """Best overall response, or confirmed best overall response (ADRS PARAMCD)."""
    counts: tuple[Literal["CR", "PR", "SD", "NON-CR/NON-PD"], ...] = Field(min_length=1)
    """Responses that count."""
    lasting: Duration | None = None
    """Time from the start of treatment for which SD and NON-CR/NON-PD must last to count, as in a
    clinical benefit rate at 24 weeks; CR and PR count however long they last. None: any time."""
    lasting_until: Literal["progression", "last assessment without progression"] = "progression"
    """What ends stable disease. progression: the first PD, or without one the last evaluable
    assessment (RECIST 1.1, 4.6.3). The other asks that an assessment so late still showed it."""
    estimand: Estimand

    @model_validator(mode="after")
    def _something_may_last(self) -> "ResponseRate":
        """Refuse a duration that nothing has to reach."""
        if self.lasting is not None and not {"SD", "NON-CR/NON-PD"} & set(self.counts):
            msg = "SD or NON-CR/NON-PD in counts, for CR and PR count however long they last"
            raise ValueError(msg)
        if self.lasting is None and self.lasting_until != "progression":
            msg = "lasting beside lasting_until, such as lasting: 24 weeks"
            raise ValueError(msg)
        return self


class TimeToEvent(Value):
    """Time from a start to the first of several events, censored without one.

    The options that the FDA's tables for PFS differ in have defaults that count every event.
    """

    kind: Literal["time-to-event"]
    label: Text
    role: Role = "secondary"
    start: Date = Field(default="first dose", alias="from")
    """Day 1."""
    among: Expression | None = None
    """Subjects to whom the endpoint applies, as a condition over ADSL."""
    events: tuple[Date, ...] = Field(min_length=1)
    """The earliest counts; of several on one day, the one that stands first here."""
    censor: tuple[Date, ...] = Field(min_length=1)
    """Without an event, follow-up ends at the first of these that the subject has."""
    censor_at: tuple[DateSource, ...] = ()
    """Dates, such as new anticancer therapy, after which nothing counts any more."""
    on_limit_day: Literal["counts", "does not count"] = "counts"
    """What an event on the very day of `censor_at` does; the guidance leaves it open."""
    missed_assessments: Annotated[int, Field(ge=1)] | None = None
    """An event after so many missed tumor assessments does not count: follow-up ends at the last
    evaluable assessment before them, or at the start. FDA (2018), tables for PFS: two or more.
    None: every event counts."""
    missed_reading: Literal["missed visits", "gap"] = "missed visits"
    """Count planned visits (schedule.tumor_assessment) whose window passed without an assessment;
    or compare the time without one with what so many intervals and their windows allow."""
    not_evaluable_counts_as: Literal["assessed", "missed"] = "assessed"
    """What a planned visit counts as whose assessment was NE. A gap runs from an evaluable one."""
    without_baseline: Literal["as observed", "censored at start"] = "as observed"
    """Subjects without a tumor assessment on or before the first dose. FDA (2018), tables for PFS:
    censored at the start, whatever follows."""
    unit: Literal["days", "weeks", "months", "years"] = "months"
    """Unit in which results are printed; ADTTE's AVAL is in days."""
    estimand: Estimand

    @model_validator(mode="after")
    def _options_have_their_use(self) -> "TimeToEvent":
        """Refuse an option of something that is not asked for."""
        by_gap = self.missed_reading == "gap"
        if self.missed_assessments is None and (by_gap or self.not_evaluable_counts_as == "missed"):
            said = "missed_reading" if by_gap else "not_evaluable_counts_as"
            msg = f"missed_assessments beside {said}, such as missed_assessments: 2"
            raise ValueError(msg)
        if self.on_limit_day != "counts" and not self.censor_at:
            msg = "censor_at beside on_limit_day"
            raise ValueError(msg)
        return self


class Landmark(Value):
    """Share of subjects free of the event of a time-to-event endpoint beyond some time."""

    kind: Literal["landmark"]
    label: Text
    role: Role = "secondary"
    of: Identifier
    """Time-to-event endpoint, such as PFS."""
    beyond: Duration
    """Subjects followed for longer than this without an event count."""
    unknown: Literal["counts as failure", "excluded"] = "counts as failure"
    """Subjects censored by then: failures, as in a rate among everybody; or left out."""
    estimand: Estimand


class Change(Value):
    """Best change of the sum of diameters from baseline, in percent (ADSL's BESTPCHG)."""

    kind: Literal["change"]
    label: Text
    role: Role = "secondary"
    counts_below: float | None = None
    """Best change in percent below which a subject counts in an analysis of kind rate; 0 counts
    every decrease."""
    estimand: Estimand


class RowShare(Value):
    """Share of subjects whose row of a biomarker or questionnaire counts."""

    kind: Literal["share"]
    label: Text
    role: Role = "secondary"
    dataset: Literal["ADBM", "ADQS"] = "ADBM"
    parameter: Text
    """Its PARAMCD, with one row a subject."""
    rows: Expression | None = None
    """Which rows, where a subject has several, such as those of a visit."""
    counts: Expression
    """Condition over the dataset under which a subject counts."""
    known: Expression | None = None
    """Condition under which it is known whether a subject counts; others are left out and counted.
    None: known of everyone with a row."""
    estimand: Estimand


Endpoint = Annotated[
    ResponseRate | TimeToEvent | Landmark | Change | RowShare, Field(discriminator="kind")
]
