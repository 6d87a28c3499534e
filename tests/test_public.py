"""The public names are a list; importing it costs next to nothing."""

import subprocess
import sys

import topline

PUBLIC = [
    "DataError",
    "Protocol",
    "ProtocolError",
    "ToplineError",
    "Trial",
    "UsageError",
    "analyse_trial",
    "bundled_studies",
    "check_protocol",
    "check_study",
    "read_protocol",
    "read_sdtm",
    "run",
    "sdtm_from_frames",
    "study_folder",
    "write_trial",
]


def test_public_names_are_these() -> None:
    assert topline.__all__ == PUBLIC
    for name in PUBLIC:
        assert getattr(topline, name) is not None


def test_import_brings_in_nothing_heavy() -> None:
    heavy = ["polars", "dataframely", "pydantic", "matplotlib", "numpy", "scipy", "typer", "yaml"]
    code = f"import topline, sys; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_brings_in_no_frames() -> None:
    code = (
        "import sys, contextlib, io\n"
        "sys.argv = ['topline', '--help']\n"
        "from topline.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        "    main()\n"
        "print([m for m in ('polars', 'pydantic', 'matplotlib', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
