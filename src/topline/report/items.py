"""Displays and sections as the page shows them, their HTML made safe where it is made."""

import base64
from dataclasses import dataclass
from typing import Final, Literal

from markupsafe import Markup

from topline.displays.figure import Figure
from topline.displays.html import table_html
from topline.displays.spreadsheet import table_csv
from topline.displays.table import Table
from topline.report.contents import Entry, is_supplementary
from topline.report.key_results import KeyResult
from topline.report.listings import Listing
from topline.report.receipts import Receipts

_BROAD: Final = 9


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page that others wrote, such as results in words or a checklist.

    A span with `data-results` (`topline.displays.html.plain`) becomes a number that can be pressed.
    """

    id: str
    """Letters, digits and hyphens; no other part of the page has it."""
    title: str
    html: str
    """Already safe: text of the study escaped, no scripts, no style attributes."""
    place: Literal["after key results", "after methods"] = "after methods"
    listing: Listing | None = None
    """Rows that its HTML lists (`data-listing`); none of a patient."""


@dataclass(frozen=True, slots=True)
class Item:
    """A display as the page shows it."""

    slug: str
    number: str
    title: str
    kind: Literal["table", "figure"]
    broad: bool
    body: Markup
    description: str
    notes: tuple[str, ...]
    csv: str

    @property
    def entry(self) -> Entry:
        """Its place in the contents."""
        return Entry(self.slug, self.title, self.number)

    @property
    def supplementary(self) -> bool:
        """Whether it belongs to the supplement."""
        return is_supplementary(self.number)


@dataclass(frozen=True, slots=True)
class Key:
    """A key result with its buttons."""

    result: KeyResult
    estimates: tuple[Markup, ...]
    decision: Markup


def show_display(display: Table | Figure, slug: str, receipts: Receipts, notice: str) -> Item:
    """Return a display for the page; the notice, which the page has, is left out of its notes."""
    notes = tuple(note for note in display.footnotes if note != notice)
    if isinstance(display, Figure):
        label = f"{display.number}. {display.title}"
        picture = Markup(receipts.picture(display.svg, label, f"{slug}-words"))
        return Item(
            slug,
            display.number,
            display.title,
            "figure",
            broad=False,
            body=picture,
            description=display.description,
            notes=notes,
            csv="",
        )
    content = base64.b64encode(table_csv(display).encode("utf-8-sig")).decode()
    return Item(
        slug,
        display.number,
        display.title,
        "table",
        broad=len(display.columns) >= _BROAD,
        body=Markup(table_html(display, receipts.button, receipts.head)),
        description="",
        notes=notes,
        csv=f"data:text/csv;base64,{content}",
    )


def show_key(key: KeyResult, receipts: Receipts) -> Key:
    """Give a key result its buttons."""
    return Key(
        key,
        tuple(Markup(receipts.button(e.text, e.results)) for e in key.estimates),
        Markup(receipts.button(key.decision, key.decision_results)),
    )
