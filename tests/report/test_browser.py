"""The report in a browser: looked at, pressed, read aloud, printed."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.displays import example
from tests.report.conftest import Visit, shown, violations
from tests.report.reports import report
from topline.report.items import Section
from topline.report.report import render_report

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("study", ["cabotem", "pilot"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_quiet_and_never_wider_than_its_window(
    visit: Visit, tmp_path: Path, study: str, width: int
) -> None:
    page = visit.open(report(study), tmp_path, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("section.table td [data-r]").first.click()
    shown(page.locator("#panel"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.complaints == []
    assert visit.requests == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nobody_is_shut_out(visit: Visit, tmp_path: Path, width: int) -> None:
    page = visit.open(report("cabotem"), tmp_path, width)
    assert violations(page) == []
    page.locator("section.table td [data-r]").first.click()
    shown(page.locator("#panel .subjects"))
    assert violations(page, "#panel") == []


def test_a_number_leads_to_its_subjects_and_a_subject_to_all_records(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit.open(report("cabotem"), tmp_path)
    _, adam, _ = example.cabotem()
    women = adam["ADSL"].filter(SEX="F")["USUBJID"].to_list()
    page.locator("#table-1 tr", has_text="Female").locator("[data-r]").click()
    panel = page.locator("#panel")
    shown(panel.locator("code"), "FASFL = 'Y' AND SEX = 'F'")
    assert panel.locator(".subjects button").all_inner_texts() == women
    panel.locator(".subjects button").first.click()
    shown(panel.locator("h2"), women[0])
    events = adam["ADAE"].filter(USUBJID=women[0]).height
    expect(panel.locator("summary", has_text="ADAE")).to_have_text(
        f"Adverse events ADAE ({events} rows)"
    )
    panel.get_by_role("button", name="Back", exact=True).click()
    assert panel.locator(".subjects button").all_inner_texts() == women


def test_the_keyboard_alone_is_enough(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(report("cabotem"), tmp_path)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skip link
    page.keyboard.press("Tab")
    pressed = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    shown(page.locator("#panel-title"), pressed)
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == pressed


def test_numbers_in_figures_can_be_pressed_by_mouse_and_key(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(report("cabotem"), tmp_path)
    mark = page.locator("#figure-1 [data-r]").first
    mark.click()
    shown(page.locator("#panel .what"), "Enrolled")
    page.keyboard.press("Escape")
    mark.focus()
    page.keyboard.press("Space")
    shown(page.locator("#panel .what"), "Enrolled")


def test_heads_of_columns_can_be_pressed_and_are_repeated_in_print(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit.open(report("cabotem"), tmp_path)
    page.locator("#table-1 thead [data-r]").focus()
    page.keyboard.press("Enter")
    shown(page.locator("#panel dd"), "37 subjects")
    page.keyboard.press("Escape")
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    pages = PdfReader(tmp_path / "report.pdf").pages
    assert sum("(N = 37)" in each.extract_text() for each in pages[:4]) >= 2


def test_hostile_terms_are_text_in_receipts_profiles_listings_and_search(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit.open(report("pilot"), tmp_path)
    page.on("dialog", lambda dialog: visit.complaints.append(dialog.message))
    strays = page.locator("dialog script, dialog img, dialog iframe, .rows script, .rows img")
    row = page.locator("section.table tr", has_text=example.HOSTILE[0]).first
    row.locator("[data-r]").first.click()
    shown(page.locator("#panel .what"), example.HOSTILE[0])
    page.locator("#panel .subjects button").first.click()
    expect(shown(page.locator("svg.course"))).to_contain_text("<script>")
    assert strays.count() == 0
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('[data-listing=ADAE]').open = true")
    shown(page.locator("[data-listing=ADAE] input[type=search]")).fill("onerror=alert")
    shown(page.locator("[data-listing=ADAE] td"), "<img")
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.insert_text("<img src=x")
    expect(shown(page.locator("#search-found mark")).first).to_have_text("<img")
    assert strays.count() == 0
    assert visit.complaints == []


def test_somebody_never_treated_and_without_records_has_a_profile(
    visit: Visit, tmp_path: Path
) -> None:
    protocol, adam, results = example.cabotem()
    nobody = pl.col("USUBJID") == adam["ADSL"]["USUBJID"][0]
    dates = [name for name, kind in adam["ADSL"].schema.items() if kind == pl.Date]
    adsl = adam["ADSL"].with_columns(pl.when(~nobody).then(pl.col(dates)))
    left = {name: rows.filter(~nobody) for name, rows in adam.items()} | {"ADSL": adsl}
    left["ADAE"] = left["ADAE"].clear()
    page = visit.open(render_report(protocol, [], results, left, example.queries()), tmp_path)
    page.locator("#patients button.subject").first.click()
    course = shown(page.locator("svg.course"))
    subject = adsl["USUBJID"][0]
    assert (course.get_attribute("aria-label") or "").startswith(f"Course of {subject}.")
    expect(page.locator("details.records")).to_have_count(1)
    assert visit.complaints == []


def test_rows_are_saved_as_they_are(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(report("cabotem"), tmp_path)
    _, adam, _ = example.cabotem()
    page.locator("#table-1 tr", has_text="Female").locator("[data-r]").click()
    shown(page.locator("#panel table"))
    page.locator("#panel").get_by_label(f"All {adam['ADSL'].width} variables").check()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save ADSL as CSV").click()
    text = Path(saved.value.path()).read_text("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert head == adam["ADSL"].columns
    assert [row[1] for row in rows] == adam["ADSL"].filter(SEX="F")["USUBJID"].to_list()


def test_without_patients_a_receipt_shows_method_and_number(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(report("cabotem", patient_level=False), tmp_path)
    rate = page.locator("section.table tr", has_text="Overall response rate").first
    rate.locator("[data-r]").last.click()
    panel = page.locator("#panel")
    shown(panel.locator("dd"), "Clopper-Pearson")
    expect(panel).to_contain_text("33 subjects")
    assert panel.locator(".subjects").count() == 0
    assert page.locator("#patients, #listings").count() == 0
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.insert_text("response rate")
    shown(page.locator("#search-count"), "places in")
    assert visit.complaints == []


def test_print_carries_the_notice_on_every_page(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(report("cabotem"), tmp_path)
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    pages = PdfReader(tmp_path / "report.pdf").pages
    texts = [each.extract_text() for each in pages]
    assert len(pages) > 3
    assert all("Reconstructed cohort" in text for text in texts)
    assert all(round(float(each.mediabox.width) / 72 * 25.4) in {210, 297} for each in pages)


def test_print_unfolds_what_others_folded(visit: Visit, tmp_path: Path) -> None:
    protocol, adam, results = example.cabotem()
    folded = "<details><summary>Efficacy</summary><p>Five of 33 patients responded.</p></details>"
    words = Section("words", "In words", folded, "after key results")
    html = render_report(protocol, [], results, adam, example.queries(), sections=[words])
    page = visit.open(html, tmp_path)
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    text = " ".join(each.extract_text() for each in PdfReader(tmp_path / "report.pdf").pages)
    assert "Five of 33 patients responded." in text
    assert not page.locator("#words p").is_visible()


def test_print_has_every_table_and_no_control(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(report("cabotem"), tmp_path)
    numbers = page.locator("section.display h3 span").all_text_contents()
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    pages = PdfReader(tmp_path / "report.pdf").pages
    lines = [line.strip() for each in pages for line in each.extract_text().splitlines()]
    assert len(numbers) > 10
    assert [n for n in numbers if not any(line.startswith(n) for line in lines)] == []
    assert {"Search", "Contents", "CSV", "SVG", "PNG", "Copy", "Listings"}.isdisjoint(lines)
