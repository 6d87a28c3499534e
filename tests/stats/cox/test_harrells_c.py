import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.stats.arrays import subjects
from topline.stats.cox.harrells_c import HarrellsC, compute_harrells_c

rows_of_patients = st.lists(
    st.tuples(
        st.integers(0, 6), st.booleans(), st.integers(-2, 2), st.integers(0, 2), st.integers(0, 3)
    ),
    max_size=25,
)


def c_of(text: str, *prediction: float) -> HarrellsC:
    return compute_harrells_c(*subjects(text), np.array(prediction, np.float64))


def test_pairs_are_those_whose_order_is_known() -> None:
    # 1 before 2, 3 and 4; 3 before 4; 2 left before the events on days 3 and 4
    found = c_of("1 2+ 3 4", 3, 4, 2, 1)
    assert (found.estimate, found.pairs) == (3 / 4, 4)


def test_a_censoring_comes_after_the_events_of_its_day() -> None:
    assert c_of("5 5+", 1, 0).estimate == 1
    assert c_of("5 5", 1, 0).pairs == 0


def test_equal_predictions_count_half() -> None:
    assert c_of("1 2 3+", 7, 7, 7).estimate == 0.5
    # 1 before 2 and 3, of which one is a tie; 2 before 3 is right
    assert c_of("1 2 3+", 2, 2, 1).estimate == pytest.approx(2.5 / 3, rel=1e-15)


def test_standard_error_by_hand() -> None:
    # Pairs 1-2, 1-3, 2-3: right, right, wrong. C = 2/3; N - C D by subject: 2/3, -1/3, -1/3
    found = c_of("1 2 3+", 3, 1, 2)
    assert found.estimate == 2 / 3
    assert found.std_error == pytest.approx(math.sqrt(6 / 9) / 3, rel=1e-14)


@pytest.mark.parametrize("text", ["", "4", "4+", "4+ 5+", "4 4 4", "4+ 5"])
def test_nobody_to_compare_gives_no_estimate(text: str) -> None:
    found = c_of(text, *range(len(text.split())))
    assert np.isnan([found.estimate, found.std_error]).all()
    assert found.pairs == 0


def test_far_days_are_halved_as_near_ones() -> None:
    assert c_of("1 1000000 500000+", 3, 1, 2) == c_of("1 3 2+", 3, 1, 2)


@given(rows_of_patients)
def test_is_the_count_over_all_pairs(rows: list[Any]) -> None:
    time, event, prediction, stratum, cluster = arrays(rows)
    n = len(time)
    right, pairs = np.zeros((n, n)), np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            after = time[j] > time[i] or (time[j] == time[i] and not event[j])
            if i != j and event[i] and after and stratum[i] == stratum[j]:
                worth = (np.sign(prediction[i] - prediction[j]) + 1) / 2
                right[i, j] = right[j, i] = worth
                pairs[i, j] = pairs[j, i] = 1
    found = compute_harrells_c(time, event, prediction, stratum, cluster)
    total = pairs.sum() / 2
    assert found.pairs == total
    if total:
        c = right.sum() / 2 / total
        assert found.estimate == pytest.approx(c, abs=1e-12)
        influence = np.bincount(cluster, right.sum(axis=1) - c * pairs.sum(axis=1))
        assert found.std_error == pytest.approx(np.sqrt(influence @ influence) / total, abs=1e-12)


@pytest.mark.parametrize("n", [60, 3000])
def test_a_library_agrees(n: int) -> None:
    from survival._survival import coxph_fit

    rng = np.random.default_rng(n)
    time, event = rng.integers(1, 500, n), rng.random(n) < 0.6
    stratum, cluster = rng.integers(0, 3, n), rng.integers(0, n // 4, n)
    for prediction in (rng.normal(size=n), np.round(rng.normal(size=n), 1)):
        for members in (None, cluster):
            theirs = coxph_fit(
                time, event, prediction[:, None], strata=stratum, init=[1.0], iter_max=0,
                cluster=members,
            ).concordance  # fmt: skip
            ours = compute_harrells_c(time, event, prediction, stratum, members)
            assert ours.estimate == pytest.approx(theirs.concordance[0], rel=1e-12)
            assert theirs.var is not None
            assert ours.std_error == pytest.approx(theirs.var[0][0] ** 0.5, rel=1e-10)


def arrays(rows: list[Any]) -> tuple[NDArray[Any], ...]:
    columns = zip(*rows, strict=True) if rows else [()] * 5
    kinds = (np.int64, np.bool_, np.float64, np.int64, np.int64)
    return tuple(np.array(c, kind) for c, kind in zip(columns, kinds, strict=True))
