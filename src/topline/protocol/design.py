"""The trial's design and its decision rule."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from topline.protocol.words import Identifier, Text
from topline.values import Value

Probability = Annotated[float, Field(gt=0, lt=1)]


class Alpha(Value):
    """Type I error."""

    value: Probability
    """Largest probability of declaring success under the null."""
    sides: Literal[1, 2]
    """One-sided or two-sided."""


class Success(Value):
    """The decision rule: success when enough subjects respond."""

    responders_at_least: Annotated[int, Field(ge=1)]
    """Smallest number of responders that counts as success."""
    of: Annotated[int, Field(ge=1)]
    """Number of evaluable subjects that the rule was written for."""

    @model_validator(mode="after")
    def _reachable(self) -> "Success":
        if self.responders_at_least > self.of:
            msg = f"at most {self.of} responders, for there are no more subjects"
            raise ValueError(msg)
        return self


class FirstStage(Value):
    """When the trial ends after its first stage."""

    stop_at_most: Annotated[int, Field(ge=0)]
    """Largest number of responders that ends the trial without success."""
    of: Annotated[int, Field(ge=1)]
    """Number of evaluable subjects of the first stage."""


class OneArmBinary(Value):
    """One arm, decided on the number of subjects who respond, against a fixed null."""

    endpoint: Identifier
    """Endpoint that decides."""
    null: Probability
    """Rate that would yield no further interest."""
    alternative: Probability
    """Rate that would."""
    alpha: Alpha
    power: Probability
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of subjects expected not to be evaluable."""
    enrol: Annotated[int, Field(ge=1)]
    """Subjects to enrol."""
    success: Success

    @model_validator(mode="after")
    def _better_than_null(self) -> "OneArmBinary":
        if self.alternative <= self.null:
            msg = f"an alternative above the null of {self.null}, not {self.alternative}"
            raise ValueError(msg)
        return self


class SingleStage(OneArmBinary):
    """One stage (A'Hern 2001; Fleming 1982)."""

    kind: Literal["single-stage"]


class SimonTwoStage(OneArmBinary):
    """Two stages, the first of which may end the trial without success (Simon 1989)."""

    kind: Literal["simon"]
    first_stage: FirstStage

    @model_validator(mode="after")
    def _first_stage_is_first(self) -> "SimonTwoStage":
        first, last = self.first_stage, self.success
        if first.of >= last.of:
            msg = f"a first stage of fewer than the {last.of} subjects of both, not {first.of}"
            raise ValueError(msg)
        if first.stop_at_most >= last.responders_at_least:
            msg = (
                f"a first stage that ends the trial below the {last.responders_at_least} "
                f"responders of success, not at {first.stop_at_most}"
            )
            raise ValueError(msg)
        return self


class Descriptive(Value):
    """No formal hypothesis: results are estimated, nothing is decided."""

    kind: Literal["descriptive"]
    reason: Text
    """Why there is no decision rule."""


Design = Annotated[SingleStage | SimonTwoStage | Descriptive, Field(discriminator="kind")]
