"""Contents and search in a browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.report.conftest import shown, violations
from tests.report.reports import bundled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def search(page: Page, text: str) -> None:
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def test_every_link_of_the_contents_leads_somewhere(opened: Page) -> None:
    dead = opened.evaluate(
        "[...document.querySelectorAll('nav a')].filter((a) => !document.querySelector(a.hash))"
        ".map((a) => a.hash)"
    )
    assert dead == []
    shown = opened.locator("section.display").count()
    assert opened.locator("nav li li a[href^='#table'], nav li li a[href^='#figure']").count() == (
        shown
    )


def test_the_current_place_is_marked(opened: Page) -> None:
    places = opened.locator("section.display").evaluate_all("(all) => all.map((each) => each.id)")
    main, supplementary = places[3], places[-8]
    opened.locator(f"nav a[href='#{main}']").click()
    current = opened.locator("nav [aria-current]")
    shown(opened.locator(f"nav a[href='#{main}'][aria-current]"))
    expect(current).to_have_count(1)
    opened.evaluate("(id) => document.getElementById(id).scrollIntoView()", supplementary)
    link = opened.locator(f"nav a[href='#{supplementary}'][aria-current]")
    link.wait_for(state="attached")
    expect(current).to_have_count(1)
    expect(opened.locator("nav summary.current")).to_contain_text("Supplementary")


def test_the_contents_stay_in_view_and_fold_where_it_is_narrow(opened: Page) -> None:
    opened.evaluate("document.querySelector('#methods').scrollIntoView()")
    expect(opened.locator("nav .find")).to_be_in_viewport()
    opened.set_viewport_size({"width": 390, "height": 844})
    expect(opened.locator("nav .find")).to_be_in_viewport()
    assert not opened.locator("nav > details > ul").is_visible()
    opened.locator("nav > details > summary").click()
    opened.locator("nav a[href='#endpoints']").click()
    assert not opened.locator("nav > details > ul").is_visible()
    expect(opened.locator("#endpoints h2")).to_be_in_viewport()


def test_a_listing_in_the_contents_is_unfolded(opened: Page) -> None:
    opened.evaluate("location.hash = '#listing-visits'")
    shown(opened.locator("#listing-visits table"))


def test_search_counts_what_it_finds_and_goes_there(opened: Page) -> None:
    search(opened, "hypertension")
    shown(opened.locator("#search-found h3"), "Listing: Adverse events")
    expect(opened.locator("#search-count")).to_contain_text("places in")
    group = opened.locator("#search-found > li", has_text="Treatment-related adverse events")
    group.locator("button").first.click()
    expect(opened.locator("#search")).to_be_hidden()
    hit = opened.locator("tr.hit")
    expect(hit).to_be_in_viewport()
    expect(hit).to_contain_text("Hypertension")
    assert opened.evaluate("document.activeElement === document.querySelector('tr.hit')")
    assert opened.evaluate("CSS.highlights.get('found').size") == 1


def test_titles_come_before_cells(opened: Page) -> None:
    search(opened, "overall survival")
    titles = opened.locator("#search-found > li h3")
    expect(titles.first).to_contain_text("Overall survival")
    expect(opened.locator("#search-found button").first.locator("mark").first).to_be_visible()


def test_accents_and_case_do_not_matter(opened: Page) -> None:
    search(opened, "KÁPLAN meier")
    expect(opened.locator("#search-found button").first).to_contain_text("Kaplan-Meier")


def test_a_subject_that_is_searched_for_is_a_profile(opened: Page) -> None:
    trial, _ = bundled()
    subject = trial.adam["ADSL"]["USUBJID"][3]
    search(opened, subject.lower())
    shown(opened.locator("#search-found h3"), "Patients")
    expect(opened.locator("#search-found button").first).to_have_text(subject)
    opened.keyboard.press("Enter")
    shown(opened.locator("#panel-title"), subject)


def test_a_term_that_is_searched_for_filters_its_listing(opened: Page) -> None:
    search(opened, "constipation")
    group = shown(opened.locator("#search-found > li"), "Listing: Adverse events")
    group.locator("button").first.click()
    shown(opened.locator("#listing-adae output"), " of ")
    rows = opened.locator("#listing-adae tbody tr")
    expect(rows.first).to_contain_text("Constipation")
    trial, _ = bundled()
    assert rows.count() == trial.adam["ADAE"].filter(AEDECOD="Constipation").height


def test_search_is_worked_by_keys_alone(opened: Page) -> None:
    search(opened, "table 1")
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("ArrowDown")
    second = opened.locator("#search-found button").nth(1)
    expect(second).to_be_focused()
    opened.keyboard.press("ArrowUp")
    opened.keyboard.press("ArrowUp")
    expect(opened.locator("#search-text")).to_be_focused()
    opened.keyboard.press("Escape")
    expect(opened.locator("#search")).to_be_hidden()


def test_nothing_found_is_said(opened: Page) -> None:
    search(opened, "no such words anywhere")
    expect(opened.locator("#search-count")).to_have_text("Nothing found")


def test_a_slash_in_a_box_is_a_slash(opened: Page) -> None:
    opened.evaluate("location.hash = '#listing-visits'")
    box = shown(opened.locator("#listing-visits input[type=search]"))
    box.click()
    opened.keyboard.press("/")
    expect(box).to_have_value("/")
    expect(opened.locator("#search")).to_be_hidden()
    box.fill("")


@pytest.mark.parametrize("width", [1280, 390])
def test_search_shuts_nobody_out(opened: Page, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 844})
    search(opened, "hypertension")
    shown(opened.locator("#search-found h3"), "Listing")
    assert violations(opened, "#search") == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
