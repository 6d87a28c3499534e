"""Sums, places that agree, relations, ranges."""

from pathlib import Path

import pytest

from tests.audit.files import audited, finding
from topline.audit.verdict import Verdict


@pytest.mark.parametrize(
    ("claim", "verdict", "words"),
    [
        ('printed: "37 patients", parts: [8, 6, 6, 4, 3, 10]', Verdict.REPRODUCED,
         "8 + 6 + 6 + 4 + 3 + 10 = 37."),
        ('printed: "9", parts: [7, 3, 1, 0]', Verdict.INCONSISTENT, "7 + 3 + 1 + 0 = 11, not 9."),
        ('printed: "11", parts: [0, 2], unaccounted: 4', Verdict.INCONSISTENT,
         "0 + 2 = 2 of 11 leaves 9, and only 4 others there are."),
        ('printed: "5", parts: [0, 2], unaccounted: 4', Verdict.REPRODUCED,
         "0 + 2 = 2 of 5; 3 of the 4 others."),
    ],
)  # fmt: skip
def test_sums(tmp_path: Path, claim: str, verdict: Verdict, words: str) -> None:
    found = finding(tmp_path, f"kind: sum, {claim}")
    assert (found.verdict, found.words) == (verdict, words)


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ("31.2 months", "31 months", Verdict.REPRODUCED),  # 31.2 rounds to 31
        ("31.5 months", "31 months", Verdict.REPRODUCED),  # 31.45 would print so in both
        ("31.6 months", "31 months", Verdict.INCONSISTENT),
    ],
)
def test_places_agree_as_precisely_as_they_print(
    tmp_path: Path, one: str, other: str, verdict: Verdict
) -> None:
    text = f"""
claims:
  a: {{kind: value, where: Abstract, printed: {one}}}
  b: {{kind: value, where: Discussion, printed: {other}}}
  c: {{kind: same, claims: [a, b]}}
"""
    findings = {each.item.name: each for each in audited(tmp_path, text).findings}
    assert findings["c"].verdict is verdict


def test_a_count_and_a_count_with_its_percentage_are_compared_by_count(tmp_path: Path) -> None:
    text = """
groups: {all: {n: 37, where: Abstract}}
claims:
  a: {kind: count, where: Results, printed: 19 had prior therapy}
  b: {kind: percent, where: Table 1, printed: 18 (49%), of: all}
  c: {kind: same, claims: [a, b]}
"""
    findings = {each.item.name: each for each in audited(tmp_path, text).findings}
    assert findings["c"].words == "Not the same: count 19, 18."


def test_relations_hold_within_rounding(tmp_path: Path) -> None:
    text = """
claims:
  a: {kind: range, where: Results, printed: "19.5 (4.8-38.3)", quantity: A/response}
  b: {kind: range, where: Results, printed: "19.2 (0.9-40.0)", quantity: A/follow-up}
  c: {kind: relation, where: Methods, printed: first scan, holds: HOLDS}
"""
    for extra, verdict in (("1.7", Verdict.REPRODUCED), ("1.9", Verdict.INCONSISTENT)):
        holds = f"A/response most + {extra} <= A/follow-up most"
        found = audited(tmp_path, text.replace("HOLDS", holds))
        findings = {each.item.name: each for each in found.findings}
        assert findings["c"].verdict is verdict
        assert bool(found.conflicts) is verdict.fails


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ('printed: "59 (31-78)", of: 37, whole: true', Verdict.UNCHECKED),
        ('printed: "58.5 (31-78)", of: 37, whole: true', Verdict.NO_METHOD),  # odd number of them
        ('printed: "58.5 (31-78)", of: 28, whole: true', Verdict.UNCHECKED),
        ('printed: "58.3 (31-78)", of: 28, whole: true', Verdict.NO_METHOD),
        ('printed: "59 (31.5-78)", of: 37, whole: true', Verdict.NO_METHOD),
        ('printed: "29 (31-78)", of: 37', Verdict.INCONSISTENT),
    ],
)
def test_ranges(tmp_path: Path, claim: str, verdict: Verdict) -> None:
    assert finding(tmp_path, f"kind: range, {claim}").verdict is verdict
