"""Which adverse events count as treatment-emergent, related, of special interest, resolved."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from topline.protocol.words import Duration, Expression, Identifier, Text, Variable
from topline.values import Value


class LedTo(Value):
    """Words of the action variables that say what an event led to (CDISC terminology, ACN)."""

    reduction: tuple[Text, ...] = ("DOSE REDUCED", "DOSE RATE REDUCED")
    interruption: tuple[Text, ...] = ("DRUG INTERRUPTED",)
    discontinuation: tuple[Text, ...] = ("DRUG WITHDRAWN",)


class SpecialInterest(Value):
    """Events of special interest: by their terms, by a condition, or by both."""

    label: Text
    """As printed, and as CQ01NAM, CQ02NAM ... of ADAE have it."""
    terms: tuple[Text, ...] = ()
    """AEDECOD, or AETERM where an event is not coded; upper and lower case are the same."""
    where: Expression | None = None
    """Condition over ADAE."""

    @model_validator(mode="after")
    def _says_which(self) -> "SpecialInterest":
        if not self.terms and self.where is None:
            msg = "terms or where, which say the events"
            raise ValueError(msg)
        return self


class AdverseEvents(Value):
    """Conventions of the safety analysis."""

    dictionary: str = "CTCAE v5.0"
    """Grading dictionary and version, as printed."""
    severity: Literal["AETOXGR", "AESEV"] = "AETOXGR"
    """Variable that holds the severity: CTCAE grade 1-5, or MILD, MODERATE, SEVERE."""
    related: tuple[Text, ...] = ("RELATED", "PROBABLE", "POSSIBLE", "DEFINITE", "Y")
    """AEREL terms that count as related; upper and lower case are the same."""
    emergent_until: Duration | None = Duration("30 days")
    """How long after the last dose an event still counts as treatment-emergent; None: for ever."""
    actions: tuple[Variable, ...] = Field(default=("AEACN",), min_length=1)
    """Variables of AE and SUPPAE that say what was done with a drug; with several drugs, AEACN and
    one a drug."""
    led_to: LedTo = LedTo()
    """Which of their words mean reduction, interruption and discontinuation."""
    resolved: tuple[Text, ...] = ("RECOVERED/RESOLVED", "RECOVERED/RESOLVED WITH SEQUELAE")
    """AEOUT terms that count as resolved."""
    same_episode_within: Duration = Duration("1 day")
    """Records of one term belong to one episode where the next begins no later than this after the
    last one's end, as where a change of grade begins a record."""
    special_interest: tuple[SpecialInterest, ...] = Field(default=(), max_length=99)
    """Kinds of events of special interest."""


class OnsetLine(Value):
    """Events whose first onset is described."""

    label: Text
    where: Expression
    """Which events, as a condition over ADAE."""


class EventOnset(Value):
    """When events first began, in which cycle, how long they lasted and whether they resolved."""

    kind: Literal["adverse-event-onset"]
    analysis_set: Identifier
    where: Expression = "TRTEMFL = 'Y'"
    """Which events at all, as a condition over ADAE."""
    lines: tuple[OnsetLine, ...] = Field(min_length=1)
    cycles: Annotated[int, Field(ge=0, le=99)] = 6
    """Count first onsets in each of so many cycles from the first dose; 0: in none."""
    rates_at: tuple[Duration, ...] = ()
    """Share of subjects with the event by these times (1 - Kaplan-Meier)."""


class PatientEvents(Value):
    """Worst grade of each adverse event that each patient had."""

    kind: Literal["patient-events"]
    analysis_set: Identifier
    where: Expression = "TRTEMFL = 'Y'"
    """Which events, as a condition over ADAE."""
    term: Variable = "AEDECOD"
