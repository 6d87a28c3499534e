"""What is given: drugs with their dose levels and schedules, and the cycle."""

from typing import Annotated

from pydantic import Field

from topline.protocol.words import Duration, Text
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


class Treatments(Value):
    """Drugs, cycle and when treatment ends."""

    cycle: Cycle
    drugs: tuple[Drug, ...] = Field(min_length=1)
    until: tuple[Text, ...] = ()
    """What ends treatment, in words."""
