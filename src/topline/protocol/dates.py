"""How dates are used of which only the year, or year and month, are known."""

from typing import Literal

from topline.values import Value


class PartialDates(Value):
    """Which day a partial date stands for; every imputed date carries its --DTF flag."""

    adverse_event_start: Literal["earliest", "earliest, not before first dose", "latest"] = (
        "earliest, not before first dose"
    )
    """Start of an adverse event; the default counts an event of the month of the first dose as
    treatment-emergent."""
    death: Literal["earliest", "latest"] = "earliest"
    """Date of death; never before the subject was last seen alive."""
