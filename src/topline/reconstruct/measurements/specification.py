"""What is measured in patients, and what print says of it: the `measurements:` part."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from topline.protocol.words import Text
from topline.values import Value

NumberName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=40)]
"""Of a measured number, as of an attribute: capitals, digits and underscores."""
Test = Literal["mann-whitney", "kruskal-wallis", "signed-rank", "repeated-measures"]
NumberPart = Literal["estimate", "lower", "upper", "p"]
"""A number of a claim: the one itself, a limit, a p-value."""
_Weight = Annotated[float, Field(gt=0, le=1000)]


class Number(Value):
    """One number of each patient in whom the measurement was made."""

    label: str = ""
    least: float
    """Smallest number that it can be."""
    most: float
    step: Annotated[float, Field(gt=0)] = 1.0
    """Numbers are whole multiples of it."""
    around: float | None = None
    """A usual number; half-way between the least and the most without."""
    spread: Annotated[float, Field(gt=0)] | None = None
    """Standard deviation about it, of the logarithm where the least is above 0."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.least > self.most:
            msg = "least not above most"
            raise ValueError(msg)
        if self.around is not None and not self.least <= self.around <= self.most:
            msg = "around between least and most"
            raise ValueError(msg)
        return self


class ValueStatement(Value):
    """What a claim says of measured numbers: a location of one, or a test."""

    claim: Text
    of: NumberName | Annotated[tuple[NumberName, ...], Field(min_length=2)]
    """A number, or several that are compared within patients; differences count as numbers."""
    among: Text | None = None
    """A group of claims.yaml or a condition; all in whom it was measured without."""
    by: Text | None = None
    """What divides patients into the groups compared: an attribute with levels, or a condition."""
    test: Test | None = None
    as_: Literal["median", "mean", "range"] | None = Field(default=None, alias="as")
    """Which location it is, where the claim's kind does not say it; a median without."""
    limits: bool = False
    """Limits of the median or mean should be given, too."""
    weight: _Weight = 1.0
    weights: dict[NumberPart, _Weight] = Field(default_factory=dict)
    """Of single numbers of the claim; `weight` of the others."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """Names of the numbers that it is about."""
        return (self.of,) if isinstance(self.of, str) else self.of

    @model_validator(mode="after")
    def _of_one_form(self) -> Self:
        count, by = len(self.numbers), self.by is not None
        if (wrong := _wrong_form(self.test, count, by=by)) is not None:
            raise ValueError(wrong)
        return self


def _wrong_form(test: Test | None, count: int, *, by: bool) -> str | None:
    """Say what a test asks for that is not there; None where nothing is wrong."""
    if test is None:
        return "one number without by, or a test" if by or count > 1 else None
    if test == "mann-whitney":
        return None if by and count == 1 else "one number, and by, for mann-whitney"
    if test == "signed-rank":
        return None if not by and count == 2 else "two numbers without by for signed-rank"
    if test == "kruskal-wallis":
        return None if by == (count == 1) else "by, or several numbers, for kruskal-wallis"
    return None if not by and count > 1 else "several numbers without by for repeated-measures"


class Measurement(Value):
    """Numbers measured in the same patients, what holds of them, and what print says."""

    label: str = ""
    known: Text | None = None
    """The condition of the patients in whom it was made; of all without."""
    columns: Annotated[dict[NumberName, Number], Field(min_length=1)]
    """Numbers of each patient; each becomes a column of the cohort."""
    near: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """How alike the numbers of a patient are, where print leaves it open: their correlation."""
    differences: dict[NumberName, Text] = Field(default_factory=dict)
    """Sums and differences that count as numbers, such as `LATER - FIRST`."""
    rules: tuple[Text, ...] = ()
    """Conditions on attributes and numbers that hold of every patient in whom it was made."""
    statements: tuple[ValueStatement, ...] = ()
    steps: Annotated[int, Field(ge=100, le=10_000_000)] = 40_000
    """How long numbers are looked for; the same numbers of steps give the same ones."""
    chains: Annotated[int, Field(ge=1, le=64)] = 2
    """Searches from different beginnings, until one gives everything."""
