"""Figures and tables of groups as they are written, and what is said of wrong ones."""

from pathlib import Path

import pytest

from topline.protocol.figures_of_groups import ForestFigure
from topline.protocol.forests import measure_of
from topline.protocol.read import check_protocol, read_protocol
from topline.protocol.tables import ListedTable

MINIMAL = (Path(__file__).parent / "minimal.yaml").read_text(encoding="utf-8")
ANALYSES = """
  SHARES: {kind: subgroups, endpoint: ORR, analysis_set: SAF, by: [AGEGR1]}
  MEDIANS: {kind: subgroups, endpoint: PFS, analysis_set: SAF, by: [AGEGR1]}
  RATES: {kind: subgroups, endpoint: PFS, analysis_set: SAF, by: [AGEGR1], rate_at: 6}
  COX: {kind: cox-regression, endpoint: PFS, analysis_set: SAF, covariates: [AGE]}
  COMPARED:
    {kind: comparison, outcome: ORR, analysis_set: SAF, by: AGEGR1, tests: [fisher], odds_ratio: woolf}
  SIZES: {kind: comparison, outcome: AGE, analysis_set: SAF, by: ECOGBL, tests: [mann-whitney]}
  CHANGES: {kind: patient-changes, analysis_set: SAF, by: [AGEGR1]}
  AE: {kind: adverse-events, analysis_set: SAF}
  AE3: {kind: adverse-events, analysis_set: SAF, where: ATOXGRN >= 3, frequency_in: Drug A}
  EACH: {kind: patient-events, analysis_set: SAF}
  FOLLOWED: {kind: follow-up, endpoint: PFS, analysis_set: SAF, rates_at: [6]}
  CAUSES:
    {kind: competing-risks, endpoint: PFS, analysis_set: SAF, causes: {Death: [Death]}}
  KIN: {kind: agreement, analysis_set: SAF, first: AGEGR1, second: ECOGBL}
  WHO: {kind: summary, analysis_set: SAF, counted_in: ORR, variables: [AGE]}
displays:
  - {kind: forest-figure, number: Figure 2, title: T, analyses: [SHARES, RATES], favours: [Few, Many]}
  - {kind: forest-figure, number: Figure 3, title: T, analyses: [COX], models: [univariable]}
  - {kind: event-rates-figure, number: Figure 4, title: T, analyses: [AE, AE3], titles: {AE: All}}
  - {kind: event-heat-figure, number: Figure 5, title: T, analysis: EACH, names: true}
  - {kind: cumulative-incidence-figure, number: Figure 6, title: T, analysis: CAUSES, every: 3}
  - {kind: change-by-group-figure, number: Figure 7, title: T, analyses: [COMPARED], values: CHANGES}
  - {kind: kaplan-meier-figure, number: Figure 8, title: T, analysis: FOLLOWED, axis: Followed}
  - {kind: cross-table, number: Table 2, title: T, analyses: [COMPARED], head: Response}
  - {kind: cross-table, number: Table 3, title: T, analyses: [KIN]}
  - {kind: listed-table, number: Table 4, title: T, columns: [Assay, Clone], rows: [[p16, E6H4], [Ki-67, ""]]}
  - {kind: summary-table, number: Table 5, title: T, analysis: WHO}
  - {kind: adverse-event-table, number: Table 6, title: T, analysis: AE, columns: [any, "1"]}"""  # noqa: E501
TEXT = MINIMAL.replace("\ndisplays:", ANALYSES)


def problems_of(text: str, folder: Path) -> list[str]:
    (folder / "protocol.yaml").write_text(text, encoding="utf-8")
    return [str(problem) for problem in check_protocol(folder / "protocol.yaml")[1]]


def test_figures_of_groups_read_as_written(tmp_path: Path) -> None:
    assert problems_of(TEXT, tmp_path) == []
    displays = {display.number: display for display in read_protocol(tmp_path).displays}
    forest, listed = displays["Figure 2"], displays["Table 4"]
    assert isinstance(forest, ForestFigure)
    assert (forest.favours, forest.models, forest.width) == (("Few", "Many"), (), "two columns")
    assert isinstance(listed, ListedTable)
    assert listed.rows == (("p16", "E6H4"), ("Ki-67", ""))


def test_an_analysis_has_one_estimate_in_each_line(tmp_path: Path) -> None:
    assert problems_of(TEXT, tmp_path) == []
    one = read_protocol(tmp_path)
    two = one.model_copy(
        update={"study": one.study.model_copy(update={"arms": one.study.arms * 2})}
    )
    names = ("SHARES", "MEDIANS", "RATES", "COX", "COMPARED", "SIZES", "AE")
    assert [measure_of(one, one.analyses[name]) for name in names] == [
        "rate", "median", "rate", "hazard ratio", "odds ratio", "", "",
    ]  # fmt: skip
    assert [measure_of(two, two.analyses[name]) for name in names[:4]] == [
        "odds ratio", "hazard ratio", "hazard ratio", "hazard ratio",
    ]  # fmt: skip
    assert measure_of(one, one.analyses["COMPARED"], "risk ratio") == ""


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("[SHARES, RATES]", "[SHARES, MEDIANS]", "analyses[1]", "like the first, rate"),
        ("[SHARES, RATES]", "[SHARES, COX]", "analyses[1]", "like the first, rate"),
        ("[SHARES, RATES]", "[SIZES]", "analyses[0]", "a comparison with odds_ratio"),
        ("[SHARES, RATES]", "[SHARS]", "analyses[0]", "did you mean SHARES?"),
        ("[SHARES, RATES]", "[CURVE]", "analyses[0]", "subgroups"),
        ("[COX], models", "[COMPARED], effect: difference, models", "analyses[0]", "difference"),
        ("models: [univariable]", "models: [univariabel]", "models", "univariable"),
        ("favours: [Few, Many]", "favours: [Few]", "favours", ""),
        ("[AE, AE3]", "[AE, AE3, AE]", "analyses", ""),
        ("[AE, AE3]", "[AE, EACH]", "analyses[1]", "adverse-events"),
        ("analysis: EACH", "analysis: CURVE", "analysis", "patient-events"),
        ("analysis: CAUSES", "analysis: CURVE", "analysis", "competing-risks"),
        ("[COMPARED], values", "[SIZES], values", "analyses[0]", "AGEGR1"),
        ("values: CHANGES", "values: CHANGE", "values", "did you mean CHANGES?"),
        ("values: CHANGES", "values: AE", "values", "kind patient-changes"),
        ("analysis: FOLLOWED", "analysis: CAUSES", "analysis", "follow-up"),
        ("analyses: [KIN]", "analyses: [AE]", "analyses[0]", "agreement"),
        ('[Ki-67, ""]', "[Ki-67]", "displays[9]", "2 cells in every row"),
        ("rows: [[p16, E6H4]", "rows: [[p16, E6H4, x]", "displays[9]", "(row 1)"),
        ("frequency_in: Drug A", "frequency_in: Drug B", "frequency_in", "did you mean Drug A?"),
        ("counted_in: ORR", "counted_in: PFS", "counted_in", ""),
        ("counted_in: ORR", "counted_in: OR", "counted_in", "did you mean ORR?"),
        ("endpoint: PFS, analysis_set: SAF, rates_at: [6]}", "endpoint: ORR, analysis_set: SAF}",
         "analyses.FOLLOWED", ""),
        ("rate_at: 6", "rate_at: 0", "rate_at", ""),
    ],
)  # fmt: skip
def test_names_place_found_and_permitted(
    old: str, new: str, where: str, words: str, tmp_path: Path
) -> None:
    broken = TEXT.replace(old, new, 1)
    assert broken != TEXT
    found = problems_of(broken, tmp_path)
    assert any(where in problem and words in problem for problem in found), found
