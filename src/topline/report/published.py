"""Published beside recomputed: the claims of a publication with what this run gives for each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from topline.displays.html import plain as pressed
from topline.displays.html import safe
from topline.report.columns import frame_text, pack
from topline.report.items import Section
from topline.report.listings import Listing

Agreement = Literal["differs", "not computed", "agrees"]
AGREEMENTS: Final[tuple[Agreement, ...]] = ("differs", "not computed", "agrees")
"""Worst first."""
_SHOWN: Final = ("agreement", "claim", "where", "printed", "recomputed", "why")
_AT_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class PublishedClaim:
    """A claim of a publication with what a run gives for it."""

    claim: str
    """Its name."""
    where: str
    printed: str
    recomputed: str
    agreement: Agreement
    why: str
    """Why it differs or was not computed; empty where nobody knows."""
    results: tuple[str, ...]
    doubted: bool
    """An audit found something wrong with the claim itself."""


@dataclass(frozen=True, slots=True)
class Published:
    """All claims of a publication, worst first."""

    source: str
    """Citation."""
    claims: tuple[PublishedClaim, ...]
    audited: bool
    """Whether an audit of these claims was at hand."""
    unknown: tuple[str, ...] = ()
    """What the claims name and the run does not have, with its place."""

    def frame(self) -> pl.DataFrame:
        """Return a row a claim, worst first, all text."""
        rows = [
            (c.agreement, c.claim, c.where, c.printed, c.recomputed, c.why, " ; ".join(c.results))
            for c in self.claims
        ]
        schema: dict[str, pl.DataType] = {name: pl.String() for name in (*_SHOWN, "results")}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def section(self) -> Section:
        """Return the part of the report: counts, what differs, and all claims to be sorted."""
        rows = self.frame()
        # The page makes buttons of a column that is called subject: none is here
        listing = Listing("claims", "Every claim", rows.height, _SHOWN, pack(frame_text(rows)))
        body = [
            f"<p>{safe(self._told())}</p>",
            _counts(self.claims),
            *_unknown(self.unknown),
            _differing([c for c in self.claims if c.agreement != "agrees"]),
            f'<details class="listing" id="{listing.slug}" data-listing="{listing.name}">'
            f"<summary>{listing.title} "
            f'<span class="size">{listing.rows:,} rows</span></summary>'
            '<div class="holder"></div></details>',
        ]
        html = "\n".join(filter(None, body))
        return Section("published", "Published beside recomputed", html, listing=listing)

    def _told(self) -> str:
        agree = sum(c.agreement == "agrees" for c in self.claims)
        share = f" ({100 * agree / len(self.claims):.1f}%)" if self.claims else ""
        audited = (
            "Reasons from the audit of the claims, which needs no patient data, are among them."
            if self.audited
            else "Which claims cannot be true whatever the data, topline audit says."
        )
        return (
            f"{self.source}: of {len(self.claims)} printed claims this run gives {agree}{share}. A "
            "number agrees where the run's value, unrounded, rounds to the printed digits; a "
            f"claim, where each of its numbers does. {audited}"
        )


def _counts(claims: Sequence[PublishedClaim]) -> str:
    """Return how many claims agree, apart from those that an audit doubts."""
    counted = Counter((c.agreement, c.doubted) for c in claims)
    heads = ("Claims", "Audit found nothing wrong", "Audit found something wrong", "All")
    rows = [
        (
            agreement.capitalize(),
            *(str(counted[agreement, doubted]) for doubted in (False, True)),
            str(sum(counted[agreement, doubted] for doubted in (False, True))),
        )
        for agreement in AGREEMENTS
    ]
    body = "\n".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{n}</td>" for n in row[1:])}</tr>'
        for row in rows
    )
    return _table("Printed claims and this run", heads, body, "")


def _differing(claims: Sequence[PublishedClaim]) -> str:
    """Return the claims that do not agree, the run's numbers to be pressed."""
    if not claims:
        return ""
    rows = "\n".join(
        f'<tr><th scope="row">{safe(c.agreement.capitalize())}</th>'
        f'<td>{safe(c.where)}<br><span class="code">{safe(c.claim)}</span></td>'
        f"<td>{safe(c.printed)}</td><td>{pressed(c.recomputed, c.results)}</td>"
        f"<td>{safe(c.why)}</td></tr>"
        for c in claims[:_AT_MOST]
    )
    heads = ("", "Where", "Printed", "Recomputed", "Why")
    more = len(claims) - _AT_MOST
    rest = f"\n<p>{more:,} more are in the list of every claim.</p>" if more > 0 else ""
    told = "<p>Claims that do not agree, those that the audit does not doubt first:</p>\n"
    return told + _table("Claims that do not agree, worst first", heads, rows, "prose") + rest


def _unknown(places: Sequence[str]) -> Iterable[str]:
    if places:
        shown = "".join(f"<li>{safe(place)}</li>" for place in places[:_AT_MOST])
        n = len(places)
        yield f"<p>{n} claim{'s' if n > 1 else ''} cannot be looked up:</p>\n<ul>{shown}</ul>"


def _table(name: str, heads: Sequence[str], rows: str, kind: str) -> str:
    head = "".join(f'<th scope="col">{safe(h)}</th>' if h else "<td></td>" for h in heads)
    style = f' class="{kind}"' if kind else ""
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{safe(name)}, scrollable">\n'
        f"<table{style}>\n<caption>{safe(name)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>{rows}</tbody>\n</table>\n</div>"
    )
