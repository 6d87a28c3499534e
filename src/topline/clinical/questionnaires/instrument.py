"""What a questionnaire is: items with their answers, and scales made of items."""

from typing import Literal

from pydantic import Field, PositiveInt, model_validator

from topline.values import Value


class Scale(Value):
    """A scale, or a single item that stands for one."""

    name: str
    """Short name, as the manual has it."""
    label: str
    kind: Literal["functional", "symptom", "global"]
    """functional: the score is reversed, so that a high one is good, like that of a global scale; a
    high score of a symptom scale is bad."""
    items: tuple[PositiveInt, ...] = Field(min_length=1)
    """Numbers of its items."""

    @property
    def high_is_good(self) -> bool:
        """Whether a higher score is better."""
        return self.kind != "symptom"


class Questionnaire(Value):
    """An instrument in one version."""

    name: str
    version: str
    items: tuple[PositiveInt, ...] = Field(min_length=1)
    """Numbers of its items."""
    answers: tuple[int, int] = (1, 4)
    """Lowest and highest answer of most items."""
    other_answers: tuple[tuple[PositiveInt, tuple[int, int]], ...] = ()
    """The same of the items that differ, by number."""
    scales: tuple[Scale, ...] = Field(min_length=1)
    citation: str

    @model_validator(mode="after")
    def _hang_together(self) -> "Questionnaire":
        used = [item for scale in self.scales for item in scale.items]
        strange = sorted(set(used) - set(self.items))
        if strange or len(used) != len(set(used)):
            twice = sorted({item for item in used if used.count(item) > 1})
            msg = f"{self.name}: items {strange} are unknown, items {twice} are in two scales"
            raise ValueError(msg)
        mixed = [scale.name for scale in self.scales if len({*map(self.range_of, scale.items)}) > 1]
        if mixed:
            msg = f"{self.name}: items of {', '.join(mixed)} have different answers"
            raise ValueError(msg)
        return self

    def range_of(self, item: int) -> tuple[int, int]:
        """Return the lowest and highest answer of an item."""
        return dict(self.other_answers).get(item, self.answers)

    def scale(self, name: str) -> Scale:
        """Return the scale of a name.

        Raises
        ------
        KeyError
            There is none.
        """
        return {scale.name: scale for scale in self.scales}[name]
