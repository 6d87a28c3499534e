"""Every known answer that ships is met here, and every method has one."""

import json
from hashlib import md5
from pathlib import Path

import pytest

import topline
from topline.validation.check import check_case
from topline.validation.checks import CHECKS
from topline.validation.reference import Case, Reference, read_references

ROOT = Path(topline.__file__).parents[2]
REFERENCES = read_references()
CASES = [
    pytest.param(reference, case, id=f"{name}-{case.method}-{i}")
    for name, reference in REFERENCES.items()
    for i, case in enumerate(reference.cases)
]


@pytest.mark.parametrize(("reference", "case"), CASES)
def test_a_known_answer_is_met(reference: Reference, case: Case) -> None:
    findings = check_case(CHECKS[case.method], reference, case)
    assert findings
    assert [finding for finding in findings if not finding.agrees] == []


def test_every_method_has_an_answer_from_r_or_from_print() -> None:
    known = {case.method for reference in REFERENCES.values() for case in reference.cases}
    assert set(CHECKS) - known == set()


@pytest.mark.parametrize("name", REFERENCES)
def test_a_reference_says_where_it_comes_from(name: str) -> None:
    reference = REFERENCES[name]
    if reference.provenance.script is None:
        assert reference.provenance.citation
        assert all(case.source for case in reference.cases)
        return
    script = ROOT / reference.provenance.script
    assert md5(script.read_bytes()).hexdigest() == reference.provenance.md5, "run `make reference`"
    assert reference.provenance.made_by


def test_no_tolerance_is_wider_than_agreed() -> None:
    wide = [
        (name, case.method, case.case, case.tolerance)
        for name, reference in REFERENCES.items()
        for case in reference.cases
        if case.tolerance > 1e-8
    ]
    assert wide == []


def test_the_files_are_plain_json() -> None:
    for path in (ROOT / "src/topline/validation/references").glob("*.json"):
        json.loads(path.read_text("utf-8"))
