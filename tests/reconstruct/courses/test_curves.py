"""Curves of many groups at once give what the validated estimates give of each group alone."""

import numpy as np
import pytest

from topline.reconstruct.courses.curves import (
    compute_curves,
    compute_p,
    count_at_risk,
    read_limits,
    read_medians,
    read_rates,
)
from topline.stats.survival.kaplan_meier import compute_kaplan_meier
from topline.stats.survival.logrank import compute_logrank
from topline.stats.survival.survival_limits import Transform


def cohort(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    n = int(draw.integers(4, 45))
    return draw.integers(1, 40, n), draw.random(n) < 0.55, draw.integers(0, 3, n)


@pytest.mark.parametrize("transform", ["plain", "log", "log-log"])
@pytest.mark.parametrize("seed", range(25))
def test_medians_rates_and_risk_sets_are_those_of_each_group(
    seed: int, transform: Transform
) -> None:
    days, events, groups = cohort(seed)
    masks = np.stack([np.ones(days.size, dtype=bool), *(groups == g for g in np.unique(groups))])
    curves = compute_curves(days.astype(float), events, masks)
    medians = read_medians(curves, transform)
    rates = (*read_rates(curves, 17.5), *read_limits(curves, 17.5, transform))
    for row, mask in enumerate(masks):
        alone = compute_kaplan_meier(days[mask], events[mask], transform=transform)
        median, rate = alone.median(), alone.rate_at(17.5)
        expected = np.array([median.estimate, median.lower, median.upper])
        np.testing.assert_array_equal(medians[row], np.where(np.isnan(expected), np.inf, expected))
        if days[mask].max() > 17.5:
            found = [each[row] for each in rates]
            np.testing.assert_allclose(
                found, [rate.estimate, rate.std_error, rate.lower, rate.upper], rtol=1e-12
            )
            assert count_at_risk(curves, 17.5)[row] == rate.number_at_risk


@pytest.mark.parametrize("seed", range(25))
def test_p_is_that_of_the_log_rank_test(seed: int) -> None:
    days, events, groups = cohort(seed)
    events[:2] = True
    masks = np.stack([groups == g for g in range(3)])
    found = compute_p(compute_curves(days.astype(float), events, masks), np.arange(3))
    assert found == pytest.approx(compute_logrank(days, events, groups).p_value, rel=1e-9)


def test_groups_without_events_do_not_differ() -> None:
    curves = compute_curves(
        np.array([3.0, 4.0]), np.array([False, False]), np.array([[True, False], [False, True]])
    )
    assert compute_p(curves, np.arange(2)) == 1
