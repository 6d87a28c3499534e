"""A browser that asks for nothing, and remembers what a page asked or complained of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.report.reports import whole

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Visit:
    """A page, what its console said and what it requested besides itself."""

    page: Page
    complaints: list[str] = field(default_factory=list[str])
    requests: list[str] = field(default_factory=list[str])

    def open(self, html: str, folder: Path, width: int = 1280) -> Page:
        """Open a document from a file, in a window of some width."""
        path = folder / "report.html"
        path.write_text(html, encoding="utf-8")
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html.ready")
        return self.page


def shown(locator: Locator, text: str | re.Pattern[str] | None = None) -> Locator:
    """Wait until something is shown; an expectation in waiting reads all of a large page aloud."""
    waited = locator if text is None else locator.filter(has_text=text)
    waited.first.wait_for()
    return waited


def violations(page: Page, within: str = "body") -> list[str]:
    """Return what axe-core has against a part of a page."""
    found: list[dict[str, list[dict[str, str]]]] = Axe().run(page, within).response["violations"]
    return [f"{v['id']}: {node['html']}" for v in found for node in v["nodes"]]


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


def visited(browser: Browser) -> Visit:
    """Open an empty page that is listened to."""
    found = Visit(browser.new_context(accept_downloads=True).new_page())
    found.page.on("console", lambda message: found.complaints.append(message.text))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("file:", "data:", "blob:"))
            else found.requests.append(request.url)
        ),
    )
    return found


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """An empty page."""
    found = visited(browser)
    yield found
    found.page.context.close()


@pytest.fixture(scope="module")
def shared(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """The report of the bundled study, opened once for the tests of a file."""
    found = visited(browser)
    found.open(whole(), tmp_path_factory.mktemp("report"))
    yield found
    found.page.context.close()


@pytest.fixture
def opened(shared: Visit) -> Iterator[Page]:
    """The opened report with nothing in front of it; it never complains or asks."""
    shared.page.set_viewport_size({"width": 1280, "height": 900})
    shared.page.evaluate("document.querySelectorAll('dialog[open]').forEach((d) => d.close())")
    yield shared.page
    assert shared.complaints == []
    assert shared.requests == []
