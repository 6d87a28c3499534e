"""`topline reconstruct`: a study folder that runs, the same bytes from the same seed."""

import sys
from pathlib import Path

import polars as pl
import pytest

from tests.reconstruct.tiny import PUBLISHED, write_tiny
from topline.cli.app import run_app
from topline.sdtm.read import read_sdtm

QUICK = PUBLISHED.replace("steps: 20000, chains: 3", "steps: 400, chains: 1")


def reconstructed(
    capsys: pytest.CaptureFixture[str], *arguments: str | Path
) -> tuple[int, str, str]:
    sys.argv = ["topline", "reconstruct", *map(str, arguments)]
    code = run_app()
    told = capsys.readouterr()
    return code, told.out, told.err


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_seed_gives_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_tiny(tmp_path, QUICK)
    code, out, _ = reconstructed(capsys, tmp_path, "--out", tmp_path / "one", "--cohorts", "2")
    assert code == 0
    assert out.startswith("Synthetic data: no record is a real patient's.")
    reconstructed(capsys, tmp_path, "--out", tmp_path / "two", "--cohorts", "2")
    first, second = files(tmp_path / "one"), files(tmp_path / "two")
    assert first == second
    expected = {"protocol.yaml", "claims.yaml", "patients.csv", "patients-4.csv", "cohorts.csv"}
    assert expected <= set(first)
    reconstructed(capsys, tmp_path, "--out", tmp_path / "three", "--seed", "9")
    assert files(tmp_path / "three")["patients.csv"] != first["patients.csv"]


def test_the_records_are_those_of_the_patients(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_tiny(tmp_path, QUICK)
    reconstructed(capsys, tmp_path, "--out", tmp_path / "out")
    patients = pl.read_csv(tmp_path / "out" / "patients.csv", try_parse_dates=True)
    sdtm = read_sdtm(tmp_path / "out" / "data")
    dm = sdtm["DM"].sort("USUBJID")
    expected = patients.sort("USUBJID")
    assert dm["USUBJID"].to_list() == expected["USUBJID"].to_list()
    assert dm["SEX"].to_list() == expected["SEX"].to_list()
    assert dm.filter(DTHFL="Y").height == expected["DEATH"].count()
    notice = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "no record is a real patient's" in notice


def test_pictures_empty_domains_and_parquet_are_written_where_they_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = """
records:
  pictures:
    - {name: one, marker: KI67, where: SEX = 'F', pixel: 1, magnification: 20x, staining: WEAK,
       cells: 0.3, caption: Drawn}
  without_records: {IE: [IESEQ, IETESTCD]}
  parquet: [DM]
"""
    write_tiny(tmp_path, QUICK + more)
    code, _, err = reconstructed(capsys, tmp_path, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    data = tmp_path / "out" / "data"
    subjects = pl.read_parquet(data / "dm.parquet")
    shown = pl.read_csv(data / "images.csv").row(0, named=True)
    assert subjects.filter(USUBJID=shown["USUBJID"])["SEX"].item() == "F"
    assert (data / shown["IMAGE"]).read_bytes().startswith(b"\x89PNG")
    assert (data / "ie.csv").read_text() == "STUDYID,DOMAIN,USUBJID,IESEQ,IETESTCD\n"
    assert not (data / "dm.csv").exists()


def test_the_solver_that_is_not_there_is_told_with_the_extra_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    code, _, err = reconstructed(capsys, write_tiny(tmp_path, QUICK), "--out", tmp_path / "out")
    assert code == 2
    assert "reconstruction takes OR-Tools: pip install 'topline[audit]'" in err


def test_a_picture_of_nobody_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = """
records:
  pictures:
    - {name: one, marker: KI67, where: AGE > 100, pixel: 1, magnification: 20x, staining: WEAK,
       caption: Drawn}
"""
    write_tiny(tmp_path, QUICK + more)
    code, _, err = reconstructed(capsys, tmp_path, "--out", tmp_path / "out")
    assert code == 1
    assert "records.pictures[0].where: nobody" in err
    assert not (tmp_path / "out").exists()


def test_the_range_over_cohorts_tells_what_print_leaves_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_tiny(tmp_path, PUBLISHED)
    reconstructed(capsys, tmp_path, "--out", tmp_path / "out", "--cohorts", "3")
    rows = pl.read_csv(tmp_path / "out" / "cohorts.csv")
    printed = rows.filter(pl.col("printed") != "not in print")
    assert printed.filter(pl.col("least") != pl.col("most")).height == 0
    assert set(printed["given in"]) == {"3 of 3"}
    assert "TTR: median" in rows.filter(printed="not in print")["number"].to_list()


def test_what_is_not_there_is_wrong_use_and_a_broken_file_a_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = reconstructed(capsys, tmp_path / "none", "--out", tmp_path / "out")
    assert code == 2
    assert "no folder or bundled study that holds published.yaml" in err
    write_tiny(tmp_path, QUICK.replace("patients: all", "patients: every"))
    code, _, err = reconstructed(capsys, tmp_path, "--out", tmp_path / "out")
    assert code == 1
    assert "published.yaml:4: patients: found" in err
    assert not (tmp_path / "out").exists()


def test_files_of_others_are_never_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_tiny(tmp_path, QUICK)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("kept")
    code, _, err = reconstructed(capsys, tmp_path, "--out", tmp_path / "out")
    assert code == 2
    assert "holds files that Topline did not write (mine.txt)" in err
    assert (tmp_path / "out" / "mine.txt").read_text() == "kept"


def test_a_course_that_records_cannot_show_is_told_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = QUICK.replace("PROGRESSION >= 70", "PROGRESSION <= 20")
    write_tiny(tmp_path, text)
    code, _, err = reconstructed(capsys, tmp_path, "--out", tmp_path / "out")
    assert code == 1
    assert "Records cannot be written" in err or "no dates keep all of these orders" in err
    assert not (tmp_path / "out").exists()
