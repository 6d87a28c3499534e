from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.survival.gray import GrayTest, compute_gray

Row = tuple[int, int, str, int]
patients = st.lists(
    st.tuples(
        st.integers(0, 6), st.integers(0, 2), st.sampled_from("ABC"), st.sampled_from([1, 2])
    ),
    min_size=1,
    max_size=18,
)
NOTHING = "not estimable: no day on which groups at risk together could differ in events"


def gray_of(rows: list[Row], *, stratified: bool = False, **options: Any) -> GrayTest:
    time, cause, group, stratum = (np.array(column) for column in zip(*rows, strict=True))
    return compute_gray(time, cause, group, stratum=stratum if stratified else None, **options)


def test_by_hand() -> None:
    # day 1: n / S is 2 and 2, one event in A: expected 1/2, F is 1/4 from then on
    # day 2: A has one at risk (n / S still 2, half with the event), B two: expected in A 1/3
    got = gray_of([(1, 1, "A", 1), (3, 0, "A", 1), (2, 1, "B", 1), (3, 0, "B", 1)])
    assert got.groups[0].difference == pytest.approx(1 / 6, rel=1e-13)
    assert got.covariance[0, 0] == pytest.approx(557 / 1152, rel=1e-13)
    assert got.statistic == pytest.approx(32 / 557, rel=1e-12)
    assert [(g.label, g.n, g.events, g.competing) for g in got.groups] == [
        ("A", 2, 1, 0),
        ("B", 2, 1, 0),
    ]


def test_when_one_group_is_left_it_adds_nothing() -> None:
    # R stops here: the common incidence is 1 when the last subject has the event
    alone = [(1, 1, "C", 1), (2, 1, "C", 1), (3, 1, "A", 1), (4, 1, "B", 1)]
    censored = [*alone[:3], (4, 0, "B", 1)]
    assert gray_of(alone).statistic == pytest.approx(gray_of(censored).statistic, rel=1e-13)


def test_those_with_a_competing_event_stay_at_risk() -> None:
    # The death in A keeps A's number at risk: the event of day 2 is expected in A as in B
    got = gray_of([(1, 2, "A", 1), (2, 1, "A", 1), (3, 0, "B", 1), (3, 0, "B", 1)])
    assert got.groups[0].difference == pytest.approx(0.5, rel=1e-13)


@given(patients)
def test_differences_add_up_to_nothing(rows: list[Row]) -> None:
    got = gray_of(rows, stratified=True)
    assert sum(g.difference for g in got.groups) == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(got.covariance.sum(axis=0), 0, atol=1e-9)


@given(patients, st.randoms(use_true_random=False))
def test_order_and_names_of_groups_change_nothing(rows: list[Row], random: Any) -> None:
    renamed = [(t, c, {"A": "Z", "B": "X", "C": "Y"}[g], s) for t, c, g, s in rows]
    random.shuffle(renamed)
    one, other = gray_of(rows), gray_of(renamed)
    assert one.df == other.df
    assert other.statistic == pytest.approx(one.statistic, rel=1e-7, abs=1e-9, nan_ok=True)


@given(patients)
def test_one_stratum_is_no_stratum(rows: list[Row]) -> None:
    single = [(t, c, g, 1) for t, c, g, _ in rows]
    one, other = gray_of(single, stratified=True), gray_of(single)
    assert one.statistic == pytest.approx(other.statistic, nan_ok=True)


@given(patients)
def test_which_other_cause_competes_changes_nothing(rows: list[Row]) -> None:
    split = [(t, c if c < 2 else 2 + i % 3, g, s) for i, (t, c, g, s) in enumerate(rows)]
    assert gray_of(split).statistic == pytest.approx(gray_of(rows).statistic, nan_ok=True)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([(1, 0, "A", 1), (2, 0, "B", 1)], id="no events"),
        pytest.param([(1, 2, "A", 1), (2, 2, "B", 1)], id="other events alone"),
        pytest.param([(1, 1, "A", 1), (2, 1, "A", 1)], id="one group"),
        pytest.param([(1, 0, "A", 1), (2, 1, "B", 1)], id="one group leaves before the first"),
        pytest.param([(5, 1, "A", 1)], id="one patient"),
    ],
)
def test_nothing_to_compare_gives_no_p_value_and_says_so(rows: list[Row]) -> None:
    got = gray_of(rows)
    assert got.df == 0
    assert np.isnan([got.statistic, got.p_value]).all()
    assert got.warnings == (NOTHING,)


def test_nobody() -> None:
    none = np.zeros(0, np.int64)
    got = compute_gray(none, none, np.zeros(0, str))
    assert (got.n, got.df) == (0, 0)
    assert got.warnings == (NOTHING,)


def test_groups_that_never_meet_lose_a_degree_of_freedom() -> None:
    pair = [(1, 1, "A", 1), (2, 1, "B", 1), (3, 2, "A", 1), (4, 0, "B", 1)]
    other = [(t, c, {"A": "C", "B": "D"}[g], 2) for t, c, g, _ in pair]
    got = gray_of(pair + other, stratified=True)
    assert got.df == 2
    assert got.statistic == pytest.approx(2 * gray_of(pair).statistic, rel=1e-12)
    assert got.warnings == (
        "4 groups give 2 degrees of freedom: some are never at risk with the others",
    )


def test_common_incidence_past_1_is_warned_of() -> None:
    # 9/16 on day 1, then A is gone; n / S of B and C is 5, so each of three events adds 1/5
    rows = [(1, 1, "A", 1)] * 9 + [(2, 0, "A", 1), (1, 0, "B", 1)]
    rows += [(3, 1, "B", 1), (4, 1, "B", 1), (5, 1, "C", 1), (6, 1, "C", 1), (7, 0, "B", 1)]
    got = gray_of(rows)
    assert got.warnings == (
        "not to be relied on: the incidence of all groups together reaches 116%",
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"of_cause": 0}, "of_cause is 0; expected a cause, at least 1"),
        ({"rho": -1.0}, "rho is -1.0; expected a number of at least 0"),
    ],
)
def test_options_that_cannot_be_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        gray_of([(1, 1, "A", 1), (2, 1, "B", 1)], **options)


def test_causes_that_are_no_whole_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="expected whole numbers of at least 0"):
        compute_gray(np.array([1]), np.array([-1]), np.array(["A"]))
