"""Output that appears whole or not at all, and the manifest that says what it is."""

import ctypes
import json
import os
import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from topline.errors import UsageError

MANIFEST = "manifest.json"
_PACKAGES = ("topline", "polars", "dataframely", "pydantic", "scipy", "survival", "matplotlib")
_AT_WORKING_FOLDER, _EXCHANGE = -100, 2


@contextmanager
def written_whole(out: Path) -> Generator[Path]:
    """Give a folder to write into; it takes the place of `out` only when all went well.

    Parameters
    ----------
    out
        Where the output shall be. An earlier output of Topline there is replaced at once, or, when
        anything fails or the process is killed, left as it was.

    Raises
    ------
    UsageError
        `out` holds files that an earlier run did not write; they are never removed.
    """
    _refuse_strangers(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    _sweep(out)
    draft = Path(tempfile.mkdtemp(prefix=f".{out.name}-{os.getpid()}-", dir=out.parent))
    try:
        draft.chmod(0o755)
        yield draft
        _take_place(draft, out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _sweep(out: Path) -> None:
    """Remove the drafts of runs that were killed; they hold patients' rows."""
    for draft in out.parent.glob(f".{out.name}-*-*"):
        process = draft.name.removeprefix(f".{out.name}-").split("-")[0]
        if process.isdigit() and not _alive(int(process)):
            shutil.rmtree(draft, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _refuse_strangers(out: Path) -> None:
    if out.exists() and not out.is_dir():
        msg = f"{out} is a file; give a folder with --out"
        raise UsageError(msg)
    held = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    strangers = sorted(held - _written_before(out) - {MANIFEST})
    if strangers:
        named = ", ".join(strangers[:5]) + (", ..." if len(strangers) > 5 else "")
        msg = (
            f"{out} holds files that Topline did not write ({named}); "
            "move them, or give another folder with --out"
        )
        raise UsageError(msg)


def _written_before(out: Path) -> set[str]:
    try:
        return set(json.loads((out / MANIFEST).read_text(encoding="utf-8"))["outputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _take_place(draft: Path, out: Path) -> None:
    """Put the draft where the output shall be; in one step where the system can."""
    if not out.exists():
        draft.rename(out)
        return
    if _exchange(draft, out):
        return
    earlier = draft.with_name(f"{draft.name}-earlier")
    out.rename(earlier)
    draft.rename(out)
    shutil.rmtree(earlier)


def _exchange(draft: Path, out: Path) -> bool:
    """Swap two folders in one step (Linux `renameat2`); False where that is not to be had."""
    try:
        swap = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    names = os.fsencode(draft), os.fsencode(out)
    here = _AT_WORKING_FOLDER
    return swap(here, names[0], here, names[1], _EXCHANGE) == 0


def write_manifest(
    folder: Path, study: Path, inputs: Mapping[str, str], facts: Mapping[str, str | None]
) -> None:
    """Write `manifest.json`: hashes of every input and output, versions, and facts of the run.

    Parameters
    ----------
    folder
        Holds every other output already.
    study
        The study folder, to which the inputs' names are relative.
    inputs
        Name of each input file and its SHA-256.
    facts
        What else decides the numbers, such as the data cut.
    """
    outputs = {
        path.relative_to(folder).as_posix(): digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    content = {
        "study": study.name,
        "facts": dict(facts),
        "versions": {package: version(package) for package in _PACKAGES},
        "inputs": dict(sorted(inputs.items())),
        "outputs": outputs,
    }
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    return sha256(path.read_bytes()).hexdigest()
