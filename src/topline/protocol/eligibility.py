"""Who may enter the trial: every criterion, judged by a rule where data can judge it."""

from topline.protocol.words import Expression, Identifier, Text
from topline.values import Value


class Criterion(Value):
    """One inclusion or exclusion criterion."""

    id: Identifier
    """IETESTCD of the criterion, such as I01."""
    text: Text
    """What the protocol asks, in words."""
    rule: Expression | None = None
    """Condition over baseline variables under which the criterion is met; None: judged on site."""


class Eligibility(Value):
    """All criteria: an eligible subject meets every inclusion and no exclusion criterion."""

    inclusion: tuple[Criterion, ...] = ()
    exclusion: tuple[Criterion, ...] = ()
