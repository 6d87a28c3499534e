"""One-arm designs for times against R's integrals, print and simulated trials."""

from math import log
from typing import Any

import numpy as np
import pytest

from tests.reference import reference
from topline.design.follow_up import FollowUp, dropout_hazard
from topline.design.one_arm_survival.landmark import SCALES, find_landmark, find_median
from topline.design.one_arm_survival.one_sample_logrank import (
    compute_moments,
    find_one_sample_logrank,
    find_with_rate,
    logrank_of,
)
from topline.design.one_arm_survival.parametric import find_parametric
from topline.design.one_arm_survival.survival_curve import Weibull, curve_through, event_share
from topline.design.one_arm_survival.two_stage_logrank import find_two_stage_logrank
from topline.errors import UsageError

PRINTED = reference("one_arm_survival_printed")


@pytest.mark.parametrize("row", reference("designs")["logrank"], ids=str)
def test_moments_are_rs_integrals(row: dict[str, Any]) -> None:
    null = curve_through(row["median"], 0.5, row["shape"])
    found = compute_moments(null, row["hazard_ratio"], FollowUp(row["accrual"], row["follow_up"]))
    for name in ("mean", "variance", "expected", "events"):
        assert getattr(found, name) == pytest.approx(row[name], rel=2e-7), name


def test_events_by_hand() -> None:
    # All followed for one median: half have the event; accrual over (0, a]: 1 - (1 - e^-la)/(la)
    assert event_share(curve_through(12, 0.5), FollowUp(0, 12)) == pytest.approx(0.5)
    la = log(2) * 2
    closed = 1 - (1 - np.exp(-la)) / la
    assert event_share(curve_through(12, 0.5), FollowUp(24, 0)) == pytest.approx(closed, rel=1e-12)


def test_drop_out_competes_at_its_hazard() -> None:
    # Followed without end: events win with probability h / (h + d)
    curve, lost = curve_through(6, 0.5), dropout_hazard(0.2, 12)
    h = log(2) / 6
    found = event_share(curve, FollowUp(0, 600, lost))
    assert found == pytest.approx(h / (h + lost), rel=1e-6)


def test_single_stage_is_that_of_print() -> None:
    said = PRINTED["single_stage"]
    found = find_with_rate(
        curve_through(said["at"], said["survival"]), said["hazard_ratio"], said["rate"],
        said["follow_up"], said["alpha"], said["power"],
    )  # fmt: skip
    assert found.n == said["n"]


def _simulated(  # noqa: PLR0913, PLR0917 - a trial and its looks
    null: Weibull, h: float, n: int, rate: float, length: float, times: tuple[float, ...],
    trials: int = 40_000,
) -> list[np.ndarray]:  # fmt: skip
    chance = np.random.default_rng(7)
    entry = chance.uniform(0, n / rate, (trials, n))
    time = null.with_ratio(h).scale * chance.weibull(null.shape, (trials, n))
    found = []
    for at in (*times, length):
        followed = np.clip(at - entry, 0, None)
        seen = (time <= followed).sum(axis=1)
        expected = null.cumulative_hazard(np.minimum(time, followed)).sum(axis=1)
        found.append((expected - seen) / np.sqrt(np.maximum(expected, 1e-9)))
    return found


def test_power_is_that_of_simulated_trials() -> None:
    null = curve_through(12, 0.5)
    design = find_one_sample_logrank(null, 0.6, FollowUp(24, 12), 0.05, 0.8)
    (z,) = _simulated(null, 0.6, design.n, design.n / 24, 36, ())
    assert (z > design.critical).mean() == pytest.approx(design.power, abs=0.02)


def test_two_stages_have_the_power_of_simulated_trials() -> None:
    null = curve_through(2, 0.62)
    design = find_two_stage_logrank(null, 0.467, 5, 2, 0.05, 0.8)
    first, last = _simulated(null, 0.467, design.n, 5, design.length, (design.interim_time,))
    won = ((first > design.interim) & (last > design.critical)).mean()
    assert won == pytest.approx(design.power, abs=0.012)
    first, _ = _simulated(null, 1.0, design.n, 5, design.length, (design.interim_time,))
    assert (first <= design.interim).mean() == pytest.approx(design.stop_null, abs=0.025)


def test_two_stages_beat_the_design_that_oneArm2stage_calls_optimal() -> None:  # noqa: N802
    # OneArm2stage prints 26 subjects, interim at 3.0593 and 21.92 expected; see differences.
    design = find_two_stage_logrank(curve_through(2, 0.62), 0.467, 5, 2, 0.05, 0.8)
    assert design.expected < 21.9
    assert design.alpha == pytest.approx(0.05, abs=1e-8)
    assert design.power == pytest.approx(0.8, abs=1e-8)
    assert design.single.n == 25


def test_exact_test_keeps_alpha_and_power_by_simulation() -> None:
    design = find_parametric(curve_through(6, 0.5), 0.5, FollowUp(12, 6), 0.05, 0.8)
    chance = np.random.default_rng(3)
    for h, target in ((1.0, 0.05), (0.5, design.power)):
        total = chance.gamma(design.events, design.null.scale / h, 200_000)
        assert (total > design.total_time).mean() == pytest.approx(target, abs=0.004)


def test_one_event_fewer_loses_the_power() -> None:
    design = find_parametric(curve_through(6, 0.5), 0.5, FollowUp(12, 6), 0.05, 0.8)
    chance = np.random.default_rng(4)
    limit = np.quantile(chance.gamma(design.events - 1, 1.0, 400_000), 0.95)
    assert (chance.gamma(design.events - 1, 2.0, 400_000) > limit).mean() < 0.8


def test_landmark_is_that_of_print() -> None:
    said = PRINTED["landmark"]
    found = find_landmark(
        curve_through(said["time"], said["null"]), curve_through(said["time"], said["alternative"]),
        said["time"], FollowUp(said["accrual"], said["follow_up"]), said["alpha_two_sided"] / 2,
        said["power"], said["scale"],
    )  # fmt: skip
    assert found.n == said["n"]
    assert found.power == pytest.approx(said["reached"], abs=5e-4)


def test_everybody_followed_beyond_the_landmark_is_binomial() -> None:
    # On the identity scale: n = S(1 - S) (z + z)^2 / difference^2
    found = find_landmark(
        curve_through(12, 0.4), curve_through(12, 0.6), 12, FollowUp(6, 12), 0.05, 0.8, "identity"
    )
    assert found.n == np.ceil(0.24 * (1.644854 + 0.841621) ** 2 / 0.04)


def test_a_median_is_a_landmark_of_one_half() -> None:
    followed = FollowUp(18, 6)
    for scale in SCALES:
        found = find_median(6, 10, followed, 0.1, 0.9, scale=scale)
        again = find_landmark(
            curve_through(6, 0.5), curve_through(10, 0.5), 6, followed, 0.1, 0.9, scale
        )
        assert found == again


def test_power_rises_with_follow_up() -> None:
    null = curve_through(12, 0.5)
    found = [
        logrank_of(null, 0.6, FollowUp(24, follow_up), 0.05, 30).power for follow_up in (0, 6, 24)
    ]
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: curve_through(0, 0.5), "time of the known survival is 0"),
        (lambda: curve_through(12, 1.0), "survival at that time is 1"),
        (lambda: FollowUp(0, 0), "nobody would be followed at all"),
        (lambda: FollowUp(-1, 5), "take 0 or more"),
        (lambda: dropout_hazard(1.0, 12), "take 0 to below 1"),
        (
            lambda: find_one_sample_logrank(curve_through(6, 0.5), 1.0, FollowUp(6, 6), 0.05, 0.8),
            "a better treatment has one below 1",
        ),
        (
            lambda: find_one_sample_logrank(
                curve_through(6, 0.5), 0.999, FollowUp(6, 6), 0.05, 0.8
            ),
            "not even 5000 subjects",
        ),
        (
            lambda: find_parametric(curve_through(6, 0.5), 0.97, FollowUp(6, 6), 0.05, 0.9),
            "more than 5000 events",
        ),
        (lambda: find_median(6, 6, FollowUp(6, 6), 0.05, 0.8), "it has to be above"),
        (
            lambda: find_landmark(
                curve_through(6, 0.5), curve_through(9, 0.5), 12, FollowUp(6, 6), 0.05, 0.8
            ),
            "nobody is followed for 12",
        ),
    ],
)
def test_nonsense_is_refused_in_a_sentence(ask: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        ask()
