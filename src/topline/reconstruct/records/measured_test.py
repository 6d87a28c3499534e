"""Tests measured at every visit, as data: units, ranges, and the values of each grade."""

from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from topline.protocol.words import Expression, Text
from topline.values import Value


class MeasuredTest(Value):
    """A laboratory test or a vital sign."""

    code: Text
    """LBTESTCD or VSTESTCD."""
    name: Text
    """LBTEST or VSTEST."""
    domain: Literal["LB", "VS"] = "LB"
    category: str | None = None
    """LBCAT."""
    specimen: str | None = None
    """LBSPEC."""
    unit: Text
    low: float | None = None
    """Lower limit of normal."""
    high: float | None = None
    """Upper limit of normal."""
    usual: tuple[float, float]
    """Values that patients have without an event."""
    digits: Annotated[int, Field(ge=0)] = 0
    """Decimals."""
    level: Expression | None = None
    """A patient's own level, in the unit; None: drawn within `usual`."""
    spread: PositiveFloat = 0.08
    """Standard deviation of one patient's values, as a share of the width of `usual`."""
    most: Expression | None = None
    """Largest value of a patient, for example that of the least renal function allowed."""
    a_cycle: float = 0
    """Change of the level a cycle, in the unit, over the first 20 cycles."""
    only_screening: bool = False
    graded: dict[Text, tuple[tuple[float, float], ...]] = Field(default_factory=dict)
    """By AEDECOD, the values of grades 1, 2, ...; while the event lasts, values lie there."""
    graded_days: PositiveInt | None = None
    """Days from the onset after which a treated event no longer shows; None: to its end."""
