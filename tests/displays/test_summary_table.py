"""Baseline characteristics as they are printed."""

from tests.displays.results import result_rows
from topline.displays.numbers import Numbers
from topline.displays.summary_table import compose_summary
from topline.displays.table import Table
from topline.protocol.tables import SummaryTable

PLAN = SummaryTable(
    kind="summary-table",
    number="Table 1",
    title="Baseline",
    analysis="A",
    statistics=("mean (SD)", "range"),
)


def number(parameter: str, statistic: str, display: str, **more: object) -> dict[str, object]:
    value = None if display == "NE" else float(display)
    row = {"parameter": parameter, "statistic": statistic, "display": display, "value": value}
    return row | {"group_label": "All"} | more


def compose(*rows: dict[str, object]) -> Table:
    return compose_summary(PLAN, Numbers(result_rows(*rows), "A"))


def texts(table: Table) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row.cells) for row in table.rows]


AGE = [
    number("AGE", statistic, display, parameter_label="Age", unit="years")
    for statistic, display in [("mean", "58.1"), ("sd", "10.4"), ("min", "31"), ("max", "78")]
]


def test_a_number_shows_the_statistics_asked_for_with_its_unit() -> None:
    table = compose(*AGE)
    assert texts(table) == [
        ("Age (years)", ""),
        ("Mean (SD)", "58.1 (10.4)"),
        ("Range", "31 to 78"),
    ]
    assert table.rows[1].cells[1].results == ("r0", "r1")


def test_a_category_shows_count_and_percent_and_nobody_as_zero() -> None:
    sex = [
        number("SEX", "n", "37", level="F", level_label="Female"),
        number("SEX", "percent", "100", level="F", level_label="Female"),
        number("SEX", "n", "0", level="M", level_label="Male"),
        number("SEX", "percent", "0", level="M", level_label="Male"),
    ]
    assert texts(compose(*sex)) == [("SEX", ""), ("Female", "37 (100)"), ("Male", "0")]


def test_flags_of_a_block_stand_below_its_heading_each_on_a_line() -> None:
    flags = [
        number(flag, statistic, display, level="Y", section="Sites", parameter_label=label)
        for flag, label in [("LIVFL", "Liver"), ("BONEFL", "Bone")]
        for statistic, display in [("n", "3"), ("percent", "8.1")]
    ]
    table = compose(*flags)
    assert texts(table) == [("Sites", ""), ("Liver", "3 (8.1)"), ("Bone", "3 (8.1)")]
    assert [row.heading for row in table.rows] == [True, False, False]


def test_missing_values_of_a_number_are_counted_on_a_line_of_their_own() -> None:
    missing = [
        number("AGE", "n", "2", level="(missing)"),
        number("AGE", "percent", "5.4", level="(missing)"),
    ]
    assert texts(compose(*AGE, *missing))[-1] == ("Missing", "2 (5.4)")


def test_columns_have_the_number_of_their_subjects() -> None:
    sizes = [
        number("(column)", "N", "20", by="TRT01P", group="a", group_label="Arm A"),
        number("(column)", "N", "37"),
    ]
    table = compose(*sizes)
    assert [column.label for column in table.columns] == [
        "Characteristic",
        "Arm A\n(N = 20)",
        "All\n(N = 37)",
    ]
    assert table.columns[2].results == ("r1",)


def test_variables_after_a_block_are_not_drawn_into_it() -> None:
    rows = [
        number("X", "n", "1", level="a"),
        number("AFL", "n", "1", level="Y", section="Block"),
        number("Z", "n", "1", level="a"),
    ]
    assert [first for first, *_ in texts(compose(*rows))] == ["X", "a", "Block", "AFL", "Z", "a"]
