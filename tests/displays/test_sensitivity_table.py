"""Sensitivity to informative censoring as it is printed."""

from tests.displays.results import result_rows
from topline.displays.numbers import Numbers
from topline.displays.sensitivity_table import compose_sensitivity
from topline.protocol.read import read_protocol
from topline.protocol.tables import SensitivityTable
from topline.studies import study_folder

PLAN = SensitivityTable(
    kind="sensitivity-table", number="Table 4", title="If leaving told", analysis="PFS-LEFT"
)


def row(section: str, statistic: str, display: str, level: str = "") -> dict[str, object]:
    label = f"{level} months" if level.isdigit() else level
    about = {"analysis_id": "PFS-LEFT", "parameter": "PFS", "unit": "months", "group_label": "All"}
    return {
        **about, "section": section, "statistic": statistic, "display": display, "level": level,
        "level_label": label,
    }  # fmt: skip


def test_a_line_an_assumption_and_below_them_what_tips() -> None:
    numbers = Numbers(
        result_rows(
            row("as censored", "median", "28.5"),
            row("as censored", "median_lower", "16.8"),
            row("as censored", "median_upper", "NE"),
            row("as censored", "rate", "84.4", "12"),
            row("as censored", "rate_lower", "63.4", "12"),
            row("as censored", "rate_upper", "93.9", "12"),
            row("worst case", "median", "19.5"),
            row("worst case", "median_lower", "5.5"),
            row("worst case", "median_upper", "28.5"),
            row("tipping point", "delta", "6.92", "rate at 12 months below 75%"),
        ),
        "PFS-LEFT",
    )
    table = compose_sensitivity(PLAN, read_protocol(study_folder("cabotem")), numbers)
    assert [column.label for column in table.columns] == [
        "Assumption on those who left",
        "Median, months (95% CI)",
        "12 months, %",
    ]
    assert [[cell.text for cell in line.cells] for line in table.rows] == [
        ["As censored", "28.5 (16.8 to NE)", "84.4 (63.4 to 93.9)"],
        ["Worst case", "19.5 (5.5 to 28.5)", ""],
        ["Delta that tips: rate at 12 months below 75%", "6.92", ""],
    ]
    assert len(table.rows[0].cells[1].results) == 3
