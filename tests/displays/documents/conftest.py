"""LibreOffice, where it is; where not, the tests that need it are named loudly."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

OFFICE = shutil.which("soffice")
_not_run: list[str] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here, and remember it."""
    if OFFICE:
        return
    missing = [item for item in items if "as_pdf" in getattr(item, "fixturenames", ())]
    _not_run.extend(item.nodeid for item in missing)
    items[:] = [item for item in items if item not in missing]
    config.hook.pytest_deselected(items=missing)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which tests did not run."""
    if _not_run:
        terminalreporter.section("NOT RUN: LibreOffice is not installed", sep="!", red=True)
        for nodeid in _not_run:
            terminalreporter.write_line(f"  {nodeid}")


@pytest.fixture(scope="session")
def as_pdf(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, bytes], list[str]]:
    """Open a document in LibreOffice; return the text of each page that it prints."""
    assert OFFICE
    office, profile = OFFICE, tmp_path_factory.mktemp("profile")

    def convert(name: str, content: bytes) -> list[str]:
        folder: Path = tmp_path_factory.mktemp("office")
        (folder / name).write_bytes(content)
        subprocess.run(
            [
                office, f"-env:UserInstallation={profile.as_uri()}", "--headless",
                "--convert-to", "pdf", "--outdir", folder, folder / name,
            ],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        pages = PdfReader((folder / name).with_suffix(".pdf")).pages
        return [page.extract_text() for page in pages]

    return convert
