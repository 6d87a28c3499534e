from typing import Any

import numpy as np
import pytest

from topline.stats.mixed.factor_model import compute_factor_model

VALUES = np.array([4.0, 6, 8, 7, 9, 9, 14, 13, 1, 5, 6, 4, 7, 8, 9, 12, 5, 9, 8, 8])
SUBJECT = np.repeat(["S1", "S2", "S3", "S4", "S5"], 4)
VISIT = np.tile(["C1", "C2", "C3", "C4"], 5)
ARM = np.repeat(["A", "B", "A", "B", "B"], 4)
AGE = np.repeat([51.0, 64, 70, 48, 59], 4)


def test_tests_are_named_by_term_in_the_models_order() -> None:
    fitted = compute_factor_model(
        VALUES, SUBJECT, {"visit": VISIT, "arm": ARM}, {"age": AGE}, [("arm", "visit")]
    )
    assert list(fitted.tests) == ["visit", "arm", "age", "visit:arm"]
    assert [test.df for test in fitted.tests.values()] == [3, 1, 1, 3]
    assert (fitted.n, fitted.n_missing, fitted.model.subjects) == (20, 0, 5)


def test_complete_visits_give_the_f_test_of_blocks() -> None:
    # exact: 3 and 12 df; mean squares by hand in test_denominator_degrees
    table = VALUES.reshape(5, 4)
    left = table - table.mean(axis=0) - table.mean(axis=1)[:, None] + table.mean()
    f = 5 * table.mean(axis=0).var() * 4 / 3 / ((left**2).sum() / 12)
    for df in ("kenward-roger", "satterthwaite"):
        got = compute_factor_model(VALUES, SUBJECT, {"visit": VISIT}, df=df).tests["visit"]
        assert (got.statistic, got.denominator_df) == pytest.approx((f, 12), rel=1e-9)


def test_coding_changes_coefficients_and_no_test() -> None:
    given: tuple[Any, ...] = (
        VALUES[:-3],
        SUBJECT[:-3],
        {"visit": VISIT[:-3], "arm": ARM[:-3]},
        {"age": AGE[:-3]},
        [("arm", "visit")],
    )
    one, other = (compute_factor_model(*given, coding=each) for each in ("treatment", "sum"))
    assert one.model.log_likelihood != pytest.approx(other.model.log_likelihood, abs=0.1)  # |X'X|
    for name, test in one.tests.items():
        again = other.tests[name]
        assert (again.statistic, again.denominator_df) == pytest.approx(
            (test.statistic, test.denominator_df), rel=1e-8
        )


def test_types_are_the_same_without_interactions() -> None:
    given: tuple[Any, ...] = (VALUES[:-3], SUBJECT[:-3], {"visit": VISIT[:-3], "arm": ARM[:-3]})
    three, two = (compute_factor_model(*given, tests=each) for each in ("III", "II"))
    for name, test in three.tests.items():
        assert two.tests[name].statistic == pytest.approx(test.statistic, rel=1e-9)


def test_incomplete_rows_are_left_out_counted_and_said() -> None:
    values, age = VALUES.copy(), AGE.copy()
    arm = ARM.astype(object)
    values[0], age[1], arm[2] = np.nan, np.nan, None
    fitted = compute_factor_model(values, SUBJECT, {"visit": VISIT, "arm": arm}, {"age": age})
    assert (fitted.n, fitted.n_missing) == (17, 3)
    assert fitted.warnings == ("3 of 20 rows left out: incomplete",)


def test_empty_cell_leaves_its_interaction_out() -> None:
    kept = ~((ARM == "A") & (VISIT == "C4"))
    fitted = compute_factor_model(
        VALUES[kept],
        SUBJECT[kept],
        {"arm": ARM[kept], "visit": VISIT[kept]},
        interactions=[("arm", "visit")],
    )
    assert fitted.warnings == ("left out, as other columns say the same: arm[B]:visit[C4]",)
    assert fitted.tests["arm:visit"].df == 2
    assert fitted.tests["arm:visit"].warnings == ("3 contrasts, of which the data can estimate 2",)


def test_factor_of_one_level_has_nothing_to_test() -> None:
    one = np.full(20, "A")
    fitted = compute_factor_model(VALUES, SUBJECT, {"arm": one, "visit": VISIT})
    assert fitted.tests["arm"].df == 0
    assert fitted.tests["arm"].warnings == ("not estimable: there is nothing to compare",)
    assert fitted.tests["visit"].denominator_df == pytest.approx(12, rel=1e-9)


def test_order_gives_the_level_compared_against() -> None:
    fitted = compute_factor_model(
        VALUES, SUBJECT, {"arm": ARM}, order={"arm": ["B", "A"]}, df="residual"
    )
    assert fitted.layout.names == ["(intercept)", "arm[A]"]
    assert fitted.model.effects.estimate[1] == pytest.approx(
        VALUES[ARM == "A"].mean() - VALUES[ARM == "B"].mean()
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"factors": {"visit": VISIT[:3]}}, r"visit has shape \(3,\); expected \(20,\)"),
        ({"covariates": {"age": AGE[:3]}}, r"age has shape \(3,\); expected \(20,\)"),
        ({"subject": SUBJECT[:3]}, r"subject has shape \(3,\); expected \(20,\)"),
        ({"order": {"arm": ["A"]}}, "order names arm; the factors are visit"),
        ({"coding": "helmert"}, "there is no coding 'helmert'"),
        ({"df": "kr"}, "there is no df 'kr'"),
        (
            {"values": np.full(20, np.nan)},
            "none of 20 rows is complete; expected a value and visit",
        ),
        ({"method": "ml"}, "needs a fit by REML"),
    ],
)
def test_what_does_not_belong_together_is_refused(more: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {"values": VALUES, "subject": SUBJECT, "factors": {"visit": VISIT}}
    with pytest.raises(ValueError, match=message):
        compute_factor_model(**given | more)
