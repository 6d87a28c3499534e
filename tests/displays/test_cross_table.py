"""Cross tables: outcomes by group, two readings of the same."""

from tests.analyses.study import EVERY_KIND, adam, protocol
from tests.displays.tiny import heads, lines, tabled, unsupported
from topline.analyses.analyse import analyse
from topline.displays.compose import compose
from topline.displays.table import Table


def test_outcomes_stand_by_group_with_effects_and_tests_below() -> None:
    table = tabled("cross-table", "ORR-SEX", analyses=["X"])
    assert heads(table) == [
        ("", "Response rate"), ("Sex", "Female"), ("Sex", "Male"), ("Sex", "Total"),
    ]  # fmt: skip
    found = lines(table)
    assert found[:3] == [["No", "3", "2", "5"], ["Yes", "2", "1", "3"], ["Total", "5", "3", "8"]]
    assert ["Odds ratio (95% CI)", "1.33 (0.07 to 26.6)", "", ""] in found
    assert ["P, Fisher exact test", ">0.999", "", ""] in found
    assert unsupported(table) == []


def test_outcomes_of_several_categories_have_a_line_each() -> None:
    table = tabled("cross-table", "REGION-SEX", analyses=["X"], head="Performance")
    assert [label for _, label in heads(table)] == ["Performance", "Female", "Male"]
    assert lines(table) == [
        ["Fully active", "5", "0"],
        ["Restricted", "0", "3"],
        ["P, Fisher exact test", "0.018", ""],
    ]


def test_two_readings_stand_against_each_other_with_margins_and_agreement() -> None:
    table = tabled("cross-table", "LIVER-BONE", analyses=["X"])
    assert heads(table)[0] == ("", "Sex")
    assert heads(table)[1:] == [
        ("Performance status", label) for label in ("Fully active", "Restricted", "Total")
    ]
    assert lines(table)[:4] == [
        ["Female", "5", "0", "5"],
        ["Male", "0", "3", "3"],
        ["Total", "5", "3", "8"],
        ["Same category, % (95% CI)", "100 (63.1 to 100)", "", ""],
    ]
    assert unsupported(table) == []


def test_comparisons_share_their_lines_and_keep_their_columns() -> None:
    plain = {"by": "ECOGBL", "strata": [], "tests": ["fisher"]}
    plan = protocol(
        {"A": EVERY_KIND["ORR-SEX"], "B": EVERY_KIND["ORR-SEX"] | plain},
        displays=[{"kind": "cross-table", "number": "T", "title": "T", "analyses": ["A", "B"]}],
    )
    (table,) = compose(plan, analyse(plan, adam()))
    assert isinstance(table, Table)
    assert [span for span, _ in heads(table)] == ["", *["Sex"] * 3, *["Performance status"] * 3]
    assert [line[0] for line in lines(table)].count("Total") == 1
    stratified = next(line for line in lines(table) if "general association" in line[0])
    assert stratified[4:] == ["", "", ""]  # the second has no strata
    assert any(note.startswith("Sex: ") for note in table.footnotes)


def test_nobody_to_compare_leaves_what_can_be_said() -> None:
    empty = {name: frame.clear() for name, frame in adam().items()}
    plan = protocol(
        {"X": EVERY_KIND["ORR-SEX"]},
        displays=[{"kind": "cross-table", "number": "T", "title": "T", "analyses": ["X"]}],
    )
    (table,) = compose(plan, analyse(plan, empty))
    assert isinstance(table, Table)
    assert unsupported(table) == []
