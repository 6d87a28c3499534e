"""What must hold for every term, whatever its numbers."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from topline.clinical.ctcae.grades import derive_grades
from topline.clinical.ctcae.options import GradingOptions
from topline.clinical.ctcae.recognition import derive_tests
from topline.clinical.ctcae.units import read_analytes

# test, unit, a usual value, and other units of the same kind with what one of the first is in them
TESTS = """
HGB g/dL 14 g/L 10 | HGB mmol/L 8.5 umol/L 1000 | WBC 10^9/L 6 /mm3 1000
NEUT /mm3 4000 GI/L 0.001 | LYM K/uL 2 10^9/L 1 | PLAT 10^9/L 250 /uL 1000
EOS 10^9/L 0.3 THOU/uL 1 | CD4 /mm3 800 10^9/L 0.001 | ALT U/L 30 ukat/L 0.01667
ALP U/L 80 ukat/L 0.01667 | GGT U/L 30 ukat/L 0.01667 | BILI mg/dL 0.8 umol/L 17.104
CREAT mg/dL 0.9 umol/L 88.4 | CK U/L 100 ukat/L 0.01667 | LIPASE U/L 40 ukat/L 0.01667
CHOL mg/dL 190 g/L 0.01 | TRIG mmol/L 1.4 umol/L 1000 | CA mg/dL 9.5 g/L 0.01
CAION mmol/L 1.2 umol/L 1000 | K mmol/L 4 umol/L 1000 | SODIUM mmol/L 140 mol/L 0.001
MG mg/dL 2 mg/L 10 | ALB g/dL 4 g/L 10 | GLUC mg/dL 90 g/L 0.01 | URATE mg/dL 5 mg/L 10
FIBRINO mg/dL 300 g/L 0.01 | INR 1 1 RATIO 1 | APTT s 30 ms 1000 | TROPONI ng/L 10 ug/L 0.001
GFRE mL/min/1.73m2 95 mL/s/1.73m2 0.016666666666666666 | QTCF ms 420 s 0.001
LVEF % 60 FRACTION 0.01 | WEIGHT kg 80 g 1000 | SYSBP mmHg 120 kPa 0.133322387415
"""
CELLS = [cell.split() for line in TESTS.split("\n") for cell in line.split("|") if cell.strip()]
FACTOR = st.floats(0.05, 20)
NEAR = st.floats(0.3, 3)
FLAG = st.sampled_from([True, False, None])
OPTIONS = st.builds(
    GradingOptions,
    version=st.sampled_from(["5.0", "4.03"]),
    within_normal_limits=st.sampled_from(["graded", "grade 0"]),
    between_grades=st.sampled_from(["worse", "milder"]),
    symptoms_unknown=st.sampled_from(["absent", "present"]),
    fasting_unknown=st.sampled_from(["absent", "present"]),
    anticoagulation_unknown=st.sampled_from(["absent", "present"]),
    up_to_baseline=st.sampled_from(["limits", "baseline"]),
)


@st.composite
def patients(draw: st.DrawFn) -> dict[str, object]:
    """One test of one patient: limits and baseline around the usual value."""
    test, unit, usual, *_ = draw(st.sampled_from(CELLS))
    low = float(usual) * draw(st.floats(0.3, 1))
    high = low * draw(st.floats(1, 3))
    near = float(usual) * draw(NEAR)
    return {
        "test": test,
        "unit": unit,
        "lower": low,
        "upper": high,
        "baseline": draw(st.sampled_from([near, None])),
        "infarction_level": high * 3,
        "albumin": draw(st.sampled_from([3.0, 5.0, None])),
        "albumin_unit": "g/dL",
        "symptomatic": draw(FLAG),
        "anticoagulated": draw(FLAG),
        "fasting": draw(FLAG),
        "up_to_baseline": draw(FLAG),
        "usual": float(usual),
    }


def _rows(patient: dict[str, object], values: list[float]) -> pl.DataFrame:
    schema = {"baseline": pl.Float64, "albumin": pl.Float64}
    schema |= dict.fromkeys(
        ["symptomatic", "anticoagulated", "fasting", "up_to_baseline"], pl.Boolean
    )
    rows = pl.DataFrame([patient] * len(values), schema_overrides=schema)
    return rows.with_columns(value=pl.Series(values, dtype=pl.Float64) * pl.col("usual"))


@given(patient=patients(), values=st.lists(FACTOR, min_size=2, max_size=12), options=OPTIONS)
def test_a_worse_value_never_has_a_lower_grade(
    patient: dict[str, object], values: list[float], options: GradingOptions
) -> None:
    graded = derive_grades(_rows(patient, sorted(values)), options)
    low = graded["low_grade"].drop_nulls().to_list()
    high = graded["high_grade"].drop_nulls().to_list()
    assert low == sorted(low, reverse=True)
    assert high == sorted(high)


@given(patient=patients(), values=st.lists(FACTOR, min_size=1, max_size=12), options=OPTIONS)
def test_units_of_one_kind_do_not_matter(
    patient: dict[str, object], values: list[float], options: GradingOptions
) -> None:
    rows = _rows(patient, values)
    cell = next(c for c in CELLS if c[:2] == [patient["test"], patient["unit"]])
    scaled = ["value", "lower", "upper", "baseline", "infarction_level"]
    other = rows.with_columns(pl.col(scaled) * float(cell[4]), unit=pl.lit(cell[3]))
    columns = ["low_grade", "high_grade", "assumption", pl.col("query").is_null()]
    one, two = (derive_grades(frame, options).select(columns) for frame in (rows, other))
    assert_frame_equal(one, two)


@settings(max_examples=25)
@given(
    several=st.lists(st.tuples(patients(), FACTOR), min_size=2, max_size=6),
    seed=st.integers(0, 99),
)
def test_order_and_company_of_rows_do_not_matter(
    several: list[tuple[dict[str, object], float]], seed: int
) -> None:
    alone = [_rows(patient, [value]) for patient, value in several]
    together = pl.concat(alone).with_row_index("key")
    shuffled = together.sample(fraction=1, shuffle=True, seed=seed)
    expected = pl.concat(derive_grades(rows) for rows in alone)
    assert_frame_equal(derive_grades(shuffled).sort("key").drop("key"), expected)


@given(patient=patients(), value=FACTOR)
def test_symptoms_and_missing_knowledge_never_lower_a_grade(
    patient: dict[str, object], value: float
) -> None:
    rows = _rows(patient | {"symptomatic": None}, [value])
    absent = derive_grades(rows, GradingOptions(symptoms_unknown="absent"))
    present = derive_grades(rows, GradingOptions(symptoms_unknown="present"))
    for column in ("low_grade", "high_grade"):
        assert (absent[column].fill_null(0) <= present[column].fill_null(0)).all()


def test_the_properties_hold_for_tests_that_are_graded() -> None:
    rows = pl.DataFrame({"test": [c[0] for c in CELLS], "unit": [c[1] for c in CELLS]})
    assert derive_tests(rows)["analyte"].null_count() == 0
    tried = set(derive_tests(rows)["analyte"])
    same_rules = {"aspartate aminotransferase", "troponin T", "amylase", "corrected calcium"}
    assert len(set(read_analytes()) - tried - same_rules) < 15


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell[0]} {cell[1]}")
def test_other_unit_of_a_property_is_recognized(cell: list[str]) -> None:
    listed = derive_tests(pl.DataFrame({"test": cell[:1], "unit": [cell[3]]}))
    assert listed["note"].to_list() == [None]
