from typing import Any

import numpy as np
import pytest

from tests.stats.arrays import subjects
from tests.stats.cox_examples import AGE, EXPOSED, FIRST, OTHER, SEPARATED, TWELVE, columns
from topline.stats.cox.proportional_hazards import compute_proportional_hazards_test

PAIRS = subjects("1 9+ 2 9+ 3 9+ 4 9+")
IN_PAIRS = np.repeat([1, 2, 3, 4], 2)
EARLY = columns([1, 0, 1, 0, 1, 0, 0, 1])


def test_four_pairs_by_hand() -> None:
    # p = 3/4; days about their mean times outcome: -1.5; variance p (1 - p) times 5, their squares
    test = compute_proportional_hazards_test(
        *PAIRS, EARLY, ["X"], stratum=IN_PAIRS, transform="identity"
    )
    assert test.terms[0].statistic == pytest.approx(2.25 / (5 * 3 / 16), rel=1e-12)
    assert test.overall.statistic == pytest.approx(2.4, rel=1e-12)
    assert (test.terms[0].name, test.overall.name) == ("X", "GLOBAL")
    assert test.event_days.tolist() == test.transformed.tolist() == [1, 2, 3, 4]


def test_transforms_count_time_differently() -> None:
    found = {
        transform: compute_proportional_hazards_test(
            *TWELVE, columns(AGE), ["AGE"], transform=transform
        )
        for transform in ("km", "rank", "identity", "log")
    }
    days = [3, 5, 7, 7, 9, 14, 14, 20]
    assert found["identity"].transformed.tolist() == days
    np.testing.assert_allclose(found["log"].transformed, np.log(days))
    # Kaplan-Meier before the day: 12, 10, 9, 6, 4 and 1 at risk on event days
    steps = [1, 11 / 12, 11 / 12 * 9 / 10, 0.825 * 7 / 9, 0.825 * 7 / 9 * 5 / 6]
    expected = [0, 1 - steps[1], *[1 - steps[2]] * 2, 1 - steps[3], *[1 - steps[4]] * 2]
    np.testing.assert_allclose(found["km"].transformed[:7], expected, rtol=1e-12)
    assert len({test.overall.statistic for test in found.values()}) == 4


def test_residuals_average_to_the_coefficient() -> None:
    test = compute_proportional_hazards_test(*TWELVE, columns(EXPOSED), ["EXPOSED"])
    from topline.stats.cox.regression import compute_cox

    cox = compute_cox(*TWELVE, columns(EXPOSED), ["EXPOSED"])
    assert test.residuals.shape == (8, 1)
    assert test.residuals.mean() == pytest.approx(cox.terms[0].coefficient, rel=1e-9)


def test_covariates_of_one_term_are_tested_together() -> None:
    stage = np.eye(3)[[0, 1, 2, 1, 0, 2, 1, 2, 0, 0, 1, 2]][:, 1:]
    x = columns(*stage.T, AGE)
    test = compute_proportional_hazards_test(
        *TWELVE, x, ["II", "III", "AGE"], terms=["STAGE", "STAGE", "AGE"]
    )
    assert [(term.name, term.df) for term in test.terms] == [("STAGE", 2), ("AGE", 1)]
    apart = compute_proportional_hazards_test(*TWELVE, x, ["II", "III", "AGE"])
    assert apart.overall.statistic == pytest.approx(test.overall.statistic, rel=1e-9)
    assert apart.terms[2].p_value == pytest.approx(test.terms[1].p_value, rel=1e-9)


def test_early_censored_and_units_change_nothing() -> None:
    one = compute_proportional_hazards_test(*TWELVE, columns(EXPOSED, AGE), ["E", "A"])
    time = np.append(TWELVE[0], [1, 2])
    event = np.append(TWELVE[1], [False, False])
    x = np.vstack([columns(EXPOSED, 0.001 * AGE - 8), [[5, -70], [9, 20]]])
    other = compute_proportional_hazards_test(time, event, x, ["E", "A"])
    assert other.overall.statistic == pytest.approx(one.overall.statistic, rel=1e-8)
    assert (one.n, other.n) == (12, 14)


def test_an_infinite_coefficient_leaves_nothing_to_test() -> None:
    test = compute_proportional_hazards_test(*SEPARATED, columns(FIRST, OTHER), ["FIRST", "OTHER"])
    assert np.isnan([term.p_value for term in (*test.terms, test.overall)]).all()
    assert test.warnings == ("nothing to test: the coefficients of FIRST are infinite",)


def test_events_on_one_day_cannot_tell_time_from_the_covariate() -> None:
    test = compute_proportional_hazards_test(
        *subjects("5 5 5+ 6+ 7+"), columns([1, 0, 1, 0, 2]), ["X"]
    )
    assert np.isnan(test.overall.p_value)
    assert test.warnings == ("nothing to test: events on too few days for the covariates",)


def test_a_covariate_without_a_coefficient_is_left_out() -> None:
    x = columns(np.full(12, 0.1), AGE, 2 * AGE)
    test = compute_proportional_hazards_test(*TWELVE, x, ["ONE", "AGE", "TWICE"])
    alone = compute_proportional_hazards_test(*TWELVE, columns(AGE), ["AGE"])
    assert np.isnan([term.statistic for term in test.terms]).tolist() == [True, False, True]
    assert [term.df for term in test.terms] == [0, 1, 0]
    assert test.overall.statistic == pytest.approx(alone.overall.statistic, rel=1e-9)
    assert np.isnan(test.residuals).all(axis=0).tolist() == [True, False, True]
    told = "no coefficient: ONE, TWICE do not vary apart from the other covariates"
    assert test.warnings == (told,)
    assert np.isnan(compute_proportional_hazards_test(*TWELVE, x[:, :1], ["ONE"]).overall.statistic)


def test_missing_covariates_and_events_are_told() -> None:
    age = np.where(AGE > 69, np.nan, AGE)
    test = compute_proportional_hazards_test(*TWELVE, columns(age), ["AGE"])
    assert test.warnings[0].endswith("10 complete cases")
    none = compute_proportional_hazards_test(*subjects("1+ 2+"), columns([1, 0]), ["X"])
    assert none.warnings == ("not estimable: no events",)
    assert (none.events, none.overall.df, none.residuals.shape) == (0, 0, (0, 1))


def test_what_cannot_be_tested_is_refused() -> None:
    unknown: Any = "sqrt"
    x = columns(AGE)
    with pytest.raises(ValueError, match="there is no transform 'sqrt'; choose one of km, rank"):
        compute_proportional_hazards_test(*TWELVE, x, ["AGE"], transform=unknown)
    with pytest.raises(ValueError, match="terms has 2 names; expected 1"):
        compute_proportional_hazards_test(*TWELVE, x, ["AGE"], terms=["A", "B"])
    with pytest.raises(ValueError, match="a term is named GLOBAL"):
        compute_proportional_hazards_test(*TWELVE, x, ["GLOBAL"])
    with pytest.raises(ValueError, match="events on day 0"):
        compute_proportional_hazards_test(
            *subjects("0 1 2"), columns([1, 2, 1]), ["X"], transform="log"
        )
