"""A reporting guideline as a value: what to report, from which source, and what answers it."""

from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

import yaml
from pydantic import Field

from topline.protocol.words import Text
from topline.values import Value

CHECKLISTS: Final = ("consort", "reporting-summary")
_FOLDER: Final = Path(__file__).parent


class Item(Value):
    """An item of a guideline."""

    id: Text
    """Its number in the source."""
    earlier: str = ""
    """Its numbers in the edition before."""
    topic: Text
    report: Text
    """What a reader should find, in our words."""
    answer: Annotated[str, Field(pattern=r"^[a-z_]+$")] | None = None
    """What in the protocol or the run answers it (`answers.ANSWERS`); None: nobody but people."""
    left: str = ""
    """What people still have to add to the answer."""
    ask: Text
    """Who knows."""
    arms: Literal["any", "several"] = "any"
    """several: it does not apply to a trial of one arm."""


class Checklist(Value):
    """A guideline with its source."""

    key: Text
    title: Text
    source: Text
    """The publication, as it is cited."""
    note: Text
    """What a reader of the filled list has to know."""
    items: tuple[Item, ...] = Field(min_length=1)


@cache
def read_checklist(key: str) -> Checklist:
    """Read a checklist by its key.

    Examples
    --------
    >>> read_checklist("consort").items[0].id
    '1a'
    """
    path = _FOLDER / f"{key.replace('-', '_')}.yaml"
    return Checklist.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
