"""Tables of exposure and deviations, from the results of a small study."""

from tests.analyses.study import adam, protocol
from topline.analyses.analyse import analyse
from topline.displays.compose import compose
from topline.displays.table import Table


def tables() -> tuple[Table, Table]:
    analyses = {
        "EX": {"kind": "exposure", "analysis_set": "SAFETY"},
        "DV": {"kind": "deviations", "analysis_set": "FULL"},
    }
    displays = [
        {"kind": "exposure-table", "number": "Table 1", "title": "Exposure", "analysis": "EX"},
        {"kind": "deviation-table", "number": "Table 2", "title": "Deviations", "analysis": "DV"},
    ]
    plan = protocol(analyses, displays=displays)
    first, second = compose(plan, analyse(plan, adam()))
    assert isinstance(first, Table)
    assert isinstance(second, Table)
    return first, second


def lines(table: Table) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row.cells) for row in table.rows]


def test_columns_are_drugs_and_arms() -> None:
    exposure, _ = tables()
    heads = [(column.span, column.label) for column in exposure.columns[1:]]
    assert heads == [
        ("All drugs", "Active\n(N = 3)"), ("All drugs", "Control\n(N = 5)"),
        ("All drugs", "All\n(N = 8)"),
        ("D", "Active\n(N = 3)"), ("D", "Control\n(N = 5)"), ("D", "All\n(N = 8)"),
    ]  # fmt: skip


def test_lines_of_exposure() -> None:
    exposure, _ = tables()
    found = lines(exposure)
    assert ("Received at least one dose", "", "", "", "2 (66.7)", "2 (40.0)", "4 (50.0)") in found
    assert ("80 to <100%", "", "", "", "0", "2 (40.0)", "2 (25.0)") in found
    assert ("Interruptions", "", "", "", "2", "1", "3") in found
    assert ("Outside the levels", "", "", "", "0", "1 (20.0)", "1 (12.5)") in found


def test_every_printed_number_leads_to_its_result() -> None:
    for table in tables():
        for row in table.rows:
            assert all(cell.results for cell in row.cells[1:] if cell.text)


def test_lines_of_deviations() -> None:
    _, deviations = tables()
    found = lines(deviations)
    assert found[0] == ("Any deviation", "1 (25.0)", "3", "2 (40.0)", "2", "3 (33.3)", "5")
    assert ("Assessment late", "1 (25.0)", "2", "0", "0", "1 (11.1)", "2") in found
    assert [row.heading for row in deviations.rows][:3] == [True, True, False]


def test_footnotes_say_how_to_read() -> None:
    exposure, deviations = tables()
    assert any(
        note.startswith("n (%) of all subjects of the column") for note in exposure.footnotes
    )
    assert any("at least one deviation" in note for note in deviations.footnotes)
