"""The report as a document."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import polars as pl
import pytest

from tests.displays import example
from tests.report.reports import carried, report, whole
from topline.analyses.results import Result, Results
from topline.displays.compose import compose
from topline.displays.html import plain
from topline.displays.table import Cell, Column, Row, Table
from topline.errors import DataError
from topline.report.items import Section
from topline.report.page_files import css_string
from topline.report.report import render_report

STUDIES = ("cabotem", "pilot")


class Elements(HTMLParser):
    """Every element with its attributes, and the texts of scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag in self.raw:
            self._inside = tag
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.raw[self._inside][-1] += data


def elements(html: str) -> Elements:
    parser = Elements()
    parser.feed(html)
    return parser


@pytest.mark.parametrize("study", STUDIES)
def test_nothing_in_the_page_asks_for_anything(study: str) -> None:
    found = elements(report(study)).found
    assert {tag for tag, _ in found}.isdisjoint({"img", "iframe", "object", "embed", "image"})
    for tag, attributes in found:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        for name in ("href", "src", "xlink:href"):
            target = attributes.get(name) or "#"
            assert target.startswith(("#", "data:text/csv;base64,")) or target == "data:,"


@pytest.mark.parametrize("study", STUDIES)
def test_the_policy_allows_this_style_and_script_only(study: str) -> None:
    page = elements(report(study))
    policy = next(
        a["content"] or "" for tag, a in page.found if a.get("http-equiv") and tag == "meta"
    )
    (style,) = page.raw["style"]
    data, *packed, script = page.raw["script"]
    for kind, text in (("style", style), ("script", script)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert json.loads(data)["patients"]
    assert packed
    assert all(re.fullmatch(r"[A-Za-z0-9+/]+=*", each) for each in packed)


@pytest.mark.parametrize("study", STUDIES)
def test_ids_are_unique(study: str) -> None:
    ids = [a["id"] for _, a in elements(report(study)).found if "id" in a]
    assert len(ids) == len(set(ids))


def test_hostile_terms_show_as_text() -> None:
    page = report("pilot")
    assert len(elements(page).raw["script"]) == 2 + len(carried(page))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7*7 }}" in page
    assert "<img" not in page


def test_hostile_words_of_the_protocol_show_as_text() -> None:
    protocol, adam, results = example.cabotem()
    hostile = " ".join(example.HOSTILE)
    study = protocol.study.model_copy(
        update={"id": hostile, "title": hostile, "notice": hostile, "registry": hostile}
    )
    shown = tuple(
        plan.model_copy(update={"number": f"{text} {i}", "title": text})
        for i, (plan, text) in enumerate(zip(protocol.displays, example.HOSTILE, strict=False))
    )
    spoiled = protocol.model_copy(update={"study": study, "displays": shown})
    html = render_report(spoiled, compose(spoiled, results), results, adam, example.queries())
    page = elements(html)
    assert len(page.raw["script"]) == 2 + len(carried(html))
    assert len(page.raw["style"]) == 1
    assert {tag for tag, _ in page.found}.isdisjoint({"img", "iframe"})
    assert not [a for _, a in page.found if "onload" in a or "onerror" in a]


def test_words_in_the_style_sheet_cannot_leave_their_string() -> None:
    assert css_string('"; } </style>') == '"\\22 \\3b \\20 \\7d \\20 \\3c \\2f style\\3e "'


@pytest.mark.parametrize("study", STUDIES)
def test_without_patients_nobody_is_named(study: str) -> None:
    page = report(study, patient_level=False)
    _, adam, _ = (example.cabotem if study == "cabotem" else example.pilot)()
    assert not [subject for subject in adam["ADSL"]["USUBJID"] if subject in page]
    index = json.loads(elements(page).raw["script"][0])
    assert index["listings"] == []
    assert not {"labels", "profile"} & set(index)
    packed = carried(page)
    assert list(packed) == ["results"]
    told = json.dumps(packed)
    assert not [subject for subject in adam["ADSL"]["USUBJID"] if subject in told]
    assert "traces" not in packed["results"]
    assert 'data-r="0"' in page or 'data-r="0 ' in page


def test_a_title_that_names_a_patient_is_refused_without_patients() -> None:
    protocol, adam, results = example.cabotem()
    table = Table("Table 1", "Of CABOTEM-007", (Column("a"),), (Row((Cell("x"),)),))
    with pytest.raises(DataError, match=r"1 of 37 subjects are named in it \(CABOTEM-007\)"):
        render_report(protocol, [table], results, adam, example.queries(), patient_level=False)
    assert "CABOTEM-007" in render_report(protocol, [table], results, adam, example.queries())


def test_a_patient_in_a_result_is_refused_without_patients() -> None:
    protocol, adam, results = example.cabotem()
    rows = results.rows.with_columns(warning=pl.lit("as CABOTEM-007 was"))
    named = Results(Result.cast(rows), results.curves)
    shown = compose(protocol, results)
    with pytest.raises(DataError, match="1 of 37 subjects are named"):
        render_report(protocol, shown, named, adam, example.queries(), patient_level=False)


def test_displays_of_single_patients_are_left_out_without_patients() -> None:
    protocol, adam, results = example.cabotem()
    table = Table("Table 1", "Each patient", (Column("a"),), (Row((Cell("x"),)),), patients=True)
    whole = render_report(protocol, [table], results, adam, example.queries())
    aggregate = render_report(
        protocol, [table], results, adam, example.queries(), patient_level=False
    )
    assert "Each patient" in whole
    assert "Each patient" not in aggregate


def test_sections_of_others_stand_where_they_ask() -> None:
    protocol, adam, results = example.cabotem()
    first, last = results.rows["result_id"][0], results.rows["result_id"][-1]
    words = plain("37 patients", (first,)) + " and " + plain("one more", (last,))
    page = render_report(
        protocol, [], results, adam, example.queries(),
        sections=[
            Section("words", "In words", f"<p>{words}</p>", "after key results"),
            Section("checklist", "Reporting checklists", "<p>All done.</p>"),
        ],
    )  # fmt: skip
    order = [page.index(f'id="{part}"') for part in ("results", "words", "methods", "checklist")]
    assert order == sorted(order)
    assert re.search(r'<button type="button" data-r="\d+">37 patients</button> and <button', page)
    assert '<li class="alone"><a href="#words">In words</a></li>' in page
    assert '<a href="#checklist">Reporting checklists</a>' in page


def test_the_supplement_follows_whatever_the_order_of_the_protocol() -> None:
    protocol, adam, results = example.cabotem()
    tables = [
        Table(number, number, (Column("a"),), (Row((Cell("x"),)),))
        for number in ("Table S10", "Table 1", "Table S2")
    ]
    page = render_report(protocol, tables, results, adam, example.queries())
    shown = re.findall(r'<section class="display table" id="([^"]+)"', page)
    assert shown == ["table-1", "table-s2", "table-s10"]
    assert page.index('id="supplement"') < page.index('id="table-s2"')


@pytest.mark.slow
def test_the_file_stays_small() -> None:
    assert len(whole().encode()) < 3e6, "37 patients, every row and listing"
    assert len(whole(patient_level=False).encode()) < 1.5e6
    assert len(report("pilot").encode()) < 10e6, "254 patients in three arms"


def test_the_same_input_gives_the_same_bytes() -> None:
    protocol, adam, results = example.cabotem()
    again = render_report(protocol, compose(protocol, results), results, adam, example.queries())
    assert again == report("cabotem")


def test_every_number_of_every_table_can_be_pressed() -> None:
    protocol, _, results = example.cabotem()
    page = report("cabotem")
    for table in compose(protocol, results):
        if not isinstance(table, Table):
            continue
        start = page.index(f"<caption>{table.number}. ")
        body = page[start : page.index("</table>", start)]
        cells = [cell for row in table.rows for cell in row.cells if cell.results]
        heads = [column for column in table.columns if column.results]
        assert body.count("data-r=") == len(cells) + len(heads)


def test_the_notice_stands_on_the_page_and_in_the_margin_of_print() -> None:
    protocol, *_ = example.cabotem()
    notice = protocol.study.notice or ""
    page = report("cabotem")
    assert f"@top-center {{ content: {css_string(notice)};" in page
    assert re.search(r'<aside class="notice"[^>]*>Reconstructed cohort', page)
