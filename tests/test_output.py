"""Output appears whole or not at all."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from topline.errors import UsageError
from topline.output import write_manifest, written_whole


def write_run(out: Path, text: str) -> None:
    with written_whole(out) as folder:
        (folder / "report.html").write_text(text)
        write_manifest(folder, out.parent, {}, {})


def fail_half_way(out: Path) -> None:
    with written_whole(out) as folder:
        (folder / "report.html").write_text("half")
        msg = "disk full"
        raise OSError(msg)


def test_takes_the_place_of_an_earlier_run(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    write_run(out, "first")
    write_run(out, "second")
    assert (out / "report.html").read_text() == "second"
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_failure_leaves_the_earlier_run_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_run(out, "first")
    with pytest.raises(OSError, match="disk full"):
        fail_half_way(out)
    assert (out / "report.html").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_run_leaves_the_earlier_run_as_it_was(
    sent: signal.Signals, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    write_run(out, "first")
    code = (
        "import signal, time; from pathlib import Path; from topline.output import written_whole\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell may have it ignored
        f"with written_whole(Path({str(out)!r})) as folder:\n"
        "    (folder / 'report.html').write_text('half'); print('writing', flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as writing:
        assert writing.stdout
        writing.stdout.readline()
        os.kill(writing.pid, sent)
    assert (out / "report.html").read_text() == "first"
    write_run(out, "second")
    assert [path.name for path in tmp_path.iterdir()] == ["out"], "the dead run's draft is gone"


def test_never_removes_what_it_did_not_write(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_run(out, "first")
    (out / "my notes.txt").write_text("keep")
    with pytest.raises(UsageError, match=r"my notes\.txt"):
        write_run(out, "second")
    assert (out / "my notes.txt").read_text() == "keep"


def test_refuses_a_file_as_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(UsageError, match="is a file"):
        write_run(tmp_path / "out", "first")


def test_manifest_holds_every_output_and_no_time(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_run(out, "first")
    manifest = json.loads((out / "manifest.json").read_text())
    assert list(manifest["outputs"]) == ["report.html"]
    before = (out / "manifest.json").read_bytes()
    write_run(out, "first")
    assert (out / "manifest.json").read_bytes() == before
