"""One HTML file: results, every display, patients, listings, data quality, methods, receipts.

The page asks for nothing: style, script, fonts and rows are inside, under a content security policy
that allows no other. Text of the study shows as text, whatever it holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from types import MappingProxyType
from typing import Final

import jinja2
import polars as pl
from markupsafe import Markup

from topline.analyses.results import Results
from topline.displays.figure import Figure
from topline.displays.slugs import slugs
from topline.displays.svg import printable
from topline.displays.table import Table
from topline.errors import DataError
from topline.protocol.protocol import Protocol
from topline.report.columns import pack, unpack
from topline.report.contents import Entry, Group, display_groups
from topline.report.items import Item, Key, Section, show_display, show_key
from topline.report.key_results import key_results, methods_used
from topline.report.labels import STATISTICS
from topline.report.listings import Listing, name_variables, pack_listings
from topline.report.page_files import PAGE, page_policy, page_script, page_style
from topline.report.payload import Json, describe_results, json_text, script_json
from topline.report.profiles import describe_profiles
from topline.report.promises import describe_design, promises
from topline.report.quality import Quality, summarise_queries
from topline.report.receipts import Receipts

_NONE: Final[Mapping[str, pl.DataFrame]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the page is made of; its HTML was escaped where it was made."""

    main: Sequence[Item]
    supplement: Sequence[Item]
    keys: Sequence[Key]
    sections: Sequence[Section]
    quality: Quality
    listings: Sequence[Listing]
    results: str
    """Deflated."""
    index: str
    """What the script knows from the start: names, labels, the plan of profiles."""
    subjects: int


def render_report(  # noqa: PLR0913 - all that a report tells
    protocol: Protocol,
    displays: Sequence[Table | Figure],
    results: Results,
    adam: Mapping[str, pl.DataFrame],
    queries: pl.DataFrame,
    *,
    listings: Mapping[str, pl.DataFrame] = _NONE,
    sections: Sequence[Section] = (),
    patient_level: bool = True,
) -> str:
    """Return the report as one HTML document.

    Parameters
    ----------
    protocol
        What was promised.
    displays
        Tables and figures; the page shows them in this order, those of the supplement last.
    results
        All results; those that the displays print get a receipt.
    adam
        Analysis datasets by name.
    queries
        Findings in the collected data (`topline.sdtm.queries.Query`).
    listings
        Listings of the run by name, from `topline.adam.listings.derive_listings`.
    sections
        Parts that others wrote; their HTML is safe already.
    patient_level
        Embed datasets and listings, so that each number leads to its rows and each subject to a
        profile; without them the page holds no record and no identifier of a patient, and no
        display of single patients.

    Raises
    ------
    DataError
        The page was asked for without patients, and a title, label or term names one.
    """
    receipts = Receipts(results.rows)
    notice = protocol.study.notice or ""
    shown = tuple(d for d in displays if patient_level or not d.patients)
    named = zip(shown, slugs(shown), strict=True)
    items = [show_display(display, name, receipts, notice) for display, name in named]
    keys = [show_key(key, receipts) for key in key_results(protocol, results)]
    parts_of_others = [replace(s, html=receipts.linked(s.html)) for s in sections]
    told = describe_results(results.rows, receipts.result_ids, adam, patient_level=patient_level)
    index = _index(protocol, adam, listings, patient_level=patient_level)
    listed = pack_listings(adam, listings, queries) if patient_level else ()
    own = [section.listing for section in sections if section.listing is not None]
    index["listings"] = [_known(listing) for listing in (*listed, *own)]
    parts = _Parts(
        [item for item in items if not item.supplementary],
        _supplement(items),
        keys,
        parts_of_others,
        summarise_queries(queries),
        listed,
        pack(json_text(told)),
        script_json(index),
        adam["ADSL"].height,
    )
    page = _fill(protocol, results, parts, patient_level=patient_level)
    if not patient_level:
        listed_apart = "".join(unpack(listing.packed) for listing in own)
        _refuse_identifiers(page + json_text(told) + listed_apart, adam)
    return page


def _supplement(items: Sequence[Item]) -> list[Item]:
    """Return the displays of the supplement in the order of the contents."""
    entries = [(item.kind, item.entry) for item in items if item.supplementary]
    by_slug = {item.slug: item for item in items}
    return [by_slug[e.id] for group in display_groups(entries) for e in group.entries]


def _index(
    protocol: Protocol,
    adam: Mapping[str, pl.DataFrame],
    listings: Mapping[str, pl.DataFrame],
    *,
    patient_level: bool,
) -> dict[str, Json]:
    """Return what the script has to know before it unpacks anything."""
    index: dict[str, Json] = {
        "study": protocol.study.id,
        "patients": patient_level,
        "sets": {name: each.label for name, each in protocol.analysis_sets.items()},
        "statistics": dict(STATISTICS),
    }
    if patient_level:
        index["labels"] = name_variables(protocol, adam, listings)
        index["profile"] = describe_profiles(protocol, adam)
    return index


def _known(listing: Listing) -> Json:
    return {
        "name": listing.name,
        "slug": listing.slug,
        "title": listing.title,
        "columns": listing.columns,
        "dataset": listing.dataset,
    }


def _fill(protocol: Protocol, results: Results, parts: _Parts, *, patient_level: bool) -> str:
    """Put the parts into the page."""
    style, script = page_style(protocol.study), page_script()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGE),
        autoescape=True,
        finalize=_shown,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    details = [e.detail for key in parts.keys for e in key.result.estimates]
    return environment.get_template("report.html.j2").render(
        policy=page_policy(style, script),
        style=Markup(style),
        script=Markup(script),
        index=Markup(parts.index),
        packed_results=Markup(parts.results),
        study=protocol.study,
        facts=_facts(protocol),
        keys=parts.keys,
        signs=any(f" {sign}" in detail for detail in details for sign in ("NE", "NR")),
        contents=_contents(parts),
        main=parts.main,
        supplement=parts.supplement,
        words=[s for s in parts.sections if s.place == "after key results"],
        appended=[s for s in parts.sections if s.place == "after methods"],
        safe=Markup,
        listings=parts.listings,
        packed=[*parts.listings, *(s.listing for s in parts.sections if s.listing)],
        quality=parts.quality,
        design=describe_design(protocol),
        promises=promises(protocol),
        methods=methods_used(results).rows(),
        software=f"Made by Topline {version('topline')}.",
        patients=patient_level,
        subjects=parts.subjects,
    )


def _contents(parts: _Parts) -> list[Group]:
    """Return the groups of the contents, in the order of the page."""
    shown = [(item.kind, item.entry) for item in (*parts.main, *parts.supplement)]
    words = [Entry(s.id, s.title) for s in parts.sections if s.place == "after key results"]
    after = [Entry(s.id, s.title) for s in parts.sections if s.place == "after methods"]
    listings = [Entry(each.slug, each.title) for each in parts.listings if each.name != "queries"]
    return [
        Group("Key results", (Entry("results", "Key results"),)),
        *(Group(entry.title, (entry,)) for entry in words),
        *display_groups(shown),
        *([Group("Patients", (Entry("patients", "Patients"),))] if listings else []),
        *([Group("Listings", tuple(listings))] if listings else []),
        Group("Data quality", (Entry("quality", "Data quality"),)),
        Group(
            "Endpoints and methods",
            (
                Entry("endpoints", "Endpoints and estimands"),
                Entry("methods", "Methods"),
                *after,
                Entry("reading", "How to read this report"),
            ),
            unfolded=True,
        ),
    ]


def _shown(value: object) -> object:
    return printable(value) if type(value) is str else value


def _facts(protocol: Protocol) -> list[str]:
    study, cut = protocol.study, protocol.study.data_cut
    arms = [arm.label for arm in study.arms]
    facts = [
        study.registry or "",
        f"Phase {study.phase}" if study.phase else "",
        study.masking.capitalize() if study.masking else "",
        f"{len(arms)} arms: {', '.join(arms)}" if len(arms) > 1 else arms[0],
        study.indication or "",
        f"Data cut {cut.day} {cut:%B %Y}" if cut else "No data cut",
    ]
    return [fact for fact in facts if fact]


def _refuse_identifiers(page: str, adam: Mapping[str, pl.DataFrame]) -> None:
    """Refuse a page without patients that names one; an identifier of digits alone is no name."""
    subjects: list[str] = adam["ADSL"]["USUBJID"].to_list() if "ADSL" in adam else []
    named = [s for s in subjects if not s.isdigit() and s in page]
    if named:
        msg = (
            f"report without patient-level data: {len(named)} of {len(subjects)} subjects are "
            f"named in it ({', '.join(named[:3])}); expected none: take USUBJID out of the titles, "
            "labels and terms that the protocol shows"
        )
        raise DataError(msg)
