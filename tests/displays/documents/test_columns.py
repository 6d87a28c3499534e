"""Widths of columns, and the parts of a table that is too broad."""

from tests.displays.documents.samples import small
from topline.displays.documents.columns import (
    alignments,
    compute_needs,
    fit_columns,
    split_columns,
)
from topline.displays.documents.layout import lay_out
from topline.displays.documents.paper import A4, SIDE, Paper
from topline.displays.documents.place import Setting
from topline.displays.documents.widths import SHIPPED, arial_width, count_lines
from topline.displays.table import Cell, Column, Row, Table


def table(*texts: str) -> Table:
    columns = (Column("Name"), *(Column(f"c{i}") for i in range(len(texts))))
    return Table("Table 1", "T", columns, (Row((Cell("x"), *map(Cell, texts))),))


def test_numbers_stand_to_the_right_and_words_to_the_left() -> None:
    shown = table("17 (45.9)", "<0.001", "NR", "−0.5", "31 to 78", "Lung", "2024-08-31", "≥2")  # noqa: RUF001
    right = ("right",) * 5
    assert alignments(shown) == ("left", *right, "left", "left", "right")


def test_a_number_is_not_broken() -> None:
    needs = compute_needs(table("17 (45.9)"), 9, SHIPPED)
    assert needs.narrowest[1] == needs.natural[1]


def test_columns_fill_no_more_than_the_room() -> None:
    needs = compute_needs(table("a long text that may wrap " * 9, "5"), 9, SHIPPED)
    fitted = fit_columns(needs, 300, 100)
    assert fitted
    assert sum(fitted) <= 300
    assert fitted[2] >= needs.narrowest[2]
    assert fit_columns(needs, 60, 100) is None


def test_broad_tables_lie_on_their_side_and_narrow_ones_stand() -> None:
    setting = Setting("", A4, SHIPPED)
    assert not lay_out(small(columns=3), setting)[0].place.landscape
    broad = table(*(f"1234 (12.{i})" for i in range(10)))
    assert lay_out(broad, setting)[0].place.landscape
    upright = Setting("", Paper(A4.width, A4.height, "portrait"), SHIPPED)
    assert not lay_out(broad, upright)[0].place.landscape
    assert lay_out(small(), Setting("", Paper(A4.width, A4.height, "landscape"), SHIPPED))[
        0
    ].place.landscape


def test_a_table_too_broad_for_any_page_comes_in_parts_with_its_first_column() -> None:
    broad = table(*(f"{i} of one hundred thousand" for i in range(40)))
    parts = lay_out(broad, Setting("", A4, SHIPPED))
    assert len(parts) > 1
    assert all(part.table.columns[0].label == "Name" for part in parts)
    shown = [column.label for part in parts for column in part.table.columns[1:]]
    assert shown == [column.label for column in broad.columns[1:]]
    assert parts[0].table.title.startswith("T (columns 2 to ")
    assert parts[-1].table.title.endswith("to 41 of 41)")
    for part in parts:
        assert sum(part.columns) <= part.place.width - 2 * SIDE + 1e-6


def test_columns_under_one_head_stay_in_one_part() -> None:
    columns = (Column("Name"), *(Column(f"c{i}", span=f"Arm {i // 3}") for i in range(12)))
    wide = Table("T", "t", columns, (Row(tuple(Cell("x" * 12) for _ in columns)),))
    needs = compute_needs(wide, 7, SHIPPED)
    for part in split_columns(wide, needs, 300):
        spans = [column.span for column in part.columns[1:]]
        assert all(spans.count(span) == 3 for span in spans)


def test_arial_is_as_wide_as_printed_in_its_metrics() -> None:
    # Adobe's font metrics of Helvetica, which Arial shares: digits 556, A 667, space 278.
    assert round(arial_width("0A ", 1000)) == 556 + 667 + 278
    assert round(arial_width("A", 1000, "semibold")) == 722


def test_lines_are_counted_as_they_break() -> None:
    assert count_lines("", 100, 9, SHIPPED) == 1
    assert count_lines("a b", 1000, 9, SHIPPED) == 1
    assert count_lines("one\ntwo\n", 1000, 9, SHIPPED) == 3
    assert count_lines("x" * 100, 100, 9, SHIPPED) >= 5
