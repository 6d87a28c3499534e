"""A table is refused when ragged, and knows what it printed."""

import pytest

from topline.displays.table import Cell, Column, Row, Table


def test_a_line_with_too_few_cells_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Table 1, line 1: 1 cells under 2 columns"):
        Table(
            "Table 1",
            "Age",
            (Column("a"), Column("b")),
            (Row((Cell("x"), Cell("y"))), Row((Cell("x"),))),
        )


def test_results_are_those_of_heads_and_cells_once() -> None:
    table = Table(
        "Table 1",
        "Age",
        (Column("a"), Column("b", results=("n",))),
        (Row((Cell("x"), Cell("1", ("r1", "r2")))), Row((Cell("x"), Cell("2", ("r2", "r3"))))),
    )
    assert table.results == ("n", "r1", "r2", "r3")
