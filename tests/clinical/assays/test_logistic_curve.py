"""Curves against R's nls() on R's own ELISA data, and the inverse worked by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import reference
from topline.clinical.assays.elisa_rule import Model
from topline.clinical.assays.logistic_curve import LogisticCurve, fit_logistic_curve
from topline.errors import DataError

R = reference("elisa")
CASES = [
    pytest.param(run, fit, "4PL", id=f"run {run['run']}, weights {fit['weighting']}")
    for run in R["four"]
    for fit in run["fits"]
] + [
    pytest.param(R["five"], fit, "5PL", id=f"five parameters, weights {fit['weighting']}")
    for fit in R["five"]["fits"]
]


@pytest.mark.parametrize(("data", "expected", "model"), CASES)
def test_curves_are_those_of_nls(data: dict, expected: dict, model: Model) -> None:  # pyright: ignore
    curve = fit_logistic_curve(data["x"], data["y"], model=model, weighting=expected["weighting"])
    found = {
        "a": curve.none,
        "d": curve.infinite,
        "b": curve.slope,
        "c": curve.turning,
        "g": curve.asymmetry,
    }
    for name, value in found.items():
        assert value == pytest.approx(expected[name], rel=2e-4, abs=1e-5), name
    assert curve.weighted_squares <= expected["squares"] * (1 + 1e-9)
    read = curve.concentration(data["response"])
    assert read == pytest.approx(np.array(expected["concentration"]), rel=1e-5)


def hand(none: float = 0, infinite: float = 2, asymmetry: float = 1) -> LogisticCurve:
    return LogisticCurve("4PL", "none", none, infinite, 4.0, 1.0, asymmetry, 0.0, 1.0)


def test_inverse_by_hand() -> None:
    # 2 - 2 / (1 + x / 4): 1 at 4, 1.5 at 12, 0.5 at 4/3
    assert hand().concentration([1, 1.5, 0.5]).tolist() == pytest.approx([4, 12, 4 / 3])
    assert hand().response([0, 4, 12]).tolist() == [0, 1, 1.5]


def test_inverse_by_hand_with_five_parameters() -> None:
    # 2 - 2 / (1 + x / 4)^2: at x = 4 it is 2 - 2 / 4
    assert hand(asymmetry=2).response(4).item() == 1.5
    assert hand(asymmetry=2).concentration(1.5).item() == pytest.approx(4)


def test_a_falling_curve_by_hand() -> None:
    falling = hand(none=2, infinite=0)
    assert falling.response([0, 4]).tolist() == [2, 1]
    assert falling.concentration(1).item() == pytest.approx(4)


@pytest.mark.parametrize("response", [-0.1, 0.0, 2.0, 2.1, float("nan")])
def test_nothing_is_read_at_or_beyond_the_ends(response: float) -> None:
    assert np.isnan(hand().concentration(response).item())
    assert np.isnan(hand(none=2, infinite=0).concentration(response).item())


@pytest.mark.parametrize("model", ["4PL", "5PL"])
@pytest.mark.parametrize("falls", [False, True])
def test_exact_standards_give_the_curve_back(model: Model, falls: bool) -> None:
    x = np.array([0, 7.8, 15.6, 31.2, 62.5, 125, 250, 500, 1000])
    truth = LogisticCurve(model, "none", 0.05, 2.5, 120, 1.3, 1, 0, 1)
    if falls:
        truth = LogisticCurve(model, "none", 2.5, 0.05, 120, 1.3, 1, 0, 1)
    found = fit_logistic_curve(x, truth.response(x), model=model)
    assert found.response(x) == pytest.approx(truth.response(x), abs=1e-7)
    assert found.concentration(1.0).item() == pytest.approx(
        truth.concentration(1.0).item(), rel=1e-5
    )
    assert found.r_squared == pytest.approx(1)
    assert found.warnings == ()


def test_a_fit_is_the_same_in_any_order() -> None:
    x, y = (np.array(R["four"][0][name]) for name in ("x", "y"))
    straight = fit_logistic_curve(x, y, weighting="1/y")
    again = fit_logistic_curve(x, y, weighting="1/y")
    reverse = fit_logistic_curve(x[::-1], y[::-1], weighting="1/y")
    assert straight == again
    assert reverse.turning == pytest.approx(straight.turning, rel=1e-6)


def test_standards_that_stop_short_are_said() -> None:
    x = np.array([0.0, 1, 2, 4, 8])
    high = fit_logistic_curve(x, 3 - 3 / (1 + x / 40))
    assert high.warnings == ("the curve turns at 40, above the highest standard 8",)
    low = fit_logistic_curve(x * 100, 3 - 3 / (1 + x * 100 / 4))
    assert low.warnings == ("the curve turns at 4, below the lowest standard 100",)


def test_what_the_standards_do_not_determine_is_said() -> None:
    run = R["four"][1]  # its fifth parameter runs away
    found = fit_logistic_curve(run["x"], run["y"], model="5PL")
    assert found.warnings[0] == (
        "the standards do not determine the asymmetry: it stands at its limit"
    )
    assert found.response(run["x"]) == pytest.approx(np.array(run["y"]), abs=0.05)


X = [0.0, 1, 2, 4, 8]
Y = [0.1, 0.4, 0.7, 1.1, 1.5]
REFUSED = [
    pytest.param(X, Y[:4], {}, "5 concentrations and 4 responses", id="lengths"),
    pytest.param(X, [*Y[:4], float("nan")], {}, "a response is missing", id="missing"),
    pytest.param([-1.0, *X[1:]], Y, {}, "a concentration is below 0", id="negative"),
    pytest.param(X[:3], Y[:3], {}, "3 standards of different concentration, 4PL needs 4", id="3"),
    pytest.param(X[:4], Y[:4], {"model": "5PL"}, "4 .* 5PL needs 5", id="four for five"),
    pytest.param(X, [1.0] * 5, {}, "all responses are the same", id="flat"),
    pytest.param(X, [0.0, *Y[1:]], {"weighting": "1/y"}, "weights 1/y need", id="zero weight"),
    pytest.param(X, [-1.0, *Y[1:]], {"weighting": "1/y^2"}, r"weights 1/y\^2 need", id="1/y^2"),
]


@pytest.mark.parametrize(("x", "y", "options", "message"), REFUSED)
def test_standards_that_cannot_carry_a_curve_are_refused(
    x: list[float], y: list[float], options: dict[str, str], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        fit_logistic_curve(x, y, **options)  # pyright: ignore


def test_a_fit_that_does_not_converge_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("topline.clinical.assays.logistic_curve._MOST_STEPS", 2)
    with pytest.raises(DataError, match="four-parameter curve does not converge on 5 wells of 5"):
        fit_logistic_curve(X, Y)


def test_as_many_standards_as_parameters_are_enough() -> None:
    x = np.array([0.0, 2, 4, 8])
    found = fit_logistic_curve(x, hand().response(x))
    assert found.concentration(1.2).item() == pytest.approx(6, rel=1e-4)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(DataError, match="a concentration is below 0; 2 standards of different"):
        fit_logistic_curve([-1.0, 2.0], [1.0, 2.0])


@settings(max_examples=20)
@given(st.floats(0.5, 3), st.floats(1, 1000), st.floats(0.01, 0.99))
def test_inverse_undoes_the_curve(slope: float, turning: float, share: float) -> None:
    curve = LogisticCurve("4PL", "none", 0.1, 2.1, turning, slope, 1.0, 0.0, 1.0)
    response = 0.1 + 2 * share
    assert curve.response(curve.concentration(response)).item() == pytest.approx(response)
