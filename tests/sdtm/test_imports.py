import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("topline.sdtm", ["polars", "dataframely", "pyreadstat", "fastexcel"]),
        ("topline.sdtm.read", ["pyreadstat", "fastexcel", "openpyxl", "matplotlib"]),
    ],
)
def test_import_loads_only_what_it_needs(module: str, absent: list[str]) -> None:
    code = f"import sys, {module}; print([m for m in {absent} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
