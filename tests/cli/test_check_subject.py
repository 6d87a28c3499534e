"""`topline check STUDY --subject`: one patient, enrolled or in screening."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.cli.test_commands import topline
from topline.check import check_subject
from topline.errors import UsageError
from topline.studies import study_folder

PATIENT = "CABOTEM-01-001"
_NOT_YET = {
    "RFXSTDTC", "RFXENDTC", "RFSTDTC", "RFENDTC", "RFPENDTC", "DTHDTC", "DTHFL", "ARMCD", "ARM",
    "ACTARMCD", "ACTARM",
}  # fmt: skip


def study(folder: Path, change: Callable[[str, pl.DataFrame], pl.DataFrame]) -> Path:
    """Copy the bundled study with every CSV file changed."""
    shutil.copytree(study_folder("cabotem"), folder)
    for path in sorted((folder / "data").glob("*.csv")):
        rows = pl.read_csv(path, infer_schema=False)
        change(path.stem.upper(), rows).write_csv(path)
    return folder


def in_screening(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Leave what is known of the patient before anything was given, and no other patient."""
    own = rows.filter(USUBJID=PATIENT)
    if name == "DM":
        empty = [c for c in rows.columns if c in _NOT_YET]
        none = [pl.lit(None, dtype=pl.String).alias(c) for c in empty]
        return own.with_columns(none)
    if name in {"EX", "DS", "AE", "SUPPAE", "SS"}:
        return own.clear()
    day = next((c for c in (f"{name}STDTC", f"{name}DTC") if c in rows.columns), None)
    if day is None:
        return own
    return own.filter(pl.col(day).is_null() | (pl.col(day) < "2021-07-17"))


def test_each_criterion_with_verdict_values_and_dates(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = topline(capsys, "check", "cabotem", "--subject", PATIENT)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"{PATIENT}: ELIGIBLE"
    assert lines[1] == "Baseline values are the last on or before the first dose."
    assert sum(line.startswith(("  I", "  E")) for line in lines) == 23
    at = next(i for i, line in enumerate(lines) if line.startswith("  E02   NOT MET"))
    assert lines[at + 1].strip() == "QTcF 402 ms (2021-07-13); Gender M"


def test_a_patient_in_screening_is_judged_by_the_last_known_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = study(tmp_path / "study", in_screening)
    for path in (folder / "data").glob("supp*"):
        path.unlink()  # qualifiers that nobody has yet, such as CMLINE, are empty, not unknown
    code, out, err = topline(capsys, "check", str(folder), "--subject", PATIENT, "--json")
    assert err == ""
    told = json.loads(out)
    assert told["baseline"] == "No first dose: baseline values are the last ones known."
    verdicts = {each["id"]: each for each in told["criteria"]}
    assert verdicts["I13"]["verdict"] == "MET"
    assert verdicts["I13"]["site"] is None  # nobody has said anything before enrolment
    assert (told["eligible"], code) == ("ELIGIBLE", 0)
    creatinine = verdicts["I13"]["values"][1]
    assert creatinine == {
        "variable": "CREATBL", "label": "Creatinine", "value": "60", "unit": "umol/L",
        "date": "2021-07-13", "domain": "LB", "seq": creatinine["seq"], "missing": None,
    }  # fmt: skip


def test_what_is_missing_and_what_is_against_entry_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(name: str, rows: pl.DataFrame) -> pl.DataFrame:
        if name == "VS":
            return rows.filter(pl.col("VSTESTCD") != "WEIGHT")
        if name == "EG":
            return rows.with_columns(EGSTRESN=pl.lit("460"), EGSTRESC=pl.lit("460"))
        return rows

    folder = study(tmp_path / "study", broken)
    code, out, _ = topline(capsys, "check", str(folder), "--subject", PATIENT)
    assert code == 1
    assert f"{PATIENT}: NOT ELIGIBLE" in out
    assert "<- against entry" in next(line for line in out.splitlines() if "  E02   MET" in line)
    assert "but by the site's record NOT MET" in out
    assert "missing: Weight: no such record in VS" in out


def test_data_that_could_not_be_used_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(name: str, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(LBSTRESN=pl.lit("many")) if name == "LB" else rows

    folder = study(tmp_path / "study", broken)
    code, out, _ = topline(capsys, "check", str(folder), "--subject", PATIENT)
    assert code == 1
    assert "Data of the subject that could not be used:" in out
    assert "LB.LBSTRESN" in out
    assert f"{PATIENT}: CANNOT BE JUDGED" in out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--subject", "CABOTEM-01-01"], 2, "no subject CABOTEM-01-01 in DM; did you mean"),
        (["--subject", "?"], 2, "no subject ? in DM; there is CABOTEM-01-001, "),
        (["--subject", PATIENT, "--out", "x.csv"], 2, "leave it or --subject out"),
    ],
)
def test_wrong_use_is_told_in_words(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    got, _, err = topline(capsys, "check", "cabotem", *arguments)
    assert got == code
    assert words in err


def test_a_protocol_without_criteria_has_nothing_to_judge_by(tmp_path: Path) -> None:
    text = Path("tests/protocol/minimal.yaml").read_text(encoding="utf-8")
    before, _, after = text.partition("eligibility:\n")
    without = before + after[after.index("treatments:") :]
    (tmp_path / "protocol.yaml").write_text(without, encoding="utf-8")
    with pytest.raises(UsageError, match="no criteria; write them under eligibility"):
        check_subject(tmp_path, PATIENT)
