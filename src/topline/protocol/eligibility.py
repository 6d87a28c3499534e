"""Who may enter the trial: every criterion, judged by a rule where data can judge it."""

from typing import Literal

from pydantic import model_validator

from topline.protocol.problems import listed
from topline.protocol.words import Expression, Identifier, Text
from topline.values import Value


class Criterion(Value):
    """One inclusion or exclusion criterion."""

    id: Identifier
    """IETESTCD of the criterion, such as I01."""
    text: Text
    """What the protocol asks, in words."""
    rule: Expression | None = None
    """Condition over baseline variables under which the criterion is met (an exclusion criterion,
    by those whom it excludes); None: judged on site. What is unknown stays unknown unless the rule
    comes out one way whatever it is; a flag that is empty is unknown (IS NOT NULL asks for it)."""


class Eligibility(Value):
    """All criteria: an eligible subject meets every inclusion and no exclusion criterion."""

    inclusion: tuple[Criterion, ...] = ()
    exclusion: tuple[Criterion, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> "Eligibility":
        ids = [criterion.id.upper() for criterion in (*self.inclusion, *self.exclusion)]
        twice = [name for i, name in enumerate(ids) if name in ids[:i]]
        if twice:
            msg = f"each criterion once; {listed(dict.fromkeys(twice))} more than once"
            raise ValueError(msg)
        return self


class EligibilityCounts(Value):
    """Subjects who meet each criterion, who do not, and of whom it cannot be judged."""

    kind: Literal["eligibility"]
    analysis_set: Identifier
    """Whom: everyone screened, or the enrolled, among whom violations are counted."""
