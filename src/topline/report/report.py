"""One HTML file: key results, every display, data quality, endpoints, methods, and receipts.

The page asks for nothing: style, script and fonts are inside, under a content security policy that
allows no other. Text of the study shows as text, whatever it holds.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import jinja2
import polars as pl
from markupsafe import Markup

from topline.analyses.results import Results
from topline.displays.figure import Figure
from topline.displays.html import table_html
from topline.displays.slugs import slugs
from topline.displays.spreadsheet import table_csv
from topline.displays.svg import printable
from topline.displays.table import Table
from topline.displays.write import font_faces
from topline.errors import DataError
from topline.protocol.protocol import Protocol
from topline.protocol.study import Study
from topline.report.key_results import KeyResult, key_results, methods_used
from topline.report.payload import describe_results, script_json
from topline.report.promises import describe_design, promises
from topline.report.quality import Quality, summarise_queries
from topline.report.receipts import Receipts

_PAGE: Final = Path(__file__).with_name("page")
_BROAD: Final = 9


@dataclass(frozen=True, slots=True)
class _Item:
    """A display as the page shows it."""

    slug: str
    number: str
    title: str
    kind: str
    broad: bool
    body: Markup
    description: str
    notes: tuple[str, ...]
    csv: str


@dataclass(frozen=True, slots=True)
class _Key:
    """A key result with its buttons."""

    result: KeyResult
    estimates: tuple[Markup, ...]
    decision: Markup


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the page is made of; its HTML was escaped where it was made."""

    items: Sequence[_Item]
    keys: Sequence[_Key]
    quality: Quality
    data: str


def render_report(  # noqa: PLR0913 - all that a report tells
    protocol: Protocol,
    displays: Sequence[Table | Figure],
    results: Results,
    adam: Mapping[str, pl.DataFrame],
    queries: pl.DataFrame,
    *,
    patient_level: bool = True,
) -> str:
    """Return the report as one HTML document.

    Parameters
    ----------
    protocol
        What was promised.
    displays
        Tables and figures, in the order of the page.
    results
        All results; those that the displays print get a receipt.
    adam
        Analysis datasets by name.
    queries
        Findings in the collected data (`topline.sdtm.queries.Query`).
    patient_level
        Embed the analysis datasets, so that each number leads to its rows; without them the page
        holds no record and no identifier of a patient.

    Raises
    ------
    DataError
        The page was asked for without patients, and a title, label or term names one.
    """
    receipts = Receipts()
    notice = protocol.study.notice or ""
    names = slugs(tuple(displays))
    items = [_item(*named, receipts, notice) for named in zip(displays, names, strict=True)]
    keys = [_pressed(key, receipts) for key in key_results(protocol, results)]
    data = describe_results(
        protocol, results.rows, receipts.result_ids, adam, patient_level=patient_level
    )
    parts = _Parts(
        items, keys, summarise_queries(queries, patient_level=patient_level), script_json(data)
    )
    page = _fill(protocol, results, parts, patient_level=patient_level)
    if not patient_level:
        _refuse_identifiers(page, adam)
    return page


def _fill(protocol: Protocol, results: Results, parts: _Parts, *, patient_level: bool) -> str:
    """Put the parts into the page."""
    style, script = _style(protocol.study), (_PAGE / "report.js").read_text("utf-8")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PAGE),
        autoescape=True,
        finalize=_shown,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    details = [e.detail for key in parts.keys for e in key.result.estimates]
    return environment.get_template("report.html.j2").render(
        policy=_policy(style, script),
        style=Markup(style),
        script=Markup(script),
        data=Markup(parts.data),
        study=protocol.study,
        facts=_facts(protocol),
        keys=parts.keys,
        signs=any(f" {sign}" in detail for detail in details for sign in ("NE", "NR")),
        items=parts.items,
        quality=parts.quality,
        design=describe_design(protocol),
        promises=promises(protocol),
        methods=methods_used(results).rows(),
        software=f"Made by Topline {version('topline')}.",
        patients=patient_level,
    )


def _pressed(key: KeyResult, receipts: Receipts) -> _Key:
    """Give a key result its buttons."""
    return _Key(
        key,
        tuple(Markup(receipts.button(e.text, e.results)) for e in key.estimates),
        Markup(receipts.button(key.decision, key.decision_results)),
    )


def _shown(value: object) -> object:
    return printable(value) if type(value) is str else value


def _item(display: Table | Figure, slug: str, receipts: Receipts, notice: str) -> _Item:
    notes = tuple(note for note in display.footnotes if note != notice)
    if isinstance(display, Figure):
        label = f"{display.number}. {display.title}"
        body = receipts.picture(display.svg, label, f"{slug}-words")
        words, csv, broad = display.description, "", False
    else:
        body, words = table_html(display, receipts.button, receipts.head), ""
        content = base64.b64encode(table_csv(display).encode("utf-8-sig")).decode()
        csv = f"data:text/csv;base64,{content}"
        broad = len(display.columns) >= _BROAD
    return _Item(
        slug,
        display.number,
        display.title,
        "figure" if isinstance(display, Figure) else "table",
        broad,
        Markup(body),
        words,
        notes,
        csv,
    )


def _style(study: Study) -> str:
    rules = (_PAGE / "report.css").read_text("utf-8")
    rules = rules.replace("NOTICE", css_string(study.notice or ""), 1)
    return font_faces() + rules.replace("STUDY", css_string(study.id), 1)


def css_string(text: str) -> str:
    r"""Return text as a string of a style sheet, letters and digits as they are, all else escaped.

    Examples
    --------
    >>> css_string('a"</style>')
    '"a\\22 \\3c \\2f style\\3e "'
    """
    escaped = (c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in printable(text))
    return f'"{"".join(escaped)}"'


def _policy(style: str, script: str) -> str:
    """Return a content security policy that allows this style and this script, and nothing else."""
    hashes = [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (style, script)
    ]
    return (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
    )


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
