from typing import Any

import numpy as np
import pytest

from tests.stats.arrays import subjects
from tests.stats.cox_examples import columns, data_of
from topline.stats.cox.data import at_risk_on_event_days, complete_cases, left_out, varying


def test_a_missing_covariate_leaves_the_whole_row_out() -> None:
    data = complete_cases(
        *subjects("1 2 3+"),
        columns([1, np.nan, 0], [5, 6, 7]),
        ["X", "Y"],
        stratum=np.array(["A", "B", "B"]),
        cluster=np.array([4, 4, 9]),
    )
    assert data.time_days.tolist() == [1, 3]
    assert data.covariates.tolist() == [[1, 5], [0, 7]]
    assert data.stratum is not None
    assert data.cluster is not None
    assert (data.stratum.tolist(), data.cluster.tolist()) == ([0, 1], [0, 1])
    assert left_out(data) == (
        "1 of 3 subjects lack a covariate and are left out: 2 complete cases",
    )
    assert left_out(data_of("1 2", [1, 2])) == ()


def test_whoever_leaves_before_the_first_event_of_the_stratum_compares_with_nobody() -> None:
    # A: 2+ leaves before the event on day 3; B: no event at all; on the day itself 3+ is at risk
    kept = at_risk_on_event_days(data_of("2+ 3 3+ 5+ 1+ 9+", [1, 2, 3, 4, 5, 6], stratum="AAAABB"))
    assert kept.time_days.tolist() == [3, 3, 5]
    assert kept.covariates[:, 0].tolist() == [-2, -1, 0]  # from one of them


def test_covariates_vary_only_if_they_do_within_a_stratum() -> None:
    one = [0.1, 0.1, 0.3, 0.3]
    strata = at_risk_on_event_days(data_of("1 2 1 2", one, [1, 1, 1, 2], stratum="AABB"))
    assert varying(strata).tolist() == [False, True]
    assert varying(at_risk_on_event_days(data_of("1 2 1 2", one))).tolist() == [True]


def test_what_does_not_fit_is_refused() -> None:
    days = subjects("1 2")
    missing: Any = np.array(["A", None], object)
    with pytest.raises(ValueError, match="infinite values of Y; code a missing value as NaN"):
        complete_cases(*days, columns([1, 2], [np.inf, 1]), ["X", "Y"])
    with pytest.raises(ValueError, match="covariates named twice: X"):
        complete_cases(*days, columns([1, 2], [2, 1]), ["X", "X"])
    with pytest.raises(ValueError, match="stratum is missing for 1 of 2 subjects, the first at po"):
        complete_cases(*days, columns([1, 2]), ["X"], missing)
    with pytest.raises(ValueError, match=r"cluster has shape \(1,\); expected \(2,\)"):
        complete_cases(*days, columns([1, 2]), ["X"], None, np.array([1]))
    with pytest.raises(ValueError, match="expected whole days"):
        complete_cases(np.array([1.5, 2.0]), days[1], columns([1, 2]), ["X"])  # pyright: ignore
