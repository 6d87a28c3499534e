from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import reference
from tests.stats.arrays import subjects
from topline.stats.survival.logrank import LogRank, compute_logrank

TESTS: list[dict[str, Any]] = reference("logrank")["tests"]
Row = tuple[int, bool, str, int]
rows_of_two = st.lists(
    st.tuples(st.integers(1, 5), st.booleans(), st.sampled_from("AB"), st.integers(1, 2)),
    min_size=1,
    max_size=14,
)


def logrank_of(rows: list[Row], *, stratified: bool = True) -> LogRank:
    time, event, group, stratum = (np.array(column) for column in zip(*rows, strict=True))
    return compute_logrank(time, event, group, stratum if stratified else None)


@pytest.mark.parametrize(
    "case",
    [case for case in TESTS if not case["stopped"]],
    ids=lambda c: f"n={len(c['time'])}{'-stratified' if c['stratum'] else ''}",
)
def test_agrees_with_survdiff(case: dict[str, Any]) -> None:
    stratum = np.array(case["stratum"]) if case["stratum"] else None
    got = compute_logrank(
        np.array(case["time"]), np.array(case["event"]) == 1, np.array(case["group"]), stratum
    )
    assert [g.observed for g in got.groups] == case["observed"]
    assert [g.expected for g in got.groups] == pytest.approx(case["expected"], rel=1e-12)
    np.testing.assert_allclose(got.covariance, case["covariance"], rtol=1e-9, atol=1e-12)
    assert got.df == case["df"]
    if got.df == 0:  # R says chi-square 0, as if the groups had been compared and found equal
        assert case["chi_square"] == 0
        assert np.isnan([got.chi_square, got.p_value]).all()
        return
    assert got.chi_square == pytest.approx(case["chi_square"], rel=1e-9, abs=1e-13)
    assert got.p_value == pytest.approx(case["p_value"], rel=1e-9)


def test_where_r_stops_a_p_value_is_given_only_if_something_compares() -> None:
    stopped = [case for case in TESTS if case["stopped"]]
    assert stopped
    for case in stopped:
        got = compute_logrank(
            np.array(case["time"]),
            np.array(case["event"]) == 1,
            np.array(case["group"]),
            np.array(case["stratum"]) if case["stratum"] else None,
        )
        assert got.df < len(got.groups) - 1
        assert np.isnan(got.p_value) == (got.df == 0)
        assert got.warnings


def test_remission_times_of_freireich() -> None:
    # Cox and Oakes 1984, table 1.1; expected 19.25 and 10.75, chi-square 16.79 as often printed
    drug = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
    placebo = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
    got = compute_logrank(*subjects(f"{drug} {placebo}"), np.repeat(["6-MP", "placebo"], 21))
    assert [(g.label, g.n, g.observed, round(g.expected, 2)) for g in got.groups] == [
        ("6-MP", 21, 9, 19.25),
        ("placebo", 21, 21, 10.75),
    ]
    assert (round(got.chi_square, 2), got.df) == (16.79, 1)


def test_two_ties_by_hand() -> None:
    # day 1: 2 events of 4 at risk, 2 in A: mean 1, variance 2 (1/2)(1/2)(2/3) = 1/3
    # day 2: 1 event of 2 at risk, 1 in A: mean 1/2, variance 1/4
    got = compute_logrank(*subjects("1 1 2 3+"), np.array(["A", "A", "B", "B"]))
    assert got.covariance[0, 0] == pytest.approx(1 / 3, rel=1e-14)
    assert got.groups[0].expected == pytest.approx(1, rel=1e-14)
    assert got.chi_square == pytest.approx(3, rel=1e-13)


@pytest.mark.parametrize(
    ("days", "group"),
    [
        pytest.param("1+ 2+ 3+", "ABB", id="no events"),
        pytest.param("1 2 3", "AAA", id="one group"),
        pytest.param("4 4 4", "ABB", id="everyone has the event on one day"),
        pytest.param("1+ 2 3", "ABB", id="one group leaves before the first event"),
        pytest.param("", "", id="no subjects"),
    ],
)
def test_nothing_to_compare_gives_no_p_value_and_says_so(days: str, group: str) -> None:
    got = compute_logrank(*subjects(days), np.array(list(group), str))
    assert got.df == 0
    assert np.isnan([got.chi_square, got.p_value]).all()
    assert got.warnings == (
        "not estimable: no day on which groups at risk together could differ in events",
    )


def test_pairs_of_groups_that_never_meet_lose_a_degree_of_freedom() -> None:
    # A meets B only in stratum 1, C meets D only in stratum 2: two comparisons, not three
    time, event = subjects("1 2 3 4+ 1 2 3 4+")
    group, stratum = np.array(list("ABABCDCD")), np.repeat([1, 2], 4)
    got = compute_logrank(time, event, group, stratum)
    pair = compute_logrank(time[:4], event[:4], group[:4])
    assert got.df == 2
    assert got.chi_square == pytest.approx(2 * pair.chi_square, rel=1e-12)
    assert got.warnings == (
        "4 groups give 2 degrees of freedom: some are never at risk with the others",
    )


def test_group_never_at_risk_with_another_does_not_dilute_the_test() -> None:
    time, event = subjects("1 2 3 4+ 1 2")
    group, stratum = np.array(list("ABABCC")), np.array([1, 1, 1, 1, 2, 2])
    got = compute_logrank(time, event, group, stratum)
    pair = compute_logrank(time[:4], event[:4], group[:4])
    assert (got.df, got.p_value) == (1, pytest.approx(pair.p_value, rel=1e-12))


def test_labels_as_objects_are_those_as_text() -> None:
    time, event = subjects("1 2 3 4+")
    as_object = compute_logrank(time, event, np.array(["A", "B", "A", "B"], object))
    assert [g.label for g in as_object.groups] == ["A", "B"]


def test_small_integers_do_not_overflow() -> None:
    group = np.array(["A", "B", "A", "B"])
    small = compute_logrank(np.array([90, 100, 120, 127], np.int8), np.ones(4, bool), group)
    assert small.chi_square == compute_logrank(*subjects("90 100 120 127"), group).chi_square


@pytest.mark.parametrize("labels", [["A", None], [1.0, float("nan")]])
def test_missing_labels_are_refused(labels: list[Any]) -> None:
    time, event = subjects("1 2")
    for group, stratum in ((labels, [1, 1]), ([1, 1], labels)):
        with pytest.raises(ValueError, match=r"missing for 1 of 2 subjects, .* position 1"):
            compute_logrank(time, event, np.array(group), np.array(stratum))


def test_labels_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"group has shape \(3,\); expected \(2,\)"):
        compute_logrank(*subjects("1 2"), np.array(["A", "B", "B"]))


@given(rows_of_two)
def test_sums_are_those_of_the_hypergeometric_distribution(rows: list[Row]) -> None:
    mean, variance = Fraction(0), Fraction(0)
    for stratum, day in sorted({(r[3], r[0]) for r in rows if r[1]}):
        at_risk = [r for r in rows if r[3] == stratum and r[0] >= day]
        n, d = len(at_risk), sum(r[1] for r in at_risk if r[0] == day)
        a = sum(r[2] == min(r[2] for r in rows) for r in at_risk)
        mean += Fraction(d * a, n)
        if n > 1:
            variance += Fraction(d * a * (n - a) * (n - d), n * n * (n - 1))
    got = logrank_of(rows)
    assert got.groups[0].expected == pytest.approx(float(mean), abs=1e-12)
    assert got.covariance[0, 0] == pytest.approx(float(variance), abs=1e-12)
    if variance:
        squared = (got.groups[0].observed - mean) ** 2 / variance
        assert got.chi_square == pytest.approx(float(squared), rel=1e-9, abs=1e-12)
    else:
        assert np.isnan(got.chi_square)


@given(rows_of_two, st.randoms(use_true_random=False))
def test_order_and_names_of_groups_change_nothing(rows: list[Row], random: Any) -> None:
    renamed = [(t, e, {"A": "Z", "B": "Y"}[g], s) for t, e, g, s in rows]
    random.shuffle(renamed)
    one, other = logrank_of(rows), logrank_of(renamed)
    assert other.chi_square == pytest.approx(one.chi_square, rel=1e-9, abs=1e-12, nan_ok=True)
    assert sum(g.expected for g in one.groups) == pytest.approx(one.events, abs=1e-12)


@given(rows_of_two)
def test_one_stratum_is_no_stratum(rows: list[Row]) -> None:
    single = [(t, e, g, 1) for t, e, g, _ in rows]
    assert logrank_of(single).chi_square == pytest.approx(
        logrank_of(single, stratified=False).chi_square, nan_ok=True
    )


def test_weights_zero_is_the_log_rank_test() -> None:
    time, event = subjects("1 2 2 3+ 4 5 5+ 6")
    group = np.array(list("AABBABAB"))
    plain, weighted = (
        compute_logrank(time, event, group),
        compute_logrank(time, event, group, rho=0, gamma=0),
    )
    assert weighted.chi_square == plain.chi_square
    assert weighted.method == plain.method
    for g in plain.groups:
        assert g.difference == pytest.approx(g.observed - g.expected, abs=1e-12)


def test_weights_by_hand() -> None:
    # S before the days is 1, 3/4 and 1/2; differences in A are 1/2, -1/3, 1/2 with variances
    # 1/4, 2/9 and 1/4. rho = gamma = 1 weighs them with 0, 3/16 and 1/4
    got = compute_logrank(*subjects("1 2 3 4+"), np.array(list("ABAB")), rho=1, gamma=1)
    u = Fraction(-1, 3) * Fraction(3, 16) + Fraction(1, 2) * Fraction(1, 4)
    v = Fraction(2, 9) * Fraction(3, 16) ** 2 + Fraction(1, 4) * Fraction(1, 4) ** 2
    assert got.groups[0].difference == pytest.approx(float(u), rel=1e-13)
    assert got.chi_square == pytest.approx(float(u**2 / v), rel=1e-12)
    assert got.groups[0].observed == 2
    assert got.method.name == "Fleming-Harrington test"
    assert dict(got.method.options) == {"rho": 1, "gamma": 1}


def test_late_weights_see_nothing_on_the_first_event_day() -> None:
    got = compute_logrank(*subjects("2 3+ 4+ 5+"), np.array(list("ABAB")), gamma=1)
    assert got.df == 0
    assert np.isnan(got.p_value)
    assert got.warnings


def test_weights_with_no_event_give_no_p_value() -> None:
    got = compute_logrank(*subjects("1+ 2+"), np.array(["A", "B"]), rho=1)
    assert got.df == 0
    assert np.isnan(got.chi_square)


def test_weights_follow_the_curve_of_the_own_stratum() -> None:
    time, event = subjects("1 2 3 4+ 10 20 30 40+")
    group, stratum = np.array(list("ABABABAB")), np.repeat([1, 2], 4)
    both = compute_logrank(time, event, group, stratum, rho=1)
    one = compute_logrank(time[:4], event[:4], group[:4], rho=1)
    assert both.groups[0].difference == pytest.approx(2 * one.groups[0].difference, rel=1e-13)
    assert both.chi_square == pytest.approx(2 * one.chi_square, rel=1e-12)


def test_trend_of_two_groups_is_their_log_rank_test() -> None:
    time, event = subjects("1 2 2 3+ 4 5 5+ 6")
    group = np.array(list("AABBABAB"))
    plain = compute_logrank(time, event, group)
    trend = compute_logrank(time, event, group, scores=[3, 11])
    assert trend.chi_square == pytest.approx(plain.chi_square, rel=1e-12)
    assert trend.df == 1
    assert trend.method.name == "Log-rank test for trend"
    assert dict(trend.method.options) == {"scores": "3, 11"}


@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.booleans(), st.sampled_from("ABC"), st.integers(1, 2)),
        min_size=3,
        max_size=16,
    )
)
def test_trend_depends_on_the_spacing_of_scores_alone(rows: list[Row]) -> None:
    time, event, group, stratum = (np.array(column) for column in zip(*rows, strict=True))
    k = len(set(group))
    scores = [[0.0, 1.0, 5.0][:k], [-7.0, -5.0, 3.0][:k]]
    one, other = (compute_logrank(time, event, group, stratum, scores=each) for each in scores)
    assert one.df == other.df
    assert one.chi_square == pytest.approx(other.chi_square, rel=1e-9, abs=1e-9, nan_ok=True)
    everything = compute_logrank(time, event, group, stratum)
    if one.df:
        assert one.chi_square <= everything.chi_square * (1 + 1e-9) + 1e-9


def test_trend_without_anything_to_compare_says_so() -> None:
    got = compute_logrank(*subjects("1+ 2+ 3"), np.array(list("ABC")), scores=[1, 2, 3])
    assert got.df == 0
    assert np.isnan([got.chi_square, got.p_value]).all()
    assert got.warnings


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rho": -1}, "rho is -1; expected a number of at least 0"),
        ({"gamma": float("nan")}, "gamma is nan"),
        ({"scores": [1, 2]}, r"scores are \[1, 2\]; expected one number a group, .* order A, B, C"),
        ({"scores": [1, 2, float("inf")]}, "expected one number a group"),
        ({"scores": [2, 2, 2]}, "scores are all 2; expected at least two that differ"),
    ],
)
def test_options_that_cannot_be_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compute_logrank(*subjects("1 2 3"), np.array(list("ABC")), **options)
