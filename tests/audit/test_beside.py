"""Claims beside a run: a trial of 8 patients, of whom 3 responded, counted by hand."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from tests.audit.files import HEAD
from topline.audit.beside import Beside, Recomputed, set_beside
from topline.audit.read import check_claims, read_claims
from topline.audit.run_results import RunResults
from topline.audit.verdict_file import Kept

# 3 of 8 responded: 37.5 %, Clopper-Pearson 8.5 to 75.5; 5 women; PFS events at 2, 4 and 6 months
ROWS = [
    ("FLOW.ALL.n", 8, "8", "", 8),
    ("ORR.ORR.responders", 3, "3", "", 8),
    ("ORR.ORR.estimate", 37.5, "37.5", "%", 8),
    ("ORR.ORR.lower", 8.523341, "8.5", "%", 8),
    ("ORR.ORR.upper", 75.513683, "75.5", "%", 8),
    ("BASE.SEX.F.n", 5, "5", "", 8),
    ("BASE.SEX.F.percent", 62.5, "62.5", "%", 8),
    ("BASE.SEX.M.n", 3, "3", "", 8),
    ("BASE.SEX.M.percent", 37.5, "37.5", "%", 8),
    ("BASE.SEX.fisher.p_value", 0.1964, "0.196", "", 8),
    ("BASE.AGE.median", 55.5, "55.5", "years", 8),
    ("BASE.AGE.min", 41, "41", "years", 8),
    ("BASE.AGE.max", 70, "70", "years", 8),
    ("PFS.PFS.median", 6.0, "6.0", "months", 8),
    ("PFS.PFS.median_lower", 2.04, "2.0", "months", 8),
    ("PFS.PFS.median_upper", None, "NE", "months", 8),
    ("PFS.PFS.12.rate", 42.1875, "42.2", "%", 8),
    ("PFS.PFS.12.rate_se", 20.47, "20.5", "%", 8),
]  # fmt: skip
GROUPS = "groups: {all: {n: 8, where: Abstract, result: FLOW.ALL}}\n"


def frame() -> pl.DataFrame:
    names = ("result_id", "value", "display", "unit", "n")
    return pl.DataFrame(ROWS, schema=names, orient="row", schema_overrides={"value": pl.Float64})


def compared(
    folder: Path, text: str, kept: Mapping[str, Kept] | None = None
) -> tuple[Recomputed, dict[str, Beside]]:
    (folder / "claims.yaml").write_text(HEAD + GROUPS + text, encoding="utf-8")
    done = set_beside(read_claims(folder), RunResults(frame()), kept)
    return done, {each.item.name: each for each in done.claims}


def one(folder: Path, claim: str) -> Beside:
    return compared(folder, f"claims:\n  made: {{where: Results, {claim}}}\n")[1]["made"]


AGREE = [
    'kind: percent, printed: "3/8 (38%)", result: ORR.ORR',
    'kind: proportion, printed: "38% (95% CI, 9-76%)", of: all, result: ORR.ORR',
    'kind: proportion, printed: "0.375 (95% CI, 0.085-0.755)", of: all, result: ORR.ORR',
    'kind: percent, printed: "five women (63%)", count: 5, of: all, result: BASE.SEX.F',
    'kind: count, printed: five women, count: 5, result: BASE.SEX.F',
    'kind: count, printed: 8 patients, quantity: all',
    'kind: range, printed: "55.5 (41-70)", result: BASE.AGE',
    'kind: value, printed: "41 years", result: BASE.AGE.min',
    'kind: median, printed: "6.0 months (95% CI, 2.0 to not reached)", of: all, result: PFS.PFS',
    'kind: rate, printed: "42.2% (SE 20.5)", at: 12, of: all, result: PFS.PFS',
    'kind: p-value, printed: p = 0.2, result: BASE.SEX.fisher',
    'kind: p-value, printed: p < 0.25, result: BASE.SEX.fisher',
    'kind: percent, printed: "63%", of: all, result: "100 * [BASE.SEX.F.n] / [FLOW.ALL.n]"',
    'kind: percent, printed: "5/8", result: {count: BASE.SEX.F.n, of: FLOW.ALL.n}',
    'kind: sum, printed: 8 patients, parts: [5, 3], result: [BASE.SEX.F.n, BASE.SEX.M.n]',
]  # fmt: skip


@pytest.mark.parametrize("claim", AGREE)
def test_a_number_that_rounds_to_the_print_agrees(tmp_path: Path, claim: str) -> None:
    found = one(tmp_path, claim)
    assert (found.agreement, found.why) == ("agrees", "")


DIFFER = [
    ('kind: percent, printed: "4/8 (38%)", result: ORR.ORR', "Count differs."),
    ('kind: percent, printed: "3/8 (37%)", result: ORR.ORR',
     "Estimate (cut off in print) differs."),
    ('kind: percent, printed: "3/9 (38%)", result: ORR.ORR', "Denominator differs."),
    ('kind: proportion, printed: "38% (95% CI, 8-75%)", of: all, result: ORR.ORR',
     "Lower limit (cut off in print), upper limit (cut off in print) differ."),
    ('kind: median, printed: "6.0 (95% CI, 2.0-9.0)", of: all, result: PFS.PFS',
     "Upper limit differs."),
    ('kind: median, printed: "not reached (95% CI, 2.0-9.0)", of: all, result: PFS.PFS',
     "Estimate, upper limit differ."),
    ('kind: p-value, printed: p < 0.05, result: BASE.SEX.fisher', "P differs."),
    ('kind: sum, printed: 8 patients, parts: [4, 4], result: [BASE.SEX.F.n, BASE.SEX.M.n]',
     "A part of 4 differs; a part of 4 differs."),
    ('kind: sum, printed: 9 patients, parts: [5, 3], result: [BASE.SEX.F.n, BASE.SEX.M.n]',
     "8, not 9."),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "why"), DIFFER)
def test_what_differs_is_named(tmp_path: Path, claim: str, why: str) -> None:
    found = one(tmp_path, claim)
    assert (found.agreement, found.why) == ("differs", why)


def test_what_the_run_does_not_give_was_not_computed(tmp_path: Path) -> None:
    assert one(tmp_path, "kind: count, printed: 8 patients").agreement == "not computed"
    half = one(tmp_path, 'kind: proportion, printed: "38% (95% CI, 9-76%)", of: all, result: '
               "ORR.ORR.estimate")  # fmt: skip
    assert half.agreement == "not computed"
    assert half.why == "No result for lower limit, upper limit."
    assert half.recomputed == "37.5%"


def test_a_quantity_has_one_result_wherever_it_is_printed(tmp_path: Path) -> None:
    done, claims = compared(tmp_path, '''claims:
  T: {kind: percent, where: T, printed: 5 (63%), of: 8, quantity: "all/Sex: F", result: BASE.SEX.F}
  A: {kind: count, where: Abstract, printed: 5 women, quantity: "all/Sex: F"}
  B: {kind: percent, where: Text, printed: "60%", of: all, quantity: "all/Sex: F"}
''')  # fmt: skip
    assert not done.problems
    agreement = {name: each.agreement for name, each in claims.items()}
    assert agreement == {"T": "agrees", "A": "agrees", "B": "differs"}
    assert [each.item.name for each in done.claims] == ["B", "T", "A"]  # worst first
    assert done.counts() == {"differs": 1, "not computed": 0, "agrees": 2}


def test_two_results_of_a_quantity_and_unknown_ones_are_told_with_their_place(
    tmp_path: Path,
) -> None:
    done, _ = compared(tmp_path, '''claims:
  T: {kind: count, where: Table 1, printed: "5", quantity: "all/Sex: F", result: BASE.SEX.F}
  U: {kind: count, where: Table 2, printed: "3", quantity: "all/Sex: F", result: BASE.SEX.M}
  A: {kind: count, where: Abstract, printed: 5 women, quantity: "all/Sex: F"}
  X: {kind: percent, where: Text, printed: "60%", of: all, result: ORR.OR}
  Y: {kind: percent, where: Text, printed: "60%", of: all, result: {estimate: "[ORR.ORR.n] + 1"}}
''')  # fmt: skip
    told = [str(each) for each in done.problems]
    assert told == [
        "claims.yaml:7: A.result: found all/Sex: F with the results BASE.SEX.F and BASE.SEX.M; "
        "expected one result for a quantity, or the claim's own result",
        "claims.yaml:8: X.result: found ORR.OR; expected the id of a result of the run, or the "
        "beginning of ids (did you mean ORR.ORR?)",
        "claims.yaml:9: Y.result: found [ORR.ORR.n] + 1; expected the id of a result of the run, "
        "or the beginning of ids",
    ]


def test_results_that_cannot_be_read_are_problems_of_the_file(tmp_path: Path) -> None:
    text = """claims:
  A: {kind: count, where: Text, printed: 5 women, result: "[BASE.SEX.F.n] **"}
  B: {kind: count, where: Text, printed: 5 women, result: [BASE.SEX.F.n]}
  C: {kind: sum, where: Text, printed: "8", parts: [5, 3], result: [BASE.SEX.F.n]}
  D: {kind: percent, where: Text, printed: "5%", of: 8, result: {estimat: BASE.SEX.F.n}}
"""
    (tmp_path / "claims.yaml").write_text(HEAD + text, encoding="utf-8")
    told = "\n".join(str(each) for each in check_claims(tmp_path / "claims.yaml")[1])
    assert "claims.D.result" in told
    (tmp_path / "claims.yaml").write_text(HEAD + text[: text.index("  D:")], encoding="utf-8")
    told = "\n".join(str(each) for each in check_claims(tmp_path / "claims.yaml")[1])
    assert "claims.yaml:4: claims.A.result: found [BASE.SEX.F.n] **" in told
    assert "claims.yaml:5: claims.B.result: found a list of 1 results" in told
    assert "claims.yaml:6: claims.C.result: found a list of 1 results; expected 2" in told


def test_places_that_print_the_same_are_decided_by_the_run(tmp_path: Path) -> None:
    claims = compared(tmp_path, '''claims:
  A: {kind: count, where: Abstract, printed: 5 women, result: BASE.SEX.F}
  B: {kind: percent, where: Text, printed: "5 (63%)", of: all, result: BASE.SEX.F}
  C: {kind: count, where: Table, printed: 6 women, result: BASE.SEX.F}
  fine: {kind: same, claims: [A, B]}
  not: {kind: same, claims: [A, C]}
''')[1]  # fmt: skip
    assert claims["fine"].agreement == "agrees"
    assert (claims["not"].agreement, claims["not"].why) == (
        "differs", "Only C differs from the run.",
    )  # fmt: skip


def test_relations_and_sums_of_quantities_rest_on_the_run(tmp_path: Path) -> None:
    claims = compared(tmp_path, '''claims:
  F: {kind: count, where: Text, printed: 5 women, quantity: "all/Sex: F", result: BASE.SEX.F}
  M: {kind: count, where: Text, printed: 4 men, quantity: "all/Sex: M", result: BASE.SEX.M}
  S: {kind: sum, where: Text, printed: 9 patients, parts: ["all/Sex: F", "all/Sex: M"]}
  R: {kind: relation, where: Text, printed: all, holds: "all/Sex: F + all/Sex: M = all"}
''')[1]  # fmt: skip
    assert (claims["S"].agreement, claims["S"].recomputed) == ("differs", "5 + 3 = 8")
    assert claims["R"].agreement == "agrees"


def test_reasons_are_the_files_words_and_a_kept_verdict(tmp_path: Path) -> None:
    claim = 'printed: "6 (75%)", of: all, result: BASE.SEX.F, differs: the table is followed'
    text = f"claims:\n  made: {{kind: percent, where: Results, {claim}}}\n"
    kept = {"made": Kept("inconsistent", "Two numbers of women.", contradicted=True)}
    found = compared(tmp_path, text, kept)[1]["made"]
    assert found.doubted
    assert found.why == (
        "Count, estimate differ. The table is followed. Inconsistent: Two numbers of women."
    )
    fine = {"made": Kept("reproduced", "Fine.", contradicted=False)}
    assert not compared(tmp_path, text, fine)[1]["made"].doubted


TABLE = """tables:
  T1:
    where: Table 1
    columns: {"All (n = 8)": {group: all}, p: {holds: p-values}}
    markdown: |
      | variable | level | All (n = 8) | p |
      |---|---|---|---|
      | Gender | Women | 5 (63) | 0.2 |
      | Gender | Men | 3 (38) | |
      | Age | Median | 55.5 | |
      | Age | Range | 41-71 | |
    results:
      cells: "BASE.{variable}.{level}"
      p: "BASE.{variable}.fisher"
      rows: {Gender: SEX, Gender/Women: F, Age: AGE}
      levels: {Men: M}
      differs: {Age/Range: an age was corrected}
"""


def test_a_tables_rule_answers_its_cells(tmp_path: Path) -> None:
    done, claims = compared(tmp_path, TABLE)
    assert not done.problems
    assert {name: each.agreement for name, each in claims.items()} == {
        "T1/all": "agrees", "T1/Gender/Women/all": "agrees", "T1/Gender/Men/all": "agrees",
        "T1/Gender/all/sum": "agrees", "T1/Gender/p": "agrees", "T1/Age/Median/all": "agrees",
        "T1/Age/Range/all": "differs",
    }  # fmt: skip
    assert claims["T1/Age/Range/all"].why == "Upper limit differs. An age was corrected."


def test_a_rule_that_names_what_the_table_has_not_is_a_problem(tmp_path: Path) -> None:
    wrong = TABLE.replace("Gender: SEX", "Gendr: SEX").replace("{variable}.{l", "{varable}.{l")
    wrong = wrong.replace("levels: {Men: M}", "levels: {Man: M}\n      groups: {al: x}")
    (tmp_path / "claims.yaml").write_text(HEAD + GROUPS + wrong, encoding="utf-8")
    told = [str(each) for each in check_claims(tmp_path / "claims.yaml")[1]]
    assert len(told) == 4
    assert any("T1.results.rows.Gendr" in each and "mean Gender" in each for each in told)
    assert any("results.cells: found {varable}" in each for each in told)
    assert any("results.levels.Man" in each and "mean Men" in each for each in told)
    assert any("results.groups.al" in each and "mean all" in each for each in told)
