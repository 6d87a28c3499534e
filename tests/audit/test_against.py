"""Claims against a run's results, and the numbers of a text that stand nowhere."""

from pathlib import Path

import polars as pl
import pytest

from tests.audit.files import HEAD
from topline.audit.against import hold_against
from topline.audit.read import read_claims
from topline.errors import UsageError

CLAIMS = """
groups: {treated: {n: 33, where: Abstract}}
claims:
  orr: {kind: proportion, where: "Results, ORR", printed: "15.2% (95% CI, 5.1-31.9%)", of: treated}
  other: {kind: percent, where: "Results, ORR", printed: "17.7%", of: treated}
"""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder with the results of one rate."""
    rows = [("estimate", 15.15, "%"), ("lower", 5.11, "%"), ("upper", 31.9, "%"), ("n", 5.0, "")]
    text = dict.fromkeys(
        ("section", "by", "group", "group_label", "level", "level_label", "options", "library",
         "trace_dataset", "trace_where", "warning"), "",
    )  # fmt: skip
    frame = pl.DataFrame(
        [
            text
            | {
                "result_id": f"ORR.{statistic}", "analysis_id": "ORR", "kind": "rate",
                "analysis_set": "PP", "parameter": "ORR", "parameter_label": "ORR",
                "statistic": statistic, "value": value, "unit": unit, "display": str(value),
                "method": "Clopper-Pearson interval", "n": 33, "n_missing": 0,
            }
            for statistic, value, unit in rows
        ]
    )  # fmt: skip
    folder = tmp_path / "run"
    folder.mkdir()
    frame.write_parquet(folder / "results.parquet")
    return folder


def test_each_claim_is_looked_up_in_the_results(tmp_path: Path, run: Path) -> None:
    (tmp_path / "claims.yaml").write_text(HEAD + CLAIMS)
    held = hold_against(read_claims(tmp_path), run, None)
    verdicts = {match.name: match.verdict for match in held.claims}
    assert verdicts == {"orr": "same", "other": "none"}
    assert held.fails
    assert held.claims[0].results[0].startswith("ORR.")


def test_numbers_of_a_text_in_neither_are_listed(tmp_path: Path, run: Path) -> None:
    (tmp_path / "claims.yaml").write_text(HEAD + CLAIMS)
    text = tmp_path / "paper.md"
    text.write_text("ORR was 15.2% (95% CI, 5.1-31.9%).\n\nPFS was 28.5 months in 17.7%.\n")
    held = hold_against(read_claims(tmp_path), run, text)
    assert [(n.line, n.text) for n in held.left] == [(3, "28.5")]
    alone = hold_against(read_claims(tmp_path), None, text)
    assert [n.text for n in alone.left] == ["28.5"]


def test_a_folder_without_results_and_a_text_that_is_none_are_named(tmp_path: Path) -> None:
    (tmp_path / "claims.yaml").write_text(HEAD + CLAIMS)
    book = read_claims(tmp_path)
    with pytest.raises(UsageError, match=r"holds no results\.parquet"):
        hold_against(book, tmp_path, None)
    (tmp_path / "paper.md").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="cannot be read as text"):
        hold_against(book, None, tmp_path / "paper.md")
