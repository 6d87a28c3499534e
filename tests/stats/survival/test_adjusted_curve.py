from typing import Any, get_args

import numpy as np
import pytest

from tests.reference import reference
from tests.stats.arrays import floats
from topline.stats.method import Method
from topline.stats.survival.adjusted_curve import Steps, compute_adjusted_curve
from topline.stats.survival.kaplan_meier import Transform
from topline.stats.survival.survival_limits import compute_limits

TRANSFORMS: tuple[Transform, ...] = get_args(Transform)
CURVES: list[dict[str, Any]] = reference("kaplan_meier")["curves"]


def steps_of(case: dict[str, Any]) -> Steps:
    survival, std_error = floats(case["survival"]), [v for v in case["std_error"]]
    with np.errstate(invalid="ignore", divide="ignore"):
        of_log = np.where(
            survival > 0, floats([0 if v == "NaN" else v for v in std_error]) / survival, np.inf
        )
    return Steps(survival, of_log, Method("As in R"))


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_limits_and_medians_agree_with_r(transform: Transform) -> None:
    for number, case in enumerate(CURVES):
        got = compute_adjusted_curve(
            np.array(case["time"]),
            np.array(case["event"]) == 1,
            steps_of(case),
            transform=transform,
            level=0.95,
        )
        expected = case["transforms"][transform]
        for name in ("lower", "upper"):
            np.testing.assert_allclose(
                getattr(got, name),
                floats(expected[name]),
                rtol=1e-9,
                atol=1e-13,
                err_msg=f"{name}, curve {number}",
            )
        median = got.median()
        np.testing.assert_array_equal(
            [median.estimate, median.lower, median.upper], floats(expected["median"])
        )
        assert got.number_at_risk.tolist() == case["at_risk"]
        assert got.censored_counts.tolist() == case["censored"]


def test_curves_of_other_days_are_refused() -> None:
    steps = Steps(np.ones(2), np.zeros(2), Method("Any"))
    time, event = np.array([1]), np.array([True])
    with pytest.raises(ValueError, match=r"shape \(2,\); expected \(1,\), one a distinct day"):
        compute_adjusted_curve(time, event, steps, transform="log", level=0.95)


def test_unknown_choices_are_refused() -> None:
    half, wrong = np.array([0.5]), "cubic"
    with pytest.raises(ValueError, match="'cubic'; choose one of plain, log"):
        compute_limits(half, half, wrong, 0.95)  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match="level is 95"):
        compute_limits(half, half, "log", 95)
