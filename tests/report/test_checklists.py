"""Checklists: every item has its answer or its to-do, and answers print results."""

import csv
import io
import re
from functools import cache
from pathlib import Path

import pytest

from tests.analyses.study import protocol
from tests.displays.results import result_rows
from tests.report.test_paragraphs import analysed, forms, rate
from topline.protocol.protocol import Protocol
from topline.report.checklists.answers import ANSWERS
from topline.report.checklists.checklist import CHECKLISTS, Checklist, Item, read_checklist
from topline.report.checklists.fill import FilledChecklist, FilledItem, fill_checklist
from topline.report.checklists.write import (
    checklist_frame,
    checklist_html,
    checklist_markdown,
    write_checklists,
)
from topline.report.paragraphs.spans import Span, text_of

ALL = pytest.mark.parametrize("key", CHECKLISTS)
RESULTS = result_rows(*rate(5, 33, "15.2", "5.1", "31.9"))
PLAN = {"kind": "rate", "endpoint": "ORR", "analysis_set": "SAFETY"}


@cache
def filled(key: str, name: str) -> dict[str, FilledItem]:
    plan, rows = analysed(name)
    return {each.item.id: each for each in fill_checklist(read_checklist(key), plan, rows)}


@ALL
def test_items_are_numbered_once_and_ask_for_answers_that_exist(key: str) -> None:
    items = read_checklist(key).items
    ids = [item.id for item in items]
    assert len(ids) == len(set(ids))
    assert {item.answer for item in items if item.answer} <= set(ANSWERS)
    assert all(item.ask and item.report and item.topic for item in items)


def test_every_answer_is_asked_for() -> None:
    asked = {item.answer for key in CHECKLISTS for item in read_checklist(key).items}
    assert set(ANSWERS) <= asked


def test_consort_has_the_thirty_items_of_2025() -> None:
    """CONSORT 2025 numbers its items from 1 to 30 (Hopewell et al. 2025, Table 1)."""
    numbers = [int(re.sub(r"\D", "", item.id)) for item in read_checklist("consort").items]
    assert sorted(set(numbers)) == list(range(1, 31))
    assert numbers == sorted(numbers)
    assert "1a" in {item.id for item in read_checklist("consort").items}


@ALL
def test_sources_are_cited_and_no_extension_is_claimed(key: str) -> None:
    checklist = read_checklist(key)
    assert checklist.source
    assert "own words" in checklist.note
    told = " ".join([checklist.title, checklist.note, *(i.report for i in checklist.items)])
    assert "extension" not in told.lower()


def test_items_about_allocation_do_not_apply_to_one_arm() -> None:
    one, three = filled("consort", "cabotem"), filled("consort", "pilot")
    for item in ("17a", "17b", "18", "19"):
        assert (one[item].status, three[item].status) == ("does not apply", "to do")
        assert one[item].to_do == ""
        assert "(" in three[item].to_do


def test_what_the_protocol_holds_is_told() -> None:
    found = filled("consort", "cabotem")
    assert text_of(found["2"].answer) == "NCT04893785"
    assert "one-sided alpha 0.1, power 90%" in text_of(found["16a"].answer)
    assert "Cabozantinib 40 mg, oral, daily, reduced to 20 mg" in text_of(found["13"].answer)
    assert found["11"].status == "to do"
    assert found["11"].to_do == "To be written (Clinical operations)"
    assert found["2"].to_do == "Add the date of registration and the link (Sponsor)"


def test_the_summary_names_tests_with_their_sides() -> None:
    answer = text_of(filled("reporting-summary", "cabotem")["S3"].answer)
    two, _, one = answer.partition(". One-sided: ")
    assert one == "Exact binomial test"
    assert "Fisher exact test" in two
    assert "Log-rank test" in two


@ALL
@pytest.mark.parametrize("name", ["cabotem", "pilot"])
def test_numbers_of_answers_are_displays_of_their_results(key: str, name: str) -> None:
    known = {r["result_id"]: r for r in analysed(name)[1].iter_rows(named=True)}
    spans = [s for each in filled(key, name).values() for s in each.answer if s.results]
    assert len(spans) > 10
    for span in spans:
        possible = {form for result in span.results for form in forms(known[result])}
        assert span.text.lower() in possible, span


@ALL
@pytest.mark.parametrize("name", ["cabotem", "pilot"])
def test_answers_are_words_without_gaps(key: str, name: str) -> None:
    broken = re.compile(
        r"\bNone\b(?! (?:of|planned|named))|\bnan\b|  | [,.;)]|\( |\.\.|: ;|: \.|^\W*$"
    )
    for each in filled(key, name).values():
        text = text_of(each.answer)
        if each.status == "to do":
            assert text == ""
            assert each.to_do
        else:
            assert not broken.search(text), (each.item.id, text)
            assert text.count("(") == text.count(")"), (each.item.id, text)


@ALL
@pytest.mark.parametrize("name", ["cabotem", "pilot"])
def test_places_are_displays_or_parts_that_exist(key: str, name: str) -> None:
    plan, _ = analysed(name)
    numbers = {display.number for display in plan.displays}
    parts = {
        "Endpoints and estimands",
        "Key results",
        "Methods",
        "manifest.json",
        "results.parquet",
    }
    for each in filled(key, name).values():
        for place in each.places:
            section = place.removeprefix("Protocol: ")
            assert place in numbers | parts or section in Protocol.model_fields, place


@ALL
def test_a_run_without_results_is_filled_as_far_as_the_protocol_goes(key: str) -> None:
    plan = protocol({"A": PLAN}, ("Drug",))
    found = fill_checklist(read_checklist(key), plan, RESULTS.clear())
    assert {each.status for each in found} > {"to do"}
    assert not [s for each in found for s in each.answer if s.results]


HOSTILE = "<script>alert(1)</script> | {{ 7*7 }} *a*\n=1+1"


def hostile() -> FilledChecklist:
    checklist = Checklist(
        key="k",
        title=HOSTILE,
        source=HOSTILE,
        note=HOSTILE,
        items=(Item(id="1", topic="T", report="R", ask="A", left="more"),),
    )
    item = FilledItem(
        checklist.items[0], "partly answered", (Span(HOSTILE, ("r<1>",)),), (HOSTILE,)
    )
    return FilledChecklist(checklist, (item,))


def test_text_of_the_study_stays_text(tmp_path: Path) -> None:
    html = checklist_html(hostile())
    assert "<script" not in html
    assert 'data-results="r&lt;1&gt;"' in html
    markdown = checklist_markdown(hostile(), HOSTILE)
    rows = [line for line in markdown.splitlines() if line.startswith("| 1 |")]
    assert len(rows) == 1
    assert len(re.findall(r"(?<!\\)\|", rows[0])) == 7
    write_checklists([hostile()], "", tmp_path)
    content = (tmp_path / "checklists" / "k.csv").read_text(encoding="utf-8-sig")
    (line,) = list(csv.DictReader(io.StringIO(content)))
    assert line["results"] == "r<1>"
    assert not line["answer"].startswith("=")


def test_files_say_status_and_whom_to_ask(tmp_path: Path) -> None:
    plan = protocol({"A": PLAN}, ("Drug",))
    checklist = read_checklist("consort")
    items = fill_checklist(checklist, plan, RESULTS)
    write_checklists([FilledChecklist(checklist, items)], "Made up.", tmp_path)
    assert [p.name for p in sorted((tmp_path / "checklists").iterdir())] == [
        "consort.csv", "consort.md",
    ]  # fmt: skip
    text = (tmp_path / "checklists" / "consort.md").read_text(encoding="utf-8")
    assert "> Made up." in text
    assert "- 5a Funding: To be written (Sponsor)" in text
    assert text.rstrip().splitlines()[-1].startswith("Source: Hopewell")
    frame = checklist_frame(items)
    assert frame.height == len(checklist.items)
    assert frame.filter(item="26")["results"].item() == "r1 r2 r3 r0 r0"
