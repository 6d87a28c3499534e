"""`topline audit`: worst first, with the exit codes of the contract."""

import json
import sys
from pathlib import Path

import pytest

from topline.cli.app import run_app

RIGHT = """
topline: 1
source: {title: A trial}
claims:
  a: {kind: percent, where: Abstract, printed: "5/33 (15%)"}
"""
WRONG = RIGHT.replace("15%", "29%")


def audited(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    sys.argv = ["topline", "audit", *arguments]
    code = run_app()
    told = capsys.readouterr()
    return code, told.out, told.err


def test_nothing_wrong_is_0_and_something_wrong_is_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text(RIGHT)
    code, out, _ = audited(capsys, str(path))
    assert (code, out.strip().splitlines()[-1][:52]) == (
        0,
        "1 claims: 0 by no method, 0 inconsistent, 0 by anoth",
    )
    path.write_text(WRONG)
    code, out, _ = audited(capsys, str(tmp_path))
    assert code == 1
    assert out.startswith("by no method: a: \u201c5/33 (29%)\u201d (Abstract): 5 of 33 is 15.15%.")


def test_malformed_claims_are_told_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text(WRONG.replace("5/33 (29%)", "29%"))
    code, out, err = audited(capsys, str(path))
    assert (code, out) == (1, "")
    assert "without a denominator" in err


def test_wrong_use_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = audited(capsys, str(tmp_path / "none"))
    assert code == 2
    assert "is no file of claims, and no folder or bundled study that holds claims.yaml" in err
    (tmp_path / "claims.yaml").write_text(RIGHT)
    code, _, err = audited(capsys, str(tmp_path), "--against", str(tmp_path))
    assert code == 2
    assert "holds no results.parquet" in err


def test_page_and_json_are_written_and_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "claims.yaml").write_text(WRONG)
    code, out, _ = audited(capsys, str(tmp_path), "--out", str(tmp_path / "out"), "--json")
    assert code == 1
    assert json.loads(out)["claims"][0]["verdict"] == "by no method"
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"audit.html", "audit.json", "manifest.json"}
    assert (tmp_path / "out" / "audit.json").read_text() == out
