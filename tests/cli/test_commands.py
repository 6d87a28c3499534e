"""Commands do what their help shows, with the exit codes of the contract."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.studies.short import short_study
from topline.cli.app import app, run_app
from topline.studies import study_folder

COMMANDS = ("new", "check", "run", "weave", "demo", "simulate", "validate", "audit", "reconstruct")


def topline(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    sys.argv = ["topline", *arguments]
    code = run_app()
    told = capsys.readouterr()
    return code, told.out, told.err


def test_commands_are_these() -> None:
    named = tuple(c.callback.__name__ for c in app.registered_commands if c.callback)
    assert named == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_has_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = topline(capsys, command, "--help")
    assert code == 0
    assert f"Example: topline {command}" in " ".join(out.split())


def test_run_prints_where_the_report_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = str(short_study(tmp_path))
    code, out, err = topline(capsys, "run", study, "--out", str(tmp_path / "out"))
    assert (code, err) == (0, "")
    assert Path(out.removeprefix("Report: ").strip()).read_text().startswith("<!DOCTYPE html>")


def test_run_speaks_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = topline(capsys, "demo", "--out", str(tmp_path / "out"), "--json")
    assert code == 0
    assert json.loads(out)["results"] > 500


def test_check_of_the_bundled_study_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = topline(capsys, "check", "cabotem")
    assert code == 0
    assert "0 problems that must be solved first. Data: 0 errors" in out


def test_check_writes_what_it_lists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = tmp_path / "queries.csv"
    topline(capsys, "check", "cabotem", "--out", str(listed))
    assert listed.read_text(encoding="utf-8-sig").startswith("domain,subject,record,rule,found")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "no-such-study"], 2, "no-such-study is no folder, and no bundled study"),
        (["run"], 2, "Missing argument"),
        (["run", "cabotem", "--cutoff", "yesterday"], 2, "yesterday"),
        (["run", "cabotem", "--cutoff", "1999-01-01"], 1, "1999-01-01"),
        (["runn"], 2, "No such command"),
        (["run", "cabotem", "--outt", "x"], 2, "No such option"),
        (["check", "no-such-study"], 2, "no bundled study"),
    ],
)
def test_wrong_use_is_told_in_words(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    got, out, err = topline(capsys, *arguments)
    assert got == code, out + err
    assert words in err
    assert "Traceback" not in err


def test_a_protocol_with_problems_fails_its_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (study_folder("cabotem") / "protocol.yaml").read_text(encoding="utf-8")
    (tmp_path / "protocol.yaml").write_text(text.replace("kind: flow\n", "kind: flw\n"))
    (tmp_path / "data").symlink_to(study_folder("cabotem") / "data")
    code, out, _ = topline(capsys, "check", str(tmp_path))
    assert code == 1
    assert "did you mean flow?" in out
    code, _, err = topline(capsys, "run", str(tmp_path), "--out", str(tmp_path / "out"))
    assert code == 1
    assert "did you mean flow?" in err
    assert not (tmp_path / "out").exists()


def test_a_variable_nobody_has_is_named_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (study_folder("cabotem") / "protocol.yaml").read_text(encoding="utf-8")
    text = text.replace("      - AGE\n", "      - AGEE\n").replace("where: ENRLFL", "where: ENRFL")
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "data").symlink_to(study_folder("cabotem") / "data")
    code, out, _ = topline(capsys, "check", str(tmp_path))
    assert code == 1
    assert "ENRFL" in out
    assert "ENRLFL" in out


def test_stages_show_on_a_terminal_only(tmp_path: Path) -> None:
    import pty

    called = [sys.executable, "-m", "topline", "run", str(short_study(tmp_path))]
    command = [*called, "--out", str(tmp_path / "out")]
    piped = subprocess.run(command, capture_output=True, text=True, check=True)
    assert piped.stderr == ""
    master, terminal = pty.openpty()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=terminal) as process:
        process.wait()
    shown = os.read(master, 10_000).decode()
    assert [line.split()[0] for line in shown.split("\n") if line.strip()] == [
        "protocol",
        "SDTM",
        "ADaM",
        "results",
        "displays",
        "report",
    ]
