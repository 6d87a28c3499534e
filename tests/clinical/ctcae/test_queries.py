"""Nothing is lost: what cannot be graded says why, and the rest stays as it was."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from topline.clinical.ctcae.grades import derive_grades
from topline.clinical.ctcae.recognition import derive_tests
from topline.clinical.ctcae.schemas import Grades, Results, Tests
from topline.errors import DataError

INF, NAN = float("inf"), float("nan")
ROW = dict[str, object]


def _one(**fields: object) -> ROW:
    start: ROW = {"test": "HGB", "value": 11.0, "unit": "g/dL", "lower": 12.0, "upper": 16.0}
    rows = pl.DataFrame([start | fields], schema_overrides={"value": pl.Float64, "unit": pl.String})
    return derive_grades(rows).row(0, named=True)


QUERIES = [
    ({"value": None}, "value missing"),
    ({"value": NAN}, "value is not a number"),
    ({"value": INF}, "value is not a number"),
    ({"value": -1.0}, "value below zero"),
    ({"unit": None}, "unit missing, expected g/dL or mmol/L or g/L"),
    ({"unit": " "}, "unit missing, expected g/dL or mmol/L or g/L"),
    ({"unit": "furlong"}, "unit 'furlong' is not known, expected g/dL or mmol/L or g/L"),
    ({"unit": "U/L"}, "unit 'U/L' is not known, expected g/dL or mmol/L or g/L"),
    ({"unit": "%"}, "unit '%' cannot be converted, expected g/dL or mmol/L or g/L"),
    ({"lower": None}, "LLN missing"),
    ({"lower": NAN}, "LLN missing"),
    ({"upper": None}, "ULN missing"),
    ({"lower": None, "upper": None}, "LLN missing; ULN missing"),
    ({"lower": 16.0, "upper": 12.0}, "LLN above ULN"),
    ({"lower": None, "unit": None}, "LLN missing; unit missing, expected g/dL or mmol/L or g/L"),
    ({"test": None}, "test code missing"),
    (
        {"test": "INR", "value": 1.0, "unit": "sec"},
        "unit 'sec' cannot be converted, expected no unit",
    ),
    ({"test": "INR", "value": 1.0, "unit": "%"}, "unit '%' cannot be converted, expected no unit"),
    (
        {"test": "NEUT", "value": 60.0, "unit": "%"},
        "unit '%' cannot be converted, expected /mm3 or",
    ),
    ({"test": "WEIGHT", "value": 80.0, "unit": "kg"}, "baseline missing"),
    ({"test": "ALT", "value": 5.0, "lower": 0.0, "upper": 0.0}, "ULN is zero"),
    ({"test": "WEIGHT", "value": 80.0, "unit": "kg", "baseline": 0.0}, "baseline is zero"),
    ({"test": "WEIGHT", "value": 80.0, "unit": "kg", "baseline": -1.0}, "baseline missing"),
    ({"unit": "g/L"}, "LLN lies beyond the worst grade's bound (< 80 g/L): unit or limits are"),
]


@pytest.mark.parametrize(("fields", "query"), QUERIES)
def test_what_cannot_be_graded_says_why(fields: ROW, query: str) -> None:
    assert str(_one(**fields)["query"]).startswith(query)


KNOWN_ALL_THE_SAME = [
    # a limit that is missing does not touch a grade that lies beyond it
    ({"value": 7.0, "lower": None}, "low_grade", 3),
    ({"value": 7.0, "lower": None}, "query", None),
    # ratios need no unit
    ({"test": "ALT", "value": 130.0, "upper": 40.0, "unit": None}, "high_grade", 2),
    ({"test": "ALT", "value": 130.0, "upper": 40.0, "unit": "Karmen"}, "high_grade", 2),
    ({"test": "ALT", "value": 130.0, "upper": 40.0, "unit": None}, "query", None),
    # a limit of zero is a limit, but has no multiples
    ({"test": "EOS", "value": 0.0, "lower": 0.0, "upper": 0.5, "unit": "GI/L"}, "high_grade", 0),
    ({"test": "ALT", "value": 5.0, "lower": 0.0, "upper": 0.0}, "high_grade", None),
]


@pytest.mark.parametrize(("fields", "column", "expected"), KNOWN_ALL_THE_SAME)
def test_only_what_matters_is_asked_for(fields: ROW, column: str, expected: int | None) -> None:
    assert _one(**fields)[column] == expected


def test_every_direction_with_numbers_has_a_grade_or_a_query() -> None:
    rows = pl.DataFrame(
        [
            {"test": test, "value": value, "unit": unit, "lower": low, "upper": high}
            for test in ("HGB", "ALT", "K", "CA", "INR", "FIBRINO", "PH", "FOO", "WEIGHT", None)
            for value in (0.0, 3.3, 7.0, 1e6, NAN, -1.0, None)
            for unit in ("g/dL", "mmol/L", "", None, "?")
            for low, high in ((1.0, 5.0), (None, 5.0), (5.0, 1.0), (None, None), (0.0, 0.0))
        ],
        infer_schema_length=None,
    )
    graded = derive_grades(rows)
    assert_frame_equal(graded.select(rows.columns), rows)
    silent = graded.filter(
        pl.col("query").is_null(),
        (pl.col("low_term").is_not_null() & pl.col("low_grade").is_null())
        | (pl.col("high_term").is_not_null() & pl.col("high_grade").is_null()),
    )
    assert silent.is_empty()
    untold = graded.filter(pl.col("low_grade") > 0)
    assert untold.filter(pl.col("low_words").is_null() | pl.col("low_bound").is_null()).is_empty()


def test_results_keep_their_order_and_their_columns() -> None:
    rows = pl.DataFrame(
        {"USUBJID": ["2", "1", "2"], "test": ["K", "HGB", "K"], "value": [6, 7, 3]}
        | {"unit": ["mmol/L", "g/dL", "mmol/L"], "lower": [3.5, 12, 3.5], "upper": [5.0, 16, 5]}
    )
    graded = derive_grades(rows)
    assert graded.columns == [*rows.columns, *Grades.columns()]
    assert graded["USUBJID"].to_list() == ["2", "1", "2"]
    assert graded["high_grade"].to_list() == [2, 0, 0]
    assert derive_grades(graded).equals(graded)


def test_no_results_give_no_grades() -> None:
    nothing = pl.DataFrame(schema={name: c.dtype for name, c in Results.columns().items()})
    assert derive_grades(nothing).is_empty()
    assert derive_grades(nothing).columns == [*nothing.columns, *Grades.columns()]
    assert Tests.is_valid(derive_tests(nothing))


def test_columns_that_are_missing_or_strange_are_all_named() -> None:
    rows = pl.DataFrame({"test": ["HGB"], "value": ["11"], "lower": [12], "fasting": ["Y"]})
    with pytest.raises(DataError) as told:
        derive_grades(rows)
    assert str(told.value).splitlines() == [
        "Results: columns are not as they should be",
        "  value: found String, expected Float64",
        "  unit: found no such column, expected String",
        "  upper: found no such column, expected Float64",
        "  fasting: found String, expected Boolean",
    ]


def test_list_of_tests_needs_tests_and_units() -> None:
    with pytest.raises(DataError, match="unit: found no such column"):
        derive_tests(pl.DataFrame({"test": ["HGB"]}))


SPECIMENS = [
    ("PH", None, None),
    ("PH", "URINE", None),
    ("PH", "ARTERIAL BLOOD", "Acidosis"),
    ("CREAT", None, None),
    ("GLUC", "SERUM", "Hypoglycemia"),
    ("GLUC", "URINE", None),
    ("GLUC", "CEREBROSPINAL FLUID", None),
    ("WBC", "URINE", None),
    ("WBC", " blood ", "White blood cell decreased"),
    ("WBC", "", "White blood cell decreased"),
]


@pytest.mark.parametrize(("test", "specimen", "term"), SPECIMENS)
def test_specimen_decides_what_a_code_means(
    test: str, specimen: str | None, term: str | None
) -> None:
    assert _one(test=test, specimen=specimen)["low_term"] == term


def test_protein_is_graded_in_urine_of_a_day_only() -> None:
    fields = {"test": "PROT", "value": 4.0, "lower": None, "upper": 0.15}
    assert _one(**fields, specimen="URINE", unit="g/day")["high_grade"] == 3
    assert _one(**fields, specimen="SERUM", unit="g/day")["high_term"] is None
    spot = _one(**fields, specimen="URINE", unit="g/L")
    assert spot["query"] == "unit 'g/L' cannot be converted, expected g/24h"


def test_each_test_and_unit_is_listed_once_with_what_became_of_it() -> None:
    rows = pl.DataFrame(
        {
            "test": ["HGB", "HGB", "HGB", "BUN", "PH", "RBC"],
            "unit": ["g/L", "g/L", "U", "mmol/L", None, "10^12/L"],
        }
    )
    listed = derive_tests(rows)
    assert Tests.is_valid(listed)
    assert listed.select("test", "unit", "results", "low_term", "note").rows() == [
        ("BUN", "mmol/L", 1, None, "CTCAE v5.0 has no term for urea nitrogen"),
        ("HGB", "U", 1, "Anemia", "unit 'U' is not known, expected g/dL or mmol/L or g/L"),
        ("HGB", "g/L", 2, "Anemia", None),
        ("PH", None, 1, None, "pH of blood: specimen not named, expected blood, named as such"),
        ("RBC", "10^12/L", 1, None, "no analyte of CTCAE v5.0 has this code; name one under tests"),
    ]


def test_grades_fit_their_schema() -> None:
    rows = pl.DataFrame(
        {"test": ["HGB"], "value": [9.0], "unit": ["g/dL"]} | {"lower": [12.0], "upper": [16.0]}
    )
    assert Grades.is_valid(derive_grades(rows).select(*Grades.columns()))
