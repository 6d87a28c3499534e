"""The shipped example: every number of the founding paper, with what is known of it."""

from pathlib import Path

import pytest

from tests.audit.files import HEAD
from topline.audit.audit import Audit, audit_claims
from topline.audit.read import check_claims
from topline.audit.verdict import Finding, Verdict
from topline.studies import study_folder

PAPER = study_folder("cabotem") / "claims.yaml"


@pytest.fixture(scope="module")
def paper() -> Audit:
    return audit_claims(PAPER)


def found(paper: Audit, name: str) -> Finding:
    return next(each for each in paper.findings if each.item.name == name)


def test_the_file_has_no_problem_and_several_hundred_claims() -> None:
    book, problems = check_claims(PAPER)
    assert not problems
    assert book is not None
    assert len(book.items) > 600
    assert {item.claim.kind for item in book.items} >= {
        "count", "percent", "proportion", "p-value", "odds-ratio", "hazard-ratio", "median",
        "rate", "mean", "range", "value", "sum", "sample-size", "decision-rule", "statistic",
        "same", "relation",
    }  # fmt: skip


def test_p_values_of_table_2(paper: Audit) -> None:
    by_fisher = {
        "Gender",
        "ECOG performance status",
        "Number of metastatic sites",
        "Functional status",
    }
    by_pearson = {
        "Primary tumor", "Metastasis sites", "SSTR positivity by imaging", "Elevated baseline CgA",
        "Primary tumor resected", "Previous systemic therapy", "Previous liver-directed therapy",
        "MGMT promoter methylation", "MGMT expression (H-score)", "Baseline plasma VEGF-A",
    }  # fmt: skip
    by_none = {"Tumor grade", "Concurrent on study SSA"}
    for variable in by_fisher:
        assert found(paper, f"T2/{variable}/p").verdict is Verdict.REPRODUCED
    for variable in by_pearson:
        each = found(paper, f"T2/{variable}/p")
        assert (each.verdict, each.methods[0]) == (Verdict.ANOTHER_METHOD, "pearson"), variable
    for variable in by_none:
        assert found(paper, f"T2/{variable}/p").verdict is Verdict.NO_METHOD
    assert found(paper, "T2/c-MET expression/p").methods[0] == "likelihood-ratio"
    assert found(paper, "T2/Change of VEGF-A/p").verdict is Verdict.SLIP


@pytest.mark.parametrize(
    ("name", "verdict", "words"),
    [
        ("B-concordance", Verdict.ANOTHER_METHOD, "Wilson interval gives 64.71 (41.300 to 82.690)"),
        ("B-positive", Verdict.ANOTHER_METHOD, "Wilson interval with continuity correction"),
        ("B-methylation-OR", Verdict.NO_METHOD, "63.00 (2.082 to 1906.12)"),
        ("B-IHC-OR", Verdict.NO_METHOD, "3.333 (0.246 to 45.109)"),
        ("B-cMET-OR", Verdict.SLIP, "worked out from the rounded estimate"),
        ("B-cMET-OR/p", Verdict.REPRODUCED, "Fisher"),
        ("A-ORR", Verdict.SLIP, "31 is cut off"),
        ("R-CBR", Verdict.SLIP, "89.5 is rounded up"),
        ("M-rule", Verdict.REPRODUCED, "Exact alpha of 13 of 35: 0.0756, power 0.9552."),
        ("M-patients", Verdict.ANOTHER_METHOD, "two-sided alpha of 0.1 (30 patients, times 1.15)"),
        ("T1/Primary tumor/Pancreas/enrolled", Verdict.SLIP, "12 of 37 is 32.43%"),
        ("T3/Lymphopenia/Overall/enrolled", Verdict.NO_METHOD, "9 of 37 is 24.32%"),
        ("R-no-shrinkage", Verdict.INCONSISTENT, "Its denominator is 34, and evaluable are 33."),
        ("C-best", Verdict.NO_METHOD, "a lower limit of 164 above the median, 146.3"),
        ("S-Cox", Verdict.INCONSISTENT, "a lower risk; the text says higher"),
        ("S-OS12", Verdict.INCONSISTENT, "The 37 of enrolled can."),
        ("S-PFS12", Verdict.UNCHECKED, "Possible among 33 patients"),
        ("C-mixed", Verdict.REPRODUCED, "F = 1.67"),
    ],
)
def test_what_is_known_of_single_numbers(
    paper: Audit, name: str, verdict: Verdict, words: str
) -> None:
    each = found(paper, name)
    assert each.verdict is verdict
    assert words in each.words


def test_contradictions_are_these(paper: Audit) -> None:
    assert paper.searched.startswith("All contradictions")
    assert sorted(conflict.words for conflict in paper.conflicts) == sorted(
        [
            "Two sizes of evaluable: 33 and \u201c38% (13/34; 95% CI, 22\u201356%)\u201d.",
            "Two sizes of enrolled: 37 and \u201cn = 33\u201d.",
            "Metastasis sites: Others: 11 (enrolled) is more than 0 (PR) + 2 (SD) + 4 (left early) "
            "= 6.",
            "Two numbers of enrolled/Previous systemic therapy: 177Lu-based radioligand therapy: "
            "\u201c18 (49%)\u201d and \u201c19 received prior \u00b9\u2077\u2077Lu-based "
            "radioligand therapy\u201d.",
            "Two numbers of enrolled/Fatigue: Overall: \u201c25 (68%)\u201d and \u201cfatigue "
            "(65%)\u201d.",
            "Fatigue in enrolled: 19 (Grade 1) + 5 (Grade 2) + 1 (Grade 3) = 25 is more than 24 "
            "(Overall).",
            "Palmar-plantar erythrodysesthesia syndrome in enrolled: 7 (Grade 1) + 3 (Grade 2) = "
            "10 is more than 9 (Overall).",
            "Two numbers of enrolled/Hypertension: Overall: \u201c6 (16%)\u201d and \u201c7/37 "
            "(19%) patients\u201d.",
            "Hypertension in enrolled: 7 (Overall) is more than 1 (Grade 1) + 5 (Grade 2) + 0 "
            "(Grade 3) + 0 (Grade 4) = 6.",
            "Colitis in enrolled: 2 (Grade 2) + 2 (Grade 3) + 1 (Grade 4) = 5 is more than 4 "
            "(Overall).",
            "2 (enrolled/Colitis: Grade 2) + 3 (enrolled/Grade 3 or more: Colitis) = 5 is more "
            "than 4 (enrolled/Colitis: Overall).",
            "38.25 (PR/Duration of response most) + 1.8 = 40.05 is more than 38.55 "
            "(evaluable/Follow-up most).",
            "38.25 (PR/Duration of response most) + 1.8 = 40.05 is more than 38.55 "
            "(enrolled/Follow-up most).",
            "68.5% (\u00b19.1%) at 36 and 73.3% (\u00b1 8.4%) at 24 cannot happen with 33 "
            "evaluable.",
            "82.2% (\u00b1 6.6%) at 12 cannot happen with 33 evaluable.",
            "68.5% (\u00b19.1%) at 36 cannot happen with 33 evaluable and \u201c8 patients had "
            "died\u201d (Results, Survival).",
            "68.5% (\u00b19.1%) at 36 cannot happen with 33 evaluable and \u201c25 were "
            "alive\u201d (Results, Survival).",
            "33 (evaluable) is more than 19 (evaluable/Any shrinkage) + 13 (evaluable/No "
            "shrinkage) = 32.",
        ]
    )


def test_overall_survival_fits_all_37_patients_with_12_deaths(tmp_path: Path) -> None:
    rates = {12: "82.2% (SE 6.6)", 24: "73.3% (SE 8.4)", 36: "68.5% (SE 9.1)"}
    text = HEAD + "groups: {enrolled: {n: 37, where: Abstract}}\n"
    text += "curves: {OS: {of: enrolled, events: enrolled/Dead}}\nclaims:\n"
    text += "  d: {kind: count, where: Results, printed: 12 died, quantity: enrolled/Dead}\n"
    for at, printed in rates.items():
        text += (
            f'  r{at}: {{kind: rate, where: Results, curve: OS, at: {at}, printed: "{printed}"}}\n'
        )
    (tmp_path / "claims.yaml").write_text(text)
    audit = audit_claims(tmp_path)
    assert not audit.conflicts
    assert not audit.fails


@pytest.mark.slow
def test_the_audit_is_the_same_each_time(paper: Audit) -> None:
    again = audit_claims(PAPER)
    assert [(f.item.name, f.verdict, f.words) for f in again.findings] == [
        (f.item.name, f.verdict, f.words) for f in paper.findings
    ]
    assert again.conflicts == paper.conflicts
