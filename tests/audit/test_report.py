"""The page and the JSON: all that was found, escaped, complete in itself."""

import json
import re
from pathlib import Path

import pytest

from tests.audit.files import audited
from topline.audit import audit as module
from topline.audit.audit import Audit
from topline.audit.report import audit_html, audit_json

TEXT = """
groups: {all: {n: 37, where: "<b>Abstract</b>"}}
claims:
  a:
    kind: percent
    where: Results <script>alert(1)</script>
    printed: 9 (29%) & more
    of: all
    quantity: all/X
  b: {kind: percent, where: Results, printed: "10 (27%)", of: all, quantity: all/X}
  c: {kind: median, where: Results, printed: "28.5 (95% CI, 16.8-28.5)"}
"""


def made(folder: Path) -> Audit:
    return audited(folder, TEXT)


def test_the_page_shows_every_claim_and_every_contradiction(tmp_path: Path) -> None:
    audit = made(tmp_path)
    page = audit_html(audit)
    assert "3 claims were checked; of 2 something is wrong." in page
    assert "Two numbers of all/X" in page
    assert page.count('<tr><th scope="row">') == 3
    assert "What cannot all be true" in page


def test_text_of_the_file_shows_as_text(tmp_path: Path) -> None:
    page = audit_html(made(tmp_path))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "9 (29%) &amp; more" in page


def test_the_page_asks_for_nothing(tmp_path: Path) -> None:
    page = audit_html(made(tmp_path))
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=\"(?!data:|#)", page)


def test_json_holds_all_that_was_tried_and_is_the_same_each_time(tmp_path: Path) -> None:
    audit = made(tmp_path)
    content = json.loads(audit_json(audit))
    assert content["fails"] is True
    assert content["verdicts"] == {
        "by no method": 1, "inconsistent": 1, "by another method": 0, "rounding slip": 0,
        "needs patient data": 1, "reproduced": 0,
    }  # fmt: skip
    assert [claim["name"] for claim in content["claims"]] == ["a", "b", "c"]
    assert content["contradictions"][0]["items"] == ["a", "b"]
    assert audit_json(made(tmp_path)) == audit_json(audit)


def test_without_the_solver_single_claims_are_audited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_installed(name: str) -> None:
        assert name == "ortools"

    monkeypatch.setattr(module, "find_spec", not_installed)
    audit = made(tmp_path)
    assert audit.conflicts == ()
    assert "pip install 'topline[audit]'" in audit.searched
    assert [f.verdict.value for f in audit.findings] == [
        "by no method", "needs patient data", "reproduced",
    ]  # fmt: skip
