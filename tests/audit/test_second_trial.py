"""A second published trial, in YAML alone: Fang Y et al. (2023), BMC Medicine 21:423.

Every finding was looked up in the abstract and in Table 3 of the report.
"""

from pathlib import Path

import pytest

from topline.audit.audit import Audit, audit_claims
from topline.audit.verdict import Verdict
from topline.audit.verdict_file import read_verdicts
from topline.protocol.read import read_protocol

TRIAL = Path(__file__).parents[2] / "examples" / "anlotinib-npc"


@pytest.fixture(scope="module")
def audit() -> Audit:
    return audit_claims(TRIAL)


def test_there_are_enough_claims_to_be_worth_it(audit: Audit) -> None:
    assert len(audit.findings) == 75
    assert audit.book.file.source.doi == "10.1186/s12916-023-03140-x"


FINDINGS = {
    # 17 of 39 is 43.6 %, of 38 44.7 %; 10 of 39 is 25.6 %, of 38 26.3 %
    "T3/Cholesterol elevation/All grades/safety": Verdict.ANOTHER_METHOD,
    "T3/Fatigue/All grades/safety": Verdict.ANOTHER_METHOD,
    # 8 of 38 is 21.05 %: 21.0 in the abstract, 21.1 in the table
    "A-mucositis": Verdict.INCONSISTENT,
    "same-mucositis": Verdict.INCONSISTENT,
    # two of grade 3 or higher in the table, one in its footnote
    "T3/Pharynx necrosis/Grade 3 or higher/safety": Verdict.INCONSISTENT,
    "N-necrosis-severe": Verdict.INCONSISTENT,
    "same-necrosis": Verdict.INCONSISTENT,
    # one of 38 in a table of 5 % or more
    "T3/Rash/All grades/safety": Verdict.INCONSISTENT,
    "T3-rash": Verdict.INCONSISTENT,
}


def test_what_is_wrong_is_found_and_nothing_else(audit: Audit) -> None:
    found = {f.item.name: f.verdict for f in audit.findings if f.verdict.fails}
    assert found == FINDINGS


def test_a_contradiction_with_a_bound_is_told_in_words(audit: Audit) -> None:
    words = [conflict.words for conflict in audit.conflicts]
    assert "safety/Rash: All grades: at least 2, and at most 1." in words
    assert all(len(each) > 10 for each in words)


def test_verdicts_beside_the_claims_are_those_of_the_audit(audit: Audit) -> None:
    kept = read_verdicts(audit.book)
    assert kept is not None
    assert {name: Verdict(each.verdict) for name, each in kept.items()} == FINDINGS


def test_its_protocol_can_be_used() -> None:
    protocol = read_protocol(TRIAL)
    assert {"DCR", "ORR", "PFS", "OS"} <= set(protocol.endpoints)
    assert protocol.endpoints["DCR"].role == "primary"
