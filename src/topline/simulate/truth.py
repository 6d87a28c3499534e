"""What is assumed to be true of the patients: the values of `truth.yaml`.

Times are latent until a scan or a visit shows them. Days count from the first dose, which is day 0.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, cast

from pydantic import AfterValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from topline.protocol.words import Duration, Identifier, Text, Variable
from topline.values import Value

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(ge=0.001, le=1000)]
Grade = Literal["1", "2", "3", "4"]
LONGEST_DAYS = 36_525
ORGAN_AT_MOST = 2
_SUMS_TO_1 = 1e-6


def _sum_to_1(shares: Mapping[str, float], what: str) -> None:
    total = sum(shares.values())
    if abs(total - 1) > _SUMS_TO_1:
        msg = f"{what} that sum to 1, not {total:g}"
        raise ValueError(msg)


class Assumed(Value):
    """The base of every value of a truth: its numbers are finite."""

    model_config = ConfigDict(allow_inf_nan=False)


def _within_a_life(time: Duration) -> Duration:
    if time.days > LONGEST_DAYS:
        msg = f"a time of 100 years at most, not {time}"
        raise ValueError(msg)
    return time


Time = Annotated[Duration, AfterValidator(_within_a_life)]
"""A duration of 100 years at most."""


class Hazard(Assumed):
    """Time to an event by a Weibull law, with proportional effects."""

    median: Time
    """Half have had the event by then, where nothing else came first."""
    shape: Annotated[float, Field(ge=0.1, le=20)] = 1.0
    """Weibull shape; 1 is exponential, above 1 the hazard rises."""
    effects: dict[Variable, dict[str, Positive]] = Field(default_factory=dict)
    """Hazard ratios of values of a baseline variable, or of ARMCD; a value not named has 1."""

    @model_validator(mode="after")
    def _later_than_the_start(self) -> "Hazard":
        if self.median.days <= 0:
            msg = f"a median above 0 days, not {self.median}"
            raise ValueError(msg)
        return self


class Accrual(Assumed):
    """How patients come in; the last can enter `follow_up` before the data cut."""

    patients: Annotated[int, Field(ge=0, le=100_000)] | None = None
    """None: as many as the design enrols."""
    over: Time
    """Time in which patients enter, evenly."""
    follow_up: Time | None = None
    """From the end of accrual to the data cut; None: the protocol's schedule.follow_up."""
    consent_before: Time = Duration("14 days")
    """From informed consent to enrolment."""
    first_dose_after: Time = Duration("2 days")
    """From enrolment to the first dose."""
    never_treated: Share = 0.0
    """Share that is enrolled and never treated."""
    allocation: dict[Identifier, Positive] = Field(default_factory=dict)
    """Weights of the protocol's arms; an arm not named has 1."""


class Categories(Assumed):
    """Values of a baseline variable with their frequencies."""

    shares: dict[str, Share] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> "Categories":
        _sum_to_1(self.shares, "shares")
        return self


class Numbers(Assumed):
    """A baseline variable that is a number, from a normal law cut at both ends."""

    mean: float
    sd: Annotated[float, Field(ge=0)]
    at_least: float | None = None
    at_most: float | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] = 0

    @model_validator(mode="after")
    def _ordered(self) -> "Numbers":
        low, high = self.at_least, self.at_most
        if low is not None and high is not None and low > high:
            msg = f"at_least ({low:g}) no greater than at_most ({high:g})"
            raise ValueError(msg)
        return self


def _which(value: object) -> str:
    named = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return "shares" if "shares" in named or isinstance(value, Categories) else "numbers"


Baseline = Annotated[
    Annotated[Categories, Tag("shares")] | Annotated[Numbers, Tag("numbers")],
    Discriminator(_which),
]
"""`shares` of values, or `mean` and `sd` of a number."""


class LogNormal(Assumed):
    """A positive quantity that differs between patients or lesions."""

    median: Annotated[float, Field(ge=0, le=1000)]
    spread: Annotated[float, Field(ge=0, le=3)] = 0.0
    """Standard deviation of its logarithm."""


class Growth(Assumed):
    """How the tumors of one kind of patient behave on treatment.

    A diameter is d0 (exp(-shrink t) + exp(regrow t) - 1): the part that the treatment kills and the
    part that grows all along (Stein et al. 2011).
    """

    share: Share
    """Share of patients of this kind."""
    shrink_per_month: LogNormal
    regrow_per_month: LogNormal


class Lesions(Assumed):
    """Tumors at baseline, as the scans measure them."""

    targets: dict[Annotated[str, Field(pattern="^[1-5]$")], Share] = Field(min_length=1)
    """Share of patients with so many target lesions."""
    non_target: Share = 0.0
    """Share of patients with a non-target lesion."""
    locations: dict[Text, Share] = Field(
        default={"LIVER": 0.6, "LUNG": 0.25, "LYMPH NODE": 0.15}, min_length=1
    )
    """TULOC of the target lesions, of which an organ has two at most (RECIST 1.1, section 3.1.2);
    LYMPH NODE is measured by its short axis."""
    diameter_mm: LogNormal
    at_least_mm: Annotated[float, Field(ge=10)] = 15.0
    """Smaller baseline diameters are taken as this; lymph nodes count from 15 mm."""
    error_percent: Annotated[float, Field(ge=0, le=50)] = 0.0
    """Standard deviation of a measurement, in percent of the diameter."""

    @model_validator(mode="after")
    def _whole(self) -> "Lesions":
        _sum_to_1(self.targets, "shares of targets")
        _sum_to_1(self.locations, "shares of locations")
        most = max(int(count) for count, share in self.targets.items() if share > 0)
        organs = sum(share > 0 for share in self.locations.values())
        if most > ORGAN_AT_MOST * organs:
            msg = f"more locations for {most} targets: RECIST 1.1 takes two of an organ at most"
            raise ValueError(msg)
        return self


class Death(Hazard):
    """Death, more likely once the tumor has progressed."""

    after_progression: Positive = 1.0
    """Hazard ratio from true progression on."""


class Informative(Assumed):
    """Patients who leave because they are about to progress."""

    share: Share
    """Share of those with a progression to come who leave before it is seen."""
    within: Time
    """They leave at any time in so long before the true progression."""


class DropOut(Assumed):
    """Patients who leave the study: no scan, and no word of them, from then on."""

    independent: Hazard | None = None
    informative: Informative | None = None


class Visits(Assumed):
    """How far scans keep to the schedule."""

    jitter: Time = Duration("0 days")
    """Standard deviation of the day of a scan; never beyond the protocol's window."""
    missed: Share = 0.0
    """Share of planned scans that do not take place."""


Consequence = Literal["dose reduced", "drug interrupted", "drug withdrawn"]


class Toxicity(Assumed):
    """An adverse event that a patient on treatment can have once."""

    term: Text
    system: Text = "General disorders and administration site conditions"
    onset: Hazard
    """Time to its onset on treatment."""
    grades: dict[Grade, Share] = Field(min_length=1)
    lasts: Time = Duration("14 days")
    related: bool = True
    consequences: dict[Grade, Consequence] = Field(default_factory=dict)
    """What a grade does to the dose; withdrawn ends the treatment."""

    @model_validator(mode="after")
    def _whole(self) -> "Toxicity":
        _sum_to_1({**self.grades}, "shares of grades")
        return self


class Truth(Assumed):
    """What is assumed to be true, from entry to death."""

    topline: Literal[1]
    """Version of this file's format."""
    title: Text
    accrual: Accrual
    baseline: dict[Variable, Baseline] = Field(default_factory=dict)
    """Baseline variables by their ADSL name: AGE, SEX, or variables that the protocol takes from
    one record with a simple condition."""
    lesions: Lesions
    growth: dict[Identifier, Growth] = Field(min_length=1)
    """Kinds of patients by name."""
    new_lesion: Hazard | None = None
    """Progression by a new lesion; None: only by growth."""
    death: Death | None = None
    """None: nobody dies."""
    dropout: DropOut = DropOut()
    visits: Visits = Visits()
    toxicity: tuple[Toxicity, ...] = ()
    treatment_stop: Hazard | None = None
    """End of treatment for another reason than progression, toxicity and leaving; scans go on."""

    @model_validator(mode="after")
    def _whole(self) -> "Truth":
        _sum_to_1({name: kind.share for name, kind in self.growth.items()}, "shares of growth")
        return self

    def hazards(self) -> dict[tuple[str, ...], Hazard]:
        """Return every hazard with its place in the file."""
        named: dict[tuple[str, ...], Hazard | None] = {
            ("new_lesion",): self.new_lesion,
            ("death",): self.death,
            ("dropout", "independent"): self.dropout.independent,
            ("treatment_stop",): self.treatment_stop,
        }
        return {place: hazard for place, hazard in named.items() if hazard is not None}
