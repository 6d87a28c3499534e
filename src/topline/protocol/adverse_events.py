"""Which adverse events count as treatment-emergent and related, and how severity is read."""

from typing import Literal

from topline.protocol.words import Duration, Text
from topline.values import Value


class AdverseEvents(Value):
    """Conventions of the safety analysis."""

    dictionary: str = "CTCAE 5.0"
    """Grading dictionary and version, as printed."""
    severity: Literal["AETOXGR", "AESEV"] = "AETOXGR"
    """Variable that holds the severity: CTCAE grade 1-5, or MILD, MODERATE, SEVERE."""
    related: tuple[Text, ...] = ("RELATED", "PROBABLE", "POSSIBLE", "DEFINITE", "Y")
    """AEREL terms that count as related; upper and lower case are the same."""
    emergent_until: Duration | None = Duration("30 days")
    """How long after the last dose an event still counts as treatment-emergent; None: for ever."""
