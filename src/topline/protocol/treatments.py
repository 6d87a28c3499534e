"""What is given: drugs with their dose levels and schedules, and the cycle."""

from collections.abc import Sequence
from typing import Annotated, Literal, cast

from pydantic import Field, PositiveFloat, field_validator

from topline.clinical.dosing.regimen import Counting
from topline.protocol.words import Duration, Expression, Identifier, Text, Variable
from topline.values import Value


class Cycle(Value):
    """One treatment cycle."""

    length: Duration
    """Planned length."""
    window: Duration = Duration("0 days")
    """How much earlier or later a cycle may begin or end."""


class Dosing(Value):
    """When doses are taken: every day, or some days on and some off."""

    on: Duration
    """Days of dosing in a row."""
    off: Duration = Duration("0 days")
    """Days without that follow."""


class Drug(Value):
    """One study drug."""

    name: Text
    """EXTRT of the exposure domain."""
    levels: tuple[Annotated[float, Field(ge=0)], ...] = Field(min_length=1)
    """Permitted daily doses, from the starting dose down."""
    unit: Text
    """EXDOSU of the exposure domain, such as mg or mg/m2."""
    route: str | None = None
    schedule: Dosing
    interruption_at_most: Duration | None = None
    """Longest interruption after which the drug may go on."""
    may_stop_alone: bool = False
    """Whether the others go on when this one is stopped for good."""
    reduce_when: str | None = None
    """When a lower level is taken, in words."""
    arms: tuple[Identifier, ...] = ()
    """Arms in which it is given; empty: every arm. A drug whose levels differ by arm stands here
    once for each."""
    slack: Duration = Duration("0 days")
    """By how much a run of dosing days may be longer, and the next begin earlier or later."""
    tolerance_percent: Annotated[float, Field(ge=0)] = 0
    """How far a dose may be from a level and still be of it, percent of the level."""
    capsule_step: PositiveFloat | None = None
    """Doses come in multiples of so many mg; half of that is tolerated. None: no rounding."""
    stopped: Expression | None = None
    """DS record of its permanent discontinuation; None: the DISPOSITION EVENT whose DSSCAT is the
    drug's name. The end of all study treatment ends it in any case."""
    action: Variable = "AEACN"
    """ADAE variable that says what was done about this drug for an event."""


class BodySurface(Value):
    """Body surface of a dose in mg of a drug whose levels are per m2, from VS."""

    formula: Literal[
        "mosteller", "dubois", "haycock", "gehan-george", "boyd", "fujimoto", "takahira"
    ] = "mosteller"
    height: Text = "HEIGHT"
    """VSTESTCD of the height, in cm."""
    weight: Text = "WEIGHT"
    """VSTESTCD of the weight, in kg."""
    weight_at: Literal["each record", "first dose"] = "each record"
    """Last weight by the start of the dosing record, or by the first dose."""


class Exposure(Value):
    """How exposure is derived from EX; ADEX is made where this is given.

    Relative dose intensity is the dose taken per time over the dose planned per time (Hryniuk and
    Bush, J Clin Oncol 1984; 2: 1281-1288; Longo et al., J Clin Oncol 1991; 9: 2042-2051).
    """

    counting: Counting = Counting()
    body_surface: BodySurface = BodySurface()
    resolved: tuple[Text, ...] = (
        "RECOVERED/RESOLVED",
        "RECOVERED/RESOLVED WITH SEQUELAE",
    )
    """AEOUT terms of an event that is over."""


DeviationCategory = Literal["dose", "interruption", "schedule", "visits", "consent", "eligibility"]
DeviationKind = Literal[
    "DOSE OUTSIDE LEVELS",
    "NOT STARTING DOSE",
    "LEVEL SKIPPED",
    "RE-ESCALATION",
    "DRUG OF ANOTHER ARM",
    "STOPPED ALONE",
    "INTERRUPTION TOO LONG",
    "TOO MANY DAYS ON",
    "TOO FEW DAYS OFF",
    "EARLY",
    "LATE",
    "MISSED",
    "BASELINE TOO EARLY",
    "NO BASELINE",
    "TREATED BEFORE CONSENT",
    "ENROLLED BEFORE CONSENT",
    "INCLUSION NOT MET",
    "EXCLUSION MET",
]
"""DVDECOD."""


class Deviations(Value):
    """Which departures from the protocol ADDV lists; it is made where this is given."""

    of: tuple[DeviationCategory, ...] = Field(
        default=("dose", "interruption", "schedule", "visits", "consent", "eligibility"),
        min_length=1,
    )
    """Categories, in the order of the table; those of doses need `exposure`."""
    except_for: tuple[DeviationKind, ...] = ()
    """Deviations that are none in this trial."""

    @field_validator("except_for", mode="before")
    @classmethod
    def _capitals(cls, kinds: object) -> object:
        if isinstance(kinds, list | tuple):
            each = cast("Sequence[object]", kinds)
            return tuple(kind.upper() if isinstance(kind, str) else kind for kind in each)
        return kinds


class ExposureSummary(Value):
    """Exposure by drug: doses, intensity, interruptions, reductions, discontinuation."""

    kind: Literal["exposure"]
    analysis_set: Identifier
    drugs: tuple[Text, ...] = ()
    """Names of drugs; empty: all."""
    intensity_bounds: tuple[PositiveFloat, ...] = (80, 100)
    """Lower bounds of the categories of relative dose intensity, percent, ascending."""

    @field_validator("intensity_bounds")
    @classmethod
    def _ascend(cls, bounds: tuple[float, ...]) -> tuple[float, ...]:
        if not bounds or list(bounds) != sorted(set(bounds)):
            msg = f"bounds must ascend, not {', '.join(f'{bound:g}' for bound in bounds)}"
            raise ValueError(msg)
        return bounds


class DeviationCounts(Value):
    """Subjects with protocol deviations, and deviations, by category and kind."""

    kind: Literal["deviations"]
    analysis_set: Identifier


class Treatments(Value):
    """Drugs, cycle and when treatment ends."""

    cycle: Cycle
    drugs: tuple[Drug, ...] = Field(min_length=1)
    until: tuple[Text, ...] = ()
    """What ends treatment, in words."""
    exposure: Exposure | None = None
    """None: exposure is not analysed."""
