"""What every test shares: a missing browser is said loudly; property tests are repeatable."""

import gc
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# Tests run side by side: a thread each for Polars is quicker than all for all. That the number of
# threads changes no byte is a test of its own (tests/studies/test_whole_runs.py).
os.environ.setdefault("POLARS_MAX_THREADS", "1")
gc.set_threshold(200_000, 50, 50)  # a twentieth of the time

settings.register_profile("topline", deadline=None, derandomize=True, database=None)
settings.load_profile("topline")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_not_run: list[str] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here, and remember it."""
    if CHROMIUM:
        return
    browser = [item for item in items if item.get_closest_marker("browser")]
    _not_run.extend(item.nodeid for item in browser)
    items[:] = [item for item in items if item not in browser]
    config.hook.pytest_deselected(items=browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which tests did not run."""
    if _not_run:
        terminalreporter.section("NOT RUN: Chromium is not installed", sep="!", red=True)
        for nodeid in _not_run:
            terminalreporter.write_line(f"  {nodeid}")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Path of the browser."""
    assert CHROMIUM
    return Path(CHROMIUM)
