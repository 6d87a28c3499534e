"""What the trial is: its names, its arms, its data cut."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from topline.protocol.words import Text
from topline.values import Value

Phase = Annotated[
    Literal["1", "1/2", "2", "2/3", "3", "4"],
    BeforeValidator(lambda value: str(value) if isinstance(value, int) else value),
]


class Arm(Value):
    """A planned arm; `id` is the ARMCD that DM holds."""

    id: Text
    """ARMCD of the demographics domain."""
    label: Text
    """How tables and figures name the arm."""


class Study(Value):
    """Names and identifiers that every output carries."""

    id: Text
    """Short name of the trial."""
    title: Text
    """Full title."""
    registry: str | None = None
    """Registration number, such as NCT04893785."""
    phase: Phase | None = None
    """Phase of development."""
    masking: Literal["open label", "single blind", "double blind"] | None = None
    """Who did not know the treatment."""
    indication: str | None = None
    """Disease and setting."""
    arms: tuple[Arm, ...] = Field(min_length=1, max_length=8)
    """Planned arms in the order of tables; one is as good as eight."""
    data_cut: dt.date | None = None
    """Records after this date are set apart and listed; `topline run --cutoff` takes precedence."""
    notice: str | None = None
    """A sentence printed on every output, for example that the cohort is reconstructed."""
