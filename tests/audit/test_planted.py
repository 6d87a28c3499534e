"""Precision on made claims: true ones confirmed, planted errors found and named.

`benchmarks/bench_audit.py` does the same with 500 of each.
"""

import random
from pathlib import Path

import pytest

from tests.audit.planted import ERRORS, planted_case, true_case
from topline.audit.audit import audit_claims
from topline.audit.verdict import Verdict


def test_true_claims_are_confirmed_by_their_declared_method(tmp_path: Path) -> None:
    rng = random.Random(1)
    for _ in range(60):
        case = true_case(rng)
        audit = audit_claims(case.write(tmp_path))
        wrong = [f for f in audit.findings if f.verdict is not Verdict.REPRODUCED]
        assert not wrong, wrong[0]
        assert not audit.conflicts


@pytest.mark.parametrize("error", ERRORS)
def test_planted_errors_are_found(error: str, tmp_path: Path) -> None:
    rng = random.Random(2)
    found = named = 0
    for _ in range(20):
        case = planted_case(rng, error)
        audit = audit_claims(case.write(tmp_path))
        wrong = [f for f in audit.findings if f.verdict.fails]
        found += bool(wrong)
        named += any(case.method in f.methods for f in wrong)
        innocent = [f.item.name for f in wrong if not f.item.name.startswith(case.claim)]
        assert not innocent
    assert found >= 19
    assert error != "method" or named >= 19
