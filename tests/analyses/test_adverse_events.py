import polars as pl
import pytest

from tests.analyses.study import EVERY_KIND, adae, adam, adsl, found, protocol, values
from topline.analyses.analyse import analyse

TERMS = EVERY_KIND["AE"]
GRADES = ("1.n", "2.n", "3.n", "4.n", "5.n", "(missing).n", "any.n", ">=3.n")


def test_a_subject_counts_once_under_the_worst_grade() -> None:
    cells = found(TERMS)
    # T-01 grades 1 and 3, T-02 grade 1, T-03 grade 3; T-07's is not treatment-emergent
    assert values(cells, "Gut.Nausea.", *GRADES) == [1, 0, 2, 0, 0, 0, 3, 2]
    assert values(cells, "(any).", *GRADES) == [2, 1, 2, 0, 1, 1, 7, 3]


def test_the_trace_of_a_grade_leaves_out_those_with_a_worse_one() -> None:
    cell = found(TERMS)["Gut.Nausea.1.n"]
    assert cell["trace_where"] == (
        "SAFFL = 'Y' AND (TRTEMFL = 'Y') AND AEBODSYS = 'Gut' AND AEDECOD = 'Nausea' "
        "AND ATOXGRN = 1 AND USUBJID NOT IN ('T-01')"
    )


def test_a_grade_that_is_missing_counts_only_without_another() -> None:
    cells = found(TERMS)
    assert values(cells, "Skin.Rash.", *GRADES) == [1, 1, 0, 0, 0, 0, 2, 0]  # T-05: 1 and missing
    assert values(cells, "(missing).Headache.", *GRADES) == [0, 0, 0, 0, 0, 1, 1, 0]


def test_without_a_missing_grade_there_is_no_such_level() -> None:
    graded = adae().filter(pl.col("ATOXGRN").is_not_null())
    assert not any(".(missing).n" in name for name in found(TERMS, adam() | {"ADAE": graded}))


def test_percentages_are_of_the_treated_of_each_arm() -> None:
    cells = found(TERMS)
    # T-03 was planned Active and given Control: events are counted by the treatment given
    assert values(cells, "Gut.Nausea.", "TRT01A=Active.any.n", "TRT01A=Control.any.n") == [2, 1]
    assert values(cells, "Gut.Nausea.TRT01A=", "Active.any.percent", "Control.any.percent") == [
        100 * 2 / 3,
        20,
    ]
    assert cells["Gut.Nausea.any.percent"]["display"] == "37.5"


def test_sections_by_name_then_terms_by_frequency_then_name() -> None:
    cells = found(TERMS)
    order = dict.fromkeys((c["section"], c["parameter"]) for c in cells.values())
    assert list(order) == [
        ("", "(any)"),
        ("Gut", "(any)"),
        ("Gut", "Nausea"),  # three subjects
        ("Gut", "Crohn's disease"),
        ("Skin", "(any)"),
        ("Skin", "Rash"),
        ("Skin", "(missing)"),
        ("(missing)", "(any)"),
        ("(missing)", "Headache"),
    ]


def test_rare_terms_are_left_out_and_any_event_stays() -> None:
    cells = found(EVERY_KIND["AE-FLAT"])
    # at least 30% of some arm; Active has 3 subjects, Control 5
    assert list(dict.fromkeys(c["parameter"] for c in cells.values())) == [
        "(any)", "Nausea", "Rash", "Crohn's disease",
    ]  # fmt: skip
    exact = found(TERMS | {"at_least_percent": 37.5}, arms=("Active",))
    assert "Gut.Nausea.any.n" in exact  # exactly 37.5%
    assert not any(c["section"] == "Skin" for c in exact.values())


def test_one_arm_has_no_groups() -> None:
    assert {c["by"] for c in found(TERMS, arms=("Active",)).values()} == {""}


def test_no_events_leave_the_line_of_any_event_with_zero() -> None:
    cells = found(TERMS, adam() | {"ADAE": adae().clear()})
    assert {c["parameter"] for c in cells.values()} == {"(any)"}
    assert {c["value"] for c in cells.values()} == {0}


def test_nobody_treated_gives_no_percentage_but_a_warning() -> None:
    nobody = {
        "ADSL": adsl().with_columns(SAFFL=pl.lit(None, pl.String)),
        "ADAE": adae().with_columns(SAFFL=pl.lit(None, pl.String)),
    }
    cell = found(TERMS, adam() | nobody)["(any).any.percent"]
    assert (cell["value"], cell["display"]) == (None, "NE")
    assert cell["warning"] == "no subjects in this group"


def test_subjects_whose_treatment_is_unknown_form_a_group() -> None:
    unknown = pl.when(pl.col("USUBJID") == "T-01").then(None).otherwise("TRT01A")
    data = {name: frame.with_columns(TRT01A=unknown) for name, frame in adam().items()}
    cells = found(TERMS, data)
    assert values(cells, "Gut.Nausea.TRT01A=", "(missing).any.n", "Active.any.n") == [1, 1]
    assert cells["Gut.Nausea.TRT01A=(missing).any.percent"]["value"] == 100


def test_the_overview_counts_subjects_and_events() -> None:
    cells = found(EVERY_KIND["OVERVIEW"])
    assert values(cells, "1.", "n", "percent", "events") == [7, 87.5, 10]
    assert values(cells, "2.", "n", "percent", "events") == [4, 50, 4]  # T-01, T-03, T-04, T-07
    assert values(cells, "3.", "n", "percent", "events") == [0, 0, 0]
    assert values(cells, "1.TRT01A=", "Active.n", "Control.n") == [3, 4]
    assert cells["2.n"]["parameter_label"] == "Serious or severe"


def test_severity_in_words_has_three_levels_and_no_grades() -> None:
    plan = protocol({"A": TERMS}, adverse_events={"severity": "AESEV"})
    severe = adam() | {"ADAE": adae().filter(pl.col("ATOXGRN") <= 3)}
    labels = analyse(plan, severe).rows.filter(parameter="Nausea", by="", statistic="n")
    assert labels.select("level_label", "value").rows() == [
        ("Mild", 1),
        ("Moderate", 0),
        ("Severe", 2),
        ("Any severity", 3),
    ]


def test_sections_come_by_frequency_where_asked_for() -> None:
    cells = found(TERMS | {"sections": "by frequency"})
    order = dict.fromkeys(str(c["section"]) for c in cells.values())
    # Gut 4 subjects, Skin 3, without a body system 1
    assert list(order) == ["", "Gut", "Skin", "(missing)"]
    skin = adae().with_columns(AEBODSYS=pl.col("AEBODSYS").replace({"Gut": "Zest", "Skin": "Air"}))
    rows = found(TERMS | {"sections": "by frequency"}, adam() | {"ADAE": skin})
    assert list(dict.fromkeys(str(c["section"]) for c in rows.values()))[1:3] == ["Zest", "Air"]


@pytest.mark.parametrize(
    ("options", "order"),
    [
        ({}, ["Nausea", "Rash", "Crohn's disease", "Headache", "(missing)"]),
        ({"terms": "by name"}, ["Crohn's disease", "Headache", "Nausea", "Rash", "(missing)"]),
        (
            {"frequency_in": "Active"},
            ["Nausea", "Crohn's disease", "Rash", "Headache", "(missing)"],
        ),
        (
            {"frequency_in": "Control"},
            ["Headache", "Nausea", "Rash", "(missing)", "Crohn's disease"],
        ),
        (
            {"terms": "by name", "frequency_in": "Control"},
            ["Crohn's disease", "Headache", "Nausea", "Rash", "(missing)"],
        ),
    ],
)
def test_terms_come_in_the_order_asked_for(options: dict[str, str], order: list[str]) -> None:
    cells = found(TERMS | {"within": None} | options)
    assert list(dict.fromkeys(str(c["parameter"]) for c in cells.values()))[1:] == order
