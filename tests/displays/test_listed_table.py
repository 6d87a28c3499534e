"""Text of the protocol as a table."""

from tests.analyses.study import adam, protocol
from tests.displays.example import HOSTILE
from tests.displays.tiny import heads, lines
from topline.analyses.analyse import analyse
from topline.displays.compose import compose
from topline.displays.html import table_html
from topline.displays.table import Table


def listed(rows: list[list[str]]) -> Table:
    display = {"kind": "listed-table", "number": "Table S1", "title": "Assays"}
    plan = protocol({}, displays=[display | {"columns": ["Assay", "Clone"], "rows": rows}])
    (table,) = compose(plan, analyse(plan, adam()))
    assert isinstance(table, Table)
    return table


def test_the_table_is_as_the_protocol_has_it() -> None:
    table = listed([["p16", "E6H4"], ["Ki-67", ""]])
    assert heads(table) == [("", "Assay"), ("", "Clone")]
    assert lines(table) == [["p16", "E6H4"], ["Ki-67", ""]]
    assert not any(cell.results for row in table.rows for cell in row.cells)


def test_it_says_that_nothing_in_it_is_of_the_data() -> None:
    table = listed([["p16", "E6H4"]])
    assert table.listed
    assert any("nothing in this table is taken from the data" in note for note in table.footnotes)
    assert not any(note.startswith(("Analysis set", "Data cut")) for note in table.footnotes)


def test_any_text_stays_text() -> None:
    page = table_html(listed([[text, text] for text in HOSTILE]))
    assert "<script" not in page
    assert "<img" not in page
