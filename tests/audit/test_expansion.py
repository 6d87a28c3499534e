"""Printed tables to claims: cells, sums, p-values, sizes in heads."""

from pathlib import Path

from tests.audit.files import HEAD, audited
from topline.audit.audit import Audit
from topline.audit.claims import PValue
from topline.audit.read import read_claims
from topline.audit.verdict import Verdict

GROUPS = """
groups:
  all: {n: 30, where: Abstract, parts: [A, B]}
  A: {n: 10, where: Abstract}
  B: {n: 20, where: Abstract}
"""
TABLE = """
tables:
  T:
    where: Table 1
    several: [Sites]
    columns: {"A (n = 10)": {group: A}, "B (n = 20)": {group: B}, P: {holds: p-values}}
    markdown: |
      | variable | level   | A (n = 10) | B (n = 20) | P    |
      |----------|---------|------------|------------|------|
      | Age      | Median  | 61         | 58.5       |      |
      |          | Range   | 40-70      | 31-78      |      |
      | Sex      | Male    | 4 (40)     | 12 (60)    | 0.44 |
      |          | Female  | 6 (60)     | 8 (40)     |      |
      | Sites    | Liver   | 9 (90)     | 11 (55)    | 0.10 |
      |          | Bone    | 3 (30)     | 11 (55)    |      |
      | Smoker   |         | 2 (20)     | 5 (25)     |      |
"""


def verdicts(audit: Audit) -> dict[str, Verdict]:
    return {each.item.name: each.verdict for each in audit.findings}


def test_each_cell_sum_size_and_p_value_is_a_claim(tmp_path: Path) -> None:
    (tmp_path / "claims.yaml").write_text(HEAD + GROUPS + TABLE)
    names = [item.name for item in read_claims(tmp_path / "claims.yaml").items]
    assert names == [
        "T/A", "T/B",
        "T/Age/Median/A", "T/Age/Median/B", "T/Age/Range/A", "T/Age/Range/B",
        "T/Sex/Male/A", "T/Sex/Male/B", "T/Sex/Female/A", "T/Sex/Female/B",
        "T/Sex/A/sum", "T/Sex/B/sum", "T/Sex/p",
        "T/Sites/Liver/A", "T/Sites/Liver/B", "T/Sites/Bone/A", "T/Sites/Bone/B", "T/Sites/p",
        "T/Smoker/A", "T/Smoker/B",
    ]  # fmt: skip


def test_the_table_behind_a_p_value_has_groups_as_rows(tmp_path: Path) -> None:
    (tmp_path / "claims.yaml").write_text(HEAD + GROUPS + TABLE)
    items = {item.name: item for item in read_claims(tmp_path / "claims.yaml").items}
    sex, sites = items["T/Sex/p"].claim, items["T/Sites/p"].claim
    assert isinstance(sex, PValue)
    assert isinstance(sites, PValue)
    assert (sex.table, sex.columns, sex.several) == (((4, 6), (12, 8)), ("Male", "Female"), False)
    assert (sites.table, sites.sizes, sites.several) == (((9, 3), (11, 11)), (10, 20), True)


def test_a_right_table_raises_nothing(tmp_path: Path) -> None:
    found = audited(tmp_path, GROUPS + TABLE)
    assert not found.conflicts
    assert {name for name, verdict in verdicts(found).items() if verdict.fails} == set()


def test_counts_and_percentages_may_stand_in_two_columns(tmp_path: Path) -> None:
    text = """
groups: {all: {n: 37, where: Abstract}}
tables:
  T:
    where: Table 1
    columns: {"n": {group: all}, "%": {holds: percentages}}
    markdown: |
      | variable | level | n  | %   |
      |----------|-------|----|-----|
      | Sex      | Male  | 17 | 46  |
      |          | Female| 20 | 45% |
"""
    found = audited(tmp_path, text)
    by_name = {each.item.name: each for each in found.findings}
    assert by_name["T/Sex/Male/all"].item.printed == "17 (46%)"
    assert by_name["T/Sex/Female/all"].words == ("20 of 37 is 54.05%. 45% would be 20 of 44.")


def test_levels_in_columns_with_a_total(tmp_path: Path) -> None:
    text = """
groups: {all: {n: 37, where: Abstract}}
tables:
  T:
    where: Table 3
    of: all
    levels: at most one
    total: Overall
    columns: {"1": {level: Grade 1}, "2": {level: Grade 2}, Overall: {level: Overall}}
    markdown: |
      | variable | 1       | 2      | Overall  |
      |----------|---------|--------|----------|
      | Fatigue  | 19 (51) | 6 (16) | 25 (68)  |
      | Rash     | 7 (19)  | 3 (8)  | 9 (24)   |
"""
    found = audited(tmp_path, text)
    assert verdicts(found)["T/Fatigue/all/sum"] is Verdict.REPRODUCED
    assert verdicts(found)["T/Rash/all/sum"] is Verdict.INCONSISTENT
    (conflict,) = found.conflicts
    assert conflict.words == (
        "Rash in all: 7 (Grade 1) + 3 (Grade 2) = 10 is more than 9 (Overall)."
    )


def test_rows_may_be_groups(tmp_path: Path) -> None:
    text = """
groups:
  all: {n: 20, where: Abstract, parts: [no, yes]}
  "no": {n: 16, where: Abstract}
  "yes": {n: 4, where: Abstract}
tables:
  T:
    where: Table 4
    levels: at most one
    total: Total
    columns: {Negative: {level: Negative}, Positive: {level: Positive}, Total: {level: Total}}
    markdown: |
      | variable | group | Negative | Positive | Total |
      |----------|-------|----------|----------|-------|
      | Marker   | no    | 13       | 1        | 14    |
      | Marker   | yes   | 0        | 3        | 3     |
      | Marker   | all   | 13       | 5        | 17    |
"""
    found = audited(tmp_path, text)
    words = [each.words for each in found.conflicts]
    assert "Marker in all: 13 (Negative) + 5 (Positive) = 18 is more than 17 (Total)." in words
    assert "Marker: Positive: 5 (all) is more than 1 (no) + 3 (yes) = 4." in words
    accused = {name for each in found.conflicts for name in each.accused}
    assert accused == {"T/Marker/Positive/all"}
    assert verdicts(found)["T/Marker/Positive/all"] is Verdict.INCONSISTENT
    assert verdicts(found)["T/Marker/Positive/no"] is Verdict.REPRODUCED
