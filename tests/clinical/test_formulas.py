"""Each formula against a calculator, a published value or a sum done by hand."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.clinical.computed import Computed
from topline.clinical.formulas import (
    BodySurfaceFormula,
    QtLimits,
    compute_bmi,
    compute_bsa_m2,
    compute_ckd_epi_mg_dl,
    compute_ckd_epi_umol_l,
    compute_creatinine_clearance_mg_dl,
    compute_creatinine_clearance_umol_l,
    compute_qt_prolonged,
    compute_qtcb_ms,
    compute_qtcf_ms,
    compute_rr_ms,
)

KIDNEY = ("creatinine", "age", "weight", "sex")


def value(computed: Computed, **numbers: float | str | None) -> float | None:
    return pl.DataFrame({k: [v] for k, v in numbers.items()}).select(computed.value).item()


def reason(computed: Computed, **numbers: float | str | None) -> str | None:
    return pl.DataFrame({k: [v] for k, v in numbers.items()}).select(computed.reason).item()


# ---- kidney

CLEARANCE = [
    # creatinine mg/dL, age, weight, sex; mL/min
    pytest.param(1.0, 40, 72, "M", 100.0, id="(140 - 40) 72 / 72"),
    pytest.param(1.0, 40, 72, "F", 85.0, id="women have 85 % of it"),
    pytest.param(1.0, 80, 72, "M", 60.0, id="at 60"),
    pytest.param(1.0, 80, 71.99, "M", 59.99167, id="just below 60"),
    pytest.param(0.999, 80, 72, "M", 60.06006, id="just above 60"),
    pytest.param(
        1.09, 55, 90, "M", 97.5, id="97 by the calculator of the National Kidney Foundation"
    ),
]


@pytest.mark.parametrize(("creatinine", "age", "weight", "sex", "expected"), CLEARANCE)
def test_clearance_by_cockcroft_and_gault(
    creatinine: float, age: float, weight: float, sex: str, expected: float
) -> None:
    clearance = compute_creatinine_clearance_mg_dl(*KIDNEY)
    numbers = {"age": age, "weight": weight, "sex": sex}
    assert value(clearance, creatinine=creatinine, **numbers) == pytest.approx(expected, abs=0.06)
    in_umol = compute_creatinine_clearance_umol_l(*KIDNEY)
    again = value(in_umol, creatinine=creatinine * 88.4, **numbers)
    assert again == pytest.approx(value(clearance, creatinine=creatinine, **numbers), rel=1e-12)


def test_sixty_is_sixty_to_the_last_digit() -> None:
    clearance = compute_creatinine_clearance_mg_dl(*KIDNEY)
    assert value(clearance, creatinine=1.0, age=80, weight=72, sex="M") == 60.0
    in_umol = compute_creatinine_clearance_umol_l(*KIDNEY)
    assert value(in_umol, creatinine=88.4, age=80, weight=72, sex="M") == 60.0


def test_clearance_of_a_woman_in_umol() -> None:
    # the Foundation's calculator: 55
    clearance = compute_creatinine_clearance_umol_l(*KIDNEY)
    found = value(clearance, creatinine=85, age=65, weight=60, sex="F")
    assert found == pytest.approx(55.25, abs=0.01)


CKD_EPI = [
    # creatinine umol/L, age, sex; mL/min/1.73 m2: tests of admiral 1.x (pharmaverse), which divides
    # by 88.42 where we divide by 88.4
    (96.3, 55, "M", 80.2293),
    (70, 52, "F", 89.7175),
    (77, 67, "M", 94.5453),
    (65, 76, "F", 84.4646),
    (85, 65, "F", 66),
]


@pytest.mark.parametrize(("creatinine", "age", "sex", "expected"), CKD_EPI)
def test_filtration_rate_by_ckd_epi(
    creatinine: float, age: float, sex: str, expected: float
) -> None:
    rate = compute_ckd_epi_umol_l("creatinine", "age", "sex")
    found = value(rate, creatinine=creatinine, age=age, sex=sex)
    assert found == pytest.approx(expected, rel=3e-4 if expected != 66 else 1e-2)


def test_filtration_rate_at_kappa_is_that_of_age_alone() -> None:
    rate = compute_ckd_epi_mg_dl("creatinine", "age", "sex")
    ageing = 142 * 0.9938**50
    assert value(rate, creatinine=0.9, age=50, sex="M") == pytest.approx(ageing)
    assert value(rate, creatinine=0.7, age=50, sex="F") == pytest.approx(1.012 * ageing)
    assert value(rate, creatinine=1.8, age=50, sex="M") == pytest.approx(ageing * 2**-1.2)
    assert value(rate, creatinine=0.45, age=50, sex="M") == pytest.approx(ageing * 2**0.302)


# ---- heart


def test_qt_is_its_own_correction_at_sixty_beats() -> None:
    for corrected in (compute_qtcf_ms("qt", "rr"), compute_qtcb_ms("qt", "rr")):
        assert value(corrected, qt=412.0, rr=1000.0) == pytest.approx(412)


def test_fridericia_takes_the_cube_root_and_bazett_the_square_root() -> None:
    # RR 0.512 s is 0.8 cubed, 0.64 s is 0.8 squared
    assert value(compute_qtcf_ms("qt", "rr"), qt=400.0, rr=512.0) == pytest.approx(500)
    assert value(compute_qtcb_ms("qt", "rr"), qt=400.0, rr=640.0) == pytest.approx(500)


def test_rr_from_rate() -> None:
    assert value(compute_rr_ms("rate"), rate=75.0) == 800.0


PROLONGED = [
    (449.9, "M", False),
    (450.0, "M", False),
    (450.1, "M", True),
    (469.9, "F", False),
    (470.0, "F", False),
    (470.1, "F", True),
    (500.0, None, None),
    (500.0, "U", None),
    (None, "F", None),
    (float("nan"), "F", None),
]


@pytest.mark.parametrize(("qtc", "sex", "expected"), PROLONGED)
def test_qt_is_prolonged_above_the_limit_of_the_sex(
    qtc: float | None, sex: str | None, expected: bool | None
) -> None:
    rows = pl.DataFrame({"qtc": [qtc], "sex": [sex]}, schema={"qtc": pl.Float64, "sex": pl.String})
    assert rows.select(compute_qt_prolonged("qtc", "sex")).item() is expected


def test_limits_are_the_trials() -> None:
    rows = pl.DataFrame({"qtc": [481.0], "sex": ["M"]})
    stricter = compute_qt_prolonged("qtc", "sex", QtLimits(male_ms=480))
    looser = compute_qt_prolonged("qtc", "sex", QtLimits(male_ms=481))
    assert rows.select(stricter, looser=looser).row(0) == (True, False)


# ---- body

SURFACE = [
    # 180 cm and 80 kg: tests of R's clinPK; the last two by R: 0.008883 * 180^0.663 * 80^0.444 ...
    ("dubois", 1.996),
    ("mosteller", 2.000),
    ("haycock", 2.007),
    ("gehan-george", 2.009),
    ("boyd", 2.007),
    ("fujimoto", 1.944),
    ("takahira", 2.012),
]


@pytest.mark.parametrize(("formula", "expected"), SURFACE)
def test_body_surface_area(formula: BodySurfaceFormula, expected: float) -> None:
    area = compute_bsa_m2("height", "weight", formula)
    found = value(area, height=180.0, weight=80.0)
    assert found is not None
    assert round(found, 3) == expected


def test_body_mass_index() -> None:
    assert value(compute_bmi("height", "weight"), height=180.0, weight=81.0) == pytest.approx(25)


# ---- what is missing or impossible

FAULTS = [
    pytest.param(None, 50, 70, "M", "no creatinine", id="missing"),
    pytest.param(float("nan"), 50, 70, "M", "no creatinine", id="NaN is missing"),
    pytest.param(0, 50, 70, "M", "creatinine is 0 mg/dL, must be above 0", id="zero"),
    pytest.param(-1, 50, 70, "M", "creatinine is -1 mg/dL, must be above 0", id="negative"),
    pytest.param(1, 140, 70, "M", "age is 140 years, must be below 140", id="age at 140"),
    pytest.param(1, 139.9, 70, "M", None, id="age just below 140"),
    pytest.param(float("inf"), 50, 70, "M", "creatinine is inf mg/dL, must be finite", id="inf"),
    pytest.param(1, 50, 70, None, "no sex", id="no sex"),
    pytest.param(1, 50, 70, "U", "sex is U, must be M or F", id="unknown sex"),
    pytest.param(
        None,
        50,
        0,
        "U",
        "no creatinine; weight is 0 kg, must be above 0; sex is U, must be M or F",
        id="all of them",
    ),
]


@pytest.mark.parametrize(("creatinine", "age", "weight", "sex", "expected"), FAULTS)
def test_impossible_numbers_give_null_and_say_why(
    creatinine: float | None, age: float, weight: float, sex: str | None, expected: str | None
) -> None:
    schema = {"creatinine": pl.Float64, "age": pl.Float64, "weight": pl.Float64, "sex": pl.String}
    row = pl.DataFrame([(creatinine, age, weight, sex)], schema=schema, orient="row")
    computed = compute_creatinine_clearance_mg_dl(*KIDNEY)
    found, why = row.select(value=computed.value, reason=computed.reason).row(0)
    assert why == expected
    assert (found is None) == (expected is not None)


numbers = st.none() | st.floats(-10, 300) | st.just(float("nan"))


@settings(max_examples=20)
@given(st.lists(st.tuples(numbers, numbers, numbers, st.sampled_from(["M", "F", "U", None]))))
def test_a_value_or_a_reason_never_both(rows: list[tuple[float, float, float, str]]) -> None:
    schema = {"creatinine": pl.Float64, "age": pl.Float64, "weight": pl.Float64, "sex": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    for computed in (
        compute_creatinine_clearance_mg_dl(*KIDNEY),
        compute_ckd_epi_umol_l("creatinine", "age", "sex"),
        compute_bsa_m2("age", "weight", "boyd"),
        compute_qtcf_ms("age", "weight"),
    ):
        found = frame.select(value=computed.value, reason=computed.reason)
        assert found.filter(pl.col("value").is_null() == pl.col("reason").is_null()).is_empty()
        assert found.filter(pl.col("value").is_nan() | (pl.col("value") < 0)).is_empty()
