"""Each package may import only the ones above it on the data's way."""

import ast
from pathlib import Path

import pytest

import topline

ROOT = Path(topline.__file__).parent
ROOTS = {"errors", "frames", "values", "spreadsheet"}
MAY_IMPORT = {
    "stats": set[str](),
    "clinical": set[str](),
    # option values only: docs/decisions/0004
    "protocol": {
        "clinical.recist.criteria",
        "clinical.ctcae.options",
        "clinical.dosing.regimen",
        "clinical.assays.elisa_rule",
        "clinical.assays.immunohistochemistry",
        "clinical.assays.methylation_pcr",
        "clinical.assays.stain_rule",
        "clinical.markers",
        "clinical.questionnaires.change",
        "clinical.questionnaires.scores",
    },
    "studies": set[str](),
    "sdtm": {"protocol"},
    "adam": {"protocol", "sdtm", "clinical"},
    "analyses": {"protocol", "adam", "stats"},
    "displays": {"protocol", "analyses"},
    "report": {"protocol", "displays", "analyses", "sdtm"},
    "validation": {"stats"},
    "design": {"protocol", "displays"},
    "audit": {"protocol", "stats", "report", "analyses", "design"},
    "reconstruct": {"protocol", "clinical", "sdtm", "adam", "stats", "audit", "output"},
    "simulate": {
        "protocol",
        "clinical",
        "sdtm",
        "adam",
        "stats",
        "analyses",
        "displays",
        "output",
    },
    "cli": {
        "reconstruct",
        "simulate",
        "audit",
        "design",
        "report",
        "displays",
        "validation",
        "trial",
        "check",
        "output",
        "studies",
        "protocol",
        "sdtm",
        "template",
    },
}


def imported(path: Path) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
    return {m.removeprefix("topline.") for m in modules if m.startswith("topline.")}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_one_way(package: str) -> None:
    allowed = MAY_IMPORT[package] | {package} | ROOTS
    strays = {
        str(path.relative_to(ROOT)): found
        for path in (ROOT / package).rglob("*.py")
        if (
            found := sorted(
                module
                for module in imported(path)
                if module not in allowed and module.split(".")[0] not in allowed
            )
        )
    }
    assert not strays, f"imports against the data's way: {strays}"


def test_every_package_has_its_place() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - {"template"} == set(MAY_IMPORT)


def test_no_trial_in_the_engine() -> None:
    names = ("cabotem", "cabozantinib", "temozolomide")
    found = [
        (path.relative_to(ROOT).as_posix(), name)
        for path in ROOT.rglob("*.py")
        for name in names
        if "studies" not in path.parts and name in path.read_text().lower()
    ]
    assert [f for f in found if f not in ALLOWED] == []


ALLOWED = [  # the name of the bundled study, where a command or an example takes it
    ("__init__.py", "cabotem"),
    ("check.py", "cabotem"),
    ("cli/demo.py", "cabotem"),
    ("cli/reconstruct.py", "cabotem"),
    ("cli/simulate.py", "cabotem"),
    ("simulate/baseline.py", "cabotem"),
    ("simulate/read_truth.py", "cabotem"),
    ("simulate/trials.py", "cabotem"),
    ("protocol/read.py", "cabotem"),
]
