"""Patients of a digitised curve: by hand, against the published code, and there and back again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from topline.stats.survival.digitised import compute_times_of_curve
from topline.stats.survival.kaplan_meier import compute_kaplan_meier

Floats = NDArray[np.float64]
Patients = tuple[NDArray[np.int64], NDArray[np.bool_]]
Printed = tuple[Floats, Floats, Floats, NDArray[np.int64]]

Rebuilt = tuple[Floats, NDArray[np.bool_]]

SEEDS = range(60)
people = st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=2, max_size=80)


def found(
    curve: list[tuple[float, float]], at_risk: dict[float, int], events: int | None = None
) -> str:
    """Write the patients as on paper, such as "2 3+ 5"."""
    time, event = compute_times_of_curve(
        np.array([t for t, _ in curve], np.float64),
        np.array([s for _, s in curve], np.float64),
        np.array(list(at_risk), np.float64),
        np.array(list(at_risk.values()), np.int64),
        events=events,
    )
    return " ".join(f"{t:g}{'' if e else '+'}" for t, e in zip(time, event, strict=True))


def trial(seed: int) -> Patients:
    """Draw 10 to 150 patients, some or most of them censored."""
    draw = np.random.default_rng([12, 9, seed])
    n = int(draw.integers(10, 151))
    event = np.ceil(draw.exponential(float(draw.integers(150, 500)), n))
    censored = np.ceil(draw.uniform(60, 900, n))
    return np.minimum(event, censored).astype(np.int64), event <= censored


def drawn(patients: Patients, every: int) -> Printed:
    """Read the steps of the curve and its end as a digitiser does, to three decimals."""
    time, event = patients
    curve = compute_kaplan_meier(time, event)
    steps = curve.event_counts > 0
    steps[-1] = True
    printed = np.arange(0, int(time.max()) + 1, every)
    return (
        curve.time_days[steps].astype(np.float64),
        curve.survival[steps].round(3),
        printed.astype(np.float64),
        at_risk(time, printed),
    )


def at_risk(time: Floats | NDArray[np.int64], on: Floats | NDArray[np.int64]) -> NDArray[np.int64]:
    return (time[:, None] >= on).sum(axis=0)


def rates(time: Floats, event: NDArray[np.bool_], on: Floats) -> Floats:
    """Estimate the curve as the product over event times; no censoring is on one."""
    falls = np.unique(time[event])
    events = (time[event][:, None] == falls).sum(axis=0)
    steps = np.cumprod(np.append(1.0, 1 - events / at_risk(time, falls)), dtype=np.float64)
    return steps[np.searchsorted(falls, on, side="right")]


def most_half_a_patient_off(printed: Printed, got: Rebuilt) -> bool:
    """Whether an event more or less would bring no reading nearer."""
    readings, survival, _, _ = printed
    here = rates(*got, readings)
    before = np.append(1.0, here[:-1])
    left = at_risk(got[0], readings)
    half = 0.5 * before / np.maximum(left, 1)
    return bool((abs(here - survival) <= half + 1e-12)[left > 0].all())


def test_six_patients_by_hand() -> None:
    # 6 x 0.8 - 3 is about 2 censorings by 4, at a third and two thirds: one on either side of 2.
    # So 1 of 5 at 2 gives 0.8, and 3 are left at 4. Two censorings in the 2 until the last reading
    # before 4 are one a unit: one by 5, and 2 (1 - 0.267 / 0.8) is about 1
    curve = [(2.0, 0.8), (5.0, 0.267)]
    assert found(curve, {0: 6, 4: 3}) == "1+ 2 3+ 4.5+ 5 5+"
    # with three events nobody is censored after 4, and 3 (1 - 0.267 / 0.8) is 2
    assert found(curve, {0: 6, 4: 3}, events=3) == "1+ 2 3+ 5 5 5+"


def test_events_that_leave_too_few_for_a_printed_number_wait() -> None:
    # 3 of 10 at 2; at 4 2 of 7 are shown and 1 may leave; at 6 1 of 6 brings 0.6 down to 0.5
    curve = [(2.0, 0.7), (4.0, 0.5), (9.0, 0.4)]
    assert found(curve, {0: 10, 6: 6}) == "2 2 2 4 6 9 9+ 9+ 9+ 9+"


def test_last_patient_stays_while_the_curve_is_still_to_fall() -> None:
    # 1 a unit as before 4 would be 6 censorings by 10 among 1 patient
    assert found([(2.0, 0.75), (10.0, 0.0)], {0: 4, 4: 1}) == "1+ 2 3+ 10"


def test_events_beyond_the_total_are_left_out_last() -> None:
    curve = [(1.0, 0.75), (2.0, 0.5), (4.0, 0.5)]
    assert found(curve, {0: 4, 3: 2}) == "1 2 4+ 4+"
    assert found(curve, {0: 4, 3: 2}, events=1) == "1 2.5+ 4+ 4+"
    assert found(curve, {0: 4}, events=0) == "4+ 4+ 4+ 4+"
    # with the total reached nobody leaves before the end, though 1 did in the 2 before
    assert found([*curve[:2], (8.0, 0.5)], {0: 4, 3: 2}, events=1) == "1 2.5+ 8+ 8+"


def test_everybody_with_an_event() -> None:
    assert found([(1.0, 0.5), (3.0, 0.0)], {0: 2}) == "1 3"


def test_a_level_curve_takes_no_event_back() -> None:
    # half a patient is 1 event; then 0.9 is below 0.95 by half of 9, and a float's error more
    assert found([(1.0, 0.95), (2.0, 0.95), (3.0, 0.95)], {0: 10}) == "1" + 9 * " 3+"


def test_nobody_is_left_at_a_number_at_risk_after_the_last_event() -> None:
    assert found([(0.5, 0.5), (1.0, 0.0)], {0: 2, 1: 1, 2: 0}) == "0.5 1"


def test_censoring_on_a_reading_comes_before_it_whatever_the_unit() -> None:
    # nine censorings in steps of 0.1, of which a float puts the third after 0.3
    assert 3 * 0.1 > 0.3
    words = found([(0.3, 1.0), (1.0, 1.0)], {0: 10, 1: 1}).split()
    assert (words.count("0.15+"), words.count("0.65+")) == (3, 6)


def test_number_at_risk_after_the_end_of_the_curve() -> None:
    # the one censoring by 6 is at 3, and so in the gap before that reading
    assert found([(1.0, 0.5), (3.0, 0.5)], {0: 2, 6: 0}) == "1 2+"


# From the R code of the additional file of Guyot et al (2012), run in R 4.2.2 with the number of
# events (d) and of censorings (cen) that it ends with at each reading
GRID: list[tuple[float, float]] = [
    (0, 1),
    (3, 0.93),
    (6, 0.84),
    (9, 0.71),
    (12, 0.66),
    (15, 0.52),
    (18, 0.47),
    (21, 0.41),
]
WIDE: dict[float, int] = {0: 250, 6: 198, 12: 140, 18: 82}
STEPS: list[tuple[float, float]] = [
    (9, 0.944), (14, 0.889), (23, 0.833), (26, 0.778), (37, 0.722), (58, 0.667), (68, 0.611),
    (106, 0.556), (138, 0.5), (160, 0.444), (200, 0.381), (220, 0.317), (266, 0.238), (289, 0.159),
    (578, 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("total", "events", "censored"),
    [
        (None, [0, 16, 19, 27, 10, 25, 8, 8, 1], [18, 18, 6, 6, 12, 11, 14, 14]),
        (120, [0, 16, 19, 27, 10, 25, 8, 9, 2], [18, 18, 6, 6, 12, 11, 0, 0]),
    ],
)
def test_published_code_with_four_numbers_at_risk(
    total: int | None, events: list[int], censored: list[int]
) -> None:
    words = found([*GRID, (24, 0.40)], WIDE, total).split()
    assert [words.count(f"{t}") for t in range(0, 25, 3)] == events
    assert [words.count(f"{t + 1.5:g}+") for t in range(0, 24, 3)] == censored


def test_published_code_with_one_number_at_risk() -> None:
    first = "9 14 23 26 37 58 68 106 138"
    assert found(STEPS, {0: 18}) == f"{first} 160 200 220 266 266 289 578 578 578"
    assert found(STEPS, {0: 18}, 15) == f"{first} 149+ 160 200 220 266 277.5+ 289 433.5+ 578"


@pytest.mark.parametrize("seed", SEEDS)
def test_there_and_back_with_numbers_at_risk(seed: int) -> None:
    patients = trial(seed)
    printed = readings, survival, when, numbers = drawn(patients, 90)
    got = compute_times_of_curve(*printed)
    assert at_risk(got[0], when).tolist() == numbers.tolist()
    assert most_half_a_patient_off(printed, got)
    assert abs(int(got[1].sum()) - int(patients[1].sum())) <= 2
    # three decimals, and less than half of one patient of 10
    many = at_risk(patients[0], readings) >= 10
    assert abs(rates(*got, readings) - survival)[many].max() < 0.0005 + 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_there_and_back_keeps_the_median_within_a_reading(seed: int) -> None:
    patients = trial(seed)
    printed = readings, survival, _, _ = drawn(patients, 90)
    here = rates(*compute_times_of_curve(*printed), readings)
    if survival[-1] > 0.5:
        assert here[-1] > 0.45
        return
    true, rebuilt = np.argmax(survival <= 0.5), np.argmax(here <= 0.5)
    assert abs(int(true) - int(rebuilt)) <= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_there_and_back_with_one_number_at_risk(seed: int) -> None:
    patients = trial(seed)
    readings, survival, when, numbers = drawn(patients, 90)
    printed = readings, survival, when[:1], numbers[:1]
    total = int(patients[1].sum())
    nobody_leaves = compute_times_of_curve(*printed)
    assert most_half_a_patient_off(printed, nobody_leaves)
    assert nobody_leaves[0][~nobody_leaves[1]].tolist() == [readings[-1]] * (
        numbers[0] - nobody_leaves[1].sum()
    )
    assert nobody_leaves[1].sum() >= total
    time, event = compute_times_of_curve(*printed, events=total)
    assert (event.sum(), time.size) == (total, numbers[0])


def test_both_ends_of_each_step_give_what_the_lower_ends_give() -> None:
    readings, survival, when, numbers = drawn(trial(1), 90)
    higher = np.append(1.0, survival[:-1])
    both = np.stack([higher, survival], axis=1).ravel()
    got = compute_times_of_curve(readings.repeat(2), both, when, numbers)
    want = compute_times_of_curve(readings, survival, when, numbers)
    assert (got[0].tolist(), got[1].tolist()) == (want[0].tolist(), want[1].tolist())


def test_numbers_at_risk_of_any_width_give_the_same() -> None:
    printed = drawn(trial(3), 90)
    narrow = compute_times_of_curve(*printed[:3], printed[3].astype(np.uint8))
    assert narrow[0].tolist() == compute_times_of_curve(*printed)[0].tolist()


def test_months_give_what_days_give() -> None:
    readings, survival, when, numbers = drawn(trial(2), 90)
    months = compute_times_of_curve(readings / 30.4375, survival, when / 30.4375, numbers)
    days = compute_times_of_curve(readings, survival, when, numbers)
    assert (months[0] * 30.4375).tolist() == pytest.approx(days[0].tolist(), rel=1e-12)
    assert months[1].tolist() == days[1].tolist()


@given(people, st.integers(5, 30))
def test_printed_numbers_are_met(rows: list[tuple[int, bool]], every: int) -> None:
    patients = np.array([t for t, _ in rows]), np.array([e for _, e in rows])
    printed = readings, survival, when, numbers = drawn(patients, every)
    if readings.size < 2:
        return
    time, event = compute_times_of_curve(readings, survival, when, numbers)
    assert time.size == len(rows)
    assert at_risk(time, when).tolist() == numbers.tolist()
    total = int(patients[1].sum())
    time, event = compute_times_of_curve(*printed, events=total)
    assert at_risk(time, when).tolist() == numbers.tolist()
    censored = time[~event]
    # fewer only where nobody is censored after the last number at risk who could have one
    late = (censored > when[-1]) & (censored < readings[-1])
    assert event.sum() == total or (event.sum() < total and not late.any())


@given(people, st.integers(0, 80))
def test_any_total_is_not_exceeded(rows: list[tuple[int, bool]], total: int) -> None:
    patients = np.array([t for t, _ in rows]), np.array([e for _, e in rows])
    readings, survival, when, numbers = drawn(patients, 15)
    if readings.size < 2 or total > len(rows):
        return
    time, event = compute_times_of_curve(readings, survival, when, numbers, events=total)
    assert event.sum() <= total
    assert at_risk(time, when).tolist() == numbers.tolist()


@pytest.mark.parametrize(
    ("curve", "at_risk", "events", "message"),
    [
        ([(1, 0.8)], {0: 5}, None, "1 readings of the curve; expected at least 2"),
        ([(1, 0.8), (2, 0.9)], {0: 5}, None, "survival rises from 0.8 at 1 to 0.9 at 2"),
        ([(1, 80), (2, 70)], {0: 5}, None, r"survival has 80; expected 0 to 1 \(divide percent"),
        ([(1, 0.8), (2, -0.1)], {0: 5}, None, "survival has -0.1"),
        ([(1, 0.8), (2, float("nan"))], {0: 5}, None, "survival has nan"),
        ([(2, 0.8), (1, 0.7)], {0: 5}, None, "time is not in order"),
        ([(-1, 0.8), (1, 0.7)], {0: 5}, None, "time is not in order"),
        ([(1, 0.8), (float("inf"), 0.7)], {0: 5}, None, "time is not in order"),
        ([(1, 0.8), (2, 0.7)], {}, None, "no numbers at risk"),
        ([(1, 0.8), (2, 0.7)], {1: 5}, None, "at_risk_time does not rise from 0"),
        ([(1, 0.8), (2, 0.7)], {0: 5, -1: 3}, None, "at_risk_time does not rise from 0"),
        ([(1, 0.8), (2, 0.7)], {0: 5, 1: 6}, None, r"at_risk is \[5, 6\]; expected all patients"),
        ([(1, 0.8), (2, 0.7)], {0: 5, 1: -1}, None, r"at_risk is \[5, -1\]"),
        ([(1, 0.8), (2, 0.7)], {0: 0}, None, r"at_risk is \[0\]"),
        ([(1, 0.8), (2, 0.7)], {0: 5}, 6, "events is 6; expected 0 to the 5 patients"),
        ([(1, 0.8), (2, 0.7)], {0: 5}, -1, "events is -1"),
        ([(2, 0.8), (1, 1.7)], {0: 0}, None, "time is not.*; survival has 1.7.*; at_risk is"),
    ],
)
def test_what_is_no_curve_is_refused(
    curve: list[tuple[float, float]], at_risk: dict[float, int], events: int | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        found(curve, at_risk, events)


def test_arrays_that_do_not_belong_together_are_refused() -> None:
    two, zero, five = np.array([1.0, 2.0]), np.array([0.0]), np.array([5])
    with pytest.raises(ValueError, match=r"time has shape \(2,\), survival \(1,\)"):
        compute_times_of_curve(two, zero, zero, five)
    with pytest.raises(ValueError, match=r"at_risk_time \(2,\), at_risk \(1,\)"):
        compute_times_of_curve(two, two / 4, two, five)


def test_numbers_at_risk_that_are_not_whole_are_refused() -> None:
    two = np.array([1.0, 2.0])
    with pytest.raises(ValueError, match="at_risk is of type float64; expected whole numbers"):
        compute_times_of_curve(two, two[::-1] / 4, np.zeros(1), np.array([5.5]))
