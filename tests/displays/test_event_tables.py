"""Adverse events as they are printed."""

import pytest

from tests.displays.example import TERMS, cabotem
from tests.displays.results import result_rows
from topline.displays.compose import compose
from topline.displays.event_tables import compose_events, compose_overview
from topline.displays.numbers import Numbers
from topline.displays.table import Table
from topline.protocol.tables import EventTable, OverviewTable

PLAN = EventTable(kind="adverse-event-table", number="Table 1", title="Events", analysis="A")


LABELS = {
    "any": "Any grade",
    **{str(grade): f"Grade {grade}" for grade in range(1, 6)},
    ">=3": "Grade \u2265 3",
    "(missing)": "Grade missing",
}


def rows(section: str, term: str, level: str, n: int, percent: str) -> list[dict[str, object]]:
    about = {"section": section, "parameter": term, "level": level, "n": 37, "group_label": "All"}
    about["level_label"] = LABELS[level]
    return [
        {**about, "statistic": "n", "display": str(n), "value": float(n)},
        {**about, "statistic": "percent", "display": percent, "value": float(percent)},
    ]


def test_terms_stand_below_their_body_system_whose_line_counts_any_of_them() -> None:
    numbers = Numbers(
        result_rows(
            *rows("", "(any)", "any", 36, "97.3"),
            *rows("Gastrointestinal", "(any)", "any", 20, "54.1"),
            *rows("Gastrointestinal", "Nausea", "any", 19, "51.4"),
        ),
        "A",
    )
    table = compose_events(PLAN, numbers)
    assert [(r.cells[0].text, r.cells[0].indent, r.heading) for r in table.rows] == [
        ("Any adverse event", 0, True),
        ("Gastrointestinal", 0, True),
        ("Nausea", 1, False),
    ]
    assert [r.cells[1].text for r in table.rows] == ["36 (97.3)", "20 (54.1)", "19 (51.4)"]
    assert table.columns[1].span == "All\n(N = 37)"


@pytest.mark.parametrize(
    ("grades", "heads"),
    [
        ("each", ["Any grade", *(f"Grade {g}" for g in range(1, 6)), "Grade \u2265 3"]),
        ("any and 3 or higher", ["Any grade", "Grade \u2265 3"]),
    ],
)
def test_columns_are_the_grades_asked_for(grades: str, heads: list[str]) -> None:
    plan = PLAN.model_copy(update={"grades": grades})
    found = [row for level in list(LABELS)[:-1] for row in rows("", "Nausea", level, 1, "2.7")]
    table = compose_events(plan, Numbers(result_rows(*found), "A"))
    assert [column.label for column in table.columns[1:]] == heads


def test_columns_stand_in_the_order_asked_for_and_a_missing_grade_last() -> None:
    plan = PLAN.model_copy(update={"columns": ("5", ">=3", "any")})
    found = [row for level in LABELS for row in rows("", "Nausea", level, 1, "2.7")]
    table = compose_events(plan, Numbers(result_rows(*found), "A"))
    assert [column.label for column in table.columns[1:]] == [
        "Grade 5", "Grade \u2265 3", "Any grade", "Grade missing",
    ]  # fmt: skip


def test_events_without_a_grade_have_a_column_of_their_own() -> None:
    numbers = Numbers(result_rows(*rows("", "Nausea", "(missing)", 1, "2.7")), "A")
    table = compose_events(PLAN, numbers)
    assert table.columns[-1].label == "Grade missing"
    assert table.rows[0].cells[-1].text == "1 (2.7)"


def test_every_term_has_a_line() -> None:
    protocol, _, results = cabotem()
    table = next(
        d for d in compose(protocol, results) if isinstance(d, Table) and d.number == "Table 3"
    )
    assert {row.cells[0].text for row in table.rows} == {"Any adverse event", *TERMS}


def test_the_overview_counts_subjects_and_events() -> None:
    about = {"parameter": "1", "parameter_label": "Serious", "group_label": "All", "n": 37}
    shown = {"n": "3", "percent": "8.1", "events": "5"}
    numbers = [{**about, "statistic": s, "display": d, "value": 1.0} for s, d in shown.items()]
    plan = OverviewTable(kind="overview-table", number="Table 2", title="Overview", analysis="A")
    table = compose_overview(plan, Numbers(result_rows(*numbers), "A"))
    assert [cell.text for cell in table.rows[0].cells] == ["Serious", "3 (8.1)", "5"]
