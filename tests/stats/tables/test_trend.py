from fractions import Fraction
from itertools import product
from math import comb, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.small_tables import table
from topline.stats.tables import trend
from topline.stats.tables.trend import compute_trend

DOSES = np.array([0.0, 0.5, 2.5])
groups = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=4).filter(
    lambda rows: all(map(sum, rows)) and all(map(sum, zip(*rows, strict=True)))
)


@given(groups)
def test_the_exact_test_counts_every_table(rows: list[tuple[int, int]]) -> None:
    sizes, events = [sum(row) for row in rows], [row[0] for row in rows]
    places = [0, 5, 25, 30][: len(rows)]
    middle = Fraction(sum(events) * sum(map(int.__mul__, sizes, places)), sum(sizes))
    ways = {
        x: prod(map(comb, sizes, x))
        for x in product(*(range(size + 1) for size in sizes))
        if sum(x) == sum(events)
    }

    def apart(x: tuple[int, ...] | list[int]) -> Fraction:
        return abs(sum(map(int.__mul__, x, places)) - middle)

    far = sum(way for x, way in ways.items() if apart(x) >= apart(events))
    got = compute_trend(np.array(rows), scores=np.array(places) / 10, method="exact")
    assert got.p_value == pytest.approx(far / sum(ways.values()), rel=1e-12)


def test_the_statistic_by_hand() -> None:
    # 10 events of 30; T = 0 + 3 + 12 = 15 for E = 10; variance 2/9 x 20 = 40/9
    got = compute_trend(table("1 9 / 3 7 / 6 4"))
    assert (got.statistic, got.df) == (pytest.approx(25 / (40 / 9), rel=1e-14), 1)


@pytest.mark.parametrize("method", ["asymptotic", "exact"])
def test_place_and_unit_of_the_scores_do_not_matter(method: trend.TrendMethod) -> None:
    counts = table("1 9 / 3 7 / 6 4")
    one = compute_trend(counts, scores=DOSES, method=method)
    other = compute_trend(counts, scores=100 - 3 * DOSES, method=method)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-12)


def test_several_categories_are_tested_for_linear_association() -> None:
    # Scores 1, 2, 3 of three subjects each alike: r = 1, so n - 1
    got = compute_trend(table("1 0 0 / 0 1 0 / 0 0 1"))
    assert got.statistic == pytest.approx(2, rel=1e-14)
    assert got.method.name == "Linear-by-linear association test"


def test_places_of_categories_count() -> None:
    counts = table("5 2 1 / 1 3 4")
    far = compute_trend(counts, category_scores=np.array([1.0, 2.0, 10.0]))
    assert far.statistic != pytest.approx(compute_trend(counts).statistic, rel=1e-3)


def test_a_group_without_subjects_keeps_the_others_in_place() -> None:
    got = compute_trend(table("1 9 / 0 0 / 6 4 / 7 3"), scores=np.array([0.0, 1.0, 2.0, 5.0]))
    without = compute_trend(table("1 9 / 6 4 / 7 3"), scores=np.array([0.0, 2.0, 5.0]))
    assert got.p_value == without.p_value
    assert got.warnings == ("left out for having no subjects: row 2",)


@pytest.mark.parametrize("counts", ["3 5", "0 4 / 0 6", "1 3 / 0 0"])
def test_nothing_to_compare_has_no_p_value_and_exactly_1(counts: str) -> None:
    asymptotic = compute_trend(table(counts))
    exact = compute_trend(table(counts), method="exact")
    assert np.isnan([asymptotic.statistic, asymptotic.p_value]).all()
    assert exact.p_value == 1
    assert exact.warnings[-1] == "nothing to compare: one group or one category"


def test_equal_scores_compare_nothing() -> None:
    got = compute_trend(table("1 3 / 2 2"), scores=np.array([1.0, 1.0]))
    assert np.isnan(got.p_value)


def test_scores_too_fine_to_count_are_said_to_be_so() -> None:
    doses = np.array([0.0, 0.123456789, 1.0])
    got = compute_trend(table("1 9 / 3 7 / 6 4"), scores=doses, method="exact")
    assert np.isnan(got.p_value)
    assert "too many sums of scores" in got.warnings[-1]


def test_the_exact_test_is_for_two_categories() -> None:
    with pytest.raises(ValueError, match="needs 2 categories, not 3; use asymptotic"):
        compute_trend(table("1 0 0 / 0 1 0"), method="exact")


def test_scores_of_another_number_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 3 finite numbers"):
        compute_trend(table("1 9 / 3 7 / 6 4"), scores=np.array([1.0, 2.0]))
