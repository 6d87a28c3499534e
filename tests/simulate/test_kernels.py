"""Medians of many trials at once are those of one curve at a time, and of R."""

from math import exp, log, sqrt
from statistics import NormalDist
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.reference import reference
from tests.stats.arrays import floats
from topline.simulate.kernels import (
    Days,
    Flags,
    Times,
    compute_exponential_times,
    compute_medians,
)
from topline.stats.survival.kaplan_meier import LONGEST_DAYS, Transform, compute_kaplan_meier

TRANSFORMS: tuple[Transform, ...] = get_args(Transform)
CURVES: list[dict[str, Any]] = reference("kaplan_meier")["curves"]
NAN = float("nan")
# survfit(Surv(time, status) ~ 1, aml[aml$x == "Maintained", ], conf.type = ...), R survival 3.5-3
MAINTAINED = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0]


def draw(start: int, stop: int, seed: int = 1, patients: int = 37) -> Times:
    return compute_exponential_times(
        start, stop, seed=seed, patients=patients, median_days=180, accrual_days=700,
        follow_up_days=365,
    )  # fmt: skip


def same_as_one_by_one(
    days: Days, event: Flags, transform: Transform = "log-log", level: float = 0.95
) -> None:
    got = compute_medians(days, event, transform=transform, level=level)
    each = [
        compute_kaplan_meier(row, of, transform=transform, level=level).median()
        for row, of in zip(days, event, strict=True)
    ]
    np.testing.assert_array_equal(got.estimate, [median.estimate for median in each])
    np.testing.assert_array_equal(got.lower, [median.lower for median in each])


@pytest.mark.parametrize("case", CURVES, ids=lambda c: f"n={len(c['time'])}")
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_median_and_lower_limit_agree_with_r(case: dict[str, Any], transform: Transform) -> None:
    days, event = np.array([case["time"]]), np.array([case["event"]]) == 1
    got = compute_medians(days, event, transform=transform)
    expected = floats(case["transforms"][transform]["median"])
    np.testing.assert_array_equal([got.estimate[0], got.lower[0]], expected[:2])


@pytest.mark.parametrize(
    ("transform", "lower"),
    [("plain", 18), ("log", 18), ("log-log", 13), ("arcsine", 18), ("logit", 13)],
)
def test_maintained_chemotherapy_as_in_r(transform: Transform, lower: int) -> None:
    got = compute_medians(
        np.array([MAINTAINED[0]]), np.array([MAINTAINED[1]]) == 1, transform=transform
    )
    assert [got.estimate[0], got.lower[0]] == [31, lower]


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_thousand_trials_are_those_of_one_curve_at_a_time(transform: Transform) -> None:
    times = draw(0, 1000)
    same_as_one_by_one(times.time_days, times.event, transform)


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_many_ties_are_those_of_one_curve_at_a_time(transform: Transform) -> None:
    rng = np.random.default_rng(8)
    for patients in (1, 2, 3, 7, 37):
        days = rng.integers(0, 6, (400, patients))
        same_as_one_by_one(days, rng.random((400, patients)) < 0.6, transform)
        same_as_one_by_one(days, rng.random((400, patients)) < 0.2, transform, level=0.8)


@given(
    st.integers(1, 9).flatmap(
        lambda n: st.tuples(
            hnp.arrays(np.int64, (4, n), elements=st.integers(0, 5)),
            hnp.arrays(np.bool_, (4, n)),
        )
    ),
    st.sampled_from(TRANSFORMS),
    st.sampled_from([0.5, 0.9, 0.95]),
)
def test_any_rows_are_those_of_one_curve_at_a_time(
    rows: tuple[Days, Flags], transform: Transform, level: float
) -> None:
    same_as_one_by_one(*rows, transform, level)


#                     days                 events        median  why
LEVEL = [
    (            [10, 20, 30, 40],      [1, 1, 1, 1],     25.0),  # 0.5 from 20 until 30
    (            [10, 20, 25, 40],      [1, 1, 0, 1],     30.0),  # level past a censoring
    (            [10, 20, 30, 40],      [1, 1, 0, 0],     20.0),  # level for ever
    (            [10, 20, 20, 40],      [1, 1, 1, 1],     20.0),  # falls past 0.5 on a tied day
    (            [10, 20, 20, 20],      [1, 0, 1, 1],     20.0),  # the censored is still at risk
    (            [10, 10, 10, 10],      [0, 0, 0, 0],      NAN),  # nobody has the event
    (            [10, 20, 30, 40],      [1, 0, 0, 0],      NAN),  # stays at 0.75
    (            [10, 20, 30, 40],      [0, 0, 0, 1],     40.0),  # the last one falls to 0
]  # fmt: skip


@pytest.mark.parametrize(("days", "events", "median"), LEVEL)
def test_flat_steps_by_hand(days: list[int], events: list[int], median: float) -> None:
    got = compute_medians(np.array([days]), np.array([events]) == 1)
    np.testing.assert_array_equal(got.estimate, [median])


def test_lower_limit_level_with_a_half_is_the_middle_of_the_stretch() -> None:
    # 16 of 25 left: S = 0.64, standard error sqrt(0.64 * 0.36 / 25) = 0.096; z that makes 0.5
    level = 2 * NormalDist().cdf(0.14 / 0.096) - 1
    days = np.array([[*[10] * 9, *[20] * 8, *[30] * 8]])
    event = np.array([[True] * 17 + [False] * 8])
    assert compute_medians(days, event, transform="plain", level=level).lower[0] == 15
    same_as_one_by_one(days, event, "plain", level)


def test_order_of_patients_changes_nothing() -> None:
    times, rng = draw(0, 300), np.random.default_rng(1)
    order = rng.permuted(np.tile(np.arange(37), (300, 1)), axis=1)
    shuffled = compute_medians(
        np.take_along_axis(times.time_days, order, 1), np.take_along_axis(times.event, order, 1)
    )
    got = compute_medians(times.time_days, times.event)
    np.testing.assert_array_equal(got.estimate, shuffled.estimate)
    np.testing.assert_array_equal(got.lower, shuffled.lower)


def test_no_patients_no_median_and_no_trials_nothing() -> None:
    none = compute_medians(np.zeros((3, 0), int), np.zeros((3, 0), bool))
    assert np.isnan(none.estimate).tolist() == np.isnan(none.lower).tolist() == [True] * 3
    assert compute_medians(np.zeros((0, 5), int), np.zeros((0, 5), bool)).estimate.shape == (0,)


@pytest.mark.parametrize(
    ("days", "event", "message"),
    [
        (np.array([1, 2]), np.array([True, True]), r"expected \(trials, patients\) twice"),
        (np.array([[1, 2]]), np.array([[True]]), r"expected \(trials, patients\) twice"),
        (np.array([[1.5]]), np.array([[True]]), "expected whole days"),
        (np.array([[1]]), np.array([[1]]), "expected whole days"),
        (np.array([[-1]]), np.array([[True]]), f"expected 0 to {LONGEST_DAYS}"),
        (np.array([[LONGEST_DAYS + 1]]), np.array([[True]]), f"expected 0 to {LONGEST_DAYS}"),
    ],
)
def test_what_are_not_days_is_refused(days: Any, event: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compute_medians(days, event)


def test_options_are_refused_whatever_the_data() -> None:
    none = np.zeros((0, 0), int), np.zeros((0, 0), bool)
    wrong: Any = "loglog"
    with pytest.raises(ValueError, match="there is no transform 'loglog'"):
        compute_medians(*none, transform=wrong)
    with pytest.raises(ValueError, match="expected a number between 0 and 1"):
        compute_medians(*none, level=95)


@pytest.mark.parametrize("patients", [1, 2, 3, 37, 40])
def test_a_trial_is_the_same_in_any_batch(patients: int) -> None:
    together = draw(0, 60, patients=patients)
    for start, stop in ((0, 60), (0, 1), (17, 18), (17, 43), (59, 60)):
        some = draw(start, stop, patients=patients)
        np.testing.assert_array_equal(some.time_days, together.time_days[start:stop])
        np.testing.assert_array_equal(some.event, together.event[start:stop])


def test_batches_larger_than_a_block_go_on_where_the_block_ends() -> None:
    many = draw(0, 6000)  # a block has 2,702 trials of 37 patients
    np.testing.assert_array_equal(many.time_days[2700:2710], draw(2700, 2710).time_days)


def test_seeds_and_trials_differ() -> None:
    first = draw(0, 2)
    assert (first.time_days[0] != first.time_days[1]).any()
    assert (first.time_days != draw(0, 2, seed=2).time_days).any()


def test_times_have_the_distribution_asked_for() -> None:
    trials, rate = 4000, log(2) / 180
    times = draw(0, trials, seed=3)
    # seen before the end of a follow-up that is uniform between 365 and 1,065 days
    seen = 1 - exp(-rate * 365) * (1 - exp(-rate * 700)) / (rate * 700)
    for share, expected in (
        (times.event.mean(), seen),
        ((times.time_days <= 180).mean(), 0.5),
        ((times.time_days <= 90).mean(), 1 - sqrt(0.5)),
        ((times.time_days <= 360).mean(), 0.75),
    ):
        error = sqrt(expected * (1 - expected) / (trials * 37))
        assert abs(share - expected) < 4 * error
    assert times.time_days.min() >= 1
    assert times.time_days.max() <= 1065
