"""Claims that name their results against a run; those that name none are looked up by words."""

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from tests.audit.files import HEAD
from topline.audit.against import hold_against
from topline.audit.read import read_claims
from topline.audit.verdict_file import NAME
from topline.cli.app import app

CLAIMS = """
groups: {treated: {n: 33, where: Abstract}}
claims:
  named: {kind: proportion, where: Abstract, printed: "15% (95% CI, 5-32%)", of: treated, result: ORR.ORR}
  other: {kind: percent, where: Text, printed: "16%", of: treated, result: ORR.ORR.estimate}
  words: {kind: percent, where: "Results, ORR", printed: "15.2%", of: treated}
"""  # noqa: E501


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder with the results of one rate: 5 of 33."""
    text = dict.fromkeys(
        ("section", "by", "group", "group_label", "level", "level_label", "options", "library",
         "trace_dataset", "trace_where", "warning"), "",
    )  # fmt: skip
    rows = [("estimate", 15.1515, "%"), ("lower", 5.11, "%"), ("upper", 31.9, "%")]
    frame = pl.DataFrame(
        [
            text
            | {
                "result_id": f"ORR.ORR.{statistic}", "analysis_id": "ORR", "kind": "rate",
                "analysis_set": "PP", "parameter": "ORR", "parameter_label": "ORR",
                "statistic": statistic, "value": value, "unit": unit, "display": f"{value:.1f}",
                "method": "Clopper-Pearson interval", "n": 33, "n_missing": 0,
            }
            for statistic, value, unit in rows
        ]
    )  # fmt: skip
    folder = tmp_path / "run"
    folder.mkdir()
    frame.write_parquet(folder / "results.parquet")
    return folder


def test_a_named_result_decides_and_words_do_where_none_is_named(tmp_path: Path, run: Path) -> None:
    (tmp_path / "claims.yaml").write_text(HEAD + CLAIMS, encoding="utf-8")
    held = hold_against(read_claims(tmp_path), run, None)
    found = {match.name: (match.verdict, match.words) for match in held.claims}
    assert found["named"] == ("same", "recomputed 15.2% (5.1 to 31.9)")
    assert found["other"] == ("none", "recomputed 15.2%: Estimate (rounded up in print) differs.")
    assert found["words"][0] == "same"
    assert held.fails


def test_a_result_that_the_run_has_not_is_told_with_its_place(tmp_path: Path, run: Path) -> None:
    right = CLAIMS.replace("16%", "15%")
    (tmp_path / "claims.yaml").write_text(HEAD + right, encoding="utf-8")
    assert not hold_against(read_claims(tmp_path), run, None).fails
    wrong = right.replace("result: ORR.ORR.estimate", "result: ORR.ORR.estimat")
    (tmp_path / "claims.yaml").write_text(HEAD + wrong, encoding="utf-8")
    held = hold_against(read_claims(tmp_path), run, None)
    assert held.fails
    assert held.problems == (
        "claims.yaml:7: other.result: found ORR.ORR.estimat; expected the id of a result of the "
        "run, or the beginning of ids (did you mean ORR.ORR.estimate?)",
    )
    told = CliRunner().invoke(app, ["audit", str(tmp_path), "--against", str(run)])
    assert told.exit_code == 1
    assert held.problems[0] in told.output


def test_verdicts_are_kept_beside_the_claims_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "claims.yaml").write_text(HEAD + CLAIMS, encoding="utf-8")
    CliRunner().invoke(app, ["audit", str(tmp_path)])
    assert not (tmp_path / NAME).exists()
    CliRunner().invoke(app, ["audit", str(tmp_path), "--keep"])
    assert (tmp_path / NAME).is_file()
