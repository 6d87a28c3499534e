"""Listings in a browser: sorted, filtered, turned, saved."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.report.conftest import shown, violations
from tests.report.reports import bundled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def unfolded(page: Page, name: str) -> Locator:
    """A listing as it is at first."""
    page.evaluate(
        "(name) => { const d = document.querySelector(`[data-listing=${name}]`);"
        " d.open = false; d.listing = null; d.querySelector('.holder').replaceChildren();"
        " d.open = true; }",
        name,
    )
    listing = page.locator(f"[data-listing={name}]")
    shown(listing.locator("table, .none"))
    return listing


def column(listing: Locator, name: str) -> list[str]:
    heads = listing.locator("thead button").evaluate_all("(all) => all.map(b => b.dataset.column)")
    return listing.locator(f"tbody td:nth-child({heads.index(name) + 1})").all_text_contents()


def saved(page: Page, listing: Locator) -> list[dict[str, str]]:
    with page.expect_download() as download:
        listing.get_by_role("button", name="Save").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def shown_as(value: object) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)


@pytest.mark.parametrize("name", ["ADSL", "ADAE", "ADEX", "ADLB", "ADTTE", "visits", "screening"])
def test_every_row_and_variable_can_be_saved_as_it_is(opened: Page, name: str) -> None:
    trial, listings = bundled()
    frame: pl.DataFrame = trial.adam[name] if name in trial.adam else listings[name]
    listing = unfolded(opened, name)
    every = listing.get_by_label(f"All {frame.width} variables")
    if every.count():
        every.check()
    rows = saved(opened, listing)
    assert list(rows[0]) == frame.columns
    for variable in frame.iter_columns():
        values = variable if variable.dtype.is_numeric() else variable.cast(pl.String)
        expected = [shown_as(value) for value in values]
        found = [row[variable.name].removeprefix("'") for row in rows]
        if variable.dtype.is_float():
            assert [*map(float, filter(None, found))] == [*map(float, filter(None, expected))]
            continue
        assert found == expected, variable.name


def test_rows_are_sorted_by_any_column_both_ways_the_empty_last(opened: Page) -> None:
    listing = unfolded(opened, "ADAE")
    head = listing.locator("th", has=opened.locator("[data-column=AENDT]"))
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    dates = column(listing, "AENDT")
    assert dates == sorted(dates)
    head.get_by_role("button").focus()
    opened.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    dates = column(listing, "AENDT")
    assert dates == sorted(dates, reverse=True)
    assert dates[0]
    listing.get_by_role("button", name="Last page").click()
    assert column(listing, "AENDT")[-1] == "", "those without an end stand last"
    assert listing.locator("[aria-sort]").count() == 1


def test_numbers_are_sorted_as_numbers(opened: Page) -> None:
    trial, _ = bundled()
    listing = unfolded(opened, "ADLB")
    listing.locator("[data-column=AVAL]").click()
    expected = trial.adam["ADLB"]["AVAL"].drop_nulls().sort().head(50).to_list()
    assert [float(value) for value in column(listing, "AVAL")] == pytest.approx(expected, rel=1e-5)


def test_a_filter_keeps_the_rows_with_all_its_words(opened: Page) -> None:
    trial, _ = bundled()
    listing = unfolded(opened, "ADAE")
    listing.locator("input[type=search]").fill("FATIGUE 01-00")
    expected = trial.adam["ADAE"].filter(
        pl.col("AEDECOD") == "Fatigue", pl.col("USUBJID").str.contains("01-00")
    )
    counted = f"{expected.height} of {trial.adam['ADAE'].height} rows"
    expect(shown(listing.locator("output"), counted)).to_have_text(counted)
    assert column(listing, "USUBJID") == expected["USUBJID"].to_list()
    rows = saved(opened, listing)
    assert [row["USUBJID"] for row in rows] == expected["USUBJID"].to_list()
    assert "AEBODSYS" not in rows[0], "saved as it is shown"
    listing.locator("input[type=search]").fill("nothing like it")
    expect(shown(listing.locator(".none"))).to_have_text("No row matches.")


def test_thousands_of_rows_are_turned_page_by_page(opened: Page) -> None:
    trial, _ = bundled()
    rows = trial.adam["ADQS"].height
    listing = unfolded(opened, "ADQS")
    expect(listing.locator("output")).to_have_text(f"{rows:,} rows")
    assert listing.locator("tbody tr").count() == 50
    listing.get_by_role("button", name="Next page").click()
    expect(listing.locator(".pager span")).to_contain_text("Rows 51 to 100, page 2 of")
    listing.get_by_role("button", name="Last page").click()
    assert listing.locator("tbody tr").count() == (rows - 1) % 50 + 1
    expect(listing.get_by_role("button", name="Next page")).to_be_disabled()


def test_an_empty_listing_says_so(opened: Page) -> None:
    _, listings = bundled()
    empty = next(name for name, rows in listings.items() if not rows.height)
    expect(unfolded(opened, empty).locator(".none")).to_have_text("No row.")


def test_a_subject_in_a_listing_leads_to_the_profile(opened: Page) -> None:
    listing = unfolded(opened, "deviations")
    subject = listing.locator("button.subject").first
    name = subject.text_content() or ""
    subject.click()
    shown(opened.locator("#panel-title"), name)
    shown(opened.locator("svg.course"))


def test_patients_are_listed_without_being_asked(opened: Page) -> None:
    trial, _ = bundled()
    expect(opened.locator("#patients tbody tr")).to_have_count(trial.adam["ADSL"].height)


@pytest.mark.parametrize("width", [1280, 390])
def test_listings_shut_nobody_out(opened: Page, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 844})
    listing = unfolded(opened, "ADLB")
    listing.locator("[data-column=AVAL]").click()
    assert violations(opened, "#listing-adlb") == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


def test_an_unfolded_listing_is_printed_with_its_rows(opened: Page, tmp_path: Path) -> None:
    from pypdf import PdfReader

    _, listings = bundled()
    fold = "document.querySelectorAll('details[data-listing]').forEach((d) => { d.open = false; })"
    opened.evaluate(fold)
    unfolded(opened, "deviations")
    opened.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    text = " ".join(each.extract_text() for each in PdfReader(tmp_path / "report.pdf").pages)
    assert all(date in text for date in listings["deviations"]["ADT"].cast(pl.String).drop_nulls())
    assert "Filter rows" not in text
