from math import sqrt

import numpy as np
import pytest

from topline.stats.agreement.limits_of_agreement import (
    LimitsOfAgreement,
    compute_limits_of_agreement,
)

Z, T3 = 1.959963984540054, 3.182446305284263  # quantiles at 97.5%: normal; t on 3 df, printed 3.182


def limits_of(first: list[float], second: list[float]) -> LimitsOfAgreement:
    return compute_limits_of_agreement(np.array(first), np.array(second))


def test_by_hand() -> None:
    # differences -1, 0, 2, 1: mean 1/2, squares of deviations 9/4 + 1/4 + 9/4 + 1/4 = 5
    got = limits_of([10, 12, 11, 15], [11, 12, 9, 14])
    sd = sqrt(5 / 3)
    assert got.mean.estimate == 0.5
    assert got.sd == pytest.approx(sd, rel=1e-14)
    assert got.mean.upper == pytest.approx(0.5 + T3 * sd / 2, rel=1e-12)
    assert got.upper_limit.estimate == pytest.approx(0.5 + Z * sd, rel=1e-14)
    half = T3 * sd * sqrt(1 / 4 + Z**2 / 6)
    assert got.upper_limit.lower == pytest.approx(0.5 + Z * sd - half, rel=1e-12)
    assert got.lower_limit.upper == pytest.approx(0.5 - Z * sd + half, rel=1e-12)


def test_turned_round() -> None:
    there, back = limits_of([1, 5, 2], [2, 2, 2]), limits_of([2, 2, 2], [1, 5, 2])
    assert back.mean.estimate == -there.mean.estimate
    assert back.lower_limit.upper == pytest.approx(-there.upper_limit.lower, rel=1e-12)


def test_constant_difference_has_no_spread() -> None:
    got = limits_of([1, 2, 3], [2, 3, 4])
    assert (got.sd, got.lower_limit.estimate, got.upper_limit.upper) == (0, -1, -1)


def test_one_subject_has_a_difference_and_no_limits() -> None:
    got = limits_of([5], [3])
    assert got.mean.estimate == 2
    assert np.isnan([got.sd, got.mean.lower, got.lower_limit.estimate]).all()
    assert got.warnings == ("no limits: one subject",)


def test_nobody() -> None:
    got = limits_of([], [])
    assert np.isnan(got.mean.estimate)
    assert got.warnings == ("no limits: no subjects",)


def test_measurements_of_different_subjects_are_refused() -> None:
    with pytest.raises(ValueError, match=r"have shapes \(1,\) and \(2,\)"):
        limits_of([1], [1, 2])
