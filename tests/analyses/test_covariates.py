import polars as pl

from tests.analyses.study import adsl, protocol
from topline.analyses.covariates import design_matrix, known, strata

PLAN = protocol({})
TREATED = adsl().filter(pl.col("SAFFL") == "Y")  # T-01 to T-08


def test_a_number_is_one_column_and_categories_are_one_fewer() -> None:
    subjects = TREATED.filter(pl.col("ECOGBL").is_not_null())
    columns, names = design_matrix(PLAN, subjects, ["AGE", "SEX", "ECOGBL"])
    assert names == ["AGE", "SEX=M", "ECOGBL=1"]  # ECOGBL has levels: a category
    assert columns.tolist() == [
        [60, 0, 0], [62, 1, 1], [64, 0, 0], [71, 1, 1], [50, 0, 0], [55, 0, 0], [58, 1, 1],
    ]  # fmt: skip


def test_a_flag_that_is_not_set_is_a_value() -> None:
    columns, names = design_matrix(PLAN, TREATED, ["LIVERFL"])
    assert names == ["LIVERFL=Y"]
    assert columns[:, 0].tolist() == [1, 1, 0, 0, 1, 0, 0, 0]
    assert known(PLAN, ["LIVERFL", "KI67", "SEX"]) == "KI67 IS NOT NULL AND SEX IS NOT NULL"
    assert known(PLAN, ["LIVERFL"]) == ""


def test_a_category_that_all_have_gives_no_column() -> None:
    columns, names = design_matrix(PLAN, TREATED.filter(pl.col("SEX") == "M"), ["SEX"])
    assert (columns.shape, names) == ((4, 0), [])


def test_strata_are_the_values_together() -> None:
    labels = strata(TREATED, ["LIVERFL", "SEX", "ECOGBL"])
    assert labels.tolist()[:4] == ["Y, F, 0", "Y, M, 1", "N, F, 0", "N, M, 1"]


def test_nobody_has_no_rows() -> None:
    columns, names = design_matrix(PLAN, TREATED.clear(), ["AGE", "SEX"])
    assert (columns.shape, names) == ((0, 1), ["AGE"])
    assert strata(TREATED.clear(), ["SEX"]).shape == (0,)
