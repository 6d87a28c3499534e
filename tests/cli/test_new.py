"""`topline new` writes a folder that `topline check` can already speak about."""

import sys
from pathlib import Path

import pytest

from topline.cli.app import run_app


def topline(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    sys.argv = ["topline", *arguments]
    code = run_app()
    told = capsys.readouterr()
    return code, told.out, told.err


def test_new_tells_what_it_wrote_and_what_comes_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "somewhere" / "my-trial"
    code, out, err = topline(capsys, "new", str(folder))
    assert (code, err) == (0, "")
    written = {path.name for path in folder.iterdir()}
    assert {line.split()[0].rstrip("/") for line in out.splitlines()[1:-1]} == written
    assert out.splitlines()[-1].endswith(f"`topline check {folder}`")


def test_new_refuses_a_folder_with_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    code, out, err = topline(capsys, "new", str(tmp_path))
    assert (code, out) == (2, "")
    assert "is not empty (notes.txt); give the name of a new folder" in err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_check_of_a_new_folder_says_that_there_are_no_subjects(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    topline(capsys, "new", str(tmp_path / "trial"))
    code, out, err = topline(capsys, "check", str(tmp_path / "trial"))
    assert (code, err) == (1, "")
    assert "no subject can be read: there are no rows of DM" in out
    assert "such as dm.csv" in out


def test_new_without_a_folder_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = topline(capsys, "new")
    assert code == 2
    assert "Missing argument 'DIR'" in err
