from tests.analyses.study import adam, protocol
from topline.analyses.analyse import analyse
from topline.displays.compose import compose
from topline.displays.table import Table

ANALYSES: dict[str, object] = {"E": {"kind": "eligibility", "analysis_set": "SCREENED"}}
DISPLAYS = [
    {"kind": "eligibility-table", "number": "Table 1", "title": "Eligibility", "analysis": "E"}
]


def table() -> Table:
    plan = protocol(ANALYSES, displays=DISPLAYS)
    (display,) = compose(plan, analyse(plan, adam()))
    assert isinstance(display, Table)
    return display


def test_a_line_a_criterion_and_a_column_a_verdict() -> None:
    shown = table()
    heads = ["Criterion", "Met", "Not met", "Cannot be judged", "Against entry"]
    assert [column.label for column in shown.columns] == heads
    assert {column.span for column in shown.columns[1:]} == {"All\n(N = 11)"}
    assert [[cell.text for cell in row.cells] for row in shown.rows] == [
        ["Eligible by all criteria", "1 (9.1)", "2 (18.2)", "1 (9.1)", ""],
        ["Rule and site disagree", "", "", "", "2 (18.2)"],
        ["Inclusion criteria", "", "", "", ""],
        ["I01: Not too old", "2 (18.2)", "1 (9.1)", "1 (9.1)", "1 (9.1)"],
        ["Exclusion criteria", "", "", "", ""],
        ["E01: Pregnant", "1 (9.1)", "2 (18.2)", "1 (9.1)", "1 (9.1)"],
    ]
    assert [row.heading for row in shown.rows] == [False, False, True, False, True, False]


def test_every_number_keeps_its_result() -> None:
    cell = table().rows[3].cells[4]
    assert cell.results == (
        "E.Inclusion criteria.I01.AGAINST ENTRY.n",
        "E.Inclusion criteria.I01.AGAINST ENTRY.percent",
    )


def test_a_footnote_says_what_stands_against_entry() -> None:
    assert any("exclusion criterion that is met, stands against entry" in note
               for note in table().footnotes)  # fmt: skip
