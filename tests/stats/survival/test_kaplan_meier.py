from fractions import Fraction
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import reference
from tests.stats.arrays import floats, subjects
from topline.stats.survival.kaplan_meier import (
    LONGEST_DAYS,
    KaplanMeier,
    SurvivalQuantile,
    Transform,
    compute_follow_up,
    compute_kaplan_meier,
)

TRANSFORMS: tuple[Transform, ...] = get_args(Transform)
CURVES: list[dict[str, Any]] = reference("kaplan_meier")["curves"]
LUNG = CURVES[0]
NAN = float("nan")
patients = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=12)


def curve_of(case: dict[str, Any], transform: Transform = "log-log") -> KaplanMeier:
    event = np.array(case["event"]) == 1
    return compute_kaplan_meier(np.array(case["time"]), event, transform=transform)


def days_of(quantile: SurvivalQuantile) -> list[float]:
    return [quantile.estimate, quantile.lower, quantile.upper]


@pytest.mark.parametrize("case", CURVES, ids=lambda c: f"n={len(c['time'])}")
def test_curve_agrees_with_r(case: dict[str, Any]) -> None:
    got = curve_of(case)
    assert got.time_days.tolist() == case["days"]
    assert got.number_at_risk.tolist() == case["at_risk"]
    assert got.event_counts.tolist() == case["events"]
    assert got.censored_counts.tolist() == case["censored"]
    np.testing.assert_allclose(got.survival, floats(case["survival"]), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(
        got.std_error, [NAN if v == "NaN" else v for v in case["std_error"]], rtol=1e-12
    )


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_limits_and_medians_agree_with_r(transform: Transform) -> None:
    for number, case in enumerate(CURVES):
        got, expected = curve_of(case, transform), case["transforms"][transform]
        for name in ("lower", "upper"):
            np.testing.assert_allclose(
                getattr(got, name),
                floats(expected[name]),
                rtol=1e-10,
                atol=1e-14,
                err_msg=f"{name}, curve {number}",
            )
        np.testing.assert_array_equal(
            days_of(got.median()), floats(expected["median"]), f"curve {number}"
        )


def test_reverse_curve_agrees_with_r() -> None:
    for number, case in enumerate(CURVES):
        got = compute_follow_up(np.array(case["time"]), np.array(case["event"]) == 1)
        np.testing.assert_array_equal(
            days_of(got.median()), floats(case["follow_up"]), f"curve {number}"
        )


def test_landmark_rates_of_lung_agree_with_r() -> None:
    expected, curve = reference("kaplan_meier")["lung_rates"], curve_of(LUNG)
    for row, day in enumerate(expected["days"]):
        got = curve.rate_at(day)
        assert got.number_at_risk == expected["at_risk"][row]
        assert [got.estimate, got.std_error, got.lower, got.upper] == pytest.approx(
            [expected[k][row] for k in ("rate", "std_error", "lower", "upper")], rel=1e-12
        )


@pytest.mark.parametrize(("name", "case"), [("lung", CURVES[0]), ("veteran", CURVES[1])])
def test_quartiles_agree_with_r(name: str, case: dict[str, Any]) -> None:
    expected = reference("kaplan_meier")[f"{name}_quartiles"]
    for column, share in enumerate((0.25, 0.5, 0.75)):
        assert days_of(curve_of(case).quantile(share)) == [
            expected[key][column] for key in ("quantile", "lower", "upper")
        ]


def test_remission_times_of_freireich_by_hand() -> None:
    # 6-mercaptopurine arm, weeks (Freireich 1963, as in Cox and Oakes 1984, table 1.1)
    weeks = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
    got = compute_kaplan_meier(*subjects(weeks))
    factors = {6: (18, 21), 7: (16, 17), 10: (14, 15), 13: (11, 12), 16: (10, 11), 22: (6, 7)}
    share = Fraction(1)
    for week, (left, at_risk) in factors.items():
        share *= Fraction(left, at_risk)
        rate = got.rate_at(week)
        assert rate.estimate == pytest.approx(float(share), rel=1e-14)
        assert rate.number_at_risk == at_risk
    assert days_of(got.median())[0] == 23
    # Greenwood at week 6 is the binomial (6/7)(1/7)/21
    assert got.rate_at(6).std_error == pytest.approx(float(Fraction(6, 49 * 21)) ** 0.5, rel=1e-14)


@pytest.mark.parametrize(
    ("days", "median"),
    [
        pytest.param("1 2 3 4", 2.5, id="S is 0.5 from day 2 and falls on day 3"),
        pytest.param("1 2 3+ 4", 3.0, id="a censoring on the level stretch does not end it"),
        pytest.param("1 2 3+ 4+", 2.0, id="S is 0.5 to the end: first day of the stretch"),
        pytest.param("1 2 3", 2.0, id="S falls past 0.5"),
        pytest.param("1 2+ 3+", NAN, id="S stays above 0.5"),
        pytest.param("1+ 2+", NAN, id="no events"),
        pytest.param("7", 7.0, id="one patient with the event"),
        pytest.param("7+", NAN, id="one patient censored"),
        pytest.param("4 4 4", 4.0, id="all on one day"),
        pytest.param("0 0 5+", 0.0, id="events on day 0"),
    ],
)
def test_median_by_hand(days: str, median: float) -> None:
    got = compute_kaplan_meier(*subjects(days)).median()
    np.testing.assert_array_equal(got.estimate, median)
    assert got.warnings == (("not reached: S stays above 0.5",) if np.isnan(median) else ())


def test_rate_before_the_first_observation_is_one() -> None:
    curve = compute_kaplan_meier(*subjects("5 8+"), transform="log")
    got = curve.rate_at(4.9)
    assert (got.estimate, got.std_error, got.lower, got.upper) == (1, 0, 1, 1)
    assert got.number_at_risk == 2
    assert got.warnings == ()


def test_transform_without_limits_at_one_says_so() -> None:
    got = compute_kaplan_meier(*subjects("5 8+")).rate_at(1)
    assert got.estimate == 1
    assert np.isnan([got.lower, got.upper]).all()
    assert got.warnings == ("no log-log limits where the rate is 100%",)


def test_rate_after_a_last_censoring_is_not_estimable() -> None:
    curve = compute_kaplan_meier(*subjects("5 8+"))
    assert curve.rate_at(8).estimate == 0.5
    got = curve.rate_at(9)
    assert np.isnan([got.estimate, got.std_error, got.lower, got.upper]).all()
    assert got.number_at_risk == 0
    assert got.warnings == ("not estimable: day 9 is after the last observation, day 8",)


def test_rate_after_a_last_event_stays_zero() -> None:
    got = compute_kaplan_meier(*subjects("5 8")).rate_at(365.25)
    assert got.estimate == 0
    assert np.isnan([got.std_error, got.lower, got.upper]).all()
    assert got.warnings == ("no log-log limits where the rate is 0%",)


def test_number_at_risk_counts_those_who_leave_on_the_day() -> None:
    curve = compute_kaplan_meier(*subjects("5 8+ 8 9"))
    assert curve.at_risk(np.array([0, 5, 6, 8, 9, 10])).tolist() == [4, 4, 3, 3, 1, 0]


def test_follow_up_is_read_from_the_censored() -> None:
    # Reverse curve: at day 20 one of two still at risk is censored, so S is 0.5 until day 30
    assert compute_follow_up(*subjects("10 20+ 30+")).median().estimate == 25


def test_follow_up_takes_the_same_options() -> None:
    time, event = subjects("10 20+ 30+ 40")
    got = compute_follow_up(time, event, transform="log", level=0.8)
    expected = compute_kaplan_meier(time, ~event, transform="log", level=0.8)
    np.testing.assert_array_equal(got.lower, expected.lower)
    assert got.method == expected.method


def test_no_subjects_give_an_empty_curve_and_say_so() -> None:
    curve = compute_kaplan_meier(np.array([], np.int64), np.array([], np.bool_))
    rate, median = curve.rate_at(30), curve.median()
    assert (curve.n, curve.events, len(curve.time_days)) == (0, 0, 0)
    assert np.isnan([rate.estimate, rate.lower, *days_of(median)]).all()
    assert curve.at_risk(np.array([0, 30])).tolist() == [0, 0]
    assert curve.warnings == rate.warnings == median.warnings == ("not estimable: no subjects",)


def test_method_names_its_options_and_library() -> None:
    curve = compute_kaplan_meier(*subjects("5 8+"), transform="log", level=0.9)
    assert curve.method.options == (("transform", "log"), ("level", 0.9))
    assert curve.median().method.options == (("share", 0.5), ("transform", "log"), ("level", 0.9))
    assert curve.method.library.startswith("numpy ")


def test_small_integers_do_not_overflow() -> None:
    days = np.array([200, 250, 255], np.uint8)
    assert compute_kaplan_meier(days, np.ones(3, np.bool_)).median().estimate == 250


@pytest.mark.parametrize(
    ("time", "event", "message"),
    [
        (np.array([1.0]), np.array([True]), "time_days is float64 .* expected whole days"),
        (np.array([1]), np.array([1]), "event int64; expected whole days as integers and bool"),
        (np.array([1, 2]), np.array([True]), r"shape \(2,\) and event \(1,\)"),
        (np.array([4, -3]), np.array([True, True]), "1 of 2 times .* first at position 1: -3"),
        (np.array([LONGEST_DAYS + 1]), np.array([True]), "outside 0 to 1000000 days"),
    ],
)
def test_times_that_are_not_days_are_refused(time: Any, event: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compute_kaplan_meier(time, event)


def test_unknown_choices_are_refused() -> None:
    time, event = subjects("1 2")
    arcsin: Any = "arcsin"
    with pytest.raises(ValueError, match="'arcsin'; choose one of plain, log, log-log, arcsine"):
        compute_kaplan_meier(time, event, transform=arcsin)
    with pytest.raises(ValueError, match="level is 95"):
        compute_kaplan_meier(time, event, level=95)
    curve = compute_kaplan_meier(time, event)
    with pytest.raises(ValueError, match="share is 50"):
        curve.quantile(50)
    for day in (-1, NAN):
        with pytest.raises(ValueError, match="expected a number of days"):
            curve.rate_at(day)


@given(patients)
def test_curve_is_the_product_of_the_shares_left(rows: list[tuple[int, bool]]) -> None:
    got = compute_kaplan_meier(np.array([t for t, _ in rows]), np.array([e for _, e in rows]))
    share = Fraction(1)
    for day, survival in zip(got.time_days, got.survival, strict=True):
        at_risk = sum(t >= day for t, _ in rows)
        share *= 1 - Fraction(sum(e for t, e in rows if t == day), at_risk)
        assert survival == pytest.approx(float(share), abs=1e-14)


@given(patients, st.sampled_from(TRANSFORMS), st.randoms(use_true_random=False))
def test_order_of_subjects_changes_nothing(
    rows: list[tuple[int, bool]], transform: Any, random: Any
) -> None:
    def limits(some: list[tuple[int, bool]]) -> KaplanMeier:
        time, event = np.array([t for t, _ in some]), np.array([e for _, e in some])
        return compute_kaplan_meier(time, event, transform=transform)

    shuffled = rows.copy()
    random.shuffle(shuffled)
    one, other = limits(rows), limits(shuffled)
    np.testing.assert_array_equal(one.lower, other.lower)
    np.testing.assert_array_equal(days_of(one.median()), days_of(other.median()))
    inside = ~np.isnan(one.lower)
    assert (one.lower[inside] <= one.survival[inside] + 1e-12).all()
    assert (one.survival[inside] <= one.upper[inside] + 1e-12).all()
