from typing import Any

import numpy as np
import pytest

from topline.stats.ranks.ranking import (
    doubled_ranks,
    group_codes,
    normal_p_value,
    refuse_options,
    squared_distance,
    tie_sum,
)


def test_ties_share_the_mean_of_their_ranks() -> None:
    assert doubled_ranks(np.array([2.0, 1.0, 2.0, 2.0, 9.0])).tolist() == [6, 2, 6, 6, 10]
    assert doubled_ranks(np.array([])).tolist() == []


def test_ties_are_cubes_less_sizes() -> None:
    assert tie_sum(np.array([2.0, 1.0, 2.0, 2.0, 1.0])) == 24 + 6
    assert tie_sum(np.array([])) == 0


@pytest.mark.parametrize(
    ("distance", "alternative", "expected"),
    [
        (2.46, "greater", 0.025),  # half a step closer: the normal table's 1.96
        (-2.46, "less", 0.025),
        (-1.46, "greater", 0.975),
        (2.46, "two-sided", 0.05),
        (0.25, "two-sided", 1.0),
    ],
)
def test_correction_goes_half_a_step_to_the_mean(
    distance: float, alternative: Any, expected: float
) -> None:
    got = normal_p_value(distance, 1.0, alternative, correct=True)
    assert got == pytest.approx(expected, abs=1e-4)


def test_groups_are_named_in_the_order_of_their_labels() -> None:
    names, code = group_codes("group", np.array(["B", "A", "B"]), np.zeros(3))
    assert (names, code.tolist()) == (("A", "B"), [1, 0, 1])


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.array(["A", None, "B"], object), "group is missing for 1 of 3 values, the first at"),
        (np.array([1.0, np.nan, np.nan]), "group is missing for 2 of 3 values.* position 1"),
        (np.array(["A"]), r"group has shape \(1,\); expected \(3,\)"),
    ],
)
def test_labels_that_cannot_be_are_refused(labels: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        group_codes("group", labels, np.zeros(3))


def test_distance_leaves_out_what_does_not_vary() -> None:
    # two of three groups differ: (1, -1) with covariance [[1, -1], [-1, 1]] is 1 on 1 degree
    covariance = np.array([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    chi_square, df = squared_distance(np.array([1.0, -1.0, 0.0]), covariance)
    assert (chi_square, df) == (pytest.approx(1.0, rel=1e-14), 1)
    nothing, none = squared_distance(np.zeros(2), np.zeros((2, 2)))
    assert np.isnan(nothing)
    assert none == 0


def test_options_that_cannot_be_are_refused() -> None:
    more: Any = "more"
    with pytest.raises(ValueError, match=r"level is 95; expected .* 0\.95"):
        refuse_options(95)
    with pytest.raises(ValueError, match="'more'; choose two-sided, greater or less"):
        refuse_options(0.9, more)
