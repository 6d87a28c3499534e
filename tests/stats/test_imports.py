"""Statistics are light to import: each method pays for what it uses, and nothing else."""

import subprocess
import sys
from pathlib import Path

import topline

HEAVY = ("scipy.stats", "scipy.optimize", "polars", "pandas", "matplotlib", "pydantic")
FOLDER = Path(topline.__file__).parent / "stats"
MODULES = sorted(
    ".".join(("topline", *path.relative_to(FOLDER.parent).with_suffix("").parts))
    for path in FOLDER.rglob("*.py")
    if path.stem != "__init__"
)


def test_no_statistic_loads_a_heavy_library_when_imported() -> None:
    script = (
        "import importlib, sys\n"
        f"for name in {MODULES!r}: importlib.import_module(name)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
