from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.ranks.mann_whitney import MannWhitney, compute_mann_whitney
from topline.stats.ranks.ranking import Alternative, PValueMethod

few = st.lists(st.integers(-3, 3), min_size=1, max_size=5)
methods = st.sampled_from(["exact", "asymptotic"])


def compare(values: Any, reference: Any, **options: Any) -> MannWhitney:
    return compute_mann_whitney(
        np.array(values, np.float64), np.array(reference, np.float64), **options
    )


def pairs_above(values: list[int], reference: list[int]) -> float:
    return sum((v > r) + (v == r) / 2 for v in values for r in reference)


@given(few, few)
def test_exact_p_values_are_shares_of_all_ways_to_part_the_values(
    values: list[int], reference: list[int]
) -> None:
    pool, n, m = values + reference, len(values), len(reference)
    observed = pairs_above(values, reference)
    ways = [
        pairs_above([pool[i] for i in chosen], [pool[i] for i in range(n + m) if i not in chosen])
        for chosen in combinations(range(n + m), n)
    ]
    expected: dict[Alternative, list[bool]] = {
        "greater": [w >= observed for w in ways],
        "less": [w <= observed for w in ways],
        "two-sided": [abs(w - n * m / 2) >= abs(observed - n * m / 2) for w in ways],
    }
    for alternative, far in expected.items():
        got = compare(values, reference, alternative=alternative, method="exact")
        assert got.statistic == observed
        assert got.p_value == pytest.approx(sum(far) / len(far), rel=1e-13)


@given(few, few, st.sampled_from([0.5, 0.8]))
def test_exact_limits_hold_the_shifts_that_are_not_rejected(
    values: list[int], reference: list[int], level: float
) -> None:
    got = compare(values, reference, method="exact", level=level)
    differences = {v - r for v in values for r in reference}
    if np.isnan(got.lower):
        return
    for shift in np.arange(min(differences) - 0.5, max(differences) + 1):  # between all of them
        shifted = [v - shift for v in values]
        greater = compare(shifted, reference, alternative="greater", method="exact").p_value
        less = compare(shifted, reference, alternative="less", method="exact").p_value
        half = (1 - level) / 2
        kept = greater > half * (1 + 1e-9) and less > half * (1 + 1e-9)
        assert kept == (got.lower < shift < got.upper), f"shift {shift}"


@given(few, few, methods)
def test_exchanging_the_groups_mirrors_everything(
    values: list[int], reference: list[int], method: PValueMethod
) -> None:
    one = compare(values, reference, method=method, level=0.8)
    other = compare(reference, values, method=method, level=0.8)
    assert one.statistic == len(values) * len(reference) - other.statistic
    assert [one.p_value, one.estimate, one.lower, one.upper] == pytest.approx(
        [other.p_value, -other.estimate, -other.upper, -other.lower], rel=1e-12, nan_ok=True
    )


@given(few, few, st.integers(-5, 5), methods)
def test_shifted_values_shift_estimate_and_limits(
    values: list[int], reference: list[int], shift: int, method: PValueMethod
) -> None:
    one = compare(values, reference, method=method, level=0.8)
    other = compare([v + shift for v in values], reference, method=method, level=0.8)
    assert [other.estimate - shift, other.lower - shift, other.upper - shift] == pytest.approx(
        [one.estimate, one.lower, one.upper], nan_ok=True
    )


@given(few, few, st.randoms(use_true_random=False), methods)
def test_order_of_the_values_changes_nothing(
    values: list[int], reference: list[int], random: Any, method: PValueMethod
) -> None:
    shuffled = random.sample(values, len(values))
    assert repr(compare(values, reference, method=method)) == repr(
        compare(shuffled, reference, method=method)
    )


def test_computed_differences_that_should_be_equal_are_one() -> None:
    # 0.1 to 0.6 less 0.0 to 0.2 gives 0.3 in several ways that differ in the last digit
    tenths = compare(np.arange(1, 7) / 10, np.arange(5) / 10)
    whole = compare(np.arange(1, 7), np.arange(5))
    assert [tenths.lower, tenths.upper] == pytest.approx([whole.lower / 10, whole.upper / 10])


@pytest.mark.parametrize(("n", "method"), [(100, "exact"), (101, "asymptotic")])
def test_exact_is_chosen_up_to_200_values(n: int, method: str) -> None:
    got = compare(np.arange(100) * 2.0, np.arange(n) * 2.0 + 1)
    assert dict(got.method.options)["method"] == method


def test_exact_and_asymptotic_agree_where_there_are_many() -> None:
    rng = np.random.default_rng(5)
    values, reference = rng.integers(0, 30, 90), rng.integers(2, 33, 80)
    exact = compare(values, reference, method="exact")
    normal = compare(values, reference, method="asymptotic")
    assert exact.p_value == pytest.approx(normal.p_value, rel=0.1)
    assert (exact.lower, exact.upper) == (normal.lower, normal.upper)


@pytest.mark.parametrize("groups", [([], [1.0, 2.0]), ([1.0], []), ([], [])])
def test_group_without_values_cannot_be_compared(groups: tuple[list[float], list[float]]) -> None:
    got = compare(*groups)
    assert np.isnan([got.statistic, got.p_value, got.estimate, got.lower, got.upper]).all()
    assert got.warnings == ("not estimable: a group has no values",)


def test_too_few_values_have_no_limits() -> None:
    # three and three: the smallest one-sided p-value is 1 / 20
    got = compare([4, 5, 6], [1, 2, 3])
    assert (got.p_value, got.estimate) == (pytest.approx(0.1), 3)
    assert np.isnan([got.lower, got.upper]).all()
    assert got.warnings == ("no limits: too few values for a level of 0.95",)


def test_tail_of_exactly_half_is_a_rejection() -> None:
    # the shift at which all three are above has p 1 / 20 = (1 - 0.9) / 2 against greater
    got = compare([4, 5, 6], [1, 2, 3], level=0.9)
    assert (got.lower, got.upper) == (1, 5)


@pytest.mark.parametrize(("method", "p_value"), [("exact", 1.0), ("asymptotic", np.nan)])
def test_equal_values_differ_in_no_way(method: PValueMethod, p_value: float) -> None:
    got = compare([7, 7, 7], [7, 7, 7, 7], method=method)
    assert got.statistic == 6
    assert got.p_value == pytest.approx(p_value, nan_ok=True)
    assert got.estimate == 0
    assert np.isnan([got.lower, got.upper]).all()
    assert got.warnings == ("all values are equal",)


def test_constant_groups_have_a_shift_without_limits() -> None:
    got = compare([2.0] * 6, [1.0] * 6)
    assert (got.p_value, got.estimate) == (pytest.approx(2 / 924), 1)
    assert np.isnan([got.lower, got.upper]).all()
    assert got.warnings == ("no limits: all differences are equal",)


def test_shift_of_very_large_groups_is_not_estimated() -> None:
    got = compare(np.arange(5001.0), np.arange(5000.0))
    assert 0.9 < got.p_value < 1
    assert np.isnan([got.estimate, got.lower, got.upper]).all()
    assert got.warnings == ("shift not estimated: more than 25000000 differences",)


def test_method_states_its_choices() -> None:
    got = compare([1, 3], [2, 4], method="asymptotic", alternative="less", correct=False)
    assert got.method.name == "Mann-Whitney test"
    assert dict(got.method.options) == {
        "method": "asymptotic",
        "alternative": "less",
        "level": 0.95,
        "correct": False,
    }


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of 2 values are missing or infinite; leave them out"):
        compare([1, np.nan], [1, 2])
    with pytest.raises(ValueError, match="1 of 1 reference are missing or infinite"):
        compare([1], [np.inf])
    with pytest.raises(ValueError, match=r"values has shape \(1, 2\)"):
        compare([[1, 2]], [1, 2])
    with pytest.raises(ValueError, match="'monte carlo'; choose exact, asymptotic or None"):
        compare([1], [2], method="monte carlo")
    with pytest.raises(ValueError, match="exact is asked for 600 values; up to 500"):
        compare(np.arange(300), np.arange(300), method="exact")
    with pytest.raises(ValueError, match="level is 0;"):
        compare([1], [2], level=0)
