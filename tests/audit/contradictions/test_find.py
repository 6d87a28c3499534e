"""Contradictions: found where there are some, in words, and nowhere else."""

from pathlib import Path

import pytest

from tests.audit.files import audited

GROUPS = """
groups:
  enrolled: {n: 37, where: Abstract, parts: [evaluable, early]}
  evaluable: {n: 33, where: Abstract, parts: [PR, SD]}
  early: {n: 4, where: Abstract}
  PR: {n: 5, where: Results}
  SD: {n: 28, where: Results}
"""


def words(folder: Path, text: str) -> list[str]:
    return [conflict.words for conflict in audited(folder, GROUPS + text).conflicts]


def test_a_subgroup_cannot_hold_more_than_is_left(tmp_path: Path) -> None:
    text = """
claims:
  a: {kind: percent, where: T1, printed: 11 (30%), of: enrolled, quantity: "enrolled/Site: Other"}
  b: {kind: percent, where: Table 2, printed: 0 (0%), of: PR, quantity: "PR/Site: Other"}
  c: {kind: percent, where: Table 2, printed: 2 (7%), of: SD, quantity: "SD/Site: Other"}
"""
    assert words(tmp_path, text) == [
        "Site: Other: 11 (enrolled) is more than 0 (PR) + 2 (SD) + 4 (early) = 6."
    ]
    assert words(tmp_path, text.replace("11 (30%)", "6 (16%)")) == []


def test_a_percentage_alone_stands_for_its_counts(tmp_path: Path) -> None:
    text = """
claims:
  a: {kind: percent, where: Table 3, printed: 25 (68%), of: enrolled, quantity: enrolled/Fatigue}
  b: {kind: percent, where: Safety, printed: 65%, of: enrolled, quantity: enrolled/Fatigue}
"""
    assert words(tmp_path, text) == [
        "Two numbers of enrolled/Fatigue: \u201c25 (68%)\u201d and \u201c65%\u201d."
    ]
    assert words(tmp_path, text.replace("65%", "68%")) == []


def test_another_size_of_a_group_is_told_once(tmp_path: Path) -> None:
    text = """
claims:
  a: {kind: count, where: Figure 3, printed: n = 33, quantity: enrolled}
  b: {kind: percent, where: Table 1, printed: 20 (54%), of: enrolled, quantity: "enrolled/Sex: F"}
"""
    assert words(tmp_path, text) == ["Two sizes of enrolled: 37 and \u201cn = 33\u201d."]


def test_sizes_of_parts_are_added_up(tmp_path: Path) -> None:
    found = audited(tmp_path, GROUPS.replace("early: {n: 4", "early: {n: 5"))
    assert [c.words for c in found.conflicts] == [
        "33 (evaluable) + 5 (early) = 38 is more than 37 (enrolled)."
    ] or "is more than" in found.conflicts[0].words
    assert found.fails


@pytest.mark.parametrize(
    ("rates", "events", "expected"),
    [
        ([(12, "82.2% (SE 6.6)")], "", ["82.2% (SE 6.6) at 12 cannot happen with 33 evaluable."]),
        ([(12, "81.8% (SE 6.7)")], "", []),
        # Nine events give 68.5 and 9.1, eight do not
        (
            [(36, "68.5% (SE 9.1)")],
            "8",
            [
                "68.5% (SE 9.1) at 36 cannot happen with 33 evaluable and "
                "\u201c8 died\u201d (Results)."
            ],
        ),
        ([(36, "68.5% (SE 9.1)")], "9", []),
        # A curve never rises
        (
            [(12, "69.7% (SE 8.0)"), (24, "81.8% (SE 6.7)")],
            "",
            ["69.7% (SE 8.0) at 12 and 81.8% (SE 6.7) at 24 cannot happen with 33 evaluable."],
        ),
    ],
)
def test_rates_of_a_curve(
    tmp_path: Path, rates: list[tuple[int, str]], events: str, expected: list[str]
) -> None:
    text = "\ncurves: {OS: {of: evaluable, events: evaluable/Died}}\nclaims:\n"
    for at, printed in rates:
        text += (
            f'  r{at}: {{kind: rate, where: Results, curve: OS, at: {at}, printed: "{printed}"}}\n'
        )
    if events:
        text += f"  d: {{kind: count, where: Results, printed: {events} died, "
        text += "quantity: evaluable/Died}\n"
    assert words(tmp_path, text) == expected


def test_a_median_stands_against_a_rate(tmp_path: Path) -> None:
    text = """
curves: {OS: {of: evaluable}}
claims:
  m: {kind: median, where: Results, curve: OS, printed: "10.5 (95% CI, 8.0-20.0)"}
  r: {kind: rate, where: Results, curve: OS, at: 12, printed: "60.6% (SE 8.5)"}
"""
    assert words(tmp_path, text) == [
        "10.5 (95% CI, 8.0-20.0) and 60.6% (SE 8.5) at 12 cannot happen with 33 evaluable."
    ]
    assert words(tmp_path, text.replace("10.5", "14.5")) == []


def test_a_median_not_reached_needs_the_curve_above_one_half(tmp_path: Path) -> None:
    text = """
curves: {OS: {of: evaluable}}
claims:
  m: {kind: median, where: Results, curve: OS, printed: "not reached (95% CI, not reached)"}
  r: {kind: rate, where: Results, curve: OS, at: 12, printed: "45.5% (SE 8.7)"}
"""
    assert len(words(tmp_path, text)) == 1
    assert words(tmp_path, text.replace("45.5", "54.5")) == []


def test_facts_can_count_events_and_patients_at_risk(tmp_path: Path) -> None:
    text = """
curves: {PFS: {of: evaluable}, OS: {of: evaluable}}
facts: ["PFS: events by 12 >= OS: events by 12", "OS: at risk at 12 >= 25"]
claims:
  p: {kind: rate, where: Results, curve: PFS, at: 12, printed: "93.9% (SE 4.2)"}
  o: {kind: rate, where: Results, curve: OS, at: 12, printed: "81.8% (SE 6.7)"}
"""
    assert len(words(tmp_path, text)) == 1
    assert words(tmp_path, text.replace("81.8% (SE 6.7)", "97.0% (SE 3.0)")) == []


def test_ends_of_a_subgroup_lie_within_those_of_all(tmp_path: Path) -> None:
    text = """
claims:
  a: {kind: range, where: Table 1, printed: "59 (31-78)", of: enrolled, quantity: enrolled/Age}
  b: {kind: range, where: Table 2, printed: "56 (28-68)", of: PR, quantity: PR/Age}
"""
    assert words(tmp_path, text) == ["Age least: 30.5 (enrolled) is more than 28.5 (PR)."]
    assert words(tmp_path, text.replace("28-68", "44-68")) == []


def test_each_conflict_is_minimal_and_its_claims_are_marked(tmp_path: Path) -> None:
    text = """
claims:
  one: {kind: sum, where: Results, printed: "3", parts: [1, 2]}
  a: {kind: count, where: Results, printed: "12", quantity: "PR/Grade: 1"}
  b: {kind: count, where: Results, printed: "3", quantity: "PR/Grade: 2"}
  c: {kind: relation, where: Methods, printed: one grade, holds: "PR/Grade: 1 + PR/Grade: 2 = PR"}
"""
    found = audited(tmp_path, GROUPS + text)
    (conflict,) = found.conflicts
    assert conflict.items == ("a",)  # twelve of five cannot be, whatever else is true
    assert conflict.words == "Grade in PR: 12 (level 1) is more than 5 (PR)."
