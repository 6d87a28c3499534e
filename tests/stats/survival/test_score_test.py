import numpy as np
import pytest

from topline.stats.survival.score_test import codes_of, compute_distance


def test_group_that_cannot_vary_is_left_out() -> None:
    covariance = np.array([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    statistic, rank = compute_distance(np.array([3.0, -3.0, 0.0]), covariance)
    assert (round(statistic, 9), rank) == (9, 1)


def test_nothing_varies() -> None:
    statistic, rank = compute_distance(np.zeros(2), np.zeros((2, 2)))
    assert np.isnan(statistic)
    assert rank == 0


def test_codes_are_places_of_sorted_labels() -> None:
    labels, code = codes_of("arm", np.array(["B", "A", "B"]), np.array([1, 2, 3]))
    assert (labels.tolist(), code.tolist()) == (["A", "B"], [1, 0, 1])


def test_missing_label_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"arm is missing for 1 of 2 subjects, .* position 0"):
        codes_of("arm", np.array([None, "A"]), np.array([1, 2]))
