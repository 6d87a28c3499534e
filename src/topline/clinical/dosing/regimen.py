"""What was planned of each drug, and what trials may decide about how it is counted."""

from typing import Literal

from pydantic import (
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)

from topline.values import Value


class DrugRegimen(Value):
    """Dose levels and schedule of one drug.

    A schedule is a run of blocks: `days_on` with the drug, then `days_off` without. Every day is a
    block of one day on and none off.

    Examples
    --------
    >>> week_on_week_off = DrugRegimen(
    ...     drug="A", levels=(100, 75, 50), unit="mg/m2", days_on=7, days_off=7
    ... )
    >>> week_on_week_off.dose_per_day
    50.0
    """

    drug: str
    levels: tuple[PositiveFloat, ...] = Field(min_length=1)
    """Daily doses on days on, from the starting dose down."""
    unit: str
    """Unit of the levels, such as mg or mg/m2."""
    days_on: PositiveInt = 1
    """Days with the drug in a row."""
    days_off: NonNegativeInt = 0
    """Days without it that follow."""
    slack_days: NonNegativeInt = 0
    """Days by which a block may be longer, and the next begin earlier or later, without it being a
    deviation or an interruption."""
    interruption_at_most_days: NonNegativeInt | None = None
    """Longest interruption after which the drug may go on; None: no limit."""
    tolerance_percent: NonNegativeFloat = 0
    """How far a dose may be from a level and still be of it, percent of the level."""
    capsule_step_mg: PositiveFloat | None = None
    """Doses come in multiples of this, mg: one is of a level if it is no further from it than half
    a step. None: no rounding."""

    @model_validator(mode="after")
    def _fall(self) -> "DrugRegimen":
        if list(self.levels) != sorted(set(self.levels), reverse=True):
            found = ", ".join(f"{level:g}" for level in self.levels)
            msg = f"levels of {self.drug} must fall, not {found}"
            raise ValueError(msg)
        return self

    @property
    def per_m2(self) -> bool:
        """Whether the levels are per m2 of body surface."""
        return self.unit.strip().lower().endswith("/m2")

    @property
    def block_days(self) -> int:
        """Days of a block."""
        return self.days_on + self.days_off

    @property
    def dose_per_day(self) -> float:
        """Planned dose intensity: the starting dose, averaged over the days on and off [1]_."""
        return self.levels[0] * self.days_on / self.block_days


class Counting(Value):
    """How what was taken is counted; the defaults follow [1]_ and [2]_ of the package.

    Relative dose intensity is the dose taken per time over the dose planned per time, both over the
    whole course of the subject [2]_.

    Examples
    --------
    >>> Counting().intensity_until
    'last block'
    """

    intensity_until: Literal["last block", "last dose", "until"] = "last block"
    """Where the time of a course ends: with the last block begun, days off included, so that a
    course as planned has 100 %; with the last dose; or with the subject's `until_date`, so that
    the time after the drug was stopped counts."""
    planned_by: Literal["average", "schedule"] = "average"
    """Planned dose of that time: its days times the average daily dose; or the days on that an
    undelayed schedule has in it."""
    overlaps_count_as: Literal["unknown", "both taken"] = "unknown"
    """Dose of a course with overlapping records. Days count once in either case."""
    open_record_ends: Literal["until", "same day"] = "until"
    """When a record without an end is taken to end."""
    re_escalation_allowed: bool = False
    """Whether a higher level may follow a lower one."""
    silence_counts_as: Literal["ongoing", "stopped"] = "ongoing"
    """A drug not taken at the end for longer than an interruption may last, and never said to be
    stopped. It is a finding in either case."""


class Regimen(Value):
    """Every drug of a treatment, and its cycle."""

    drugs: tuple[DrugRegimen, ...] = Field(min_length=1)
    cycle_days: PositiveInt
    """Planned length of a cycle."""
    cycle_window_days: NonNegativeInt = 0
    """A cycle that ends no more than this many days early is complete."""

    @model_validator(mode="after")
    def _differ(self) -> "Regimen":
        names = [drug.drug for drug in self.drugs]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            msg = f"drugs named twice: {', '.join(twice)}"
            raise ValueError(msg)
        return self
