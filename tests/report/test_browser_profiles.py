"""Profiles of patients in a browser."""

import re

import polars as pl
import pytest
from playwright.sync_api import Page, expect

from tests.report.conftest import shown, violations
from tests.report.reports import bundled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def profile(page: Page, subject: str) -> None:
    page.locator("#patients button.subject", has_text=re.compile(f"^{subject}$")).click()
    shown(page.locator("#panel[open] #panel-title"), re.compile(f"^{subject}$"))
    shown(page.locator("svg.course"))


def rows(name: str, subject: str) -> pl.DataFrame:
    trial, _ = bundled()
    return trial.adam[name].filter(USUBJID=subject)


def responder() -> str:
    trial, _ = bundled()
    alive = pl.col("DTHFL").is_null()
    return trial.adam["ADSL"].filter(alive, BOR="PR")["USUBJID"][0]


def titles(page: Page, selector: str) -> list[str]:
    return page.locator(f"{selector} > title").all_text_contents()


def test_the_head_says_who_and_how_it_went(opened: Page) -> None:
    subject = responder()
    profile(opened, subject)
    adsl = rows("ADSL", subject).row(0, named=True)
    head = opened.locator(".profile .header")
    expect(head).to_contain_text(f"Age{adsl['AGE']:g} years")
    expect(head).to_contain_text({"F": "Female", "M": "Male"}[adsl["SEX"]])
    expect(head).to_contain_text(f"First dose{adsl['TRTSDT']}")
    reason = rows("ADRS", subject).filter(PARAMCD="BOR")["AREASON"][0]
    expect(head).to_contain_text(f"Best overall responsePR ({reason})")
    trial, _ = bundled()
    for key, each in trial.protocol.analysis_sets.items():
        inside = adsl[each.flag] == "Y"
        expect(head.locator(f"li.{'inside' if inside else 'outside'}", has_text=key)).to_have_count(
            1
        )


def test_the_line_of_time_has_each_sum_with_nadir_and_change(opened: Page) -> None:
    subject = responder()
    profile(opened, subject)
    sums = rows("ADTR", subject).filter(
        pl.col("PARAMCD") == "SUMDIAM", pl.col("AVAL").is_not_null()
    )
    said = titles(opened, "svg.course .point") + titles(opened, "svg.course .nadir")
    assert len(said) == sums.height
    (nadir,) = titles(opened, "svg.course .nadir")
    assert nadir.startswith(f"Sum {sums['AVAL'].min():g} mm on ")
    last = sums.sort("ADT").row(-1, named=True)
    assert any(
        s.startswith(f"Sum {last['AVAL']:g} mm on {last['ADT']}")
        and f"{round(last['PCHG'], 1):+g} % from baseline" in s
        for s in said
    )


def test_each_assessment_has_its_response(opened: Page) -> None:
    subject = responder()
    profile(opened, subject)
    overall = rows("ADRS", subject).filter(PARAMCD="OVR").sort("ADT")
    said = titles(opened, "svg.course .response")
    assert [s.split(":")[0] for s in said] == [
        f"{answer} on {date}" for answer, date in overall.select("AVALC", "ADT").iter_rows()
    ]


def test_doses_pauses_and_stops_are_drawn(opened: Page) -> None:
    trial, _ = bundled()
    adex = trial.adam["ADEX"]
    paused = adex.filter(PARAMCD="INT")["USUBJID"]
    stopped = adex.filter(PARAMCD="STOP")["USUBJID"]
    subject = paused.filter(paused.is_in(stopped.to_list())).sort()[0]
    profile(opened, subject)
    own = rows("ADEX", subject)
    doses = own.filter(pl.col("PARAMCD") == "DOSE", pl.col("AVAL") > 0)
    assert opened.locator("svg.course [class^=level-]").count() == doses.height
    assert len(titles(opened, "svg.course .pause")) == own.filter(PARAMCD="INT").height
    assert len(titles(opened, "svg.course .stop")) == own.filter(PARAMCD="STOP").height


def test_each_adverse_event_is_a_bar_with_its_grade(opened: Page) -> None:
    trial, _ = bundled()
    subject = trial.adam["ADAE"].filter(AESER="Y")["USUBJID"].sort()[0]
    profile(opened, subject)
    events = rows("ADAE", subject)
    said = sorted(titles(opened, "svg.course rect.event"))
    expected = [
        f"{term}, grade {grade}, {start} to {end or 'open'}"
        for term, grade, start, end in events.select(
            "AEDECOD", "ATOXGRN", "ASTDT", "AENDT"
        ).iter_rows()
    ]
    assert all(any(s.startswith(e) for s in said) for e in expected)
    assert len(said) == events.height
    assert sum(", serious" in s for s in said) == events.filter(AESER="Y").height


def test_bars_stand_where_their_days_are(opened: Page) -> None:
    """The doses of the first and the last day end where the axis says: months of 30.4375 days."""
    subject = responder()
    profile(opened, subject)
    axis = opened.evaluate(
        "[...document.querySelectorAll('svg.course text.axis')].filter((t) => /^\\d+$/.test("
        "t.textContent) && t.getAttribute('text-anchor') === 'middle')"
        ".map((t) => [+t.textContent, +t.getAttribute('x')])"
    )
    (_, zero), (month, x) = axis[0], axis[-1]
    a_day = (x - zero) / (month * 30.4375)
    start = rows("ADSL", subject)["TRTSDT"][0]
    bars = opened.evaluate(
        "[...document.querySelectorAll('svg.course rect.event')]"
        ".map((b) => [b.querySelector('title').textContent, +b.getAttribute('x')])"
    )
    for said, left in bars:
        began = re.search(r"(\d{4}-\d\d-\d\d) to", said)
        assert began
        days = (pl.Series([began[1]]).str.to_date()[0] - start).days
        assert left == pytest.approx(zero + days * a_day, abs=0.2)


def test_values_over_time_are_small_charts(opened: Page) -> None:
    subject = responder()
    profile(opened, subject)
    laboratory = rows("ADLB", subject).filter(pl.col("AVAL").is_not_null())
    several = laboratory.group_by("PARAMCD").len().filter(pl.col("len") > 1)
    section = opened.locator("details.series", has_text="Laboratory results")
    assert section.locator("svg.chart").count() == several.height
    haemoglobin = laboratory.filter(PARAMCD="HGB").sort("ADT")
    chart = section.locator("svg.chart[aria-label^='Hemoglobin']")
    assert chart.locator("circle").count() == haemoglobin.height
    assert f"last {haemoglobin['AVAL'][-1]:g}" in (chart.get_attribute("aria-label") or "")
    quality = opened.locator("details.series", has_text="Questionnaires")
    assert quality.locator("svg").count() == 0, "drawn when unfolded"
    quality.locator("summary").click()
    shown(quality.locator("svg.chart"))


def test_all_records_are_listed_below(opened: Page) -> None:
    subject = responder()
    profile(opened, subject)
    trial, _ = bundled()
    for name, frame in trial.adam.items():
        own = frame.filter(USUBJID=subject)
        summary = opened.locator("details.records summary", has_text=f" {name} (")
        if not own.height:
            assert summary.count() == 0
            continue
        plural = "row" if own.height == 1 else "rows"
        expect(summary).to_contain_text(f"{name} ({own.height:,} {plural})")
    details = opened.locator("details.records", has_text="ADTTE")
    details.locator("summary").click()
    shown(details.locator("table"))
    assert details.locator("tbody tr").count() == rows("ADTTE", subject).height


def test_neighbours_are_one_press_away(opened: Page) -> None:
    trial, _ = bundled()
    first, second, *_ = trial.adam["ADSL"]["USUBJID"].to_list()
    profile(opened, first)
    expect(opened.get_by_role("button", name="Previous", exact=True)).to_be_disabled()
    opened.get_by_role("button", name="Next", exact=True).click()
    shown(opened.locator("#panel-title"), re.compile(f"^{second}$"))
    expect(opened.locator("#back")).to_be_hidden()


def test_two_patients_stand_side_by_side_on_the_same_scales(opened: Page) -> None:
    trial, _ = bundled()
    first, *_, last = trial.adam["ADSL"]["USUBJID"].to_list()
    profile(opened, first)
    opened.get_by_label("Beside").select_option(last)
    shown(opened.locator("#panel-title"), f"{first} and {last}")
    both = opened.locator(".profile")
    left, right = (both.nth(i).bounding_box() for i in range(2))
    assert left
    assert right
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    months = [
        both.nth(i).locator("svg.course text.axis[text-anchor=middle]").all_text_contents()
        for i in range(2)
    ]
    ticks = [[each for each in some if each.isdigit()] for some in months]
    assert ticks[0] == ticks[1]
    opened.get_by_label("Beside").select_option("")
    shown(opened.locator("#panel-title"), re.compile(f"^{first}$"))


def test_the_way_back_from_a_receipt_is_kept(opened: Page) -> None:
    opened.locator("#table-2 td [data-r]").first.click()
    shown(opened.locator("#panel .subjects"))
    receipt = opened.locator("#panel-title").text_content() or ""
    opened.locator("#panel .subjects button").first.click()
    shown(opened.locator("svg.course"))
    opened.get_by_role("button", name="Back", exact=True).click()
    expect(opened.locator("#panel-title")).to_have_text(receipt)
    expect(opened.locator("#panel .subjects")).to_be_visible()


def test_everybody_has_a_profile(opened: Page) -> None:
    """Screened, never treated, without lesions: nobody's profile stops the page."""
    trial, _ = bundled()
    for subject in trial.adam["ADSL"]["USUBJID"].to_list()[::6]:
        profile(opened, subject)
        said = opened.locator("svg.course").get_attribute("aria-label") or ""
        assert said.startswith(f"Course of {subject}.")
        opened.evaluate("document.getElementById('panel').close()")


@pytest.mark.parametrize("width", [1280, 390])
def test_profiles_shut_nobody_out(opened: Page, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 844})
    profile(opened, responder())
    opened.locator("#panel details").evaluate_all("(all) => all.forEach((d) => { d.open = true; })")
    opened.locator("details.records table").first.wait_for()
    assert violations(opened, "#panel") == []
    body = "document.getElementById('panel-body')"
    assert opened.evaluate(f"{body}.scrollWidth - {body}.clientWidth") <= 0
