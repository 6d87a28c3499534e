"""The report in a browser: looked at, pressed, read aloud, printed."""

import csv
import io
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.displays import example
from tests.report.conftest import Visit
from tests.report.reports import report

pytestmark = pytest.mark.browser


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {node['html']}" for v in found for node in v["nodes"]]


@pytest.mark.parametrize("study", ["cabotem", "pilot"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_quiet_and_never_wider_than_its_window(
    visit: Visit, tmp_path: Path, study: str, width: int
) -> None:
    page = visit.open(report(study), tmp_path, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("section.table td [data-r]").first.click()
    expect(page.locator("dialog")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.complaints == []
    assert visit.requests == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nobody_is_shut_out(visit: Visit, tmp_path: Path, width: int) -> None:
    page = visit.open(report("cabotem"), tmp_path, width)
    assert violations(page) == []
    page.locator("section.table td [data-r]").first.click()
    assert violations(page) == []
    page.locator(".subjects button").first.click()
    assert violations(page) == []


def test_a_number_leads_to_its_subjects_and_a_subject_to_all_records(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit.open(report("cabotem"), tmp_path)
    _, adam, _ = example.cabotem()
    women = adam["ADSL"].filter(SEX="F")["USUBJID"].to_list()
    page.locator("#table-1 tr", has_text="Female").locator("[data-r]").click()
    panel = page.locator("dialog")
    expect(panel).to_contain_text("FASFL = 'Y' AND SEX = 'F'")
    assert panel.locator(".subjects button").all_inner_texts() == women
    panel.locator(".subjects button").first.click()
    expect(panel.locator("h2")).to_have_text(women[0])
    events = adam["ADAE"].filter(USUBJID=women[0]).height
    expect(panel.locator("h3", has_text="ADAE")).to_have_text(f"ADAE ({events} rows)")
    panel.get_by_role("button", name="Back").click()
    assert panel.locator(".subjects button").all_inner_texts() == women


def test_the_keyboard_alone_is_enough(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(report("cabotem"), tmp_path)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skip link
    page.keyboard.press("Tab")
    pressed = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page.locator("#receipt-title")).to_have_text(pressed)
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == pressed


def test_numbers_in_figures_can_be_pressed_by_mouse_and_key(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(report("cabotem"), tmp_path)
    mark = page.locator("#figure-1 [data-r]").first
    mark.click()
    expect(page.locator("dialog .what")).to_contain_text("Enrolled")
    page.keyboard.press("Escape")
    mark.focus()
    page.keyboard.press("Space")
    expect(page.locator("dialog .what")).to_contain_text("Enrolled")


def test_heads_of_columns_can_be_pressed_and_are_repeated_in_print(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit.open(report("cabotem"), tmp_path)
    page.locator("#table-1 thead [data-r]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_contain_text("37 subjects")
    page.keyboard.press("Escape")
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    pages = PdfReader(tmp_path / "report.pdf").pages
    assert sum("(N = 37)" in each.extract_text() for each in pages[:3]) >= 2


def test_hostile_terms_are_text_in_the_receipt_too(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(report("pilot"), tmp_path)
    page.on("dialog", lambda dialog: visit.complaints.append(dialog.message))
    row = page.locator("#table-5 tr", has_text=example.HOSTILE[0]).first
    row.locator("[data-r]").first.click()
    expect(page.locator("dialog .what")).to_contain_text(example.HOSTILE[0])
    page.locator("dialog .subjects button").first.click()
    assert page.locator("dialog script, dialog img, dialog svg").count() == 0
    assert visit.complaints == []


def test_rows_are_saved_as_they_are(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(report("cabotem"), tmp_path)
    _, adam, _ = example.cabotem()
    page.locator("#table-1 tr", has_text="Female").locator("[data-r]").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save rows as CSV").click()
    text = Path(saved.value.path()).read_text("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert head == adam["ADSL"].columns
    assert [row[1] for row in rows] == adam["ADSL"].filter(SEX="F")["USUBJID"].to_list()


def test_displays_are_saved_as_files(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(report("cabotem"), tmp_path)
    with page.expect_download() as picture:
        page.get_by_role("button", name="Save Figure 2A as SVG").click()
    svg = Path(picture.value.path()).read_text("utf-8")
    assert picture.value.suggested_filename == "figure-2a.svg"
    assert "@font-face" in svg
    assert "data-r" not in svg
    with page.expect_download() as table:
        page.get_by_role("link", name="Save Table 1 as CSV").click()
    assert Path(table.value.path()).read_text("utf-8-sig").startswith("Table 1. ")


def test_without_patients_a_receipt_shows_method_and_number(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(report("cabotem", patient_level=False), tmp_path)
    page.locator("#table-2 [data-r]").first.click()
    panel = page.locator("dialog")
    expect(panel).to_contain_text("Clopper-Pearson")
    expect(panel).to_contain_text("33 subjects")
    assert panel.locator(".subjects").count() == 0
    assert visit.complaints == []


def test_print_carries_the_notice_on_every_page(visit: Visit, tmp_path: Path) -> None:
    page = visit.open(report("cabotem"), tmp_path)
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    pages = PdfReader(tmp_path / "report.pdf").pages
    assert len(pages) > 3
    assert all("Reconstructed cohort" in each.extract_text() for each in pages)
    assert all(round(float(each.mediabox.width) / 72 * 25.4) in {210, 297} for each in pages)
