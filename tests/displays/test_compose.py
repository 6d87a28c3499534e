"""All displays of two studies, one of them hostile."""

import re
import subprocess
import sys

import polars as pl
import pytest

from tests.displays import example
from topline.analyses.results import Results
from topline.displays.compose import compose
from topline.displays.figure import Figure
from topline.displays.slugs import slugs
from topline.displays.table import Table
from topline.protocol.protocol import Protocol

Study = tuple[Protocol, dict[str, pl.DataFrame], Results]


@pytest.fixture(params=["cabotem", "pilot"], scope="module")
def study(request: pytest.FixtureRequest) -> Study:
    found: Study = getattr(example, str(request.param))()
    return found


def test_every_planned_display_is_made_in_order(study: Study) -> None:
    protocol, _, results = study
    displays = compose(protocol, results)
    assert [d.number for d in displays] == [p.number for p in protocol.displays]


def test_every_cell_prints_its_results_and_nothing_else(study: Study) -> None:
    protocol, _, results = study
    rows = {row["result_id"]: row for row in results.rows.iter_rows(named=True)}
    cells = [
        cell
        for table in compose(protocol, results)
        if isinstance(table, Table)
        for row in table.rows
        for cell in row.cells
    ]
    assert sum(bool(cell.results) for cell in cells) > 100
    for cell in cells:
        printed = [(re.escape(rows[r]["display"]), rows[r]["n"]) for r in cell.results]
        form = "".join(rf"{display}( / {n})?( \(|\)| to |, | / )?" for display, n in printed)
        assert re.fullmatch(f"(N = )?{form}", cell.text) or not cell.results, cell


def test_every_table_prints_a_number_in_every_column(study: Study) -> None:
    protocol, _, results = study
    for table in compose(protocol, results):
        if isinstance(table, Table) and not table.listed:
            for i, column in enumerate(table.columns[1:], start=1):
                filled = any(row.cells[i].results for row in table.rows)
                assert filled, f"{table.number}: nothing under {column.label}"


def test_footnotes_say_set_data_cut_and_notice() -> None:
    protocol, _, results = example.cabotem()
    response = next(d for d in compose(protocol, results) if d.number == "Table S5")
    text = " ".join(response.footnotes)
    assert f"Analysis set PP: {protocol.analysis_sets['PP'].label}." in text
    assert "Clopper-Pearson" in text
    assert "Data cut: 30 September 2024." in text
    assert response.footnotes[-1] == protocol.study.notice


def test_figures_say_in_words_what_they_show() -> None:
    protocol, _, results = example.cabotem()
    rows = results.rows.filter(analysis_id="PFS", statistic="median")
    figure = next(d for d in compose(protocol, results) if d.number == "Figure 4A")
    assert isinstance(figure, Figure)
    assert f"median {rows['display'][0]}" in figure.description


def test_names_of_files_are_plain_and_never_twice() -> None:
    numbers = ["Table 1", "table 1", "Figure 4A", "../../etc/passwd", "", "Таблица 1"]
    tables = tuple(Figure(number, "", "", "") for number in numbers)
    assert slugs(tables) == (
        "table-1", "table-1-2", "figure-4a", "etc-passwd", "display", "1",
    )  # fmt: skip


def test_tables_alone_do_not_load_matplotlib() -> None:
    code = "import topline.displays.compose, sys; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
