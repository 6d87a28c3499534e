"""How the results are put into words: whom they are about, what is told, under which headings."""

from typing import Literal

from pydantic import Field

from topline.protocol.words import Identifier, Text
from topline.values import Value


class Section(Value):
    """A heading of the results paragraphs, and the analyses told under it."""

    heading: Text
    analyses: tuple[Identifier, ...] = Field(min_length=1)
    """In the order of the text."""


class Wording(Value):
    """Results paragraphs."""

    people: Literal["patients", "subjects", "participants"] = "patients"
    """What those who take part are called."""
    paragraphs: tuple[Section, ...] = ()
    """What is told; empty: every analysis that a display prints, in the order of the displays,
    under the headings Patients, Treatment, Efficacy, Safety, Biomarkers and Quality of life."""
