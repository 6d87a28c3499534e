"""`topline simulate` prints, writes and refuses as its help says."""

import json
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import topline
from topline.cli.simulate import progress_on_terminal

FEW = ("--trials", "2", "--workers", "1")


def test_numbers_and_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    code, said, err = topline(capsys, "simulate", "cabotem", *FEW, "--out", str(out))
    assert (code, err) == (0, "")
    assert said.startswith("CABOTEM: 2 simulated trials, seed 1. Truth: ")
    assert "\nORR, goal met: " in said
    assert said.rstrip().endswith(str((out / "report.html").resolve()))
    assert not (tmp_path / "out.parts").exists()


def test_json_holds_every_characteristic(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    code, said, _ = topline(capsys, "simulate", "cabotem", *FEW, "--out", str(out), "--json")
    assert code == 0
    assert said == (out / "characteristics.json").read_text("utf-8")
    assert json.loads(said)["trials"] == 2


def test_one_trial_is_written_as_a_study(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "study"
    arguments = ("simulate", "cabotem", "--trial", "1", "--write", str(folder))
    code, said, _ = topline(capsys, *arguments)
    assert (code, said) == (0, f"37 simulated patients: {folder}\n")
    assert (folder / "data" / "dm.csv").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["cabotem", "--trial", "1"], 2, "takes both: --trial 1 --write"),
        (["cabotem", "--truth", "nowhere.yaml"], 2, "nowhere.yaml is not there; give the assumed"),
        (["cabotem", "--trials", "0"], 2, "--trials is 0; expected 1 to"),
        (["cabotem", "--seed", "-1"], 2, "--seed is -1; expected 0 to"),
        (["cabotem", "--workers", "0"], 2, "expected at least 1"),
        (["cabotem", "--vary", "nothing=1"], 2, "nothing is not written there"),
        (["no-such-study"], 2, "no bundled study"),
    ],
)
def test_wrong_use_is_told_in_words(
    arguments: list[str],
    code: int,
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found, _, err = topline(capsys, "simulate", *arguments, "--out", str(tmp_path / "out"))
    assert (found, "Traceback" in err) == (code, False)
    assert words in err
    assert not (tmp_path / "out").exists()


def test_progress_tells_the_time_left_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    clock = iter([0.0, 30.0])
    progress = progress_on_terminal(lambda: next(clock))
    # 250 were left by an earlier run: 250 more in 30 s, 500 to go.
    progress(250, 1000)
    progress(500, 1000)
    assert capsys.readouterr().err.endswith("500 of 1000 trials, 60 s left")


def test_progress_is_silent_when_piped(capsys: pytest.CaptureFixture[str]) -> None:
    progress_on_terminal()(1, 2)
    assert capsys.readouterr().err == ""


def test_an_interrupt_says_that_parts_are_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("topline.simulate.simulation.run_simulation", interrupted)
    code, said, err = topline(capsys, "simulate", "cabotem", *FEW, "--out", str(tmp_path / "out"))
    assert (code, said) == (130, "")
    assert err.splitlines() == [
        "Parts that are done are kept: the same command goes on from there",
        "topline: interrupted; no output was written",
    ]
