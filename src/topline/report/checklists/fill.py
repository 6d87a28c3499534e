"""Fill a checklist: what the protocol and the run answer, and what is left to whom."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from topline.protocol.protocol import Protocol
from topline.report.checklists.answers import ANSWERS, Material
from topline.report.checklists.checklist import CHECKLISTS, Checklist, Item, read_checklist
from topline.report.paragraphs.spans import Words, plain

Status = Literal["answered", "partly answered", "to do", "does not apply"]
_NO_ARMS = "A trial of one arm"


@dataclass(frozen=True, slots=True)
class FilledItem:
    """An item with its answer."""

    item: Item
    status: Status
    answer: Words = ()
    """In words; numbers carry the ids of the results that they print."""
    places: tuple[str, ...] = ()
    """Where in the report: numbers of displays, headings, or parts of the protocol."""

    @property
    def to_do(self) -> str:
        """What is left, and whom to ask; empty where nothing is."""
        if self.status in {"answered", "does not apply"}:
            return ""
        what = self.item.left if self.status == "partly answered" else "To be written"
        return f"{what} ({self.item.ask})"


@dataclass(frozen=True, slots=True)
class FilledChecklist:
    """A checklist with its answers."""

    checklist: Checklist
    items: tuple[FilledItem, ...]


def fill_checklists(protocol: Protocol, rows: pl.DataFrame) -> tuple[FilledChecklist, ...]:
    """Fill every checklist; see `fill_checklist`."""
    known = map(read_checklist, CHECKLISTS)
    return tuple(FilledChecklist(each, fill_checklist(each, protocol, rows)) for each in known)


def fill_checklist(
    checklist: Checklist, protocol: Protocol, rows: pl.DataFrame
) -> tuple[FilledItem, ...]:
    """Fill every item of a checklist.

    Parameters
    ----------
    checklist
        From `read_checklist`.
    protocol
        What was promised.
    rows
        Result rows, as in `results.parquet`.

    Returns
    -------
    tuple of FilledItem
        In the order of the checklist; what nothing answers is to do.
    """
    material = Material(protocol, rows)
    return tuple(_filled(item, material) for item in checklist.items)


def _filled(item: Item, material: Material) -> FilledItem:
    if item.arms == "several" and len(material.protocol.study.arms) == 1:
        return FilledItem(item, "does not apply", plain(_NO_ARMS))
    answer = ANSWERS[item.answer](material) if item.answer else None
    if answer is None:
        return FilledItem(item, "to do")
    if answer.applies is False:
        return FilledItem(item, "does not apply", answer.words, answer.places)
    left = bool(item.left)
    return FilledItem(item, "partly answered" if left else "answered", answer.words, answer.places)
