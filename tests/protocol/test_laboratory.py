"""The part on laboratory results and the analyses of safety, as written and as refused."""

from pathlib import Path

import pytest

from topline.protocol.laboratory import Laboratory
from topline.protocol.read import check_protocol, read_protocol
from topline.protocol.words import Duration

MINIMAL = (Path(__file__).parent / "minimal.yaml").read_text(encoding="utf-8")
PART = """
laboratory:
  grading: {version: "4.03", tests: {HAEM: hemoglobin}, calcium: {mg_dl_per_g_dl: 0}}
  tests: {HGB: {label: Hemoglobin, unit: g/L}, PLAT: {}}
  also: [VS]
  baseline: before first dose
  on_treatment_until: 28 days
adverse_events:
  actions: [AEACN, AEACN1]
  led_to: {reduction: [REDUCED]}
  special_interest:
    - {label: Skin, terms: [Rash]}
    - {label: Severe, where: ATOXGRN >= 3}
"""
ANALYSES = """
  LAB: {kind: laboratory-grades, analysis_set: SAF, worsened: true, tests: [HGB]}
  SHIFT: {kind: laboratory-shift, analysis_set: SAF, of: range, directions: [low], dataset: ADVS}
  ONSET:
    kind: adverse-event-onset
    analysis_set: SAF
    rates_at: [30 days]
    lines: [{label: Any, where: AESER = 'Y'}]
displays:
  - {kind: laboratory-grade-table, number: Table 11, title: Grades, analysis: LAB}
  - {kind: laboratory-shift-table, number: Table 12, title: Shifts, analysis: SHIFT}
  - {kind: onset-table, number: Table 13, title: Onset, analysis: ONSET}
"""
WHOLE = MINIMAL.replace("\ndisplays:\n", ANALYSES).replace("\nanalyses:", f"{PART}\nanalyses:")


def problems_of(text: str, folder: Path) -> list[str]:
    (folder / "protocol.yaml").write_text(text, encoding="utf-8")
    return [str(problem) for problem in check_protocol(folder / "protocol.yaml")[1]]


def test_the_parts_read_as_written(tmp_path: Path) -> None:
    assert WHOLE.count("laboratory:") == 1
    assert problems_of(WHOLE, tmp_path) == []
    read = read_protocol(tmp_path)
    laboratory = read.laboratory
    assert laboratory is not None
    assert laboratory.grading.version == "4.03"
    assert laboratory.grading.calcium.mg_dl_per_g_dl == 0
    assert list(laboratory.tests) == ["HGB", "PLAT"]
    assert laboratory.tests["HGB"].unit == "g/L"
    assert (laboratory.baseline, laboratory.on_treatment_until) == (
        "before first dose",
        Duration("28 days"),
    )
    assert read.adverse_events.led_to.interruption == ("DRUG INTERRUPTED",)
    assert read.adverse_events.special_interest[1].where == "ATOXGRN >= 3"
    assert read.analyses["LAB"].kind == "laboratory-grades"


def test_without_the_part_nothing_is_analysed_and_defaults_are_version_5() -> None:
    assert Laboratory().grading.version == "5.0"
    assert Laboratory().on_treatment_until == Duration("30 days")


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ('version: "4.03"', 'version: "6.0"', "laboratory.grading.version", "4.03"),
        ("also: [VS]", "also: [XX]", "laboratory.also[0]", "one of EG, VS"),
        ("before first dose", "before dose", "laboratory.baseline", "did you mean"),
        ("{label: Skin, terms: [Rash]}", "{label: Skin}", "special_interest[0]", "terms or where"),
        ("actions: [AEACN, ", "actions: [AEACN-2, ", "actions[0]", "CDISC variable"),
        ("worsened: true", "worse: true", "analyses.LAB.worse", "worsened"),
        ("of: range", "of: position", "analyses.SHIFT.of", "range"),
        ("directions: [low]", "directions: []", "analyses.SHIFT.directions", "1 or more"),
        (
            "lines: [{label: Any, where: AESER = 'Y'}]",
            "lines: []",
            "analyses.ONSET.lines",
            "1 or more",
        ),
        ("rates_at: [30 days]", "rates_at: [30]", "analyses.ONSET.rates_at[0]", "such as 28 days"),
        ("also: [VS]", "also: [EG]", "analyses.SHIFT.dataset", "VS under laboratory.also"),
        ("analysis: SHIFT}", "analysis: LAB}", "displays[1].analysis", "laboratory-shift"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(
    old: str, new: str, where: str, words: str, tmp_path: Path
) -> None:
    broken = WHOLE.replace(old, new, 1)
    assert broken != WHOLE
    told = problems_of(broken, tmp_path)
    assert any(where in line and words in line for line in told), told


def test_analyses_of_results_need_the_part(tmp_path: Path) -> None:
    without = WHOLE.replace(PART, "")
    told = problems_of(without, tmp_path)
    assert len(told) == 2
    assert all("the part laboratory in the protocol" in line for line in told)
    assert "analyses.LAB.kind: found laboratory-grades" in told[0]
