"""The qualification report: what agrees, what falls short, and that it cannot be missed."""

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import topline
from topline.cli.app import app
from topline.validation import qualification as module
from topline.validation.check import Check, check_case, difference_of
from topline.validation.documentation import methods_table
from topline.validation.qualification import qualify
from topline.validation.reference import Reference
from topline.validation.report import report_html, report_json

ON = dt.date(2024, 9, 30)
DOUBLE = Check("Doubling", "ours", lambda given: {"twice": 2 * float(str(given["x"]))})
CASE = {"method": "double", "case": "three", "arguments": {"x": "@d.x"}, "expected": {"twice": 6}}


def reference(**case: object) -> Reference:
    return Reference.model_validate(
        {
            "provenance": {"script": "s.R", "md5": "0", "made_by": {"R": "4.2.2"}},
            "data": {"d": {"x": 3}},
            "cases": [CASE | case],
        }
    )


def qualified(monkeypatch: pytest.MonkeyPatch, check: Check = DOUBLE, **case: object):
    monkeypatch.setattr(module, "CHECKS", {"double": check})
    monkeypatch.setattr(module, "read_references", lambda: {"file": reference(**case)})
    return qualify()


def test_a_number_within_its_tolerance_agrees() -> None:
    known = reference()
    (finding,) = check_case(DOUBLE, known, known.cases[0])
    assert (finding.agrees, finding.difference, finding.source) == (True, 0, "R 4.2.2")


@pytest.mark.parametrize(
    ("expected", "found", "difference"),
    [
        (2.0, 2.0, 0.0),
        (2.0, 2.0002, 1e-4),
        (0.0, 1e-9, 1e-9),
        (None, float("nan"), 0.0),
        (None, 1.0, float("inf")),
        (1.0, float("nan"), float("inf")),
        ("inf", float("inf"), 0.0),
        ("inf", 1e300, float("inf")),
        ("0.04", 0.0449, 0.98),
        ("0.04", 0.0451, 1.02),
        ("63", 63.5, 1.0),
    ],
)
def test_differences(expected: float | str | None, found: float, difference: float) -> None:
    assert difference_of(expected, found) == pytest.approx(difference, rel=1e-9)


@pytest.mark.parametrize(
    "case",
    [
        {"expected": {"twice": 6.001}},
        {"expected": {"twice": [6, 6]}},
        {"expected": {"thrice": 9}},
        {"arguments": {"x": "a word"}},
        {"arguments": {}},
        {"method": "triple"},
    ],
)
def test_what_falls_short_is_told(monkeypatch: pytest.MonkeyPatch, case: dict[str, object]) -> None:
    found = qualified(monkeypatch, **case)
    assert not found.agrees
    assert "fall short" in report_html(found, ON)
    assert json.loads(report_json(found, ON))["verdict"] == "falls short"


def test_a_method_without_a_known_answer_falls_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHECKS", {"double": DOUBLE, "half": DOUBLE})
    monkeypatch.setattr(module, "read_references", lambda: {"file": reference()})
    assert [method.agrees for method in qualify().methods].count(False) == 1


def test_the_report_escapes_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    page = report_html(qualified(monkeypatch, case="<script>alert(1)</script>"), ON)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_command_writes_both_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    qualified(monkeypatch)
    done = CliRunner().invoke(app, ["validate", "--out", str(tmp_path / "q")])
    assert done.exit_code == 0, done.output
    assert "1 methods, 1 numbers compared, 0 methods fall short" in done.output
    content = json.loads((tmp_path / "q/qualification.json").read_text())
    assert content["methods"][0]["cases"][0]["numbers"][0]["found"] == 6
    assert "Every number agrees" in (tmp_path / "q/qualification.html").read_text()


def test_the_command_fails_where_a_method_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    qualified(monkeypatch, expected={"twice": 7})
    done = CliRunner().invoke(app, ["validate", "--out", str(tmp_path / "q"), "--json"])
    assert done.exit_code == 1
    assert json.loads(done.stdout)["verdict"] == "falls short"


def test_the_table_in_the_documentation_is_the_one_of_these_answers() -> None:
    page = Path(topline.__file__).parents[2] / "docs/validation.md"
    written, made = (
        [line.split(" | ")[::2] for line in text.splitlines()]  # label, answers, sources
        for text in (page.read_text("utf-8"), methods_table(qualify()))
    )
    assert written == made, "run `make docs`"
