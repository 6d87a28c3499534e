from typing import Any

import numpy as np
import pytest

from topline.stats.mixed.estimated_means import compute_differences, compute_estimated_means
from topline.stats.mixed.factor_model import FactorModel, compute_factor_model
from topline.stats.mixed.mixed_model import MixedModel
from topline.stats.mixed.studentized_range import compute_range_tail

VALUES = np.array([4.0, 6, 8, 9, 9, 14, 1, 5, 6, 7, 8, 9, 5, 9, 8])
SUBJECT = np.repeat(["S1", "S2", "S3", "S4", "S5"], 3)
VISIT = np.tile(["C1", "C2", "C3"], 5)
ARM = np.repeat(["A", "B", "A", "B", "B"], 3)
AGE = np.repeat([51.0, 64, 70, 48, 59], 3)


def fitted(*factors: str, interactions: Any = (), **more: Any) -> FactorModel[MixedModel]:
    given = {"visit": VISIT, "arm": ARM}
    return compute_factor_model(
        VALUES, SUBJECT, {name: given[name] for name in factors}, None, interactions, **more
    )


def test_means_of_complete_visits_are_the_raw_ones() -> None:
    # Each mean has variance (residual + between) / 5, here the pooled variance of the visits / 5
    table = VALUES.reshape(5, 3)
    found = compute_estimated_means(fitted("visit"), ["visit"])
    assert [mean.levels for mean in found] == [{"visit": "C1"}, {"visit": "C2"}, {"visit": "C3"}]
    assert [mean.estimate for mean in found] == pytest.approx(table.mean(axis=0).tolist())
    pooled = table.var(axis=0, ddof=1).mean()
    assert [mean.std_error for mean in found] == pytest.approx([(pooled / 5) ** 0.5] * 3, rel=1e-9)
    assert [mean.n for mean in found] == [5, 5, 5]
    assert all(mean.lower < mean.estimate < mean.upper for mean in found)


def test_means_average_over_other_levels_with_equal_weights() -> None:
    model = fitted("visit", "arm", interactions=[("visit", "arm")])
    cells = {
        (mean.levels["arm"], mean.levels["visit"]): mean.estimate
        for mean in compute_estimated_means(model, ["arm", "visit"])
    }
    by_visit = compute_estimated_means(model, ["visit"])
    for mean in by_visit:
        visit = mean.levels["visit"]
        assert mean.estimate == pytest.approx((cells["A", visit] + cells["B", visit]) / 2)
    # A's raw mean at C1 is (4 + 1) / 2 and B's (9 + 7 + 5) / 3
    assert (cells["A", "C1"], cells["B", "C1"]) == pytest.approx((2.5, 7))
    assert by_visit[0].estimate == pytest.approx(4.75)


def test_means_come_in_the_order_of_the_factors_named() -> None:
    model = fitted("visit", "arm", interactions=[("visit", "arm")])
    one = compute_estimated_means(model, ["arm", "visit"])
    other = compute_estimated_means(model, ["visit", "arm"])
    assert [tuple(mean.levels.values()) for mean in one[:4]] == [
        ("A", "C1"),
        ("A", "C2"),
        ("A", "C3"),
        ("B", "C1"),
    ]
    assert [tuple(mean.levels.values()) for mean in other[:3]] == [
        ("C1", "A"),
        ("C1", "B"),
        ("C2", "A"),
    ]
    assert one[3].estimate == other[1].estimate
    assert [mean.n for mean in one] == [2, 2, 2, 3, 3, 3]


def test_covariates_are_at_their_mean_unless_given() -> None:
    model = compute_factor_model(VALUES, SUBJECT, {"visit": VISIT}, {"age": AGE})
    slope = model.model.effects.estimate[-1]
    usual = compute_estimated_means(model, ["visit"])[0].estimate
    assert compute_estimated_means(model, ["visit"], at={"age": AGE.mean()})[0].estimate == usual
    at_fifty = compute_estimated_means(model, ["visit"], at={"age": 50})[0].estimate
    assert at_fifty - usual == pytest.approx(slope * (50 - AGE.mean()))


def test_pairs_are_first_less_second_in_order() -> None:
    found = compute_differences(fitted("visit"), "visit", adjustment="none")
    assert [(each.first, each.second) for each in found] == [
        ("C1", "C2"),
        ("C1", "C3"),
        ("C2", "C3"),
    ]
    means = VALUES.reshape(5, 3).mean(axis=0)
    assert [each.estimate for each in found] == pytest.approx(
        [means[0] - means[1], means[0] - means[2], means[1] - means[2]]
    )
    assert [each.n for each in found] == [10, 10, 10]
    assert all(each.p_value == each.unadjusted_p_value for each in found)


def test_adjustments_by_their_definitions() -> None:
    model = fitted("visit")
    alone = [each.p_value for each in compute_differences(model, "visit", adjustment="none")]
    by = {
        name: compute_differences(model, "visit", adjustment=name)
        for name in ("bonferroni", "holm", "tukey")
    }
    assert [each.p_value for each in by["bonferroni"]] == pytest.approx(
        [min(1, 3 * p) for p in alone]
    )
    smallest = min(alone)
    assert min(each.p_value for each in by["holm"]) == pytest.approx(3 * smallest)
    for each in by["tukey"]:
        assert each.p_value == compute_range_tail(2**0.5 * abs(each.t), 3, each.df)
        assert each.unadjusted_p_value < each.p_value
    widths = {name: found[0].upper - found[0].lower for name, found in by.items()}
    assert widths["holm"] == widths["bonferroni"] > widths["tukey"]


def test_limits_leave_zero_out_where_the_adjusted_p_value_is_small() -> None:
    for adjustment in ("none", "bonferroni", "tukey"):
        for each in compute_differences(fitted("visit"), "visit", adjustment=adjustment):
            assert (each.lower > 0 or each.upper < 0) == (each.p_value < 0.05)


def test_families_are_adjusted_apart_within_other_levels() -> None:
    model = fitted("visit", "arm", interactions=[("visit", "arm")])
    found = compute_differences(model, "arm", within=["visit"], adjustment="bonferroni")
    assert [dict(each.within) for each in found] == [
        {"visit": "C1"},
        {"visit": "C2"},
        {"visit": "C3"},
    ]
    assert all(each.p_value == each.unadjusted_p_value for each in found)  # one pair a family
    assert [each.n for each in found] == [5, 5, 5]
    other = compute_differences(model, "visit", within=["arm"])
    assert [each.within["arm"] for each in other] == ["A"] * 3 + ["B"] * 3


def test_reference_is_taken_from_the_other_levels() -> None:
    found = compute_differences(fitted("visit"), "visit", reference="C2", adjustment="holm")
    assert [(each.first, each.second) for each in found] == [("C1", "C2"), ("C3", "C2")]


def test_levels_never_seen_together_cannot_be_averaged() -> None:
    kept = ~((ARM == "A") & (VISIT == "C3"))
    model = compute_factor_model(
        VALUES[kept],
        SUBJECT[kept],
        {"visit": VISIT[kept], "arm": ARM[kept]},
        interactions=[("visit", "arm")],
    )
    found = compute_estimated_means(model, ["visit"])
    assert np.isnan(found[2].estimate)
    assert found[2].warnings == ("not estimable: the data do not determine it",)
    assert not np.isnan(found[0].estimate)
    pairs = compute_differences(model, "arm", within=["visit"], adjustment="none")
    assert [bool(np.isnan(each.p_value)) for each in pairs] == [False, False, True]
    three = compute_differences(model, "visit", adjustment="bonferroni")
    assert three[0].p_value == three[0].unadjusted_p_value  # the other two do not count


def test_exact_values_have_means_without_limits() -> None:
    model = compute_factor_model(np.tile([1.0, 2, 3], 5), SUBJECT, {"visit": VISIT})
    found = compute_estimated_means(model, ["visit"])
    assert [mean.estimate for mean in found] == pytest.approx([1, 2, 3])
    assert np.isnan([mean.lower for mean in found]).all()
    assert found[0].warnings == ("not estimable: the model has no standard errors",)
    pair = compute_differences(model, "visit")[0]
    assert (pair.estimate, bool(np.isnan(pair.p_value))) == (pytest.approx(-1), True)


def test_one_level_has_a_mean_and_no_differences() -> None:
    model = compute_factor_model(VALUES, SUBJECT, {"arm": np.full(15, "A")})
    assert compute_estimated_means(model, ["arm"])[0].estimate == pytest.approx(VALUES.mean())
    assert compute_differences(model, "arm") == ()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: compute_estimated_means(m, []), "factors asked for are ; the model's are"),
        (lambda m: compute_estimated_means(m, ["sex"]), "asked for are sex; the model's are visit"),
        (lambda m: compute_estimated_means(m, ["visit", "visit"]), "asked for are visit, visit"),
        (lambda m: compute_estimated_means(m, ["visit"], at={"age": 1}), "at names age; the cov"),
        (lambda m: compute_estimated_means(m, ["visit"], level=95), "level is 95"),
        (lambda m: compute_estimated_means(m, ["visit"], df="kr"), "there is no df 'kr'"),
        (lambda m: compute_differences(m, "visit", reference="C9"), "choose one of none"),
        (
            lambda m: compute_differences(m, "visit", reference="C9", adjustment="none"),
            r"reference is 'C9'; the levels of visit are \('C1', 'C2', 'C3'\)",
        ),
        (lambda m: compute_differences(m, "visit", adjustment="sidak"), "adjustment is 'sidak'"),
    ],
)
def test_wrong_questions_are_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(fitted("visit"))
