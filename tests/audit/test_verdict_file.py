"""Verdicts kept beside the claims that they are of, and of no others."""

from pathlib import Path

from tests.audit.files import audited
from topline.audit.read import read_claims
from topline.audit.verdict_file import NAME, read_verdicts, write_verdicts

TEXT = """claims:
  fine: {kind: percent, where: Text, printed: "20/37 (54%)"}
  wrong: {kind: percent, where: Text, printed: "20/37 (55%)"}
"""


def test_only_claims_with_something_wrong_are_kept(tmp_path: Path) -> None:
    audit = audited(tmp_path, TEXT)
    write_verdicts(audit, tmp_path / NAME)
    kept = read_verdicts(audit.book)
    assert kept is not None
    assert list(kept) == ["wrong"]
    assert kept["wrong"].fails


def test_verdicts_of_other_claims_do_not_count(tmp_path: Path) -> None:
    audit = audited(tmp_path, TEXT)
    assert read_verdicts(audit.book) is None  # there are none yet
    write_verdicts(audit, tmp_path / NAME)
    claims = tmp_path / "claims.yaml"
    text = claims.read_text(encoding="utf-8")
    claims.write_text(text.replace("55%)", "56%)"), encoding="utf-8")
    assert read_verdicts(read_claims(tmp_path)) is None
    claims.write_text(text.replace('55%)"', '55%)", result: A.B'), encoding="utf-8")
    assert read_verdicts(read_claims(tmp_path)) is not None  # the audit reads no result


def test_a_broken_file_of_verdicts_counts_as_none(tmp_path: Path) -> None:
    audit = audited(tmp_path, TEXT)
    write_verdicts(audit, tmp_path / NAME)
    whole = (tmp_path / NAME).read_text(encoding="utf-8")
    for broken in (
        "",
        "[]",
        "{}",
        whole.replace('"words"', '"word"'),
        whole.replace("slip", "error"),
    ):
        (tmp_path / NAME).write_text(broken, encoding="utf-8")
        assert read_verdicts(audit.book) is None, broken
