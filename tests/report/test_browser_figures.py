"""Figures and tables in a browser: marks, curves, files, the clipboard."""

import struct
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.report.conftest import shown, violations
from tests.report.reports import bundled, figure

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# Where the curve of the first arm falls for the nth time, half way down, in the window.
FALL = """([id, n]) => {
  const line = document.querySelector(`${id} path.reach`);
  const points = [...line.getAttribute('d').matchAll(/[ML]\\s*(-?[\\d.]+)[\\s,]+(-?[\\d.]+)/g)]
    .map((m) => [+m[1], +m[2]]);
  const falls = points.map((p, i) => [p, points[i - 1]])
    .filter(([p, q]) => q && Math.abs(p[0] - q[0]) < 1e-6 && p[1] > q[1] + 1e-3);
  const [p, q] = falls[n];
  line.ownerSVGElement.scrollIntoView({ block: 'center', behavior: 'instant' });
  const at = new DOMPoint(p[0], (p[1] + q[1]) / 2)
    .matrixTransform(line.ownerSVGElement.getScreenCTM());
  return [at.x, at.y];
}"""


def events() -> pl.DataFrame:
    trial, _ = bundled()
    return trial.adam["ADTTE"].filter(PARAMCD="PFS", PPROTFL="Y", CNSR=0).sort("AVAL")


def survival() -> tuple[str, str]:
    """Number and id of the figure of progression-free survival."""
    return figure("kaplan-meier-figure", "PFS")


def curve(page: Page) -> Locator:
    return page.locator(f"{survival()[1]} [data-r]", has=page.locator("path.reach")).first


@pytest.mark.parametrize("fall", [0, 3, 7])
def test_a_step_of_a_curve_tells_whose_event_it_was(opened: Page, fall: int) -> None:
    opened.mouse.click(*opened.evaluate(FALL, [survival()[1], fall]))
    here = shown(opened.locator("#panel tr.here"))
    time = events()["AVAL"].unique().sort()[fall]
    who = events().filter(AVAL=time)["USUBJID"].to_list()
    expect(here.locator("td").first).to_have_text(f"{time:g}")
    assert here.locator("button").all_text_contents() == who
    expect(opened.locator("#panel h3").first).to_have_text(f"Step at day {time:g}")


def test_by_key_a_curve_lists_all_its_steps(opened: Page) -> None:
    curve(opened).focus()
    opened.keyboard.press("Enter")
    table = shown(opened.locator("#panel table.steps"))
    times = events()["AVAL"].unique().sort()
    expect(table.locator("tbody tr")).to_have_count(times.len())
    trial, _ = bundled()
    everyone = trial.adam["ADTTE"].filter(PARAMCD="PFS", PPROTFL="Y")
    at_risk = [str(everyone.filter(pl.col("AVAL") >= time).height) for time in times]
    assert table.locator("td:nth-child(3)").all_text_contents() == at_risk
    assert opened.locator("#panel tr.here").count() == 0
    table.locator("button").first.click()
    shown(opened.locator("svg.course"))


def test_a_bar_leads_to_its_patient(opened: Page) -> None:
    _, swimmer = figure("swimmer-figure", "COURSES")
    mark = opened.locator(f"{swimmer} [data-r]", has=opened.locator("title", has_text="duration"))
    named = mark.first.locator("title").text_content() or ""
    mark.first.click()
    shown(opened.locator("#panel[open] #panel-title"), named)
    subject = opened.locator("#panel .subjects button")
    expect(subject).to_have_count(1)
    assert (subject.text_content() or "").endswith(named.split(",", maxsplit=1)[0])
    subject.click()
    shown(opened.locator("svg.course"))


def test_every_mark_of_every_figure_is_a_button_with_a_name(opened: Page) -> None:
    unnamed = opened.evaluate(
        "[...document.querySelectorAll('section.figure svg [data-r]')].filter((m) =>"
        " m.getAttribute('role') !== 'button' || !m.hasAttribute('tabindex') ||"
        " !(m.getAttribute('aria-label') || (m.querySelector('title') || {}).textContent))"
        ".map((m) => m.outerHTML.slice(0, 200))"
    )
    assert unnamed == []
    stops = opened.evaluate(
        "[...document.querySelectorAll('section.figure svg')].map((s) =>"
        " s.querySelectorAll('[tabindex=\"0\"]').length)"
    )
    assert set(stops) <= {0, 1}


def test_arrow_keys_go_from_mark_to_mark(opened: Page) -> None:
    _, waterfall = figure("waterfall-figure", "CHANGES")
    marks = opened.locator(f"{waterfall} svg [data-r]")
    marks.first.focus()
    opened.keyboard.press("ArrowRight")
    expect(marks.nth(1)).to_be_focused()
    opened.keyboard.press("End")
    expect(marks.last).to_be_focused()
    opened.keyboard.press("ArrowRight")
    expect(marks.last).to_be_focused()
    opened.keyboard.press("Home")
    expect(marks.first).to_be_focused()
    opened.keyboard.press("Enter")
    shown(opened.locator("#panel"))


def test_a_figure_is_saved_as_svg_without_what_the_page_added(opened: Page) -> None:
    with opened.expect_download() as picture:
        opened.get_by_role("button", name=f"Save {survival()[0]} as SVG").click()
    svg = Path(picture.value.path()).read_text("utf-8")
    assert picture.value.suggested_filename == f"{survival()[1][1:]}.svg"
    assert "@font-face" in svg
    assert not any(word in svg for word in ("data-r", "tabindex", "reach", "aria-"))


def test_a_figure_is_saved_as_png_at_600_dots_an_inch(opened: Page) -> None:
    with opened.expect_download() as picture:
        opened.get_by_role("button", name=f"Save {survival()[0]} as PNG").click()
    png = Path(picture.value.path()).read_bytes()
    width, height = struct.unpack(">II", png[16:24])
    chunk, across, down, unit = struct.unpack(">4sIIB", png[37:50])
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert (chunk, across, down, unit) == (b"pHYs", 23622, 23622, 1)
    assert width == round(183 / 25.4 * 600), "two journal columns"
    assert 1500 < height < 5000


def test_a_png_is_drawn_in_the_font_of_the_report(opened: Page, tmp_path: Path) -> None:
    """Text set in another font has other pixels: the same figure without its font differs."""
    import numpy as np
    from matplotlib import image

    def pixels(name: str) -> Any:
        with opened.expect_download() as picture:
            opened.get_by_role("button", name=f"Save {survival()[0]} as PNG").click()
        picture.value.save_as(tmp_path / name)
        return np.asarray(image.imread(tmp_path / name))

    right = pixels("right.png")
    assert np.array_equal(right, pixels("again.png"))
    opened.evaluate(
        "(id) => { const s = document.querySelector(`${id} svg`);"
        " s.dataset.font = s.getAttribute('font-family');"
        " s.setAttribute('font-family', 'serif'); }",
        survival()[1],
    )
    other = pixels("other.png")
    opened.evaluate(
        "(id) => { const s = document.querySelector(`${id} svg`);"
        " s.setAttribute('font-family', s.dataset.font); }",
        survival()[1],
    )
    assert right.shape == other.shape
    assert not np.array_equal(right, other)
    assert (right[..., :3] < 0.5).any()


def test_a_table_is_saved_as_csv(opened: Page) -> None:
    with opened.expect_download() as table:
        opened.get_by_role("link", name="Save Table 1 as CSV").click()
    assert Path(table.value.path()).read_text("utf-8-sig").startswith("Table 1. ")


def test_a_table_is_copied_to_paste_elsewhere(opened: Page) -> None:
    copied = opened.evaluate(
        """() => new Promise((done) => {
          const taken = {};
          const set = DataTransfer.prototype.setData;
          DataTransfer.prototype.setData = function (type, text) {
            taken[type] = text; return set.call(this, type, text);
          };
          document.querySelector('#table-2 [data-save=copy]').click();
          DataTransfer.prototype.setData = set;
          done(taken);
        })"""
    )
    trial, _ = bundled()
    table = next(d for d in trial.displays if d.number == "Table 2")
    lines = copied["text/plain"].split("\n")
    assert lines[0] == f"Table 2. {table.title}"
    assert lines[1] == "\t".join(c.label.replace("\n", " ") for c in table.columns)
    assert lines[2] == "\t".join(cell.text for cell in table.rows[0].cells)
    assert lines[-1] == table.footnotes[-1] or lines[-1] == table.footnotes[-2]
    html = copied["text/html"]
    assert "<table" in html
    assert not any(word in html for word in ("<button", "data-r", "class="))
    expect(opened.locator("#said")).to_have_text("Table 2 copied")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_receipt_of_a_curve_shuts_nobody_out(opened: Page, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 844})
    curve(opened).focus()
    opened.keyboard.press("Enter")
    shown(opened.locator("#panel table.steps"))
    assert violations(opened, "#panel") == []
